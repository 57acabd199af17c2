/*
 * placement_build.c: the ranges and walks of each strategy.
 *
 *   tokens        each token ends a range       walk: tokens from the range's own
 *   bounded       ends = Q equal parts          walk: tokens from the first with room
 *   partitions    ends = Q equal parts          walk: tokens from the part's end
 *   multi-probe   ends = Q equal parts          walk: tokens from the nearest probe's
 *   equal         ends = Q equal parts          walk: parts from the range's own, by owner
 *   maglev        ends = Q equal parts          walk: the table from hash(part)
 *   jump, rendezvous  ends = Q equal parts      computed, see placement.c
 *   ranges        ends from the table           walk: members from the owner on
 */
#include <string.h>

#include "base/mix.h"
#include "db/ring/placement_parts.h"

/* --- sorting ----------------------------------------------------------------------------- */

static bool is_before(const struct placement_point *a, const struct placement_point *b)
{
    if (a->position != b->position)
        return a->position < b->position;
    if (a->node != b->node)
        return a->node < b->node;
    return a->vnode < b->vnode;
}

static void sift_down(struct placement_point *points, uint32_t root, uint32_t count)
{
    struct placement_point moving = points[root];
    for (uint32_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && is_before(&points[child], &points[child + 1]))
            child++;
        if (!is_before(&moving, &points[child]))
            break;
        points[root] = points[child];
    }
    points[root] = moving;
}

void placement_sort_points(struct placement_point *points, uint32_t count)
{
    for (uint32_t i = count / 2; i-- > 0;)
        sift_down(points, i, count);
    for (uint32_t end = count; end-- > 1;) {
        struct placement_point largest = points[0];
        points[0] = points[end];
        points[end] = largest;
        sift_down(points, 0, end);
    }
}

/* --- points ------------------------------------------------------------------------------- */

static void make_points(struct placement *placement, struct heap *heap, uint32_t count)
{
    placement->points = heap_alloc(heap, count * sizeof *placement->points);
    placement->point_count = count;
}

static void make_ranges(struct placement *placement, struct heap *heap, uint32_t count)
{
    placement->ends = heap_alloc(heap, count * sizeof *placement->ends);
    placement->starts = heap_alloc(heap, count * sizeof *placement->starts);
    placement->range_count = count;
}

static uint64_t token_of(const struct placement_config *config, uint32_t of, uint32_t vnode)
{
    uint8_t name[8];
    for (uint32_t i = 0; i < 4; i++) {
        name[i] = (uint8_t)(of >> (8 * i));
        name[4 + i] = (uint8_t)(vnode >> (8 * i));
    }
    return hash_bytes(config->hash, (struct bytes){name, sizeof name}, config->seed);
}

static void place_tokens(struct placement *placement, struct heap *heap)
{
    uint32_t vnodes = placement->config.vnodes, count = 0;
    make_points(placement, heap, placement->member_count * vnodes);
    for (uint32_t i = 0; i < placement->member_count; i++)
        for (uint32_t vnode = 0; vnode < vnodes; vnode++) {
            uint64_t token = token_of(&placement->config, placement->names[i], vnode);
            placement->points[count++] =
                (struct placement_point){token, placement->members[i], vnode};
        }
    placement_sort_points(placement->points, count);
}

static uint32_t point_after(const struct placement *placement, uint64_t position)
{
    uint32_t low = 0;
    uint32_t high = placement->point_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (placement->points[middle].position < position)
            low = middle + 1;
        else
            high = middle;
    }
    return low < placement->point_count ? low : 0;
}

static void cut_equally(struct placement *placement, struct heap *heap)
{
    uint32_t count = placement->config.partitions;
    make_ranges(placement, heap, count);
    for (uint32_t i = 0; i < count; i++)
        placement->ends[i] = partition_end(i, count);
}

/* --- strategies --------------------------------------------------------------------------- */

static void build_tokens(struct placement *placement, struct heap *heap)
{
    place_tokens(placement, heap);
    placement->range_count = placement->point_count;
}

static void build_partitions(struct placement *placement, struct heap *heap)
{
    place_tokens(placement, heap);
    cut_equally(placement, heap);
    for (uint32_t i = 0; i < placement->range_count; i++)
        placement->starts[i] = point_after(placement, placement->ends[i]);
}

/* Each range takes the token nearest to any of its probes, going clockwise. */
static void build_multi_probe(struct placement *placement, struct heap *heap)
{
    place_tokens(placement, heap);
    cut_equally(placement, heap);
    for (uint32_t i = 0; i < placement->range_count; i++) {
        uint64_t nearest = UINT64_MAX;
        for (uint32_t probe = 0; probe < placement->config.probes; probe++) {
            uint64_t at = mix_pair(mix_pair(placement->config.seed, i), probe);
            uint32_t point = point_after(placement, at);
            uint64_t distance = placement->points[point].position - at;
            if (distance <= nearest) {
                nearest = distance;
                placement->starts[i] = point;
            }
        }
    }
}

/* How many partitions one member may begin: the bound times the mean, rounded up. */
static uint32_t capacity_of(const struct placement *placement)
{
    uint64_t shares = (uint64_t)placement->config.partitions * placement->config.bound_percent;
    uint64_t parts = (uint64_t)placement->member_count * 100;
    return (uint32_t)((shares + parts - 1) / parts);
}

static uint32_t member_index(const struct placement *placement, uint32_t node)
{
    for (uint32_t i = 0; i < placement->member_count; i++)
        if (placement->members[i] == node)
            return i;
    return 0;
}

/* A range goes on along the tokens until it meets a member that has room. */
static void build_bounded(struct placement *placement, struct heap *heap)
{
    uint32_t *loads = heap_alloc(heap, placement->member_count * sizeof *loads);
    place_tokens(placement, heap);
    cut_equally(placement, heap);
    uint32_t capacity = capacity_of(placement);
    for (uint32_t i = 0; i < placement->range_count; i++) {
        uint32_t point = point_after(placement, mix_pair(placement->config.seed, i));
        while (loads[member_index(placement, placement->points[point].node)] >= capacity)
            point = point + 1 < placement->point_count ? point + 1 : 0;
        loads[member_index(placement, placement->points[point].node)]++;
        placement->starts[i] = point;
    }
    heap_free(heap, loads);
}

void placement_maglev_fill(uint32_t *entries, uint32_t size, const uint64_t *offsets,
                           const uint64_t *skips, uint32_t *next, uint32_t member_count)
{
    uint32_t filled = 0;
    memset(entries, 0xff, size * sizeof *entries);
    memset(next, 0, member_count * sizeof *next);
    while (filled < size)
        for (uint32_t i = 0; i < member_count && filled < size; i++) {
            uint64_t slot;
            do
                slot = (offsets[i] + skips[i] * next[i]++) % size;
            while (entries[slot] != UINT32_MAX);
            entries[slot] = i;
            filled++;
        }
}

/* The paper wants a table much larger than the number of backends, of prime size. */
#define MAGLEV_SIZE 65537u

static void build_maglev(struct placement *placement, struct heap *heap)
{
    uint32_t count = placement->member_count;
    uint32_t *entries = heap_alloc(heap, MAGLEV_SIZE * sizeof *entries);
    uint64_t *offsets = heap_alloc(heap, count * sizeof *offsets);
    uint64_t *skips = heap_alloc(heap, count * sizeof *skips);
    uint32_t *next = heap_alloc(heap, count * sizeof *next);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t hash = token_of(&placement->config, placement->names[i], 0);
        offsets[i] = (hash >> 32) % MAGLEV_SIZE;
        skips[i] = (hash & UINT32_MAX) % (MAGLEV_SIZE - 1) + 1;
    }
    placement_maglev_fill(entries, MAGLEV_SIZE, offsets, skips, next, count);
    make_points(placement, heap, MAGLEV_SIZE);
    for (uint32_t i = 0; i < MAGLEV_SIZE; i++)
        placement->points[i] = (struct placement_point){i, placement->members[entries[i]], 0};
    cut_equally(placement, heap);
    for (uint32_t i = 0; i < placement->range_count; i++)
        placement->starts[i] = (uint32_t)(mix_pair(placement->config.seed, i) % MAGLEV_SIZE);
    heap_free(heap, entries);
    heap_free(heap, offsets);
    heap_free(heap, skips);
    heap_free(heap, next);
}

static void build_cut(struct placement *placement, struct heap *heap)
{
    cut_equally(placement, heap);
}

static void build_equal(struct placement *placement, struct heap *heap,
                        const struct placement_table *table)
{
    make_points(placement, heap, table->count);
    make_ranges(placement, heap, table->count);
    for (uint32_t i = 0; i < table->count; i++) {
        placement->points[i] = (struct placement_point){table->ends[i], table->owners[i], i};
        placement->ends[i] = table->ends[i];
        placement->starts[i] = i;
    }
}

static void build_ranges(struct placement *placement, struct heap *heap,
                         const struct placement_table *table)
{
    make_points(placement, heap, placement->member_count);
    make_ranges(placement, heap, table->count);
    for (uint32_t i = 0; i < placement->member_count; i++)
        placement->points[i] = (struct placement_point){i, placement->members[i], 0};
    for (uint32_t i = 0; i < table->count; i++) {
        placement->ends[i] = table->ends[i];
        placement->starts[i] = member_index(placement, table->owners[i]);
    }
}

/* --- all of them --------------------------------------------------------------------------- */

/* Nothing in a region may lead to what its host owns. */
static void copy_racks(struct placement *placement, struct heap *heap)
{
    const uint16_t *racks = placement->config.racks;
    uint32_t room = 0;
    for (uint32_t i = 0; i < placement->member_count; i++)
        room = MAX(room, placement->members[i] + 1);
    if (!racks)
        return;
    uint16_t *copy = heap_alloc(heap, room * sizeof *copy);
    memcpy(copy, racks, room * sizeof *copy);
    placement->config.racks = copy;
}

static void copy_members(struct placement *placement, struct heap *heap,
                         const struct placement_members *members)
{
    placement->member_count = members->count;
    placement->members = heap_alloc(heap, members->count * sizeof *placement->members);
    placement->names = heap_alloc(heap, members->count * sizeof *placement->names);
    for (uint32_t i = 0; i < members->count; i++) {
        uint32_t node = members->nodes[i];
        placement->members[i] = node;
        placement->names[i] = members->names ? members->names[node] : (uint16_t)node;
    }
}

static uint32_t count_racks(const struct placement *placement)
{
    uint32_t count = 0;
    const uint16_t *racks = placement->config.racks;
    for (uint32_t i = 0; i < placement->member_count; i++) {
        bool is_known = !racks && i > 0;
        for (uint32_t j = 0; racks && j < i && !is_known; j++)
            is_known = racks[placement->members[j]] == racks[placement->members[i]];
        count += !is_known;
    }
    return count;
}

static void build_from_table(struct placement *placement, struct heap *heap,
                             const struct placement_table *given)
{
    struct placement_table first = {0};
    if (!given) {
        uint32_t count = placement->config.partitions;
        first.ends = heap_alloc(heap, count * sizeof *first.ends);
        first.owners = heap_alloc(heap, count * sizeof *first.owners);
        placement_table_begin(&first, &placement->config, placement->members,
                              placement->member_count);
        given = &first;
    }
    if (placement->config.strategy == PLACEMENT_EQUAL)
        build_equal(placement, heap, given);
    else
        build_ranges(placement, heap, given);
    heap_free(heap, first.ends);
    heap_free(heap, first.owners);
}

void placement_build(struct placement *placement, struct heap *heap,
                     const struct placement_config *config,
                     const struct placement_members *members, const struct placement_table *table)
{
    *placement = (struct placement){.config = *config};
    copy_members(placement, heap, members);
    copy_racks(placement, heap);
    placement->rack_count = count_racks(placement);
    switch (config->strategy) {
    case PLACEMENT_PARTITIONS: build_partitions(placement, heap); break;
    case PLACEMENT_MULTI_PROBE: build_multi_probe(placement, heap); break;
    case PLACEMENT_BOUNDED: build_bounded(placement, heap); break;
    case PLACEMENT_MAGLEV: build_maglev(placement, heap); break;
    case PLACEMENT_JUMP:
    case PLACEMENT_RENDEZVOUS: build_cut(placement, heap); break;
    case PLACEMENT_EQUAL:
    case PLACEMENT_RANGES: build_from_table(placement, heap, table); break;
    default: build_tokens(placement, heap); break;
    }
}

void placement_free(struct placement *placement, struct heap *heap)
{
    heap_free(heap, (void *)(uintptr_t)placement->config.racks);
    heap_free(heap, placement->members);
    heap_free(heap, placement->names);
    heap_free(heap, placement->points);
    heap_free(heap, placement->ends);
    heap_free(heap, placement->starts);
    *placement = (struct placement){0};
}

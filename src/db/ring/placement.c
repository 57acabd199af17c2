/*
 * placement.c: from a key to its replicas, whatever the strategy.
 *
 * Read placement.h first; how each strategy makes its ranges and walks is in
 * placement_build.c, who owns what in placement_table.c.
 */
#include "db/ring/placement.h"

#include "base/bytes.h"
#include "base/mix.h"
#include "base/murmur3.h"
#include "db/ring/placement_parts.h"

/* Key ranges are in the order of keys: the first eight bytes of what follows the first colon,
 * so that "user:adam" and "user:zoe" stand far apart though they begin alike. */
static uint64_t position_in_order(struct bytes key)
{
    uint64_t position = 0;
    uint32_t begin = 0;
    for (uint32_t i = 0; i < key.size && begin == 0; i++)
        if (key.data[i] == ':')
            begin = i + 1;
    for (uint32_t i = 0; i < 8; i++)
        position = position << 8 | (begin + i < key.size ? key.data[begin + i] : 0);
    return position;
}

uint64_t key_token(struct bytes key)
{
    return murmur3_token(key);
}

uint64_t placement_position(struct placement_order order, struct bytes key)
{
    if (key.size == 0)
        return 0;
    if (order.strategy == PLACEMENT_RANGES)
        return position_in_order(key);
    return hash_bytes(order.hash, key, 0);
}

bool placement_is_before(struct placement_order order, struct bytes a, struct bytes b)
{
    uint64_t at_a = placement_position(order, a), at_b = placement_position(order, b);
    return at_a != at_b ? at_a < at_b : bytes_compare(a, b) < 0;
}

static uint64_t end_of(const struct placement *placement, uint32_t range)
{
    return placement->ends ? placement->ends[range] : placement->points[range].position;
}

uint32_t placement_range_of(const struct placement *placement, uint64_t position)
{
    uint32_t low = 0;
    uint32_t high = placement->range_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (end_of(placement, middle) < position)
            low = middle + 1;
        else
            high = middle;
    }
    return low < placement->range_count ? low : 0; /* past the last end the circle begins again */
}

struct position_range placement_range(const struct placement *placement, uint32_t range)
{
    uint32_t before = range > 0 ? range - 1 : placement->range_count - 1;
    return (struct position_range){end_of(placement, before), end_of(placement, range)};
}

/* --- the walk ---------------------------------------------------------------------------- */

/* As published: the last bucket below `buckets` that the key jumps to. The divisions of doubles
 * are IEEE's, the same everywhere; Guava and the C++ original give the same buckets. */
uint32_t placement_jump(uint64_t key, uint32_t buckets)
{
    int64_t bucket = -1, next = 0;
    while (next < (int64_t)buckets) {
        bucket = next;
        key = key * UINT64_C(2862933555777941757) + 1;
        double step = (double)(INT64_C(1) << 31) / (double)((key >> 33) + 1);
        next = (int64_t)((double)(bucket + 1) * step);
    }
    return (uint32_t)bucket;
}

/* What a range is called in hashes: it keeps its name when members come and go. */
static uint64_t range_name(const struct placement *placement, uint32_t range)
{
    return mix_pair(placement->config.seed, range);
}

uint64_t placement_weight(const struct placement *placement, uint32_t range, uint32_t member)
{
    return mix_pair(range_name(placement, range), placement->names[member]);
}

/* The member that comes `step`-th by weight; ties go to the lower one. */
static uint32_t by_weight(const struct placement *placement, uint32_t range, uint32_t step)
{
    uint32_t best = UINT32_MAX, last = UINT32_MAX;
    for (uint32_t s = 0; s <= step; s++) {
        uint64_t below = last == UINT32_MAX ? 0 : placement_weight(placement, range, last);
        uint64_t most = 0;
        best = UINT32_MAX;
        for (uint32_t i = 0; i < placement->member_count; i++) {
            uint64_t weight = placement_weight(placement, range, i);
            if (last != UINT32_MAX && (weight > below || (weight == below && i <= last)))
                continue;
            if (best == UINT32_MAX || weight > most) {
                best = i;
                most = weight;
            }
        }
        last = best;
    }
    return placement->members[best];
}

/* Jump hash gives one bucket: further replicas jump from another name of the range. After many
 * tries for few members the rest come in their order, so that a walk meets all of them. */
static uint32_t by_jump(const struct placement *placement, uint32_t range, uint32_t step)
{
    uint32_t tries = 8 * placement->member_count;
    if (step >= tries)
        return placement->members[step - tries];
    uint64_t name = step ? mix_pair(range_name(placement, range), step)
                         : range_name(placement, range);
    return placement->members[placement_jump(name, placement->member_count)];
}

bool placement_walk_next(struct placement_walk *walk, uint32_t *node)
{
    const struct placement *placement = walk->placement;
    uint32_t step = walk->step++;
    switch (placement->config.strategy) {
    case PLACEMENT_RENDEZVOUS:
        if (step >= placement->member_count)
            return false;
        *node = by_weight(placement, walk->range, step);
        return true;
    case PLACEMENT_JUMP:
        if (step >= 9 * placement->member_count)
            return false;
        *node = by_jump(placement, walk->range, step);
        return true;
    default:
        if (step >= placement->point_count)
            return false;
        uint32_t start = placement->starts ? placement->starts[walk->range] : walk->range;
        uint32_t at = start + step;
        const struct placement_point *point =
            &placement->points[at < placement->point_count ? at : at - placement->point_count];
        walk->position = point->position;
        *node = point->node;
        return true;
    }
}

/* --- the preference list ------------------------------------------------------------------ */

static bool is_listed(const uint32_t *nodes, uint32_t count, uint32_t node)
{
    for (uint32_t i = 0; i < count; i++)
        if (nodes[i] == node)
            return true;
    return false;
}

static uint32_t rack_of(const struct placement *placement, uint32_t node)
{
    const uint16_t *racks = placement->config.racks;
    return racks ? racks[node] : 0;
}

static bool is_rack_listed(const struct placement *placement, const uint32_t *nodes, uint32_t count,
                           uint32_t node)
{
    for (uint32_t i = 0; i < count; i++)
        if (rack_of(placement, nodes[i]) == rack_of(placement, node))
            return true;
    return false;
}

/* Add nodes of the walk until there are `count`; `is_new_rack`: only those whose rack has none
 * yet. */
static uint32_t add_nodes(const struct placement *placement, uint32_t range, uint32_t count,
                          bool is_distinct, bool is_new_rack, uint32_t *nodes, uint32_t found)
{
    struct placement_walk walk = {placement, range, 0, 0};
    uint32_t node;
    while (found < count && placement_walk_next(&walk, &node)) {
        if (is_distinct && is_listed(nodes, found, node))
            continue;
        if (!is_new_rack || !is_rack_listed(placement, nodes, found, node))
            nodes[found++] = node;
    }
    return found;
}

/* First one node of each rack that the walk meets, then any others: with enough racks each
 * replica has its own, with fewer each rack has at least one (Cassandra,
 * NetworkTopologyStrategy). */
uint32_t placement_replicas(const struct placement *placement, uint32_t range, uint32_t count,
                            bool is_distinct, uint32_t *nodes)
{
    uint32_t found = 0;
    if (placement->config.is_rack_aware && placement->rack_count > 1)
        found = add_nodes(placement, range, MIN(count, placement->rack_count), true, true, nodes,
                          0);
    return add_nodes(placement, range, count, is_distinct, false, nodes, found);
}

uint32_t placement_of_key(const struct placement *placement, struct bytes key, uint32_t count,
                          bool is_distinct, uint32_t *nodes)
{
    uint64_t position = placement_position(placement_order(&placement->config), key);
    return placement_replicas(placement, placement_range_of(placement, position), count,
                              is_distinct, nodes);
}

bool placement_is_crowded(const struct placement *placement, const uint32_t *nodes, uint32_t count)
{
    uint32_t racks = 0;
    for (uint32_t i = 0; i < count; i++)
        racks += !is_rack_listed(placement, nodes, i, nodes[i]);
    return racks < MIN(count, placement->rack_count);
}

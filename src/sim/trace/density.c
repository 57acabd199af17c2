/*
 * density.c: counting, and adding up what was counted.
 */
#include "sim/trace/density.h"

#include <string.h>

static uint32_t buckets_at(const struct density *density, uint32_t level)
{
    return density->bucket_count >> level * DENSITY_FACTOR_BITS;
}

/* As many buckets as fit into the plan, but enough for three levels; the narrowest width that
 * covers the run. */
void density_init(struct density *density, struct heap *heap, uint32_t node_count,
                  uint32_t client_count, vtime duration)
{
    *density = (struct density){.heap = heap,
                                .node_count = node_count,
                                .lane_count = node_count + client_count + 1,
                                .bucket_count = DENSITY_BUCKETS_MAX};
    while (density->bucket_count > 64 &&
           (uint64_t)density->bucket_count * density->lane_count > DENSITY_CELLS_PLAN)
        density->bucket_count /= 2;
    while (duration >> density->shift >= density->bucket_count)
        density->shift++;
    for (uint32_t i = 0; i < DENSITY_LEVELS; i++) {
        size_t cells = (size_t)buckets_at(density, i) * density->lane_count;
        density->levels[i] = heap_alloc(heap, cells * sizeof *density->levels[i]);
    }
    density->first = heap_alloc(heap, density->bucket_count * sizeof *density->first);
}

void density_free(struct density *density)
{
    for (uint32_t i = 0; i < DENSITY_LEVELS; i++)
        heap_free(density->heap, density->levels[i]);
    heap_free(density->heap, density->first);
    memset(density, 0, sizeof *density);
}

uint32_t density_lane(const struct density *density, uint32_t actor)
{
    if (actor == UINT32_MAX)
        return density->lane_count - 1;
    return actor < PICTURE_CLIENT_BASE ? actor
                                       : density->node_count + actor - PICTURE_CLIENT_BASE;
}

uint32_t density_bucket(const struct density *density, vtime time)
{
    vtime bucket = time >> density->shift;
    return bucket < density->bucket_count ? (uint32_t)bucket : density->bucket_count - 1;
}

/* --- counting ----------------------------------------------------------------------------- */

static enum density_kind kind_of(const struct tape_record *record)
{
    switch (record->class) {
    case TAPE_SEND: return record->letter == 'H' ? DENSITY_BEATS : DENSITY_SENDS;
    case TAPE_DROP: return DENSITY_DROPS;
    case TAPE_FAULT:
    case TAPE_BROKEN: return DENSITY_FAULTS;
    case TAPE_CHANGE:
    case TAPE_CURE: return record->is_headline ? DENSITY_CURES : DENSITY_RECORDS;
    case TAPE_TOLD: return record->is_headline ? DENSITY_FAILURES : DENSITY_ANSWERS;
    default: return DENSITY_RECORDS;
    }
}

bool density_take(struct density *density, const struct tape_record *record)
{
    if (record->number != density->record_count + 1)
        return false;
    uint32_t bucket = density_bucket(density, record->time);
    uint32_t lane = density_lane(density, record->actor);
    enum density_kind kind = kind_of(record);
    while (density->begun_count <= bucket)
        density->first[density->begun_count++] = record->number;
    for (uint32_t i = 0; i < DENSITY_LEVELS; i++) {
        size_t at = (size_t)(bucket >> i * DENSITY_FACTOR_BITS) * density->lane_count + lane;
        density->levels[i][at].count[DENSITY_RECORDS]++;
        if (kind != DENSITY_RECORDS)
            density->levels[i][at].count[kind]++;
    }
    density->record_count++;
    return true;
}

/* --- copying ------------------------------------------------------------------------------ */

static void add(struct density_cell *sum, const struct density_cell *cell)
{
    for (uint32_t i = 0; i < DENSITY_KINDS; i++)
        sum->count[i] += cell->count[i];
}

/* A level from the one below, as far as there is something in it. */
static void add_up(struct density *density, uint32_t level)
{
    uint32_t below = (density->begun_count >> (level - 1) * DENSITY_FACTOR_BITS) + 1;
    below = MIN(below, buckets_at(density, level - 1));
    for (uint32_t bucket = 0; bucket < below; bucket++)
        for (uint32_t lane = 0; lane < density->lane_count; lane++)
            add(&density->levels[level][(size_t)(bucket >> DENSITY_FACTOR_BITS) *
                                            density->lane_count + lane],
                &density->levels[level - 1][(size_t)bucket * density->lane_count + lane]);
}

void density_copy(struct density *density, const struct density *from, uint64_t number, vtime time)
{
    bool is_whole = number == from->record_count;
    uint32_t buckets = is_whole ? from->begun_count : density_bucket(from, time);
    memcpy(density->levels[0], from->levels[0],
           (size_t)buckets * from->lane_count * sizeof *from->levels[0]);
    memcpy(density->first, from->first, buckets * sizeof *from->first);
    density->begun_count = buckets;
    density->record_count = is_whole ? number : density_records(from, 0, buckets);
    for (uint32_t i = 1; i < DENSITY_LEVELS; i++)
        add_up(density, i);
}

/* --- asking ------------------------------------------------------------------------------- */

struct density_cell density_sum(const struct density *density, uint32_t lane, uint32_t first,
                                uint32_t bits)
{
    struct density_cell sum = {{0}};
    uint32_t level = MIN(bits / DENSITY_FACTOR_BITS, (uint32_t)DENSITY_LEVELS - 1);
    uint32_t count = 1u << (bits - level * DENSITY_FACTOR_BITS);
    uint32_t from = first >> level * DENSITY_FACTOR_BITS;
    uint32_t to = MIN(from + count, buckets_at(density, level));
    for (uint32_t bucket = from; bucket < to; bucket++)
        add(&sum, &density->levels[level][(size_t)bucket * density->lane_count + lane]);
    return sum;
}

static uint64_t number_at(const struct density *density, uint32_t bucket)
{
    return bucket < density->begun_count ? density->first[bucket] : density->record_count + 1;
}

uint64_t density_records(const struct density *density, uint32_t first, uint32_t last)
{
    return number_at(density, last) - number_at(density, first);
}

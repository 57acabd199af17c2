/*
 * placement_parts.h: what the files of placement ask of each other, and tests of them.
 *
 *   placement.c        from a key to its replicas
 *   placement_build.c  the ranges and walks of each strategy
 *   placement_table.c  who owns what, where that is kept
 */
#ifndef DB_PLACEMENT_PARTS_H
#define DB_PLACEMENT_PARTS_H

#include "db/ring/placement.h"

/* Jump consistent hash: 0 .. buckets-1. */
uint32_t placement_jump(uint64_t key, uint32_t buckets);

/* Rendezvous: the member with the highest one comes first. */
uint64_t placement_weight(const struct placement *placement, uint32_t range, uint32_t member);

/* Fill Maglev's table of `size` (a prime) entries: index into the members. `offsets` and `skips`
 * as in the paper, one per member: see placement_maglev_permutation. `next` is room. */
void placement_maglev_fill(uint32_t *entries, uint32_t size, const uint64_t *offsets,
                           const uint64_t *skips, uint32_t *next, uint32_t member_count);

/* Ascending by (position, node, vnode), by heap sort: total, so one order everywhere. */
void placement_sort_points(struct placement_point *points, uint32_t count);

/* Where the last of `count` equal partitions ends: at the end of the circle. */
static inline uint64_t partition_end(uint32_t index, uint32_t count)
{
    return index + 1 == count ? UINT64_MAX
                              : (uint64_t)(((uint128)(index + 1) << 64) / count) - 1;
}

#endif

/*
 * conflict.h: two versions of one key become one.
 *
 * Whatever a replica is told, by a coordinator, a repair, a stream or its own log, it merges with
 * what it has; a read merges what the replicas tell. There is one function for all of these:
 *
 *     plain      last writer wins: the newer of the two (version.h)
 *     otherwise  what both contain, by the rules of the kind
 *
 * Law: merging is commutative, associative and idempotent, and looks at nothing but the two
 * versions: no clock, no configuration, no node (CASSANDRA-14592: a merge that asked for the time
 * never converged). So replicas that have been told the same things hold the same bytes, in
 * whatever order and however often they were told. tests/db/test_conflict.c holds every kind to it.
 *
 * One state has exactly one encoding, so two versions are the same when their bytes are.
 */
#ifndef DB_CONFLICT_H
#define DB_CONFLICT_H

#include "base/heap.h"
#include "db/store/version.h"

enum merged {
    MERGED_FIRST,  /* the first contains the second */
    MERGED_SECOND, /* the second contains the first, and more */
    MERGED_BOTH,   /* neither: a new version, its value in memory of the caller's */
};

/* `both` is written for MERGED_BOTH alone; its value is a block of `memory`. Both versions must
 * be whole. */
enum merged conflict_merge(struct heap *memory, const struct version *first,
                           const struct version *second, struct version *both);

/* What both contain, in `into`, whose value is a block of `memory` (or nothing at all) and stays
 * one. An `into` that was never written (timestamp 0) becomes a copy. */
void conflict_fold(struct heap *memory, struct version *into, const struct version *from);

/* Is the value what its kind says? What has come over the network or from a disk is looked at
 * with this before it is merged. `memory` is for the time of the call. */
bool conflict_is_whole(struct heap *memory, const struct version *version);

#endif

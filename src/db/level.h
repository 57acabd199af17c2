/*
 * level.h: consistency levels, chosen per operation.
 *
 * A level says how many of a key's N replicas must answer before the client is
 * told: R for a get, W for a put or a delete. When R + W > N, every read set
 * meets every write set in at least one replica, which is what makes a quorum
 * read see the last quorum write (Gifford 1979; Dynamo, section 4.5).
 */
#ifndef DB_LEVEL_H
#define DB_LEVEL_H

#include "base/base.h"

enum level {
    LEVEL_DEFAULT,  /* what the cluster's configuration says */
    LEVEL_ONE,      /* 1 */
    LEVEL_QUORUM,   /* floor(N / 2) + 1 */
    LEVEL_ALL,      /* N */
    LEVEL_EXPLICIT, /* a number given with the operation (R or W) */
    LEVEL_ANY,      /* writes: 1, and a hint that is kept counts (Cassandra) */
    LEVEL_COUNT,
};

/* Replicas that must answer out of `replication`; `explicit_count` matters only
 * for LEVEL_EXPLICIT and is clamped to 1 .. replication. LEVEL_DEFAULT must
 * have been resolved before. */
uint32_t level_needed(enum level level, uint32_t explicit_count, uint32_t replication);

const char *level_name(enum level level);

#endif

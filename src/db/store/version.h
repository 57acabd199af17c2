/*
 * version.h: which of two values of a key is the newer one.
 *
 * Last writer wins: the coordinator stamps every put and delete with its wall
 * clock, and the higher timestamp wins. When two timestamps are equal, the rule
 * must still be total and must look at nothing but the two versions, or replicas
 * that met them in different order would differ for ever (Scylla,
 * timestamp-conflict-resolution):
 *
 *   1. higher timestamp
 *   2. a tombstone beats a value
 *   3. the larger value, compared as bytes
 *
 * Versions that tie on all three are the same version. The price of last writer
 * wins is in the clock: a write stamped by a slow clock loses to an older one.
 */
#ifndef DB_VERSION_H
#define DB_VERSION_H

#include "base/base.h"

struct version {
    int64_t timestamp; /* wall clock of the coordinator, nanoseconds; 0: never written */
    uint64_t is_tombstone; /* 0 or 1: the key was deleted; `value` is empty */
    struct bytes value;
};

/* < 0 when a is older, > 0 when a is newer, 0 when they are the same version. */
int version_compare(const struct version *a, const struct version *b);

/* A 64-bit digest: equal for equal versions (a digest read compares these). */
uint64_t version_digest(const struct version *version);

#endif

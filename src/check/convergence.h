/*
 * convergence.h: do all replicas of each key hold the same version now?
 *
 * Last-writer-wins promises that replicas which have seen the same writes are
 * equal, in whatever order they saw them. So after a time without faults and
 * writes, long enough for hints, read repair or anti-entropy, all replicas of a key must be
 * equal. When that time has come is for the caller to say: this oracle looks at
 * one instant.
 *
 * Two versions are equal when value and timestamp are. Two absent ones are
 * equal whatever their timestamps: one replica may have purged a tombstone that
 * another still keeps, and no reader can tell.
 */
#ifndef CHECK_CONVERGENCE_H
#define CHECK_CONVERGENCE_H

#include "base/base.h"
#include "check/verdict.h"

/* What one replica holds of one key. */
struct replica_version {
    uint32_t key;
    uint32_t node;     /* index */
    uint64_t value;    /* identity; VALUE_ABSENT: a tombstone, or nothing at all */
    int64_t timestamp; /* 0 when there is nothing at all */
};

/* The versions of one key must stand side by side, all keys in any order, a key without replicas
 * left out. `violated` names the first key that differs, its first replica and the first one that
 * disagrees with it, and says how many keys differ. */
void check_convergence(const struct replica_version *versions, uint32_t count,
                       struct verdict *verdict);

#endif

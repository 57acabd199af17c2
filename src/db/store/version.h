/*
 * version.h: what a replica holds of a key, and which of two plain values is the newer one.
 *
 * The value of a plain version is what a client put. That of any other kind is an object of
 * db/conflict: bytes that hold several values and what is known of their history, and two of them
 * are merged (conflict.h); `timestamp` is then the highest of all that went in.
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

/* The numbers are on disks and in messages. */
enum version_kind {
    VERSION_PLAIN,    /* one value: last writer wins */
    VERSION_SIBLINGS, /* dotted version vectors: every value that no other has replaced */
    VERSION_VECTOR,   /* plain version vectors on the server: the same, but worse */
    VERSION_COUNTER,  /* a sum */
    VERSION_SET,      /* elements; an addition wins over a removal at the same time */
    VERSION_MAP,      /* fields, each of which last writer wins */
    VERSION_KIND_COUNT,
};

struct version {
    int64_t timestamp; /* wall clock of the coordinator, nanoseconds; 0: never written */
    uint32_t is_tombstone; /* 0 or 1: the key was deleted; `value` is empty. Plain ones only */
    uint32_t kind;         /* enum version_kind */
    struct bytes value;
};

/* < 0 when a is older, > 0 when a is newer, 0 when they are the same version. Of versions that
 * are not plain only whether they are the same means anything: which one has more in it is
 * conflict_merge's to say. */
int version_compare(const struct version *a, const struct version *b);

/* A 64-bit digest: equal for equal versions (a digest read compares these). */
uint64_t version_digest(const struct version *version);

#endif

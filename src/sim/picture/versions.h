/*
 * versions.h: what each replica of one key holds, and who wrote it.
 *
 * A version in the store is a timestamp and a value; who asked for it is not in there. The
 * run's history knows: of a value, the operation that put it; of a tombstone, the delete whose
 * client was told this timestamp. A delete that nobody was told of stays nameless.
 */
#ifndef SIM_VERSIONS_H
#define SIM_VERSIONS_H

#include "base/heap.h"

struct world;

#define VERSIONS_MAX       16
#define VERSIONS_VALUE_MAX 128

struct key_version {
    uint32_t node;
    bool is_running;
    bool is_absent; /* it never heard of the key */
    bool is_tombstone;
    bool is_cut; /* the value is longer than what is shown */
    uint32_t size;
    uint32_t kind;        /* enum version_kind of db/store/version.h */
    uint32_t value_count; /* siblings, elements or fields */
    int64_t timestamp; /* nanoseconds after the epoch of the run */
    char value[VERSIONS_VALUE_MAX];
    char dots[VERSIONS_VALUE_MAX]; /* of an object: which events it knows; else empty */
    char writer[32]; /* "c1#12"; empty: nobody knows */
    const char *outcome; /* what its client was told: "ok", "timeout", "not told yet"; or NULL */
    vtime asked_at;
    uint64_t record; /* of its asking, to go there; 0: none */
};

struct key_versions {
    uint32_t count;
    struct key_version versions[VERSIONS_MAX]; /* in the order of the preference list */
};

/* `key` is an index in the run's table of keys. */
void versions_take(const struct world *world, uint32_t key, struct key_versions *versions);

#endif

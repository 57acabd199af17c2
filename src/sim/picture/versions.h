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
#define VERSIONS_PARTS_MAX 24 /* of one object; more are counted */

/* A sibling, an element, a field, or what one actor has counted (db/conflict/kinds.h). */
struct version_part {
    char name[72];  /* which events it comes from: "n1.2:3"; of an element or a field its name */
    char value[120]; /* the sibling; of an element its dots; of an actor "+5 -2" */
    bool is_missing_elsewhere; /* another running replica has not this very part */
};

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
    bool are_dots_cut;
    uint32_t same_as;    /* the first replica of the list that holds the same bytes: itself, too */
    uint32_t part_count; /* of an object */
    uint32_t part_total; /* that it has */
    struct version_part parts[VERSIONS_PARTS_MAX];
    char writer[32]; /* "c1#12"; empty: nobody knows */
    const char *outcome; /* what its client was told: "ok", "timeout", "not told yet"; or NULL */
    vtime asked_at;
    uint64_t record; /* of its asking, to go there; 0: none */
};

struct key_versions {
    uint32_t count;
    struct key_version versions[VERSIONS_MAX]; /* in the order of the preference list */
};

/* `key` is an index in the run's table of keys; `scratch` is for the time of the call. */
void versions_take(const struct world *world, uint32_t key, struct heap *scratch,
                   struct key_versions *versions);

/* What an object is made of, and which events it knows (version_parts.c). */
struct version;
void version_parts_take(const struct version *version, int64_t epoch_ns, struct heap *scratch,
                        struct key_version *to);
void version_parts_compare(struct key_versions *versions);

#endif

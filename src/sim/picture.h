/*
 * picture.h: a world at one moment, as plain data for whoever draws it.
 *
 * Windows, exports and screenshots see nothing of a world but this. A picture is
 * made anew for every frame from the state at hand; it owns nothing and points
 * to nothing inside the world but names, which live as long as the scenario or
 * the key table. Making one changes nothing and draws no random number.
 *
 * Addresses are those of db/env.h: nodes from 0, clients from PICTURE_CLIENT_BASE.
 */
#ifndef SIM_PICTURE_H
#define SIM_PICTURE_H

#include "base/base.h"
#include "base/heap.h"

struct world;

#define PICTURE_CLIENT_BASE 0x10000u
#define PICTURE_NAME_MAX    64

/* What a glyph and an outline show; never colour alone. */
enum picture_state {
    PICTURE_UP,
    PICTURE_DOWN,
    PICTURE_PAUSED,
    PICTURE_RECOVERING,
    PICTURE_REFUSED,
    PICTURE_STATE_COUNT,
};

struct picture_node {
    const char *name;
    uint8_t state; /* enum picture_state */
    uint32_t incarnation;
    uint32_t waiting;      /* work in its queue and on its cores */
    uint32_t suspected_by; /* running nodes that take it for down */
    uint64_t keys;
    uint64_t log_appended_to;
    uint64_t log_synced_to;
    uint64_t unsynced_bytes;
    uint64_t disk_bytes;
    int64_t clock_offset_ns;
    int64_t clock_jumped_ns; /* part of it that jumps and the start gave, not drift */
    int64_t clock_drift_ppb;
};

struct picture_token {
    uint64_t position; /* on the circle of 2^64 */
    uint32_t node;
};

struct picture_message {
    uint32_t from;
    uint32_t to;
    char letter;      /* of its kind: W, A, R, ... */
    const char *name; /* "write" */
    vtime sent_at;
    vtime arrives_at;
    uint64_t about;
    uint64_t identity; /* what a drop action names */
    uint64_t record;   /* number of the record of its sending: what selects it */
    bool is_doomed;    /* as things are now it will not get through */
};

struct picture_cut {
    uint32_t from;
    uint32_t to;
};

/* A replica of a key, next to the others. */
struct picture_replica {
    uint32_t node;
    bool is_running;
    bool is_newest;
    bool is_tombstone;
    int64_t timestamp; /* nanoseconds after the epoch of the run; 0 with is_absent */
    bool is_absent;
    uint64_t digest; /* of the version, its value up to byte 256: equal for equal ones */
    char value[PICTURE_NAME_MAX];
};

struct picture_key {
    char name[PICTURE_NAME_MAX];
    uint64_t token;
    uint32_t replica_count;
    struct picture_replica *replicas; /* in the order of the preference list */
    bool is_differing;
};

/* When a check is looked at. */
enum picture_check_mode { PICTURE_CHECK_AT_END, PICTURE_CHECK_ALWAYS, PICTURE_CHECK_REACHED };

struct picture_check {
    const char *name;
    const char *kind;    /* "always", "durable" ... */
    const char *meaning; /* its condition as text, or what a check of its kind promises */
    uint8_t mode;        /* enum picture_check_mode */
    uint64_t step;       /* where it was decided */
    const char *why;   /* or NULL */
    bool is_decided;   /* an `always` that broke, a `reached` that came */
    bool is_expected_to_fail;
    vtime time;        /* when it was decided */
};

struct picture {
    const char *scenario;
    const char *title;
    uint64_t seed;
    vtime now;
    vtime duration;
    uint64_t step;
    bool is_over;

    uint32_t node_count;
    struct picture_node *nodes;
    uint32_t client_count;
    const char **clients;
    uint32_t token_count;
    struct picture_token *tokens; /* ascending */
    uint32_t message_count;
    struct picture_message *messages; /* by arrival */
    uint32_t cut_count;
    struct picture_cut *cuts;
    uint32_t key_count;
    struct picture_key *keys;
    uint32_t key_total; /* of the run so far: may be more than are pictured */
    uint32_t check_count;
    struct picture_check *checks;

    uint64_t operations[4]; /* by enum outcome: pending, ok, unavailable, timeout */
    uint32_t stale_reads;
};

/* At most this many messages and keys are pictured; more are counted only. */
#define PICTURE_MESSAGES_MAX 4096
#define PICTURE_KEYS_MAX     1024

/* Everything is allocated in `scratch`, which the caller drops when done. */
void picture_take(const struct world *world, struct heap *scratch, struct picture *picture);

#endif

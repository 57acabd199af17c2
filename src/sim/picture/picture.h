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
#include "sim/picture/descent.h"
#include "sim/picture/members.h"
#include "sim/picture/peers.h"

struct world;

#define PICTURE_CLIENT_BASE 0x10000u
#define PICTURE_NAME_MAX    64
#define PICTURE_LABEL_MAX   24
#define PICTURE_BYTES_MAX   32 /* of a key, as they were hashed */

#define PICTURE_REPLICAS_MAX 16 /* of one key */

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
    uint32_t health;       /* how much it doubts itself (Lifeguard); 0: not at all */
    uint32_t hints_for;    /* the node for which most of its hints wait */
    uint32_t hint_targets; /* nodes for which some do */
    uint64_t hints;        /* writes that it keeps for others */
    uint64_t keys;
    uint64_t log_appended_to;
    uint64_t log_synced_to;
    uint64_t unsynced_bytes;
    uint64_t disk_bytes;
    int64_t clock_offset_ns;
    int64_t clock_jumped_ns; /* part of it that jumps and the start gave, not drift */
    int64_t clock_drift_ppb;
    uint32_t rack; /* index in `racks`; 0 where there are none */
    uint32_t side; /* which side of the cuts it is on, from 0: see side_count */

    /* how much it has to do (db/load) */
    uint32_t queue_bound; /* so many may wait; 0: no bound */
    uint32_t outstanding; /* reads that it has asked of others and that are not answered */
    uint32_t in_hand;     /* operations that it coordinates, where they are limited ... */
    uint32_t in_hand_limit; /* ... to so many now; 0: no limit */
    uint64_t shed;        /* requests that it has refused in this life */
    vtime shed_ago;       /* since the last of them, by its clock; VTIME_NEVER: none */
};

/* What a client could get now of the keys that end at a token, through the running node that
 * reaches most of their replicas (Riak Control asks the same of each partition). */
enum picture_reach {
    PICTURE_REACH_ALL,   /* every replica */
    PICTURE_REACH_BOTH,  /* not every replica, but R and W of them */
    PICTURE_REACH_READ,  /* R, and not W */
    PICTURE_REACH_WRITE, /* W, and not R */
    PICTURE_REACH_NONE,  /* neither */
    PICTURE_REACH_COUNT,
};

struct picture_token {
    uint64_t position; /* on the circle of 2^64 */
    uint32_t node;
    uint8_t reach;    /* enum picture_reach */
    uint8_t replicas; /* on the list of its keys */
    uint8_t reached;  /* of these */
    uint32_t asked;   /* operations of clients for its keys, of the last PICTURE_HEAT_SPAN */
};

/* Writes that one node keeps for another. */
struct picture_hints {
    uint32_t keeper;
    uint32_t target;
    uint64_t count;
    bool is_sent; /* a batch of them is on its way */
};

/* What the cluster was told; an operation may say otherwise for itself. */
struct picture_rules {
    uint32_t replication;    /* N */
    uint32_t read_needed;    /* R */
    uint32_t write_needed;   /* W */
    const char *read_level;  /* "quorum" */
    const char *write_level;
    const char *hash;        /* "murmur3": gives keys their positions; NULL: their bytes do */
    vtime heartbeat;         /* 0: nobody is ever suspected */
    vtime suspect_after;
    bool is_distinct; /* the walk skips nodes that it has met */
};

/* A stop of the walk round the ring from a key's position. */
struct picture_stop {
    uint64_t position; /* of the token; 0: this placement has none */
    uint32_t node;
    uint32_t rank; /* 1 .. N: its place on the preference list; 0: skipped */
    bool is_met;   /* the node was met before; if not, and skipped: its rack was */
};

/* What runs down on a node, or on a client's patience. */
enum picture_timer_kind {
    PICTURE_TIMER_OPERATION, /* a coordinator waits for replicas */
    PICTURE_TIMER_HEARTBEAT,
    PICTURE_TIMER_LOG_SYNC,
    PICTURE_TIMER_TOPOLOGY, /* a change of members goes on */
    PICTURE_TIMER_SPECULATE, /* a read is late */
    PICTURE_TIMER_REPAIR,   /* replicas are compared, or a comparison goes on */
    PICTURE_TIMER_TOMBSTONES, /* tombstones may be due to go */
    PICTURE_TIMER_HINTS,    /* the node looks to whom it can bring what they missed */
    PICTURE_TIMER_HINT_BATCH, /* a batch of that is due, or was not answered */
    PICTURE_TIMER_GOSSIP,   /* a round of gossip */
    PICTURE_TIMER_RANGES,   /* key ranges are looked at */
    PICTURE_TIMER_PROBE,    /* SWIM: a period, or an answer */
    PICTURE_TIMER_SUSPICION, /* SWIM: a suspected node may refute */
    PICTURE_TIMER_SPREAD,   /* SWIM: news are passed on */
    PICTURE_TIMER_CLIENT, /* a client waits for its answer */
    PICTURE_TIMER_KIND_COUNT,
};

struct picture_timer {
    uint32_t owner; /* address */
    uint8_t kind;   /* enum picture_timer_kind */
    uint32_t peer;  /* SUSPICION: who is suspected; else MEMBERS_NOBODY */
    uint64_t about;
    vtime set_at;
    vtime due_at;
};

/* How far one replica's part in an open operation is. */
enum picture_slot {
    PICTURE_SLOT_LOST,      /* nothing is on its way: only the timeout ends the wait */
    PICTURE_SLOT_ASKED,     /* the question is on its way */
    PICTURE_SLOT_WORKING,   /* the replica has it: in its queue, or until the log is synced */
    PICTURE_SLOT_ANSWERING, /* the answer is on its way */
    PICTURE_SLOT_DONE,
    PICTURE_SLOT_REFUSED,
    PICTURE_SLOT_COUNT,
};

enum picture_phase {
    PICTURE_PHASE_WRITE,  /* waits for W acknowledgements */
    PICTURE_PHASE_DIGEST, /* waits for R answers, one in full */
    PICTURE_PHASE_FULL,   /* they differ: waits for all of them in full */
    PICTURE_PHASE_REPAIR, /* writes the newest back to those that lack it */
    PICTURE_PHASE_TOLD,   /* the client has its answer, late replicas still count */
};

/* An operation that a coordinator has in hand. */
struct picture_operation {
    uint64_t about;                /* the request */
    char label[PICTURE_LABEL_MAX]; /* "c1#12" */
    uint64_t record;               /* of the work that began it: what selects it */
    uint32_t coordinator;
    uint32_t client;
    uint32_t key;     /* index among the keys, or UINT32_MAX */
    const char *kind; /* "put", "get", "delete" */
    uint8_t phase;    /* enum picture_phase */
    bool is_open;     /* its client waits; else the coordinator only ends its work */
    uint8_t needed;
    uint8_t acknowledged;
    uint8_t replica_count;
    uint8_t slots[PICTURE_REPLICAS_MAX]; /* enum picture_slot */
    uint32_t replicas[PICTURE_REPLICAS_MAX];
    vtime begun_at;
    vtime due_at; /* its timeout */
};

struct picture_message {
    uint32_t from;
    uint32_t to;
    char letter;      /* of its kind: W, A, R, ... */
    char sign;        /* of an answer: '+' done, '-' refused or not in time; else 0 */
    const char *name; /* "write" */
    vtime sent_at;
    vtime arrives_at; /* of a held one: if it were released now */
    uint64_t about;
    uint64_t identity; /* what actions name it by */
    uint32_t copy;     /* 0: the message itself; 1 ...: a copy; an action says one more */
    uint64_t record;   /* number of the record of its sending, of a copy of its making: what
                          selects it */
    bool is_doomed;    /* as things are now it will not get through */
    bool is_held;      /* it stands still until it is released */
    bool is_damaged;   /* whoever gets it will refuse it */
    uint32_t rows;     /* of a new owner's data, that it brings; 0: it is no such message */
    vtime left;        /* of its way */
    vtime way;         /* all of it: what is behind it is way - left */
};

/* Nothing gets from one to the other: nodes or clients. Ascending by (from, to). */
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
    bool is_cut;          /* the value is longer */
    uint32_t size;        /* bytes of it, as they are kept */
    uint8_t kind;         /* enum version_kind */
    uint32_t value_count; /* siblings, elements or fields; 1 for a plain value */
    uint8_t loses_by;      /* enum picture_rule: to the newest of the running replicas */
    uint32_t loses_at;     /* by PICTURE_RULE_VALUE: the first byte that differs */
};

/* The rules of "last writer wins", in their order. */
enum picture_rule {
    PICTURE_RULE_SAME, /* it loses to nobody: the same version */
    PICTURE_RULE_TIMESTAMP,
    PICTURE_RULE_TOMBSTONE, /* equal stamps: a tombstone beats a value */
    PICTURE_RULE_MERGE,     /* objects: neither replaces the other, they are merged */
    PICTURE_RULE_VALUE,     /* equal stamps, two values: the larger one, byte by byte */
};

struct picture_key {
    char name[PICTURE_NAME_MAX];
    uint32_t size;                    /* bytes of the key */
    uint8_t bytes[PICTURE_BYTES_MAX]; /* the first of them */
    uint64_t token;                   /* what the trace calls it */
    uint64_t position;                /* on the circle: where its walk begins */
    uint32_t replica_count;
    struct picture_replica *replicas; /* in the order of the preference list */
    bool is_differing;
    bool is_hot;    /* more than a tenth of all operations lately are for it */
    uint32_t asked; /* operations for it, of the last PICTURE_HEAT_SPAN */
};

/* What is hot is hot lately. So few operations say nothing. */
#define PICTURE_HEAT_SPAN SECOND
#define PICTURE_HOT_LEAST 20

/* When a check is looked at. */
enum picture_check_mode { PICTURE_CHECK_AT_END, PICTURE_CHECK_ALWAYS, PICTURE_CHECK_REACHED };

struct picture_check {
    const char *name;
    const char *kind;    /* "always", "durable" ... */
    const char *meaning; /* its condition as text, or what a check of its kind promises */
    uint8_t mode;        /* enum picture_check_mode */
    uint64_t step;       /* where it was decided */
    const char *why;   /* or NULL */
    const char *now;   /* of a condition judged at the end: how it is now; or NULL */
    bool is_decided;   /* an `always` that broke, a `reached` that came */
    bool is_expected_to_fail;
    vtime time;        /* when it was decided */
};

struct picture {
    const char *scenario;
    const char *title;
    const char *about; /* a paragraph for the reader; "" */
    uint64_t seed;
    vtime now;
    vtime duration;
    uint64_t step;
    bool is_over;

    uint32_t node_count;
    struct picture_node *nodes;
    uint32_t rack_count; /* 0: the scenario speaks of none */
    const char *const *racks;
    uint32_t client_count;
    const char **clients;
    struct members members; /* of all nodes, spares too: see members.h */
    struct picture_rules rules;
    uint32_t side_count; /* sides of the network that no way leads between, both ways; 1: whole */
    uint32_t token_count;
    struct picture_token *tokens; /* ascending */
    uint32_t hint_count;
    struct picture_hints *hints; /* by keeper, then target */
    uint32_t descent_count;
    struct descent *descents; /* comparisons by repair, under way or the last of a node */
    uint32_t message_count;
    struct picture_message *messages; /* by arrival */
    uint32_t timer_count;
    struct picture_timer *timers; /* by due time */
    uint32_t open_count;
    struct picture_operation *open; /* by their beginning */
    uint32_t cut_count;
    struct picture_cut *cuts;
    uint32_t key_count;
    struct picture_key *keys;
    uint32_t key_total; /* of the run so far: may be more than are pictured */
    uint32_t check_count;
    struct picture_check *checks;

    uint64_t operations[5]; /* by enum outcome: pending, ok, unavailable, timeout, overloaded */
    uint32_t stale_reads;

    /* what clients have begun lately: in asked_span, which is PICTURE_HEAT_SPAN or less */
    vtime asked_span;
    uint64_t asked;
    uint32_t asked_most; /* of one range */
};

/* At most this many are pictured. */
#define PICTURE_MESSAGES_MAX   4096
#define PICTURE_KEYS_MAX       1024
#define PICTURE_TIMERS_MAX     2048
#define PICTURE_OPERATIONS_MAX 1024

/* Everything is allocated in `scratch`, which the caller drops when done. */
void picture_take(const struct world *world, struct heap *scratch, struct picture *picture);

/* The walk from a position on the circle until the preference list is whole. Returns how many
 * stops it has; the first `max` are written. */
uint32_t picture_walk(const struct world *world, uint64_t position, struct picture_stop *stops,
                      uint32_t max);

#endif

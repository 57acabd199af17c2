/*
 * node.h: one node of the database.
 *
 * A node is a state machine with one entry point. The host calls node_step with
 * one event at a time; the node does what there is to do, through the seam
 * (db/env.h), and returns. It never waits.
 *
 *   client: put ----> coordinate/write.c -- write --> coordinate/replica.c --> store/: log, rows
 *   client: get ----> coordinate/read.c  -- read  --> coordinate/replica.c <-- (storage.c)
 *                          ^                                 |
 *                          +------ written, digest, value ---+
 *   peers: topology, rows -> member/       heartbeats -> detect/      sums, rows -> repair/
 *          what is known of whom -> gossip/
 *
 * The rooms, and who sees whom (each also sees this folder's own headers: env, config, message,
 * level, note, about, safeguard):
 *
 *   ring/        who keeps what: positions, placements, versions of the topology  sees nothing
 *   conflict/    two versions of a key become one                                 sees version.h
 *   store/       what is durable: rows, log, checkpoint, recovery                 sees conflict
 *   detect/      which peers count as up                                          sees ring
 *   gossip/      what nodes tell each other of themselves             sees ring, store, detect
 *   member/      how the members change, and their data moves                     sees ring, store
 *   load/        what a node has measured of its peers, what it refuses           sees nothing
 *   repair/      replicas become equal, tombstones go                  sees ring, store, member
 *   hint/        writes that others have missed, until they can have them         sees the above
 *   coordinate/  a client's operation, from its request to its answer             sees all
 *
 * Any node coordinates any key. A node that is itself a replica of the key plays
 * both parts, without a message to itself.
 *
 * All of struct node is volatile. What survives a crash is on the disk, and
 * storage.h says what that is.
 */
#ifndef DB_NODE_H
#define DB_NODE_H

#include "base/outcome.h"
#include "base/table.h"
#include "db/coordinate/speculate.h"
#include "db/detect/detector.h"
#include "db/env.h"
#include "db/gossip/gossip.h"
#include "db/hint/hint.h"
#include "db/level.h"
#include "db/load/hot.h"
#include "db/load/peers.h"
#include "db/load/shed.h"
#include "db/member/membership.h"
#include "db/message.h"
#include "db/repair/repair.h"
#include "db/store/storage.h"

/* What a replica told a reading coordinator. */
struct replica_answer {
    bool has_digest;
    bool has_value;
    bool is_repairing; /* a repair is under way to it */
    bool is_asked;     /* a question is under way to it: see load/peers.h */
    bool is_extra;     /* asked because the others were late (speculate.h) */
    uint8_t unused[3];
    uint64_t asked_ns; /* monotonic clock */
    uint64_t digest;
    struct version version; /* value bytes owned by the pending operation */
};

enum pending_phase {
    PHASE_WRITE,  /* waiting for W acknowledgements */
    PHASE_DIGEST, /* waiting for R answers, one in full and the rest as digests */
    PHASE_FULL,   /* they differed: waiting for all of them in full */
    PHASE_REPAIR, /* waiting until the newest version is back on those that lacked it */
    PHASE_TOLD,   /* the client has its answer; late acknowledgements still come in */
    PHASE_UPDATE, /* a replica is to make of the update the version that is then written */
};

/* What a client asks of an object (conflict/update.h), until a replica has done it. */
struct pending_update {
    int64_t amount;
    int64_t timestamp; /* newest one that the client knows */
    struct bytes name; /* own copies */
    struct bytes value;
    struct bytes context;
    uint32_t leader;  /* the replica that is to do it */
    bool is_refused;  /* it has not: this node went by an old topology */
    bool is_repeated; /* it was handed to a second one (forward-once is off) */
    uint8_t unused[2];
};

/* An operation that this node coordinates. */
struct pending {
    uint64_t request;
    uint32_t client; /* address that gets the reply */
    uint8_t kind;    /* enum operation_kind */
    uint8_t phase;   /* enum pending_phase */
    uint8_t level_count; /* R: what the level asks of each set of owners */
    uint8_t attempt; /* R: which asking of replicas this is, from 0; see coordinate_read_again */
    uint8_t needed;        /* of each set of owners */
    uint8_t acknowledged;  /* replicas that stored it (of the set that has fewer), or answered */
    uint8_t refused;       /* replicas that could not store it */
    uint8_t replica_count; /* W: all owners, old and new; R: those that were asked */
    uint8_t is_sloppy;      /* others may stand in for owners that are down */
    uint8_t is_any;         /* W: a hint that is kept counts, too */
    uint8_t awaits_hints;   /* W: sent when they are durable (hints ahead) */
    uint8_t unused_byte;
    uint32_t replicas[2 * REPLICATION_MAX];
    uint32_t stands_for[2 * REPLICATION_MAX]; /* whom that one stands in for, or HINT_NOBODY */
    uint32_t answered;   /* a bit per entry of `replicas`, and so are the next ones */
    uint32_t refused_by; /* of these, those that could not store it */
    uint32_t sets[2];    /* W: owners by which reads go; the other ones, while members change */
    struct bytes key;  /* own copy */
    uint64_t key_token;
    struct version version;         /* written, or the newest one read; own copy of the value */
    struct replica_answer *answers; /* reads: one per entry of `replicas` */
    struct bytes merged;            /* reads: the value, when it is in none of the answers alone */
    struct pending_update *update;  /* NULL: none, or done */
    timer_handle timeout;
    uint64_t begun_ns; /* monotonic clock */

    /* R: asking one replica more (speculate.h) */
    timer_handle speculation;
    uint64_t speculate_after_ns;
    bool has_speculated;
    bool is_told; /* R: the client has its answer; replicas are made equal (beyond.c) */
    uint8_t unused_too[6];
};

/* A write in this replica's log that must not be acknowledged yet. */
struct unsynced_write {
    uint64_t sequence;
    uint64_t request;
    uint32_t coordinator;
    uint8_t round; /* of the message, goes back in the acknowledgement */
    bool is_update; /* the coordinator gets the version back */
    uint8_t kind;   /* enum log_record_kind */
    bool is_repair; /* brought by a repair */
    uint8_t unused[1];
    struct bytes key;
    struct version version;
    struct position_range range; /* of LOG_FORGET_RANGE */
    struct unsynced_write *next;
};

/* The node as an actor: whose events its updates are (conflict/clock.h). */
struct actor_state {
    uint64_t epoch;  /* 0: it needs none, no table has objects */
    uint64_t record; /* of the topology file: durable when that is */
};

/* How many requests a node remembers, so as not to carry one out twice. */
#define REQUESTS_REMEMBERED 1024

struct node {
    /* durable, seen through memory */
    struct storage storage;

    struct membership membership;
    struct repair repair;
    struct hints hints;

    /* volatile: as a coordinator */
    struct table pending; /* request -> struct pending */
    int64_t last_timestamp;
    int64_t last_hybrid; /* of the hybrid logical clock: the newest that was given or met */
    struct table seen_requests; /* request -> 1, the newest REQUESTS_REMEMBERED */
    uint64_t seen_order[REQUESTS_REMEMBERED];
    uint32_t seen_count;
    uint32_t backlog; /* events that wait behind the one that is handled */
    struct load_peers load;
    struct speculation speculation;
    struct admission admission;

    /* volatile: as a replica */
    struct hot_load *hot; /* only for watching; NULL until the first request */
    struct actor_state actor;
    struct unsynced_write *unsynced_first; /* in log order */
    struct unsynced_write *unsynced_last;

    /* volatile: as a peer */
    struct detector detector;
    struct gossip gossip;
};

/* A node with empty memory; the host keeps the pointer and owns nothing else. */
struct node *node_create(struct env *env);

/* May clients use this node as a coordinator? It has recovered and is a member. */
bool node_may_coordinate(const struct node *node, const struct env *env);

/* A message, decoded, from a peer or from this node itself. */
void node_handle(struct node *node, struct env *env, uint32_t from, const struct message *message);

/* THE entry point: one event, handled to its end. */
void node_step(struct node *node, struct env *env, const struct event *event);

/* This life has been counted, durably: what goes by its number may begin (membership.h). */
void node_on_counted(struct node *node, struct env *env);

/* Has it recovered, so that it takes part? */
bool node_is_ready(const struct node *node);

#endif

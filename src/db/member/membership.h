/*
 * membership.h: a node's part in agreeing who is a member, and in handing data on.
 *
 *     command ("join")           command.c       until it is decided or refused
 *        |  propose              transition.c    drives it on; waiting.c: or gives it up
 *        |                             ^
 *        v                             | decided
 *     synod.c   <-- prepare, promise, accept, accepted -->  the members    (Paxos)
 *        |  every promise and acceptance is durable before it is told
 *        v
 *     membership.c: learn a version, keep it, serve by it, tell others
 *        |  a new owner of ranges
 *        v
 *     stream.c  <-- stream_ask, stream_rows -->  the old owners
 *
 * Every request to a replica carries the version that its coordinator goes by. A replica
 * that knows a later one refuses it (`stale`), and the coordinator learns the later version and
 * begins again. That fence is what makes each step of a change safe while news of it is still
 * spreading: the old owners that data was streamed from, a majority of each range, no longer
 * take writes of somebody who does not know the new owner.
 *
 * Durable: the newest version known, what was promised and accepted about the next one, and
 * which pieces of data have been streamed; in one file that is only appended to
 * (topology_file.c). All else is volatile and comes back by asking.
 */
#ifndef DB_MEMBERSHIP_H
#define DB_MEMBERSHIP_H

#include "db/env.h"
#include "db/ring/topology.h"

struct node;
struct message;

/* Paxos, the acceptor's side, for the version after `now`. */
struct acceptor {
    uint64_t slot;     /* version that this is about; below or at now.version: nothing */
    uint64_t promised; /* no lower ballot is answered */
    uint64_t accepted; /* ballot of `value`; 0: none */
    struct topology value;
};

enum proposal_stage {
    PROPOSAL_NONE,
    PROPOSAL_PREPARING,
    PROPOSAL_ACCEPTING,
    PROPOSAL_WAITING, /* somebody has a higher ballot: the tick tries again */
};

/* Paxos, the proposer's side. */
struct proposal {
    uint64_t ballot;
    uint64_t adopted;      /* highest ballot that a promise told of */
    uint64_t begun_ns;     /* monotonic clock */
    uint32_t answers;      /* yes, in this stage */
    uint8_t stage;         /* enum proposal_stage */
    uint8_t unused[3];
    uint8_t *heard;        /* by node: who said yes in this stage */
    struct topology value;
};

/* A piece of what this node gains: one interval that one set of old replicas keeps. */
struct stream_piece {
    uint64_t from, to;     /* (from, to] */
    uint64_t cursor;       /* rows up to here have come from the source that is being asked */
    uint64_t asked_ns;     /* monotonic clock; 0: nobody is being asked */
    uint64_t waits_for;    /* 1 + sequence that must be applied before it goes on; 0: nothing */
    uint32_t done_sources; /* a bit per old replica */
    uint32_t source;       /* of them: index of the one that is being asked */
    uint32_t is_done;
    uint32_t tries;        /* owners that did not answer in time */
    uint32_t is_resumed;   /* what lies before the cursor is there: go on with the same source */
    uint32_t chunks;       /* so far */
};

/* How far a piece has come, as it is remembered beyond a crash. */
struct stream_cursor {
    uint64_t version;
    uint64_t position;
    uint32_t piece;
    uint32_t source;
    uint32_t done_sources;
    uint32_t unused;
};

struct intake {
    uint64_t version; /* of the change that it is for */
    struct stream_piece *pieces;
    uint32_t piece_count;
    uint32_t done_count;
    uint32_t asked_count; /* under way */
    uint32_t unused;
    uint64_t free_at_ns; /* monotonic clock: nothing more is asked for before this */
    uint64_t rows;  /* only for watching */
    uint64_t bytes;
};

/* A record of the topology file that a full disk has not taken yet. */
struct unwritten {
    struct unwritten *next;
    struct bytes record; /* own copy */
};

/* A message that waits until the topology file is durable up to a record. */
struct deferred {
    uint64_t record;
    struct bytes frame; /* encoded; own copy */
    struct deferred *next;
    uint64_t about;
    uint64_t to;
};

/* A command that another node was given, until it is decided or refused (command.c). */
struct wish {
    uint32_t change;  /* enum transition; 0: none */
    uint32_t other;
    uint32_t from;    /* whose command it is */
    uint32_t unused;
    uint64_t subject; /* a node; of ranges: a position */
    uint64_t version;  /* that it was made for */
    uint64_t heard_ns; /* monotonic clock: when it was last told */
};

struct membership {
    /* durable, seen through memory */
    struct topology now;
    struct acceptor acceptor;
    int64_t alive_ns;         /* wall clock: when it was last written that this node is; 0: never */
    uint64_t durable_version; /* of `now`, as far as it is on the device */
    uint64_t boots;           /* lives of this node that were counted, this one included */
    uint64_t boot_record;     /* of the file: this life's; 0: not counted, or known to be durable */
    uint64_t dropped_version; /* volatile: rows of others are dropped by the owners of this one */
    uint64_t epoch;           /* newest one of this node as an actor (coordinate/actor.c) */

    /* derived from `now` */
    struct placement placements[2]; /* by enum member_set; the same places when nothing changes */
    uint8_t *gains;                 /* by node: will it own something that it does not own now? */

    /* the file */
    uint64_t records;        /* appended */
    uint64_t synced_records;
    uint64_t syncing_to;     /* of the sync that is under way; 0: none */
    uint64_t syncs_waiting;  /* answers of it still to come */
    uint64_t written;        /* records that the file has; later ones wait for room on the disk */
    struct unwritten *unwritten_first;
    struct unwritten *unwritten_last;
    struct deferred *deferred_first;
    struct deferred *deferred_last;

    /* volatile */
    uint8_t is_ready;
    uint8_t is_ticking;
    uint8_t wanted_change;  /* enum transition: a command that is not decided yet */
    uint8_t has_failed;     /* the file is broken: this node votes no more in this life */
    uint32_t wanted_other;
    uint64_t wanted_subject; /* a node; of ranges: a position */
    struct wish wish;
    uint32_t *range_writes;  /* by key range, since the last look; NULL: nobody looks (ranges.c) */
    uint64_t is_looking;
    uint64_t looks;
    uint32_t waits_reason;   /* as the driver: enum reason of waiting.c, 0: nothing is missing */
    uint32_t waits_whom;     /* the node that is missing */
    uint64_t waits_since_ns; /* monotonic clock */
    uint32_t poll;          /* number of the last one */
    uint64_t ticks;         /* so far */
    uint64_t phase_ns;      /* monotonic clock: when this version was learned */
    uint64_t is_boot_due;   /* 0 or 1: this life is not counted yet, for want of room on the disk */
    uint64_t is_read_again; /* 0 or 1: the file seemed torn, and is read a second time */
    uint64_t read_crc;      /* of what the first reading brought */
    struct proposal proposal;
    struct intake stream;
    uint64_t remembered_version; /* pieces streamed in an earlier life: a bit each */
    uint64_t *remembered;
    uint64_t remembered_words;
    struct stream_cursor *cursors; /* of pieces that were not done then */
    uint64_t cursors_version;
    uint64_t cursor_count;
    uint64_t *peer_versions; /* by node: durable there, as they told the driver */
    uint64_t *peer_streamed; /* by node: version for which they have all that they gain */
    uint64_t *peer_hints;    /* by node: hints that they keep for others; all ones: not told yet */
};

/* EVENT_START, and its disk events: reads the file. The node is ready when this is, too. */
void membership_begin(struct node *node, struct env *env);
void membership_on_disk(struct node *node, struct env *env, const struct event *event);

/* The places that reads go by, and those that writes go to besides. */
const struct placement *membership_reads(const struct membership *membership);
const struct placement *membership_also_writes(const struct membership *membership); /* or NULL */

/* Is a coordinator that goes by this version behind? Then the request must be refused. */
bool membership_is_stale(const struct membership *membership, uint64_t version);

/* Somebody goes by a later version: ask what it is. */
void membership_heard_of(struct node *node, struct env *env, uint32_t from, uint64_t version);

/* Count this life, durably; node_on_counted (node.c) is called once it is. */
void membership_count_life(struct node *node, struct env *env);

#endif

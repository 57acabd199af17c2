/*
 * repair.h: a node's part in making replicas equal (anti-entropy).
 *
 *     round (run.c)      what is to be repaired, in batches of ranges; for each batch, every
 *        |               other owner in turn:
 *        v
 *     pair (pair.c)      down the tree of hashes, level by level, to the parts that differ
 *        |    |--- repair_compare: nodes of level 2 --->|
 *        |    |<-- repair_sums: of their children ------|                      (answer.c)
 *        v
 *     leaves (leaves.c)  the rows that either side lacks or has older
 *             |--- repair_leaf: digests of my rows ---->|
 *             |<-- repair_rows: the others -------------|  taken as writes are (replica_take)
 *             |--- repair_push: what you lack --------->|
 *             |<-- repair_taken ------------------------|  as durable as a write
 *
 * Who is asked keeps nothing in mind: every question says by which topology and about which
 * ranges it is (Cassandra's trees had to be of one snapshot, or repaired for ever: CASSANDRA-2816).
 * So a repair that was interrupted is begun again, and costs nothing where all is equal already.
 * It belongs to one version of the topology, and ends when a later one is learned. While members
 * change there is no repair: what is new gets its data from stream.c.
 *
 * After the first pass over all owners of a batch this node has everything that any of them had.
 * Whom it compared with before it got the last rows, it compares with once more; then all have
 * everything, and it tells them: these ranges are repaired since the time at which the batch
 * was begun (the earliest of all owners' clocks). That is what lets tombstones go (tombstone.c).
 *
 * A round by the clock is over the ranges of which this node is the first owner that is up, so
 * that all nodes together do each range once (Cassandra: repair -pr). A round by hand is over
 * all that it keeps, or one range.
 */
#ifndef DB_REPAIR_H
#define DB_REPAIR_H

#include "db/env.h"
#include "db/ring/placement.h"

struct node;
struct repair_pair;

enum repair_peer {
    REPAIR_PEER_NONE,    /* keeps nothing of this batch */
    REPAIR_PEER_WAITING,
    REPAIR_PEER_DONE,
    REPAIR_PEER_FAILED,  /* down, or it did not answer */
};

enum repair_scope { REPAIR_FIRST, REPAIR_ALL, REPAIR_ONE };

struct repair_round {
    bool is_active;
    uint8_t scope;    /* enum repair_scope */
    uint8_t pass;     /* 0 or 1 */
    uint8_t unused[5];
    uint64_t number;   /* of this life of the node, from 1 */
    uint64_t topology; /* version that it goes by */
    uint64_t position; /* REPAIR_ONE: of the range */
    int64_t since;     /* of the batch: earliest clock of all owners when it was begun */
    uint32_t range_count; /* of the whole round */
    uint32_t first;       /* range of the batch ... */
    uint32_t end;         /* ... and behind the last one */
    uint32_t repaired;    /* ranges that all owners have in full, so far */
    uint64_t *ranges;     /* by their ends, in the order of membership_next_interval */
    uint8_t *peers;       /* by node: enum repair_peer */
    uint8_t *is_behind;   /* by node: rows came in after it was compared with */
    uint64_t rows, bytes; /* moved so far */
};

/* Rows of another node's repair that are not applied yet: it is told when they are. */
struct repair_debt {
    uint64_t sequence; /* of the last of them */
    uint64_t repair;
    uint64_t number;
    uint64_t to;
    struct repair_debt *next;
};

/* An answer to another node's repair that waits for the throttle (pace.c). */
struct repair_answer {
    struct repair_answer *next;
    struct bytes frame; /* encoded; own copy */
    uint64_t about;
    uint64_t due_ns; /* monotonic clock */
    uint64_t to;
};

/* Ranges that all owners have in full since a time. */
struct repaired_range {
    struct position_range range;
    int64_t since;
};

/* How a comparison went, for those who watch. */
#define REPAIR_SEEN_LEVELS 24
#define REPAIR_SEEN_PARTS  256
struct repair_seen {
    uint32_t peer;
    uint32_t level_count; /* levels that were looked at, with the first */
    uint32_t range_count;
    uint32_t range_levels;
    uint32_t compared[REPAIR_SEEN_LEVELS];  /* sums that were compared on each level */
    uint32_t differing[REPAIR_SEEN_LEVELS]; /* of these */
    uint32_t leaf_count;
    uint32_t part_count;
    uint64_t parts[REPAIR_SEEN_PARTS]; /* of those that differ: level << 60 - 3 bits, see tree.h */
    uint8_t part_levels[REPAIR_SEEN_PARTS];
    uint64_t began_ns; /* monotonic clock */
    uint64_t bytes;    /* both ways */
    uint64_t rows_taken, rows_sent;
    uint64_t topology;   /* by which the ranges are meant */
    struct bytes chosen; /* own copy: which of the ranges in common it was about, see tree.h */
    bool is_over;
    bool is_equal;
};

struct repair {
    /* volatile */
    struct repair_round round;
    struct repair_pair *pair; /* the comparison under way, or NULL */
    uint64_t rounds;          /* begun in this life */
    uint64_t due_ns;          /* monotonic clock: of the next round by the clock; 0: never */
    uint64_t free_ns;         /* when the throttle lets the next message go */
    timer_handle timer;
    uint64_t timer_ns;        /* when it is due */
    struct repair_debt *debt_first, *debt_last;
    uint64_t answer_free_ns; /* when the throttle lets the next answer go */
    struct repair_answer *answer_first, *answer_last;

    /* what is repaired, by version `repaired_topology`, ascending by end */
    struct repaired_range *repaired;
    uint64_t repaired_topology;
    uint32_t repaired_count;
    uint32_t unused;

    /* only for watching */
    struct repair_seen seen;
    uint64_t rows_taken, rows_sent, bytes;
};

/* The node takes part now: the first round by the clock is due after a part of the interval. */
void repair_begin(struct node *node, struct env *env);

/* A later topology was learned: what is under way, and what was repaired, was by the old one. */
void repair_on_topology(struct node *node, struct env *env);

/* The operator's command: all of what this node keeps, or one range of it. */
void repair_command(struct node *node, struct env *env, bool is_one, uint64_t position);

void repair_on_timer(struct node *node, struct env *env);

/* More of the log is applied: tell those whose rows are. */
void repair_on_applied(struct node *node, struct env *env);

/* Tombstones (tombstone.c). The node takes part now; its timer; all that may go, goes. */
void tombstones_begin(struct node *node, struct env *env);
void tombstones_on_timer(struct node *node, struct env *env);
void tombstones_collect(struct node *node, struct env *env);

/* Since when have all owners everything of this position? INT64_MIN: it is not known. */
int64_t repair_since(const struct node *node, uint64_t position);

#endif

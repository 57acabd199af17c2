/*
 * repair_parts.h: what the files of repair ask of each other.
 *
 *   tree.c       the tree of hashes
 *   run.c        rounds, batches, passes
 *   pair.c       comparing with one other owner: down the tree
 *   leaves.c     the rows of the parts that differ
 *   answer.c     the other side of both
 *   rows.c       rows of a part as bytes
 *   repaired.c   which ranges are repaired since when
 */
#ifndef DB_REPAIR_PARTS_H
#define DB_REPAIR_PARTS_H

#include "base/table.h"
#include "db/repair/tree.h"
#include "db/roles.h"

#define REPAIR_LEAF_ROWS  16u /* a part with at most so many rows is not cut further */
#define REPAIR_NODES_MAX  256u /* asked for at once */
#define REPAIR_LEAVES_MAX 8u  /* under way at once, and so many pushes */
#define REPAIR_PATIENCE   (UINT64_C(1000) * 1000 * 1000)
#define REPAIR_TRIES      5u

/* A part whose rows are to be exchanged. */
struct repair_part {
    uint64_t from, to;
    uint64_t is_push; /* the other side has nothing in it */
};

/* One that has been asked for: a slot is free while asked is 0. */
struct repair_slot {
    struct repair_part part;
    uint64_t asked;
    struct bytes digests; /* of this side's rows, as they were sent; own copy */
};

struct repair_pair {
    uint32_t peer;
    uint32_t tries;
    uint64_t repair; /* identity */
    struct bytes chosen; /* own copy */
    struct repair_tree tree;

    /* down the tree: nodes of `level` that differ, of which [0, asked_to) have been asked for */
    uint64_t *nodes, *next;
    uint32_t node_count, next_count, next_room;
    uint32_t asked_from, asked_to;
    uint32_t level;
    bool is_waiting; /* for sums */
    bool is_descended;

    /* the parts that differ, of which [0, part_next) have been asked for or pushed */
    struct repair_part *parts;
    uint32_t part_count, part_room, part_next;
    struct repair_slot slots[REPAIR_LEAVES_MAX];
    uint32_t slots_taken;

    /* rows that go to the other side */
    uint8_t *out;
    uint32_t out_size, out_room, out_rows;
    uint64_t pushes;          /* so far */
    struct table open_pushes; /* number -> 1: those that are not acknowledged */

    uint64_t rows_taken, rows_sent; /* of all tries */
    uint64_t bytes;
    uint64_t applied_when;  /* sequence of the last row that came from the other side */
    uint64_t heard_ns;      /* monotonic clock: the last answer */
    int64_t peer_clock;     /* of the first answer */
};

/* run.c; the timer of this node's repairs is set to the earliest of what it waits for */
void repair_set_timer(struct node *node, struct env *env);
void round_on_pair_over(struct node *node, struct env *env, enum reason reason);

/* pair.c */
void pair_begin(struct node *node, struct env *env, uint32_t peer, struct bytes chosen);
void pair_go_on(struct node *node, struct env *env);
void pair_on_timer(struct node *node, struct env *env);
void pair_free(struct node *node, struct env *env);
bool pair_send(struct node *node, struct env *env, uint64_t what, const struct message *message);
void pair_count(struct node *node, struct env *env, const struct message *message);

/* leaves.c */
void leaves_add(struct repair_pair *pair, struct env *env, struct repair_part part);
bool leaves_go_on(struct node *node, struct env *env);
void leaves_free(struct repair_pair *pair, struct env *env);

/* rows.c */

/* The rows of (from, to], clockwise: start with NULL; NULL is the end. */
const struct store_row *rows_next(const struct store *store, struct position_range range,
                                  const struct store_row *row);

/* Is the digest in this list of eight bytes each? Which one, or -1. */
int64_t rows_find_digest(struct bytes digests, uint64_t digest);

/* repaired.c */
void repaired_mark(struct node *node, struct env *env, uint64_t position, int64_t since);
void repaired_note(struct env *env, uint32_t count, int64_t since, uint32_t by);

/* Answering, not faster than the throttle (pace.c); and how long an asker waits for that. */
void pace_answer(struct node *node, struct env *env, uint32_t to, uint64_t about,
                 const struct message *message);
void pace_on_timer(struct node *node, struct env *env);
uint64_t repair_patience(const struct env *env);

/* tombstone.c: may it go? Is it one that would go at once, and has nothing to delete here? */
bool tombstone_may_go(const struct node *node, struct env *env, uint64_t position,
                      const struct version *version);
bool tombstone_is_refused(struct node *node, struct env *env, uint32_t from, struct bytes key,
                          const struct version *version);
void tombstones_note_alive(struct node *node, struct env *env);

/* answer.c */
void repair_pay_debts(struct node *node, struct env *env);

uint64_t repair_about(const struct env *env, uint64_t what);

#endif

/*
 * explore_parts.h: what the files of the explorer share.
 *
 *   explore.c         breadth first through all states
 *   explore_walk.c    one schedule after another, by random priorities
 *   explore_choose.c  which choices a state has, and which of them commute
 *   explore_step.c    a choice taken: looked up, or made by the real objects in the world
 *   explore_table.c   tables of distinct things, each with a number
 *   explore_judge.c   what the checks say about a state in which nothing is left to happen
 */
#ifndef HUNT_EXPLORE_PARTS_H
#define HUNT_EXPLORE_PARTS_H

#include "base/snapshot.h"
#include "hunt/explore.h"
#include "sim/world/handpick.h"

#define EXPLORE_PARTS_MAX    12 /* nodes and clients */
#define EXPLORE_MESSAGES_MAX 48 /* in flight */
#define EXPLORE_OWN_MAX      24 /* events that wait for one node or client */
#define EXPLORE_CHOICES_MAX  160
#define EXPLORE_NONE         UINT32_MAX

/* A choice in 32 bits: kind, and which message (its number), event (part and index) or node. */
#define CHOICE_SHIFT      28
#define CHOICE_INDEX_BITS 8

static inline uint32_t choice_of(enum explore_kind kind, uint32_t which)
{
    return (uint32_t)kind << CHOICE_SHIFT | which;
}

static inline enum explore_kind choice_kind(uint32_t choice)
{
    return (enum explore_kind)(choice >> CHOICE_SHIFT);
}

static inline uint32_t choice_which(uint32_t choice)
{
    return choice & ((UINT32_C(1) << CHOICE_SHIFT) - 1);
}

/* An event that belongs to a node or client. */
struct explore_own {
    vtime due;
    uint8_t kind; /* enum sim_event */
    uint8_t unused[7];
};

/* What a node or a client is, with all that it waits for. */
struct explore_local {
    struct digest digest;
    uint32_t part;
    bool is_up;   /* clients: always */
    bool is_open; /* it waits for a timer that is about an operation, and not only to look round */
    uint8_t own_count;
    struct explore_own own[EXPLORE_OWN_MAX];
};

/* What is in flight, apart from where the run stands. */
struct explore_message {
    struct digest digest;
    uint32_t from, to; /* parts */
    uint32_t kind;     /* enum message_kind */
    uint64_t identity;
    uint64_t about;
    uint32_t copy;
};

/* One step of one part. */
struct explore_memo {
    uint32_t local; /* before */
    uint32_t input; /* the choice */
    vtime now;
    uint32_t after;      /* local */
    uint32_t sent_first; /* in `sent` */
    uint32_t sent_count;
};

/* All of a run at one moment. No padding: it is hashed whole. */
struct explore_state {
    vtime now;
    uint32_t crashes;
    uint32_t drops;
    uint32_t delays; /* postponements, when they are counted */
    uint32_t message_count;
    uint32_t local[EXPLORE_PARTS_MAX];
    uint32_t messages[EXPLORE_MESSAGES_MAX]; /* ascending */
};

/* How a state was reached first. */
struct explore_seen {
    struct digest digest;
    uint32_t parent;
    uint32_t choice;
    uint32_t sleep; /* set of choices that need not be taken from here */
    bool is_expanded;
};

/* A set of choices, ascending, in `members`. Number 0 is the empty one. */
struct explore_set {
    struct digest digest;
    uint32_t first;
    uint32_t count;
};

/* Numbers of things by their digests: open addressing, never shrinks. */
struct explore_index {
    uint32_t *slots; /* 1 + number; 0: free */
    uint64_t mask;
};

struct explore_choices {
    uint32_t count;
    uint32_t list[EXPLORE_CHOICES_MAX];
    bool is_final; /* nothing is left to happen, but for a crash */
};

struct explore {
    struct explore_order order;
    struct explore_result result;
    struct world world;
    struct region scratch;
    struct snapshot_store store;
    struct snapshot *root;
    uint32_t node_count, client_count, part_count;
    vtime start;         /* where exploring begins */
    const char *trouble; /* a limit of the explorer's was hit; ends it */

    struct explore_local *locals;
    uint32_t local_count, local_room;
    struct explore_index local_index;
    struct explore_message *messages;
    uint32_t message_count, message_room;
    struct explore_index message_index;
    struct explore_memo *memos;
    uint32_t memo_count, memo_room;
    struct explore_index memo_index;
    uint32_t *sent;
    uint32_t sent_count, sent_room;
    struct explore_seen *seen;
    uint32_t seen_count, seen_room;
    struct explore_index seen_index;
    struct explore_set *sets;
    uint32_t set_count, set_room;
    struct explore_index set_index;
    uint32_t *members;
    uint32_t member_count, member_room;

    /* where the world stands: the choices taken since the root */
    uint32_t at[EXPLORE_PATH_MAX];
    uint32_t at_length;
    bool is_at_known;
};

/* explore_table.c: numbers, new ones for what was not met before. */
uint32_t explore_local_number(struct explore *x, const struct explore_local *local);
uint32_t explore_message_number(struct explore *x, const struct explore_message *message);
uint32_t explore_memo_find(const struct explore *x, uint32_t local, uint32_t input, vtime now);
void explore_memo_add(struct explore *x, const struct explore_memo *memo);
void explore_sent_add(struct explore *x, uint32_t message);
uint32_t explore_seen_number(struct explore *x, struct digest digest, uint32_t parent,
                             uint32_t choice, bool *is_new);
uint32_t explore_set_number(struct explore *x, const uint32_t *list, uint32_t count);
bool explore_set_has(const struct explore *x, uint32_t set, uint32_t choice);
uint32_t explore_set_and(struct explore *x, uint32_t one, uint32_t other);
uint32_t explore_set_without(struct explore *x, uint32_t one, uint32_t other);
void explore_tables_free(struct explore *x);

/* explore_step.c */
bool explore_begin(struct explore *x, struct explore_state *root, const char **why);
void explore_take(struct explore *x, const struct explore_state *state, const uint32_t *path,
                  uint32_t length, uint32_t choice, struct explore_state *next);
void explore_go(struct explore *x, const uint32_t *path, uint32_t length); /* the world, there */
vtime explore_time_of(const struct explore *x, vtime now, uint8_t kind, vtime due);
struct queue_event explore_event(struct explore *x, uint32_t choice);
struct digest explore_state_digest(const struct explore_state *state);
struct digest explore_final_digest(const struct explore *x, const struct explore_state *state);

/* explore_choose.c */
void explore_choices(const struct explore *x, const struct explore_state *state,
                     struct explore_choices *choices);
uint32_t explore_part_of(const struct explore *x, uint32_t choice); /* whom it happens to */
bool explore_is_independent(const struct explore *x, uint32_t one, uint32_t other);

/* explore_judge.c: the bits of checks that are violated after this path. */
uint64_t explore_judge(struct explore *x, const uint32_t *path, uint32_t length);

/* explore.c: is there a reason to end before everything has been seen? */
bool explore_is_cut(struct explore *x);
/* explore_walk.c */
void explore_walk(struct explore *x, const struct explore_state *root);

/* explore.c: choices from the root to a state; returns how many. */
uint32_t explore_path_to(const struct explore *x, uint32_t number, uint32_t *path);
void explore_report_final(struct explore *x, const struct explore_state *state,
                          const uint32_t *path, uint32_t length);

#endif

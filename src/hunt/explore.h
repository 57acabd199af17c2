/*
 * explore.h: every order of what is pending, instead of the one that the clock gives.
 *
 * A run is a path through choices: which message arrives next, which disk operation ends, which
 * client acts, which node crashes, what is lost. Exploring goes along all of them, on the real
 * database objects, and judges every state in which nothing is left to happen.
 *
 *     state  =  what each node and client is (a number in a table of distinct ones)
 *             + the messages in flight (a sorted list of numbers, likewise)
 *             + the clock, and how many crashes and losses there were
 *
 *     step   =  (what one of them is, what happens to it, the clock)  ->  what it is then, and what
 *               it sends. Made once by the real object in a real world; when the same three come
 *               together again, the result is known and looked up.
 *
 * The second is what makes it fast: a node is a deterministic state machine that sees nothing but
 * its own state, the event and its clocks (db/env.h), so the states of all the others, of which
 * there are a great many combinations, do not matter to its step (compare Guerraoui and Yabandeh,
 * "Model checking a networked system without the network", NSDI 2011).
 *
 * The clock stands while things happen, and moves by two rules that look at the state alone: a
 * client that begins something moves it on by EXPLORE_TICK, and when nothing else is left while
 * somebody still waits, it goes to just before the timers that are due first.
 *
 * docs/explore.md is the page for who uses it. Read next: explore_parts.h, explore_step.c.
 */
#ifndef HUNT_EXPLORE_H
#define HUNT_EXPLORE_H

#include <signal.h>

#include "hunt/trial.h"
#include "scenario/load.h"

#define EXPLORE_TICK       MICROSECOND     /* far below the shortest timer */
#define EXPLORE_AWAY       (3600 * SECOND) /* when what nobody picks would happen by itself */
#define EXPLORE_PATH_MAX   1024            /* steps of one schedule */
#define EXPLORE_STATES_MAX UINT32_C(30000000)

struct explore;

enum explore_mode { EXPLORE_EXHAUSTIVE, EXPLORE_DELAY, EXPLORE_PCT, EXPLORE_MODE_COUNT };

struct explore_order {
    const struct scenario *scenario;
    uint64_t seed;
    uint32_t mode;        /* enum explore_mode */
    uint32_t crashes;     /* of each schedule, at most; each node that crashes starts again */
    uint32_t drops;       /* messages lost, at most */
    uint32_t bound;       /* delay: postponements, at most */
    uint32_t depth;       /* PCT: d */
    uint64_t runs;        /* PCT */
    uint64_t state_limit; /* 0: EXPLORE_STATES_MAX */
    bool has_timers;      /* a timer may fire at any moment */
    bool is_unreduced;    /* no sleep sets: for comparing */
    bool is_unremembered; /* every step is made again by the real objects: for comparing */
    bool stops_at_violation;
    const volatile sig_atomic_t *stop; /* NULL, or set when somebody wants it to end */
    void (*progress)(void *host, const struct explore *explore); /* NULL, or told now and then */
    void *host;
};

/* What happens next. */
enum explore_kind {
    EXPLORE_DELIVER, /* a message arrives */
    EXPLORE_LOSE,    /* a message is lost */
    EXPLORE_DISK,    /* a disk operation ends */
    EXPLORE_OWN,     /* a timer fires, or it is a client's turn */
    EXPLORE_CRASH,
    EXPLORE_RESTART,
};

struct explore_result {
    uint64_t states;       /* distinct */
    uint64_t transitions;  /* choices taken */
    uint64_t finals;       /* distinct states in which nothing is left to happen */
    uint64_t violating;    /* of them, those in which a check is violated */
    uint64_t lost;         /* of the choices taken, losses: nobody makes a step then */
    uint64_t made;         /* steps that the real objects made; all others were looked up */
    uint64_t replayed;     /* steps made again only to get there */
    uint64_t runs;         /* PCT, delay: schedules */
    uint64_t found_run;    /* PCT: which schedule violated a check first, from 1; 0: none */
    uint32_t actors;       /* PCT: n */
    double chance;         /* PCT: a run finds a bug of that depth at least once in so many */
    uint64_t skipped;      /* transitions that a sleep set spared */
    uint64_t frontier;     /* states that wait to be expanded */
    uint64_t most_choices; /* open at the same time */
    uint32_t depth;        /* steps of the longest schedule so far */
    bool is_complete;
    const char *cut;        /* why it is not: a phrase, or NULL */
    uint64_t finals_digest; /* sum over final states: equal when the sets are equal */
    uint64_t violated;      /* checks by index: bits */

    /* the shortest violation */
    bool has_violation;
    uint32_t check;
    uint32_t path_length;
    uint32_t path[EXPLORE_PATH_MAX];
    char sentence[TRIAL_SENTENCE_MAX];
};

/* Get ready: false and a sentence in *why when this scenario cannot be explored. */
bool explore_open(struct explore **explore, const struct explore_order *order, const char **why);
void explore_close(struct explore *explore);

/* Go on until everything has been seen, a limit is reached or somebody stops it. */
void explore_run(struct explore *explore);

const struct explore_result *explore_result(const struct explore *explore);

/* --- explore_write.c -------------------------------------------------------------------------- */

/* A scenario as it is explored: messages under way for so long that only who picks them lets them
 * arrive. NULL and a sentence in *error; the caller frees it. */
struct scenario *explore_load(const char *file, const char *const *sets, uint32_t set_count,
                              struct json_error *error);

/* One step of a schedule in words: "the write from n1 arrives at n2". Names are the scenario's. */
void explore_say(struct explore *explore, const uint32_t *path, uint32_t step, struct text *text);

/* The schedule as a scenario of its own, which any command takes: for the caller to free. The run
 * of it has been made here and came to the same: the same state of every node and client, and the
 * same check violated. NULL and a sentence when it did not. */
char *explore_write(struct explore *explore, const char *file, const char *const *sets,
                    uint32_t set_count, const uint32_t *path, uint32_t length,
                    struct json_error *error);

#endif

/*
 * sweep.h: many seeds of one or more scenarios, by several processes, into one account.
 *
 *     runs, numbered          seed 1: a b c, seed 2: a b c, ...    (a shard has each n-th of them)
 *     workers                 take the next number, run, answer by a line         (crew.h)
 *     the file                gets lines as they come; what is in it is not run   (results.h)
 *     the account             takes them by number, so it never depends on who was faster (tally.h)
 *
 * A sweep ends when all is done, after so many findings, when for so many runs nothing new has been
 * reached, after a time of the wall clock, or when somebody stops it. The first three are decided
 * by the account, in the order of numbers: so they, too, are the same for any number of workers.
 */
#ifndef HUNT_SWEEP_H
#define HUNT_SWEEP_H

#include "hunt/tally.h"

struct sweep_order {
    struct scenario *const *scenarios; /* in the order of header.scenarios */
    struct result_header header;       /* which runs, and the versions */
    uint32_t jobs;
    double seed_limit;       /* seconds of the wall clock for one run; 0: none */
    uint64_t step_limit;     /* of one run; 0: none */
    uint64_t until_failures; /* findings; 0: go on */
    uint64_t until_flat;     /* runs without anything new; 0: go on */
    double time_limit;       /* seconds of the wall clock; 0: none */
    const char *out;         /* file of results, or NULL */
    const volatile int *is_stopped; /* somebody wants it to end; NULL: nobody can */
};

enum sweep_end {
    SWEEP_ALL,      /* every run is done */
    SWEEP_FAILURES, /* there are enough findings */
    SWEEP_COVERED,  /* everything has been reached */
    SWEEP_FLAT,     /* nothing new for long enough */
    SWEEP_TIME,
    SWEEP_STOPPED,
    SWEEP_BROKEN,   /* the file of results cannot be written: `why` */
};

struct sweep {
    enum sweep_end end;
    struct tally tally;
    uint64_t total;  /* runs that the order asks for */
    uint64_t known;  /* of those in the account: read from the file */
    uint64_t torn_bytes; /* of the file, cut off */
    double seconds;
    char why[300];
};

/* Told while a sweep goes on. Each may be NULL. Findings come in the order of the account. */
struct sweep_watcher {
    void (*finding)(void *host, const struct sweep *sweep, const struct result *result,
                    bool is_new_cause);
    void (*progress)(void *host, const struct sweep *sweep); /* ten times a second or so */
    void *host;
};

/* False and a sentence when it cannot begin; else what it came to in *sweep, for tally_free. */
bool sweep_run(const struct sweep_order *order, const struct sweep_watcher *watcher,
               struct sweep *sweep, struct json_error *error);

/* Number `ordinal` of the runs of this order: which scenario, which seed. */
uint64_t sweep_total(const struct result_header *header);
void sweep_item(const struct result_header *header, uint64_t ordinal, uint32_t *scenario,
                uint64_t *seed);

/* What became of a run whose process died: its cause from what it said last (death.c). */
struct crew_outcome;
void sweep_take_death(const struct crew_outcome *outcome, double limit_seconds,
                      struct result *result);

#endif

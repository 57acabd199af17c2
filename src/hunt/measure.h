/*
 * measure.h: would the swarm notice? Each safeguard is switched off, alone, and seeds are run until
 * a check of a scenario fails.
 *
 *     a case        one safeguard, one range of seeds           5 ranges each, one after the other
 *     its runs      seed 1: a b c, seed 2: a b c, ...           a, b, c: the scenarios of the swarm
 *     found         the first run, in this order, that a check calls wrong, and that the same check
 *                   does not call wrong with all safeguards on
 *
 * What finds it are the checks of the scenarios and nothing else: the note rule_broken, which the
 * simulator leaves where a rule that is off would have mattered, is not looked at.
 *
 * Which run finds it is a function of the scenarios, the seeds and the version, whatever the number
 * of workers. Only the seconds, those of the processor, are of the machine.
 *
 * A file keeps what is known, a line for each case, and one now and then of how far a case is: the
 * same command goes on from there.
 */
#ifndef HUNT_MEASURE_H
#define HUNT_MEASURE_H

#include "db/safeguard.h"
#include "hunt/result.h"

#define MEASURE_RANGES_MAX    9
#define MEASURE_SCENARIOS_MAX 32
#define MEASURE_FORMAT        1
#define MEASURE_RUNS_MAX      (UINT64_C(1) << 31)

struct measure_case {
    bool is_done;
    bool is_found;
    uint8_t end;      /* of the run that found it: enum trial_end */
    uint64_t through; /* runs of this case that are settled */
    uint64_t own;     /* of those: findings that are there with all safeguards on as well */
    uint64_t microseconds; /* of the processor, for all of these runs */
    uint64_t seed;         /* that found it */
    char scenario[LABEL_MAX];
    char check[LABEL_MAX];
    char cause[TRIAL_CAUSE_MAX];
};

struct measure_order {
    uint64_t safeguards; /* 1 << enum safeguard: those that are measured */
    uint64_t first_seed, last_seed; /* the first range; the others follow it, as long as it */
    uint32_t ranges;
    uint32_t jobs;
    double seed_limit; /* seconds of the wall clock for one run; 0: none */
    const char *const *files;
    uint32_t file_count;
    const char *const *sets; /* path=value, for all of them */
    uint32_t set_count;
    const char *out; /* the file, or NULL */
    const volatile int *is_stopped;
};

struct measure {
    char program[40]; /* that measured */
    uint64_t first_seed, last_seed;
    uint32_t ranges;
    uint32_t scenario_count;
    struct result_scenario scenarios[MEASURE_SCENARIOS_MAX];
    struct measure_case cases[SAFEGUARD_COUNT][MEASURE_RANGES_MAX];
    bool is_stopped;
};

struct measure_watcher {
    void (*settled)(void *host, const struct measure *measure, uint32_t safeguard, uint32_t range);
    void (*progress)(void *host, const struct measure *measure, uint32_t safeguard, uint32_t range);
    void *host;
};

/* False and a sentence when it cannot begin or go on. */
bool measure_run(const struct measure_order *order, const struct measure_watcher *watcher,
                 struct measure *measure, struct json_error *error);

/* What a file says, and nothing is run. Its header decides ranges and scenarios. */
bool measure_load(const char *path, struct measure *measure, struct json_error *error);

/* --- what comes of it ----------------------------------------------------------------------- */

/* The seeds that a case took: where it was found, or all of them. */
uint64_t measure_seeds(const struct measure *measure, const struct measure_case *result,
                       uint32_t range);

/* Medians over the ranges that are done; one that was not found counts as longer than any other.
 * False when the one in the middle was not found. */
struct measure_median {
    uint32_t done, found;
    uint64_t seeds, microseconds;
};
bool measure_median(const struct measure *measure, uint32_t safeguard,
                    struct measure_median *median);

/* --- the file (measure_file.c) ---------------------------------------------------------------- */

struct measure_file {
    int file; /* -1: there is none */
    const char *path;
};

/* Take what it says into *measure, whose head says what is wanted, and open it to add to it. */
bool measure_file_open(struct measure_file *file, const char *path, struct measure *measure,
                       struct json_error *error);
bool measure_file_add(struct measure_file *file, uint32_t safeguard, uint32_t range,
                      const struct measure_case *result);
void measure_file_close(struct measure_file *file);

#endif

/*
 * trial.h: one run of one scenario with one seed, headless, and what it says.
 *
 *     struct trial_bench bench;
 *     struct trial_order order = {.scenario = scenario};
 *     trial_bench_open(&bench, &why);
 *     for each seed ...
 *         order.seed = seed, trial_run(&bench, &order, &trial);
 *     trial_bench_close(&bench);
 *
 * A bench holds the memory of a world and of its judges, and is used again for each run, which so
 * costs what it does. Nothing listens to the trace: what is told comes from the state at the end.
 *
 * A trial is a pure function of its order: whoever runs it, wherever and after whatever, gets the
 * same bytes.
 *
 * A finding is a check that is violated although the scenario does not say "fails": true, or a
 * run that does not end within its steps. A run that fails a CHECK of ours, or hangs, takes the
 * process with it: worker.h runs trials in processes that may die.
 */
#ifndef HUNT_TRIAL_H
#define HUNT_TRIAL_H

#include "hunt/coverage.h"
#include "sim/judge/judge.h"
#include "sim/world/world.h"

#define TRIAL_NO_CHECK   UINT32_MAX
#define TRIAL_CAUSE_MAX  480
#define TRIAL_NAME_MAX   200 /* of a check; longer ones are cut */
#define TRIAL_SENTENCE_MAX (VERDICT_TEXT_MAX + 200)

struct trial_bench {
    struct world world;
    struct region scratch;
};

/* False and one sentence in *why when there is no memory. */
bool trial_bench_open(struct trial_bench *bench, const char **why);
void trial_bench_close(struct trial_bench *bench);

struct trial_order {
    const struct scenario *scenario;
    uint64_t seed;
    const struct intervention *interventions; /* NULL: those of the scenario */
    uint32_t intervention_count;
    uint64_t step_limit; /* 0: none */
    bool is_strict; /* what the scenario expects to fail is a finding, too */

    /* the low half of the digest after each of these steps, ascending; for comparing runs */
    uint32_t mark_count;
    const uint64_t *mark_steps;
    uint64_t *mark_digests;
};

enum trial_end {
    TRIAL_HOLDS,    /* the run is over, and no check found anything */
    TRIAL_VIOLATED, /* `check` is violated */
    TRIAL_ENDLESS,  /* it was stopped at step_limit and not judged */
    TRIAL_CRASHED,  /* only of a worker: the process died of it */
    TRIAL_HUNG,     /* only of a worker: it was killed after its time */
    TRIAL_END_COUNT,
};

/* "holds", "violated", "endless", "crashed", "hung". */
extern const char *const trial_end_words[TRIAL_END_COUNT];

struct trial {
    uint8_t end; /* enum trial_end */
    struct digest digest; /* of the whole trace */
    uint64_t steps;
    uint64_t records;
    vtime time; /* virtual, at the end */

    /* checks by index: bits */
    uint64_t violated;
    uint64_t undecided; /* the oracle gave up, or the run was cut */
    uint64_t absent;    /* expected to fail, and held */

    /* of a finding: the first check that found it */
    uint32_t check;      /* index, or TRIAL_NO_CHECK */
    char check_name[TRIAL_NAME_MAX]; /* stays when others before it are taken out */
    uint64_t signature;  /* hash of `cause`: equal for findings of one cause, whatever the seed */
    vtime found_at;      /* when it showed; the end of the run when it only shows there */
    char cause[TRIAL_CAUSE_MAX]; /* "durable: put # of a key was acknowledged" */
    char sentence[TRIAL_SENTENCE_MAX]; /* the same with names and values */

    uint64_t rules_broken; /* safeguards that were off where it mattered: bits */
    struct coverage coverage;
};

/* Run and judge. */
void trial_run(struct trial_bench *bench, const struct trial_order *order, struct trial *trial);

/* For shrinking, whose scenarios differ: do both fail the same check; and in the same way, with the
 * same rules broken? */
bool trial_fails_same_check(const struct trial *one, const struct trial *other);
bool trial_has_same_cause(const struct trial *one, const struct trial *other);

#endif

/*
 * sweep_job.h: what the files behind `ringside sweep` share.
 *
 *     cmd_sweep.c        options and scenarios
 *     sweep_tell.c       the account, the capsules of what was found
 *     sweep_shrink.c     ... made small
 *     sweep_progress.c   how far it is
 *     sweep_print.c      the account in words; `ringside merge` says the same
 */
#ifndef CLI_SWEEP_JOB_H
#define CLI_SWEEP_JOB_H

#include "cli/hunt/sweep_progress.h"
#include "hunt/sweep.h"

#define SWEEP_SCENARIOS_MAX RESULT_SCENARIOS_MAX

struct sweep_options {
    const char *files[SWEEP_SCENARIOS_MAX];
    uint32_t file_count;
    const char *seeds, *jobs, *shard, *failures, *covered, *time, *run_time, *steps, *out;
    const char *strict, *coverage, *capsules, *shrink;
    const char **sets;
    uint32_t set_count;
};

struct sweep_job {
    struct sweep_options options;
    struct scenario *scenarios[SWEEP_SCENARIOS_MAX];
    struct sweep_order order;
};

/* With --shrink: the first finding of each cause, beside its capsule (sweep_shrink.c). False when
 * one of them could not be made small or written, which has been told. */
bool sweep_shrink(const struct sweep_job *job, const struct tally *tally);

/* Run it, tell what was found; the exit code. */
int sweep_job_run(struct sweep_job *job);

#endif

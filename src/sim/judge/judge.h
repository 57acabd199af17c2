/*
 * judge.h: what the checks of a scenario say about a run that is over.
 *
 * The oracles of src/check/ look at histories and final values; this is where
 * those are taken out of the world. The verdict on a check and what a scenario
 * expected of it are two things: a scenario that shows a failure marks its check
 * as expected to fail, and is content when it does.
 */
#ifndef SIM_JUDGE_H
#define SIM_JUDGE_H

#include "check/verdict.h"
#include "sim/world/world.h"

struct check_result {
    const struct check_setting *setting;
    struct verdict verdict; /* its text with placeholders filled in by judge_text */
    bool is_content;        /* the verdict is the one that the scenario expects */
    uint64_t record;        /* where it was decided, 0: at the end of the run */
    uint64_t step;
    vtime time;
};

/* Judge all checks, in order; `results` has room for scenario->check_count. Scratch
 * memory is the caller's to drop. Returns how many are not content. */
uint32_t judge_world(const struct world *world, struct heap *scratch, struct check_result *results);

/* The verdict's sentence, with names instead of placeholders. */
void judge_text(const struct world *world, const struct history *history,
                const struct verdict *verdict, struct text *text);

/* "linearizable", "durable", ... */
const char *check_kind_name(uint32_t kind);

/* Under what condition the check's promise is made, one sentence. */
const char *check_kind_condition(uint32_t kind);

#endif

/*
 * replay.c: running for a capsule.
 */
#include "hunt/replay.h"

#include <stdio.h>
#include <string.h>

#include "hunt/crew.h"
#include "hunt/sweep.h"

#define LIMIT_SECONDS 60 /* of a run whose process may hang */

void replay_run(struct trial_bench *bench, struct trial_order *order, struct trial *trial)
{
    order->is_strict = false;
    trial_run(bench, order, trial);
    if (trial->end != TRIAL_HOLDS || !trial->violated)
        return;
    order->is_strict = true;
    trial_run(bench, order, trial);
}

static void take_trial(struct capsule *capsule, const struct trial *trial)
{
    snprintf(capsule->end, sizeof capsule->end, "%s", trial_end_words[trial->end]);
    snprintf(capsule->check, sizeof capsule->check, "%s", trial->check_name);
    snprintf(capsule->cause, sizeof capsule->cause, "%s", trial->cause);
    snprintf(capsule->sentence, sizeof capsule->sentence, "%s", trial->sentence);
    capsule->has_digest = true;
    capsule->digest = trial->digest;
    capsule->steps = trial->steps;
    capsule->records = trial->records;
    capsule->time = trial->time;
    capsule->found_at = trial->found_at;
}

static void take_result(struct capsule *capsule, const struct result *result)
{
    snprintf(capsule->end, sizeof capsule->end, "%s", trial_end_words[result->end]);
    snprintf(capsule->cause, sizeof capsule->cause, "%s", result->cause);
    snprintf(capsule->sentence, sizeof capsule->sentence, "%s", result->sentence);
    capsule->has_digest = false;
}

/* --- in a process of its own ---------------------------------------------------------------- */

struct lone {
    struct trial_bench bench;
    const struct scenario *scenario;
    uint64_t seed;
};

static bool begin_lone(void *host)
{
    const char *why;
    return trial_bench_open(&((struct lone *)host)->bench, &why);
}

static void run_lone(void *host, uint64_t item, struct json_out *line)
{
    struct lone *lone = host;
    static struct trial trial;
    struct trial_order order = {.scenario = lone->scenario, .seed = lone->seed};
    (void)item;
    replay_run(&lone->bench, &order, &trial);
    json_out_bytes(line, (const char *)&trial, sizeof trial);
}

static bool run_apart(const struct scenario *scenario, uint64_t seed, struct capsule *capsule,
                      char *why, size_t why_size)
{
    static struct trial trial;
    static struct result result;
    static struct lone lone;
    struct crew_work work = {&lone, begin_lone, run_lone};
    struct crew_outcome outcome;
    lone = (struct lone){.scenario = scenario, .seed = seed};
    struct crew *crew = crew_open(&work, 1, LIMIT_SECONDS, why, why_size);
    if (!crew)
        return false;
    crew_give(crew, 0);
    while (!crew_wait(crew, 1000, &outcome))
        continue;
    if (outcome.fate == CREW_SAID) {
        memcpy(&trial, outcome.line, MIN(sizeof trial, outcome.line_size));
        take_trial(capsule, &trial);
    } else {
        result = (struct result){0};
        sweep_take_death(&outcome, LIMIT_SECONDS, &result);
        take_result(capsule, &result);
    }
    crew_close(crew);
    return true;
}

/* --- making --------------------------------------------------------------------------------- */

/* Marks are spread evenly over the steps; the last one is the end. */
static void run_with_marks(struct trial_bench *bench, struct trial_order *order,
                           struct capsule *capsule, struct trial *trial)
{
    uint64_t steps[CAPSULE_MARKS_MAX], digests[CAPSULE_MARKS_MAX];
    replay_run(bench, order, trial);
    order->mark_count = (uint32_t)MIN((uint64_t)CAPSULE_MARKS_MAX, trial->steps);
    for (uint32_t i = 0; i < order->mark_count; i++)
        steps[i] = trial->steps * (i + 1) / order->mark_count;
    order->mark_steps = steps;
    order->mark_digests = digests;
    trial_run(bench, order, trial);
    capsule->mark_count = order->mark_count;
    for (uint32_t i = 0; i < order->mark_count; i++)
        capsule->marks[i] = (struct capsule_mark){steps[i], digests[i]};
}

bool capsule_make(struct trial_bench *bench, const struct scenario *scenario,
                  const struct result *wanted, struct capsule *capsule, char *why,
                  size_t why_size)
{
    static struct trial trial;
    struct trial_order order = {.scenario = scenario, .seed = capsule->seed};
    if (wanted && !wanted->has_digest) {
        take_result(capsule, wanted);
        return true;
    }
    run_with_marks(bench, &order, capsule, &trial);
    take_trial(capsule, &trial);
    if (!wanted || wanted->end == TRIAL_ENDLESS || digest_equal(wanted->digest, trial.digest))
        return true;
    snprintf(why, why_size,
             "seed %llu of %s came out differently when it was run again: the digest was "
             "%016llx%016llx and is %016llx%016llx. That is a bug in Ringside",
             (unsigned long long)capsule->seed, scenario->name,
             (unsigned long long)wanted->digest.high, (unsigned long long)wanted->digest.low,
             (unsigned long long)trial.digest.high, (unsigned long long)trial.digest.low);
    return false;
}

/* --- replaying ------------------------------------------------------------------------------ */

static uint32_t first_differing_mark(const struct capsule *recorded, const struct capsule *now)
{
    uint32_t i = 0;
    while (i < recorded->mark_count && recorded->marks[i].digest == now->marks[i].digest)
        i++;
    return i;
}

static bool is_same(const struct capsule *a, const struct capsule *b)
{
    return strcmp(a->end, b->end) == 0 && a->has_digest == b->has_digest &&
           strcmp(a->check, b->check) == 0 && strcmp(a->cause, b->cause) == 0 &&
           (!a->has_digest ||
            (digest_equal(a->digest, b->digest) && a->steps == b->steps &&
             a->records == b->records && a->time == b->time && a->found_at == b->found_at &&
             strcmp(a->sentence, b->sentence) == 0));
}

static void run_here(struct trial_bench *bench, const struct scenario *scenario,
                     const struct capsule *capsule, struct capsule *now)
{
    static struct trial trial;
    uint64_t steps[CAPSULE_MARKS_MAX], digests[CAPSULE_MARKS_MAX];
    struct trial_order order = {.scenario = scenario,
                                .seed = capsule->seed,
                                .mark_count = capsule->mark_count,
                                .mark_steps = steps,
                                .mark_digests = digests};
    for (uint32_t i = 0; i < capsule->mark_count; i++)
        steps[i] = capsule->marks[i].step;
    if (strcmp(capsule->end, trial_end_words[TRIAL_ENDLESS]) == 0)
        order.step_limit = capsule->steps;
    replay_run(bench, &order, &trial);
    take_trial(now, &trial);
    for (uint32_t i = 0; i < capsule->mark_count; i++)
        now->marks[i].digest = digests[i];
}

bool replay_capsule(struct trial_bench *bench, const struct scenario *scenario,
                    const struct capsule *capsule, struct replay *replay, char *why,
                    size_t why_size)
{
    replay->now = *capsule;
    if (capsule->has_digest)
        run_here(bench, scenario, capsule, &replay->now);
    else if (!run_apart(scenario, capsule->seed, &replay->now, why, why_size))
        return false;
    replay->differing_mark = first_differing_mark(capsule, &replay->now);
    replay->is_same = is_same(capsule, &replay->now);
    return true;
}

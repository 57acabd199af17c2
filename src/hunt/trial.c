/*
 * trial.c: a run from beginning to end, judged.
 */
#include "hunt/trial.h"

#include <string.h>

#include "db/safeguard.h"
#include "hunt/cause.h"
#include "sim/metrics/meter.h"
#include "sim/picture/view.h"

const char *const trial_end_words[TRIAL_END_COUNT] = {
    [TRIAL_HOLDS] = "holds",     [TRIAL_VIOLATED] = "violated", [TRIAL_ENDLESS] = "endless",
    [TRIAL_CRASHED] = "crashed", [TRIAL_HUNG] = "hung",
};

bool trial_bench_open(struct trial_bench *bench, const char **why)
{
    memset(bench, 0, sizeof *bench);
    if (!world_open(&bench->world, WORLD_RESERVE_BYTES, NULL, why))
        return false;
    if (region_open(&bench->scratch, REGION_RESERVE_PLAN, NULL, why))
        return true;
    world_close(&bench->world);
    return false;
}

void trial_bench_close(struct trial_bench *bench)
{
    region_close(&bench->scratch);
    world_close(&bench->world);
}

/* Which rules that are off have mattered, from the counters. */
static uint64_t rules_broken(const struct world *world)
{
    uint64_t broken = 0;
    for (uint32_t i = 0; i < SAFEGUARD_COUNT; i++)
        if (world->scenario->node.safeguards_off >> i & 1 &&
            meter_value(world, METRIC_RULES_BROKEN, METRIC_CLUSTER, i) > 0)
            broken |= UINT64_C(1) << i;
    return broken;
}

/* When a client was told what cannot be explained. */
static vtime found_at(const struct world *world, const struct check_result *result)
{
    if (result->record)
        return result->time;
    if (result->verdict.operation_count == 0)
        return world->state->now;
    const struct operation *operation = history_at(world, result->verdict.operations[0]);
    return operation->record_told ? operation->told : world->state->now;
}

/* A condition is told in full by the scenario; what is wanted here is why it is false. */
static void write_sentence(const struct world *world, const struct history *history,
                           const struct verdict *verdict, struct text *text)
{
    static const char between[] = " is false: ";
    const char *reasons = history ? NULL : strstr(verdict->text, between);
    if (!reasons) {
        judge_text(world, history, verdict, text);
        return;
    }
    text_str(text, "false, since ");
    text_str(text, reasons + strlen(between));
}

static void take_finding(const struct world *world, struct heap *scratch,
                         const struct check_result *result, struct trial *trial)
{
    struct text cause, sentence;
    uint8_t kind = result->setting->kind;
    bool is_condition = kind == CHECK_EXPECT || kind == CHECK_ALWAYS || kind == CHECK_REACHED;
    struct history history = world_history(world, scratch);
    struct text name;
    text_init(&name, trial->check_name, sizeof trial->check_name);
    text_str(&name, result->setting->name);
    text_init(&cause, trial->cause, sizeof trial->cause);
    cause_of_check(&cause, result, trial->rules_broken);
    text_init(&sentence, trial->sentence, sizeof trial->sentence);
    write_sentence(world, is_condition ? NULL : &history, &result->verdict, &sentence);
    trial->signature = cause_signature(trial->cause);
    trial->found_at = found_at(world, result);
}

bool trial_fails_same_check(const struct trial *one, const struct trial *other)
{
    return one->end == other->end && one->end != TRIAL_HOLDS &&
           strcmp(one->check_name, other->check_name) == 0;
}

bool trial_has_same_cause(const struct trial *one, const struct trial *other)
{
    return trial_fails_same_check(one, other) && one->signature == other->signature;
}

static bool is_finding(const struct trial_order *order, const struct check_result *result)
{
    return result->verdict.kind == VERDICT_VIOLATED &&
           (order->is_strict || !result->setting->is_expected_to_fail);
}

static void judge(struct trial_bench *bench, const struct trial_order *order, struct trial *trial)
{
    const struct world *world = &bench->world;
    struct check_result results[CHECKS_MAX];
    region_reset(&bench->scratch);
    struct heap *scratch = region_create_root(&bench->scratch, sizeof *scratch);
    heap_init(scratch, bench->scratch.header);
    judge_world(world, scratch, results);
    for (uint32_t i = 0; i < order->scenario->check_count; i++) {
        uint64_t bit = UINT64_C(1) << i;
        uint8_t kind = results[i].verdict.kind;
        trial->violated |= kind == VERDICT_VIOLATED ? bit : 0;
        trial->undecided |= kind == VERDICT_UNKNOWN ? bit : 0;
        trial->absent |=
            kind == VERDICT_HOLDS && results[i].setting->is_expected_to_fail ? bit : 0;
        if (trial->check == TRIAL_NO_CHECK && is_finding(order, &results[i])) {
            trial->end = TRIAL_VIOLATED;
            trial->check = i;
            take_finding(world, scratch, &results[i], trial);
        }
    }
}

_Static_assert(CHECKS_MAX <= 64, "checks are bits of one word");

/* The run did not end: as a finding it has no check. */
static void take_endless(const struct world *world, struct trial *trial)
{
    struct text text;
    trial->end = TRIAL_ENDLESS;
    trial->found_at = world->state->now;
    text_init(&text, trial->cause, sizeof trial->cause);
    text_str(&text, "endless: the run does not end within its steps");
    text_init(&text, trial->sentence, sizeof trial->sentence);
    text_str(&text, "after ");
    text_u64(&text, world->state->step);
    text_str(&text, " steps the run stands at ");
    text_time(&text, world->state->now);
    text_str(&text, " of ");
    text_time(&text, world->scenario->duration_ns);
    trial->signature = cause_signature(trial->cause);
}

static void run_to(struct world *world, uint64_t step)
{
    while (world->state->step < step && world_step(world))
        continue;
}

static void take_record(void *host, const struct trace_record *record)
{
    pairs_take(host, record);
}

/* Only where a timeline names its faults: listening has its price. */
static bool has_faults(const struct scenario *scenario)
{
    for (uint32_t i = 0; i < scenario->timeline_count; i++)
        if (scenario->timeline[i].fault.number > 0)
            return true;
    return false;
}

void trial_run(struct trial_bench *bench, const struct trial_order *order, struct trial *trial)
{
    struct world *world = &bench->world;
    uint64_t limit = order->step_limit ? order->step_limit : UINT64_MAX;
    struct pairs_watch pairs = {0};
    memset(trial, 0, sizeof *trial);
    trial->check = TRIAL_NO_CHECK;
    world->sink = (struct trace_sink){0};
    if (has_faults(order->scenario))
        world->sink = (struct trace_sink){take_record, &pairs};
    world_begin(world, order->scenario, order->seed, order->interventions,
                order->intervention_count);
    for (uint32_t i = 0; i < order->mark_count; i++) {
        run_to(world, MIN(order->mark_steps[i], limit));
        order->mark_digests[i] = world->state->digest.low;
    }
    run_to(world, limit);
    trial->digest = world->state->digest;
    trial->steps = world->state->step;
    trial->records = world->state->records;
    trial->time = world->state->now;
    trial->rules_broken = rules_broken(world);
    world->sink = (struct trace_sink){0};
    pairs_end(&pairs);
    coverage_take(world, &pairs.pairs, &trial->coverage);
    if (world->state->is_over)
        judge(bench, order, trial);
    else
        take_endless(world, trial);
}

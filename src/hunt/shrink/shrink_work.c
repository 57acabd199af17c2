/*
 * shrink_work.c: what a worker does: a slot's text is loaded, run and judged, and told as facts.
 *
 * Where rules are switched off, a run that fails is made a second time with all of them on: whether
 * it fails anyway decides whether it is the same failure (shrink_same.c).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hunt/shrink/shrink_parts.h"

static struct trial_bench bench; /* of this process, once it is a worker */

bool shrink_begin_work(void *host)
{
    const char *why;
    (void)host;
    return trial_bench_open(&bench, &why);
}

static void take_check(const struct scenario *scenario, const struct trial *trial,
                       struct shrink_facts *facts)
{
    if (trial->check != TRIAL_NO_CHECK)
        snprintf(facts->check, sizeof facts->check, "%s", scenario->checks[trial->check].name);
    snprintf(facts->cause, sizeof facts->cause, "%s", trial->cause);
    snprintf(facts->sentence, sizeof facts->sentence, "%s", trial->sentence);
}

/* The contrast: the same run with every safeguard on. */
static bool fails_anyway(struct scenario *scenario, const struct trial *trial,
                         const struct trial_order *order)
{
    static struct trial guarded; /* large */
    uint64_t off = scenario->node.safeguards_off;
    scenario->node.safeguards_off = 0;
    trial_run(&bench, order, &guarded);
    scenario->node.safeguards_off = off;
    return guarded.end == trial->end && guarded.check == trial->check;
}

static void say_facts(struct scenario *scenario, const struct trial *trial,
                      const struct trial_order *order, struct json_out *line)
{
    struct shrink_facts facts = {.is_valid = true,
                                 .end = trial->end,
                                 .signature = trial->signature,
                                 .rules_broken = trial->rules_broken,
                                 .found_at = trial->found_at,
                                 .time = trial->time,
                                 .steps = trial->steps};
    facts.operations = (uint32_t)chain_count(&bench.world.state->clients.history);
    take_check(scenario, trial, &facts);
    if (scenario->node.safeguards_off && trial->end != TRIAL_HOLDS)
        facts.fails_anyway = fails_anyway(scenario, trial, order);
    json_out_bytes(line, (const char *)&facts, sizeof facts);
}

static void say_script(struct json_out *line)
{
    cJSON *clients = shrink_unroll(&bench.world);
    char *text = cJSON_PrintUnformatted(clients);
    CHECK_WHY(text, "out of memory");
    json_out_str(line, text);
    free(text);
    cJSON_Delete(clients);
}

void shrink_work(void *host, uint64_t item, struct json_out *line)
{
    static struct trial trial; /* large */
    const struct shrinker *s = host;
    const struct shrink_slot *slot = &s->slots[item];
    struct json_error error = {0};
    struct scenario *scenario = scenario_from_text("shrink", slot->text, slot->size, &error);
    if (!scenario) {
        struct shrink_facts refused = {0};
        snprintf(refused.sentence, sizeof refused.sentence, "%s", error.text);
        json_out_bytes(line, (const char *)&refused, sizeof refused);
        return;
    }
    struct trial_order order = {
        .scenario = scenario, .seed = s->order->seed, .is_strict = slot->is_strict};
    trial_run(&bench, &order, &trial);
    if (slot->is_unrolled)
        say_script(line);
    else
        say_facts(scenario, &trial, &order, line);
    scenario_free(scenario);
}

/*
 * hunt.c: seeds of a scenario with a swarm, one after the other: which of them fail a check?
 *
 *     hunt scenarios/swarm.json 1 1000 [PATH=VALUE ...]
 *
 * Prints a line for each seed that fails, with the check and its sentence, and at the end how many
 * there were and how fast it went. One process, one region; sweeping with many is another program.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "scenario/expand.h"
#include "sim/fault/pairs.h"
#include "sim/judge/judge.h"
#include "sim/picture/view.h"

struct hunt {
    struct world world;
    struct region scratch_region;
    struct pairs_watch watch;
    struct fault_pairs pairs; /* of all seeds */
    uint64_t steps, seeds, failed, unknown, operations, ok;
};

static void take(void *host, const struct trace_record *record)
{
    pairs_take(host, record);
}

static void print_verdict(struct hunt *hunt, uint64_t seed, const struct check_result *result,
                          struct heap *scratch)
{
    char sentence[600];
    struct text text;
    struct history history = world_history(&hunt->world, scratch);
    bool has_placeholders = result->setting->kind != CHECK_EXPECT;
    text_init(&text, sentence, sizeof sentence);
    judge_text(&hunt->world, has_placeholders ? &history : NULL, &result->verdict, &text);
    printf("seed %llu: %s: %s\n", (unsigned long long)seed, result->setting->name, sentence);
    fflush(stdout);
}

static void run_seed(struct hunt *hunt, const struct scenario *scenario, uint64_t seed)
{
    struct check_result results[CHECKS_MAX];
    region_reset(&hunt->scratch_region);
    struct heap *scratch = region_create_root(&hunt->scratch_region, sizeof *scratch);
    heap_init(scratch, hunt->scratch_region.header);
    hunt->watch = (struct pairs_watch){0};
    hunt->world.sink = (struct trace_sink){take, &hunt->watch};
    world_begin(&hunt->world, scenario, seed, NULL, 0);
    world_run(&hunt->world, VTIME_NEVER, UINT64_MAX);
    pairs_end(&hunt->watch);
    fault_pairs_add(&hunt->pairs, &hunt->watch.pairs);
    bool is_failed = judge_world(&hunt->world, scratch, results) > 0;
    for (uint32_t i = 0; i < scenario->check_count; i++) {
        hunt->unknown += results[i].verdict.kind == VERDICT_UNKNOWN;
        if (!results[i].is_content)
            print_verdict(hunt, seed, &results[i], scratch);
    }
    struct history history = world_history(&hunt->world, scratch);
    for (uint32_t i = 0; i < history.count; i++)
        hunt->ok += history.operations[i].outcome == OUTCOME_OK;
    hunt->operations += history.count;
    hunt->steps += hunt->world.state->step;
    hunt->failed += is_failed;
    hunt->seeds++;
}

int main(int argc, char **argv)
{
    static struct hunt hunt;
    struct json_error error = {0};
    const char *why;
    if (argc < 4) {
        fprintf(stderr, "usage: hunt SCENARIO FROM TO [PATH=VALUE ...]\n");
        return 2;
    }
    CHECK(world_open(&hunt.world, WORLD_RESERVE_BYTES, NULL, &why));
    CHECK(region_open(&hunt.scratch_region, REGION_RESERVE_MAX, NULL, &why));
    struct scenario *swarm =
        scenario_load(argv[1], (const char *const *)argv + 4, (uint32_t)argc - 4, &error);
    clock_t began = clock();
    for (uint64_t seed = strtoull(argv[2], NULL, 10);
         swarm && seed <= strtoull(argv[3], NULL, 10); seed++) {
        struct scenario *scenario = scenario_expand(swarm, seed, &error);
        if (!scenario)
            break;
        run_seed(&hunt, scenario, seed);
        scenario_free(scenario);
    }
    if (json_has_error(&error)) {
        fprintf(stderr, "hunt: %s\n", error.text);
        return 2;
    }
    double seconds = (double)(clock() - began) / CLOCKS_PER_SEC;
    printf("%llu seeds, %llu failed, %llu verdicts unknown; %llu of %llu operations ok; "
           "%.1f seeds and %.2f M steps a second\n",
           (unsigned long long)hunt.seeds, (unsigned long long)hunt.failed,
           (unsigned long long)hunt.unknown, (unsigned long long)hunt.ok,
           (unsigned long long)hunt.operations, (double)hunt.seeds / seconds,
           (double)hunt.steps / seconds / 1e6);
    printf("%u of %u pairs of kinds were at work together\n", fault_pairs_count(&hunt.pairs),
           fault_pairs_possible());
    return hunt.failed > 0;
}

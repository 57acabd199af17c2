/*
 * bench_metrics.c: what counting for metrics costs.
 *
 * The same seeds of a scenario with and without, in turns, in one process: so whatever else the
 * machine does disturbs both alike. What counts is the ratio of processor times. With samples
 * taken as well it is what the window does.
 *
 *   bench_metrics [SCENARIO] [RUNS]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "scenario/load.h"
#include "sim/metrics/meter.h"
#include "sim/metrics/metrics.h"
#include "sim/world/world.h"

enum way { WITHOUT, COUNTED, SAMPLED, WAYS };

static double now_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double run_once(struct world *world, struct region *scratch,
                       const struct scenario *scenario, uint64_t seed, enum way way)
{
    struct metrics metrics;
    double start = now_seconds();
    world->is_unmetered = way == WITHOUT;
    world_begin(world, scenario, seed, NULL, 0);
    region_reset(scratch);
    struct heap *heap = region_create_root(scratch, sizeof *heap);
    heap_init(heap, scratch->header);
    metrics_begin(&metrics, heap, world);
    vtime due = way == SAMPLED ? metrics_due(&metrics) : VTIME_NEVER;
    do
        if (due < world_next_time(world)) {
            metrics_pass(&metrics, world);
            due = metrics_due(&metrics);
        }
    while (world_step(world));
    return now_seconds() - start;
}

int main(int argc, char **argv)
{
    const char *file = argc > 1 ? argv[1] : "scenarios/standard.json";
    uint64_t runs = argc > 2 ? strtoull(argv[2], NULL, 10) : 300;
    struct json_error error = {0};
    struct scenario *scenario = scenario_load(file, NULL, 0, &error);
    struct world world;
    struct region scratch;
    const char *why;
    double seconds[WAYS] = {0};
    if (!scenario || !world_open(&world, WORLD_RESERVE_BYTES, NULL, &why) ||
        !region_open(&scratch, REGION_RESERVE_PLAN, NULL, &why)) {
        fprintf(stderr, "%s\n", scenario ? why : error.text);
        return 2;
    }
    run_once(&world, &scratch, scenario, 0, WITHOUT); /* warm-up */
    for (uint64_t seed = 1; seed <= runs; seed++)
        for (uint32_t way = 0; way < WAYS; way++)
            seconds[way] += run_once(&world, &scratch, scenario, seed, (enum way)way);
    printf("%s, %llu runs: %.2f ms without metrics; counted %+.1f %%; a sample takes %.1f us\n",
           scenario->name, (unsigned long long)runs, seconds[WITHOUT] * 1e3 / (double)runs,
           100 * (seconds[COUNTED] / seconds[WITHOUT] - 1),
           (seconds[SAMPLED] - seconds[COUNTED]) * 1e6 / (double)runs / METER_SLOTS);
    region_close(&scratch);
    world_close(&world);
    scenario_free(scenario);
    return 0;
}

/*
 * bench_standard.c: the standard seed, as a sweep would run it.
 *
 * One region, one seed after the other, judged by every check of the scenario,
 * digest on. Prints the figures of one core (processor time) together with the load they
 * belong to.
 *
 *   bench_standard [SCENARIO] [RUNS]
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "scenario/load.h"
#include "sim/judge/judge.h"
#include "sim/world/world.h"

/* Processor time: what one core really spent, on a machine that others share. */
static double now_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

struct totals {
    uint64_t events;
    uint64_t operations;
    uint64_t failed;
    double virtual_seconds;
};

static void run_seed(struct world *world, struct region *scratch_region,
                     const struct scenario *scenario, uint64_t seed, struct totals *totals)
{
    struct check_result results[CHECKS_MAX];
    world_begin(world, scenario, seed, NULL, 0);
    while (world_step(world))
        continue;
    region_reset(scratch_region);
    struct heap *scratch = region_create_root(scratch_region, sizeof *scratch);
    heap_init(scratch, scratch_region->header);
    totals->failed += judge_world(world, scratch, results);
    totals->events += world->state->step;
    totals->operations += chain_count(&world->state->clients.history);
    totals->virtual_seconds += (double)world->state->now / 1e9;
}

int main(int argc, char **argv)
{
    const char *file = argc > 1 ? argv[1] : "scenarios/standard.json";
    uint64_t runs = argc > 2 ? strtoull(argv[2], NULL, 10) : 1000;
    struct json_error error = {0};
    struct scenario *scenario = scenario_load(file, NULL, 0, &error);
    struct world world;
    struct region scratch;
    const char *why;
    if (!scenario || !world_open(&world, WORLD_RESERVE_BYTES, NULL, &why) ||
        !region_open(&scratch, REGION_RESERVE_PLAN, NULL, &why)) {
        fprintf(stderr, "%s\n", scenario ? why : error.text);
        return 2;
    }
    struct totals totals = {0};
    run_seed(&world, &scratch, scenario, 0, &totals); /* warm-up */
    totals = (struct totals){0};
    double start = now_seconds();
    for (uint64_t seed = 1; seed <= runs; seed++)
        run_seed(&world, &scratch, scenario, seed, &totals);
    double seconds = now_seconds() - start;

    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double per_run = (double)runs;
    printf(
        "%s: %.0f events, %.0f operations, %.0f virtual s a run; %llu runs, %llu checks failed\n",
        scenario->name, (double)totals.events / per_run, (double)totals.operations / per_run,
        totals.virtual_seconds / per_run, (unsigned long long)runs,
        (unsigned long long)totals.failed);
    printf("  %.2f million events/s   %.0f virtual s/s   %.0f runs/s   %.0f ns an event   %.1f MiB "
           "peak\n",
           (double)totals.events / seconds / 1e6, totals.virtual_seconds / seconds,
           per_run / seconds, seconds * 1e9 / (double)totals.events,
           (double)usage.ru_maxrss / 1024);
    region_close(&scratch);
    world_close(&world);
    scenario_free(scenario);
    return 0;
}

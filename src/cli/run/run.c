/*
 * run.c: the memory behind a run that the command line asked for.
 *
 * The world has a region of its own; judging and stories use a second one, so that
 * they cannot touch what they look at.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/cli.h"

bool run_open(struct run *run, struct scenario *scenario, uint64_t seed, void *region_base)
{
    const char *why;
    memset(run, 0, sizeof *run);
    run->scenario = scenario;
    run->seed = seed;
    if (!world_open(&run->world, WORLD_RESERVE_BYTES, region_base, &why) ||
        !region_open(&run->scratch_region, REGION_RESERVE_MAX, NULL, &why)) {
        usage_error("%s", why);
        world_close(&run->world);
        return false;
    }
    run->scratch = region_create_root(&run->scratch_region, sizeof *run->scratch);
    heap_init(run->scratch, run->scratch_region.header);
    run->results = calloc(scenario->check_count + 1, sizeof *run->results);
    CHECK_WHY(run->results != NULL, "out of memory");
    return true;
}

void run_close(struct run *run)
{
    free(run->results);
    region_close(&run->scratch_region);
    world_close(&run->world);
}

double wall_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

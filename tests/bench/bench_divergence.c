/*
 * bench_divergence.c: counting the keys that differ, by sums against row by row.
 *
 * A preloaded cluster of three; some keys of one replica are newer than those of the others. The
 * ring by keys that differ counts them for every picture, so this has to be a small part of one.
 * Both counts are made in the same process: what counts is the ratio of processor times.
 *
 *   bench_divergence [KEYS [DIFFERING]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "scenario/load.h"
#include "sim/picture/view.h"

static struct world world;

static double now_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void open_world(uint64_t keys)
{
    struct json_error error = {0};
    const char *why;
    char text[400];
    snprintf(text, sizeof text,
             "{\"name\": \"divergence\", \"duration\": \"1s\", \"cluster\": {\"nodes\": 3},"
             " \"preload\": {\"keys\": {\"prefix\": \"k\", \"count\": %llu},"
             " \"value_size\": \"10B\"}}",
             (unsigned long long)keys);
    struct scenario *scenario = scenario_from_text("divergence", text, strlen(text), &error);
    if (!scenario || !world_open(&world, WORLD_RESERVE_BYTES, NULL, &why)) {
        fprintf(stderr, "bench_divergence: %s\n", scenario ? why : error.text);
        exit(2);
    }
    world_begin(&world, scenario, 1, NULL, 0);
    world_run(&world, VTIME_NEVER, UINT64_MAX);
}

/* The first rows of n1, one of so many, are newer there. */
static void make_different(uint64_t keys, uint64_t differing)
{
    struct machine *machine = machine_at(&world, 0);
    struct store *store = &machine->node->storage.store;
    uint64_t index = 0, every = keys / MAX(differing, 1u);
    world.env.self = 0;
    world.env.memory = &machine->memory;
    for (const struct store_row *row = store_first(store); row; row = store_next(row)) {
        if (index++ % MAX(every, 1u) != 0)
            continue;
        struct version version = row->version;
        version.timestamp++;
        store_put(store, &world.env, row->key, &version);
    }
}

static uint64_t count_row_by_row(void)
{
    struct replica_view replicas[REPLICATION_MAX];
    const struct store *store = &machine_at(&world, 0)->node->storage.store;
    uint64_t count = 0;
    for (const struct store_row *row = store_first(store); row; row = store_next(row)) {
        uint32_t owners = world_view_replicas(&world, row->key, replicas);
        bool is_different = false;
        for (uint32_t i = 1; i < owners; i++)
            is_different |= version_compare(&replicas[0].version, &replicas[i].version) != 0;
        count += is_different;
    }
    return count;
}

int main(int argc, char **argv)
{
    uint64_t keys = argc > 1 ? strtoull(argv[1], NULL, 10) : 200000;
    uint64_t differing = argc > 2 ? strtoull(argv[2], NULL, 10) : 100;
    open_world(keys);
    make_different(keys, differing);
    double start = now_seconds();
    uint64_t slowly = count_row_by_row();
    double by_row = now_seconds() - start;
    start = now_seconds();
    uint64_t quickly = world_keys_differing(&world);
    double by_sum = now_seconds() - start;
    printf("%llu keys, %llu differ (row by row: %llu): by sums it takes %.2f ms, row by row %.0f "
           "times as long\n",
           (unsigned long long)keys, (unsigned long long)quickly, (unsigned long long)slowly,
           by_sum * 1e3, by_row / by_sum);
    world_close(&world);
    return 0;
}

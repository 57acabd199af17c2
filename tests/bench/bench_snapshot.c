/*
 * bench_snapshot.c: what memory, snapshots and restores cost. Prints figures, best
 * of several runs, and never fails by time: a slow machine is no bug.
 */
#define _POSIX_C_SOURCE 199309L

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/chain.h"
#include "base/mix.h"
#include "base/snapshot.h"
#include "base/table.h"

#define MEBIBYTE (UINT64_C(1) << 20)
#define ROUNDS   15

struct world {
    struct heap heap;
    struct chain chain;
    struct table table;
};

static struct region region;
static struct snapshot_store store;

static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static struct world *world_begin(void)
{
    region_reset(&region);
    struct world *world = region_create_root(&region, sizeof(*world));
    heap_init(&world->heap, region.header);
    return world;
}

static void keep_best(double *best, double start)
{
    double spent = now_ns() - start;
    if (*best == 0 || spent < *best)
        *best = spent;
}

/* Change one byte in `changed` of each hundred pages of the block. */
static void change_pages(uint8_t *block, uint64_t size, uint64_t changed, uint64_t round)
{
    for (uint64_t page = 0; page < size / REGION_PAGE_BYTES; page++)
        if (mix_below(mix(1, round, page), 100) < changed)
            block[page * REGION_PAGE_BYTES + 77] ^= (uint8_t)(round + 1);
}

static void bench_snapshot(uint64_t size, uint64_t changed)
{
    struct world *world = world_begin();
    uint8_t *block = heap_alloc(&world->heap, size);
    for (uint64_t i = 0; i < size; i++)
        block[i] = (uint8_t)mix_bits(i);
    double take = 0;
    double restore = 0;
    double first = now_ns();
    struct snapshot *previous = snapshot_take(&store, &region, NULL);
    first = now_ns() - first;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        change_pages(block, size, changed, round);
        double start = now_ns();
        struct snapshot *snapshot = snapshot_take(&store, &region, previous);
        keep_best(&take, start);
        change_pages(block, size, changed, round + 100);
        start = now_ns();
        snapshot_restore(&store, &region, snapshot);
        keep_best(&restore, start);
        snapshot_drop(&store, previous);
        previous = snapshot;
    }
    snapshot_drop(&store, previous);
    printf("world of %5.1f MiB, %3d %% changed: take %7.3f ms, restore %7.3f ms, first %7.3f ms\n",
           (double)size / (double)MEBIBYTE, (int)changed, take / 1e6, restore / 1e6, first / 1e6);
}

static void bench_reset(uint64_t size)
{
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct world *world = world_begin();
        memset(heap_alloc(&world->heap, size), 1, size);
        double start = now_ns();
        region_reset(&region);
        keep_best(&best, start);
    }
    printf("reset after %5.1f MiB: %.3f ms\n", (double)size / (double)MEBIBYTE, best / 1e6);
}

static void bench_alloc(size_t size)
{
    enum { COUNT = 1000 };
    static void *blocks[COUNT];
    double alloc = 0;
    double release = 0;
    struct world *world = world_begin();
    void *anchor = heap_alloc(&world->heap, 8);
    for (int round = 0; round < 20 * ROUNDS; round++) {
        double start = now_ns();
        for (int i = 0; i < COUNT; i++)
            blocks[i] = heap_alloc(&world->heap, size);
        keep_best(&alloc, start);
        start = now_ns();
        for (int i = 0; i < COUNT; i++)
            heap_free(&world->heap, blocks[i * 7 % COUNT]);
        keep_best(&release, start);
    }
    heap_free(&world->heap, anchor);
    printf("blocks of %4zu bytes, all new:  alloc %5.1f ns, free %5.1f ns\n", size, alloc / COUNT,
           release / COUNT);
}

static void bench_turnover(size_t size)
{
    enum { LIVE = 1000, STEPS = 100000 };
    static void *blocks[LIVE];
    double best = 0;
    struct world *world = world_begin();
    for (int i = 0; i < LIVE; i++)
        blocks[i] = heap_alloc(&world->heap, size);
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_ns();
        for (uint32_t i = 0; i < STEPS; i++) {
            uint32_t at = i * 2654435761u % LIVE;
            heap_free(&world->heap, blocks[at]);
            blocks[at] = heap_alloc(&world->heap, size);
        }
        keep_best(&best, start);
    }
    printf("blocks of %4zu bytes, turnover: free + alloc %5.1f ns\n", size, best / STEPS);
}

static void bench_containers(void)
{
    enum { COUNT = 100000 };
    struct world *world = world_begin();
    double append = 0;
    double set = 0;
    double find = 0;
    uint64_t sum = 0;
    for (int round = 0; round < ROUNDS; round++) {
        heap_drop(&world->heap);
        chain_init(&world->chain, &world->heap, 64);
        table_init(&world->table, &world->heap);
        double start = now_ns();
        for (uint64_t i = 0; i < COUNT; i++)
            *(uint64_t *)chain_append(&world->chain) = i;
        keep_best(&append, start);
        start = now_ns();
        for (uint64_t i = 0; i < COUNT; i++)
            table_set(&world->table, mix_bits(i), i);
        keep_best(&set, start);
        start = now_ns();
        for (uint64_t i = 0; i < COUNT; i++)
            sum += table_get(&world->table, mix_bits(i), 0);
        keep_best(&find, start);
    }
    printf(
        "chain_append %.1f ns, table_set %.1f ns (growth included), table_get %.1f ns (sum %x)\n",
        append / COUNT, set / COUNT, find / COUNT, (unsigned)sum);
}

int main(void)
{
    const char *why = "";
    if (!region_open(&region, REGION_RESERVE_PLAN, NULL, &why) ||
        !snapshot_store_open(&store, SNAPSHOT_STORE_PLAN, &why)) {
        fprintf(stderr, "bench_snapshot: %s\n", why);
        return 2;
    }
    bench_snapshot(MEBIBYTE, 10);
    bench_snapshot(16 * MEBIBYTE, 0);
    bench_snapshot(16 * MEBIBYTE, 10);
    bench_snapshot(16 * MEBIBYTE, 100);
    bench_reset(MEBIBYTE);
    bench_reset(15 * MEBIBYTE);
    bench_reset(100 * MEBIBYTE);
    for (size_t size = 16; size <= 1024; size *= 4) {
        bench_alloc(size);
        bench_turnover(size);
    }
    bench_containers();
    snapshot_store_close(&store);
    region_close(&region);
    return 0;
}

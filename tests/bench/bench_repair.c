/*
 * bench_repair.c: a tree of hashes that is asked for, against one that is built.
 *
 * To compare a range, Cassandra reads all of its rows and builds a tree of their digests; here each
 * node of the tree is a question to the store. Both are done for the same rows in the same process:
 * what counts is the ratio of processor times.
 *
 *   bench_repair [ROWS]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mix.h"
#include "base/region.h"
#include "db/store/store.h"

#define QUESTIONS 4096u /* nodes of the tree that are asked for, each of another part */

static double now_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void fill(struct store *store, struct env *env, uint64_t rows)
{
    for (uint64_t i = 0; i < rows; i++) {
        char key[24];
        int size = snprintf(key, sizeof key, "key-%llu", (unsigned long long)i);
        struct version version = {.timestamp = 1, .value = {(const uint8_t *)"12345678", 8}};
        store_put(store, env, (struct bytes){(const uint8_t *)key, (uint32_t)size}, &version);
    }
}

static uint64_t read_all(const struct store *store)
{
    uint64_t sum = 0;
    for (const struct store_row *row = store_first(store); row; row = store_next(row))
        sum += store_row_digest(row->key, &row->version);
    return sum;
}

static uint64_t ask(const struct store *store)
{
    uint64_t sum = 0;
    for (uint64_t i = 0; i < QUESTIONS; i++) {
        struct position_range range = {mix_bits(i), mix_bits(i) + (UINT64_MAX >> 12)};
        sum += store_sum(store, range).fingerprint;
    }
    return sum;
}

int main(int argc, char **argv)
{
    uint64_t rows = argc > 1 ? strtoull(argv[1], NULL, 10) : 200000;
    struct region region;
    struct store store;
    const char *why;
    if (!region_open(&region, REGION_RESERVE_PLAN, NULL, &why)) {
        fprintf(stderr, "bench_repair: %s\n", why);
        return 2;
    }
    struct heap *heap = region_create_root(&region, sizeof *heap);
    heap_init(heap, region.header);
    struct env env = {.memory = heap};
    store_init(&store, (struct placement_order){0});
    fill(&store, &env, rows);
    double start = now_seconds();
    uint64_t read = read_all(&store);
    double reading = now_seconds() - start;
    start = now_seconds();
    uint64_t asked = ask(&store);
    double asking = (now_seconds() - start) / QUESTIONS;
    printf("%llu rows (%llx, %llx): reading all of them costs as much as %.0f nodes of the tree\n",
           (unsigned long long)rows, (unsigned long long)read, (unsigned long long)asked,
           reading / asking);
    region_close(&region);
    return 0;
}

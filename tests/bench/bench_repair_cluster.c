/*
 * bench_repair_cluster.c: what it costs to find out that replicas are equal, and what differs, in a
 * cluster of ten nodes and one that has joined.
 *
 *     10 nodes hold KEYS keys, three copies of each; n11 joins; then n1 repairs, three times:
 *         all is equal            bytes of each comparison with another owner
 *         n1 has lost K rows      (behind the back of the database)
 *         once more               all is equal again
 *
 * Bytes are those of whole messages, both ways; the rows that go over are among them. The exit code
 * is 1 when two equal replicas sent more than 1 KiB, or K differing keys cost more than
 * 72 K log2 KEYS.
 *
 *   bench_repair_cluster [KEYS] [VNODES] [K]          1000000 keys, 64 tokens of each node, 64 rows
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "db/node.h"
#include "scenario/load.h"
#include "sim/world/world.h"

enum { NODES = 11 };

static struct world world;

static struct scenario *scenario_of(uint32_t keys, uint32_t vnodes)
{
    char text[900];
    struct json_error error = {0};
    snprintf(text, sizeof text,
             "{\"name\": \"repair\", \"duration\": \"100s\", \"cluster\": {\"nodes\": %d, "
             "\"members\": %d, \"vnodes\": %u, \"transition_timeout\": \"60s\", "
             "\"log\": {\"checkpoint_every\": \"0B\"}}, \"preload\": {\"keys\": "
             "{\"count\": %u}, \"value_size\": \"16B\"}, \"timeline\": "
             "[{\"at\": \"10s\", \"join\": \"n11\"}, {\"at\": \"60s\", \"repair\": \"n1\"}, "
             "{\"at\": \"70s\", \"repair\": \"n1\"}, {\"at\": \"90s\", \"repair\": \"n1\"}]}",
             NODES, NODES - 1, vnodes, keys);
    struct scenario *scenario = scenario_from_text("repair", text, strlen(text), &error);
    if (!scenario) {
        fprintf(stderr, "%s\n", error.text);
        exit(2);
    }
    return scenario;
}

/* The comparisons that ended: equal, or with rows exchanged. */
struct seen {
    uint64_t equal, most, bytes, rows;
};

static void take(void *host, const struct trace_record *record)
{
    struct seen *seen = host;
    bool is_equal = record->kind == TRACE_NOTE + NOTE_REPAIR_EQUAL;
    if (!is_equal && record->kind != TRACE_NOTE + NOTE_REPAIR_PAIR_DONE)
        return;
    seen->bytes += record->field[2];
    seen->rows += is_equal ? 0 : record->field[1];
    seen->equal += is_equal;
    if (is_equal)
        seen->most = MAX(seen->most, record->field[2]);
}

static struct seen run_to(vtime until)
{
    struct seen seen = {0};
    world.sink = (struct trace_sink){take, &seen};
    world_run(&world, until, UINT64_MAX);
    world.sink = (struct trace_sink){0};
    return seen;
}

/* Every so many rows of n1 one is gone. */
static void lose_rows(uint32_t count)
{
    struct machine *machine = machine_at(&world, 0);
    struct store *store = &machine->node->storage.store;
    uint64_t step = store_sum(store, (struct position_range){0, 0}).rows / count, at = 0;
    world.env.self = 0;
    world.env.memory = &machine->memory;
    for (const struct store_row *row = store_first(store), *next; row; row = next, at++) {
        next = store_next(row);
        if (at % step == 0 && count > 0 && count--)
            store_remove(store, &world.env, row->key);
    }
}

static void print_row(const char *what, struct seen seen)
{
    printf("%-24s %8llu equal, %4llu B at most   %9llu B in all   %6llu rows\n", what,
           (unsigned long long)seen.equal, (unsigned long long)seen.most,
           (unsigned long long)seen.bytes, (unsigned long long)seen.rows);
}

static uint32_t log2_of(uint64_t n)
{
    uint32_t bits = 0;
    while (n >> bits > 1)
        bits++;
    return bits;
}

int main(int argc, char **argv)
{
    uint32_t keys = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1000000;
    uint32_t vnodes = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 64;
    uint32_t lost = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 64;
    const char *why = NULL;
    if (!world_open(&world, WORLD_RESERVE_BYTES, NULL, &why)) {
        fprintf(stderr, "%s\n", why);
        return 2;
    }
    struct scenario *scenario = scenario_of(keys, vnodes);
    world_begin(&world, scenario, 1, NULL, 0);
    world_run(&world, 59 * SECOND, UINT64_MAX);
    printf("%u keys, %d + 1 nodes, %u tokens of each; n1 compares with %d others\n", keys,
           NODES - 1, vnodes, NODES - 1);
    struct seen equal = run_to(69 * SECOND);
    print_row("all is equal", equal);
    lose_rows(lost);
    struct seen differs = run_to(89 * SECOND), again = run_to(99 * SECOND);
    char what[40];
    snprintf(what, sizeof what, "n1 has lost %u rows", lost);
    print_row(what, differs);
    print_row("once more", again);
    printf("bytes of a lost row: %.1f log2 n\n",
           (double)differs.bytes / ((double)lost * log2_of(keys)));
    bool is_good = equal.equal == NODES - 1 && again.equal == NODES - 1 &&
                   MAX(equal.most, again.most) <= 1024 &&
                   differs.bytes <= 72ull * lost * log2_of(keys) && differs.rows >= lost;
    scenario_free(scenario);
    world_close(&world);
    return is_good ? 0 : 1;
}

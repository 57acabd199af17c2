/*
 * bench_join.c: how much data moves when a node joins, leaves, is removed or replaced.
 *
 *     ten nodes hold KEYS keys, three copies of each; then one change of members, nothing else
 *
 * What must move is known exactly: the rows that somebody gains who did not have them, by the
 * places before and after. `rows` counts what came in chunks (each row once: the second old owner
 * that is asked finds the same fingerprint and sends nothing); `bytes` the same as bytes of
 * messages. `untouched` says that no node that gains nothing stored a single row.
 *
 *   bench_join [KEYS] [VNODES]            1000000 keys, 256 tokens of each node
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "db/member/membership_parts.h"
#include "db/message.h"
#include "scenario/load.h"
#include "sim/picture/view.h"
#include "sim/world/world.h"

enum { NODES = 11, MEMBERS = 10, COPIES = 3 };

struct change {
    const char *name;
    const char *timeline;
};

static const struct change changes[] = {
    {"join", "{\"at\": \"10s\", \"join\": \"n11\"}"},
    {"leave", "{\"at\": \"10s\", \"leave\": \"n10\"}"},
    {"remove", "{\"at\": \"1s\", \"crash\": \"n10\"}, {\"at\": \"10s\", \"remove\": \"n10\"}"},
    {"replace", "{\"at\": \"1s\", \"crash\": \"n10\"}, {\"at\": \"10s\", \"replace\": \"n10\", "
                "\"by\": \"n11\"}"},
};

struct counts {
    uint64_t rows, bytes, chunks;
    vtime begun, done;
};

static void take(void *host, const struct trace_record *record)
{
    struct counts *counts = host;
    if (record->kind == TRACE_NOTE + NOTE_STREAM_CHUNK) {
        counts->rows += record->field[1];
        counts->bytes += record->field[2];
        counts->chunks++;
    }
    if (record->kind == TRACE_NOTE + NOTE_CHANGE_DECIDED && counts->begun == 0)
        counts->begun = record->time;
    if (record->kind == TRACE_NOTE + NOTE_CHANGE_DECIDED)
        counts->done = record->time;
}

static double now_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct scenario *scenario_of(const struct change *change, uint32_t keys, uint32_t vnodes)
{
    char text[1200];
    struct json_error error = {0};
    snprintf(text, sizeof text,
             "{\"name\": \"join\", \"duration\": \"100s\", \"cluster\": {\"nodes\": %d, "
             "\"members\": %d, \"replication\": %d, \"vnodes\": %u, \"transition_timeout\": "
             "\"60s\", \"log\": {\"checkpoint_every\": \"0B\"}}, \"preload\": {\"keys\": "
             "{\"count\": %u}, \"value_size\": \"16B\"}, \"timeline\": [%s]}",
             NODES, MEMBERS, COPIES, vnodes, keys, change->timeline);
    struct scenario *scenario = scenario_from_text("join", text, strlen(text), &error);
    if (!scenario) {
        fprintf(stderr, "%s\n", error.text);
        exit(2);
    }
    return scenario;
}

/* Rows that are gained: of each key, new owners that were none before. Also who gains at all. */
static uint64_t gained_rows(const struct world *world, const struct placement *before,
                            uint32_t keys, bool *gains)
{
    const struct placement *after = &world->state->placement;
    uint64_t rows = 0;
    for (uint32_t key = 1; key <= keys; key++) {
        char name[16];
        uint32_t old[COPIES], new[COPIES];
        size_t size = (size_t)snprintf(name, sizeof name, "k%u", key);
        struct bytes bytes = {(const uint8_t *)name, size};
        placement_of_key(before, bytes, COPIES, true, old);
        placement_of_key(after, bytes, COPIES, true, new);
        for (uint32_t i = 0; i < COPIES; i++) {
            bool is_old = false;
            for (uint32_t j = 0; j < COPIES; j++)
                is_old |= old[j] == new[i];
            rows += !is_old;
            gains[new[i]] |= !is_old;
        }
    }
    return rows;
}

static bool is_rest_untouched(const struct world *world, const bool *gains)
{
    for (uint32_t node = 0; node < NODES; node++)
        if (!gains[node] && world_count(world, TRACE_NOTE + NOTE_APPLY, node) > 0)
            return false;
    return true;
}

static void measure(struct world *world, const struct change *change, uint32_t keys,
                    uint32_t vnodes)
{
    struct scenario *scenario = scenario_of(change, keys, vnodes);
    struct counts counts = {0};
    struct placement before;
    bool gains[NODES] = {false};
    double start = now_seconds();
    world_begin(world, scenario, 1, NULL, 0);
    double begun = now_seconds();
    world->sink = (struct trace_sink){take, &counts};
    world_run(world, 9 * SECOND, UINT64_MAX);
    topology_place(&world->state->topology, MEMBERS_OLD, &world->state->heap, &scenario->node,
                   &before);
    double ready = now_seconds();
    world_run(world, 100 * SECOND, UINT64_MAX);
    double end = now_seconds();
    uint64_t wanted = gained_rows(world, &before, keys, gains);
    double all = (double)keys * COPIES;
    printf("%-8s %10llu %10llu %8.3f %% %10.1f MB %6llu %9.2f s  %-9s %6.2f s %6.2f s %6.2f s\n",
           change->name, (unsigned long long)counts.rows, (unsigned long long)wanted,
           100 * (double)counts.rows / all, (double)counts.bytes / 1e6,
           (unsigned long long)counts.chunks, (double)(counts.done - counts.begun) / 1e9,
           is_rest_untouched(world, gains) ? "untouched" : "TOUCHED", begun - start, ready - begun,
           end - ready);
    if (counts.rows != wanted)
        printf("         %lld rows more than were gained\n", (long long)(counts.rows - wanted));
    world->sink = (struct trace_sink){0};
    scenario_free(scenario);
}

int main(int argc, char **argv)
{
    uint32_t keys = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1000000;
    uint32_t vnodes = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 256;
    struct rusage usage;
    struct world world;
    const char *why = NULL;
    if (!world_open(&world, WORLD_RESERVE_BYTES, NULL, &why)) {
        fprintf(stderr, "%s\n", why);
        return 2;
    }
    printf("%u keys on %d nodes, %d copies, %u tokens of each node; an eleventh part is %.3f %%\n\n"
           "            rows   gained by    of all        bytes  chunks    virtual  the rest   "
           "place   recover   change\n"
           "change    streamed   places    copies\n",
           keys, MEMBERS, COPIES, vnodes, 100.0 / 11);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        measure(&world, &changes[i], keys, vnodes);
    getrusage(RUSAGE_SELF, &usage);
    printf("\nplace, recover, change: processor seconds to lay the rows on the disks, to read them "
           "back\nas the nodes start, and for the change itself; memory at most %ld MiB\n",
           usage.ru_maxrss / 1024);
    world_close(&world);
    return 0;
}

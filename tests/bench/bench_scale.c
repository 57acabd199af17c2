/*
 * bench_scale.c: what an event costs, from 3 to 100 nodes and from a thousand to a
 * million events.
 *
 *     events = messages, work, timers, syncs of a cluster whose clients grow with it
 *
 * The mix of events is the same at every size: as many clients as nodes, and heartbeats
 * so rare that their number, too, grows with the nodes and not with their square. (All
 * to all each second is shown below the table; it changes the mix, not the cost of
 * one kind.) Only stepping is measured; beginning a run is a column of its own.
 *
 *   bench_scale [EVENTS a cell]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "scenario/load.h"
#include "sim/world/world.h"

static const uint32_t node_counts[] = {3, 5, 10, 30, 100};
static const uint64_t event_counts[] = {1000, 10000, 100000, 1000000};

#define ROWS  (sizeof node_counts / sizeof *node_counts)
#define CELLS (sizeof event_counts / sizeof *event_counts)

/* Processor time: what one core really spent, on a machine that others share. */
static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static struct scenario *scenario_of(uint32_t nodes, uint32_t heartbeat_ms)
{
    char text[1600];
    struct json_error error = {0};
    snprintf(text, sizeof text,
             "{\"name\": \"scale\", \"duration\": \"1000000s\", \"cluster\": {\"nodes\": %u, "
             "\"heartbeat\": \"%ums\", \"suspect_after\": \"1000s\", \"log\": {\"sync\": "
             "\"group\"}, \"disk\": {\"sync\": {\"lognormal\": {\"median\": \"1ms\", \"p99\": "
             "\"8ms\"}}}}, \"network\": {\"latency\": {\"lognormal\": {\"median\": \"500us\", "
             "\"p99\": \"5ms\"}}, \"loss\": \"0.1%%\"}, \"clients\": [{\"name\": \"c\", \"count\": "
             "%u, \"operations\": %u, \"think\": {\"exponential\": \"100ms\"}, \"keys\": "
             "{\"count\": 200, \"zipf\": "
             "0.99}, \"timeout\": \"1s\"}]}",
             nodes, heartbeat_ms, nodes, 100000 / nodes);
    struct scenario *scenario = scenario_from_text("scale", text, strlen(text), &error);
    if (!scenario) {
        fprintf(stderr, "%s\n", error.text);
        exit(2);
    }
    return scenario;
}

struct cost {
    double step_ns;  /* an event */
    double begin_ns; /* a run */
};

/* Whole runs of `events` events, until there are `total` of them; the best one counts, as
 * the others were disturbed. */
static struct cost measure(struct world *world, const struct scenario *scenario, uint64_t events,
                           uint64_t total)
{
    struct cost cost = {1e18, 1e18};
    uint64_t runs = total / events + 3;
    for (uint64_t seed = 0; seed < runs; seed++) {
        double start = now_ns();
        world_begin(world, scenario, seed, NULL, 0);
        double begun = now_ns();
        world_run(world, VTIME_NEVER, events);
        double step_ns = (now_ns() - begun) / (double)events;
        cost.begin_ns = begun - start < cost.begin_ns ? begun - start : cost.begin_ns;
        cost.step_ns = step_ns < cost.step_ns ? step_ns : cost.step_ns;
    }
    return cost;
}

static void print_row(struct world *world, uint32_t nodes, uint32_t heartbeat_ms, uint64_t total,
                      double *least, double *most)
{
    struct scenario *scenario = scenario_of(nodes, heartbeat_ms);
    struct cost cost = {0};
    printf("%8u", nodes);
    for (size_t i = 0; i < CELLS; i++) {
        cost = measure(world, scenario, event_counts[i], total);
        printf("%12.0f", cost.step_ns);
        fflush(stdout);
        *least = cost.step_ns < *least ? cost.step_ns : *least;
        *most = cost.step_ns > *most ? cost.step_ns : *most;
    }
    printf("%12.0f%12.1f\n", cost.begin_ns / 1000,
           (double)region_taken_bytes(&world->region) / (1 << 20));
    scenario_free(scenario);
}

int main(int argc, char **argv)
{
    uint64_t total = argc > 1 ? strtoull(argv[1], NULL, 10) : 300000;
    struct world world;
    const char *why;
    double least = 1e9, most = 0, ignored = 0, ignored_too = 1e9;
    if (!world_open(&world, WORLD_RESERVE_BYTES, NULL, &why)) {
        fprintf(stderr, "%s\n", why);
        return 2;
    }
    printf("ns an event, for runs of so many events\n%8s", "nodes");
    for (size_t i = 0; i < CELLS; i++)
        printf("%12llu", (unsigned long long)event_counts[i]);
    printf("%12s%12s\n", "begin, us", "end, MiB");
    for (size_t i = 0; i < ROWS; i++)
        print_row(&world, node_counts[i], 10 * node_counts[i], total, &least, &most);
    printf("dearest cell / cheapest cell: %.2f\n", most / least);
    printf("heartbeats all to all each second:\n");
    print_row(&world, 100, 1000, total, &ignored_too, &ignored);
    world_close(&world);
    return 0;
}

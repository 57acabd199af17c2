/*
 * bench_travel.c: going back in a run of a million events.
 *
 * What a person at the window waits for: one step back, from anywhere, and a jump to
 * anywhere; and what it costs to keep the way back open (time on the way forward, memory
 * of keyframes). Promised: a step back within 16 ms, a jump within 100 ms, keyframes in
 * 256 MiB.
 *
 *   bench_travel [EVENTS] [NODES]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "scenario/load.h"
#include "sim/travel/travel.h"

#define TRIES 300

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static struct scenario *load(unsigned nodes)
{
    char text[1600];
    struct json_error error = {0};
    snprintf(text, sizeof text,
             "{\"name\": \"travel\", \"duration\": \"100000s\", \"cluster\": {\"nodes\": %u, "
             "\"heartbeat\": \"1s\", \"log\": {\"sync\": \"group\"}, \"disk\": {\"sync\": "
             "{\"lognormal\": {\"median\": \"1ms\", \"p99\": \"8ms\"}}}}, \"network\": "
             "{\"latency\": {\"lognormal\": {\"median\": \"500us\", \"p99\": \"5ms\"}}, \"loss\": "
             "\"0.5%%\", \"duplicate\": \"0.5%%\"}, \"clients\": [{\"name\": \"c\", \"count\": 10, "
             "\"operations\": 20000, \"think\": {\"exponential\": \"20ms\"}, \"keys\": {\"count\": "
             "1000, \"zipf\": 0.99}, "
             "\"value_size\": {\"uniform\": [\"16B\", \"256B\"]}, \"timeout\": \"1s\"}]}",
             nodes);
    struct scenario *scenario = scenario_from_text("travel", text, strlen(text), &error);
    if (!scenario) {
        fprintf(stderr, "%s\n", error.text);
        exit(2);
    }
    return scenario;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_times(const char *what, double *times, double limit_ms)
{
    qsort(times, TRIES, sizeof *times, by_size);
    printf("  %-28s p50 %7.2f ms   p99 %7.2f ms   max %7.2f ms   promised %.0f ms%s\n", what,
           times[TRIES / 2], times[TRIES * 99 / 100], times[TRIES - 1], limit_ms,
           times[TRIES - 1] <= limit_ms ? "" : "   MISSED");
}

/* Steps that lie all over the run, some of them near its ends. */
static uint64_t somewhere(uint64_t i, uint64_t end)
{
    return 1 + mix_below(mix(7, 7, i), end - 1);
}

static void measure(struct travel *travel, uint64_t end)
{
    static double times[TRIES];
    for (uint64_t i = 0; i < TRIES; i++) {
        uint64_t step = somewhere(i, end);
        travel_seek(travel, step);
        double start = now_ms();
        travel_seek(travel, step - 1);
        times[i] = now_ms() - start;
    }
    print_times("one step back", times, 16);
    for (uint64_t i = 0; i < TRIES; i++) {
        double start = now_ms();
        travel_seek(travel, somewhere(TRIES + i, end));
        times[i] = now_ms() - start;
    }
    print_times("a jump anywhere", times, 100);
    for (uint64_t i = 0; i < TRIES; i++) {
        travel_seek(travel, i % 2 ? end : 0);
        vtime time = travel->world->state->now;
        double start = now_ms();
        travel_seek_time(travel, i % 2 ? time / (i + 1) : time + i * SECOND);
        times[i] = now_ms() - start;
    }
    print_times("a jump to a time", times, 100);
}

static double run_forward(struct travel *travel, uint64_t end)
{
    double start = now_ms();
    travel_seek(travel, end);
    return now_ms() - start;
}

int main(int argc, char **argv)
{
    uint64_t end = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
    struct scenario *scenario = load(argc > 2 ? (unsigned)atoi(argv[2]) : 5);
    struct world world;
    struct travel travel;
    const char *why;
    if (!world_open(&world, WORLD_RESERVE_BYTES, NULL, &why)) {
        fprintf(stderr, "%s\n", why);
        return 2;
    }
    for (int i = 0; i < 2; i++) /* the first one warms up */
        world_begin(&world, scenario, 1, NULL, 0),
            world_run(&world, VTIME_NEVER, end / (2 - (unsigned)i));
    double start = now_ms();
    world_begin(&world, scenario, 1, NULL, 0);
    world_run(&world, VTIME_NEVER, end);
    double plain_ms = now_ms() - start;
    if (!travel_open(&travel, &world, scenario, 1, SNAPSHOT_STORE_PLAN, &why)) {
        fprintf(stderr, "%s\n", why);
        return 2;
    }
    double kept_ms = run_forward(&travel, end);
    printf("%llu events, %llu operations, a world of %.1f MiB at the end\n",
           (unsigned long long)world.state->step,
           (unsigned long long)chain_count(&world.state->clients.history),
           (double)region_taken_bytes(&world.region) / (1 << 20));
    printf("  forward %.0f ns an event, with keyframes %.0f ns (%.2f times)\n",
           plain_ms * 1e6 / (double)end, kept_ms * 1e6 / (double)end, kept_ms / plain_ms);
    printf("  %u keyframes, %llu steps apart, in %.1f MiB\n", travel.branches[0].keyframe_count,
           (unsigned long long)travel.spacing,
           (double)snapshot_store_bytes(&travel.store) / (1 << 20));
    measure(&travel, end);
    travel_close(&travel);
    world_close(&world);
    scenario_free(scenario);
    return 0;
}

/*
 * bench_detect.c: how soon the dead are noticed, how often the living are taken for dead, and what
 * gossip among a thousand nodes costs.
 *
 *   bench_detect slow      one node that hears late among eight: plain SWIM, Lifeguard, its parts
 *   bench_detect phi       detection time against false alarms, by threshold, and a fixed limit
 *   bench_detect gossip    1,000 nodes, 60 virtual seconds: processor time and memory
 *   bench_detect rumour    rounds until all have heard, by the number of nodes
 *   bench_detect           all four
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "db/note.h"
#include "scenario/load.h"
#include "sim/world/world.h"

#define NODES_OF_SLOW 8

static struct world world;

static struct scenario *scenario_of(const char *text)
{
    struct json_error error = {0};
    struct scenario *scenario = scenario_from_text("detect", text, strlen(text), &error);
    if (!scenario) {
        fprintf(stderr, "%s\n", error.text);
        exit(2);
    }
    return scenario;
}

static uint64_t notes_of(uint32_t node, uint32_t kind)
{
    return world.state->counts[(size_t)node * TRACE_KIND_COUNT + TRACE_NOTE + kind];
}

static uint64_t notes(uint32_t nodes, uint32_t kind)
{
    uint64_t sum = 0;
    for (uint32_t node = 0; node < nodes; node++)
        sum += notes_of(node, kind);
    return sum;
}

/* --- one slow node --------------------------------------------------------------------------- */

static void slow_row(const char *name, const char *swim)
{
    enum { SEEDS = 20, MINUTES = 10 };
    char text[2400], links[1600] = "";
    for (uint32_t i = 1; i < NODES_OF_SLOW; i++)
        snprintf(links + strlen(links), sizeof links - strlen(links),
                 "%s{\"from\": \"n%u\", \"to\": \"n8\", \"latency\": {\"uniform\": [\"1s\", "
                 "\"6s\"]}}",
                 i > 1 ? ", " : "", i);
    snprintf(text, sizeof text,
             "{\"name\": \"slow\", \"duration\": \"%um\", \"cluster\": {\"nodes\": 8, "
             "\"detector\": \"swim\", \"swim\": {%s}}, \"network\": {\"latency\": \"1ms\", "
             "\"links\": [%s]}}",
             MINUTES, swim, links);
    struct scenario *scenario = scenario_of(text);
    uint64_t accused = 0, healthy = 0, slow = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        world_begin(&world, scenario, seed, NULL, 0);
        world_run(&world, VTIME_NEVER, UINT64_MAX);
        accused += notes(NODES_OF_SLOW - 1, NOTE_SWIM_REFUTED);
        slow += notes_of(NODES_OF_SLOW - 1, NOTE_SWIM_REFUTED);
        healthy += notes(NODES_OF_SLOW, NOTE_SWIM_DIED);
    }
    double hours = SEEDS * (MINUTES / 60.0) * NODES_OF_SLOW;
    printf("  %-28s %14.1f %14.1f %14.1f\n", name, (double)accused / hours, (double)slow / hours,
           (double)healthy / hours);
    scenario_free(scenario);
}

static void slow(void)
{
    printf("one of 8 nodes hears after 1 to 6 s; 20 seeds of 10 minutes; all live\n"
           "per node hour:                healthy accused   slow accused  taken for dead\n");
    slow_row("plain SWIM", "\"lifeguard\": false");
    slow_row("+ local health", "\"lifeguard\": false, \"local_health\": true");
    slow_row("+ confirmations", "\"lifeguard\": false, \"confirmations\": true");
    slow_row("+ buddy system", "\"lifeguard\": false, \"buddy\": true");
    slow_row("Lifeguard: all three", "\"lifeguard\": true");
}

/* --- phi ------------------------------------------------------------------------------------- */

/* Five nodes beat each 200 ms over links that lose every eighth; n5 dies at the end. */
static void phi_row(const char *name, const char *settings)
{
    enum { SEEDS = 40 };
    char text[1200];
    snprintf(text, sizeof text,
             "{\"name\": \"phi\", \"duration\": \"120s\", \"cluster\": {\"nodes\": 5, "
             "\"heartbeat\": \"200ms\", %s}, \"network\": {\"latency\": {\"lognormal\": "
             "{\"median\": \"5ms\", \"p99\": \"100ms\"}}, \"loss\": \"12%%\"}, \"timeline\": "
             "[{\"at\": \"100s\", \"crash\": \"n5\"}]}",
             settings);
    struct scenario *scenario = scenario_of(text);
    uint64_t alarms = 0, found = 0;
    double waited = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        world_begin(&world, scenario, seed, NULL, 0);
        world_run(&world, 100 * SECOND, UINT64_MAX);
        alarms += notes(5, NOTE_PEER_SUSPECTED);
        for (uint32_t node = 0; node < 4; node++) {
            struct env env = world.env;
            env.self = node;
            vtime at = 100 * SECOND;
            while (at < 119 * SECOND &&
                   detector_is_up(&machine_at(&world, node)->node->detector, &env, 4)) {
                at += 20 * MILLISECOND;
                world_run(&world, at, UINT64_MAX);
            }
            at = MAX(at, world.state->now);
            waited += (double)(at - 100 * SECOND) / 1e9;
            found++;
        }
    }
    printf("  %-28s %14.3f %14.2f\n", name, (double)alarms / (SEEDS * 5 * 100.0 / 3600),
           waited / (double)found);
    scenario_free(scenario);
}

static void phi(void)
{
    printf("5 nodes, a heartbeat each 200 ms, 12 %% lost; 40 seeds\n"
           "                               false alarms   until the last\n"
           "                              per node hour      notices (s)\n");
    phi_row("fixed limit 500 ms", "\"suspect_after\": \"500ms\"");
    phi_row("fixed limit 1 s", "\"suspect_after\": \"1s\"");
    phi_row("fixed limit 2 s", "\"suspect_after\": \"2s\"");
    static const char *const forms[] = {"normal", "exponential"};
    static const uint32_t thresholds[] = {1, 2, 3, 5, 8, 12};
    for (uint32_t form = 0; form < 2; form++)
        for (uint32_t i = 0; i < 6; i++) {
            char name[60], settings[200];
            snprintf(name, sizeof name, "phi %s, threshold %u", forms[form], thresholds[i]);
            snprintf(settings, sizeof settings,
                     "\"detector\": \"phi\", \"phi\": {\"form\": \"%s\", \"threshold\": %u}",
                     forms[form], thresholds[i]);
            phi_row(name, settings);
        }
}

/* --- gossip ---------------------------------------------------------------------------------- */

static double processor_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void gossip(void)
{
    struct scenario *scenario = scenario_of(
        "{\"name\": \"town\", \"duration\": \"60s\", \"cluster\": {\"nodes\": 1000, \"vnodes\": 1, "
        "\"detector\": \"phi\", \"gossip\": {}}, \"network\": {\"latency\": {\"lognormal\": "
        "{\"median\": \"500us\", \"p99\": \"5ms\"}}}, \"timeline\": [{\"at\": \"20s\", \"crash\": "
        "\"n500\"}]}");
    double begun = processor_seconds();
    world_begin(&world, scenario, 1, NULL, 0);
    world_run(&world, VTIME_NEVER, UINT64_MAX);
    struct rusage usage;
    uint64_t right = 0, wrong = 0;
    for (uint32_t node = 0; node < 1000; node++)
        for (uint32_t peer = 0; node != 499 && peer < 1000; peer++) {
            bool is_down = machine_at(&world, node)->node->detector.peers[peer].is_suspected;
            right += is_down && peer == 499;
            wrong += is_down && peer != 499;
        }
    getrusage(RUSAGE_SELF, &usage);
    printf("1,000 nodes, 60 virtual seconds of gossip with phi: %.2f s of one core, %.0f MiB; "
           "%llu events; at the end %llu of 999 hold the dead node for dead, %llu another one\n",
           processor_seconds() - begun, (double)usage.ru_maxrss / 1024,
           (unsigned long long)world.state->step,
           (unsigned long long)right, (unsigned long long)wrong);
    scenario_free(scenario);
}

/* --- a rumour -------------------------------------------------------------------------------- */

/* One node begins a new life; how long until every other one has heard of it? */
static double rounds_until_all_know(uint32_t nodes, const char *message, uint64_t seed)
{
    char text[700];
    snprintf(text, sizeof text,
             "{\"name\": \"rumour\", \"duration\": \"200s\", \"cluster\": {\"nodes\": %u, "
             "\"vnodes\": 1, \"heartbeat\": \"0s\", \"gossip\": {\"message\": \"%s\"}}, "
             "\"network\": {\"latency\": \"1ms\"}, \"timeline\": [{\"at\": \"39900ms\", \"crash\": "
             "\"n7\"}, {\"at\": \"40s\", \"restart\": \"n7\"}]}",
             nodes, message);
    struct scenario *scenario = scenario_of(text);
    world_begin(&world, scenario, seed, NULL, 0);
    vtime at = 40 * SECOND;
    for (world_run(&world, at, UINT64_MAX);
         notes(nodes, NOTE_GOSSIP_RESTARTED) < nodes - 1 && at < 199 * SECOND; at += SECOND / 10)
        world_run(&world, at, UINT64_MAX);
    scenario_free(scenario);
    return (double)(at - 40 * SECOND) / 1e9;
}

static void rumour(void)
{
    enum { SEEDS = 10 };
    printf("rounds until all have heard, mean of %d seeds (push and pull: log2 n + O(log log n))\n"
           "     nodes   all digests fit   1 KiB a message\n",
           SEEDS);
    for (uint32_t nodes = 16; nodes <= 512; nodes *= 2) {
        double whole = 0, small = 0;
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            whole += rounds_until_all_know(nodes, "16KiB", seed);
            small += rounds_until_all_know(nodes, "1KiB", seed);
        }
        printf("  %8u %17.1f %17.1f\n", nodes, whole / SEEDS, small / SEEDS);
    }
}

int main(int argc, char **argv)
{
    const char *which = argc > 1 ? argv[1] : "";
    const char *why = NULL;
    if (!world_open(&world, WORLD_RESERVE_BYTES, NULL, &why)) {
        fprintf(stderr, "%s\n", why);
        return 1;
    }
    if (!*which || strcmp(which, "slow") == 0)
        slow();
    if (!*which || strcmp(which, "phi") == 0)
        phi();
    if (!*which || strcmp(which, "rumour") == 0)
        rumour();
    if (!*which || strcmp(which, "gossip") == 0)
        gossip();
    world_close(&world);
    return 0;
}

/*
 * swarm_shape.c: what kind of cluster and of workload it is this time.
 *
 * FoundationDB's simulation draws a cluster of another shape for each seed, and so does this: what
 * a scenario names in "vary" is drawn here and written into the document, over what stands there.
 * Each value is drawn by its own name, so that naming one thing more changes no other.
 *
 * A workload comes with the checks that it can promise. Levels always overlap (R + W > N) and the
 * log is always synced first: what is weaker promises nothing that could be judged.
 * Tails of latencies have an end, and detectors are quick, since what they do with a node must be
 * over before a run is. Read next: swarm.h.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/swarm.h"

struct shape {
    struct json_doc *doc;
    struct json_error *error;
    const struct scenario *scenario;
    uint64_t seed;
};

/* --- draws ---------------------------------------------------------------------------------- */

static uint64_t bits_of(const struct shape *shape, const char *name)
{
    return mix_pair(swarm_draw(shape->seed, FAULT_NONE, 0, WHAT_SHAPE), name_hash(name));
}

static bool is_so(const struct shape *shape, const char *name, uint32_t percent)
{
    return mix_below(bits_of(shape, name), 100) < percent;
}

static uint32_t between(const struct shape *shape, const char *name, uint32_t min, uint32_t max)
{
    return (uint32_t)swarm_between(bits_of(shape, name), min, max);
}

static uint32_t spread(const struct shape *shape, const char *name, uint32_t min, uint32_t max)
{
    return (uint32_t)swarm_spread(bits_of(shape, name), min, max);
}

#define ONE_OF(shape, name, words) ((words)[mix_below(bits_of((shape), (name)), ARRAY_LEN(words))])

__attribute__((format(printf, 3, 4))) static void set(struct shape *shape, const char *path,
                                                      const char *format, ...)
{
    char value[2048];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(value, sizeof value, format, arguments);
    va_end(arguments);
    CHECK(size > 0 && (size_t)size < sizeof value);
    json_doc_set(shape->doc, path, value, shape->error);
}

/* --- the cluster ----------------------------------------------------------------------------- */

static void draw_placement(struct shape *shape, uint32_t nodes)
{
    static const char *const others[] = {"partitions", "equal",   "jump",       "rendezvous",
                                         "maglev",     "bounded", "multi-probe"};
    set(shape, "cluster.vnodes", "%u", spread(shape, "vnodes", 1, 16));
    set(shape, "cluster.ring_seed", "%u", between(shape, "ring_seed", 1, 1000));
    if (is_so(shape, "placement", 60))
        return;
    set(shape, "cluster.placement", "{\"strategy\": \"%s\", \"partitions\": %u}",
        ONE_OF(shape, "strategy", others), MAX(nodes, spread(shape, "partitions", 16, 128)));
}

static void draw_cluster(struct shape *shape)
{
    static const uint32_t replications[] = {3, 3, 3, 3, 3, 3, 5, 2};
    uint32_t n = ONE_OF(shape, "replication", replications);
    uint32_t members = n + between(shape, "members", 0, 4);
    uint32_t nodes = members + between(shape, "spares", 0, 2);
    set(shape, "cluster.nodes", "%u", nodes);
    set(shape, "cluster.members", "%u", members);
    set(shape, "cluster.replication", "%u", n);
    if (is_so(shape, "racks", 40) && members >= 3)
        set(shape, "cluster.racks", "%u", between(shape, "rack_count", 2, MIN(members, 4)));
    draw_placement(shape, nodes);
}

static void draw_sync(struct shape *shape)
{
    static const char *const policies[] = {"always", "group", "group"};
    static const char *const sectors[] = {"512B", "512B", "4096B"};
    set(shape, "cluster.log.sync", "\"%s\"", ONE_OF(shape, "sync", policies));
    set(shape, "cluster.log.group_window", "\"%uus\"", spread(shape, "window", 100, 5000));
    set(shape, "cluster.log.segment", "\"%uB\"", spread(shape, "segment", 1024, 65536));
    set(shape, "cluster.log.checkpoint_every", "\"%uB\"",
        is_so(shape, "checkpoints", 80) ? spread(shape, "checkpoint", 2048, 65536) : 0);
    set(shape, "cluster.disk.sector", "\"%s\"", ONE_OF(shape, "sector", sectors));
    if (is_so(shape, "disk_tail", 50))
        set(shape, "cluster.disk.sync",
            "{\"lognormal\": {\"median\": \"%uus\", \"p99\": \"%uus\"}, \"max\": \"100ms\"}",
            spread(shape, "disk_median", 50, 2000), spread(shape, "disk_p99", 2000, 30000));
    else
        set(shape, "cluster.disk.sync", "\"%uus\"", spread(shape, "disk_sync", 50, 10000));
}

static void draw_levels(struct shape *shape)
{
    static const char *const pairs[][2] = {
        {"quorum", "quorum"}, {"quorum", "quorum"}, {"quorum", "quorum"}, {"quorum", "quorum"},
        {"one", "all"},       {"all", "one"},       {"all", "quorum"}};
    uint64_t pair = mix_below(bits_of(shape, "levels"), ARRAY_LEN(pairs));
    set(shape, "cluster.read", "\"%s\"", pairs[pair][0]);
    set(shape, "cluster.write", "\"%s\"", pairs[pair][1]);
}

static void draw_network(struct shape *shape)
{
    uint32_t median = spread(shape, "latency", 50, 5000);
    if (is_so(shape, "tail", 50))
        set(shape, "network.latency",
            "{\"lognormal\": {\"median\": \"%uus\", \"p99\": \"%uus\"}, \"max\": \"300ms\"}",
            median, median * spread(shape, "latency_p99", 2, 20));
    else
        set(shape, "network.latency", "{\"exponential\": \"%uus\", \"shift\": \"%uus\"}", median,
            median / 4 + 1);
    set(shape, "network.clients.latency", "\"%uus\"", spread(shape, "client_latency", 1, 1000));
}

/* --- the protocol ---------------------------------------------------------------------------- */

static void draw_detection(struct shape *shape)
{
    static const char *const detectors[] = {"heartbeat", "heartbeat", "phi", "swim"};
    const char *detector = ONE_OF(shape, "detector", detectors);
    uint32_t beat = spread(shape, "heartbeat", 100, 1000);
    set(shape, "cluster.heartbeat", "\"%ums\"", beat);
    set(shape, "cluster.suspect_after", "\"%ums\"", beat * between(shape, "suspect", 3, 8));
    set(shape, "cluster.detector", "\"%s\"", detector);
    if (strcmp(detector, "swim") == 0)
        set(shape, "cluster.swim",
            "{\"preset\": \"%s\", \"probe_interval\": \"%ums\", \"suspicion_max\": 2, "
            "\"push_pull\": \"%ums\"}",
            is_so(shape, "lan", 50) ? "lan" : "local", spread(shape, "probe", 200, 800),
            spread(shape, "push_pull", 1000, 4000));
    if (strcmp(detector, "phi") == 0) /* or what it has learned in the chaos outlasts the run */
        set(shape, "cluster.phi", "{\"interval_max\": \"%ums\", \"threshold\": %u}",
            MAX(3 * beat, 1000), between(shape, "threshold", 1, 2));
    if (strcmp(detector, "swim") != 0 && is_so(shape, "gossip", 40))
        set(shape, "cluster.gossip", "{\"interval\": \"%ums\", \"ring_delay\": \"%ums\"}",
            spread(shape, "round", 100, 1000), between(shape, "ring_delay", 2000, 5000));
}

static void draw_hints(struct shape *shape)
{
    static const char *const times[] = {"missed", "missed", "ahead"};
    if (is_so(shape, "hints", 60))
        set(shape, "cluster.hints",
            "{\"when\": \"%s\", \"interval\": \"%ums\", \"window\": \"%ums\", \"batch\": \"%uB\"}",
            ONE_OF(shape, "hint_when", times), spread(shape, "hint_interval", 100, 5000),
            spread(shape, "hint_window", 1000, 60000), spread(shape, "hint_batch", 64, 8192));
}

static void draw_repair(struct shape *shape)
{
    static const char *const modes[] = {"blocking", "blocking", "blocking", "blocking"};
    if (is_so(shape, "repair", 50))
        set(shape, "cluster.repair", "{\"interval\": \"%ums\"}",
            spread(shape, "repair_interval", 2000, 20000));
    set(shape, "cluster.read_repair", "{\"mode\": \"%s\", \"chance\": \"%u%%\"}",
        ONE_OF(shape, "read_repair", modes), between(shape, "read_repair_chance", 0, 30));
    if (is_so(shape, "tombstones", 30))
        set(shape, "cluster.tombstone_grace", "\"%ums\"", spread(shape, "grace", 5000, 30000));
}

static void draw_protocol(struct shape *shape)
{
    static const char *const choices[] = {"primary", "random",  "round_robin",
                                          "p2c",     "fastest", "c3"};
    static const char *const late[] = {"\"none\"", "\"none\"", "\"always\"", "\"p99\"", "\"5ms\""};
    draw_detection(shape);
    draw_hints(shape);
    draw_repair(shape);
    set(shape, "cluster.read_timeout", "\"%ums\"", spread(shape, "read_timeout", 100, 1000));
    set(shape, "cluster.write_timeout", "\"%ums\"", spread(shape, "write_timeout", 100, 1000));
    set(shape, "cluster.transition_timeout", "\"%ums\"", spread(shape, "transition", 1000, 5000));
    set(shape, "cluster.replica_choice", "\"%s\"", ONE_OF(shape, "choice", choices));
    set(shape, "cluster.speculative_retry", "%s", ONE_OF(shape, "speculate", late));
}

/* --- the workload ---------------------------------------------------------------------------- */

/* Registers: each key is written by anybody, and read. */
static void add_registers(struct shape *shape, const char *name)
{
    char values[40] = "";
    if (is_so(shape, "values", 40))
        snprintf(values, sizeof values, "\"value_size\": \"%uB\", ",
                 spread(shape, "value_size", 16, 2000));
    uint32_t stop = (uint32_t)(shape->scenario->duration_ns / MILLISECOND * 15 / 16);
    set(shape, "clients[+]",
        "{\"name\": \"%s\", \"count\": %u, \"think\": {\"exponential\": \"%ums\"}, %s"
        "\"keys\": {\"prefix\": \"k\", \"count\": %u, \"zipf\": 0.%u}, "
        "\"mix\": {\"get\": %u, \"put\": %u, \"delete\": %u}, \"puts\": \"%s\", \"retries\": %u, "
        "\"timeout\": \"%ums\", \"stop\": \"%ums\"}",
        name, between(shape, "clients", 1, 6), spread(shape, "think", 20, 500), values,
        spread(shape, "keys", 1, 40), between(shape, "zipf", 1, 99), between(shape, "gets", 20, 80),
        between(shape, "puts", 20, 80),
        is_so(shape, "deletes", 25) ? between(shape, "dels", 1, 5) : 0,
        is_so(shape, "read_first", 25) ? "read-first" : "blind",
        is_so(shape, "retry", 50) ? between(shape, "retries", 1, 4) : 0,
        spread(shape, "timeout", 200, 2000), stop);
}

static void draw_workload(struct shape *shape)
{
    set(shape, "clients", "[]");
    add_registers(shape, "c");
    set(shape, "checks",
        "[{\"check\": \"linearizable\", \"promised_only\": true, \"work_limit\": 5000000}, "
        "{\"check\": \"durable\", \"promised_only\": true}, {\"check\": \"no_invention\"}]");
}

/* --- all of it ------------------------------------------------------------------------------- */

bool swarm_shape(struct json_doc *doc, const struct scenario *scenario, uint64_t seed,
                 struct json_error *error)
{
    static void (*const draws[VARY_COUNT])(struct shape * shape) = {
        [VARY_SHAPE] = draw_cluster,     [VARY_SYNC] = draw_sync,
        [VARY_LEVELS] = draw_levels,     [VARY_WORKLOAD] = draw_workload,
        [VARY_PROTOCOL] = draw_protocol, [VARY_NETWORK] = draw_network};
    struct shape shape = {doc, error, scenario, seed};
    for (uint32_t vary = 0; vary < VARY_COUNT; vary++)
        if (scenario->swarm->varies >> vary & 1)
            draws[vary](&shape);
    return !json_has_error(error);
}

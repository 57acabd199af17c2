/*
 * metrics.h: how a run went, as numbers over virtual time.
 *
 * The run is cut into slots of equal width, a round number of nanoseconds; at the end of each
 * a sample is taken of the world as it then is:
 *
 *     |--slot 0--|--slot 1--|--slot 2--|--sl        samples = 3, "now" is in the fourth
 *     0          w         2w         3w    now
 *
 * A sample is a function of the world at that instant and of the sample before it, of nothing
 * else. So it does not matter how often, in which order or how fast one came there: a run, a
 * run with seeks in between and a jump give the same samples.
 *
 * What counts up (operations told, stale reads, busy time) is kept as the sum since the start;
 * metric_value makes a rate of it. A latency is that of an operation that was told within the
 * slot, whatever it was told: who waited two seconds for nothing has waited two seconds.
 *
 * Without a window:
 *
 *     metrics_begin(&metrics, heap, &world);
 *     do
 *         metrics_pass(&metrics, &world);        before each step, and once after the last
 *     while (world_step(&world));
 *     for each slot < metrics.count, for each metric: metric_value(&metrics, metric, slot, node)
 *
 * A value is a whole number of 10^-decimals of its unit (text_decimal writes it), or
 * METRIC_NONE where there is none: no latency without an operation.
 */
#ifndef SIM_METRICS_H
#define SIM_METRICS_H

#include "base/heap.h"
#include "base/outcome.h"

struct world;

#define METRICS_SLOTS_MAX 200

/* Comparing the replicas of every key takes a microsecond a key. Of more than so many keys it is
 * done in every second slot, of twice as many in every third ..., of very many never. */
#define METRICS_KEYS_A_SLOT 2048
#define METRICS_KEYS_MAX    65536

#define METRIC_NONE       UINT64_MAX

/* METRIC(IDENTIFIER, "column", "what a person calls it", "unit", decimals, one for each node?) */
#define METRICS(METRIC)                                                                            \
    METRIC(OK, "ops_ok", "operations ok", "per s", 1, false)                                       \
    METRIC(UNAVAILABLE, "ops_unavailable", "unavailable", "per s", 1, false)                       \
    METRIC(TIMEOUT, "ops_timeout", "timeout", "per s", 1, false)                                   \
    METRIC(OVERLOADED, "ops_overloaded", "overloaded", "per s", 1, false)                          \
    METRIC(P50, "latency_p50", "latency p50", "ms", 6, false)                                      \
    METRIC(P99, "latency_p99", "latency p99", "ms", 6, false)                                      \
    METRIC(STALE, "reads_stale", "stale reads", "reads", 0, false)                                 \
    METRIC(DIFFERING, "keys_differing", "keys that differ", "keys", 0, false)                      \
    METRIC(IN_FLIGHT, "messages_in_flight", "messages in flight", "messages", 0, false)            \
    METRIC(LOST, "messages_lost", "messages lost", "per s", 1, false)                              \
    METRIC(UP, "nodes_up", "nodes up", "nodes", 0, false)                                          \
    METRIC(QUEUE, "queue", "queue", "pieces", 0, true)                                             \
    METRIC(LOAD, "load", "load", "%", 3, true)                                                     \
    METRIC(LOG, "log_bytes", "log on disk", "B", 0, true)

enum metric {
#define METRIC(identifier, column, name, unit, decimals, is_per_node) METRIC_##identifier,
    METRICS(METRIC)
#undef METRIC
    METRIC_COUNT,
};

struct metric_info {
    const char *column; /* of a table of numbers */
    const char *name;
    const char *unit;
    uint32_t decimals;
    bool is_per_node;
};
extern const struct metric_info metric_table[METRIC_COUNT];

/* What is seen at the end of a slot. */
struct metrics_sample {
    vtime end;
    uint64_t told[OUTCOME_COUNT]; /* operations told so far, by outcome; pending: open now */
    uint64_t stale_reads;         /* so far */
    uint64_t lost;                /* messages so far */
    vtime p50, p99;               /* of what was told in this slot; METRIC_NONE: nothing was */
    uint64_t keys_differing; /* METRIC_NONE: not looked at in this slot */
    uint32_t in_flight;
    uint32_t nodes_up;
    uint64_t first_open; /* operations of the history before this one had all been told */
};

struct metrics_node {
    uint32_t waiting;   /* work in its queue and on its cores */
    uint32_t cores;
    uint64_t busy_ns;   /* of all cores so far */
    uint64_t log_bytes;
};

struct metrics {
    struct heap *heap;
    vtime width;         /* of a slot; the last one may be narrower */
    vtime duration;      /* of the run */
    uint32_t slot_count; /* of the whole run */
    uint32_t node_count;
    uint32_t count; /* samples taken */
    uint32_t room;
    struct metrics_sample *samples;
    struct metrics_node *nodes; /* node_count for each sample */
};

/* Begin at the start of a run; everything is allocated in `heap`, never the world's. */
void metrics_begin(struct metrics *metrics, struct heap *heap, const struct world *world);

/* The same samples, in memory of their own, but for those from `time` on: for a branch that
 * leaves there. */
void metrics_copy_until(struct metrics *to, const struct metrics *from, vtime time);

/* When the next sample is due: the end of the first slot that has none, or VTIME_NEVER. */
vtime metrics_due(const struct metrics *metrics);

/* Take the samples that are due before the next step of the world. */
void metrics_pass(struct metrics *metrics, const struct world *world);

/* Samples that lie in the past of `time`. */
uint32_t metrics_count_until(const struct metrics *metrics, vtime time);

/* `node` counts only for what is there for each node. */
uint64_t metric_value(const struct metrics *metrics, uint32_t metric, uint32_t slot,
                      uint32_t node);

#endif

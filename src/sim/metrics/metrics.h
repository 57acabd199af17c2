/*
 * metrics.h: how a run went, as numbers over virtual time.
 *
 * The run is cut into slots of equal width, a round number of nanoseconds; at the end of each
 * a sample is taken of the world as it then is, of every metric (metrics.def), of each node and of
 * the cluster:
 *
 *     |--slot 0--|--slot 1--|--slot 2--|--sl        samples = 3, "now" is in the fourth
 *     0          w         2w         3w    now
 *
 * A sample is a function of the world at that instant and of nothing else. So it does not matter
 * how often, in which order or how fast one came there: a run, a run with seeks in between and a
 * jump give the same samples.
 *
 * A counter is kept as the sum since the start; of a histogram, what was added within the slot. A
 * latency is that of an operation that was told within the slot, whatever it was told: who waited
 * two seconds for nothing has waited two seconds.
 *
 * Without a window:
 *
 *     metrics_begin(&metrics, heap, &world);
 *     do
 *         metrics_pass(&metrics, &world);        before each step, and once after the last
 *     while (world_step(&world));
 *     for each slot < metrics.count: metrics_value(&metrics, metric, statistic, slot, node)
 *
 * Memory is bounded: samples lie in a ring of METRICS_KEPT, of METRICS_NODES_MAX nodes and the
 * cluster; 4 KiB each for 5 nodes, 40 KiB for 64 and more. Unless somebody asks for narrower slots
 * a run has at most METER_SLOTS, so all are there; whoever wants more writes them as they come.
 */
#ifndef SIM_METRICS_H
#define SIM_METRICS_H

#include "base/heap.h"
#include "base/outcome.h"
#include "sim/metrics/metric.h"

struct world;

#define METRICS_KEPT      256
#define METRICS_NODES_MAX 64 /* of more, only the cluster's samples are of all */

/* Comparing the replicas of every key takes a microsecond a key. Of more than so many keys it is
 * done in every second slot, of twice as many in every third ..., of very many never. */
#define METRICS_KEYS_A_SLOT 2048

/* Rows of the map of a histogram over time: half a power of two each, from 1 us on. */
#define METRICS_HEAT_ROWS  54
#define METRICS_HEAT_FIRST 10 /* 2^10 ns; what is shorter is in the first row */

/* CHART(IDENTIFIER, "column", "what a person calls it", METRIC, STATISTIC, one for each node?):
 * what is looked at first: the page of the window, the columns of the CSV. */
#define METRIC_CHARTS(CHART)                                                                       \
    CHART(OK, "ops_ok", "operations ok", OPERATIONS_OK, RATE, false)                               \
    CHART(UNAVAILABLE, "ops_unavailable", "unavailable", OPERATIONS_UNAVAILABLE, RATE, false)      \
    CHART(TIMEOUT, "ops_timeout", "timeout", OPERATIONS_TIMEOUT, RATE, false)                      \
    CHART(OVERLOADED, "ops_overloaded", "overloaded", OPERATIONS_OVERLOADED, RATE, false)          \
    CHART(P50, "latency_p50", "latency p50", OPERATION_LATENCY, P50, false)                        \
    CHART(P99, "latency_p99", "latency p99", OPERATION_LATENCY, P99, false)                        \
    CHART(STALE, "reads_stale", "stale reads", READS_STALE, GROWTH, false)                         \
    CHART(DIFFERING, "keys_differing", "keys that differ", KEYS_DIFFERING, VALUE, false)           \
    CHART(IN_FLIGHT, "messages_in_flight", "messages in flight", MESSAGES_IN_FLIGHT, VALUE, false) \
    CHART(LOST, "messages_lost", "messages lost", MESSAGES_LOST, RATE, false)                      \
    CHART(UP, "nodes_up", "nodes up", UP, VALUE, false)                                            \
    CHART(QUEUE, "queue", "queue", QUEUE, VALUE, true)                                             \
    CHART(LOAD, "load", "load", BUSY, LOAD, true)                                                  \
    CHART(LOG, "log_bytes", "log on disk", LOG_SIZE, VALUE, true)

enum metric_chart {
#define CHART(identifier, column, name, metric, statistic, is_per_node) CHART_##identifier,
    METRIC_CHARTS(CHART)
#undef CHART
    CHART_COUNT,
};

struct metric_chart_info {
    const char *column; /* of a table of numbers */
    const char *name;
    uint16_t metric;
    uint8_t statistic;
    bool is_per_node;
};
extern const struct metric_chart_info metric_chart_table[CHART_COUNT];

struct metrics {
    struct heap *heap;
    vtime width;         /* of a slot; the last one may be narrower */
    vtime duration;      /* of the run */
    uint32_t slot_count; /* of the whole run */
    uint32_t node_count; /* at most METRICS_NODES_MAX */
    uint32_t lane_count; /* those and, last, the cluster */
    uint32_t histogram_count;
    uint32_t count; /* samples taken */
    uint32_t room;
    uint64_t *values; /* of slot, lane, metric: METRIC_COUNT of each; METRIC_NONE: none */
    struct meter_summary *summaries; /* of slot, lane, histogram: of what was added in the slot */
    uint32_t *heat; /* of slot, histogram, row: of the cluster, METRICS_HEAT_ROWS each */
};

/* Begin at the start of a run; everything is allocated in `heap`, never the world's. */
void metrics_begin(struct metrics *metrics, struct heap *heap, const struct world *world);

/* The same samples, in memory of their own, but for those from `time` on: for a branch that
 * leaves there. */
void metrics_copy_until(struct metrics *to, const struct metrics *from, vtime time);

/* When the next sample is due: the end of the first slot that has none, or VTIME_NEVER. */
vtime metrics_due(const struct metrics *metrics);

/* Take the first sample that is due before the next step of the world; false: none is. */
bool metrics_pass_one(struct metrics *metrics, const struct world *world);

/* All of them. */
void metrics_pass(struct metrics *metrics, const struct world *world);

/* Samples that lie in the past of `time`. */
uint32_t metrics_count_until(const struct metrics *metrics, vtime time);

vtime metrics_slot_end(const struct metrics *metrics, uint32_t slot);

/* `node`: below node_count, or METRIC_CLUSTER. A whole number of 10^-decimals of the unit
 * (text_decimal writes it; metric_decimals), or METRIC_NONE: no latency without an operation. */
uint64_t metrics_value(const struct metrics *metrics, uint32_t metric, uint32_t statistic,
                       uint32_t slot, uint32_t node);
/* What of a chart; node counts only for what is there for each node. */
uint64_t metrics_chart_value(const struct metrics *metrics, uint32_t chart, uint32_t slot,
                             uint32_t node);

/* How the values that a histogram got in this slot are spread: METRICS_HEAT_ROWS counts. */
const uint32_t *metrics_heat(const struct metrics *metrics, uint32_t metric, uint32_t slot);

/* Where a row begins, in nanoseconds. */
vtime metrics_heat_begin(uint32_t row);

#endif

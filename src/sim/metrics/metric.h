/*
 * metric.h: the registry of metrics: which there are, what they are called, what they mean.
 *
 * The one table is metrics.def. What is counted of it while a run goes by, and reading it, is in
 * meter.h; samples of it over time are in metrics.h. Nothing here knows a world.
 */
#ifndef SIM_METRIC_H
#define SIM_METRIC_H

#include "base/base.h"

struct world;

#define METRIC_NONE     UINT64_MAX /* there is no such value: a process that is not running */
#define METRIC_CLUSTER  UINT32_MAX /* instead of a node: all of them together */
#define METRIC_CLIENTS  (UINT32_MAX - 1) /* all clients together, of what EVERYONE does */
#define METRIC_ANY      UINT32_MAX /* instead of a label's value: all of them added up */

/* LABEL(IDENTIFIER, "first name", "second name") and, in meter_label.c, their values. */
#define METRIC_LABELS(LABEL)                                                                       \
    LABEL(NONE, NULL, NULL)                                                                        \
    LABEL(KIND, "kind", NULL)                                                                      \
    LABEL(KIND_LEVEL, "kind", "level")                                                             \
    LABEL(KIND_OUTCOME, "kind", "outcome")                                                         \
    LABEL(MESSAGE, "message", NULL)                                                                \
    LABEL(REASON, "reason", NULL)                                                                  \
    LABEL(FAULT, "fault", NULL)                                                                    \
    LABEL(RULE, "rule", NULL)                                                                      \
    LABEL(LINK, "from", "to")

enum metric_label {
#define LABEL(identifier, first, second) LABEL_##identifier,
    METRIC_LABELS(LABEL)
#undef LABEL
    LABEL_COUNT,
};

enum metric_kind { KIND_COUNTER, KIND_GAUGE, KIND_HISTOGRAM };
enum metric_form { FORM_COUNT, FORM_SIZE, FORM_SPAN, FORM_SHARE };
enum metric_scope { SCOPE_NODES, SCOPE_EVERYONE, SCOPE_CLUSTER };
enum metric_source { SOURCE_RECORDS, SOURCE_COUNTS, SOURCE_SUMS, SOURCE_TIMES, SOURCE_READS,
                     SOURCE_TOLD };
enum metric_by { BY_A, BY_B, BY_C, BY_NOTHING, BY_LINK };
enum metric_when { WHEN_ALWAYS, WHEN_PEER_IS_UP, WHEN_FAULT_BEGINS };

enum metric {
#define METRIC(identifier, name, kind, form, unit, scope, label, source, title, help)              \
    METRIC_##identifier,
#include "sim/metrics/metrics.def"
    METRIC_COUNT,
};

/* Of a node, or METRIC_CLUSTER for what there is once. METRIC_NONE: there is none. */
typedef uint64_t metric_reader(const struct world *world, uint32_t node);

struct metric_info {
    const char *name;
    uint8_t kind;   /* enum metric_kind */
    uint8_t form;   /* enum metric_form */
    uint8_t scope;  /* enum metric_scope */
    uint8_t label;  /* enum metric_label */
    uint8_t source; /* enum metric_source */
    uint8_t field;  /* SUMS, TIMES */
    uint8_t by;     /* enum metric_by */
    uint8_t when;   /* enum metric_when */
    uint16_t record; /* enum trace_kind, of what comes from records */
    bool is_most;    /* the cluster's value is the largest of the nodes' */
    metric_reader *read;
    const char *unit;
    const char *title;
    const char *help;
};
extern const struct metric_info metric_table[METRIC_COUNT];

/* The title of the section that begins with a metric; NULL: none begins there. */
const char *metric_section(uint32_t metric);

/* STATISTIC(IDENTIFIER, "word", decimals): what is said of a metric in a slot. */
#define METRIC_STATISTICS(STATISTIC)                                                               \
    STATISTIC(VALUE, "value", 0)   /* as it stands at the end of the slot */                       \
    STATISTIC(RATE, "rate", 1)     /* of a counter: so many more a second */                       \
    STATISTIC(GROWTH, "growth", 0) /* of a counter: so many more in this slot */                   \
    STATISTIC(LOAD, "load", 3)     /* of busy time: percent of what all cores could do */          \
    STATISTIC(COUNT, "count", 0)   /* of a histogram: how many values */                           \
    STATISTIC(MEAN, "mean", 6)                                                                     \
    STATISTIC(P50, "p50", 6)                                                                       \
    STATISTIC(P90, "p90", 6)                                                                       \
    STATISTIC(P99, "p99", 6)                                                                       \
    STATISTIC(P999, "p99.9", 6)                                                                    \
    STATISTIC(MAX, "max", 6)

enum metric_statistic {
#define STATISTIC(identifier, word, decimals) STATISTIC_##identifier,
    METRIC_STATISTICS(STATISTIC)
#undef STATISTIC
    STATISTIC_COUNT_OF_ALL,
};
extern const char *const metric_statistic_words[STATISTIC_COUNT_OF_ALL];

uint32_t metric_decimals(uint32_t metric, uint32_t statistic);
const char *metric_unit(uint32_t metric, uint32_t statistic);

/* How a metric is shown when nothing else is said: rate, value or p99; of busy time, load. */
uint32_t metric_natural_statistic(uint32_t metric);

/* By its name; of a histogram also by the name with a statistic behind it, "..._p99": without
 * one it is how many values it has. False: there is none of that name. */
bool metric_find(struct bytes name, uint32_t *metric, uint32_t *statistic);

/* The names of a label; `part` 0 or 1; NULL: there is none. */
const char *metric_label_name(uint32_t metric, uint32_t part);

/* Of a histogram, nanoseconds; all 0 when there are no values. */
struct meter_summary {
    uint64_t count, sum;
    uint64_t p50, p90, p99, p999, largest;
};

/* METRIC_NONE when there are no values, but for STATISTIC_COUNT. */
uint64_t meter_summary_statistic(const struct meter_summary *summary, uint32_t statistic);

/* --- what metrics.def reads (metric_read.c) --------------------------------------------------- */

#define METRIC_READERS(READER)                                                                     \
    READER(pending) READER(stale) READER(in_flight) READER(queue) READER(busy) READER(cores)       \
    READER(disk_appends) READER(disk_syncs) READER(disk_reads) READER(disk_synced)                 \
    READER(disk_used) READER(disk_unsynced) READER(log_size) READER(rows) READER(store_size)       \
    READER(health) READER(phi)                                                                     \
    READER(tombstones) READER(memory) READER(keys_differing) READER(up) READER(suspects)           \
    READER(topology_version) READER(topology_phase) READER(steps) READER(records) READER(hints)    \
    READER(outstanding) READER(hot_share) READER(siblings_most) READER(sibling_keys)
#define READER(name) metric_reader metric_read_##name;
METRIC_READERS(READER)
#undef READER

#endif

/*
 * meter.h: the numbers of a run at this moment, by the one table of metrics (metrics.def).
 *
 *     a record of the trace ---> meter_take ---> cells, histograms  \
 *     a client is told      ---> meter_told --->        "            >  meter_value, meter_summary
 *     the world as it is    --------------------------------------- /
 *
 * What is counted lies in the world's region, so it goes back and forth in time with everything
 * else; what can be read is not counted. Nothing here changes what a run does.
 *
 * A lane is a node, or all clients and the world together (the last one):
 *
 *     cells       lane 0 | lane 1 | ... | clients | cluster
 *     histograms  the same
 *
 * Each metric has its place in a lane, with a cell for each value of its label.
 *
 * Memory: of each lane 8 bytes a cell (about 250), and of each histogram that has a value up to
 * 13 KiB, of which 2 KiB are usual. Links are counted for up to METER_LINK_ENDS nodes and clients.
 *
 * A histogram is kept twice: since the start, and of the slot of time that is under way or was
 * the last with a value; that is what a sample of a slot is taken from (sim/metrics.h).
 */
#ifndef SIM_METER_H
#define SIM_METER_H

#include "base/hdr.h"
#include "base/text.h"
#include "sim/trace.h"

struct world;
struct operation;

#define METRIC_NONE     UINT64_MAX /* there is no such value: a process that is not running */
#define METRIC_CLUSTER  UINT32_MAX /* instead of a node: all of them together */
#define METRIC_CLIENTS  (UINT32_MAX - 1) /* all clients together, of what EVERYONE does */
#define METRIC_ANY      UINT32_MAX /* instead of a label's value: all of them added up */
#define METER_LINK_ENDS 64         /* nodes and clients; of more the links are not counted */
#define METER_SLOTS     200        /* a run is cut into at most so many slots */

/* LABEL(IDENTIFIER, "first name", "second name") and, in meter_label.c, their values. */
#define METRIC_LABELS(LABEL)                                                                       \
    LABEL(NONE, NULL, NULL)                                                                        \
    LABEL(KIND, "kind", NULL)                                                                      \
    LABEL(KIND_LEVEL, "kind", "level")                                                             \
    LABEL(KIND_OUTCOME, "kind", "outcome")                                                         \
    LABEL(MESSAGE, "message", NULL)                                                                \
    LABEL(REASON, "reason", NULL)                                                                  \
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
enum metric_when { WHEN_ALWAYS, WHEN_PEER_IS_UP };

enum metric {
#define METRIC(identifier, name, kind, form, unit, scope, label, source, title, help)              \
    METRIC_##identifier,
#include "sim/metrics.def"
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
    STATISTIC(COUNT, "count", 0)   /* of a histogram: how many values */                        \
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

/* Of a histogram, kept for what follows. */
struct meter_histogram {
    struct hdr all;
    struct hdr slot; /* of the slot `slot_index` */
    uint64_t slot_index;
};

struct meter {
    vtime width; /* of a slot */
    uint64_t slot; /* that of the last time counted, and where it ends */
    vtime slot_end;
    uint32_t lane_count;
    uint32_t cells_a_lane, histograms_a_lane, shared_cells;
    uint32_t link_ends; /* nodes and clients, or 0: too many */
    uint32_t unused;
    uint32_t place[METRIC_COUNT]; /* of its first cell, or histogram, in a lane or in `shared` */
    uint64_t *cells;
    uint64_t *shared; /* of CLUSTER */
    struct meter_histogram **histograms; /* NULL: no value yet */
    uint16_t take_first[TRACE_KIND_COUNT + 1]; /* by kind of record: what it counts for */
    uint16_t takes[METRIC_COUNT];
};

/* --- as a run goes ---------------------------------------------------------------------------- */

void meter_begin(struct world *world);
void meter_take_record(struct world *world, const struct trace_record *record);
void meter_told(struct world *world, const struct operation *operation);

/* Every counter, field by field (meter_digest.c). */
void meter_absorb(const struct meter *meter, struct digest *digest);

static inline void meter_take(struct world *world, const struct meter *meter,
                              const struct trace_record *record)
{
    if (meter->take_first[record->kind] != meter->take_first[record->kind + 1])
        meter_take_record(world, record);
}

/* The least of 1, 2, 5, 10, 20, 50 ... nanoseconds that needs no more slots than METER_SLOTS. */
vtime meter_width(vtime duration);

/* The slot that an instant belongs to: one begins right after the instant of its begin. */
static inline uint64_t meter_slot(vtime width, vtime time)
{
    return time == 0 ? 0 : (time - 1) / width;
}

/* --- looking ---------------------------------------------------------------------------------- */

/* `node`: an index, METRIC_CLIENTS or METRIC_CLUSTER; `label`: a value of it or METRIC_ANY. A
 * histogram's value is how many values it has. */
uint64_t meter_value(const struct world *world, uint32_t metric, uint32_t node, uint32_t label);

/* Of a histogram, nanoseconds; all 0 when there are no values. */
struct meter_summary {
    uint64_t count, sum;
    uint64_t p50, p90, p99, p999, largest;
};

/* Add up what is counted since the start, or in that slot: METER_ALL or a slot's index. */
#define METER_ALL UINT64_MAX
void meter_pour(const struct world *world, uint32_t metric, uint32_t node, uint32_t label,
                uint64_t slot, struct histogram *into, uint64_t *sum);
struct meter_summary meter_summary(const struct world *world, uint32_t metric, uint32_t node,
                                   uint32_t label, uint64_t slot);

/* METRIC_NONE when there are no values, but for STATISTIC_COUNT. */
uint64_t meter_summary_statistic(const struct meter_summary *summary, uint32_t statistic);

/* --- labels (meter_label.c) ------------------------------------------------------------------- */

/* How many values a metric's label has; 1 without one, 0 for links that are not counted. */
uint32_t meter_label_count(const struct world *world, uint32_t metric);

/* The names of a label; `part` 0 or 1; NULL: there is none. */
const char *metric_label_name(uint32_t metric, uint32_t part);

/* Its value, a word. */
void meter_label_text(const struct world *world, uint32_t metric, uint32_t label, uint32_t part,
                      struct text *text);

static inline uint32_t meter_label_pair(uint32_t first, uint32_t second, uint32_t second_count)
{
    return first * second_count + second;
}

/* --- what metrics.def reads (metric_read.c) --------------------------------------------------- */

#define METRIC_READERS(READER)                                                                     \
    READER(pending) READER(stale) READER(in_flight) READER(queue) READER(busy) READER(cores)       \
    READER(disk_appends) READER(disk_syncs) READER(disk_reads) READER(disk_synced)                 \
    READER(disk_used) READER(disk_unsynced) READER(log_size) READER(rows) READER(store_size)       \
    READER(tombstones) READER(memory) READER(keys_differing) READER(up) READER(suspects)           \
    READER(topology_version) READER(topology_phase) READER(steps) READER(records)
#define READER(name) metric_reader metric_read_##name;
METRIC_READERS(READER)
#undef READER

#endif

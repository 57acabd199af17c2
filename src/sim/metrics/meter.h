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
 * the last with a value; that is what a sample of a slot is taken from (sim/metrics/metrics.h).
 */
#ifndef SIM_METER_H
#define SIM_METER_H

#include "base/hdr.h"
#include "base/text.h"
#include "sim/metrics/metric.h"
#include "sim/trace/trace.h"

struct world;
struct operation;

#define METER_LINK_ENDS 64         /* nodes and clients; of more the links are not counted */
#define METER_SLOTS     200        /* a run is cut into at most so many slots */

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

/* Add up what is counted since the start, or in that slot: METER_ALL or a slot's index. */
#define METER_ALL UINT64_MAX
void meter_pour(const struct world *world, uint32_t metric, uint32_t node, uint32_t label,
                uint64_t slot, struct histogram *into, uint64_t *sum);
struct meter_summary meter_summary(const struct world *world, uint32_t metric, uint32_t node,
                                   uint32_t label, uint64_t slot);

/* --- labels (meter_label.c) ------------------------------------------------------------------- */

/* How many values a metric's label has; 1 without one, 0 for links that are not counted. */
uint32_t meter_label_count(const struct world *world, uint32_t metric);

/* Its value, a word. */
void meter_label_text(const struct world *world, uint32_t metric, uint32_t label, uint32_t part,
                      struct text *text);

static inline uint32_t meter_label_pair(uint32_t first, uint32_t second, uint32_t second_count)
{
    return first * second_count + second;
}

#endif

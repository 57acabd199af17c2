/*
 * meter.c: counting, and adding up what was counted.
 *
 * Which metrics a kind of record counts for is found once, at the beginning of a run; a kind that
 * counts for none costs one comparison. The decisive line: `world_record` shows every record.
 */
#include "sim/metrics/meter.h"

#include <string.h>

#include "db/level.h"
#include "sim/picture/view.h"

#define FROM_WORLD SOURCE_READS, 0, BY_NOTHING, WHEN_ALWAYS, 0
#define RECORDS(kind)          SOURCE_RECORDS, 0, BY_NOTHING, WHEN_ALWAYS, (kind), false, NULL
#define COUNTS(kind, by)       SOURCE_COUNTS, 0, (by), WHEN_ALWAYS, (kind), false, NULL
#define COUNTS_IF(kind, when)  SOURCE_COUNTS, 0, BY_NOTHING, WHEN_##when, (kind), false, NULL
#define COUNTS_BY_IF(kind, by, when) SOURCE_COUNTS, 0, (by), WHEN_##when, (kind), false, NULL
#define SUMS(kind, field, by)  SOURCE_SUMS, (field), (by), WHEN_ALWAYS, (kind), false, NULL
#define TIMES(kind, field)     SOURCE_TIMES, (field), BY_NOTHING, WHEN_ALWAYS, (kind), false, NULL
#define READS(name)            FROM_WORLD, false, metric_read_##name
#define READS_MOST(name)       FROM_WORLD, true, metric_read_##name
#define TOLD                   SOURCE_TOLD, 0, BY_NOTHING, WHEN_ALWAYS, 0, false, NULL
#define NOTED(note)            (TRACE_NOTE + NOTE_##note)

const struct metric_info metric_table[METRIC_COUNT] = {
#define METRIC(identifier, name, kind, form, unit, scope, label, source, title, help)              \
    {name, KIND_##kind, FORM_##form, SCOPE_##scope, LABEL_##label, source, unit, title, help},
#include "sim/metrics/metrics.def"
};

/* --- beginning -------------------------------------------------------------------------------- */

vtime meter_width(vtime duration)
{
    static const vtime digits[] = {1, 2, 5};
    for (vtime decade = 1;; decade *= 10)
        for (uint32_t i = 0; i < ARRAY_LEN(digits); i++)
            if ((duration + digits[i] * decade - 1) / (digits[i] * decade) <= METER_SLOTS)
                return digits[i] * decade;
}

static bool is_counted(const struct metric_info *info)
{
    return info->source == SOURCE_COUNTS || info->source == SOURCE_SUMS ||
           info->source == SOURCE_TIMES;
}

static void find_takes(struct meter *meter)
{
    uint16_t count = 0;
    for (uint32_t kind = 0; kind < TRACE_KIND_COUNT; kind++) {
        meter->take_first[kind] = count;
        for (uint32_t i = 0; i < METRIC_COUNT; i++)
            if (is_counted(&metric_table[i]) && metric_table[i].record == kind)
                meter->takes[count++] = (uint16_t)i;
    }
    meter->take_first[TRACE_KIND_COUNT] = count;
}

static void give_places(const struct world *world, struct meter *meter)
{
    for (uint32_t i = 0; i < METRIC_COUNT; i++) {
        const struct metric_info *info = &metric_table[i];
        uint32_t *used = info->kind == KIND_HISTOGRAM ? &meter->histograms_a_lane
                         : info->scope == SCOPE_CLUSTER ? &meter->shared_cells
                                                        : &meter->cells_a_lane;
        meter->place[i] = *used;
        if (is_counted(info) || info->source == SOURCE_TOLD)
            *used += meter_label_count(world, i);
    }
}

void meter_begin(struct world *world)
{
    struct meter *meter = &world->state->meter;
    struct heap *heap = &world->state->heap;
    const struct scenario *scenario = world->scenario;
    uint32_t ends = scenario->node.nodes + scenario->client_count;
    meter->width = world->meter_width ? world->meter_width : meter_width(scenario->duration_ns);
    meter->lane_count = scenario->node.nodes + 1;
    meter->link_ends = ends <= METER_LINK_ENDS ? ends : 0;
    give_places(world, meter);
    find_takes(meter);
    meter->cells =
        heap_alloc(heap, (size_t)meter->lane_count * meter->cells_a_lane * sizeof *meter->cells);
    meter->shared = heap_alloc(heap, meter->shared_cells * sizeof *meter->shared);
    meter->histograms = heap_alloc(heap, (size_t)meter->lane_count * meter->histograms_a_lane *
                                             sizeof *meter->histograms);
}

/* --- counting --------------------------------------------------------------------------------- */

static uint32_t lane_of(const struct world *world, uint32_t actor)
{
    return MIN(actor, world->scenario->node.nodes);
}

static void add(struct world *world, uint32_t metric, uint32_t lane, uint32_t label,
                uint64_t amount)
{
    struct meter *meter = &world->state->meter;
    uint32_t place = meter->place[metric] + label;
    if (metric_table[metric].scope == SCOPE_CLUSTER)
        meter->shared[place] += amount;
    else
        meter->cells[(size_t)lane * meter->cells_a_lane + place] += amount;
}

static void add_time(struct world *world, uint32_t metric, uint32_t lane, uint32_t label,
                     uint64_t time)
{
    struct meter *meter = &world->state->meter;
    struct heap *heap = &world->state->heap;
    struct meter_histogram **place =
        &meter->histograms[(size_t)lane * meter->histograms_a_lane + meter->place[metric] + label];
    if (!*place)
        *place = heap_alloc(heap, sizeof **place);
    struct meter_histogram *histogram = *place;
    if (world->state->now > meter->slot_end) {
        meter->slot = meter_slot(meter->width, world->state->now);
        meter->slot_end = (meter->slot + 1) * meter->width;
    }
    if (histogram->slot_index != meter->slot)
        hdr_clear(&histogram->slot);
    histogram->slot_index = meter->slot;
    uint32_t bucket = histogram_bucket(time);
    hdr_add_to(&histogram->all, heap, bucket, time);
    hdr_add_to(&histogram->slot, heap, bucket, time);
}

/* Up and connected: whoever takes it for down is wrong. */
static bool is_within_reach(const struct world *world, uint32_t node, uint32_t peer)
{
    return world_view_node(world, peer).state == STATE_UP && !net_is_cut(world, peer, node) &&
           !net_is_cut(world, node, peer);
}

static bool is_accepted(const struct world *world, uint32_t when, const struct trace_record *record)
{
    switch (when) {
    case WHEN_PEER_IS_UP:
        return is_within_reach(world, record->actor, (uint32_t)record->field[0]);
    case WHEN_FAULT_BEGINS: return record->field[2] == FAULT_BEGINS;
    default: return true;
    }
}

static uint32_t label_of(const struct world *world, const struct metric_info *info,
                         const struct trace_record *record)
{
    uint32_t ends = world->state->meter.link_ends;
    switch (info->by) {
    case BY_NOTHING: return 0;
    case BY_LINK:
        return ends ? meter_label_pair(endpoint_index(world, record->actor),
                                       endpoint_index(world, (uint32_t)record->field[1]), ends)
                    : METRIC_ANY;
    default: return (uint32_t)record->field[info->by];
    }
}

void meter_take_record(struct world *world, const struct trace_record *record)
{
    const struct meter *meter = &world->state->meter;
    uint32_t lane = lane_of(world, record->actor);
    for (uint32_t i = meter->take_first[record->kind]; i < meter->take_first[record->kind + 1];
         i++) {
        const struct metric_info *info = &metric_table[meter->takes[i]];
        uint32_t label = label_of(world, info, record);
        if (label == METRIC_ANY || !is_accepted(world, info->when, record))
            continue;
        if (info->source == SOURCE_TIMES)
            add_time(world, meter->takes[i], lane, label, record->field[info->field]);
        else
            add(world, meter->takes[i], lane, label,
                info->source == SOURCE_SUMS ? record->field[info->field] : 1);
    }
}

/* An operation belongs to the node that was asked, whether or not that node knows of it. */
void meter_told(struct world *world, const struct operation *operation)
{
    static const uint32_t told[OUTCOME_COUNT] = {
        [OUTCOME_OK] = METRIC_OPERATIONS_OK,
        [OUTCOME_UNAVAILABLE] = METRIC_OPERATIONS_UNAVAILABLE,
        [OUTCOME_TIMEOUT] = METRIC_OPERATIONS_TIMEOUT,
        [OUTCOME_OVERLOADED] = METRIC_OPERATIONS_OVERLOADED,
    };
    uint32_t node = operation->coordinator;
    CHECK_WHY(told[operation->outcome] != 0, "an outcome is told that no metric counts");
    add(world, told[operation->outcome], node,
        meter_label_pair(operation->kind, operation->level, LEVEL_COUNT), 1);
    add_time(world, METRIC_OPERATION_LATENCY, node,
             meter_label_pair(operation->kind, operation->outcome, OUTCOME_COUNT),
             operation->told - operation->invoked);
}

/* --- adding up -------------------------------------------------------------------------------- */

static uint64_t counted_of(const struct world *world, uint32_t metric, uint32_t lane,
                           uint32_t label)
{
    const struct meter *meter = &world->state->meter;
    const uint64_t *cells = metric_table[metric].scope == SCOPE_CLUSTER
                                ? meter->shared + meter->place[metric]
                                : meter->cells + (size_t)lane * meter->cells_a_lane +
                                      meter->place[metric];
    uint64_t sum = 0;
    if (label != METRIC_ANY)
        return cells[label];
    for (uint32_t i = 0; i < meter_label_count(world, metric); i++)
        sum += cells[i];
    return sum;
}

/* Records of a lane: of a node, or of all who are none. */
static uint64_t records_of(const struct world *world, uint32_t kind, uint32_t lane)
{
    if (lane < world->scenario->node.nodes)
        return world_count(world, kind, lane);
    if (lane == METRIC_CLUSTER)
        return world_count(world, kind, ALL_ACTORS);
    uint64_t count = world_count(world, kind, ALL_ACTORS);
    for (uint32_t node = 0; node < world->scenario->node.nodes; node++)
        count -= world_count(world, kind, node);
    return count;
}

static uint64_t value_of_lane(const struct world *world, uint32_t metric, uint32_t lane,
                              uint32_t label)
{
    const struct metric_info *info = &metric_table[metric];
    if (info->kind == KIND_HISTOGRAM)
        return meter_summary(world, metric, lane, label, METER_ALL).count;
    switch (info->source) {
    case SOURCE_RECORDS: return records_of(world, info->record, lane);
    case SOURCE_READS: return info->read(world, lane);
    default: return counted_of(world, metric, lane, label);
    }
}

/* Nodes that have no value add nothing; when none has one, there is none. */
static uint64_t value_of_cluster(const struct world *world, uint32_t metric, uint32_t label)
{
    const struct metric_info *info = &metric_table[metric];
    uint32_t lanes = world->scenario->node.nodes + (info->scope == SCOPE_EVERYONE);
    uint64_t total = METRIC_NONE;
    for (uint32_t lane = 0; lane < lanes; lane++) {
        uint64_t value = value_of_lane(world, metric, lane, label);
        if (value == METRIC_NONE)
            continue;
        uint64_t before = total == METRIC_NONE ? 0 : total;
        total = info->is_most ? MAX(before, value) : before + value;
    }
    return total;
}

uint64_t meter_value(const struct world *world, uint32_t metric, uint32_t node, uint32_t label)
{
    const struct metric_info *info = &metric_table[metric];
    bool is_of_cluster = node == METRIC_CLUSTER;
    if (info->scope == SCOPE_CLUSTER)
        return is_of_cluster ? value_of_lane(world, metric, METRIC_CLUSTER, label) : METRIC_NONE;
    if (node == METRIC_CLIENTS && info->scope != SCOPE_EVERYONE)
        return METRIC_NONE;
    return is_of_cluster ? value_of_cluster(world, metric, label)
                         : value_of_lane(world, metric, lane_of(world, node), label);
}

/* --- histograms ------------------------------------------------------------------------------- */

static void pour_lane(const struct world *world, uint32_t metric, uint32_t lane, uint32_t label,
                      uint64_t slot, struct histogram *into, uint64_t *sum)
{
    const struct meter *meter = &world->state->meter;
    uint32_t count = meter_label_count(world, metric);
    for (uint32_t i = 0; i < count; i++) {
        const struct meter_histogram *histogram =
            meter->histograms[(size_t)lane * meter->histograms_a_lane + meter->place[metric] + i];
        if (!histogram || (label != METRIC_ANY && label != i))
            continue;
        if (slot != METER_ALL && slot != histogram->slot_index)
            continue;
        const struct hdr *hdr = slot == METER_ALL ? &histogram->all : &histogram->slot;
        hdr_pour(hdr, into);
        *sum += hdr->sum;
    }
}

void meter_pour(const struct world *world, uint32_t metric, uint32_t node, uint32_t label,
                uint64_t slot, struct histogram *into, uint64_t *sum)
{
    if (node != METRIC_CLUSTER) {
        pour_lane(world, metric, lane_of(world, node), label, slot, into, sum);
        return;
    }
    for (uint32_t lane = 0; lane < world->state->meter.lane_count; lane++)
        pour_lane(world, metric, lane, label, slot, into, sum);
}

struct meter_summary meter_summary(const struct world *world, uint32_t metric, uint32_t node,
                                   uint32_t label, uint64_t slot)
{
    static const uint32_t parts[] = {500, 900, 990, 999};
    uint64_t told[ARRAY_LEN(parts)];
    struct histogram all = {0};
    struct meter_summary summary = {0};
    meter_pour(world, metric, node, label, slot, &all, &summary.sum);
    summary.count = all.count;
    if (all.count == 0)
        return summary;
    histogram_percentiles(&all, parts, ARRAY_LEN(parts), told);
    summary.p50 = told[0], summary.p90 = told[1], summary.p99 = told[2], summary.p999 = told[3];
    summary.largest = all.largest;
    return summary;
}

uint64_t meter_summary_statistic(const struct meter_summary *summary, uint32_t statistic)
{
    if (statistic == STATISTIC_COUNT)
        return summary->count;
    if (summary->count == 0)
        return METRIC_NONE;
    switch (statistic) {
    case STATISTIC_MEAN: return summary->sum / summary->count;
    case STATISTIC_P50: return summary->p50;
    case STATISTIC_P90: return summary->p90;
    case STATISTIC_P99: return summary->p99;
    case STATISTIC_P999: return summary->p999;
    default: return summary->largest;
    }
}

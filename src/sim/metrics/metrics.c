/*
 * metrics.c: taking samples, and reading them.
 */
#include "sim/metrics/metrics.h"

#include <string.h>

#include "sim/metrics/meter.h"
#include "sim/picture/view.h"

const struct metric_chart_info metric_chart_table[CHART_COUNT] = {
#define CHART(identifier, column, name, metric, statistic, is_per_node)                            \
    {column, name, METRIC_##metric, STATISTIC_##statistic, is_per_node},
    METRIC_CHARTS(CHART)
#undef CHART
};

/* --- slots -------------------------------------------------------------------------------- */

vtime metrics_slot_end(const struct metrics *metrics, uint32_t slot)
{
    return MIN((slot + (vtime)1) * metrics->width, metrics->duration);
}

static uint32_t count_histograms(void)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < METRIC_COUNT; i++)
        count += metric_table[i].kind == KIND_HISTOGRAM;
    return count;
}

/* Which of the histograms a metric is. */
static uint32_t histogram_index(uint32_t metric)
{
    uint32_t index = 0;
    for (uint32_t i = 0; i < metric; i++)
        index += metric_table[i].kind == KIND_HISTOGRAM;
    return index;
}

void metrics_begin(struct metrics *metrics, struct heap *heap, const struct world *world)
{
    vtime duration = world->scenario->duration_ns, width = world->state->meter.width;
    uint32_t nodes = MIN(world->scenario->node.nodes, METRICS_NODES_MAX);
    *metrics = (struct metrics){.heap = heap,
                                .width = width,
                                .duration = duration,
                                .slot_count = (uint32_t)((duration + width - 1) / width),
                                .node_count = nodes,
                                .lane_count = nodes + 1,
                                .histogram_count = count_histograms()};
}

/* Where in the ring a slot's sample lies. */
static uint32_t place_of(uint32_t slot)
{
    return slot % METRICS_KEPT;
}

static size_t values_of(const struct metrics *metrics, uint32_t slots)
{
    return (size_t)slots * metrics->lane_count * METRIC_COUNT;
}

/* Where the values of a lane begin. */
static size_t values_at(const struct metrics *metrics, uint32_t slot, uint32_t lane)
{
    return values_of(metrics, place_of(slot)) + (size_t)lane * METRIC_COUNT;
}

static size_t summaries_of(const struct metrics *metrics, uint32_t slots)
{
    return (size_t)slots * metrics->lane_count * metrics->histogram_count;
}

static size_t heat_of(const struct metrics *metrics, uint32_t slots)
{
    return (size_t)slots * metrics->histogram_count * METRICS_HEAT_ROWS;
}

static void make_room(struct metrics *metrics, uint32_t count)
{
    if (count <= metrics->room || metrics->room == METRICS_KEPT)
        return;
    uint32_t room = MIN(MAX(count, MAX(16, 2 * metrics->room)), METRICS_KEPT);
    metrics->room = room;
    metrics->values = heap_resize(metrics->heap, metrics->values,
                                  values_of(metrics, room) * sizeof *metrics->values);
    metrics->summaries = heap_resize(metrics->heap, metrics->summaries,
                                     summaries_of(metrics, room) * sizeof *metrics->summaries);
    metrics->heat = heap_resize(metrics->heap, metrics->heat,
                                heat_of(metrics, room) * sizeof *metrics->heat);
}

/* What happens at `time` itself may differ in the branch, so the sample of that very instant
 * is not taken over either. */
void metrics_copy_until(struct metrics *to, const struct metrics *from, vtime time)
{
    uint32_t count = 0;
    while (count < from->count && metrics_slot_end(from, count) < time)
        count++;
    *to = *from;
    to->count = count;
    to->room = 0;
    to->values = NULL, to->summaries = NULL, to->heat = NULL;
    make_room(to, count);
    if (count == 0)
        return;
    count = MIN(count, METRICS_KEPT);
    memcpy(to->values, from->values, values_of(from, count) * sizeof *to->values);
    memcpy(to->summaries, from->summaries, summaries_of(from, count) * sizeof *to->summaries);
    memcpy(to->heat, from->heat, heat_of(from, count) * sizeof *to->heat);
}

vtime metrics_due(const struct metrics *metrics)
{
    return metrics->count < metrics->slot_count ? metrics_slot_end(metrics, metrics->count)
                                                : VTIME_NEVER;
}

uint32_t metrics_count_until(const struct metrics *metrics, vtime time)
{
    uint64_t whole = time >= metrics->duration ? metrics->slot_count : time / metrics->width;
    return (uint32_t)MIN(whole, (uint64_t)metrics->count);
}

/* --- a sample -------------------------------------------------------------------------------- */

static bool is_looked_at(const struct world *world, uint32_t metric, uint32_t slot)
{
    uint32_t stride = 1 + world_key_count(world) / METRICS_KEYS_A_SLOT;
    return metric != METRIC_KEYS_DIFFERING || (slot + 1) % stride == 0;
}

static void take_values(struct metrics *metrics, const struct world *world, uint32_t lane)
{
    uint32_t slot = metrics->count, node = lane < metrics->node_count ? lane : METRIC_CLUSTER;
    uint64_t *values = metrics->values + values_at(metrics, slot, lane);
    for (uint32_t i = 0; i < METRIC_COUNT; i++) {
        bool is_read = metric_table[i].kind != KIND_HISTOGRAM && is_looked_at(world, i, slot);
        values[i] = is_read ? meter_value(world, i, node, METRIC_ANY) : METRIC_NONE;
    }
}

/* A value between 2^n and 2^(n+1) is in the lower row of the two when it is below 1.5 * 2^n. */
static uint32_t heat_row(uint64_t value)
{
    uint32_t power = 63 - (uint32_t)__builtin_clzll(value | 1);
    if (power < METRICS_HEAT_FIRST)
        return 0;
    uint32_t row = 2 * (power - METRICS_HEAT_FIRST) + (uint32_t)(value >> (power - 1) & 1);
    return MIN(row, METRICS_HEAT_ROWS - 1);
}

vtime metrics_heat_begin(uint32_t row)
{
    vtime power = (vtime)1 << (METRICS_HEAT_FIRST + row / 2);
    return power + row % 2 * (power / 2);
}

static void take_heat(struct metrics *metrics, const struct world *world, uint32_t metric)
{
    struct histogram histogram = {0};
    uint64_t sum = 0;
    uint32_t slot = metrics->count;
    uint32_t *rows = metrics->heat + heat_of(metrics, place_of(slot)) +
                     (size_t)histogram_index(metric) * METRICS_HEAT_ROWS;
    memset(rows, 0, METRICS_HEAT_ROWS * sizeof *rows);
    meter_pour(world, metric, METRIC_CLUSTER, METRIC_ANY, slot, &histogram, &sum);
    for (uint32_t i = 0; histogram.count > 0 && i < HISTOGRAM_BUCKETS; i++)
        if (histogram.buckets[i] > 0)
            rows[heat_row(histogram_bucket_end(i))] += histogram.buckets[i];
}

static void take_summaries(struct metrics *metrics, const struct world *world, uint32_t metric)
{
    uint32_t slot = metrics->count, index = histogram_index(metric);
    struct meter_summary *summaries = metrics->summaries + summaries_of(metrics, place_of(slot));
    for (uint32_t lane = 0; lane < metrics->lane_count; lane++)
        summaries[(size_t)lane * metrics->histogram_count + index] =
            meter_summary(world, metric, lane < metrics->node_count ? lane : METRIC_CLUSTER,
                          METRIC_ANY, slot);
}

static void take_sample(struct metrics *metrics, const struct world *world)
{
    make_room(metrics, metrics->count + 1);
    for (uint32_t lane = 0; lane < metrics->lane_count; lane++)
        take_values(metrics, world, lane);
    for (uint32_t i = 0; i < METRIC_COUNT; i++) {
        if (metric_table[i].kind != KIND_HISTOGRAM)
            continue;
        take_summaries(metrics, world, i);
        take_heat(metrics, world, i);
    }
    metrics->count++;
}

/* Metrics that follow time itself (how long a core has been busy) are read as of the end of the
 * slot, which may lie after the last step. */
static void take_sample_at(struct metrics *metrics, const struct world *world, vtime end)
{
    struct world_state then = *world->state;
    struct world seen = *world;
    then.now = end;
    seen.state = &then;
    take_sample(metrics, &seen);
}

bool metrics_pass_one(struct metrics *metrics, const struct world *world)
{
    vtime due = metrics_due(metrics);
    if (due == VTIME_NEVER || due >= world_next_time(world))
        return false;
    take_sample_at(metrics, world, due);
    return true;
}

void metrics_pass(struct metrics *metrics, const struct world *world)
{
    while (metrics_pass_one(metrics, world))
        continue;
}

/* --- reading ---------------------------------------------------------------------------------- */

static uint32_t lane_of(const struct metrics *metrics, uint32_t node)
{
    return node < metrics->node_count ? node : metrics->node_count;
}

static uint64_t kept(const struct metrics *metrics, uint32_t metric, uint32_t slot, uint32_t lane)
{
    return metrics->values[values_at(metrics, slot, lane) + metric];
}

static vtime width_of(const struct metrics *metrics, uint32_t slot)
{
    return metrics_slot_end(metrics, slot) - slot * metrics->width;
}

static uint64_t growth(const struct metrics *metrics, uint32_t metric, uint32_t slot, uint32_t lane)
{
    uint64_t now = kept(metrics, metric, slot, lane);
    uint64_t before = slot > 0 ? kept(metrics, metric, slot - 1, lane) : 0;
    return now == METRIC_NONE || before == METRIC_NONE || now < before ? METRIC_NONE : now - before;
}

/* Tenths of one in a second; of busy time, thousandths of a percent of all that the cores could. */
static uint64_t rate(const struct metrics *metrics, uint32_t metric, uint32_t statistic,
                     uint32_t slot, uint32_t lane)
{
    uint64_t grown = growth(metrics, metric, slot, lane);
    uint64_t cores = kept(metrics, METRIC_CORES, slot, lane);
    if (grown == METRIC_NONE)
        return METRIC_NONE;
    vtime width = width_of(metrics, slot);
    return statistic == STATISTIC_LOAD ? grown * 100000 / (cores * width)
                                       : grown * 10 * SECOND / width;
}

uint64_t metrics_value(const struct metrics *metrics, uint32_t metric, uint32_t statistic,
                       uint32_t slot, uint32_t node)
{
    uint32_t lane = lane_of(metrics, node);
    if (metric_table[metric].kind == KIND_HISTOGRAM)
        return meter_summary_statistic(&metrics->summaries[summaries_of(metrics, place_of(slot)) +
                                              (size_t)lane * metrics->histogram_count +
                                              histogram_index(metric)],
                          statistic);
    switch (statistic) {
    case STATISTIC_RATE:
    case STATISTIC_LOAD: return rate(metrics, metric, statistic, slot, lane);
    case STATISTIC_GROWTH: return growth(metrics, metric, slot, lane);
    default: return kept(metrics, metric, slot, lane);
    }
}

uint64_t metrics_chart_value(const struct metrics *metrics, uint32_t chart, uint32_t slot,
                             uint32_t node)
{
    const struct metric_chart_info *info = &metric_chart_table[chart];
    return metrics_value(metrics, info->metric, info->statistic, slot,
                         info->is_per_node ? node : METRIC_CLUSTER);
}

const uint32_t *metrics_heat(const struct metrics *metrics, uint32_t metric, uint32_t slot)
{
    return metrics->heat + heat_of(metrics, place_of(slot)) +
           (size_t)histogram_index(metric) * METRICS_HEAT_ROWS;
}

/*
 * metrics.c: taking samples, and reading them.
 */
#include "sim/metrics.h"

#include <string.h>

#include "base/histogram.h"
#include "sim/view.h"

const struct metric_info metric_table[METRIC_COUNT] = {
#define METRIC(identifier, column, name, unit, decimals, is_per_node)                              \
    {column, name, unit, decimals, is_per_node},
    METRICS(METRIC)
#undef METRIC
};

/* --- slots -------------------------------------------------------------------------------- */

/* The least of 1, 2, 5, 10, 20, 50 ... nanoseconds that needs no more slots than there may be. */
static vtime width_for(vtime duration)
{
    static const vtime digits[] = {1, 2, 5};
    vtime width = 1;
    for (vtime decade = 1;; decade *= 10)
        for (uint32_t i = 0; i < ARRAY_LEN(digits); i++) {
            width = digits[i] * decade;
            if ((duration + width - 1) / width <= METRICS_SLOTS_MAX)
                return width;
        }
}

static vtime end_of(const struct metrics *metrics, uint32_t slot)
{
    return MIN((slot + (vtime)1) * metrics->width, metrics->duration);
}

void metrics_begin(struct metrics *metrics, struct heap *heap, const struct world *world)
{
    vtime duration = world->scenario->duration_ns, width = width_for(duration);
    *metrics = (struct metrics){.heap = heap,
                                .width = width,
                                .duration = duration,
                                .slot_count = (uint32_t)((duration + width - 1) / width),
                                .node_count = world->scenario->node.nodes};
}

static void make_room(struct metrics *metrics, uint32_t count)
{
    if (count <= metrics->room)
        return;
    metrics->room = MAX(count, MAX(16, 2 * metrics->room));
    metrics->samples = heap_resize(metrics->heap, metrics->samples,
                                   metrics->room * sizeof *metrics->samples);
    metrics->nodes =
        heap_resize(metrics->heap, metrics->nodes,
                    (size_t)metrics->room * metrics->node_count * sizeof *metrics->nodes);
}

/* What happens at `time` itself may differ in the branch, so the sample of that very instant
 * is not taken over either. */
void metrics_copy_until(struct metrics *to, const struct metrics *from, vtime time)
{
    uint32_t count = 0;
    while (count < from->count && from->samples[count].end < time)
        count++;
    *to = *from;
    to->count = count;
    to->room = 0;
    to->samples = NULL, to->nodes = NULL;
    make_room(to, count);
    if (count == 0)
        return;
    memcpy(to->samples, from->samples, count * sizeof *to->samples);
    memcpy(to->nodes, from->nodes, (size_t)count * from->node_count * sizeof *to->nodes);
}

vtime metrics_due(const struct metrics *metrics)
{
    return metrics->count < metrics->slot_count ? end_of(metrics, metrics->count) : VTIME_NEVER;
}

uint32_t metrics_count_until(const struct metrics *metrics, vtime time)
{
    uint64_t whole = time >= metrics->duration ? metrics->slot_count : time / metrics->width;
    return (uint32_t)MIN(whole, (uint64_t)metrics->count);
}

/* --- a sample -------------------------------------------------------------------------------- */

/* Operations that were told after `begin`. Those before sample->first_open were told before. */
static void take_latencies(const struct world *world, struct metrics_sample *sample,
                           uint64_t first, vtime begin)
{
    struct histogram histogram = {0};
    uint64_t count = chain_count(&world->state->clients.history);
    sample->first_open = count;
    for (uint64_t i = first; i < count; i++) {
        const struct operation *operation = history_at(world, (uint32_t)i);
        bool is_told = operation->outcome != OUTCOME_PENDING;
        if (!is_told)
            sample->first_open = MIN(sample->first_open, i);
        else if (operation->told > begin || begin == 0)
            histogram_add(&histogram, operation->told - operation->invoked);
    }
    bool is_any = histogram.count > 0;
    sample->p50 = is_any ? histogram_percentile(&histogram, 500) : METRIC_NONE;
    sample->p99 = is_any ? histogram_percentile(&histogram, 990) : METRIC_NONE;
}

static void take_operations(const struct world *world, struct metrics_sample *sample)
{
    struct condition_view view = world_condition_view(world);
    for (uint32_t outcome = 0; outcome < OUTCOME_COUNT; outcome++)
        sample->told[outcome] = view.operations(world, OWNER_OPS, outcome);
}

static void take_node(const struct world *world, uint32_t node, vtime time,
                      struct metrics_node *taken)
{
    const struct machine *machine = machine_at(world, node);
    *taken = (struct metrics_node){
        .waiting = machine->cpu.waiting + machine->cpu.busy,
        .cores = world->scenario->nodes[node].cpu.cores,
        .busy_ns = cpu_busy_ns(&machine->cpu, time),
        .log_bytes = disk_bytes_of_kind(&machine->disk, FILE_LOG)};
}

static uint64_t count_differing(const struct world *world, uint32_t slot)
{
    uint32_t keys = world_key_count(world), stride = 1 + keys / METRICS_KEYS_A_SLOT;
    bool is_looked_at = keys <= METRICS_KEYS_MAX && (slot + 1) % stride == 0;
    return is_looked_at ? world_keys_differing(world) : METRIC_NONE;
}

static void take_sample(struct metrics *metrics, const struct world *world)
{
    uint32_t slot = metrics->count;
    make_room(metrics, slot + 1);
    const struct metrics_sample *before = slot > 0 ? &metrics->samples[slot - 1] : NULL;
    struct metrics_sample *sample = &metrics->samples[slot];
    *sample = (struct metrics_sample){.end = end_of(metrics, slot),
                                      .stale_reads = world->state->stale.stale_count,
                                      .lost = world_count(world, TRACE_DROP, ALL_ACTORS),
                                      .keys_differing = count_differing(world, slot),
                                      .in_flight = world->state->net.parcels.taken_count};
    take_operations(world, sample);
    take_latencies(world, sample, before ? before->first_open : 0, before ? before->end : 0);
    for (uint32_t i = 0; i < metrics->node_count; i++) {
        sample->nodes_up += world_view_node(world, i).state == STATE_UP;
        take_node(world, i, sample->end, &metrics->nodes[slot * metrics->node_count + i]);
    }
    metrics->count++;
}

void metrics_pass(struct metrics *metrics, const struct world *world)
{
    while (metrics_due(metrics) != VTIME_NEVER && metrics_due(metrics) < world_next_time(world))
        take_sample(metrics, world);
}

/* --- reading ---------------------------------------------------------------------------------- */

/* So many in this slot, as tenths of one in a second. */
static uint64_t rate(uint64_t count, vtime width)
{
    return count * 10 * SECOND / width;
}

static uint64_t value_of_node(const struct metrics *metrics, uint32_t metric, uint32_t slot,
                              uint32_t node, vtime width)
{
    const struct metrics_node *now = &metrics->nodes[slot * metrics->node_count + node];
    uint64_t busy_before = slot > 0 ? (now - metrics->node_count)->busy_ns : 0;
    switch (metric) {
    case METRIC_QUEUE: return now->waiting;
    case METRIC_LOAD: return (now->busy_ns - busy_before) * 100000 / (now->cores * width);
    default: return now->log_bytes;
    }
}

uint64_t metric_value(const struct metrics *metrics, uint32_t metric, uint32_t slot, uint32_t node)
{
    static const struct metrics_sample nothing = {0};
    const struct metrics_sample *now = &metrics->samples[slot];
    const struct metrics_sample *before = slot > 0 ? now - 1 : &nothing;
    vtime width = now->end - before->end;
    switch (metric) {
    case METRIC_OK: return rate(now->told[OUTCOME_OK] - before->told[OUTCOME_OK], width);
    case METRIC_UNAVAILABLE:
        return rate(now->told[OUTCOME_UNAVAILABLE] - before->told[OUTCOME_UNAVAILABLE], width);
    case METRIC_TIMEOUT:
        return rate(now->told[OUTCOME_TIMEOUT] - before->told[OUTCOME_TIMEOUT], width);
    case METRIC_OVERLOADED:
        return rate(now->told[OUTCOME_OVERLOADED] - before->told[OUTCOME_OVERLOADED], width);
    case METRIC_P50: return now->p50;
    case METRIC_P99: return now->p99;
    case METRIC_STALE: return now->stale_reads - before->stale_reads;
    case METRIC_DIFFERING: return now->keys_differing;
    case METRIC_IN_FLIGHT: return now->in_flight;
    case METRIC_LOST: return rate(now->lost - before->lost, width);
    case METRIC_UP: return now->nodes_up;
    default: return value_of_node(metrics, metric, slot, node, width);
    }
}

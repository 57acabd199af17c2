/*
 * metrics_csv.c: metrics over virtual time, as RFC 4180 says, one row for each number.
 *
 *     time_s,metric,node,statistic,value,unit
 *     0.200000000,ringside_operations_ok_total,cluster,value,81,operations
 *     0.200000000,ringside_operations_ok_total,cluster,rate,405,per s
 *
 * The run is made again, from its start to the moment where the other one stopped, and each
 * sample is written when it is taken, so memory does not grow with the number of rows.
 */
#include "cli/metrics/metrics_out.h"

struct samples {
    const struct run *run;
    const struct metrics_look *look;
    const struct metrics *metrics;
    FILE *out;
};

static void write_number(const struct samples *samples, uint32_t slot, uint32_t metric,
                         uint32_t node, uint32_t statistic)
{
    uint64_t value = metrics_value(samples->metrics, metric, statistic, slot, node);
    char number[40];
    struct text text;
    if (value == METRIC_NONE)
        return;
    vtime end = metrics_slot_end(samples->metrics, slot);
    text_init(&text, number, sizeof number);
    text_decimal(&text, value, metric_decimals(metric, statistic));
    fprintf(samples->out, "%llu.%09llu,%s,%s,%s,%s,%s\r\n", (unsigned long long)(end / SECOND),
            (unsigned long long)(end % SECOND), metric_table[metric].name,
            metrics_node_name(samples->run, node), metric_statistic_words[statistic], number,
            metric_unit(metric, statistic));
}

static void write_metric(const struct samples *samples, uint32_t slot, uint32_t metric,
                         uint32_t node)
{
    if (metric_table[metric].kind == KIND_HISTOGRAM) {
        for (uint32_t i = STATISTIC_COUNT; i <= STATISTIC_MAX; i++)
            write_number(samples, slot, metric, node, i);
        return;
    }
    write_number(samples, slot, metric, node, STATISTIC_VALUE);
    if (metric_table[metric].kind == KIND_COUNTER)
        write_number(samples, slot, metric, node, metric_natural_statistic(metric));
}

static void write_sample(const struct samples *samples, uint32_t slot)
{
    const struct metrics_look *look = samples->look;
    for (uint32_t metric = 0; metric < METRIC_COUNT; metric++) {
        if (!metrics_is_wanted(look, metric))
            continue;
        write_metric(samples, slot, metric, look->node);
        for (uint32_t node = 0; look->is_every_node && node < samples->metrics->node_count; node++)
            write_metric(samples, slot, metric, node);
    }
}

static void run_through(struct run *run, vtime until, struct samples *samples,
                        struct metrics *metrics)
{
    struct world *world = &run->world;
    metrics_begin(metrics, run->scratch, world);
    fputs("time_s,metric,node,statistic,value,unit\r\n", samples->out);
    for (bool goes_on = true; goes_on;) {
        while (metrics_due(metrics) <= until && metrics_pass_one(metrics, world))
            write_sample(samples, metrics->count - 1);
        goes_on = world_next_time(world) <= until && world_step(world);
    }
}

void metrics_write_csv(const struct run *run, const struct metrics_look *look, FILE *out)
{
    struct run again;
    struct metrics metrics;
    struct samples samples = {run, look, &metrics, out};
    if (!run_open(&again, run->scenario, run->seed, NULL))
        return;
    again.world.meter_width = look->every;
    world_begin(&again.world, run->scenario, run->seed, NULL, 0);
    run_through(&again, run->world.state->now, &samples, &metrics);
    run_close(&again);
}

/*
 * metrics_json.c: metrics for programs; the schema is docs/cluster/metrics.schema.json.
 *
 * Times are nanoseconds. "value" is the cluster's (or the one node's that was asked for); "rows"
 * are all that it is made of. A percentile is at most 1/64 too large ("error").
 */
#include "cli/metrics/metrics_out.h"

struct writer {
    FILE *out;
    bool is_first;
};

static void write_number(FILE *out, uint64_t value)
{
    if (value == METRIC_NONE)
        fputs("null", out);
    else
        fprintf(out, "%llu", (unsigned long long)value);
}

static void write_percentile(FILE *out, const struct meter_summary *summary, const char *name,
                             uint64_t value)
{
    fprintf(out, ", \"%s\": ", name);
    write_number(out, summary->count ? value : METRIC_NONE);
}

static void write_value(const struct run *run, const struct metrics_row *row, FILE *out)
{
    if (metric_table[row->metric].kind != KIND_HISTOGRAM) {
        fputs("\"value\": ", out);
        write_number(out, meter_value(&run->world, row->metric, row->node, row->label));
        return;
    }
    struct meter_summary s =
        meter_summary(&run->world, row->metric, row->node, row->label, METER_ALL);
    fprintf(out, "\"count\": %llu, \"sum\": %llu", (unsigned long long)s.count,
            (unsigned long long)s.sum);
    write_percentile(out, &s, "p50", s.p50);
    write_percentile(out, &s, "p90", s.p90);
    write_percentile(out, &s, "p99", s.p99);
    write_percentile(out, &s, "p999", s.p999);
    write_percentile(out, &s, "max", s.largest);
}

static void write_row(const struct run *run, const struct metrics_row *row, void *host)
{
    struct writer *writer = host;
    fprintf(writer->out, "%s\n        {", writer->is_first ? "" : ",");
    writer->is_first = false;
    if (row->node != METRIC_CLUSTER) {
        fputs("\"node\": ", writer->out);
        write_json_string(writer->out, metrics_node_name(run, row->node));
        fputs(", ", writer->out);
    }
    for (uint32_t part = 0; part < 2 && metric_label_name(row->metric, part); part++) {
        char value[200];
        struct text text;
        text_init(&text, value, sizeof value);
        meter_label_text(&run->world, row->metric, row->label, part, &text);
        fprintf(writer->out, "\"%s\": ", metric_label_name(row->metric, part));
        write_json_string(writer->out, value);
        fputs(", ", writer->out);
    }
    write_value(run, row, writer->out);
    fputc('}', writer->out);
}

static const char *unit_of(const struct metric_info *info)
{
    if (info->form == FORM_SHARE)
        return "parts per billion";
    return info->form == FORM_SPAN ? "nanoseconds" : info->unit;
}

static void write_metric(const struct run *run, const struct metrics_look *look, uint32_t metric,
                         FILE *out)
{
    static const char *const kinds[] = {"counter", "gauge", "histogram"};
    const struct metric_info *info = &metric_table[metric];
    struct writer writer = {out, true};
    fprintf(out, "\n    {\"name\": \"%s\", \"kind\": \"%s\", \"unit\": \"%s\", ", info->name,
            kinds[info->kind], unit_of(info));
    if (info->kind == KIND_HISTOGRAM)
        fputs("\"error\": \"1/64\", ", out);
    fputs("\"help\": ", out);
    write_json_string(out, info->help);
    fputs(",\n      ", out);
    struct metrics_row all = {metric, look->node, METRIC_ANY};
    write_value(run, &all, out);
    fputs(",\n      \"rows\": [", out);
    metrics_each_row(run, look, metric, write_row, &writer);
    fprintf(out, "%s]}", writer.is_first ? "" : "\n      ");
}

void metrics_write_json(const struct run *run, const struct metrics_look *look, FILE *out)
{
    const struct world_state *state = run->world.state;
    bool is_first = true;
    fputs("{\n  \"schema\": \"ringside-metrics-1\",\n  \"scenario\": ", out);
    write_json_string(out, run->scenario->name);
    fprintf(out, ",\n  \"seed\": %llu,\n  \"steps\": %llu,\n  \"virtual_ns\": %llu,\n",
            (unsigned long long)run->seed, (unsigned long long)state->step,
            (unsigned long long)state->now);
    fputs("  \"of\": ", out);
    write_json_string(out, metrics_node_name(run, look->node));
    fputs(",\n  \"metrics\": [", out);
    for (uint32_t i = 0; i < METRIC_COUNT; i++) {
        if (!metrics_is_wanted(look, i))
            continue;
        fputs(is_first ? "" : ",", out);
        is_first = false;
        write_metric(run, look, i, out);
    }
    fputs("\n  ]\n}\n", out);
}

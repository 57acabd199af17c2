/*
 * metrics_prometheus.c: the text format of Prometheus, version 0.0.4.
 *
 *     # HELP ringside_messages_sent_total Messages handed to the network, by kind.
 *     # TYPE ringside_messages_sent_total counter
 *     ringside_messages_sent_total{node="n1",message="write"} 412
 *
 * What belongs together stands together, as the format asks. Times are seconds. Of what has a
 * label, only values that are not 0; of a process that is not running, nothing that is in its
 * memory. The bounds of a histogram are powers of two of nanoseconds, less one: there a bucket of
 * the histogram ends, so each `le` counts exactly.
 */
#include "cli/metrics/metrics_out.h"

#define FIRST_POWER 16 /* 65 us */
#define LAST_POWER  36 /* 68 s */

/* A backslash, a quote and a newline are written with a backslash (exposition formats). */
static void write_escaped(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\\' || *text == '"')
            fputc('\\', out);
        if (*text == '\n')
            fputs("\\n", out);
        else
            fputc(*text, out);
    }
}

static void write_label(FILE *out, const char *name, const char *value, bool *is_first)
{
    fprintf(out, "%s%s=\"", *is_first ? "{" : ",", name);
    write_escaped(out, value);
    fputc('"', out);
    *is_first = false;
}

/* {node="n1",kind="get"} and perhaps one more; `le` NULL: none. */
static void write_labels(FILE *out, const struct run *run, const struct metrics_row *row,
                         const char *le)
{
    bool is_first = true;
    if (row->node != METRIC_CLUSTER)
        write_label(out, "node", metrics_node_name(run, row->node), &is_first);
    for (uint32_t part = 0; part < 2 && metric_label_name(row->metric, part); part++) {
        char value[200];
        struct text text;
        text_init(&text, value, sizeof value);
        meter_label_text(&run->world, row->metric, row->label, part, &text);
        write_label(out, metric_label_name(row->metric, part), value, &is_first);
    }
    if (le)
        write_label(out, "le", le, &is_first);
    if (!is_first)
        fputc('}', out);
}

static void write_decimal(FILE *out, uint64_t value, uint32_t decimals)
{
    char number[40];
    struct text text;
    text_init(&text, number, sizeof number);
    text_decimal(&text, value, decimals);
    fputs(number, out);
}

static void write_bucket(FILE *out, const struct run *run, const struct metrics_row *row,
                         const char *le, uint64_t count)
{
    fprintf(out, "%s_bucket", metric_table[row->metric].name);
    write_labels(out, run, row, le);
    fprintf(out, " %llu\n", (unsigned long long)count);
}

static void write_histogram(FILE *out, const struct run *run, const struct metrics_row *row)
{
    struct histogram histogram = {0};
    uint64_t sum = 0, count = 0;
    uint32_t bucket = 0;
    char le[40];
    struct text text;
    meter_pour(&run->world, row->metric, row->node, row->label, METER_ALL, &histogram, &sum);
    for (uint32_t power = FIRST_POWER; power <= LAST_POWER; power++) {
        uint64_t bound = (UINT64_C(1) << power) - 1;
        for (; histogram_bucket_end(bucket) <= bound; bucket++)
            count += histogram.buckets[bucket];
        text_init(&text, le, sizeof le);
        text_decimal(&text, bound, 9);
        write_bucket(out, run, row, le, count);
    }
    write_bucket(out, run, row, "+Inf", histogram.count);
    fprintf(out, "%s_sum", metric_table[row->metric].name);
    write_labels(out, run, row, NULL);
    fputc(' ', out);
    write_decimal(out, sum, 9);
    fprintf(out, "\n%s_count", metric_table[row->metric].name);
    write_labels(out, run, row, NULL);
    fprintf(out, " %llu\n", (unsigned long long)histogram.count);
}

static void write_row(const struct run *run, const struct metrics_row *row, void *host)
{
    FILE *out = host;
    const struct metric_info *info = &metric_table[row->metric];
    if (info->kind == KIND_HISTOGRAM) {
        write_histogram(out, run, row);
        return;
    }
    fputs(info->name, out);
    write_labels(out, run, row, NULL);
    fputc(' ', out);
    write_decimal(out, meter_value(&run->world, row->metric, row->node, row->label),
                  info->form == FORM_SPAN || info->form == FORM_SHARE ? 9 : 0);
    fputc('\n', out);
}

void metrics_write_prometheus(const struct run *run, const struct metrics_look *look, FILE *out)
{
    static const char *const types[] = {"counter", "gauge", "histogram"};
    for (uint32_t i = 0; i < METRIC_COUNT; i++) {
        const struct metric_info *info = &metric_table[i];
        if (!metrics_is_wanted(look, i))
            continue;
        fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", info->name, info->help, info->name,
                types[info->kind]);
        metrics_each_row(run, look, i, write_row, out);
    }
}

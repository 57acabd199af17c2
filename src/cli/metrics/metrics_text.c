/*
 * metrics_text.c: metrics for people, in 80 columns.
 *
 *     The network
 *       messages sent                 4.2 thousand messages   n2 801 .. n1 1204
 *
 * One line for each metric: what it is called, the cluster's value with its unit, and, of what
 * each node has, the node with the least and the one with the most. What is 0 is told in one line
 * at the end of its section ("none yet"); what cannot be known says why. A percentile of fewer
 * values than it needs is marked: p99 of 20 values is no more than the largest.
 */
#include <string.h>

#include "base/units.h"
#include "cli/metrics/metrics_out.h"

#define COLUMNS 80

struct small {
    char data[48];
};

static struct small time_text(uint64_t time)
{
    struct small small;
    struct text text;
    vtime unit = 1;
    while (time / unit >= 1000)
        unit *= 10;
    text_init(&text, small.data, sizeof small.data);
    text_time(&text, time / unit * unit);
    return small;
}

/* Three digits are enough to read: "12.3 KiB". */
static struct small size_text(uint64_t size)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    struct small small;
    uint32_t unit = 0;
    uint64_t part = 0;
    for (; size >= 1024 && unit + 1 < ARRAY_LEN(units); unit++) {
        part = size % 1024 * 10 / 1024;
        size /= 1024;
    }
    if (unit == 0 || size >= 100)
        snprintf(small.data, sizeof small.data, "%llu %s", (unsigned long long)size, units[unit]);
    else
        snprintf(small.data, sizeof small.data, "%llu.%llu %s", (unsigned long long)size,
                 (unsigned long long)part, units[unit]);
    return small;
}

static struct small value_text(uint32_t metric, uint64_t value)
{
    struct small small;
    switch (metric_table[metric].form) {
    case FORM_SIZE: return size_text(value);
    case FORM_SPAN: return time_text(value);
    case FORM_SHARE:
        snprintf(small.data, sizeof small.data, "%.1f %%", (double)value / 1e7);
        return small;
    default: break;
    }
    snprintf(small.data, sizeof small.data, "%llu", (unsigned long long)value);
    return small;
}

/* --- one metric ------------------------------------------------------------------------------ */

/* "n2 801 .. n1 1204"; nothing when all are the same. */
static void write_spread(const struct run *run, uint32_t metric, FILE *out)
{
    uint64_t least = METRIC_NONE, most = 0;
    uint32_t least_node = 0, most_node = 0;
    for (uint32_t node = 0; node < run->scenario->node.nodes; node++) {
        uint64_t value = meter_value(&run->world, metric, node, METRIC_ANY);
        if (value == METRIC_NONE)
            continue;
        if (least == METRIC_NONE || value < least)
            least = value, least_node = node;
        if (least_node == node || value > most)
            most = MAX(most, value), most_node = value >= most ? node : most_node;
    }
    if (least == METRIC_NONE)
        return;
    if (least == most)
        fprintf(out, "  each %s", value_text(metric, least).data);
    else
        fprintf(out, "  %s %s .. %s %s", metrics_node_name(run, least_node),
                value_text(metric, least).data, metrics_node_name(run, most_node),
                value_text(metric, most).data);
}

static void write_value(const struct run *run, const struct metrics_look *look, uint32_t metric,
                        uint64_t value, FILE *out)
{
    const struct metric_info *info = &metric_table[metric];
    bool is_count = info->form == FORM_COUNT;
    fprintf(out, "  %-26s %10s %-11s", info->title,
            value == METRIC_NONE ? "-" : value_text(metric, value).data,
            is_count ? info->unit : "");
    if (value == METRIC_NONE)
        fputs("  nobody who runs has it", out);
    else if (info->scope != SCOPE_CLUSTER && look->node == METRIC_CLUSTER)
        write_spread(run, metric, out);
    fputc('\n', out);
}

/* --- what it is made of ---------------------------------------------------------------------- */

#define PARTS_SHOWN 6

struct parts {
    uint32_t label[PARTS_SHOWN];
    uint64_t value[PARTS_SHOWN];
    uint32_t count, more;
};

/* The largest parts, in descending order. */
static void find_parts(const struct run *run, uint32_t metric, uint32_t node, struct parts *parts)
{
    for (uint32_t label = 0; label < meter_label_count(&run->world, metric); label++) {
        uint64_t value = meter_value(&run->world, metric, node, label);
        uint32_t at = parts->count;
        if (value == 0 || value == METRIC_NONE)
            continue;
        while (at > 0 && parts->value[at - 1] < value)
            at--;
        if (at == PARTS_SHOWN) {
            parts->more++;
            continue;
        }
        if (parts->count == PARTS_SHOWN)
            parts->more++;
        else
            parts->count++;
        for (uint32_t i = parts->count - 1; i > at; i--) {
            parts->label[i] = parts->label[i - 1];
            parts->value[i] = parts->value[i - 1];
        }
        parts->label[at] = label;
        parts->value[at] = value;
    }
}

static void label_text(const struct run *run, uint32_t metric, uint32_t label, struct text *text)
{
    for (uint32_t part = 0; part < 2 && metric_label_name(metric, part); part++) {
        text_str(text, part == 0                              ? ""
                       : metric_table[metric].label == LABEL_LINK ? " to "
                                                                  : " ");
        meter_label_text(&run->world, metric, label, part, text);
    }
}

/* "write 812, write_reply 810 ...", in lines that fit. */
static void write_parts(const struct run *run, const struct metrics_look *look, uint32_t metric,
                        FILE *out)
{
    struct parts parts = {0};
    uint32_t column = COLUMNS;
    if (!metric_label_name(metric, 0))
        return;
    find_parts(run, metric, look->node, &parts);
    for (uint32_t i = 0; i < parts.count; i++) {
        char data[160];
        struct text text;
        text_init(&text, data, sizeof data);
        label_text(run, metric, parts.label[i], &text);
        text_char(&text, ' ');
        text_str(&text, value_text(metric, parts.value[i]).data);
        if (i + 1 < parts.count)
            text_char(&text, ',');
        bool is_new = column + 1 + text.size > COLUMNS;
        if (is_new)
            fprintf(out, "%s    ", i ? "\n" : "");
        fprintf(out, "%s%s", is_new ? "" : " ", data);
        column = is_new ? 4 + text.size : column + 1 + text.size;
    }
    if (parts.more > 0)
        fprintf(out, "%s%u more", column + 12 > COLUMNS ? "\n    and " : " and ", parts.more);
    fputs(parts.count ? "\n" : "", out);
}

/* --- histograms ------------------------------------------------------------------------------ */

/* With a ~ when there are fewer values than make such a percentile differ from the largest. */
static void write_percentile(const struct meter_summary *s, uint64_t value, uint64_t needed,
                             bool *is_marked, FILE *out)
{
    bool is_few = s->count < needed;
    fprintf(out, " %8s%s", time_text(value).data, is_few ? "~" : " ");
    *is_marked |= is_few;
}

static void write_times_row(const char *name, const struct meter_summary *s, bool *is_marked,
                            FILE *out)
{
    if (s->count == 0)
        return;
    fprintf(out, "  %-20s %7llu", name, (unsigned long long)s->count);
    write_percentile(s, s->p50, 2, is_marked, out);
    write_percentile(s, s->p90, 10, is_marked, out);
    write_percentile(s, s->p99, 100, is_marked, out);
    write_percentile(s, s->p999, 1000, is_marked, out);
    fprintf(out, " %8s\n", time_text(s->largest).data);
}

static void write_times_parts(const struct run *run, const struct metrics_look *look,
                              uint32_t metric, bool *is_marked, FILE *out)
{
    uint32_t labels = metric_label_name(metric, 0) ? meter_label_count(&run->world, metric) : 0;
    for (uint32_t label = 0; label < labels; label++) {
        char data[80];
        struct text text;
        struct meter_summary s = meter_summary(&run->world, metric, look->node, label, METER_ALL);
        text_init(&text, data, sizeof data);
        text_str(&text, "  ");
        label_text(run, metric, label, &text);
        write_times_row(data, &s, is_marked, out);
    }
    for (uint32_t node = 0;
         look->node == METRIC_CLUSTER && node < run->scenario->node.nodes && node < 16; node++) {
        char data[80];
        struct meter_summary s = meter_summary(&run->world, metric, node, METRIC_ANY, METER_ALL);
        snprintf(data, sizeof data, "  %s", metrics_node_name(run, node));
        write_times_row(data, &s, is_marked, out);
    }
}

static void write_times(const struct run *run, const struct metrics_look *look, uint32_t metric,
                        FILE *out)
{
    bool is_marked = false;
    struct meter_summary s = meter_summary(&run->world, metric, look->node, METRIC_ANY, METER_ALL);
    fprintf(out, "  %-20s %7s %8s  %8s  %8s  %8s  %8s\n", metric_table[metric].title, "values",
            "p50", "p90", "p99", "p99.9", "max");
    write_times_row("  all", &s, &is_marked, out);
    write_times_parts(run, look, metric, &is_marked, out);
    if (is_marked)
        fputs("    ~ too few values for such a percentile: it is the largest of them\n", out);
}

/* --- sections -------------------------------------------------------------------------------- */

struct absent {
    char titles[1200];
    struct text text;
};

static bool is_nothing(uint32_t metric, uint64_t value)
{
    return value == 0 && metric != METRIC_TOPOLOGY_PHASE && metric != METRIC_UP;
}

static void end_section(struct absent *absent, FILE *out)
{
    size_t column = 0;
    for (const char *word = absent->text.data; absent->text.size > 0 && *word;) {
        size_t size = strcspn(word, " ");
        bool is_first = column == 0;
        if (is_first)
            column = (size_t)fprintf(out, "  none yet:");
        if (column + 1 + size > COLUMNS)
            column = (size_t)fprintf(out, "\n   ") - 1;
        fprintf(out, " %.*s", (int)size, word);
        column += 1 + size;
        word += size + strspn(word + size, " ");
    }
    fputs(column > 0 ? "\n" : "", out);
    text_init(&absent->text, absent->titles, sizeof absent->titles);
}

static void write_metric(const struct run *run, const struct metrics_look *look, uint32_t metric,
                         struct absent *absent, FILE *out)
{
    uint64_t value = meter_value(&run->world, metric, look->node, METRIC_ANY);
    bool is_of_another =
        look->node != METRIC_CLUSTER && metric_table[metric].scope == SCOPE_CLUSTER;
    if (is_of_another)
        return;
    if (is_nothing(metric, value)) {
        text_str(&absent->text, absent->text.size ? ", " : "");
        text_str(&absent->text, metric_table[metric].title);
    } else if (metric_table[metric].kind == KIND_HISTOGRAM) {
        write_times(run, look, metric, out);
    } else {
        write_value(run, look, metric, value, out);
        write_parts(run, look, metric, out);
    }
}

void metrics_write_text(const struct run *run, const struct metrics_look *look, FILE *out)
{
    struct absent absent;
    const char *title = NULL;
    char when[48];
    struct text text;
    text_init(&text, when, sizeof when);
    text_time(&text, run->world.state->now);
    text_init(&absent.text, absent.titles, sizeof absent.titles);
    fprintf(out, "%s, seed %llu, at %s of virtual time, of %s\n", run->scenario->name,
            (unsigned long long)run->seed, when,
            look->node == METRIC_CLUSTER ? "the whole cluster"
                                         : metrics_node_name(run, look->node));
    for (uint32_t i = 0; i < METRIC_COUNT; i++) {
        if (metric_section(i)) {
            end_section(&absent, out);
            title = metric_section(i);
        }
        if (!metrics_is_wanted(look, i))
            continue;
        if (title)
            fprintf(out, "\n%s\n", title);
        title = NULL;
        write_metric(run, look, i, &absent, out);
    }
    end_section(&absent, out);
}

/*
 * page_metric.c: one metric alone: what it is, its curve, where its values lie, and each node's.
 *
 *     < all metrics
 *     latency: ringside_operation_latency_seconds
 *     Time from the client's asking until ...
 *     at 12.5 s: p50 2.1 ms, p90 ..., of 24 values       the slot before the present
 *     [ p50, p90, p99, max as lines, logarithmic ]
 *     [ the map of its values                    ]
 *     p99 of each node: a row for each
 *
 * When the branch was left from another one, the other's curve is drawn in it, too, dashed: what
 * would have been. Percentiles of few values say so.
 */
#include <string.h>

#include "viz/inspector/metric_chart.h"
#include "viz/app/words.h"

static void write_back(struct writer *writer, struct hits *hits)
{
    float line = writer->scene->size * DRAW_LINE_HEIGHT;
    hits_add(hits, (struct box){writer->box.x, writer->y, writer->box.w, line}, PICK_METRIC,
             METRIC_COUNT);
    writer_line(writer, writer->scene->theme->accent, "< all metrics");
}

/* Percentiles within the slot before the present. */
static void write_slot(struct writer *writer, const struct metrics *metrics, uint32_t metric,
                       uint32_t past)
{
    static const uint8_t shown[] = {STATISTIC_P50, STATISTIC_P90, STATISTIC_P99, STATISTIC_P999,
                                    STATISTIC_MAX};
    struct text text;
    char line[240], time[32];
    uint64_t count = metrics_value(metrics, metric, STATISTIC_COUNT, past - 1, METRIC_CLUSTER);
    text_init(&text, line, sizeof line);
    text_str(&text, "in the slot to ");
    text_str(&text, scene_time(metrics_slot_end(metrics, past - 1), time));
    text_str(&text, count == 1 ? ", 1 value" : ", ");
    if (count != 1) {
        text_u64(&text, count);
        text_str(&text, " values");
    }
    for (uint32_t i = 0; count > 0 && i < sizeof shown; i++) {
        char value[40];
        snprintf(value, sizeof value, "%s %s %.4g", i ? "," : ":", metric_statistic_words[shown[i]],
                 (double)metrics_value(metrics, metric, shown[i], past - 1, METRIC_CLUSTER) / 1e6);
        text_str(&text, value);
    }
    text_str(&text, count > 0 ? " ms" : "");
    writer_wrapped(writer, writer->scene->theme->text, line);
    if (count > 0 && count < 100)
        writer_wrapped(writer, writer->scene->theme->faint,
                       "(p99 of fewer than 100 values is the largest of them)");
}

/* The branch that this one left, drawn behind it; UINT32_MAX: there is none. */
static uint32_t branch_behind(const struct stage *stage)
{
    uint32_t now = stage_branch_now(stage);
    return now == 0 ? UINT32_MAX : stage_branch_at(stage, now).parent;
}

static void draw_behind(const struct chart *chart, struct box box)
{
    struct writer *writer = chart->writer;
    uint32_t behind = branch_behind(writer->scene->stage);
    if (behind == UINT32_MAX)
        return;
    struct chart other = *chart;
    other.metrics = stage_metrics_of(writer->scene->stage, behind);
    chart_line(&other, box, writer->scene->theme->warn, true);
}

/* The same height for both, and said. */
static void fit_behind(struct chart *chart)
{
    struct writer *writer = chart->writer;
    uint32_t behind = branch_behind(writer->scene->stage);
    char line[120];
    if (behind == UINT32_MAX)
        return;
    struct chart other = chart_of(writer, NULL, stage_metrics_of(writer->scene->stage, behind),
                                  chart->metric, chart->statistic, false);
    chart->largest = MAX(chart->largest, other.largest);
    snprintf(line, sizeof line, "dashed: branch %u, which this one left", behind);
    writer_line(writer, writer->scene->theme->warn, line);
}

static void write_top(struct chart *chart, struct box box)
{
    char text[60];
    chart_write(chart, box, box.y, chart->writer->scene->theme->faint,
                chart_value_text(chart, chart->largest, text, sizeof text));
}

static struct box take_box(struct writer *writer, float lines)
{
    float size = writer->scene->size, left = size * 6;
    struct box box = {writer->box.x + left, writer->y, writer->box.w - left - size,
                      lines * size * DRAW_LINE_HEIGHT};
    writer->y += box.h + size * 0.4f;
    return box;
}

/* Of times: percentiles as lines, and the map below. */
static void write_times(struct chart *chart)
{
    struct writer *writer = chart->writer;
    const struct theme *theme = writer->scene->theme;
    const struct draw_color colors[] = {theme->good, theme->accent, theme->warn, theme->bad};
    static const uint8_t shown[] = {STATISTIC_P50, STATISTIC_P90, STATISTIC_P99, STATISTIC_MAX};
    float size = writer->scene->size, x = writer->box.x + size * 6;
    chart_make_logarithmic(chart, STATISTIC_P50, STATISTIC_MAX);
    for (uint32_t i = 0; i < sizeof shown; i++) {
        const char *word = metric_statistic_words[shown[i]];
        struct box box = {x, writer->y, size * 4, size};
        chart_write(chart, box, writer->y, colors[i], word);
        x += (float)(strlen(word) + 2) * size * DRAW_CHARACTER_WIDTH;
    }
    struct box scale = {x, writer->y, writer->box.w, size};
    chart_write(chart, scale, writer->y, theme->faint, "(logarithmic)");
    writer->y += size * DRAW_LINE_HEIGHT;
    struct box box = take_box(writer, 6);
    for (uint32_t i = 0; i < sizeof shown; i++) {
        struct chart part = *chart;
        part.statistic = shown[i];
        chart_line(&part, box, colors[i], false);
    }
    draw_behind(chart, box);
    chart_axis(chart, box);
    struct box left = {writer->box.x, box.y, size * 6, box.h};
    char text[60];
    write_top(chart, left);
    chart_write(chart, left, box.y + box.h - size, theme->faint,
                chart_value_text(chart, chart->least, text, sizeof text));
    writer_line(writer, theme->faint, "how many, by how long: the stronger the more");
    box = take_box(writer, 7);
    chart_heat(chart, box);
    chart_ends(chart, box.x, writer->y - size * 0.3f, box.w);
    writer->y += size;
}

static void write_curve(struct chart *chart)
{
    struct writer *writer = chart->writer;
    float size = writer->scene->size;
    struct box box = take_box(writer, 8), left = {writer->box.x, box.y, size * 6, box.h};
    chart_bars(chart, box);
    draw_behind(chart, box);
    write_top(chart, left);
    chart_ends(chart, box.x, writer->y - size * 0.3f, box.w);
    writer->y += size;
}

void page_metric(struct writer *writer, struct hits *hits, const struct metrics *metrics,
                 uint32_t metric)
{
    const struct metric_info *info = &metric_table[metric];
    const struct theme *theme = writer->scene->theme;
    uint32_t statistic = metric_natural_statistic(metric);
    char line[200], values[120];
    write_back(writer, hits);
    struct chart chart = chart_of(writer, hits, metrics, metric, statistic, false);
    chart_values_text(&chart, values, sizeof values);
    snprintf(line, sizeof line, "%s, %s: %s", info->title, metric_statistic_words[statistic],
             values);
    writer_head(writer, line);
    writer_wrapped(writer, theme->faint, info->name);
    writer_wrapped(writer, theme->text, info->help);
    if (info->kind == KIND_HISTOGRAM && chart.past > 0)
        write_slot(writer, metrics, metric, chart.past);
    fit_behind(&chart);
    if (info->kind == KIND_HISTOGRAM)
        write_times(&chart);
    else
        write_curve(&chart);
    if (info->scope == SCOPE_CLUSTER)
        return;
    struct chart nodes = chart_of(writer, hits, metrics, metric, statistic, true);
    snprintf(line, sizeof line, "%s of each node, all to one scale", nodes.name);
    page_metric_rows(nodes, line);
}

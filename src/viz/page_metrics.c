/*
 * page_metrics.c: how the run goes, as small charts over its whole time.
 *
 *     latency p99: 12.4 ms, max 48  
 *     |        #
 *     |  ## # ###      :::       # past, : already run but after this moment
 *     +-------------|---------   | now
 *     0 s                 60 s   below the charts of the cluster and of the nodes
 *
 * Each chart has its name, its unit, its value in the last full slot and the largest so far;
 * what lies after the present is pale. What there is of each node is a row for each node. The
 * samples are those of sim/metrics.h: the same however one came here.
 */
#include <math.h>
#include <string.h>

#include "viz/pages.h"
#include "viz/words.h"

#define ROWS_MAX 16 /* nodes of one chart */

struct chart {
    struct writer *writer;
    const struct metrics *metrics;
    uint32_t metric;
    uint32_t past; /* samples before the present */
    uint64_t largest; /* of all samples, of all nodes: the height of the chart */
};

/* --- values ---------------------------------------------------------------------------------- */

static const char *value_text(uint32_t metric, uint64_t value, char *text, size_t size)
{
    const struct metric_chart_info *info = &metric_chart_table[metric];
    char bytes[WORDS_MAX];
    if (value == METRIC_NONE)
        snprintf(text, size, "none");
    else if (metric == CHART_LOG)
        snprintf(text, size, "%s", words_bytes(value, bytes));
    else
        snprintf(text, size, "%.4g",
                 (double)value / pow(10, metric_decimals(info->metric, info->statistic)));
    return text;
}

static uint64_t largest_of(const struct metrics *metrics, uint32_t metric, uint32_t node,
                           uint32_t count)
{
    uint64_t largest = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t value = metrics_chart_value(metrics, metric, i, node);
        if (value != METRIC_NONE && value > largest)
            largest = value;
    }
    return largest;
}

static const char *unit_of(uint32_t metric)
{
    const struct metric_chart_info *info = &metric_chart_table[metric];
    const char *unit = metric_unit(info->metric, info->statistic);
    if (metric == CHART_LOG) /* words_bytes has written it */
        return "";
    return strcmp(unit, "keys") == 0 || strcmp(unit, "messages") == 0 ||
                   strcmp(unit, "nodes") == 0 || strcmp(unit, "reads") == 0 ||
                   strcmp(unit, "pieces") == 0
               ? ""
               : unit;
}

/* "4, max 12 per s": of both. What is counted needs no unit, its name says it. */
static void values_text(const struct chart *chart, uint32_t node, char *text, size_t size)
{
    char now[32], most[32];
    if (chart->past == 0) {
        snprintf(text, size, "no sample yet");
        return;
    }
    uint64_t value = metrics_chart_value(chart->metrics, chart->metric, chart->past - 1, node);
    uint64_t largest = largest_of(chart->metrics, chart->metric, node, chart->past);
    const char *unit = unit_of(chart->metric);
    snprintf(text, size, "%s, max %s%s%s", value_text(chart->metric, value, now, sizeof now),
             value_text(chart->metric, largest, most, sizeof most), *unit ? " " : "", unit);
}

/* --- bars ----------------------------------------------------------------------------------- */

static void draw_bars(const struct chart *chart, uint32_t node, struct box box)
{
    const struct theme *theme = chart->writer->scene->theme;
    struct draw_list *list = chart->writer->list;
    const struct metrics *metrics = chart->metrics;
    float w = box.w / (float)metrics->slot_count;
    for (uint32_t i = 0; i < metrics->count; i++) {
        uint64_t value = metrics_chart_value(metrics, chart->metric, i, node);
        if (value == METRIC_NONE || value == 0)
            continue;
        float h = fmaxf(1, box.h * (float)((double)value / (double)chart->largest));
        float from = floorf(box.x + (float)i * w), to = floorf(box.x + (float)(i + 1) * w);
        draw_rect(list, from, box.y + box.h - h, fmaxf(to - from, 1), h,
                  i < chart->past ? theme->accent : with_alpha(theme->faint, 90));
    }
    draw_rect(list, box.x, box.y + box.h, box.w, 1, theme->line);
    float now = box.x + box.w * (float)((double)MIN(chart->writer->scene->clock,
                                                    metrics->duration) /
                                        (double)metrics->duration);
    draw_rect(list, now, box.y, 1, box.h + 1, theme->warn);
}

static void write_at(const struct chart *chart, struct box box, float y, struct draw_color color,
                     const char *text)
{
    const struct writer *writer = chart->writer;
    struct box inside = {box.x, writer->box.y, box.w, writer->box.h};
    scene_text(writer->list, inside, box.x, y, writer->scene->size, color, text);
}

/* Below bars: where their time begins and ends. */
static void write_ends(const struct chart *chart, float x, float y, float w)
{
    const struct writer *writer = chart->writer;
    float size = writer->scene->size * 0.85f;
    struct draw_color color = writer->scene->theme->faint;
    char end[32];
    scene_time(chart->metrics->duration, end);
    float right = (float)strlen(end) * size * DRAW_CHARACTER_WIDTH;
    if (w < right + 5 * size * DRAW_CHARACTER_WIDTH ||
        !writer_is_in_sight(writer, size * DRAW_LINE_HEIGHT))
        return;
    struct box box = {x, writer->box.y, w, writer->box.h};
    scene_text(writer->list, box, x, y, size, color, "0 s");
    draw_text(writer->list, x + w, y, size, ALIGN_RIGHT, color, end);
}

/* --- charts ---------------------------------------------------------------------------------- */

static void draw_chart(const struct chart *chart, struct box box)
{
    const struct theme *theme = chart->writer->scene->theme;
    float size = chart->writer->scene->size, line = size * DRAW_LINE_HEIGHT;
    char values[80], text[140];
    values_text(chart, 0, values, sizeof values);
    snprintf(text, sizeof text, "%s: %s", metric_chart_table[chart->metric].name, values);
    write_at(chart, box, box.y, theme->text, text);
    draw_bars(chart, 0, (struct box){box.x, box.y + line, box.w, box.h - line - size * 0.5f});
}

static struct chart chart_of(struct writer *writer, const struct metrics *metrics, uint32_t metric)
{
    struct chart chart = {writer, metrics, metric,
                          metrics_count_until(metrics, writer->scene->clock), 1};
    uint32_t nodes = metric_chart_table[metric].is_per_node ? metrics->node_count : 1;
    for (uint32_t node = 0; node < nodes; node++) {
        uint64_t largest = largest_of(metrics, metric, node, metrics->count);
        chart.largest = largest > chart.largest ? largest : chart.largest;
    }
    if (metric == CHART_LOAD)
        chart.largest = MAX(chart.largest, 1000); /* less than 1 % looks like little */
    return chart;
}

/* Several in a row, as wide as a title needs. */
static void write_charts(struct writer *writer, const struct metrics *metrics)
{
    float size = writer->scene->size, gap = size, h = size * 4.6f;
    uint32_t columns = (uint32_t)((writer->box.w + gap) / (size * 22.5f + gap));
    columns = columns < 1 ? 1 : columns > 4 ? 4 : columns;
    float w = (writer->box.w - gap * (float)(columns - 1)) / (float)columns;
    uint32_t at = 0;
    for (uint32_t metric = 0; metric < CHART_COUNT; metric++) {
        if (metric_chart_table[metric].is_per_node)
            continue;
        struct chart chart = chart_of(writer, metrics, metric);
        struct box box = {writer->box.x + (float)at * (w + gap), writer->y, w, h};
        if (writer_is_in_sight(writer, h))
            draw_chart(&chart, box);
        at = (at + 1) % columns;
        writer->y += at == 0 ? h : 0;
    }
    writer->y += at == 0 ? 0 : h;
    struct chart chart = {.writer = writer, .metrics = metrics};
    for (at = 0; at < columns; at++)
        write_ends(&chart, writer->box.x + (float)at * (w + gap), writer->y - size * 0.4f, w);
    writer->y += size;
}

/* A row for each node: name, bars, value. */
static void write_rows(struct writer *writer, const struct metrics *metrics, uint32_t metric)
{
    const struct picture *picture = writer->scene->picture;
    const struct theme *theme = writer->scene->theme;
    float size = writer->scene->size, line = size * DRAW_LINE_HEIGHT;
    float name = size * 4, values = size * 16;
    struct chart chart = chart_of(writer, metrics, metric);
    char text[100];
    if (metric == CHART_LOAD)
        snprintf(text, sizeof text, "load of each node: 100 %% is all its cores, all the time");
    else
        snprintf(text, sizeof text, "%s of each node", metric_chart_table[metric].name);
    writer_head(writer, text);
    for (uint32_t i = 0; i < metrics->node_count && i < ROWS_MAX; i++, writer->y += line) {
        struct box box = {writer->box.x, writer->y, name, line};
        if (!writer_is_in_sight(writer, line))
            continue;
        write_at(&chart, box, box.y, theme->text, picture->nodes[i].name);
        values_text(&chart, i, text, sizeof text);
        box.x = writer->box.x + writer->box.w - values, box.w = values;
        write_at(&chart, box, box.y, theme->text, text);
        float w = writer->box.w - name - values - size;
        if (w > 20)
            draw_bars(&chart, i, (struct box){writer->box.x + name, writer->y + 2, w, line - 5});
    }
    write_ends(&chart, writer->box.x + name, writer->y,
               writer->box.w - name - values - size);
    writer->y += line;
    if (metrics->node_count > ROWS_MAX) {
        char more[WORDS_MAX];
        snprintf(text, sizeof text, "and %s",
                 words_count(metrics->node_count - ROWS_MAX, "more node", more));
        writer_line(writer, theme->faint, text);
    }
}

void page_metrics(struct writer *writer, struct hits *hits)
{
    const struct metrics *metrics = stage_metrics(writer->scene->stage);
    char line[120], width[32];
    (void)hits;
    writer_scroll(writer);
    snprintf(line, sizeof line, "a sample each %s; a latency lasts until the client is told",
             scene_time(metrics->width, width));
    writer_line(writer, writer->scene->theme->faint, line);
    write_charts(writer, metrics);
    for (uint32_t metric = 0; metric < CHART_COUNT; metric++)
        if (metric_chart_table[metric].is_per_node)
            write_rows(writer, metrics, metric);
}

/*
 * page_metrics.c: how the run goes, as small charts over all its time; every metric in a list.
 *
 *     latency p99: 12.4 ms, max 48  
 *     |        #
 *     |  ## # ###      :::       # past, : already run but after this moment
 *     +-------------|---------   | now
 *     0 s                 60 s   below the charts of the cluster and of the nodes
 *
 * Each chart has its name, its unit, its value in the last full slot and the largest so far;
 * what lies after the present is pale. What there is of each node is a row for each node. Below
 * them all metrics of the registry stand, each with a line of its own; a click shows one alone
 * (page_metric.c), a click into a chart goes to that time.
 */
#include <math.h>
#include <string.h>

#include "viz/inspector/metric_chart.h"
#include "viz/app/words.h"

#define ROWS_MAX 16 /* nodes of one chart */

/* --- charts ---------------------------------------------------------------------------------- */

static void draw_chart(const struct chart *chart, struct box box)
{
    const struct theme *theme = chart->writer->scene->theme;
    float size = chart->writer->scene->size, line = size * DRAW_LINE_HEIGHT;
    char values[120], text[180];
    chart_values_text(chart, values, sizeof values);
    snprintf(text, sizeof text, "%s: %s", chart->name, values);
    chart_write(chart, box, box.y, theme->text, text);
    hits_add(chart->hits, (struct box){box.x, box.y, box.w, line}, PICK_METRIC, chart->metric);
    chart_bars(chart, (struct box){box.x, box.y + line, box.w, box.h - line - size * 0.5f});
}

static struct chart chart_at(struct writer *writer, struct hits *hits,
                             const struct metrics *metrics, uint32_t index)
{
    const struct metric_chart_info *info = &metric_chart_table[index];
    struct chart chart =
        chart_of(writer, hits, metrics, info->metric, info->statistic, info->is_per_node);
    chart.name = info->name;
    return chart;
}

/* Several in a row, as wide as a title needs. */
static void write_charts(struct writer *writer, struct hits *hits, const struct metrics *metrics)
{
    float size = writer->scene->size, gap = size, h = size * 4.6f;
    uint32_t columns = (uint32_t)((writer->box.w + gap) / (size * 22.5f + gap));
    columns = columns < 1 ? 1 : columns > 4 ? 4 : columns;
    float w = (writer->box.w - gap * (float)(columns - 1)) / (float)columns;
    uint32_t at = 0;
    for (uint32_t i = 0; i < CHART_COUNT; i++) {
        if (metric_chart_table[i].is_per_node)
            continue;
        struct chart chart = chart_at(writer, hits, metrics, i);
        struct box box = {writer->box.x + (float)at * (w + gap), writer->y, w, h};
        if (writer_is_in_sight(writer, h))
            draw_chart(&chart, box);
        at = (at + 1) % columns;
        writer->y += at == 0 ? h : 0;
    }
    writer->y += at == 0 ? 0 : h;
    struct chart chart = {.writer = writer, .metrics = metrics};
    for (at = 0; at < columns; at++)
        chart_ends(&chart, writer->box.x + (float)at * (w + gap), writer->y - size * 0.4f, w);
    writer->y += size;
}

/* A row for each node: name, bars, value. */
void page_metric_rows(struct chart chart, const char *head)
{
    struct writer *writer = chart.writer;
    const struct picture *picture = writer->scene->picture;
    const struct theme *theme = writer->scene->theme;
    float size = writer->scene->size, line = size * DRAW_LINE_HEIGHT;
    float name = size * 4, values = size * 17;
    char text[120];
    writer_head(writer, head);
    for (uint32_t i = 0; i < chart.metrics->node_count && i < ROWS_MAX; i++, writer->y += line) {
        struct box box = {writer->box.x, writer->y, name, line};
        if (!writer_is_in_sight(writer, line))
            continue;
        chart.node = i;
        chart_write(&chart, box, box.y, theme->text, picture->nodes[i].name);
        chart_values_text(&chart, text, sizeof text);
        box.x = writer->box.x + writer->box.w - values, box.w = values;
        chart_write(&chart, box, box.y, theme->text, text);
        float w = writer->box.w - name - values - size;
        if (w > 20)
            chart_bars(&chart, (struct box){writer->box.x + name, writer->y + 2, w, line - 5});
    }
    chart_ends(&chart, writer->box.x + name, writer->y, writer->box.w - name - values - size);
    writer->y += line;
    if (picture->node_count > ROWS_MAX) {
        char more[WORDS_MAX];
        snprintf(text, sizeof text, "and %s",
                 words_count(picture->node_count - ROWS_MAX, "more node", more));
        writer_line(writer, theme->faint, text);
    }
}

static void write_rows(struct writer *writer, struct hits *hits, const struct metrics *metrics,
                       uint32_t index)
{
    struct chart chart = chart_at(writer, hits, metrics, index);
    char head[100];
    if (chart.statistic == STATISTIC_LOAD)
        snprintf(head, sizeof head, "load of each node: 100 %% is all its cores, all the time");
    else
        snprintf(head, sizeof head, "%s of each node", chart.name);
    float top = writer->y;
    page_metric_rows(chart, head);
    hits_add(hits, (struct box){writer->box.x, top, writer->box.w, writer->scene->size * 1.6f},
             PICK_METRIC, chart.metric);
}

/* --- all of them ----------------------------------------------------------------------------- */

/* One line: what it is called, its curve, its value now. */
static void write_entry(struct writer *writer, struct hits *hits, const struct metrics *metrics,
                        uint32_t metric)
{
    float size = writer->scene->size, line = size * DRAW_LINE_HEIGHT, y = writer->y;
    float name = size * 15, values = size * 17, w = writer->box.w - name - values - size;
    char text[120];
    writer->y += line;
    if (y < writer->box.y || y + line > writer->box.y + writer->box.h)
        return;
    struct chart chart =
        chart_of(writer, NULL, metrics, metric, metric_natural_statistic(metric), false);
    chart_values_text(&chart, text, sizeof text);
    struct box box = {writer->box.x, y, name, line};
    chart_write(&chart, box, y, writer->scene->theme->text, chart.name);
    box.x = writer->box.x + writer->box.w - values, box.w = values;
    chart_write(&chart, box, y, writer->scene->theme->text, text);
    if (w > 20)
        chart_bars(&chart, (struct box){writer->box.x + name, y + 3, w, line - 6});
    hits_add(hits, (struct box){writer->box.x, y, writer->box.w, line}, PICK_METRIC, metric);
}

/* Its head, when it is in sight; `title` NULL: none begins here. */
static void write_section(struct writer *writer, const char *title)
{
    float h = writer->scene->size * 1.8f;
    if (title && writer_is_in_sight(writer, h))
        writer_head(writer, title);
    else
        writer->y += title ? h : 0;
}

static void write_list(struct writer *writer, struct hits *hits, const struct metrics *metrics)
{
    writer->y += writer->scene->size * 0.5f;
    writer_line(writer, writer->scene->theme->faint,
                "all metrics: a click shows one alone, Ctrl+D finds one by its name");
    for (uint32_t i = 0; i < METRIC_COUNT; i++) {
        write_section(writer, metric_section(i));
        write_entry(writer, hits, metrics, i);
    }
}

void page_metrics(struct writer *writer, struct hits *hits)
{
    const struct metrics *metrics = stage_metrics(writer->scene->stage);
    char line[120], width[32];
    writer_scroll(writer);
    if (writer->scene->metric < METRIC_COUNT) {
        page_metric(writer, hits, metrics, writer->scene->metric);
        return;
    }
    snprintf(line, sizeof line, "a sample each %s; a latency lasts until the client is told",
             scene_time(metrics->width, width));
    writer_line(writer, writer->scene->theme->faint, line);
    write_charts(writer, hits, metrics);
    for (uint32_t i = 0; i < CHART_COUNT; i++)
        if (metric_chart_table[i].is_per_node)
            write_rows(writer, hits, metrics, i);
    write_list(writer, hits, metrics);
}

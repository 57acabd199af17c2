/*
 * metric_chart.c: the parts of a chart.
 */
#include "viz/inspector/metric_chart.h"

#include <math.h>
#include <string.h>

#include "viz/app/words.h"

#define CLICK_WIDTH 6 /* points: narrower parts of time share one click */

/* --- values ---------------------------------------------------------------------------------- */

uint64_t chart_value(const struct chart *chart, uint32_t slot)
{
    return metrics_value(chart->metrics, chart->metric, chart->statistic, slot, chart->node);
}

/* What is counted needs no unit, its name says it. */
static const char *unit_of(const struct chart *chart)
{
    bool is_plain = chart->statistic == STATISTIC_VALUE || chart->statistic == STATISTIC_GROWTH;
    if (metric_table[chart->metric].form == FORM_SIZE)
        return chart->statistic == STATISTIC_RATE ? "/s" : ""; /* words_bytes writes the rest */
    if (is_plain && metric_table[chart->metric].form == FORM_COUNT)
        return "";
    return metric_unit(chart->metric, chart->statistic);
}

static const char *number_text(const struct chart *chart, uint64_t value, char *text, size_t size)
{
    char bytes[WORDS_MAX];
    double unit = pow(10, metric_decimals(chart->metric, chart->statistic));
    if (value == METRIC_NONE)
        snprintf(text, size, "none");
    else if (metric_table[chart->metric].form == FORM_SIZE)
        snprintf(text, size, "%s", words_bytes((uint64_t)((double)value / unit), bytes));
    else
        snprintf(text, size, "%.4g", (double)value / unit);
    return text;
}

const char *chart_value_text(const struct chart *chart, uint64_t value, char *text, size_t size)
{
    char number[40];
    const char *unit = value == METRIC_NONE ? "" : unit_of(chart);
    snprintf(text, size, "%s%s%s", number_text(chart, value, number, sizeof number),
             *unit && *unit != '/' ? " " : "", unit);
    return text;
}

static uint64_t largest_of(const struct chart *chart, uint32_t count)
{
    uint64_t largest = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t value = chart_value(chart, i);
        if (value != METRIC_NONE && value > largest)
            largest = value;
    }
    return largest;
}

/* "4, max 12 per s": of both. */
void chart_values_text(const struct chart *chart, char *text, size_t size)
{
    char now[40], most[60];
    if (chart->past == 0) {
        snprintf(text, size, "no sample yet");
        return;
    }
    snprintf(text, size, "%s, max %s",
             number_text(chart, chart_value(chart, chart->past - 1), now, sizeof now),
             chart_value_text(chart, largest_of(chart, chart->past), most, sizeof most));
}

struct chart chart_of(struct writer *writer, struct hits *hits, const struct metrics *metrics,
                      uint32_t metric, uint32_t statistic, bool is_of_nodes)
{
    struct chart chart = {.writer = writer,
                          .hits = hits,
                          .metrics = metrics,
                          .name = metric_table[metric].title,
                          .metric = metric,
                          .statistic = statistic,
                          .node = METRIC_CLUSTER,
                          .past = metrics_count_until(metrics, writer->scene->clock),
                          .largest = 1};
    for (uint32_t node = 0; node < (is_of_nodes ? metrics->node_count : 1); node++) {
        chart.node = is_of_nodes ? node : METRIC_CLUSTER;
        chart.largest = MAX(chart.largest, largest_of(&chart, metrics->count));
    }
    if (statistic == STATISTIC_LOAD)
        chart.largest = MAX(chart.largest, 1000); /* less than 1 % looks like little */
    return chart;
}

void chart_make_logarithmic(struct chart *chart, uint32_t first, uint32_t last)
{
    struct chart part = *chart;
    chart->least = UINT64_MAX;
    for (part.statistic = first; part.statistic <= last; part.statistic++) {
        for (uint32_t i = 0; i < chart->metrics->count; i++) {
            uint64_t value = chart_value(&part, i);
            if (value == METRIC_NONE || value == 0)
                continue;
            chart->least = MIN(chart->least, value);
            chart->largest = MAX(chart->largest, value);
        }
    }
    chart->least = MIN(chart->least, chart->largest / 2 + 1);
}

/* --- where things lie ------------------------------------------------------------------------ */

static float height_of(const struct chart *chart, uint64_t value, float h)
{
    if (chart->least == 0)
        return h * (float)((double)value / (double)chart->largest);
    if (value <= chart->least)
        return 0;
    return h * (float)(log((double)value / (double)chart->least) /
                       log((double)chart->largest / (double)chart->least));
}

static float x_of(const struct chart *chart, struct box box, uint32_t slot)
{
    return floorf(box.x + (float)slot * box.w / (float)chart->metrics->slot_count);
}

void chart_bars(const struct chart *chart, struct box box)
{
    const struct theme *theme = chart->writer->scene->theme;
    for (uint32_t i = 0; i < chart->metrics->count; i++) {
        uint64_t value = chart_value(chart, i);
        if (value == METRIC_NONE || value == 0)
            continue;
        float h = fmaxf(1, height_of(chart, value, box.h)), from = x_of(chart, box, i);
        draw_rect(chart->writer->list, from, box.y + box.h - h,
                  fmaxf(x_of(chart, box, i + 1) - from, 1), h,
                  i < chart->past ? theme->accent : with_alpha(theme->faint, 90));
    }
    chart_axis(chart, box);
}

void chart_line(const struct chart *chart, struct box box, struct draw_color color, bool is_dashed)
{
    float before_x = 0, before_y = 0;
    bool has_before = false;
    float half = box.w / (float)chart->metrics->slot_count / 2;
    for (uint32_t i = 0; i < chart->metrics->count; i++) {
        uint64_t value = chart_value(chart, i);
        bool is_there = value != METRIC_NONE;
        float x = x_of(chart, box, i) + half;
        float y = is_there ? box.y + box.h - height_of(chart, value, box.h) : 0;
        if (is_there && has_before)
            draw_line(chart->writer->list, before_x, before_y, x, y, 1.2f,
                      i < chart->past ? color : with_alpha(color, 90), is_dashed);
        before_x = x, before_y = y, has_before = is_there;
    }
}

/* --- the map --------------------------------------------------------------------------------- */

static uint32_t most_in_a_cell(const struct chart *chart)
{
    uint32_t most = 1;
    for (uint32_t i = 0; i < chart->metrics->count; i++)
        for (uint32_t row = 0; row < METRICS_HEAT_ROWS; row++)
            most = MAX(most, metrics_heat(chart->metrics, chart->metric, i)[row]);
    return most;
}

/* The rows that anything lies in. */
static bool find_rows(const struct chart *chart, uint32_t *first, uint32_t *last)
{
    *first = METRICS_HEAT_ROWS, *last = 0;
    for (uint32_t i = 0; i < chart->metrics->count; i++)
        for (uint32_t row = 0; row < METRICS_HEAT_ROWS; row++)
            if (metrics_heat(chart->metrics, chart->metric, i)[row] > 0) {
                *first = MIN(*first, row);
                *last = MAX(*last, row);
            }
    return *first <= *last;
}

/* Left of the map, where there is room for it. */
static void write_beside(const struct chart *chart, float right, float y, const char *text)
{
    const struct writer *writer = chart->writer;
    float size = writer->scene->size * 0.85f;
    float left = right - (float)strlen(text) * size * DRAW_CHARACTER_WIDTH;
    bool is_in_sight = y >= writer->box.y &&
                       y + size * DRAW_LINE_HEIGHT <= writer->box.y + writer->box.h;
    if (is_in_sight && left >= writer->box.x)
        draw_text(writer->list, right, y, size, ALIGN_RIGHT, writer->scene->theme->faint, text);
}

void chart_heat(const struct chart *chart, struct box box)
{
    const struct scene *scene = chart->writer->scene;
    uint32_t first, last, most = most_in_a_cell(chart);
    char name[32];
    if (!find_rows(chart, &first, &last))
        return;
    float h = box.h / (float)(last - first + 1);
    for (uint32_t i = 0; i < chart->metrics->count; i++) {
        const uint32_t *rows = metrics_heat(chart->metrics, chart->metric, i);
        float from = x_of(chart, box, i), w = fmaxf(x_of(chart, box, i + 1) - from, 1);
        for (uint32_t row = first; row <= last; row++) {
            float part = sqrtf((float)rows[row] / (float)most);
            float y = box.y + box.h - (float)(row - first + 1) * h;
            if (rows[row] > 0)
                draw_rect(chart->writer->list, from, y, w, h,
                          with_alpha(i < chart->past ? scene->theme->accent : scene->theme->faint,
                                     (uint8_t)(40 + part * 215)));
        }
    }
    for (uint32_t row = first; row <= last + 1; row += MAX((last + 1 - first) / 3, 1u)) {
        float y = box.y + box.h - (float)(row - first) * h;
        draw_rect(chart->writer->list, box.x, y, box.w, 1, with_alpha(scene->theme->line, 120));
        snprintf(name, sizeof name, "%.3g ms", (double)metrics_heat_begin(row) / 1e6);
        write_beside(chart, box.x - 4, y - scene->size * 0.5f, name);
    }
    chart_axis(chart, box);
}

/* --- around it ------------------------------------------------------------------------------- */

static void add_clicks(const struct chart *chart, struct box box)
{
    const struct metrics *metrics = chart->metrics;
    uint32_t parts = MIN((uint32_t)(box.w / CLICK_WIDTH), metrics->slot_count);
    for (uint32_t i = 0; i < parts; i++) {
        uint32_t slot = (uint32_t)((uint64_t)i * metrics->slot_count / parts);
        float from = box.x + (float)i * box.w / (float)parts;
        struct box part = {from, box.y, box.w / (float)parts, box.h + 2};
        hits_add(chart->hits, part, PICK_INSTANT, metrics_slot_end(metrics, slot));
    }
}

void chart_axis(const struct chart *chart, struct box box)
{
    const struct scene *scene = chart->writer->scene;
    struct draw_list *list = chart->writer->list;
    vtime duration = chart->metrics->duration;
    draw_rect(list, box.x, box.y + box.h, box.w, 1, scene->theme->line);
    float now = box.x + box.w * (float)((double)MIN(scene->clock, duration) / (double)duration);
    draw_rect(list, now, box.y, 1, box.h + 1, scene->theme->warn);
    if (chart->hits && duration > 0)
        add_clicks(chart, box);
}

void chart_write(const struct chart *chart, struct box box, float y, struct draw_color color,
                 const char *text)
{
    const struct writer *writer = chart->writer;
    struct box inside = {box.x, writer->box.y, box.w, writer->box.h};
    scene_text(writer->list, inside, box.x, y, writer->scene->size, color, text);
}

void chart_ends(const struct chart *chart, float x, float y, float w)
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
    if (y >= box.y && y + size * DRAW_LINE_HEIGHT <= box.y + box.h)
        draw_text(writer->list, x + w, y, size, ALIGN_RIGHT, color, end);
}

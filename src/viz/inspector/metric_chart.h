/*
 * metric_chart.h: one metric over the time of the run, as bars, lines or a map.
 *
 * A chart is drawn from the samples of sim/metrics/metrics.h: the same however one came here. What
 * lies after the present is pale; a thin line stands at the present; a click goes to that time.
 */
#ifndef VIZ_METRIC_CHART_H
#define VIZ_METRIC_CHART_H

#include "viz/inspector/pages.h"

struct chart {
    struct writer *writer;
    struct hits *hits; /* NULL: a click does nothing */
    const struct metrics *metrics;
    const char *name;
    uint32_t metric, statistic;
    uint32_t node;    /* METRIC_CLUSTER: of all */
    uint32_t past;    /* samples before the present */
    uint64_t largest; /* the height of the chart */
    uint64_t least;   /* above 0: the scale is logarithmic, from there */
};

/* Of all that is known of it, of these nodes or, with METRIC_CLUSTER, of the whole. */
struct chart chart_of(struct writer *writer, struct hits *hits, const struct metrics *metrics,
                      uint32_t metric, uint32_t statistic, bool is_of_nodes);

/* A logarithmic scale, over the values of these statistics. */
void chart_make_logarithmic(struct chart *chart, uint32_t first, uint32_t last);

/* "12.4 ms", and "12.4 ms, max 48" of the chart up to now. */
const char *chart_value_text(const struct chart *chart, uint64_t value, char *text, size_t size);
void chart_values_text(const struct chart *chart, char *text, size_t size);
uint64_t chart_value(const struct chart *chart, uint32_t slot);

void chart_bars(const struct chart *chart, struct box box);
/* A line from sample to sample, in gaps nothing. */
void chart_line(const struct chart *chart, struct box box, struct draw_color color,
                bool is_dashed);
/* Where the values of a histogram lay: a column for each slot, a row for each half power of two of
 * time, the darker the more (Gregg, "Visualizing System Latency", 2010). */
void chart_heat(const struct chart *chart, struct box box);
/* The axis below, the line of the present, and a click for each part of it. */
void chart_axis(const struct chart *chart, struct box box);
/* Below it, where its time begins and ends. */
void chart_ends(const struct chart *chart, float x, float y, float w);

/* The page of one metric, and rows of nodes, for page_metrics.c. */
void page_metric(struct writer *writer, struct hits *hits, const struct metrics *metrics,
                 uint32_t metric);
void page_metric_rows(struct chart chart, const char *head);

void chart_write(const struct chart *chart, struct box box, float y, struct draw_color color,
                 const char *text);

#endif

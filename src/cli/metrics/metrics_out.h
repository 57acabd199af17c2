/*
 * metrics_out.h: metrics as text for people, and in the formats of other tools.
 *
 *     a world, stopped ---> text, JSON, the text format of Prometheus
 *     a run, from its start to that moment, once more ---> CSV over time
 *
 * Numbers are exact and the same on every machine: nanoseconds, bytes, counts. What there is not
 * (the rows of a process that is down, a percentile of nothing) is left out or null, never 0.
 */
#ifndef CLI_METRICS_OUT_H
#define CLI_METRICS_OUT_H

#include "cli/cli.h"
#include "sim/metrics/meter.h"
#include "sim/metrics/metrics.h"

/* What is wanted of a run. */
struct metrics_look {
    const char *match;     /* a part of a metric's name or title; NULL: all */
    uint32_t node;         /* METRIC_CLUSTER: no one node */
    bool is_every_node;    /* rows for each node, where rows are many */
    vtime every;           /* width of a slot of a CSV; 0: as fits */
};

/* Is it one of those that are wanted? */
bool metrics_is_wanted(const struct metrics_look *look, uint32_t metric);

void metrics_write_text(const struct run *run, const struct metrics_look *look, FILE *out);
void metrics_write_json(const struct run *run, const struct metrics_look *look, FILE *out);
void metrics_write_prometheus(const struct run *run, const struct metrics_look *look, FILE *out);

/* Runs the scenario again, up to the moment at which `run` is. */
void metrics_write_csv(const struct run *run, const struct metrics_look *look, FILE *out);

/* The registry: names, units, sources and sentences; --list, and a part of the page. */
void metrics_write_list(const struct metrics_look *look, FILE *out);
void metrics_write_page(FILE *out);

/* One value and, of what has a label, one for each of its values: for each that is there and not
 * 0, in a fixed order. `node`: an index or METRIC_CLIENTS; of what there is once,
 * METRIC_CLUSTER. */
struct metrics_row {
    uint32_t metric, node, label;
};
typedef void metrics_row_taker(const struct run *run, const struct metrics_row *row, void *host);
void metrics_each_row(const struct run *run, const struct metrics_look *look, uint32_t metric,
                      metrics_row_taker *take, void *host);

/* "n1", "clients", "cluster". */
const char *metrics_node_name(const struct run *run, uint32_t node);

/* Writers by name ("text", "json", "csv", "prometheus") or by the ending of a file; NULL: none. */
struct metrics_format {
    const char *name, *endings;
    void (*write)(const struct run *run, const struct metrics_look *look, FILE *out);
};
const struct metrics_format *metrics_format_named(const char *name);
const struct metrics_format *metrics_format_of_file(const char *path);

#endif

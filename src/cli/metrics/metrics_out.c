/*
 * metrics_out.c: what the writers of metrics share: what is wanted, rows, names, formats.
 */
#include "cli/metrics/metrics_out.h"

#include <string.h>

bool metrics_is_wanted(const struct metrics_look *look, uint32_t metric)
{
    const struct metric_info *info = &metric_table[metric];
    return !look->match || strstr(info->name, look->match) || strstr(info->title, look->match);
}

const char *metrics_node_name(const struct run *run, uint32_t node)
{
    if (node == METRIC_CLUSTER)
        return "cluster";
    return node == METRIC_CLIENTS ? "clients" : run->scenario->nodes[node].name;
}

static void each_label(const struct run *run, uint32_t metric, uint32_t node,
                       metrics_row_taker *take, void *host)
{
    bool is_labelled = metric_label_name(metric, 0) != NULL;
    uint32_t count = meter_label_count(&run->world, metric);
    for (uint32_t label = 0; label < count; label++) {
        uint64_t value = meter_value(&run->world, metric, node, label);
        struct metrics_row row = {metric, node, label};
        if (value != METRIC_NONE && (value > 0 || !is_labelled))
            take(run, &row, host);
    }
}

void metrics_each_row(const struct run *run, const struct metrics_look *look, uint32_t metric,
                      metrics_row_taker *take, void *host)
{
    uint8_t scope = metric_table[metric].scope;
    if (scope == SCOPE_CLUSTER) {
        if (look->node == METRIC_CLUSTER)
            each_label(run, metric, METRIC_CLUSTER, take, host);
        return;
    }
    for (uint32_t node = 0; node < run->scenario->node.nodes; node++)
        if (look->node == METRIC_CLUSTER || look->node == node)
            each_label(run, metric, node, take, host);
    if (scope == SCOPE_EVERYONE && look->node == METRIC_CLUSTER)
        each_label(run, metric, METRIC_CLIENTS, take, host);
}

/* --- formats ---------------------------------------------------------------------------------- */

static const struct metrics_format formats[] = {
    {"text", ".txt", metrics_write_text},
    {"json", ".json", metrics_write_json},
    {"csv", ".csv", metrics_write_csv},
    {"prometheus", ".prom", metrics_write_prometheus},
};

const struct metrics_format *metrics_format_named(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(formats); i++)
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    return NULL;
}

const struct metrics_format *metrics_format_of_file(const char *path)
{
    size_t size = strlen(path);
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        size_t end = strlen(formats[i].endings);
        if (size > end && strcmp(path + size - end, formats[i].endings) == 0)
            return &formats[i];
    }
    return NULL;
}

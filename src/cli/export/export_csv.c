/*
 * export_csv.c: tables for spreadsheets and plotting programs, as RFC 4180 says.
 *
 *   csv          how it went: rates, latencies, divergence, load, a row for each slot of time
 *   csv-counts   what happened: operations and messages, a row every --every
 *   csv-records  everything: a row for each record of the trace
 *
 * Times are seconds with all nine decimals; what is not there (a latency without an operation)
 * is an empty field.
 */
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "cli/export/export.h"
#include "db/message.h"
#include "sim/metrics/metrics.h"
#include "sim/picture/view.h"

static void write_seconds(FILE *out, vtime time)
{
    fprintf(out, "%llu.%09llu", (unsigned long long)(time / SECOND),
            (unsigned long long)(time % SECOND));
}

/* --- metrics ---------------------------------------------------------------------------------- */

static void begin_metrics(struct exporter *exporter)
{
    exporter->state = calloc(1, sizeof(struct metrics));
    CHECK_WHY(exporter->state != NULL, "out of memory");
}

static void take_metrics(struct exporter *exporter, const struct trace_record *record)
{
    (void)exporter;
    (void)record;
}

static const char *suffix_of(const struct metric_chart_info *info)
{
    const char *unit = metric_unit(info->metric, info->statistic);
    if (strcmp(unit, "per s") == 0)
        return "_per_s";
    if (strcmp(unit, "ms") == 0)
        return "_ms";
    return strcmp(unit, "%") == 0 ? "_percent" : "";
}

static void write_metric_head(const struct exporter *exporter)
{
    const struct metrics *metrics = exporter->state;
    fputs("time_s", exporter->out);
    for (uint32_t i = 0; i < CHART_COUNT; i++) {
        const struct metric_chart_info *info = &metric_chart_table[i];
        for (uint32_t node = 0; node < (info->is_per_node ? metrics->node_count : 1); node++)
            fprintf(exporter->out, ",%s%s%s%s", info->column, suffix_of(info),
                    info->is_per_node ? "_" : "",
                    info->is_per_node ? export_actor_name(exporter, node) : "");
    }
    fputs("\r\n", exporter->out);
}

static void write_value(FILE *out, const struct metrics *metrics, uint32_t chart, uint32_t slot,
                        uint32_t node)
{
    const struct metric_chart_info *info = &metric_chart_table[chart];
    uint64_t value = metrics_chart_value(metrics, chart, slot, node);
    char number[40] = "";
    struct text text;
    text_init(&text, number, sizeof number);
    if (value != METRIC_NONE)
        text_decimal(&text, value, metric_decimals(info->metric, info->statistic));
    fprintf(out, ",%s", number);
}

static void write_row(struct exporter *exporter, uint32_t slot)
{
    const struct metrics *metrics = exporter->state;
    vtime end = metrics_slot_end(metrics, slot);
    if (end < exporter->request->from || end > exporter->request->to)
        return;
    write_seconds(exporter->out, end);
    for (uint32_t i = 0; i < CHART_COUNT; i++) {
        uint32_t columns = metric_chart_table[i].is_per_node ? metrics->node_count : 1;
        for (uint32_t node = 0; node < columns; node++)
            write_value(exporter->out, metrics, i, slot, node);
    }
    fputs("\r\n", exporter->out);
}

/* The first call comes before the first step, when the world is there. */
static void step_metrics(struct exporter *exporter)
{
    struct metrics *metrics = exporter->state;
    if (!metrics->heap) {
        metrics_begin(metrics, exporter->run->scratch, exporter->world);
        write_metric_head(exporter);
    }
    while (metrics_pass_one(metrics, exporter->world))
        write_row(exporter, metrics->count - 1);
}

static void drop_state(struct exporter *exporter)
{
    free(exporter->state);
}

/* --- counts ----------------------------------------------------------------------------------- */

struct bucket {
    vtime begins;
    uint64_t invoked, ok, unavailable, timeout, overloaded, sent, arrived, dropped;
};

static vtime width_of(const struct exporter *exporter)
{
    return exporter->request->every > 0 ? exporter->request->every : SECOND;
}

static void write_bucket(struct exporter *exporter)
{
    struct bucket *bucket = exporter->state;
    vtime next = bucket->begins + width_of(exporter);
    write_seconds(exporter->out, bucket->begins);
    fprintf(exporter->out, ",%llu,%llu,%llu,%llu,%llu,%llu,%llu,%llu\r\n",
            (unsigned long long)bucket->invoked,
            (unsigned long long)bucket->ok, (unsigned long long)bucket->unavailable,
            (unsigned long long)bucket->timeout, (unsigned long long)bucket->overloaded,
            (unsigned long long)bucket->sent,
            (unsigned long long)bucket->arrived, (unsigned long long)bucket->dropped);
    *bucket = (struct bucket){.begins = next};
}

static void begin_counts(struct exporter *exporter)
{
    struct bucket *bucket = calloc(1, sizeof *bucket);
    CHECK_WHY(bucket != NULL, "out of memory");
    bucket->begins = exporter->request->from;
    exporter->state = bucket;
    fputs("time_s,invoked,ok,unavailable,timeout,overloaded,sent,arrived,dropped\r\n",
          exporter->out);
}

static void take_counts(struct exporter *exporter, const struct trace_record *record)
{
    struct bucket *bucket = exporter->state;
    if (record->time < exporter->request->from || record->time > exporter->request->to)
        return;
    while (record->time >= bucket->begins + width_of(exporter))
        write_bucket(exporter);
    switch (record->kind) {
    case TRACE_INVOKE: bucket->invoked++; break;
    case TRACE_SEND: bucket->sent++; break;
    case TRACE_ARRIVE: bucket->arrived++; break;
    case TRACE_DROP: bucket->dropped++; break;
    case TRACE_GIVE_UP: bucket->timeout++; break;
    case TRACE_TOLD:
        bucket->ok += record->field[0] == OUTCOME_OK;
        bucket->unavailable += record->field[0] == OUTCOME_UNAVAILABLE;
        bucket->timeout += record->field[0] == OUTCOME_TIMEOUT;
        bucket->overloaded += record->field[0] == OUTCOME_OVERLOADED;
        break;
    default: break;
    }
}

static void end_counts(struct exporter *exporter)
{
    write_bucket(exporter);
}

/* --- records ---------------------------------------------------------------------------------- */

/* In quotes when it must be, with its own quotes doubled. */
static void write_field(FILE *out, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void begin_records(struct exporter *exporter)
{
    fputs("number,step,time_s,actor,kind,cause,about,sentence\r\n", exporter->out);
}

static void take_record(struct exporter *exporter, const struct trace_record *record)
{
    char about[100], sentence[500];
    struct trace_names names = world_names(exporter->world);
    struct text text;
    FILE *out = exporter->out;
    if (record->time < exporter->request->from || record->time > exporter->request->to)
        return;
    text_init(&text, about, sizeof about);
    if (record->about)
        names.about(exporter->world, &text, record->about);
    fprintf(out, "%llu,%llu,", (unsigned long long)record->number,
            (unsigned long long)exporter->world->state->step);
    write_seconds(out, record->time);
    fputc(',', out);
    write_field(out, export_actor_name(exporter, export_actor_index(exporter, record->actor)));
    fprintf(out, ",%s,", trace_kind_table[record->kind].name);
    if (record->cause)
        fprintf(out, "%llu", (unsigned long long)record->cause);
    fputc(',', out);
    write_field(out, about);
    fputc(',', out);
    export_sentence(exporter, record, sentence, sizeof sentence);
    write_field(out, sentence);
    fputs("\r\n", out);
}

static void end_records(struct exporter *exporter)
{
    (void)exporter;
}

const struct export_format export_metrics = {.name = "csv",
                                             .endings = ".csv",
                                             .what = "metrics over virtual time",
                                             .begin = begin_metrics,
                                             .take = take_metrics,
                                             .step = step_metrics,
                                             .end = step_metrics,
                                             .drop = drop_state};
const struct export_format export_counts = {.name = "csv-counts",
                                            .endings = ".counts.csv",
                                            .what = "operations and messages counted over time",
                                            .begin = begin_counts,
                                            .take = take_counts,
                                            .end = end_counts,
                                            .drop = drop_state};
const struct export_format export_records = {.name = "csv-records",
                                             .endings = ".records.csv",
                                             .what = "a row for each record",
                                             .begin = begin_records,
                                             .take = take_record,
                                             .end = end_records};

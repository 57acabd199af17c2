/*
 * report_replicas.c: what replicas differed in, and what made them equal.
 *
 *   Replicas
 *     12 keys differ between running replicas at the end
 *     reads found differences 366 times and repaired 120 rows
 *     4 repairs, 4 whole: 120 rows got, 16 sent, 9.2 KiB; 348 B to find all equal
 *     streamed to new owners: 400 rows, 12.1 KiB
 *     96 updates; at the end 3 siblings of a key at most, 2 rows with several
 *
 * A line only where there is something to tell; the numbers are those of the metrics
 * (sim/metrics/metrics.def), whose names the JSON report takes. What became of hints has a part of
 * its own (report_text.c).
 */
#include "cli/cli.h"
#include "sim/metrics/meter.h"

static unsigned long long value_of(const struct run *run, uint32_t metric)
{
    return meter_value(&run->world, metric, METRIC_CLUSTER, METRIC_ANY);
}

struct size {
    char data[48];
};

static struct size size_of(unsigned long long bytes)
{
    struct size size;
    struct text text;
    text_init(&text, size.data, sizeof size.data);
    text_size(&text, bytes);
    return size;
}

/* --- for people ------------------------------------------------------------------------------- */

static void print_repairs(const struct run *run, FILE *out)
{
    fprintf(out, "  %llu repairs, %llu whole: %llu rows got, %llu sent, %s",
            value_of(run, METRIC_REPAIRS), value_of(run, METRIC_REPAIRS_DONE),
            value_of(run, METRIC_REPAIRED_ROWS), value_of(run, METRIC_REPAIR_SENT_ROWS),
            size_of(value_of(run, METRIC_REPAIR_BYTES)).data);
    fprintf(out, "; %s to find all equal\n",
            size_of(value_of(run, METRIC_REPAIR_EQUAL_BYTES)).data);
}

static void print_siblings(const struct run *run, FILE *out)
{
    unsigned long long refused = value_of(run, METRIC_UPDATES_REFUSED);
    fprintf(out, "  %llu updates", value_of(run, METRIC_UPDATES));
    if (refused > 0)
        fprintf(out, ", %llu refused", refused);
    if (value_of(run, METRIC_SIBLINGS_MOST) > 0)
        fprintf(out, "; at the end %llu siblings of a key at most, %llu rows with several",
                value_of(run, METRIC_SIBLINGS_MOST), value_of(run, METRIC_SIBLING_KEYS));
    fputc('\n', out);
}

void report_replicas(const struct run *run, FILE *out)
{
    unsigned long long differing = value_of(run, METRIC_KEYS_DIFFERING);
    bool is_known = differing != METRIC_NONE;
    bool is_read = value_of(run, METRIC_DIGEST_MISMATCHES) + value_of(run, METRIC_READ_REPAIRS) > 0;
    bool is_repaired = value_of(run, METRIC_REPAIRS) > 0;
    bool is_streamed = value_of(run, METRIC_STREAMED_BYTES) > 0;
    bool is_updated = value_of(run, METRIC_UPDATES) + value_of(run, METRIC_UPDATES_REFUSED) > 0;
    if (!(is_known && differing > 0) && !is_read && !is_repaired && !is_streamed && !is_updated)
        return;
    report_heading(out, "Replicas");
    if (is_known)
        fprintf(out, "  %llu %s between running replicas at the end\n", differing,
                differing == 1 ? "key differs" : "keys differ");
    if (is_read)
        fprintf(out, "  reads found differences %llu times and repaired %llu rows\n",
                value_of(run, METRIC_DIGEST_MISMATCHES), value_of(run, METRIC_READ_REPAIRS));
    if (is_repaired)
        print_repairs(run, out);
    if (is_streamed)
        fprintf(out, "  streamed to new owners: %llu rows, %s\n",
                value_of(run, METRIC_STREAMED_ROWS),
                size_of(value_of(run, METRIC_STREAMED_BYTES)).data);
    if (is_updated)
        print_siblings(run, out);
}

/* --- for programs ----------------------------------------------------------------------------- */

void report_replicas_json(const struct run *run, FILE *out)
{
    static const struct {
        const char *name;
        uint32_t metric;
    } rows[] = {
        {"keys_differing", METRIC_KEYS_DIFFERING},
        {"digest_mismatches", METRIC_DIGEST_MISMATCHES},
        {"read_repairs", METRIC_READ_REPAIRS},
        {"hints_kept", METRIC_HINTS_KEPT},
        {"hints_delivered", METRIC_HINTS_DELIVERED},
        {"hints_taken_back", METRIC_HINTS_TAKEN_BACK},
        {"hints_expired", METRIC_HINTS_EXPIRED},
        {"hints_refused", METRIC_HINTS_REFUSED},
        {"hints_waiting", METRIC_HINTS_WAITING},
        {"repairs_begun", METRIC_REPAIRS},
        {"repairs_done", METRIC_REPAIRS_DONE},
        {"repaired_rows", METRIC_REPAIRED_ROWS},
        {"repair_sent_rows", METRIC_REPAIR_SENT_ROWS},
        {"repair_bytes", METRIC_REPAIR_BYTES},
        {"streamed_rows", METRIC_STREAMED_ROWS},
        {"streamed_bytes", METRIC_STREAMED_BYTES},
        {"updates", METRIC_UPDATES},
        {"updates_refused", METRIC_UPDATES_REFUSED},
        {"siblings_most", METRIC_SIBLINGS_MOST},
        {"sibling_keys", METRIC_SIBLING_KEYS},
    };
    fprintf(out, "  \"replicas\": {");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        uint64_t value = value_of(run, rows[i].metric);
        fprintf(out, "%s\n    \"%s\": ", i ? "," : "", rows[i].name);
        if (value == METRIC_NONE)
            fprintf(out, "null");
        else
            fprintf(out, "%llu", (unsigned long long)value);
    }
    fprintf(out, "\n  },\n");
}

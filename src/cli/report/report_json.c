/*
 * report_json.c: the report for programs.
 *
 * Stable and byte-identical between runs of one scenario and seed: nothing of wall
 * time or of this machine is in it. Keys in order: scenario, seed, steps,
 * virtual_ns, digest, operations, replicas, checks.
 */
#include "cli/cli.h"
#include "db/level.h"
#include "sim/picture/view.h"

void write_json_string(FILE *out, const char *text)
{
    fputc('"', out);
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (*c == '"' || *c == '\\')
            fprintf(out, "\\%c", *c);
        else if (*c < 0x20)
            fprintf(out, "\\u%04x", *c);
        else
            fputc(*c, out);
    }
    fputc('"', out);
}

static const char *const outcome_names[] = {"pending", "ok", "unavailable", "timeout",
                                            "overloaded"};

static void write_counts(const struct operation_summary *summary, FILE *out)
{
    for (int outcome = OUTCOME_OK; outcome <= OUTCOME_COUNT; outcome++) {
        int shown = outcome == OUTCOME_COUNT ? OUTCOME_PENDING : outcome;
        fprintf(out, "%s\"%s\": %llu", outcome == OUTCOME_OK ? "" : ", ", outcome_names[shown],
                (unsigned long long)summary->count[shown]);
    }
}

static void write_row(const struct world *world, int kind, int level, bool *is_first, FILE *out)
{
    struct operation_summary s = summarize(world, kind, level);
    uint64_t total = s.count[0] + s.count[1] + s.count[2] + s.count[3] + s.count[4];
    if (total > 0) {
        fprintf(out, "%s\n      {\"kind\": \"%s\", \"level\": \"%s\", ", *is_first ? "" : ",",
                operation_kind_name((unsigned)kind), level_name((enum level)level));
        write_counts(&s, out);
        fprintf(out,
                ", \"latency_ns\": {\"p50\": %llu, \"p90\": %llu, \"p99\": %llu, "
                "\"p999\": %llu, \"max\": %llu}}",
                (unsigned long long)summary_percentile(&s, 500),
                (unsigned long long)summary_percentile(&s, 900),
                (unsigned long long)summary_percentile(&s, 990),
                (unsigned long long)summary_percentile(&s, 999),
                (unsigned long long)summary_percentile(&s, 1000));
        *is_first = false;
    }
    summary_free(&s);
}

static void write_operations(const struct run *run, FILE *out)
{
    struct operation_summary all = summarize(&run->world, -1, -1);
    bool is_first = true;
    fprintf(out, "  \"operations\": {\n    \"total\": %llu, ",
            (unsigned long long)chain_count(&run->world.state->clients.history));
    write_counts(&all, out);
    fprintf(out, ",\n    \"by\": [");
    for (int kind = 0; kind < OPERATION_KIND_COUNT; kind++)
        for (int level = LEVEL_ONE; level < LEVEL_COUNT; level++)
            write_row(&run->world, kind, level, &is_first, out);
    fprintf(out, "%s],\n    \"stale_reads\": %u\n  },\n", is_first ? "" : "\n    ",
            run->world.state->stale.stale_count);
    summary_free(&all);
}

static const char *const verdict_names[] = {"holds", "violated", "unknown"};

static void write_check(const struct run *run, const struct history *history,
                        const struct check_result *result, FILE *out)
{
    char sentence[1024];
    struct text text;
    uint8_t kind = result->setting->kind;
    bool has_placeholders = kind != CHECK_EXPECT && kind != CHECK_ALWAYS && kind != CHECK_REACHED;
    text_init(&text, sentence, sizeof sentence);
    judge_text(&run->world, has_placeholders ? history : NULL, &result->verdict, &text);
    fprintf(out, "    {\"name\": ");
    write_json_string(out, result->setting->name);
    fprintf(out,
            ", \"check\": \"%s\", \"verdict\": \"%s\", \"expected_to_fail\": %s, "
            "\"as_expected\": %s, \"text\": ",
            check_kind_name(kind), verdict_names[result->verdict.kind],
            result->setting->is_expected_to_fail ? "true" : "false",
            result->is_content ? "true" : "false");
    write_json_string(out, sentence);
    fputc('}', out);
}

static void write_checks(struct run *run, FILE *out)
{
    struct history history = world_history(&run->world, run->scratch);
    fprintf(out, "  \"checks\": [");
    for (uint32_t i = 0; i < run->scenario->check_count; i++) {
        fprintf(out, "%s\n", i ? "," : "");
        write_check(run, &history, &run->results[i], out);
    }
    fprintf(out, "%s]\n", run->scenario->check_count ? "\n  " : "");
}

void report_json(struct run *run, FILE *out)
{
    const struct world_state *state = run->world.state;
    fprintf(out, "{\n  \"scenario\": ");
    write_json_string(out, run->scenario->name);
    fprintf(out,
            ",\n  \"seed\": %llu,\n  \"steps\": %llu,\n  \"virtual_ns\": %llu,\n"
            "  \"digest\": \"%016llx%016llx\",\n",
            (unsigned long long)run->seed, (unsigned long long)state->step,
            (unsigned long long)state->now, (unsigned long long)state->digest.high,
            (unsigned long long)state->digest.low);
    write_operations(run, out);
    report_replicas_json(run, out);
    write_checks(run, out);
    fprintf(out, "}\n");
}

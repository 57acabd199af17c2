/*
 * report_text.c: the report that a person likes to read.
 *
 * From the outside in: what ran, what was done to it, what the clients saw, how the
 * nodes stand, what the checks say (a failed one with its story), and last the line
 * that makes this run again. Colour only on a terminal, and never alone.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "db/level.h"
#include "db/safeguard.h"
#include "sim/picture/view.h"
#include "sim/trace/story.h"

/* --- colour, only for a terminal that wants it --------------------------------------- */

static bool wants_colour(FILE *out)
{
    const char *no = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    return isatty(fileno(out)) && !(no && *no) && terminal && strcmp(terminal, "dumb") != 0;
}

static void paint(FILE *out, const char *code)
{
    if (wants_colour(out))
        fprintf(out, "\033[%sm", code);
}

void report_heading(FILE *out, const char *title)
{
    paint(out, "1");
    fprintf(out, "\n%s\n", title);
    paint(out, "0");
}

/* --- small texts --------------------------------------------------------------------- */

struct small {
    char data[80];
};

static const char *plural(uint64_t count, const char *one, const char *many)
{
    return count == 1 ? one : many;
}

static struct small time_text(vtime time)
{
    struct small small;
    struct text text;
    text_init(&text, small.data, sizeof small.data);
    text_time(&text, time);
    return small;
}

/* Three digits are enough for a table: "1.28 ms". */
static struct small rough_time(vtime time)
{
    vtime unit = 1;
    while (time / unit >= 1000)
        unit *= 10;
    return time_text(time / unit * unit);
}

static struct small size_text(uint64_t size)
{
    struct small small;
    struct text text;
    text_init(&text, small.data, sizeof small.data);
    text_size(&text, size);
    return small;
}

static struct small span_text(int64_t span)
{
    struct small small;
    struct text text;
    text_init(&text, small.data, sizeof small.data);
    if (span > 0)
        text_char(&text, '+');
    text_span(&text, span);
    return small;
}

/* --- parts -------------------------------------------------------------------------------------
 */

/* The paragraph that the scenario says about itself, in lines that fit a terminal. */
static void print_about(const char *about, FILE *out)
{
    enum { COLUMNS = 98 };
    size_t column = 0;
    while (*about) {
        size_t size = strcspn(about, " ");
        bool is_first = column == 0 || column + 1 + size > COLUMNS;
        if (is_first && column > 0)
            fputc('\n', out);
        column = (is_first ? 1 : column + 1) + size;
        fprintf(out, "%s%.*s", is_first ? "  " : " ", (int)size, about);
        about += size + strspn(about + size, " ");
    }
    if (column > 0)
        fputs("\n\n", out);
}

static void print_head(const struct run *run, FILE *out)
{
    const struct scenario *scenario = run->scenario;
    paint(out, "1");
    fprintf(out, "%s", scenario->name);
    paint(out, "0");
    if (*scenario->title)
        fprintf(out, ": %s", scenario->title);
    fputc('\n', out);
    print_about(scenario->about, out);
    fprintf(out, "%u %s, %u %s of each key, %u %s, seed %llu, %s of virtual time\n",
            scenario->node.nodes, plural(scenario->node.nodes, "node", "nodes"),
            scenario->node.replication, plural(scenario->node.replication, "replica", "replicas"),
            scenario->client_count, plural(scenario->client_count, "client", "clients"),
            (unsigned long long)run->seed, time_text(run->world.state->now).data);
    for (uint32_t i = 0; i < SAFEGUARD_COUNT; i++)
        if (!safeguard_is_on(&scenario->node, (enum safeguard)i))
            fprintf(out, "safeguard off: %s (%s)\n", safeguard_table[i].name,
                    safeguard_table[i].rule);
}

static void print_timeline(const struct headlines *headlines, FILE *out)
{
    enum { SHOWN_MAX = 40 };
    if (headlines->count == 0)
        return;
    report_heading(out, "What happened to the cluster");
    for (uint32_t i = 0; i < headlines->count && i < SHOWN_MAX; i++)
        fprintf(out, "  %s\n", headlines->lines[i]);
    if (headlines->count > SHOWN_MAX)
        fprintf(out, "  ... and %u more (-v shows everything)\n", headlines->count - SHOWN_MAX);
}



static void print_operation_row(const struct world *world, int kind, int level, FILE *out)
{
    struct operation_summary s = summarize(world, kind, level);
    uint64_t total = s.count[OUTCOME_OK] + s.count[OUTCOME_UNAVAILABLE] + s.count[OUTCOME_TIMEOUT] +
                     s.count[OUTCOME_PENDING] + s.count[OUTCOME_OVERLOADED];
    if (total > 0) {
        fprintf(out, "  %-7s %-9s %7llu %12llu %11llu %8llu %8llu",
                operation_kind_name((unsigned)kind),
                level_name((enum level)level), (unsigned long long)s.count[OUTCOME_OK],
                (unsigned long long)s.count[OUTCOME_UNAVAILABLE],
                (unsigned long long)s.count[OUTCOME_OVERLOADED],
                (unsigned long long)s.count[OUTCOME_TIMEOUT],
                (unsigned long long)s.count[OUTCOME_PENDING]);
        if (s.latency_count > 0)
            fprintf(out, " %10s %10s %10s", rough_time(summary_percentile(&s, 500)).data,
                    rough_time(summary_percentile(&s, 990)).data,
                    rough_time(summary_percentile(&s, 1000)).data);
        fputc('\n', out);
    }
    summary_free(&s);
}

static void print_operations(const struct run *run, FILE *out)
{
    if (chain_count(&run->world.state->clients.history) == 0)
        return;
    report_heading(out, "Operations, with the latency of those that were ok");
    fprintf(out, "  %-7s %-9s %7s %12s %11s %8s %8s %10s %10s %10s\n", "", "level", "ok",
            "unavailable", "overloaded", "timeout", "pending", "p50", "p99", "max");
    for (int kind = 0; kind < OPERATION_KIND_COUNT; kind++)
        for (int level = LEVEL_ONE; level < LEVEL_COUNT; level++)
            print_operation_row(&run->world, kind, level, out);
}

/* What only the memory of a process tells: a dash when there is none. */
static void print_memory(const struct node_view *view, FILE *out)
{
    if (view->state == STATE_DOWN)
        fprintf(out, " %7s %9s %9s", "-", "-", "-");
    else
        fprintf(out, " %7llu %9llu %9llu", (unsigned long long)view->keys,
                (unsigned long long)view->log_appended_to,
                (unsigned long long)view->log_synced_to);
}

static void print_nodes(const struct run *run, FILE *out)
{
    report_heading(out, "Nodes at the end");
    fprintf(out, "  %-8s %-11s %4s %7s %9s %9s %10s %8s %10s %9s\n", "", "state", "life", "keys",
            "appended", "synced", "unsynced", "waiting", "suspects", "clock");
    for (uint32_t node = 0; node < run->scenario->node.nodes && node < 50; node++) {
        struct node_view view = world_view_node(&run->world, node);
        fprintf(out, "  %-8s %-11s %4u", run->scenario->nodes[node].name,
                condition_state_words[view.state], view.incarnation);
        print_memory(&view, out);
        fprintf(out, " %10s %8u %10u %9s\n", size_text(view.unsynced_bytes).data, view.waiting,
                view.suspected_count, span_text(view.clock_offset_ns).data);
    }
    if (run->scenario->node.nodes > 50)
        fprintf(out, "  ... and %u more\n", run->scenario->node.nodes - 50);
}

/* --- hints: what became of the writes that were kept for others ----------------------- */

static unsigned long long sum_of(const struct run *run, uint32_t note)
{
    return world_count(&run->world, TRACE_NOTE + note, ALL_ACTORS);
}

static void print_hints(const struct run *run, FILE *out)
{
    unsigned long long waiting = 0;
    if (!run->scenario->node.hints.is_on)
        return;
    for (uint32_t node = 0; node < run->scenario->node.nodes; node++)
        waiting += world_view_node(&run->world, node).hints;
    report_heading(out, "Hints, kept for replicas that missed a write");
    fprintf(out,
            "  %llu kept, %llu taken back, %llu batches delivered, %llu not answered, "
            "%llu expired\n"
            "  %llu refused, %llu for new owners, %llu counted at ANY; %llu wait at the end\n",
            sum_of(run, NOTE_HINT_KEPT), sum_of(run, NOTE_HINT_TAKEN_BACK),
            sum_of(run, NOTE_HINTS_DELIVERED), sum_of(run, NOTE_HINTS_UNANSWERED),
            sum_of(run, NOTE_HINT_EXPIRED), sum_of(run, NOTE_HINT_REFUSED),
            sum_of(run, NOTE_HINT_REEXECUTED), sum_of(run, NOTE_HINT_COUNTED), waiting);
}

/* --- checks
 * ---------------------------------------------------------------------------------------- */

static const char *verdict_word(const struct check_result *result)
{
    switch (result->verdict.kind) {
    case VERDICT_HOLDS: return result->setting->is_expected_to_fail ? "HOLDS" : "holds";
    case VERDICT_VIOLATED: return result->setting->is_expected_to_fail ? "fails" : "FAILS";
    default: return "unknown";
    }
}

static const char *expectation(const struct check_result *result)
{
    if (!result->setting->is_expected_to_fail)
        return "";
    return result->is_content ? " (as this scenario means to show)"
                              : " (but this scenario means to show that it fails)";
}

static void print_verdict(struct run *run, const struct history *history,
                          const struct check_result *result, FILE *out)
{
    char sentence[1024];
    struct text text;
    uint8_t kind = result->setting->kind;
    bool has_placeholders = kind != CHECK_EXPECT && kind != CHECK_ALWAYS && kind != CHECK_REACHED;
    text_init(&text, sentence, sizeof sentence);
    judge_text(&run->world, has_placeholders ? history : NULL, &result->verdict, &text);
    paint(out, result->is_content ? "32" : "31;1");
    fprintf(out, "  %-8s", verdict_word(result));
    paint(out, "0");
    fprintf(out, "%s%s\n", result->setting->name, expectation(result));
    bool is_long_proof = !has_placeholders && result->verdict.kind == VERDICT_HOLDS;
    if (!is_long_proof && strncmp(sentence, result->setting->name, strlen(sentence)) != 0)
        fprintf(out, "          %s\n", sentence);
    bool is_violated = result->verdict.kind == VERDICT_VIOLATED;
    if (result->setting->why)
        fprintf(out, "          %s%s\n",
                is_violated && !result->setting->is_expected_to_fail ? "It should hold: " : "",
                result->setting->why);
    else if (is_violated && has_placeholders)
        fprintf(out, "          (%s)\n", check_kind_condition(kind));
}

static void print_story(struct run *run, const struct check_result *result, FILE *out)
{
    static struct story story;
    story_tell(&run->world, result, run->scratch, &story);
    if (story.line_count == 0)
        return;
    fprintf(out, "          How it came about:\n");
    for (uint32_t i = 0; i < story.line_count; i++) {
        const struct story_line *line = &story.lines[i];
        char stamp[32];
        struct text text;
        text_init(&text, stamp, sizeof stamp);
        text_time_fixed(&text, line->record.time, 6);
        fprintf(out, "          %s %s %s\n", line->is_fault ? "=>" : "  ", stamp, line->text);
    }
    if (story.left_out > 0)
        fprintf(out, "             (%u more %s left out)\n", story.left_out,
                plural(story.left_out, "record", "records"));
}

static void print_checks(struct run *run, FILE *out)
{
    if (run->scenario->check_count == 0)
        return;
    report_heading(out, "Checks");
    struct history history = world_history(&run->world, run->scratch);
    for (uint32_t i = 0; i < run->scenario->check_count; i++) {
        const struct check_result *result = &run->results[i];
        print_verdict(run, &history, result, out);
        if (result->verdict.kind == VERDICT_VIOLATED)
            print_story(run, result, out);
    }
}

static void print_foot(const struct run *run, FILE *out)
{
    const struct world_state *state = run->world.state;
    double seconds = run->wall_seconds > 0 ? run->wall_seconds : 1e-9;
    fprintf(out, "\n%llu events, %llu trace records, digest %016llx%016llx\n",
            (unsigned long long)state->step, (unsigned long long)state->records,
            (unsigned long long)state->digest.high, (unsigned long long)state->digest.low);
    fprintf(out,
            "%.1f ms of wall time: %.2f million events a second, %.0f virtual seconds a second\n",
            seconds * 1e3, (double)state->step / seconds / 1e6, (double)state->now / 1e9 / seconds);
    fprintf(out, "the same run again: %s\n", run->command);
    if (run->failed_count > 0) {
        paint(out, "31;1");
        fprintf(out, "%u of %u checks FAILED\n", run->failed_count, run->scenario->check_count);
        paint(out, "0");
    } else if (run->scenario->check_count > 0) {
        paint(out, "32;1");
        fprintf(out, "all %u checks are as they should be\n", run->scenario->check_count);
        paint(out, "0");
    }
}

void report_text(struct run *run, const struct headlines *headlines, FILE *out)
{
    print_head(run, out);
    print_timeline(headlines, out);
    print_operations(run, out);
    report_load(run, out);
    print_nodes(run, out);
    print_hints(run, out);
    report_replicas(run, out);
    print_checks(run, out);
    report_stuck(run, out);
    print_foot(run, out);
}

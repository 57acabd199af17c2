/*
 * html_page.c: the page as text: its head, its elements, the run as JSON, its program.
 *
 * The rule in its head, a Content-Security-Policy, lets the browser fetch nothing at all. Whatever
 * a scenario says stands in the JSON, where no text can end the element that holds it.
 */
#include "cli/html/html_player.h"
#include "cli/html/html_run.h"
#include "db/message.h"
#include "sim/picture/view.h"
#include "sim/trace/story.h"
#include "sim/travel/tape.h"

static void write_html_text(FILE *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '<': fputs("&lt;", out); break;
        case '&': fputs("&amp;", out); break;
        default: fputc(*text, out);
        }
    }
}

static void write_key_string(FILE *out, const char *key, const char *text)
{
    fprintf(out, "\"%s\":", key);
    html_write_string(out, text ? text : "");
    fputs(",\n", out);
}

static void write_run(const struct exporter *exporter)
{
    const struct scenario *scenario = exporter->world->scenario;
    const struct world_state *state = exporter->world->state;
    const struct html *html = exporter->state;
    FILE *out = exporter->out;
    write_key_string(out, "version", RINGSIDE_VERSION);
    write_key_string(out, "scenario", scenario->name);
    write_key_string(out, "title", scenario->title);
    write_key_string(out, "story", scenario->about);
    fprintf(out,
            "\"seed\":\"%llu\",\n\"digest\":\"%016llx%016llx\",\n\"steps\":%llu,\n"
            "\"records_of_run\":%llu,\n\"end\":%llu,\n\"duration\":%llu,\n\"first\":%llu,\n"
            "\"nodes\":%u,\n",
            (unsigned long long)exporter->request->seed, (unsigned long long)state->digest.high,
            (unsigned long long)state->digest.low, (unsigned long long)state->step,
            (unsigned long long)state->records,
            (unsigned long long)MIN(state->now, exporter->request->to),
            (unsigned long long)scenario->duration_ns,
            (unsigned long long)html->first, scenario->node.nodes);
}

static void write_lanes(const struct exporter *exporter)
{
    fputs("\"lanes\":[", exporter->out);
    for (uint32_t i = 0; i < export_actor_count(exporter); i++) {
        fputs(i ? "," : "", exporter->out);
        html_write_string(exporter->out, export_actor_name(exporter, i));
    }
    fputs("],\n\"names\":[", exporter->out);
    for (uint32_t i = 0; i + 1 < export_actor_count(exporter); i++) {
        html_write_string(exporter->out, export_actor_name(exporter, i));
        fputs(",", exporter->out);
    }
    fputs("\"the world\",\"all\"],\n", exporter->out);
}

static void write_kinds(FILE *out)
{
    static const char *const classes[] = {"other",  "send", "arrive", "drop", "touch",
                                          "invoke", "told", "fault",  "cure", "broken",
                                          "change", "shed"};
    _Static_assert(ARRAY_LEN(classes) == TAPE_CLASS_COUNT, "a word for each class");
    fputs("\"kinds\":[", out);
    for (uint32_t kind = 0; kind < TRACE_KIND_COUNT; kind++) {
        const struct trace_kind_info *info = &trace_kind_table[kind];
        struct trace_record record = {.kind = kind};
        struct tape_record taped;
        tape_describe(&record, 0, &taped);
        fprintf(out, "%s\n{\"name\":\"%s\",\"class\":\"%s\",\"fields\":[", kind ? "," : "",
                info->name, classes[taped.class]);
        for (uint32_t i = 0; i < 3; i++) /* also those that a kind has not: see the columns */
            fprintf(out, "%s\"%s\"", i ? "," : "",
                    info->field[i].type == FIELD_NONE ? "" : info->field[i].name);
        fputs("],\"sentence\":", out);
        html_write_string(out, info->sentence);
        fputc('}', out);
    }
    fputs("],\n", out);
}

static void write_states(FILE *out)
{
#define STATE(identifier, word, meaning) "\"" word "\","
    static const char states[] = CONDITION_STATES(STATE);
#undef STATE
    fprintf(out, "\"states\":[%.*s],\n", (int)sizeof states - 2, states);
}

static void write_letters(FILE *out)
{
    static const char *const names[] = {
#define MESSAGE(identifier, member, letter, name) name,
        MESSAGES(MESSAGE)
#undef MESSAGE
    };
    fputs("\"letters\":{", out);
    for (uint32_t i = 0; i < ARRAY_LEN(names); i++)
        fprintf(out, "%s\"%s\":\"%c\"", i ? "," : "", names[i], message_table[i].letter[0]);
    fputs("},\n", out);
}

/* Numbers of the records that the report tells of a check that failed. */
static void write_story(struct run *run, const struct check_result *result, FILE *out)
{
    static struct story story;
    fputs("\"story\":[", out);
    if (result->verdict.kind == VERDICT_VIOLATED) {
        story_tell(&run->world, result, run->scratch, &story);
        for (uint32_t i = 0; i < story.line_count; i++)
            fprintf(out, i ? ",%llu" : "%llu", (unsigned long long)story.lines[i].record.number);
    }
    fputs("],", out);
}

static void write_check(struct run *run, const struct history *history,
                        const struct check_result *result, FILE *out)
{
    static const char *const verdicts[] = {"holds", "violated", "unknown"};
    uint8_t kind = result->setting->kind;
    bool is_plain = kind == CHECK_EXPECT || kind == CHECK_ALWAYS || kind == CHECK_REACHED;
    char sentence[1024];
    struct text text;
    text_init(&text, sentence, sizeof sentence);
    judge_text(&run->world, is_plain ? NULL : history, &result->verdict, &text);
    write_key_string(out, "name", result->setting->name);
    write_key_string(out, "text", sentence);
    write_key_string(out, "why", result->setting->why);
    write_story(run, result, out);
    fprintf(out,
            "\"check\":\"%s\",\"verdict\":\"%s\",\"expected_to_fail\":%s,\"content\":%s,"
            "\"record\":%llu,\"step\":%llu,\"time\":%llu",
            check_kind_name(kind), verdicts[result->verdict.kind],
            result->setting->is_expected_to_fail ? "true" : "false",
            result->is_content ? "true" : "false", (unsigned long long)result->record,
            (unsigned long long)result->step, (unsigned long long)result->time);
}

static void write_checks(const struct exporter *exporter)
{
    struct run *run = exporter->run;
    judge_world(exporter->world, run->scratch, run->results);
    struct history history = world_history(exporter->world, run->scratch);
    fputs("\"checks\":[", exporter->out);
    for (uint32_t i = 0; i < run->scenario->check_count; i++) {
        fputs(i ? ",\n{" : "\n{", exporter->out);
        write_check(run, &history, &run->results[i], exporter->out);
        fputc('}', exporter->out);
    }
    fputs("],\n", exporter->out);
}

static void write_columns(const struct exporter *exporter, const char *name, enum column first,
                          const char *const *names, uint32_t count)
{
    const struct html *html = exporter->state;
    fprintf(exporter->out, "\"%s\":{", name);
    for (uint32_t i = 0; i < count; i++) {
        fputs(i ? ",\n" : "\n", exporter->out);
        html_write_column(exporter->out, names[i], &html->columns[first + i]);
    }
    fputs("},\n", exporter->out);
}

static void write_data(const struct exporter *exporter)
{
#define COLUMN(identifier, name) name,
    static const char *const records[] = {RECORD_COLUMNS(COLUMN)};
    static const char *const changes[] = {CHANGE_COLUMNS(COLUMN)};
    static const char *const cuts[] = {CUT_COLUMNS(COLUMN)};
#undef COLUMN
#define WHAT(identifier, name) "\"" name "\","
    static const char whats[] = WHATS(WHAT);
#undef WHAT
    const struct html *html = exporter->state;
    fputs("{\n", exporter->out);
    write_run(exporter);
    write_lanes(exporter);
    write_kinds(exporter->out);
    write_letters(exporter->out);
    write_checks(exporter);
    write_states(exporter->out);
    fprintf(exporter->out, "\"whats\":[%.*s],\n", (int)sizeof whats - 2, whats);
    write_columns(exporter, "records", COLUMN_STEP, records, ARRAY_LEN(records));
    write_columns(exporter, "changes", COLUMN_CHANGE_STEP, changes, ARRAY_LEN(changes));
    write_columns(exporter, "cuts", COLUMN_CUT_STEP, cuts, ARRAY_LEN(cuts));
    html_write_column(exporter->out, "headlines", &html->columns[COLUMN_HEADLINES]);
    fputs(",\n", exporter->out);
    html_write_strings(exporter->out, "strings", &html->strings);
    fputs("\n}\n", exporter->out);
}

void html_write_page(struct exporter *exporter)
{
    FILE *out = exporter->out;
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
          "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n<title>",
          out);
    write_html_text(out, exporter->world->scenario->name);
    fprintf(out, ", seed %llu: a run of Ringside</title>\n<style>\n",
            (unsigned long long)exporter->request->seed);
    fputs(html_style, out);
    fputs("</style>\n</head>\n<body>\n", out);
    fputs(html_body, out);
    fputs("<script type=\"application/json\" id=\"run\">\n", out);
    write_data(exporter);
    fputs("</script>\n<script>\n", out);
    fputs(html_script, out);
    fputs("</script>\n</body>\n</html>\n", out);
}

/*
 * metrics_list.c: the registry of metrics, as a list for a terminal and as a page of the docs.
 *
 * Both are made from metrics.def alone, so they cannot say what the program does not do; a test
 * compares the page with docs/cluster/metrics.md.
 */
#include "cli/metrics/metrics_out.h"

#include <string.h>

static const char *const kind_words[] = {"counter", "gauge", "histogram"};
static const char *const scope_words[] = {"each node", "each node, and clients", "the cluster"};

static void write_wrapped(FILE *out, const char *sentence)
{
    size_t column = 0;
    while (*sentence) {
        size_t size = strcspn(sentence, " ");
        if (column == 0 || column + 1 + size > 80)
            column = (size_t)fprintf(out, "%s     ", column ? "\n" : "") - (column ? 1 : 0);
        column += (size_t)fprintf(out, " %.*s", (int)size, sentence);
        sentence += size + strspn(sentence + size, " ");
    }
    fputc('\n', out);
}

static void write_labels(FILE *out, uint32_t metric, const char *before)
{
    for (uint32_t part = 0; part < 2 && metric_label_name(metric, part); part++)
        fprintf(out, "%s%s", part ? ", " : before, metric_label_name(metric, part));
}

void metrics_write_list(const struct metrics_look *look, FILE *out)
{
    const char *title = NULL;
    bool is_first = true;
    for (uint32_t i = 0; i < METRIC_COUNT; i++) {
        const struct metric_info *info = &metric_table[i];
        title = metric_section(i) ? metric_section(i) : title;
        if (!metrics_is_wanted(look, i))
            continue;
        if (title)
            fprintf(out, "%s%s\n", is_first ? "" : "\n", title);
        title = NULL;
        is_first = false;
        fprintf(out, "  %s\n      %s, %s, of %s", info->name, kind_words[info->kind], info->unit,
                scope_words[info->scope]);
        write_labels(out, i, ", by ");
        fputc('\n', out);
        write_wrapped(out, info->help);
    }
}

static const char *source_of(const struct metric_info *info, char *text, size_t size)
{
    switch (info->source) {
    case SOURCE_READS: return "read from the world";
    case SOURCE_TOLD: return "counted when a client is told or gives up";
    case SOURCE_SUMS:
    case SOURCE_TIMES:
        snprintf(text, size, "`%s`, its {%s}", trace_kind_table[info->record].name,
                 trace_kind_table[info->record].field[info->field].name);
        return text;
    default:
        snprintf(text, size, "records `%s`%s", trace_kind_table[info->record].name,
                 info->when == WHEN_PEER_IS_UP ? " whose peer is up and not cut off" : "");
        return text;
    }
}

/* A table for each section, in Markdown. */
void metrics_write_page(FILE *out)
{
    char source[120];
    for (uint32_t i = 0; i < METRIC_COUNT; i++) {
        const struct metric_info *info = &metric_table[i];
        if (metric_section(i))
            fprintf(out,
                    "\n### %s\n\n| metric | kind | unit | of | by | from | meaning |\n"
                    "|---|---|---|---|---|---|---|\n",
                    metric_section(i));
        fprintf(out, "| `%s` | %s | %s | %s |", info->name, kind_words[info->kind], info->unit,
                scope_words[info->scope]);
        write_labels(out, i, " ");
        fprintf(out, " | %s | %s |\n", source_of(info, source, sizeof source), info->help);
    }
}

/*
 * export_html.c: one page that plays the run in a browser, without a network.
 *
 *     <style> ... </style> <body> <script type="application/json"> the run </script> <script> ...
 *
 * The page has every record between --from and --to, what each node was at every step, the
 * verdicts, and the digest of the run, which is that of `ringside run`. A rule in its head
 * (Content-Security-Policy) forbids the browser to fetch anything for it.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/export/export.h"
#include "cli/html/html_run.h"
#include "sim/picture/view.h"
#include "sim/travel/tape.h"

static void add(struct html *html, enum column column, int64_t number)
{
    html_column_add(&html->columns[column], number);
}

static void begin(struct exporter *exporter)
{
    uint32_t nodes = exporter->world->scenario->node.nodes;
    struct html *html = calloc(1, sizeof *html);
    CHECK_WHY(html != NULL, "out of memory");
    html->seen = calloc(nodes, sizeof *html->seen);
    html->is_cut = calloc((size_t)nodes * nodes, sizeof *html->is_cut);
    CHECK_WHY(html->seen != NULL && html->is_cut != NULL, "out of memory");
    for (uint32_t i = 0; i < nodes; i++)
        for (uint32_t what = 0; what < WHAT_COUNT; what++)
            html->seen[i][what] = NOT_SEEN;
    exporter->state = html;
}

/* --- records -------------------------------------------------------------------------------- */

typedef void text_writer(struct text *text, const struct trace_record *record, uint32_t index,
                         const struct trace_names *names);

static int64_t string_of(struct exporter *exporter, const struct trace_record *record,
                         uint32_t index, text_writer *write)
{
    struct html *html = exporter->state;
    struct trace_names names = world_names(exporter->world);
    char buffer[400];
    struct text text;
    text_init(&text, buffer, sizeof buffer);
    write(&text, record, index, &names);
    return html_strings_index(&html->strings, buffer);
}

static void write_about(struct text *text, const struct trace_record *record, uint32_t index,
                        const struct trace_names *names)
{
    (void)index;
    names->about(names->host, text, record->about);
}

/* The causes of records that were left out are left out as well. */
static int64_t cause_distance(const struct html *html, const struct trace_record *record)
{
    return record->cause >= html->first ? (int64_t)(record->number - record->cause) : 0;
}

/* A lane, or behind the last one: all of them together. */
static int64_t actor_of(struct exporter *exporter, const struct trace_record *record)
{
    return record->actor == ALL_MEMBERS ? export_actor_count(exporter)
                                        : export_actor_index(exporter, record->actor);
}

static int64_t about_of(struct exporter *exporter, const struct trace_record *record)
{
    bool is_told = strstr(trace_kind_table[record->kind].sentence, "{about}") != NULL;
    return record->about || is_told ? string_of(exporter, record, 0, write_about) : -1;
}

static void take(struct exporter *exporter, const struct trace_record *record)
{
    struct html *html = exporter->state;
    struct tape_record taped;
    if (record->time < exporter->request->from || record->time > exporter->request->to)
        return;
    if (html->count++ == 0)
        html->first = record->number;
    uint64_t step = exporter->world->state->step;
    add(html, COLUMN_STEP, (int64_t)(step - html->last_step));
    add(html, COLUMN_TIME, (int64_t)(record->time - html->last_time));
    add(html, COLUMN_KIND, record->kind);
    add(html, COLUMN_ACTOR, actor_of(exporter, record));
    add(html, COLUMN_CAUSE, cause_distance(html, record));
    add(html, COLUMN_ABOUT, about_of(exporter, record));
    for (uint32_t i = 0; i < 3; i++) {
        bool has_field = trace_kind_table[record->kind].field[i].type != FIELD_NONE;
        add(html, (enum column)(COLUMN_A + i),
            has_field ? string_of(exporter, record, i, trace_sentence_field) : -1);
    }
    tape_describe(record, step, &taped);
    if (taped.is_headline)
        add(html, COLUMN_HEADLINES, (int64_t)(record->number - html->first));
    html->last_step = step;
    html->last_time = record->time;
}

/* --- nodes and links ------------------------------------------------------------------------ */

static void see(struct html *html, uint64_t step, uint32_t node, enum what what, int64_t value)
{
    if (html->seen[node][what] == value)
        return;
    html->seen[node][what] = value;
    add(html, COLUMN_CHANGE_STEP, (int64_t)(step - html->last_change_step));
    add(html, COLUMN_CHANGE_NODE, node);
    add(html, COLUMN_CHANGE_WHAT, what);
    add(html, COLUMN_CHANGE_VALUE, value);
    html->last_change_step = step;
}

static void see_node(struct exporter *exporter, uint32_t node)
{
    struct html *html = exporter->state;
    uint64_t step = exporter->world->state->step;
    struct node_view seen = world_view_node(exporter->world, node);
    see(html, step, node, WHAT_STATE, seen.state);
    see(html, step, node, WHAT_LIFE, seen.incarnation);
    see(html, step, node, WHAT_WAITING, seen.waiting);
    see(html, step, node, WHAT_SUSPECTS, seen.suspected_count);
    see(html, step, node, WHAT_KEYS, (int64_t)seen.keys);
    see(html, step, node, WHAT_APPENDED, (int64_t)seen.log_appended_to);
    see(html, step, node, WHAT_SYNCED, (int64_t)seen.log_synced_to);
    see(html, step, node, WHAT_CLOCK, seen.clock_offset_ns / (int64_t)MILLISECOND);
}

static void see_links(struct exporter *exporter)
{
    struct html *html = exporter->state;
    uint32_t nodes = exporter->world->scenario->node.nodes;
    uint64_t step = exporter->world->state->step;
    for (uint32_t from = 0; from < nodes; from++)
        for (uint32_t to = 0; to < nodes; to++) {
            bool is_cut = net_is_cut(exporter->world, from, to);
            if (from == to || is_cut == html->is_cut[from * nodes + to])
                continue;
            html->is_cut[from * nodes + to] = is_cut;
            add(html, COLUMN_CUT_STEP, (int64_t)(step - html->last_cut_step));
            add(html, COLUMN_CUT_FROM, from);
            add(html, COLUMN_CUT_TO, to);
            add(html, COLUMN_CUT_IS, is_cut);
            html->last_cut_step = step;
        }
}

static void step(struct exporter *exporter)
{
    vtime now = exporter->world->state->now;
    if (now < exporter->request->from || now > exporter->request->to)
        return;
    for (uint32_t i = 0; i < exporter->world->scenario->node.nodes; i++)
        see_node(exporter, i);
    see_links(exporter);
}

static void drop(struct exporter *exporter)
{
    struct html *html = exporter->state;
    for (uint32_t i = 0; i < COLUMN_COUNT; i++)
        html_column_free(&html->columns[i]);
    html_strings_free(&html->strings);
    free(html->seen);
    free(html->is_cut);
    free(html);
}

const struct export_format export_html = {
    .name = "html",
    .endings = ".html .htm",
    .what = "one page that plays the run in a browser, without a network",
    .begin = begin,
    .take = take,
    .step = step,
    .end = html_write_page,
    .drop = drop};

/*
 * status_text.c: the status of a cluster for people: what goes on, then a row for each node.
 *
 *     topology 2: write both, read old; n6 joins since 2.000000 s
 *     driven by n1, which waits for n6 to have all that it gains
 *
 *     NODE  STATE  SUSPECTED BY  MEMBER   LIFE  TOPOLOGY
 *     n1    up     -             member      1         2
 *
 * A column in which no node has anything is left out. Numbers are for reading: sizes with one
 * decimal, shares with one; JSON has them exactly.
 */
#include <string.h>

#include "base/text.h"
#include "cli/status/status_columns.h"

#define WIDTH    80
#define CELL_MAX 48

/* --- cells --------------------------------------------------------------------------------- */

static void write_size(struct text *text, uint64_t bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    char number[40];
    double size = (double)bytes;
    uint32_t unit = 0;
    for (; size >= 1024 && unit + 1 < ARRAY_LEN(units); unit++)
        size /= 1024;
    snprintf(number, sizeof number, unit == 0 ? "%.0f %s" : "%.1f %s", size, units[unit]);
    text_str(text, number);
}

/* "n1 n2 n4", or "n1 n2 and 7 more". */
static void write_nodes(struct text *text, const struct status *status, const uint32_t *list,
                        uint64_t count)
{
    enum { SHOWN = 4 };
    for (uint64_t i = 0; i < count; i++) {
        if (i == SHOWN - 1 && count > SHOWN) {
            text_str(text, " and ");
            text_u64(text, count - i);
            text_str(text, " more");
            return;
        }
        text_str(text, i ? " " : "");
        text_str(text, status->nodes[list[i]].name);
    }
}

static void write_cell(const struct status *status, uint32_t column, uint32_t node, char *cell)
{
    struct status_value value = status_columns[column].value(status, node);
    struct text text;
    char share[16];
    text_init(&text, cell, CELL_MAX);
    if (!value.is_there) {
        text_char(&text, '-');
        return;
    }
    switch (status_columns[column].kind) {
    case STATUS_TEXT: text_str(&text, value.text); break;
    case STATUS_COUNT: text_u64(&text, value.number); break;
    case STATUS_MILLI:
        snprintf(share, sizeof share, "%.2f", (double)value.number / 1e3);
        text_str(&text, share);
        break;
    case STATUS_SIZE: write_size(&text, value.number); break;
    case STATUS_NODES: write_nodes(&text, status, value.list, value.number); break;
    default:
        snprintf(share, sizeof share, "%.1f %%", (double)value.number / 10000);
        text_str(&text, share);
    }
}

/* --- tables -------------------------------------------------------------------------------- */

struct layout_plan {
    uint32_t name_width;
    uint32_t widths[64]; /* by column; 0: nobody has anything there */
};

static bool is_right_aligned(uint32_t column)
{
    uint8_t kind = status_columns[column].kind;
    return kind != STATUS_TEXT && kind != STATUS_NODES;
}

static uint32_t width_of(const struct status *status, uint32_t column)
{
    uint32_t width = 0;
    char cell[CELL_MAX];
    bool has_any = false;
    for (uint32_t node = 0; node < status->node_count; node++) {
        if (!status_is_wanted(status, node))
            continue;
        write_cell(status, column, node, cell);
        width = MAX(width, (uint32_t)strlen(cell));
        has_any |= strcmp(cell, "-") != 0;
    }
    return has_any ? MAX(width, (uint32_t)strlen(status_columns[column].heading)) : 0;
}

static struct layout_plan plan_widths(const struct status *status)
{
    struct layout_plan plan = {.name_width = 4};
    for (uint32_t node = 0; node < status->node_count; node++)
        plan.name_width = MAX(plan.name_width, (uint32_t)strlen(status->nodes[node].name));
    for (uint32_t column = 0; column < status_column_count; column++)
        plan.widths[column] = width_of(status, column);
    return plan;
}

static void print_cell(FILE *out, bool is_right, uint32_t width, const char *cell)
{
    if (is_right)
        fprintf(out, "  %*s", (int)width, cell);
    else
        fprintf(out, "  %-*s", (int)width, cell);
}

/* Without blanks at the end of the line. */
static void print_line(const struct status *status, const struct layout_plan *plan,
                       uint32_t from, uint32_t to, uint32_t node, FILE *out)
{
    char line[1024] = "", cell[CELL_MAX];
    FILE *memory = fmemopen(line, sizeof line, "w");
    bool is_head = node == UINT32_MAX;
    fprintf(memory, "%-*s", (int)plan->name_width, is_head ? "NODE" : status->nodes[node].name);
    for (uint32_t column = from; column < to; column++) {
        if (plan->widths[column] == 0)
            continue;
        if (is_head)
            snprintf(cell, sizeof cell, "%s", status_columns[column].heading);
        else
            write_cell(status, column, node, cell);
        print_cell(memory, is_right_aligned(column), plan->widths[column], cell);
    }
    fclose(memory);
    size_t size = strlen(line);
    while (size > 0 && line[size - 1] == ' ')
        size--;
    fprintf(out, "%.*s\n", (int)size, line);
}

static void print_table(const struct status *status, const struct layout_plan *plan,
                        uint32_t from, uint32_t to, FILE *out)
{
    fputc('\n', out);
    print_line(status, plan, from, to, UINT32_MAX, out);
    for (uint32_t node = 0; node < status->node_count; node++)
        if (status_is_wanted(status, node))
            print_line(status, plan, from, to, node, out);
}

static bool is_whole_in(const struct layout_plan *plan, uint32_t width, uint32_t from)
{
    uint32_t group = status_columns[from].group;
    for (uint32_t i = from; i < status_column_count && status_columns[i].group == group; i++)
        width += plan->widths[i] ? 2 + plan->widths[i] : 0;
    return width <= WIDTH;
}

/* Columns from `from` on that fit beside the names. A group begins a table of its own unless all of
 * it fits beside those before it. */
static uint32_t columns_that_fit(const struct layout_plan *plan, uint32_t from)
{
    uint32_t width = plan->name_width, to = from;
    for (; to < status_column_count; to++) {
        bool is_next_group = to > from && status_columns[to].group != status_columns[to - 1].group;
        uint32_t more = plan->widths[to] ? 2 + plan->widths[to] : 0;
        if (to > from && (width + more > WIDTH || (is_next_group && !is_whole_in(plan, width, to))))
            break;
        width += more;
    }
    return to;
}

static void print_tables(const struct status *status, FILE *out)
{
    struct layout_plan plan = plan_widths(status);
    for (uint32_t from = 0, to; from < status_column_count; from = to) {
        to = columns_that_fit(&plan, from);
        print_table(status, &plan, from, to, out);
    }
}

/* --- the cluster --------------------------------------------------------------------------- */

static const char *name_of(const struct status *status, uint32_t node)
{
    return node < status->node_count ? status->nodes[node].name : "?";
}

static void say_change(const struct status *status, const char *const *verbs, FILE *out)
{
    const struct members_change *last = &status->members.last;
    fprintf(out, "%s %s", name_of(status, last->subject), verbs[last->deed]);
    if (last->other != MEMBERS_NOBODY)
        fprintf(out, " %s", name_of(status, last->other));
}

static void say_seconds(vtime time, FILE *out)
{
    fprintf(out, "%llu.%06llu s", (unsigned long long)(time / SECOND),
            (unsigned long long)(time % SECOND / 1000));
}

static void say_barrier(const struct status *status, FILE *out)
{
    const struct members *members = &status->members;
    if (members->from != MEMBERS_ALL && members->driver == MEMBERS_NOBODY)
        return; /* it does not know who drives, nor what that one knows */
    if (members->driver == MEMBERS_NOBODY) {
        fputs("nobody drives it now\n", out);
        return;
    }
    fprintf(out, "driven by %s", name_of(status, members->driver));
    if (members->driver_count > 1)
        fprintf(out, " (%u take themselves for the driver)", members->driver_count);
    if (!members->is_waiting) {
        fputs("; every answer is there\n", out);
        return;
    }
    fputs(", which waits for", out);
    for (uint32_t i = 0, said = 0; i < members->node_count; i++)
        if (members->nodes[i].is_missing)
            fprintf(out, "%s %s", said++ ? "," : "", name_of(status, i));
    fprintf(out, " to %s", members->waits_for);
    if (members->why_waiting)
        fprintf(out, ": %s; after the transition timeout it is rolled back", members->why_waiting);
    fputc('\n', out);
}

static void say_disagreement(const struct status *status, FILE *out)
{
    const struct members *members = &status->members;
    uint32_t said = 0;
    for (uint32_t i = 0; i < members->node_count; i++) {
        const struct members_node *node = &members->nodes[i];
        if (node->is_known && node->version != members->version)
            fprintf(out, "%s %s (%llu)", said++ ? "," : "still at an older topology:",
                    name_of(status, i), (unsigned long long)node->version);
    }
    if (said > 0)
        fputc('\n', out);
}

static void say_last_change(const struct status *status, FILE *out)
{
    static const char *const done[] = {"",         "joined", "left", "was removed",
                                       "replaced", "",       "",     "took a range over, after"};
    static const char *const undone[] = {"", "was to join", "was to leave", "was to be removed",
                                         "was to replace",
                                         "", "", "was to take a range over, after"};
    const struct members_change *last = &status->members.last;
    bool is_done = last->end == MEMBERS_DONE;
    if (last->end != MEMBERS_DONE && last->end != MEMBERS_ROLLED_BACK)
        return;
    fputs("; ", out);
    say_change(status, is_done ? done : undone, out);
    fputs(is_done ? " at " : ", rolled back at ", out);
    say_seconds(last->phase_at, out);
}

static void say_members(const struct status *status, FILE *out)
{
    static const char *const doing[] = {"",         "joins", "leaves", "is removed",
                                        "replaces", "",      "",       "takes a range over, after"};
    const struct members *members = &status->members;
    fprintf(out, "topology %llu: %s", (unsigned long long)members->version, members->phase_word);
    if (members->is_changing) {
        fputs("; ", out);
        say_change(status, doing, out);
        fputs(" since ", out);
        say_seconds(members->last.begun_at, out);
    } else {
        say_last_change(status, out);
    }
    fputc('\n', out);
    if (members->is_changing)
        say_barrier(status, out);
    say_disagreement(status, out);
}

void status_print_text(const struct status *status, const struct status_head *head, FILE *out)
{
    fprintf(out, "%s at ", head->scenario);
    say_seconds(head->now, out);
    fprintf(out, ", seed %llu, step %llu", (unsigned long long)head->seed,
            (unsigned long long)head->step);
    if (status->members.from != MEMBERS_ALL)
        fprintf(out, ", as %s sees it", name_of(status, status->members.from));
    fputc('\n', out);
    say_members(status, out);
    if (status->differing > 0)
        fprintf(out, "%llu %s between running replicas\n", (unsigned long long)status->differing,
                status->differing == 1 ? "key differs" : "keys differ");
    print_tables(status, out);
}

/*
 * condition_watch.c: after what a condition must be looked at again.
 *
 * A run makes millions of records and has a handful of conditions, nearly all of
 * which cannot have changed since they were looked at last. Three answers, found
 * once, when the condition is parsed:
 *
 *   records   The table of terms says which trace kinds may change each term; a
 *             count of records changes with its own kind. The union over all
 *             terms is `watch`.
 *   time      "time >= 2s" changes at 2 s and not before, perhaps with no event
 *             near. A comparison of time with constants is solved for time:
 *
 *                 2s - time < 500ms     -time + 2s - 500ms < 0     time > 1.5 s
 *
 *             and changes at that instant or a nanosecond later: its wakes.
 *   steps     What follows neither (a clock that drifts, time compared with another
 *             term) is looked at after every step.
 *
 * Watching too much costs a little time; watching too little would be a bug.
 */
#include "sim/condition/condition_parser.h"
#include "sim/condition/condition_values.h"
#include "sim/metrics/meter.h"

/* ------------------------------------------------------------- records */

static void watch_kind(struct condition *condition, uint32_t kind)
{
    condition->watch[kind / 64] |= UINT64_C(1) << (kind % 64);
}

/* The table's list: names separated by spaces, or one word for all. */
static void watch_list(struct condition *condition, const char *records)
{
    if (records[0] == '*') {
        condition->watches_every_step = true;
        return;
    }
    while (*records) {
        uint32_t size = 0;
        while (records[size] && records[size] != ' ')
            size++;
        uint32_t kind = trace_kind_by_name(records, size);
        CHECK_WHY(kind < TRACE_KIND_COUNT, "condition_terms.def names a record that is not there");
        watch_kind(condition, kind);
        records += size + (records[size] == ' ');
    }
}

/* What is counted from records changes with these; what is read, at any step. */
static void watch_metric(struct condition *condition, uint32_t metric)
{
    const struct metric_info *info = &metric_table[metric];
    if (info->source == SOURCE_READS)
        condition->watches_every_step = true;
    else if (info->source == SOURCE_TOLD)
        watch_list(condition, "told give_up");
    else
        watch_kind(condition, info->record);
}

static bool is_metric(const struct condition_node *node)
{
    return node->kind == CODE_TERM &&
           (node->name == TERM_METRIC_VALUE || node->name == TERM_NODE_METRIC);
}

static void watch_node(struct condition *condition, const struct condition_node *node)
{
    if (node->kind == CODE_RECORDS)
        watch_kind(condition, node->name);
    else if (is_metric(node))
        watch_metric(condition, condition_metric_of(node->parameter));
    else if (node->kind == CODE_TERM && node->name != TERM_TIME)
        watch_list(condition, condition_term_table[node->name].records);
}

/* ---------------------------------------------------------------- time */

/* factor * time + constant; factors other than -1, 0, 1 are not solved. */
struct line {
    bool is_known; /* no other term in it */
    bool has_time;
    int32_t factor;
    int128 constant;
};

/* 64 nodes of 64 bits: neither the factor nor the constant can overflow. */
static struct line line_of(const struct condition_code *code, uint16_t index)
{
    const struct condition_node *node = &code->nodes[index];
    if (node->kind == CODE_NUMBER)
        return (struct line){.is_known = true, .constant = node->number};
    if (node->kind == CODE_TERM && node->name == TERM_TIME)
        return (struct line){.is_known = true, .has_time = true, .factor = 1};
    if (node->kind != CODE_NEGATE && node->kind != CODE_ADD && node->kind != CODE_SUBTRACT)
        return (struct line){.is_known = false};
    struct line right = line_of(code, node->right);
    int32_t sign = node->kind == CODE_ADD ? 1 : -1;
    struct line left = {.is_known = true};
    if (node->kind != CODE_NEGATE)
        left = line_of(code, node->left);
    return (struct line){left.is_known && right.is_known, left.has_time || right.has_time,
                         left.factor + sign * right.factor, left.constant + sign * right.constant};
}

static void add_wake(struct condition *condition, int128 instant)
{
    uint32_t at = 0;
    if (instant <= 0 || instant > INT64_MAX)
        return; /* the first evaluation sees it, or no run reaches it */
    while (at < condition->wake_count && condition->wakes[at] < (vtime)instant)
        at++;
    if (at < condition->wake_count && condition->wakes[at] == (vtime)instant)
        return;
    if (condition->wake_count == CONDITION_WAKES_MAX) {
        condition->watches_every_step = true;
        return;
    }
    for (uint32_t i = condition->wake_count++; i > at; i--)
        condition->wakes[i] = condition->wakes[i - 1];
    condition->wakes[at] = (vtime)instant;
}

/* The decisive lines: `time OP edge` changes at the edge itself, or right after it. */
static void add_wakes(struct condition *condition, uint32_t comparison, int32_t factor, int128 edge)
{
    bool is_at_edge = comparison == COMPARE_EQUAL || comparison == COMPARE_UNEQUAL;
    bool is_after = is_at_edge;
    if (!is_at_edge) {
        bool is_changed_by_reaching =
            comparison == COMPARE_LESS || comparison == COMPARE_GREATER_EQUAL;
        is_at_edge = is_changed_by_reaching == (factor > 0);
        is_after = !is_at_edge;
    }
    if (is_at_edge)
        add_wake(condition, edge);
    if (is_after)
        add_wake(condition, edge + 1);
}

/* left OP right  <=>  factor * time + constant OP 0; with factor -1 the comparison turns
 * round, so "reaching the edge" and "passing it" change places. */
static void watch_comparison(struct condition *condition, const struct condition_code *code,
                             const struct condition_node *node)
{
    struct line left = line_of(code, node->left);
    struct line right = line_of(code, node->right);
    int32_t factor = left.factor - right.factor;
    int128 constant = left.constant - right.constant;
    if (!left.has_time && !right.has_time)
        return;
    if (!left.is_known || !right.is_known || factor > 1 || factor < -1)
        condition->watches_every_step = true;
    else if (factor != 0)
        add_wakes(condition, node->name, factor, factor > 0 ? -constant : constant);
}

void condition_find_watched(struct condition *condition, const struct condition_code *code)
{
    for (uint32_t i = 0; i < code->node_count; i++) {
        watch_node(condition, &code->nodes[i]);
        if (code->nodes[i].kind == CODE_COMPARE)
            watch_comparison(condition, code, &code->nodes[i]);
    }
    condition->watches_time = condition->wake_count > 0;
}

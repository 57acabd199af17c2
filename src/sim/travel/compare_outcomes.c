/*
 * compare_outcomes.c: which operations ended otherwise in the other branch.
 *
 * The ends of all operations are found by what they are about: a request has the same name in both
 * branches, whatever its records are numbered. One that only one branch knows, since a client
 * tried again there and not here, is listed with one end.
 */
#include "base/table.h"
#include "sim/trace/trace.h"
#include "sim/travel/compare.h"

static bool is_end(const struct tape_record *record)
{
    return record->kind == TRACE_TOLD || record->kind == TRACE_GIVE_UP;
}

/* The latency alone is no other end. */
static bool is_same_end(const struct tape_record *a, const struct tape_record *b)
{
    return a->kind == b->kind && a->field[0] == b->field[0] && a->field[2] == b->field[2];
}

/* `left` or `right` is a place among the records, or NOWHERE. */
#define NOWHERE UINT32_MAX

static void add(struct comparison *c, const struct compare_side_records sides[2], uint32_t left,
                uint32_t right)
{
    const uint32_t at[2] = {left, right};
    c->outcome_total++;
    if (c->outcome_count == COMPARE_OUTCOMES_MAX)
        return;
    struct compare_outcome *outcome = &c->outcomes[c->outcome_count++];
    *outcome = (struct compare_outcome){.is_there = {left != NOWHERE, right != NOWHERE}};
    for (uint32_t side = 0; side < 2; side++)
        if (outcome->is_there[side]) {
            outcome->end[side] = sides[side].records[at[side]];
            outcome->sentence[side] = sides[side].sentences[at[side]];
        }
}

void compare_outcomes(struct comparison *c, const struct compare_side_records sides[2],
                      struct heap *scratch)
{
    const struct tape_record *left = sides[0].records, *right = sides[1].records;
    struct table ends, met;
    table_init(&ends, scratch);
    table_init(&met, scratch);
    c->outcomes = heap_alloc(scratch, COMPARE_OUTCOMES_MAX * sizeof *c->outcomes);
    for (uint32_t i = 0; i < sides[1].count; i++)
        if (is_end(&right[i]) && !table_has(&ends, right[i].about))
            table_set(&ends, right[i].about, i);
    for (uint32_t i = 0; i < sides[0].count; i++) {
        if (!is_end(&left[i]) || !table_set(&met, left[i].about, i))
            continue;
        uint32_t at = (uint32_t)table_get(&ends, left[i].about, NOWHERE);
        if (at == NOWHERE || !is_same_end(&left[i], &right[at]))
            add(c, sides, i, at);
    }
    for (uint32_t i = 0; i < sides[1].count; i++)
        if (is_end(&right[i]) && table_set(&met, right[i].about, i))
            add(c, sides, NOWHERE, i);
}

/*
 * objects_sums.c: counters that count everything, and sets that have everything.
 *
 * Operations that nobody knows the outcome of may have happened or not: so a counter has a lowest
 * and a highest value, and an element may be there or not.
 */
#include "base/text.h"
#include "check/objects.h"
#include "check/objects_parts.h"
#include "check/say.h"

/* --- counters ------------------------------------------------------------------------------------
 */

/* What a counter may be. */
struct bounds {
    int64_t low, high;
    uint32_t acknowledged, unknown;
    uint32_t last; /* acknowledged increment; or any; NO_OPERATION: none */
};

static void count_increment(struct bounds *bounds, const struct operation *operation,
                            uint32_t index)
{
    int64_t amount = (int64_t)operation->value;
    if (operation->outcome == OUTCOME_OK) {
        bounds->low += amount;
        bounds->high += amount;
        bounds->acknowledged++;
        bounds->last = index;
        return;
    }
    bounds->low += MIN(amount, 0);
    bounds->high += MAX(amount, 0);
    bounds->unknown++;
    if (bounds->last == NO_OPERATION)
        bounds->last = index;
}

static struct bounds bounds_of(const struct history *history, const struct by_key *lists,
                               uint32_t key)
{
    struct bounds bounds = {.last = NO_OPERATION};
    for (uint32_t i = lists->first[key]; i != NO_OPERATION; i = lists->next[i]) {
        const struct operation *operation = &history->operations[i];
        if (operation->kind == OPERATION_INCREMENT && may_have_happened(operation))
            count_increment(&bounds, operation, i);
    }
    return bounds;
}

static void say_number(struct saying *saying, int64_t number)
{
    text_i64(&saying->text, number);
}

static void say_wrong_counter(struct saying *saying, const struct bounds *bounds, int64_t sum)
{
    say(saying, " is ");
    say_number(saying, sum);
    say(saying, " at the end, but ");
    say_count(saying, bounds->acknowledged, "acknowledged increment");
    say(saying, " and ");
    say_count(saying, bounds->unknown, "unknown one");
    say(saying, bounds->low == bounds->high ? " make " : " make ");
    say_number(saying, bounds->low);
    if (bounds->low != bounds->high) {
        say(saying, " to ");
        say_number(saying, bounds->high);
    }
}

void check_counters(const struct history *history, const struct final_object *finals,
                    struct heap *scratch, struct verdict *verdict)
{
    struct by_key lists = by_key_make(history, scratch);
    struct saying saying;
    uint64_t counters = 0, increments = 0;
    for (uint32_t key = 0; key < history->key_count; key++) {
        struct bounds bounds = bounds_of(history, &lists, key);
        if (bounds.last == NO_OPERATION)
            continue;
        int64_t sum = finals[key].is_number ? finals[key].sum : 0;
        counters++;
        increments += bounds.acknowledged;
        if (sum >= bounds.low && sum <= bounds.high)
            continue;
        say_start(&saying, verdict, VERDICT_VIOLATED, history);
        say(&saying, "the counter of ");
        say_operation(&saying, bounds.last);
        say_of_key(&saying, key);
        say_wrong_counter(&saying, &bounds, sum);
        return;
    }
    say_start(&saying, verdict, VERDICT_HOLDS, history);
    say_count(&saying, counters, "counter");
    say(&saying, " counted every acknowledged increment once (");
    say_count(&saying, increments, "increment");
    say(&saying, ")");
}

/* --- sets
 * ----------------------------------------------------------------------------------------- */

static bool is_there(const struct final_object *final, uint64_t element)
{
    for (uint32_t i = 0; i < final->value_count; i++)
        if (final->values[i] == element)
            return true;
    return false;
}

/* May this have taken the addition away? Only when it came after it, or at the same time; with a
 * context, when its client had read after the addition had begun. */
static bool may_have_removed(const struct history *history, const struct operation *add,
                             const struct operation *other)
{
    bool is_removal = (other->kind == OPERATION_REMOVE && other->value == add->value) ||
                      other->kind == OPERATION_DELETE;
    if (!is_removal || !may_have_happened(other) || other->completed < add->invoked)
        return false;
    if (other->seen == 0)
        return true;
    const struct operation *get = &history->operations[other->seen - 1];
    return get->completed >= add->invoked && get_returned(history, get, add->value);
}

static bool is_lost_addition(const struct history *history, const struct by_key *lists,
                             const struct final_object *final, const struct operation *add)
{
    if (is_there(final, add->value))
        return false;
    for (uint32_t i = lists->first[add->key]; i != NO_OPERATION; i = lists->next[i])
        if (may_have_removed(history, add, &history->operations[i]))
            return false;
    return true;
}

static bool was_added(const struct history *history, const struct by_key *lists, uint32_t key,
                      uint64_t element)
{
    for (uint32_t i = lists->first[key]; i != NO_OPERATION; i = lists->next[i])
        if (history->operations[i].kind == OPERATION_ADD &&
            history->operations[i].value == element && may_have_happened(&history->operations[i]))
            return true;
    return false;
}

/* A key with an element that nobody added, or key_count. */
static uint32_t find_invented(const struct history *history, const struct by_key *lists,
                              const struct final_object *finals)
{
    for (uint32_t key = 0; key < history->key_count; key++) {
        bool is_set = false;
        for (uint32_t i = lists->first[key]; i != NO_OPERATION; i = lists->next[i])
            is_set |= history->operations[i].kind == OPERATION_ADD;
        for (uint32_t i = 0; is_set && i < finals[key].value_count; i++)
            if (!was_added(history, lists, key, finals[key].values[i]))
                return key;
    }
    return history->key_count;
}

void check_sets(const struct history *history, const struct final_object *finals,
                struct heap *scratch, struct verdict *verdict)
{
    struct by_key lists = by_key_make(history, scratch);
    struct saying saying;
    uint64_t additions = 0;
    for (uint32_t i = 0; i < history->count; i++) {
        const struct operation *add = &history->operations[i];
        if (add->kind != OPERATION_ADD || add->outcome != OUTCOME_OK)
            continue;
        additions++;
        if (!is_lost_addition(history, &lists, &finals[add->key], add))
            continue;
        say_start(&saying, verdict, VERDICT_VIOLATED, history);
        say_operation(&saying, i);
        say_of_key(&saying, add->key);
        say(&saying, " was acknowledged, but its element is not there, and nobody removed it");
        return;
    }
    uint32_t invented = find_invented(history, &lists, finals);
    say_start(&saying, verdict, invented < history->key_count ? VERDICT_VIOLATED : VERDICT_HOLDS,
              history);
    if (invented < history->key_count) {
        say(&saying, "the set");
        say_of_key(&saying, invented);
        say(&saying, " has an element that nobody added");
        return;
    }
    say(&saying, "every addition is there that was not removed (");
    say_count(&saying, additions, "acknowledged addition");
    say(&saying, " looked at)");
}

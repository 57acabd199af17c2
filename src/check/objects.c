/*
 * objects.c: lost updates, and siblings that should not be.
 */
#include "check/objects.h"

#include "check/objects_parts.h"
#include "check/say.h"

struct by_key by_key_make(const struct history *history, struct heap *scratch)
{
    struct by_key lists = {heap_alloc(scratch, history->key_count * sizeof(uint32_t)),
                           heap_alloc(scratch, history->count * sizeof(uint32_t))};
    for (uint32_t key = 0; key < history->key_count; key++)
        lists.first[key] = NO_OPERATION;
    for (uint32_t i = history->count; i-- > 0;) {
        uint32_t *first = &lists.first[history->operations[i].key];
        lists.next[i] = *first;
        *first = i;
    }
    return lists;
}

bool get_returned(const struct history *history, const struct operation *get, uint64_t value)
{
    for (uint32_t i = 0; i < get->returned_count; i++)
        if (history->values[get->returned + i] == value)
            return true;
    return get->value == value;
}

bool operation_saw(const struct history *history, const struct operation *write, uint64_t value)
{
    return write->seen > 0 && get_returned(history, &history->operations[write->seen - 1], value);
}

/* --- lost updates --------------------------------------------------------------------------------
 */

static bool is_left(const struct final_object *final, uint64_t value)
{
    for (uint32_t i = 0; i < final->value_count; i++)
        if (final->values[i] == value)
            return true;
    return final->whole == value;
}

/* Whoever had seen it meant to replace it; whoever wrote after it without looking meant to replace
 * whatever was there: a client may go on at the instant of its last answer. */
static bool is_replaced_by(const struct history *history, const struct operation *put,
                           const struct operation *other)
{
    bool is_write = other->kind == OPERATION_PUT || other->kind == OPERATION_DELETE;
    if (!is_write || !may_have_happened(other) || other == put)
        return false;
    return operation_saw(history, other, put->value) ||
           (other->seen == 0 && other->invoked >= put->completed);
}

static bool is_lost(const struct history *history, const struct by_key *lists,
                    const struct final_object *final, const struct operation *put)
{
    if (put->kind != OPERATION_PUT || put->outcome != OUTCOME_OK || is_left(final, put->value))
        return false;
    for (uint32_t i = lists->first[put->key]; i != NO_OPERATION; i = lists->next[i])
        if (is_replaced_by(history, put, &history->operations[i]))
            return false;
    return true;
}

/* The put whose value stands there instead, if it is one. */
static uint32_t winner_of(const struct history *history, const struct by_key *lists,
                          const struct final_object *final, uint32_t key)
{
    for (uint32_t i = lists->first[key]; i != NO_OPERATION; i = lists->next[i])
        if (history->operations[i].kind == OPERATION_PUT &&
            history->operations[i].value == final->whole)
            return i;
    return NO_OPERATION;
}

static void say_lost_update(struct saying *saying, uint32_t put, uint32_t winner, uint32_t key,
                            uint64_t count, uint64_t looked_at)
{
    say_operation(saying, put);
    say_of_key(saying, key);
    say(saying,
        " was acknowledged, and its value is gone, though nobody who had seen it replaced it");
    if (winner != NO_OPERATION) {
        say(saying, ": ");
        say_operation(saying, winner);
        say(saying, " had not, and stands there instead");
    }
    say(saying, " (");
    say_count(saying, count, "update");
    say(saying, " lost of ");
    say_count(saying, looked_at, "acknowledged one");
    say(saying, ")");
}

void check_lost_update(const struct history *history, const struct final_object *finals,
                       struct heap *scratch, struct verdict *verdict)
{
    struct by_key lists = by_key_make(history, scratch);
    struct saying saying;
    uint32_t first = NO_OPERATION;
    uint64_t lost = 0, looked_at = 0;
    for (uint32_t i = 0; i < history->count; i++) {
        const struct operation *put = &history->operations[i];
        const struct final_object *final = &finals[put->key];
        if (put->kind != OPERATION_PUT || put->outcome != OUTCOME_OK || final->is_merged)
            continue;
        looked_at++;
        if (!is_lost(history, &lists, final, put))
            continue;
        first = MIN(first, i);
        lost++;
    }
    say_start(&saying, verdict, lost > 0 ? VERDICT_VIOLATED : VERDICT_HOLDS, history);
    if (lost == 0) {
        say(&saying, "no update is lost (");
        say_count(&saying, looked_at, "acknowledged put");
        say(&saying, " looked at)");
        return;
    }
    uint32_t key = history->operations[first].key;
    say_lost_update(&saying, first, winner_of(history, &lists, &finals[key], key), key, lost,
                    looked_at);
}

/* --- siblings
 * ------------------------------------------------------------------------------------- */

/* The one put that may have written a value; NO_OPERATION when there are several (a retry), or
 * none. */
static uint32_t only_writer(const struct history *history, const struct by_key *lists, uint32_t key,
                            uint64_t value)
{
    uint32_t writer = NO_OPERATION;
    for (uint32_t i = lists->first[key]; i != NO_OPERATION; i = lists->next[i]) {
        const struct operation *put = &history->operations[i];
        if (put->kind != OPERATION_PUT || put->value != value || !may_have_happened(put))
            continue;
        if (writer != NO_OPERATION)
            return NO_OPERATION;
        writer = i;
    }
    return writer;
}

static void say_seen_sibling(struct saying *saying, uint32_t get, uint32_t older, uint32_t newer,
                             uint32_t key, uint32_t count)
{
    say_operation(saying, get);
    say_of_key(saying, key);
    say(saying, " returned ");
    say_count(saying, count, "value");
    if (older == newer) {
        say(saying, ", and that of ");
        say_operation(saying, older);
        say(saying, " twice");
        return;
    }
    say(saying, ", among them that of ");
    say_operation(saying, older);
    say(saying, " and that of ");
    say_operation(saying, newer);
    say(saying, ", whose client had seen the former: it should have replaced it");
}

/* Two values that are no siblings: the second was written knowing the first. */
static bool find_pair(const struct history *history, const struct by_key *lists,
                      const struct operation *get, uint32_t *older, uint32_t *newer)
{
    const uint64_t *values = history->values + get->returned;
    for (uint32_t i = 0; i < get->returned_count; i++) {
        *older = only_writer(history, lists, get->key, values[i]);
        for (uint32_t j = 0; j < get->returned_count && *older != NO_OPERATION; j++) {
            *newer = i == j ? NO_OPERATION : only_writer(history, lists, get->key, values[j]);
            if (*newer != NO_OPERATION &&
                (*newer == *older ||
                 operation_saw(history, &history->operations[*newer], values[i])))
                return true;
        }
    }
    return false;
}

void check_siblings(const struct history *history, struct heap *scratch, struct verdict *verdict)
{
    struct by_key lists = by_key_make(history, scratch);
    struct saying saying;
    uint32_t older, newer, most = 0;
    uint64_t gets = 0;
    for (uint32_t i = 0; i < history->count; i++) {
        const struct operation *get = &history->operations[i];
        if (get->kind != OPERATION_GET || get->outcome != OUTCOME_OK)
            continue;
        gets++;
        most = MAX(most, get->returned_count);
        if (get->returned_count < 2 || !find_pair(history, &lists, get, &older, &newer))
            continue;
        say_start(&saying, verdict, VERDICT_VIOLATED, history);
        say_seen_sibling(&saying, i, older, newer, get->key, get->returned_count);
        return;
    }
    say_start(&saying, verdict, VERDICT_HOLDS, history);
    say(&saying, "values that were returned together had not seen each other (");
    say_count(&saying, gets, "get");
    say(&saying, ", at most ");
    say_count(&saying, most, "value");
    say(&saying, " at once)");
}

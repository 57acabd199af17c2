/*
 * regular.c: the first stale get, or the first invented value, whichever comes first.
 * The rule is in regular.h; a get is judged as stale.h does.
 */
#include "check/regular.h"

#include "check/no_invention.h"
#include "check/say.h"
#include "check/stale.h"
#include "check/timeline.h"

#define NO_OPERATION UINT32_MAX

static void tell_before(struct stale_counter *counter, const struct history *history)
{
    for (uint32_t key = 0; key < history->key_count; key++)
        if (history_before(history, key) != VALUE_ABSENT)
            stale_before(counter, key, history_before(history, key));
}

/* The get that is the first to return something stale, or NO_OPERATION. */
static uint32_t find_stale(const struct history *history, const struct timeline *timeline,
                           struct heap *scratch, uint32_t *looked_at)
{
    struct stale_counter counter;
    stale_init(&counter, scratch, history->key_count, history->count);
    tell_before(&counter, history);
    for (uint32_t i = 0; i < timeline->count; i++) {
        uint32_t index = moment_operation(timeline->moments[i]);
        struct operation operation = history->operations[index];
        operation.client = index; /* a client in open loop has many operations at a time */
        if (!is_moment_return(timeline->moments[i]))
            stale_on_call(&counter, &operation);
        else if (stale_on_return(&counter, &operation))
            return index;
        *looked_at = counter.get_count;
    }
    return NO_OPERATION;
}

/* What the sentence names: the last write of the value, and the last acknowledged one that was
 * called after it had returned and returned before the get was called. */
static void find_writes(const struct history *history, uint32_t get, uint32_t *source,
                        uint32_t *newer)
{
    const struct operation *operations = history->operations;
    *source = *newer = NO_OPERATION;
    for (uint32_t i = 0; i < history->count; i++) {
        const struct operation *write = &operations[i];
        if (write->key != operations[get].key || !is_acknowledged_write(write) ||
            write->completed > operations[get].invoked)
            continue;
        if (written_value(write) != operations[get].value)
            continue;
        if (*source == NO_OPERATION || write->completed > operations[*source].completed)
            *source = i;
    }
    for (uint32_t i = 0; i < history->count; i++) {
        const struct operation *write = &operations[i];
        if (write->key != operations[get].key || !is_acknowledged_write(write) ||
            write->completed > operations[get].invoked ||
            (*source != NO_OPERATION && write->invoked < operations[*source].completed))
            continue;
        if (*newer == NO_OPERATION || write->completed >= operations[*newer].completed)
            *newer = i;
    }
}

static void say_stale(struct saying *saying, const struct history *history, uint32_t get)
{
    uint32_t source, newer;
    find_writes(history, get, &source, &newer);
    say_operation(saying, get);
    say_of_key(saying, history->operations[get].key);
    say(saying, " returned ");
    say_value(saying, history->operations[get].value);
    if (newer == NO_OPERATION) {
        say(saying, ", which had been overwritten before that get was called");
        return;
    }
    if (source != NO_OPERATION) {
        say(saying, " of ");
        say_operation(saying, source);
    }
    say(saying, ", although ");
    say_operation(saying, newer);
    say(saying, source != NO_OPERATION ? ", which was called after that was over,"
                                       : " had been acknowledged");
    say(saying, source != NO_OPERATION ? " had been acknowledged before the get was called"
                                       : " before the get was called");
}

void check_regular(const struct history *history, struct heap *scratch, struct verdict *verdict)
{
    struct saying saying;
    uint32_t looked_at = 0;
    check_no_invention(history, scratch, verdict);
    if (verdict->kind != VERDICT_HOLDS)
        return;
    struct timeline timeline = timeline_make(history, scratch);
    uint32_t stale = find_stale(history, &timeline, scratch, &looked_at);
    verdict->work = timeline.count;
    if (stale != NO_OPERATION) {
        say_start(&saying, verdict, VERDICT_VIOLATED, history);
        say_stale(&saying, history, stale);
        return;
    }
    say_start(&saying, verdict, VERDICT_HOLDS, history);
    say(&saying, "every get returned the latest acknowledged value or that of a write beside it (");
    say_count(&saying, looked_at, "get");
    say(&saying, " looked at)");
}

/*
 * no_invention.c: one walk along the timeline with a table of what was put so far.
 * The rule is in no_invention.h.
 */
#include "check/no_invention.h"

#include "base/mix.h"
#include "base/table.h"
#include "check/say.h"
#include "check/timeline.h"

#define NO_OPERATION UINT32_MAX

/* A key and a value in one word; two pairs share one with a probability of 2^-64. */
static uint64_t version_key(const struct operation *operation)
{
    return mix_pair(operation->key, operation->value);
}

static bool is_value_returned(const struct operation *operation)
{
    return operation->kind == OPERATION_GET && operation->outcome == OUTCOME_OK &&
           operation->value != VALUE_ABSENT;
}

static bool is_possible_put(const struct operation *operation)
{
    return operation->kind == OPERATION_PUT && is_possible_write(operation);
}

/* The get that returned first among those that returned what had not been put, or NO_OPERATION. */
static uint32_t find_invention(const struct history *history, const struct timeline *timeline,
                               struct table *written, uint32_t *looked_at)
{
    for (uint32_t i = 0; i < timeline->count; i++) {
        uint32_t index = moment_operation(timeline->moments[i]);
        const struct operation *operation = &history->operations[index];
        bool is_return = is_moment_return(timeline->moments[i]);
        if (!is_return && is_possible_put(operation))
            table_set(written, version_key(operation), 1);
        if (!is_return || !is_value_returned(operation))
            continue;
        ++*looked_at;
        if (operation->value != history_before(history, operation->key) &&
            !table_has(written, version_key(operation)))
            return index;
    }
    return NO_OPERATION;
}

/* A put that wrote the value after all, or NO_OPERATION. */
static uint32_t find_late_put(const struct history *history, const struct operation *get)
{
    for (uint32_t i = 0; i < history->count; i++) {
        const struct operation *put = &history->operations[i];
        if (is_possible_put(put) && put->key == get->key && put->value == get->value)
            return i;
    }
    return NO_OPERATION;
}

static void say_invention(struct saying *saying, const struct history *history, uint32_t get)
{
    const struct operation *operation = &history->operations[get];
    uint32_t late = find_late_put(history, operation);
    say_operation(saying, get);
    say_of_key(saying, operation->key);
    say(saying, " returned ");
    say_value(saying, operation->value);
    if (late == NO_OPERATION) {
        say(saying, ", which nobody had written");
        return;
    }
    say(saying, ", the value of ");
    say_operation(saying, late);
    say(saying, ", which began only after that get had completed");
}

void check_no_invention(const struct history *history, struct heap *scratch,
                        struct verdict *verdict)
{
    struct saying saying;
    struct table written;
    uint32_t looked_at = 0;
    struct timeline timeline = timeline_make(history, scratch);
    table_init(&written, scratch);
    uint32_t invention = find_invention(history, &timeline, &written, &looked_at);
    verdict->work = timeline.count;
    if (invention != NO_OPERATION) {
        say_start(&saying, verdict, VERDICT_VIOLATED, history);
        say_invention(&saying, history, invention);
    } else {
        say_start(&saying, verdict, VERDICT_HOLDS, history);
        say(&saying, "every value that was read had been written (");
        say_count(&saying, looked_at, "get");
        say(&saying, " looked at)");
    }
    table_clear(&written);
    heap_free(scratch, timeline.moments);
}

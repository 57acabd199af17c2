/*
 * linearizable_story.c: sentences for violations. The contract is in
 * linearizable_story.h.
 *
 * In here "completed" and "began" are the words for returned and called: they are
 * what a reader of a report knows.
 */
#include "check/linearizable_story.h"

static void say_call(struct saying *saying, const struct object *object, uint32_t call)
{
    say_operation(saying, object->calls[call].operation);
}

static const struct operation *operation_of(const struct saying *saying,
                                            const struct object *object, uint32_t call)
{
    return &saying->history->operations[object->calls[call].operation];
}

static bool has_found_nothing(const struct saying *saying, const struct object *object,
                              uint32_t call)
{
    const struct operation *operation = operation_of(saying, object, call);
    return operation->kind == OPERATION_GET && operation->value == VALUE_ABSENT;
}

/* The put whose value this call is about. Some put of it, if there are several. */
static uint32_t find_write(const struct object *object, uint64_t state)
{
    for (uint32_t i = 0; i < object->call_count; i++)
        if (is_plain_write(&object->calls[i]) && object->calls[i].makes == state)
            return i;
    return CALL_NONE;
}

/* "get {op0} of {key}" */
static void say_blamed(struct saying *saying, const struct object *object, uint32_t key,
                       uint32_t read)
{
    say_call(saying, object, read);
    say_of_key(saying, key);
}

static void story_of_early_read(struct saying *saying, const struct object *whole, uint32_t key,
                                uint32_t read)
{
    uint32_t write = find_write(whole, whole->calls[read].needs);
    say_blamed(saying, whole, key, read);
    if (write == CALL_NONE) {
        say(saying, " returned a value that nobody had written");
        return;
    }
    say(saying, " returned the value of ");
    say_call(saying, whole, write);
    say(saying, ", which began only after that get had completed");
}

/* What the blamed get returned, told by an earlier call of the same value, if there is one. */
static void say_returned_same(struct saying *saying, const struct object *object, uint32_t read,
                              uint32_t same)
{
    if (has_found_nothing(saying, object, read)) {
        say(saying, " found nothing");
        return;
    }
    bool is_put = !is_read(&object->calls[same]);
    say(saying, is_put ? " returned the value of " : " returned the same value as ");
    say_call(saying, object, same);
}

/* What a call of the other value did before the blamed get began. */
static void say_other_was_there(struct saying *saying, const struct object *object, uint32_t other)
{
    if (!is_read(&object->calls[other]))
        say(saying, " had completed");
    else if (has_found_nothing(saying, object, other))
        say(saying, " had found nothing");
    else
        say(saying, " had returned another value");
    say(saying, " before that get began");
}

/* One call of the other value stands between two calls of the blamed one. */
static void say_one_between(struct saying *saying, const struct object *object,
                            const struct zone_conflict *conflict)
{
    say(saying, ", but ");
    say_call(saying, object, conflict->other_last);
    say(saying, " began after ");
    say_call(saying, object, conflict->same);
    say(saying, " had completed, and");
    say_other_was_there(saying, object, conflict->other_last);
}

/* Two values each of which was there before and after the other. */
static void say_two_between(struct saying *saying, const struct object *object,
                            const struct zone_conflict *conflict)
{
    bool is_write = !is_read(&object->calls[conflict->other_last]);
    say(saying, ", but ");
    say_call(saying, object, conflict->other_first);
    say_other_was_there(saying, object, conflict->other_first);
    say(saying, ", and ");
    say_call(saying, object, conflict->other_last);
    say(saying, is_write ? " wrote" : " returned");
    say(saying, " that other value too although it began after ");
    say_call(saying, object, conflict->same);
    say(saying, " had completed");
}

void story_of_conflict(struct saying *saying, const struct object *whole, uint32_t key,
                       const struct zone_conflict *conflict)
{
    if (conflict->other_first == CALL_NONE) {
        story_of_early_read(saying, whole, key, conflict->read);
        return;
    }
    say_blamed(saying, whole, key, conflict->read);
    if (conflict->same == CALL_NONE) {
        say(saying, " found nothing, but ");
        say_call(saying, whole, conflict->other_first);
        say_other_was_there(saying, whole, conflict->other_first);
        say(saying, " and nobody had deleted anything");
        return;
    }
    say_returned_same(saying, whole, conflict->read, conflict->same);
    if (conflict->other_first == conflict->other_last)
        say_one_between(saying, whole, conflict);
    else
        say_two_between(saying, whole, conflict);
}

/* The write that could explain the read and returned last; CALL_NONE when there is none. */
static uint32_t find_last_source(const struct object *prefix, const struct call *read)
{
    uint32_t last = CALL_NONE;
    for (uint32_t i = 0; i < prefix->call_count; i++) {
        const struct call *call = &prefix->calls[i];
        bool is_source = is_plain_write(call) && call->makes == read->needs;
        if (is_source && (last == CALL_NONE || call->returned > prefix->calls[last].returned))
            last = i;
    }
    return last;
}

void story_of_search(struct saying *saying, const struct object *prefix, uint32_t key,
                     uint32_t read)
{
    uint32_t source = find_last_source(prefix, &prefix->calls[read]);
    bool is_nothing = has_found_nothing(saying, prefix, read);
    say_blamed(saying, prefix, key, read);
    say(saying, is_nothing ? " found nothing" : " returned the value of ");
    if (source != CALL_NONE) {
        say(saying, is_nothing ? ", perhaps because of " : "");
        say_call(saying, prefix, source);
    }
    say(saying, ", but no order of the ");
    say_count(saying, prefix->call_count, "operation");
    say(saying, " on that key up to then explains it");
}

/*
 * say.c: sentences with placeholders. The contract is in say.h; what the
 * placeholders mean is in verdict.h.
 */
#include "check/say.h"

#include <string.h>

void say_start(struct saying *saying, struct verdict *verdict, enum verdict_kind kind,
               const struct history *history)
{
    uint64_t work = verdict->work;
    memset(verdict, 0, sizeof *verdict);
    verdict->kind = (uint8_t)kind;
    verdict->work = work;
    saying->verdict = verdict;
    saying->history = history;
    text_init(&saying->text, verdict->text, VERDICT_TEXT_MAX);
}

void say(struct saying *saying, const char *words)
{
    text_str(&saying->text, words);
}

void say_count(struct saying *saying, uint64_t count, const char *thing)
{
    text_u64(&saying->text, count);
    text_char(&saying->text, ' ');
    text_str(&saying->text, thing);
    if (count != 1)
        text_char(&saying->text, 's');
}

/* The operation's place in the verdict's list, where it is put unless it is there. */
static uint32_t list_operation(struct verdict *verdict, uint32_t operation)
{
    for (uint32_t place = 0; place < verdict->operation_count; place++)
        if (verdict->operations[place] == operation)
            return place;
    CHECK(verdict->operation_count < VERDICT_OPERATIONS_MAX);
    verdict->operations[verdict->operation_count] = operation;
    return verdict->operation_count++;
}

void say_operation(struct saying *saying, uint32_t operation)
{
    uint32_t place = list_operation(saying->verdict, operation);
    say(saying, operation_kind_name(saying->history->operations[operation].kind));
    say(saying, " {op");
    text_u64(&saying->text, place);
    say(saying, "}");
}

void say_of_key(struct saying *saying, uint32_t key)
{
    saying->verdict->key = key;
    say(saying, " of {key}");
}

void say_node(struct saying *saying, uint32_t node)
{
    say(saying, "{node:");
    text_u64(&saying->text, node);
    say(saying, "}");
}

void say_value(struct saying *saying, uint64_t value)
{
    if (value == VALUE_ABSENT) {
        say(saying, "nothing");
        return;
    }
    say(saying, "{value:");
    text_hex(&saying->text, value, 16);
    say(saying, "}");
}

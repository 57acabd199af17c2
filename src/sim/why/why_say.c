/*
 * why_say.c: the sentences of a chain.
 *
 * A format stands for names and numbers as a person writes them; moments are cut to
 * microseconds as everywhere else, spans to what matters of them.
 */
#include "sim/why/why_parts.h"

#include <stdarg.h>
#include <string.h>

#include "sim/world/clock.h"

/* "18.003417 s", "412 us": the very moment that stands beside its record. */
static void put_moment(struct text *text, vtime time)
{
    text_time(text, time / MICROSECOND * MICROSECOND);
}

static void put_span(struct text *text, vtime span)
{
    vtime unit = 1;
    while (span / unit >= 1000)
        unit *= 10;
    text_time(text, span / unit * unit);
}

/* A timestamp as its distance from the beginning of all clocks. */
static void put_stamp(struct text *text, int64_t stamp)
{
    int64_t span = stamp - CLOCK_EPOCH_NS;
    text_char(text, '@');
    text_span(text, span / (int64_t)MICROSECOND * (int64_t)MICROSECOND);
}

/* A long value by its beginning: the sentence matters more. */
static void put_clipped(struct text *text, const char *whole)
{
    enum { ENOUGH = 60 };
    uint32_t size = (uint32_t)strlen(whole);
    for (uint32_t i = 0; i < MIN(size, (uint32_t)ENOUGH); i++)
        text_char(text, whole[i]);
    if (size > ENOUGH)
        text_str(text, "...");
}

static void put_value(const struct why_case *c, struct text *text, char code, uint64_t number)
{
    struct trace_names names = world_names(c->world);
    char whole[200];
    struct text value;
    text_init(&value, whole, sizeof whole);
    if (code == 'k')
        names.key(names.host, &value, number);
    else if (number == WHY_DELETION || number == WHY_UPDATE)
        text_str(&value, number == WHY_DELETION ? "a deletion" : "an update");
    else
        names.value(names.host, &value, number);
    put_clipped(text, whole);
}

static void put_number(const struct why_case *c, struct text *text, char code, uint64_t number)
{
    struct trace_names names = world_names(c->world);
    switch (code) {
    case 'n': names.actor(names.host, text, (uint32_t)number); break;
    case 'r': names.about(names.host, text, number); break;
    case 'k':
    case 'v': put_value(c, text, code, number); break;
    case 'm': text_str(text, number < MESSAGE_KIND_COUNT ? message_table[number].name : "?"); break;
    case 'o': text_str(text, operation_kind_name((unsigned)number)); break;
    case 't': put_moment(text, number); break;
    case 'd': put_span(text, number); break;
    default: text_u64(text, number); break;
    }
}

void why_format_list(const struct why_case *c, struct text *text, const char *words, va_list values)
{
    for (; *words; words++) {
        if (*words != '%') {
            text_char(text, *words);
            continue;
        }
        switch (*++words) {
        case 's': text_str(text, va_arg(values, const char *)); break;
        case 'x': put_stamp(text, va_arg(values, int64_t)); break;
        default: put_number(c, text, *words, va_arg(values, uint64_t)); break;
        }
    }
}

void why_format(const struct why_case *c, struct text *text, const char *words, ...)
{
    va_list values;
    va_start(values, words);
    why_format_list(c, text, words, values);
    va_end(values);
}

void why_say(struct why_case *c, enum why_rule rule, const struct tape_record *record,
             const char *words, ...)
{
    va_list values;
    struct text text;
    if (c->why->count >= WHY_LINKS_MAX)
        return;
    struct why_link *link = &c->why->links[c->why->count++];
    link->record = *record;
    link->rule = rule;
    text_init(&text, link->text, sizeof link->text);
    va_start(values, words);
    why_format_list(c, &text, words, values);
    va_end(values);
}

void why_list_actor(const struct why_case *c, struct text *text, uint32_t index, uint32_t count,
                    uint32_t actor)
{
    if (index > 0)
        text_str(text, index + 1 == count ? " and " : ", ");
    why_format(c, text, "%n", (uint64_t)actor);
}

void why_list_asked(const struct why_case *c, struct text *text, uint32_t who,
                    const uint32_t *nodes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (nodes[i] != who) {
            why_list_actor(c, text, i, count, nodes[i]);
            continue;
        }
        if (i > 0)
            text_str(text, i + 1 == count ? " and " : ", ");
        text_str(text, "itself");
    }
}

void why_name_write(const struct why_case *c, struct text *text, uint64_t request)
{
    const struct operation *operation = why_operation(c, request);
    if (operation && operation->kind == OPERATION_PUT)
        why_format(c, text, "%v, which %r wrote", operation->value, request);
    else if (operation)
        why_format(c, text, "the %o %r", (uint64_t)operation->kind, request);
    else
        why_format(c, text, "what %r wrote", request);
}

uint64_t why_value_of(const struct why_case *c, uint64_t request)
{
    const struct operation *operation = why_operation(c, request);
    if (!operation)
        return VALUE_ABSENT;
    return operation->kind == OPERATION_PUT      ? operation->value
           : operation->kind == OPERATION_DELETE ? WHY_DELETION
                                                 : WHY_UPDATE;
}

void why_say_record(struct why_case *c, enum why_rule rule, const struct tape_record *record)
{
    char sentence[WHY_TEXT_MAX];
    stage_sentence(c->stage, record, sentence, sizeof sentence);
    why_say(c, rule, record, "because %s", sentence);
}

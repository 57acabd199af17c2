/*
 * answer.c: versions for clients, and for people.
 */
#include "db/conflict/answer.h"

#include "base/bytes.h"
#include "db/conflict/context.h"
#include "db/conflict/functions.h"

#include <string.h>

/* --- for clients --------------------------------------------------------------------------------- */

static uint32_t count_siblings(const struct siblings *siblings)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < siblings->count; i++)
        count += siblings->entries[i].value_count;
    return count;
}

/* Ascending, so that equal states give equal answers; equal siblings stay two. */
static void sort_keeping_all(struct bytes *values, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        struct bytes value = values[i];
        uint32_t place = i;
        for (; place > 0 && bytes_compare(values[place - 1], value) > 0; place--)
            values[place] = values[place - 1];
        values[place] = value;
    }
}

/* The values that siblings, vectors and sets have. */
static struct bytes *values_of(struct scratch *scratch, const struct object_of_kind *object,
                               uint32_t *count)
{
    const struct siblings *siblings = &object->siblings;
    const struct vectors *vectors = &object->vectors;
    uint32_t room = object->kind == VERSION_SIBLINGS ? count_siblings(siblings)
                    : object->kind == VERSION_VECTOR ? vectors->count
                                                     : object->set.count;
    struct bytes *values = scratch_take(scratch, room * sizeof *values);
    *count = 0;
    if (object->kind == VERSION_SIBLINGS) {
        for (uint32_t i = 0; i < siblings->count; i++)
            for (uint32_t j = 0; j < siblings->entries[i].value_count; j++)
                values[(*count)++] = siblings->entries[i].values[j];
    } else if (object->kind == VERSION_VECTOR) {
        for (uint32_t i = 0; i < vectors->count; i++)
            if (!vectors->entries[i].is_deleted)
                values[(*count)++] = vectors->entries[i].value;
    } else {
        for (uint32_t i = 0; i < object->set.count; i++)
            values[(*count)++] = object->set.elements[i].name;
    }
    sort_keeping_all(values, *count);
    return values;
}

static void build_fields(struct builder *builder, const struct fields *fields)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < fields->count; i++)
        count += !fields->entries[i].version.is_tombstone;
    build_number(builder, count, 2);
    for (uint32_t i = 0; i < fields->count; i++) {
        const struct field *field = &fields->entries[i];
        if (field->version.is_tombstone)
            continue;
        build_block(builder, field->name);
        build_block(builder, field->version.value);
    }
}

static void answer_values_of(struct scratch *scratch, struct builder *builder,
                             const struct object_of_kind *object, uint32_t function,
                             struct conflict_answer *answer)
{
    uint32_t count = 0;
    struct bytes *values = values_of(scratch, object, &count);
    answer->is_found = count > 0 || object->kind == VERSION_SET;
    if (function != FUNCTION_NONE && object->kind == VERSION_SIBLINGS) {
        answer->shape = VERSION_PLAIN;
        if (count > 0)
            merge_values(scratch, function, values, count, builder);
        return;
    }
    build_number(builder, count, 2);
    for (uint32_t i = 0; i < count; i++)
        build_block(builder, values[i]);
}

static void answer_object(struct scratch *scratch, struct builder *value, struct builder *context,
                          struct bytes key, const struct object_of_kind *object, uint32_t function,
                          struct conflict_answer *answer)
{
    answer->is_found = true;
    context_build(context, scratch, key, object);
    if (object->kind == VERSION_COUNTER)
        build_number(value, (uint64_t)counter_sum(&object->counter), 8);
    else if (object->kind == VERSION_MAP)
        build_fields(value, &object->fields);
    else
        answer_values_of(scratch, value, object, function, answer);
}

struct conflict_answer conflict_answer(struct heap *memory, const struct version *version,
                                       struct bytes key, uint32_t function)
{
    struct conflict_answer answer = {.shape = version->kind};
    struct scratch scratch = {.memory = memory};
    struct builder value = builder_of(memory), context = builder_of(memory);
    struct object_of_kind object;
    if (version->kind == VERSION_PLAIN) {
        answer.is_found = version->timestamp != 0 && !version->is_tombstone;
        if (answer.is_found)
            build_bytes(&value, version->value);
    } else if (object_decode(&scratch, version, version->kind, &object)) {
        answer_object(&scratch, &value, &context, key, &object, function, &answer);
    }
    scratch_end(&scratch);
    answer.value = builder_end(&value);
    answer.context = builder_end(&context);
    return answer;
}

void conflict_answer_free(struct heap *memory, struct conflict_answer *answer)
{
    heap_free(memory, (void *)(uintptr_t)answer->value.data);
    heap_free(memory, (void *)(uintptr_t)answer->context.data);
    answer->value = answer->context = (struct bytes){NULL, 0};
}

/* --- for whoever got one ------------------------------------------------------------------------- */

uint32_t answer_values(uint32_t shape, struct bytes value, struct bytes *values, uint32_t room)
{
    if (shape != VERSION_SIBLINGS && shape != VERSION_VECTOR && shape != VERSION_SET) {
        if (room > 0)
            values[0] = value;
        return 1;
    }
    struct reader reader = reader_of(value);
    uint32_t count = (uint32_t)read_number(&reader, 2), found = 0;
    for (; found < count; found++) {
        struct bytes next = read_block(&reader);
        if (reader.is_broken)
            break;
        if (found < room)
            values[found] = next;
    }
    return found;
}

static void text_plainly(struct text *text, struct bytes value)
{
    for (uint32_t i = 0; i < value.size; i++)
        text_char(text, value.data[i] >= 0x20 && value.data[i] < 0x7f ? (char)value.data[i] : '?');
}

static void text_list(struct text *text, struct bytes list, bool is_set)
{
    struct reader reader = reader_of(list);
    uint32_t count = (uint32_t)read_number(&reader, 2);
    bool is_alone = count == 1 && !is_set;
    text_str(text, is_alone ? "" : "{");
    for (uint32_t i = 0; i < count && !reader.is_broken; i++) {
        text_str(text, i == 0 ? "" : is_set ? ", " : " | ");
        text_plainly(text, read_block(&reader));
    }
    text_str(text, is_alone ? "" : "}");
}

static void text_map(struct text *text, struct bytes map)
{
    struct reader reader = reader_of(map);
    uint32_t count = (uint32_t)read_number(&reader, 2);
    text_char(text, '{');
    for (uint32_t i = 0; i < count && !reader.is_broken; i++) {
        text_str(text, i == 0 ? "" : ", ");
        text_plainly(text, read_block(&reader));
        text_str(text, ": ");
        text_plainly(text, read_block(&reader));
    }
    text_char(text, '}');
}

void answer_text(struct text *text, uint32_t shape, struct bytes value)
{
    struct reader reader = reader_of(value);
    switch (shape) {
    case VERSION_COUNTER: text_i64(text, (int64_t)read_number(&reader, 8)); break;
    case VERSION_MAP: text_map(text, value); break;
    case VERSION_SET: text_list(text, value, true); break;
    case VERSION_SIBLINGS:
    case VERSION_VECTOR: text_list(text, value, false); break;
    default: text_plainly(text, value); break;
    }
}

/* --- for people ---------------------------------------------------------------------------------- */

uint32_t conflict_value_count(struct heap *memory, const struct version *version)
{
    struct scratch scratch = {.memory = memory};
    struct object_of_kind object;
    uint32_t count = 1;
    if (version->kind == VERSION_PLAIN)
        return version->timestamp != 0 && !version->is_tombstone;
    if (!object_decode(&scratch, version, version->kind, &object))
        count = 0;
    else if (version->kind == VERSION_MAP)
        count = object.fields.count;
    else if (version->kind != VERSION_COUNTER)
        values_of(&scratch, &object, &count);
    scratch_end(&scratch);
    return count;
}

static void text_dot(struct text *text, uint64_t actor, uint64_t counter)
{
    text_char(text, 'n');
    text_u64(text, (actor >> 32) + 1);
    text_char(text, '.');
    text_u64(text, actor & UINT32_MAX);
    text_str(text, ": ");
    text_u64(text, counter);
}

static void text_clock(struct text *text, const struct clock *clock)
{
    for (uint32_t i = 0; i < clock->count; i++) {
        text_str(text, i == 0 ? "" : ", ");
        text_dot(text, clock->entries[i].actor, clock->entries[i].counter);
    }
}

static void text_siblings(struct text *text, const struct siblings *siblings)
{
    for (uint32_t i = 0; i < siblings->count; i++) {
        const struct dotted *entry = &siblings->entries[i];
        text_str(text, i == 0 ? "" : ", ");
        text_dot(text, entry->actor, entry->counter);
        for (uint32_t j = 0; j < entry->value_count; j++) {
            text_char(text, ' ');
            text_bytes_quoted(text, entry->values[j]);
        }
    }
}

static void text_counter(struct text *text, const struct counter *counter)
{
    for (uint32_t i = 0; i < counter->count; i++) {
        const struct tally *tally = &counter->tallies[i];
        text_str(text, i == 0 ? "" : ", ");
        text_dot(text, tally->actor, tally->up);
        if (tally->down > 0) {
            text_str(text, " - ");
            text_u64(text, tally->down);
        }
    }
}

static void text_set(struct text *text, const struct dotted_set *set)
{
    text_clock(text, &set->clock);
    for (uint32_t i = 0; i < set->count; i++) {
        text_str(text, "; ");
        text_bytes_quoted(text, set->elements[i].name);
        text_char(text, ' ');
        text_clock(text, &(struct clock){set->elements[i].dots, set->elements[i].count});
    }
}

void conflict_history_text(struct heap *memory, const struct version *version, struct text *text)
{
    struct scratch scratch = {.memory = memory};
    struct object_of_kind object;
    if (version->kind != VERSION_PLAIN &&
        object_decode(&scratch, version, version->kind, &object)) {
        struct clock clock = {0};
        switch (version->kind) {
        case VERSION_SIBLINGS: text_siblings(text, &object.siblings); break;
        case VERSION_COUNTER: text_counter(text, &object.counter); break;
        case VERSION_SET: text_set(text, &object.set); break;
        case VERSION_VECTOR:
            clock = vectors_clock(&scratch, &object.vectors);
            text_clock(text, &clock);
            break;
        default: break;
        }
    }
    scratch_end(&scratch);
}

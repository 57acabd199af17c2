/*
 * answer.c: versions for clients, and for people.
 */
#include "db/conflict/answer.h"

#include "base/bytes.h"
#include "db/conflict/context.h"
#include "db/conflict/functions.h"

#include <string.h>

/* --- for clients ---------------------------------------------------------------------------------
 */

static uint32_t count_siblings(const struct siblings *siblings)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < siblings->count; i++)
        count += siblings->entries[i].value_count;
    return count;
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

/* --- for whoever got one -------------------------------------------------------------------------
 */

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

/* --- for people, straight from the bytes of an object: looking needs no memory
 * -------------------- */

static void skip_dots(struct reader *reader)
{
    read_bytes(reader, (uint32_t)read_number(reader, 2) * (uint32_t)sizeof(struct dot));
}

static void walk_siblings(struct reader *reader, struct value_walk *walk)
{
    uint32_t actors = (uint32_t)read_number(reader, 2);
    for (uint32_t i = 0; i < actors && !reader->is_broken; i++) {
        read_bytes(reader, 16);
        uint32_t values = (uint32_t)read_number(reader, 2);
        for (uint32_t j = 0; j < values && !reader->is_broken; j++)
            walk->take(walk, read_block(reader));
    }
}

static void walk_vectors(struct reader *reader, struct value_walk *walk)
{
    uint32_t count = (uint32_t)read_number(reader, 2);
    for (uint32_t i = 0; i < count && !reader->is_broken; i++) {
        read_bytes(reader, (uint32_t)read_number(reader, 2) * 24);
        bool is_deleted = read_number(reader, 1);
        struct bytes value = read_block(reader);
        if (!is_deleted)
            walk->take(walk, value);
    }
}

static void walk_set(struct reader *reader, struct value_walk *walk)
{
    skip_dots(reader); /* a clock is dots, too */
    skip_dots(reader);
    uint32_t count = (uint32_t)read_number(reader, 2);
    for (uint32_t i = 0; i < count && !reader->is_broken; i++) {
        walk->take(walk, read_block(reader));
        skip_dots(reader);
    }
}

static void walk_map(struct reader *reader, struct value_walk *walk)
{
    uint32_t count = (uint32_t)read_number(reader, 2);
    for (uint32_t i = 0; i < count && !reader->is_broken; i++) {
        struct bytes name = read_block(reader);
        read_bytes(reader, 8);
        bool is_tombstone = read_number(reader, 1);
        struct bytes value = read_block(reader);
        if (is_tombstone)
            continue;
        walk->name = name;
        walk->take(walk, value);
    }
}

void conflict_walk(const struct version *version, struct value_walk *walk)
{
    struct reader reader = reader_of(version->value);
    switch (version->kind) {
    case VERSION_SIBLINGS: walk_siblings(&reader, walk); break;
    case VERSION_VECTOR: walk_vectors(&reader, walk); break;
    case VERSION_SET: walk_set(&reader, walk); break;
    case VERSION_MAP: walk_map(&reader, walk); break;
    case VERSION_COUNTER: break;
    default:
        if (version->timestamp != 0 && !version->is_tombstone)
            walk->take(walk, version->value);
    }
}

static void count_value(struct value_walk *walk, struct bytes value)
{
    (void)value;
    walk->count++;
}

uint32_t conflict_value_count(const struct version *version)
{
    struct value_walk walk = {.take = count_value};
    conflict_walk(version, &walk);
    return version->kind == VERSION_COUNTER ? 1 : walk.count;
}

static int64_t sum_of_counter(struct bytes counter)
{
    struct reader reader = reader_of(counter);
    uint32_t count = (uint32_t)read_number(&reader, 2);
    uint64_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        read_number(&reader, 8);
        uint64_t up = read_number(&reader, 8);
        sum += up - read_number(&reader, 8);
    }
    return (int64_t)sum;
}

static void write_sibling(struct value_walk *walk, struct bytes value)
{
    text_str(walk->text, walk->count++ > 0 ? " | " : "");
    text_plainly(walk->text, value);
}

static void write_element(struct value_walk *walk, struct bytes value)
{
    text_str(walk->text, walk->count++ > 0 ? ", " : "");
    text_plainly(walk->text, value);
}

static void write_field(struct value_walk *walk, struct bytes value)
{
    text_str(walk->text, walk->count++ > 0 ? ", " : "");
    text_plainly(walk->text, walk->name);
    text_str(walk->text, ": ");
    text_plainly(walk->text, value);
}

void conflict_text(struct text *text, const struct version *version)
{
    bool is_list = version->kind == VERSION_SIBLINGS || version->kind == VERSION_VECTOR;
    struct value_walk walk = {.text = text, .take = write_element};
    if (version->kind == VERSION_COUNTER) {
        text_i64(text, sum_of_counter(version->value));
        return;
    }
    walk.take = is_list                        ? write_sibling
                : version->kind == VERSION_MAP ? write_field
                                               : write_element;
    bool has_braces =
        version->kind != VERSION_PLAIN && !(is_list && conflict_value_count(version) == 1);
    text_str(text, has_braces ? "{" : "");
    conflict_walk(version, &walk);
    text_str(text, has_braces ? "}" : "");
}

static void text_dot(struct text *text, struct reader *reader, bool has_comma)
{
    uint64_t actor = read_number(reader, 8);
    text_str(text, has_comma ? ", n" : "n");
    text_u64(text, (actor >> 32) + 1);
    text_char(text, '.');
    text_u64(text, actor & UINT32_MAX);
    text_char(text, ':');
    text_u64(text, read_number(reader, 8));
}

static void text_dots(struct text *text, struct reader *reader)
{
    uint32_t count = (uint32_t)read_number(reader, 2);
    for (uint32_t i = 0; i < count && !reader->is_broken; i++)
        text_dot(text, reader, i > 0);
}

static void history_of_siblings(struct text *text, struct reader *reader)
{
    uint32_t actors = (uint32_t)read_number(reader, 2);
    for (uint32_t i = 0; i < actors && !reader->is_broken; i++) {
        text_dot(text, reader, i > 0);
        uint32_t values = (uint32_t)read_number(reader, 2);
        for (uint32_t j = 0; j < values && !reader->is_broken; j++) {
            text_char(text, ' ');
            text_plainly(text, read_block(reader));
        }
    }
}

static void history_of_vectors(struct text *text, struct reader *reader)
{
    uint32_t count = (uint32_t)read_number(reader, 2);
    for (uint32_t i = 0; i < count && !reader->is_broken; i++) {
        uint32_t entries = (uint32_t)read_number(reader, 2);
        text_str(text, i > 0 ? "; (" : "(");
        for (uint32_t j = 0; j < entries && !reader->is_broken; j++) {
            text_dot(text, reader, j > 0);
            read_bytes(reader, 8);
        }
        text_str(text, ") ");
        text_str(text, read_number(reader, 1) ? "deleted" : "");
        text_plainly(text, read_block(reader));
    }
}

static void history_of_counter(struct text *text, struct reader *reader)
{
    uint32_t count = (uint32_t)read_number(reader, 2);
    for (uint32_t i = 0; i < count && !reader->is_broken; i++) {
        text_dot(text, reader, i > 0);
        text_char(text, '-');
        text_u64(text, read_number(reader, 8));
    }
}

static void history_of_set(struct text *text, struct reader *reader)
{
    text_dots(text, reader);
    skip_dots(reader);
    uint32_t count = (uint32_t)read_number(reader, 2);
    for (uint32_t i = 0; i < count && !reader->is_broken; i++) {
        text_str(text, "; ");
        text_plainly(text, read_block(reader));
        text_char(text, ' ');
        text_dots(text, reader);
    }
}

void conflict_history_text(struct text *text, const struct version *version)
{
    struct reader reader = reader_of(version->value);
    switch (version->kind) {
    case VERSION_SIBLINGS: history_of_siblings(text, &reader); break;
    case VERSION_VECTOR: history_of_vectors(text, &reader); break;
    case VERSION_COUNTER: history_of_counter(text, &reader); break;
    case VERSION_SET: history_of_set(text, &reader); break;
    default: break;
    }
}

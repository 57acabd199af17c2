/*
 * context.c: causal contexts of clients.
 */
#include "db/conflict/context.h"

#include "base/bytes.h"
#include "base/crc32c.h"
#include "base/murmur3.h"
#include "db/ring/placement.h"

#define NAME_SEED     0x656c656du
#define FIXED_BYTES   9u
#define TRAILER_BYTES 4u

static uint64_t name_hash_of(struct bytes name)
{
    return murmur3_hash(name, NAME_SEED).first;
}

static void build_elements(struct builder *builder, const struct dotted_set *set)
{
    build_number(builder, set->count, 2);
    for (uint32_t i = 0; i < set->count; i++) {
        const struct element *element = &set->elements[i];
        build_number(builder, name_hash_of(element->name), 8);
        build_number(builder, element->count, 2);
        for (uint32_t j = 0; j < element->count; j++) {
            build_number(builder, element->dots[j].actor, 8);
            build_number(builder, element->dots[j].counter, 8);
        }
    }
}

void context_build(struct builder *builder, struct scratch *scratch, struct bytes key,
                   const struct object_of_kind *object)
{
    uint32_t from = builder->size;
    struct clock clock = {0};
    if (object->kind == VERSION_COUNTER || object->kind == VERSION_MAP)
        return;
    build_number(builder, object->kind, 1);
    build_number(builder, key_token(key), 8);
    if (object->kind == VERSION_SIBLINGS)
        clock = siblings_clock(scratch, &object->siblings);
    else if (object->kind == VERSION_VECTOR)
        clock = vectors_clock(scratch, &object->vectors);
    if (object->kind == VERSION_SET)
        build_elements(builder, &object->set);
    else
        clock_build(builder, &clock);
    build_number(builder, crc32c(builder->data + from, builder->size - from), 4);
}

static void read_elements(struct scratch *scratch, struct reader *reader, struct context *context)
{
    uint32_t count = (uint32_t)read_number(reader, 2);
    reader->is_broken |= count > reader->left.size / 10;
    if (reader->is_broken)
        return;
    context->elements = scratch_take(scratch, count * sizeof *context->elements);
    for (uint32_t i = 0; i < count && !reader->is_broken; i++) {
        struct element *element = &context->elements[context->count++];
        element->name = read_bytes(reader, 8);
        element->count = (uint32_t)read_number(reader, 2);
        reader->is_broken |= element->count > reader->left.size / sizeof(struct dot);
        if (reader->is_broken)
            return;
        element->dots = scratch_take(scratch, element->count * sizeof(struct dot));
        for (uint32_t j = 0; j < element->count; j++) {
            element->dots[j].actor = read_number(reader, 8);
            element->dots[j].counter = read_number(reader, 8);
            reader->is_broken |= element->dots[j].counter == 0;
        }
    }
}

bool context_read(struct scratch *scratch, struct bytes bytes, struct bytes key, uint32_t kind,
                  struct context *context)
{
    *context = (struct context){0};
    if (bytes.size == 0)
        return true;
    if (bytes.size < FIXED_BYTES + TRAILER_BYTES)
        return false;
    struct bytes body = {bytes.data, bytes.size - TRAILER_BYTES};
    struct reader trailer = reader_of((struct bytes){bytes.data + body.size, TRAILER_BYTES});
    struct reader reader = reader_of(body);
    if (read_number(&trailer, 4) != crc32c(body.data, body.size) ||
        read_number(&reader, 1) != kind || read_number(&reader, 8) != key_token(key))
        return false;
    if (kind == VERSION_SET)
        read_elements(scratch, &reader, context);
    else
        context->clock = clock_read(scratch, &reader);
    return reader_is_done(&reader);
}

const struct element *context_find(const struct context *context, struct bytes name)
{
    uint64_t hash = name_hash_of(name);
    for (uint32_t i = 0; i < context->count; i++) {
        struct reader reader = reader_of(context->elements[i].name);
        if (read_number(&reader, 8) == hash)
            return &context->elements[i];
    }
    return NULL;
}

uint64_t context_claims(const struct context *context, uint64_t actor)
{
    uint64_t claim = clock_at(&context->clock, actor);
    for (uint32_t i = 0; i < context->count; i++)
        for (uint32_t j = 0; j < context->elements[i].count; j++)
            if (context->elements[i].dots[j].actor == actor)
                claim = MAX(claim, context->elements[i].dots[j].counter);
    return claim;
}

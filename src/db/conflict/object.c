/*
 * object.c: the table of kinds.
 */
#include "db/conflict/object.h"

bool object_decode(struct scratch *scratch, const struct version *version, uint32_t kind,
                   struct object_of_kind *object)
{
    static const uint8_t empty[6] = {0};
    static const uint32_t empty_size[VERSION_KIND_COUNT] = {0, 2, 2, 2, 6, 2};
    struct bytes bytes = version->value;
    if (version->timestamp == 0 && bytes.size == 0)
        bytes = (struct bytes){empty, empty_size[kind]};
    struct reader reader = reader_of(bytes);
    *object = (struct object_of_kind){.kind = kind};
    switch (kind) {
    case VERSION_SIBLINGS: object->siblings = siblings_read(scratch, &reader); break;
    case VERSION_VECTOR: object->vectors = vectors_read(scratch, &reader); break;
    case VERSION_COUNTER: object->counter = counter_read(scratch, &reader); break;
    case VERSION_SET: object->set = set_read(scratch, &reader); break;
    case VERSION_MAP: object->fields = fields_read(scratch, &reader); break;
    default: return false;
    }
    return reader_is_done(&reader);
}

void object_encode(struct builder *builder, const struct object_of_kind *object)
{
    switch (object->kind) {
    case VERSION_SIBLINGS: siblings_build(builder, &object->siblings); break;
    case VERSION_VECTOR: vectors_build(builder, &object->vectors); break;
    case VERSION_COUNTER: counter_build(builder, &object->counter); break;
    case VERSION_SET: set_build(builder, &object->set); break;
    default: fields_build(builder, &object->fields); break;
    }
}

struct object_of_kind object_sync(struct scratch *scratch, const struct object_of_kind *a,
                                  const struct object_of_kind *b)
{
    struct object_of_kind both = {.kind = a->kind};
    switch (a->kind) {
    case VERSION_SIBLINGS:
        both.siblings = siblings_sync(scratch, &a->siblings, &b->siblings);
        break;
    case VERSION_VECTOR: both.vectors = vectors_sync(scratch, &a->vectors, &b->vectors); break;
    case VERSION_COUNTER: both.counter = counter_sync(scratch, &a->counter, &b->counter); break;
    case VERSION_SET: both.set = set_sync(scratch, &a->set, &b->set); break;
    default: both.fields = fields_sync(scratch, &a->fields, &b->fields); break;
    }
    return both;
}

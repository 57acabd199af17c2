/*
 * object.c: record the moments of one object. The contract is in object.h.
 */
#include "check/object.h"

struct object object_make(struct heap *heap, uint32_t call_room)
{
    struct object object = {0};
    object.calls = heap_alloc(heap, sizeof(struct call) * call_room);
    object.moments = heap_alloc(heap, sizeof(uint32_t) * 2 * call_room);
    return object;
}

void object_free(struct heap *heap, struct object *object)
{
    heap_free(heap, object->calls);
    heap_free(heap, object->moments);
}

uint32_t object_add_call(struct object *object, struct call call)
{
    uint32_t index = object->call_count++;
    call.called = object->moment_count;
    call.returned = MOMENT_OPEN;
    object->calls[index] = call;
    object->moments[object->moment_count++] = index * 2;
    return index;
}

void object_add_return(struct object *object, uint32_t call)
{
    object->calls[call].returned = object->moment_count;
    object->moments[object->moment_count++] = call * 2 + 1;
}

void object_copy_prefix(const struct object *object, uint32_t moment_count, struct object *prefix)
{
    prefix->model = object->model;
    prefix->initial = object->initial;
    prefix->state_count = object->state_count;
    object_clear(prefix);
    for (uint32_t i = 0; i < moment_count; i++) {
        uint32_t index = object->moments[i] / 2;
        if (object->moments[i] % 2 == 0)
            object_add_call(prefix, object->calls[index]);
        else
            object_add_return(prefix, index);
    }
}

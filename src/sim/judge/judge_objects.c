/*
 * judge_objects.c: objects at the end of a run, for the oracles.
 */
#include "sim/judge/judge_objects.h"

#include "db/conflict/answer.h"
#include "db/conflict/functions.h"
#include "sim/client/client_known.h"
#include "sim/picture/view.h"

struct taking {
    uint64_t *values;
    uint32_t count;
};

static void take_identity(struct value_walk *walk, struct bytes value)
{
    struct taking *taking = walk->host;
    taking->values[taking->count++] = value_identity(value);
}

static bool read_sum(const struct version *version, int64_t *sum)
{
    char digits[32];
    struct text text;
    if (version->kind != VERSION_COUNTER && version->kind != VERSION_PLAIN)
        return false;
    text_init(&text, digits, sizeof digits);
    conflict_text(&text, version);
    return read_decimal((struct bytes){(const uint8_t *)digits, text.size}, sum);
}

/* A list that was kept as a plain value: its items. */
static void take_items(struct bytes list, struct heap *scratch, struct taking *taking)
{
    struct bytes *items = heap_alloc(scratch, list_room(list) * sizeof *items);
    uint32_t count = list_items(list, items);
    taking->values = heap_alloc(scratch, (count + 1) * sizeof(uint64_t));
    for (uint32_t i = 0; i < count; i++)
        taking->values[taking->count++] = value_identity(items[i]);
}

static struct final_object object_of(const struct version *version, struct heap *scratch)
{
    struct taking taking = {0};
    struct value_walk walk = {.take = take_identity, .host = &taking};
    if (version->kind == VERSION_PLAIN) {
        take_items(version->value, scratch, &taking);
    } else {
        uint32_t count = conflict_value_count(version);
        taking.values = heap_alloc(scratch, (count + 1) * sizeof(uint64_t));
        conflict_walk(version, &walk);
    }
    struct final_object object = {
        .values = taking.values, .value_count = taking.count, .whole = version_value(version)};
    object.is_number = read_sum(version, &object.sum);
    return object;
}

struct final_object *final_objects(const struct world *world, const struct version *finals,
                                   struct heap *scratch)
{
    uint32_t count = world_key_count(world);
    struct final_object *objects = heap_alloc(scratch, count * sizeof *objects);
    for (uint32_t i = 0; i < count; i++) {
        objects[i] = object_of(&finals[i], scratch);
        objects[i].is_merged =
            config_table(&world->scenario->node, world_key(world, i))->function != FUNCTION_NONE;
    }
    return objects;
}

uint8_t *leave_out_objects(const struct world *world, struct history *history, struct heap *scratch)
{
    struct operation *operations = heap_alloc(scratch, history->count * sizeof *operations);
    uint8_t *is_left_out = heap_alloc(scratch, history->key_count);
    for (uint32_t i = 0; i < history->count; i++) {
        const struct operation *operation = &history->operations[i];
        struct bytes key = world_key(world, operation->key);
        bool is_object = config_table(&world->scenario->node, key)->kind != VERSION_PLAIN ||
                         operation->kind > OPERATION_DELETE;
        is_left_out[operation->key] |= is_object;
    }
    for (uint32_t i = 0; i < history->count; i++) {
        operations[i] = history->operations[i];
        if (is_left_out[operations[i].key]) {
            operations[i].kind = OPERATION_GET;
            operations[i].outcome = OUTCOME_UNAVAILABLE;
            operations[i].completed = operations[i].told;
        }
    }
    history->operations = operations;
    return is_left_out;
}

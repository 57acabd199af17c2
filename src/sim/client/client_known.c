/*
 * client_known.c: contexts and values that clients keep.
 */
#include "sim/client/client_known.h"

#include <string.h>

#include "base/mix.h"
#include "base/murmur3.h"
#include "db/conflict/answer.h"
#include "db/conflict/functions.h"
#include "sim/world/world.h"

static struct bytes copy_to_heap(struct world *world, struct bytes bytes)
{
    uint8_t *copy = heap_alloc(&world->state->heap, bytes.size);
    if (bytes.size > 0)
        memcpy(copy, bytes.data, bytes.size);
    return (struct bytes){copy, bytes.size};
}

static void free_from_heap(struct world *world, struct bytes bytes)
{
    if (bytes.data)
        heap_free(&world->state->heap, (void *)(uintptr_t)bytes.data);
}

static uint64_t identity_of(uint32_t client, struct bytes key)
{
    return mix_pair(client + 1, murmur3_token(key));
}

struct known_key *client_known(const struct world *world, uint32_t client, struct bytes key)
{
    const struct clientele *clientele = &world->state->clients;
    uint64_t index = table_get(&clientele->known, identity_of(client, key), 0);
    return index ? chain_at(&clientele->known_keys, index - 1) : NULL;
}

static struct known_key *known_or_new(struct world *world, uint32_t client, struct bytes key)
{
    struct clientele *clientele = &world->state->clients;
    struct known_key *known = client_known(world, client, key);
    if (known)
        return known;
    known = chain_append(&clientele->known_keys);
    table_set(&clientele->known, identity_of(client, key), chain_count(&clientele->known_keys));
    return known;
}

void client_name_value(struct world *world, uint64_t identity, struct bytes text)
{
    struct clientele *clientele = &world->state->clients;
    if (table_has(&clientele->spoken, identity) || table_has(&clientele->values, identity))
        return;
    struct bytes *name = chain_append(&clientele->texts);
    *name = copy_to_heap(world, text);
    table_set(&clientele->spoken, identity, chain_count(&clientele->texts));
}

uint64_t object_identity(const struct text *text, uint64_t count)
{
    uint64_t identity = value_identity((struct bytes){(const uint8_t *)text->data, text->size});
    return text->is_cut ? mix_pair(identity, count) : identity;
}

/* The values one by one, for the oracles. */
static void list_returned(struct world *world, struct operation *operation, uint32_t shape,
                          struct bytes value)
{
    struct clientele *clientele = &world->state->clients;
    uint32_t count = answer_values(shape, value, NULL, 0);
    struct bytes *values = heap_alloc(&world->state->heap, count * sizeof *values);
    answer_values(shape, value, values, count);
    operation->returned = (uint32_t)chain_count(&clientele->returned);
    operation->returned_count = count;
    for (uint32_t i = 0; i < count; i++)
        *(uint64_t *)chain_append(&clientele->returned) = value_identity(values[i]);
    heap_free(&world->state->heap, values);
}

static uint64_t identity_of_answer(struct world *world, struct operation *operation,
                                   const struct message_client_reply *reply)
{
    char buffer[VERSION_TEXT_MAX];
    struct text text;
    if (reply->shape == VERSION_PLAIN)
        return value_identity(reply->value);
    text_init(&text, buffer, sizeof buffer);
    answer_text(&text, reply->shape, reply->value);
    list_returned(world, operation, reply->shape, reply->value);
    uint64_t identity = object_identity(&text, answer_values(reply->shape, reply->value, NULL, 0));
    client_name_value(world, identity, (struct bytes){(const uint8_t *)text.data, text.size});
    return identity;
}

/* A plain get is remembered only where somebody will ask: by clients that read before they put. */
void client_learn(struct world *world, uint32_t history_index,
                  const struct message_client_reply *reply)
{
    struct operation *operation = history_at(world, history_index);
    struct bytes key = *(struct bytes *)chain_at(&world->state->clients.key_names, operation->key);
    const struct client_setting *setting = &world->scenario->clients[operation->client];
    operation->value = reply->found ? identity_of_answer(world, operation, reply) : VALUE_ABSENT;
    if (setting->loop != CLIENT_SCRIPT && setting->puts == PUTS_BLIND && reply->context.size == 0)
        return;
    struct known_key *known = known_or_new(world, operation->client, key);
    free_from_heap(world, known->value);
    free_from_heap(world, known->context);
    known->shape = reply->shape;
    known->value = copy_to_heap(world, reply->value);
    known->context = copy_to_heap(world, reply->context);
    known->operation = history_index + 1;
}

struct bytes client_append_item(struct world *world, uint32_t client, struct bytes key,
                                struct bytes item)
{
    const struct known_key *known = client_known(world, client, key);
    struct scratch scratch = {.memory = &world->state->heap};
    struct builder builder = builder_of(&world->state->heap);
    uint32_t count = 1;
    if (known)
        count += answer_values(known->shape, known->value, NULL, 0);
    struct bytes *values = scratch_take(&scratch, count * sizeof *values);
    if (known)
        answer_values(known->shape, known->value, values, count - 1);
    values[count - 1] = item;
    merge_values(&scratch, FUNCTION_UNION, values, count, &builder);
    scratch_end(&scratch);
    return builder_end(&builder);
}

/*
 * client_send.c: an attempt as a message, with what the client knows of the key.
 *
 * A client of a table that is stamped by its clients sends the time; of one with hybrid logical
 * clocks the newest timestamp that it was told; and with every write the context of its last read
 * of the key, unless the write is a blind one.
 */
#include "sim/client/client_send.h"

#include "db/message.h"
#include "sim/client/client_known.h"
#include "sim/world/world.h"

static int64_t timestamp_to_send(const struct world *world, const struct attempt *attempt)
{
    switch (config_table(&world->scenario->node, attempt->key)->stamp) {
    case STAMP_CLIENT:
        return CLOCK_EPOCH_NS + (int64_t)world->state->now +
               world->scenario->clients[attempt->client].clock_offset_ns;
    case STAMP_HLC: return world->state->clients.clients[attempt->client].newest_timestamp;
    default: return 0;
    }
}

static struct bytes context_to_send(const struct world *world, const struct attempt *attempt)
{
    const struct known_key *known = client_known(world, attempt->client, attempt->key);
    return known && !attempt->is_blind ? known->context : (struct bytes){NULL, 0};
}

/* What every write says, whatever else it holds: of messages of different kinds, whose fields are
 * called the same. */
#define FILL_WRITE(world, attempt, write)                                                          \
    do {                                                                                           \
        (write)->request = (attempt)->request;                                                     \
        (write)->level = (attempt)->level;                                                         \
        (write)->explicit_count = (attempt)->explicit_count;                                       \
        (write)->sloppy = (attempt)->is_sloppy;                                                    \
        (write)->key = (attempt)->key;                                                             \
        (write)->timestamp = timestamp_to_send(world, attempt);                                    \
        (write)->context = context_to_send(world, attempt);                                        \
    } while (0)

static void fill_put(const struct world *world, const struct attempt *attempt,
                     struct message_client_put *put)
{
    FILL_WRITE(world, attempt, put);
    put->value = attempt->value;
}

static void fill_update(const struct world *world, const struct attempt *attempt,
                        struct message_client_update *update)
{
    FILL_WRITE(world, attempt, update);
    update->operation = attempt->kind;
    update->amount = attempt->amount;
    update->name = attempt->name;
    update->value = attempt->value;
}

void client_send(struct world *world, const struct attempt *attempt)
{
    struct message message = {0};
    switch (attempt->kind) {
    case OPERATION_GET:
        message.kind = MESSAGE_CLIENT_GET;
        message.client_get = (struct message_client_get){attempt->request, attempt->level,
                                                         attempt->explicit_count,
                                                         attempt->is_sloppy, attempt->key};
        break;
    case OPERATION_PUT:
        message.kind = MESSAGE_CLIENT_PUT;
        fill_put(world, attempt, &message.client_put);
        break;
    case OPERATION_DELETE:
        message.kind = MESSAGE_CLIENT_DELETE;
        FILL_WRITE(world, attempt, &message.client_delete);
        break;
    default:
        message.kind = MESSAGE_CLIENT_UPDATE;
        fill_update(world, attempt, &message.client_update);
    }
    uint32_t size = message_size(&message);
    uint8_t *frame = heap_alloc(&world->state->heap, size);
    message_encode(&message, frame, size);
    net_send(world, CLIENT_ADDRESS_BASE + attempt->client, attempt->coordinator, attempt->request,
             frame, size);
    heap_free(&world->state->heap, frame);
}

/*
 * picture_flight.c: one pass over all that is still to happen.
 *
 *   an arrival          a message in flight, and perhaps how far a replica is
 *                       (so is one that is held, and stands in no queue)
 *   a timer             something that runs down; of an operation, when it began
 *   work, waiting or    a replica that has the question, or a coordinator that has the answer
 *   on a core           and has not come to it
 *   an unsynced write   a replica that waits for its disk
 *
 * The queue is walked in no order at all; then everything is sorted by its time.
 */
#include "sim/picture/picture_parts.h"

#include <string.h>

#include "base/sort.h"
#include "base/table.h"
#include "db/message.h"
#include "db/store/row.h"
#include "db/timers.h"

struct flight {
    const struct world *world;
    struct picture *picture;
    struct table open; /* request -> index among the open operations */
};

static struct picture_operation *find_open(const struct flight *flight, uint64_t request)
{
    uint64_t *index = table_find(&flight->open, request);
    return index ? &flight->picture->open[*index] : NULL;
}

/* A replica is at least this far. Of two copies of a message the one that is further counts. */
static void raise_slot(const struct flight *flight, uint64_t request, uint32_t coordinator,
                       uint32_t replica, uint8_t slot)
{
    struct picture_operation *operation = find_open(flight, request);
    if (!operation || operation->coordinator != coordinator)
        return;
    for (uint32_t i = 0; i < operation->replica_count; i++)
        if (operation->replicas[i] == replica && operation->slots[i] < slot)
            operation->slots[i] = slot;
}

static bool is_question(uint8_t kind)
{
    return kind == MESSAGE_REPLICA_WRITE || kind == MESSAGE_REPLICA_READ;
}

static bool is_answer(uint8_t kind)
{
    return kind == MESSAGE_REPLICA_WRITTEN || kind == MESSAGE_REPLICA_DIGEST ||
           kind == MESSAGE_REPLICA_VALUE;
}

/* --- messages ------------------------------------------------------------------------------ */

static bool is_doomed(const struct world *world, const struct parcel *parcel)
{
    return net_is_dropped(world, parcel) ||
           net_is_cut(world, parcel->from, parcel->to) ||
           (is_node_address(world, parcel->to) &&
            (machine_at(world, parcel->to)->state == NODE_DOWN ||
             machine_at(world, parcel->to)->incarnation != parcel->incarnation));
}

static char sign_of(const struct parcel *parcel)
{
    struct message message;
    if (!is_answer(parcel->kind) && parcel->kind != MESSAGE_CLIENT_REPLY)
        return 0;
    if (message_decode(&message, parcel->data, parcel->size) != REASON_NONE)
        return 0;
    bool is_bad = (message.kind == MESSAGE_REPLICA_WRITTEN && !message.replica_written.stored) ||
                  (message.kind == MESSAGE_CLIENT_REPLY &&
                   message.client_reply.outcome != OUTCOME_OK);
    return is_bad ? '-' : '+';
}

/* How many rows it brings to a new owner of them. */
static uint32_t rows_of(const struct parcel *parcel)
{
    struct message message;
    struct bytes key;
    struct version version;
    uint32_t count = 0, size;
    if (parcel->kind != MESSAGE_STREAM_ROWS ||
        message_decode(&message, parcel->data, parcel->size) != REASON_NONE)
        return 0;
    struct bytes rows = message.stream_rows.rows;
    while (rows.size > 0 && (size = row_decode(rows, &key, &version)) > 0) {
        rows.data += size;
        rows.size -= size;
        count++;
    }
    return count;
}

static void take_message(const struct flight *flight, const struct parcel *parcel)
{
    struct picture *picture = flight->picture;
    vtime now = flight->world->state->now;
    vtime left = parcel->is_held ? parcel->left : parcel->arrives_at - now;
    bool is_lost = is_doomed(flight->world, parcel);
    bool is_heard = !is_lost && !parcel->is_damaged;
    if (is_heard && is_question(parcel->kind))
        raise_slot(flight, parcel->about, parcel->from, parcel->to, PICTURE_SLOT_ASKED);
    if (is_heard && is_answer(parcel->kind))
        raise_slot(flight, parcel->about, parcel->to, parcel->from, PICTURE_SLOT_ANSWERING);
    if (picture->message_count == PICTURE_MESSAGES_MAX)
        return;
    picture->messages[picture->message_count++] =
        (struct picture_message){.from = parcel->from,
                                 .to = parcel->to,
                                 .letter = message_table[parcel->kind].letter[0],
                                 .sign = sign_of(parcel),
                                 .name = message_table[parcel->kind].name,
                                 .sent_at = parcel->sent_at,
                                 .arrives_at = now + left,
                                 .about = parcel->about,
                                 .identity = parcel->identity,
                                 .copy = parcel->copy,
                                 .record = parcel->cause,
                                 .is_doomed = is_lost,
                                 .is_held = parcel->is_held,
                                 .is_damaged = parcel->is_damaged,
                                 .rows = rows_of(parcel),
                                 .left = left,
                                 .way = parcel->way};
}

/* Those that are held stand in no queue. */
static void take_held(const struct flight *flight)
{
    const struct network *net = &flight->world->state->net;
    for (uint32_t i = net->first_held; i != POOL_NONE;) {
        const struct parcel *parcel = pool_at(&net->parcels, i);
        take_message(flight, parcel);
        i = parcel->next_held;
    }
}

/* --- work and timers ----------------------------------------------------------------------- */

static void take_work(const struct flight *flight, const struct work *work)
{
    struct picture_operation *operation;
    if (work->kind == WORK_MESSAGE && is_question(work->message_kind))
        raise_slot(flight, work->about, work->event.from, work->node, PICTURE_SLOT_WORKING);
    if (work->kind == WORK_MESSAGE && is_answer(work->message_kind))
        raise_slot(flight, work->about, work->node, work->event.from, PICTURE_SLOT_ANSWERING);
    if (work->kind != WORK_TIMER || work->event.timer_kind != TIMER_OPERATION)
        return;
    operation = find_open(flight, work->event.token);
    if (operation && operation->coordinator == work->node) { /* it is over, and nobody knows yet */
        operation->begun_at = operation->due_at = work->arrived_at;
        operation->record = work->cause;
    }
}

static void take_waiting_work(const struct flight *flight)
{
    const struct world *world = flight->world;
    for (uint32_t node = 0; node < flight->picture->node_count; node++) {
        const struct machine *machine = machine_at(world, node);
        for (uint32_t i = machine->cpu.first; i != POOL_NONE;) {
            const struct work *work = pool_at(&world->state->work, i);
            take_work(flight, work);
            i = work->next;
        }
        const struct unsynced_write *write = machine->node ? machine->node->unsynced_first : NULL;
        for (; write; write = write->next)
            raise_slot(flight, write->request, write->coordinator, node, PICTURE_SLOT_WORKING);
    }
}

static void add_timer(struct picture *picture, struct picture_timer timer)
{
    if (picture->timer_count < PICTURE_TIMERS_MAX)
        picture->timers[picture->timer_count++] = timer;
}

static void take_timer(const struct flight *flight, const struct queue_event *event)
{
    static const uint8_t kinds[] = {[TIMER_OPERATION] = PICTURE_TIMER_OPERATION,
                                    [TIMER_HEARTBEAT] = PICTURE_TIMER_HEARTBEAT,
                                    [TIMER_LOG_SYNC] = PICTURE_TIMER_LOG_SYNC,
                                    [TIMER_SPECULATE] = PICTURE_TIMER_SPECULATE,
                                    [TIMER_TOPOLOGY] = PICTURE_TIMER_TOPOLOGY,
                                    [TIMER_REPAIR] = PICTURE_TIMER_REPAIR,
                                    [TIMER_TOMBSTONES] = PICTURE_TIMER_TOMBSTONES,
                                    [TIMER_HINTS] = PICTURE_TIMER_HINTS,
                                    [TIMER_HINT_BATCH] = PICTURE_TIMER_HINT_BATCH,
                                    [TIMER_GOSSIP] = PICTURE_TIMER_GOSSIP,
                                    [TIMER_RANGES] = PICTURE_TIMER_RANGES,
                                    [TIMER_PROBE] = PICTURE_TIMER_PROBE,
                                    [TIMER_SUSPICION] = PICTURE_TIMER_SUSPICION,
                                    [TIMER_SPREAD] = PICTURE_TIMER_SPREAD};
    _Static_assert(ARRAY_LEN(kinds) == TIMER_KIND_COUNT, "every timer is pictured");
    const struct sim_timer *timer = pool_at(&flight->world->state->timers, event->payload);
    struct picture_operation *operation = find_open(flight, timer->token);
    bool has_peer = timer->kind == TIMER_SUSPICION;
    add_timer(flight->picture, (struct picture_timer){.owner = timer->node,
                                                      .kind = kinds[timer->kind],
                                                      .peer = has_peer ? (uint32_t)timer->token
                                                                       : MEMBERS_NOBODY,
                                                      .about = timer->about,
                                                      .set_at = timer->set_at,
                                                      .due_at = event->time});
    if (timer->kind != TIMER_OPERATION || !operation || operation->coordinator != timer->node)
        return;
    operation->begun_at = timer->set_at;
    operation->due_at = event->time;
    operation->record = timer->cause;
}

static void take_patience(const struct flight *flight, const struct queue_event *event)
{
    const struct in_flight *asked = pool_at(&flight->world->state->clients.flights, event->payload);
    const struct operation *operation = history_at(flight->world, asked->history_index);
    add_timer(flight->picture, (struct picture_timer){.owner = CLIENT_ADDRESS_BASE + asked->client,
                                                      .kind = PICTURE_TIMER_CLIENT,
                                                      .about = operation->request,
                                                      .set_at = operation->invoked,
                                                      .due_at = event->time});
}

static void take_event(const struct flight *flight, const struct queue_event *event)
{
    const struct world_state *state = flight->world->state;
    switch (event->kind) {
    case SIM_ARRIVE: take_message(flight, pool_at(&state->net.parcels, event->payload)); break;
    case SIM_WORK_DONE: take_work(flight, pool_at(&state->work, event->payload)); break;
    case SIM_TIMER: take_timer(flight, event); break;
    case SIM_GIVE_UP: take_patience(flight, event); break;
    default: break;
    }
}

/* --- in order ------------------------------------------------------------------------------ */

static bool is_message_before(const void *context, uint32_t a, uint32_t b)
{
    const struct picture_message *x = (const struct picture_message *)context + a;
    const struct picture_message *y = (const struct picture_message *)context + b;
    if (x->arrives_at != y->arrives_at)
        return x->arrives_at < y->arrives_at;
    return x->identity != y->identity ? x->identity < y->identity : x->copy < y->copy;
}

static bool is_timer_before(const void *context, uint32_t a, uint32_t b)
{
    const struct picture_timer *x = (const struct picture_timer *)context + a;
    const struct picture_timer *y = (const struct picture_timer *)context + b;
    if (x->due_at != y->due_at)
        return x->due_at < y->due_at;
    return x->owner != y->owner ? x->owner < y->owner : x->about < y->about;
}

static bool is_open_before(const void *context, uint32_t a, uint32_t b)
{
    const struct picture_operation *x = (const struct picture_operation *)context + a;
    const struct picture_operation *y = (const struct picture_operation *)context + b;
    return x->begun_at != y->begun_at ? x->begun_at < y->begun_at : x->about < y->about;
}

/* The items in order, in memory of their own. */
static void *sorted(struct heap *scratch, const void *items, uint32_t count, size_t size,
                    sort_before *before)
{
    uint32_t *order = heap_alloc(scratch, count * sizeof *order);
    uint32_t *spare = heap_alloc(scratch, count * sizeof *spare);
    uint8_t *result = heap_alloc(scratch, count * size);
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    sort_indexes(order, count, spare, before, items);
    for (uint32_t i = 0; i < count; i++)
        memcpy(result + i * size, (const uint8_t *)items + order[i] * size, size);
    return result;
}

void picture_take_flight(const struct world *world, struct heap *scratch, struct picture *picture)
{
    const struct world_state *state = world->state;
    struct flight flight = {.world = world, .picture = picture};
    struct queue_cursor cursor = {0};
    struct queue_event event;
    uint32_t messages = MIN(state->net.parcels.taken_count, (uint32_t)PICTURE_MESSAGES_MAX);
    uint32_t timers = MIN(state->timers.taken_count + state->clients.flights.taken_count,
                          (uint32_t)PICTURE_TIMERS_MAX);
    picture->messages = heap_alloc(scratch, messages * sizeof *picture->messages);
    picture->timers = heap_alloc(scratch, timers * sizeof *picture->timers);
    table_init(&flight.open, scratch);
    for (uint32_t i = 0; i < picture->open_count; i++)
        table_set(&flight.open, picture->open[i].about, i);
    while (queue_visit(&state->queue, &cursor, &event))
        take_event(&flight, &event);
    take_held(&flight);
    take_waiting_work(&flight);
    picture->messages = sorted(scratch, picture->messages, picture->message_count,
                               sizeof *picture->messages, is_message_before);
    picture->timers = sorted(scratch, picture->timers, picture->timer_count,
                             sizeof *picture->timers, is_timer_before);
    picture->open = sorted(scratch, picture->open, picture->open_count, sizeof *picture->open,
                           is_open_before);
}

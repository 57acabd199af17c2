/*
 * net_touch.c: what is done to one copy of a message on its way.
 *
 * A held message is in a list instead of the queue: no step will come of it. Each touch leaves a
 * record that is caused by the sending, so that one knows which flight it is about.
 */
#include "sim/net/net_touch.h"

#include "db/message.h"
#include "sim/world/world.h"

static struct network *net_of(const struct world *world)
{
    return &world->state->net;
}

static struct parcel *parcel_at(const struct world *world, uint32_t index)
{
    return pool_at(&net_of(world)->parcels, index);
}

/* --- the list of held ones ------------------------------------------------------------ */

static void link_held(struct world *world, uint32_t index)
{
    struct network *net = net_of(world);
    struct parcel *parcel = parcel_at(world, index);
    parcel->is_held = true;
    parcel->arrival = 0;
    parcel->next_held = POOL_NONE;
    parcel->previous_held = net->last_held;
    if (net->last_held == POOL_NONE)
        net->first_held = index;
    else
        parcel_at(world, net->last_held)->next_held = index;
    net->last_held = index;
}

static void unlink_held(struct world *world, uint32_t index)
{
    struct network *net = net_of(world);
    struct parcel *parcel = parcel_at(world, index);
    if (parcel->previous_held == POOL_NONE)
        net->first_held = parcel->next_held;
    else
        parcel_at(world, parcel->previous_held)->next_held = parcel->next_held;
    if (parcel->next_held == POOL_NONE)
        net->last_held = parcel->previous_held;
    else
        parcel_at(world, parcel->next_held)->previous_held = parcel->previous_held;
    parcel->is_held = false;
    parcel->next_held = parcel->previous_held = POOL_NONE;
}

/* --- what is done to one copy ------------------------------------------------------------ */

static uint64_t tell(struct world *world, const struct parcel *parcel, uint32_t kind, uint64_t c)
{
    world->state->cause = parcel->cause;
    return world_record(world, kind, parcel->from, parcel->about, parcel->kind, parcel->to, c);
}

static void cancel_arrival(struct world *world, struct parcel *parcel)
{
    bool is_cancelled = queue_cancel(&world->state->queue, parcel->arrival, NULL);
    CHECK_WHY(is_cancelled, "a message in flight is not in the queue");
}

static void push_arrival(struct world *world, uint32_t index, vtime left)
{
    struct parcel *parcel = parcel_at(world, index);
    parcel->arrives_at = world->state->now + left;
    parcel->arrival = world_push(world, parcel->arrives_at, SIM_ARRIVE, 0, index,
                                 parcel->identity + parcel->copy);
}

static vtime left_of(const struct world *world, const struct parcel *parcel)
{
    return parcel->is_held ? parcel->left : parcel->arrives_at - world->state->now;
}

static void hold(struct world *world, uint32_t index)
{
    struct parcel *parcel = parcel_at(world, index);
    parcel->left = left_of(world, parcel);
    cancel_arrival(world, parcel);
    link_held(world, index);
    tell(world, parcel, TRACE_HOLD, parcel->left);
}

static void release(struct world *world, uint32_t index)
{
    struct parcel *parcel = parcel_at(world, index);
    vtime left = parcel->left;
    unlink_held(world, index);
    parcel->left = 0;
    push_arrival(world, index, left);
    tell(world, parcel, TRACE_RELEASE, left);
}

void net_hold_up(struct world *world, uint32_t index)
{
    struct parcel *parcel = parcel_at(world, index);
    parcel->left = 0;
    parcel->is_clogged = true;
    link_held(world, index);
    tell(world, parcel, TRACE_HOLD, 0);
}

void net_unclog(struct world *world, uint32_t from, uint32_t to)
{
    uint64_t cause = world->state->cause;
    uint32_t index = net_of(world)->first_held;
    while (index != POOL_NONE) {
        struct parcel *parcel = parcel_at(world, index);
        uint32_t next = parcel->next_held;
        if (parcel->is_clogged && parcel->from == from && parcel->to == to) {
            parcel->is_clogged = false;
            release(world, index);
        }
        index = next;
    }
    world->state->cause = cause;
}

/* At the same speed it is elsewhere on its way then. Only when it would have to be behind its
 * beginning it stays where it is, and goes more slowly from there. */
static vtime stretched(vtime way, vtime left, vtime new_left)
{
    if (new_left <= way)
        return way;
    return left ? (vtime)((uint128)way * new_left / left) : new_left;
}

static void postpone(struct world *world, uint32_t index, const struct message_mark *deed)
{
    struct parcel *parcel = parcel_at(world, index);
    vtime now = world->state->now, left = left_of(world, parcel);
    vtime new_left = left + (vtime)deed->amount;
    if (deed->mode == POSTPONE_UNTIL)
        new_left = MAX((vtime)deed->amount, now) - now;
    parcel->way = stretched(parcel->way, left, new_left);
    if (parcel->is_held) {
        parcel->left = new_left;
    } else {
        cancel_arrival(world, parcel);
        push_arrival(world, index, new_left);
    }
    tell(world, parcel, TRACE_POSTPONE, new_left - left);
}

static void corrupt(struct world *world, uint32_t index, const struct message_mark *deed)
{
    struct parcel *parcel = parcel_at(world, index);
    uint32_t byte = deed->amount == LAST_BYTE ? parcel->size - 1 : (uint32_t)deed->amount;
    struct message message;
    parcel->data[byte] ^= 1;
    parcel->is_damaged = message_decode(&message, parcel->data, parcel->size) != REASON_NONE;
    tell(world, parcel, TRACE_CORRUPT, byte);
}

/* It goes by itself, also when the one that it is a copy of is held. */
static void duplicate(struct world *world, uint32_t index)
{
    struct network *net = net_of(world);
    struct parcel copy = *parcel_at(world, index);
    uint64_t made = table_get(&net->copies_made, copy.identity, 0);
    table_set(&net->copies_made, copy.identity, made + 1);
    copy.copy = (uint8_t)(2 + made);
    copy.is_held = false;
    copy.left = 0;
    copy.sent_at = world->state->now;
    vtime latency = net_copy_latency(world, &copy);
    copy.cause = tell(world, parcel_at(world, index), TRACE_DUPLICATE, latency);
    net_dispatch(world, &copy, world->state->now + latency);
}

/* --- choosing ------------------------------------------------------------------------- */

enum reason net_touch_why_not(const struct world *world, const struct parcel *parcel,
                              const struct message_mark *deed)
{
    switch (deed->kind) {
    case ACTION_HOLD: return parcel->is_held ? REASON_HELD : REASON_NONE;
    case ACTION_RELEASE: return parcel->is_held ? REASON_NONE : REASON_NOT_HELD;
    case ACTION_CORRUPT:
        return deed->amount < (int64_t)parcel->size ? REASON_NONE : REASON_TRUNCATED;
    case ACTION_DUPLICATE: {
        uint64_t made = table_get(&net_of(world)->copies_made, parcel->identity, 0);
        return 2 + made < MESSAGE_COPIES_MAX ? REASON_NONE : REASON_TOO_MANY;
    }
    default: return REASON_NONE;
    }
}

void net_touch(struct world *world, uint32_t index, const struct message_mark *deed)
{
    switch (deed->kind) {
    case ACTION_HOLD: hold(world, index); break;
    case ACTION_RELEASE: release(world, index); break;
    case ACTION_POSTPONE: postpone(world, index, deed); break;
    case ACTION_CORRUPT: corrupt(world, index, deed); break;
    default: duplicate(world, index);
    }
}

void net_lose_held(struct world *world, uint32_t index)
{
    struct network *net = net_of(world);
    struct parcel *parcel = parcel_at(world, index);
    unlink_held(world, index);
    tell(world, parcel, TRACE_DROP, REASON_COMMANDED);
    heap_free(&net->heap, parcel->data);
    pool_give(&net->parcels, index);
}

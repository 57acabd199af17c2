/*
 * net_bend.c: what somebody does to a message on its way.
 *
 *   hold       it stops where it is: out of the queue, into a list. What is left of its way
 *              is kept. It stays in flight, whatever becomes of its ends.
 *   release    it goes on, and arrives when what was left of its way is behind it.
 *   duplicate  one more copy sets out now, with a latency of its own. It is a message like
 *              any other, with a number: held, delayed, damaged or lost by itself.
 *   postpone   it arrives so much later, or at another time; never before now. Of a held
 *              one it is what is left that changes.
 *   corrupt    a bit of its bytes flips. That it is refused is the receiver's doing.
 *   drop       is decided on arrival, as all loss is; but one that is held is lost at once.
 *
 * A message is named by its identity, so the name keeps its place when other things come and
 * go. `copy` chooses one of its copies; none chosen means all of them, and for duplicate the
 * first. What is in flight of it is bent at once. When nothing is, the deed is noted and done
 * right after the next sending of that message, once; release then takes back a hold that
 * waits. (A drop is kept for ever: nothing of that identity gets through any more.)
 *
 * In the trace: the deed (MESSAGE_MARKED, or REFUSED_ACTION with the reason), then what comes
 * of it for each copy. The latter are caused by its sending: so a copy has a parent, and the
 * space-time diagram knows which line they belong to.
 *
 * Nothing here draws, but for the latency of a copy, which is keyed by the copy's number. Read
 * next: net_touch.c, which does it to one copy.
 */
#include "sim/net/net_touch.h"

#include "sim/world/world.h"

/* All that is in flight of one message, in order of copy and sending: the queue and the list of
 * held ones promise none that would be the same for equal states. */
struct flights {
    uint32_t *indexes;
    uint32_t count;
};

static struct network *net_of(const struct world *world)
{
    return &world->state->net;
}

static struct parcel *parcel_at(const struct world *world, uint32_t index)
{
    return pool_at(&net_of(world)->parcels, index);
}

static bool is_chosen(const struct parcel *parcel, const struct message_mark *deed)
{
    return deed->copy == 0 || deed->copy == parcel->copy + 1u;
}

/* --- finding it --------------------------------------------------------------------- */

static bool is_before(const struct parcel *a, const struct parcel *b)
{
    return a->copy != b->copy ? a->copy < b->copy : a->cause < b->cause;
}

static void add_flight(struct world *world, struct flights *flights, uint32_t index)
{
    struct heap *heap = &net_of(world)->heap;
    uint32_t at = flights->count++;
    flights->indexes =
        heap_resize(heap, flights->indexes, flights->count * sizeof *flights->indexes);
    for (; at > 0; at--) {
        if (!is_before(parcel_at(world, index), parcel_at(world, flights->indexes[at - 1])))
            break;
        flights->indexes[at] = flights->indexes[at - 1];
    }
    flights->indexes[at] = index;
}

/* To be given back with heap_free. */
static struct flights find_flights(struct world *world, uint64_t identity)
{
    struct flights flights = {0};
    struct queue_cursor cursor = {0};
    struct queue_event event;
    while (queue_visit(&world->state->queue, &cursor, &event))
        if (event.kind == SIM_ARRIVE && parcel_at(world, event.payload)->identity == identity)
            add_flight(world, &flights, event.payload);
    for (uint32_t i = net_of(world)->first_held; i != POOL_NONE;
         i = parcel_at(world, i)->next_held)
        if (parcel_at(world, i)->identity == identity)
            add_flight(world, &flights, i);
    return flights;
}

/* --- what is done to all that are chosen ---------------------------------------------------- */

/* The first copy that this would change, or NULL and why not. */
static const struct parcel *find_changed(const struct world *world, const struct flights *flights,
                                         const struct message_mark *deed, enum reason *reason)
{
    *reason = REASON_NOT_IN_FLIGHT;
    for (uint32_t i = 0; i < flights->count; i++) {
        const struct parcel *parcel = parcel_at(world, flights->indexes[i]);
        if (!is_chosen(parcel, deed))
            continue;
        *reason = net_touch_why_not(world, parcel, deed);
        if (*reason == REASON_NONE)
            return parcel;
    }
    return NULL;
}

static void bend_all(struct world *world, const struct flights *flights,
                     const struct message_mark *deed)
{
    for (uint32_t i = 0; i < flights->count; i++) {
        uint32_t index = flights->indexes[i];
        const struct parcel *parcel = parcel_at(world, index);
        if (!is_chosen(parcel, deed) || net_touch_why_not(world, parcel, deed) != REASON_NONE)
            continue;
        net_touch(world, index, deed);
        if (deed->kind == ACTION_DUPLICATE)
            return; /* one more, not twice as many */
    }
}

/* --- drop ------------------------------------------------------------------------------------ */

static uint64_t copy_bits(uint32_t copy)
{
    return copy == 0 ? UINT64_MAX : UINT64_C(1) << (copy - 1);
}

bool net_is_dropped(const struct world *world, const struct parcel *parcel)
{
    const struct table *drops = &net_of(world)->commanded_drops;
    return table_get(drops, parcel->identity, 0) & copy_bits(parcel->copy + 1u);
}

static void drop(struct world *world, const struct flights *flights,
                 const struct message_mark *deed)
{
    struct table *drops = &net_of(world)->commanded_drops;
    uint64_t bits = table_get(drops, deed->identity, 0) | copy_bits(deed->copy);
    table_set(drops, deed->identity, bits);
    for (uint32_t i = 0; i < flights->count; i++) {
        const struct parcel *parcel = parcel_at(world, flights->indexes[i]);
        if (parcel->is_held && net_is_dropped(world, parcel))
            net_lose_held(world, flights->indexes[i]);
    }
}

/* --- marks for what is still to be sent ----------------------------------------------- */

static void put_mark(struct world *world, const struct message_mark *deed)
{
    struct network *net = net_of(world);
    struct message_mark *mark = chain_append(&net->marks);
    *mark = *deed;
    mark->is_pending = 1;
    table_set(&net->marked, deed->identity, table_get(&net->marked, deed->identity, 0) + 1);
}

static void take_mark(struct world *world, struct message_mark *mark)
{
    struct network *net = net_of(world);
    uint64_t *count = table_find(&net->marked, mark->identity);
    mark->is_pending = 0;
    if (--*count > 0)
        return;
    table_remove(&net->marked, mark->identity);
    if (table_count(&net->marked) == 0)
        chain_truncate(&net->marks, 0);
}

/* A release before the sending takes back the last hold. */
static bool take_back_hold(struct world *world, const struct message_mark *deed)
{
    struct network *net = net_of(world);
    for (uint64_t i = chain_count(&net->marks); i-- > 0;) {
        struct message_mark *mark = chain_at(&net->marks, i);
        if (mark->is_pending && mark->identity == deed->identity && mark->kind == ACTION_HOLD &&
            mark->copy == deed->copy) {
            take_mark(world, mark);
            return true;
        }
    }
    return false;
}

static void tell_mark(struct world *world, const struct message_mark *deed,
                      const struct parcel *parcel)
{
    uint64_t about = parcel ? parcel->about : 0;
    uint32_t to = parcel ? parcel->to : ALL_MEMBERS;
    world_record(world, TRACE_MESSAGE_MARKED, ACTOR_WORLD, about, deed->kind, to, deed->identity);
}

/* Nothing of it is in flight. */
static enum reason bend_later(struct world *world, const struct message_mark *deed)
{
    if (deed->kind == ACTION_RELEASE && !take_back_hold(world, deed))
        return REASON_NOT_HELD;
    if (deed->kind != ACTION_RELEASE)
        put_mark(world, deed);
    tell_mark(world, deed, NULL);
    return REASON_NONE;
}

static enum reason bend_now(struct world *world, const struct flights *flights,
                            const struct message_mark *deed)
{
    enum reason reason;
    const struct parcel *parcel = find_changed(world, flights, deed, &reason);
    if (!parcel)
        return reason;
    tell_mark(world, deed, parcel);
    bend_all(world, flights, deed);
    return REASON_NONE;
}

enum reason net_bend(struct world *world, const struct action *action)
{
    struct message_mark deed = {.identity = action->identity,
                                .kind = action->kind,
                                .copy = action->copy,
                                .mode = action->mode,
                                .amount = action->amount};
    struct flights flights = find_flights(world, action->identity);
    enum reason reason = REASON_NONE;
    if (action->kind == ACTION_DROP) {
        tell_mark(world, &deed, flights.count ? parcel_at(world, flights.indexes[0]) : NULL);
        drop(world, &flights, &deed);
    } else if (flights.count == 0) {
        reason = bend_later(world, &deed);
    } else {
        reason = bend_now(world, &flights, &deed);
    }
    heap_free(&net_of(world)->heap, flights.indexes);
    return reason;
}

/* The deed was told when it was noted; here comes only what it does, or why it cannot. */
static void bend_as_marked(struct world *world, const struct message_mark *deed)
{
    struct flights flights = find_flights(world, deed->identity);
    enum reason reason;
    if (find_changed(world, &flights, deed, &reason))
        bend_all(world, &flights, deed);
    else
        world_record(world, TRACE_REFUSED_ACTION, ACTOR_WORLD, 0, deed->kind, reason, 0);
    heap_free(&net_of(world)->heap, flights.indexes);
}

static void bend_marked(struct world *world, uint64_t identity, bool is_copying)
{
    struct network *net = net_of(world);
    for (uint64_t i = 0; i < chain_count(&net->marks); i++) {
        struct message_mark *mark = chain_at(&net->marks, i);
        bool is_copy = mark->kind == ACTION_DUPLICATE;
        if (!mark->is_pending || mark->identity != identity || is_copy != is_copying)
            continue;
        struct message_mark deed = *mark;
        take_mark(world, mark);
        bend_as_marked(world, &deed);
    }
}

/* Called from within a handler, which goes on afterwards. Copies are made first: then it does
 * not matter whether the deed to one of them was noted before or after the making of it. */
void net_bend_sent(struct world *world, uint64_t identity)
{
    uint64_t cause = world->state->cause;
    bend_marked(world, identity, true);
    bend_marked(world, identity, false);
    world->state->cause = cause;
}

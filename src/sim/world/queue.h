/*
 * queue.h: everything that is still to happen, in one total order.
 *
 * The order of a run is decided here and nowhere else. It is an order on values:
 *
 *     (time, tie, sequence)      tie = mix_bits(identity ^ salt)
 *
 * `identity` says what the event is about, and the salt comes from the seed. So of
 * two events in the same nanosecond it is the seed that says which is first, not
 * the order in which somebody happened to push them; another seed tries the other
 * order, and an event that is added or removed elsewhere changes nothing between
 * these two. Only events of equal time and identity go by their push numbers.
 *
 * Time never runs backwards, but ties do: an event pushed at `now` may have a
 * smaller tie than the one popped last, and then it is simply the next one.
 *
 * An event that is cancelled is gone at once: it is not counted, not visited and
 * never popped. A handle may be kept for as long as one likes. Once its event has
 * fired or was cancelled the handle is stale, and cancelling it does nothing.
 *
 * All memory is the given heap's, found by offsets from the region's base: the same
 * calls leave the same bytes, wherever the region lies. Looking (peek, find, visit,
 * copy, and a pop that fails) never writes. Room of events that are gone is used again,
 * last freed first used; it goes back to the heap only when the heap is dropped.
 *
 * Called by world.c for every step; by net.c, cpu.c, client.c and env_sim.c to push.
 */
#ifndef SIM_QUEUE_H
#define SIM_QUEUE_H

#include "base/base.h"
#include "base/heap.h"

/* Events that one queue takes in its life (30 hours at 10 million in a second), and how many
 * cancellable ones may be pending at a time. */
#define QUEUE_PUSH_MAX        (UINT64_C(1) << 40)
#define QUEUE_CANCELLABLE_MAX (UINT32_C(1) << 24)

#define QUEUE_LEVEL_COUNT 8 /* bytes of a time */
#define QUEUE_DIGIT_COUNT 256
#define QUEUE_DIGIT_WORDS (QUEUE_DIGIT_COUNT / 64)

/* The queue reads time and identity, and keeps the rest for the caller. */
struct queue_event {
    vtime time;
    uint64_t identity; /* what the event is about */

    /* set by the queue; whatever the caller put here is lost */
    uint64_t sequence; /* number of the push, from 1 */
    uint32_t slot;     /* through which a handle finds it; 0: it cannot be cancelled */

    /* the caller's */
    uint32_t payload;     /* which message, timer or operation: an index, never a pointer */
    uint32_t incarnation; /* the life of the node that the event belongs to */
    uint16_t node;
    uint8_t kind;
    uint8_t flags;
};

/* All fields belong to queue.c. Lies inside the region and stays where it was made. Offsets
 * are bytes from the region's base; 0 means none. */
struct queue {
    uint64_t self_offset; /* of this struct */
    uint64_t heap_offset;
    uint64_t salt; /* what the seed does to ties */

    vtime now;           /* time of the event popped last: no push before it */
    uint64_t push_count; /* in the queue's whole life */
    uint64_t count;      /* pending now */

    /* the present instant, when it is too full to be searched: a binary heap of events */
    vtime instant_time; /* VTIME_NEVER when there is none */
    uint64_t instant_offset;
    uint32_t instant_count;
    uint32_t instant_capacity;

    /* all other events, in buckets: the offset of each one's first block */
    vtime base; /* bucket of a time = where it first differs from this; never after now */
    uint32_t bucket[QUEUE_LEVEL_COUNT][QUEUE_DIGIT_COUNT];
    uint64_t digits[QUEUE_LEVEL_COUNT][QUEUE_DIGIT_WORDS]; /* derived: one bit a full bucket */
    uint64_t levels;                                       /* derived: one bit a full level */

    /* memory for blocks: freed ones in a list, new ones cut from slabs */
    uint64_t free_block;
    uint64_t new_block;
    uint64_t new_block_end;

    /* where the event of each slot is */
    uint64_t slots_offset;
    uint32_t slot_count; /* ever used, slot 0 included */
    uint32_t slot_capacity;
    uint32_t free_slot; /* 0: none */
};

/* Make an empty queue at time 0. `queue` and `heap` must lie in the same region and must not
 * move. Equal seeds give equal ties. */
void queue_init(struct queue *queue, struct heap *heap, uint64_t seed);

/* Take a copy of the event. Its time must not be before the event popped last, and not
 * VTIME_NEVER. */
void queue_push(struct queue *queue, const struct queue_event *event);

/* The same, and a handle to cancel it by. Never 0: the caller may let 0 mean "none". */
uint64_t queue_push_cancellable(struct queue *queue, const struct queue_event *event);

/* The handle of a pending cancellable event that was met on a walk; 0: it is not cancellable. */
static inline uint64_t queue_handle_of(const struct queue_event *event)
{
    return event->slot ? event->sequence * QUEUE_CANCELLABLE_MAX | event->slot : 0;
}

/* Remove a pending event, in constant time (logarithmic within the present instant). False,
 * and nothing happens, when the handle is stale or 0. `event` gets what was removed; it may
 * be NULL. A handle that this queue never gave is our bug. */
bool queue_cancel(struct queue *queue, uint64_t handle, struct queue_event *event);

/* Take the first event. False when there is none. */
bool queue_pop(struct queue *queue, struct queue_event *event);

/* Take the first event unless it is later than `deadline`. False, and nothing is changed,
 * when there is none. Cheaper than peeking before each pop. */
bool queue_pop_until(struct queue *queue, vtime deadline, struct queue_event *event);

/* When the first event is due, or VTIME_NEVER. Usually looks at a handful of events; right
 * after a full bucket came to be the first one, at all of that bucket. */
vtime queue_peek_time(const struct queue *queue);

/* Copy the event of a handle. False when the handle is stale or 0. */
bool queue_find(const struct queue *queue, uint64_t handle, struct queue_event *event);

static inline uint64_t queue_count(const struct queue *queue)
{
    return queue->count;
}

/* THE order: does a come before b? Strict, and total on events of one queue. */
bool queue_is_before(const struct queue *queue, const struct queue_event *a,
                     const struct queue_event *b);

/* A walk over all pending events, in no promised order. Start with a zeroed cursor; any push,
 * pop or cancel ends the walk. */
struct queue_cursor {
    uint64_t block; /* offset, within a bucket */
    uint32_t bucket;
    uint32_t index; /* in the block, or in the present instant */
};

/* False at the end. */
bool queue_visit(const struct queue *queue, struct queue_cursor *cursor, struct queue_event *event);

/* Copy the first `limit` events, in order; returns how many there were. For views: looks at
 * every pending event. */
uint32_t queue_copy_first(const struct queue *queue, struct queue_event *events, uint32_t limit);

#endif

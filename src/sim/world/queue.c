/*
 * queue.c: a radix queue that searches where it need not sort.
 *
 * Read a time as eight bytes. An event's level is the highest byte in which its time
 * differs from `base`, its digit is the value of that byte: together, its bucket. The
 * last bytes of some times, with base 03 a7 10:
 *
 *         level 0: a nanosecond each    level 1: 256 ns each    level 2: 65536 ns each
 *         | 10 | 11 | 12 | .. | ff |    | a8 | a9 | .. | ff |   | 04 | 05 | .. | ff |
 *                     |                        |                       |
 *         now         03 a7 12                 03 a9 ..                05 .. ..      later
 *
 * All of level 0 comes before all of level 1, and so on up, so the first event is in the
 * lowest digit of the lowest level. A bucket of one block is searched. A fuller one is split:
 * base moves to its start, and each of its events goes down at least one level, in long
 * runs that caches like; hardly any event is moved more than twice. A fuller one of level 0
 * is a single instant, where only ties decide: a binary heap orders it. Ties are computed
 * only there, and when a search meets two equal times.
 *
 *     bucket --> block, 5 of 14 --> block, full --> block, full
 *                                                    ^
 *     slots: | all others | where | where | free |   |     a handle is a push number
 *                                     +--------------+     and the index of a slot
 *
 * Whoever moves an event tells its slot. Base moves only at a split and is never after now,
 * so the bucket of a time can be worked out whenever it is needed. Cancelling is then easy:
 * handle, slot, event, time, bucket, and the last event of the bucket's first block (the
 * only one that may have room) fills the hole. Events that cannot be cancelled share slot 0:
 * telling it is cheaper than asking whether to.
 *
 * After the radix heap of Ahuja, Mehlhorn, Orlin and Tarjan (1990), with bytes for bits.
 * Left out: blocks go back to the heap only with the whole queue. Read next: world.c.
 */
#include "sim/world/queue.h"

#include "base/mix.h"

#include <string.h>

/* Nine cache lines. An odd number, so that neighbouring blocks begin in all sets of the
 * cache and not in a few. */
#define BLOCK_EVENTS 14

struct block {
    uint64_t next; /* offset: in the bucket's chain, or in the list of free blocks */
    uint64_t count;
    struct queue_event events[BLOCK_EVENTS];
};

struct place {
    uint32_t level;
    uint32_t digit;
};

#define BUCKET_COUNT     (QUEUE_LEVEL_COUNT * QUEUE_DIGIT_COUNT)
#define LINE_BYTES       64u
#define SLAB_BYTES       8152u /* half a chunk of the region: see heap.c */
#define HANDLE_SLOT_BITS 24
#define SLOT_MIN         64u
#define SLOT_FREE        (UINT32_C(1) << 31) /* with it the next free slot, without it a place */
#define INSTANT_MIN      64u

_Static_assert(sizeof(struct queue_event) == 40, "no hidden padding in what is copied");
_Static_assert(sizeof(struct block) == 9 * LINE_BYTES, "a block is whole cache lines");
_Static_assert(REGION_RESERVE_MAX / 8 <= SLOT_FREE, "a slot can name every event");
_Static_assert(QUEUE_CANCELLABLE_MAX == UINT32_C(1) << HANDLE_SLOT_BITS, "a handle names a slot");

/* --- offsets ---------------------------------------------------------------------- */

static inline struct region_header *region_of(const struct queue *queue)
{
    return (struct region_header *)((uintptr_t)queue - queue->self_offset);
}

static inline struct block *block_at(const struct queue *queue, uint64_t offset)
{
    return region_at(region_of(queue), offset);
}

static inline uint64_t offset_of(const struct queue *queue, const void *pointer)
{
    return region_offset_of(region_of(queue), pointer);
}

static inline struct heap *heap_of(const struct queue *queue)
{
    return region_at(region_of(queue), queue->heap_offset);
}

/* --- slots ------------------------------------------------------------------------- */

static inline uint32_t *slots_of(const struct queue *queue)
{
    return region_at(region_of(queue), queue->slots_offset);
}

/* Tell an event's slot where it is now. Every move of an event ends here. */
static inline void slot_tell(struct queue *queue, const struct queue_event *event)
{
    slots_of(queue)[event->slot] = (uint32_t)(offset_of(queue, event) / 8);
}

static void slots_grow(struct queue *queue)
{
    uint32_t capacity = MAX(SLOT_MIN, 2 * queue->slot_capacity);
    CHECK_WHY(capacity <= QUEUE_CANCELLABLE_MAX, "too many timers are pending");
    uint32_t *slots = heap_alloc(heap_of(queue), capacity * sizeof *slots);
    if (queue->slot_capacity > 0) {
        memcpy(slots, slots_of(queue), queue->slot_capacity * sizeof *slots);
        heap_free(heap_of(queue), slots_of(queue));
    }
    queue->slots_offset = offset_of(queue, slots);
    queue->slot_capacity = capacity;
}

static inline uint32_t slot_take(struct queue *queue)
{
    uint32_t slot = queue->free_slot;
    if (slot) {
        queue->free_slot = slots_of(queue)[slot] & ~SLOT_FREE;
        return slot;
    }
    if (queue->slot_count == queue->slot_capacity)
        slots_grow(queue);
    return queue->slot_count++;
}

static inline void slot_give(struct queue *queue, uint32_t slot)
{
    if (!slot)
        return;
    slots_of(queue)[slot] = SLOT_FREE | queue->free_slot;
    queue->free_slot = slot;
}

/* --- blocks ------------------------------------------------------------------------ */

/* A slab begins at its first whole cache line. */
static void slab_take(struct queue *queue)
{
    uint64_t offset = offset_of(queue, heap_alloc(heap_of(queue), SLAB_BYTES));
    queue->new_block = (offset + LINE_BYTES - 1) & ~(uint64_t)(LINE_BYTES - 1);
    queue->new_block_end = offset + SLAB_BYTES;
}

static inline struct block *block_take(struct queue *queue)
{
    struct block *block;
    if (queue->free_block) {
        block = block_at(queue, queue->free_block);
        queue->free_block = block->next;
        return block;
    }
    if (queue->new_block + sizeof *block > queue->new_block_end)
        slab_take(queue);
    block = block_at(queue, queue->new_block);
    queue->new_block += sizeof *block;
    return block;
}

static inline void block_give(struct queue *queue, struct block *block)
{
    block->next = queue->free_block;
    queue->free_block = offset_of(queue, block);
}

/* --- the order -------------------------------------------------------------------- */

static inline uint64_t tie_of(const struct queue *queue, uint64_t identity)
{
    return mix_bits(identity ^ queue->salt);
}

bool queue_is_before(const struct queue *queue, const struct queue_event *a,
                     const struct queue_event *b)
{
    if (a->time != b->time)
        return a->time < b->time;
    if (a->identity != b->identity) /* mix_bits is a bijection: then the ties differ too */
        return tie_of(queue, a->identity) < tie_of(queue, b->identity);
    return a->sequence < b->sequence;
}

/* --- buckets ---------------------------------------------------------------------- */

static inline struct place place_of(const struct queue *queue, vtime time)
{
    uint64_t difference = (time ^ queue->base) | 1;
    uint32_t level = (63u - (uint32_t)__builtin_clzll(difference)) / 8;
    return (struct place){level, (uint32_t)(time >> (8 * level)) & 0xff};
}

/* The bucket of the first event; false when all are empty. */
static inline bool find_first_place(const struct queue *queue, struct place *place)
{
    if (!queue->levels)
        return false;
    uint32_t level = (uint32_t)__builtin_ctzll(queue->levels);
    uint32_t word = 0;
    while (!queue->digits[level][word])
        word++;
    place->level = level;
    place->digit = 64 * word + (uint32_t)__builtin_ctzll(queue->digits[level][word]);
    return true;
}

static inline struct block *first_block(const struct queue *queue, struct place place)
{
    return block_at(queue, queue->bucket[place.level][place.digit]);
}

/* Say that a bucket is empty from now on. */
static void bucket_clear(struct queue *queue, struct place place)
{
    uint64_t *words = queue->digits[place.level];
    queue->bucket[place.level][place.digit] = 0;
    words[place.digit / 64] &= ~(UINT64_C(1) << (place.digit % 64));
    if (!(words[0] | words[1] | words[2] | words[3]))
        queue->levels &= ~(UINT64_C(1) << place.level);
}

/* Give a bucket a new first block, with room. */
static inline struct block *bucket_extend(struct queue *queue, struct place place)
{
    struct block *block = block_take(queue);
    block->next = queue->bucket[place.level][place.digit];
    block->count = 0;
    queue->bucket[place.level][place.digit] = (uint32_t)offset_of(queue, block);
    queue->digits[place.level][place.digit / 64] |= UINT64_C(1) << (place.digit % 64);
    queue->levels |= UINT64_C(1) << place.level;
    return block;
}

/* Room for one more event of that time. */
static inline struct queue_event *bucket_add(struct queue *queue, vtime time)
{
    struct place place = place_of(queue, time);
    struct block *block = first_block(queue, place);
    if (!queue->bucket[place.level][place.digit] || block->count == BLOCK_EVENTS)
        block = bucket_extend(queue, place);
    return &block->events[block->count++];
}

/* Remove the event at `hole`: the last one of the bucket's first block takes its room. */
static inline void bucket_remove(struct queue *queue, struct place place, struct queue_event *hole)
{
    struct block *block = first_block(queue, place);
    struct queue_event *last = &block->events[--block->count];
    if (last != hole) {
        *hole = *last;
        slot_tell(queue, hole);
    }
    if (block->count > 0)
        return;
    queue->bucket[place.level][place.digit] = (uint32_t)block->next;
    if (!block->next)
        bucket_clear(queue, place);
    block_give(queue, block);
}

/* Ask early for what a split will touch: the slots of this block's events, and the next block
 * of a chain that is scattered over memory. Worth a third at a million pending. */
static inline void prefetch_for_split(const struct queue *queue, const struct block *block)
{
    const uint32_t *slots = slots_of(queue);
    for (uint64_t i = 0; i < block->count; i++)
        __builtin_prefetch(&slots[block->events[i].slot], 1);
    if (!block->next)
        return;
    const uint8_t *next = region_at(region_of(queue), block->next);
    for (size_t i = 0; i < sizeof *block; i += LINE_BYTES)
        __builtin_prefetch(next + i);
}

/* Spread a bucket over the levels below it. */
static void bucket_split(struct queue *queue, struct place place)
{
    struct block *block = first_block(queue, place);
    uint32_t width = 8 * place.level;
    queue->base = block->events[0].time >> width << width;
    bucket_clear(queue, place);
    for (;;) {
        uint64_t next = block->next;
        prefetch_for_split(queue, block);
        for (uint64_t i = 0; i < block->count; i++) {
            struct queue_event *room = bucket_add(queue, block->events[i].time);
            *room = block->events[i];
            slot_tell(queue, room);
        }
        block_give(queue, block);
        if (!next)
            return;
        block = block_at(queue, next);
    }
}

/* The first event of a block. */
static inline struct queue_event *block_search(const struct queue *queue, struct block *block)
{
    struct queue_event *first = &block->events[0];
    for (uint64_t i = 1; i < block->count; i++) {
        struct queue_event *event = &block->events[i];
        if (event->time == first->time)
            first = queue_is_before(queue, event, first) ? event : first;
        else
            first = event->time < first->time ? event : first;
    }
    return first;
}

static vtime chain_first_time(const struct queue *queue, const struct block *block)
{
    vtime first = VTIME_NEVER;
    for (;;) {
        for (uint64_t i = 0; i < block->count; i++)
            first = MIN(first, block->events[i].time);
        if (!block->next)
            return first;
        block = block_at(queue, block->next);
    }
}

/* Does a bucket hold an event that is not after the deadline? Looks at the events only if
 * the deadline lies within the bucket's span. */
static bool is_bucket_due(const struct queue *queue, struct place place, vtime deadline)
{
    const struct block *block = first_block(queue, place);
    vtime last = block->events[0].time | ((UINT64_C(1) << (8 * place.level)) - 1);
    return last <= deadline || chain_first_time(queue, block) <= deadline;
}

/* --- the present instant, when it is full --------------------------------------------- */

/* In here an event's `time` is its tie: the time itself is known, and one and the same. */
static inline struct queue_event *instant_events(const struct queue *queue)
{
    return region_at(region_of(queue), queue->instant_offset);
}

static inline void instant_put(struct queue *queue, uint32_t index, const struct queue_event *event)
{
    struct queue_event *room = &instant_events(queue)[index];
    *room = *event;
    slot_tell(queue, room);
}

static inline bool instant_is_before(const struct queue_event *a, const struct queue_event *b)
{
    return a->time != b->time ? a->time < b->time : a->sequence < b->sequence;
}

/* Put an event at `index` or above it, where it belongs. */
static void instant_rise(struct queue *queue, uint32_t index, struct queue_event event)
{
    const struct queue_event *events = instant_events(queue);
    while (index > 0) {
        uint32_t parent = (index - 1) / 2;
        if (!instant_is_before(&event, &events[parent]))
            break;
        instant_put(queue, index, &events[parent]);
        index = parent;
    }
    instant_put(queue, index, &event);
}

/* Put an event at `index` or below it, where it belongs. */
static void instant_sink(struct queue *queue, uint32_t index, struct queue_event event)
{
    const struct queue_event *events = instant_events(queue);
    for (;;) {
        uint32_t child = 2 * index + 1;
        if (child >= queue->instant_count)
            break;
        if (child + 1 < queue->instant_count &&
            instant_is_before(&events[child + 1], &events[child]))
            child++;
        if (!instant_is_before(&events[child], &event))
            break;
        instant_put(queue, index, &events[child]);
        index = child;
    }
    instant_put(queue, index, &event);
}

static void instant_grow(struct queue *queue)
{
    uint32_t capacity = MAX(INSTANT_MIN, 2 * queue->instant_capacity);
    struct queue_event *events = heap_alloc(heap_of(queue), capacity * sizeof *events);
    if (queue->instant_count > 0) {
        memcpy(events, instant_events(queue), queue->instant_count * sizeof *events);
        heap_free(heap_of(queue), instant_events(queue));
    }
    queue->instant_offset = offset_of(queue, events);
    queue->instant_capacity = capacity;
    for (uint32_t i = 0; i < queue->instant_count; i++)
        slot_tell(queue, &events[i]);
}

/* Room for one more event, at the end; instant_settle must follow. */
static struct queue_event *instant_room(struct queue *queue)
{
    if (queue->instant_count == queue->instant_capacity)
        instant_grow(queue);
    return &instant_events(queue)[queue->instant_count++];
}

/* Move the event at the end to where it belongs. */
static void instant_settle(struct queue *queue)
{
    struct queue_event event = instant_events(queue)[queue->instant_count - 1];
    event.time = tie_of(queue, event.identity);
    instant_rise(queue, queue->instant_count - 1, event);
}

/* Is this event, found through its slot, in the heap and not in a bucket? */
static inline bool is_in_instant(const struct queue *queue, const struct queue_event *event)
{
    uint64_t first = queue->instant_offset;
    uint64_t offset = offset_of(queue, event);
    return offset >= first && offset < first + queue->instant_count * sizeof *event;
}

/* The last event of the instant is gone; later ones of the same time start with a bucket. */
static void instant_close(struct queue *queue)
{
    heap_free(heap_of(queue), instant_events(queue));
    queue->instant_time = VTIME_NEVER;
    queue->instant_offset = 0;
    queue->instant_capacity = 0;
}

static void instant_remove(struct queue *queue, uint32_t index)
{
    struct queue_event last = instant_events(queue)[--queue->instant_count];
    if (queue->instant_count == 0)
        instant_close(queue);
    else if (index < queue->instant_count) {
        uint32_t parent = index > 0 ? (index - 1) / 2 : 0;
        if (instant_is_before(&last, &instant_events(queue)[parent]))
            instant_rise(queue, index, last);
        else
            instant_sink(queue, index, last);
    }
}

/* Move a bucket of level 0, all of one time, into the heap. */
static void instant_raise(struct queue *queue, struct place place)
{
    struct block *block = first_block(queue, place);
    queue->instant_time = block->events[0].time;
    bucket_clear(queue, place);
    for (;;) {
        uint64_t next = block->next;
        for (uint64_t i = 0; i < block->count; i++) {
            *instant_room(queue) = block->events[i];
            instant_settle(queue);
        }
        block_give(queue, block);
        if (!next)
            return;
        block = block_at(queue, next);
    }
}

/* Copy an event out, with its true time. */
static inline void copy_event(const struct queue *queue, const struct queue_event *from,
                              struct queue_event *to)
{
    *to = *from;
    if (is_in_instant(queue, from))
        to->time = queue->instant_time;
}

/* --- pushing and cancelling ------------------------------------------------------------ */

void queue_init(struct queue *queue, struct heap *heap, uint64_t seed)
{
    struct region_header *header = heap_region(heap);
    CHECK(region_has(header, queue) && region_has(header, heap));
    memset(queue, 0, sizeof *queue);
    queue->self_offset = region_offset_of(header, queue);
    queue->heap_offset = region_offset_of(header, heap);
    queue->salt = mix_bits(seed);
    queue->instant_time = VTIME_NEVER;
    slots_grow(queue);
    queue->slot_count = 1; /* slot 0 is everybody's */
}

/* Take a copy, number it, and put it where it belongs. */
static inline uint64_t add_event(struct queue *queue, const struct queue_event *event,
                                 uint32_t slot)
{
    CHECK_WHY(event->time >= queue->now, "an event would happen before the present");
    CHECK_WHY(event->time != VTIME_NEVER, "an event that never happens does not wait");
    CHECK_WHY(queue->push_count < QUEUE_PUSH_MAX - 1, "this run is too long for its handles");
    bool is_now = event->time == queue->instant_time;
    struct queue_event *room = is_now ? instant_room(queue) : bucket_add(queue, event->time);
    *room = *event;
    room->sequence = ++queue->push_count;
    room->slot = slot;
    if (is_now)
        instant_settle(queue);
    else
        slot_tell(queue, room);
    queue->count++;
    return queue->push_count;
}

void queue_push(struct queue *queue, const struct queue_event *event)
{
    add_event(queue, event, 0);
}

uint64_t queue_push_cancellable(struct queue *queue, const struct queue_event *event)
{
    uint32_t slot = slot_take(queue);
    return add_event(queue, event, slot) << HANDLE_SLOT_BITS | slot;
}

/* The event of a handle, or NULL if it is stale. Push numbers are never used again, so the
 * slot's next tenant cannot be taken for this one. */
static struct queue_event *find_event(const struct queue *queue, uint64_t handle)
{
    uint32_t slot = handle & (QUEUE_CANCELLABLE_MAX - 1);
    uint64_t sequence = handle >> HANDLE_SLOT_BITS;
    if (handle == 0)
        return NULL;
    CHECK(slot > 0 && slot < queue->slot_count && sequence <= queue->push_count);
    uint32_t where = slots_of(queue)[slot];
    if (where & SLOT_FREE)
        return NULL;
    struct queue_event *event = region_at(region_of(queue), UINT64_C(8) * where);
    return event->sequence == sequence ? event : NULL;
}

bool queue_cancel(struct queue *queue, uint64_t handle, struct queue_event *event)
{
    struct queue_event *found = find_event(queue, handle);
    if (!found)
        return false;
    if (event)
        copy_event(queue, found, event);
    slot_give(queue, found->slot);
    queue->count--;
    if (is_in_instant(queue, found))
        instant_remove(queue, (uint32_t)(found - instant_events(queue)));
    else
        bucket_remove(queue, place_of(queue, found->time), found);
    return true;
}

/* --- popping --------------------------------------------------------------------------- */

static bool instant_pop(struct queue *queue, vtime deadline, struct queue_event *event)
{
    if (queue->instant_time > deadline)
        return false;
    copy_event(queue, instant_events(queue), event);
    queue->now = event->time;
    queue->count--;
    slot_give(queue, event->slot);
    instant_remove(queue, 0);
    return true;
}

/* Pop from a bucket of one block. */
static inline bool bucket_pop(struct queue *queue, struct place place, vtime deadline,
                              struct queue_event *event)
{
    struct queue_event *first = block_search(queue, first_block(queue, place));
    if (first->time > deadline)
        return false;
    *event = *first;
    queue->now = event->time;
    queue->count--;
    slot_give(queue, event->slot);
    bucket_remove(queue, place, first);
    return true;
}

/* Base moves only once it is certain that this very call pops an event of the bucket. That
 * is what keeps base <= now, and failing calls without effect. */
bool queue_pop_until(struct queue *queue, vtime deadline, struct queue_event *event)
{
    struct place place;
    for (;;) {
        if (queue->instant_count > 0)
            return instant_pop(queue, deadline, event);
        if (!find_first_place(queue, &place))
            return false;
        if (!first_block(queue, place)->next)
            return bucket_pop(queue, place, deadline, event);
        if (!is_bucket_due(queue, place, deadline))
            return false;
        if (place.level > 0)
            bucket_split(queue, place);
        else
            instant_raise(queue, place);
    }
}

bool queue_pop(struct queue *queue, struct queue_event *event)
{
    return queue_pop_until(queue, VTIME_NEVER, event);
}

/* --- looking --------------------------------------------------------------------------- */

vtime queue_peek_time(const struct queue *queue)
{
    struct place place;
    if (queue->instant_count > 0)
        return queue->instant_time;
    if (!find_first_place(queue, &place))
        return VTIME_NEVER;
    return chain_first_time(queue, first_block(queue, place));
}

bool queue_find(const struct queue *queue, uint64_t handle, struct queue_event *event)
{
    const struct queue_event *found = find_event(queue, handle);
    if (found)
        copy_event(queue, found, event);
    return found != NULL;
}

/* The next event of the buckets. A cursor that is not within a block stands at a bucket. */
static const struct queue_event *visit_buckets(const struct queue *queue,
                                               struct queue_cursor *cursor)
{
    const uint32_t *buckets = &queue->bucket[0][0];
    for (;;) {
        if (cursor->block == 0) {
            while (cursor->bucket < BUCKET_COUNT && buckets[cursor->bucket] == 0)
                cursor->bucket++;
            if (cursor->bucket == BUCKET_COUNT)
                return NULL;
            cursor->block = buckets[cursor->bucket++];
            cursor->index = 0;
        }
        const struct block *block = block_at(queue, cursor->block);
        if (cursor->index < block->count)
            return &block->events[cursor->index++];
        cursor->block = block->next;
        cursor->index = 0;
    }
}

/* The next event of the present instant, once the buckets are done. */
static const struct queue_event *visit_instant(const struct queue *queue,
                                               struct queue_cursor *cursor)
{
    return cursor->index < queue->instant_count ? &instant_events(queue)[cursor->index++] : NULL;
}

bool queue_visit(const struct queue *queue, struct queue_cursor *cursor, struct queue_event *event)
{
    const struct queue_event *found = NULL;
    if (cursor->bucket < BUCKET_COUNT || cursor->block)
        found = visit_buckets(queue, cursor);
    if (!found)
        found = visit_instant(queue, cursor);
    if (found)
        copy_event(queue, found, event);
    return found != NULL;
}

/* Insert an event among the first ones found so far, dropping the last when full. */
static uint32_t insert_in_order(const struct queue *queue, struct queue_event *events,
                                uint32_t count, uint32_t limit, const struct queue_event *event)
{
    uint32_t index = count < limit ? count : limit - 1;
    if (count == limit && !queue_is_before(queue, event, &events[index]))
        return count;
    for (; index > 0 && queue_is_before(queue, event, &events[index - 1]); index--)
        events[index] = events[index - 1];
    events[index] = *event;
    return MIN(count + 1, limit);
}

uint32_t queue_copy_first(const struct queue *queue, struct queue_event *events, uint32_t limit)
{
    struct queue_cursor cursor = {0, 0, 0};
    struct queue_event event;
    uint32_t count = 0;
    while (limit > 0 && queue_visit(queue, &cursor, &event))
        count = insert_in_order(queue, events, count, limit, &event);
    return count;
}

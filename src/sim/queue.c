/*
 * queue.c: a radix queue that searches where it need not sort.
 *
 * An event's body lies in a slot, one cache line, from its push to its end. What
 * moves is a ticket: its time and where its slot is. Tickets wait in buckets, and a
 * bucket is a chain of small blocks, of which only the first may have room:
 *
 *     bucket --> block, 3 of 11 --> block, full --> block, full
 *                |  | ticket: time, slot
 *                |  +--> slot: the event, and back to its ticket
 *                +-----> slot
 *
 * Read a time as eight bytes. A ticket's level is the highest byte in which its time
 * differs from `base`, and its digit is the value of its time in that byte. The last
 * bytes of some times, with base 03 a7 10:
 *
 *         level 0: a nanosecond each    level 1: 256 ns each    level 2: 65536 ns each
 *         | 10 | 11 | 12 | .. | ff |    | a8 | a9 | .. | ff |   | 04 | 05 | .. | ff |
 *                     |                        |                       |
 *         now         03 a7 12                 03 a9 ..                05 .. ..      later
 *
 * All of level 0 comes before all of level 1, and so on up, so the first event is in
 * the lowest digit of the lowest level: two looks at bitmaps. And then:
 *
 *   - a bucket of one block is searched: eleven compares cost less than any order;
 *   - a fuller one is split: base moves to its start, and each of its tickets finds
 *     itself at least one level lower. So a ticket moves seven times at most, and
 *     hardly ever more than twice, in long runs that caches like.
 *   - a fuller one of level 0 is a single instant, where only ties decide. It is
 *     raised into a binary heap of tickets whose key is the tie. Ties are computed
 *     only here, and when a search meets two equal times.
 *
 * Base moves only at a split, to the start of the bucket that holds the first event.
 * So base <= now always holds, and what the bucket of a time is can be worked out
 * at any moment. That makes cancelling easy: slot -> ticket, time -> bucket, and the
 * last ticket of the bucket's first block fills the hole. No tombstones.
 *
 * The scheme is the radix heap of Ahuja, Mehlhorn, Orlin and Tarjan (1990), with
 * bytes for bits, searching for the last steps, and cancellation added.
 *
 * Left out: slabs are never given back while the queue lives; a queue that held a
 * million events once keeps room for them.
 *
 * Read next: world.c, which turns the crank.
 */
#include "sim/queue.h"

#include "base/mix.h"

#include <string.h>

struct ticket {
    uint64_t key;  /* the event's time; in the present instant its tie */
    uint64_t slot; /* offset */
};

/* A cache line, so that an event touches one and not two: worth a factor of two at 100,000
 * pending events. */
struct slot {
    struct queue_event event; /* sequence 0: this slot is free */
    uint64_t ticket;          /* offset; of a free slot: the next free one */
    uint64_t unused[2];
};

/* Three cache lines. An odd number, so that neighbouring blocks begin in all sets of the
 * cache and not in a few. */
#define BLOCK_TICKETS 11

struct block {
    uint64_t next; /* offset: in the bucket's chain, or in the list of free blocks */
    uint64_t count;
    struct ticket tickets[BLOCK_TICKETS];
};

/* Heads a slab of slots; the slots follow. */
struct slab {
    uint64_t next; /* offset of the slab before this one */
    uint64_t end;
    uint64_t unused[6];
};

struct place {
    uint32_t level;
    uint32_t digit;
};

#define LINE_BYTES       64u
#define SLAB_BYTES       8152u /* half a chunk of the region: see heap.c */
#define HANDLE_SLOT_BITS 25    /* offset / 64 of a slot in a region of 2^31 bytes */
#define INSTANT_MIN      64u

_Static_assert(sizeof(struct queue_event) == 40, "no hidden padding in what is copied");
_Static_assert(sizeof(struct slot) == LINE_BYTES, "a slot is one cache line");
_Static_assert(sizeof(struct slab) == LINE_BYTES, "slots behind a slab's head stay aligned");
_Static_assert(sizeof(struct block) == 3 * LINE_BYTES, "a block is three cache lines");
_Static_assert(REGION_RESERVE_MAX / LINE_BYTES <= UINT64_C(1) << HANDLE_SLOT_BITS,
               "a handle can name every slot");

/* --- offsets ---------------------------------------------------------------------- */

static inline struct region_header *region_of(const struct queue *queue)
{
    return (struct region_header *)((uintptr_t)queue - queue->self_offset);
}

static inline struct slot *slot_at(const struct queue *queue, uint64_t offset)
{
    return region_at(region_of(queue), offset);
}

static inline struct block *block_at(const struct queue *queue, uint64_t offset)
{
    return region_at(region_of(queue), offset);
}

static inline struct ticket *ticket_at(const struct queue *queue, uint64_t offset)
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

/* --- memory ----------------------------------------------------------------------- */

/* A new slab: offset of its first whole line; *end is where it ends. */
static uint64_t slab_take(struct queue *queue, uint64_t *end)
{
    uint64_t offset = offset_of(queue, heap_alloc(heap_of(queue), SLAB_BYTES));
    *end = offset + SLAB_BYTES;
    return (offset + LINE_BYTES - 1) & ~(uint64_t)(LINE_BYTES - 1);
}

static void slot_slab_take(struct queue *queue)
{
    uint64_t offset = slab_take(queue, &queue->new_slot_end);
    struct slab *slab = region_at(region_of(queue), offset);
    slab->next = queue->first_slab;
    slab->end = queue->new_slot_end;
    queue->first_slab = offset;
    queue->new_slot = offset + sizeof *slab;
}

static inline struct slot *slot_take(struct queue *queue)
{
    struct slot *slot;
    if (queue->free_slot) {
        slot = slot_at(queue, queue->free_slot);
        queue->free_slot = slot->ticket;
        return slot;
    }
    if (queue->new_slot + sizeof *slot > queue->new_slot_end)
        slot_slab_take(queue);
    slot = slot_at(queue, queue->new_slot);
    queue->new_slot += sizeof *slot;
    return slot;
}

static inline void slot_give(struct queue *queue, struct slot *slot)
{
    slot->event.sequence = 0;
    slot->ticket = queue->free_slot;
    queue->free_slot = offset_of(queue, slot);
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
        queue->new_block = slab_take(queue, &queue->new_block_end);
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

static inline void bucket_add(struct queue *queue, vtime time, struct slot *slot)
{
    struct place place = place_of(queue, time);
    struct block *block = first_block(queue, place);
    if (!queue->bucket[place.level][place.digit] || block->count == BLOCK_TICKETS)
        block = bucket_extend(queue, place);
    struct ticket *ticket = &block->tickets[block->count++];
    ticket->key = time;
    ticket->slot = offset_of(queue, slot);
    slot->ticket = offset_of(queue, ticket);
}

/* Remove the ticket `hole`: the last one of the bucket's first block takes its room. */
static inline void bucket_remove(struct queue *queue, struct place place, struct ticket *hole)
{
    struct block *block = first_block(queue, place);
    struct ticket *last = &block->tickets[--block->count];
    if (last != hole) {
        *hole = *last;
        slot_at(queue, hole->slot)->ticket = offset_of(queue, hole);
    }
    if (block->count > 0)
        return;
    queue->bucket[place.level][place.digit] = (uint32_t)block->next;
    if (!block->next)
        bucket_clear(queue, place);
    block_give(queue, block);
}

/* Ask for a block's three lines before they are needed: a chain is scattered over memory. */
static inline void prefetch_block(const struct queue *queue, uint64_t offset)
{
    const uint8_t *lines = region_at(region_of(queue), offset);
    __builtin_prefetch(lines);
    __builtin_prefetch(lines + LINE_BYTES);
    __builtin_prefetch(lines + 2 * LINE_BYTES);
}

/* Spread a bucket over the levels below it. */
static void bucket_split(struct queue *queue, struct place place)
{
    struct block *block = first_block(queue, place);
    uint32_t width = 8 * place.level;
    queue->base = block->tickets[0].key >> width << width;
    bucket_clear(queue, place);
    for (;;) {
        uint64_t next = block->next;
        if (next)
            prefetch_block(queue, next);
        for (uint64_t i = 0; i < block->count; i++)
            bucket_add(queue, block->tickets[i].key, slot_at(queue, block->tickets[i].slot));
        block_give(queue, block);
        if (!next)
            return;
        block = block_at(queue, next);
    }
}

/* The first ticket of a block. */
static inline struct ticket *block_search(const struct queue *queue, struct block *block)
{
    struct ticket *first = &block->tickets[0];
    for (uint64_t i = 1; i < block->count; i++) {
        struct ticket *ticket = &block->tickets[i];
        if (ticket->key == first->key)
            first = queue_is_before(queue, &slot_at(queue, ticket->slot)->event,
                                    &slot_at(queue, first->slot)->event)
                        ? ticket
                        : first;
        else
            first = ticket->key < first->key ? ticket : first;
    }
    return first;
}

static vtime chain_first_time(const struct queue *queue, const struct block *block)
{
    vtime first = VTIME_NEVER;
    for (;;) {
        for (uint64_t i = 0; i < block->count; i++)
            first = MIN(first, block->tickets[i].key);
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
    vtime last = block->tickets[0].key | ((UINT64_C(1) << (8 * place.level)) - 1);
    return last <= deadline || chain_first_time(queue, block) <= deadline;
}

/* --- the present instant, when it is full --------------------------------------------- */

static inline struct ticket *instant_tickets(const struct queue *queue)
{
    return ticket_at(queue, queue->instant_offset);
}

static inline void instant_put(struct queue *queue, uint32_t index, struct ticket ticket)
{
    struct ticket *room = &instant_tickets(queue)[index];
    *room = ticket;
    slot_at(queue, ticket.slot)->ticket = offset_of(queue, room);
}

static bool instant_is_before(const struct queue *queue, struct ticket a, struct ticket b)
{
    if (a.key != b.key)
        return a.key < b.key;
    return slot_at(queue, a.slot)->event.sequence < slot_at(queue, b.slot)->event.sequence;
}

/* Put a ticket at `index` or above it, where it belongs. */
static void instant_rise(struct queue *queue, uint32_t index, struct ticket ticket)
{
    while (index > 0) {
        uint32_t parent = (index - 1) / 2;
        if (!instant_is_before(queue, ticket, instant_tickets(queue)[parent]))
            break;
        instant_put(queue, index, instant_tickets(queue)[parent]);
        index = parent;
    }
    instant_put(queue, index, ticket);
}

/* Put a ticket at `index` or below it, where it belongs. */
static void instant_sink(struct queue *queue, uint32_t index, struct ticket ticket)
{
    const struct ticket *tickets = instant_tickets(queue);
    for (;;) {
        uint32_t child = 2 * index + 1;
        if (child >= queue->instant_count)
            break;
        if (child + 1 < queue->instant_count &&
            instant_is_before(queue, tickets[child + 1], tickets[child]))
            child++;
        if (!instant_is_before(queue, tickets[child], ticket))
            break;
        instant_put(queue, index, tickets[child]);
        index = child;
    }
    instant_put(queue, index, ticket);
}

static void instant_grow(struct queue *queue)
{
    uint32_t capacity = MAX(INSTANT_MIN, 2 * queue->instant_capacity);
    struct ticket *tickets = heap_alloc(heap_of(queue), capacity * sizeof *tickets);
    if (queue->instant_count > 0) {
        memcpy(tickets, instant_tickets(queue), queue->instant_count * sizeof *tickets);
        heap_free(heap_of(queue), instant_tickets(queue));
    }
    queue->instant_offset = offset_of(queue, tickets);
    queue->instant_capacity = capacity;
    for (uint32_t i = 0; i < queue->instant_count; i++) /* the slots must learn of the move */
        instant_put(queue, i, tickets[i]);
}

static void instant_add(struct queue *queue, struct slot *slot)
{
    if (queue->instant_count == queue->instant_capacity)
        instant_grow(queue);
    struct ticket ticket = {tie_of(queue, slot->event.identity), offset_of(queue, slot)};
    instant_rise(queue, queue->instant_count++, ticket);
}

/* The last event of the instant is gone; later ones of the same time start with a bucket. */
static void instant_close(struct queue *queue)
{
    heap_free(heap_of(queue), instant_tickets(queue));
    queue->instant_time = VTIME_NEVER;
    queue->instant_offset = 0;
    queue->instant_capacity = 0;
}

static void instant_remove(struct queue *queue, uint32_t index)
{
    struct ticket last = instant_tickets(queue)[--queue->instant_count];
    if (queue->instant_count == 0)
        instant_close(queue);
    else if (index < queue->instant_count) {
        uint32_t parent = index > 0 ? (index - 1) / 2 : 0;
        if (instant_is_before(queue, last, instant_tickets(queue)[parent]))
            instant_rise(queue, index, last);
        else
            instant_sink(queue, index, last);
    }
}

/* Move a bucket of level 0, all of one time, into the heap. */
static void instant_raise(struct queue *queue, struct place place)
{
    struct block *block = first_block(queue, place);
    queue->instant_time = block->tickets[0].key;
    bucket_clear(queue, place);
    for (;;) {
        uint64_t next = block->next;
        for (uint64_t i = 0; i < block->count; i++)
            instant_add(queue, slot_at(queue, block->tickets[i].slot));
        block_give(queue, block);
        if (!next)
            return;
        block = block_at(queue, next);
    }
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
}

/* A handle is the event's push number and where its slot is. The number is never used again,
 * so a slot's next tenant cannot be taken for this one. */
static inline uint64_t handle_of(const struct queue *queue, const struct slot *slot)
{
    return slot->event.sequence << HANDLE_SLOT_BITS | offset_of(queue, slot) / LINE_BYTES;
}

/* The slot of a pending event, or NULL if the handle is stale. */
static struct slot *find_slot(const struct queue *queue, uint64_t handle)
{
    uint64_t sequence = handle >> HANDLE_SLOT_BITS;
    uint64_t line = handle & ((UINT64_C(1) << HANDLE_SLOT_BITS) - 1);
    if (sequence == 0)
        return NULL;
    CHECK(sequence <= queue->push_count);
    struct slot *slot = slot_at(queue, line * LINE_BYTES);
    return slot->event.sequence == sequence ? slot : NULL;
}

uint64_t queue_push_cancellable(struct queue *queue, const struct queue_event *event)
{
    CHECK_WHY(event->time >= queue->now, "an event would happen before the present");
    CHECK_WHY(event->time != VTIME_NEVER, "an event that never happens does not wait");
    CHECK_WHY(queue->push_count < QUEUE_PUSH_MAX - 1, "this run is too long for its handles");
    struct slot *slot = slot_take(queue);
    slot->event = *event;
    slot->event.sequence = ++queue->push_count;
    if (event->time == queue->instant_time)
        instant_add(queue, slot);
    else
        bucket_add(queue, event->time, slot);
    queue->count++;
    return handle_of(queue, slot);
}

void queue_push(struct queue *queue, const struct queue_event *event)
{
    queue_push_cancellable(queue, event);
}

/* The event leaves its slot; its ticket is gone already. */
static inline void slot_leave(struct queue *queue, struct slot *slot, struct queue_event *event)
{
    if (event)
        *event = slot->event;
    slot_give(queue, slot);
    queue->count--;
}

bool queue_cancel(struct queue *queue, uint64_t handle, struct queue_event *event)
{
    struct slot *slot = find_slot(queue, handle);
    if (!slot)
        return false;
    vtime time = slot->event.time;
    struct ticket *ticket = ticket_at(queue, slot->ticket);
    if (time == queue->instant_time)
        instant_remove(queue, (uint32_t)(ticket - instant_tickets(queue)));
    else
        bucket_remove(queue, place_of(queue, time), ticket);
    slot_leave(queue, slot, event);
    return true;
}

/* --- popping --------------------------------------------------------------------------- */

static bool instant_pop(struct queue *queue, vtime deadline, struct queue_event *event)
{
    if (queue->instant_time > deadline)
        return false;
    struct slot *slot = slot_at(queue, instant_tickets(queue)[0].slot);
    queue->now = queue->instant_time;
    instant_remove(queue, 0);
    slot_leave(queue, slot, event);
    return true;
}

/* Pop from a bucket of one block. */
static inline bool bucket_pop(struct queue *queue, struct place place, vtime deadline,
                              struct queue_event *event)
{
    struct ticket *ticket = block_search(queue, first_block(queue, place));
    if (ticket->key > deadline)
        return false;
    struct slot *slot = slot_at(queue, ticket->slot);
    queue->now = ticket->key;
    bucket_remove(queue, place, ticket);
    slot_leave(queue, slot, event);
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
    const struct slot *slot = find_slot(queue, handle);
    if (slot)
        *event = slot->event;
    return slot != NULL;
}

/* Step to the slab that the cursor is to look at next; false when there is none. */
static bool visit_next_slab(const struct queue *queue, struct queue_cursor *cursor)
{
    const struct slab *slab = region_at(region_of(queue), cursor->slab);
    cursor->slab = cursor->slab ? slab->next : queue->first_slab;
    cursor->slot = cursor->slab + sizeof *slab;
    return cursor->slab != 0;
}

bool queue_visit(const struct queue *queue, struct queue_cursor *cursor, struct queue_event *event)
{
    if (cursor->slab == 0 && !visit_next_slab(queue, cursor))
        return false;
    for (;;) {
        const struct slab *slab = region_at(region_of(queue), cursor->slab);
        while (cursor->slot + sizeof(struct slot) <= slab->end) {
            const struct slot *slot = slot_at(queue, cursor->slot);
            cursor->slot += sizeof *slot;
            if (slot->event.sequence != 0) {
                *event = slot->event;
                return true;
            }
        }
        if (!visit_next_slab(queue, cursor))
            return false;
    }
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
    struct queue_cursor cursor = {0, 0};
    struct queue_event event;
    uint32_t count = 0;
    while (limit > 0 && queue_visit(queue, &cursor, &event))
        count = insert_in_order(queue, events, count, limit, &event);
    return count;
}

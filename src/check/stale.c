/*
 * stale.c: three small memories, one each for keys, clients and values.
 * The rule is in stale.h.
 *
 * Moments count from 1, so that 0 is before all. A get is stale when the last return of
 * its value's writes came before its key's floor: the latest call among the writes
 * acknowledged before the get was called.
 */
#include "check/stale.h"

#include "base/mix.h"
#include "check/timeline.h"

/* A source is one word: how many writes of the value are open, and the last return. */
#define ONE_OPEN (UINT64_C(1) << 32)

static uint32_t last_return(uint64_t source)
{
    return (uint32_t)source;
}

static bool has_open_write(uint64_t source)
{
    return source >= ONE_OPEN;
}

/* A key and a value in one word; two pairs share one with a probability of 2^-64. */
static uint64_t source_key(const struct operation *operation, uint64_t value)
{
    return mix_pair(operation->key, value);
}

void stale_init(struct stale_counter *counter, struct heap *heap, uint32_t key_count,
                uint32_t client_count)
{
    *counter = (struct stale_counter){.key_count = key_count, .client_count = client_count};
    counter->floors = heap_alloc(heap, sizeof(uint32_t) * key_count);
    counter->calls = heap_alloc(heap, sizeof(struct stale_call) * client_count);
    table_init(&counter->sources, heap);
}

/* Keys and clients may turn up that nobody announced: memory doubles. */
static void *grow(struct heap *heap, void *memory, uint32_t *room, uint32_t needed, size_t size)
{
    if (needed < *room)
        return memory;
    *room = MAX(2 * *room, needed + 1);
    return heap_resize(heap, memory, size * *room);
}

static void next_moment(struct stale_counter *counter, const struct operation *operation)
{
    struct heap *heap = counter->sources.heap;
    counter->floors =
        grow(heap, counter->floors, &counter->key_count, operation->key, sizeof *counter->floors);
    counter->calls = grow(heap, counter->calls, &counter->client_count, operation->client,
                          sizeof *counter->calls);
    CHECK(counter->moment < UINT32_MAX);
    counter->moment++;
}

void stale_before(struct stale_counter *counter, uint32_t key, uint64_t value)
{
    struct operation before = {.key = key};
    next_moment(counter, &before);
    table_set(&counter->sources, source_key(&before, value), counter->moment);
}

void stale_on_call(struct stale_counter *counter, const struct operation *operation)
{
    next_moment(counter, operation);
    counter->calls[operation->client] =
        (struct stale_call){counter->moment, counter->floors[operation->key]};
    if (operation->kind == OPERATION_GET)
        return;
    uint64_t key = source_key(operation, written_value(operation));
    table_set(&counter->sources, key, table_get(&counter->sources, key, 0) + ONE_OPEN);
}

/* The write is over; if it was refused, it is as if it had never been there. */
static void close_write(struct stale_counter *counter, const struct operation *operation)
{
    uint64_t *source =
        table_find(&counter->sources, source_key(operation, written_value(operation)));
    CHECK_WHY(source != NULL && has_open_write(*source), "a write returned that was not called");
    *source -= ONE_OPEN;
    if (operation->outcome != OUTCOME_OK)
        return;
    *source = (*source & ~(ONE_OPEN - 1)) | counter->moment;
    uint32_t *floor = &counter->floors[operation->key];
    *floor = MAX(*floor, counter->calls[operation->client].called);
}

/* Is this the value of a write at all? Nothing is, without one. */
static bool is_known(uint64_t source, uint64_t value)
{
    return value == VALUE_ABSENT || source != 0;
}

bool stale_on_return(struct stale_counter *counter, const struct operation *operation)
{
    next_moment(counter, operation);
    if (operation->kind != OPERATION_GET) {
        close_write(counter, operation);
        return false;
    }
    if (operation->outcome != OUTCOME_OK)
        return false;
    counter->get_count++;
    uint64_t source = table_get(&counter->sources, source_key(operation, operation->value), 0);
    bool is_stale = is_known(source, operation->value) && !has_open_write(source) &&
                    last_return(source) < counter->calls[operation->client].floor;
    counter->stale_count += is_stale;
    return is_stale;
}

uint32_t stale_reads(const struct history *history, struct heap *scratch)
{
    struct stale_counter counter;
    struct timeline timeline = timeline_make(history, scratch);
    stale_init(&counter, scratch, history->key_count, history->count);
    for (uint32_t key = 0; key < history->key_count; key++)
        if (history_before(history, key) != VALUE_ABSENT)
            stale_before(&counter, key, history_before(history, key));
    for (uint32_t i = 0; i < timeline.count; i++) {
        uint32_t index = moment_operation(timeline.moments[i]);
        struct operation operation = history->operations[index];
        operation.client = index; /* a client in open loop has many operations at a time */
        if (is_moment_return(timeline.moments[i]))
            stale_on_return(&counter, &operation);
        else
            stale_on_call(&counter, &operation);
    }
    return counter.stale_count;
}

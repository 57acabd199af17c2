/*
 * sources.c: one walk along the timeline, with the writes of each value so far.
 * The contract is in sources.h.
 */
#include "check/sources.h"

#include "base/mix.h"
#include "base/table.h"

/* A table's word for a key and value: how many writes so far, and the last one. */
#define ONE_WRITE (UINT64_C(1) << 32)

/* A key and a value in one word; two pairs share one with a probability of 2^-64. */
static uint64_t version_key(const struct operation *operation, uint64_t value)
{
    return mix_pair(operation->key, value);
}

static bool is_plain_write_kind(const struct operation *operation)
{
    return operation->kind == OPERATION_PUT || operation->kind == OPERATION_DELETE;
}

static uint32_t source_of(const struct history *history, const struct table *writes,
                          const struct operation *get)
{
    if (get->returned_count > 0)
        return SOURCE_MANY;
    uint64_t found = table_get(writes, version_key(get, get->value), 0);
    uint64_t candidates = found / ONE_WRITE + (get->value == history_before(history, get->key));
    if (candidates == 0)
        return SOURCE_NONE;
    if (candidates > 1)
        return SOURCE_MANY;
    return found ? (uint32_t)found : SOURCE_BEFORE;
}

struct sources sources_find(const struct history *history, const struct timeline *timeline,
                            struct heap *heap)
{
    struct sources sources = {.of = heap_alloc(heap, (history->count + 1) * sizeof(uint32_t))};
    struct table writes;
    table_init(&writes, heap);
    for (uint32_t i = 0; i < history->count; i++)
        sources.of[i] = SOURCE_NONE;
    for (uint32_t i = 0; i < timeline->count; i++) {
        uint32_t index = moment_operation(timeline->moments[i]);
        const struct operation *operation = &history->operations[index];
        bool is_return = is_moment_return(timeline->moments[i]);
        if (!is_return && is_plain_write_kind(operation) && is_possible_write(operation)) {
            uint64_t key = version_key(operation, written_value(operation));
            uint64_t count = table_get(&writes, key, 0) / ONE_WRITE + 1;
            table_set(&writes, key, count * ONE_WRITE + index);
        }
        if (!is_return || operation->kind != OPERATION_GET || operation->outcome != OUTCOME_OK)
            continue;
        sources.of[index] = source_of(history, &writes, operation);
        sources.known += is_source_known(sources.of[index]);
        sources.many += sources.of[index] == SOURCE_MANY;
    }
    table_clear(&writes);
    return sources;
}

/*
 * visited.c: a set of records of equal size. The contract is in visited.h.
 */
#include "check/visited.h"

#include <string.h>

#include "base/mix.h"

#define ROOM_AT_FIRST 64u

void visited_init(struct visited *visited, struct heap *heap, uint32_t record_words)
{
    *visited = (struct visited){.heap = heap, .record_words = record_words};
}

void visited_free(struct visited *visited)
{
    heap_free(visited->heap, visited->slots);
    heap_free(visited->heap, visited->records);
}

static uint64_t *record_at(const struct visited *visited, uint32_t number)
{
    return visited->records + (size_t)number * visited->record_words;
}

static uint64_t hash_record(const struct visited *visited, const uint64_t *record)
{
    uint64_t hash = 0;
    for (uint32_t i = 0; i < visited->record_words; i++)
        hash = mix_fold(hash ^ record[i], UINT64_C(0x9e3779b97f4a7c15) + i) + record[i];
    return mix_bits(hash);
}

/* The slot that leads to such a record, or the empty one where it belongs. */
static uint32_t *find_slot(const struct visited *visited, const uint64_t *record)
{
    uint32_t mask = 2 * visited->room - 1;
    uint32_t at = (uint32_t)hash_record(visited, record) & mask;
    size_t size = sizeof(uint64_t) * visited->record_words;
    while (visited->slots[at] != 0 &&
           memcmp(record_at(visited, visited->slots[at] - 1), record, size) != 0)
        at = (at + 1) & mask;
    return &visited->slots[at];
}

static void grow(struct visited *visited)
{
    visited->room = visited->room == 0 ? ROOM_AT_FIRST : 2 * visited->room;
    size_t record_bytes = sizeof(uint64_t) * visited->record_words;
    visited->records = heap_resize(visited->heap, visited->records, visited->room * record_bytes);
    heap_free(visited->heap, visited->slots);
    visited->slots = heap_alloc(visited->heap, sizeof(uint32_t) * 2 * visited->room);
    for (uint32_t i = 0; i < visited->count; i++)
        *find_slot(visited, record_at(visited, i)) = i + 1;
}

uint64_t *visited_next(struct visited *visited)
{
    if (visited->count == visited->room)
        grow(visited);
    return record_at(visited, visited->count);
}

bool visited_add(struct visited *visited)
{
    uint32_t *slot = find_slot(visited, record_at(visited, visited->count));
    if (*slot != 0)
        return false;
    *slot = ++visited->count;
    return true;
}

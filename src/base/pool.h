/*
 * pool.h: slots of one size, named by index, taken and given back.
 *
 * For things that are born and die all the time (messages in flight, timers, work
 * waiting for a processor) and are referred to from the event queue by number.
 * A slot is zero when taken. Which slot is taken next depends only on the order
 * of calls: the one given back last, else a new one at the end.
 *
 *   blocks --> | * | * | * |        slots never move
 *                |   +--> | slot 32 | slot 33 | ... | slot 63 |
 *                +------> | slot 0  | slot 1  | ... | slot 31 |
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include "base/heap.h"

#define POOL_NONE        UINT32_MAX
#define POOL_BLOCK_SHIFT 5
#define POOL_BLOCK_SLOTS (1u << POOL_BLOCK_SHIFT)

struct pool {
    struct heap *heap; /* owns the blocks and the list of them */
    uint8_t **blocks;
    uint32_t block_count;
    uint32_t block_room;
    uint32_t slot_size;
    uint32_t slot_count; /* ever used */
    uint32_t first_free; /* index, or POOL_NONE */
    uint32_t taken_count;
};

/* Slots of `slot_size` bytes (at least 4). */
void pool_init(struct pool *pool, struct heap *heap, uint32_t slot_size);

/* A zeroed slot; *index names it. */
void *pool_take(struct pool *pool, uint32_t *index);

static inline void *pool_at(const struct pool *pool, uint32_t index)
{
    return pool->blocks[index >> POOL_BLOCK_SHIFT] +
           (size_t)(index & (POOL_BLOCK_SLOTS - 1)) * pool->slot_size;
}

void pool_give(struct pool *pool, uint32_t index);

#endif

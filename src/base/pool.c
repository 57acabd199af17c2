/*
 * pool.c: blocks of slots, with a list of free ones threaded through them.
 */
#include "base/pool.h"

#include <string.h>

void pool_init(struct pool *pool, struct heap *heap, uint32_t slot_size)
{
    CHECK(slot_size >= sizeof pool->first_free);
    *pool = (struct pool){.heap = heap, .slot_size = slot_size, .first_free = POOL_NONE};
}

static void add_block(struct pool *pool)
{
    if (pool->block_count == pool->block_room) {
        pool->block_room = MAX(4, 2 * pool->block_room);
        pool->blocks = heap_resize(pool->heap, pool->blocks,
                                   pool->block_room * sizeof *pool->blocks);
    }
    pool->blocks[pool->block_count++] =
        heap_alloc(pool->heap, (size_t)POOL_BLOCK_SLOTS * pool->slot_size);
}

void *pool_take(struct pool *pool, uint32_t *index)
{
    pool->taken_count++;
    if (pool->first_free == POOL_NONE) {
        *index = pool->slot_count++;
        if (*index >> POOL_BLOCK_SHIFT == pool->block_count)
            add_block(pool);
        return pool_at(pool, *index);
    }
    *index = pool->first_free;
    void *slot = pool_at(pool, *index);
    memcpy(&pool->first_free, slot, sizeof pool->first_free);
    memset(slot, 0, sizeof pool->first_free);
    return slot;
}

void pool_give(struct pool *pool, uint32_t index)
{
    CHECK(index < pool->slot_count && pool->taken_count > 0);
    void *slot = pool_at(pool, index);
    pool->taken_count--;
    memset(slot, 0, pool->slot_size);
    memcpy(slot, &pool->first_free, sizeof pool->first_free);
    pool->first_free = index;
}

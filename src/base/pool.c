/*
 * pool.c: a chain of slots with a list of free ones threaded through them.
 */
#include "base/pool.h"

#include <string.h>

void pool_init(struct pool *pool, struct heap *heap, uint32_t slot_size)
{
    CHECK(slot_size >= sizeof pool->first_free);
    chain_init(&pool->slots, heap, slot_size);
    pool->slot_size = slot_size;
    pool->first_free = POOL_NONE;
    pool->taken_count = 0;
}

void *pool_take(struct pool *pool, uint32_t *index)
{
    pool->taken_count++;
    if (pool->first_free == POOL_NONE) {
        *index = (uint32_t)chain_count(&pool->slots);
        return chain_append(&pool->slots);
    }
    *index = pool->first_free;
    void *slot = chain_at(&pool->slots, *index);
    memcpy(&pool->first_free, slot, sizeof pool->first_free);
    memset(slot, 0, sizeof pool->first_free);
    return slot;
}

void *pool_at(const struct pool *pool, uint32_t index)
{
    return chain_at(&pool->slots, index);
}

void pool_give(struct pool *pool, uint32_t index)
{
    void *slot = chain_at(&pool->slots, index);
    CHECK(pool->taken_count > 0);
    pool->taken_count--;
    memset(slot, 0, pool->slot_size);
    memcpy(slot, &pool->first_free, sizeof pool->first_free);
    pool->first_free = index;
}

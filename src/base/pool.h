/*
 * pool.h: slots of one size, named by index, taken and given back.
 *
 * For things that are born and die all the time (messages in flight, timers, work
 * waiting for a processor) and are referred to from the event queue by number.
 * A slot is zero when taken. Which slot is taken next depends only on the order
 * of calls: the one given back last, else a new one at the end.
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include "base/chain.h"

#define POOL_NONE UINT32_MAX

struct pool {
    struct chain slots;
    uint32_t slot_size;
    uint32_t first_free; /* index, or POOL_NONE */
    uint32_t taken_count;
    uint32_t unused;
};

/* Slots of `slot_size` bytes (at least 4). */
void pool_init(struct pool *pool, struct heap *heap, uint32_t slot_size);

/* A zeroed slot; *index names it. */
void *pool_take(struct pool *pool, uint32_t *index);

void *pool_at(const struct pool *pool, uint32_t index);

void pool_give(struct pool *pool, uint32_t index);

#endif

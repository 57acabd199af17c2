/*
 * chain.h: an append-only log of elements of one size.
 *
 * The elements lie in blocks that never move, so a pointer to an element stays
 * good until the element is cut off, and the pages of old elements stay shared
 * between snapshots (an array that doubles would move all of them). A directory
 * leads from an index to its block.
 *
 *     directory  | 0 | 1 | 2 | 3 | 4 |
 *                  |   |   |   |   +-- 16 elements   the first blocks double, up to
 *                  |   |   |   +------ 16 elements   about 1 KiB; all later ones are
 *                  |   |   +---------- 8 elements    of that size: a short chain is
 *                  |   +-------------- 4             small, a long one wastes little
 *                  +------------------ 2
 *
 * An empty chain owns no memory. When its heap is dropped, the chain is gone
 * with it: call chain_init again before the next use.
 */
#ifndef BASE_CHAIN_H
#define BASE_CHAIN_H

#include "base/heap.h"

struct chain {
    struct heap *heap; /* owns the blocks and the directory */
    uint8_t **blocks;  /* the directory; NULL while the chain is empty */
    uint64_t count;
    uint32_t block_count;
    uint32_t directory_room; /* blocks that the directory has room for */
    uint32_t element_size;
    uint8_t first_shift; /* the first block holds 1 << first_shift elements */
    uint8_t full_shift;  /* a full-sized block holds 1 << full_shift elements */
    uint8_t unused[2];
};

/* Make an empty chain for elements of `element_size` bytes (1 or more). Elements are
 * aligned as in an array that begins 16-aligned. */
void chain_init(struct chain *chain, struct heap *heap, uint32_t element_size);

/* Add one zeroed element at the end and return it. */
void *chain_append(struct chain *chain);

/* Element `index` (below chain_count). */
void *chain_at(const struct chain *chain, uint64_t index);

static inline uint64_t chain_count(const struct chain *chain)
{
    return chain->count;
}

/* Cut off all elements from `count` on (0: everything); their memory is freed. */
void chain_truncate(struct chain *chain, uint64_t count);

#endif

/*
 * chain.c: from an index to a block and a place in it, without a loop.
 *
 * Block sizes double up to a full-sized one. With `first` and `full` as powers of
 * two, add `first` to the index, and both parts can be read off its bits:
 *
 *     index + first    < full:  the highest bit names the block, the rest the place
 *                     >= full:  the bits above full_shift name the block, the rest the place
 *
 *     first 2, full 8:   index  0 1 | 2 3 4 5 | 6 ...... 13 | 14 ..... 21 | 22 ...
 *                        block   0  |    1    |      2      |      3      |   4
 *
 * Read next: heap.h, which owns the blocks.
 */
#include "base/chain.h"

#include <string.h>

#define FULL_BLOCK_BYTES  1024u /* fits a size class, and 15 of them a chunk, nearly exactly */
#define FIRST_BLOCK_BYTES 64u
#define DIRECTORY_FIRST   4u

struct chain_place {
    uint64_t block;
    uint64_t element; /* in the block */
};

static uint32_t log2_of(uint64_t value)
{
    return 63 - (uint32_t)__builtin_clzll(value);
}

/* The largest power of two of elements that `bytes` hold, but at least one. */
static uint8_t shift_for(uint32_t bytes, uint32_t element_size)
{
    return element_size >= bytes ? 0 : (uint8_t)log2_of(bytes / element_size);
}

static struct chain_place place_of(const struct chain *chain, uint64_t index)
{
    uint64_t biased = index + (UINT64_C(1) << chain->first_shift);
    uint32_t log2 = log2_of(biased);
    uint32_t doublings = (uint32_t)(chain->full_shift - chain->first_shift);
    if (log2 < chain->full_shift)
        return (struct chain_place){log2 - chain->first_shift, biased - (UINT64_C(1) << log2)};
    return (struct chain_place){doublings + (biased >> chain->full_shift) - 1,
                                biased & ((UINT64_C(1) << chain->full_shift) - 1)};
}

static uint64_t block_bytes(const struct chain *chain, uint32_t block)
{
    uint32_t shift = MIN(chain->first_shift + block, (uint32_t)chain->full_shift);
    return (uint64_t)chain->element_size << shift;
}

void chain_init(struct chain *chain, struct heap *heap, uint32_t element_size)
{
    CHECK(element_size > 0 && element_size <= HEAP_BLOCK_MAX);
    *chain = (struct chain){
        .heap = heap,
        .element_size = element_size,
        .first_shift = shift_for(FIRST_BLOCK_BYTES, element_size),
        .full_shift = shift_for(FULL_BLOCK_BYTES, element_size),
    };
}

static void add_block(struct chain *chain)
{
    if (chain->block_count == chain->directory_room) {
        chain->directory_room = MAX(DIRECTORY_FIRST, chain->directory_room * 2);
        chain->blocks = heap_resize(chain->heap, chain->blocks,
                                    chain->directory_room * sizeof(chain->blocks[0]));
    }
    uint64_t bytes = block_bytes(chain, chain->block_count);
    chain->blocks[chain->block_count++] = heap_alloc(chain->heap, bytes);
}

static void *element_at(const struct chain *chain, struct chain_place place)
{
    return chain->blocks[place.block] + place.element * chain->element_size;
}

void *chain_append(struct chain *chain)
{
    struct chain_place place = place_of(chain, chain->count);
    if (place.block == chain->block_count)
        add_block(chain);
    chain->count++;
    return element_at(chain, place);
}

void *chain_at(const struct chain *chain, uint64_t index)
{
    CHECK(index < chain->count);
    return element_at(chain, place_of(chain, index));
}

/* What lies behind the last element is zero, for the next append. */
static void clear_from(struct chain *chain, struct chain_place place)
{
    uint64_t used = place.element * chain->element_size;
    memset(chain->blocks[place.block] + used, 0, block_bytes(chain, (uint32_t)place.block) - used);
}

void chain_truncate(struct chain *chain, uint64_t count)
{
    CHECK(count <= chain->count);
    struct chain_place end = place_of(chain, count);
    uint64_t blocks_kept = end.block + (end.element > 0);
    while (chain->block_count > blocks_kept)
        heap_free(chain->heap, chain->blocks[--chain->block_count]);
    if (end.element > 0)
        clear_from(chain, end);
    chain->count = count;
    if (count == 0) {
        heap_free(chain->heap, chain->blocks);
        chain->blocks = NULL;
        chain->directory_room = 0;
    }
}

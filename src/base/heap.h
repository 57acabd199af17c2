/*
 * heap.h: a sub-heap, a family of blocks that can be dropped at once.
 *
 * Every owner in the world has a heap of its own: each node for its volatile
 * state, the network for bytes in flight, a disk for its contents. When a node
 * crashes, heap_drop takes its whole volatile memory away, and nothing in it can
 * survive by accident.
 *
 * A heap takes chunks from the region (region.h) and cuts them into blocks. An
 * empty heap holds none; a small heap holds one, whatever sizes it mixes.
 *
 *     chunk: | chunk header 56 | 8 | block a | 8 | block b ... | 8 | not yet cut |
 *                                \ block header: exact size, class, live flag
 *
 * A block is always zero when handed out and 16-aligned. Blocks come in size
 * classes; a freed block waits in its class's list (last freed, first used), and
 * a chunk with no live block left goes back to the region. A block too big for a
 * chunk has a run of neighbouring chunks to itself.
 *
 * All links are offsets, and the heap finds its region by its own offset in it,
 * so the bytes of a heap do not depend on where the region lies: the same calls
 * give the same pages. A struct heap must therefore stay where it was made. One
 * that lies in a block of another heap must be dropped before that block goes, or
 * its chunks are lost until the region is reset.
 *
 * Left out: free neighbours are not merged; a block keeps its class until its
 * whole chunk is empty. Many small blocks freed here and there do not become
 * room for a large one.
 */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

#include "base/region.h"

#define HEAP_CLASS_COUNT 31
#define HEAP_BLOCK_MAX   (UINT64_C(1) << 30)

struct heap {
    uint64_t self_offset; /* where this struct lies in its region; never 0 once it is made */
    uint64_t live_bytes;  /* exact sizes of the live blocks, added up */
    uint64_t live_count;

    uint32_t chunk_count; /* chunks held, those of big blocks included */
    uint32_t first_chunk; /* all of them, linked by index; the newest first */
    uint32_t cut_chunk;   /* the one that new blocks are cut from, or REGION_NO_CHUNK */

    uint32_t free_list[HEAP_CLASS_COUNT]; /* offset of a free block / 16; 0 ends the list */
};

/* Make an empty heap. `heap` must lie inside the region (in the root object, or in a
 * block of another heap) and must not move afterwards. */
void heap_init(struct heap *heap, struct region_header *header);

/* The region that the heap lives in, for making further heaps. */
struct region_header *heap_region(const struct heap *heap);

/* `size` zeroed bytes, 16-aligned, owned by the heap until heap_free or heap_drop.
 * Never NULL: a world that outgrows its region stops the program with a sentence.
 * Size 0 gives an address of its own with no byte behind it. */
void *heap_alloc(struct heap *heap, size_t size);

/* Free one block of this very heap; NULL is allowed. A block freed twice or of another
 * heap is our bug and stops the program. */
void heap_free(struct heap *heap, void *block);

/* Change a block's size, keeping its contents; what is new is zero. It may move: only the
 * result is valid. NULL as block means heap_alloc. */
void *heap_resize(struct heap *heap, void *block, size_t size);

/* Free all blocks at once. The heap is empty then, and usable. */
void heap_drop(struct heap *heap);

/* The exact size that a live block was asked for. */
size_t heap_block_size(const struct heap *heap, const void *block);

/* Exact bytes of all live blocks: what a memory limit is compared with. */
static inline uint64_t heap_bytes(const struct heap *heap)
{
    return heap->live_bytes;
}

/* Bytes of the chunks that the heap holds: what it really costs. */
static inline uint64_t heap_held_bytes(const struct heap *heap)
{
    return (uint64_t)heap->chunk_count << REGION_CHUNK_SHIFT;
}

/* Rebuild the shadow of AddressSanitizer from the headers of all chunks and blocks of the
 * region, after something wrote pages below it (snapshot_restore calls this). Does nothing
 * in other builds. */
void region_repoison(const struct region *region);

#endif

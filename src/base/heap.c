/*
 * heap.c: blocks of a sub-heap, cut from chunks.
 *
 *     chunk + 0     struct chunk_head        owner, neighbours in the heap's list
 *           + 56    struct block_head        of the first block
 *           + 64    the first block's bytes: 16-aligned, as all that follow
 *            ...    block head, bytes, block head, bytes, ...
 *           + cut_end                        from here on the chunk is uncut and zero
 *
 * A block's way through life:
 *
 *     uncut --cut--> live --free--> in its class's free list --alloc--> live
 *                                        |
 *                                        +-- its chunk has no live block left:
 *                                            all of its blocks leave their lists, and
 *                                            the chunk is given back (or begun anew)
 *
 * The invariant: every byte of a chunk that is neither a head, nor a link of a
 * free block, nor inside a live block's exact size, is zero. Freeing clears, so
 * allocating has nothing to clear but two links, a stale pointer reads zeros
 * instead of ghosts, and pages of freed memory are equal pages.
 *
 * Under AddressSanitizer all bytes of a chunk but the live blocks' exact ones are
 * poisoned, heads included: the head of the next block is the red zone of this
 * one. The few functions that read heads and links are therefore REGION_UNCHECKED.
 * The layout is the same in every build.
 *
 * Left out: merging free neighbours (see heap.h).
 */
#include "base/heap.h"

#include <string.h>

/* Values that stray bytes hardly hit. */
enum block_state {
    BLOCK_LIVE = 0x11fe,
    BLOCK_FREE = 0xf4ee,
};

struct chunk_head {
    uint64_t owner;       /* self_offset of the heap */
    uint32_t chunk_count; /* above 1 or with a block of RUN_CLASS: a run for one big block */
    uint32_t next;        /* in the heap's list, by index */
    uint32_t previous;
    uint32_t live_count; /* live blocks in here */
    uint32_t cut_end;    /* offset in the chunk at which the next block head would go */
    uint32_t unused[7];  /* makes the first block 16-aligned, and is room to grow */
};

struct block_head {
    uint32_t size; /* exact */
    uint16_t class_index;
    uint16_t state; /* enum block_state */
};

/* A free block's own bytes: its neighbours in the free list, as offset / 16. */
struct block_links {
    uint32_t next;
    uint32_t previous;
};

#define FIRST_HEAD_OFFSET ((uint32_t)sizeof(struct chunk_head))
#define RUN_OVERHEAD      (sizeof(struct chunk_head) + sizeof(struct block_head))
#define RUN_CLASS         UINT16_MAX /* of a block that has a run of chunks to itself */
#define SMALL_MAX         8152u

_Static_assert((FIRST_HEAD_OFFSET + sizeof(struct block_head)) % 16 == 0, "blocks are 16-aligned");

/* Bytes that a block of each class has; with its head, a multiple of 16. Up to 136 in steps of
 * 16, then four steps to each doubling, chosen so that powers of two fit; the last two are a
 * third and a half of a chunk. */
static const uint16_t class_bytes[HEAP_CLASS_COUNT] = {
    8,    24,   40,   56,   72, 88, 104, 120, 136, /* class 0 to 8 */
    168,  200,  232,  264,                         /* 9 */
    328,  392,  456,  520,                         /* 13 */
    648,  776,  904,  1032,                        /* 17 */
    1288, 1544, 1800, 2056,                        /* 21 */
    2568, 3080, 3592, 4104,                        /* 25 */
    5416, 8152,                                    /* 29, and the last is SMALL_MAX */
};

static uint32_t class_of(size_t size)
{
    if (size <= 136)
        return (uint32_t)(size + 7) / 16;
    if (size > 4104)
        return size <= 5416 ? 29 : 30;
    uint32_t above = (uint32_t)size - 9; /* 128 .. 4095 */
    uint32_t log2 = 31 - (uint32_t)__builtin_clz(above);
    return 9 + (log2 - 7) * 4 + ((above >> (log2 - 2)) & 3);
}

/* ---- finding the way between heap, chunk and block ---- */

struct region_header *heap_region(const struct heap *heap)
{
    return (struct region_header *)((uintptr_t)heap - heap->self_offset);
}

static struct chunk_head *chunk_at(const struct region_header *header, uint32_t index)
{
    return region_chunk(header, index);
}

static uint32_t chunk_of(const struct region_header *header, const void *block)
{
    return (uint32_t)(region_offset_of(header, block) >> REGION_CHUNK_SHIFT);
}

static struct block_head *head_of(const void *block)
{
    return (struct block_head *)((uintptr_t)block - sizeof(struct block_head));
}

static struct block_links *links_at(const struct region_header *header, uint32_t sixteenths)
{
    return region_at(header, (uint64_t)sixteenths * 16);
}

static uint32_t run_chunks(size_t size)
{
    return (uint32_t)((size + RUN_OVERHEAD + REGION_CHUNK_BYTES - 1) >> REGION_CHUNK_SHIFT);
}

/* ---- free lists ---- */

REGION_UNCHECKED static void list_push(struct heap *heap, void *block)
{
    struct region_header *header = heap_region(heap);
    uint32_t sixteenths = (uint32_t)(region_offset_of(header, block) / 16);
    uint32_t *first = &heap->free_list[head_of(block)->class_index];
    struct block_links *links = block;
    links->next = *first;
    links->previous = 0;
    if (*first)
        links_at(header, *first)->previous = sixteenths;
    *first = sixteenths;
}

/* Take a block out of its list, wherever it stands, and leave it all zero. */
REGION_UNCHECKED static void list_remove(struct heap *heap, void *block)
{
    struct region_header *header = heap_region(heap);
    struct block_links *links = block;
    if (links->previous)
        links_at(header, links->previous)->next = links->next;
    else
        heap->free_list[head_of(block)->class_index] = links->next;
    if (links->next)
        links_at(header, links->next)->previous = links->previous;
    links->next = 0;
    links->previous = 0;
}

/* ---- chunks of a heap ---- */

REGION_UNCHECKED static struct chunk_head *chunk_take(struct heap *heap, uint32_t count)
{
    struct region_header *header = heap_region(heap);
    uint32_t index = region_take_chunks(header, count);
    struct chunk_head *chunk = chunk_at(header, index);
    region_poison(chunk, (uint64_t)count << REGION_CHUNK_SHIFT);
    chunk->chunk_count = count;
    chunk->owner = heap->self_offset;
    chunk->cut_end = FIRST_HEAD_OFFSET;
    chunk->next = heap->first_chunk;
    if (chunk->next)
        chunk_at(header, chunk->next)->previous = index;
    heap->first_chunk = index;
    heap->chunk_count += count;
    return chunk;
}

REGION_UNCHECKED static void chunk_give(struct heap *heap, uint32_t index)
{
    struct region_header *header = heap_region(heap);
    struct chunk_head *chunk = chunk_at(header, index);
    if (chunk->previous)
        chunk_at(header, chunk->previous)->next = chunk->next;
    else
        heap->first_chunk = chunk->next;
    if (chunk->next)
        chunk_at(header, chunk->next)->previous = chunk->previous;
    heap->chunk_count -= chunk->chunk_count;
    region_give_chunks(header, index, chunk->chunk_count);
}

/* Undo all cuts of a chunk without live blocks: its blocks leave their lists, and it is as
 * when it was taken. Each block is visited once for the time it was cut, so this costs no
 * more than the cutting did. */
REGION_UNCHECKED static void chunk_uncut(struct heap *heap, struct chunk_head *chunk)
{
    uint32_t offset = FIRST_HEAD_OFFSET;
    while (offset < chunk->cut_end) {
        struct block_head *head = (struct block_head *)((uint8_t *)chunk + offset);
        offset += (uint32_t)sizeof(*head) + class_bytes[head->class_index];
        list_remove(heap, head + 1);
        *head = (struct block_head){0};
    }
    chunk->cut_end = FIRST_HEAD_OFFSET;
}

/* The last live block of a chunk is gone. The chunk that is being cut stays, so that a heap
 * that fills and empties does not take and give a chunk each time. */
static void chunk_became_empty(struct heap *heap, uint32_t index)
{
    chunk_uncut(heap, chunk_at(heap_region(heap), index));
    if (index != heap->cut_chunk)
        chunk_give(heap, index);
}

/* ---- cutting blocks ---- */

REGION_UNCHECKED static void *block_cut(struct chunk_head *chunk, uint32_t class_index)
{
    struct block_head *head = (struct block_head *)((uint8_t *)chunk + chunk->cut_end);
    head->class_index = (uint16_t)class_index;
    head->state = BLOCK_FREE;
    chunk->cut_end += (uint32_t)sizeof(*head) + class_bytes[class_index];
    return head + 1;
}

REGION_UNCHECKED static bool chunk_has_room(const struct chunk_head *chunk, uint32_t class_index)
{
    return chunk->cut_end + sizeof(struct block_head) + class_bytes[class_index] <=
           REGION_CHUNK_BYTES;
}

/* Cut what is left of a chunk into the largest blocks that fit, for later. */
static void chunk_cut_rest(struct heap *heap, struct chunk_head *chunk)
{
    for (uint32_t class_index = HEAP_CLASS_COUNT; class_index-- > 0;)
        while (chunk_has_room(chunk, class_index))
            list_push(heap, block_cut(chunk, class_index));
}

/* A new block: from the chunk that is being cut, or else from a fresh one. */
static void *block_cut_new(struct heap *heap, uint32_t class_index)
{
    struct region_header *header = heap_region(heap);
    if (heap->cut_chunk && !chunk_has_room(chunk_at(header, heap->cut_chunk), class_index)) {
        chunk_cut_rest(heap, chunk_at(header, heap->cut_chunk));
        heap->cut_chunk = REGION_NO_CHUNK;
    }
    if (!heap->cut_chunk)
        heap->cut_chunk = chunk_of(header, chunk_take(heap, 1));
    return block_cut(chunk_at(header, heap->cut_chunk), class_index);
}

/* ---- the life of a block ---- */

REGION_UNCHECKED static void block_begin_life(struct heap *heap, void *block, size_t size)
{
    const struct region_header *header = heap_region(heap);
    struct block_head *head = head_of(block);
    head->size = (uint32_t)size;
    head->state = BLOCK_LIVE;
    chunk_at(header, chunk_of(header, block))->live_count++;
    heap->live_count++;
    heap->live_bytes += size;
    region_unpoison(block, size);
}

/* The head of a block, which must be live and this heap's. */
REGION_UNCHECKED static struct block_head *live_head(const struct heap *heap, const void *block)
{
    const struct region_header *header = heap_region(heap);
    CHECK_WHY(region_has(header, block) && region_offset_of(header, block) % 16 == 0,
              "this address is not a block of any heap");
    CHECK_WHY(chunk_at(header, chunk_of(header, block))->owner == heap->self_offset,
              "this block belongs to another heap, or was freed before");
    CHECK_WHY(head_of(block)->state == BLOCK_LIVE, "this block was freed before");
    return head_of(block);
}

REGION_UNCHECKED static void *run_alloc(struct heap *heap, size_t size)
{
    CHECK_WHY(size <= HEAP_BLOCK_MAX, "one block of memory has 1 GiB at most");
    struct chunk_head *chunk = chunk_take(heap, run_chunks(size));
    void *block = (uint8_t *)chunk + RUN_OVERHEAD;
    head_of(block)->class_index = RUN_CLASS;
    block_begin_life(heap, block, size);
    return block;
}

/* The freed block's bytes become zero here, and stay so until it lives again. */
REGION_UNCHECKED static void small_free(struct heap *heap, struct block_head *head)
{
    const struct region_header *header = heap_region(heap);
    void *block = head + 1;
    uint32_t index = chunk_of(header, block);
    size_t bytes = class_bytes[head->class_index];
    region_unpoison(block, bytes);
    memset(block, 0, bytes);
    region_poison(block, bytes);
    head->size = 0;
    head->state = BLOCK_FREE;
    list_push(heap, block);
    if (--chunk_at(header, index)->live_count == 0)
        chunk_became_empty(heap, index);
}

REGION_UNCHECKED void heap_free(struct heap *heap, void *block)
{
    if (!block)
        return;
    struct block_head *head = live_head(heap, block);
    heap->live_count--;
    heap->live_bytes -= head->size;
    if (head->class_index == RUN_CLASS)
        chunk_give(heap, chunk_of(heap_region(heap), block));
    else
        small_free(heap, head);
}

/* Whether a block would be of the same class, or of the same number of chunks, as it is. */
static bool has_room_in_place(uint32_t class_index, size_t old_size, size_t new_size)
{
    if (class_index == RUN_CLASS)
        return new_size > SMALL_MAX && run_chunks(old_size) == run_chunks(new_size);
    return new_size <= SMALL_MAX && class_of(new_size) == class_index;
}

/* Shrinking clears what is cut off, so that growing again finds zeros. */
REGION_UNCHECKED static void resize_in_place(struct heap *heap, struct block_head *head,
                                             size_t size)
{
    uint8_t *block = (uint8_t *)(head + 1);
    size_t old_size = head->size;
    heap->live_bytes += size;
    heap->live_bytes -= old_size;
    head->size = (uint32_t)size;
    if (size < old_size)
        memset(block + size, 0, old_size - size);
    region_poison(block, (old_size + 7) & ~(size_t)7);
    region_unpoison(block, size);
}

REGION_UNCHECKED void *heap_resize(struct heap *heap, void *block, size_t size)
{
    if (!block)
        return heap_alloc(heap, size);
    struct block_head *head = live_head(heap, block);
    size_t old_size = head->size;
    if (size <= HEAP_BLOCK_MAX && has_room_in_place(head->class_index, old_size, size)) {
        resize_in_place(heap, head, size);
        return block;
    }
    void *moved = heap_alloc(heap, size);
    memcpy(moved, block, MIN(old_size, size));
    heap_free(heap, block);
    return moved;
}

REGION_UNCHECKED size_t heap_block_size(const struct heap *heap, const void *block)
{
    return live_head(heap, block)->size;
}

void *heap_alloc(struct heap *heap, size_t size)
{
    if (size > SMALL_MAX)
        return run_alloc(heap, size);
    uint32_t class_index = class_of(size);
    uint32_t sixteenths = heap->free_list[class_index];
    void *block;
    if (sixteenths) {
        block = region_at(heap_region(heap), (uint64_t)sixteenths * 16);
        list_remove(heap, block);
    } else {
        block = block_cut_new(heap, class_index);
    }
    block_begin_life(heap, block, size);
    return block;
}

/* ---- the heap as a whole ---- */

void heap_init(struct heap *heap, struct region_header *header)
{
    CHECK_WHY(region_has(header, heap), "a heap lies inside its region");
    *heap = (struct heap){.self_offset = region_offset_of(header, heap)};
}

void heap_drop(struct heap *heap)
{
    uint64_t self_offset = heap->self_offset;
    while (heap->first_chunk)
        chunk_give(heap, heap->first_chunk);
    *heap = (struct heap){.self_offset = self_offset};
}

/* ---- the shadow, from the heads ---- */

REGION_UNCHECKED static void repoison_blocks(const struct chunk_head *chunk)
{
    uint32_t offset = FIRST_HEAD_OFFSET;
    while (offset < chunk->cut_end) {
        const struct block_head *head =
            (const struct block_head *)((const uint8_t *)chunk + offset);
        if (head->state == BLOCK_LIVE)
            region_unpoison(head + 1, head->size);
        offset += (uint32_t)sizeof(*head) + class_bytes[head->class_index];
    }
}

/* Returns how many chunks from this one on are settled. */
REGION_UNCHECKED static uint32_t repoison_chunk(const struct region_header *header, uint32_t index)
{
    const struct chunk_head *chunk = chunk_at(header, index);
    if (index == header->root_chunk)
        return header->root_chunk_count;
    if (region_is_chunk_free(header, index)) {
        region_poison(chunk, REGION_CHUNK_BYTES);
        return 1;
    }
    const struct block_head *first =
        (const struct block_head *)((const uint8_t *)chunk + FIRST_HEAD_OFFSET);
    region_poison(chunk, (uint64_t)chunk->chunk_count << REGION_CHUNK_SHIFT);
    if (first->class_index == RUN_CLASS)
        region_unpoison(first + 1, first->size);
    else
        repoison_blocks(chunk);
    return chunk->chunk_count;
}

void region_repoison(const struct region *region)
{
    const struct region_header *header = region->header;
    if (!REGION_HAS_ASAN)
        return;
    region_unpoison_all(region);
    uint32_t index = REGION_FIRST_CHUNK;
    while (index < header->chunk_high_water)
        index += repoison_chunk(header, index);
}

/*
 * region.h: one stretch of memory that holds everything a world can change.
 *
 * Time travel is trivial when the whole mutable state of a run is one range of
 * pages: a snapshot copies the pages that changed, a restore puts them back in
 * place, and every pointer inside stays valid, since nothing moved. So the rule
 * of the house: what a run may change lives in its region, and nothing else
 * does. In particular no function pointer, no pointer to a constant and no
 * pointer to memory outside may be stored in it, and no padding: bytes that no
 * member names take whatever the compiler left on its stack, and pages that
 * should be equal would differ. What a struct does not use, it names `unused`.
 *
 *     base                                                    base + reserve
 *     +----------------+---------+---------+---------+--- - - - - - - - -+
 *     | region_header  | chunk 2 | chunk 3 | chunk 4 |  never touched: 0 |
 *     | (chunks 0, 1)  |  root   |  heap   |  free   |                   |
 *     +----------------+---------+---------+---------+--- - - - - - - - -+
 *                                                    ^ high-water mark
 *
 * The allocator's own state is in there too (the header: free chunks, mark,
 * root), so going back in time also takes the allocator back. `struct region`
 * is only a handle; it lies outside and never changes after region_open.
 *
 * A chunk is 16 KiB and is named by its index, never by its address. The rule
 * of allocation is first fit: the lowest index at which enough neighbours are
 * free. Free chunks are all zero. So the same calls give the same offsets and
 * the same bytes in every region, wherever the system put its base.
 *
 * A world has one root object, which leads to everything else. It is built on
 * sub-heaps: read heap.h next, then snapshot.h.
 */
#ifndef BASE_REGION_H
#define BASE_REGION_H

#include "base/base.h"

#define REGION_PAGE_BYTES   UINT64_C(4096)
#define REGION_CHUNK_SHIFT  14
#define REGION_CHUNK_BYTES  (UINT64_C(1) << REGION_CHUNK_SHIFT)
#define REGION_RESERVE_MIN  (UINT64_C(1) << 16)
#define REGION_RESERVE_MAX  (UINT64_C(1) << 31) /* what the bitmap of free chunks can name */
#define REGION_RESERVE_PLAN (UINT64_C(1) << 30) /* plenty, and only address space */
#define REGION_NO_CHUNK     0u                  /* chunk 0 is the header, so 0 can mean none */

#define REGION_LAYOUT_VERSION 1

#define REGION_CHUNK_MAX  (REGION_RESERVE_MAX >> REGION_CHUNK_SHIFT)
#define REGION_FREE_WORDS (REGION_CHUNK_MAX / 64)
#define REGION_FREE_TOPS  (REGION_FREE_WORDS / 64)

/* The start of the region. Code inside the world knows its region by a pointer
 * to this (heap_region gives it). All fields belong to region.c. */
struct region_header {
    uint32_t layout_version;    /* REGION_LAYOUT_VERSION */
    uint32_t chunk_limit;       /* chunks in the reserve */
    uint32_t chunk_high_water;  /* chunks from here on were never taken: free and zero */
    uint32_t chunk_taken_count; /* taken now, the header's own not counted */
    uint32_t root_chunk;        /* REGION_NO_CHUNK until there is a root */
    uint32_t root_chunk_count;
    uint64_t root_bytes;

    /* Free chunks below the mark: one bit each, and one bit for every word that is not 0. */
    uint64_t free_tops[REGION_FREE_TOPS];
    uint64_t free_words[REGION_FREE_WORDS];
};

#define REGION_FIRST_CHUNK                                                                         \
    ((uint32_t)((sizeof(struct region_header) + REGION_CHUNK_BYTES - 1) >> REGION_CHUNK_SHIFT))

/* The handle of a region, owned by the caller and kept outside of it. */
struct region {
    struct region_header *header; /* also the base address; NULL when not open */
    uint64_t reserve_bytes;
};

/* Reserve address space and set up an empty region. `reserve_bytes` is rounded up to
 * whole chunks and must lie in REGION_RESERVE_MIN .. REGION_RESERVE_MAX; base_hint may be
 * NULL and is only a hint. On refusal: false, *why is one sentence (a constant), and
 * the handle is closed. Any number of regions may be open side by side. */
bool region_open(struct region *region, uint64_t reserve_bytes, void *base_hint, const char **why);

/* Give everything back. Closing a closed handle does nothing. */
void region_close(struct region *region);

/* Back to the state after region_open, at the cost of what was touched: sweeps run
 * thousands of small worlds on one region. Every pointer into it is dead. */
void region_reset(struct region *region);

/* Make the world's root object: zeroed, 16-aligned, once per region. It lives until
 * the next region_reset. */
void *region_create_root(struct region *region, uint64_t size_bytes);

/* The root object, or NULL before region_create_root. */
void *region_root(const struct region *region);

/* Bytes from the base that may differ from zero: a multiple of the chunk, header included. */
uint64_t region_high_water(const struct region *region);

/* Bytes of chunks taken now, the header's own not counted: the size of the world. */
uint64_t region_taken_bytes(const struct region *region);

/* Take `count` neighbouring chunks, all zero; returns the index of the first. Stops the
 * program when the reserve is exhausted. For heap.c. */
uint32_t region_take_chunks(struct region_header *header, uint32_t count);

/* Give them back; they are zeroed here. For heap.c. */
void region_give_chunks(struct region_header *header, uint32_t first, uint32_t count);

static inline void *region_at(const struct region_header *header, uint64_t offset)
{
    return (uint8_t *)(uintptr_t)header + offset;
}

static inline uint64_t region_offset_of(const struct region_header *header, const void *pointer)
{
    return (uint64_t)((const uint8_t *)pointer - (const uint8_t *)header);
}

static inline void *region_chunk(const struct region_header *header, uint32_t index)
{
    return region_at(header, (uint64_t)index << REGION_CHUNK_SHIFT);
}

static inline bool region_has(const struct region_header *header, const void *pointer)
{
    uint64_t offset = region_offset_of(header, pointer);
    return offset < (uint64_t)header->chunk_limit << REGION_CHUNK_SHIFT;
}

bool region_is_chunk_free(const struct region_header *header, uint32_t index);

/* Let every byte up to the high-water mark be touched, for work on whole pages. Does nothing
 * without AddressSanitizer; region_repoison (heap.h) is the way back. */
void region_unpoison_all(const struct region *region);

/* AddressSanitizer keeps a shadow of which bytes may be touched. These do nothing in other
 * builds. The shadow is not part of the region: see region_repoison in heap.h. */
#if defined(__SANITIZE_ADDRESS__)
#define REGION_HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define REGION_HAS_ASAN 1
#endif
#endif
#ifndef REGION_HAS_ASAN
#define REGION_HAS_ASAN 0
#endif

#if REGION_HAS_ASAN
void __asan_poison_memory_region(void const volatile *start, size_t size);
void __asan_unpoison_memory_region(void const volatile *start, size_t size);
#define REGION_UNCHECKED __attribute__((no_sanitize("address")))
#else
#define REGION_UNCHECKED
#endif

static inline void region_poison(const void *start, uint64_t size_bytes)
{
#if REGION_HAS_ASAN
    __asan_poison_memory_region(start, size_bytes);
#else
    (void)start, (void)size_bytes;
#endif
}

static inline void region_unpoison(const void *start, uint64_t size_bytes)
{
#if REGION_HAS_ASAN
    __asan_unpoison_memory_region(start, size_bytes);
#else
    (void)start, (void)size_bytes;
#endif
}

#endif

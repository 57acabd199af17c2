/*
 * region.c: chunks of one stretch of memory, by first fit.
 *
 * The whole state is the header at the base. A chunk is in one of three states:
 *
 *     taken              below the mark, its bit in free_words is 0
 *     free               below the mark, its bit is 1, all bytes zero
 *     never taken        at or above the mark, all bytes zero
 *
 * Two invariants carry the rest of the house: a chunk that is not taken is all
 * zero (so whoever takes one need not clear it), and nothing but the order of
 * calls decides which chunk is handed out (so a re-run repeats the very pages).
 *
 *     free_tops   one bit for each word below that is not 0     32 words
 *     free_words  one bit for each free chunk                 2048 words
 *
 * The lowest free chunk is found through both levels; a run of several is found
 * by walking from one stretch of free chunks to the next.
 *
 * Read next: heap.c, which cuts chunks into blocks.
 */
#include "base/region.h"

#include <string.h>

#include "base/os_memory.h"

/* Above this many bytes a reset gives pages back to the system rather than clear them:
 * clearing is faster per page, but one big world must not keep its memory for ever. */
#define RESET_CLEAR_BYTES (UINT64_C(16) << 20)

static void header_init(struct region_header *header, uint64_t reserve_bytes)
{
    header->layout_version = REGION_LAYOUT_VERSION;
    header->chunk_limit = (uint32_t)(reserve_bytes >> REGION_CHUNK_SHIFT);
    header->chunk_high_water = REGION_FIRST_CHUNK;
}

bool region_open(struct region *region, uint64_t reserve_bytes, void *base_hint, const char **why)
{
    *region = (struct region){0};
    if (reserve_bytes < REGION_RESERVE_MIN || reserve_bytes > REGION_RESERVE_MAX) {
        *why = "the reserve of a world must lie between 64 KiB and 2 GiB";
        return false;
    }
    reserve_bytes = (reserve_bytes + REGION_CHUNK_BYTES - 1) & ~(REGION_CHUNK_BYTES - 1);
    void *base = os_memory_reserve(reserve_bytes, base_hint, why);
    if (!base)
        return false;
    region->header = base;
    region->reserve_bytes = reserve_bytes;
    header_init(region->header, reserve_bytes);
    return true;
}

void region_close(struct region *region)
{
    if (!region->header)
        return;
    region_unpoison_all(region); /* or whoever gets these addresses next inherits the poison */
    os_memory_release(region->header, region->reserve_bytes);
    *region = (struct region){0};
}

void region_reset(struct region *region)
{
    uint64_t touched = region_high_water(region);
    uint64_t cleared = MIN(touched, RESET_CLEAR_BYTES);
    region_unpoison_all(region);
    if (touched > cleared)
        os_memory_discard(region_at(region->header, cleared), touched - cleared);
    memset(region->header, 0, cleared);
    header_init(region->header, region->reserve_bytes);
}

uint64_t region_high_water(const struct region *region)
{
    return (uint64_t)region->header->chunk_high_water << REGION_CHUNK_SHIFT;
}

uint64_t region_taken_bytes(const struct region *region)
{
    return (uint64_t)region->header->chunk_taken_count << REGION_CHUNK_SHIFT;
}

void region_unpoison_all(const struct region *region)
{
    region_unpoison(region->header, region_high_water(region));
}

void *region_create_root(struct region *region, uint64_t size_bytes)
{
    struct region_header *header = region->header;
    CHECK_WHY(header->root_chunk == REGION_NO_CHUNK, "a region has only one root object");
    CHECK(size_bytes > 0 && size_bytes <= region->reserve_bytes);
    header->root_bytes = size_bytes;
    header->root_chunk_count =
        (uint32_t)((size_bytes + REGION_CHUNK_BYTES - 1) >> REGION_CHUNK_SHIFT);
    header->root_chunk = region_take_chunks(header, header->root_chunk_count);
    return region_root(region);
}

void *region_root(const struct region *region)
{
    const struct region_header *header = region->header;
    if (header->root_chunk == REGION_NO_CHUNK)
        return NULL;
    return region_chunk(header, header->root_chunk);
}

bool region_is_chunk_free(const struct region_header *header, uint32_t index)
{
    return index >= header->chunk_high_water ||
           (header->free_words[index / 64] >> (index % 64)) & 1;
}

static void mark_free(struct region_header *header, uint32_t index)
{
    uint32_t word = index / 64;
    header->free_words[word] |= UINT64_C(1) << (index % 64);
    header->free_tops[word / 64] |= UINT64_C(1) << (word % 64);
}

static void mark_taken(struct region_header *header, uint32_t index)
{
    uint32_t word = index / 64;
    header->free_words[word] &= ~(UINT64_C(1) << (index % 64));
    if (header->free_words[word] == 0)
        header->free_tops[word / 64] &= ~(UINT64_C(1) << (word % 64));
}

/* The first bit at or after `from`, or the number of bits. */
static uint32_t next_bit(const uint64_t *words, uint32_t word_count, uint32_t from)
{
    uint32_t word = from / 64;
    if (word >= word_count)
        return word_count * 64;
    uint64_t bits = words[word] & (UINT64_MAX << (from % 64));
    while (bits == 0) {
        if (++word == word_count)
            return word_count * 64;
        bits = words[word];
    }
    return word * 64 + (uint32_t)__builtin_ctzll(bits);
}

/* The lowest free chunk at or after `from`; the high-water mark if none is below it. */
static uint32_t next_free(const struct region_header *header, uint32_t from)
{
    uint64_t bits = header->free_words[from / 64] & (UINT64_MAX << (from % 64));
    if (bits)
        return from / 64 * 64 + (uint32_t)__builtin_ctzll(bits);
    uint32_t word = next_bit(header->free_tops, REGION_FREE_TOPS, from / 64 + 1);
    if (word == REGION_FREE_WORDS)
        return header->chunk_high_water;
    return word * 64 + (uint32_t)__builtin_ctzll(header->free_words[word]);
}

/* The first taken chunk at or after `from`, or `end`. */
static uint32_t next_taken(const struct region_header *header, uint32_t from, uint32_t end)
{
    while (from < end && region_is_chunk_free(header, from))
        from++;
    return from;
}

/* THE rule of allocation: the lowest index at which `count` neighbours are free. What was
 * never taken counts as free, so a stretch that ends at the mark is always long enough. */
static uint32_t first_fit(const struct region_header *header, uint32_t count)
{
    uint32_t start = next_free(header, REGION_FIRST_CHUNK);
    while (start < header->chunk_high_water) {
        uint32_t enough = MIN(start + count, header->chunk_high_water);
        uint32_t end = next_taken(header, start, enough);
        if (end == enough)
            return start;
        start = next_free(header, end);
    }
    return start;
}

uint32_t region_take_chunks(struct region_header *header, uint32_t count)
{
    CHECK(count > 0);
    uint32_t first = first_fit(header, count);
    CHECK_WHY(count <= header->chunk_limit - first,
              "the world has outgrown its memory region: give it a larger reserve, or make the "
              "scenario smaller");
    for (uint32_t i = first; i < first + count && i < header->chunk_high_water; i++)
        mark_taken(header, i);
    header->chunk_high_water = MAX(header->chunk_high_water, first + count);
    header->chunk_taken_count += count;
    region_unpoison(region_chunk(header, first), (uint64_t)count << REGION_CHUNK_SHIFT);
    return first;
}

void region_give_chunks(struct region_header *header, uint32_t first, uint32_t count)
{
    CHECK(first >= REGION_FIRST_CHUNK && count <= header->chunk_taken_count);
    CHECK(first < header->chunk_high_water && count <= header->chunk_high_water - first);
    uint64_t size_bytes = (uint64_t)count << REGION_CHUNK_SHIFT;
    void *start = region_chunk(header, first);
    for (uint32_t i = first; i < first + count; i++) {
        CHECK(!region_is_chunk_free(header, i));
        mark_free(header, i);
    }
    header->chunk_taken_count -= count;
    region_unpoison(start, size_bytes);
    memset(start, 0, size_bytes);
    region_poison(start, size_bytes);
}

/*
 * hdr.c: counting into blocks, and pouring them together.
 */
#include "base/hdr.h"

#include <string.h>

#define BLOCK_BUCKETS (1u << HISTOGRAM_SUB_BITS)
#define BLOCK_BYTES   (BLOCK_BUCKETS * sizeof(uint32_t))

void hdr_add_to(struct hdr *hdr, struct heap *heap, uint32_t bucket, uint64_t value)
{
    uint32_t **block = &hdr->blocks[bucket / BLOCK_BUCKETS];
    if (!*block)
        *block = heap_alloc(heap, BLOCK_BYTES);
    (*block)[bucket % BLOCK_BUCKETS]++;
    hdr->count++;
    hdr->sum += value;
    hdr->largest = MAX(hdr->largest, value);
}

void hdr_add(struct hdr *hdr, struct heap *heap, uint64_t value)
{
    hdr_add_to(hdr, heap, histogram_bucket(value), value);
}

void hdr_clear(struct hdr *hdr)
{
    for (uint32_t i = 0; i < HDR_BLOCKS; i++)
        if (hdr->blocks[i])
            memset(hdr->blocks[i], 0, BLOCK_BYTES);
    hdr->count = hdr->sum = hdr->largest = 0;
}

void hdr_pour(const struct hdr *hdr, struct histogram *into)
{
    for (uint32_t i = 0; i < HDR_BLOCKS; i++)
        for (uint32_t j = 0; hdr->blocks[i] && j < BLOCK_BUCKETS; j++)
            into->buckets[i * BLOCK_BUCKETS + j] += hdr->blocks[i][j];
    into->count += hdr->count;
    into->largest = MAX(into->largest, hdr->largest);
}

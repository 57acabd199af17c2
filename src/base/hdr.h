/*
 * hdr.h: a histogram that is kept: the buckets of histogram.h, a block of them only when used.
 *
 *     blocks   [ 0 | 1 | . | . | 4 | 5 | . ...        . no value was ever that large
 *                |   |           |   |
 *               64 buckets each, one power of two
 *
 * The error is that of histogram.h: a percentile is never too small and at most 1/64 (1.6 %) too
 * large, and never above the largest value. A block takes 256 bytes; latencies between 1 us and
 * 10 s touch 24 of them, so one such histogram takes at most 6.5 KiB however much is counted.
 *
 * Percentiles are asked of a `struct histogram`, into which any number of these are poured: so
 * the percentile of a cluster is that of all its values, not a mean of percentiles (which means
 * nothing: Tene, "How NOT to Measure Latency").
 */
#ifndef BASE_HDR_H
#define BASE_HDR_H

#include "base/heap.h"
#include "base/histogram.h"

#define HDR_BLOCKS (HISTOGRAM_BUCKETS >> HISTOGRAM_SUB_BITS)

struct hdr {
    uint64_t count;
    uint64_t sum;
    uint64_t largest;
    uint32_t *blocks[HDR_BLOCKS]; /* NULL: nothing in there */
};

/* An empty one is zeroed memory. What it needs comes from `heap`, the same for every call. */
void hdr_add(struct hdr *hdr, struct heap *heap, uint64_t value);

/* The same, when the value's bucket is known. */
void hdr_add_to(struct hdr *hdr, struct heap *heap, uint32_t bucket, uint64_t value);

/* Forget all values; the memory is kept for the next ones. */
void hdr_clear(struct hdr *hdr);

/* Add all values to `into`. */
void hdr_pour(const struct hdr *hdr, struct histogram *into);

#endif

/*
 * histogram.h: how long things took, in buckets, so that any percentile can be asked for.
 *
 * The scheme of HdrHistogram (Gil Tene): values below 128 have a bucket each; above, every
 * power of two is cut into 64 buckets. So a bucket is never wider than 1/64 of its values,
 * whether they are nanoseconds or hours, and counting is a shift and an addition:
 *
 *     0 1 2 ... 127 | 128 130 132 ... 254 | 256 260 264 ... 508 | 512 520 ...
 *      width 1            width 2               width 4            width 8
 *
 * A percentile is the highest value that its bucket may stand for: never too small, and at
 * most 1.6 % too large. The largest value is kept exactly, and no percentile is above it.
 * Integers alone, so every machine gives the same answer.
 *
 * Half a page of memory for each 64 powers: 15 KiB; for scratch, not for keeping many.
 */
#ifndef BASE_HISTOGRAM_H
#define BASE_HISTOGRAM_H

#include "base/base.h"

#define HISTOGRAM_SUB_BITS 6
#define HISTOGRAM_BUCKETS  ((64 - HISTOGRAM_SUB_BITS + 1) << HISTOGRAM_SUB_BITS)

struct histogram {
    uint64_t count;
    uint64_t largest;
    uint32_t buckets[HISTOGRAM_BUCKETS];
};

/* An empty one is zeroed memory. */
void histogram_add(struct histogram *histogram, uint64_t value);

/* The least value that `per_mille` of 1000 of all values do not exceed (as above); 0 when
 * there are none. per_mille 500 is the median, 1000 the largest. */
uint64_t histogram_percentile(const struct histogram *histogram, uint32_t per_mille);

/* Several at once, ascending: one look through the buckets. All 0 when there are no values. */
void histogram_percentiles(const struct histogram *histogram, const uint32_t *per_mille,
                           uint32_t count, uint64_t *values);

/* The bucket of a value, and the highest value that has the same one. */
uint32_t histogram_bucket(uint64_t value);
uint64_t histogram_bucket_end(uint32_t bucket);

#endif

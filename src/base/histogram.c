/*
 * histogram.c: from a value to its bucket and back.
 */
#include "base/histogram.h"

#define SUB_COUNT (UINT64_C(1) << HISTOGRAM_SUB_BITS)

/* How many times the value is halved until it fits into 2 * SUB_COUNT. */
static uint32_t halvings(uint64_t value)
{
    uint32_t bits = 64 - (uint32_t)__builtin_clzll(value | 1);
    return bits > HISTOGRAM_SUB_BITS + 1 ? bits - HISTOGRAM_SUB_BITS - 1 : 0;
}

uint32_t histogram_bucket(uint64_t value)
{
    uint32_t shift = halvings(value);
    return (uint32_t)((shift << HISTOGRAM_SUB_BITS) + (value >> shift));
}

uint64_t histogram_bucket_end(uint32_t bucket)
{
    if (bucket < 2 * SUB_COUNT)
        return bucket;
    uint32_t shift = (bucket >> HISTOGRAM_SUB_BITS) - 1;
    uint64_t top = (bucket & (SUB_COUNT - 1)) + SUB_COUNT;
    return (top << shift) + ((UINT64_C(1) << shift) - 1);
}

void histogram_add(struct histogram *histogram, uint64_t value)
{
    histogram->count++;
    histogram->buckets[histogram_bucket(value)]++;
    histogram->largest = MAX(histogram->largest, value);
}

void histogram_percentiles(const struct histogram *histogram, const uint32_t *per_mille,
                           uint32_t count, uint64_t *values)
{
    uint64_t seen = 0;
    uint32_t bucket = 0;
    for (uint32_t i = 0; i < count; i++) {
        /* the how manieth value, rounded up: of 10 values the 99th of 100 is the 10th */
        uint64_t wanted = MAX((histogram->count * per_mille[i] + 999) / 1000, (uint64_t)1);
        while (seen < wanted && bucket < HISTOGRAM_BUCKETS)
            seen += histogram->buckets[bucket++];
        values[i] = seen < wanted
                        ? 0
                        : MIN(histogram_bucket_end(bucket - 1), histogram->largest);
    }
}

uint64_t histogram_percentile(const struct histogram *histogram, uint32_t per_mille)
{
    uint64_t value;
    histogram_percentiles(histogram, &per_mille, 1, &value);
    return value;
}

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

uint64_t histogram_percentile(const struct histogram *histogram, uint32_t per_mille)
{
    /* the how manieth value, rounded up: of 10 values the 99th of 100 is the 10th */
    uint64_t wanted = (histogram->count * per_mille + 999) / 1000, seen = 0;
    wanted = MAX(wanted, (uint64_t)1);
    for (uint32_t bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
        seen += histogram->buckets[bucket];
        if (seen >= wanted)
            return MIN(histogram_bucket_end(bucket), histogram->largest);
    }
    return 0;
}

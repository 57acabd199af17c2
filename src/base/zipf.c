/*
 * zipf.c: the thresholds of zipf.h, and the search in them.
 *
 * The weights 1 / k^s are doubles, but the thresholds are exact integers: each rank's
 * probability is turned into a whole number of words of 2^64, rounded to nearest, and
 * these are laid out from the right end. Rank 1, the widest, takes what is left; the
 * rounding of all others together moves it by less than one part in ten million.
 * Laid out from the left, the rounding would end up in rank n, which may be so rare
 * that nothing was left of it.
 */
#include "base/zipf.h"

#include <string.h>

#include "base/exactmath.h"

#ifdef __clang__
#pragma STDC FP_CONTRACT OFF /* gcc contracts nothing under -std=c11 */
#endif

/* The table holds the weights as doubles first, then the thresholds. */
static double load_weight(const uint64_t *slot)
{
    double weight;
    memcpy(&weight, slot, sizeof weight);
    return weight;
}

static void store_weight(uint64_t *slot, double weight)
{
    memcpy(slot, &weight, sizeof weight);
}

/* From the smallest to the largest, with Kahan's compensation: a stated order, and
 * no error that grows with the number of ranks. */
static double fill_weights(uint64_t *memory, uint32_t count, double exponent)
{
    double sum = 0;
    double lost = 0;
    for (uint32_t rank = count; rank >= 1; rank--) {
        double weight = exact_pow(rank, -exponent);
        double corrected = weight - lost;
        double next = sum + corrected;
        store_weight(&memory[rank - 1], weight);
        lost = (next - sum) - corrected;
        sum = next;
    }
    return sum;
}

/* A probability as a number of words, at least one: the rarest rank stays possible,
 * and no two thresholds are equal. At most one half, since rank 1 has the largest. */
static uint64_t words_of(double probability)
{
    uint64_t words = (uint64_t)(probability * 0x1p64 + 0.5);
    return MAX(words, 1);
}

struct zipf zipf_build(uint64_t *memory, uint32_t count, uint64_t exponent_billionths)
{
    CHECK(count >= 1 && count <= ZIPF_COUNT_MAX);
    CHECK(exponent_billionths <= ZIPF_EXPONENT_MAX_BILLIONTHS);
    double total = fill_weights(memory, count, (double)exponent_billionths / 1e9);
    uint64_t end = 0; /* 2^64, which is where the last rank ends */
    for (uint32_t index = count - 1; index >= 1; index--) {
        end -= words_of(load_weight(&memory[index]) / total);
        memory[index] = end;
    }
    memory[0] = 0;
    return (struct zipf){memory, count};
}

/* The last index whose threshold is not above `bits`. The step has no branch that
 * depends on the data: a wrong guess would cost more than the comparison. */
uint32_t zipf_rank(const struct zipf *zipf, uint64_t bits)
{
    const uint64_t *base = zipf->from;
    uint32_t left = zipf->count;
    while (left > 1) {
        uint32_t half = left / 2;
        base = base[half] <= bits ? base + half : base;
        left -= half;
    }
    return (uint32_t)(base - zipf->from) + 1;
}

uint64_t zipf_width(const struct zipf *zipf, uint32_t rank)
{
    CHECK(rank >= 1 && rank <= zipf->count);
    uint64_t end = rank < zipf->count ? zipf->from[rank] : 0;
    return end - zipf->from[rank - 1];
}

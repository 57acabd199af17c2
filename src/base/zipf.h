/*
 * zipf.h: which key is asked for, when some keys are far more popular than others.
 *
 * Rank k of 1..n has a probability in proportion to 1 / k^exponent. Exponent 0 is
 * uniform; 0.99 is the customary one of YCSB; at 1 and a million keys, the first
 * hundred get more than a third of the requests.
 *
 * The probabilities are turned once into 64-bit thresholds, in the caller's memory:
 *
 *     0         from[1]    from[2]  from[3] ...                          2^64
 *     |  rank 1    |  rank 2  | rank 3 | ...  | rank n-1 | rank n |
 *
 * and a draw is a binary search for the interval that a random word falls into. So
 * the simulated probability of a rank is exactly (width / 2^64), and known.
 */
#ifndef BASE_ZIPF_H
#define BASE_ZIPF_H

#include "base/base.h"

#define ZIPF_COUNT_MAX               1000000
#define ZIPF_EXPONENT_MAX_BILLIONTHS UINT64_C(10000000000)

struct zipf {
    const uint64_t *from; /* the first word of each rank; the caller's, outlives the struct */
    uint32_t count;
};

/* Fill `memory` (`count` words, 1 .. ZIPF_COUNT_MAX) for an exponent of
 * 0 .. ZIPF_EXPONENT_MAX_BILLIONTHS. Takes about a tenth of a microsecond per rank. */
struct zipf zipf_build(uint64_t *memory, uint32_t count, uint64_t exponent_billionths);

/* The rank, 1 .. count, that these 64 random bits stand for. */
uint32_t zipf_rank(const struct zipf *zipf, uint64_t bits);

/* How many of the 2^64 words give this rank (1 .. count); 2^64 itself, which a single
 * rank would need, is returned as 0. */
uint64_t zipf_width(const struct zipf *zipf, uint32_t rank);

#endif

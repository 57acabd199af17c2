/*
 * mix.h: randomness that is keyed by what it is about.
 *
 * A draw is mix(seed, stream, identity): a pure function, with no generator
 * and no counter behind it. The identity says what the draw is about (which
 * request, which message from whom to whom, which attempt). So a draw keeps
 * its value when anything else is added to or removed from a scenario: that is
 * what makes shrinking, branching and stable seeds possible.
 *
 * The mixer is the 128-bit multiply-and-fold of wyhash (Wang Yi, public
 * domain), finished with the bit mixer of SplitMix64 (Steele, Lea, Flood 2014).
 * MIX_VERSION changes whenever any draw changes: old seeds then mean new runs.
 */
#ifndef BASE_MIX_H
#define BASE_MIX_H

#include "base/base.h"

#define MIX_VERSION 1

static inline uint64_t mix_fold(uint64_t a, uint64_t b)
{
    uint128 product = (uint128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* A bijection of 64-bit words in which every input bit reaches every output bit. */
static inline uint64_t mix_bits(uint64_t x)
{
    x ^= x >> 30;
    x *= UINT64_C(0xbf58476d1ce4e5b9);
    x ^= x >> 27;
    x *= UINT64_C(0x94d049bb133111eb);
    x ^= x >> 31;
    return x;
}

/* Combine two parts of an identity into one; order matters. */
static inline uint64_t mix_pair(uint64_t a, uint64_t b)
{
    return mix_bits(mix_fold(a ^ UINT64_C(0xa0761d6478bd642f), b ^ UINT64_C(0xe7037ed1a0b428db)) ^
                    (a + UINT64_C(0x9e3779b97f4a7c15) * b));
}

/* What a seed means to one stream; whoever draws often keeps it. */
static inline uint64_t mix_stream(uint64_t seed, uint64_t stream)
{
    return mix_pair(seed, stream);
}

/* THE draw: 64 uniform bits. `stream` names the consumer, `identity` the thing. */
static inline uint64_t mix(uint64_t seed, uint64_t stream, uint64_t identity)
{
    return mix_pair(mix_stream(seed, stream), identity);
}

/* Scale 64 random bits to 0 .. bound-1 (bound > 0) by the high half of a product;
 * the bias is below bound / 2^64. */
static inline uint64_t mix_below(uint64_t bits, uint64_t bound)
{
    return (uint64_t)(((uint128)bits * bound) >> 64);
}

/* True with probability parts_per_billion / 10^9, exactly 0 and exactly 1 included. */
static inline bool mix_chance(uint64_t bits, uint32_t parts_per_billion)
{
    return mix_below(bits, UINT64_C(1000000000)) < parts_per_billion;
}

#endif

/*
 * xxh3.h: XXH3, 64 bits (Yann Collet, BSD), the one-shot function with a seed.
 *
 * The published function (xxHash 0.8, whose output is frozen): made for speed on short inputs,
 * with a branch of its own for each class of lengths:
 *
 *     0        1-3        4-8        9-16       17-128        129-240       above
 *     seed     one word   one word   two words  pairs from    and more of   stripes of 64 bytes
 *     alone    in all                           both ends     them          into eight lanes
 *
 * No defence against somebody who chooses keys: see siphash.h.
 */
#ifndef BASE_XXH3_H
#define BASE_XXH3_H

#include "base/base.h"

uint64_t xxh3_hash(struct bytes bytes, uint64_t seed);

#endif

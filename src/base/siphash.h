/*
 * siphash.h: SipHash-2-4 (Aumasson, Bernstein 2012): a hash with a key.
 *
 * Who does not know the 128 bits of the key cannot choose inputs that collide, or that all fall
 * into
 * one range: the others of hash.h promise nothing of the kind. The price is speed.
 */
#ifndef BASE_SIPHASH_H
#define BASE_SIPHASH_H

#include "base/base.h"

/* The key is 16 bytes, read as two little-endian words. */
struct siphash_key {
    uint64_t first;
    uint64_t second;
};

uint64_t siphash_hash(struct bytes bytes, struct siphash_key key);

#endif

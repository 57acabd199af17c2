/*
 * murmur3.h: where a key stands on the ring.
 *
 * MurmurHash3, the x64 128-bit variant (Austin Appleby, public domain), over
 * bytes. A ring token is the first of its two 64-bit words: the hash spreads
 * neighbouring keys ("user:41", "user:42") evenly, so that equal arcs of the ring
 * carry equal shares of the keys.
 *
 * This is the published function. Cassandra's partitioner uses the same one with
 * an accident kept for compatibility (bytes from 128 up in the tail are extended
 * with their sign), and reads the token as signed; tokens of keys that hold such
 * bytes differ from ours.
 *
 * Anyone can choose keys that collide: it is no defence against an adversary.
 */
#ifndef BASE_MURMUR3_H
#define BASE_MURMUR3_H

#include "base/base.h"

struct murmur3 {
    uint64_t first;
    uint64_t second;
};

/* All 128 bits; `key.data` may be NULL if its size is 0. The published function
 * takes a 32-bit seed; 0 is the customary one. */
struct murmur3 murmur3_hash(struct bytes key, uint32_t seed);

/* The ring token of a key: the first word, with seed 0. */
uint64_t murmur3_token(struct bytes key);

#endif

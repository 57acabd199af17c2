/*
 * hash.h: 64-bit hashes of bytes, by name.
 *
 * What a placement is made of (db/ring/placement.h). They differ in speed, in how evenly they
 * spread keys that look alike, and in whether somebody who chooses keys can make them
 * collide; `ringside ring --hashes` shows the second in numbers.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/base.h"

/* HASH(IDENTIFIER, "name", "what it is") */
#define HASHES(HASH)                                                                               \
    HASH(MURMUR3, "murmur3", "MurmurHash3 x64, the first of two words (Cassandra)")                \
    HASH(FNV1A, "fnv1a", "FNV-1a: a multiplication a byte; like keys stay close together")         \
    HASH(CRC32C, "crc32c", "two CRC-32C of 32 bits each: made for errors, not for spreading")      \
    HASH(XXH3, "xxh3", "XXH3, 64 bits: the fastest of them")                                       \
    HASH(SIPHASH, "siphash", "SipHash-2-4 with the seed as its key: nobody can aim at one range")  \
    HASH(MD5, "md5", "the first half of MD5 (Cassandra's RandomPartitioner): even, and slow")

enum hash_kind {
#define HASH(identifier, name, meaning) HASH_##identifier,
    HASHES(HASH)
#undef HASH
    HASH_KIND_COUNT,
};

/* Seed 0 gives the published function. */
uint64_t hash_bytes(uint32_t kind, struct bytes bytes, uint64_t seed);

const char *hash_name(uint32_t kind);

#endif

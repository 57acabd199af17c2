/*
 * hash.c: the hashes of hash.h, each as it was published.
 *
 * Sources: murmur3.c; FNV-1a by Fowler, Noll, Vo (64 bit: offset and prime below); CRC-32C is
 * Castagnoli's polynomial (crc32c.c); xxh3.c, siphash.c, md5.c.
 */
#include "base/hash.h"

#include "base/crc32c.h"
#include "base/md5.h"
#include "base/murmur3.h"
#include "base/siphash.h"
#include "base/xxh3.h"

static uint64_t fnv1a(struct bytes bytes, uint64_t seed)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ seed;
    for (uint32_t i = 0; i < bytes.size; i++)
        hash = (hash ^ bytes.data[i]) * UINT64_C(0x100000001b3);
    return hash;
}

/* 32 bits do not reach round the circle, so the lower half continues over the upper. */
static uint64_t crc_pair(struct bytes bytes, uint64_t seed)
{
    uint8_t word[8];
    for (uint32_t i = 0; i < 8; i++)
        word[i] = (uint8_t)(seed >> (8 * i));
    uint32_t high = crc32c_extend(seed ? crc32c(word, 8) : 0, bytes.data, bytes.size);
    for (uint32_t i = 0; i < 4; i++)
        word[i] = (uint8_t)(high >> (8 * i));
    return (uint64_t)high << 32 | crc32c_extend(high, word, 4);
}

uint64_t hash_bytes(uint32_t kind, struct bytes bytes, uint64_t seed)
{
    switch (kind) {
    case HASH_FNV1A: return fnv1a(bytes, seed);
    case HASH_CRC32C: return crc_pair(bytes, seed);
    case HASH_XXH3: return xxh3_hash(bytes, seed);
    case HASH_SIPHASH: return siphash_hash(bytes, (struct siphash_key){seed, 0});
    case HASH_MD5: return md5_hash(bytes, seed);
    default: return murmur3_hash(bytes, (uint32_t)(seed ^ seed >> 32)).first;
    }
}

const char *hash_name(uint32_t kind)
{
    static const char *const names[] = {
#define HASH(identifier, name, meaning) name,
        HASHES(HASH)
#undef HASH
    };
    return kind < HASH_KIND_COUNT ? names[kind] : "?";
}

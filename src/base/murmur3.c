/*
 * murmur3.c: MurmurHash3 x64 128.
 *
 *     key   [ 16-byte blocks ........................ ][ tail: 0..15 bytes ]
 *              low 8 bytes -> lane 1, high 8 -> lane 2     same, without stirring
 *
 * Two lanes absorb the key sixteen bytes at a time and stir each other after each
 * block; at the end the length goes in, and every bit is avalanched through both
 * lanes. The constants and rotations are Appleby's, found by search.
 */
#include "base/murmur3.h"

#define LANE1_MULTIPLIER UINT64_C(0x87c37b91114253d5)
#define LANE2_MULTIPLIER UINT64_C(0x4cf5ad432745937f)

static uint64_t rotate_left(uint64_t x, uint32_t bits)
{
    return x << bits | x >> (64 - bits);
}

/* The first `size` (0..8) bytes as a little-endian number, zeros above. */
static uint64_t load_bytes(const uint8_t *data, size_t size)
{
    uint64_t word = 0;
    for (size_t i = 0; i < size; i++)
        word |= (uint64_t)data[i] << (8 * i);
    return word;
}

static uint64_t scramble1(uint64_t word)
{
    return rotate_left(word * LANE1_MULTIPLIER, 31) * LANE2_MULTIPLIER;
}

static uint64_t scramble2(uint64_t word)
{
    return rotate_left(word * LANE2_MULTIPLIER, 33) * LANE1_MULTIPLIER;
}

static void absorb_block(struct murmur3 *hash, const uint8_t *data)
{
    hash->first ^= scramble1(load_bytes(data, 8));
    hash->first = (rotate_left(hash->first, 27) + hash->second) * 5 + 0x52dce729;
    hash->second ^= scramble2(load_bytes(data + 8, 8));
    hash->second = (rotate_left(hash->second, 31) + hash->first) * 5 + 0x38495ab5;
}

static void absorb_tail(struct murmur3 *hash, const uint8_t *data, size_t size)
{
    if (size > 8)
        hash->second ^= scramble2(load_bytes(data + 8, size - 8));
    hash->first ^= scramble1(load_bytes(data, MIN(size, 8)));
}

/* Every input bit flips every output bit with probability one half. */
static uint64_t avalanche(uint64_t x)
{
    x ^= x >> 33;
    x *= UINT64_C(0xff51afd7ed558ccd);
    x ^= x >> 33;
    x *= UINT64_C(0xc4ceb9fe1a85ec53);
    x ^= x >> 33;
    return x;
}

static void finish(struct murmur3 *hash, size_t size)
{
    hash->first ^= size;
    hash->second ^= size;
    hash->first += hash->second;
    hash->second += hash->first;
    hash->first = avalanche(hash->first);
    hash->second = avalanche(hash->second);
    hash->first += hash->second;
    hash->second += hash->first;
}

struct murmur3 murmur3_hash(struct bytes key, uint32_t seed)
{
    struct murmur3 hash = {seed, seed};
    size_t blocks_size = key.size / 16 * 16;
    for (size_t at = 0; at < blocks_size; at += 16)
        absorb_block(&hash, key.data + at);
    if (blocks_size < key.size)
        absorb_tail(&hash, key.data + blocks_size, key.size - blocks_size);
    finish(&hash, key.size);
    return hash;
}

uint64_t murmur3_token(struct bytes key)
{
    return murmur3_hash(key, 0).first;
}

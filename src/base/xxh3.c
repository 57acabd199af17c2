/*
 * xxh3.c: XXH3, 64 bits, as it was published (xxhash.h of xxHash 0.8; doc/xxhash_spec.md there).
 *
 * Names are those of the original where it has any: secret, stripe, block, accumulator.
 */
#include "base/xxh3.h"

#define PRIME32_1 UINT64_C(0x9E3779B1)
#define PRIME32_2 UINT64_C(0x85EBCA77)
#define PRIME32_3 UINT64_C(0xC2B2AE3D)
#define PRIME64_1 UINT64_C(0x9E3779B185EBCA87)
#define PRIME64_2 UINT64_C(0xC2B2AE3D27D4EB4F)
#define PRIME64_3 UINT64_C(0x165667B19E3779F9)
#define PRIME64_4 UINT64_C(0x85EBCA77C2B2AE63)
#define PRIME64_5 UINT64_C(0x27D4EB2F165667C5)
#define PRIME_MX1 UINT64_C(0x165667919E3779F9)
#define PRIME_MX2 UINT64_C(0x9FB21C651E98DF25)

#define SECRET_BYTES     192u
#define SECRET_MIN_BYTES 136u
#define STRIPE_BYTES     64u
#define SECRET_STEP      8u

static const uint8_t default_secret[SECRET_BYTES] = {
    0xb8, 0xfe, 0x6c, 0x39, 0x23, 0xa4, 0x4b, 0xbe, 0x7c, 0x01, 0x81, 0x2c, 0xf7, 0x21, 0xad, 0x1c,
    0xde, 0xd4, 0x6d, 0xe9, 0x83, 0x90, 0x97, 0xdb, 0x72, 0x40, 0xa4, 0xa4, 0xb7, 0xb3, 0x67, 0x1f,
    0xcb, 0x79, 0xe6, 0x4e, 0xcc, 0xc0, 0xe5, 0x78, 0x82, 0x5a, 0xd0, 0x7d, 0xcc, 0xff, 0x72, 0x21,
    0xb8, 0x08, 0x46, 0x74, 0xf7, 0x43, 0x24, 0x8e, 0xe0, 0x35, 0x90, 0xe6, 0x81, 0x3a, 0x26, 0x4c,
    0x3c, 0x28, 0x52, 0xbb, 0x91, 0xc3, 0x00, 0xcb, 0x88, 0xd0, 0x65, 0x8b, 0x1b, 0x53, 0x2e, 0xa3,
    0x71, 0x64, 0x48, 0x97, 0xa2, 0x0d, 0xf9, 0x4e, 0x38, 0x19, 0xef, 0x46, 0xa9, 0xde, 0xac, 0xd8,
    0xa8, 0xfa, 0x76, 0x3f, 0xe3, 0x9c, 0x34, 0x3f, 0xf9, 0xdc, 0xbb, 0xc7, 0xc7, 0x0b, 0x4f, 0x1d,
    0x8a, 0x51, 0xe0, 0x4b, 0xcd, 0xb4, 0x59, 0x31, 0xc8, 0x9f, 0x7e, 0xc9, 0xd9, 0x78, 0x73, 0x64,
    0xea, 0xc5, 0xac, 0x83, 0x34, 0xd3, 0xeb, 0xc3, 0xc5, 0x81, 0xa0, 0xff, 0xfa, 0x13, 0x63, 0xeb,
    0x17, 0x0d, 0xdd, 0x51, 0xb7, 0xf0, 0xda, 0x49, 0xd3, 0x16, 0x55, 0x26, 0x29, 0xd4, 0x68, 0x9e,
    0x2b, 0x16, 0xbe, 0x58, 0x7d, 0x47, 0xa1, 0xfc, 0x8f, 0xf8, 0xb8, 0xd1, 0x7a, 0xd0, 0x31, 0xce,
    0x45, 0xcb, 0x3a, 0x8f, 0x95, 0x16, 0x04, 0x28, 0xaf, 0xd7, 0xfb, 0xca, 0xbb, 0x4b, 0x40, 0x7e,
};

/* --- words ----------------------------------------------------------------------------------- */

static uint64_t read_word(const uint8_t *from, uint32_t size)
{
    uint64_t word = 0;
    for (uint32_t i = 0; i < size; i++)
        word |= (uint64_t)from[i] << (8 * i);
    return word;
}

static uint64_t read64(const uint8_t *from)
{
    return read_word(from, 8);
}

static uint64_t read32(const uint8_t *from)
{
    return read_word(from, 4);
}

static uint64_t swap(uint64_t word, uint32_t size)
{
    uint64_t swapped = 0;
    for (uint32_t i = 0; i < size; i++)
        swapped = swapped << 8 | (word >> (8 * i) & 0xff);
    return swapped;
}

static uint64_t rotate(uint64_t word, uint32_t bits)
{
    return word << bits | word >> (64 - bits);
}

/* The two halves of a product of 128 bits, folded. */
static uint64_t fold(uint64_t a, uint64_t b)
{
    uint128 product = (uint128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t avalanche(uint64_t hash)
{
    hash = (hash ^ hash >> 37) * PRIME_MX1;
    return hash ^ hash >> 32;
}

/* That of XXH64. */
static uint64_t avalanche_64(uint64_t hash)
{
    hash = (hash ^ hash >> 33) * PRIME64_2;
    hash = (hash ^ hash >> 29) * PRIME64_3;
    return hash ^ hash >> 32;
}

/* --- up to 16 bytes ----------------------------------------------------------------------------
 */

static uint64_t hash_1_to_3(const uint8_t *in, uint32_t size, uint64_t seed)
{
    uint64_t combined =
        (uint64_t)in[0] << 16 | (uint64_t)in[size / 2] << 24 | in[size - 1] | (uint64_t)size << 8;
    uint64_t flip = (read32(default_secret) ^ read32(default_secret + 4)) + seed;
    return avalanche_64(combined ^ flip);
}

static uint64_t hash_4_to_8(const uint8_t *in, uint32_t size, uint64_t seed)
{
    seed ^= swap(seed & UINT32_MAX, 4) << 32;
    uint64_t word = read32(in + size - 4) + (read32(in) << 32);
    uint64_t flip = (read64(default_secret + 8) ^ read64(default_secret + 16)) - seed;
    uint64_t hash = word ^ flip;
    hash ^= rotate(hash, 49) ^ rotate(hash, 24);
    hash *= PRIME_MX2;
    hash ^= (hash >> 35) + size;
    hash *= PRIME_MX2;
    return hash ^ hash >> 28;
}

static uint64_t hash_9_to_16(const uint8_t *in, uint32_t size, uint64_t seed)
{
    uint64_t flip_1 = (read64(default_secret + 24) ^ read64(default_secret + 32)) + seed;
    uint64_t flip_2 = (read64(default_secret + 40) ^ read64(default_secret + 48)) - seed;
    uint64_t low = read64(in) ^ flip_1;
    uint64_t high = read64(in + size - 8) ^ flip_2;
    return avalanche(size + swap(low, 8) + high + fold(low, high));
}

static uint64_t hash_short(const uint8_t *in, uint32_t size, uint64_t seed)
{
    if (size > 8)
        return hash_9_to_16(in, size, seed);
    if (size >= 4)
        return hash_4_to_8(in, size, seed);
    if (size > 0)
        return hash_1_to_3(in, size, seed);
    return avalanche_64(seed ^ read64(default_secret + 56) ^ read64(default_secret + 64));
}

/* --- up to 240 bytes ----------------------------------------------------------------------------
 */

static uint64_t mix_16(const uint8_t *in, const uint8_t *secret, uint64_t seed)
{
    return fold(read64(in) ^ (read64(secret) + seed), read64(in + 8) ^ (read64(secret + 8) - seed));
}

/* Pairs of 16 bytes, from the ends to the middle. */
static uint64_t hash_17_to_128(const uint8_t *in, uint32_t size, uint64_t seed)
{
    uint64_t hash = size * PRIME64_1;
    for (uint32_t i = 0; i <= (size - 1) / 32; i++) {
        hash += mix_16(in + 16 * i, default_secret + 32 * i, seed);
        hash += mix_16(in + size - 16 * (i + 1), default_secret + 32 * i + 16, seed);
    }
    return avalanche(hash);
}

static uint64_t hash_129_to_240(const uint8_t *in, uint32_t size, uint64_t seed)
{
    uint64_t hash = size * PRIME64_1;
    for (uint32_t i = 0; i < 8; i++)
        hash += mix_16(in + 16 * i, default_secret + 16 * i, seed);
    hash = avalanche(hash);
    for (uint32_t i = 8; i < size / 16; i++)
        hash += mix_16(in + 16 * i, default_secret + 16 * (i - 8) + 3, seed);
    hash += mix_16(in + size - 16, default_secret + SECRET_MIN_BYTES - 17, seed);
    return avalanche(hash);
}

/* --- longer ------------------------------------------------------------------------------------
 */

static void make_secret(uint8_t secret[SECRET_BYTES], uint64_t seed)
{
    for (uint32_t i = 0; i < SECRET_BYTES; i += 8) {
        uint64_t word = read64(default_secret + i);
        word = i % 16 == 0 ? word + seed : word - seed;
        for (uint32_t j = 0; j < 8; j++)
            secret[i + j] = (uint8_t)(word >> (8 * j));
    }
}

static void accumulate(uint64_t lanes[8], const uint8_t *in, const uint8_t *secret)
{
    for (uint32_t i = 0; i < 8; i++) {
        uint64_t word = read64(in + 8 * i);
        uint64_t key = word ^ read64(secret + 8 * i);
        lanes[i ^ 1] += word;
        lanes[i] += (key & UINT32_MAX) * (key >> 32);
    }
}

static void scramble(uint64_t lanes[8], const uint8_t *secret)
{
    for (uint32_t i = 0; i < 8; i++) {
        lanes[i] ^= lanes[i] >> 47;
        lanes[i] ^= read64(secret + SECRET_BYTES - STRIPE_BYTES + 8 * i);
        lanes[i] *= PRIME32_1;
    }
}

static uint64_t merge(const uint64_t lanes[8], const uint8_t *secret, uint64_t start)
{
    uint64_t hash = start;
    for (uint32_t i = 0; i < 4; i++)
        hash += fold(lanes[2 * i] ^ read64(secret + 16 * i),
                     lanes[2 * i + 1] ^ read64(secret + 16 * i + 8));
    return avalanche(hash);
}

static uint64_t hash_long(const uint8_t *in, uint32_t size, uint64_t seed)
{
    const uint32_t stripes = (SECRET_BYTES - STRIPE_BYTES) / SECRET_STEP; /* of a block */
    const uint32_t block_bytes = stripes * STRIPE_BYTES;
    uint8_t secret[SECRET_BYTES];
    uint64_t lanes[8] = {PRIME32_3, PRIME64_1, PRIME64_2, PRIME64_3,
                         PRIME64_4, PRIME32_2, PRIME64_5, PRIME32_1};
    uint32_t blocks = (size - 1) / block_bytes;
    make_secret(secret, seed);
    for (uint32_t block = 0; block < blocks; block++) {
        for (uint32_t i = 0; i < stripes; i++)
            accumulate(lanes, in + block * block_bytes + i * STRIPE_BYTES,
                       secret + i * SECRET_STEP);
        scramble(lanes, secret);
    }
    const uint8_t *rest = in + blocks * block_bytes;
    uint32_t rest_stripes = (size - 1 - blocks * block_bytes) / STRIPE_BYTES;
    for (uint32_t i = 0; i < rest_stripes; i++)
        accumulate(lanes, rest + i * STRIPE_BYTES, secret + i * SECRET_STEP);
    accumulate(lanes, in + size - STRIPE_BYTES, secret + SECRET_BYTES - STRIPE_BYTES - 7);
    return merge(lanes, secret + 11, size * PRIME64_1);
}

uint64_t xxh3_hash(struct bytes bytes, uint64_t seed)
{
    uint32_t size = (uint32_t)bytes.size;
    if (size <= 16)
        return hash_short(bytes.data, size, seed);
    if (size <= 128)
        return hash_17_to_128(bytes.data, size, seed);
    if (size <= 240)
        return hash_129_to_240(bytes.data, size, seed);
    return hash_long(bytes.data, size, seed);
}

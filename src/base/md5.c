/*
 * md5.c: MD5, as RFC 1321 has it. The constants of its 64 steps are those of the RFC.
 */
#include "base/md5.h"

#include <string.h>

#define BLOCK_BYTES 64u

static const uint32_t sines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};

static const uint8_t turns[4][4] = {
    {7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

static uint32_t rotate(uint32_t word, uint32_t bits)
{
    return word << bits | word >> (32 - bits);
}

/* The function of a step, and which word of the block it takes. */
static uint32_t mixed(uint32_t step, const uint32_t s[4], uint32_t *index)
{
    switch (step / 16) {
    case 0: *index = step; return (s[1] & s[2]) | (~s[1] & s[3]);
    case 1: *index = (5 * step + 1) % 16; return (s[3] & s[1]) | (~s[3] & s[2]);
    case 2: *index = (3 * step + 5) % 16; return s[1] ^ s[2] ^ s[3];
    default: *index = 7 * step % 16; return s[2] ^ (s[1] | ~s[3]);
    }
}

static void take_block(uint32_t state[4], const uint8_t *block)
{
    uint32_t words[16], s[4];
    for (uint32_t i = 0; i < 16; i++)
        words[i] = block[4 * i] | (uint32_t)block[4 * i + 1] << 8 |
                   (uint32_t)block[4 * i + 2] << 16 | (uint32_t)block[4 * i + 3] << 24;
    memcpy(s, state, sizeof s);
    for (uint32_t step = 0; step < 64; step++) {
        uint32_t index, word = mixed(step, s, &index);
        uint32_t sum = s[0] + word + words[index] + sines[step];
        uint32_t turned = s[1] + rotate(sum, turns[step / 16][step % 4]);
        s[0] = s[3];
        s[3] = s[2];
        s[2] = s[1];
        s[1] = turned;
    }
    for (uint32_t i = 0; i < 4; i++)
        state[i] += s[i];
}

/* Bytes that come one after the other. */
struct md5 {
    uint32_t state[4];
    uint8_t block[BLOCK_BYTES];
    uint64_t size; /* so far */
};

static void take_bytes(struct md5 *md5, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        md5->block[md5->size++ % BLOCK_BYTES] = bytes[i];
        if (md5->size % BLOCK_BYTES == 0)
            take_block(md5->state, md5->block);
    }
}

static void begin(struct md5 *md5)
{
    *md5 = (struct md5){.state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}};
}

/* A one bit, zeros, and the number of bits. */
static void end(struct md5 *md5, uint8_t digest[MD5_BYTES])
{
    static const uint8_t padding[BLOCK_BYTES] = {0x80};
    uint64_t bits = 8 * md5->size;
    uint32_t rest = (uint32_t)(md5->size % BLOCK_BYTES);
    uint8_t length[8];
    for (uint32_t i = 0; i < 8; i++)
        length[i] = (uint8_t)(bits >> (8 * i));
    take_bytes(md5, padding, (rest < 56 ? 56 : 120) - rest);
    take_bytes(md5, length, sizeof length);
    for (uint32_t i = 0; i < MD5_BYTES; i++)
        digest[i] = (uint8_t)(md5->state[i / 4] >> (8 * (i % 4)));
}

void md5_digest(struct bytes bytes, uint8_t digest[MD5_BYTES])
{
    struct md5 md5;
    begin(&md5);
    take_bytes(&md5, bytes.data, bytes.size);
    end(&md5, digest);
}

uint64_t md5_hash(struct bytes bytes, uint64_t seed)
{
    struct md5 md5;
    uint8_t digest[MD5_BYTES], salt[8];
    uint64_t hash = 0;
    for (uint32_t i = 0; i < 8; i++)
        salt[i] = (uint8_t)(seed >> (8 * i));
    begin(&md5);
    take_bytes(&md5, salt, seed ? sizeof salt : 0);
    take_bytes(&md5, bytes.data, bytes.size);
    end(&md5, digest);
    for (uint32_t i = 0; i < 8; i++)
        hash = hash << 8 | digest[i];
    return hash;
}

/*
 * siphash.c: SipHash-2-4, as it was published: two rounds a word, four at the end.
 */
#include "base/siphash.h"

struct sip {
    uint64_t v[4];
};

static uint64_t rotate(uint64_t word, uint32_t bits)
{
    return word << bits | word >> (64 - bits);
}

static void rounds(struct sip *sip, uint32_t count)
{
    uint64_t *v = sip->v;
    while (count-- > 0) {
        v[0] += v[1];
        v[1] = rotate(v[1], 13) ^ v[0];
        v[0] = rotate(v[0], 32);
        v[2] += v[3];
        v[3] = rotate(v[3], 16) ^ v[2];
        v[0] += v[3];
        v[3] = rotate(v[3], 21) ^ v[0];
        v[2] += v[1];
        v[1] = rotate(v[1], 17) ^ v[2];
        v[2] = rotate(v[2], 32);
    }
}

static void take_word(struct sip *sip, uint64_t word)
{
    sip->v[3] ^= word;
    rounds(sip, 2);
    sip->v[0] ^= word;
}

uint64_t siphash_hash(struct bytes bytes, struct siphash_key key)
{
    struct sip sip = {
        {key.first ^ UINT64_C(0x736f6d6570736575), key.second ^ UINT64_C(0x646f72616e646f6d),
         key.first ^ UINT64_C(0x6c7967656e657261), key.second ^ UINT64_C(0x7465646279746573)}};
    uint64_t word = 0;
    for (size_t i = 0; i < bytes.size; i++) {
        word |= (uint64_t)bytes.data[i] << (8 * (i % 8));
        if (i % 8 == 7) {
            take_word(&sip, word);
            word = 0;
        }
    }
    take_word(&sip, word | (uint64_t)bytes.size << 56); /* the size modulo 256 on top */
    sip.v[2] ^= 0xff;
    rounds(&sip, 4);
    return sip.v[0] ^ sip.v[1] ^ sip.v[2] ^ sip.v[3];
}

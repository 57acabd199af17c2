/*
 * digest.h: a 128-bit rolling digest of a run.
 *
 * Two lanes, chained: absorbing the same words in the same order gives the
 * same digest on every machine, and any changed, missing or swapped word
 * changes all that follows. It guards against accidents, not against an
 * adversary. Words are numbers, so byte order and padding never matter.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/mix.h"

struct digest {
    uint64_t low;
    uint64_t high;
};

static inline struct digest digest_start(void)
{
    return (struct digest){UINT64_C(0x243f6a8885a308d3), UINT64_C(0x13198a2e03707344)};
}

static inline void digest_word(struct digest *d, uint64_t word)
{
    uint64_t low = d->low;
    d->low = mix_fold(d->low ^ word, d->high ^ UINT64_C(0x8ebc6af09c88c6e3)) + d->high;
    d->high = (d->high ^ (word + UINT64_C(0x589965cc75374cc3))) * UINT64_C(0x9e3779b97f4a7c15) +
              ((low << 23) | (low >> 41));
}

/* Absorb eight words at once: four folds that do not wait for each other, then one
 * step of the chain. For records, which are all of one size. */
static inline void digest_eight(struct digest *d, const uint64_t words[8])
{
    uint64_t a =
        mix_fold(words[0] ^ UINT64_C(0xa0761d6478bd642f), words[1] ^ UINT64_C(0xe7037ed1a0b428db));
    uint64_t b =
        mix_fold(words[2] ^ UINT64_C(0x8ebc6af09c88c6e3), words[3] ^ UINT64_C(0x589965cc75374cc3));
    uint64_t c =
        mix_fold(words[4] ^ UINT64_C(0x1d8e4e27c47d124f), words[5] ^ UINT64_C(0xeb44accab455d165));
    uint64_t e =
        mix_fold(words[6] ^ UINT64_C(0x2d358dccaa6c78a5), words[7] ^ UINT64_C(0x8bb84b93962eacc9));
    uint64_t low = mix_fold(d->low ^ a, (b ^ UINT64_C(0x4b33a62ed433d4a3)) + d->high);
    uint64_t high = mix_fold(d->high ^ c, (e ^ UINT64_C(0x4d5a2da51de1aa47)) + d->low);
    d->low = low + (high << 23 | high >> 41);
    d->high = (high ^ (a + b)) * UINT64_C(0x9e3779b97f4a7c15) + low;
}

/* Absorb bytes (length first, so that neighbours cannot trade bytes). */
static inline void digest_bytes(struct digest *d, const uint8_t *data, size_t size)
{
    uint64_t word = 0;
    digest_word(d, size);
    for (size_t i = 0; i < size; i++) {
        word |= (uint64_t)data[i] << (8 * (i & 7));
        if ((i & 7) == 7) {
            digest_word(d, word);
            word = 0;
        }
    }
    if (size & 7)
        digest_word(d, word);
}

static inline bool digest_equal(struct digest a, struct digest b)
{
    return a.low == b.low && a.high == b.high;
}

#endif

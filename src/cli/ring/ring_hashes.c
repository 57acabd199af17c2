/*
 * ring_hashes.c: how evenly each hash spreads keys that look alike.
 *
 * Keys are "user:1", "user:2", ..., and the same numbers as eight bytes, the highest first. Each is
 * counted in the part of the circle that it falls into; were places random, the sum
 *
 *     chi2 = sum over parts of (count - mean)^2 / mean
 *
 * would be parts - 1, give or take sqrt(2 (parts - 1)) (Pearson 1900): `off` says how many of these
 * it is away. Far above: lumps. Far below: spread more evenly than chance does, as a counter would
 * be. `flips` is the part of the 64 bits that change when one bit of a key does; 50 % is ideal, and
 * `worst` is the bit of the position that changes least or most often.
 *
 * None of it says how fast a hash is: tests/bench measures that.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/ring/ring_look.h"

struct quality {
    double off;  /* standard deviations that chi2 is away from its mean */
    double most; /* of the fullest part, over the mean */
};

static struct bytes write_key(uint32_t number, bool is_text, char buffer[32])
{
    if (is_text)
        return (struct bytes){(uint8_t *)buffer, (size_t)snprintf(buffer, 32, "user:%u", number)};
    for (uint32_t i = 0; i < 8; i++)
        buffer[i] = i < 4 ? 0 : (char)(number >> (8 * (7 - i)));
    return (struct bytes){(uint8_t *)buffer, 8};
}

static struct quality spread_of(uint32_t hash, uint32_t keys, uint32_t parts, bool is_text)
{
    uint32_t *counts = calloc(parts, sizeof *counts);
    double mean = (double)keys / parts, sum = 0, most = 0;
    char buffer[32];
    CHECK_WHY(counts != NULL, "out of memory");
    for (uint32_t number = 1; number <= keys; number++) {
        uint64_t position = hash_bytes(hash, write_key(number, is_text, buffer), 0);
        counts[(uint32_t)((uint128)position * parts >> 64)]++;
    }
    for (uint32_t i = 0; i < parts; i++) {
        sum += (counts[i] - mean) * (counts[i] - mean) / mean;
        most = fmax(most, counts[i] / mean);
    }
    free(counts);
    return (struct quality){(sum - (parts - 1)) / sqrt(2.0 * (parts - 1)), most};
}

struct flips {
    double mean;  /* of 1 */
    double worst; /* the bit of the position farthest from a half */
};

static struct flips flips_of(uint32_t hash)
{
    enum { TRIED = 2000 };
    uint32_t counts[64] = {0}, tries = 0;
    struct flips flips = {0, 0.5};
    char buffer[32];
    for (uint32_t number = 1; number <= TRIED; number++) {
        struct bytes key = write_key(number, true, buffer);
        uint64_t before = hash_bytes(hash, key, 0);
        for (uint32_t bit = 0; bit < 8 * key.size; bit++, tries++) {
            buffer[bit / 8] ^= (char)(1 << bit % 8);
            uint64_t changed = before ^ hash_bytes(hash, key, 0);
            buffer[bit / 8] ^= (char)(1 << bit % 8);
            for (uint32_t i = 0; i < 64; i++)
                counts[i] += changed >> i & 1;
        }
    }
    for (uint32_t i = 0; i < 64; i++) {
        double share = (double)counts[i] / tries;
        flips.mean += share / 64;
        if (fabs(share - 0.5) > fabs(flips.worst - 0.5))
            flips.worst = share;
    }
    return flips;
}

void ring_print_hashes(uint32_t keys, uint32_t parts)
{
    printf("%u keys, %u equal parts of the circle\n\n", keys, parts);
    printf("                \"user:1\", \"user:2\", ...     1, 2, ... as eight bytes    "
           "one bit of a key\n");
    printf("  hash          off chance  most / mean     off chance  most / mean     "
           "flips    worst\n");
    for (uint32_t hash = 0; hash < HASH_KIND_COUNT; hash++) {
        struct quality text = spread_of(hash, keys, parts, true);
        struct quality number = spread_of(hash, keys, parts, false);
        struct flips flips = flips_of(hash);
        printf("  %-10s %10.1f sd %12.3f  %10.1f sd %12.3f  %8.1f %% %6.1f %%\n", hash_name(hash),
               text.off, text.most, number.off, number.most, 100 * flips.mean, 100 * flips.worst);
    }
    printf("\n  within 3 sd of chance: as good as random places; far above: lumps; far below: a\n"
           "  pattern that these keys happen to fill evenly and others may not\n");
}

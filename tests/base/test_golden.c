/*
 * test_golden.c: a million results of base in four digests.
 *
 * The other tests hold a few golden values each; this one holds very many. It needs
 * nothing but base (it tells its results itself, without cmocka), so that it can be
 * built for another machine and run under an emulator:
 *
 *     aarch64-linux-gnu-gcc -static -std=c11 -O2 -ffp-contract=off -Isrc \
 *         tests/base/test_golden.c src/base/{crc32c,exactmath,murmur3,normal}.c \
 *         src/base/{sampling,sampling_facts,text,zipf,bug}.c -o test_golden
 *     qemu-aarch64 ./test_golden
 *
 * A digest that differs is printed. Whoever changes a draw on purpose raises
 * MIX_VERSION or says so in the release notes, and writes the new digest here.
 */
#include <stdio.h>
#include <string.h>

#include "base/crc32c.h"
#include "base/digest.h"
#include "base/exactmath.h"
#include "base/mix.h"
#include "base/murmur3.h"
#include "base/normal.h"
#include "base/sampling.h"
#include "base/zipf.h"

#define ROUND_COUNT 100000

static uint64_t memory[ROUND_COUNT];

static void digest_double(struct digest *d, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    digest_word(d, bits);
}

/* Uniform in 0 .. 1, neither end included. */
static double share(uint64_t i)
{
    return ((double)(mix(1, 1, i) >> 11) + 0.5) * 0x1p-53;
}

static struct digest digest_of_analysis(void)
{
    struct digest d = digest_start();
    for (uint64_t i = 0; i < ROUND_COUNT; i++) {
        double x = share(i) * exact_exp((double)(i % 1400) - 700);
        digest_double(&d, exact_sqrt(x));
        digest_double(&d, exact_ln(x));
        digest_double(&d, exact_exp(share(i) * 1400 - 700));
        digest_double(&d, exact_pow(x, share(i + 1)));
        digest_double(&d, normal_quantile(mix(1, 2, i) >> (i % 64)));
        digest_double(&d, normal_share_below(share(i) * 16 - 8));
    }
    return d;
}

static struct digest digest_of_draws(void)
{
    static const struct quantile_point POINTS[] = {
        {0, 1}, {500000000, 2 * MILLISECOND}, {1000000000, 80 * MILLISECOND}};
    struct mixture_part parts[] = {
        {3, distribution_exponential(2 * MILLISECOND)},
        {1, distribution_lognormal_from(1 * MILLISECOND, 50 * MILLISECOND)},
    };
    struct distribution all[] = {
        distribution_constant(7),
        distribution_uniform(1 * MILLISECOND, 3 * MILLISECOND),
        distribution_exponential(1000 * SECOND),
        distribution_normal(2000 * SECOND, 500 * SECOND),
        distribution_lognormal(2000 * SECOND, 1500000000),
        distribution_pareto(1 * SECOND, 800000000),
        distribution_empirical(POINTS, ARRAY_LEN(POINTS)),
        distribution_mixture(parts, ARRAY_LEN(parts)),
    };
    struct digest d = digest_start();
    for (uint32_t kind = 0; kind < ARRAY_LEN(all); kind++) {
        for (uint64_t i = 0; i < ROUND_COUNT; i++)
            digest_word(&d, sample(&all[kind], mix(1, 3, i)));
        digest_double(&d, distribution_mean(&all[kind]));
        digest_word(&d, distribution_quantile(&all[kind], 999000000));
    }
    return d;
}

static struct digest digest_of_ranks(void)
{
    struct zipf zipf = zipf_build(memory, ROUND_COUNT, 990000000);
    struct digest d = digest_start();
    for (uint64_t i = 0; i < ROUND_COUNT; i++) {
        digest_word(&d, memory[i]);
        digest_word(&d, zipf_rank(&zipf, mix(1, 4, i)));
    }
    return d;
}

static struct digest digest_of_bytes(void)
{
    struct digest d = digest_start();
    uint8_t data[64] = {0};
    for (uint64_t i = 0; i < ROUND_COUNT; i++) {
        struct bytes key = {data, i % 64};
        data[i % 64] = (uint8_t)mix(1, 5, i);
        data[i * 7 % 64] ^= (uint8_t)i;
        digest_word(&d, crc32c(data, key.size));
        digest_word(&d, murmur3_token(key));
        digest_bytes(&d, data, key.size);
    }
    return d;
}

struct row {
    const char *fact;
    struct digest found;
    struct digest expected;
};

static bool tell(uint32_t number, const struct row *row)
{
    bool is_equal = digest_equal(row->found, row->expected);
    printf("%s %u - %s\n", is_equal ? "ok" : "not ok", number, row->fact);
    if (!is_equal)
        printf("# found %016llx %016llx\n", (unsigned long long)row->found.low,
               (unsigned long long)row->found.high);
    return is_equal;
}

int main(void)
{
    const struct row rows[] = {
        {"square_roots_logarithms_powers_and_bell_curves_are_the_same_everywhere",
         digest_of_analysis(),
         {UINT64_C(0xdbfdee56d6c6053a), UINT64_C(0xec30782495521259)}},
        {"draws_of_every_distribution_are_the_same_everywhere",
         digest_of_draws(),
         {UINT64_C(0x2c9339483a972f0e), UINT64_C(0x98ae0787ab1e3e39)}},
        {"zipf_thresholds_and_ranks_are_the_same_everywhere",
         digest_of_ranks(),
         {UINT64_C(0xdcc5989a87edc18b), UINT64_C(0xc92e46a9124b5de2)}},
        {"checksums_and_tokens_are_the_same_everywhere",
         digest_of_bytes(),
         {UINT64_C(0x64b3da5b519b2819), UINT64_C(0x0adb7b1d2b74fcd3)}},
    };
    bool are_all_equal = true;
    printf("1..%u\n", (unsigned)ARRAY_LEN(rows));
    for (uint32_t i = 0; i < ARRAY_LEN(rows); i++)
        are_all_equal &= tell(i + 1, &rows[i]);
    return are_all_equal ? 0 : 1;
}

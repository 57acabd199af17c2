/*
 * test_mix.c: what mix.h and digest.h promise.
 *
 * Statistical bounds are given in standard errors; the draws are keyed, so each
 * verdict is the same on every run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "base/digest.h"
#include "base/mix.h"

#define SAMPLE_COUNT 20000

/* ---- mix.h ---- */

static uint64_t with_bit(uint64_t x, int bit)
{
    return x ^ UINT64_C(1) << bit;
}

typedef uint64_t hash_function(uint64_t x);

static uint64_t of_seed(uint64_t x)
{
    return mix(x, 3, 1000);
}

static uint64_t of_stream(uint64_t x)
{
    return mix(1, x, 1000);
}

static uint64_t of_identity(uint64_t x)
{
    return mix(1, 3, x);
}

static uint64_t of_left_part(uint64_t x)
{
    return mix_pair(x, 5);
}

static uint64_t of_right_part(uint64_t x)
{
    return mix_pair(5, x);
}

/* Each of the 64 x 64 pairs: a flipped input bit flips the output bit half of the
 * time. Inputs are small numbers, the worst and the usual case. Six standard errors
 * leave a chance of 8 in a million over all 4096 pairs. */
static void expect_avalanche(hash_function *hash)
{
    for (int in = 0; in < 64; in++) {
        uint32_t flips[64] = {0};
        for (uint64_t i = 0; i < SAMPLE_COUNT; i++) {
            uint64_t changed = hash(i) ^ hash(with_bit(i, in));
            for (int out = 0; out < 64; out++)
                flips[out] += changed >> out & 1;
        }
        for (int out = 0; out < 64; out++)
            assert_true(fabs(flips[out] - SAMPLE_COUNT / 2.0) < 6 * sqrt(SAMPLE_COUNT) / 2);
    }
}

static void a_flipped_bit_flips_half_of_a_draw(void **state)
{
    (void)state;
    expect_avalanche(of_seed);
    expect_avalanche(of_stream);
    expect_avalanche(of_identity);
    expect_avalanche(of_left_part);
    expect_avalanche(of_right_part);
}

static uint64_t unshift(uint64_t x, int bits)
{
    uint64_t y = x;
    for (int done = bits; done < 64; done += bits)
        y = x ^ y >> bits;
    return y;
}

/* Newton's iteration doubles the right low bits: 3, 6, 12, 24, 48, 96. */
static uint64_t inverse_of(uint64_t odd)
{
    uint64_t inverse = odd;
    for (int round = 0; round < 6; round++)
        inverse *= 2 - odd * inverse;
    return inverse;
}

static void mixing_bits_loses_none(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < SAMPLE_COUNT; i++) {
        uint64_t x = mix(1, 1, i) >> (i % 64);
        uint64_t y = unshift(mix_bits(x), 31) * inverse_of(UINT64_C(0x94d049bb133111eb));
        y = unshift(y, 27) * inverse_of(UINT64_C(0xbf58476d1ce4e5b9));
        assert_int_equal(unshift(y, 30), x);
    }
}

static void the_order_of_parts_matters(void **state)
{
    (void)state;
    for (uint64_t a = 0; a < 300; a++)
        for (uint64_t b = 0; b < a; b++)
            assert_int_not_equal(mix_pair(a, b), mix_pair(b, a));
}

static int compare_words(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Seeds, streams and identities are small numbers. A million random words of 64 bits
 * collide with a chance of 3 in a hundred million. */
static void small_keys_do_not_collide(void **state)
{
    static uint64_t words[100 * 100 * 100];
    size_t count = 0;
    (void)state;
    for (uint64_t seed = 0; seed < 100; seed++)
        for (uint64_t stream = 0; stream < 100; stream++)
            for (uint64_t identity = 0; identity < 100; identity++)
                words[count++] = mix(seed, stream, identity);
    qsort(words, count, sizeof words[0], compare_words);
    for (size_t i = 1; i < count; i++)
        assert_int_not_equal(words[i - 1], words[i]);
}

/* The multiplication of mix_fold is 0 whenever one side is: then the sum beside it
 * must carry both parts. */
static void a_part_that_zeroes_the_product_still_leaves_the_other(void **state)
{
    const uint64_t left_zero = UINT64_C(0xa0761d6478bd642f);
    const uint64_t right_zero = UINT64_C(0xe7037ed1a0b428db);
    (void)state;
    assert_int_equal(mix_fold(0, 12345), 0);
    for (uint64_t i = 0; i < 1000; i++) {
        assert_int_not_equal(mix_pair(left_zero, i), mix_pair(left_zero, i + 1));
        assert_int_not_equal(mix_pair(i, right_zero), mix_pair(i + 1, right_zero));
    }
}

/* The correlation of two sequences of words, as uniform numbers, in standard errors. */
static double correlation(uint64_t stream_a, uint64_t stream_b, uint64_t lag)
{
    double sum = 0;
    for (uint64_t i = 0; i < SAMPLE_COUNT; i++) {
        double a = (double)(mix(1, stream_a, i) >> 11) * 0x1p-53 - 0.5;
        double b = (double)(mix(1, stream_b, i + lag) >> 11) * 0x1p-53 - 0.5;
        sum += a * b;
    }
    return sum * 12 / sqrt(SAMPLE_COUNT);
}

static void streams_are_independent_of_each_other_and_of_their_neighbours(void **state)
{
    (void)state;
    for (uint64_t a = 0; a < 12; a++) {
        for (uint64_t b = 0; b < a; b++)
            assert_true(fabs(correlation(a, b, 0)) < 5);
        for (uint64_t lag = 1; lag < 5; lag++)
            assert_true(fabs(correlation(a, a, lag)) < 5);
    }
}

/* A removed or added draw elsewhere cannot matter: nothing is counted. */
static void a_draw_depends_on_its_key_alone(void **state)
{
    (void)state;
    uint64_t first = mix(1, 2, 3);
    for (uint64_t i = 0; i < 100; i++)
        (void)mix(1, 2, i);
    assert_int_equal(mix(1, 2, 3), first);
}

static void a_scaled_draw_stays_below_its_bound(void **state)
{
    const uint64_t bounds[] = {1, 2, 3, 6, 10, 1000000007, UINT64_C(1) << 63, UINT64_MAX};
    (void)state;
    for (uint32_t i = 0; i < ARRAY_LEN(bounds); i++) {
        assert_int_equal(mix_below(0, bounds[i]), 0);
        assert_int_equal(mix_below(UINT64_MAX, bounds[i]), bounds[i] - 1);
    }
    assert_int_equal(mix_below(UINT64_C(1) << 63, 2), 1);
    assert_int_equal(mix_below((UINT64_C(1) << 63) - 1, 2), 0);
}

static void scaled_draws_are_uniform(void **state)
{
    uint32_t seen[10] = {0};
    double chi_square = 0;
    (void)state;
    for (uint64_t i = 0; i < 1000000; i++)
        seen[mix_below(mix(1, 5, i), 10)]++;
    for (int i = 0; i < 10; i++)
        chi_square += (seen[i] - 1e5) * (seen[i] - 1e5) / 1e5;
    assert_true(chi_square < 41.3); /* 9 degrees of freedom: once in 200,000 */
    assert_true(chi_square > 0.3);
}

static void chance_zero_never_happens_and_chance_one_always(void **state)
{
    (void)state;
    assert_false(mix_chance(0, 0));
    assert_false(mix_chance(UINT64_MAX, 0));
    assert_true(mix_chance(0, 1000000000));
    assert_true(mix_chance(UINT64_MAX, 1000000000));
    assert_true(mix_chance(0, 1));
    assert_false(mix_chance(UINT64_MAX, 999999999));
    for (uint64_t i = 0; i < SAMPLE_COUNT; i++) {
        assert_false(mix_chance(mix(1, 6, i), 0));
        assert_true(mix_chance(mix(1, 6, i), 1000000000));
    }
}

static void a_chance_happens_as_often_as_it_says(void **state)
{
    const uint32_t chances[] = {100000, 10000000, 300000000, 500000000, 999000000};
    (void)state;
    for (uint32_t c = 0; c < ARRAY_LEN(chances); c++) {
        double share = chances[c] / 1e9;
        uint32_t count = 0;
        for (uint64_t i = 0; i < 1000000; i++)
            count += mix_chance(mix(1, 7 + c, i), chances[c]);
        assert_true(fabs(count - 1e6 * share) <= 5 * sqrt(1e6 * share * (1 - share)));
    }
}

/* Old seeds mean the same runs until MIX_VERSION changes. */
static void golden_draws_of_version_one(void **state)
{
    (void)state;
    assert_int_equal(MIX_VERSION, 1);
    assert_int_equal(mix_fold(UINT64_MAX, UINT64_MAX), UINT64_MAX);
    assert_int_equal(mix_bits(0), 0);
    assert_int_equal(mix_bits(1), UINT64_C(0x5692161d100b05e5));
    assert_int_equal(mix_pair(0, 0), UINT64_C(0x4e6ae996bbe44404));
    assert_int_equal(mix(0, 0, 0), UINT64_C(0x6e73afd3d87b1ad4));
    assert_int_equal(mix(1, 2, 3), UINT64_C(0x09dad67c6b2eb113));
    assert_int_equal(mix(UINT64_MAX, UINT64_MAX, UINT64_MAX), UINT64_C(0xbb9ada172829a44d));
}

/* ---- digest.h ---- */

static struct digest digest_of(const uint64_t *words, uint32_t count)
{
    struct digest d = digest_start();
    for (uint32_t i = 0; i < count; i++)
        digest_word(&d, words[i]);
    return d;
}

static struct digest digest_of_bytes(const char *bytes, size_t size)
{
    struct digest d = digest_start();
    digest_bytes(&d, (const uint8_t *)bytes, size);
    return d;
}

static void equal_words_give_equal_digests(void **state)
{
    const uint64_t words[] = {1, 2, 3};
    (void)state;
    assert_true(digest_equal(digest_of(words, 3), digest_of(words, 3)));
    assert_true(digest_equal(digest_start(), digest_of(words, 0)));
}

static void both_lanes_differ(struct digest a, struct digest b)
{
    assert_false(digest_equal(a, b));
    assert_int_not_equal(a.low, b.low);
    assert_int_not_equal(a.high, b.high);
}

static void any_swapped_changed_or_missing_word_changes_both_lanes(void **state)
{
    uint64_t words[32];
    (void)state;
    for (uint32_t i = 0; i < 32; i++)
        words[i] = mix(1, 8, i) >> (i % 2 * 60); /* large and tiny ones */
    struct digest whole = digest_of(words, 32);
    both_lanes_differ(whole, digest_of(words, 31));
    both_lanes_differ(whole, digest_of(words + 1, 31));
    for (uint32_t i = 0; i < 32; i++) {
        uint64_t kept = words[i];
        for (int bit = 0; bit < 64; bit++) {
            words[i] = with_bit(kept, bit);
            both_lanes_differ(whole, digest_of(words, 32));
        }
        words[i] = kept;
    }
    for (uint32_t i = 0; i + 1 < 32; i++) {
        uint64_t kept = words[i];
        words[i] = words[i + 1];
        words[i + 1] = kept;
        both_lanes_differ(whole, digest_of(words, 32));
        words[i + 1] = words[i];
        words[i] = kept;
    }
}

static void a_difference_is_never_forgotten(void **state)
{
    struct digest a = digest_start();
    struct digest b = digest_start();
    (void)state;
    digest_word(&a, 1);
    digest_word(&b, 2);
    for (uint64_t i = 0; i < 1000000; i++) {
        digest_word(&a, i);
        digest_word(&b, i);
        if (i % 1000 == 0)
            assert_false(digest_equal(a, b));
    }
    assert_false(digest_equal(a, b));
}

static void zeros_count(void **state)
{
    struct digest previous = digest_start();
    struct digest d = digest_start();
    (void)state;
    for (uint32_t i = 0; i < 1000; i++) {
        digest_word(&d, 0);
        both_lanes_differ(d, previous);
        previous = d;
    }
}

/* A word can zero the product of the low lane; the high lane must still take it in. */
static void a_word_that_zeroes_the_product_is_still_seen(void **state)
{
    struct digest start = digest_start();
    (void)state;
    const uint64_t zeroing[] = {start.low};
    const uint64_t other[] = {start.low + 1};
    both_lanes_differ(digest_of(zeroing, 1), digest_of(other, 1));
    struct digest stuck = start;
    stuck.high = UINT64_C(0x8ebc6af09c88c6e3); /* now every product is 0 */
    struct digest also_stuck = stuck;
    digest_word(&stuck, 1);
    digest_word(&also_stuck, 2);
    assert_false(digest_equal(stuck, also_stuck));
}

static void neighbouring_byte_strings_cannot_trade_bytes(void **state)
{
    struct digest a = digest_start();
    struct digest b = digest_start();
    (void)state;
    digest_bytes(&a, (const uint8_t *)"ab", 2);
    digest_bytes(&a, (const uint8_t *)"c", 1);
    digest_bytes(&b, (const uint8_t *)"a", 1);
    digest_bytes(&b, (const uint8_t *)"bc", 2);
    both_lanes_differ(a, b);
}

static void every_length_and_every_byte_counts(void **state)
{
    char bytes[20] = {0};
    (void)state;
    for (size_t size = 0; size < 19; size++) {
        struct digest d = digest_of_bytes(bytes, size);
        both_lanes_differ(d, digest_of_bytes(bytes, size + 1)); /* one more zero */
        for (size_t i = 0; i < size; i++) {
            bytes[i] = 1;
            both_lanes_differ(d, digest_of_bytes(bytes, size));
            bytes[i] = 0;
        }
    }
}

static void golden_digests(void **state)
{
    const uint64_t words[] = {0, 1, UINT64_MAX};
    (void)state;
    struct digest d = digest_of(words, 3);
    assert_int_equal(d.low, UINT64_C(0x3492ea08e76c6622));
    assert_int_equal(d.high, UINT64_C(0x3456e3e7ccabf499));
    d = digest_of_bytes("user:42, and so on", 18);
    assert_int_equal(d.low, UINT64_C(0xebe844ce1a0847e2));
    assert_int_equal(d.high, UINT64_C(0x8d3091bfd2a015d2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flipped_bit_flips_half_of_a_draw),
        cmocka_unit_test(mixing_bits_loses_none),
        cmocka_unit_test(the_order_of_parts_matters),
        cmocka_unit_test(small_keys_do_not_collide),
        cmocka_unit_test(a_part_that_zeroes_the_product_still_leaves_the_other),
        cmocka_unit_test(streams_are_independent_of_each_other_and_of_their_neighbours),
        cmocka_unit_test(a_draw_depends_on_its_key_alone),
        cmocka_unit_test(a_scaled_draw_stays_below_its_bound),
        cmocka_unit_test(scaled_draws_are_uniform),
        cmocka_unit_test(chance_zero_never_happens_and_chance_one_always),
        cmocka_unit_test(a_chance_happens_as_often_as_it_says),
        cmocka_unit_test(golden_draws_of_version_one),
        cmocka_unit_test(equal_words_give_equal_digests),
        cmocka_unit_test(any_swapped_changed_or_missing_word_changes_both_lanes),
        cmocka_unit_test(a_difference_is_never_forgotten),
        cmocka_unit_test(zeros_count),
        cmocka_unit_test(a_word_that_zeroes_the_product_is_still_seen),
        cmocka_unit_test(neighbouring_byte_strings_cannot_trade_bytes),
        cmocka_unit_test(every_length_and_every_byte_counts),
        cmocka_unit_test(golden_digests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

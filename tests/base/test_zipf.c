/* test_zipf.c: the popularity of ranks against 1 / k^s. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>

#include "base/mix.h"
#include "base/zipf.h"

#define DRAW_COUNT 1000000
#define BILLION    UINT64_C(1000000000)

static uint64_t memory[ZIPF_COUNT_MAX];

static long double harmonic(uint32_t count, long double exponent)
{
    long double sum = 0;
    for (uint32_t rank = count; rank >= 1; rank--)
        sum += powl(rank, -exponent);
    return sum;
}

static void every_width_is_the_probability(void **state)
{
    const uint64_t exponents[] = {0, 500000000, 990000000, BILLION, 1500000000, 2000000000};
    (void)state;
    for (uint32_t e = 0; e < ARRAY_LEN(exponents); e++) {
        struct zipf zipf = zipf_build(memory, 10000, exponents[e]);
        long double exponent = exponents[e] / 1e9L;
        long double sum = harmonic(10000, exponent);
        for (uint32_t rank = 1; rank <= 10000; rank++) {
            long double words = powl(rank, -exponent) / sum * 0x1p64L;
            long double error = (long double)zipf_width(&zipf, rank) - words;
            assert_true(fabsl(error) <= 1 + 1e-11L * words);
        }
    }
}

static void a_million_ranks_have_rising_thresholds_and_right_ends(void **state)
{
    struct zipf zipf = zipf_build(memory, ZIPF_COUNT_MAX, 990000000);
    long double sum = harmonic(ZIPF_COUNT_MAX, 0.99L);
    (void)state;
    assert_int_equal(memory[0], 0);
    for (uint32_t i = 1; i < ZIPF_COUNT_MAX; i++)
        assert_true(memory[i] > memory[i - 1]);
    assert_true(fabsl(zipf_width(&zipf, 1) / (0x1p64L / sum) - 1) < 1e-7L);
    long double last = powl(ZIPF_COUNT_MAX, -0.99L) / sum * 0x1p64L;
    assert_true(fabsl(zipf_width(&zipf, ZIPF_COUNT_MAX) - last) <= 1 + 1e-11L * last);
}

static void a_draw_finds_the_rank_at_both_edges_of_each_interval(void **state)
{
    (void)state;
    for (uint32_t count = 1; count <= 65; count++) {
        struct zipf zipf = zipf_build(memory, count, BILLION);
        for (uint32_t rank = 1; rank <= count; rank++) {
            uint64_t first = memory[rank - 1];
            assert_int_equal(zipf_rank(&zipf, first), rank);
            assert_int_equal(zipf_rank(&zipf, first + zipf_width(&zipf, rank) - 1), rank);
        }
        assert_int_equal(zipf_rank(&zipf, 0), 1);
        assert_int_equal(zipf_rank(&zipf, UINT64_MAX), count);
    }
}

/* Five standard errors: a right table fails once in 1.7 million trials. */
static void draws_come_as_often_as_they_should(void **state)
{
    static uint32_t seen[1001];
    struct zipf zipf = zipf_build(memory, 1000, 990000000);
    double sum = (double)harmonic(1000, 0.99L);
    (void)state;
    for (uint64_t i = 0; i < DRAW_COUNT; i++)
        seen[zipf_rank(&zipf, mix(42, 1, i))]++;
    for (uint32_t rank = 1; rank <= 1000; rank++) {
        double expected = DRAW_COUNT * pow(rank, -0.99) / sum;
        assert_true(fabs(seen[rank] - expected) <= 5 * sqrt(expected));
    }
}

static void exponent_zero_is_uniform(void **state)
{
    struct zipf zipf = zipf_build(memory, 1 << 10, 0);
    (void)state;
    for (uint32_t rank = 1; rank <= 1 << 10; rank++)
        assert_int_equal(zipf_width(&zipf, rank), UINT64_C(1) << 54);
}

static void the_rarest_rank_stays_possible(void **state)
{
    struct zipf zipf = zipf_build(memory, 1000, ZIPF_EXPONENT_MAX_BILLIONTHS);
    (void)state;
    assert_int_equal(zipf_width(&zipf, 1000), 1);
    assert_int_equal(zipf_rank(&zipf, UINT64_MAX), 1000);
    assert_int_equal(zipf_rank(&zipf, UINT64_MAX - 1), 999);
}

static void a_single_rank_takes_every_word(void **state)
{
    struct zipf zipf = zipf_build(memory, 1, BILLION);
    (void)state;
    assert_int_equal(zipf_rank(&zipf, 0), 1);
    assert_int_equal(zipf_rank(&zipf, UINT64_MAX), 1);
    assert_int_equal(zipf_width(&zipf, 1), 0);
}

/* The same thresholds on every compiler, optimisation level and machine. */
static void golden_thresholds(void **state)
{
    struct zipf zipf = zipf_build(memory, 100000, 990000000);
    uint64_t sum = 0;
    (void)state;
    for (uint32_t i = 0; i < 100000; i++)
        sum = mix_pair(sum, memory[i]);
    assert_int_equal(memory[1], UINT64_C(0x1408adf153210ec2));
    assert_int_equal(memory[99999], UINT64_C(0xfffff144bfa2682d));
    assert_int_equal(sum, UINT64_C(0xbe6144378b752db1));
    assert_int_equal(zipf_rank(&zipf, mix(42, 7, 0)), 37);
    assert_int_equal(zipf_rank(&zipf, mix(42, 7, 1)), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_width_is_the_probability),
        cmocka_unit_test(a_million_ranks_have_rising_thresholds_and_right_ends),
        cmocka_unit_test(a_draw_finds_the_rank_at_both_edges_of_each_interval),
        cmocka_unit_test(draws_come_as_often_as_they_should),
        cmocka_unit_test(exponent_zero_is_uniform),
        cmocka_unit_test(the_rarest_rank_stays_possible),
        cmocka_unit_test(a_single_rank_takes_every_word),
        cmocka_unit_test(golden_thresholds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

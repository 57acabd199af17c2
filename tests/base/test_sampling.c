/*
 * test_sampling.c: every distribution against its closed form.
 *
 * A million keyed draws are compared with mean, median, p99 and p99.9 as libm's
 * formulas give them (not as sampling_facts.c does; that is compared too). The bounds
 * are five standard errors:
 *
 *     mean       |average - mean|         <= 5 deviation / sqrt(n)
 *     quantile   |draws <= x_p  -  n p|   <= 5 sqrt(n p (1 - p))
 *
 * A right sampler misses such a bound once in 1.7 million trials, and the draws are
 * keyed, so the verdict is the same on every run. A wrong mean of 0.5%, or a share of
 * 0.02% on the wrong side of p99.9, is noticed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>

#include "base/mix.h"
#include "base/sampling.h"

#define DRAW_COUNT 1000000
#define SIGMAS     5.0

static const double MS = 1e6; /* nanoseconds */

static const struct quantile_point POINTS[] = {
    {0, 1 * MILLISECOND},          {500000000, 2 * MILLISECOND},   {900000000, 5 * MILLISECOND},
    {990000000, 20 * MILLISECOND}, {1000000000, 80 * MILLISECOND},
};

static vtime draws[DRAW_COUNT];

static void draw_all(const struct distribution *d, uint64_t stream)
{
    for (uint64_t i = 0; i < DRAW_COUNT; i++)
        draws[i] = sample(d, mix(42, stream, i));
}

static double average(void)
{
    double sum = 0;
    for (uint32_t i = 0; i < DRAW_COUNT; i++)
        sum += (double)draws[i];
    return sum / DRAW_COUNT;
}

static double count_up_to(double value_ns)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < DRAW_COUNT; i++)
        count += (double)draws[i] <= value_ns;
    return count;
}

static void expect_mean(const struct distribution *d, double mean, double deviation)
{
    assert_true(fabs(average() - mean) <= SIGMAS * deviation / sqrt(DRAW_COUNT));
    assert_true(fabs(distribution_mean(d) - mean) <= 1e-9 * mean);
}

/* For a share that lies on a smooth piece of the distribution function. */
static void expect_quantile(const struct distribution *d, double share, double value_ns)
{
    double error = SIGMAS * sqrt(DRAW_COUNT * share * (1 - share));
    uint32_t parts_per_billion = (uint32_t)(share * 1e9 + 0.5);
    assert_true(fabs(count_up_to(value_ns) - DRAW_COUNT * share) <= error);
    assert_true(fabs((double)distribution_quantile(d, parts_per_billion) - value_ns) <= 1);
    assert_true(fabs(distribution_share_up_to(d, (vtime)value_ns) - share) < 1e-5);
}

static void a_constant_is_constant(void **state)
{
    struct distribution d = distribution_constant(2 * MILLISECOND);
    (void)state;
    draw_all(&d, 1);
    assert_true(count_up_to(2 * MS) == DRAW_COUNT);
    assert_true(count_up_to(2 * MS - 1) == 0);
    assert_true(distribution_mean(&d) == 2 * MS);
    assert_int_equal(distribution_quantile(&d, 0), 2 * MILLISECOND);
    assert_int_equal(distribution_quantile(&d, 1000000000), 2 * MILLISECOND);
}

static void a_uniform_agrees_with_its_closed_form(void **state)
{
    struct distribution d = distribution_uniform(1 * MILLISECOND, 3 * MILLISECOND);
    (void)state;
    draw_all(&d, 2);
    expect_mean(&d, 2 * MS, 2 * MS / sqrt(12));
    expect_quantile(&d, 0.5, 2 * MS);
    expect_quantile(&d, 0.99, 2.98 * MS);
    expect_quantile(&d, 0.999, 2.998 * MS);
}

static void uniform_includes_both_ends_and_treats_all_values_alike(void **state)
{
    struct distribution die = distribution_uniform(1, 6);
    uint32_t seen[8] = {0};
    (void)state;
    for (uint64_t i = 0; i < DRAW_COUNT; i++)
        seen[sample(&die, mix(42, 3, i))]++;
    assert_int_equal(seen[0], 0);
    assert_int_equal(seen[7], 0);
    double error = SIGMAS * sqrt(DRAW_COUNT * (1.0 / 6) * (5.0 / 6));
    for (uint32_t face = 1; face <= 6; face++)
        assert_true(fabs(seen[face] - DRAW_COUNT / 6.0) <= error);
    struct distribution widest = distribution_uniform(0, DISTRIBUTION_CEILING);
    assert_int_equal(sample(&widest, 0), 0);
    assert_int_equal(sample(&widest, UINT64_MAX), DISTRIBUTION_CEILING);
}

static void an_exponential_agrees_with_its_closed_form(void **state)
{
    struct distribution d = distribution_exponential(2 * MILLISECOND);
    (void)state;
    draw_all(&d, 4);
    expect_mean(&d, 2 * MS, 2 * MS);
    expect_quantile(&d, 0.5, -2 * MS * log(0.5));
    expect_quantile(&d, 0.99, -2 * MS * log(0.01));
    expect_quantile(&d, 0.999, -2 * MS * log(0.001));
}

static void a_normal_agrees_with_its_closed_form(void **state)
{
    struct distribution d = distribution_normal(2 * MILLISECOND, 250 * MICROSECOND);
    (void)state;
    draw_all(&d, 5);
    expect_mean(&d, 2 * MS, 0.25 * MS);
    expect_quantile(&d, 0.5, 2 * MS);
    expect_quantile(&d, 0.99, 2 * MS + 2.3263478740408411 * 0.25 * MS);
    expect_quantile(&d, 0.999, 2 * MS + 3.0902323061678135 * 0.25 * MS);
    expect_quantile(&d, 0.01, 2 * MS - 2.3263478740408411 * 0.25 * MS);
}

/* Mean 1, deviation 1: 15.9% of the draws would be negative and are 0. */
static void a_negative_normal_draw_is_zero(void **state)
{
    struct distribution d = distribution_normal(1 * MILLISECOND, 1 * MILLISECOND);
    double below_zero = 0.5 * erfc(1 / sqrt(2));
    double density = exp(-0.5) / sqrt(2 * acos(-1));
    (void)state;
    draw_all(&d, 6);
    expect_mean(&d, MS * (1 - below_zero) + MS * density, 0.9 * MS);
    double error = SIGMAS * sqrt(DRAW_COUNT * below_zero * (1 - below_zero));
    assert_true(fabs(count_up_to(0) - DRAW_COUNT * below_zero) <= error);
    expect_quantile(&d, 0.5, 1 * MS);
    expect_quantile(&d, 0.99, MS + 2.3263478740408411 * MS);
    assert_int_equal(distribution_quantile(&d, 150000000), 0);
    d.shift_ns = 2 * MILLISECOND; /* the draw is 0, then it is shifted */
    draw_all(&d, 6);
    expect_mean(&d, 2 * MS + MS * (1 - below_zero) + MS * density, 0.9 * MS);
    assert_true(count_up_to(2 * MS - 1) == 0);
}

static void a_lognormal_agrees_with_its_closed_form(void **state)
{
    struct distribution d = distribution_lognormal(2 * MILLISECOND, 500000000);
    double mean = 2 * MS * exp(0.125);
    (void)state;
    draw_all(&d, 7);
    expect_mean(&d, mean, mean * sqrt(exp(0.25) - 1));
    expect_quantile(&d, 0.5, 2 * MS);
    expect_quantile(&d, 0.99, 2 * MS * exp(0.5 * 2.3263478740408411));
    expect_quantile(&d, 0.999, 2 * MS * exp(0.5 * 3.0902323061678135));
}

static void lognormal_from_two_measured_percentiles(void **state)
{
    struct distribution d = distribution_lognormal_from(2 * MILLISECOND, 20 * MILLISECOND);
    struct distribution flat = distribution_lognormal_from(5, 5);
    (void)state;
    assert_int_equal(d.lognormal.median_ns, 2 * MILLISECOND);
    assert_int_equal(d.lognormal.sigma_billionths, llround(log(10) / 2.3263478740408411 * 1e9));
    assert_int_equal(distribution_quantile(&d, 500000000), 2 * MILLISECOND);
    /* A sigma known to a billionth keeps p99 to a hundred-millionth. */
    assert_true(fabs((double)distribution_quantile(&d, 990000000) - 20 * MS) <= 0.2);
    assert_int_equal(sample(&flat, UINT64_MAX), 5);
}

static void a_pareto_agrees_with_its_closed_form(void **state)
{
    struct distribution d = distribution_pareto(1 * MILLISECOND, 3000000000);
    (void)state;
    draw_all(&d, 8);
    expect_mean(&d, 1.5 * MS, sqrt(0.75) * MS);
    expect_quantile(&d, 0.5, MS * pow(0.5, -1 / 3.0));
    expect_quantile(&d, 0.99, MS * pow(0.01, -1 / 3.0));
    expect_quantile(&d, 0.999, MS * pow(0.001, -1 / 3.0));
}

/* Alpha 1.5 has no variance, and 1 no mean: with a maximum they have both. */
static void pareto_with_a_maximum(void **state)
{
    struct distribution d = distribution_pareto(1 * MILLISECOND, 1500000000);
    (void)state;
    d.max_ns = 1 * SECOND;
    draw_all(&d, 9);
    double mean = MS * (1.5 - pow(0.001, 0.5)) / 0.5;
    double square = MS * MS * (4 * sqrt(1000.0) - 3); /* E[min(X, 1000)^2], by parts */
    expect_mean(&d, mean, sqrt(square - mean * mean));
    expect_quantile(&d, 0.5, MS * pow(0.5, -1 / 1.5));
    expect_quantile(&d, 0.99, MS * pow(0.01, -1 / 1.5));
    expect_quantile(&d, 0.999, MS * pow(0.001, -1 / 1.5));
    d.pareto.alpha_billionths = 1000000000;
    draw_all(&d, 10);
    mean = MS * (1 + log(1000));
    square = MS * MS * (2 * 1000.0 - 1);
    expect_mean(&d, mean, sqrt(square - mean * mean));
}

static void an_empirical_table_agrees_with_its_lines(void **state)
{
    struct distribution d = distribution_empirical(POINTS, ARRAY_LEN(POINTS));
    double mean = MS * (0.5 * 1.5 + 0.4 * 3.5 + 0.09 * 12.5 + 0.01 * 50);
    (void)state;
    draw_all(&d, 11);
    expect_mean(&d, mean, 6 * MS); /* its deviation is 5.64 ms */
    expect_quantile(&d, 0.25, 1.5 * MS);
    expect_quantile(&d, 0.5, 2 * MS);
    expect_quantile(&d, 0.99, 20 * MS);
    expect_quantile(&d, 0.999, 74 * MS);
    assert_int_equal(sample(&d, 0), 1 * MILLISECOND);
    assert_int_equal(sample(&d, UINT64_MAX), 80 * MILLISECOND);
}

/* 99% are quick; the median is the quick part's at 0.5 / 0.99. */
static void a_mixture_agrees_with_its_closed_form(void **state)
{
    struct mixture_part parts[] = {
        {99, distribution_exponential(2 * MILLISECOND)},
        {0, distribution_constant(7 * MILLISECOND)},
        {1, distribution_uniform(100 * MILLISECOND, 200 * MILLISECOND)},
    };
    struct distribution d = distribution_mixture(parts, ARRAY_LEN(parts));
    double square = 0.99 * 8 + 0.01 * (22500 + 10000 / 12.0);
    double mean = 0.99 * 2 + 0.01 * 150;
    (void)state;
    draw_all(&d, 12);
    expect_mean(&d, mean * MS, sqrt(square - mean * mean) * MS);
    expect_quantile(&d, 0.5, -2 * MS * log(1 - 0.5 / 0.99));
    expect_quantile(&d, 0.9, -2 * MS * log(1 - 0.9 / 0.99));
    expect_quantile(&d, 0.999, 190 * MS);
    struct distribution late = distribution_mixture(&parts[1], 2);
    assert_int_equal(distribution_quantile(&late, 0), 100 * MILLISECOND);
}

/* Where a mixture goes and what it draws there must not depend on each other. */
static void a_mixture_of_equals_is_the_part_itself(void **state)
{
    struct mixture_part parts[3];
    struct distribution part = distribution_exponential(2 * MILLISECOND);
    (void)state;
    for (uint32_t i = 0; i < 3; i++)
        parts[i] = (struct mixture_part){1 + i, part};
    struct distribution d = distribution_mixture(parts, 3);
    struct mixture_part outer_parts[] = {{1, d}, {2, part}};
    struct distribution nested = distribution_mixture(outer_parts, 2);
    draw_all(&nested, 13);
    expect_mean(&nested, 2 * MS, 2 * MS);
    expect_quantile(&nested, 0.5, -2 * MS * log(0.5));
    expect_quantile(&nested, 0.999, -2 * MS * log(0.001));
}

static void shift_minimum_and_maximum_apply_in_this_order(void **state)
{
    struct distribution d = distribution_exponential(2 * MILLISECOND);
    (void)state;
    d.shift_ns = 1 * MILLISECOND;
    d.min_ns = 1500 * MICROSECOND;
    d.max_ns = 10 * MILLISECOND;
    draw_all(&d, 14);
    expect_mean(&d, MS * (1 + 0.5 + 2 * (exp(-0.25) - exp(-4.5))), 2 * MS);
    expect_quantile(&d, 0.5, MS - 2 * MS * log(0.5));
    assert_true(count_up_to(1.5 * MS - 1) == 0);
    assert_true(count_up_to(10 * MS) == DRAW_COUNT);
    double at_minimum = DRAW_COUNT * (1 - exp(-0.25));
    assert_true(fabs(count_up_to(1.5 * MS) - at_minimum) <= SIGMAS * sqrt(at_minimum));
    assert_int_equal(distribution_quantile(&d, 0), 1500 * MICROSECOND);
    assert_int_equal(distribution_quantile(&d, 1000000000), 10 * MILLISECOND);
    assert_true(distribution_share_up_to(&d, 1500 * MICROSECOND - 1) == 0);
    assert_true(distribution_share_up_to(&d, 10 * MILLISECOND) == 1);
}

/* A mixture's own bounds hold for parts that have bounds too. */
static void bounds_of_a_mixture_hold_over_those_of_its_parts(void **state)
{
    struct mixture_part parts[] = {
        {1, distribution_exponential(2 * MILLISECOND)},
        {1, distribution_normal(3 * MILLISECOND, 1 * MILLISECOND)},
    };
    struct distribution d = distribution_mixture(parts, 2);
    (void)state;
    parts[0].distribution.shift_ns = 1 * MILLISECOND;
    parts[1].distribution.max_ns = 4 * MILLISECOND;
    d.shift_ns = 500 * MICROSECOND;
    d.min_ns = 2 * MILLISECOND;
    d.max_ns = 5 * MILLISECOND;
    draw_all(&d, 15);
    double error = SIGMAS * 1.2 * MS / sqrt(DRAW_COUNT);
    assert_true(fabs(average() - distribution_mean(&d)) <= error);
    for (uint32_t share = 50000000; share < 1000000000; share += 50000000) {
        double up_to = count_up_to((double)distribution_quantile(&d, share)) / DRAW_COUNT;
        double expected = distribution_share_up_to(&d, distribution_quantile(&d, share));
        assert_true(fabs(up_to - expected) < SIGMAS * 0.5 / sqrt(DRAW_COUNT));
        assert_true(expected >= share / 1e9 - 1e-12);
    }
}

static void a_larger_word_never_gives_a_shorter_time(void **state)
{
    struct distribution all[] = {
        distribution_constant(7),
        distribution_uniform(1 * MILLISECOND, 3 * MILLISECOND),
        distribution_exponential(2 * MILLISECOND),
        distribution_normal(2 * MILLISECOND, 500 * MICROSECOND),
        distribution_lognormal(2 * MILLISECOND, 500000000),
        distribution_pareto(1 * MILLISECOND, 1500000000),
        distribution_empirical(POINTS, ARRAY_LEN(POINTS)),
    };
    (void)state;
    for (uint32_t kind = 0; kind < ARRAY_LEN(all); kind++) {
        vtime previous = sample(&all[kind], 0);
        for (uint64_t step = 1; step <= 100000; step++) {
            vtime next = sample(&all[kind], step * (UINT64_MAX / 100000));
            assert_true(next >= previous);
            previous = next;
        }
        previous = sample(&all[kind], 0);
        for (uint64_t halving = 1; halving < 64; halving++) { /* into the far tail */
            vtime next = sample(&all[kind], UINT64_MAX - (UINT64_MAX >> halving));
            assert_true(next >= previous);
            previous = next;
        }
    }
}

static void nothing_exceeds_the_ceiling(void **state)
{
    struct distribution exponential = distribution_exponential(DISTRIBUTION_CEILING);
    struct distribution pareto = distribution_pareto(1, 1);
    struct distribution lognormal = distribution_lognormal(1, DISTRIBUTION_SIGMA_MAX);
    struct distribution shifted = distribution_constant(DISTRIBUTION_CEILING);
    (void)state;
    shifted.shift_ns = DISTRIBUTION_CEILING;
    assert_int_equal(sample(&exponential, UINT64_MAX), DISTRIBUTION_CEILING);
    assert_int_equal(sample(&pareto, UINT64_MAX), DISTRIBUTION_CEILING);
    assert_int_equal(sample(&lognormal, UINT64_MAX), DISTRIBUTION_CEILING);
    assert_int_equal(sample(&shifted, 0), DISTRIBUTION_CEILING);
    assert_int_equal(sample(&lognormal, 0), 0);
    assert_true(distribution_mean(&pareto) <= (double)DISTRIBUTION_CEILING);
    assert_true(distribution_mean(&lognormal) <= (double)DISTRIBUTION_CEILING);
}

static void the_rarest_words_reach_far_into_the_tail(void **state)
{
    struct distribution d = distribution_exponential(1 * SECOND);
    (void)state;
    assert_int_equal(sample(&d, 0), 0);
    assert_int_equal(sample(&d, UINT64_MAX), 45054566736);     /* 65 ln 2 seconds */
    assert_int_equal(sample(&d, UINT64_MAX - 1), 43955954448); /* less ln 3 */
}

static bool sound(struct distribution d, const char *expected)
{
    char buffer[200];
    struct text mistake;
    text_init(&mistake, buffer, sizeof buffer);
    bool is_sound = distribution_is_sound(&d, &mistake);
    assert_string_equal(buffer, expected);
    return is_sound;
}

static void unsound_parameters_are_named(void **state)
{
    struct distribution d = distribution_exponential(1);
    (void)state;
    assert_true(sound(d, ""));
    assert_false(
        sound(distribution_exponential(0), "expected an exponential distribution's mean above 0"));
    assert_false(sound(distribution_uniform(2, 1),
                       "expected a uniform distribution's low end first, then its high end"));
    assert_false(
        sound(distribution_lognormal(0, 1), "expected a lognormal distribution's median above 0"));
    assert_false(sound(distribution_lognormal(1, DISTRIBUTION_SIGMA_MAX + 1),
                       "expected a lognormal distribution's sigma of at most 20"));
    assert_false(
        sound(distribution_pareto(0, 1), "expected a Pareto distribution's scale above 0"));
    assert_false(
        sound(distribution_pareto(1, 0), "expected a Pareto distribution's alpha above 0"));
    assert_false(sound(distribution_constant(DISTRIBUTION_CEILING + 1),
                       "expected times of at most 36 years in a distribution"));
    d.min_ns = 2;
    d.max_ns = 1;
    assert_false(sound(d, "expected a minimum that is not above the maximum"));
    d.kind = (enum distribution_kind)99;
    d.min_ns = 0;
    assert_false(sound(d, "expected a kind of distribution that exists"));
}

static void unsound_tables_are_named(void **state)
{
    const struct quantile_point falling[] = {{0, 2}, {1000000000, 1}};
    const struct quantile_point open_end[] = {{0, 1}, {990000000, 2}};
    struct mixture_part weightless[] = {{0, distribution_constant(1)}};
    struct mixture_part unsound[] = {{1, distribution_exponential(0)}};
    struct mixture_part deep[6];
    (void)state;
    assert_false(sound(distribution_empirical(falling, 1), "expected 2 to 4096 quantile points"));
    assert_false(
        sound(distribution_empirical(falling, 2), "expected quantile points in rising order"));
    assert_false(
        sound(distribution_empirical(open_end, 2), "expected quantile points from 0% to 100%"));
    assert_false(sound(distribution_mixture(weightless, 1),
                       "expected at least one weight above 0 in a mixture"));
    assert_false(sound(distribution_mixture(weightless, 0), "expected 1 to 64 parts in a mixture"));
    assert_false(sound(distribution_mixture(unsound, 1),
                       "expected an exponential distribution's mean above 0"));
    deep[0] = (struct mixture_part){1, distribution_constant(1)};
    for (uint32_t i = 1; i < 6; i++)
        deep[i] = (struct mixture_part){1, distribution_mixture(&deep[i - 1], 1)};
    assert_true(sound(deep[4].distribution, ""));
    assert_false(sound(deep[5].distribution, "expected at most 4 mixtures within each other"));
}

static void expect_description(struct distribution d, const char *expected)
{
    char buffer[200];
    struct text text;
    text_init(&text, buffer, sizeof buffer);
    distribution_describe(&d, &text);
    assert_string_equal(buffer, expected);
}

static void a_distribution_describes_itself(void **state)
{
    struct mixture_part parts[] = {
        {99, distribution_exponential(2 * MILLISECOND)},
        {1, distribution_constant(100 * MILLISECOND)},
    };
    struct distribution d = distribution_exponential(2 * MILLISECOND);
    (void)state;
    expect_description(distribution_constant(7), "constant 7 ns");
    expect_description(distribution_uniform(1000, 2500), "uniform, 1 us to 2.5 us");
    expect_description(d, "exponential, mean 2 ms");
    expect_description(distribution_normal(2 * MILLISECOND, 500 * MICROSECOND),
                       "normal, mean 2 ms, deviation 500 us");
    expect_description(distribution_lognormal(2 * MILLISECOND, 500000000),
                       "lognormal, median 2 ms, sigma 0.5");
    expect_description(distribution_pareto(1 * MILLISECOND, 1500000000),
                       "Pareto, scale 1 ms, alpha 1.5");
    expect_description(distribution_empirical(POINTS, ARRAY_LEN(POINTS)),
                       "empirical, 5 points from 1 ms to 80 ms");
    expect_description(distribution_mixture(parts, 2),
                       "mixture (99 x exponential, mean 2 ms; 1 x constant 100 ms)");
    d.shift_ns = 1000;
    d.min_ns = 2000;
    d.max_ns = 50 * MILLISECOND;
    expect_description(d, "exponential, mean 2 ms, plus 1 us, at least 2 us, at most 50 ms");
}

/* The same nanosecond on every compiler, optimisation level and machine. */
static void golden_draws(void **state)
{
    struct mixture_part parts[] = {
        {3, distribution_exponential(2 * MILLISECOND)},
        {1, distribution_lognormal(100 * MILLISECOND, 1000000000)},
    };
    struct {
        struct distribution d;
        vtime expected[4];
    } rows[] = {
        {distribution_constant(5), {5, 5, 5, 5}},
        {distribution_uniform(1 * MILLISECOND, 3 * MILLISECOND),
         {1665548, 1222354, 2392674, 1124006}},
        {distribution_exponential(2 * MILLISECOND), {809253, 235715, 2383672, 128018}},
        {distribution_normal(2 * MILLISECOND, 500 * MICROSECOND),
         {1783867, 1389854, 2256947, 1230914}},
        {distribution_lognormal(2 * MILLISECOND, 500000000), {1611256, 1086543, 2585953, 926873}},
        {distribution_pareto(1 * MILLISECOND, 1500000000), {1309638, 1081741, 2213461, 1043596}},
        {distribution_empirical(POINTS, ARRAY_LEN(POINTS)), {1665548, 1222354, 3472526, 1124007}},
        {distribution_mixture(parts, 2), {2777222, 34817, 1804438, 517004}},
    };
    (void)state;
    for (uint32_t row = 0; row < ARRAY_LEN(rows); row++)
        for (uint64_t i = 0; i < 4; i++)
            assert_int_equal(sample(&rows[row].d, mix(42, 7, i)), rows[row].expected[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_constant_is_constant),
        cmocka_unit_test(a_uniform_agrees_with_its_closed_form),
        cmocka_unit_test(uniform_includes_both_ends_and_treats_all_values_alike),
        cmocka_unit_test(an_exponential_agrees_with_its_closed_form),
        cmocka_unit_test(a_normal_agrees_with_its_closed_form),
        cmocka_unit_test(a_negative_normal_draw_is_zero),
        cmocka_unit_test(a_lognormal_agrees_with_its_closed_form),
        cmocka_unit_test(lognormal_from_two_measured_percentiles),
        cmocka_unit_test(a_pareto_agrees_with_its_closed_form),
        cmocka_unit_test(pareto_with_a_maximum),
        cmocka_unit_test(an_empirical_table_agrees_with_its_lines),
        cmocka_unit_test(a_mixture_agrees_with_its_closed_form),
        cmocka_unit_test(a_mixture_of_equals_is_the_part_itself),
        cmocka_unit_test(shift_minimum_and_maximum_apply_in_this_order),
        cmocka_unit_test(bounds_of_a_mixture_hold_over_those_of_its_parts),
        cmocka_unit_test(a_larger_word_never_gives_a_shorter_time),
        cmocka_unit_test(nothing_exceeds_the_ceiling),
        cmocka_unit_test(the_rarest_words_reach_far_into_the_tail),
        cmocka_unit_test(unsound_parameters_are_named),
        cmocka_unit_test(unsound_tables_are_named),
        cmocka_unit_test(a_distribution_describes_itself),
        cmocka_unit_test(golden_draws),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_exactmath.c: the error bounds of exactmath.h, held against libm's long double.
 *
 * Where long double has 64 or 113 bits, libm's error is far below the bounds; on a
 * machine where it is a plain double, the bounds are widened by libm's own ulp.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/exactmath.h"
#include "base/mix.h"

#define ROUND_COUNT 300000
#define LIBM_ULP    (LDBL_MANT_DIG > DBL_MANT_DIG ? 0.01 : 1.0)

static double double_of(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* Any positive finite double, all exponents alike, subnormal ones included. */
static double any_double(uint64_t i)
{
    uint64_t bits = mix(1, 1, i) >> 1;
    if (bits >> 52 == 2047)
        bits ^= UINT64_C(1) << 62;
    return bits > 0 ? double_of(bits) : 1;
}

/* Uniform in low .. high. */
static double between(double low, double high, uint64_t i)
{
    return low + (high - low) * ((double)(mix(1, 2, i) >> 11) * 0x1p-53);
}

/* The distance in units in the last place of the true value. */
static double error_ulp(double got, long double want)
{
    double nearest = fabs((double)want);
    double ulp = nextafter(nearest, INFINITY) - nearest;
    return (double)(fabsl((long double)got - want) / ulp);
}

static void sqrt_is_correctly_rounded_everywhere(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < ROUND_COUNT; i++) {
        double x = any_double(i);
        assert_true(exact_sqrt(x) == sqrt(x));
        x = between(1, 4, i);
        assert_true(exact_sqrt(x) == sqrt(x));
    }
    assert_true(exact_sqrt(0) == 0);
    assert_true(exact_sqrt(EXACT_LARGEST) == sqrt(EXACT_LARGEST));
    assert_true(exact_sqrt(DBL_MIN) == sqrt(DBL_MIN));
    assert_true(exact_sqrt(double_of(1)) == sqrt(double_of(1)));
}

/* Squares and their neighbours are where a root rounds the wrong way first. */
static void sqrt_of_squares_and_their_neighbours(void **state)
{
    (void)state;
    for (uint64_t n = 1; n < 100000; n++) {
        double square = (double)(n * n);
        assert_true(exact_sqrt(square) == (double)n);
        assert_true(exact_sqrt(nextafter(square, 0)) == sqrt(nextafter(square, 0)));
        assert_true(exact_sqrt(nextafter(square, INFINITY)) == sqrt(nextafter(square, INFINITY)));
    }
}

static void ln_errs_by_less_than_one_ulp(void **state)
{
    double worst = 0;
    (void)state;
    for (uint64_t i = 0; i < ROUND_COUNT; i++) {
        double wide = any_double(i);
        double middle = between(0.5, 2, i);
        double near_one = 1 + between(-0.5, 0.5, i) * ldexp(1, -(int)(i % 50));
        worst = fmax(worst, error_ulp(exact_ln(wide), logl(wide)));
        worst = fmax(worst, error_ulp(exact_ln(middle), logl(middle)));
        if (near_one != 1)
            worst = fmax(worst, error_ulp(exact_ln(near_one), logl(near_one)));
    }
    assert_true(worst < 1 + LIBM_ULP);
    assert_true(worst > 0.5); /* or the measure is broken */
}

static void exp_errs_by_less_than_one_ulp(void **state)
{
    double worst = 0;
    (void)state;
    for (uint64_t i = 0; i < ROUND_COUNT; i++) {
        double wide = between(-708.29, 709.78, i);
        double middle = between(-1, 1, i);
        double small = middle * ldexp(1, -(int)(i % 60));
        worst = fmax(worst, error_ulp(exact_exp(wide), expl(wide)));
        worst = fmax(worst, error_ulp(exact_exp(middle), expl(middle)));
        worst = fmax(worst, error_ulp(exact_exp(small), expl(small)));
    }
    assert_true(worst < 1 + LIBM_ULP);
    assert_true(worst > 0.5);
}

/* The worst error of x^y where |y ln x| goes up to `reach`. */
static double worst_pow(double reach)
{
    double worst = 0;
    for (uint64_t i = 0; i < ROUND_COUNT; i++) {
        double x = i % 2 ? any_double(i) : between(0.001, 3, i);
        double y = between(-reach, reach, i + ROUND_COUNT) / fabs(log(x));
        if (isfinite(y) && fabs(y * log(x)) > 1e-300)
            worst = fmax(worst, error_ulp(exact_pow(x, y), powl(x, y)));
    }
    return worst;
}

static void pow_errs_by_less_than_one_ulp_and_two_at_the_far_end(void **state)
{
    (void)state;
    assert_true(worst_pow(1) < 1 + LIBM_ULP);
    assert_true(worst_pow(40) < 1 + LIBM_ULP);
    assert_true(worst_pow(700) < 2 + LIBM_ULP);
}

static void exact_values_come_out_exact(void **state)
{
    (void)state;
    assert_true(exact_ln(1) == 0);
    assert_true(exact_exp(0) == 1);
    assert_true(exact_exp(-0.0) == 1);
    for (int n = -20; n <= 20; n++) {
        assert_true(exact_pow(2, n) == ldexp(1, n));
        assert_true(exact_pow(1, n) == 1);
    }
    for (int n = 0; n <= 22; n++) /* powers of ten that a double holds */
        assert_true(exact_pow(10, n) == pow(10, n));
    assert_true(exact_pow(7, 0) == 1);
    assert_true(exact_pow(1, EXACT_LARGEST) == 1);
    assert_true(exact_pow(1, -EXACT_LARGEST) == 1);
}

static void what_is_too_large_or_too_small_saturates(void **state)
{
    (void)state;
    assert_true(exact_exp(709.79) == EXACT_LARGEST);
    assert_true(exact_exp(709.785) == EXACT_LARGEST);
    assert_true(exact_exp(EXACT_LARGEST) == EXACT_LARGEST);
    assert_true(exact_exp(-708.4) == 0);
    assert_true(exact_exp(-EXACT_LARGEST) == 0);
    assert_true(exact_pow(10, 400) == EXACT_LARGEST);
    assert_true(exact_pow(10, -400) == 0);
    assert_true(exact_pow(0.5, EXACT_LARGEST) == 0);
    assert_true(exact_pow(double_of(1), -EXACT_LARGEST) == EXACT_LARGEST);
}

/* Equal bits on every compiler, optimisation level and machine. */
static void golden_bits(void **state)
{
    (void)state;
    assert_int_equal(bits_of(exact_sqrt(2)), UINT64_C(0x3ff6a09e667f3bcd));
    assert_int_equal(bits_of(exact_ln(2)), UINT64_C(0x3fe62e42fefa39ef));
    assert_int_equal(bits_of(exact_ln(0.1)), UINT64_C(0xc0026bb1bbb55515));
    assert_int_equal(bits_of(exact_exp(1)), UINT64_C(0x4005bf0a8b145769));
    assert_int_equal(bits_of(exact_exp(-7.3)), UINT64_C(0x3f4622d4792b6a8d));
    assert_int_equal(bits_of(exact_pow(3, 0.7)), UINT64_C(0x400142e81c889914));
    assert_int_equal(bits_of(exact_pow(1000, -0.99)), UINT64_C(0x3f518e4717dfb182));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sqrt_is_correctly_rounded_everywhere),
        cmocka_unit_test(sqrt_of_squares_and_their_neighbours),
        cmocka_unit_test(ln_errs_by_less_than_one_ulp),
        cmocka_unit_test(exp_errs_by_less_than_one_ulp),
        cmocka_unit_test(pow_errs_by_less_than_one_ulp_and_two_at_the_far_end),
        cmocka_unit_test(exact_values_come_out_exact),
        cmocka_unit_test(what_is_too_large_or_too_small_saturates),
        cmocka_unit_test(golden_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

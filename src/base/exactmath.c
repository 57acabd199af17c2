/*
 * exactmath.c: sqrt, ln, exp and pow from the basic operations.
 *
 * Each function has the same shape: take the exponent off, so that what is left
 * lies near 1; sum a short power series there; put the exponent back.
 *
 *     x = m * 2^k                    with m in [0.7, 1.4]
 *     sqrt x = sqrt m * 2^(k/2)      Newton's iteration, then one exact comparison
 *     ln x   = k ln 2 + ln m         ln m = 2 atanh(s),  s = (m - 1) / (m + 1)
 *     exp x  = 2^k * exp(x - k ln 2) the exponential series
 *     x^y    = exp(y ln x)           with ln x to 65 bits or more
 *
 * The coefficients are the plain ones of the series (1/3, 1/5, ...; 1/2!, 1/3!, ...),
 * and not fitted ones that need a few terms less: a reader can check them. Two
 * tricks keep the rounding errors of the steps out of the result:
 *
 *   - What is exact and large is added last, to a correction that is small: the
 *     correction's error is then small too (see the decisive lines).
 *   - Where 53 bits are not enough, a number is a sum of two doubles
 *     (`struct wide`), with Dekker's exact sum and product (1971).
 *
 * A series is summed in halves (even and odd powers) so that two chains of
 * operations run side by side. The order is part of the result: never let a
 * compiler or a colleague re-associate it.
 */
#include "base/exactmath.h"

#include <float.h>
#include <string.h>

#ifdef __FAST_MATH__
#error "exactmath.c needs IEEE arithmetic: compile it without -ffast-math"
#endif
#ifdef __clang__
#pragma STDC FP_CONTRACT OFF /* gcc contracts nothing under -std=c11 */
#endif
_Static_assert(FLT_EVAL_METHOD == 0, "doubles must be evaluated as doubles");
_Static_assert(DBL_MANT_DIG == 53 && DBL_MAX_EXP == 1024, "double must be IEEE binary64");

#define MANTISSA_BITS 52
#define EXPONENT_BIAS 1023
#define BIAS_BITS     ((uint64_t)EXPONENT_BIAS << MANTISSA_BITS)

#define SQRT_HALF_BITS UINT64_C(0x3fe6a09e667f3bcd) /* the double sqrt(1/2) */

/* ln 2 in two parts. The upper one ends in 21 zero bits, so its product with any
 * exponent is exact. */
#define LN2_HIGH 0x1.62e42fee00000p-1
#define LN2_LOW  0x1.a39ef35793c76p-33
#define ONE_LN2  0x1.71547652b82fep+0 /* 1 / ln 2 */
#define ROUNDER  0x1.8p52             /* adding it leaves no bits behind the point */

#define TWO_THIRDS_REST 0x1.5555555555555p-55 /* 2/3 minus the double 2.0 / 3 */

static uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static double from_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* 2^exponent, for a normal result. */
static double power_of_two(int32_t exponent)
{
    return from_bits((uint64_t)(exponent + EXPONENT_BIAS) << MANTISSA_BITS);
}

/* x = mantissa * 2^exponent, with sqrt(1/2) <= mantissa < sqrt(2). */
struct split {
    double mantissa;
    int32_t exponent;
};

/* Positive doubles are ordered like their bits, and 2^52 of them double the value. So
 * the distance from the bits of sqrt(1/2), in doublings, is the exponent: no branch,
 * which would be guessed wrong for two draws in five. */
static struct split split(double x)
{
    int32_t scaled = 0;
    if (x < DBL_MIN) { /* subnormal: make it normal first */
        x *= 0x1p54;
        scaled = -54;
    }
    uint64_t bits = bits_of(x);
    /* Counted from 2^-1023, so that it is not negative. */
    uint64_t doublings = (bits + BIAS_BITS - SQRT_HALF_BITS) >> MANTISSA_BITS;
    int32_t exponent = (int32_t)doublings - EXPONENT_BIAS;
    double mantissa = from_bits(bits - (doublings << MANTISSA_BITS) + BIAS_BITS);
    return (struct split){mantissa, exponent + scaled};
}

/* The number high + low, |low| at most half a unit in the last place of high. */
struct wide {
    double high;
    double low;
};

/* a + b exactly, if |a| >= |b| or a is 0. */
static struct wide sum_ordered(double a, double b)
{
    double sum = a + b;
    return (struct wide){sum, b - (sum - a)};
}

/* ---- sqrt ---- */

/* The root of an integer of 2^104 .. 2^106 - 1, rounded to nearest; `guess` is at
 * most a few too small or too large. */
static uint64_t round_root(uint128 square, uint64_t guess)
{
    while ((uint128)guess * guess > square)
        guess--;
    while ((uint128)(guess + 1) * (guess + 1) <= square)
        guess++;
    /* Now guess <= root < guess + 1. The root is above the middle exactly if square
     * exceeds guess^2 + guess + 1/4; in integers it never lies on it. */
    return square - (uint128)guess * guess > guess ? guess + 1 : guess;
}

double exact_sqrt(double x)
{
    CHECK(x >= 0 && x <= EXACT_LARGEST);
    if (x == 0)
        return 0;
    struct split part = split(x);
    /* Make the exponent even and the mantissa 1 .. 4, so that the root is 1 .. 2. */
    int32_t exponent = part.exponent - (part.mantissa < 1);
    exponent -= exponent & 1;
    double m = part.mantissa * power_of_two(part.exponent - exponent);
    double root = 0.6 + 0.45 * m - 0.026 * m * m; /* within 3% */
    for (int round = 0; round < 4; round++)
        root = 0.5 * (root + m / root);
    /* The decisive line: the comparison in integers makes the rounding correct. */
    uint64_t rounded = round_root((uint128)(uint64_t)(m * 0x1p52) << 52, (uint64_t)(root * 0x1p52));
    return (double)rounded * 0x1p-52 * power_of_two(exponent / 2);
}

/* ---- ln ---- */

/* 2 atanh(s) = 2s + s * (2/3 z + atanh_rest(z)) with z = s * s, for |s| <= 0.172: the
 * sum over n of 2 z^n / (2n + 1), n >= 2. What is left out is below 2^-65 of 2s. */
static double atanh_rest(double z)
{
    double w = z * z;
    double even = 2.0 / 5 + w * (2.0 / 9 + w * (2.0 / 13 + w * (2.0 / 17 + w * (2.0 / 21))));
    double odd = 2.0 / 7 + w * (2.0 / 11 + w * (2.0 / 15 + w * (2.0 / 19 + w * (2.0 / 23))));
    return w * (even + z * odd);
}

double exact_ln(double x)
{
    CHECK(x > 0 && x <= EXACT_LARGEST);
    struct split part = split(x);
    double k = part.exponent;
    double f = part.mantissa - 1; /* exact */
    double s = f / (2 + f);
    double z = s * s;
    double tail = 2.0 / 3 * z + atanh_rest(z);
    /* 2s = f - s f, so ln m = f - s (f - tail): the exact f is added last, and the
     * inexact s only enters a product that is small. */
    double correction = s * (f - tail);
    if (part.exponent == 0)
        return f - correction;
    return k * LN2_HIGH - ((correction - k * LN2_LOW) - f);
}

/* ---- exp ---- */

/* (e^r - 1 - r) / r^2 for |r| <= 0.35: the sum over n of r^n / (n + 2)!. The first
 * term left out is below 2^-58. */
static double exp_tail(double r)
{
    double w = r * r;
    double even = 1.0 / 3628800 + w * (1.0 / 479001600);  /* 1/10! and 1/12! */
    double odd = 1.0 / 39916800 + w * (1.0 / 6227020800); /* 1/11! and 1/13! */
    even = 1.0 / 40320 + w * even;
    odd = 1.0 / 362880 + w * odd;
    even = 1.0 / 720 + w * even;
    odd = 1.0 / 5040 + w * odd;
    even = 1.0 / 24 + w * even;
    odd = 1.0 / 120 + w * odd;
    even = 1.0 / 2 + w * even;
    odd = 1.0 / 6 + w * odd;
    return even + r * odd;
}

/* exp(x + rest), for |rest| far below |x|'s last place times a few thousand. */
static double exp_with_rest(double x, double rest)
{
    if (x > 709.79)
        return EXACT_LARGEST;
    if (x < -708.3)
        return 0;
    double nearest = (x * ONE_LN2 + ROUNDER) - ROUNDER; /* integer */
    int32_t k = (int32_t)nearest;
    double high = x - nearest * LN2_HIGH; /* exact */
    double low = rest - nearest * LN2_LOW;
    double r = high + low;
    double r_rest = (high - r) + low; /* what the sum above has lost */
    /* The decisive line: 1 + r is kept exactly, so that only small terms round. */
    struct wide sum = sum_ordered(1, r);
    double correction = sum.low + (r_rest + r * r * exp_tail(r));
    /* 2^1024 is no double, so the power is taken in two steps; both are exact. */
    double value = (sum.high + correction) * power_of_two(k / 2) * power_of_two(k - k / 2);
    return value <= EXACT_LARGEST ? value : EXACT_LARGEST;
}

double exact_exp(double x)
{
    CHECK(x >= -EXACT_LARGEST && x <= EXACT_LARGEST);
    return exp_with_rest(x, 0);
}

/* ---- pow ---- */

/* The upper 26 bits of a; a minus them has 26 bits too. |a| < 2^996. */
static double upper_half(double a)
{
    double shifted = a * 134217729.0; /* 2^27 + 1 */
    return shifted - (shifted - a);
}

/* a * b exactly: products of halves do not round. */
static struct wide product(double a, double b)
{
    double p = a * b;
    double a_high = upper_half(a);
    double b_high = upper_half(b);
    double a_low = a - a_high;
    double b_low = b - b_high;
    double error = ((a_high * b_high - p) + a_high * b_low + a_low * b_high) + a_low * b_low;
    return (struct wide){p, error};
}

/* (m - 1) / (m + 1) as a wide number: the quotient, and its remainder divided. */
static struct wide wide_ratio(double f)
{
    struct wide divisor = sum_ordered(2, f);
    double s = f / divisor.high;
    struct wide back = product(s, divisor.high);
    double remainder = ((f - back.high) - back.low) - s * divisor.low;
    return (struct wide){s, remainder / divisor.high};
}

/* (2/3) s^3, the largest term of the series after 2s. */
static struct wide wide_cube(struct wide s)
{
    struct wide square = product(s.high, s.high);
    struct wide cube = product(s.high, square.high);
    struct wide scaled = product(2.0 / 3, cube.high);
    double cube_rest = cube.low + s.high * square.low + 3 * square.high * s.low;
    double rest = 2.0 / 3 * cube_rest + TWO_THIRDS_REST * cube.high;
    return (struct wide){scaled.high, scaled.low + rest};
}

/* ln x to 65 bits or more: the sum of exact_ln with its three largest parts wide. */
static struct wide wide_ln(double x)
{
    struct split part = split(x);
    double k = part.exponent;
    struct wide s = wide_ratio(part.mantissa - 1);
    struct wide cube = wide_cube(s);
    struct wide sum = sum_ordered(k * LN2_HIGH, 2 * s.high);
    struct wide more = sum_ordered(sum.high, cube.high);
    double rest = s.high * atanh_rest(s.high * s.high) + k * LN2_LOW;
    rest += 2 * s.low + cube.low + (sum.low + more.low);
    return sum_ordered(more.high, rest);
}

double exact_pow(double x, double y)
{
    CHECK(x > 0 && x <= EXACT_LARGEST);
    CHECK(y >= -EXACT_LARGEST && y <= EXACT_LARGEST);
    struct wide ln = wide_ln(x);
    double estimate = y * ln.high;
    if (estimate == 0)
        return 1; /* and y may be too large for product() */
    if (estimate > 710)
        return EXACT_LARGEST;
    if (estimate < -710)
        return 0;
    struct wide exponent = product(y, ln.high);
    return exp_with_rest(exponent.high, exponent.low + y * ln.low);
}

/*
 * exactmath.h: four functions of analysis that give the same bits everywhere.
 *
 * The C library's exp and log differ in their last bit between versions, machines
 * and vector units, and one such bit moves a latency by a nanosecond, swaps two
 * events and makes another history. These functions use nothing but the IEEE 754
 * operations + - * / on double and the bits of its representation, in a fixed
 * order, so every machine that follows the standard agrees on every bit.
 *
 * What that asks of the build: no -ffast-math (refused at compile time), doubles
 * evaluated as doubles (asserted; so no x87), products and sums not contracted
 * into one rounding (-ffp-contract=off), rounding to nearest (C's default).
 *
 * Accuracy, in units in the last place of the result (the tests hold every line of
 * this table against libm's long double functions):
 *
 *     exact_sqrt   0.5 ulp: correctly rounded, so equal to any IEEE sqrt
 *     exact_ln     1 ulp
 *     exact_exp    1 ulp
 *     exact_pow    1 ulp while |y ln x| <= 40, 2 ulp up to 700
 *
 * Domains are checked, not answered with NaN: a NaN that has reached a simulation
 * compares with nothing and spreads.
 */
#ifndef BASE_EXACTMATH_H
#define BASE_EXACTMATH_H

#include "base/base.h"

/* What exact_exp and exact_pow answer where the true value is too large. */
#define EXACT_LARGEST 0x1.fffffffffffffp1023

/* The square root; 0 <= x <= EXACT_LARGEST. */
double exact_sqrt(double x);

/* The natural logarithm; 0 < x <= EXACT_LARGEST, subnormal numbers included. */
double exact_ln(double x);

/* e to the x; any finite x. Above 709.78 the answer is EXACT_LARGEST, below
 * -708.3, where results would be subnormal, it is 0. */
double exact_exp(double x);

/* x to the y; 0 < x <= EXACT_LARGEST, any finite y; saturates like exact_exp. */
double exact_pow(double x, double y);

#endif

/*
 * normal.h: the bell curve, from the basic operations only.
 *
 * The quantile serves the normal and lognormal distributions of sampling.h, draw by
 * draw; the other two are for reports and for means in closed form. All three give
 * the same bits on every machine (see exactmath.h for what that asks of the build).
 */
#ifndef BASE_NORMAL_H
#define BASE_NORMAL_H

#include "base/base.h"

/* The z below which a share of (bits + 1/2) / 2^64 of a standard normal variable
 * lies: -9.16 .. 9.16, rising with bits (but for its last place), and the quantile of
 * ~bits is exactly minus that of bits. Relative error below 10^-15. */
double normal_quantile(uint64_t bits);

/* The share of a standard normal variable that lies below z; |z| < 10^9.
 * Relative error below 10^-12, in the lower tail too. */
double normal_share_below(double z);

/* The height of the curve at z. */
double normal_density(double z);

#endif

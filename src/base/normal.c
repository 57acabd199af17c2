/*
 * normal.c: quantile, share and density of the standard normal distribution.
 *
 * The quantile has no formula. Algorithm AS 241 (Wichura, Applied Statistics 37,
 * 1988) replaces it by three quotients of polynomials of degree 7:
 *
 *     |share - 1/2| <= 0.425    in the square of that distance     85% of all draws
 *     smaller shares            in sqrt(-ln share), down to 10^-11
 *     the far tail              the same with other coefficients
 *
 * Only the tails pay for a logarithm and a root.
 */
#include "base/normal.h"

#include "base/exactmath.h"

#ifdef __clang__
#pragma STDC FP_CONTRACT OFF /* gcc contracts nothing under -std=c11 */
#endif

#define MIDDLE        (UINT64_C(1) << 63) /* the first word of the upper half */
#define CENTRAL_REACH 0.425
#define CENTRAL_SHIFT 0.180625 /* 0.425 squared */
#define TAIL_SHIFT    1.6
#define FAR_TAIL      5.0
#define ONE_SQRT_2PI  0.39894228040143267794

#define SERIES_REACH    3.0 /* |z| up to which Marsaglia's series is precise */
#define FRACTION_LEVELS 60  /* enough for every z beyond */

/* Numerator and denominator, constant terms first. */
struct quotient {
    double over[8];
    double under[8];
};

static const struct quotient CENTRAL = {
    {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
     1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
     3.3430575583588128105e4, 2.5090809287301226727e3},
    {1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
     2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
     5.2264952788528545610e3},
};

static const struct quotient TAIL = {
    {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
     3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
     2.27238449892691845833e-2, 7.74545014278341407640e-4},
    {1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
     1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
     1.05075007164441684324e-9},
};

static const struct quotient FARTHER = {
    {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
     2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
     2.71155556874348757815e-5, 2.01033439929228813265e-7},
    {1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
     7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
     2.04426310338993978564e-15},
};

static double polynomial(const double coefficients[8], double x)
{
    double sum = coefficients[7];
    for (int i = 6; i >= 0; i--)
        sum = sum * x + coefficients[i];
    return sum;
}

static double evaluate(const struct quotient *quotient, double x)
{
    return polynomial(quotient->over, x) / polynomial(quotient->under, x);
}

/* The z > 0 above which `share` (at most 0.075) lies. */
static double tail_quantile(double share)
{
    double r = exact_sqrt(-exact_ln(share));
    return r <= FAR_TAIL ? evaluate(&TAIL, r - TAIL_SHIFT) : evaluate(&FARTHER, r - FAR_TAIL);
}

double normal_quantile(uint64_t bits)
{
    bool is_upper = bits >= MIDDLE;
    uint64_t steps = is_upper ? bits - MIDDLE : MIDDLE - 1 - bits; /* from the middle */
    double distance = ((double)(int64_t)steps + 0.5) * 0x1p-64;
    double z;
    if (distance <= CENTRAL_REACH) {
        z = distance * evaluate(&CENTRAL, CENTRAL_SHIFT - distance * distance);
    } else {
        uint64_t beyond = MIDDLE - 1 - steps; /* words that lie farther out */
        z = tail_quantile(((double)(int64_t)beyond + 0.5) * 0x1p-64);
    }
    return is_upper ? z : -z;
}

double normal_density(double z)
{
    return ONE_SQRT_2PI * exact_exp(-0.5 * z * z);
}

/* Marsaglia (2004): share - 1/2 = density * (z + z^3/3 + z^5/(3*5) + ...). All terms
 * have one sign, so the sum loses nothing; near the middle that is all there is. */
static double share_near_middle(double z)
{
    double term = z;
    double sum = z;
    double previous = 0;
    for (double odd = 3; sum != previous; odd += 2) {
        previous = sum;
        term *= z * z / odd;
        sum += term;
    }
    return 0.5 + sum * normal_density(z);
}

/* Laplace: the share beyond z > 0 is density / (z + 1/(z + 2/(z + 3/(z + ...)))). */
static double share_beyond(double z)
{
    double fraction = z;
    for (int level = FRACTION_LEVELS; level > 0; level--)
        fraction = z + level / fraction;
    return normal_density(z) / fraction;
}

double normal_share_below(double z)
{
    if (z < -SERIES_REACH)
        return share_beyond(-z);
    if (z > SERIES_REACH)
        return 1 - share_beyond(z);
    return share_near_middle(z);
}

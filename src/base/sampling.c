/*
 * sampling.c: one draw from a distribution, by inversion.
 *
 *     64 bits --> quantile --> draw of the kind --> shift, clamp --> nanoseconds
 *
 * Each kind has a formula for its quantile, and all but one use it as it stands. The
 * upper tail is where the long times are, so formulas take the share *above* the
 * draw, counted from the all-ones word: there the doubles near 0 have room for every
 * one of the 2^64 words, where those near 1 have lost eleven bits.
 *
 * A mixture needs two decisions from one word: which part, and where in the part.
 * The second word is derived from the first by a bijection, so it is as uniform as
 * the first and as reproducible.
 *
 * Read next: sampling_facts.c, which knows means and quantiles without drawing.
 */
#include "base/sampling.h"

#include "base/exactmath.h"
#include "base/mix.h"
#include "base/normal.h"

#ifdef __clang__
#pragma STDC FP_CONTRACT OFF /* gcc contracts nothing under -std=c11 */
#endif

#define P99_OF_NORMAL 2.3263478740408411 /* z of the 99th percentile */
#define PART_BITS     UINT64_C(0x452821e638d01377)

/* ---- Making one ---- */

struct distribution distribution_constant(vtime value_ns)
{
    return (struct distribution){.kind = DISTRIBUTION_CONSTANT, .constant = {value_ns}};
}

struct distribution distribution_uniform(vtime low_ns, vtime high_ns)
{
    return (struct distribution){.kind = DISTRIBUTION_UNIFORM, .uniform = {low_ns, high_ns}};
}

struct distribution distribution_exponential(vtime mean_ns)
{
    return (struct distribution){.kind = DISTRIBUTION_EXPONENTIAL, .exponential = {mean_ns}};
}

struct distribution distribution_normal(vtime mean_ns, vtime deviation_ns)
{
    return (struct distribution){.kind = DISTRIBUTION_NORMAL, .normal = {mean_ns, deviation_ns}};
}

struct distribution distribution_lognormal(vtime median_ns, uint64_t sigma_billionths)
{
    return (struct distribution){.kind = DISTRIBUTION_LOGNORMAL,
                                 .lognormal = {median_ns, sigma_billionths}};
}

struct distribution distribution_lognormal_from(vtime p50_ns, vtime p99_ns)
{
    CHECK(0 < p50_ns && p50_ns <= p99_ns && p99_ns <= DISTRIBUTION_CEILING);
    double sigma = exact_ln((double)p99_ns / (double)p50_ns) / P99_OF_NORMAL;
    return distribution_lognormal(p50_ns, (uint64_t)(sigma * 1e9 + 0.5));
}

struct distribution distribution_pareto(vtime scale_ns, uint64_t alpha_billionths)
{
    return (struct distribution){.kind = DISTRIBUTION_PARETO,
                                 .pareto = {scale_ns, alpha_billionths}};
}

struct distribution distribution_empirical(const struct quantile_point *points, uint32_t count)
{
    return (struct distribution){.kind = DISTRIBUTION_EMPIRICAL, .empirical = {points, count}};
}

struct distribution distribution_mixture(const struct mixture_part *parts, uint32_t count)
{
    return (struct distribution){.kind = DISTRIBUTION_MIXTURE, .mixture = {parts, count}};
}

/* ---- Drawing, kind by kind ---- */

/* Whole nanoseconds; the comparisons also keep the conversion defined. */
static vtime round_ns(double value_ns)
{
    if (value_ns <= 0)
        return 0;
    if (value_ns >= (double)DISTRIBUTION_CEILING)
        return DISTRIBUTION_CEILING;
    return (vtime)(int64_t)(value_ns + 0.5);
}

/* The number E of mean 1 with P(E > x) = e^-x: minus the logarithm of the share above. */
static double exponential_draw(uint64_t bits)
{
    double share_above = ((double)~bits + 0.5) * 0x1p-64;
    return -exact_ln(share_above);
}

static vtime draw_uniform(const struct distribution *d, uint64_t bits)
{
    uint64_t count = d->uniform.high_ns - d->uniform.low_ns + 1;
    return d->uniform.low_ns + mix_below(bits, count);
}

static vtime draw_exponential(const struct distribution *d, uint64_t bits)
{
    return round_ns((double)d->exponential.mean_ns * exponential_draw(bits));
}

static vtime draw_normal(const struct distribution *d, uint64_t bits)
{
    double offset_ns = (double)d->normal.deviation_ns * normal_quantile(bits);
    return round_ns((double)d->normal.mean_ns + offset_ns);
}

static vtime draw_lognormal(const struct distribution *d, uint64_t bits)
{
    double sigma = (double)d->lognormal.sigma_billionths / 1e9;
    return round_ns((double)d->lognormal.median_ns * exact_exp(sigma * normal_quantile(bits)));
}

/* x = scale * share^(-1/alpha), and -ln share is an exponential draw. */
static vtime draw_pareto(const struct distribution *d, uint64_t bits)
{
    double alpha = (double)d->pareto.alpha_billionths / 1e9;
    return round_ns((double)d->pareto.scale_ns * exact_exp(exponential_draw(bits) / alpha));
}

/* The index of the last point at or below `parts_per_billion` < 10^9. */
static uint32_t segment_find(const struct quantile_point *points, uint32_t count,
                             uint64_t parts_per_billion)
{
    uint32_t low = 0;
    uint32_t high = count - 1;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (points[middle].parts_per_billion <= parts_per_billion)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static vtime draw_empirical(const struct distribution *d, uint64_t bits)
{
    const struct quantile_point *points = d->empirical.points;
    uint128 place = (uint128)bits * UINT64_C(1000000000); /* parts per billion, times 2^64 */
    uint64_t whole = (uint64_t)(place >> 64);
    uint32_t segment = segment_find(points, d->empirical.point_count, whole);
    const struct quantile_point *from = &points[segment];
    const struct quantile_point *to = &points[segment + 1];
    /* How far into the segment, in 2^-32 parts per billion: below 2^62. */
    uint64_t into = (whole - from->parts_per_billion) << 32 | (uint64_t)place >> 32;
    double width = (double)(to->parts_per_billion - from->parts_per_billion) * 0x1p32;
    double rise_ns = (double)(to->value_ns - from->value_ns);
    return from->value_ns + round_ns(rise_ns * ((double)into / width));
}

static uint64_t total_weight(const struct distribution *d)
{
    uint64_t total = 0;
    for (uint32_t i = 0; i < d->mixture.part_count; i++)
        total += d->mixture.parts[i].weight;
    return total;
}

static vtime draw_mixture(const struct distribution *d, uint64_t bits)
{
    const struct mixture_part *part = d->mixture.parts;
    uint64_t place = mix_below(bits, total_weight(d));
    uint64_t bits_in_part = mix_bits(bits ^ PART_BITS);
    for (; place >= part->weight; part++)
        place -= part->weight;
    return sample(&part->distribution, bits_in_part);
}

static vtime draw(const struct distribution *d, uint64_t bits)
{
    switch (d->kind) {
    case DISTRIBUTION_CONSTANT: return d->constant.value_ns;
    case DISTRIBUTION_UNIFORM: return draw_uniform(d, bits);
    case DISTRIBUTION_EXPONENTIAL: return draw_exponential(d, bits);
    case DISTRIBUTION_NORMAL: return draw_normal(d, bits);
    case DISTRIBUTION_LOGNORMAL: return draw_lognormal(d, bits);
    case DISTRIBUTION_PARETO: return draw_pareto(d, bits);
    case DISTRIBUTION_EMPIRICAL: return draw_empirical(d, bits);
    case DISTRIBUTION_MIXTURE: return draw_mixture(d, bits);
    }
    bug_stop("distribution->kind", __FILE__, __LINE__, "no such kind of distribution");
}

vtime sample(const struct distribution *distribution, uint64_t bits)
{
    vtime highest = distribution->max_ns > 0 ? distribution->max_ns : DISTRIBUTION_CEILING;
    vtime value_ns = draw(distribution, bits) + distribution->shift_ns;
    if (value_ns < distribution->min_ns)
        return distribution->min_ns;
    return MIN(value_ns, highest);
}

/*
 * sampling_facts.c: what can be said about a distribution without drawing.
 *
 * Means. The clamp makes every mean a question about one function, which actuaries
 * call the limited expected value:
 *
 *     L(t) = E[min(X, t)]
 *
 *     E[clamp(X, a, b)] = a + L(b) - L(a)
 *
 * because clamp(X, a, b) = a + min(X, b) - min(X, a). Each kind has a closed form of
 * L below. A mixture's L is the weighted sum of its parts', each with its own clamp
 * inside: clamping twice is clamping once to narrower bounds.
 *
 * Quantiles. For all kinds but mixtures, sample() *is* the quantile function. And
 * because it rises with its bits, a bisection over the bits tells which share of all
 * words stays at or below a value, exactly, with no second formula that could
 * disagree with the first. A mixture's share is the weighted sum of its parts', and
 * its quantile a bisection over that.
 */
#include "base/sampling.h"

#include "base/exactmath.h"
#include "base/normal.h"

#ifdef __clang__
#pragma STDC FP_CONTRACT OFF /* gcc contracts nothing under -std=c11 */
#endif

#define BILLION UINT64_C(1000000000)

static vtime highest_value(const struct distribution *d)
{
    return d->max_ns > 0 ? d->max_ns : DISTRIBUTION_CEILING;
}

/* ---- L(t) = E[min(X, t)] for t >= 0, kind by kind ---- */

static double limited_constant(const struct distribution *d, double t)
{
    return MIN((double)d->constant.value_ns, t);
}

/* X uniform between two reals, high >= low. */
static double limited_line(double low, double high, double t)
{
    if (t <= low)
        return t;
    if (t >= high)
        return low + (high - low) / 2;
    return t - (t - low) * (t - low) / (2 * (high - low));
}

static double limited_exponential(const struct distribution *d, double t)
{
    double mean = (double)d->exponential.mean_ns;
    return mean * (1 - exact_exp(-t / mean));
}

/* For X as it is before negative draws become 0; that clamp is taken care of by the
 * lower bound of mean_of_draw. */
static double limited_normal(const struct distribution *d, double t)
{
    double mean = (double)d->normal.mean_ns;
    double deviation = (double)d->normal.deviation_ns;
    if (deviation == 0)
        return MIN(mean, t);
    double z = (t - mean) / deviation;
    double below = normal_share_below(z);
    return mean * below - deviation * normal_density(z) + t * (1 - below);
}

static double limited_lognormal(const struct distribution *d, double t)
{
    double median = (double)d->lognormal.median_ns;
    double sigma = (double)d->lognormal.sigma_billionths / 1e9;
    if (t <= 0)
        return 0;
    if (sigma == 0)
        return MIN(median, t);
    double z = exact_ln(t / median) / sigma;
    double mean = median * exact_exp(sigma * sigma / 2);
    return mean * normal_share_below(z - sigma) + t * (1 - normal_share_below(z));
}

static double limited_pareto(const struct distribution *d, double t)
{
    double scale = (double)d->pareto.scale_ns;
    double alpha = (double)d->pareto.alpha_billionths / 1e9;
    if (t <= scale)
        return t;
    if (d->pareto.alpha_billionths == BILLION)
        return scale * (1 + exact_ln(t / scale));
    return scale * (alpha - exact_pow(scale / t, alpha - 1)) / (alpha - 1);
}

static double limited_empirical(const struct distribution *d, double t)
{
    const struct quantile_point *points = d->empirical.points;
    double sum = 0;
    for (uint32_t i = 0; i + 1 < d->empirical.point_count; i++) {
        double share = (points[i + 1].parts_per_billion - points[i].parts_per_billion) / 1e9;
        sum += share * limited_line((double)points[i].value_ns, (double)points[i + 1].value_ns, t);
    }
    return sum;
}

static double limited_draw(const struct distribution *d, double t)
{
    switch (d->kind) {
    case DISTRIBUTION_CONSTANT: return limited_constant(d, t);
    case DISTRIBUTION_UNIFORM:
        return limited_line((double)d->uniform.low_ns, (double)d->uniform.high_ns, t);
    case DISTRIBUTION_EXPONENTIAL: return limited_exponential(d, t);
    case DISTRIBUTION_NORMAL: return limited_normal(d, t);
    case DISTRIBUTION_LOGNORMAL: return limited_lognormal(d, t);
    case DISTRIBUTION_PARETO: return limited_pareto(d, t);
    case DISTRIBUTION_EMPIRICAL: return limited_empirical(d, t);
    case DISTRIBUTION_MIXTURE: break; /* asked part by part, in mean_of_draw */
    }
    bug_stop("distribution->kind", __FILE__, __LINE__, "no such kind of distribution");
}

/* ---- Means ---- */

static double clamp(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

static double mean_within(const struct distribution *d, double low, double high);

/* E[clamp(draw, low, high)], 0 <= low <= high, before shift and the kind's own clamp. */
static double mean_of_draw(const struct distribution *d, double low, double high)
{
    double sum = 0;
    double total = 0;
    if (d->kind != DISTRIBUTION_MIXTURE)
        return low + (limited_draw(d, high) - limited_draw(d, low));
    for (uint32_t i = 0; i < d->mixture.part_count; i++) {
        const struct mixture_part *part = &d->mixture.parts[i];
        sum += part->weight * mean_within(&part->distribution, low, high);
        total += part->weight;
    }
    return sum / total;
}

/* E[clamp(sample, low, high)]: both clamps as one, then the shift taken off. */
static double mean_within(const struct distribution *d, double low, double high)
{
    double shift = (double)d->shift_ns;
    double narrow_low = clamp((double)d->min_ns, low, high);
    double narrow_high = clamp((double)highest_value(d), low, high);
    double draw_low = narrow_low - shift;
    double draw_high = narrow_high - shift;
    if (draw_high <= 0) /* every draw ends at the maximum */
        return narrow_high;
    return shift + mean_of_draw(d, MAX(draw_low, 0), draw_high);
}

double distribution_mean(const struct distribution *distribution)
{
    return mean_within(distribution, 0, (double)DISTRIBUTION_CEILING);
}

/* ---- Quantiles ---- */

/* The first word that belongs to this share: share * 2^64, by long division. */
static uint64_t bits_at(uint32_t parts_per_billion)
{
    if (parts_per_billion >= BILLION)
        return UINT64_MAX;
    uint64_t scaled = (uint64_t)parts_per_billion << 32;
    uint64_t upper = scaled / BILLION;
    uint64_t lower = (scaled % BILLION << 32) / BILLION;
    return upper << 32 | lower;
}

/* By bisection: how many of the 2^64 words give at most value_ns. */
static double share_of_words(const struct distribution *d, vtime value_ns)
{
    uint64_t low = 0; /* the words below `low` stay at or below the value */
    uint64_t high = UINT64_MAX;
    if (sample(d, high) <= value_ns)
        return 1;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (sample(d, middle) <= value_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return (double)low * 0x1p-64;
}

double distribution_share_up_to(const struct distribution *distribution, vtime value_ns)
{
    double sum = 0;
    double total = 0;
    if (distribution->kind != DISTRIBUTION_MIXTURE)
        return share_of_words(distribution, value_ns);
    if (value_ns < distribution->min_ns)
        return 0;
    if (value_ns >= highest_value(distribution))
        return 1;
    if (value_ns < distribution->shift_ns)
        return 0;
    for (uint32_t i = 0; i < distribution->mixture.part_count; i++) {
        const struct mixture_part *part = &distribution->mixture.parts[i];
        vtime draw_ns = value_ns - distribution->shift_ns;
        sum += part->weight * distribution_share_up_to(&part->distribution, draw_ns);
        total += part->weight;
    }
    return sum / total;
}

static vtime quantile_of_mixture(const struct distribution *d, double share)
{
    vtime low = 0;
    vtime high = DISTRIBUTION_CEILING;
    while (low < high) {
        vtime middle = low + (high - low) / 2;
        double reached = distribution_share_up_to(d, middle);
        if (reached > 0 && reached >= share)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

vtime distribution_quantile(const struct distribution *distribution, uint32_t parts_per_billion)
{
    if (distribution->kind == DISTRIBUTION_MIXTURE)
        return quantile_of_mixture(distribution, parts_per_billion / 1e9);
    return sample(distribution, bits_at(parts_per_billion));
}

/* ---- Soundness: one rule, one sentence ---- */

static bool expect(bool holds, struct text *mistake, const char *expected)
{
    if (!holds)
        text_str(mistake, expected);
    return holds;
}

static bool is_time(vtime value_ns, struct text *mistake)
{
    return expect(value_ns <= DISTRIBUTION_CEILING, mistake,
                  "expected times of at most 36 years in a distribution");
}

static bool are_bounds_sound(const struct distribution *d, struct text *mistake)
{
    return is_time(d->shift_ns, mistake) && is_time(d->min_ns, mistake) &&
           is_time(d->max_ns, mistake) &&
           expect(d->min_ns <= highest_value(d), mistake,
                  "expected a minimum that is not above the maximum");
}

static bool is_uniform_sound(const struct distribution *d, struct text *mistake)
{
    return is_time(d->uniform.high_ns, mistake) &&
           expect(d->uniform.low_ns <= d->uniform.high_ns, mistake,
                  "expected a uniform distribution's low end first, then its high end");
}

static bool is_lognormal_sound(const struct distribution *d, struct text *mistake)
{
    return is_time(d->lognormal.median_ns, mistake) &&
           expect(d->lognormal.median_ns > 0, mistake,
                  "expected a lognormal distribution's median above 0") &&
           expect(d->lognormal.sigma_billionths <= DISTRIBUTION_SIGMA_MAX, mistake,
                  "expected a lognormal distribution's sigma of at most 20");
}

static bool is_pareto_sound(const struct distribution *d, struct text *mistake)
{
    return is_time(d->pareto.scale_ns, mistake) &&
           expect(d->pareto.scale_ns > 0, mistake,
                  "expected a Pareto distribution's scale above 0") &&
           expect(d->pareto.alpha_billionths > 0, mistake,
                  "expected a Pareto distribution's alpha above 0");
}

static bool is_empirical_sound(const struct distribution *d, struct text *mistake)
{
    const struct quantile_point *points = d->empirical.points;
    uint32_t count = d->empirical.point_count;
    if (!expect(count >= 2 && count <= DISTRIBUTION_POINTS_MAX, mistake,
                "expected 2 to 4096 quantile points"))
        return false;
    for (uint32_t i = 0; i + 1 < count; i++) {
        if (!expect(points[i].parts_per_billion < points[i + 1].parts_per_billion &&
                        points[i].value_ns <= points[i + 1].value_ns,
                    mistake, "expected quantile points in rising order"))
            return false;
    }
    return is_time(points[count - 1].value_ns, mistake) &&
           expect(points[0].parts_per_billion == 0 &&
                      points[count - 1].parts_per_billion == BILLION,
                  mistake, "expected quantile points from 0% to 100%");
}

static bool is_sound(const struct distribution *d, uint32_t depth, struct text *mistake);

static bool is_mixture_sound(const struct distribution *d, uint32_t depth, struct text *mistake)
{
    uint32_t count = d->mixture.part_count;
    uint64_t total = 0;
    if (!expect(depth < DISTRIBUTION_DEPTH_MAX, mistake,
                "expected at most 4 mixtures within each other") ||
        !expect(count >= 1 && count <= DISTRIBUTION_PARTS_MAX, mistake,
                "expected 1 to 64 parts in a mixture"))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (!is_sound(&d->mixture.parts[i].distribution, depth + 1, mistake))
            return false;
        total += d->mixture.parts[i].weight;
    }
    return expect(total > 0, mistake, "expected at least one weight above 0 in a mixture");
}

static bool is_kind_sound(const struct distribution *d, uint32_t depth, struct text *mistake)
{
    switch (d->kind) {
    case DISTRIBUTION_CONSTANT: return is_time(d->constant.value_ns, mistake);
    case DISTRIBUTION_UNIFORM: return is_uniform_sound(d, mistake);
    case DISTRIBUTION_EXPONENTIAL:
        return is_time(d->exponential.mean_ns, mistake) &&
               expect(d->exponential.mean_ns > 0, mistake,
                      "expected an exponential distribution's mean above 0");
    case DISTRIBUTION_NORMAL:
        return is_time(d->normal.mean_ns, mistake) && is_time(d->normal.deviation_ns, mistake);
    case DISTRIBUTION_LOGNORMAL: return is_lognormal_sound(d, mistake);
    case DISTRIBUTION_PARETO: return is_pareto_sound(d, mistake);
    case DISTRIBUTION_EMPIRICAL: return is_empirical_sound(d, mistake);
    case DISTRIBUTION_MIXTURE: return is_mixture_sound(d, depth, mistake);
    }
    return expect(false, mistake, "expected a kind of distribution that exists");
}

static bool is_sound(const struct distribution *d, uint32_t depth, struct text *mistake)
{
    return are_bounds_sound(d, mistake) && is_kind_sound(d, depth, mistake);
}

bool distribution_is_sound(const struct distribution *distribution, struct text *mistake)
{
    return is_sound(distribution, 0, mistake);
}

/* ---- Describing ---- */

static void put_time(struct text *text, const char *before, vtime time_ns)
{
    text_str(text, before);
    text_time(text, time_ns);
}

static void put_billionths(struct text *text, const char *before, uint64_t billionths)
{
    text_str(text, before);
    text_decimal(text, billionths, 9);
}

static void describe_empirical(const struct distribution *d, struct text *text)
{
    text_str(text, "empirical, ");
    text_u64(text, d->empirical.point_count);
    put_time(text, " points from ", d->empirical.points[0].value_ns);
    put_time(text, " to ", d->empirical.points[d->empirical.point_count - 1].value_ns);
}

static void describe_mixture(const struct distribution *d, struct text *text)
{
    text_str(text, "mixture (");
    for (uint32_t i = 0; i < d->mixture.part_count; i++) {
        if (i > 0)
            text_str(text, "; ");
        text_u64(text, d->mixture.parts[i].weight);
        text_str(text, " x ");
        distribution_describe(&d->mixture.parts[i].distribution, text);
    }
    text_char(text, ')');
}

static void describe_kind(const struct distribution *d, struct text *text)
{
    switch (d->kind) {
    case DISTRIBUTION_CONSTANT: put_time(text, "constant ", d->constant.value_ns); break;
    case DISTRIBUTION_UNIFORM:
        put_time(text, "uniform, ", d->uniform.low_ns);
        put_time(text, " to ", d->uniform.high_ns);
        break;
    case DISTRIBUTION_EXPONENTIAL:
        put_time(text, "exponential, mean ", d->exponential.mean_ns);
        break;
    case DISTRIBUTION_NORMAL:
        put_time(text, "normal, mean ", d->normal.mean_ns);
        put_time(text, ", deviation ", d->normal.deviation_ns);
        break;
    case DISTRIBUTION_LOGNORMAL:
        put_time(text, "lognormal, median ", d->lognormal.median_ns);
        put_billionths(text, ", sigma ", d->lognormal.sigma_billionths);
        break;
    case DISTRIBUTION_PARETO:
        put_time(text, "Pareto, scale ", d->pareto.scale_ns);
        put_billionths(text, ", alpha ", d->pareto.alpha_billionths);
        break;
    case DISTRIBUTION_EMPIRICAL: describe_empirical(d, text); break;
    case DISTRIBUTION_MIXTURE: describe_mixture(d, text); break;
    }
}

void distribution_describe(const struct distribution *distribution, struct text *text)
{
    describe_kind(distribution, text);
    if (distribution->shift_ns > 0)
        put_time(text, ", plus ", distribution->shift_ns);
    if (distribution->min_ns > 0)
        put_time(text, ", at least ", distribution->min_ns);
    if (distribution->max_ns > 0)
        put_time(text, ", at most ", distribution->max_ns);
}

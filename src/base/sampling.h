/*
 * sampling.h: how long things take, when that is a matter of chance.
 *
 * A distribution is immutable data, described by the numbers that a person writes
 * in a scenario. A draw is a pure function of the distribution and 64 random bits:
 *
 *     vtime service_ns = sample(&distribution, mix(seed, STREAM_SERVICE, request));
 *
 * It inverts the distribution function: the bits, read as a fraction of 2^64, say
 * which quantile to take. So a larger word never gives a shorter time (mixtures
 * apart), two distributions fed with the same bits stay comparable draw by draw,
 * and the far tail has its full resolution (the rarest word is 1 in 2^64).
 *
 * What is drawn is first moved, then confined, whatever the kind:
 *
 *     sample = clamp(shift_ns + draw, min_ns, max_ns)     max_ns 0: no maximum
 *
 * and never exceeds DISTRIBUTION_CEILING, so that adding it to an instant cannot
 * overflow. Draws are rounded to whole nanoseconds. A clamped draw keeps its place
 * at the bound (nothing is drawn again), so quantiles inside the bounds are the
 * unclamped ones. The same rule serves the normal distribution, which reaches below
 * zero: a negative draw is 0.
 *
 * Parameters are integers, so that they are read, printed and hashed exactly. The
 * arithmetic uses double with the basic operations only (exactmath.h).
 *
 * The struct may point to arrays of its creator (quantile points, mixture parts),
 * which must outlive it: it belongs to the scenario, not into a region.
 */
#ifndef BASE_SAMPLING_H
#define BASE_SAMPLING_H

#include "base/text.h"

#define DISTRIBUTION_CEILING    (UINT64_C(1) << 60) /* 36.5 years */
#define DISTRIBUTION_SIGMA_MAX  UINT64_C(20000000000)
#define DISTRIBUTION_DEPTH_MAX  4 /* mixtures within mixtures */
#define DISTRIBUTION_PARTS_MAX  64
#define DISTRIBUTION_POINTS_MAX 4096

enum distribution_kind {
    DISTRIBUTION_CONSTANT,
    DISTRIBUTION_UNIFORM,
    DISTRIBUTION_EXPONENTIAL,
    DISTRIBUTION_NORMAL,
    DISTRIBUTION_LOGNORMAL,
    DISTRIBUTION_PARETO,
    DISTRIBUTION_EMPIRICAL,
    DISTRIBUTION_MIXTURE,
};

/* A measured quantile: this share of all draws takes at most this long. */
struct quantile_point {
    uint32_t parts_per_billion;
    vtime value_ns;
};

struct mixture_part;

struct distribution {
    enum distribution_kind kind;
    union {
        struct {
            vtime value_ns;
        } constant;
        struct { /* both ends included */
            vtime low_ns;
            vtime high_ns;
        } uniform;
        struct {
            vtime mean_ns;
        } exponential;
        struct { /* mean and deviation before negative draws become 0 */
            vtime mean_ns;
            vtime deviation_ns;
        } normal;
        struct { /* median * e^(sigma z), z standard normal */
            vtime median_ns;
            uint64_t sigma_billionths;
        } lognormal;
        struct { /* P(draw > x) = (scale / x)^alpha, for x >= scale */
            vtime scale_ns;
            uint64_t alpha_billionths;
        } pareto;
        struct { /* straight lines between points that reach from 0 to 10^9 ppb */
            const struct quantile_point *points;
            uint32_t point_count;
        } empirical;
        struct { /* each part in proportion to its weight */
            const struct mixture_part *parts;
            uint32_t part_count;
        } mixture;
    };
    vtime shift_ns;
    vtime min_ns;
    vtime max_ns; /* 0: none */
};

struct mixture_part {
    uint32_t weight;
    struct distribution distribution;
};

/* ---- Making one. Shift, minimum and maximum are 0; set them afterwards. ---- */

struct distribution distribution_constant(vtime value_ns);
struct distribution distribution_uniform(vtime low_ns, vtime high_ns);
struct distribution distribution_exponential(vtime mean_ns);
struct distribution distribution_normal(vtime mean_ns, vtime deviation_ns);
struct distribution distribution_lognormal(vtime median_ns, uint64_t sigma_billionths);
struct distribution distribution_pareto(vtime scale_ns, uint64_t alpha_billionths);
struct distribution distribution_empirical(const struct quantile_point *points, uint32_t count);
struct distribution distribution_mixture(const struct mixture_part *parts, uint32_t count);

/* The lognormal whose median and 99th percentile were measured; 0 < p50 <= p99. */
struct distribution distribution_lognormal_from(vtime p50_ns, vtime p99_ns);

/* Whether sample() may be called. If not, adds one sentence that says what was
 * expected to `mistake`. Whoever reads distributions from people calls this once. */
bool distribution_is_sound(const struct distribution *distribution, struct text *mistake);

/* ---- Drawing ---- */

/* The draw that these 64 random bits stand for; the distribution must be sound. */
vtime sample(const struct distribution *distribution, uint64_t bits);

/* ---- Knowing (for tests and reports; not fast) ---- */

/* The mean of sample() in nanoseconds, in closed form, bounds included, to six
 * digits or (nearly always) many more. The ceiling counts as a bound, so a Pareto
 * distribution with alpha <= 1 and no maximum has a mean too: a large one that no run
 * will ever see. */
double distribution_mean(const struct distribution *distribution);

/* The value that this share of all draws does not exceed. */
vtime distribution_quantile(const struct distribution *distribution, uint32_t parts_per_billion);

/* The share (0..1) of all draws that do not exceed value_ns. */
double distribution_share_up_to(const struct distribution *distribution, vtime value_ns);

/* "exponential, mean 2 ms, at most 50 ms" */
void distribution_describe(const struct distribution *distribution, struct text *text);

#endif

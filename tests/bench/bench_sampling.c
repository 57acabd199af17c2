/*
 * bench_sampling.c: nanoseconds per draw, kind by kind. A measurement, not a test: it
 * tells the best of ten batches in processor time, to be right on a busy machine too.
 *
 *     cc -std=gnu11 -O2 -ffp-contract=off -Isrc tests/bench/bench_sampling.c \
 *        src/base/{sampling,sampling_facts,normal,exactmath,zipf,text,bug}.c -o bench && ./bench
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mix.h"
#include "base/sampling.h"
#include "base/zipf.h"

#define DRAW_COUNT  1000000
#define BATCH_COUNT 10

static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static double batch(const struct distribution *distribution, uint64_t *sum)
{
    double start = now_ns();
    for (uint64_t i = 0; i < DRAW_COUNT; i++)
        *sum += sample(distribution, mix_bits(i));
    return (now_ns() - start) / DRAW_COUNT;
}

static double batch_zipf(const struct zipf *zipf, uint64_t *sum)
{
    double start = now_ns();
    for (uint64_t i = 0; i < DRAW_COUNT; i++)
        *sum += zipf_rank(zipf, mix_bits(i));
    return (now_ns() - start) / DRAW_COUNT;
}

/* The sum is told so that no compiler can leave the draws out. */
static void tell(double per_draw_ns, const char *name, uint64_t sum)
{
    printf("%6.1f ns  %s (%llx)\n", per_draw_ns, name, (unsigned long long)sum);
}

static void measure(const struct distribution *distribution)
{
    char buffer[200];
    struct text name;
    uint64_t sum = 0;
    double best = batch(distribution, &sum);
    for (int i = 1; i < BATCH_COUNT; i++) {
        double next = batch(distribution, &sum);
        best = MIN(best, next);
    }
    text_init(&name, buffer, sizeof buffer);
    distribution_describe(distribution, &name);
    tell(best, buffer, sum);
}

static void measure_zipf(uint32_t count)
{
    char name[80];
    uint64_t *memory = malloc(count * sizeof *memory);
    double start = now_ns();
    struct zipf zipf = zipf_build(memory, count, 990000000);
    double build_ms = (now_ns() - start) / 1e6;
    uint64_t sum = 0;
    double best = batch_zipf(&zipf, &sum);
    for (int i = 1; i < BATCH_COUNT; i++) {
        double next = batch_zipf(&zipf, &sum);
        best = MIN(best, next);
    }
    snprintf(name, sizeof name, "Zipf over %u, built in %.1f ms", count, build_ms);
    tell(best, name, sum);
    free(memory);
}

int main(void)
{
    static const struct quantile_point POINTS[] = {
        {0, 1 * MILLISECOND},          {500000000, 2 * MILLISECOND},   {900000000, 5 * MILLISECOND},
        {990000000, 20 * MILLISECOND}, {1000000000, 80 * MILLISECOND},
    };
    struct mixture_part parts[] = {
        {99, distribution_exponential(2 * MILLISECOND)},
        {1, distribution_constant(100 * MILLISECOND)},
    };
    struct distribution all[] = {
        distribution_constant(2 * MILLISECOND),
        distribution_uniform(1 * MILLISECOND, 3 * MILLISECOND),
        distribution_exponential(2 * MILLISECOND),
        distribution_normal(2 * MILLISECOND, 500 * MICROSECOND),
        distribution_lognormal(2 * MILLISECOND, 500000000),
        distribution_pareto(1 * MILLISECOND, 1500000000),
        distribution_empirical(POINTS, ARRAY_LEN(POINTS)),
        distribution_mixture(parts, ARRAY_LEN(parts)),
    };
    for (uint32_t i = 0; i < ARRAY_LEN(all); i++)
        measure(&all[i]);
    measure_zipf(1000);
    measure_zipf(100000);
    measure_zipf(1000000);
    return 0;
}

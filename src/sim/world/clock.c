/*
 * clock.c: piecewise linear clocks in whole numbers.
 */
#include "sim/world/clock.h"

#include "sim/world/scenario.h"

#define BILLION INT64_C(1000000000)

/* span * numerator / denominator without overflow, rounded down. */
static uint64_t scale(uint64_t span, uint64_t numerator, uint64_t denominator)
{
    return (uint64_t)((uint128)span * numerator / denominator);
}

static uint64_t scale_up(uint64_t span, uint64_t numerator, uint64_t denominator)
{
    return (uint64_t)(((uint128)span * numerator + denominator - 1) / denominator);
}

void clock_init(struct clock *clock, const struct clock_config *config)
{
    *clock = (struct clock){.drift_ppb = config->drift_ppb,
                            .offset_ns = config->offset_ns,
                            .granularity_ns = MAX(config->granularity_ns, 1)};
}

uint64_t clock_monotonic_ns(const struct clock *clock, vtime now)
{
    uint64_t elapsed = now - clock->since;
    if (clock->drift_ppb == 0)
        return clock->monotonic_base + elapsed;
    return clock->monotonic_base + scale(elapsed, (uint64_t)(BILLION + clock->drift_ppb), BILLION);
}

int64_t clock_wall_ns(const struct clock *clock, vtime now)
{
    if (clock->frozen_ns != 0)
        return clock->frozen_ns;
    int64_t exact = CLOCK_EPOCH_NS + (int64_t)clock_monotonic_ns(clock, now) + clock->offset_ns;
    int64_t granularity = (int64_t)clock->granularity_ns;
    return exact - exact % granularity;
}

vtime clock_true_span(const struct clock *clock, uint64_t span_ns)
{
    if (clock->drift_ppb == 0)
        return span_ns;
    /* rounded up: a timer may be late by its own clock, never early */
    return scale_up(span_ns, BILLION, (uint64_t)(BILLION + clock->drift_ppb));
}

void clock_jump(struct clock *clock, int64_t amount_ns)
{
    clock->offset_ns += amount_ns;
}

void clock_freeze(struct clock *clock, vtime now)
{
    clock->frozen_ns = clock_wall_ns(clock, now);
}

void clock_thaw(struct clock *clock)
{
    clock->frozen_ns = 0;
}

void clock_set_drift(struct clock *clock, vtime now, int64_t drift_ppb)
{
    clock->monotonic_base = clock_monotonic_ns(clock, now);
    clock->since = now;
    clock->drift_ppb = drift_ppb;
}

int64_t clock_offset_ns(const struct clock *clock, vtime now)
{
    if (clock->frozen_ns != 0)
        return clock->frozen_ns - CLOCK_EPOCH_NS - (int64_t)now;
    return (int64_t)(clock_monotonic_ns(clock, now) - now) + clock->offset_ns;
}

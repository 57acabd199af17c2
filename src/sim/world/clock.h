/*
 * clock.h: the two clocks of a simulated machine, as wrong as real ones.
 *
 *   monotonic  never goes back; runs fast or slow by `drift_ppb`
 *   wall       the monotonic clock plus an offset, cut to its granularity; may
 *              jump either way when an operator or a time service sets it
 *
 * True time is the world's virtual time; nobody inside the world can read it.
 * Both clocks are piecewise linear in it, with exact integer arithmetic.
 */
#ifndef SIM_CLOCK_H
#define SIM_CLOCK_H

#include "base/base.h"

/* True time 0 of every run: 2026-01-01T00:00:00Z in nanoseconds since 1970. */
#define CLOCK_EPOCH_NS INT64_C(1767225600000000000)

struct clock_config;

struct clock {
    vtime since;             /* when the drift was last set */
    uint64_t monotonic_base; /* what the monotonic clock showed then */
    int64_t drift_ppb;
    int64_t offset_ns; /* wall minus (epoch + monotonic) */
    uint64_t granularity_ns;
    int64_t frozen_ns; /* what the wall clock shows while it stands still; 0: it runs */
};

void clock_init(struct clock *clock, const struct clock_config *config);
uint64_t clock_monotonic_ns(const struct clock *clock, vtime now);
int64_t clock_wall_ns(const struct clock *clock, vtime now);

/* Wall clock minus true time, granularity aside. */
int64_t clock_offset_ns(const struct clock *clock, vtime now);

/* True nanoseconds until the monotonic clock has advanced by at least `span_ns`. */
vtime clock_true_span(const struct clock *clock, uint64_t span_ns);

void clock_jump(struct clock *clock, int64_t amount_ns);
/* The wall clock stands still, and then shows the time that it would show without that. */
void clock_freeze(struct clock *clock, vtime now);
void clock_thaw(struct clock *clock);
void clock_set_drift(struct clock *clock, vtime now, int64_t drift_ppb);

#endif

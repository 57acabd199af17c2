/*
 * phi.h: how unlikely it is that a silence still ends, as one number.
 *
 * phi accrual (Hayashibara, Defago, Yared, Katayama 2004): from the intervals at which a peer
 * was heard of, the chance is computed that the next sign of life comes later than now, and
 *
 *     phi(t) = -log10 of that chance,     t: silence so far
 *
 * so phi 1 is a mistake in ten, phi 8 one in a hundred million, if the model is right.
 * Two models:
 *
 *   exponential (Cassandra, FailureDetector.java)     phi = t / (mean * ln 10)
 *   normal (Akka, PhiAccrualFailureDetector.scala)    y = (t - mean - pause) / sd
 *           e = exp(-y (1.5976 + 0.070566 y y))       phi = -log10(e / (1 + e))
 *
 * The normal one uses the logistic approximation of the normal distribution. With a = y (1.5976 +
 * 0.070566 y y) it is phi = (a + ln(1 + exp(-a))) / ln 10, which holds on both sides of the mean
 * and never runs out of small numbers.
 *
 * phi only grows with t. So nobody needs to compute it to decide: whatever changes the window
 * also changes the silence at which phi reaches the threshold, and that one is kept.
 *
 * This file and phi.c use double with the basic operations and base/exactmath.h; no libm. What
 * is kept between samples are whole microseconds, so no rounding error ever accumulates.
 */
#ifndef DB_PHI_H
#define DB_PHI_H

#include "db/env.h"
#include "db/detect/detect_config.h"

/* What is known of one peer's signs of life. */
struct phi_window {
    uint64_t last_ns;      /* monotonic clock: last sign of life, or when listening began */
    uint64_t limit_ns;     /* derived: a longer silence is above the threshold */
    uint64_t sum_us;       /* derived: of the intervals */
    uint64_t squares_us;   /* derived: of their squares; below 2^64 by PHI_INTERVAL_MAX_NS */
    uint32_t *intervals_us; /* a ring of `capacity`, of which `count` are filled */
    uint32_t count;
    uint32_t next; /* where the next one goes */
    uint32_t capacity;
    uint32_t is_heard; /* 0 until the first sign of life */
};

/* phi of a silence. t, mean, deviation and pause in one unit; mean and deviation above 0. */
double phi_exponential(double t, double mean);
double phi_normal(double t, double mean, double deviation, double pause);

/* The silence at which phi is `threshold` (above 0): the inverse of these. */
double phi_exponential_limit(double threshold, double mean);
double phi_normal_limit(double threshold, double mean, double deviation, double pause);

/* How many deviations above the mean phi_normal reaches the threshold. */
double phi_normal_deviations(double threshold);

/* Begin to listen, at `now`: a peer that is never heard of is silent from here on, and its limit is
 * `patience_ns` until its first sign of life. */
void phi_begin(struct phi_window *window, uint64_t now_ns, uint64_t patience_ns);

/* A sign of life. The first one fills the window with what is expected: half of `expected_ns`
 * (exponential), or its 3/4 and 5/4 (normal). After that each interval counts that is at most
 * interval_max_ns, but not the one that ended an unavailability (normal; Akka). */
void phi_hear(struct phi_window *window, struct env *env, const struct phi_config *config,
              double deviations, uint64_t now_ns, uint64_t expected_ns, bool was_down);

/* phi at this moment, in thousandths, saturating; for watching. */
uint32_t phi_milli(const struct phi_window *window, const struct phi_config *config,
                   uint64_t now_ns);

/* Of the window, in microseconds; for watching. 0 when it is empty. */
double phi_mean_us(const struct phi_window *window);
double phi_deviation_us(const struct phi_window *window, const struct phi_config *config);

#endif

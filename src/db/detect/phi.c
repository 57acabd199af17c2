/*
 * phi.c: the window of intervals, and the two models. Formulas and sources: phi.h.
 */
#include "db/detect/phi.h"

#include "base/exactmath.h"

#define LN_10       2.302585092994045684
#define LOGISTIC_1  1.5976
#define LOGISTIC_3  0.070566
#define PHI_MILLI_MAX 1000000u

/* --- the models ------------------------------------------------------------------------------ */

double phi_exponential(double t, double mean)
{
    return t / (mean * LN_10);
}

double phi_exponential_limit(double threshold, double mean)
{
    return threshold * LN_10 * mean;
}

/* -log10 of the chance to be more than y deviations late. */
static double phi_of_deviations(double y)
{
    double a = y * (LOGISTIC_1 + LOGISTIC_3 * y * y);
    if (a < -700)
        return 0; /* exp(-a) is no double any more, and phi far below its last place */
    return (a + exact_ln(1 + exact_exp(-a))) / LN_10;
}

double phi_normal(double t, double mean, double deviation, double pause)
{
    return phi_of_deviations((t - mean - pause) / deviation);
}

/* phi grows with y, so halving finds it; below the mean phi is less than log10 2. */
double phi_normal_deviations(double threshold)
{
    double low = -16, high = 16;
    while (phi_of_deviations(high) < threshold)
        high *= 2;
    for (int i = 0; i < 80; i++) {
        double middle = (low + high) / 2;
        if (phi_of_deviations(middle) < threshold)
            low = middle;
        else
            high = middle;
    }
    return high;
}

double phi_normal_limit(double threshold, double mean, double deviation, double pause)
{
    return mean + pause + deviation * phi_normal_deviations(threshold);
}

/* --- the window ------------------------------------------------------------------------------ */

double phi_mean_us(const struct phi_window *window)
{
    return window->count ? (double)window->sum_us / window->count : 0;
}

static double as_double(uint128 number)
{
    return (double)(uint64_t)(number >> 64) * 0x1p64 + (double)(uint64_t)number;
}

double phi_deviation_us(const struct phi_window *window, const struct phi_config *config)
{
    double least = (double)config->deviation_min_ns / 1000;
    if (window->count == 0)
        return least;
    /* count^2 times the variance, exactly: a difference of two large numbers */
    uint128 many = (uint128)window->squares_us * window->count;
    uint128 square = (uint128)window->sum_us * window->sum_us;
    double variance = as_double(many - square) / ((double)window->count * window->count);
    double deviation = exact_sqrt(variance);
    return MAX(deviation, least);
}

static void make_room(struct phi_window *window, struct env *env, const struct phi_config *config)
{
    if (window->count < window->capacity || window->capacity >= config->window)
        return;
    window->capacity = MIN(MAX(2 * window->capacity, 8u), config->window);
    window->intervals_us = env_reallocate(env, window->intervals_us,
                                          window->capacity * sizeof *window->intervals_us);
    window->next = window->count;
}

static void add(struct phi_window *window, struct env *env, const struct phi_config *config,
                uint64_t interval_ns)
{
    uint32_t interval = (uint32_t)MAX(interval_ns / 1000, 1);
    make_room(window, env, config);
    if (window->next == window->capacity)
        window->next = 0;
    if (window->count == window->capacity) { /* the oldest one goes */
        uint64_t oldest = window->intervals_us[window->next];
        window->sum_us -= oldest;
        window->squares_us -= oldest * oldest;
        window->count--;
    }
    window->intervals_us[window->next++] = interval;
    window->sum_us += interval;
    window->squares_us += (uint64_t)interval * interval;
    window->count++;
}

static void find_limit(struct phi_window *window, const struct phi_config *config,
                       double deviations)
{
    double limit_us;
    if (config->form == PHI_EXPONENTIAL)
        limit_us = phi_exponential_limit((double)config->threshold_milli / 1000,
                                         phi_mean_us(window));
    else
        limit_us = phi_mean_us(window) + (double)config->pause_ns / 1000 +
                   deviations * phi_deviation_us(window, config);
    window->limit_ns = (uint64_t)(limit_us * 1000);
}

void phi_begin(struct phi_window *window, uint64_t now_ns, uint64_t patience_ns)
{
    window->last_ns = now_ns;
    window->limit_ns = patience_ns;
}

void phi_hear(struct phi_window *window, struct env *env, const struct phi_config *config,
              double deviations, uint64_t now_ns, uint64_t expected_ns, bool was_down)
{
    uint64_t interval = now_ns - MIN(window->last_ns, now_ns);
    bool is_first = !window->is_heard;
    window->last_ns = now_ns;
    window->is_heard = true;
    if (is_first && config->form == PHI_EXPONENTIAL) {
        add(window, env, config, expected_ns / 2);
    } else if (is_first) {
        add(window, env, config, expected_ns - expected_ns / 4);
        add(window, env, config, expected_ns + expected_ns / 4);
    } else if (interval <= config->interval_max_ns &&
               !(was_down && config->form == PHI_NORMAL)) {
        add(window, env, config, interval);
    } else {
        return; /* no sample: the limit stays */
    }
    find_limit(window, config, deviations);
}

uint32_t phi_milli(const struct phi_window *window, const struct phi_config *config,
                   uint64_t now_ns)
{
    double t = (double)(now_ns - MIN(window->last_ns, now_ns)) / 1000;
    if (window->count == 0)
        return 0;
    double mean = phi_mean_us(window);
    double phi = config->form == PHI_EXPONENTIAL
                     ? phi_exponential(t, mean)
                     : phi_normal(t, mean, phi_deviation_us(window, config),
                                  (double)config->pause_ns / 1000);
    double milli = phi * 1000;
    return milli < PHI_MILLI_MAX ? (uint32_t)milli : PHI_MILLI_MAX;
}

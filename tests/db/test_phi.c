/*
 * test_phi.c: the number that says how unlikely a silence is, against published values.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "base/region.h"
#include "db/config.h"
#include "db/detect/phi.h"

#define MS UINT64_C(1000000)

static struct region region;
static struct heap *heap;
static struct env env;

static int open_region(void **state)
{
    (void)state;
    const char *why = NULL;
    assert_true(region_open(&region, UINT64_C(1) << 26, NULL, &why));
    heap = region_create_root(&region, sizeof *heap);
    heap_init(heap, region.header);
    env.memory = heap;
    return 0;
}

static int close_region(void **state)
{
    (void)state;
    region_close(&region);
    return 0;
}

static struct phi_config config_of(uint8_t form, uint32_t window)
{
    return (struct phi_config){.form = form,
                               .threshold_milli = 8000,
                               .window = window,
                               .interval_max_ns = 10000 * MS,
                               .deviation_min_ns = MS};
}

static void assert_near(double found, double expected, double within)
{
    if (fabs(found - expected) > within)
        fail_msg("found %.9g, expected %.9g", found, expected);
}

/* --- the models ---------------------------------------------------------------------------- */

/* Mean 1000 ms, deviation 100 ms, no pause: to the four digits of the published values. */
static void the_normal_form_has_the_published_values(void **state)
{
    (void)state;
    static const double table[][2] = {{1, 1128.2}, {3, 1305.9}, {8, 1522.6}, {12, 1629.2}};
    for (size_t i = 0; i < 4; i++) {
        assert_near(phi_normal_limit(table[i][0], 1000, 100, 0), table[i][1], 0.05);
        assert_near(phi_normal(phi_normal_limit(table[i][0], 1000, 100, 0), 1000, 100, 0),
                    table[i][0], 1e-9);
    }
    assert_near(phi_normal(1000, 1000, 100, 0), 0.30103, 1e-5); /* one half */
    assert_near(phi_normal(4000, 1000, 100, 3000), 0.30103, 1e-5);
}

static void the_exponential_form_convicts_after_so_many_means(void **state)
{
    (void)state;
    assert_near(phi_exponential_limit(8, 1), 18.42, 0.005);
    assert_near(phi_exponential_limit(5, 1), 11.51, 0.005);
    assert_near(phi_exponential_limit(12, 1), 27.63, 0.005);
    assert_near(phi_exponential(18.420680743952367, 1), 8, 1e-12);
}

/* As Akka writes it, with libm, on both sides of the mean. */
static double akka(double t, double mean, double deviation)
{
    double y = (t - mean) / deviation;
    double e = exp(-y * (1.5976 + 0.070566 * y * y));
    return t > mean ? -log10(e / (1 + e)) : -log10(1 - 1 / (1 + e));
}

static void one_formula_does_for_both_sides_of_the_mean(void **state)
{
    (void)state;
    for (double t = 600; t < 2000; t += 0.7)
        assert_near(phi_normal(t, 1000, 100, 0), akka(t, 1000, 100),
                    1e-7 * (1 + akka(t, 1000, 100)));
    assert_near(phi_normal(0, 1000, 1, 0), 0, 0);         /* where Akka's e is infinite */
    assert_true(phi_normal(1e6, 1000, 1, 0) > 1000000.0); /* where it is 0 */
}

/* --- the window ------------------------------------------------------------------------------ */

static void hear(struct phi_window *window, const struct phi_config *config, uint64_t at_ms)
{
    phi_hear(window, &env, config, phi_normal_deviations((double)config->threshold_milli / 1000),
             at_ms * MS, 1000 * MS, false);
}

static void the_first_sample_is_half_the_interval(void **state)
{
    (void)state;
    struct phi_config config = config_of(PHI_EXPONENTIAL, 1000);
    struct phi_window window = {0};
    phi_begin(&window, 0, 4000 * MS);
    assert_int_equal(window.limit_ns, 4000 * MS);
    hear(&window, &config, 700);
    assert_int_equal(window.count, 1);
    assert_near(phi_mean_us(&window), 500000, 0);
    assert_near((double)window.limit_ns, 18.420680743952367 * 500e6, 1000);
}

static void the_normal_window_begins_with_a_guess_of_mean_and_deviation(void **state)
{
    (void)state;
    struct phi_config config = config_of(PHI_NORMAL, 1000);
    struct phi_window window = {0};
    phi_begin(&window, 0, 4000 * MS);
    hear(&window, &config, 700);
    assert_near(phi_mean_us(&window), 1000000, 0);
    assert_near(phi_deviation_us(&window, &config), 250000, 1e-3);
}

/* 990, 1010, 990, ... twice round the ring: exact sums, whatever was pushed out. */
static void the_window_forgets_the_oldest(void **state)
{
    (void)state;
    struct phi_config config = config_of(PHI_NORMAL, 10);
    struct phi_window window = {0};
    uint64_t at = 1000;
    phi_begin(&window, 0, 4000 * MS);
    hear(&window, &config, at);
    for (uint32_t i = 0; i < 35; i++)
        hear(&window, &config, at += i < 15 ? 5000 : i % 2 ? 990 : 1010);
    assert_int_equal(window.count, 10);
    assert_int_equal(window.capacity, 10);
    assert_near(phi_mean_us(&window), 1000000, 0);
    assert_near(phi_deviation_us(&window, &config), 10000, 1e-6);
    assert_int_equal(phi_milli(&window, &config, (at + 1000) * MS), 301);
}

static void an_interval_above_the_limit_is_no_sample(void **state)
{
    (void)state;
    struct phi_config config = config_of(PHI_EXPONENTIAL, 1000);
    struct phi_window window = {0};
    phi_begin(&window, 0, 4000 * MS);
    hear(&window, &config, 1000);
    hear(&window, &config, 12000); /* 11 s */
    assert_int_equal(window.count, 1);
    hear(&window, &config, 13000); /* but it was heard of then */
    assert_int_equal(window.count, 2);
    assert_near(phi_mean_us(&window), 750000, 0);
}

static void the_interval_that_ends_an_unavailability_is_no_sample_of_the_normal_form(void **state)
{
    (void)state;
    struct phi_config config = config_of(PHI_NORMAL, 1000);
    struct phi_window window = {0};
    phi_begin(&window, 0, 4000 * MS);
    hear(&window, &config, 1000);
    phi_hear(&window, &env, &config, 5, 6000 * MS, 1000 * MS, true);
    assert_int_equal(window.count, 2); /* the two guesses */
    phi_hear(&window, &env, &config, 5, 7000 * MS, 1000 * MS, false);
    assert_int_equal(window.count, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_normal_form_has_the_published_values),
        cmocka_unit_test(the_exponential_form_convicts_after_so_many_means),
        cmocka_unit_test(one_formula_does_for_both_sides_of_the_mean),
        cmocka_unit_test(the_first_sample_is_half_the_interval),
        cmocka_unit_test(the_normal_window_begins_with_a_guess_of_mean_and_deviation),
        cmocka_unit_test(the_window_forgets_the_oldest),
        cmocka_unit_test(an_interval_above_the_limit_is_no_sample),
        cmocka_unit_test(
            the_interval_that_ends_an_unavailability_is_no_sample_of_the_normal_form),
    };
    return cmocka_run_group_tests(tests, open_region, close_region);
}

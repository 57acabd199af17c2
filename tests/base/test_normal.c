/* test_normal.c: the bell curve of normal.h against libm's error function. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "base/mix.h"
#include "base/normal.h"

#define ROUND_COUNT 300000

static long double share_below(double z)
{
    return 0.5L * erfcl(-(long double)z / sqrtl(2));
}

/* Any word of the lower half, all magnitudes alike. */
static uint64_t any_lower_word(uint64_t i)
{
    return mix(1, 1, i) >> (1 + i % 63);
}

static void the_quantile_inverts_the_share(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < ROUND_COUNT; i++) {
        uint64_t bits = any_lower_word(i);
        double z = normal_quantile(bits);
        long double share = ((long double)bits + 0.5L) * 0x1p-64L;
        long double slope = expl(-0.5L * z * z) / sqrtl(2 * 3.14159265358979323846L);
        if (z > -1e-4) /* so near the middle, long double is no better than double */
            continue;
        assert_true(fabsl((share_below(z) - share) / slope / z) < 1e-15L);
    }
}

static void the_quantile_is_antisymmetric_to_the_last_bit(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < ROUND_COUNT; i++) {
        uint64_t bits = any_lower_word(i);
        assert_true(normal_quantile(~bits) == -normal_quantile(bits));
    }
}

static void the_ends_and_the_middle(void **state)
{
    (void)state;
    assert_true(fabs(normal_quantile(0) + 9.1552936) < 1e-6);
    assert_true(normal_quantile(UINT64_C(1) << 63) > 0);
    assert_true(normal_quantile(UINT64_C(1) << 63) < 1e-19);
    assert_true(fabs(normal_quantile(UINT64_MAX / 100 * 99) - 2.3263478740408411) < 1e-12);
}

static void the_quantile_rises(void **state)
{
    (void)state;
    double previous = normal_quantile(0);
    for (uint64_t step = 1; step < ROUND_COUNT; step++) {
        double z = normal_quantile(step * (UINT64_MAX / ROUND_COUNT));
        assert_true(z > previous);
        previous = z;
    }
}

static void the_share_is_right_in_both_tails(void **state)
{
    (void)state;
    for (int i = -3700; i <= 3700; i++) {
        double z = i / 100.0;
        long double error = normal_share_below(z) - share_below(z);
        assert_true(fabsl(error / share_below(z)) < 1e-12L);
    }
    assert_true(normal_share_below(0) == 0.5);
    assert_true(normal_share_below(-1e9) == 0);
    assert_true(normal_share_below(1e9) == 1);
}

static void the_density_is_the_bell(void **state)
{
    (void)state;
    assert_true(fabs(normal_density(0) - 0.3989422804014327) < 1e-16);
    assert_true(fabs(normal_density(1) - 0.2419707245191434) < 1e-16);
    assert_true(normal_density(-1) == normal_density(1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_quantile_inverts_the_share),
        cmocka_unit_test(the_quantile_is_antisymmetric_to_the_last_bit),
        cmocka_unit_test(the_ends_and_the_middle),
        cmocka_unit_test(the_quantile_rises),
        cmocka_unit_test(the_share_is_right_in_both_tails),
        cmocka_unit_test(the_density_is_the_bell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

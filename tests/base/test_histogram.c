/*
 * test_histogram.c: percentiles against a plain sorted list.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/histogram.h"
#include "base/mix.h"

static struct histogram histogram;

static void begin(void)
{
    histogram = (struct histogram){0};
}

static void every_value_lies_in_its_bucket_and_none_is_wider_than_a_64th(void **state)
{
    (void)state;
    for (uint32_t bucket = 1; bucket < HISTOGRAM_BUCKETS; bucket++) {
        uint64_t end = histogram_bucket_end(bucket), first = histogram_bucket_end(bucket - 1) + 1;
        assert_int_equal(histogram_bucket(first), bucket);
        assert_int_equal(histogram_bucket(end), bucket);
        assert_true((end - first) * 64 <= first);
    }
    assert_int_equal(histogram_bucket(UINT64_MAX), HISTOGRAM_BUCKETS - 1);
    assert_true(histogram_bucket_end(HISTOGRAM_BUCKETS - 1) == UINT64_MAX);
}

static void small_values_are_exact(void **state)
{
    (void)state;
    begin();
    for (uint64_t i = 1; i <= 100; i++)
        histogram_add(&histogram, i);
    assert_int_equal(histogram_percentile(&histogram, 500), 50);
    assert_int_equal(histogram_percentile(&histogram, 990), 99);
    assert_int_equal(histogram_percentile(&histogram, 991), 100);
    assert_int_equal(histogram_percentile(&histogram, 0), 1);
}

static void nothing_has_no_percentile(void **state)
{
    (void)state;
    begin();
    assert_int_equal(histogram_percentile(&histogram, 500), 0);
}

static void the_largest_is_told_exactly(void **state)
{
    (void)state;
    begin();
    histogram_add(&histogram, 1000000007);
    assert_int_equal(histogram_percentile(&histogram, 500), 1000000007);
    assert_int_equal(histogram_percentile(&histogram, 1000), 1000000007);
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Values of all magnitudes: never below the true one, at most a 64th above. */
static void percentiles_agree_with_a_sorted_list(void **state)
{
    enum { COUNT = 3000 };
    static uint64_t values[COUNT];
    (void)state;
    for (uint64_t round = 0; round < 20; round++) {
        begin();
        for (uint64_t i = 0; i < COUNT; i++) {
            uint64_t bits = mix_pair(round, i);
            values[i] = bits >> (bits % 61);
            histogram_add(&histogram, values[i]);
        }
        qsort(values, COUNT, sizeof values[0], compare);
        for (uint32_t part = 1; part <= 1000; part += 37) {
            uint64_t exact = values[(COUNT * part + 999) / 1000 - 1];
            uint64_t told = histogram_percentile(&histogram, part);
            assert_true(told >= exact);
            assert_true(told - exact <= exact / 64);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_lies_in_its_bucket_and_none_is_wider_than_a_64th),
        cmocka_unit_test(small_values_are_exact),
        cmocka_unit_test(nothing_has_no_percentile),
        cmocka_unit_test(the_largest_is_told_exactly),
        cmocka_unit_test(percentiles_agree_with_a_sorted_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_sort.c: the order is right, equal items keep their places, nothing else is touched.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mix.h"
#include "base/sort.h"

#define COUNT_MAX 300u

static bool is_smaller(const void *context, uint32_t a, uint32_t b)
{
    const uint64_t *keys = context;
    return keys[a] < keys[b];
}

/* Sort 0 .. count-1 by `keys`; every neighbour pair must be in order, and equal ones stable. */
static void assert_sorts(const uint64_t *keys, uint32_t count)
{
    uint32_t items[COUNT_MAX + 1];
    uint32_t spare[COUNT_MAX];
    uint8_t is_seen[COUNT_MAX] = {0};
    for (uint32_t i = 0; i < count; i++)
        items[i] = i;
    items[count] = 12345;
    sort_indexes(items, count, spare, is_smaller, keys);
    assert_int_equal(items[count], 12345);
    for (uint32_t i = 0; i < count; i++) {
        assert_in_range(items[i], 0, count - 1);
        assert_false(is_seen[items[i]]);
        is_seen[items[i]] = 1;
        if (i == 0)
            continue;
        assert_true(keys[items[i - 1]] <= keys[items[i]]);
        if (keys[items[i - 1]] == keys[items[i]])
            assert_true(items[i - 1] < items[i]);
    }
}

static void every_length_up_to_300_is_sorted_and_stable(void **state)
{
    (void)state;
    uint64_t keys[COUNT_MAX];
    for (uint32_t count = 0; count <= COUNT_MAX; count++)
        for (uint64_t bound = 1; bound <= 1000; bound *= 10) {
            for (uint32_t i = 0; i < count; i++)
                keys[i] = mix_below(mix(count, bound, i), bound);
            assert_sorts(keys, count);
        }
}

static void what_is_nearly_in_order_is_sorted(void **state)
{
    (void)state;
    uint64_t keys[COUNT_MAX];
    for (uint64_t seed = 0; seed < 500; seed++) {
        for (uint32_t i = 0; i < COUNT_MAX; i++)
            keys[i] = i + mix_below(mix(seed, 0, i), 20);
        assert_sorts(keys, COUNT_MAX);
    }
}

static void the_opposite_order_is_sorted(void **state)
{
    (void)state;
    uint64_t keys[COUNT_MAX];
    for (uint32_t i = 0; i < COUNT_MAX; i++)
        keys[i] = COUNT_MAX - i;
    assert_sorts(keys, COUNT_MAX);
}

struct counting {
    const uint64_t *keys;
    uint32_t *look_count;
};

static bool is_smaller_counted(const void *context, uint32_t a, uint32_t b)
{
    const struct counting *counting = context;
    ++*counting->look_count;
    return is_smaller(counting->keys, a, b);
}

static void what_is_in_order_costs_one_look_an_item_and_one_a_run(void **state)
{
    (void)state;
    uint64_t keys[256];
    uint32_t items[256];
    uint32_t spare[256];
    uint32_t look_count = 0;
    struct counting counting = {keys, &look_count};
    for (uint32_t i = 0; i < 256; i++)
        keys[i] = items[i] = i;
    sort_indexes(items, 256, spare, is_smaller_counted, &counting);
    /* 32 runs of 8 with 7 looks each, and 31 merges. */
    assert_int_equal(look_count, 32 * 7 + 31);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_length_up_to_300_is_sorted_and_stable),
        cmocka_unit_test(what_is_nearly_in_order_is_sorted),
        cmocka_unit_test(the_opposite_order_is_sorted),
        cmocka_unit_test(what_is_in_order_costs_one_look_an_item_and_one_a_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_hot.c: the space-saving sketch against an exact count of the same stream.
 *
 * What it promises holds for every stream, so streams of several shapes are drawn: even, skewed,
 * one key after the other without end (the worst: nobody is hot), and a hot key that comes late.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/mix.h"
#include "db/load/hot.h"

#define KEYS 1000

enum shape { EVEN, SKEWED, EACH_IN_TURN, LATE, SHAPE_COUNT };

/* The key that is asked for next; tokens are small numbers, so that many share a slot. */
static uint64_t draw(enum shape shape, uint64_t seed, uint64_t i, uint64_t length)
{
    uint64_t even = mix_below(mix(seed, 1, i), KEYS);
    switch (shape) {
    case SKEWED: return mix_below(mix(seed, 2, i), even + 1);
    case EACH_IN_TURN: return i % KEYS;
    case LATE: return i > length - length / 20 ? 7 : even;
    default: return even;
    }
}

/* In order, and each where its slot says. */
static void check_shape(const struct hot_keys *hot)
{
    uint32_t taken = 0;
    for (uint32_t i = 0; i < HOT_SLOTS; i++)
        taken += hot->slots[i] != 0;
    assert_int_equal(taken, hot->used);
    for (uint32_t i = 0; i < hot->used; i++) {
        assert_int_equal(hot->slots[hot->counters[i].slot], i + 1);
        assert_true(i == 0 || hot->counters[i - 1].count >= hot->counters[i].count);
    }
}

static void check_promise(const struct hot_keys *hot, const uint64_t *exact, uint64_t total)
{
    uint64_t sum = 0;
    assert_int_equal(hot->total, total);
    for (uint64_t key = 0; key < KEYS; key++) {
        const struct hot_counter *counter = hot_find(hot, key);
        if (!counter) {
            assert_true(exact[key] <= hot_floor(hot));
            assert_true(exact[key] * HOT_CAPACITY <= total);
            continue;
        }
        assert_true(exact[key] <= counter->count);
        assert_true(counter->count - counter->error <= exact[key]);
    }
    for (uint32_t i = 0; i < hot->used; i++)
        sum += hot->counters[i].count;
    assert_int_equal(sum, total); /* each time that a key is asked for, one counter grows by one */
}

static void a_count_is_never_too_small_and_at_most_its_error_too_large(void **state)
{
    (void)state;
    enum { LENGTH = 5000 };
    for (uint64_t seed = 1; seed <= 40; seed++) {
        static struct hot_keys hot;
        static uint64_t exact[KEYS];
        memset(&hot, 0, sizeof hot);
        memset(exact, 0, sizeof exact);
        for (uint64_t i = 0; i < LENGTH; i++) {
            uint64_t key = draw((enum shape)(seed % SHAPE_COUNT), seed, i, LENGTH);
            exact[key]++;
            hot_count(&hot, key);
            if (i % 97 == 0)
                check_promise(&hot, exact, i + 1);
        }
        check_shape(&hot);
        check_promise(&hot, exact, LENGTH);
    }
}

static void few_keys_are_counted_exactly(void **state)
{
    (void)state;
    struct hot_keys hot = {0};
    for (uint64_t key = 0; key < HOT_CAPACITY; key++)
        for (uint64_t i = 0; i <= key; i++)
            hot_count(&hot, key);
    for (uint64_t key = 0; key < HOT_CAPACITY; key++) {
        assert_int_equal(hot_find(&hot, key)->count, key + 1);
        assert_int_equal(hot_find(&hot, key)->error, 0);
    }
    assert_int_equal(hot.counters[0].token, HOT_CAPACITY - 1);
    check_shape(&hot);
}

/* The example of hot.h: who takes a counter over cannot know whose the count was. */
static void who_takes_over_the_smallest_counter_says_how_much_of_it_may_be_false(void **state)
{
    (void)state;
    struct hot_keys hot = {0};
    for (uint64_t key = 0; key < HOT_CAPACITY; key++)
        for (uint64_t i = 0; i < 2 + key; i++)
            hot_count(&hot, key);
    assert_int_equal(hot_floor(&hot), 2);
    hot_count(&hot, 999);
    assert_null(hot_find(&hot, 0));
    assert_int_equal(hot_find(&hot, 999)->count, 3);
    assert_int_equal(hot_find(&hot, 999)->error, 2);
    assert_int_equal(hot_floor(&hot), 3);
    check_shape(&hot);
}

/* Three reads and two writes of key 1, four reads of key 2, one write of key 3. */
static void reads_and_writes_of_a_key_count_together(void **state)
{
    (void)state;
    struct hot_load load = {0};
    static const uint8_t reads[] = {1, 2, 1, 2, 2, 1, 2}, writes[] = {1, 3, 1};
    assert_int_equal(hot_share_ppb(&load), 0);
    for (size_t i = 0; i < sizeof reads; i++)
        hot_count(&load.reads, reads[i]);
    for (size_t i = 0; i < sizeof writes; i++)
        hot_count(&load.writes, writes[i]);
    assert_int_equal(hot_share_ppb(&load), 500000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_count_is_never_too_small_and_at_most_its_error_too_large),
        cmocka_unit_test(few_keys_are_counted_exactly),
        cmocka_unit_test(
            who_takes_over_the_smallest_counter_says_how_much_of_it_may_be_false),
        cmocka_unit_test(reads_and_writes_of_a_key_count_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

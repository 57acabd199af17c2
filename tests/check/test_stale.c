/*
 * test_stale.c: which gets are stale, and that counting along a run gives the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "build_history.h"
#include "check/stale.h"

static uint32_t count(void **state, const struct build *build)
{
    struct history history = build_end(build);
    return stale_reads(&history, scratch_empty(state));
}

static void a_get_of_the_latest_value_is_fresh(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10);
    put_ok(&build, 'b', 20, 30);
    get_ok(&build, 'b', 40, 50);
    assert_int_equal(count(state, &build), 0);
}

static void a_get_of_an_overwritten_value_is_stale(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10);
    put_ok(&build, 'b', 20, 30);
    get_ok(&build, 'a', 40, 50);
    get_ok(&build, 'b', 60, 70);
    get_ok(&build, 'a', 80, 90);
    assert_int_equal(count(state, &build), 2);
}

static void a_get_that_began_before_the_acknowledgement_is_fresh(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10);
    put_ok(&build, 'b', 20, 30);
    get_ok(&build, 'a', 25, 90);
    assert_int_equal(count(state, &build), 0);
}

static void of_two_puts_at_the_same_time_neither_is_older(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 30);
    put_ok(&build, 'b', 20, 25);
    get_ok(&build, 'a', 40, 50);
    get_ok(&build, 'b', 60, 70);
    assert_int_equal(count(state, &build), 0);
}

static void a_put_that_timed_out_may_have_come_late(void **state)
{
    struct build build = build_start(1);
    put_timeout(&build, 'a', 0);
    put_ok(&build, 'b', 20, 30);
    get_ok(&build, 'a', 40, 50);
    assert_int_equal(count(state, &build), 0);
}

static void a_put_that_timed_out_makes_nothing_stale(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10);
    put_timeout(&build, 'b', 20);
    get_ok(&build, 'a', 40, 50);
    assert_int_equal(count(state, &build), 0);
}

static void an_unavailable_put_makes_nothing_stale_and_is_no_source(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10);
    put_unavailable(&build, 'b', 20, 30);
    get_ok(&build, 'a', 40, 50);
    get_ok(&build, 'b', 60, 70);
    assert_int_equal(count(state, &build), 0);
}

static void nothing_is_older_than_any_put(void **state)
{
    struct build build = build_start(1);
    get_ok(&build, VALUE_ABSENT, 0, 5);
    put_ok(&build, 'a', 10, 20);
    get_ok(&build, VALUE_ABSENT, 30, 40);
    assert_int_equal(count(state, &build), 1);
}

static void nothing_is_fresh_after_a_delete_and_the_old_value_stale(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10);
    delete_ok(&build, 20, 30);
    get_ok(&build, VALUE_ABSENT, 40, 50);
    get_ok(&build, 'a', 60, 70);
    assert_int_equal(count(state, &build), 1);
}

static void a_value_written_again_is_as_young_as_its_last_put(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10);
    put_ok(&build, 'b', 20, 30);
    put_ok(&build, 'a', 40, 50);
    get_ok(&build, 'a', 60, 70);
    get_ok(&build, 'b', 80, 90);
    assert_int_equal(count(state, &build), 1);
}

static void an_invented_value_is_not_called_stale(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10);
    get_ok(&build, 'z', 20, 30);
    assert_int_equal(count(state, &build), 0);
}

static void operations_of_one_client_may_overlap_in_a_whole_history(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10), by_client(&build, 1);
    get_ok(&build, 'a', 11, 90), by_client(&build, 2);
    put_ok(&build, 'b', 20, 30), by_client(&build, 1);
    get_ok(&build, 'a', 40, 50), by_client(&build, 2);
    assert_int_equal(count(state, &build), 1);
}

static void keys_do_not_mix(void **state)
{
    struct build build = build_start(2);
    put_ok(&build, 'a', 0, 10);
    put_ok(&build, 'a', 0, 10), on_key(&build, 1);
    put_ok(&build, 'b', 20, 30), on_key(&build, 1);
    get_ok(&build, 'a', 40, 50);
    assert_int_equal(count(state, &build), 0);
}

static void counting_along_a_run_tells_each_stale_get_as_it_returns(void **state)
{
    struct stale_counter counter;
    stale_init(&counter, scratch_empty(state), 1, 2);
    struct operation put_a = {.kind = OPERATION_PUT, .outcome = OUTCOME_OK, .value = 'a'};
    struct operation put_b = {.kind = OPERATION_PUT, .outcome = OUTCOME_OK, .value = 'b'};
    struct operation get = {
        .client = 1, .kind = OPERATION_GET, .outcome = OUTCOME_OK, .value = 'a'};
    stale_on_call(&counter, &put_a);
    assert_false(stale_on_return(&counter, &put_a));
    stale_on_call(&counter, &put_b);
    stale_on_call(&counter, &get);
    assert_false(stale_on_return(&counter, &put_b));
    assert_false(stale_on_return(&counter, &get));
    stale_on_call(&counter, &get);
    assert_true(stale_on_return(&counter, &get));
    assert_int_equal(counter.get_count, 2);
    assert_int_equal(counter.stale_count, 1);
}

/* The rule of the header, word for word, over all triples of operations. */
static bool is_stale(const struct build *build, const struct operation *get)
{
    for (uint32_t n = 0; n < build->count; n++) {
        const struct operation *newer = &build->operations[n];
        if (newer->kind == OPERATION_GET || newer->outcome != OUTCOME_OK ||
            newer->completed >= get->invoked)
            continue;
        bool is_known = get->value == VALUE_ABSENT;
        bool is_older = true;
        for (uint32_t s = 0; s < build->count; s++) {
            const struct operation *source = &build->operations[s];
            if (source->kind == OPERATION_GET || source->outcome == OUTCOME_UNAVAILABLE ||
                source->value != get->value || source->invoked > get->completed)
                continue;
            is_known = true;
            is_older &= source->completed < newer->invoked;
        }
        if (is_known && is_older)
            return true;
    }
    return false;
}

static void random_histories_agree_with_the_rule_word_for_word(void **state)
{
    uint32_t total = 0;
    for (uint64_t round = 0; round < 5000; round++) {
        uint64_t generator = round * 1000003;
        struct build build = build_start(1);
        uint32_t expected = 0;
        vtime now = 0;
        for (uint32_t i = 0; i < 10; i++) {
            now += pick(&generator, 8);
            uint64_t value = 1 + pick(&generator, 3);
            switch (pick(&generator, 8)) {
            case 0: put_timeout(&build, value, now); break;
            case 1: delete_ok(&build, now, now + pick(&generator, 12)); break;
            case 2:
            case 3: put_ok(&build, value, now, now + pick(&generator, 12)); break;
            default: get_ok(&build, value - pick(&generator, 2), now, now + pick(&generator, 12));
            }
        }
        for (uint32_t i = 0; i < build.count; i++)
            if (build.operations[i].kind == OPERATION_GET)
                expected += is_stale(&build, &build.operations[i]);
        assert_int_equal(count(state, &build), expected);
        total += expected;
    }
    assert_true(total > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_get_of_the_latest_value_is_fresh),
        cmocka_unit_test(a_get_of_an_overwritten_value_is_stale),
        cmocka_unit_test(a_get_that_began_before_the_acknowledgement_is_fresh),
        cmocka_unit_test(of_two_puts_at_the_same_time_neither_is_older),
        cmocka_unit_test(a_put_that_timed_out_may_have_come_late),
        cmocka_unit_test(a_put_that_timed_out_makes_nothing_stale),
        cmocka_unit_test(an_unavailable_put_makes_nothing_stale_and_is_no_source),
        cmocka_unit_test(nothing_is_older_than_any_put),
        cmocka_unit_test(nothing_is_fresh_after_a_delete_and_the_old_value_stale),
        cmocka_unit_test(a_value_written_again_is_as_young_as_its_last_put),
        cmocka_unit_test(an_invented_value_is_not_called_stale),
        cmocka_unit_test(operations_of_one_client_may_overlap_in_a_whole_history),
        cmocka_unit_test(keys_do_not_mix),
        cmocka_unit_test(counting_along_a_run_tells_each_stale_get_as_it_returns),
        cmocka_unit_test(random_histories_agree_with_the_rule_word_for_word),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}

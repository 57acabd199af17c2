/*
 * test_no_invention.c: values that were written, and values that were not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "build_history.h"
#include "check/no_invention.h"

static struct verdict judge(void **state, const struct build *build)
{
    struct history history = build_end(build);
    struct verdict verdict;
    check_no_invention(&history, scratch_empty(state), &verdict);
    return verdict;
}

static void values_of_all_kinds_of_puts_may_be_read(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10);
    put_timeout(&build, 'b', 5);
    put_ok(&build, 'c', 6, 90);
    get_ok(&build, 'a', 20, 30);
    get_ok(&build, 'b', 20, 30);
    get_ok(&build, 'c', 20, 30);
    get_ok(&build, VALUE_ABSENT, 20, 30);
    struct verdict verdict = judge(state, &build);
    assert_int_equal(verdict.kind, VERDICT_HOLDS);
    assert_string_equal(verdict.text,
                        "every value that was read had been written (3 gets looked at)");
}

static void a_value_that_nobody_wrote_is_invented(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10);
    uint32_t get = get_ok(&build, 'z', 20, 30);
    struct verdict verdict = judge(state, &build);
    assert_int_equal(verdict.kind, VERDICT_VIOLATED);
    assert_int_equal(verdict.operation_count, 1);
    assert_int_equal(verdict.operations[0], get);
    assert_string_equal(verdict.text, "get {op0} of {key} returned {value:000000000000007a}, which "
                                      "nobody had written");
}

static void a_value_of_a_put_that_was_refused_is_invented(void **state)
{
    struct build build = build_start(1);
    put_unavailable(&build, 'a', 0, 10);
    get_ok(&build, 'a', 20, 30);
    assert_int_equal(judge(state, &build).kind, VERDICT_VIOLATED);
}

static void a_value_read_before_its_put_began_names_the_put(void **state)
{
    struct build build = build_start(1);
    uint32_t get = get_ok(&build, 'a', 0, 10);
    uint32_t put = put_ok(&build, 'a', 20, 30);
    struct verdict verdict = judge(state, &build);
    assert_int_equal(verdict.kind, VERDICT_VIOLATED);
    assert_int_equal(verdict.operations[0], get);
    assert_int_equal(verdict.operations[1], put);
    assert_string_equal(verdict.text, "get {op0} of {key} returned {value:0000000000000061}, the "
                                      "value of put {op1}, which began only after that get had "
                                      "completed");
}

static void a_value_of_another_key_is_invented(void **state)
{
    struct build build = build_start(2);
    put_ok(&build, 'a', 0, 10);
    get_ok(&build, 'a', 20, 30), on_key(&build, 1);
    struct verdict verdict = judge(state, &build);
    assert_int_equal(verdict.kind, VERDICT_VIOLATED);
    assert_int_equal(verdict.key, 1);
}

static void a_get_that_was_not_answered_invents_nothing(void **state)
{
    struct build build = build_start(1);
    get_timeout(&build, 0);
    assert_int_equal(judge(state, &build).kind, VERDICT_HOLDS);
}

static void the_invention_that_returned_first_is_told(void **state)
{
    struct build build = build_start(1);
    get_ok(&build, 'x', 0, 90);
    uint32_t first = get_ok(&build, 'y', 10, 20);
    assert_int_equal(judge(state, &build).operations[0], first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_of_all_kinds_of_puts_may_be_read),
        cmocka_unit_test(a_value_that_nobody_wrote_is_invented),
        cmocka_unit_test(a_value_of_a_put_that_was_refused_is_invented),
        cmocka_unit_test(a_value_read_before_its_put_began_names_the_put),
        cmocka_unit_test(a_value_of_another_key_is_invented),
        cmocka_unit_test(a_get_that_was_not_answered_invents_nothing),
        cmocka_unit_test(the_invention_that_returned_first_is_told),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}

/*
 * test_convergence.c: replicas that are equal, and replicas that are not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "check/convergence.h"
#include "check/history.h"

static struct verdict judge(const struct replica_version *versions, uint32_t count)
{
    struct verdict verdict;
    check_convergence(versions, count, &verdict);
    return verdict;
}

static void no_replicas_at_all_are_equal(void **state)
{
    (void)state;
    struct verdict verdict = judge(NULL, 0);
    assert_int_equal(verdict.kind, VERDICT_HOLDS);
    assert_string_equal(verdict.text, "all replicas are equal (0 keys, 0 replicas)");
}

static void equal_replicas_converge(void **state)
{
    (void)state;
    struct replica_version versions[] = {
        {0, 1, 'a', 100}, {0, 2, 'a', 100}, {0, 3, 'a', 100}, {5, 1, 'b', 7}, {5, 4, 'b', 7},
    };
    struct verdict verdict = judge(versions, 5);
    assert_int_equal(verdict.kind, VERDICT_HOLDS);
    assert_string_equal(verdict.text, "all replicas are equal (2 keys, 5 replicas)");
}

static void the_first_difference_is_told_with_both_versions(void **state)
{
    (void)state;
    struct replica_version versions[] = {
        {0, 1, 'a', 100}, {0, 2, 'a', 100}, {3, 1, 'b', 7}, {3, 2, 'b', 7},
        {3, 3, 'c', 9},   {3, 4, 'd', 10},  {4, 1, 'e', 1}, {4, 2, VALUE_ABSENT, 0},
    };
    struct verdict verdict = judge(versions, 8);
    assert_int_equal(verdict.kind, VERDICT_VIOLATED);
    assert_int_equal(verdict.key, 3);
    assert_string_equal(verdict.text,
                        "replicas of {key} differ: {node:1} holds {value:0000000000000062} "
                        "(timestamp 7), {node:3} holds {value:0000000000000063} (timestamp 9) "
                        "(2 of 3 keys differ)");
}

static void one_differing_key_is_singular(void **state)
{
    (void)state;
    struct replica_version versions[] = {{0, 1, 'a', 100}, {0, 2, VALUE_ABSENT, 120}};
    assert_string_equal(judge(versions, 2).text,
                        "replicas of {key} differ: {node:1} holds {value:0000000000000061} "
                        "(timestamp 100), {node:2} holds nothing (deleted at timestamp 120) "
                        "(1 of 1 key differs)");
}

static void the_same_value_with_another_timestamp_differs(void **state)
{
    (void)state;
    struct replica_version versions[] = {{0, 1, 'a', 100}, {0, 2, 'a', 101}};
    assert_int_equal(judge(versions, 2).kind, VERDICT_VIOLATED);
}

static void a_purged_tombstone_equals_one_that_is_kept(void **state)
{
    (void)state;
    struct replica_version versions[] = {{0, 1, VALUE_ABSENT, 100}, {0, 2, VALUE_ABSENT, 0}};
    assert_int_equal(judge(versions, 2).kind, VERDICT_HOLDS);
}

static void a_key_is_compared_with_itself_only(void **state)
{
    (void)state;
    struct replica_version versions[] = {{9, 1, 'a', 1}, {2, 1, 'b', 2}, {7, 1, 'c', 3}};
    assert_int_equal(judge(versions, 3).kind, VERDICT_HOLDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_replicas_at_all_are_equal),
        cmocka_unit_test(equal_replicas_converge),
        cmocka_unit_test(the_first_difference_is_told_with_both_versions),
        cmocka_unit_test(one_differing_key_is_singular),
        cmocka_unit_test(the_same_value_with_another_timestamp_differs),
        cmocka_unit_test(a_purged_tombstone_equals_one_that_is_kept),
        cmocka_unit_test(a_key_is_compared_with_itself_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_foreign_histories.c: histories of real systems, with the verdicts of other checkers.
 *
 * Recorded by Jepsen runs against etcd, RethinkDB and MongoDB, and by Porcupine's own
 * tests; their verdicts are published with them. The files are not part of this
 * repository: where they are not found the test is skipped and says so.
 */
#define _POSIX_C_SOURCE 200809L

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "build_history.h"
#include "check/search.h"
#include "read_histories.h"

/* What the search may cost: some 5 ms. */
#define WORK_MAX 50000u

static double milliseconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static enum search_answer search_all(const struct foreign_history *history, struct heap *heap,
                                     uint64_t *work)
{
    for (uint32_t i = 0; i < history->object_count; i++) {
        struct search_result result = search_order(&history->objects[i], heap, WORK_MAX);
        *work += result.work;
        if (result.answer != SEARCH_FOUND)
            return result.answer;
    }
    return SEARCH_FOUND;
}

/* `operation_count` proves that the reader missed nothing: it is the number of invocations. */
static void assert_verdict(void **state, const char *name, uint32_t operation_count,
                           enum search_answer expected)
{
    struct heap *heap = scratch_empty(state);
    struct foreign_history history;
    if (!read_foreign_history(name, heap, &history)) {
        print_message("%s not found: set RINGSIDE_HISTORIES to its directory\n", name);
        skip();
    }
    uint64_t work = 0;
    double start = milliseconds_now();
    enum search_answer answer = search_all(&history, heap, &work);
    double spent = milliseconds_now() - start;
    print_message("%s: %u operations, %u objects, %llu steps, %.3f ms\n", name,
                  history.operation_count, history.object_count, (unsigned long long)work, spent);
    assert_int_equal(history.operation_count, operation_count);
    assert_int_equal(answer, expected);
}

static void etcd_run_0_is_not_linearizable(void **state)
{
    assert_verdict(state, "etcd_000.log", 85, SEARCH_NONE);
}

static void etcd_run_2_is_linearizable(void **state)
{
    assert_verdict(state, "etcd_002.log", 77, SEARCH_FOUND);
}

static void etcd_run_5_is_linearizable(void **state)
{
    assert_verdict(state, "etcd_005.log", 79, SEARCH_FOUND);
}

static void etcd_run_18_is_linearizable(void **state)
{
    assert_verdict(state, "etcd_018.log", 83, SEARCH_FOUND);
}

static void texts_of_one_client_are_linearizable(void **state)
{
    assert_verdict(state, "kv_c01-ok.txt", 58, SEARCH_FOUND);
}

static void texts_of_one_client_with_a_wrong_get_are_not(void **state)
{
    assert_verdict(state, "kv_c01-bad.txt", 38, SEARCH_NONE);
}

static void texts_of_ten_clients_are_linearizable(void **state)
{
    assert_verdict(state, "kv_c10-ok.txt", 337, SEARCH_FOUND);
}

static void a_rethinkdb_read_of_a_value_nobody_wrote_is_not_linearizable(void **state)
{
    assert_verdict(state, "cas_rethink-fail-minimal.edn", 4, SEARCH_NONE);
}

static void a_read_of_a_write_that_failed_is_not_linearizable(void **state)
{
    assert_verdict(state, "cas_immediate-failure.edn", 2, SEARCH_NONE);
}

static void a_mongodb_run_where_all_failed_is_linearizable(void **state)
{
    assert_verdict(state, "cas_mongodb-rollback-11.edn", 3, SEARCH_FOUND);
}

static void a_run_with_many_processes_is_linearizable(void **state)
{
    assert_verdict(state, "cas_memstress3-33.edn", 47, SEARCH_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(etcd_run_0_is_not_linearizable),
        cmocka_unit_test(etcd_run_2_is_linearizable),
        cmocka_unit_test(etcd_run_5_is_linearizable),
        cmocka_unit_test(etcd_run_18_is_linearizable),
        cmocka_unit_test(texts_of_one_client_are_linearizable),
        cmocka_unit_test(texts_of_one_client_with_a_wrong_get_are_not),
        cmocka_unit_test(texts_of_ten_clients_are_linearizable),
        cmocka_unit_test(a_rethinkdb_read_of_a_value_nobody_wrote_is_not_linearizable),
        cmocka_unit_test(a_read_of_a_write_that_failed_is_not_linearizable),
        cmocka_unit_test(a_mongodb_run_where_all_failed_is_linearizable),
        cmocka_unit_test(a_run_with_many_processes_is_linearizable),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}

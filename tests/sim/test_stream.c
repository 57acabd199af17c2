/*
 * test_stream.c: data on its way to a new owner: once, in pieces that outlive a crash, not too
 * fast.
 */
#include "cluster.h"

#include <stdio.h>

#include "sim/world/preload.h"

enum { N6 = N5 + 1, KEYS = 20000 };

/* One token a node, so few and large pieces: a chunk of 64 KiB has 500 rows of 132 bytes. */
#define GROWING                                                                                    \
    "'duration': '60s', 'cluster': {'nodes': 6, 'members': 5, 'vnodes': 1, 'heartbeat': '500ms'"   \
    ", 'transition_timeout': '30s'%s}, 'preload': {'keys': {'count': 20000},"                      \
    " 'value_size': '110B'}, 'timeline': [%s]"

static void open_growing(struct cluster *c, const char *more, const char *timeline)
{
    char text[1200];
    snprintf(text, sizeof text, GROWING, more, timeline);
    cluster_open(c, text);
}

static uint64_t rows_streamed(const struct cluster *c)
{
    uint64_t rows = 0;
    for (size_t i = 0; i < c->record_count; i++)
        if (c->records[i].kind == NOTED(STREAM_CHUNK))
            rows += c->records[i].field[1];
    return rows;
}

static uint64_t rows_at(const struct cluster *c, uint32_t node)
{
    return store_count(&c->world.state->machines[node].node->storage.store);
}

static void what_is_gained_comes_once_and_nobody_else_gets_a_row(void **state)
{
    (void)state;
    struct cluster c;
    open_growing(&c, "", "{'at': '5s', 'join': 'n6'}");
    run_to_end(&c);
    assert_true(rows_at(&c, N6) > 2000);
    assert_int_equal(rows_streamed(&c), rows_at(&c, N6));
    for (uint32_t node = N1; node <= N5; node++)
        assert_int_equal(count_of(&c, NOTED(APPLY), node), 0);
    uint64_t all = 0;
    for (uint32_t node = N1; node <= N6; node++)
        all += rows_at(&c, node);
    assert_int_equal(all, 3 * KEYS); /* who gave them away has dropped them */
    cluster_close(&c);
}

static void a_crash_does_not_make_it_come_again(void **state)
{
    (void)state;
    struct cluster c;
    open_growing(&c, "",
                 "{'at': '5s', 'join': 'n6'}, {'when': 'n6.stream_chunk == 18', 'crash': 'n6'},"
                 "{'when': 'n6.crash == 1', 'delay': '1s', 'restart': 'n6'}");
    run_to_end(&c);
    assert_int_equal(c.world.state->topology.states[N6], MEMBER_NORMAL);
    const struct trace_record *resumed = record_of(&c, NOTED(STREAM_RESUMED), N6, 1);
    assert_true(resumed->field[0] + resumed->field[1] > 0);
    uint64_t again = rows_streamed(&c) - rows_at(&c, N6);
    assert_true(again > 0); /* what had not been noted yet: at most four chunks a piece */
    assert_true(again <= 4 * 501 * resumed->field[2]);
    assert_true(again < rows_at(&c, N6) / 2);
    cluster_close(&c);
}

/* A row that a coordinator writes behind the cursor, into a piece that is not there yet, is no
 * reason to think that all before it is there. */
static void a_row_in_the_middle_does_not_count_for_what_lies_before_it(void **state)
{
    (void)state;
    struct cluster c;
    open_growing(&c, "",
                 "{'at': '5s', 'join': 'n6'}, {'when': 'n6.stream_chunk == 4', 'crash': 'n6'},"
                 "{'when': 'n6.crash == 1', 'delay': '1s', 'restart': 'n6'}");
    run_to_end(&c);
    for (uint32_t number = 1; number <= KEYS; number++) {
        char key[16];
        snprintf(key, sizeof key, "k%u", number);
        if (is_replica(&c, key, N6))
            assert_int_equal(version_at(&c, N6, key).timestamp, PRELOAD_TIMESTAMP);
    }
    cluster_close(&c);
}

static void a_rate_is_kept_to(void **state)
{
    (void)state;
    struct cluster c;
    open_growing(&c, ", 'stream_rate': '200kB'", "{'at': '5s', 'join': 'n6'}");
    run_to_end(&c);
    const struct trace_record *begun = record_of(&c, NOTED(STREAM_BEGUN), N6, 1);
    const struct trace_record *done = record_of(&c, NOTED(STREAM_DONE), N6, 1);
    uint64_t bytes = done->field[2];
    vtime least = (bytes - 8 * 66000) * SECOND / 200000; /* eight pieces may be under way at once */
    assert_true(done->time - begun->time >= least);
    assert_true(done->time - begun->time < 2 * bytes * SECOND / 200000);
    cluster_close(&c);
}

static void progress_is_told_in_tenths(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '20s', 'cluster': {'nodes': 6, 'members': 5, 'vnodes': 32},"
                     " 'preload': {'keys': {'count': 2000}}, 'timeline': [{'at': '5s', 'join':"
                     " 'n6'}]");
    run_to_end(&c);
    for (uint64_t tenth = 1; tenth <= 9; tenth++)
        assert_int_equal(record_of(&c, NOTED(STREAM_PROGRESS), N6, tenth)->field[0], 10 * tenth);
    assert_int_equal(count_of(&c, NOTED(STREAM_PROGRESS), N6), 9);
    cluster_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_gained_comes_once_and_nobody_else_gets_a_row),
        cmocka_unit_test(a_crash_does_not_make_it_come_again),
        cmocka_unit_test(a_row_in_the_middle_does_not_count_for_what_lies_before_it),
        cmocka_unit_test(a_rate_is_kept_to),
        cmocka_unit_test(progress_is_told_in_tenths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

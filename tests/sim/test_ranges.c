/*
 * test_ranges.c: key ranges are split, merged and moved, by command and by themselves.
 */
#include "cluster.h"

#include <stdio.h>
#include <string.h>

/* Four ranges of equal width; "log:000001" and the like all stand in the first one, which n1 owns.
 */
#define FOUR                                                                                       \
    "'duration': '30s', 'cluster': {'nodes': 4, 'replication': 2, 'heartbeat': '500ms',"           \
    " 'placement': {'strategy': 'ranges', 'partitions': 4%s}},"                                    \
    " 'preload': {'keys': {'prefix': 'log:', 'count': 900}}, %s"

static void open_four(struct cluster *c, const char *limits, const char *rest)
{
    char text[1600];
    snprintf(text, sizeof text, FOUR, limits, rest);
    cluster_open(c, text);
}

static const struct topology *topology_of(const struct cluster *c)
{
    return &c->world.state->topology;
}

static uint64_t rows_at(const struct cluster *c, uint32_t node)
{
    return store_count(&c->world.state->machines[node].node->storage.store);
}

static void a_split_moves_nothing_and_takes_one_version(void **state)
{
    (void)state;
    struct cluster c;
    open_four(&c, "", "'timeline': [{'at': '2s', 'split': 'log:5'}]");
    run_to_end(&c);
    assert_int_equal(topology_of(&c)->version, 2);
    assert_int_equal(topology_of(&c)->table_count, 5);
    assert_int_equal(topology_of(&c)->owners[0][0], N1);
    assert_int_equal(topology_of(&c)->owners[0][1], N1); /* both parts keep their owner */
    assert_int_equal(count_of(&c, NOTED(STREAM_BEGUN), ALL_ACTORS), 0);
    assert_int_equal(count_of(&c, NOTED(ROWS_DROPPED), ALL_ACTORS), 0);
    assert_true(is_replica(&c, "log:4999", N1) && is_replica(&c, "log:5", N1));
    cluster_close(&c);
}

/* "log:5" is the first key of the second part: all that begin with 5 .. 9 go to n3, and its
 * follower n4. 900 keys: 1 .. 4 and their hundreds are 444, the others 456. */
static void a_move_takes_one_range_and_no_other(void **state)
{
    (void)state;
    struct cluster c;
    open_four(&c, "",
              "'timeline': [{'at': '2s', 'split': 'log:5'},"
              " {'at': '4s', 'move': 'log:7', 'to': 'n3'}]");
    run_to_end(&c);
    assert_int_equal(topology_of(&c)->version, 5);
    assert_int_equal(topology_of(&c)->owners[0][1], N3);
    assert_int_equal(rows_at(&c, N1), 444);
    assert_int_equal(rows_at(&c, N2), 444);
    assert_int_equal(rows_at(&c, N3), 456);
    assert_int_equal(rows_at(&c, N4), 456);
    expect_stored(&c, N3, "log:5", "log:5#0.........");
    expect_stored(&c, N3, "log:499", NULL);
    cluster_close(&c);
}

static void a_merge_undoes_a_split_of_one_owner_only(void **state)
{
    (void)state;
    struct cluster c;
    open_four(&c, "",
              "'timeline': [{'at': '2s', 'split': 'log:5'}, {'at': '3s', 'split': 'log:8'},"
              " {'at': '4s', 'merge': 'log:1'}, {'at': '5s', 'move': 'log:8', 'to': 'n3'},"
              " {'at': '10s', 'merge': 'log:1'}, {'at': '12s', 'split': 'log:8'}]");
    run_to_end(&c);
    assert_int_equal(topology_of(&c)->table_count, 5);
    /* merging two owners is refused; splitting where a range ends is what there is already */
    assert_int_equal(count_of(&c, NOTED(CHANGE_REFUSED), ALL_ACTORS), 1);
    assert_int_equal(record_of(&c, NOTED(CHANGE_REFUSED), ALL_ACTORS, 1)->field[2],
                     REASON_OTHER_OWNER);
    cluster_close(&c);
}

static void a_range_that_is_too_large_is_split_and_moved_by_itself(void **state)
{
    (void)state;
    struct cluster c;
    open_four(&c, ", 'split_rows': 150, 'balance': true", "'checks': [{'check': 'durable'}]");
    run_to_end(&c);
    assert_true(topology_of(&c)->table_count >= 4 + 6); /* 900 rows, at most 150 in each */
    uint64_t most = 0, least = UINT64_MAX, all = 0;
    for (uint32_t node = N1; node <= N4; node++) {
        most = MAX(most, rows_at(&c, node));
        least = MIN(least, rows_at(&c, node));
        all += rows_at(&c, node);
    }
    assert_int_equal(all, 2 * 900);
    assert_true(most < 800 && least > 150); /* it was 900, 900, 0 and 0 */
    cluster_close(&c);
}

static void small_neighbours_are_merged_by_themselves(void **state)
{
    (void)state;
    struct cluster c;
    open_four(
        &c, ", 'merge_rows': 200",
        "'timeline': [{'at': '100ms', 'split': 'log:11'}, {'at': '500ms', 'split': 'log:12'}]");
    run_until(&c, 900 * MILLISECOND);
    assert_int_equal(topology_of(&c)->table_count, 6);
    run_to_end(&c);
    /* log:11... has 11 rows: with its left neighbour (log:1, log:10...) it is 23, with the right
     * one 888; and the empty ranges of n2, n3, n4 have no neighbours of the same owner */
    assert_int_equal(topology_of(&c)->table_count, 5);
    cluster_close(&c);
}

static void reads_and_writes_go_on_through_all_of_it(void **state)
{
    (void)state;
    struct cluster c;
    open_four(&c, ", 'split_rows': 100, 'balance': true",
              "'clients': [{'name': 'c', 'think': '5ms', 'operations': 2000, 'retries': 3, 'keys':"
              " {'prefix': 'log:', 'count': 5000, 'sequential': true, 'digits': 4}}]");
    run_to_end(&c);
    const struct clientele *clients = &c.world.state->clients;
    uint64_t told = 0;
    for (uint32_t kind = 0; kind < OPERATION_KIND_COUNT; kind++)
        told += clients->told[kind][OUTCOME_OK];
    assert_true(told >= 2000);
    cluster_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_split_moves_nothing_and_takes_one_version),
        cmocka_unit_test(a_move_takes_one_range_and_no_other),
        cmocka_unit_test(a_merge_undoes_a_split_of_one_owner_only),
        cmocka_unit_test(a_range_that_is_too_large_is_split_and_moved_by_itself),
        cmocka_unit_test(small_neighbours_are_merged_by_themselves),
        cmocka_unit_test(reads_and_writes_go_on_through_all_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

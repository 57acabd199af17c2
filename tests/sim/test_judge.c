/*
 * test_judge.c: what lies on the disk of a node that is down, and what does not count there.
 */
#include "sim/cluster.h"

#include <string.h>

#include "sim/judge/judge.h"

/* n5 takes the place of n4 on account-12, the account is closed, repaired, and its tombstone let
 * go; then n4 is down for good. Its log still has the put, and behind it that the range is
 * forgotten: it would come back without the account. */
#define GIVEN_AWAY                                                                                 \
    "'duration': '16s', 'cluster': {'nodes': 5, 'members': 4, 'tombstone_grace': '2s'},"           \
    " 'clients': [{'name': 'ann', 'script': ["                                                     \
    "{'at': '500ms', 'put': 'account-12', 'value': 'open', 'level': 'all', 'via': 'n1'},"          \
    "{'at': '5s', 'delete': 'account-12', 'level': 'all', 'via': 'n1'}]}],"                        \
    " 'timeline': [{'at': '2s', 'join': 'n5'},"                                                    \
    "{'at': '9s', 'repair': 'n1', 'key': 'account-12'}, {'at': '15s', 'crash': 'n4'}],"            \
    " 'checks': [{'check': 'durable'}]"

/* The tombstone of n1 is let go, in its log; then all are down. */
#define LET_GO                                                                                     \
    "'duration': '12s', 'cluster': {'nodes': 3, 'tombstone_grace': '2s'},"                         \
    " 'clients': [{'name': 'ann', 'script': ["                                                     \
    "{'at': '500ms', 'put': 'note', 'value': 'x', 'level': 'all', 'via': 'n1'},"                   \
    "{'at': '1s', 'delete': 'note', 'level': 'all', 'via': 'n1'}]}],"                              \
    " 'timeline': [{'at': '6s', 'repair': 'n1'}, {'at': '8s', 'crash': 'all'}],"                   \
    " 'checks': [{'check': 'durable'}]"

static void expect_durable(struct cluster *c)
{
    struct check_result result;
    struct heap *scratch = &c->world.state->heap;
    run_to_end(c);
    assert_int_equal(judge_world(&c->world, scratch, &result), 0);
    assert_int_equal(result.verdict.kind, VERDICT_HOLDS);
}

static void what_a_node_that_is_down_gave_away_is_not_there(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, GIVEN_AWAY);
    expect_durable(&c);
    assert_int_equal(count_of(&c, NOTED(TOMBSTONE_COLLECTED), ALL_ACTORS), 3);
    assert_null(machine_at(&c.world, N4)->node);
    cluster_close(&c);
}

static void a_tombstone_that_was_let_go_takes_its_value_with_it(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, LET_GO);
    expect_durable(&c);
    assert_int_equal(count_of(&c, NOTED(TOMBSTONE_COLLECTED), ALL_ACTORS), 3);
    cluster_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_node_that_is_down_gave_away_is_not_there),
        cmocka_unit_test(a_tombstone_that_was_let_go_takes_its_value_with_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

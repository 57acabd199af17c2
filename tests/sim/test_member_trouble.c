/*
 * test_member_trouble.c: changes of members that somebody's death would lose, block or spoil.
 */
#include "cluster.h"

enum { N6 = N5 + 1 };

#define SIX                                                                                        \
    "'duration': '40s', 'cluster': {'nodes': 6, 'members': 5, 'heartbeat': '500ms',"               \
    " 'transition_timeout': '10s'}, 'preload': {'keys': {'count': 200}},"

/* The node that was told dies 10 ms later: it has told the others, and proposed nothing. */
static void a_command_outlives_the_node_that_it_was_given_to(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, SIX "'timeline': [{'at': '1s', 'crash': 'n5'},"
                         " {'at': '6s', 'remove': 'n5', 'via': 'n1'},"
                         " {'when': 'n1.change_wanted == 1', 'delay': '10ms', 'crash': 'n1'},"
                         " {'at': '15s', 'restart': 'n1'}]");
    run_to_end(&c);
    const struct trace_record *taken = record_of(&c, NOTED(CHANGE_TAKEN_OVER), ALL_ACTORS, 1);
    assert_int_equal(taken->actor, N2); /* the driver, as soon as n1 is suspected */
    assert_int_equal(taken->field[2], N1);
    assert_int_equal(c.world.state->topology.states[N5], MEMBER_REMOVED);
    assert_int_equal(c.world.state->topology.phase, TOPOLOGY_NORMAL);
    cluster_close(&c);
}

/* It has told the others, and then it knows nothing of it any more. */
static void a_join_goes_on_though_its_node_has_forgotten_it(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, SIX "'timeline': [{'at': '2s', 'join': 'n6'},"
                         " {'when': 'n6.change_wanted == 1', 'delay': '10ms', 'crash': 'n6'},"
                         " {'at': '3s', 'restart': 'n6'}]");
    run_to_end(&c);
    assert_int_equal(count_of(&c, NOTED(CHANGE_WANTED), N6), 1);
    assert_int_equal(record_of(&c, NOTED(CHANGE_TAKEN_OVER), N1, 1)->field[2], N6);
    assert_int_equal(c.world.state->topology.states[N6], MEMBER_NORMAL);
    cluster_close(&c);
}

/* The driver has heard of the wish, and that it is none any more. */
static void what_was_refused_is_refused_once(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, SIX "'timeline': [{'at': '2s', 'join': 'n3'}]");
    run_to_end(&c);
    assert_int_equal(count_of(&c, NOTED(CHANGE_WANTED), ALL_ACTORS), 1);
    assert_int_equal(count_of(&c, NOTED(CHANGE_REFUSED), ALL_ACTORS), 1);
    assert_int_equal(record_of(&c, NOTED(CHANGE_REFUSED), N3, 1)->field[2], REASON_IS_MEMBER);
    assert_int_equal(count_of(&c, NOTED(CHANGE_TAKEN_OVER), ALL_ACTORS), 0);
    cluster_close(&c);
}

/* Who goes by itself hands its data on; who is taken out cannot. */
static void who_left_and_who_was_removed_are_told_apart(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, SIX "'timeline': [{'at': '2s', 'leave': 'n4'}, {'at': '10s', 'crash': 'n5'},"
                         " {'at': '18s', 'remove': 'n5', 'via': 'n1'}]");
    run_to_end(&c);
    assert_int_equal(c.world.state->topology.states[N4], MEMBER_LEFT);
    assert_int_equal(c.world.state->topology.states[N5], MEMBER_REMOVED);
    cluster_close(&c);
}

static void of_two_changes_at_once_one_is_refused_with_the_reason(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, SIX "'timeline': [{'at': '2s', 'join': 'n6'}, {'at': '2s', 'leave': 'n3'}]");
    run_to_end(&c);
    const struct trace_record *refused = record_of(&c, NOTED(CHANGE_REFUSED), ALL_ACTORS, 1);
    assert_int_equal(count_of(&c, NOTED(CHANGE_REFUSED), ALL_ACTORS), 1);
    assert_int_equal(refused->field[2], REASON_CHANGING);
    assert_int_equal(c.world.state->topology.version, 4); /* one change, three versions */
    cluster_close(&c);
}

/* n1 and n2 are two of three owners of some ranges: a newcomer cannot get these. */
static void a_range_whose_old_owners_are_dead_does_not_block_for_ever(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, SIX "'timeline': [{'at': '1s', 'crash': 'n1'}, {'at': '1s', 'crash': 'n2'},"
                         " {'at': '6s', 'join': 'n6'}]");
    run_to_end(&c);
    const struct trace_record *waits = record_of(&c, NOTED(CHANGE_WAITS), N3, 1);
    const struct trace_record *given_up = record_of(&c, NOTED(CHANGE_GIVEN_UP), N3, 1);
    assert_int_equal(waits->field[2], REASON_OLD_OWNERS_DOWN);
    assert_true(waits->field[1] == N1 || waits->field[1] == N2);
    assert_int_equal(given_up->field[2], REASON_OLD_OWNERS_DOWN);
    assert_true(given_up->time >= waits->time + 10 * SECOND);
    assert_true(given_up->time < waits->time + 11 * SECOND);
    assert_int_equal(c.world.state->topology.phase, TOPOLOGY_NORMAL);
    assert_int_equal(c.world.state->topology.states[N6], MEMBER_NONE);
    cluster_close(&c);
}

/* They come back in time: nothing is given up. */
static void and_goes_on_when_they_are_back(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, SIX "'timeline': [{'at': '1s', 'crash': 'n1'}, {'at': '1s', 'crash': 'n2'},"
                         " {'at': '6s', 'join': 'n6'}, {'at': '14s', 'restart': 'n1'}]");
    run_to_end(&c);
    assert_true(count_of(&c, NOTED(CHANGE_WAITS), N3) > 0);
    assert_int_equal(count_of(&c, NOTED(CHANGE_GIVEN_UP), ALL_ACTORS), 0);
    assert_int_equal(c.world.state->topology.states[N6], MEMBER_NORMAL);
    cluster_close(&c);
}

static void a_wiped_member_neither_serves_nor_votes_in_any_later_life(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c,
                 SIX "'timeline': [{'at': '1s', 'crash': 'n2'}, {'at': '2s', 'disk_wipe': 'n2'},"
                     " {'at': '3s', 'restart': 'n2'}, {'at': '5s', 'crash': 'n2'},"
                     " {'at': '6s', 'restart': 'n2'}, {'at': '12s', 'replace': 'n2', 'by': 'n6'}]");
    run_to_end(&c);
    assert_int_equal(count_of(&c, NOTED(NODE_WIPED), N2), 2);
    assert_int_equal(record_of(&c, NOTED(NODE_WIPED), N2, 1)->field[0], 2); /* disk 2 */
    assert_int_equal(count_messages(&c, TRACE_SEND, MESSAGE_TOPOLOGY_PROMISE, N2, UINT32_MAX), 0);
    assert_int_equal(c.world.state->topology.states[N2], MEMBER_REMOVED);
    assert_int_equal(c.world.state->topology.states[N6], MEMBER_NORMAL);
    cluster_close(&c);
}

/* n3 can keep no vote, and not that it knows of the change; then there is room again. */
static void a_disk_that_was_full_holds_a_change_up_and_not_for_ever(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, SIX "'timeline': [{'at': '1s', 'disk_full': 'n3'}, {'at': '2s', 'join': 'n6'},"
                         " {'at': '20s', 'disk_free': 'n3'}]");
    run_until(&c, 20 * SECOND);
    assert_int_equal(c.world.state->topology.phase, TOPOLOGY_READ_NEW);
    assert_int_equal(machine_at(&c.world, N3)->node->membership.durable_version, 1);
    run_to_end(&c);
    assert_int_equal(c.world.state->topology.states[N6], MEMBER_NORMAL);
    assert_int_equal(c.world.state->topology.phase, TOPOLOGY_NORMAL);
    assert_int_equal(machine_at(&c.world, N3)->node->membership.durable_version, 4);
    cluster_close(&c);
}

static void a_disk_is_not_changed_under_a_running_node(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, SIX "'timeline': [{'at': '1s', 'disk_wipe': 'n2'}]");
    run_to_end(&c);
    assert_int_equal(record_of(&c, TRACE_REFUSED_ACTION, N2, 1)->field[1], REASON_NODE_UP);
    cluster_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_refused_is_refused_once),
        cmocka_unit_test(who_left_and_who_was_removed_are_told_apart),
        cmocka_unit_test(a_command_outlives_the_node_that_it_was_given_to),
        cmocka_unit_test(a_join_goes_on_though_its_node_has_forgotten_it),
        cmocka_unit_test(of_two_changes_at_once_one_is_refused_with_the_reason),
        cmocka_unit_test(a_range_whose_old_owners_are_dead_does_not_block_for_ever),
        cmocka_unit_test(and_goes_on_when_they_are_back),
        cmocka_unit_test(a_wiped_member_neither_serves_nor_votes_in_any_later_life),
        cmocka_unit_test(a_disk_that_was_full_holds_a_change_up_and_not_for_ever),
        cmocka_unit_test(a_disk_is_not_changed_under_a_running_node),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

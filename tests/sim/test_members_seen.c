/*
 * test_members_seen.c: what is told of members is what the nodes hold.
 *
 * A spare joins four members at 1 s: it learns of the first version 206.18 ms later, has what it
 * gains soon after, and is a member at 1.61 s. What moves is compared with the placements of old
 * and new members, position by position.
 */
#include <string.h>

#include "base/mix.h"
#include "sim/cluster.h"
#include "sim/picture/members.h"
#include "sim/scratch.h"

static struct members look(const struct cluster *c, uint32_t from)
{
    struct members members;
    heap_drop(heap);
    members_take(&c->world, from, heap, &members);
    return members;
}

#define JOIN                                                                                       \
    "'duration': '8s', 'cluster': {'nodes': 5, 'members': 4, 'transition_timeout': '1s'}, "        \
    "'timeline': [{'at': '1s', 'join': 'n5'}]"

static void the_kinds_follow_the_phases_of_a_join(void **state)
{
    (void)state;
    static const struct {
        vtime time;
        uint32_t phase, kind, end;
        uint64_t version;
    } cases[] = {
        {900 * MILLISECOND, MEMBERS_NORMAL, MEMBER_KIND_SPARE, MEMBERS_NO_CHANGE, 1},
        {1300 * MILLISECOND, MEMBERS_READ_OLD, MEMBER_KIND_JOINING, MEMBERS_UNDER_WAY, 2},
        {1500 * MILLISECOND, MEMBERS_READ_NEW, MEMBER_KIND_JOINING, MEMBERS_UNDER_WAY, 3},
        {2000 * MILLISECOND, MEMBERS_NORMAL, MEMBER_KIND_NORMAL, MEMBERS_DONE, 4},
    };
    struct cluster c;
    cluster_open(&c, JOIN);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        run_until(&c, cases[i].time);
        struct members members = look(&c, MEMBERS_ALL);
        assert_int_equal(members.version, cases[i].version);
        assert_int_equal(members.phase, cases[i].phase);
        assert_int_equal(members.nodes[N5].kind, cases[i].kind);
        assert_int_equal(members.last.end, cases[i].end);
        assert_int_equal(members.driver, members.is_changing ? N1 : MEMBERS_NOBODY);
    }
    cluster_close(&c);
}

/* The node dies as soon as it has heard: nobody answers, and the change is rolled back. */
static void the_driver_waits_for_who_is_missing_and_then_rolls_back(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '8s', 'cluster': {'nodes': 5, 'members': 4, 'heartbeat': "
                     "'100ms', 'suspect_after': '500ms', 'transition_timeout': '1s'}, 'timeline': "
                     "[{'at': '1s', 'join': 'n5'}, {'at': '1.207s', 'crash': 'n5'}]");
    run_until(&c, 1900 * MILLISECOND);
    struct members members = look(&c, MEMBERS_ALL);
    assert_true(members.is_waiting && members.nodes[N5].is_missing);
    assert_string_equal(members.waits_for, "have all that it gains");
    assert_int_equal(members.nodes[N1].is_missing, false);
    run_until(&c, 3 * SECOND);
    members = look(&c, MEMBERS_ALL);
    assert_int_equal(members.last.end, MEMBERS_ROLLED_BACK);
    assert_int_equal(members.nodes[N5].kind, MEMBER_KIND_SPARE);
    cluster_close(&c);
}

/* --- what moves ------------------------------------------------------------------------------ */

static bool is_among(const uint32_t *nodes, uint32_t count, uint32_t node)
{
    for (uint32_t i = 0; i < count; i++)
        if (nodes[i] == node)
            return true;
    return false;
}

/* Does one of the moves bring this position to a node that keeps it only afterwards? */
static void expect_moves_at(const struct cluster *c, const struct members *members,
                            uint64_t position)
{
    uint32_t old[REPLICATION_MAX], new[REPLICATION_MAX], found = 0, wanted = 0;
    const struct world_state *state = c->world.state;
    uint32_t n = c->scenario->node.replication;
    placement_replicas(&state->placement, placement_range_of(&state->placement, position), n, true,
                       old);
    placement_replicas(&state->other_placement,
                       placement_range_of(&state->other_placement, position), n, true, new);
    for (uint32_t i = 0; i < n; i++)
        wanted += !is_among(old, n, new[i]);
    for (uint32_t i = 0; i < members->move_count; i++) {
        const struct members_move *move = &members->moves[i];
        if (!range_has((struct position_range){move->from, move->to}, position))
            continue;
        assert_true(is_among(new, n, move->gainer) && !is_among(old, n, move->gainer));
        assert_true(is_among(old, n, move->giver) && !is_among(new, n, move->giver));
        found++;
    }
    assert_int_equal(found, wanted);
}

static void what_moves_is_what_gets_another_owner(void **state)
{
    (void)state;
    struct cluster c;
    uint64_t position = 7;
    cluster_open(&c, JOIN);
    run_until(&c, 1300 * MILLISECOND);
    struct members members = look(&c, MEMBERS_ALL);
    assert_true(members.move_count > 8);
    for (uint32_t i = 0; i < 2000; i++) {
        position = mix_pair(position, i);
        expect_moves_at(&c, &members, position);
    }
    expect_moves_at(&c, &members, 0);
    expect_moves_at(&c, &members, UINT64_MAX);
    cluster_close(&c);
}

/* Three copies of everything, and what some gain others give. */
static void shares_add_up_and_what_is_gained_is_given(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, JOIN);
    run_until(&c, 1300 * MILLISECOND);
    struct members members = look(&c, MEMBERS_ALL);
    uint64_t now = 0, after = 0, gained = 0, given = 0;
    for (uint32_t i = 0; i < members.node_count; i++) {
        now += members.nodes[i].share_ppm;
        after += members.nodes[i].share_after_ppm;
        gained += members.nodes[i].gains_ppm;
        given += members.nodes[i].gives_ppm;
    }
    assert_in_range(now, 2999990, 3000000);
    assert_in_range(after, 2999990, 3000000);
    assert_int_equal(gained, members.nodes[N5].share_after_ppm);
    assert_in_range(given, gained - 5, gained + 5);
    cluster_close(&c);
}

/* --- eyes of one node ------------------------------------------------------------------------- */

static void a_node_that_was_cut_off_sees_the_members_of_before(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '8s', 'cluster': {'nodes': 5, 'members': 4}, 'timeline': [{'at': "
                     "'900ms', 'partition': [['n2'], ['n1', 'n3', 'n4', 'n5']]}, {'at': '1s', "
                     "'join': 'n5'}]");
    run_until(&c, 1300 * MILLISECOND);
    assert_int_equal(look(&c, MEMBERS_ALL).version, 2);
    struct members members = look(&c, N2);
    assert_int_equal(members.version, 1);
    assert_int_equal(members.nodes[N5].kind, MEMBER_KIND_SPARE);
    assert_false(members.nodes[N1].is_known);
    assert_true(members.nodes[N2].is_known);
    assert_int_equal(look(&c, N3).version, 2);
    cluster_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_kinds_follow_the_phases_of_a_join),
        cmocka_unit_test(the_driver_waits_for_who_is_missing_and_then_rolls_back),
        cmocka_unit_test(what_moves_is_what_gets_another_owner),
        cmocka_unit_test(shares_add_up_and_what_is_gained_is_given),
        cmocka_unit_test(a_node_that_was_cut_off_sees_the_members_of_before),
    };
    return cmocka_run_group_tests(tests, open_memory, close_memory);
}

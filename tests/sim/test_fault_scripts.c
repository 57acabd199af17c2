/*
 * test_fault_scripts.c: a script of faults ends when it says, and no two seeds write the same one.
 */
#include "sim/fault_scripts.h"

#include <stdio.h>
#include <string.h>

enum { NODES = 5 };

static void open_script(struct cluster *c, uint64_t seed, char *faults, size_t size)
{
    static char text[24000];
    char workload[400];
    struct fault_plan plan = {
        .seed = seed, .nodes = NODES, .begin = SECOND, .healed_at = 10 * SECOND};
    write_faults(&plan, faults, size);
    write_workload(&plan, workload, sizeof workload);
    snprintf(text, sizeof text,
             "'duration': '13s', 'cluster': {'nodes': 5}, 'clients': [%s], 'timeline': [%s]",
             workload, faults);
    cluster_load(c, text, NULL);
    cluster_begin(c, seed, NULL, 0);
}

static void after_the_end_every_node_runs_and_nothing_is_cut(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct cluster c;
        char faults[20000];
        open_script(&c, seed, faults, sizeof faults);
        run_until(&c, 10 * SECOND);
        for (uint32_t node = 0; node < NODES; node++)
            assert_int_equal(machine_at(&c.world, node)->state, NODE_UP);
        run_to_end(&c);
        for (uint32_t node = 0; node < NODES; node++) {
            assert_true(node_is_ready(machine_at(&c.world, node)->node));
            for (uint32_t peer = 0; peer < NODES; peer++)
                assert_false(world_view_suspects(&c.world, node, peer));
        }
        cluster_close(&c);
    }
}

static void each_seed_writes_its_own_script_and_the_same_one_again(void **state)
{
    (void)state;
    char first[20000], again[20000], other[20000];
    struct fault_plan plan = {
        .seed = 1, .nodes = NODES, .begin = SECOND, .healed_at = 10 * SECOND};
    write_faults(&plan, first, sizeof first);
    write_faults(&plan, again, sizeof again);
    plan.seed = 2;
    write_faults(&plan, other, sizeof other);
    assert_string_equal(first, again);
    assert_true(strcmp(first, other) != 0);
}

/* Without hints, repair and reads a replica that missed a write stays behind. */
static void replicas_that_missed_a_write_are_seen_to_differ(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '5s', 'cluster': {'nodes': 3}, 'clients': [{'name': 'ann',"
                     " 'script': [{'at': '1s', 'put': 'a', 'value': '1', 'via': 'n1'}]}],"
                     " 'timeline': [{'at': '500ms', 'cut': {'from': 'n1', 'to': 'n3'},"
                     "   'name': 'one'}, {'at': '2s', 'heal': 'all'}]");
    assert_int_equal(run_until_equal(&c, 0, 4 * SECOND), 10 * MILLISECOND);
    run_until(&c, 4 * SECOND);
    assert_int_equal(unequal_ranges(&c), 1); /* that of the key */
    cluster_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_the_end_every_node_runs_and_nothing_is_cut),
        cmocka_unit_test(each_seed_writes_its_own_script_and_the_same_one_again),
        cmocka_unit_test(replicas_that_missed_a_write_are_seen_to_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

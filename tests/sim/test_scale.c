/*
 * test_scale.c: what must not grow with the cluster, or with the length of a run.
 *
 * Counts, not times: those are in tests/bench/bench_scale.c.
 */
#include <stdio.h>

#include "sim/cluster.h"

static void open_cluster(struct cluster *c, unsigned nodes, unsigned operations)
{
    char text[700];
    snprintf(text, sizeof text,
             "'duration': '1000000s', 'cluster': {'nodes': %u, 'replication': 3, 'heartbeat': "
             "'0s', 'log': {'sync': 'always', 'segment': '4KiB', 'checkpoint_every': '16KiB'}}, "
             "'clients': [{'name': 'c', 'count': 4, 'think': '10ms', 'operations': %u, 'start': "
             "'1s', 'keys': {'count': 5}, 'write': 'all', 'read': 'all'}]",
             nodes, operations);
    cluster_open(c, text);
    c->world.sink.take = NULL; /* records are not kept */
}

static double events_per_operation(unsigned nodes)
{
    struct cluster c;
    open_cluster(&c, nodes, 500);
    run_until(&c, SECOND - 1);
    uint64_t before = c.world.state->step;
    run_to_end(&c);
    uint64_t events = c.world.state->step - before;
    assert_int_equal(c.world.state->clients.told[OPERATION_PUT][OUTCOME_OK] +
                         c.world.state->clients.told[OPERATION_GET][OUTCOME_OK],
                     2000);
    cluster_close(&c);
    return (double)events / 2000;
}

static void an_operation_makes_as_many_events_in_a_large_cluster_as_in_a_small_one(void **state)
{
    (void)state;
    /* among three nodes the coordinator always is a replica, which saves two messages */
    double of_3 = events_per_operation(3);
    double of_10 = events_per_operation(10);
    double of_100 = events_per_operation(100);
    print_message("events an operation: %.2f with 3 nodes, %.2f with 10, %.2f with 100\n", of_3,
                  of_10, of_100);
    assert_true(of_10 < of_3 + 4.5);
    assert_true(of_100 < of_10 * 1.1);
}

static uint64_t memory_of_nodes(const struct cluster *c)
{
    uint64_t bytes = 0;
    for (uint32_t node = 0; node < c->scenario->node.nodes; node++)
        bytes += heap_bytes(&machine_at(&c->world, node)->memory);
    return bytes;
}

static void a_nodes_memory_does_not_grow_with_the_operations_on_the_same_keys(void **state)
{
    (void)state;
    struct cluster c;
    open_cluster(&c, 3, 6000);
    run_until_count(&c, TRACE_TOLD, ALL_ACTORS, 6000); /* all 1024 requests to be remembered are */
    uint64_t early = memory_of_nodes(&c);
    uint64_t disk_early = world_view_node(&c.world, N1).disk_bytes;
    run_until_count(&c, TRACE_TOLD, ALL_ACTORS, 24000);
    uint64_t late = memory_of_nodes(&c);
    uint64_t disk_late = world_view_node(&c.world, N1).disk_bytes;
    print_message("after 6000 operations %llu bytes in memory and %llu on n1's disk, after 24000 "
                  "%llu and %llu\n",
                  (unsigned long long)early, (unsigned long long)disk_early,
                  (unsigned long long)late, (unsigned long long)disk_late);
    assert_in_range(late, early / 2, early * 11 / 10);
    assert_true(disk_late < 64 * 1024); /* checkpoints cut the log */
    cluster_close(&c);
}

static void when_all_is_said_nothing_is_left_pending_anywhere(void **state)
{
    (void)state;
    struct cluster c;
    open_cluster(&c, 10, 300);
    run_to_end(&c);
    const struct world_state *world = c.world.state;
    assert_int_equal(queue_count(&world->queue), 0);
    assert_int_equal(world->net.parcels.taken_count, 0);
    assert_int_equal(world->work.taken_count, 0);
    assert_int_equal(world->timers.taken_count, 0);
    assert_int_equal(world->tickets.taken_count, 0);
    assert_int_equal(world->clients.flights.taken_count, 0);
    assert_int_equal(table_count(&world->clients.in_flight), 0);
    for (uint32_t node = 0; node < 10; node++) {
        assert_int_equal(table_count(&machine_at(&c.world, node)->node->pending), 0);
        assert_null(machine_at(&c.world, node)->node->unsynced_first);
    }
    cluster_close(&c);
}

static void links_between_clients_take_no_memory(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c,
                 "'duration': '1s', 'cluster': {'nodes': 3}, 'clients': [{'name': 'c', 'count': "
                 "4000, 'start': '1s'}]");
    /* 3 nodes to 4003 endpoints, 4000 clients to 3 nodes */
    assert_true(heap_bytes(&c.world.state->net.heap) < 24100 * sizeof(struct link));
    cluster_close(&c);
}

static void a_hundred_nodes_beat_to_each_other_and_none_is_suspected(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '3s', 'cluster': {'nodes': 100, 'heartbeat': '1s', 'cpu': "
                     "{'service': {'message': '0s'}}}");
    run_to_end(&c);
    /* two nodes are not ready yet when their first beat is due */
    assert_int_equal(count_messages(&c, TRACE_SEND, MESSAGE_HEARTBEAT, UINT32_MAX, UINT32_MAX),
                     (3 * 100 - 2) * 99);
    assert_int_equal(count_of(&c, NOTED(PEER_SUSPECTED), ALL_ACTORS), 0);
    cluster_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_operation_makes_as_many_events_in_a_large_cluster_as_in_a_small_one),
        cmocka_unit_test(a_nodes_memory_does_not_grow_with_the_operations_on_the_same_keys),
        cmocka_unit_test(when_all_is_said_nothing_is_left_pending_anywhere),
        cmocka_unit_test(links_between_clients_take_no_memory),
        cmocka_unit_test(a_hundred_nodes_beat_to_each_other_and_none_is_suspected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

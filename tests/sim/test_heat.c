/*
 * test_heat.c: what is hot: the sketches of the nodes against the history of what clients did, the
 * window of the last while, and what a picture makes of it.
 */
#include <string.h>

#include "sim/cluster.h"
#include "sim/picture/heat.h"
#include "sim/picture/picture.h"

static struct region region;
static struct heap *heap;

static int open_memory(void **state)
{
    const char *why = NULL;
    (void)state;
    assert_true(region_open(&region, REGION_RESERVE_PLAN, NULL, &why));
    heap = region_create_root(&region, sizeof *heap);
    heap_init(heap, region.header);
    return 0;
}

static int close_memory(void **state)
{
    (void)state;
    region_close(&region);
    return 0;
}

/* Three nodes, three copies: a is written twice and read three times (of ONE), b written once. */
#define AT(time, what) "{'at': '" time "', " what ", 'via': 'n1', 'level': 'one'}"
#define A_AND_B                                                                                    \
    "'duration': '4s', " BARE ", 'clients': [{'name': 'alice', 'script': ["                        \
    AT("100ms", "'put': 'a', 'value': '1'") ", " AT("200ms", "'put': 'a', 'value': '2'") ", "      \
    AT("300ms", "'get': 'a'") ", " AT("400ms", "'get': 'a'") ", " AT("1s", "'get': 'a'") ", "      \
    AT("1500ms", "'put': 'b', 'value': '1'") "]}]"

static void a_write_counts_at_every_replica_and_a_read_of_one_at_one(void **state)
{
    (void)state;
    struct cluster c;
    struct heat_keys all, one;
    cluster_open(&c, A_AND_B);
    run_until(&c, 2 * SECOND);
    heat_take_keys(&c.world, HEAT_ALL, 10, heap, &all);
    assert_int_equal(all.node_count, 3);
    assert_int_equal(all.reads, 3);
    assert_int_equal(all.writes, 9);
    assert_int_equal(all.count, 2);
    struct bytes first = world_key(&c.world, all.keys[0].key);
    assert_int_equal(first.size, 1);
    assert_int_equal(first.data[0], 'a');
    assert_int_equal(all.keys[0].writes.count, 6);
    assert_int_equal(all.keys[0].reads.count, 3);
    assert_int_equal(all.keys[0].owner_count, 3);
    assert_int_equal(heat_share_ppm(&all, &all.keys[0]), 750000);
    heat_take_keys(&c.world, N2, 1, heap, &one);
    assert_int_equal(one.count, 1);
    assert_int_equal(one.writes, 3);
    assert_int_equal(one.keys[0].writes.count, 2);
    cluster_close(&c);
}

static void what_a_process_has_counted_goes_with_it(void **state)
{
    (void)state;
    struct cluster c;
    struct heat_keys heat;
    cluster_open(&c, A_AND_B ", 'timeline': [{'at': '1200ms', 'crash': 'n3'}, "
                             "{'at': '1300ms', 'restart': 'n3'}]");
    run_until(&c, 2 * SECOND);
    heat_take_keys(&c.world, N3, 10, heap, &heat);
    assert_int_equal(heat.count, 1); /* b, after its start */
    assert_int_equal(heat.writes, 1);
    cluster_close(&c);
}

/* (1 s, 2 s]: the get that was begun at 1 s is not in it. */
static void the_window_forgets_what_is_older(void **state)
{
    (void)state;
    struct cluster c;
    struct heat_recent recent;
    cluster_open(&c, A_AND_B);
    run_until(&c, 2 * SECOND);
    vtime now = c.world.state->now;
    heat_take_recent(&c.world, now - 1 * SECOND, UINT64_MAX, heap, &recent);
    assert_int_equal(recent.count, 1);
    assert_int_equal(recent.writes, 1);
    assert_int_equal(recent.reads, 0);
    heat_take_recent(&c.world, now - 1 * SECOND + 1, UINT64_MAX, heap, &recent);
    assert_int_equal(recent.reads, 1);
    heat_take_recent(&c.world, 100 * SECOND, UINT64_MAX, heap, &recent);
    assert_int_equal(recent.span, now); /* there was no more */
    assert_int_equal(recent.reads + recent.writes, 6);
    heat_take_recent(&c.world, 100 * SECOND, 2, heap, &recent); /* the last two of them */
    assert_int_equal(recent.reads + recent.writes, 2);
    assert_int_equal(recent.span, now - 1 * SECOND);
    cluster_close(&c);
}

/* --- many keys ------------------------------------------------------------------------------- */

#define MANY                                                                                       \
    "'duration': '4s', " BARE ", 'clients': [{'name': 'c', 'loop': 'open', 'gap': '1ms', "         \
    "'mix': {'put': 1}, 'keys': {'count': 300, 'zipf': 1}, 'start': '10ms', "                   \
    "'operations': 3000}]"

/* How often clients have begun something about each key. */
static uint64_t begun(const struct cluster *c, uint32_t key)
{
    struct history history = world_history(&c->world, heap);
    uint64_t count = 0;
    for (uint32_t i = 0; i < history.count; i++)
        count += history.operations[i].key == key;
    return count;
}

/* Three times more keys than counters. Each node keeps every key, so the truth is known. */
static void the_lists_of_all_nodes_together_keep_the_promise_of_each(void **state)
{
    (void)state;
    struct cluster c;
    struct heat_keys heat;
    uint32_t keys = 0, wrong = 0, listed = 0;
    cluster_open(&c, MANY);
    run_to_end(&c);
    heat_take_keys(&c.world, HEAT_ALL, UINT32_MAX, heap, &heat);
    assert_int_equal(heat.writes, 3 * world_history(&c.world, heap).count);
    for (uint32_t key = 0; key < world_key_count(&c.world); key++) {
        uint64_t truth = 3 * begun(&c, key);
        bool is_listed = false;
        for (uint32_t i = 0; i < heat.count; i++) {
            const struct heat_count *count = &heat.keys[i].writes;
            if (heat.keys[i].key != key)
                continue;
            is_listed = true;
            wrong += truth > count->count || count->count - count->error > truth;
        }
        listed += is_listed;
        assert_true(is_listed || truth * heat.capacity <= heat.writes);
        keys++;
    }
    assert_int_equal(wrong, 0);
    assert_true(keys > 200 && listed >= heat.capacity && listed < keys);
    cluster_close(&c);
}

static void ranges_have_all_operations_and_their_order_is_by_load(void **state)
{
    (void)state;
    struct cluster c;
    struct heat_recent recent;
    struct heat_ranges heat;
    uint64_t sum = 0, rows = 0;
    cluster_open(&c, MANY);
    run_until(&c, 2 * SECOND);
    heat_take_recent(&c.world, 1 * SECOND, UINT64_MAX, heap, &recent);
    heat_take_ranges(&c.world, &recent, heap, &heat);
    const uint32_t *order = heat_order(&heat, heap);
    for (uint32_t i = 0; i < heat.count; i++) {
        sum += heat.ranges[i].reads + heat.ranges[i].writes;
        rows += heat.ranges[i].rows;
        assert_int_equal(heat.ranges[i].owner_count, 3);
        if (i > 0)
            assert_true(heat.ranges[order[i - 1]].writes >= heat.ranges[order[i]].writes);
    }
    assert_int_equal(sum, recent.reads + recent.writes);
    assert_in_range(sum, 990, 1010);
    assert_true(rows > 200 && rows <= world_key_count(&c.world));
    cluster_close(&c);
}

/* --- in a picture ----------------------------------------------------------------------------- */

static void a_picture_marks_the_hot_key_and_the_load_of_its_arc(void **state)
{
    (void)state;
    struct cluster c;
    struct picture picture;
    uint32_t hot = 0, sum = 0, most = 0;
    cluster_open(&c, "'duration': '4s', " BARE ", 'clients': [{'name': 'c', 'loop': 'open', "
                     "'gap': '5ms', 'mix': {'get': 1}, 'keys': {'count': 50, 'zipf': 2}}]");
    run_until(&c, 2 * SECOND);
    picture_take(&c.world, heap, &picture);
    for (uint32_t i = 0; i < picture.key_count; i++) {
        hot += picture.keys[i].is_hot;
        assert_true(picture.keys[i].is_hot == (picture.keys[i].asked * 10 > picture.asked));
        sum += picture.keys[i].asked;
    }
    assert_int_equal(sum, picture.asked);
    assert_in_range(hot, 1, 3);
    sum = 0;
    for (uint32_t i = 0; i < picture.token_count; i++) {
        sum += picture.tokens[i].asked;
        most = MAX(most, picture.tokens[i].asked);
    }
    assert_int_equal(sum, picture.asked);
    assert_int_equal(most, picture.asked_most);
    assert_int_equal(picture.asked_span, SECOND);
    cluster_close(&c);
}

/* One core of 10 ms a message, and a patience of 30 ms in the queue: of eight puts that come at
 * once the later ones are refused, and 50 ms afterwards that is 50 ms ago. */
static void a_picture_tells_when_a_node_last_refused_something(void **state)
{
    (void)state;
    struct cluster c;
    struct picture picture;
    cluster_open(&c, "'duration': '4s', 'cluster': {'nodes': 1, 'replication': 1, 'heartbeat': "
                     "'0s', 'log': {'sync': 'never'}, 'cpu': {'cores': 1, 'queue': 50, 'service': "
                     "{'message': '10ms'}}, 'shedding': {'by': 'old', 'target': '30ms'}}, "
                     "'network': {" BARE_NETWORK "}, 'clients': [{'name': 'c', 'loop': 'open', "
                     "'gap': '1ms', 'mix': {'put': 1}, 'keys': {'count': 5}, 'operations': 40, "
                     "'timeout': '2s'}]");
    run_until(&c, 20 * MILLISECOND);
    picture_take(&c.world, heap, &picture);
    assert_int_equal(picture.nodes[N1].queue_bound, 50);
    assert_int_equal(picture.nodes[N1].shed, 0);
    assert_true(picture.nodes[N1].shed_ago == VTIME_NEVER);
    run_until_count(&c, NOTED(REQUEST_SHED), N1, 1);
    picture_take(&c.world, heap, &picture);
    assert_int_equal(picture.nodes[N1].shed, 1);
    assert_int_equal(picture.nodes[N1].shed_ago, 0);
    run_to_end(&c);
    vtime last = last_record_of(&c, NOTED(REQUEST_SHED), N1)->time;
    picture_take(&c.world, heap, &picture);
    assert_int_equal(picture.nodes[N1].shed_ago, c.world.state->now - last);
    assert_int_equal(picture.nodes[N1].shed, count_of(&c, NOTED(REQUEST_SHED), N1));
    cluster_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_write_counts_at_every_replica_and_a_read_of_one_at_one),
        cmocka_unit_test(what_a_process_has_counted_goes_with_it),
        cmocka_unit_test(the_window_forgets_what_is_older),
        cmocka_unit_test(the_lists_of_all_nodes_together_keep_the_promise_of_each),
        cmocka_unit_test(ranges_have_all_operations_and_their_order_is_by_load),
        cmocka_unit_test(a_picture_marks_the_hot_key_and_the_load_of_its_arc),
        cmocka_unit_test(a_picture_tells_when_a_node_last_refused_something),
    };
    return cmocka_run_group_tests(tests, open_memory, close_memory);
}

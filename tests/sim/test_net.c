/*
 * test_net.c: how long messages take, and what can keep them from arriving.
 *
 * Most tests watch the one write message that a put makes a coordinator send, in a
 * cluster in which nothing else takes time.
 */
#include <string.h>

#include "sim/cluster.h"

#define WRITE MESSAGE_REPLICA_WRITE
#define ANY   UINT32_MAX

/* One put of alice's through n1 at 10 ms, in a cluster with the given network. */
#define ONE_PUT                                                                                    \
    "'clients': [{'name': 'alice', 'script': [{'at': '10ms', 'put': 'k', 'value': 'x', "           \
    "'via': 'n1', 'level': 'one', 'label': 'w1'}]}]"
#define NETWORK(text) "'duration': '1s', 'cluster': {" BARE_CLUSTER "}, 'network': {" text "}, "

static const struct trace_record *sent(const struct cluster *c, uint32_t from, uint32_t to)
{
    return message_record(c, TRACE_SEND, WRITE, from, to, 1);
}

static const struct trace_record *arrived(const struct cluster *c, uint32_t from, uint32_t to)
{
    return message_record(c, TRACE_ARRIVE, WRITE, from, to, 1);
}

/* The only drop of a write between these two, with its reason. */
static void expect_drop(const struct cluster *c, uint32_t from, uint32_t to, enum reason reason,
                        vtime time)
{
    assert_int_equal(count_messages(c, TRACE_ARRIVE, WRITE, from, to), 0);
    assert_int_equal(count_messages(c, TRACE_DROP, WRITE, from, to), 1);
    const struct trace_record *drop = message_record(c, TRACE_DROP, WRITE, from, to, 1);
    assert_int_equal(drop->field[2], reason);
    assert_int_equal(drop->time, time);
    assert_int_equal(drop->cause, sent(c, from, to)->number);
}

/* --- latency ---------------------------------------------------------------------------- */

static void a_message_arrives_after_the_latency_of_its_link(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, NETWORK("'latency': '3ms', 'clients': {'latency': '250us'}, "
                             "'links': [{'from': 'n1', 'to': 'n3', 'latency': '7ms'}]") ONE_PUT);
    run_to_end(&c);
    vtime asked = 10 * MILLISECOND + 250 * MICROSECOND;
    assert_int_equal(sent(&c, N1, N2)->time, asked);
    assert_int_equal(arrived(&c, N1, N2)->time, asked + 3 * MILLISECOND);
    assert_int_equal(arrived(&c, N1, N3)->time, asked + 7 * MILLISECOND); /* directed: */
    assert_int_equal(message_record(&c, TRACE_ARRIVE, MESSAGE_REPLICA_WRITTEN, N3, N1, 1)->time,
                     asked + 10 * MILLISECOND); /* the way back is as the others */
    expect_told(&c, "w1", OUTCOME_OK, asked + 250 * MICROSECOND);
    assert_int_equal(arrived(&c, N1, N2)->cause, sent(&c, N1, N2)->number);
    cluster_close(&c);
}

static void the_last_setting_that_names_a_link_wins(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, NETWORK("'latency': '1ms', 'links': ["
                             "{'from': 'n1', 'to': 'all', 'latency': '2ms'}, "
                             "{'from': 'all', 'to': 'n2', 'latency': '4ms'}]") ONE_PUT);
    run_to_end(&c);
    vtime asked = 10 * MILLISECOND + 100 * MICROSECOND;
    assert_int_equal(arrived(&c, N1, N2)->time, asked + 4 * MILLISECOND);
    assert_int_equal(arrived(&c, N1, N3)->time, asked + 2 * MILLISECOND);
    cluster_close(&c);
}

static void a_drawn_latency_depends_on_the_message_and_on_nothing_else(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, NETWORK("'latency': {'exponential': '5ms'}") ONE_PUT);
    run_to_end(&c);
    uint64_t identity = net_identity(request_of(&c, "w1", 0), WRITE, 0, N1, N2);
    struct distribution latency = distribution_exponential(5 * MILLISECOND);
    vtime drawn = sample(&latency, mix(1, STREAM_LATENCY, identity));
    assert_int_equal(arrived(&c, N1, N2)->time - sent(&c, N1, N2)->time, drawn);
    assert_int_not_equal(arrived(&c, N1, N3)->time - sent(&c, N1, N3)->time, drawn);
    cluster_close(&c);
}

/* --- bandwidth ----------------------------------------------------------------------------- */

static void a_message_takes_its_size_over_the_bandwidth_and_then_the_latency(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, NETWORK("'latency': '1ms', 'bandwidth': '1000B'") ONE_PUT);
    run_to_end(&c);
    const struct trace_record *send = sent(&c, N1, N2);
    assert_int_equal(send->field[2], 12 + 8 + 8 + 8 + 1 + 1 + 2 + 1 + 4 + 1); /* db/message.h */
    assert_int_equal(arrived(&c, N1, N2)->time, send->time + 46 * MILLISECOND + MILLISECOND);
    assert_int_equal(arrived(&c, N1, N3)->time, arrived(&c, N1, N2)->time); /* a link each */
    cluster_close(&c);
}

/* Three puts of one size at one moment. */
#define THREE_PUTS                                                                                 \
    "'clients': [{'name': 'alice', 'script': ["                                                    \
    "{'at': '10ms', 'put': 'k', 'value': 'x', 'via': 'n1', 'level': 'one', 'label': 'w1'}, "       \
    "{'at': '10ms', 'put': 'k', 'value': 'y', 'via': 'n1', 'level': 'one', 'label': 'w2'}, "       \
    "{'at': '10ms', 'put': 'k', 'value': 'z', 'via': 'n1', 'level': 'one', 'label': 'w3'}]}]"

static void messages_queue_for_the_bandwidth(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, NETWORK("'latency': '1ms', 'bandwidth': '1000B'") THREE_PUTS);
    run_to_end(&c);
    vtime first = arrived(&c, N1, N2)->time;
    for (uint64_t i = 1; i < 3; i++)
        assert_int_equal(message_record(&c, TRACE_ARRIVE, WRITE, N1, N2, i + 1)->time,
                         first + i * 46 * MILLISECOND);
    cluster_close(&c);
}

static void a_full_queue_drops_at_the_sender(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, NETWORK("'latency': '1ms', 'bandwidth': '1000B', 'queue': '92B'") THREE_PUTS);
    run_to_end(&c);
    assert_int_equal(count_messages(&c, TRACE_ARRIVE, WRITE, N1, N2), 2);
    assert_int_equal(count_messages(&c, TRACE_DROP, WRITE, N1, N2), 1);
    const struct trace_record *drop = message_record(&c, TRACE_DROP, WRITE, N1, N2, 1);
    assert_int_equal(drop->field[2], REASON_QUEUE_FULL);
    assert_int_equal(drop->time, message_record(&c, TRACE_SEND, WRITE, N1, N2, 3)->time);
    cluster_close(&c);
}

/* --- loss, copies, order ------------------------------------------------------------------ */

static void loss_is_decided_when_the_message_would_arrive(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, NETWORK("'latency': '1ms', 'loss': '0%', "
                             "'links': [{'from': 'n1', 'to': 'n2', 'loss': '100%'}]") ONE_PUT);
    run_to_end(&c);
    expect_drop(&c, N1, N2, REASON_LOSS, sent(&c, N1, N2)->time + MILLISECOND);
    assert_int_equal(count_messages(&c, TRACE_ARRIVE, WRITE, N1, N3), 1);
    cluster_close(&c);
}

/* 400 puts through n1, one a millisecond. */
#define MANY_PUTS                                                                                  \
    "'clients': [{'name': 'c', 'think': '1ms', 'operations': 400, 'start': '5ms', 'mix': {'put': " \
    "1}, "                                                                                         \
    "'via': 'n1', 'write': 'one', 'timeout': '100ms'}]"

static void the_share_that_is_lost_is_the_one_that_was_asked_for(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, NETWORK("'latency': '1ms', "
                             "'links': [{'from': 'n1', 'to': 'n2', 'loss': '25%'}]") MANY_PUTS);
    run_to_end(&c);
    uint64_t lost = count_messages(&c, TRACE_DROP, WRITE, N1, N2);
    assert_int_equal(count_messages(&c, TRACE_SEND, WRITE, N1, N2), 400);
    assert_int_equal(lost + count_messages(&c, TRACE_ARRIVE, WRITE, N1, N2), 400);
    assert_in_range(lost, 100 - 30, 100 + 30); /* 3.5 standard deviations */
    assert_int_equal(count_messages(&c, TRACE_DROP, ANY, N1, N3), 0);
    cluster_close(&c);
}

static void a_duplicated_message_arrives_twice_and_both_know_why(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, NETWORK("'latency': {'uniform': ['1ms', '9ms']}, "
                             "'links': [{'from': 'n1', 'to': 'n2', 'duplicate': '100%', "
                             "'latency': {'uniform': ['1ms', '9ms']}}]") ONE_PUT);
    run_to_end(&c);
    assert_int_equal(count_messages(&c, TRACE_SEND, WRITE, N1, N2), 1);
    assert_int_equal(count_messages(&c, TRACE_DUPLICATE, WRITE, N1, N2), 1);
    assert_int_equal(count_messages(&c, TRACE_ARRIVE, WRITE, N1, N2), 2);
    assert_int_equal(count_messages(&c, TRACE_ARRIVE, WRITE, N1, N3), 1);
    const struct trace_record *copied = message_record(&c, TRACE_DUPLICATE, WRITE, N1, N2, 1);
    const struct trace_record *a = message_record(&c, TRACE_ARRIVE, WRITE, N1, N2, 1);
    const struct trace_record *b = message_record(&c, TRACE_ARRIVE, WRITE, N1, N2, 2);
    const struct trace_record *copy = a->cause == copied->number ? a : b;
    assert_int_equal(copy->cause, copied->number);
    assert_int_equal(copy->time, copied->time + copied->field[2]);
    assert_int_equal((copy == a ? b : a)->cause, sent(&c, N1, N2)->number);
    cluster_close(&c);
}

static void a_copy_has_a_loss_of_its_own(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, NETWORK("'latency': '1ms', 'links': [{'from': 'n1', 'to': 'n2', "
                             "'duplicate': '100%', 'loss': '50%'}]") MANY_PUTS);
    run_to_end(&c);
    uint64_t arrivals[3] = {0};
    for (uint64_t n = 1; n <= 400; n++) {
        uint64_t about = message_record(&c, TRACE_SEND, WRITE, N1, N2, n)->about;
        uint64_t count = 0;
        for (size_t i = 0; i < c.record_count; i++)
            count += c.records[i].kind == TRACE_ARRIVE && c.records[i].actor == N2 &&
                     c.records[i].field[0] == WRITE && c.records[i].about == about;
        arrivals[count]++;
    }
    assert_in_range(arrivals[0], 70, 130); /* a quarter, a half, a quarter */
    assert_in_range(arrivals[1], 165, 235);
    assert_in_range(arrivals[2], 70, 130);
    cluster_close(&c);
}

static void a_reordered_message_comes_so_much_later(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, NETWORK("'latency': '1ms', 'links': [{'from': 'n1', 'to': 'n2', "
                             "'reorder': '100%', 'reorder_delay': '20ms'}]") ONE_PUT);
    run_to_end(&c);
    assert_int_equal(arrived(&c, N1, N2)->time, sent(&c, N1, N2)->time + 21 * MILLISECOND);
    assert_int_equal(arrived(&c, N1, N3)->time, sent(&c, N1, N3)->time + MILLISECOND);
    cluster_close(&c);
}

static void reordering_lets_later_messages_overtake(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, NETWORK("'latency': '1ms', 'links': [{'from': 'n1', 'to': 'n2', "
                             "'reorder': '30%', 'reorder_delay': '20ms'}]") MANY_PUTS);
    run_to_end(&c);
    uint64_t overtaken = 0;
    for (uint64_t n = 2; n <= 400; n++)
        overtaken += message_record(&c, TRACE_ARRIVE, WRITE, N1, N2, n)->cause <
                     message_record(&c, TRACE_ARRIVE, WRITE, N1, N2, n - 1)->cause;
    assert_in_range(overtaken, 50, 200);
    cluster_close(&c);
}

/* --- partitions and cuts --------------------------------------------------------------------- */

#define TIMELINE(text) ", 'timeline': [" text "]"

static void a_partition_kills_what_is_in_flight(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, NETWORK("'latency': '5ms'")
                         ONE_PUT TIMELINE("{'at': '11ms', 'partition': [['n1', 'n3'], ['n2']]}"));
    run_to_end(&c);
    expect_drop(&c, N1, N2, REASON_PARTITION, sent(&c, N1, N2)->time + 5 * MILLISECOND);
    assert_int_equal(count_messages(&c, TRACE_ARRIVE, WRITE, N1, N3), 1);
    const struct trace_record *split = record_of(&c, TRACE_PARTITION, ACTOR_WORLD, 1);
    assert_int_equal(split->field[0], 2);
    assert_int_equal(split->field[1], 4); /* n1-n2 and n3-n2, both ways */
    cluster_close(&c);
}

static void what_was_sent_into_a_partition_arrives_if_it_heals_in_time(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, NETWORK("'latency': '5ms'") ONE_PUT TIMELINE(
                         "{'at': '9ms', 'partition': [['n1'], ['n2']]}, {'at': '14ms', "
                         "'heal': 'all'}"));
    run_to_end(&c);
    assert_int_equal(arrived(&c, N1, N2)->time, sent(&c, N1, N2)->time + 5 * MILLISECOND);
    cluster_close(&c);
}

static void who_is_in_no_group_reaches_both_sides(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, NETWORK("'latency': '1ms'")
                         ONE_PUT TIMELINE("{'at': '9ms', 'partition': [['n2'], ['n3']]}"));
    run_to_end(&c);
    assert_int_equal(count_messages(&c, TRACE_ARRIVE, WRITE, N1, N2), 1);
    assert_int_equal(count_messages(&c, TRACE_ARRIVE, WRITE, N1, N3), 1);
    assert_true(net_is_cut(&c.world, N2, N3));
    assert_true(net_is_cut(&c.world, N3, N2));
    cluster_close(&c);
}

static void a_client_can_be_on_one_side_of_a_partition(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(
        &c,
        NETWORK(
            "'latency': '1ms'") "'clients': [{'name': 'alice', 'script': [{'at': '10ms', 'put': "
                                "'k', "
                                "'value': 'x', 'via': 'n1', 'label': 'w1', 'timeout': '50ms'}]}, "
                                "{'name': 'bob', 'script': [{'at': '10ms', 'put': 'j', 'value': "
                                "'y', "
                                "'via': 'n1', 'label': 'w2'}]}]" TIMELINE(
                                    "{'at': '5ms', 'partition': [['n1', 'n2', 'n3', 'bob'], "
                                    "['alice']]}"));
    run_to_end(&c);
    expect_told(&c, "w1", OUTCOME_TIMEOUT, 60 * MILLISECOND);
    expect_outcome(&c, "w2", OUTCOME_OK);
    assert_int_equal(message_record(&c, TRACE_DROP, MESSAGE_CLIENT_PUT, C1, N1, 1)->field[2],
                     REASON_PARTITION);
    /* three nodes to alice and back; there is no link between the clients */
    assert_int_equal(record_of(&c, TRACE_PARTITION, ACTOR_WORLD, 1)->field[1], 6);
    cluster_close(&c);
}

static void a_cut_is_one_way(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, NETWORK("'latency': '1ms'")
                         ONE_PUT TIMELINE("{'at': '9ms', 'cut': {'from': 'n2', 'to': 'n1'}}"));
    run_to_end(&c);
    assert_int_equal(count_messages(&c, TRACE_ARRIVE, WRITE, N1, N2), 1);
    assert_int_equal(count_messages(&c, TRACE_ARRIVE, MESSAGE_REPLICA_WRITTEN, N2, N1), 0);
    assert_int_equal(count_messages(&c, TRACE_DROP, MESSAGE_REPLICA_WRITTEN, N2, N1), 1);
    assert_int_equal(count_messages(&c, TRACE_ARRIVE, MESSAGE_REPLICA_WRITTEN, N3, N1), 1);
    cluster_close(&c);
}

static void healing_by_name_leaves_the_other_splits_in_force(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, NETWORK("'latency': '1ms'") ONE_PUT TIMELINE(
                         "{'at': '1ms', 'partition': [['n1'], ['n2', 'n3']], 'name': 'a'}, "
                         "{'at': '2ms', 'cut': {'from': 'n1', 'to': 'n2'}, 'name': 'b'}, "
                         "{'at': '3ms', 'heal': 'a'}, {'at': '50ms', 'heal': 'b'}"));
    run_until(&c, 2 * MILLISECOND);
    assert_true(net_is_cut(&c.world, N1, N2));
    assert_true(net_is_cut(&c.world, N3, N1));
    run_until(&c, 40 * MILLISECOND);
    assert_int_equal(last_record_of(&c, TRACE_HEAL, ACTOR_WORLD)->field[0], 4);
    assert_true(net_is_cut(&c.world, N1, N2)); /* by b, still */
    assert_false(net_is_cut(&c.world, N2, N1));
    assert_false(net_is_cut(&c.world, N1, N3));
    assert_int_equal(count_messages(&c, TRACE_DROP, WRITE, N1, N2), 1);
    assert_int_equal(count_messages(&c, TRACE_ARRIVE, WRITE, N1, N3), 1);
    run_until(&c, 60 * MILLISECOND);
    assert_int_equal(last_record_of(&c, TRACE_HEAL, ACTOR_WORLD)->field[0], 1);
    assert_false(net_is_cut(&c.world, N1, N2));
    cluster_close(&c);
}

static void healing_one_link_ends_all_that_cuts_it_and_nothing_else(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, NETWORK("'latency': '1ms'") ONE_PUT TIMELINE(
                         "{'at': '1ms', 'partition': [['n1', 'alice'], ['n2', 'n3']], "
                         "'name': 'a'}, "
                         "{'at': '2ms', 'cut': {'from': 'n3', 'to': 'n1'}}, "
                         "{'at': '3ms', 'heal': {'between': ['n1', 'n3']}}, "
                         "{'at': '4ms', 'heal': {'between': ['n2', 'alice']}}, "
                         "{'at': '5ms', 'heal': {'between': ['n2', 'alice']}}, "
                         "{'at': '50ms', 'heal': 'a'}"));
    run_until(&c, 40 * MILLISECOND);
    uint32_t alice = CLIENT_ADDRESS_BASE;
    assert_int_equal(record_of(&c, TRACE_HEAL_LINK, ACTOR_WORLD, 1)->field[2], 3);
    assert_int_equal(record_of(&c, TRACE_HEAL_LINK, ACTOR_WORLD, 2)->field[2], 2);
    assert_int_equal(record_of(&c, TRACE_HEAL_LINK, ACTOR_WORLD, 3)->field[2], 0);
    assert_false(net_is_cut(&c.world, N1, N3) || net_is_cut(&c.world, N3, N1));
    assert_false(net_is_cut(&c.world, N2, alice) || net_is_cut(&c.world, alice, N2));
    assert_true(net_is_cut(&c.world, N1, N2) && net_is_cut(&c.world, N2, N1));
    assert_true(net_is_cut(&c.world, alice, N3));
    run_until(&c, 60 * MILLISECOND); /* the rest of a: n1 - n2 and alice - n3 */
    assert_int_equal(last_record_of(&c, TRACE_HEAL, ACTOR_WORLD)->field[0], 4);
    assert_false(net_is_cut(&c.world, N1, N2));
    cluster_close(&c);
}

static void healing_all_ends_everything_and_healing_again_nothing(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, NETWORK("'latency': '1ms'") ONE_PUT TIMELINE(
                         "{'at': '1ms', 'partition': [['n1'], ['n2', 'n3']], 'name': 'a'}, "
                         "{'at': '2ms', 'partition': [['n1'], ['n2']]}, "
                         "{'at': '3ms', 'heal': 'all'}, {'at': '4ms', 'heal': 'a'}"));
    run_to_end(&c);
    assert_int_equal(record_of(&c, TRACE_HEAL, ACTOR_WORLD, 1)->field[0], 6);
    assert_int_equal(record_of(&c, TRACE_HEAL, ACTOR_WORLD, 2)->field[0], 0);
    assert_int_equal(count_messages(&c, TRACE_DROP, ANY, ANY, ANY), 0);
    cluster_close(&c);
}

/* --- processes come and go ---------------------------------------------------------------------
 */

static void a_message_to_a_node_that_is_down_is_dropped(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, NETWORK("'latency': '1ms'") ONE_PUT TIMELINE("{'at': '5ms', 'crash': 'n2'}"));
    run_to_end(&c);
    expect_drop(&c, N1, N2, REASON_NODE_DOWN, sent(&c, N1, N2)->time + MILLISECOND);
    cluster_close(&c);
}

static void a_restarted_receiver_gets_nothing_that_was_sent_to_its_old_life(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, NETWORK("'latency': '20ms'") ONE_PUT TIMELINE(
                         "{'at': '12ms', 'crash': 'n2'}, {'at': '14ms', 'restart': 'n2'}, "
                         "{'at': '5ms', 'crash': 'n3'}, {'at': '14ms', 'restart': 'n3'}"));
    run_to_end(&c);
    vtime arrival = sent(&c, N1, N2)->time + 20 * MILLISECOND;
    expect_drop(&c, N1, N2, REASON_RESTARTED, arrival);
    expect_drop(&c, N1, N3, REASON_RESTARTED, arrival); /* it was down when it was sent */
    assert_int_equal(state_of_node(&c, N2), STATE_UP);
    cluster_close(&c);
}

static void what_a_node_sent_before_it_crashed_still_arrives(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, NETWORK("'latency': '5ms'") ONE_PUT TIMELINE("{'at': '11ms', 'crash': 'n1'}"));
    run_to_end(&c);
    assert_int_equal(count_messages(&c, TRACE_ARRIVE, WRITE, N1, N2), 1);
    assert_int_equal(message_record(&c, TRACE_DROP, MESSAGE_REPLICA_WRITTEN, N2, N1, 1)->field[2],
                     REASON_NODE_DOWN);
    cluster_close(&c);
}

/* --- commands ------------------------------------------------------------------------------------
 */

static void one_message_can_be_dropped_by_name(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, NETWORK("'latency': '1ms'") THREE_PUTS TIMELINE(
                         "{'at': '1ms', 'drop': {'message': 'write', 'from': 'n1', 'to': 'n2', "
                         "'of': 'w2'}}"));
    run_to_end(&c);
    assert_int_equal(count_messages(&c, TRACE_ARRIVE, WRITE, N1, N2), 2);
    assert_int_equal(count_messages(&c, TRACE_DROP, ANY, ANY, ANY), 1);
    const struct trace_record *drop = message_record(&c, TRACE_DROP, WRITE, N1, N2, 1);
    assert_int_equal(drop->field[2], REASON_COMMANDED);
    assert_int_equal(drop->about, request_of(&c, "w2", 0));
    cluster_close(&c);
}

static void a_commanded_drop_takes_both_copies_of_a_message(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, NETWORK("'latency': '1ms', 'duplicate': '100%'") ONE_PUT TIMELINE(
                         "{'at': '1ms', 'drop': {'message': 'write', 'from': 'n1', 'to': 'n2', "
                         "'of': 'w1'}}"));
    run_to_end(&c);
    assert_int_equal(count_messages(&c, TRACE_DROP, WRITE, N1, N2), 2);
    assert_int_equal(count_messages(&c, TRACE_ARRIVE, WRITE, N1, N2), 0);
    assert_int_equal(count_messages(&c, TRACE_ARRIVE, WRITE, N1, N3), 2);
    cluster_close(&c);
}

static void links_can_be_changed_while_it_runs(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, NETWORK("'latency': '1ms'") THREE_PUTS TIMELINE(
                         "{'at': '5ms', 'link': {'from': 'n1', 'to': 'n2', 'latency': '30ms'}}, "
                         "{'at': '6ms', 'link': {'from': 'all', 'to': 'n3', 'loss': '100%'}}"));
    run_to_end(&c);
    assert_int_equal(arrived(&c, N1, N2)->time, sent(&c, N1, N2)->time + 30 * MILLISECOND);
    assert_int_equal(count_messages(&c, TRACE_DROP, WRITE, N1, N3), 3);
    assert_int_equal(record_of(&c, TRACE_LINK, ACTOR_WORLD, 1)->field[2], 1);
    assert_int_equal(record_of(&c, TRACE_LINK, ACTOR_WORLD, 2)->field[2], 2);
    cluster_close(&c);
}

static void every_message_that_was_sent_arrives_or_is_dropped(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, NETWORK("'latency': {'exponential': '2ms'}, 'loss': '10%', "
                             "'duplicate': '10%', 'reorder': '10%'") MANY_PUTS);
    run_to_end(&c);
    uint64_t sends = count_of(&c, TRACE_SEND, ALL_ACTORS);
    uint64_t copies = count_of(&c, TRACE_DUPLICATE, ALL_ACTORS);
    assert_true(copies > 0);
    assert_int_equal(count_of(&c, TRACE_ARRIVE, ALL_ACTORS) + count_of(&c, TRACE_DROP, ALL_ACTORS),
                     sends + copies);
    assert_int_equal(c.world.state->net.parcels.taken_count, 0);
    cluster_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_arrives_after_the_latency_of_its_link),
        cmocka_unit_test(the_last_setting_that_names_a_link_wins),
        cmocka_unit_test(a_drawn_latency_depends_on_the_message_and_on_nothing_else),
        cmocka_unit_test(a_message_takes_its_size_over_the_bandwidth_and_then_the_latency),
        cmocka_unit_test(messages_queue_for_the_bandwidth),
        cmocka_unit_test(a_full_queue_drops_at_the_sender),
        cmocka_unit_test(loss_is_decided_when_the_message_would_arrive),
        cmocka_unit_test(the_share_that_is_lost_is_the_one_that_was_asked_for),
        cmocka_unit_test(a_duplicated_message_arrives_twice_and_both_know_why),
        cmocka_unit_test(a_copy_has_a_loss_of_its_own),
        cmocka_unit_test(a_reordered_message_comes_so_much_later),
        cmocka_unit_test(reordering_lets_later_messages_overtake),
        cmocka_unit_test(a_partition_kills_what_is_in_flight),
        cmocka_unit_test(what_was_sent_into_a_partition_arrives_if_it_heals_in_time),
        cmocka_unit_test(who_is_in_no_group_reaches_both_sides),
        cmocka_unit_test(a_client_can_be_on_one_side_of_a_partition),
        cmocka_unit_test(a_cut_is_one_way),
        cmocka_unit_test(healing_by_name_leaves_the_other_splits_in_force),
        cmocka_unit_test(healing_one_link_ends_all_that_cuts_it_and_nothing_else),
        cmocka_unit_test(healing_all_ends_everything_and_healing_again_nothing),
        cmocka_unit_test(a_message_to_a_node_that_is_down_is_dropped),
        cmocka_unit_test(a_restarted_receiver_gets_nothing_that_was_sent_to_its_old_life),
        cmocka_unit_test(what_a_node_sent_before_it_crashed_still_arrives),
        cmocka_unit_test(one_message_can_be_dropped_by_name),
        cmocka_unit_test(a_commanded_drop_takes_both_copies_of_a_message),
        cmocka_unit_test(links_can_be_changed_while_it_runs),
        cmocka_unit_test(every_message_that_was_sent_arrives_or_is_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

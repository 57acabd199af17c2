/*
 * test_load.c: whom a read asks, when it asks one more, and what a busy node refuses.
 *
 * The first tests ask the choice alone, without a cluster: balls into bins. The others run the bare
 * cluster of test_coordinate.c, where nothing but the network takes time, so that every moment can
 * be told to the nanosecond.
 */
#include <stdlib.h>

#include "base/mix.h"
#include "db/coordinate/choose.h"
#include "sim/cluster.h"

#define MS MILLISECOND
#define US MICROSECOND

/* --- balls into bins ---------------------------------------------------------------------- */

#define BINS 1024

static uint64_t drawn(struct env *env, uint32_t stream, uint64_t identity)
{
    (void)env;
    return mix(1, stream, identity);
}

static uint64_t no_time(struct env *env)
{
    (void)env;
    return 0;
}

/* Each ball may go into any of four bins that are drawn for it; how many are in the fullest? */
static uint32_t fullest_bin(uint8_t choice)
{
    static struct node node;
    static struct peer_load peers[BINS];
    struct node_config config = {.nodes = BINS, .load = {.replica_choice = choice}};
    struct env env = {.config = &config, .random = drawn, .monotonic_ns = no_time};
    uint32_t most = 0;
    for (uint32_t i = 0; i < BINS; i++)
        peers[i] = (struct peer_load){0};
    node.load.peers = peers;
    for (uint64_t ball = 0; ball < BINS; ball++) {
        uint32_t bins[4];
        for (uint32_t i = 0; i < 4; i++)
            bins[i] = (uint32_t)mix_below(mix(2, i, ball), BINS);
        choose_order(&node, &env, ball, bins, 4);
        load_asked(&node.load, &env, bins[0]);
        most = MAX(most, peers[bins[0]].outstanding);
    }
    return most;
}

/* log n / log log n is 3.6 for 1024 balls, log log n / log 2 is 2.8: the laws of Mitzenmacher are
 * of the right order, and these are the numbers of these draws. */
static void two_choices_are_exponentially_better_than_one(void **state)
{
    (void)state;
    assert_int_equal(fullest_bin(REPLICA_CHOICE_RANDOM), 6);
    assert_int_equal(fullest_bin(REPLICA_CHOICE_P2C), 3);
    assert_int_equal(fullest_bin(REPLICA_CHOICE_LEAST), 2);
}

/* --- measuring ---------------------------------------------------------------------------- */

static void an_average_moves_by_a_quarter_and_what_is_given_up_counts_if_it_was_slower(void **state)
{
    (void)state;
    struct peer_load peers[1] = {{.outstanding = 4}};
    struct load_peers load = {.peers = peers};
    load_answered(&load, 0, 8 * MS, 0);
    assert_int_equal(peers[0].latency_ns, 8 * MS); /* the first counts in full */
    load_answered(&load, 0, 16 * MS, 0);
    assert_int_equal(peers[0].latency_ns, 10 * MS);
    load_given_up(&load, 0, 2 * MS); /* it says only that it is not faster than that */
    assert_int_equal(peers[0].latency_ns, 10 * MS);
    load_given_up(&load, 0, 50 * MS);
    assert_int_equal(peers[0].latency_ns, 20 * MS);
    assert_int_equal(peers[0].outstanding, 0);
}

/* --- a slow replica ------------------------------------------------------------------------ */

/* n1 reads keys that it does not keep; n3 answers a hundred times as late from 2 s to 4 s. */
#define SLOW_FOR_TWO_SECONDS                                                                       \
    "'duration': '9s', 'cluster': {'nodes': 5, 'heartbeat': '0s', 'log': {'sync': 'never'}, "      \
    "'replica_choice': {'by': 'fastest', 'reset': '5s'}}, 'network': {" BARE_NETWORK "}, "         \
    "'preload': {'keys': {'prefix': 'k', 'count': 50}}, "                                          \
    "'clients': [{'name': 'c', 'via': 'n1', 'loop': 'open', 'gap': '5ms', 'read': 'one', "         \
    "'mix': {'get': 1}, 'keys': {'count': 50}}], "                                                 \
    "'timeline': [{'at': '2s', 'slow': 'n3', 'factor': 2000}, "                                    \
    "{'at': '4s', 'slow': 'n3', 'factor': 1}]"

static uint64_t asked_of(const struct cluster *c, uint32_t node, vtime from, vtime to)
{
    uint64_t count = 0;
    for (size_t i = 0; i < c->record_count; i++) {
        const struct trace_record *record = &c->records[i];
        count += record->kind == TRACE_SEND && record->field[0] == MESSAGE_REPLICA_READ &&
                 record->field[1] == node && record->time >= from && record->time < to;
    }
    return count;
}

static void a_slow_replica_is_passed_over_and_tried_again_after_the_reset(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, SLOW_FOR_TWO_SECONDS);
    run_to_end(&c);
    uint64_t before = asked_of(&c, N3, SECOND, 2 * SECOND);
    uint64_t slow = asked_of(&c, N3, 2200 * MS, 4 * SECOND);
    uint64_t forgotten = asked_of(&c, N3, 6 * SECOND, 7 * SECOND);
    assert_true(before > 10);
    assert_int_equal(slow, 0);
    assert_true(forgotten > 10); /* the reset of 5 s came */
    cluster_close(&c);
}

/* --- one more question --------------------------------------------------------------------- */

/* n1 keeps the key, asks one other; the message to it takes 60 ms. */
#define LATE(extra, more)                                                                          \
    "'duration': '1s', 'cluster': {" BARE_CLUSTER extra "}, 'network': {" BARE_NETWORK             \
    ", 'links': [{'from': 'n1', 'to': 'n2', 'latency': '60ms'}, "                                  \
    "{'from': 'n1', 'to': 'n3', 'latency': '" more "'}]}, "                                        \
    "'clients': [{'name': 'alice', 'script': [{'at': '10ms', 'get': 'k', 'via': 'n1', "            \
    "'level': 'quorum', 'label': 'r1'}]}]"
#define ASKED (10 * MS + 100 * US)
#define TOLD  (100 * US)

static void a_late_read_asks_one_more_and_takes_whoever_is_first(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, LATE("", "60ms"));
    uint32_t first = replica_of(&c, "k", 0) == N1 ? replica_of(&c, "k", 1) : replica_of(&c, "k", 0);
    run_to_end(&c);
    expect_told(&c, "r1", OUTCOME_OK, ASKED + 61 * MS + TOLD);
    cluster_close(&c);

    cluster_open(&c, LATE(", 'speculative_retry': '5ms'", "60ms"));
    run_to_end(&c);
    const struct trace_record *more = record_of(&c, NOTED(READ_SPECULATED), N1, 1);
    assert_int_equal(more->time, ASKED + 5 * MS);
    assert_int_equal(more->field[0], first == N2 ? N3 : N2);
    assert_int_equal(count_of(&c, NOTED(READ_SPECULATED), N1), 1);
    expect_told(&c, "r1", OUTCOME_OK, ASKED + 61 * MS + TOLD); /* both are as late */
    cluster_close(&c);
}

static void a_read_that_is_not_late_asks_nobody_more(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', 'cluster': {" BARE_CLUSTER
                     ", 'speculative_retry': '5ms'}, 'network': {" BARE_NETWORK "}, "
                     "'clients': [{'name': 'alice', 'script': [{'at': '10ms', 'get': 'k', "
                     "'via': 'n1', 'level': 'quorum', 'label': 'r1'}]}]");
    run_to_end(&c);
    expect_told(&c, "r1", OUTCOME_OK, ASKED + 2 * MS + TOLD);
    assert_int_equal(count_of(&c, NOTED(READ_SPECULATED), N1), 0);
    assert_int_equal(c.world.state->timers.taken_count, 0); /* the timer is called off */
    cluster_close(&c);
}

/* --- refusing ------------------------------------------------------------------------------ */

/* Three requests almost at once, a millisecond each, half of one to refuse. */
#define CROWD(rule)                                                                                \
    "'duration': '1s', 'cluster': {'nodes': 3, 'heartbeat': '0s', 'log': {'sync': 'never'}, "      \
    "'cpu': {'service': {'message': '1ms', 'refuse': '500us'}}" rule "}, "                         \
    "'network': {" BARE_NETWORK "}, 'clients': [{'name': 'a', 'script': ["                         \
    "{'at': '10ms', 'get': 'k', 'via': 'n1', 'level': 'one', 'label': 'r1'}, "                     \
    "{'at': '10001us', 'get': 'k', 'via': 'n1', 'level': 'one', 'label': 'r2'}, "                  \
    "{'at': '10002us', 'put': 'k', 'value': 'x', 'via': 'n1', 'level': 'one', "                    \
    "'label': 'w3'}]}]"

static void what_has_waited_too_long_is_refused_at_the_cost_of_a_refusal(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, CROWD(", 'shedding': {'by': 'old', 'target': '1500us'}"));
    run_to_end(&c);
    const struct trace_record *shed = record_of(&c, NOTED(REQUEST_SHED), N1, 1);
    assert_int_equal(count_of(&c, NOTED(REQUEST_SHED), N1), 1);
    assert_int_equal(shed->field[1], 2 * MS - 2 * US); /* until the other two were done */
    expect_told(&c, "w3", OUTCOME_OVERLOADED, ASKED + 2500 * US + TOLD);
    expect_told(&c, "r2", OUTCOME_OK, ASKED + 2 * MS + TOLD);
    cluster_close(&c);

    cluster_open(&c, CROWD(""));
    run_to_end(&c);
    expect_outcome(&c, "r1", OUTCOME_OK);
    expect_outcome(&c, "r2", OUTCOME_OK);
    expect_outcome(&c, "w3", OUTCOME_OK);
    cluster_close(&c);
}

static void a_refused_write_is_stored_nowhere(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, CROWD(", 'shedding': {'by': 'old', 'target': '1us'}"));
    run_to_end(&c);
    expect_outcome(&c, "w3", OUTCOME_OVERLOADED);
    for (uint32_t node = N1; node <= N3; node++)
        expect_stored(&c, node, "k", NULL);
    assert_int_equal(count_of(&c, NOTED(REQUEST_SHED), N1), 2);
    cluster_close(&c);
}

/* A tenth less for an operation that was late, one more for a window full of timely ones. */
static void the_limit_of_operations_in_hand_follows_what_ends_in_time(void **state)
{
    (void)state;
    static struct node node;
    struct node_config config = {.load = {.in_flight_max = 100, .is_in_flight_adaptive = true}};
    struct env env = {.config = &config, .monotonic_ns = no_time};
    shed_begin(&node, &env);
    assert_int_equal(shed_in_flight_limit(&node, &env), 100);
    shed_adapt(&node, &env, false);
    assert_int_equal(shed_in_flight_limit(&node, &env), 90);
    for (uint32_t i = 0; i < 95; i++)
        shed_adapt(&node, &env, true);
    assert_int_equal(shed_in_flight_limit(&node, &env), 91);
    for (uint32_t i = 0; i < 100; i++)
        shed_adapt(&node, &env, false);
    assert_int_equal(shed_in_flight_limit(&node, &env), 1); /* never none */
}

/* --- retries ------------------------------------------------------------------------------- */

/* Nobody is there to answer: each operation fails, and wants three retries. */
static void a_budget_of_a_tenth_allows_one_retry_for_ten_operations(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '9s', 'cluster': {'nodes': 3}, 'network': {" BARE_NETWORK "}, "
                     "'clients': [{'name': 'c', 'loop': 'open', 'gap': '10ms', 'timeout': '5ms', "
                     "'retries': 3, 'retry': {'budget': '10%'}, 'operations': 400}], "
                     "'timeline': [{'at': '0s', 'crash': 'all'}]");
    run_to_end(&c);
    uint64_t attempts = count_of(&c, TRACE_INVOKE, C1);
    assert_int_equal(attempts, 400 + 40);
    assert_int_equal(count_of(&c, TRACE_RETRY_WITHHELD, C1), 400);
    cluster_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_choices_are_exponentially_better_than_one),
        cmocka_unit_test(
            an_average_moves_by_a_quarter_and_what_is_given_up_counts_if_it_was_slower),
        cmocka_unit_test(a_slow_replica_is_passed_over_and_tried_again_after_the_reset),
        cmocka_unit_test(a_late_read_asks_one_more_and_takes_whoever_is_first),
        cmocka_unit_test(a_read_that_is_not_late_asks_nobody_more),
        cmocka_unit_test(what_has_waited_too_long_is_refused_at_the_cost_of_a_refusal),
        cmocka_unit_test(a_refused_write_is_stored_nowhere),
        cmocka_unit_test(the_limit_of_operations_in_hand_follows_what_ends_in_time),
        cmocka_unit_test(a_budget_of_a_tenth_allows_one_retry_for_ten_operations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

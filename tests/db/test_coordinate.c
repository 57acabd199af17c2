/*
 * test_coordinate.c: puts, gets and deletes, from the request to the answer.
 *
 * In the bare cluster nothing takes time but the network: a tenth of a millisecond from
 * a client to its coordinator, a millisecond between nodes. So the moment of every
 * answer can be told to the nanosecond. With three nodes and three replicas each node is
 * a replica of every key.
 */
#include <stdio.h>
#include <string.h>

#include "sim/cluster.h"

#define MS MILLISECOND
#define US MICROSECOND

#define SCRIPT(text)   "'clients': [{'name': 'alice', 'script': [" text "]}]"
#define TIMELINE(text) ", 'timeline': [" text "]"
#define ANY            UINT32_MAX

#define ASKED (10 * MS + 100 * US) /* when a request of 10 ms reaches its coordinator */
#define TOLD  (100 * US)           /* how long the answer takes back */

/* --- quorums of writes ------------------------------------------------------------------ */

/* n2 answers after 2 ms, n3 after 7. */
#define UNEVEN                                                                                     \
    "'duration': '1s', 'cluster': {" BARE_CLUSTER "}, 'network': {" BARE_NETWORK                   \
    ", 'links': [{'from': 'n1', 'to': 'n3', 'latency': '6ms'}]}, "
#define PUT_AT_LEVEL(level)                                                                        \
    SCRIPT("{'at': '10ms', 'put': 'k', 'value': 'x', 'via': 'n1', 'level': " level                 \
           ", 'label': 'w1'}")

static void a_put_is_ok_at_the_moment_of_its_last_needed_acknowledgement(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t needed;
        vtime answered;
    } cases[] = {
        {UNEVEN PUT_AT_LEVEL("'one'"), 1, ASKED},
        {UNEVEN PUT_AT_LEVEL("'quorum'"), 2, ASKED + 2 * MS},
        {UNEVEN PUT_AT_LEVEL("'all'"), 3, ASKED + 7 * MS},
        {UNEVEN PUT_AT_LEVEL("1"), 1, ASKED},
        {UNEVEN PUT_AT_LEVEL("2"), 2, ASKED + 2 * MS},
        {UNEVEN PUT_AT_LEVEL("3"), 3, ASKED + 7 * MS},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct cluster c;
        cluster_open(&c, cases[i].text);
        run_to_end(&c);
        expect_told(&c, "w1", OUTCOME_OK, cases[i].answered + TOLD);
        assert_int_equal(attempt_of(&c, "w1", 0)->needed, cases[i].needed);
        assert_int_equal(attempt_of(&c, "w1", 0)->acknowledged, cases[i].needed);
        const struct trace_record *done = record_of(&c, NOTED(OPERATION_DONE), N1, 1);
        assert_int_equal(done->time, cases[i].answered);
        cluster_close(&c);
    }
}

static void a_write_goes_to_all_replicas_whatever_its_level(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, UNEVEN PUT_AT_LEVEL("'one'"));
    run_until(&c, ASKED + 7 * MS);
    assert_int_equal(c.world.state->timers.taken_count, 0); /* its timeout is called off */
    for (uint32_t node = N1; node <= N3; node++)
        expect_stored(&c, node, "k", "x");
    /* the late acknowledgements are counted, too, and then the operation is forgotten */
    assert_int_equal(count_of(&c, NOTED(WRITE_ACKNOWLEDGED), N1), 3);
    assert_int_equal(last_record_of(&c, NOTED(WRITE_ACKNOWLEDGED), N1)->time, ASKED + 7 * MS);
    assert_int_equal(table_count(&machine_at(&c.world, N1)->node->pending), 0);
    assert_int_equal(count_of(&c, NOTED(OPERATION_DONE), N1), 1);
    cluster_close(&c);
}

static void all_replicas_hold_the_very_same_version(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, UNEVEN PUT_AT_LEVEL("'all'"));
    run_to_end(&c);
    struct version first = version_at(&c, N1, "k");
    assert_true(first.timestamp == CLOCK_EPOCH_NS + (int64_t)ASKED);
    for (uint32_t node = N2; node <= N3; node++) {
        struct version other = version_at(&c, node, "k");
        assert_int_equal(version_compare(&first, &other), 0);
    }
    assert_true(attempt_of(&c, "w1", 0)->timestamp == first.timestamp);
    cluster_close(&c);
}

static void a_quorum_is_a_majority_of_the_replicas(void **state)
{
    (void)state;
    static const uint32_t majority[] = {0, 1, 2, 2, 3, 3, 4, 4, 5};
    for (uint32_t n = 1; n < ARRAY_LEN(majority); n++) {
        assert_int_equal(level_needed(LEVEL_QUORUM, 0, n), majority[n]);
        assert_int_equal(level_needed(LEVEL_ONE, 0, n), 1);
        assert_int_equal(level_needed(LEVEL_ALL, 0, n), n);
        for (uint32_t count = 0; count < 12; count++)
            assert_int_equal(level_needed(LEVEL_EXPLICIT, count, n), MIN(MAX(count, 1), n));
        assert_true(2 * majority[n] > n); /* two quorums meet */
    }
}

/* A key that n1 keeps no replica of. */
static void key_away_from_n1(const char *cluster, char *key, size_t size)
{
    struct cluster c;
    cluster_open(&c, cluster);
    for (uint32_t i = 0; i < 100; i++) {
        snprintf(key, size, "key%u", i);
        if (!is_replica(&c, key, N1))
            break;
    }
    assert_false(is_replica(&c, key, N1));
    cluster_close(&c);
}

static void any_node_coordinates_any_key(void **state)
{
    (void)state;
    struct cluster c;
    char key[20], text[900];
    key_away_from_n1("'duration': '1s', 'cluster': {'nodes': 5}", key, sizeof key);
    snprintf(text, sizeof text,
             "'duration': '1s', 'cluster': {'nodes': 5, 'heartbeat': '0s', 'log': {'sync': 'never'}"
             ", 'cpu': {'service': {'message': '0s'}}}, 'network': {" BARE_NETWORK "}, " SCRIPT(
                 "{'at': '10ms', 'put': '%s', 'value': 'x', 'via': 'n1', 'level': 'one', "
                 "'label': 'w1'}, {'get': '%s', 'at': '20ms', 'via': 'n1', 'level': 'all', "
                 "'label': 'r1'}"),
             key, key);
    cluster_open(&c, text);
    run_to_end(&c);
    expect_told(&c, "w1", OUTCOME_OK, ASKED + 2 * MS + TOLD); /* there and back */
    expect_told(&c, "r1", OUTCOME_OK, ASKED + 12 * MS + TOLD);
    expect_read(&c, "r1", "x");
    assert_int_equal(count_messages(&c, TRACE_SEND, MESSAGE_REPLICA_WRITE, N1, ANY), 3);
    uint32_t holding = 0;
    for (uint32_t node = N1; node <= N5; node++)
        holding += version_at(&c, node, key).timestamp != 0;
    assert_int_equal(holding, 3);
    expect_stored(&c, N1, key, NULL);
    cluster_close(&c);
}

/* --- acknowledged as durably as the policy says ---------------------------------------------- */

#define SYNCING(log)                                                                               \
    "'duration': '5s', 'cluster': {'nodes': 3, 'heartbeat': '0s', 'log': {" log "}, 'disk': "      \
    "{'sync': '4ms'}, 'cpu': {'service': {'message': '0s'}}}, 'network': {" BARE_NETWORK           \
    "}, " SCRIPT(                                                                                  \
        "{'at': '1s', 'put': 'k', 'value': 'x', 'via': 'n1', 'level': 'all', 'label': 'w1'}")

static void a_replica_acknowledges_when_its_sync_policy_allows_it(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        vtime waited; /* at each replica */
    } cases[] = {
        {SYNCING("'sync': 'never'"), 0},
        {SYNCING("'sync': 'interval', 'sync_interval': '700ms'"), 0},
        {SYNCING("'sync': 'always'"), 4 * MS},
        {SYNCING("'sync': 'group', 'group_window': '9ms'"), 13 * MS},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct cluster c;
        cluster_open(&c, cases[i].text);
        run_to_end(&c);
        expect_told(&c, "w1", OUTCOME_OK, SECOND + 200 * US + 2 * MS + cases[i].waited);
        /* and shows it to readers no sooner */
        assert_int_equal(record_of(&c, NOTED(APPLY), N2, 1)->time,
                         SECOND + 100 * US + MS + cases[i].waited);
        cluster_close(&c);
    }
}

static void unsynced_is_acknowledged_with_the_rule_off_and_the_trace_says_so(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c,
                 SYNCING("'sync': 'always'") ", 'safeguards': {'sync-before-acknowledge': false}");
    run_to_end(&c);
    expect_told(&c, "w1", OUTCOME_OK, SECOND + 200 * US + 2 * MS);
    assert_int_equal(count_of(&c, NOTED(RULE_BROKEN), ALL_ACTORS), 3);
    assert_int_equal(record_of(&c, NOTED(RULE_BROKEN), N1, 1)->field[0],
                     SAFEGUARD_SYNC_BEFORE_ACKNOWLEDGE);
    assert_int_equal(record_of(&c, NOTED(RULE_BROKEN), N1, 1)->about, request_of(&c, "w1", 0));
    cluster_close(&c);
}

/* --- unavailable: nothing was written -------------------------------------------------------- */

/* Nodes notice within 400 ms that n2 (and n3) crashed at 1 s. */
#define WATCHFUL                                                                                   \
    "'duration': '10s', 'cluster': {'nodes': 3, 'heartbeat': '100ms', 'suspect_after': '300ms', "  \
    "'log': {'sync': 'never'}, 'cpu': {'service': {'message': '0s'}}}, 'network': "                \
    "{" BARE_NETWORK "}, "
#define TWO_DOWN TIMELINE("{'at': '1s', 'crash': 'n2'}, {'at': '1s', 'crash': 'n3'}")

static void unavailable_writes_nothing_anywhere(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c,
                 WATCHFUL SCRIPT(
                     "{'at': '5s', 'put': 'k', 'value': 'x', 'via': 'n1', 'label': 'w1'}, "
                     "{'at': '6s', 'delete': 'k', 'via': 'n1', 'label': 'd1'}, "
                     "{'at': '7s', 'get': 'k', 'via': 'n1', 'label': 'r1'}, "
                     "{'at': '8s', 'put': 'j', 'value': 'x', 'via': 'n1', 'level': 'one', 'label': "
                     "'w2'}") TWO_DOWN);
    run_to_end(&c);
    expect_told(&c, "w1", OUTCOME_UNAVAILABLE, 5 * SECOND + 200 * US);
    expect_told(&c, "d1", OUTCOME_UNAVAILABLE, 6 * SECOND + 200 * US);
    expect_told(&c, "r1", OUTCOME_UNAVAILABLE, 7 * SECOND + 200 * US);
    expect_told(&c, "w2", OUTCOME_OK, 8 * SECOND + 200 * US); /* one is enough for this one */
    assert_int_equal(count_messages(&c, TRACE_SEND, MESSAGE_REPLICA_WRITE, ANY, ANY), 2);
    assert_int_equal(count_of(&c, NOTED(LOG_APPEND), ALL_ACTORS), 1);
    expect_stored(&c, N1, "k", NULL);
    assert_int_equal(attempt_of(&c, "w1", 0)->acknowledged, 0);
    assert_int_equal(attempt_of(&c, "w1", 0)->needed, 2);
    cluster_close(&c);
}

static void with_the_rule_off_unavailable_is_a_lie(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(
        &c, WATCHFUL SCRIPT("{'at': '5s', 'put': 'k', 'value': 'x', 'via': 'n1', 'label': 'w1'}")
                TWO_DOWN ", 'safeguards': {'check-alive-first': false}");
    run_to_end(&c);
    expect_told(&c, "w1", OUTCOME_UNAVAILABLE, 5 * SECOND + 200 * US);
    expect_stored(&c, N1, "k", "x");
    assert_int_equal(record_of(&c, NOTED(RULE_BROKEN), N1, 1)->field[0],
                     SAFEGUARD_CHECK_ALIVE_FIRST);
    assert_int_equal(count_of(&c, NOTED(OPERATION_DONE), N1), 1); /* told once */
    assert_int_equal(table_count(&machine_at(&c.world, N1)->node->pending), 0);
    cluster_close(&c);
}

static void a_node_that_recovers_refuses_clients_and_lets_the_rest_fall(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(
        &c,
        UNEVEN SCRIPT("{'at': '1ms', 'put': 'k', 'value': 'x', 'via': 'n2', 'label': 'w1'}, "
                      "{'at': '499500us', 'put': 'j', 'value': 'x', 'via': 'n1', 'level': 'all', "
                      "'timeout': '100ms', 'label': 'w2'}")
            TIMELINE("{'at': '400ms', 'crash': 'n2'}, {'at': '499ms', 'restart': 'n2'}"));
    run_to_end(&c);
    expect_told(&c, "w1", OUTCOME_UNAVAILABLE, MS + 200 * US);
    expect_outcome(&c, "w2", OUTCOME_TIMEOUT);
    assert_int_equal(count_of(&c, NOTED(MESSAGE_REJECTED), N2), 1);
    assert_int_equal(record_of(&c, NOTED(MESSAGE_REJECTED), N2, 1)->field[0], REASON_NOT_READY);
    cluster_close(&c);
}

/* --- timeout: nobody knows -------------------------------------------------------------------- */

#define HASTY                                                                                      \
    "'duration': '1s', 'cluster': {" BARE_CLUSTER ", 'write_timeout': '50ms', 'read_timeout': "    \
    "'80ms'}, 'network': {" BARE_NETWORK "}, "

static void a_write_that_is_not_acknowledged_in_time_may_yet_have_happened(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, HASTY PUT_AT_LEVEL("'quorum'")
                         TIMELINE("{'at': '5ms', 'partition': [['n1'], ['n2', 'n3']]}"));
    run_to_end(&c);
    expect_told(&c, "w1", OUTCOME_TIMEOUT, ASKED + 50 * MS + TOLD);
    expect_stored(&c, N1, "k", "x");
    expect_stored(&c, N2, "k", NULL);
    assert_int_equal(table_count(&machine_at(&c.world, N1)->node->pending), 0);
    cluster_close(&c);
}

static void a_read_that_is_not_answered_in_time_is_a_timeout(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, HASTY SCRIPT("{'at': '10ms', 'get': 'k', 'via': 'n1', 'label': 'r1'}, "
                                  "{'at': '200ms', 'get': 'k', 'via': 'n1', 'level': 'one', "
                                  "'label': 'r2'}")
                         TIMELINE("{'at': '5ms', 'partition': [['n1'], ['n2', 'n3']]}"));
    run_to_end(&c);
    expect_told(&c, "r1", OUTCOME_TIMEOUT, ASKED + 80 * MS + TOLD);
    expect_told(&c, "r2", OUTCOME_OK, 200 * MS + 200 * US);
    assert_int_equal(table_count(&machine_at(&c.world, N1)->node->pending), 0);
    cluster_close(&c);
}

#define DISKS_FULL(nodes) TIMELINE(nodes)
#define FULL(node)        "{'at': '5ms', 'disk_full': '" node "'}"

static void when_enough_have_refused_the_client_need_not_wait(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, HASTY PUT_AT_LEVEL("'quorum'") DISKS_FULL(FULL("n2") ", " FULL("n3")));
    run_to_end(&c);
    expect_told(&c, "w1", OUTCOME_TIMEOUT, ASKED + 2 * MS + TOLD); /* n1 has stored it */
    expect_stored(&c, N1, "k", "x");
    cluster_close(&c);
}

static void when_all_have_refused_it_is_certain_that_nothing_was_written(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, HASTY PUT_AT_LEVEL("'all'")
                         DISKS_FULL(FULL("n1") ", " FULL("n2") ", " FULL("n3")));
    run_to_end(&c);
    /* with `all` hope is lost at once, but certainty comes only with the last refusal */
    assert_int_equal(attempt_of(&c, "w1", 0)->outcome, OUTCOME_TIMEOUT);
    cluster_close(&c);
    cluster_open(&c, HASTY PUT_AT_LEVEL("'one'")
                         DISKS_FULL(FULL("n1") ", " FULL("n2") ", " FULL("n3")));
    run_to_end(&c);
    expect_told(&c, "w1", OUTCOME_UNAVAILABLE, ASKED + 2 * MS + TOLD);
    assert_int_equal(count_of(&c, NOTED(LOG_APPEND), ALL_ACTORS), 0);
    cluster_close(&c);
}

/* The first copy of a write is in the log and waits for its sync when the disk is full for the
 * second one. "Unavailable: nothing was written" would be a lie. */
static void a_copy_that_is_refused_does_not_speak_for_the_write_that_was_not(void **state)
{
    (void)state;
    struct cluster c;
    char key[20], text[1200];
    key_away_from_n1("'duration': '1s', 'cluster': {'nodes': 2, 'replication': 1}", key,
                     sizeof key);
    snprintf(text, sizeof text,
             "'duration': '1s', 'cluster': {'nodes': 2, 'replication': 1, 'heartbeat': '0s', 'log':"
             " {'sync': 'always'}, 'disk': {'sync': '30ms'}, 'cpu': {'service': {'message': '0s'}}}"
             ", 'network': {'latency': {'uniform': ['1ms', '9ms']}, 'duplicate': '100%%', "
             "'clients': {'latency': '100us'}}, " SCRIPT("{'at': '200ms', 'put': '%s', 'value': "
                                                         "'x', 'via': 'n1', 'label': 'w1'}")
                 TIMELINE("{'when': 'n2.log_append == 1', "
                          "'disk_full': 'n2'}"),
             key);
    cluster_open(&c, text);
    run_to_end(&c);
    assert_int_equal(count_messages(&c, TRACE_ARRIVE, MESSAGE_REPLICA_WRITE, N1, N2), 2);
    assert_int_equal(count_of(&c, NOTED(LOG_REFUSED), N2), 1);
    expect_stored(&c, N2, key, "x");
    expect_outcome(&c, "w1", OUTCOME_OK);
    cluster_close(&c);
}

static void an_acknowledgement_that_comes_twice_counts_once(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', 'cluster': {" BARE_CLUSTER ", 'write_timeout': '50ms'}, "
                     "'network': {'latency': '1ms', 'duplicate': '100%', 'clients': {'latency': "
                     "'100us'}}, " PUT_AT_LEVEL("'all'")
                         TIMELINE("{'at': '5ms', 'cut': {'from': 'n1', 'to': 'n3'}}"));
    run_to_end(&c);
    assert_true(count_messages(&c, TRACE_ARRIVE, MESSAGE_REPLICA_WRITTEN, N2, N1) >= 2);
    assert_int_equal(count_of(&c, NOTED(WRITE_ACKNOWLEDGED), N1), 2); /* its own and n2's */
    expect_told(&c, "w1", OUTCOME_TIMEOUT, ASKED + 50 * MS + TOLD);
    cluster_close(&c);
}

/* --- reads
 * ---------------------------------------------------------------------------------------- */

#define PUT_EVERYWHERE "{'at': '10ms', 'put': 'k', 'value': 'x', 'via': 'n1', 'level': 'all'}, "
#define GET(level)     "{'at': '50ms', 'get': 'k', 'via': 'n1', 'level': " level ", 'label': 'r1'}"
#define PLAIN          "'duration': '1s', " BARE ", "
#define GOT            (50 * MS + 100 * US)

static void a_read_asks_r_replicas_and_only_one_of_them_for_the_value(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t reads;
        vtime answered;
    } cases[] = {
        {PLAIN SCRIPT(PUT_EVERYWHERE GET("'one'")), 0, GOT}, /* it is a replica itself */
        {PLAIN SCRIPT(PUT_EVERYWHERE GET("'quorum'")), 1, GOT + 2 * MS},
        {PLAIN SCRIPT(PUT_EVERYWHERE GET("'all'")), 2, GOT + 2 * MS},
        {PLAIN SCRIPT(PUT_EVERYWHERE GET("2")), 1, GOT + 2 * MS},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct cluster c;
        cluster_open(&c, cases[i].text);
        run_to_end(&c);
        expect_told(&c, "r1", OUTCOME_OK, cases[i].answered + TOLD);
        expect_read(&c, "r1", "x");
        assert_int_equal(count_messages(&c, TRACE_SEND, MESSAGE_REPLICA_READ, N1, ANY),
                         cases[i].reads);
        assert_int_equal(count_messages(&c, TRACE_SEND, MESSAGE_REPLICA_DIGEST, ANY, N1),
                         cases[i].reads);
        assert_int_equal(count_messages(&c, TRACE_SEND, MESSAGE_REPLICA_VALUE, ANY, N1), 0);
        assert_int_equal(count_of(&c, NOTED(DIGEST_MISMATCH), N1), 0);
        cluster_close(&c);
    }
}

static void a_key_that_was_never_written_is_read_as_nothing(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, PLAIN SCRIPT(GET("'all'")));
    run_to_end(&c);
    expect_told(&c, "r1", OUTCOME_OK, GOT + 2 * MS + TOLD);
    expect_read(&c, "r1", NULL);
    cluster_close(&c);
}

static void reads_leave_out_whoever_is_suspected(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, WATCHFUL SCRIPT(
                         "{'at': '500ms', 'put': 'k', 'value': 'x', 'via': 'n1', 'level': 'all'}, "
                         "{'at': '5s', 'get': 'k', 'via': 'n1', 'label': 'r1'}, "
                         "{'at': '6s', 'get': 'k', 'via': 'n1', 'level': 'all', 'label': 'r2'}")
                         TIMELINE("{'at': '1s', 'crash': 'n2'}"));
    run_to_end(&c);
    expect_told(&c, "r1", OUTCOME_OK, 5 * SECOND + 2 * MS + 200 * US);
    expect_read(&c, "r1", "x");
    assert_int_equal(count_messages(&c, TRACE_SEND, MESSAGE_REPLICA_READ, N1, N2), 0);
    expect_outcome(&c, "r2", OUTCOME_UNAVAILABLE);
    cluster_close(&c);
}

/* n3 misses what n1 writes at 10 ms, behind a cut that ends at 30 ms. */
#define MISSED(operation)                                                                          \
    PLAIN "'clients': [{'name': 'alice', 'script': [{'at': '5ms', 'put': 'k', 'value': 'old', "    \
          "'via': 'n1', 'level': 'all'}, {'at': '10ms', " operation ", 'via': 'n1', 'level': "     \
          "'quorum'}, "
#define CUT                                                                                        \
    "]}]" TIMELINE("{'at': '9ms', 'partition': [['n1', 'n2'], ['n3']]}, "                          \
                   "{'at': '30ms', 'heal': 'all'}")

static void different_digests_lead_to_a_full_read_and_a_repair_before_the_answer(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, MISSED("'put': 'k', 'value': 'new'") GET("'all'") CUT);
    run_until(&c, 49 * MS);
    expect_stored(&c, N3, "k", "old");
    run_to_end(&c);
    /* digests, then values of those that had sent digests, then the write: 2 ms each */
    assert_int_equal(record_of(&c, NOTED(DIGEST_MISMATCH), N1, 1)->time, GOT + 2 * MS);
    assert_int_equal(count_messages(&c, TRACE_SEND, MESSAGE_REPLICA_VALUE, ANY, N1), 2);
    const struct trace_record *repair = record_of(&c, NOTED(READ_REPAIR), N1, 1);
    assert_int_equal(repair->time, GOT + 4 * MS);
    assert_int_equal(repair->field[1], N3);
    assert_int_equal(count_of(&c, NOTED(READ_REPAIR), N1), 1); /* only whoever lacked it */
    expect_told(&c, "r1", OUTCOME_OK, GOT + 6 * MS + TOLD);
    expect_read(&c, "r1", "new");
    expect_stored(&c, N3, "k", "new");
    assert_true(last_record_of(&c, NOTED(APPLY), N3)->number <
                record_of(&c, TRACE_TOLD, C1, 3)->number);
    cluster_close(&c);
}

static void a_read_waits_for_the_last_of_its_repairs(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, UNEVEN SCRIPT("{'at': '10ms', 'put': 'k', 'value': 'new', 'via': 'n1', "
                                   "'level': 'one'}, " GET("'all'"))
                         TIMELINE("{'at': '9ms', 'partition': [['n1'], ['n2', 'n3']]}, "
                                  "{'at': '30ms', 'heal': 'all'}"));
    run_to_end(&c);
    assert_int_equal(count_of(&c, NOTED(READ_REPAIR), N1), 2);
    expect_told(&c, "r1", OUTCOME_OK, GOT + 3 * 7 * MS + TOLD); /* n3 is 7 ms away and back */
    for (uint32_t node = N1; node <= N3; node++)
        expect_stored(&c, node, "k", "new");
    cluster_close(&c);
}

#define GET_VIA_N3(level)                                                                          \
    "{'at': '50ms', 'get': 'k', 'via': 'n3', 'level': " level ", 'label': 'r1'}"

static void a_coordinator_repairs_itself_as_well(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, MISSED("'put': 'k', 'value': 'new'") GET_VIA_N3("'quorum'") CUT);
    run_to_end(&c);
    expect_read(&c, "r1", "new");
    expect_stored(&c, N3, "k", "new");
    assert_int_equal(record_of(&c, NOTED(READ_REPAIR), N3, 1)->field[1], N3);
    expect_told(&c, "r1", OUTCOME_OK, GOT + 4 * MS + TOLD); /* no message for it */
    cluster_close(&c);
}

static void one_is_a_level_at_which_old_values_are_read(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, MISSED("'put': 'k', 'value': 'new'") GET_VIA_N3("'one'") CUT);
    run_to_end(&c);
    expect_read(&c, "r1", "old");
    expect_stored(&c, N3, "k", "old");
    assert_int_equal(c.world.state->stale.stale_count, 1);
    cluster_close(&c);
}

static void without_read_repair_the_newest_is_read_and_the_oldest_stays(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, MISSED("'put': 'k', 'value': 'new'") GET("'all'") CUT
                 ", 'safeguards': {'read-repair': false}");
    run_to_end(&c);
    expect_told(&c, "r1", OUTCOME_OK, GOT + 4 * MS + TOLD);
    expect_read(&c, "r1", "new");
    expect_stored(&c, N3, "k", "old");
    assert_int_equal(record_of(&c, NOTED(RULE_BROKEN), N1, 1)->field[0], SAFEGUARD_READ_REPAIR);
    cluster_close(&c);
}

static void a_repair_that_is_not_acknowledged_is_a_timeout(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', 'cluster': {" BARE_CLUSTER
                     ", 'read_timeout': '80ms', 'write_timeout': '80ms'}, "
                     "'network': {" BARE_NETWORK "}, 'clients': [{'name': 'alice', 'script': ["
                     "{'at': '10ms', 'put': 'k', 'value': 'new', 'via': 'n1', 'level': "
                     "'quorum'}, " GET("'all'") "]}]" TIMELINE(
                         "{'at': '9ms', 'partition': [['n1', 'n2'], ['n3']]}, "
                         "{'at': '30ms', 'heal': 'all'}, {'at': '40ms', 'disk_full': 'n3'}"));
    run_to_end(&c);
    expect_told(&c, "r1", OUTCOME_TIMEOUT, GOT + 80 * MS + TOLD);
    expect_stored(&c, N3, "k", NULL);
    assert_int_equal(table_count(&machine_at(&c.world, N1)->node->pending), 0);
    cluster_close(&c);
}

/* --- deletes
 * ------------------------------------------------------------------------------------------ */

static void a_delete_is_a_tombstone_that_every_replica_keeps(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(
        &c, PLAIN SCRIPT(
                PUT_EVERYWHERE
                "{'at': '20ms', 'delete': 'k', 'via': 'n2', 'level': 'all', 'label': 'd1'}, " GET(
                    "'all'")));
    run_to_end(&c);
    expect_told(&c, "d1", OUTCOME_OK, 20 * MS + 2 * MS + 200 * US);
    expect_read(&c, "r1", NULL);
    for (uint32_t node = N1; node <= N3; node++) {
        struct version version = version_at(&c, node, "k");
        assert_true(version.is_tombstone);
        assert_int_equal(version.value.size, 0);
        assert_true(version.timestamp == CLOCK_EPOCH_NS + (int64_t)(20 * MS + 100 * US));
    }
    cluster_close(&c);
}

static void a_tombstone_is_repaired_like_a_value_and_nothing_comes_back(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, MISSED("'delete': 'k'") GET("'all'") CUT);
    run_to_end(&c);
    expect_read(&c, "r1", NULL);
    assert_true(version_at(&c, N3, "k").is_tombstone);
    cluster_close(&c);
}

static void a_put_after_a_delete_is_there(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(
        &c, PLAIN SCRIPT("{'at': '10ms', 'delete': 'k', 'via': 'n1', 'level': 'all'}, "
                         "{'put': 'k', 'value': 'x', 'via': 'n2', 'level': 'all'}, " GET("'all'")));
    run_to_end(&c);
    expect_read(&c, "r1", "x");
    cluster_close(&c);
}

/* --- last writer wins
 * ------------------------------------------------------------------------------------- */

/* n1 and n2 stamp with the same tick of the clock; each write reaches the other two nodes
 * after the other write, or before it. */
#define TIED(a, b, more)                                                                           \
    "'duration': '1s', 'cluster': {" BARE_CLUSTER ", 'clock': {'granularity': '100ms'}}, "         \
    "'network': {" BARE_NETWORK ", 'links': [{'from': 'n1', 'to': 'n3', 'latency': '9ms'}]}, "     \
    "'clients': [{'name': 'alice', 'script': [{'at': '10ms', " a                                   \
    ", 'via': 'n1', 'level': 'all'}]}"                                                             \
    ", {'name': 'bob', 'script': [{'at': '10ms', " b ", 'via': 'n2', 'level': 'all'}]}]" more

static void equal_timestamps_are_decided_alike_in_whatever_order_they_come(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {TIED("'put': 'k', 'value': 'a'", "'put': 'k', 'value': 'z'", ""), "z"},
        {TIED("'put': 'k', 'value': 'z'", "'put': 'k', 'value': 'a'", ""), "z"},
        {TIED("'put': 'k', 'value': 'a'", "'put': 'k', 'value': 'ab'", ""), "ab"},
        {TIED("'put': 'k', 'value': 'z'", "'delete': 'k'", ""), NULL},
        {TIED("'delete': 'k'", "'put': 'k', 'value': 'z'", ""), NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct cluster c;
        cluster_open(&c, cases[i][0]);
        run_to_end(&c);
        for (uint32_t node = N1; node <= N3; node++) {
            expect_stored(&c, node, "k", cases[i][1]);
            assert_true(version_at(&c, node, "k").timestamp == CLOCK_EPOCH_NS);
            assert_true(version_at(&c, node, "k").is_tombstone == (cases[i][1] == NULL));
        }
        cluster_close(&c);
    }
}

static void without_the_tie_rule_replicas_differ_for_ever(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, TIED("'put': 'k', 'value': 'a'", "'put': 'k', 'value': 'z'",
                          ", 'safeguards': {'tie-rule': false}"));
    run_to_end(&c);
    assert_int_equal(world_keys_differing(&c.world), 1);
    cluster_close(&c);
}

static void an_older_write_that_comes_later_changes_nothing(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', 'cluster': {" BARE_CLUSTER "}, 'network': {" BARE_NETWORK
                     ", 'links': [{'from': 'n1', 'to': 'n3', 'latency': '40ms'}]}, " SCRIPT(
                         "{'at': '10ms', 'put': 'k', 'value': 'older', 'via': 'n1', 'level': "
                         "'one'}, {'at': '20ms', 'put': 'k', 'value': 'newer', 'via': 'n2', "
                         "'level': 'all'}"));
    run_to_end(&c);
    expect_stored(&c, N3, "k", "newer");
    const struct trace_record *older = record_of(&c, NOTED(APPLY_OLDER), N3, 1);
    assert_int_equal(older->time, 50 * MS + 100 * US);
    assert_int_equal(count_messages(&c, TRACE_SEND, MESSAGE_REPLICA_WRITTEN, N3, N1), 1);
    cluster_close(&c);
}

static void a_slow_clock_loses_a_write_that_was_acknowledged_later(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', 'cluster': {" BARE_CLUSTER ", 'per_node': {'n2': {'clock': "
                     "{'offset': '-1s'}}}}, 'network': {" BARE_NETWORK "}, " SCRIPT(
                         "{'at': '10ms', 'put': 'k', 'value': 'first', 'via': 'n1', 'level': "
                         "'all'}, {'at': '20ms', 'put': 'k', 'value': 'second', 'via': 'n2', "
                         "'level': 'all', 'label': 'w2'}"));
    run_to_end(&c);
    expect_outcome(&c, "w2", OUTCOME_OK);
    for (uint32_t node = N1; node <= N3; node++)
        expect_stored(&c, node, "k", "first");
    cluster_close(&c);
}

/* --- requests that come twice
 * ------------------------------------------------------------------------------- */

#define DOUBLED                                                                                    \
    "'duration': '5s', 'cluster': {" BARE_CLUSTER "}, 'network': {'latency': '1ms', 'clients': "   \
    "{'latency': {'uniform': ['100us', '30ms']}, 'duplicate': '100%'}}, 'clients': [{'name': "     \
    "'c', "                                                                                        \
    "'think': '5ms', 'operations': 60, 'start': '10ms', 'via': 'n1', 'keys': {'count': 1}, "       \
    "'mix': {'put': 1}, 'write': 'all'}]"

static void a_request_that_arrives_twice_is_carried_out_once(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, DOUBLED);
    run_to_end(&c);
    assert_int_equal(count_messages(&c, TRACE_ARRIVE, MESSAGE_CLIENT_PUT, C1, N1), 120);
    assert_int_equal(count_of(&c, NOTED(WRITE_BEGUN), N1), 60);
    assert_int_equal(count_of(&c, NOTED(REQUEST_REPEATED), N1), 60);
    struct bytes last = version_at(&c, N1, "k1").value;
    assert_memory_equal(last.data, "c#60", 4); /* the last put, and no copy of an older one */
    cluster_close(&c);
}

static void without_the_rule_a_late_copy_brings_an_old_value_back(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, DOUBLED ", 'safeguards': {'deduplicate-requests': false}");
    run_to_end(&c);
    uint64_t begun = count_of(&c, NOTED(WRITE_BEGUN), N1);
    assert_true(begun > 60);
    assert_int_equal(count_of(&c, NOTED(RULE_BROKEN), N1), begun - 60);
    assert_int_equal(begun + count_of(&c, NOTED(REQUEST_REPEATED), N1), 120);
    cluster_close(&c);
}

static void a_replica_write_that_arrives_twice_is_one_version(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(
        &c, "'duration': '1s', 'cluster': {" BARE_CLUSTER "}, 'network': {'latency': "
            "'1ms', 'duplicate': '100%', 'clients': {'latency': '100us'}}, " PUT_AT_LEVEL("'all'"));
    run_to_end(&c);
    expect_told(&c, "w1", OUTCOME_OK, ASKED + 2 * MS + TOLD);
    assert_int_equal(count_of(&c, NOTED(APPLY), N2), 1);
    assert_int_equal(world_view_node(&c.world, N2).keys, 1);
    cluster_close(&c);
}

static void what_no_node_expects_is_rejected(void **state)
{
    (void)state;
    struct cluster c;
    uint8_t frame[200];
    cluster_open(&c, PLAIN SCRIPT(PUT_EVERYWHERE GET("'one'")));
    run_until(&c, 5 * MS);
    struct message wrong[] = {
        {.kind = MESSAGE_CLIENT_REPLY},                                       /* for clients */
        {.kind = MESSAGE_CLIENT_PUT, .client_put = {.key = text_bytes("k")}}, /* from a node */
    };
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        uint32_t size = message_encode(&wrong[i], frame, sizeof frame);
        net_send(&c.world, N2, N1, 77, frame, size);
    }
    uint32_t size = message_encode(&wrong[0], frame, sizeof frame);
    frame[size - 1] ^= 1;
    net_send(&c.world, N2, N1, 78, frame, size);
    run_to_end(&c);
    assert_int_equal(count_of(&c, NOTED(MESSAGE_REJECTED), N1), 3);
    expect_read(&c, "r1", "x");
    cluster_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_put_is_ok_at_the_moment_of_its_last_needed_acknowledgement),
        cmocka_unit_test(a_write_goes_to_all_replicas_whatever_its_level),
        cmocka_unit_test(all_replicas_hold_the_very_same_version),
        cmocka_unit_test(a_quorum_is_a_majority_of_the_replicas),
        cmocka_unit_test(any_node_coordinates_any_key),
        cmocka_unit_test(a_replica_acknowledges_when_its_sync_policy_allows_it),
        cmocka_unit_test(unsynced_is_acknowledged_with_the_rule_off_and_the_trace_says_so),
        cmocka_unit_test(unavailable_writes_nothing_anywhere),
        cmocka_unit_test(with_the_rule_off_unavailable_is_a_lie),
        cmocka_unit_test(a_node_that_recovers_refuses_clients_and_lets_the_rest_fall),
        cmocka_unit_test(a_write_that_is_not_acknowledged_in_time_may_yet_have_happened),
        cmocka_unit_test(a_read_that_is_not_answered_in_time_is_a_timeout),
        cmocka_unit_test(when_enough_have_refused_the_client_need_not_wait),
        cmocka_unit_test(when_all_have_refused_it_is_certain_that_nothing_was_written),
        cmocka_unit_test(a_copy_that_is_refused_does_not_speak_for_the_write_that_was_not),
        cmocka_unit_test(an_acknowledgement_that_comes_twice_counts_once),
        cmocka_unit_test(a_read_asks_r_replicas_and_only_one_of_them_for_the_value),
        cmocka_unit_test(a_key_that_was_never_written_is_read_as_nothing),
        cmocka_unit_test(reads_leave_out_whoever_is_suspected),
        cmocka_unit_test(different_digests_lead_to_a_full_read_and_a_repair_before_the_answer),
        cmocka_unit_test(a_read_waits_for_the_last_of_its_repairs),
        cmocka_unit_test(a_coordinator_repairs_itself_as_well),
        cmocka_unit_test(one_is_a_level_at_which_old_values_are_read),
        cmocka_unit_test(without_read_repair_the_newest_is_read_and_the_oldest_stays),
        cmocka_unit_test(a_repair_that_is_not_acknowledged_is_a_timeout),
        cmocka_unit_test(a_delete_is_a_tombstone_that_every_replica_keeps),
        cmocka_unit_test(a_tombstone_is_repaired_like_a_value_and_nothing_comes_back),
        cmocka_unit_test(a_put_after_a_delete_is_there),
        cmocka_unit_test(equal_timestamps_are_decided_alike_in_whatever_order_they_come),
        cmocka_unit_test(without_the_tie_rule_replicas_differ_for_ever),
        cmocka_unit_test(an_older_write_that_comes_later_changes_nothing),
        cmocka_unit_test(a_slow_clock_loses_a_write_that_was_acknowledged_later),
        cmocka_unit_test(a_request_that_arrives_twice_is_carried_out_once),
        cmocka_unit_test(without_the_rule_a_late_copy_brings_an_old_value_back),
        cmocka_unit_test(a_replica_write_that_arrives_twice_is_one_version),
        cmocka_unit_test(what_no_node_expects_is_rejected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

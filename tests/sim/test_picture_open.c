/*
 * test_picture_open.c: what a picture says of open operations, of what runs down, of silence and
 * of versions that differ, to the nanosecond.
 *
 * A put through n1 is followed from the first message to the last acknowledgement: a millisecond
 * between nodes, a tenth of one from the client, five for a sync.
 */
#include <string.h>

#include "sim/cluster.h"
#include "sim/picture/picture.h"
#include "sim/scratch.h"

static struct picture look(const struct cluster *c)
{
    struct picture picture;
    heap_drop(heap);
    picture_take(&c->world, heap, &picture);
    return picture;
}

static struct picture look_at(struct cluster *c, vtime time)
{
    run_until(c, time);
    return look(c);
}

#define US MICROSECOND
#define SLOW_LOG                                                                                   \
    "'cluster': {'nodes': 3, 'heartbeat': '0s', 'log': {'sync': 'always'}, 'disk': {'sync': "      \
    "'5ms'}, 'cpu': {'service': {'message': '0s'}}}, 'network': {" BARE_NETWORK "}, "
#define ONE_PUT                                                                                    \
    "'clients': [{'name': 'alice', 'script': [{'at': '100ms', 'put': 'k', 'value': 'x', 'via': "   \
    "'n1', 'label': 'w1', 'timeout': '2s'}]}]"

static uint8_t slot_of(const struct picture_operation *operation, uint32_t node)
{
    for (uint32_t i = 0; i < operation->replica_count; i++)
        if (operation->replicas[i] == node)
            return operation->slots[i];
    fail_msg("node %u is not asked", node);
    return 0;
}

static void expect_slots(struct cluster *c, vtime time, uint8_t n1, uint8_t n2, uint8_t n3)
{
    struct picture picture = look_at(c, time);
    assert_int_equal(picture.open_count, 1);
    assert_int_equal(slot_of(&picture.open[0], N1), n1);
    assert_int_equal(slot_of(&picture.open[0], N2), n2);
    assert_int_equal(slot_of(&picture.open[0], N3), n3);
}

#define LOST      PICTURE_SLOT_LOST
#define ASKED     PICTURE_SLOT_ASKED
#define WORKING   PICTURE_SLOT_WORKING
#define ANSWERING PICTURE_SLOT_ANSWERING
#define DONE      PICTURE_SLOT_DONE
#define REFUSED   PICTURE_SLOT_REFUSED

static void a_slot_goes_from_asked_to_done(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '5s', " SLOW_LOG ONE_PUT);
    assert_int_equal(look_at(&c, 100050 * US).open_count, 0); /* the put is on its way */
    expect_slots(&c, 100500 * US, WORKING, ASKED, ASKED);
    expect_slots(&c, 101500 * US, WORKING, WORKING, WORKING);
    expect_slots(&c, 105500 * US, DONE, WORKING, WORKING);
    expect_slots(&c, 106500 * US, DONE, ANSWERING, ANSWERING);
    assert_int_equal(look_at(&c, 107200 * US).open_count, 0);
    expect_outcome(&c, "w1", OUTCOME_OK);
    cluster_close(&c);
}

static void an_operation_says_what_it_is(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '5s', " SLOW_LOG ONE_PUT);
    struct picture picture = look_at(&c, 105500 * US);
    const struct picture_operation *operation = &picture.open[0];
    assert_string_equal(operation->label, "w1");
    assert_string_equal(operation->kind, "put");
    assert_int_equal(operation->about, request_of(&c, "w1", 0));
    assert_int_equal(operation->coordinator, N1);
    assert_int_equal(operation->client, C1);
    assert_int_equal(operation->phase, PICTURE_PHASE_WRITE);
    assert_int_equal(operation->needed, 2);
    assert_int_equal(operation->acknowledged, 1);
    assert_int_equal(operation->replica_count, 3);
    assert_int_equal(operation->begun_at, 100100 * US);
    assert_int_equal(operation->due_at, 1100100 * US);
    assert_string_equal(picture.keys[operation->key].name, "k");
    /* what selects it is the record of the work that began it */
    const struct trace_record *arrived =
        message_record(&c, TRACE_ARRIVE, MESSAGE_CLIENT_PUT, C1, N1, 1);
    assert_int_equal(operation->record, arrived->number);
    cluster_close(&c);
}

static void a_slot_is_lost_when_nothing_is_on_its_way(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '5s', " SLOW_LOG ONE_PUT
                     ", 'timeline': [{'at': '90ms', 'cut': {'from': 'n1', 'to': 'n3'}}, "
                     "{'at': '106200us', 'cut': {'from': 'n2', 'to': 'n1'}}]");
    expect_slots(&c, 100500 * US, WORKING, ASKED, LOST); /* it flies, but will not get through */
    expect_slots(&c, 101500 * US, WORKING, WORKING, LOST);
    expect_slots(&c, 106150 * US, DONE, ANSWERING, LOST);
    expect_slots(&c, 106500 * US, DONE, LOST, LOST); /* the answer is cut off on its way */
    expect_slots(&c, 1100000 * US, DONE, LOST, LOST);
    assert_int_equal(look_at(&c, 1100200 * US).open_count, 0); /* the timeout has come */
    expect_outcome(&c, "w1", OUTCOME_TIMEOUT);
    cluster_close(&c);
}

static void a_slot_tells_a_refusal(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '5s', " SLOW_LOG ONE_PUT
                     ", 'timeline': [{'at': '90ms', 'disk_full': 'n2'}]");
    expect_slots(&c, 101500 * US, WORKING, ANSWERING, WORKING);
    expect_slots(&c, 102500 * US, WORKING, REFUSED, WORKING);
    cluster_close(&c);
}

static void a_crashed_replica_has_lost_the_question(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '5s', " SLOW_LOG ONE_PUT
                     ", 'timeline': [{'at': '103ms', 'crash': 'n2'}, {'at': '103ms', 'pause': "
                     "'n3'}]");
    expect_slots(&c, 104 * MILLISECOND, WORKING, LOST, WORKING); /* n3 will go on */
    cluster_close(&c);
}

static void a_read_asks_r_replicas_and_repairs_before_it_answers(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '5s', " SLOW_LOG
                     "'clients': [{'name': 'alice', 'script': [{'at': '100ms', 'put': 'k', "
                     "'value': 'x', 'via': 'n1', 'level': 'one', 'label': 'w1'}, {'at': '300ms', "
                     "'get': 'k', 'via': 'n2', 'label': 'r1'}]}], 'timeline': [{'at': '90ms', "
                     "'partition': [['n1'], ['n2', 'n3']], 'name': 'p'}, {'at': '200ms', 'heal': "
                     "'p'}]");
    struct picture picture = look_at(&c, 300500 * US);
    const struct picture_operation *get = &picture.open[picture.open_count - 1];
    assert_string_equal(get->label, "r1");
    assert_int_equal(get->phase, PICTURE_PHASE_DIGEST);
    assert_int_equal(get->replica_count, 2);
    assert_int_equal(slot_of(get, N2), DONE); /* it has its own answer at once */
    uint32_t other = get->replicas[0] == N2 ? get->replicas[1] : get->replicas[0];
    assert_int_equal(slot_of(get, other), ASKED);
    picture = look_at(&c, 301500 * US);
    assert_int_equal(slot_of(&picture.open[picture.open_count - 1], other), ANSWERING);
    if (other != N1)
        fail_msg("the test wants n1 to be asked by n2");
    picture = look_at(&c, 302500 * US); /* n1 has it, n2 does not: asked in full */
    assert_int_equal(picture.open[picture.open_count - 1].phase, PICTURE_PHASE_FULL);
    picture = look_at(&c, 304500 * US);
    get = &picture.open[picture.open_count - 1];
    assert_int_equal(get->phase, PICTURE_PHASE_REPAIR);
    assert_int_equal(slot_of(get, N2), WORKING); /* until its log is synced */
    assert_int_equal(slot_of(get, N1), DONE);
    cluster_close(&c);
}

/* --- what runs down ------------------------------------------------------------------------ */

static const struct picture_timer *timer_of(const struct picture *picture, uint32_t owner,
                                            uint8_t kind)
{
    const struct picture_timer *found = NULL;
    for (uint32_t i = 0; i < picture->timer_count; i++)
        if (picture->timers[i].owner == owner && picture->timers[i].kind == kind) {
            assert_null(found);
            found = &picture->timers[i];
        }
    assert_non_null(found);
    return found;
}

static void timers_say_when_they_were_set_and_when_they_are_due(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '5s', " SLOW_LOG ONE_PUT);
    struct picture picture = look_at(&c, 101 * MILLISECOND);
    const struct picture_timer *timer = timer_of(&picture, N1, PICTURE_TIMER_OPERATION);
    assert_int_equal(timer->set_at, 100100 * US);
    assert_int_equal(timer->due_at, 1100100 * US);
    assert_int_equal(timer->about, request_of(&c, "w1", 0));
    timer = timer_of(&picture, C1, PICTURE_TIMER_CLIENT);
    assert_int_equal(timer->set_at, 100 * MILLISECOND);
    assert_int_equal(timer->due_at, 2100 * MILLISECOND);
    assert_int_equal(picture.timer_count, 2);
    assert_int_equal(look_at(&c, 108 * MILLISECOND).timer_count, 0); /* told and done */
    cluster_close(&c);
}

static void a_heartbeat_fires_when_its_timer_says(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '9s', 'cluster': {'nodes': 3, 'heartbeat': '700ms', "
                     "'per_node': {'n2': {'clock': {'drift': '10%'}}}}");
    for (int i = 0; i < 5; i++) {
        struct picture picture = look_at(&c, (vtime)i * 900 * MILLISECOND + 300 * MILLISECOND);
        for (uint32_t node = N1; node <= N3; node++) {
            vtime due = timer_of(&picture, node, PICTURE_TIMER_HEARTBEAT)->due_at;
            uint64_t fired = count_of(&c, TRACE_TIMER, node);
            run_until(&c, due - 1);
            assert_int_equal(count_of(&c, TRACE_TIMER, node), fired);
            run_until(&c, due);
            assert_int_equal(count_of(&c, TRACE_TIMER, node), fired + 1);
            picture = look(&c);
        }
    }
    cluster_close(&c);
}

/* --- silence ------------------------------------------------------------------------------- */

static void silence_grows_from_the_last_message_and_is_suspected_beyond_the_limit(void **state)
{
    (void)state;
    struct cluster c;
    struct picture_peer peers[3];
    cluster_open(&c, "'duration': '9s', 'cluster': {'nodes': 3, 'heartbeat': '1s', "
                     "'suspect_after': '3s', 'cpu': {'service': {'message': '0s'}}}, 'network': {"
                     BARE_NETWORK "}, 'timeline': [{'at': '2s', 'crash': 'n2'}]");
    run_until(&c, 3 * SECOND);
    const struct trace_record *heard = NULL;
    for (uint64_t i = 1; i <= count_of(&c, TRACE_ARRIVE, N1); i++)
        if (record_of(&c, TRACE_ARRIVE, N1, i)->field[1] == N2)
            heard = record_of(&c, TRACE_ARRIVE, N1, i);
    assert_non_null(heard);
    assert_true(picture_peers(&c.world, N1, c.world.state->now, peers));
    /* as of the last event */
    assert_int_equal(peers[N2].silence, c.world.state->now - heard->time);
    assert_false(peers[N2].is_suspected);
    assert_int_equal(peers[N1].silence, 0);
    run_until(&c, 4 * SECOND);
    assert_true(picture_peers(&c.world, N1, c.world.state->now, peers));
    assert_int_equal(peers[N2].silence, c.world.state->now - heard->time);
    run_until_count(&c, NOTED(PEER_SUSPECTED), N1, 1);
    assert_true(picture_peers(&c.world, N1, c.world.state->now, peers));
    assert_true(peers[N2].is_suspected && peers[N2].silence > 3 * SECOND);
    assert_int_equal(peers[N2].silence, last_record_of(&c, NOTED(PEER_SUSPECTED), N1)->field[1]);
    assert_true(!peers[N3].is_suspected && peers[N3].silence < 1100 * MILLISECOND);
    /* it is down and listens to nobody */
    assert_false(picture_peers(&c.world, N2, c.world.state->now, peers));
    assert_int_equal(look(&c).nodes[N2].suspected_by,
                     count_of(&c, NOTED(PEER_SUSPECTED), ALL_ACTORS));
    cluster_close(&c);
}

static void without_heartbeats_nobody_listens(void **state)
{
    (void)state;
    struct cluster c;
    struct picture_peer peers[3];
    cluster_open(&c, "'duration': '1s', " BARE);
    run_until(&c, 100 * MILLISECOND);
    assert_false(picture_peers(&c.world, N1, c.world.state->now, peers));
    assert_int_equal(look(&c).rules.heartbeat, 0);
    cluster_close(&c);
}

/* --- versions ------------------------------------------------------------------------------ */

/* Two coordinators that do not hear of each other, with clocks that tick once a second. */
#define TORN                                                                                       \
    "'duration': '5s', 'cluster': {'nodes': 3, 'heartbeat': '0s', 'write': 'one', 'log': "         \
    "{'sync': 'never'}, 'clock': {'granularity': '1s'}, 'cpu': {'service': {'message': '0s'}}}, "  \
    "'network': {" BARE_NETWORK "}, 'timeline': [{'at': '100ms', 'partition': [['n1'], ['n2', "    \
    "'n3']]}], 'clients': [{'name': 'alice', 'script': ["

static void expect_rule(const char *script, uint8_t rule, uint32_t at)
{
    struct cluster c;
    char text[1200];
    strcpy(text, TORN);
    strcat(text, script);
    strcat(text, "]}]");
    cluster_open(&c, text);
    struct picture picture = look_at(&c, 4 * SECOND);
    const struct picture_key *key = &picture.keys[0];
    for (uint32_t i = 0; i < key->replica_count; i++) {
        const struct picture_replica *replica = &key->replicas[i];
        bool is_older = replica->node == N1 && rule != PICTURE_RULE_SAME;
        assert_int_equal(replica->is_newest, !is_older);
        assert_int_equal(replica->loses_by, is_older ? rule : PICTURE_RULE_SAME);
        if (is_older && rule == PICTURE_RULE_VALUE)
            assert_int_equal(replica->loses_at, at);
    }
    cluster_close(&c);
}

static void a_version_says_by_which_rule_it_loses(void **state)
{
    (void)state;
    expect_rule("{'at': '50ms', 'put': 'k', 'value': 'x', 'via': 'n1'}", PICTURE_RULE_SAME, 0);
    expect_rule("{'at': '200ms', 'put': 'k', 'value': 'zz', 'via': 'n1'}, "
                "{'at': '1200ms', 'put': 'k', 'value': 'aa', 'via': 'n2'}",
                PICTURE_RULE_TIMESTAMP, 0);
    expect_rule("{'at': '200ms', 'put': 'k', 'value': 'zz', 'via': 'n1'}, "
                "{'at': '300ms', 'delete': 'k', 'via': 'n2'}",
                PICTURE_RULE_TOMBSTONE, 0);
    expect_rule("{'at': '200ms', 'put': 'k', 'value': 'abc', 'via': 'n1'}, "
                "{'at': '300ms', 'put': 'k', 'value': 'abd', 'via': 'n2'}",
                PICTURE_RULE_VALUE, 2);
    expect_rule("{'at': '200ms', 'put': 'k', 'value': 'abc', 'via': 'n1'}, "
                "{'at': '300ms', 'put': 'k', 'value': 'abcd', 'via': 'n2'}",
                PICTURE_RULE_VALUE, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slot_goes_from_asked_to_done),
        cmocka_unit_test(an_operation_says_what_it_is),
        cmocka_unit_test(a_slot_is_lost_when_nothing_is_on_its_way),
        cmocka_unit_test(a_slot_tells_a_refusal),
        cmocka_unit_test(a_crashed_replica_has_lost_the_question),
        cmocka_unit_test(a_read_asks_r_replicas_and_repairs_before_it_answers),
        cmocka_unit_test(timers_say_when_they_were_set_and_when_they_are_due),
        cmocka_unit_test(a_heartbeat_fires_when_its_timer_says),
        cmocka_unit_test(silence_grows_from_the_last_message_and_is_suspected_beyond_the_limit),
        cmocka_unit_test(without_heartbeats_nobody_listens),
        cmocka_unit_test(a_version_says_by_which_rule_it_loses),
    };
    return cmocka_run_group_tests(tests, open_memory, close_memory);
}

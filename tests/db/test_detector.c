/*
 * test_detector.c: who counts as up, in whose eyes, and from when on.
 */
#include "sim/cluster.h"

#include "db/about.h"
#include "db/timers.h"

/* A beat each 100 ms; silence of more than 350 ms is suspect; a message takes 1 ms. */
#define BEATING                                                                                    \
    "'duration': '10s', 'cluster': {'nodes': 3, 'heartbeat': '100ms', 'suspect_after': '350ms', "  \
    "'log': {'sync': 'never'}, 'cpu': {'service': {'message': '0s'}}}, 'network': "                \
    "{'latency': '1ms', 'clients': {'latency': '100us'}}"
#define TIMELINE(text) ", 'timeline': [" text "]"

static bool suspects(const struct cluster *c, uint32_t node, uint32_t peer)
{
    const struct machine *machine = machine_at(&c->world, node);
    return !detector_is_up(&machine->node->detector, &(struct env){.self = node}, peer);
}

static uint64_t beats(const struct cluster *c, uint32_t from, uint32_t to)
{
    return count_messages(c, TRACE_SEND, MESSAGE_HEARTBEAT, from, to);
}

/* --- beating ------------------------------------------------------------------------------- */

static void every_node_beats_to_every_other_once_an_interval(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, BEATING);
    run_to_end(&c);
    for (uint32_t from = N1; from <= N3; from++)
        for (uint32_t to = N1; to <= N3; to++)
            assert_int_equal(beats(&c, from, to), from == to ? 0 : 100);
    assert_int_equal(count_of(&c, NOTED(PEER_SUSPECTED), ALL_ACTORS), 0);
    cluster_close(&c);
}

static void nodes_do_not_beat_in_step_but_each_keeps_its_own(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, BEATING);
    run_to_end(&c);
    vtime phases[3];
    for (uint32_t node = N1; node <= N3; node++) {
        vtime first =
            message_record(&c, TRACE_SEND, MESSAGE_HEARTBEAT, node, (node + 1) % 3, 1)->time;
        assert_in_range(first, 1, 100 * MILLISECOND);
        for (uint64_t n = 2; n <= 100; n++)
            assert_int_equal(
                message_record(&c, TRACE_SEND, MESSAGE_HEARTBEAT, node, (node + 1) % 3, n)->time,
                first + (n - 1) * 100 * MILLISECOND);
        phases[node] = first;
    }
    assert_int_not_equal(phases[0], phases[1]);
    assert_int_not_equal(phases[1], phases[2]);
    cluster_close(&c);
}

/* A processor that is busy with other things delays beats, but not the ones after them; and
 * a round keeps its number. */
static void a_busy_node_beats_late_but_does_not_fall_behind(void **state)
{
    (void)state;
    struct cluster idle, busy;
    static const char load[] =
        "'duration': '10s', 'cluster': {'nodes': 3, 'heartbeat': '100ms', 'suspect_after': '5s', "
        "'log': {'sync': 'never', 'checkpoint_every': '0B'}, 'cpu': {'service': {'message': "
        "'2ms'}}}, 'network': {'latency': '1ms'}, 'clients': [{'name': 'c', 'count': 6, 'think': "
        "'1ms', 'start': '1s', 'stop': '9s'}]";
    cluster_open(&idle, BEATING);
    cluster_open(&busy, load);
    run_to_end(&idle);
    run_to_end(&busy);
    uint64_t late = 0;
    for (uint64_t n = 1; n <= 100; n++) {
        const struct trace_record *a =
            message_record(&idle, TRACE_SEND, MESSAGE_HEARTBEAT, N1, N2, n);
        const struct trace_record *b =
            message_record(&busy, TRACE_SEND, MESSAGE_HEARTBEAT, N1, N2, n);
        assert_true(b->time >= a->time && b->time < a->time + 40 * MILLISECOND);
        assert_true(a->about == b->about);
        late += b->time > a->time;
    }
    assert_true(late > 30);
    cluster_close(&idle);
    cluster_close(&busy);
}

static void no_heartbeats_no_suspicion(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '10s', " BARE TIMELINE("{'at': '1s', 'crash': 'n2'}"));
    run_to_end(&c);
    assert_int_equal(count_of(&c, TRACE_SEND, ALL_ACTORS), 0);
    assert_false(suspects(&c, N1, N2));
    cluster_close(&c);
}

/* --- suspecting ------------------------------------------------------------------------------ */

static void a_silent_peer_is_suspected_at_the_first_beat_after_the_limit(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, BEATING TIMELINE("{'at': '1s', 'crash': 'n2'}"));
    run_until(&c, SECOND);
    vtime heard = 0; /* n1's last sign of life of n2 */
    for (size_t i = 0; i < c.record_count; i++)
        if (c.records[i].kind == TRACE_ARRIVE && c.records[i].actor == N1 &&
            c.records[i].field[1] == N2)
            heard = c.records[i].time;
    run_to_end(&c);
    const struct trace_record *noted = record_of(&c, NOTED(PEER_SUSPECTED), N1, 1);
    assert_int_equal(noted->field[0], N2);
    assert_int_equal(noted->time - noted->field[1], heard);
    assert_in_range(noted->field[1], 350 * MILLISECOND + 1, 450 * MILLISECOND);
    assert_int_equal(record_of(&c, TRACE_TIMER, N1, 1)->field[0], TIMER_HEARTBEAT);
    assert_true(suspects(&c, N1, N2));
    assert_true(suspects(&c, N3, N2));
    assert_false(suspects(&c, N1, N3));
    assert_int_equal(count_of(&c, NOTED(PEER_SUSPECTED), N1), 1); /* said once */
    assert_int_equal(world_view_node(&c.world, N1).suspected_count, 1);
    cluster_close(&c);
}

static void nobody_suspects_itself(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, BEATING TIMELINE("{'at': '1s', 'partition': [['n1'], ['n2'], ['n3']]}"));
    run_to_end(&c);
    for (uint32_t node = N1; node <= N3; node++)
        for (uint32_t peer = N1; peer <= N3; peer++)
            assert_true(suspects(&c, node, peer) == (node != peer));
    assert_int_equal(world_view_node(&c.world, N2).suspected_count, 2);
    cluster_close(&c);
}

static void a_peer_that_is_heard_again_is_up_at_once(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c,
                 BEATING TIMELINE("{'at': '1s', 'crash': 'n2'}, {'at': '5s', 'restart': 'n2'}"));
    run_to_end(&c);
    const struct trace_record *heard = record_of(&c, NOTED(PEER_HEARD), N1, 1);
    const struct trace_record *suspected = record_of(&c, NOTED(PEER_SUSPECTED), N1, 1);
    assert_int_equal(heard->field[0], N2);
    assert_in_range(heard->time, 5 * SECOND, 5 * SECOND + 102 * MILLISECOND);
    assert_int_equal(heard->time - heard->field[1], suspected->time - suspected->field[1]);
    assert_false(suspects(&c, N1, N2));
    cluster_close(&c);
}

/* Damage in the middle of its log: n2 refuses to start, and says nothing more. */
static void a_node_that_refuses_to_serve_is_suspected(void **state)
{
    (void)state;
    struct cluster c;
    static const char damaged[] =
        "'duration': '10s', 'cluster': {'nodes': 3, 'heartbeat': '100ms', 'suspect_after': "
        "'350ms'}, 'clients': [{'name': 'a', 'script': ["
        "{'at': '500ms', 'put': 'k', 'value': 'v', 'via': 'n1'}, "
        "{'at': '1s', 'put': 'k', 'value': 'w', 'via': 'n1'}, "
        "{'at': '1500ms', 'put': 'k', 'value': 'x', 'via': 'n1'}]}]" TIMELINE(
            "{'at': '2s', 'crash': 'n2'}, {'at': '2500ms', 'disk_corrupt': 'n2', 'file': 'log', "
            "'number': 1, 'offset': '50B'}, {'at': '3s', 'restart': 'n2'}");
    cluster_open(&c, damaged);
    run_to_end(&c);
    assert_int_equal(machine_at(&c.world, N2)->node->storage.state, STORAGE_REFUSED);
    assert_in_range(beats(&c, N2, N1), 19, 20);
    assert_true(suspects(&c, N1, N2));
    assert_true(suspects(&c, N3, N2));
    assert_false(suspects(&c, N1, N3));
    cluster_close(&c);
}

static void suspicion_is_one_sided_when_the_silence_is(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, BEATING TIMELINE("{'at': '1s', 'cut': {'from': 'n2', 'to': 'n1'}}"));
    run_to_end(&c);
    assert_true(suspects(&c, N1, N2));
    assert_false(suspects(&c, N2, N1));
    assert_false(suspects(&c, N3, N2));
    cluster_close(&c);
}

static void any_message_is_a_sign_of_life(void **state)
{
    (void)state;
    struct cluster c;
    /* n2's beats come once a second, which is too rare; but n1 asks it something each 100 ms */
    cluster_open(&c, "'duration': '10s', 'cluster': {'nodes': 3, 'heartbeat': '1s', "
                     "'suspect_after': '600ms', 'log': {'sync': 'never'}}, 'clients': [{'name': "
                     "'c', 'think': '50ms', 'via': 'n1', 'write': 'all', 'mix': {'put': 1}, "
                     "'start': '20ms', 'timeout': '1s'}]");
    run_to_end(&c);
    assert_int_equal(count_of(&c, NOTED(PEER_SUSPECTED), N1), 0);
    assert_true(count_of(&c, NOTED(PEER_SUSPECTED), N2) > 0); /* n3 says nothing to n2 */
    cluster_close(&c);
}

static void a_slow_node_looks_exactly_like_a_dead_one(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, BEATING TIMELINE("{'at': '1s', 'pause': 'n2'}, {'at': '3s', 'resume': 'n2'}"));
    run_until(&c, 2 * SECOND);
    assert_true(suspects(&c, N1, N2));
    run_to_end(&c);
    assert_false(suspects(&c, N1, N2));
    assert_false(suspects(&c, N2, N1));
    /* what was missed in the pause is not made up for */
    assert_in_range(beats(&c, N2, N1), 80, 82);
    cluster_close(&c);
}

static void a_node_that_starts_takes_nobody_for_dead(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c,
                 BEATING TIMELINE("{'at': '1s', 'crash': 'n1'}, {'at': '5s', 'restart': 'n1'}"));
    run_until(&c, 5 * SECOND + 300 * MILLISECOND);
    assert_int_equal(count_of(&c, NOTED(PEER_SUSPECTED), N1), 0);
    assert_false(suspects(&c, N1, N2));
    run_to_end(&c);
    assert_int_equal(count_of(&c, NOTED(PEER_SUSPECTED), N1), 0);
    cluster_close(&c);
}

static void silence_is_measured_on_the_nodes_own_clock(void **state)
{
    (void)state;
    struct cluster c;
    /* n1's clock runs at half speed: 400 ms of it are 800 ms */
    cluster_open(
        &c, "'duration': '10s', 'cluster': {'nodes': 2, 'heartbeat': '100ms', "
            "'suspect_after': '350ms', 'per_node': {'n1': {'clock': {'drift': '-50%'}}}}" TIMELINE(
                "{'at': '2s', 'crash': 'n2'}"));
    run_to_end(&c);
    assert_int_equal(beats(&c, N1, N2), 50);
    assert_in_range(record_of(&c, NOTED(PEER_SUSPECTED), N1, 1)->time, 2600 * MILLISECOND,
                    2950 * MILLISECOND);
    cluster_close(&c);
}

static void a_clock_that_slows_down_between_two_beats_does_no_harm(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, BEATING TIMELINE("{'at': '1s', 'clock_drift': 'n1', 'by': '-50%'}, "
                                      "{'at': '3s', 'clock_drift': 'n1', 'by': '50%'}"));
    run_to_end(&c);
    /* 1 s at 10 a second, 2 s at 5, 7 s at 15 */
    assert_in_range(beats(&c, N1, N2), 123, 126);
    /* by its own clock it beats when it always did */
    vtime first = message_record(&c, TRACE_SEND, MESSAGE_HEARTBEAT, N1, N2, 1)->time;
    vtime last = message_record(&c, TRACE_SEND, MESSAGE_HEARTBEAT, N1, N2, 120)->time;
    uint64_t shown = clock_monotonic_ns(&machine_at(&c.world, N1)->clock, last);
    assert_in_range((shown - first) % (100 * MILLISECOND), 0, 2);
    assert_int_equal(count_of(&c, NOTED(PEER_SUSPECTED), ALL_ACTORS), 0);
    cluster_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_node_beats_to_every_other_once_an_interval),
        cmocka_unit_test(nodes_do_not_beat_in_step_but_each_keeps_its_own),
        cmocka_unit_test(a_busy_node_beats_late_but_does_not_fall_behind),
        cmocka_unit_test(no_heartbeats_no_suspicion),
        cmocka_unit_test(a_silent_peer_is_suspected_at_the_first_beat_after_the_limit),
        cmocka_unit_test(nobody_suspects_itself),
        cmocka_unit_test(a_peer_that_is_heard_again_is_up_at_once),
        cmocka_unit_test(a_node_that_refuses_to_serve_is_suspected),
        cmocka_unit_test(suspicion_is_one_sided_when_the_silence_is),
        cmocka_unit_test(any_message_is_a_sign_of_life),
        cmocka_unit_test(a_slow_node_looks_exactly_like_a_dead_one),
        cmocka_unit_test(a_node_that_starts_takes_nobody_for_dead),
        cmocka_unit_test(silence_is_measured_on_the_nodes_own_clock),
        cmocka_unit_test(a_clock_that_slows_down_between_two_beats_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

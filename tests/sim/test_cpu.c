/*
 * test_cpu.c: cores, service times and the queue in front of them.
 */
#include <stdio.h>

#include "sim/cluster.h"

/* One node, so that a put is one piece of work; three puts come at 10 ms. */
#define ONE_NODE(cpu)                                                                              \
    "'duration': '2s', 'cluster': {'nodes': 1, 'heartbeat': '0s', 'log': {'sync': 'never'}, "      \
    "'cpu': {" cpu "}}, 'network': {" BARE_NETWORK "}, "
#define PUT(label) "{'at': '10ms', 'put': 'k', 'value': '" label "', 'label': '" label "'}"
#define THREE_PUTS                                                                                 \
    "'clients': [{'name': 'alice', 'script': [" PUT("w1") ", " PUT("w2") ", " PUT("w3") "]}]"

#define ASKED (10 * MILLISECOND + 100 * MICROSECOND)

/* When the n-th piece of work of a message was done. */
static vtime handled_at(const struct cluster *c, uint64_t n)
{
    for (size_t i = 0; i < c->record_count; i++)
        if (c->records[i].kind == TRACE_HANDLE && c->records[i].time >= ASKED && --n == 0)
            return c->records[i].time;
    fail_msg("there is no such work");
    return 0;
}

static void work_takes_its_service_time_and_then_has_its_effect(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, ONE_NODE("'service': {'message': '2ms'}") "'clients': [{'name': 'alice', "
                                                               "'script': [" PUT("w1") "]}]");
    run_until(&c, ASKED + 2 * MILLISECOND - 1);
    assert_int_equal(count_of(&c, NOTED(LOG_APPEND), N1), 0);
    run_until(&c, ASKED + 2 * MILLISECOND);
    assert_int_equal(count_of(&c, NOTED(LOG_APPEND), N1), 1);
    run_to_end(&c);
    expect_told(&c, "w1", OUTCOME_OK, ASKED + 2 * MILLISECOND + 100 * MICROSECOND);
    cluster_close(&c);
}

static void one_core_does_one_thing_at_a_time_first_come_first_served(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, ONE_NODE("'service': {'message': '2ms'}") THREE_PUTS);
    run_until(&c, ASKED);
    assert_int_equal(world_view_node(&c.world, N1).waiting, 3);
    run_to_end(&c);
    const struct trace_record *last = last_record_of(&c, TRACE_HANDLE, N1);
    for (uint64_t n = 1; n <= 3; n++) {
        assert_int_equal(handled_at(&c, n), ASKED + n * 2 * MILLISECOND);
        /* in the order of arrival */
        assert_int_equal(record_of(&c, NOTED(LOG_APPEND), N1, n)->about,
                         message_record(&c, TRACE_ARRIVE, MESSAGE_CLIENT_PUT, C1, N1, n)->about);
    }
    assert_int_equal(last->field[1], 6 * MILLISECOND); /* waited and worked on */
    assert_int_equal(last->field[2], 0);               /* nobody waits behind it */
    cluster_close(&c);
}

static void two_cores_do_two_things_at_a_time(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, ONE_NODE("'cores': 2, 'service': {'message': '2ms'}") THREE_PUTS);
    run_to_end(&c);
    assert_int_equal(handled_at(&c, 1), ASKED + 2 * MILLISECOND);
    assert_int_equal(handled_at(&c, 2), ASKED + 2 * MILLISECOND);
    assert_int_equal(handled_at(&c, 3), ASKED + 4 * MILLISECOND);
    cluster_close(&c);
}

static void no_service_time_takes_no_turn(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, ONE_NODE("'service': {'message': '0s'}") THREE_PUTS);
    run_to_end(&c);
    for (int i = 1; i <= 3; i++)
        assert_int_equal(record_of(&c, TRACE_TOLD, C1, (uint64_t)i)->time,
                         ASKED + 100 * MICROSECOND);
    assert_int_equal(count_of(&c, TRACE_HANDLE, N1), 0);
    cluster_close(&c);
}

static void each_kind_of_work_has_a_service_time_of_its_own(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', 'cluster': {'nodes': 1, 'heartbeat': '300ms', "
                     "'log': {'sync': 'always'}, 'disk': {'sync': '1ms'}, 'cpu': {'service': "
                     "{'start': '7ms', 'message': '2ms', 'timer': '3ms', 'disk': '5ms'}}}, "
                     "'clients': [{'name': 'alice', 'script': [{'at': '100ms', 'put': 'k', "
                     "'value': 'x', 'label': 'w1'}]}]");
    run_to_end(&c);
    /* start 7; the directory's sync 1 and 5; those of the new segment and of the directory,
     * begun together, 1 and 5 and another 5 */
    assert_int_equal(record_of(&c, NOTED(RECOVERY_BEGUN), N1, 1)->time, 7 * MILLISECOND);
    assert_int_equal(record_of(&c, NOTED(NODE_READY), N1, 1)->time,
                     (7 + 1 + 5 + 1 + 5 + 5) * MILLISECOND);
    const struct trace_record *beat = record_of(&c, TRACE_TIMER, N1, 1);
    assert_int_equal(beat->field[0], 2); /* TIMER_HEARTBEAT */
    /* 100 us there, the put 2, the sync 1 and its completion 5, 100 us back */
    expect_told(&c, "w1", OUTCOME_OK, 108 * MILLISECOND + 200 * MICROSECOND);
    cluster_close(&c);
}

/* --- saturation ---------------------------------------------------------------------------------
 */

/* Puts per second that come out, for so many microseconds between two that come in. */
static double throughput(const char *cpu, unsigned gap_us)
{
    struct cluster c;
    char text[800];
    int size = snprintf(text, sizeof text,
                        "'duration': '2s', 'cluster': {'nodes': 1, 'heartbeat': '0s', 'log': "
                        "{'sync': 'never', 'checkpoint_every': '0B'}, 'cpu': {%s}}, "
                        "'network': {" BARE_NETWORK "}, 'clients': [{'name': 'c', 'loop': 'open', "
                        "'gap': '%uus', 'start': '10ms', 'timeout': '10s', 'mix': {'put': 1}}]",
                        cpu, gap_us);
    assert_in_range(size, 1, sizeof text - 1);
    cluster_open(&c, text);
    run_until(&c, SECOND);
    uint64_t before = count_of(&c, TRACE_TOLD, C1);
    run_until(&c, 2 * SECOND - 1);
    uint64_t after = count_of(&c, TRACE_TOLD, C1);
    cluster_close(&c);
    return (double)(after - before);
}

static void throughput_follows_the_load_and_flattens_at_cores_over_service_time(void **state)
{
    (void)state;
    static const char one[] = "'cores': 1, 'service': {'message': '500us'}"; /* 2000 a second */
    static const char two[] = "'cores': 2, 'service': {'message': '500us'}";
    double at_half = throughput(one, 1000);
    double at_twice = throughput(one, 250);
    double at_four_times = throughput(one, 125);
    double two_at_half = throughput(two, 500);
    double two_at_twice = throughput(two, 125);
    print_message("asked 1000, 4000, 8000 a second of one core that can do 2000: %.0f %.0f %.0f; "
                  "2000, 8000 of two: %.0f %.0f\n",
                  at_half, at_twice, at_four_times, two_at_half, two_at_twice);
    assert_in_range((long)at_half, 900, 1100);
    assert_in_range((long)at_twice, 1999, 2000);
    assert_in_range((long)at_four_times, 1999, 2000);
    assert_in_range((long)two_at_half, 1860, 2140);
    assert_in_range((long)two_at_twice, 3998, 4000);
}

static void an_overloaded_node_answers_ever_later(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '2s', 'cluster': {'nodes': 1, 'heartbeat': '0s', 'log': {'sync': "
                     "'never'}, 'cpu': {'service': {'message': '500us'}}}, 'network': "
                     "{" BARE_NETWORK "}, 'clients': [{'name': 'c', 'loop': 'open', 'gap': "
                     "'250us', 'start': '10ms', 'timeout': '10s', 'mix': {'put': 1}}]");
    run_to_end(&c);
    vtime first = record_of(&c, TRACE_TOLD, C1, 100)->field[1];
    vtime last = last_record_of(&c, TRACE_TOLD, C1)->field[1];
    assert_in_range(last, 900 * MILLISECOND, 1100 * MILLISECOND); /* half of 2 s behind */
    assert_true(first < 100 * MILLISECOND);
    cluster_close(&c);
}

/* --- pause, slow ---------------------------------------------------------------------------------
 */

#define TIMELINE(text) ", 'timeline': [" text "]"

static void a_paused_node_takes_in_work_and_does_none(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, ONE_NODE("'service': {'message': '2ms'}") THREE_PUTS TIMELINE(
                         "{'at': '5ms', 'pause': 'n1'}, {'at': '50ms', 'resume': 'n1'}"));
    run_until(&c, 49 * MILLISECOND);
    assert_int_equal(state_of_node(&c, N1), STATE_PAUSED);
    assert_int_equal(world_view_node(&c.world, N1).waiting, 3);
    run_to_end(&c);
    assert_int_equal(record_of(&c, TRACE_RESUME, N1, 1)->field[0], 3);
    for (uint64_t n = 1; n <= 3; n++)
        assert_int_equal(handled_at(&c, n), (50 + n * 2) * MILLISECOND);
    cluster_close(&c);
}

static void what_is_being_done_when_a_pause_begins_has_its_effect_when_it_ends(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(
        &c,
        ONE_NODE(
            "'cores': 2, 'service': {'message': '2ms'}") "'clients': [{'name': 'alice', 'script': "
                                                         "[" PUT("w1") ", "
                                                                       "{'at': '10300us', 'put': "
                                                                       "'k', 'value': 'y', "
                                                                       "'label': 'w2'}, "
                                                                       "{'at': '10600us', 'put': "
                                                                       "'k', 'value': 'z', "
                                                                       "'label': 'w3'}]}]" TIMELINE(
                                                                           "{'at': '11ms', "
                                                                           "'pause': 'n1'}, {'at': "
                                                                           "'50ms', 'resume': "
                                                                           "'n1'}"));
    run_until(&c, 49 * MILLISECOND);
    assert_int_equal(count_of(&c, NOTED(LOG_APPEND), N1), 0);
    run_to_end(&c);
    /* the two that were done but for their effect at once, in the order in which they were
     * done; the third takes its time */
    assert_int_equal(record_of(&c, NOTED(LOG_APPEND), N1, 1)->time, 50 * MILLISECOND);
    assert_int_equal(record_of(&c, NOTED(LOG_APPEND), N1, 2)->time, 50 * MILLISECOND);
    assert_int_equal(record_of(&c, NOTED(LOG_APPEND), N1, 3)->time, 52 * MILLISECOND);
    for (uint64_t n = 1; n <= 3; n++)
        assert_int_equal(record_of(&c, NOTED(LOG_APPEND), N1, n)->about,
                         message_record(&c, TRACE_ARRIVE, MESSAGE_CLIENT_PUT, C1, N1, n)->about);
    cluster_close(&c);
}

static void a_slow_node_takes_so_many_times_as_long(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, ONE_NODE("'service': {'message': '2ms'}")
                         THREE_PUTS TIMELINE("{'at': '5ms', 'slow': 'n1', 'factor': 3}, "
                                             "{'at': '17ms', 'slow': 'n1', 'factor': 1}"));
    run_to_end(&c);
    assert_int_equal(handled_at(&c, 1), ASKED + 6 * MILLISECOND);
    assert_int_equal(handled_at(&c, 2), ASKED + 12 * MILLISECOND); /* begun while slow */
    assert_int_equal(handled_at(&c, 3), ASKED + 14 * MILLISECOND);
    cluster_close(&c);
}

static void a_slow_node_has_a_slow_disk(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', 'cluster': {'nodes': 1, 'heartbeat': '0s', 'log': "
                     "{'sync': 'always'}, 'disk': {'sync': '3ms'}, 'cpu': {'service': {'message': "
                     "'0s'}}}, 'network': {" BARE_NETWORK "}, 'clients': [{'name': 'alice', "
                     "'script': [{'at': '50ms', 'put': 'k', 'value': 'x', 'label': 'w1'}]}], "
                     "'timeline': [{'at': '40ms', 'slow': 'n1', 'factor': 7}]");
    run_to_end(&c);
    expect_told(&c, "w1", OUTCOME_OK, 50 * MILLISECOND + 200 * MICROSECOND + 21 * MILLISECOND);
    cluster_close(&c);
}

static void a_crash_throws_away_what_waits_and_what_is_being_done(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, ONE_NODE("'service': {'message': '2ms'}") THREE_PUTS TIMELINE(
                         "{'at': '13ms', 'crash': 'n1'}, {'at': '14ms', 'restart': 'n1'}"));
    run_to_end(&c);
    assert_int_equal(count_of(&c, NOTED(LOG_APPEND), N1), 1);
    assert_int_equal(world_view_node(&c.world, N1).waiting, 0);
    assert_int_equal(c.world.state->work.taken_count, 0);
    cluster_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_takes_its_service_time_and_then_has_its_effect),
        cmocka_unit_test(one_core_does_one_thing_at_a_time_first_come_first_served),
        cmocka_unit_test(two_cores_do_two_things_at_a_time),
        cmocka_unit_test(no_service_time_takes_no_turn),
        cmocka_unit_test(each_kind_of_work_has_a_service_time_of_its_own),
        cmocka_unit_test(throughput_follows_the_load_and_flattens_at_cores_over_service_time),
        cmocka_unit_test(an_overloaded_node_answers_ever_later),
        cmocka_unit_test(a_paused_node_takes_in_work_and_does_none),
        cmocka_unit_test(what_is_being_done_when_a_pause_begins_has_its_effect_when_it_ends),
        cmocka_unit_test(a_slow_node_takes_so_many_times_as_long),
        cmocka_unit_test(a_slow_node_has_a_slow_disk),
        cmocka_unit_test(a_crash_throws_away_what_waits_and_what_is_being_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

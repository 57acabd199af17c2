/*
 * test_world.c: lives of processes, triggers, checks, interventions, and the end.
 */
#include "sim/cluster.h"

#include <string.h>

#include "db/timers.h"
#include "sim/judge/judge.h"

#define SCRIPT(text)   "'clients': [{'name': 'alice', 'script': [" text "]}]"
#define TIMELINE(text) ", 'timeline': [" text "]"
#define CHECKS(text)   ", 'checks': [" text "]"

/* One put at each of three moments, through n1, at level all. */
#define PUT(at, value, label)                                                                      \
    "{'at': '" at "', 'put': 'k', 'value': '" value                                                \
    "', 'via': 'n1', 'level': 'all', 'label': '" label "', 'timeout': '200ms'}"
#define THREE_PUTS                                                                                 \
    SCRIPT(PUT("100ms", "x", "w1") ", " PUT("110ms", "y", "w2") ", " PUT("120ms", "z", "w3"))

/* A log that is synced before anything is acknowledged; a sync takes a millisecond. */
#define SYNCED                                                                                     \
    "'cluster': {'nodes': 3, 'heartbeat': '0s', 'log': {'sync': 'always'}, 'cpu': {'service': "    \
    "{'message': '0s'}}}, 'network': {" BARE_NETWORK "}"

/* --- lives -------------------------------------------------------------------------------- */

static void a_node_lives_crashes_and_lives_again(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', " SYNCED ", " THREE_PUTS TIMELINE(
                         "{'at': '200ms', 'crash': 'n2'}, {'at': '300ms', 'restart': 'n2'}"));
    assert_int_equal(state_of_node(&c, N2), STATE_RECOVERING);
    run_until(&c, 150 * MILLISECOND);
    assert_int_equal(state_of_node(&c, N2), STATE_UP);
    assert_int_equal(world_view_node(&c.world, N2).incarnation, 1);
    expect_stored(&c, N2, "k", "z");
    run_until(&c, 250 * MILLISECOND);
    assert_int_equal(state_of_node(&c, N2), STATE_DOWN);
    assert_null(machine_at(&c.world, N2)->node);
    assert_int_equal(heap_bytes(&machine_at(&c.world, N2)->memory), 0); /* all of it */
    assert_int_equal(world_view_node(&c.world, N2).keys, 0);
    run_until(&c, 300 * MILLISECOND);
    assert_int_equal(state_of_node(&c, N2), STATE_RECOVERING);
    run_to_end(&c);
    assert_int_equal(state_of_node(&c, N2), STATE_UP);
    assert_int_equal(world_view_node(&c.world, N2).incarnation, 2);
    expect_stored(&c, N2, "k", "z"); /* from its disk */
    assert_int_equal(last_record_of(&c, NOTED(NODE_READY), N2)->field[2], 3);
    cluster_close(&c);
}

static void a_node_may_be_down_from_the_start(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', 'cluster': {" BARE_CLUSTER ", 'per_node': {'n3': {'up': "
                     "false}}}" TIMELINE("{'at': '100ms', 'restart': 'n3'}"));
    assert_int_equal(state_of_node(&c, N3), STATE_DOWN);
    assert_int_equal(count_of(&c, TRACE_START, N3), 0);
    run_to_end(&c);
    assert_int_equal(state_of_node(&c, N3), STATE_UP);
    assert_int_equal(world_view_node(&c.world, N3).incarnation, 1);
    cluster_close(&c);
}

static void an_action_that_makes_no_sense_is_refused_with_its_reason(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', " BARE TIMELINE(
                         "{'at': '10ms', 'restart': 'n1'}, {'at': '20ms', 'crash': 'n2'}, "
                         "{'at': '30ms', 'crash': 'n2'}, {'at': '40ms', 'pause': 'n2'}, "
                         "{'at': '50ms', 'pause': 'n3'}, {'at': '60ms', 'pause': 'n3'}, "
                         "{'at': '70ms', 'resume': 'n1'}"));
    run_to_end(&c);
    static const struct {
        uint32_t actor, action, reason;
    } wanted[] = {{N1, ACTION_RESTART, REASON_NODE_UP},
                  {N2, ACTION_CRASH, REASON_NODE_DOWN},
                  {N2, ACTION_PAUSE, REASON_NODE_DOWN},
                  {N3, ACTION_PAUSE, REASON_NODE_PAUSED},
                  {N1, ACTION_RESUME, REASON_NODE_UP}};
    assert_int_equal(count_of(&c, TRACE_REFUSED_ACTION, ALL_ACTORS), ARRAY_LEN(wanted));
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        const struct trace_record *refused = record_of(&c, TRACE_REFUSED_ACTION, ALL_ACTORS, i + 1);
        assert_int_equal(refused->actor, wanted[i].actor);
        assert_int_equal(refused->field[0], wanted[i].action);
        assert_int_equal(refused->field[1], wanted[i].reason);
    }
    cluster_close(&c);
}

static void all_nodes_can_crash_and_restart_in_one_action(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', " SYNCED ", " THREE_PUTS TIMELINE(
                         "{'at': '200ms', 'crash': 'all'}, {'at': '300ms', 'restart': 'all'}"));
    run_until(&c, 250 * MILLISECOND);
    assert_int_equal(count_of(&c, TRACE_CRASH, ALL_ACTORS), 3);
    run_to_end(&c);
    for (uint32_t node = N1; node <= N3; node++)
        expect_stored(&c, node, "k", "z");
    cluster_close(&c);
}

static void a_paused_node_can_crash(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', " SYNCED ", " THREE_PUTS TIMELINE(
                         "{'at': '105ms', 'pause': 'n2'}, {'at': '130ms', 'crash': 'n2'}, "
                         "{'at': '140ms', 'restart': 'n2'}"));
    run_to_end(&c);
    assert_int_equal(state_of_node(&c, N2), STATE_UP);
    expect_stored(&c, N2, "k", "x"); /* y and z waited for it, and were lost with it */
    assert_int_equal(c.world.state->work.taken_count, 0);
    cluster_close(&c);
}

/* Heartbeats, syncs and work are under way when the node dies. */
static void nothing_of_an_old_life_happens_in_a_new_one(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '2s', 'cluster': {'nodes': 3, 'heartbeat': '100ms', 'log': "
                     "{'sync': 'always'}, 'disk': {'sync': '40ms'}, 'cpu': {'service': "
                     "{'message': '5ms', 'timer': '1ms'}}}, 'clients': [{'name': 'c', 'count': 8, "
                     "'think': '10ms', 'start': '200ms', 'timeout': '300ms'}]" TIMELINE(
                         "{'at': '700ms', 'crash': 'n2'}, {'at': '703ms', 'restart': 'n2'}"));
    run_until(&c, 700 * MILLISECOND - 1);
    assert_true(machine_at(&c.world, N2)->cpu.busy > 0);
    uint64_t pending = queue_count(&c.world.state->queue);
    run_until(&c, 700 * MILLISECOND);
    assert_true(queue_count(&c.world.state->queue) < pending); /* they left the queue */
    run_until(&c, 703 * MILLISECOND - 1);
    for (size_t i = 0; i < c.record_count; i++) {
        const struct trace_record *record = &c.records[i];
        if (record->actor == N2 && record->time > 700 * MILLISECOND)
            assert_int_equal(record->kind, TRACE_DROP); /* of messages that it had sent */
    }
    uint64_t crash = record_of(&c, TRACE_CRASH, N2, 1)->number;
    run_to_end(&c);
    /* whatever happens to the new life was caused in the new life, or came from outside */
    for (size_t i = 0; i < c.record_count; i++) {
        const struct trace_record *record = &c.records[i];
        bool is_its_own = record->kind == TRACE_TIMER || record->kind == TRACE_DISK_DONE;
        if (record->actor == N2 && record->number > crash && is_its_own)
            assert_true(record->cause > crash);
    }
    assert_true(count_of(&c, NOTED(NODE_READY), N2) == 2);
    cluster_close(&c);
}

static void what_an_old_life_left_behind_is_no_step(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '10s', 'cluster': {'nodes': 1, 'heartbeat': '1s'}" TIMELINE(
                         "{'at': '500ms', 'crash': 'n1'}"));
    run_until(&c, 500 * MILLISECOND);
    uint64_t step = c.world.state->step;
    assert_true(world_next_time(&c.world) == VTIME_NEVER); /* the heartbeat is gone */
    run_to_end(&c);
    assert_int_equal(c.world.state->step, step);
    assert_int_equal(c.world.state->timers.taken_count, 0);
    assert_int_equal(c.world.state->tickets.taken_count, 0);
    cluster_close(&c);
}

static void run_until_a_time_does_not_go_beyond_it(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '10s', 'cluster': {'nodes': 2, 'heartbeat': '1s'}" TIMELINE(
                         "{'at': '500ms', 'crash': 'n1'}"));
    for (vtime time = 0; time < 3 * SECOND; time += 50 * MILLISECOND) {
        run_until(&c, time);
        assert_true(c.world.state->now <= time);
        assert_true(world_next_time(&c.world) > time);
    }
    cluster_close(&c);
}

/* --- triggers ----------------------------------------------------------------------------------
 */

static void a_crash_right_after_the_third_append_lets_nothing_more_out(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', " BARE ", " THREE_PUTS TIMELINE(
                         "{'when': 'n2.log_append == 3', 'crash': 'n2', 'unsynced': 'kept'}, "
                         "{'at': '400ms', 'restart': 'n2'}"));
    run_until(&c, 350 * MILLISECOND);
    const struct trace_record *third = record_of(&c, NOTED(LOG_APPEND), N2, 3);
    const struct trace_record *crash = record_of(&c, TRACE_CRASH, N2, 1);
    assert_int_equal(crash->time, third->time);
    assert_int_equal(record_of(&c, TRACE_CONDITION, ACTOR_WORLD, 1)->cause, third->number);
    assert_int_equal(crash->cause, record_of(&c, TRACE_CONDITION, ACTOR_WORLD, 1)->number);
    /* between the append and the crash the node says nothing: no apply, no acknowledgement */
    for (uint64_t number = third->number + 1; number < crash->number; number++)
        assert_int_not_equal(c.records[number - 1].actor, N2);
    assert_int_equal(count_of(&c, NOTED(APPLY), N2), 2);
    assert_int_equal(count_messages(&c, TRACE_SEND, MESSAGE_REPLICA_WRITTEN, N2, N1), 2);
    expect_outcome(&c, "w1", OUTCOME_OK);
    expect_outcome(&c, "w2", OUTCOME_OK);
    expect_outcome(&c, "w3", OUTCOME_TIMEOUT);
    run_to_end(&c);
    expect_stored(&c, N2, "k", "z"); /* but the record was in the page cache */
    cluster_close(&c);
}

static void a_crash_on_arrival_comes_before_the_work_of_it(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', " BARE ", " THREE_PUTS TIMELINE(
                         "{'when': 'n2.arrive == 2', 'crash': 'n2', 'unsynced': 'kept'}"));
    run_to_end(&c);
    assert_int_equal(count_messages(&c, TRACE_ARRIVE, MESSAGE_REPLICA_WRITE, N1, N2), 2);
    assert_int_equal(count_of(&c, NOTED(LOG_APPEND), N2), 1);
    cluster_close(&c);
}

static void a_node_can_crash_in_its_first_moment_and_again(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', " SYNCED ", " THREE_PUTS TIMELINE(
                         "{'at': '200ms', 'crash': 'all'}, {'at': '300ms', 'restart': 'all'}, "
                         "{'when': 'n2.start == 2', 'crash': 'n2'}, "
                         "{'when': 'n2.crash == 2', 'restart': 'n2'}"));
    run_to_end(&c);
    assert_int_equal(count_of(&c, TRACE_START, N2), 3);
    for (uint32_t node = N1; node <= N3; node++)
        expect_stored(&c, node, "k", "z");
    cluster_close(&c);
}

static void a_trigger_fires_once_and_after_its_delay(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', " BARE ", " THREE_PUTS TIMELINE(
                         "{'when': 'alice.told >= 1', 'delay': '7ms', 'pause': 'n3'}, "
                         "{'when': 'n3.pause == 1', 'delay': '2ms', 'resume': 'n3'}"));
    run_to_end(&c);
    vtime told = attempt_of(&c, "w1", 0)->told;
    assert_int_equal(count_of(&c, TRACE_PAUSE, N3), 1);
    assert_int_equal(record_of(&c, TRACE_PAUSE, N3, 1)->time, told + 7 * MILLISECOND);
    assert_int_equal(record_of(&c, TRACE_RESUME, N3, 1)->time, told + 9 * MILLISECOND);
    cluster_close(&c);
}

static void a_trigger_waits_for_the_time_before_which_it_must_not_fire(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', " BARE ", " THREE_PUTS TIMELINE(
                         "{'when': 'alice.told >= 1', 'not_before': '500ms', 'pause': 'n3'}"));
    run_to_end(&c);
    assert_int_equal(record_of(&c, TRACE_PAUSE, N3, 1)->time, 500 * MILLISECOND);
    cluster_close(&c);
}

static void a_trigger_on_time_fires_when_nothing_else_happens(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', " BARE TIMELINE(
                         "{'when': 'time > 333ms and n1.state == `up`', 'pause': 'n1'}, "
                         "{'when': 'time >= 333ms', 'pause': 'n2'}"));
    run_to_end(&c);
    assert_int_equal(record_of(&c, TRACE_PAUSE, N1, 1)->time, 333 * MILLISECOND + 1);
    assert_int_equal(record_of(&c, TRACE_PAUSE, N2, 1)->time, 333 * MILLISECOND);
    cluster_close(&c);
}

static void one_trigger_can_make_another_one_come_true_in_the_same_step(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', " BARE
                     ", " THREE_PUTS TIMELINE("{'when': 'n2.crash == 1', 'crash': 'n3'}, "
                                              "{'when': 'n1.log_append == 2', 'crash': 'n2'}"));
    run_to_end(&c);
    const struct trace_record *first = record_of(&c, TRACE_CRASH, N2, 1);
    const struct trace_record *second = record_of(&c, TRACE_CRASH, N3, 1);
    assert_int_equal(first->time, record_of(&c, NOTED(LOG_APPEND), N1, 2)->time);
    assert_int_equal(second->time, first->time);
    cluster_close(&c);
}

/* --- checks --------------------------------------------------------------------------------------
 */

static struct check_result judged(struct cluster *c, const char *name)
{
    struct check_result results[CHECKS_MAX];
    judge_world(&c->world, &c->world.state->heap, results);
    for (uint32_t i = 0; i < c->scenario->check_count; i++)
        if (strcmp(results[i].setting->name, name) == 0)
            return results[i];
    fail_msg("no check is called %s", name);
    return results[0];
}

static void always_is_violated_at_the_first_step_in_which_it_is_false(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', " BARE ", " THREE_PUTS CHECKS(
                         "{'check': 'always', 'name': 'a', 'that': 'n2.log_append < 2'}, "
                         "{'check': 'always', 'name': 'b', 'that': 'n2.log_append < 9'}"));
    run_to_end(&c);
    const struct trace_record *second = record_of(&c, NOTED(LOG_APPEND), N2, 2);
    struct check_result a = judged(&c, "a");
    assert_int_equal(a.verdict.kind, VERDICT_VIOLATED);
    assert_int_equal(c.world.state->checks[0].time, second->time);
    assert_in_range(c.world.state->checks[0].record, second->number, second->number + 3);
    assert_int_equal(judged(&c, "b").verdict.kind, VERDICT_HOLDS);
    cluster_close(&c);
}

static void reached_holds_when_some_step_showed_it(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', " BARE ", " THREE_PUTS TIMELINE(
                         "{'at': '300ms', 'crash': 'n2'}, {'at': '400ms', 'restart': 'n2'}")
                         CHECKS("{'check': 'reached', 'name': 'a', 'that': 'n2.state == `down`'}, "
                                "{'check': 'reached', 'name': 'b', 'that': 'n1.state == `down`'}"));
    run_to_end(&c);
    assert_int_equal(judged(&c, "a").verdict.kind, VERDICT_HOLDS);
    assert_int_equal(c.world.state->checks[0].time, 300 * MILLISECOND);
    assert_int_equal(judged(&c, "b").verdict.kind, VERDICT_VIOLATED);
    cluster_close(&c);
}

static void expect_is_judged_at_the_end(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', " BARE ", " THREE_PUTS CHECKS(
                         "{'check': 'expect', 'name': 'a', 'that': 'final(`k`) == `z`'}, "
                         "{'check': 'expect', 'name': 'b', 'that': 'final(`k`) == `x`'}"));
    run_to_end(&c);
    assert_int_equal(judged(&c, "a").verdict.kind, VERDICT_HOLDS);
    assert_int_equal(judged(&c, "b").verdict.kind, VERDICT_VIOLATED);
    cluster_close(&c);
}

/* n3 misses a write behind a partition; only a read brings it there. */
#define DIVERGED(duration, read_at, more)                                                          \
    "'duration': '" duration "', " BARE                                                            \
    ", " SCRIPT("{'at': '100ms', 'put': 'k', 'value': 'x', 'via': 'n1', 'level': 'quorum'}, "      \
                "{'at': '" read_at "', 'get': 'k', 'via': 'n3', 'level': 'all'}")                  \
        TIMELINE("{'at': '50ms', 'partition': [['n1', 'n2'], ['n3']]}, "                           \
                 "{'at': '300ms', 'heal': 'all'}" more)                                            \
            CHECKS("{'check': 'converged', 'name': 'a', 'within': '500ms'}")

/* What the check says, and when it looked: 0 for the end of the run. */
static void expect_converged(const char *text, enum verdict_kind verdict, vtime looked)
{
    struct cluster c;
    cluster_open(&c, text);
    run_to_end(&c);
    assert_int_equal(world_keys_differing(&c.world), 0); /* it always does, by the end */
    assert_int_equal(judged(&c, "a").verdict.kind, verdict);
    assert_int_equal(c.world.state->checks[0].time, looked);
    cluster_close(&c);
}

static void converged_looks_so_long_after_the_last_fault_has_ended(void **state)
{
    (void)state;
    expect_converged(DIVERGED("2s", "400ms", ""), VERDICT_HOLDS, 800 * MILLISECOND);
    expect_converged(DIVERGED("2s", "900ms", ""), VERDICT_VIOLATED, 800 * MILLISECOND);
}

static void another_fault_that_ends_begins_the_time_anew(void **state)
{
    (void)state;
    expect_converged(DIVERGED("2s", "900ms", ", {'at': '600ms', 'heal': 'all'}"), VERDICT_HOLDS,
                     1100 * MILLISECOND);
    expect_converged(DIVERGED("1s", "900ms", ", {'at': '600ms', 'heal': 'all'}"), VERDICT_HOLDS, 0);
}

/* --- interventions
 * --------------------------------------------------------------------------------- */

static struct intervention crash_n2_at(vtime time)
{
    return (struct intervention){
        .time = time, .action = {.kind = ACTION_CRASH, .target = N2, .mode = CRASH_LOSE}};
}

static void an_intervention_without_an_event_comes_when_its_time_is_over(void **state)
{
    (void)state;
    struct cluster c;
    struct intervention crash = crash_n2_at(115 * MILLISECOND);
    cluster_load(&c, "'duration': '1s', " SYNCED ", " THREE_PUTS, NULL);
    cluster_begin(&c, 1, &crash, 1);
    run_to_end(&c);
    assert_int_equal(record_of(&c, TRACE_CRASH, N2, 1)->time, 115 * MILLISECOND);
    assert_int_equal(count_of(&c, NOTED(LOG_APPEND), N2), 2);
    cluster_close(&c);
}

/* n1's old life has left events behind before the intervention's time. */
static void an_intervention_is_not_delayed_by_what_a_crash_left_behind(void **state)
{
    (void)state;
    struct cluster c;
    struct intervention crash = crash_n2_at(1200 * MILLISECOND);
    cluster_load(&c,
                 "'duration': '20s', 'cluster': {'nodes': 2, 'heartbeat': '10s'}" TIMELINE(
                     "{'at': '15s', 'pause': 'n2'}, {'at': '100ms', 'crash': 'n1'}"),
                 NULL);
    cluster_begin(&c, 1, &crash, 1);
    run_to_end(&c);
    assert_int_equal(record_of(&c, TRACE_CRASH, N2, 1)->time, 1200 * MILLISECOND);
    cluster_close(&c);
}

/* Two replicas append at one time; the intervention comes between the two. */
static void an_intervention_follows_the_very_event_that_it_names(void **state)
{
    (void)state;
    struct cluster c;
    struct intervention crash = crash_n2_at(0);
    cluster_open(&c, "'duration': '1s', " BARE ", " THREE_PUTS);
    while (count_of(&c, NOTED(LOG_APPEND), N2) + count_of(&c, NOTED(LOG_APPEND), N3) < 3)
        world_step(&c.world);
    uint32_t first = count_of(&c, NOTED(LOG_APPEND), N2) == 2 ? N2 : N3;
    uint64_t step = c.world.state->step;
    assert_int_equal(world_next_time(&c.world), c.world.state->now);
    crash.time = c.world.state->now;
    crash.identity = c.world.state->last_identity;
    crash.action.target = first;
    cluster_begin(&c, 1, &crash, 1);
    run_until_count(&c, TRACE_CRASH, first, 1);
    assert_int_equal(c.world.state->step, step + 1);
    assert_int_equal(count_of(&c, NOTED(LOG_APPEND), first), 2);
    assert_int_equal(count_of(&c, NOTED(LOG_APPEND), first == N2 ? N3 : N2), 1);
    cluster_close(&c);
}

/* --- identities
 * --------------------------------------------------------------------------------------- */

/* All latencies are constant, so everything that can happen at one time does. */
static void events_that_differ_have_different_identities(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '2s', 'cluster': {'nodes': 5, 'heartbeat': '100ms', 'log': "
                     "{'sync': 'always'}, 'replication': 5}, 'clients': [{'name': 'c', 'count': "
                     "5, 'think': '7ms', 'start': '50ms'}], 'timeline': ["
                     "{'when': 'time >= 100ms', 'pause': 'n1'}, "
                     "{'when': 'time >= 150ms', 'resume': 'n1'}]");
    uint64_t most = 1;
    while (world_step(&c.world))
        most = MAX(most, c.world.state->last_occurrence);
    assert_true(c.world.state->step > 10000);
    assert_int_equal(most, 1);
    cluster_close(&c);
}

static void events_that_are_alike_are_told_apart_by_their_number(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c,
                 "'duration': '1s', " BARE CHECKS(
                     "{'check': 'reached', 'name': 'a', 'that': 'time > 50ms'}, "
                     "{'check': 'reached', 'name': 'b', 'that': 'time > 50ms or n1.crash == 1'}"));
    run_until(&c, 50 * MILLISECOND + 1);
    assert_int_equal(c.world.state->last_occurrence, 2);
    struct intervention crash = crash_n2_at(c.world.state->now);
    crash.identity = c.world.state->last_identity;
    uint64_t step = c.world.state->step;
    for (uint64_t occurrence = 1; occurrence <= 2; occurrence++) {
        crash.occurrence = occurrence;
        cluster_begin(&c, 1, &crash, 1);
        run_until_count(&c, TRACE_CRASH, N2, 1);
        assert_int_equal(c.world.state->step, step - 2 + occurrence + 1);
    }
    cluster_close(&c);
}

/* --- the end
 * ------------------------------------------------------------------------------------------- */

static void a_run_ends_at_its_duration_or_when_nothing_is_left(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', 'cluster': {'nodes': 2, 'heartbeat': '100ms'}");
    run_to_end(&c);
    assert_true(c.world.state->is_over);
    assert_int_equal(c.world.state->now, SECOND);
    assert_true(queue_count(&c.world.state->queue) > 0); /* what would have come later */
    assert_false(world_step(&c.world));
    assert_true(world_next_time(&c.world) == VTIME_NEVER);
    cluster_close(&c);
    cluster_open(&c, "'duration': '1000000s', " BARE);
    run_to_end(&c);
    assert_int_equal(queue_count(&c.world.state->queue), 0);
    assert_true(c.world.state->step < 100);
    assert_true(c.world.state->now == 1000000 * SECOND);
    cluster_close(&c);
}

static void an_event_at_the_very_end_still_happens(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', " BARE TIMELINE(
                         "{'at': '1s', 'pause': 'n1'}, "
                         "{'when': 'time >= 999ms', 'delay': '1000001ns', 'pause': 'n2'}"));
    run_to_end(&c);
    assert_int_equal(count_of(&c, TRACE_PAUSE, N1), 1);
    assert_int_equal(count_of(&c, TRACE_PAUSE, N2), 0);
    cluster_close(&c);
}

static void the_same_seed_gives_the_same_run_and_another_one_another(void **state)
{
    (void)state;
    struct cluster c;
    cluster_load(&c,
                 "'duration': '5s', 'cluster': {'nodes': 5}, 'network': {'latency': "
                 "{'exponential': '2ms'}, 'loss': '1%'}, 'clients': [{'name': 'c', 'count': 3}]",
                 NULL);
    struct digest digests[3];
    static const uint64_t seeds[] = {7, 7, 8};
    for (int i = 0; i < 3; i++) {
        cluster_begin(&c, seeds[i], NULL, 0);
        run_to_end(&c);
        digests[i] = c.world.state->digest;
    }
    assert_true(digest_equal(digests[0], digests[1]));
    assert_false(digest_equal(digests[0], digests[2]));
    cluster_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_node_lives_crashes_and_lives_again),
        cmocka_unit_test(a_node_may_be_down_from_the_start),
        cmocka_unit_test(an_action_that_makes_no_sense_is_refused_with_its_reason),
        cmocka_unit_test(all_nodes_can_crash_and_restart_in_one_action),
        cmocka_unit_test(a_paused_node_can_crash),
        cmocka_unit_test(nothing_of_an_old_life_happens_in_a_new_one),
        cmocka_unit_test(what_an_old_life_left_behind_is_no_step),
        cmocka_unit_test(run_until_a_time_does_not_go_beyond_it),
        cmocka_unit_test(a_crash_right_after_the_third_append_lets_nothing_more_out),
        cmocka_unit_test(a_crash_on_arrival_comes_before_the_work_of_it),
        cmocka_unit_test(a_node_can_crash_in_its_first_moment_and_again),
        cmocka_unit_test(a_trigger_fires_once_and_after_its_delay),
        cmocka_unit_test(a_trigger_waits_for_the_time_before_which_it_must_not_fire),
        cmocka_unit_test(a_trigger_on_time_fires_when_nothing_else_happens),
        cmocka_unit_test(one_trigger_can_make_another_one_come_true_in_the_same_step),
        cmocka_unit_test(always_is_violated_at_the_first_step_in_which_it_is_false),
        cmocka_unit_test(reached_holds_when_some_step_showed_it),
        cmocka_unit_test(expect_is_judged_at_the_end),
        cmocka_unit_test(converged_looks_so_long_after_the_last_fault_has_ended),
        cmocka_unit_test(another_fault_that_ends_begins_the_time_anew),
        cmocka_unit_test(an_intervention_without_an_event_comes_when_its_time_is_over),
        cmocka_unit_test(an_intervention_is_not_delayed_by_what_a_crash_left_behind),
        cmocka_unit_test(an_intervention_follows_the_very_event_that_it_names),
        cmocka_unit_test(events_that_differ_have_different_identities),
        cmocka_unit_test(events_that_are_alike_are_told_apart_by_their_number),
        cmocka_unit_test(a_run_ends_at_its_duration_or_when_nothing_is_left),
        cmocka_unit_test(an_event_at_the_very_end_still_happens),
        cmocka_unit_test(the_same_seed_gives_the_same_run_and_another_one_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

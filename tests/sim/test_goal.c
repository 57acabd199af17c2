/*
 * test_goal.c: running until a condition comes true, and headlines that outlive the tape.
 *
 * Where a condition first comes true is known from another side: a scenario with the check
 * `reached` notes the step. The goal must stop there, however small its pieces are.
 */
#include "sim/cluster.h"

#include <stdio.h>
#include <string.h>

#include "sim/condition/goal.h"

static const char stormy[] =
    "'duration': '8s', 'cluster': {'nodes': 5, 'heartbeat': '200ms', 'suspect_after': '700ms', "
    "'log': {'sync': 'group', 'segment': '2KiB', 'checkpoint_every': '4KiB'}}, 'network': "
    "{'loss': '3%'}, 'clients': [{'name': 'c', 'count': 4, 'think': {'exponential': '20ms'}, "
    "'timeout': '300ms'}, {'name': 's', 'script': [{'at': '3s', 'put': 'k', 'value': 'x', "
    "'label': 'w1'}]}], 'timeline': [{'at': '1s', 'crash': 'n2', 'unsynced': 'random'}, {'at': "
    "'2s', 'restart': 'n2'}, {'at': '2500ms', 'partition': [['n1', 'n2'], ['n3', 'n4', 'n5']]}, "
    "{'at': '4s', 'heal': 'all'}]";

struct view {
    struct cluster c;
    struct stage *stage;
};

static void view_open(struct view *view, const char *text)
{
    const char *why = NULL;
    cluster_open(&view->c, text);
    view->stage = stage_open(&view->c.world, view->c.scenario, 1, &why);
    assert_non_null(view->stage);
}

static void view_close(struct view *view)
{
    stage_close(view->stage);
    cluster_close(&view->c);
}

static struct goal *parse(const struct view *view, const char *source)
{
    char buffer[GOAL_MISTAKE_MAX] = "";
    struct text mistake;
    text_init(&mistake, buffer, sizeof buffer);
    struct goal *goal = goal_parse(view->stage, source, &mistake);
    if (!goal)
        fail_msg("%s: %s", source, buffer);
    return goal;
}

static enum stage_pursuit pursue(const struct view *view, struct goal *goal, uint32_t steps)
{
    enum stage_pursuit pursuit;
    while ((pursuit = goal_pursue(view->stage, goal, steps)) == PURSUIT_OPEN)
        continue;
    return pursuit;
}

/* --- where it stops ------------------------------------------------------------------------ */

/* Where the scenario itself says that it was first true. */
static struct watch_state first_true(const char *source)
{
    char text[2000];
    struct cluster c;
    snprintf(text, sizeof text, "%s, 'checks': [{'check': 'reached', 'that': \"", stormy);
    /* the text's own quotes are JSON's already */
    size_t used = strlen(text);
    for (const char *p = source; *p; p++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%c", *p == '\'' ? '`' : *p);
    snprintf(text + used, sizeof text - used, "\"}]");
    for (char *p = text; *p; p++)
        if (*p == '"')
            *p = '\'';
    cluster_open(&c, text);
    run_to_end(&c);
    struct watch_state watch = c.world.state->checks[0];
    cluster_close(&c);
    return watch;
}

static const char *const conditions[] = {
    "n2.state == 'down'",
    "n3.log_append == 7",
    "ops.timeout > 0",
    "keys.differing > 2",
    "op('w1').outcome == 'ok'",
    "n1.suspects('n3') and n3.suspects('n1')",
    "trace.drop >= 20 and n2.crash == 9 or n2.unsynced > 100B",
    "n2.start == 2 and n2.state == 'up'",
    "steps == 1234",
    "replicas('k').differ",
    "reads.stale > 0",
    "n4.crash > 0",
};

static void a_goal_stops_at_the_first_step_that_makes_it_true(void **state)
{
    (void)state;
    uint32_t reached = 0, never = 0;
    for (size_t i = 0; i < ARRAY_LEN(conditions); i++) {
        struct view view;
        view_open(&view, stormy);
        struct goal *goal = parse(&view, conditions[i]);
        struct watch_state watch = first_true(conditions[i]);
        for (uint32_t steps = 1; steps < 5000; steps *= 17) {
            stage_seek(view.stage, 0);
            assert_false(goal_begin(view.stage, goal));
            enum stage_pursuit pursuit = pursue(&view, goal, steps);
            assert_int_equal(pursuit, watch.was_true ? PURSUIT_FOUND : PURSUIT_NONE);
            if (!watch.was_true)
                continue;
            assert_int_equal(stage_step(view.stage), watch.step);
            assert_int_equal(stage_now(view.stage), watch.time);
            assert_int_equal(goal_time(goal), watch.time);
        }
        reached += watch.was_true;
        never += !watch.was_true;
        view_close(&view);
    }
    assert_true(reached >= 7 && never >= 1);
}

/* Nothing happens at that instant; the step stays, the time is exact. */
static void time_alone_makes_it_true_between_two_steps(void **state)
{
    (void)state;
    struct view view;
    view_open(&view, "'duration': '8s', " BARE);
    struct goal *goal = parse(&view, "time >= 2s");
    assert_false(goal_begin(view.stage, goal));
    assert_int_equal(pursue(&view, goal, 1), PURSUIT_FOUND);
    assert_int_equal(goal_time(goal), 2 * SECOND);
    assert_true(stage_now(view.stage) < 2 * SECOND);
    assert_true(stage_next_time(view.stage) > 2 * SECOND);
    goal = parse(&view, "time > 1s and time < 1001ms");
    stage_seek(view.stage, 0);
    goal_begin(view.stage, goal);
    assert_int_equal(pursue(&view, goal, 1000), PURSUIT_FOUND);
    assert_int_equal(goal_time(goal), SECOND + 1);
    view_close(&view);
}

static void what_is_true_already_is_waited_for_anew(void **state)
{
    (void)state;
    struct view view;
    view_open(&view, stormy);
    stage_seek_time(view.stage, 500 * MILLISECOND);
    struct goal *goal = parse(&view, "n2.state == 'up'");
    assert_true(goal_begin(view.stage, goal));
    assert_int_equal(pursue(&view, goal, 100), PURSUIT_FOUND);
    assert_true(stage_now(view.stage) >= 2 * SECOND);
    assert_true(stage_now(view.stage) < 2500 * MILLISECOND);
    view_close(&view);
}

static void a_mistake_has_its_column_and_the_nearest_word(void **state)
{
    (void)state;
    struct view view;
    static const char *const cases[][2] = {
        {"n2.log_apend == 3", "column 4: n2 has no \"log_apend\"; did you mean \"log_append\"?"},
        {"n7.state == 'up'", "column 1: there is no \"n7\"; did you mean \"n1\"?"},
        {"op('w2').outcome == 'ok'",
         "column 4: there is no operation \"w2\"; did you mean \"w1\"?"},
    };
    view_open(&view, stormy);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char buffer[GOAL_MISTAKE_MAX];
        struct text mistake;
        text_init(&mistake, buffer, sizeof buffer);
        assert_null(goal_parse(view.stage, cases[i][0], &mistake));
        assert_string_equal(buffer, cases[i][1]);
    }
    view_close(&view);
}

static void a_goal_tells_the_values_that_decided(void **state)
{
    (void)state;
    char buffer[200];
    struct text text;
    struct view view;
    view_open(&view, stormy);
    struct goal *goal = parse(&view, "n2.state == 'down'");
    goal_begin(view.stage, goal);
    assert_int_equal(pursue(&view, goal, 100), PURSUIT_FOUND);
    text_init(&text, buffer, sizeof buffer);
    goal_explain(view.stage, goal, &text);
    assert_string_equal(buffer, "n2.state == \"down\" is true: n2.state is \"down\"");
    view_close(&view);
}

/* The same moment as without a goal, byte for byte. */
static void a_goal_changes_nothing_of_the_run(void **state)
{
    (void)state;
    struct view view;
    view_open(&view, stormy);
    stage_seek_time(view.stage, 3 * SECOND);
    uint64_t step = stage_step(view.stage);
    struct digest digest = stage_digest(view.stage);
    stage_seek(view.stage, 0);
    struct goal *goal = parse(&view, "keys.differing > 1000");
    goal_begin(view.stage, goal);
    while (stage_step(view.stage) < step)
        goal_pursue(view.stage, goal, (uint32_t)MIN(7, step - stage_step(view.stage)));
    assert_true(digest_equal(stage_digest(view.stage), digest));
    view_close(&view);
}

/* --- headlines ---------------------------------------------------------------------------- */

/* More than half a million records; the tape keeps a quarter of a million at most. */
static const char busy[] =
    "'duration': '20s', 'cluster': {'nodes': 3, 'heartbeat': '0s', 'log': {'sync': 'never'}, "
    "'cpu': {'service': {'message': '0s'}}}, 'network': {'latency': '1ms', 'clients': {'latency': "
    "'100us'}}, 'clients': [{'name': 'c', 'count': 24, 'think': '5ms', 'timeout': '1s'}], "
    "'timeline': [{'at': '1s', 'crash': 'n2'}, {'at': '2s', 'restart': 'n2'}, {'at': '3s', "
    "'pause': 'n3'}, {'at': '4s', 'resume': 'n3'}]";

static void headlines_are_known_when_the_tape_has_forgotten_them(void **state)
{
    (void)state;
    static const struct {
        const char *kind;
        vtime time;
    } wanted[] = {{"crash", SECOND}, {"start", 2 * SECOND}, {"pause", 3 * SECOND},
                  {"resume", 4 * SECOND}};
    struct view view;
    uint32_t count, taped;
    view_open(&view, busy);
    stage_seek(view.stage, UINT64_MAX);
    const struct tape_record *tape = stage_tape(view.stage, &taped);
    assert_true(stage_records(view.stage) > 2 * STAGE_TAPE_MAX);
    assert_true(tape[0].time > 5 * SECOND);
    const struct stage_sign *signs = stage_signs(view.stage, SIGNS_FAULTS, &count);
    assert_int_equal(count, ARRAY_LEN(wanted));
    for (uint32_t i = 0; i < count; i++) {
        assert_string_equal(trace_kind_table[signs[i].kind].name, wanted[i].kind);
        assert_int_equal(signs[i].time, wanted[i].time);
    }
    view_close(&view);
}

/* One after the other back from the end, and forward again from the start: the same steps. */
static void previous_and_next_headline_go_through_all_of_them(void **state)
{
    (void)state;
    static uint64_t steps[4096];
    struct view view;
    uint32_t count = 0, faults, failures;
    view_open(&view, stormy);
    while (stage_seek_next(view.stage, STAGE_HEADLINES)) {
        assert_true(count < 4096);
        steps[count++] = stage_step(view.stage);
    }
    assert_true(count > 8);
    stage_seek(view.stage, UINT64_MAX);
    if (steps[count - 1] == stage_step(view.stage))
        count--;
    for (uint32_t i = count; i-- > 0;) {
        assert_true(stage_seek_previous(view.stage, STAGE_HEADLINES));
        assert_int_equal(stage_step(view.stage), steps[i]);
    }
    assert_false(stage_seek_previous(view.stage, STAGE_HEADLINES));
    assert_int_equal(stage_step(view.stage), steps[0]);
    stage_signs(view.stage, SIGNS_FAULTS, &faults);
    stage_signs(view.stage, SIGNS_FAILURES, &failures);
    assert_true(faults >= 4 && failures > 0);
    view_close(&view);
}

static void a_branch_has_its_parents_headlines_up_to_where_it_leaves(void **state)
{
    (void)state;
    struct view view;
    uint32_t count, all;
    view_open(&view, stormy);
    stage_seek(view.stage, UINT64_MAX);
    stage_seek_time(view.stage, 1500 * MILLISECOND);
    struct action action = {.kind = ACTION_PAUSE, .target = N4};
    uint32_t branch = stage_do(view.stage, &action);
    const struct stage_sign *signs = stage_signs(view.stage, SIGNS_FAULTS, &count);
    assert_string_equal(trace_kind_table[signs[count - 1].kind].name, "pause");
    for (uint32_t i = 0; i + 1 < count; i++)
        assert_true(signs[i].time <= 1500 * MILLISECOND);
    stage_select_branch(view.stage, 0);
    stage_signs(view.stage, SIGNS_FAULTS, &all);
    assert_true(all > count);
    stage_select_branch(view.stage, branch);
    stage_seek_time(view.stage, 3 * SECOND);
    signs = stage_signs(view.stage, SIGNS_FAULTS, &count);
    assert_true(signs[count - 1].time <= 3 * SECOND);
    view_close(&view);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_goal_stops_at_the_first_step_that_makes_it_true),
        cmocka_unit_test(time_alone_makes_it_true_between_two_steps),
        cmocka_unit_test(what_is_true_already_is_waited_for_anew),
        cmocka_unit_test(a_mistake_has_its_column_and_the_nearest_word),
        cmocka_unit_test(a_goal_tells_the_values_that_decided),
        cmocka_unit_test(a_goal_changes_nothing_of_the_run),
        cmocka_unit_test(headlines_are_known_when_the_tape_has_forgotten_them),
        cmocka_unit_test(previous_and_next_headline_go_through_all_of_them),
        cmocka_unit_test(a_branch_has_its_parents_headlines_up_to_where_it_leaves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

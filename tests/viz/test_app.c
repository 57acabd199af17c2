/*
 * test_app.c: what a person does in the window, done through the window's own commands:
 * time travel is exact, an action opens a branch and spares its parent, keys come from
 * one table, and a command that would do nothing says why.
 */
#include "viz/show.h"

#include <stdlib.h>
#include <string.h>

static const char standard[] = "scenarios/standard.json";
static const char first_steps[] = "scenarios/first-steps.json";

static void expect_same(struct digest a, struct digest b, uint64_t step)
{
    if (!digest_equal(a, b))
        fail_msg("another state at step %llu", (unsigned long long)step);
}

/* Forward to every step, then to the end, then back to every step by the back key. */
static void every_step_of_the_first_scenario_is_the_same_on_the_way_back(void **state)
{
    (void)state;
    struct show show;
    struct digest there[256];
    uint64_t end = 0;
    show_open(&show, first_steps);
    there[0] = stage_digest(show.app->stage);
    while (stage_next_time(show.app->stage) != VTIME_NEVER) {
        press(&show, "step");
        end = stage_step(show.app->stage);
        assert_in_range(end, 1, 255);
        there[end] = stage_digest(show.app->stage);
    }
    press(&show, "go to end");
    for (uint64_t step = end; step-- > 0;) {
        press(&show, "step back");
        assert_int_equal(stage_step(show.app->stage), step);
        expect_same(there[step], stage_digest(show.app->stage), step);
    }
    show_close(&show);
}

static void steps_all_over_the_standard_scenario_are_the_same_on_the_way_back(void **state)
{
    (void)state;
    enum { EVERY = 97, MOST = 200 };
    struct show show;
    struct digest there[MOST];
    uint32_t count = 0;
    show_open(&show, standard);
    for (; count < MOST; count++) {
        for (int i = 0; i < EVERY && count > 0; i++)
            press(&show, "step");
        if (stage_next_time(show.app->stage) == VTIME_NEVER)
            break;
        there[count] = stage_digest(show.app->stage);
    }
    press(&show, "go to end");
    for (uint32_t i = count; i-- > 0;) {
        stage_seek(show.app->stage, (uint64_t)i * EVERY + 1);
        app_moved(show.app);
        press(&show, "step back");
        expect_same(there[i], stage_digest(show.app->stage), (uint64_t)i * EVERY);
    }
    assert_in_range(count, 100, MOST);
    show_close(&show);
}

static void a_crash_opens_a_branch_and_leaves_its_parent_as_it_was(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    press(&show, "go to end");
    struct digest end = stage_digest(show.app->stage);
    app_seek_time(show.app, 2 * SECOND);
    struct digest before = stage_digest(show.app->stage);
    press(&show, "select next");
    press(&show, "crash");
    assert_int_equal(stage_branch_count(show.app->stage), 2);
    assert_int_equal(stage_branch_now(show.app->stage), 1);
    assert_int_equal(app_picture(show.app)->nodes[0].state, PICTURE_DOWN);
    press(&show, "go to end");
    assert_false(digest_equal(stage_digest(show.app->stage), end));
    press(&show, "undo");
    assert_int_equal(stage_branch_now(show.app->stage), 0);
    expect_same(before, stage_digest(show.app->stage), stage_step(show.app->stage));
    press(&show, "go to end");
    expect_same(end, stage_digest(show.app->stage), stage_step(show.app->stage));
    press(&show, "next branch"); /* nothing is thrown away */
    assert_int_equal(stage_branch_now(show.app->stage), 1);
    show_close(&show);
}

static void each_manipulation_opens_a_branch(void **state)
{
    static const char *const names[] = {"crash", "restart", "pause node", "pause node", "partition",
                                        "heal", "slow", "full speed", "jump clock",
                                        "jump clock back", "fill disk", "free disk"};
    (void)state;
    struct show show;
    show_open(&show, standard);
    app_seek_time(show.app, 2 * SECOND);
    press(&show, "select next");
    for (uint32_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        press_and_take(&show, names[i]);
        if (show.app->is_message_refusal)
            fail_msg("%s: %s", names[i], show.app->message);
        assert_int_equal(stage_branch_count(show.app->stage), i + 2);
        for (int k = 0; k < 40; k++)
            press(&show, "step"); /* a restart takes a moment */
    }
    show_close(&show);
}

static void a_dropped_message_does_not_arrive(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    while (app_picture(show.app)->message_count == 0 ||
           app_picture(show.app)->messages[0].is_doomed)
        press(&show, "step");
    uint64_t record = app_picture(show.app)->messages[0].record;
    show.app->pick = (struct pick){PICK_RECORD, record};
    press(&show, "drop");
    assert_false(show.app->is_message_refusal);
    assert_true(app_picture(show.app)->messages[0].is_doomed);
    for (int i = 0; i < 50; i++)
        press(&show, "step");
    uint32_t count, drops = 0;
    const struct tape_record *tape = stage_tape(show.app->stage, &count);
    for (uint32_t i = 0; i < count; i++)
        drops += tape[i].class == TAPE_DROP && tape[i].cause == record;
    assert_int_equal(drops, 1);
    show_close(&show);
}

static void a_command_that_would_do_nothing_says_why(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, first_steps);
    press(&show, "crash");
    assert_true(show.app->is_message_refusal);
    assert_string_equal(show.app->message, "select a node first: click it, or press Tab");
    press(&show, "select next");
    press(&show, "restart");
    assert_string_equal(show.app->message, "this node is running: K crashes it");
    press(&show, "undo");
    assert_string_equal(show.app->message, "nothing was done yet that could be taken back");
    press(&show, "step back");
    assert_string_equal(show.app->message, "this is the beginning of the run");
    assert_int_equal(stage_branch_count(show.app->stage), 1);
    show_close(&show);
}

static void no_two_commands_share_a_key_or_a_name(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < app_command_count; i++)
        for (uint32_t j = 0; j < i; j++) {
            assert_false(app_commands[i].key == app_commands[j].key &&
                         app_commands[i].modifiers == app_commands[j].modifiers);
            assert_string_not_equal(app_commands[i].name, app_commands[j].name);
        }
}

static void headlines_lead_forward_and_back_to_the_same_steps(void **state)
{
    (void)state;
    struct show show;
    uint64_t steps[64];
    uint32_t count = 0;
    show_open(&show, standard);
    while (count < 64) {
        press(&show, "next headline");
        if (show.app->is_message_refusal)
            break;
        steps[count++] = stage_step(show.app->stage);
    }
    assert_in_range(count, 4, 64);
    for (uint32_t i = count - 1; i-- > 0;) {
        press(&show, "previous headline");
        assert_int_equal(stage_step(show.app->stage), steps[i]);
    }
    show_close(&show);
}

static void why_leads_to_the_beginning_of_a_request(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, first_steps);
    press(&show, "go to end");
    uint32_t count;
    const struct tape_record *tape = stage_tape(show.app->stage, &count), *told = NULL;
    for (uint32_t i = 0; i < count; i++)
        if (tape[i].class == TAPE_TOLD)
            told = &tape[i];
    assert_non_null(told);
    show.app->pick = (struct pick){PICK_RECORD, told->number};
    for (int i = 0; i < 40 && stage_record(show.app->stage, show.app->pick.id)->cause; i++)
        press(&show, "why");
    assert_int_equal(stage_record(show.app->stage, show.app->pick.id)->class, TAPE_INVOKE);
    show_close(&show);
}

static void playing_takes_a_run_to_the_same_end_as_stepping(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, first_steps);
    press(&show, "go to end");
    struct digest end = stage_digest(show.app->stage);
    press(&show, "go to start");
    press(&show, "play or pause");
    for (int i = 0; i < 100000 && app_is_moving(show.app); i++)
        app_tick(show.app, 0.016);
    assert_false(app_is_moving(show.app));
    expect_same(end, stage_digest(show.app->stage), stage_step(show.app->stage));
    show_close(&show);
}

static void a_click_selects_what_is_drawn_there_and_the_bar_of_time_is_dragged(void **state)
{
    (void)state;
    struct show show;
    struct draw_list list = {0};
    show_open(&show, standard);
    app_draw(show.app, 1600, 900, &list);
    struct box node = {0}, bar = {0};
    for (uint32_t i = 0; i < show.app->hits.count; i++) {
        const struct hit *hit = &show.app->hits.items[i];
        if (pick_is(hit->pick, PICK_ACTOR, 1) && node.w == 0)
            node = hit->box;
        if (hit->pick.kind == PICK_SCRUB)
            bar = hit->box;
    }
    click(&show, node.x + node.w / 2, node.y + node.h / 2);
    assert_true(pick_is(show.app->pick, PICK_ACTOR, 1));
    drag(&show, bar.x + bar.w / 4, bar.y + bar.h / 2, bar.x + bar.w / 2, bar.y);
    assert_in_range(show.app->clock, 29 * SECOND, 31 * SECOND);
    draw_free(&list);
    show_close(&show);
}

static void the_window_says_what_the_scenario_is_about(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, "scenarios/quorum-crash.json");
    const struct scenario *scenario = show.scenario;
    assert_int_equal(strncmp(show.app->message, scenario->title, strlen(scenario->title)), 0);
    press(&show, "about");
    char *text = dump_of(&show, 1280, 900);
    char words[24];
    snprintf(words, sizeof words, "%.20s", scenario->about);
    assert_non_null(strstr(text, words));
    for (uint32_t i = 0; i < scenario->check_count; i++)
        assert_non_null(strstr(text, scenario->checks[i].name));
    free(text);
    app_key(show.app, KEY_ESCAPE, 0);
    assert_int_equal(show.app->mode, MODE_PLAIN);
    show_close(&show);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_step_of_the_first_scenario_is_the_same_on_the_way_back),
        cmocka_unit_test(steps_all_over_the_standard_scenario_are_the_same_on_the_way_back),
        cmocka_unit_test(a_crash_opens_a_branch_and_leaves_its_parent_as_it_was),
        cmocka_unit_test(each_manipulation_opens_a_branch),
        cmocka_unit_test(a_dropped_message_does_not_arrive),
        cmocka_unit_test(a_command_that_would_do_nothing_says_why),
        cmocka_unit_test(the_window_says_what_the_scenario_is_about),
        cmocka_unit_test(no_two_commands_share_a_key_or_a_name),
        cmocka_unit_test(headlines_lead_forward_and_back_to_the_same_steps),
        cmocka_unit_test(why_leads_to_the_beginning_of_a_request),
        cmocka_unit_test(playing_takes_a_run_to_the_same_end_as_stepping),
        cmocka_unit_test(a_click_selects_what_is_drawn_there_and_the_bar_of_time_is_dragged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_time.c: running until a condition comes true, headlines, the marks on the bar of time,
 * and the tree of branches over it.
 */
#include "viz/show.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/stage/stage.h"

static const char standard[] = "scenarios/standard.json";

static void type(struct show *show, const char *text)
{
    for (; *text; text++)
        app_key(show->app, (uint32_t)(unsigned char)*text, 0);
    app_key(show->app, KEY_ENTER, 0);
}

static void run_until(struct show *show, const char *condition)
{
    press(show, "run until");
    type(show, condition);
}

/* Ticks of a sixtieth of a second until it is still; returns how many. */
static uint32_t wait(struct show *show)
{
    uint32_t ticks = 0;
    for (; show->app->errand.kind != ERRAND_NONE && ticks < 10000; ticks++)
        app_tick(show->app, 1.0 / 60);
    return ticks;
}

/* --- until ---------------------------------------------------------------------------------- */

/* Stopped at the first step that makes it true: one step before, it is not. */
static void it_stops_at_the_step_that_makes_it_true_and_says_why(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    run_until(&show, "n2.state == \"down\"");
    wait(&show);
    assert_int_equal(app_picture(show.app)->nodes[1].state, PICTURE_DOWN);
    assert_non_null(
        strstr(show.app->message, "n2.state == \"down\" is true: n2.state is \"down\""));
    press(&show, "step back");
    assert_int_equal(app_picture(show.app)->nodes[1].state, PICTURE_UP);
    show_close(&show);
}

static void an_instant_between_two_steps_is_shown_as_such(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    run_until(&show, "time >= 7654321us");
    wait(&show);
    assert_int_equal(show.app->clock, 7654321 * MICROSECOND);
    assert_true(stage_now(show.app->stage) <= show.app->clock);
    assert_true(stage_next_time(show.app->stage) > show.app->clock);
    show_close(&show);
}

static void what_never_comes_true_ends_at_the_end_and_says_so(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    run_until(&show, "n1.keys > 1000000");
    wait(&show);
    assert_true(stage_is_over(show.app->stage));
    assert_non_null(strstr(show.app->message, "it did not come true; at the end, 60 s: "
                                              "n1.keys > 1000000 is false: n1.keys is "));
    press(&show, "run until");
    assert_string_equal(show.app->message, "this is the end of the run");
    show_close(&show);
}

static void a_mistake_keeps_what_was_typed_and_shows_where_it_is(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    run_until(&show, "n2.log_apend == 3");
    assert_int_equal(show.app->mode, MODE_ASK);
    assert_string_equal(show.app->typed, "n2.log_apend == 3");
    assert_string_equal(show.app->wrong,
                        "column 4: n2 has no \"log_apend\"; did you mean \"log_append\"?");
    struct draw_list list = {0};
    app_draw(show.app, 1280, 720, &list);
    float typed_x = 0, caret_x = 0;
    for (uint32_t i = 0; i < list.count; i++) {
        if (list.commands[i].kind != DRAW_TEXT)
            continue;
        if (strncmp(draw_characters(&list, &list.commands[i]), "> n2.log_apend", 14) == 0)
            typed_x = list.commands[i].x;
        if (strcmp(draw_characters(&list, &list.commands[i]), "^") == 0)
            caret_x = list.commands[i].x;
    }
    /* "> n2." are five characters */
    assert_true(fabsf(caret_x - typed_x - 5 * 12 * DRAW_CHARACTER_WIDTH) < 0.1f);
    draw_free(&list), show_close(&show);
}

static void a_long_run_goes_on_in_slices_and_esc_stops_it(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, "tests/viz/long-run.json");
    run_until(&show, "n1.crash > 0");
    assert_int_equal(show.app->errand.kind, ERRAND_GOAL);
    assert_true(app_is_moving(show.app));
    uint64_t step = stage_step(show.app->stage);
    for (int i = 0; i < 5; i++)
        app_tick(show.app, 1.0 / 60);
    assert_true(stage_step(show.app->stage) > step);
    assert_non_null(strstr(show.app->message, "running until n1.crash > 0: at "));
    assert_non_null(strstr(show.app->message, "; Esc stops"));
    step = stage_step(show.app->stage);
    press(&show, "step"); /* other keys wait */
    assert_int_equal(stage_step(show.app->stage), step);
    app_key(show.app, KEY_ESCAPE, 0);
    assert_int_equal(show.app->errand.kind, ERRAND_NONE);
    assert_int_equal(stage_step(show.app->stage), step);
    assert_non_null(strstr(show.app->message, "stopped at "));
    run_until(&show, "");
    assert_int_equal(show.app->errand.kind, ERRAND_GOAL); /* the same again */
    assert_true(wait(&show) > 3);
    assert_true(stage_is_over(show.app->stage));
    show_close(&show);
}

/* --- headlines and marks ------------------------------------------------------------------- */

static void without_another_headline_it_stays_where_it_is(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, "tests/viz/long-run.json");
    app_seek_time(show.app, 9 * SECOND);
    vtime clock = show.app->clock;
    uint64_t step = stage_step(show.app->stage);
    press(&show, "next headline");
    wait(&show);
    assert_string_equal(show.app->message, "no crash, cut, cure or failure comes after this");
    assert_int_equal(stage_step(show.app->stage), step);
    assert_int_equal(show.app->clock, clock);
    show_close(&show);
}

static uint32_t count_steps_marked(struct show *show, uint64_t steps[64])
{
    uint32_t count = 0;
    free(dump_of(show, 1280, 720));
    for (uint32_t i = 0; i < show->app->hits.count; i++) {
        const struct hit *hit = &show->app->hits.items[i];
        if (hit->pick.kind == PICK_STEP && hit->pane == PANE_COUNT && count < 64)
            steps[count++] = hit->pick.id;
    }
    return count;
}

/* The faults of the first seconds are marked when the tape has forgotten them, and a click on a
 * mark goes to the step itself. */
static void marks_are_right_beyond_the_tape(void **state)
{
    (void)state;
    struct show show;
    uint64_t steps[64];
    uint32_t count;
    show_open(&show, "tests/viz/long-run.json");
    press(&show, "go to end");
    assert_true(stage_tape(show.app->stage, &count)[0].time > 3 * SECOND);
    assert_int_equal(count_steps_marked(&show, steps), 4);
    static const vtime wanted[] = {SECOND, 1200 * MILLISECOND, 2 * SECOND, 2100 * MILLISECOND};
    for (uint32_t i = 0; i < 4; i++) {
        for (uint32_t k = 0; k < show.app->hits.count; k++) {
            struct hit hit = show.app->hits.items[k];
            if (hit.pick.kind != PICK_STEP || hit.pick.id != steps[i])
                continue;
            struct pointer pointer = {.x = hit.box.x + 4, .y = hit.box.y + 5, .clicks = 1};
            app_press(show.app, pointer);
            app_release(show.app, pointer);
            break;
        }
        assert_int_equal(stage_step(show.app->stage), steps[i]);
        assert_int_equal(stage_now(show.app->stage), wanted[i]);
        count_steps_marked(&show, steps);
    }
    show_close(&show);
}

/* --- branches ------------------------------------------------------------------------------- */

static uint32_t branch_hits(struct show *show, float height)
{
    uint32_t count = 0;
    free(dump_of(show, 1280, height));
    for (uint32_t i = 0; i < show->app->hits.count; i++)
        count += show->app->hits.items[i].pick.kind == PICK_BRANCH &&
                 show->app->hits.items[i].box.w > 600;
    return count;
}

static void the_tree_is_there_with_the_second_branch_and_a_click_selects(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    app_seek_time(show.app, 5 * SECOND);
    assert_int_equal(branch_hits(&show, 720), 0);
    press(&show, "select next");
    press(&show, "crash");
    assert_int_equal(branch_hits(&show, 720), 2);
    press(&show, "undo");
    press(&show, "pause node");
    assert_int_equal(branch_hits(&show, 720), 3);
    for (uint32_t branch = 0; branch < 3; branch++) {
        for (uint32_t i = 0; i < show.app->hits.count; i++) {
            struct hit hit = show.app->hits.items[i];
            if (!pick_is(hit.pick, PICK_BRANCH, branch) || hit.box.w < 600)
                continue;
            struct pointer pointer = {
                .x = hit.box.x + 30, .y = hit.box.y + hit.box.h / 2, .clicks = 1};
            app_press(show.app, pointer);
            app_release(show.app, pointer);
            break;
        }
        assert_int_equal(stage_branch_now(show.app->stage), branch);
        char *text = dump_of(&show, 1280, 720);
        assert_non_null(strstr(text, "0 as written"));
        assert_non_null(strstr(text, "1 crash n1"));
        assert_non_null(strstr(text, "2 pause n1"));
        free(text);
    }
    show_close(&show);
}

/* Twenty branches, three rows: the present one is always among them, the others are counted. */
static void of_many_branches_those_around_the_present_are_shown(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    press(&show, "select next");
    for (int i = 1; i <= 19; i++) {
        app_seek_time(show.app, (vtime)i * SECOND);
        press(&show, i % 2 ? "pause node" : "jump clock");
    }
    assert_int_equal(stage_branch_count(show.app->stage), 20);
    for (uint32_t branch = 0; branch < 20; branch++) {
        stage_select_branch(show.app->stage, branch);
        app_moved(show.app);
        assert_int_equal(branch_hits(&show, 720), 3);
        bool is_there = false;
        uint32_t least = UINT32_MAX, most = 0;
        for (uint32_t i = 0; i < show.app->hits.count; i++) {
            struct hit hit = show.app->hits.items[i];
            if (hit.pick.kind != PICK_BRANCH || hit.box.w < 600)
                continue;
            is_there |= hit.pick.id == branch;
            least = hit.pick.id < least ? (uint32_t)hit.pick.id : least;
            most = hit.pick.id > most ? (uint32_t)hit.pick.id : most;
        }
        assert_true(is_there && most - least == 2);
        char above[24], below[24], *text = dump_of(&show, 1280, 720);
        snprintf(above, sizeof above, "\"%u^\"", least);
        snprintf(below, sizeof below, "\"%uv\"", 19 - most);
        assert_non_null(strstr(text, above));
        assert_non_null(strstr(text, below));
        free(text);
    }
    assert_int_equal(branch_hits(&show, 300), 0); /* no room */
    show_close(&show);
}

/* What stands above the tree moves once, not with every deed. */
static void the_tree_takes_no_more_room_with_the_tenth_branch_than_with_the_second(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    press(&show, "select next");
    free(dump_of(&show, 1280, 720));
    float alone = show.app->body.h, with_two = 0;
    for (int i = 1; i <= 9; i++) {
        app_seek_time(show.app, (vtime)i * SECOND);
        press(&show, i % 2 ? "pause node" : "jump clock");
        free(dump_of(&show, 1280, 720));
        with_two = i == 1 ? show.app->body.h : with_two;
        assert_true(show.app->body.h == with_two);
    }
    assert_true(with_two < alone);
    show_close(&show);
}

/* How far a second of watching gets, from behind the last operation of first-steps. */
static vtime watched_for_a_second(bool is_skipping, bool *was_quiet)
{
    struct show show;
    show_open(&show, "scenarios/first-steps.json");
    if (is_skipping)
        press(&show, "skip quiet");
    app_seek_time(show.app, 100 * MILLISECOND);
    press(&show, "play or pause");
    for (int frame = 0; frame < 60; frame++)
        app_tick(show.app, 1.0 / 60);
    vtime clock = show.app->clock;
    *was_quiet = app_scene(show.app).is_quiet;
    show_close(&show);
    return clock;
}

static void a_quiet_stretch_passes_quickly_when_that_is_wished(void **state)
{
    (void)state;
    bool was_quiet;
    assert_in_range(watched_for_a_second(false, &was_quiet), 109 * MILLISECOND, 110 * MILLISECOND);
    assert_false(was_quiet);
    assert_in_range(watched_for_a_second(true, &was_quiet), 240 * MILLISECOND, 260 * MILLISECOND);
    assert_true(was_quiet);
}

/* first-steps begins its first operation at 10 ms; before it there are only starts. */
static void the_first_news_is_not_run_over(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, "scenarios/first-steps.json");
    press(&show, "skip quiet");
    press(&show, "play or pause");
    vtime met = 0;
    for (int frame = 0; frame < 60 * 5 && met == 0; frame++) {
        app_tick(show.app, 1.0 / 60);
        const struct picture *picture = app_picture(show.app);
        if (picture->open_count > 0)
            met = show.app->clock;
    }
    assert_in_range(met, 10 * MILLISECOND, 10 * MILLISECOND + 200 * MICROSECOND);
    assert_false(app_scene(show.app).is_quiet);
    show_close(&show);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_stops_at_the_step_that_makes_it_true_and_says_why),
        cmocka_unit_test(an_instant_between_two_steps_is_shown_as_such),
        cmocka_unit_test(what_never_comes_true_ends_at_the_end_and_says_so),
        cmocka_unit_test(a_mistake_keeps_what_was_typed_and_shows_where_it_is),
        cmocka_unit_test(a_long_run_goes_on_in_slices_and_esc_stops_it),
        cmocka_unit_test(without_another_headline_it_stays_where_it_is),
        cmocka_unit_test(marks_are_right_beyond_the_tape),
        cmocka_unit_test(the_tree_is_there_with_the_second_branch_and_a_click_selects),
        cmocka_unit_test(the_tree_takes_no_more_room_with_the_tenth_branch_than_with_the_second),
        cmocka_unit_test(a_quiet_stretch_passes_quickly_when_that_is_wished),
        cmocka_unit_test(the_first_news_is_not_run_over),
        cmocka_unit_test(of_many_branches_those_around_the_present_are_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

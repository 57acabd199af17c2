/*
 * test_timeline.c: the stretch of time in the space-time diagram goes where a person puts it,
 * stays there, comes back when it should, and none of it touches the run.
 */
#include "viz/show.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct show show;

static void draw(void)
{
    struct draw_list list = {0};
    app_draw(show.app, 1280, 720, &list);
    draw_free(&list);
}

static void open_alone(const char *file, vtime at)
{
    show_open(&show, file);
    app_seek_time(show.app, at);
    show.app->maximised = PANE_SPACETIME;
    draw();
}

static const struct time_axis *axis(void)
{
    draw();
    return &show.app->hits.time;
}

static double time_at(float x)
{
    const struct time_axis *a = axis();
    double part = (double)(x - a->plot.x) / (double)a->plot.w;
    return (double)a->from + part * (double)(a->to - a->from);
}

static void turn_wheel(float x, float y, float up, uint32_t modifiers)
{
    app_wheel(show.app, (struct pointer){.x = x, .y = y, .modifiers = modifiers}, up);
}

static void the_wheel_zooms_about_the_pointer(void **state)
{
    (void)state;
    open_alone("scenarios/standard.json", 20 * SECOND);
    struct box plot = axis()->plot;
    for (int i = 0; i < 60; i++) {
        float x = plot.x + plot.w * (float)(1 + i * 7 % 18) / 20, y = plot.y + plot.h / 2;
        vtime span = axis()->to - axis()->from;
        double before = time_at(x);
        turn_wheel(x, y, i % 23 < 14 ? 1 : -1, 0);
        bool is_edge = axis()->from == 0 || axis()->to >= 59 * SECOND;
        assert_int_not_equal(axis()->to - axis()->from, span);
        double apart = fabs(time_at(x) - before) / (double)(axis()->to - axis()->from);
        if (apart * (double)plot.w > 1 && !is_edge)
            fail_msg("after %d turns the moment under the pointer moved by %.1f points", i + 1,
                     apart * (double)plot.w);
    }
    show_close(&show);
}

static void zoom_goes_from_a_microsecond_to_the_whole_run(void **state)
{
    (void)state;
    open_alone("scenarios/standard.json", 20 * SECOND + 262 * MILLISECOND);
    for (int i = 0; i < 40; i++)
        press(&show, "zoom in");
    assert_int_equal(axis()->to - axis()->from, MICROSECOND);
    assert_true(axis()->from <= show.app->clock && axis()->to >= show.app->clock);
    for (int i = 0; i < 40; i++)
        press(&show, "zoom out");
    assert_int_equal(axis()->from, 0);
    assert_int_equal(axis()->to, 60 * SECOND);
    press(&show, "follow");
    press(&show, "whole run");
    assert_int_equal(axis()->from, 0);
    assert_int_equal(axis()->to, 60 * SECOND);
    show_close(&show);
}

static void who_looks_elsewhere_stays_there_until_a_step_or_1(void **state)
{
    (void)state;
    open_alone("scenarios/standard.json", 20 * SECOND);
    for (int way = 0; way < 2; way++) {
        for (int i = 0; i < 12; i++)
            press(&show, "look earlier");
        vtime from = axis()->from, to = axis()->to;
        assert_true(to < show.app->clock);
        press(&show, "select next");
        app_tick(show.app, 1);
        assert_int_equal(axis()->from, from);
        assert_int_equal(axis()->to, to);
        press(&show, way ? "step" : "follow");
        assert_true(axis()->from <= show.app->clock && axis()->to >= show.app->clock);
        assert_true(way == 1 || !show.app->timeline.is_held);
    }
    show_close(&show);
}

static void a_step_within_sight_moves_nothing(void **state)
{
    (void)state;
    open_alone("scenarios/standard.json", 20 * SECOND);
    press(&show, "whole run");
    vtime from = axis()->from, to = axis()->to;
    for (int i = 0; i < 20; i++) {
        press(&show, i % 3 ? "step" : "step back");
        assert_int_equal(axis()->from, from);
        assert_int_equal(axis()->to, to);
    }
    show_close(&show);
}

static void a_drag_moves_the_plot_by_as_much_as_the_pointer(void **state)
{
    (void)state;
    open_alone("scenarios/standard.json", 20 * SECOND);
    struct box plot = axis()->plot;
    float x = plot.x + plot.w * 0.6f, y = plot.y + 3;
    double before = time_at(x);
    app_press(show.app, (struct pointer){.x = x, .y = y});
    app_point(show.app, (struct pointer){.x = x + 150, .y = y});
    assert_true(fabs(time_at(x + 150) - before) <
                (double)(axis()->to - axis()->from) / (double)plot.w);
    app_release(show.app, (struct pointer){.x = x + 150, .y = y});
    vtime from = axis()->from;
    app_point(show.app, (struct pointer){.x = x, .y = y});
    assert_int_equal(axis()->from, from); /* let go is let go */
    show_close(&show);
}

static void playing_takes_the_window_along_but_lets_who_looks_elsewhere_alone(void **state)
{
    (void)state;
    open_alone("scenarios/standard.json", 20 * SECOND);
    turn_wheel(axis()->plot.x + 400, axis()->plot.y + 20, 1, 0); /* held, the present in sight */
    assert_true(show.app->timeline.is_held);
    press(&show, "faster");
    press(&show, "play or pause");
    for (int i = 0; i < 400; i++) {
        app_tick(show.app, 0.02);
        assert_true(axis()->from <= show.app->clock && axis()->to >= show.app->clock);
    }
    for (int i = 0; i < 12; i++)
        press(&show, "look earlier");
    vtime from = axis()->from;
    for (int i = 0; i < 100; i++)
        app_tick(show.app, 0.02);
    assert_int_equal(axis()->from, from);
    show_close(&show);
}

static void a_record_that_is_selected_comes_into_sight(void **state)
{
    (void)state;
    open_alone("scenarios/standard.json", 20 * SECOND);
    for (int i = 0; i < 300; i++) {
        press(&show, "record above");
        const struct tape_record *record = stage_record(show.app->stage, show.app->pick.id);
        assert_non_null(record);
        assert_true(axis()->from <= record->time && record->time <= axis()->to);
    }
    show.app->pick = (struct pick){PICK_RECORD, 40}; /* long forgotten by the tape */
    struct tape_record record;
    assert_true(stage_find(show.app->stage, 40, &record));
    assert_true(axis()->from <= record.time && record.time <= axis()->to);
    show_close(&show);
}

/* A hundred seconds back, in a run that no tape can hold. */
static void what_is_clicked_far_from_the_present_can_be_told(void **state)
{
    (void)state;
    open_alone("tests/viz/long.json", 0);
    press(&show, "go to end");
    draw();
    show.app->timeline.is_held = true;
    show.app->timeline.from = 10 * SECOND;
    show.app->timeline.span = 20 * MILLISECOND;
    draw();
    const struct hits *hits = &show.app->hits;
    uint32_t i = 0;
    while (i < hits->count && hits->items[i].pick.kind != PICK_RECORD)
        i++;
    assert_true(i < hits->count);
    struct hit hit = hits->items[i];
    click(&show, hit.box.x + hit.box.w / 2, hit.box.y + hit.box.h / 2);
    assert_int_equal(show.app->pick.kind, PICK_RECORD);
    assert_int_equal(axis()->from, 10 * SECOND);
    const struct tape_record *record = stage_record(show.app->stage, show.app->pick.id);
    assert_non_null(record);
    assert_in_range(record->time, 10 * SECOND, 10 * SECOND + 20 * MILLISECOND);
    struct scene scene = app_scene(show.app);
    assert_int_equal(scene_actor(&scene), record->actor);
    char sentence[300], said[40];
    stage_sentence(show.app->stage, record, sentence, sizeof sentence);
    snprintf(said, sizeof said, "%.30s", sentence);
    show.app->maximised = PANE_INSPECTOR;
    char *text = dump_of(&show, 1280, 720);
    if (!strstr(text, said))
        fail_msg("the inspector does not say \"%s\"", said);
    free(text);
    uint64_t step = record->step;
    press(&show, "go to record");
    assert_int_equal(stage_step(show.app->stage), step);
    show_close(&show);
}

static void looking_around_changes_nothing(void **state)
{
    static const char *const keys[] = {"zoom in",      "look earlier", "whole run", "zoom in",
                                       "look later",   "zoom out",     "follow",    "zoom in",
                                       "record above", "look earlier", "zoom in",   "look earlier"};
    (void)state;
    open_alone("scenarios/demo.json", 20 * SECOND);
    press(&show, "go to end");
    for (int round = 0; round < 3; round++) {
        app_seek_time(show.app, (vtime)(25 - round * 11) * SECOND);
        struct digest before = stage_digest(show.app->stage);
        uint64_t step = stage_step(show.app->stage);
        for (int i = 0; i < 200; i++) {
            press(&show, keys[i * 7 % 12]);
            draw();
            if (!digest_equal(stage_digest(show.app->stage), before))
                fail_msg("\"%s\" changed the run", keys[i * 7 % 12]);
        }
        assert_int_equal(stage_step(show.app->stage), step);
    }
    assert_int_equal(stage_branch_count(show.app->stage), 1);
    show_close(&show);
}

/* --- many lanes ----------------------------------------------------------------------------- */

static bool is_written(const char *name)
{
    char *text = dump_of(&show, 1280, 720), quoted[40];
    snprintf(quoted, sizeof quoted, "\"%s\"", name);
    bool is_there = strstr(text, quoted) != NULL;
    free(text);
    return is_there;
}

static void of_many_lanes_the_selected_and_the_one_under_the_pointer_have_their_names(void **state)
{
    (void)state;
    open_alone("tests/viz/crowd.json", 2 * SECOND);
    assert_true(axis()->are_close);
    assert_false(is_written("n38"));
    show.app->pick = (struct pick){PICK_ACTOR, 37};
    assert_true(is_written("n38"));
    const struct time_axis *a = axis();
    assert_false(is_written("n62"));
    float y = a->plot.y + (61.5f - (float)a->first_lane) * a->step;
    app_point(show.app, (struct pointer){.x = a->plot.x + 300, .y = y});
    assert_true(show.app->is_drawing_due);
    assert_true(is_written("n62"));
    show_close(&show);
}

static void what_has_no_room_is_scrolled_to(void **state)
{
    (void)state;
    open_alone("tests/viz/crowd.json", 2 * SECOND);
    show.app->text_scale = 2.5f;
    const struct time_axis *a = axis();
    assert_true(a->shown < a->lane_count);
    assert_int_equal(a->first_lane, 0);
    for (int i = 0; i < 60; i++)
        turn_wheel(a->plot.x - 10, a->plot.y + 50, -1, 0);
    assert_int_equal(axis()->first_lane + a->shown, a->lane_count);
    for (int i = 0; i < 60; i++)
        turn_wheel(a->plot.x - 10, a->plot.y + 50, 1, 0);
    assert_int_equal(axis()->first_lane, 0);
    show.app->pick = (struct pick){PICK_ACTOR, PICTURE_CLIENT_BASE + 11};
    draw(); /* a new selection is brought into sight */
    assert_int_equal(axis()->first_lane + a->shown, a->lane_count);
    assert_true(is_written("c12"));
    show_close(&show);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_wheel_zooms_about_the_pointer),
        cmocka_unit_test(zoom_goes_from_a_microsecond_to_the_whole_run),
        cmocka_unit_test(who_looks_elsewhere_stays_there_until_a_step_or_1),
        cmocka_unit_test(a_step_within_sight_moves_nothing),
        cmocka_unit_test(a_drag_moves_the_plot_by_as_much_as_the_pointer),
        cmocka_unit_test(playing_takes_the_window_along_but_lets_who_looks_elsewhere_alone),
        cmocka_unit_test(a_record_that_is_selected_comes_into_sight),
        cmocka_unit_test(what_is_clicked_far_from_the_present_can_be_told),
        cmocka_unit_test(looking_around_changes_nothing),
        cmocka_unit_test(of_many_lanes_the_selected_and_the_one_under_the_pointer_have_their_names),
        cmocka_unit_test(what_has_no_room_is_scrolled_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

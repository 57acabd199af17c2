/*
 * test_everyone.c: the window is for people who cannot bear motion, have a small screen, or a
 * very large one, or use no mouse: nothing creeps or flickers, and nothing is out of reach.
 */
#include "viz/show.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "viz/draw/screen_scale.h"

static const char standard[] = "scenarios/standard.json";

/* --- motion ----------------------------------------------------------------------------------- */

/* How often a playing run is drawn in so many seconds of frames at 60 a second. */
static uint32_t drawings(struct show *show, double seconds)
{
    struct draw_list list = {0};
    uint32_t count = 0;
    for (double t = 0; t < seconds; t += 1.0 / 60) {
        app_tick(show->app, 1.0 / 60);
        if (!show->app->is_drawing_due)
            continue;
        count++;
        app_draw(show->app, 640, 360, &list);
    }
    draw_free(&list);
    return count;
}

static void with_reduced_motion_the_picture_changes_three_times_a_second(void **state)
{
    struct show show;
    (void)state;
    show_open(&show, standard);
    press(&show, "play or pause");
    assert_in_range(drawings(&show, 10), 550, 601);
    press(&show, "reduced motion");
    drawings(&show, 0.5);
    assert_in_range(drawings(&show, 10), 25, 30);
    assert_true(show.app->is_playing);
    press(&show, "reduced motion");
    drawings(&show, 0.5);
    assert_in_range(drawings(&show, 10), 550, 601);
    show_close(&show);
}

static void a_key_is_answered_at_once_all_the_same(void **state)
{
    struct show show;
    (void)state;
    show_open(&show, standard);
    press(&show, "reduced motion");
    press(&show, "play or pause");
    drawings(&show, 0.1);
    press(&show, "theme");
    assert_true(show.app->is_drawing_due);
    show_close(&show);
}

/* Where the disc of a message is: the middle of what can be clicked. */
static bool disc_of(struct show *show, uint64_t record, float *x, float *y)
{
    struct draw_list list = {0};
    app_draw(show->app, 1280, 720, &list);
    draw_free(&list);
    for (uint32_t i = 0; i < show->app->hits.count; i++) {
        const struct hit *hit = &show->app->hits.items[i];
        if (!pick_is(hit->pick, PICK_RECORD, record) || hit->box.w > 60)
            continue;
        *x = hit->box.x + hit->box.w / 2, *y = hit->box.y + hit->box.h / 2;
        return true;
    }
    return false;
}

/* The way that the disc of the first message makes while it is on its way. */
static float way_of_a_disc(struct show *show)
{
    float x = 0, y = 0, first_x = 0, first_y = 0, way = 0;
    show->app->maximised = PANE_RING;
    app_seek_time(show->app, 12 * SECOND);
    while (app_picture(show->app)->message_count == 0)
        press(show, "step");
    struct picture_message message = app_picture(show->app)->messages[0];
    vtime from = stage_now(show->app->stage);
    vtime to = MIN(message.arrives_at, stage_next_time(show->app->stage));
    assert_true(to > from + 10);
    for (vtime part = 0; part < 10; part++) {
        app_seek_time(show->app, from + (to - from) / 10 * part);
        assert_true(disc_of(show, message.record, &x, &y));
        if (part == 0)
            first_x = x, first_y = y;
        way = fmaxf(way, hypotf(x - first_x, y - first_y));
    }
    return way;
}

static void with_reduced_motion_messages_stand_still(void **state)
{
    struct show show;
    (void)state;
    show_open(&show, standard);
    assert_true(way_of_a_disc(&show) > 1);
    press(&show, "reduced motion");
    assert_true(way_of_a_disc(&show) == 0);
    show_close(&show);
}

/* --- screens ---------------------------------------------------------------------------------- */

static bool has_text(struct show *show, float width, float height, const char *text)
{
    char *dump = dump_of(show, width, height);
    bool is_there = strstr(dump, text) != NULL;
    free(dump);
    return is_there;
}

static void in_the_smallest_window_every_pane_can_be_had(void **state)
{
    static const char *const commands[] = {"ring", "space-time", "inspector", "log"};
    static const char *const titles[] = {"Ring", "Space-time", "Inspector", "Log"};
    static const float percents[] = {75, 100, 150};
    struct show show;
    (void)state;
    show_open(&show, standard);
    app_seek_time(show.app, 12 * SECOND);
    for (size_t p = 0; p < 3; p++)
        for (size_t i = 0; i < 4; i++) {
            show.app->text_scale = percents[p] / 100;
            press(&show, commands[i]);
            assert_true(has_text(&show, 320, 240, titles[i]));
            assert_true(show.app->hits.rooms[i].w > 200 && show.app->hits.rooms[i].h > 30);
            press(&show, commands[i]);
        }
    show_close(&show);
}

/* Each command is in the palette, line by line, and what is chosen is on the screen. */
static void in_the_smallest_window_every_command_is_found(void **state)
{
    struct show show;
    (void)state;
    show_open(&show, standard);
    press(&show, "palette");
    for (uint32_t i = 0; i < app_command_count; i++) {
        char name[12];
        snprintf(name, sizeof name, "%.10s", app_commands[i].key_name);
        if (!has_text(&show, 320, 240, name))
            fail_msg("%s is not on the screen", app_commands[i].name);
        app_key(show.app, KEY_DOWN, 0);
    }
    show_close(&show);
}

static void in_the_smallest_window_a_refusal_is_read_to_its_end(void **state)
{
    struct show show;
    (void)state;
    show_open(&show, standard);
    press(&show, "crash");
    char words[700];
    snprintf(words, sizeof words, "%s", show.app->message);
    assert_in_range(strlen(words), 43, sizeof words); /* more than a line has room for */
    for (char *rest = words, *word; (word = strtok_r(rest, " ", &rest)) != NULL;)
        if (!has_text(&show, 320, 240, word))
            fail_msg("\"%s\" is not on the screen", word);
    show_close(&show);
}

static void in_the_largest_window_all_panes_have_their_share(void **state)
{
    struct show show;
    (void)state;
    show_open(&show, standard);
    for (float scale = 1; scale <= 4; scale *= 2) {
        struct draw_list list = {0};
        app_draw(show.app, 7680 / scale, 4320 / scale, &list);
        draw_free(&list);
        for (uint32_t i = 0; i < PANE_COUNT; i++) {
            struct box room = show.app->hits.rooms[i];
            assert_true(room.w * scale > 7680 * 0.4f && room.h * scale > 4320 * 0.3f);
        }
    }
    show_close(&show);
}

static void pixels_a_point_are_asked_for_in_turn(void **state)
{
    (void)state;
    unsetenv("GDK_SCALE"), unsetenv("QT_SCALE_FACTOR");
    assert_true(screen_scale(0, 1) == 1);
    assert_true(screen_scale(0, 2) == 2); /* Wayland */
    assert_true(screen_scale(0, 0) == 1);
    setenv("QT_SCALE_FACTOR", "1.5", 1);
    assert_true(screen_scale(0, 1) == 1.5f);
    setenv("GDK_SCALE", "2", 1);
    assert_true(screen_scale(0, 1) == 2);
    assert_true(screen_scale(3, 1) == 3); /* --scale */
    setenv("GDK_SCALE", "no number", 1);
    assert_true(screen_scale(0, 1) == 1.5f);
    setenv("GDK_SCALE", "1000", 1);
    assert_true(screen_scale(0, 1) == 1.5f);
    unsetenv("GDK_SCALE"), unsetenv("QT_SCALE_FACTOR");
}

static void who_has_just_come_is_told_where_to_begin_until_they_do(void **state)
{
    struct show show;
    (void)state;
    show_open(&show, "scenarios/first-steps.json");
    assert_false(has_text(&show, 1280, 720, "Press Space"));
    show.app->is_welcome = true;
    assert_true(has_text(&show, 1280, 720, "Press Space"));
    assert_true(has_text(&show, 320, 240, "Press Space"));
    press(&show, "play or pause");
    assert_true(show.app->is_playing);
    assert_false(has_text(&show, 1280, 720, "Press Space"));
    show_close(&show);
}

/* In a first session; at no other time, and each of them once. */
static void two_more_hints_follow_once_each_in_a_first_session(void **state)
{
    static const char crash[] = "Click a node, then K crashes it";
    static const char back[] = "Left steps back; Ctrl+Z";
    (void)state;
    for (int is_first = 0; is_first <= 1; is_first++) {
        struct show show;
        show_open(&show, "scenarios/standard.json");
        show.app->hints.are_wanted = is_first == 1;
        press(&show, "play or pause");
        drawings(&show, 1);
        assert_false(has_text(&show, 1280, 720, crash));
        drawings(&show, 5);
        assert_int_equal(has_text(&show, 1280, 720, crash), is_first);
        press(&show, "select next");
        assert_int_equal(has_text(&show, 1280, 720, crash), is_first);
        press(&show, "crash");
        assert_false(has_text(&show, 1280, 720, crash));
        assert_int_equal(has_text(&show, 1280, 720, back), is_first);
        press(&show, "undo");
        assert_false(has_text(&show, 1280, 720, back));
        press(&show, "crash");
        drawings(&show, 6);
        assert_false(has_text(&show, 1280, 720, crash) || has_text(&show, 1280, 720, back));
        show_close(&show);
    }
}

static void the_help_says_what_each_letter_of_a_message_means(void **state)
{
    struct show show;
    const char *name;
    char letter;
    (void)state;
    show_open(&show, "scenarios/first-steps.json");
    press(&show, "help");
    for (uint32_t i = 0; stage_message_kind(i, &letter, &name); i++) {
        char quoted[60];
        snprintf(quoted, sizeof quoted, "\"%c\"", letter);
        assert_true(has_text(&show, 1600, 2000, quoted));
        snprintf(quoted, sizeof quoted, "\"%s\"", name);
        assert_true(has_text(&show, 1600, 2000, quoted));
    }
    show_close(&show);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_more_hints_follow_once_each_in_a_first_session),
        cmocka_unit_test(the_help_says_what_each_letter_of_a_message_means),
        cmocka_unit_test(with_reduced_motion_the_picture_changes_three_times_a_second),
        cmocka_unit_test(a_key_is_answered_at_once_all_the_same),
        cmocka_unit_test(with_reduced_motion_messages_stand_still),
        cmocka_unit_test(in_the_smallest_window_every_pane_can_be_had),
        cmocka_unit_test(in_the_smallest_window_every_command_is_found),
        cmocka_unit_test(in_the_smallest_window_a_refusal_is_read_to_its_end),
        cmocka_unit_test(in_the_largest_window_all_panes_have_their_share),
        cmocka_unit_test(pixels_a_point_are_asked_for_in_turn),
        cmocka_unit_test(who_has_just_come_is_told_where_to_begin_until_they_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_drag.c: what is dragged does what was said while it was held, and nothing after Esc; the
 * panes are those that were asked for, as large as they were made.
 */
#include "viz/show.h"

#include <stdlib.h>
#include <string.h>

#include "viz/hands.h"

static const char standard[] = "scenarios/standard.json";

static uint32_t cut_count(struct show *show, uint32_t from, uint32_t to)
{
    const struct picture *picture = app_picture(show->app);
    uint32_t count = 0;
    for (uint32_t i = 0; i < picture->cut_count; i++)
        count += picture->cuts[i].from == from && picture->cuts[i].to == to;
    return count;
}

static void open_at(struct show *show, vtime time)
{
    show_open(show, standard);
    app_seek_time(show->app, time);
}

static void from_node_to_node_cuts_that_way_and_again_the_way_back(void **state)
{
    (void)state;
    struct show show;
    open_at(&show, SECOND);
    hands(&show, "drag n4 to n3\n"
                 "expect branch 1\n"
                 "expect said \"cut n4 -> n3\"");
    assert_int_equal(app_picture(show.app)->cut_count, 1);
    assert_int_equal(cut_count(&show, 3, 2), 1);
    hands(&show, "drag n4 to n3");
    assert_int_equal(app_picture(show.app)->cut_count, 2);
    assert_int_equal(cut_count(&show, 2, 3), 1);
    hands(&show, "drag n4 to n3\n"
                 "expect refused\n"
                 "expect branches 3");
    show_close(&show);
}

static void with_shift_both_ways_are_cut_at_once(void **state)
{
    (void)state;
    struct show show;
    open_at(&show, SECOND);
    hands(&show, "drag shift n1 to n2\nexpect branch 1");
    assert_int_equal(app_picture(show.app)->cut_count, 2);
    assert_int_equal(cut_count(&show, 0, 1) + cut_count(&show, 1, 0), 2);
    hands(&show, "drag c1 to n4\nexpect branch 2"); /* a client's link has no one way */
    assert_int_equal(cut_count(&show, PICTURE_CLIENT_BASE, 3), 1);
    assert_int_equal(cut_count(&show, 3, PICTURE_CLIENT_BASE), 1);
    show_close(&show);
}

static void a_line_between_nodes_parts_the_two_sides(void **state)
{
    (void)state;
    struct show show;
    open_at(&show, SECOND);
    hands(&show, "press between n1 n2\n"
                 "hover between n3 n4\n"
                 "expect text \"no message passes between A (n1 n4 n5) and B (n2 n3)\"\n"
                 "release\n"
                 "expect branch 1");
    assert_int_equal(app_picture(show.app)->cut_count, 12);
    for (uint32_t from = 0; from < 5; from++)
        for (uint32_t to = 0; to < 5; to++) {
            bool is_across = (from == 1 || from == 2) != (to == 1 || to == 2);
            assert_int_equal(cut_count(&show, from, to), is_across);
        }
    show_close(&show);
}

static void with_shift_the_clients_keep_to_their_side(void **state)
{
    (void)state;
    struct show show;
    open_at(&show, SECOND);
    hands(&show, "drag shift between n1 n2 to between n3 n4\nexpect branch 1");
    uint32_t of_clients = 0;
    for (uint32_t i = 0; i < app_picture(show.app)->cut_count; i++)
        of_clients += is_client(app_picture(show.app)->cuts[i].from);
    assert_in_range(of_clients, 5, 20); /* each of five cannot reach two or three of the nodes */
    show_close(&show);
}

static void escape_lets_go_without_doing_anything(void **state)
{
    (void)state;
    struct show show;
    open_at(&show, SECOND);
    struct digest before = stage_digest(show.app->stage);
    hands(&show, "press n4\n"
                 "hover n3\n"
                 "expect text \"let go: nothing gets from n4 to n3\"\n"
                 "key Esc\n"
                 "expect no text \"let go\"\n"
                 "release\n"
                 "expect branches 1\n"
                 "drag n1 to between n1 n2\n" /* nowhere */
                 "drag between n1 n2 to between n1 n2 +15,25\n"
                 "expect refused\n"
                 "expect branches 1");
    assert_true(digest_equal(before, stage_digest(show.app->stage)));
    show_close(&show);
}

static void a_click_on_the_mark_of_a_cut_heals_that_link(void **state)
{
    (void)state;
    struct show show;
    open_at(&show, SECOND);
    hands(&show, "drag n4 to n3\n"
                 "drag shift n1 to n2\n"
                 "click cut n4->n3\n"
                 "expect branch 3\n"
                 "expect said \"the link between n4 and n3 is whole again\"");
    assert_int_equal(app_picture(show.app)->cut_count, 2);
    hands(&show, "click cut n2->n1\n"
                 "expect said \"the link between n1 and n2 is whole\"");
    assert_int_equal(app_picture(show.app)->cut_count, 0);
    show_close(&show);
}

static void an_unsteady_click_is_still_a_click(void **state)
{
    (void)state;
    struct show show;
    open_at(&show, SECOND);
    hands(&show, "drag n2 to n2 +3,3\n"
                 "expect selected n2\n"
                 "expect branches 1");
    show_close(&show);
}

/* --- panes ----------------------------------------------------------------------------------- */

static void a_dragged_edge_stays_where_it_was_left(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    hands(&show, "drag divider columns to 400,300");
    float edge = show.app->layout.split[DIVIDER_COLUMNS];
    assert_true(edge > 0.3f && edge < 0.32f);      /* of 1280 points */
    hands(&show, "drag divider left to 100,2000\n" /* not out of the window */
                 "key F1 F1\n"
                 "expect panes ring+space-time+inspector+log\n");
    assert_true(show.app->layout.split[DIVIDER_LEFT] == 0.9f);
    assert_true(show.app->layout.split[DIVIDER_COLUMNS] == edge);
    show_close(&show);
}

static void a_double_click_on_a_title_makes_the_pane_large_and_small(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    hands(&show, "click title log\n"
                 "expect panes ring+space-time+inspector+log\n"
                 "double-click title log\n"
                 "expect panes log\n"
                 "double-click title log\n"
                 "expect panes ring+space-time+inspector+log\n");
    show_close(&show);
}

static void any_panes_can_be_asked_for_by_name(void **state)
{
    (void)state;
    static const char *const names[] = {"ring",
                                        "space-time",
                                        "inspector",
                                        "log",
                                        "ring+log",
                                        "inspector+log",
                                        "ring+space-time",
                                        "space-time+log",
                                        "ring+space-time+inspector+log"};
    struct show show;
    char line[100], sentence[200];
    show_open(&show, standard);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct text text;
        text_init(&text, sentence, sizeof sentence);
        assert_true(layout_named(names[i], &show.app->layout.panes, &text));
        snprintf(line, sizeof line, "expect panes %s", names[i]);
        hands(&show, line);
    }
    struct text text;
    text_init(&text, sentence, sizeof sentence);
    assert_false(layout_named("ring+lgo", &show.app->layout.panes, &text));
    assert_string_equal(sentence, "\"lgo\" is no pane; did you mean \"log\"?");
    show_close(&show);
}

static void f7_walks_from_all_panes_to_one_and_back(void **state)
{
    (void)state;
    struct show show;
    uint32_t most = 0, least = 4, turns = 0;
    show_open(&show, standard);
    uint32_t first = show.app->layout.panes;
    do {
        press(&show, "next layout");
        uint32_t count = (uint32_t)__builtin_popcount(show.app->layout.panes);
        most = count > most ? count : most;
        least = count < least ? count : least;
    } while (show.app->layout.panes != first && ++turns < 20);
    assert_in_range(turns, 3, 19);
    assert_int_equal(most, 4);
    assert_int_equal(least, 1);
    show_close(&show);
}

/* --- messages ---------------------------------------------------------------------------- */

/* The heartbeat from n3 to n1 that is on its way at 12.5 s. */
static const struct picture_message *beat(struct show *show)
{
    const struct picture *picture = app_picture(show->app);
    for (uint32_t i = 0; i < picture->message_count; i++)
        if (picture->messages[i].from == 2 && picture->messages[i].to == 0)
            return &picture->messages[i];
    fail_msg("it is not in flight");
    return NULL;
}

static void a_message_that_is_dragged_ahead_arrives_sooner_and_at_its_end_at_once(void **state)
{
    (void)state;
    struct show show;
    open_at(&show, 12500 * MILLISECOND);
    vtime due = beat(&show)->arrives_at;
    hands(&show, "drag message n3->n1 to n1\n"
                 "expect branch 1\n"
                 "expect said \"sooner, at 12.5 s\"\n"
                 "key Ctrl+Z\n"
                 "expect branch 0");
    assert_int_equal(beat(&show)->arrives_at, due);
    hands(&show, "press message n3->n1\n"
                 "hover n1\n"
                 "expect text \"let go: heartbeat from n3 to n1 arrives\"\n"
                 "key Esc\n"
                 "release\n"
                 "expect branches 2"); /* the one that was taken back */
    show_close(&show);
}

static void a_message_that_is_dragged_back_arrives_later_by_what_it_has_to_go_again(void **state)
{
    (void)state;
    struct show show;
    open_at(&show, 12500 * MILLISECOND);
    vtime due = beat(&show)->arrives_at, way = beat(&show)->way;
    hands(&show, "drag message n3->n1 to n3\nexpect branch 1\nexpect said \" later, at \"");
    vtime later = beat(&show)->arrives_at - due;
    /* a quarter of its way is behind it, and the middle of n3 lies behind its beginning */
    assert_in_range(later, way / 4, way);
    assert_int_equal(later % 10000, 0); /* in what a hand can mean: 10 us of 829 */
    show_close(&show);
}

static void a_held_message_is_dragged_too_and_stays_held(void **state)
{
    (void)state;
    struct show show;
    open_at(&show, 12500 * MILLISECOND);
    hands(&show, "click message n3->n1\nkey Shift+H");
    vtime left = beat(&show)->left;
    hands(&show, "drag message n3->n1 to n3\nexpect branch 2\nexpect said \" later;\"");
    assert_true(beat(&show)->is_held);
    assert_true(beat(&show)->left > left);
    show_close(&show);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_node_to_node_cuts_that_way_and_again_the_way_back),
        cmocka_unit_test(with_shift_both_ways_are_cut_at_once),
        cmocka_unit_test(a_line_between_nodes_parts_the_two_sides),
        cmocka_unit_test(with_shift_the_clients_keep_to_their_side),
        cmocka_unit_test(escape_lets_go_without_doing_anything),
        cmocka_unit_test(a_click_on_the_mark_of_a_cut_heals_that_link),
        cmocka_unit_test(an_unsteady_click_is_still_a_click),
        cmocka_unit_test(a_dragged_edge_stays_where_it_was_left),
        cmocka_unit_test(a_double_click_on_a_title_makes_the_pane_large_and_small),
        cmocka_unit_test(any_panes_can_be_asked_for_by_name),
        cmocka_unit_test(f7_walks_from_all_panes_to_one_and_back),
        cmocka_unit_test(
            a_message_that_is_dragged_ahead_arrives_sooner_and_at_its_end_at_once),
        cmocka_unit_test(
            a_message_that_is_dragged_back_arrives_later_by_what_it_has_to_go_again),
        cmocka_unit_test(a_held_message_is_dragged_too_and_stays_held),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

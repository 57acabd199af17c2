/*
 * test_ring.c: what the ring and the page of numbers show is so.
 *
 * Positions, arcs and words are taken from the draw list and from what can be clicked, and
 * compared with the picture that they were drawn from.
 */
#include "viz/show.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TURN 6.2831853f

static struct draw_list list;

static void draw_ring(struct show *show)
{
    show->app->maximised = PANE_RING;
    app_draw(show->app, 1280, 720, &list);
}

static struct box box_of(const struct show *show, uint32_t kind, uint64_t id)
{
    const struct hits *hits = &show->app->hits;
    for (uint32_t i = 0; i < hits->count; i++)
        if (pick_is(hits->items[i].pick, kind, id))
            return hits->items[i].box;
    fail_msg("nothing of that kind can be clicked");
    return (struct box){0, 0, 0, 0};
}

static float middle_x(struct box box)
{
    return box.x + box.w / 2;
}

static float middle_y(struct box box)
{
    return box.y + box.h / 2;
}

static bool is_written(const char *text)
{
    for (uint32_t i = 0; i < list.count; i++)
        if (list.commands[i].kind == DRAW_TEXT &&
            strstr(draw_characters(&list, &list.commands[i]), text))
            return true;
    return false;
}

static uint32_t count_written(const char *text)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < list.count; i++)
        count += list.commands[i].kind == DRAW_TEXT &&
                 strstr(draw_characters(&list, &list.commands[i]), text) != NULL;
    return count;
}

/* --- messages ------------------------------------------------------------------------------ */

/* Five nodes, one message from n1 to n3 that takes 10 ms, half a second ago. */
static struct picture_message *one_message(struct show *show)
{
    static struct picture_message message;
    show_open(show, "scenarios/standard.json");
    app_seek_time(show->app, 12 * SECOND);
    draw_ring(show);
    struct picture *picture = &show->app->picture;
    message = (struct picture_message){.from = 0,
                                       .to = 2,
                                       .letter = 'W',
                                       .name = "write",
                                       .record = 1,
                                       .left = 10 * MILLISECOND,
                                       .way = 10 * MILLISECOND,
                                       .sent_at = picture->now,
                                       .arrives_at = picture->now + 10 * MILLISECOND};
    picture->messages = &message;
    picture->message_count = 1;
    show->app->clock = picture->now;
    return &message;
}

static struct box message_after(struct show *show, vtime passed)
{
    show->app->clock = show->app->picture.now + passed;
    draw_ring(show);
    return box_of(show, PICK_RECORD, 1);
}

static void a_message_stands_at_the_fraction_of_its_way(void **state)
{
    (void)state;
    struct show show;
    one_message(&show);
    struct box begin = message_after(&show, 0), end = message_after(&show, 10 * MILLISECOND);
    float far_x = middle_x(end) - middle_x(begin), far_y = middle_y(end) - middle_y(begin);
    assert_true(hypotf(far_x, far_y) > 150);
    for (int tenth = 1; tenth < 10; tenth++) {
        struct box at = message_after(&show, (vtime)tenth * MILLISECOND);
        float part = (float)tenth / 10;
        assert_true(fabsf(middle_x(at) - middle_x(begin) - far_x * part) < 0.5f);
        assert_true(fabsf(middle_y(at) - middle_y(begin) - far_y * part) < 0.5f);
    }
    /* it begins beside its sender and ends beside its receiver */
    struct box n1 = box_of(&show, PICK_ACTOR, 0), n3 = box_of(&show, PICK_ACTOR, 2);
    assert_true(hypotf(middle_x(begin) - middle_x(n1), middle_y(begin) - middle_y(n1)) < n1.w);
    assert_true(hypotf(middle_x(end) - middle_x(n3), middle_y(end) - middle_y(n3)) < n3.w);
    show_close(&show);
}

static void a_held_message_stands_still(void **state)
{
    (void)state;
    struct show show;
    struct picture_message *message = one_message(&show);
    message->is_held = true;
    message->left = 6 * MILLISECOND;
    struct box before = message_after(&show, 0), after = message_after(&show, 9 * MILLISECOND);
    assert_true(fabsf(before.x - after.x) < 0.01f && fabsf(before.y - after.y) < 0.01f);
    assert_true(is_written("held"));
    show_close(&show);
}

static void the_two_ways_of_a_link_do_not_meet(void **state)
{
    (void)state;
    struct show show;
    struct picture_message *message = one_message(&show);
    struct box there = message_after(&show, 5 * MILLISECOND);
    message->from = 2, message->to = 0;
    struct box back = message_after(&show, 5 * MILLISECOND);
    assert_true(hypotf(there.x - back.x, there.y - back.y) > 6);
    show_close(&show);
}

static void an_answer_says_whether_it_was_done(void **state)
{
    (void)state;
    struct show show;
    struct picture_message *message = one_message(&show);
    message->letter = 'A';
    message->sign = '+';
    message_after(&show, 5 * MILLISECOND);
    assert_true(is_written("A+"));
    message->sign = '-';
    message_after(&show, 5 * MILLISECOND);
    assert_true(is_written("A-"));
    show_close(&show);
}

static void every_one_of_a_thousand_messages_can_be_clicked(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, "tests/viz/crowd.json");
    app_seek_time(show.app, 2 * SECOND);
    draw_ring(&show);
    const struct picture *picture = &show.app->picture;
    assert_true(picture->message_count > 1000);
    for (uint32_t i = 0; i < picture->message_count; i++)
        box_of(&show, PICK_RECORD, picture->messages[i].record);
    assert_true(is_written("n7") && is_written("n40")); /* who is in trouble has a name */
    show_close(&show);
}

/* --- arcs ---------------------------------------------------------------------------------- */

/* The longest arc around a node of this colour (and not a whole circle), as a part of a turn. */
static float arc_around(const struct show *show, uint32_t node, struct draw_color color)
{
    struct box box = box_of(show, PICK_ACTOR, node);
    float longest = 0;
    for (uint32_t i = 0; i < list.count; i++) {
        const struct draw_command *c = &list.commands[i];
        if (c->kind == DRAW_ARC && fabsf(c->x - middle_x(box)) < 0.1f &&
            fabsf(c->y - middle_y(box)) < 0.1f && memcmp(&c->color, &color, sizeof color) == 0)
            longest = fmaxf(longest, (c->h - c->w) / TURN);
    }
    return longest;
}

static void a_fuse_is_as_long_as_the_time_that_is_left(void **state)
{
    (void)state;
    struct show show;
    struct picture_timer timer = {.owner = 1, .kind = PICTURE_TIMER_OPERATION};
    show_open(&show, "scenarios/standard.json");
    app_seek_time(show.app, 5 * SECOND);
    draw_ring(&show);
    struct picture *picture = &show.app->picture;
    timer.set_at = picture->now - 100 * MILLISECOND;
    timer.due_at = picture->now + 400 * MILLISECOND;
    picture->timers = &timer;
    picture->timer_count = 1;
    for (int passed = 0; passed < 400; passed += 50) {
        show.app->clock = picture->now + (vtime)passed * MILLISECOND;
        draw_ring(&show);
        float part = (float)(400 - passed) / 500;
        assert_true(fabsf(arc_around(&show, 1, themes[0].warn) - part) < 0.01f);
    }
    assert_true(is_written("until the timeout"));
    show_close(&show);
}

static void silence_is_drawn_against_the_limit_when_a_node_is_selected(void **state)
{
    (void)state;
    struct show show;
    struct picture_peer peers[5];
    show_open(&show, "scenarios/standard.json");
    app_seek_time(show.app, 10 * SECOND);
    draw_ring(&show);
    assert_false(is_written("silence, full: suspected"));
    press(&show, "select next");
    draw_ring(&show);
    const struct picture *picture = &show.app->picture;
    assert_true(stage_peers(show.app->stage, 0, show.app->clock, peers));
    for (uint32_t i = 1; i < 5; i++) {
        float part = (float)peers[i].silence / (float)picture->rules.suspect_after;
        struct draw_color color = part < 0.5f ? themes[0].accent : themes[0].warn;
        assert_false(peers[i].is_suspected);
        assert_true((i == 1) == (part >= 0.5f)); /* n2 crashed at 8 s */
        assert_true(fabsf(arc_around(&show, i, color) - part) < 0.01f);
    }
    assert_int_equal(count_written("of 3.5 s"), 1); /* of four that doubt n2, only its own */
    app_seek_time(show.app, 12 * SECOND);
    draw_ring(&show);
    assert_true(is_written("takes it for down"));
    show_close(&show);
}

/* --- colours of the arcs ------------------------------------------------------------------- */

static void arcs_say_what_a_client_could_get(void **state)
{
    static const char *const words[] = {"ok", "ok 2/3", "W lost 2/3", "R lost 2/3", "none 2/3"};
    (void)state;
    struct show show;
    show_open(&show, "scenarios/standard.json");
    app_seek_time(show.app, 5 * SECOND);
    press(&show, "ring colours");
    draw_ring(&show);
    for (uint8_t reach = 0; reach < PICTURE_REACH_COUNT; reach++) {
        struct picture *picture = &show.app->picture;
        for (uint32_t i = 0; i < picture->token_count; i++) {
            picture->tokens[i].reach = reach;
            picture->tokens[i].reached = reach == PICTURE_REACH_ALL ? 3 : 2;
        }
        draw_ring(&show);
        for (uint32_t k = 0; k < PICTURE_REACH_COUNT; k++)
            if (k != PICTURE_REACH_ALL) /* "ok" is in the legend of both */
                assert_int_equal(count_written(words[k]) > 0, k == reach);
        assert_true(is_written(words[reach]));
    }
    press(&show, "ring colours");
    draw_ring(&show);
    assert_false(is_written("none"));
    show_close(&show);
}

/* --- the legend ---------------------------------------------------------------------------- */

static void the_legend_tells_only_what_is_there(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, "scenarios/standard.json");
    app_seek_time(show.app, 7 * SECOND);
    draw_ring(&show);
    assert_false(is_written("down") || is_written("link cut") || is_written("paused"));
    assert_true(is_written("until the heartbeat"));
    app_seek_time(show.app, 12 * SECOND);
    draw_ring(&show);
    /* the note of n2, and of the legend its state and what the others think of it */
    assert_int_equal(count_written("down"), 3);
    assert_false(is_written("link cut"));
    app_seek_time(show.app, 19 * SECOND);
    draw_ring(&show);
    assert_true(is_written("link cut") && is_written("side of the cut"));
    show_close(&show);
}

/* --- the page of numbers ------------------------------------------------------------------- */

static void open_numbers(struct show *show, vtime time)
{
    show_open(show, "scenarios/standard.json");
    app_seek_time(show->app, time);
    show->app->inspector_page = PAGE_NUMBERS;
    show->app->maximised = PANE_INSPECTOR;
}

static void draw_page(struct show *show)
{
    app_draw(show->app, 1280, 900, &list);
}

static void the_page_walks_as_the_database_does(void **state)
{
    (void)state;
    struct show show;
    uint32_t all_skipped = 0;
    open_numbers(&show, 20 * SECOND);
    draw_page(&show);
    for (uint32_t key = 0; key < show.app->picture.key_count; key++) {
        struct picture_stop stops[64];
        const struct picture_key *k = &show.app->picture.keys[key];
        char line[100];
        uint32_t count = stage_walk(show.app->stage, k->position, stops, 64), skipped = 0;
        for (uint32_t i = 0; i < count; i++)
            skipped += stops[i].rank == 0;
        show.app->pick = (struct pick){PICK_KEY, key};
        draw_page(&show);
        assert_int_equal(count_written("skipped: the same node"), skipped);
        snprintf(line, sizeof line, "preference list: n%u n%u n%u", k->replicas[0].node + 1,
                 k->replicas[1].node + 1, k->replicas[2].node + 1);
        assert_true(is_written(line));
        snprintf(line, sizeof line, "%016llx", (unsigned long long)k->position);
        assert_true(is_written(line));
        all_skipped += skipped;
    }
    assert_true(all_skipped > 5);
    show_close(&show);
}

static void the_page_says_what_follows_from_r_and_w(void **state)
{
    static const struct {
        uint32_t r, w, n;
        const char *formula, *sentence;
    } cases[] = {
        {2, 2, 3, "R + W > N:  2 + 2 > 3", "have at least 1 of the 3"},
        {1, 1, 3, "R + W <= N:  1 + 1 <= 3", "a read may miss a write"},
        {1, 3, 3, "R + W > N:  1 + 3 > 3", "have at least 1 of the 3"},
        {3, 3, 3, "R + W > N:  3 + 3 > 3", "have at least 3 of the 3"},
        {1, 2, 3, "R + W <= N:  1 + 2 <= 3", "a read may miss a write"},
        {3, 3, 5, "R + W > N:  3 + 3 > 5", "have at least 1 of the 5"},
    };
    (void)state;
    struct show show;
    open_numbers(&show, 5 * SECOND);
    draw_page(&show);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct picture_rules *rules = &show.app->picture.rules;
        rules->read_needed = cases[i].r;
        rules->write_needed = cases[i].w;
        rules->replication = cases[i].n;
        draw_page(&show);
        char *text = dump_of(&show, 2560, 900); /* sentences in one line */
        assert_true(is_written(cases[i].formula));
        assert_non_null(strstr(text, cases[i].sentence));
        free(text);
    }
    show_close(&show);
}

static void a_click_on_an_open_operation_shows_its_slots(void **state)
{
    (void)state;
    struct show show;
    open_numbers(&show, 20 * SECOND + 137 * MILLISECOND);
    draw_page(&show);
    assert_true(show.app->picture.open_count > 0);
    struct picture_operation operation = show.app->picture.open[0];
    struct box box = box_of(&show, PICK_RECORD, operation.record);
    click(&show, box.x + 5, box.y + 5);
    assert_true(pick_is(show.app->pick, PICK_RECORD, operation.record));
    draw_page(&show);
    assert_true(is_written("has answered") && is_written("nothing is on its way"));
    assert_true(is_written("preference list:"));
    show_close(&show);
}

static void the_page_of_a_node_tells_silence_and_timers(void **state)
{
    (void)state;
    struct show show;
    open_numbers(&show, 12 * SECOND);
    press(&show, "select next");
    draw_page(&show);
    assert_true(is_written("what n1 owns") && is_written("the next heartbeat"));
    assert_true(is_written("n2    down ") && is_written("n3    up"));
    assert_true(is_written("heartbeat: down after 3.5 s of silence"));
    show_close(&show);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_stands_at_the_fraction_of_its_way),
        cmocka_unit_test(a_held_message_stands_still),
        cmocka_unit_test(the_two_ways_of_a_link_do_not_meet),
        cmocka_unit_test(an_answer_says_whether_it_was_done),
        cmocka_unit_test(every_one_of_a_thousand_messages_can_be_clicked),
        cmocka_unit_test(a_fuse_is_as_long_as_the_time_that_is_left),
        cmocka_unit_test(silence_is_drawn_against_the_limit_when_a_node_is_selected),
        cmocka_unit_test(arcs_say_what_a_client_could_get),
        cmocka_unit_test(the_legend_tells_only_what_is_there),
        cmocka_unit_test(the_page_walks_as_the_database_does),
        cmocka_unit_test(the_page_says_what_follows_from_r_and_w),
        cmocka_unit_test(a_click_on_an_open_operation_shows_its_slots),
        cmocka_unit_test(the_page_of_a_node_tells_silence_and_timers),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    draw_free(&list);
    return failed;
}

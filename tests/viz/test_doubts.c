/*
 * test_doubts.c: doubts and news on the ring, and the table of what a node thinks of the others.
 */
#include "viz/show.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "viz/ring/ring.h"

static struct draw_list list;

static void draw(struct show *show, float width, float height)
{
    show->app->maximised = PANE_RING;
    draw_clear(&list);
    app_draw(show->app, width, height, &list);
}

static uint32_t count_written(const char *text)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < list.count; i++)
        count += list.commands[i].kind == DRAW_TEXT &&
                 strstr(draw_characters(&list, &list.commands[i]), text) != NULL;
    return count;
}

static struct point middle_of(const struct show *show, uint32_t node)
{
    const struct hits *hits = &show->app->hits;
    for (uint32_t i = 0; i < hits->count; i++)
        if (pick_is(hits->items[i].pick, PICK_ACTOR, node)) {
            struct box box = hits->items[i].box;
            return (struct point){box.x + box.w / 2, box.y + box.h / 2};
        }
    fail_msg("node %u is not on the screen", node);
    return (struct point){0, 0};
}

/* Arcs of that many points of width around a node; of the last, what part of a turn it is. */
static uint32_t arcs_around(const struct show *show, uint32_t node, float width, float *part)
{
    struct point at = middle_of(show, node);
    uint32_t count = 0;
    for (uint32_t i = 0; i < list.count; i++) {
        const struct draw_command *c = &list.commands[i];
        if (c->kind != DRAW_ARC || fabsf(c->x - at.x) > 0.1f || fabsf(c->y - at.y) > 0.1f ||
            c->size != width)
            continue;
        count++;
        *part = (c->h - c->w) / TURN;
    }
    return count;
}

static void open_at(struct show *show, const char *file, vtime at)
{
    show_open(show, file);
    app_seek_time(show->app, at);
}

static void a_selected_node_says_how_near_its_phi_is_to_the_threshold(void **state)
{
    (void)state;
    struct show show;
    struct picture_peer peers[4];
    char wanted[40];
    float part = 0;
    open_at(&show, "scenarios/phi-jitter.json", 50600 * MILLISECOND); /* n4 died at 50 s */
    press(&show, "select next");
    draw(&show, 1280, 720);
    assert_true(stage_peers(show.app->stage, 0, show.app->clock, peers));
    assert_true(arcs_around(&show, 3, 3, &part) == 1);
    assert_true(fabsf(part - (float)peers[3].phi_milli / 8000) < 0.01f);
    snprintf(wanted, sizeof wanted, "phi %.1f of 8", (double)peers[3].phi_milli / 1e3);
    assert_int_equal(count_written(wanted), 1);
    assert_int_equal(count_written("phi, full: taken for down"), 1);
    app_seek_time(show.app, 52 * SECOND);
    draw(&show, 1280, 720);
    assert_int_equal(count_written("takes it for down"), 2); /* on the arc, and in the legend */
    press(&show, "doubts or news"), press(&show, "doubts or news");
    draw(&show, 1280, 720);
    assert_int_equal(count_written("takes it for down") + arcs_around(&show, 3, 3, &part), 0);
    show_close(&show);
}

static void as_many_spikes_stand_at_a_dead_node_as_others_know_of_it(void **state)
{
    (void)state;
    struct show show;
    struct picture_peer peers[30];
    open_at(&show, "tests/viz/thirty.json", 24650 * MILLISECOND); /* some know of it, not all */
    draw(&show, 1280, 720);
    uint32_t know = 0, spikes = 0;
    for (uint32_t i = 0; i < 30; i++)
        know += i != 11 && stage_peers(show.app->stage, i, show.app->clock, peers) &&
                peers[11].state == PEER_DOWN;
    struct point at = middle_of(&show, 11);
    for (uint32_t i = 0; i < list.count; i++) {
        const struct draw_command *c = &list.commands[i];
        bool is_bad = memcmp(&c->color, &themes[0].bad, sizeof c->color) == 0;
        spikes += c->kind == DRAW_LINE && is_bad && c->size == 3 &&
                  hypotf(c->x - at.x, c->y - at.y) < 60;
    }
    assert_true(know > 0 && know < 29);
    assert_int_equal(spikes, know);
    show_close(&show);
}

static void a_rumour_lights_up_one_node_after_the_other(void **state)
{
    (void)state;
    struct show show;
    float part = 0;
    uint32_t before = 0;
    open_at(&show, "scenarios/rumour.json", 2200 * MILLISECOND);
    press(&show, "select next");
    press(&show, "doubts or news");
    for (vtime at = 1200; at <= 3600; at += 400) {
        app_seek_time(show.app, at * MILLISECOND);
        draw(&show, 1280, 720);
        struct news news;
        assert_true(stage_news(show.app->stage, 0, show.app->clock, &news));
        if (news.kind != NEWS_LIFE)
            break;
        uint32_t lit = 0;
        for (uint32_t i = 0; i < 64; i++)
            lit += arcs_around(&show, i, 2.5f, &part) > 0 && part > 0.999f;
        assert_true(lit >= before && lit >= news.known_by);
        before = lit;
    }
    assert_true(before > 4);
    show_close(&show);
}

static void the_share_of_the_way_of_a_suspicion_stands_in_the_table(void **state)
{
    (void)state;
    struct show show;
    open_at(&show, "tests/viz/thirty.json", 15 * SECOND);
    press(&show, "select next");
    show.app->inspector_page = PAGE_NODE;
    show.app->maximised = PANE_INSPECTOR;
    char *dump = dump_of(&show, 1600, 1000);
    assert_non_null(strstr(dump, "swim; health score 0 of 7: it trusts itself"));
    free(dump);
    show.app->inspector_page = PAGE_NUMBERS;
    dump = dump_of(&show, 1600, 1000);
    assert_non_null(strstr(dump, "n12   suspected  1.0"));
    assert_non_null(strstr(dump, "28.29 of 35.45 s left, 0 of 2 confirm"));
    free(dump);
    show_close(&show);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_selected_node_says_how_near_its_phi_is_to_the_threshold),
        cmocka_unit_test(as_many_spikes_stand_at_a_dead_node_as_others_know_of_it),
        cmocka_unit_test(a_rumour_lights_up_one_node_after_the_other),
        cmocka_unit_test(the_share_of_the_way_of_a_suspicion_stands_in_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_pages.c: the pages of the inspector: what changed is marked, a node is opened up, charts
 * say what the samples say; and looking changes nothing of the run.
 */
#include "viz/show.h"

#include <stdlib.h>
#include <string.h>

#include "viz/app/words.h"

static const char standard[] = "scenarios/standard.json";

static void open_page(struct show *show, const char *file, uint32_t page, vtime time)
{
    show_open(show, file);
    app_seek_time(show->app, time);
    show->app->maximised = PANE_INSPECTOR;
    show->app->inspector_page = page;
}

static bool says(struct show *show, const char *text)
{
    char *dump = dump_of(show, 1280, 720);
    bool is_there = strstr(dump, text) != NULL;
    free(dump);
    return is_there;
}

/* --- keys ---------------------------------------------------------------------------------- */

/* Texts that begin with the sign of a change. */
static uint32_t cells_marked(struct show *show)
{
    char *dump = dump_of(show, 1280, 720);
    uint32_t count = 0;
    for (const char *at = dump; (at = strstr(at, "left \"")) != NULL; at++)
        count += strchr("+~x", at[6]) != NULL && at[7] != ' ';
    free(dump);
    return count;
}

static const struct tape_record *last_record(struct show *show)
{
    return stage_record(show->app->stage, stage_records(show->app->stage));
}

/* A step in which a replica stores a version marks that replica's cell, and it alone. */
static void the_last_step_marks_the_cell_that_it_changed(void **state)
{
    (void)state;
    struct show show;
    uint32_t applied = 0;
    open_page(&show, standard, PAGE_KEYS, 20 * SECOND);
    for (int i = 0; i < 400; i++) {
        press(&show, "step");
        uint64_t number = stage_records(show.app->stage), stored = 0;
        const struct tape_record *record;
        for (; (record = stage_record(show.app->stage, number)) &&
               record->step == stage_step(show.app->stage);
             number--)
            stored += strcmp(stage_kind_name(record), "apply") == 0;
        free(dump_of(&show, 1280, 720));
        assert_true(show.app->moments.has_marks);
        uint32_t marked = 0;
        const struct marks *marks = &show.app->moments.marks;
        for (uint32_t k = 0; k < marks->key_count; k++)
            for (uint32_t n = 0; n < marks->node_count; n++)
                marked += marks_cell(marks, k, n) != MARK_NONE;
        if (stored == 1) {
            assert_int_equal(marked, 1);
            assert_int_equal(cells_marked(&show), 1);
            applied++;
        }
    }
    assert_true(applied > 10);
    show_close(&show);
}

/* One step back and looked at again, or stepped into: the same marks. */
static void marks_do_not_depend_on_the_way(void **state)
{
    (void)state;
    struct show show;
    open_page(&show, standard, PAGE_KEYS, 20 * SECOND);
    press(&show, "go to end"); /* what is known of the run is marked on the bar of time */
    app_seek_time(show.app, 20 * SECOND);
    for (int i = 0; i < 40; i++) {
        press(&show, "step");
        app_say(show.app, "%s", "");
        char *stepped = dump_of(&show, 1280, 720);
        press(&show, "go to end");
        stage_seek(show.app->stage, last_record(&show)->step - 1 - (uint64_t)i * 7 % 300);
        app_moved(show.app);
        free(dump_of(&show, 1280, 720));
        app_seek_time(show.app, 20 * SECOND);
        for (int k = 0; k <= i; k++)
            stage_forward(show.app->stage);
        app_moved(show.app);
        app_say(show.app, "%s", "");
        char *jumped = dump_of(&show, 1280, 720);
        assert_string_equal(stepped, jumped);
        free(stepped), free(jumped);
    }
    show_close(&show);
}

static void a_marked_moment_is_compared_with_until_it_is_unmarked(void **state)
{
    (void)state;
    struct show show;
    open_page(&show, standard, PAGE_KEYS, 12 * SECOND);
    press(&show, "mark");
    assert_true(says(&show, "0 changes since 12 s"));
    app_seek_time(show.app, 30 * SECOND);
    assert_true(says(&show, " changes here, ") && says(&show, " elsewhere since 12 s"));
    assert_true(show.app->moments.marks.count > 20);
    app_seek_time(show.app, 12 * SECOND);
    assert_true(says(&show, "0 changes since "));
    press(&show, "mark");
    assert_true(says(&show, "by the last step"));
    show_close(&show);
}

static void every_key_is_reached_by_scrolling(void **state)
{
    (void)state;
    struct show show;
    open_page(&show, standard, PAGE_KEYS, 30 * SECOND);
    const struct picture *picture = app_picture(show.app);
    bool *seen = calloc(picture->key_count, sizeof *seen);
    for (int i = 0; i < 40; i++) {
        char *dump = dump_of(&show, 640, 360);
        for (uint32_t k = 0; k < picture->key_count; k++) {
            char name[80];
            snprintf(name, sizeof name, "%s%s\"", picture->keys[k].is_differing ? "\"!" : "\" ",
                     picture->keys[k].name);
            seen[k] |= strstr(dump, name) != NULL;
        }
        free(dump);
        app_scroll(show.app, PANE_INSPECTOR, 1);
    }
    for (uint32_t k = 0; k < picture->key_count; k++)
        if (!seen[k])
            fail_msg("%s was never in sight", picture->keys[k].name);
    free(seen), show_close(&show);
}

/* Differing keys come first. */
static void keys_whose_replicas_differ_come_first(void **state)
{
    (void)state;
    struct show show;
    open_page(&show, standard, PAGE_KEYS, 30 * SECOND);
    char *dump = dump_of(&show, 1280, 720);
    const struct picture *picture = app_picture(show.app);
    const char *last_differing = dump, *first_equal = dump + strlen(dump);
    for (uint32_t k = 0; k < picture->key_count; k++) {
        char name[80];
        bool is_differing = picture->keys[k].is_differing;
        snprintf(name, sizeof name, "\"%s%s\"", is_differing ? "!" : " ", picture->keys[k].name);
        const char *at = strstr(dump, name);
        assert_non_null(at);
        if (is_differing && at > last_differing)
            last_differing = at;
        if (!is_differing && at < first_equal)
            first_equal = at;
    }
    assert_true(last_differing > dump && last_differing < first_equal);
    free(dump), show_close(&show);
}

static void a_selected_key_names_the_writers_of_its_versions(void **state)
{
    (void)state;
    struct show show;
    open_page(&show, "scenarios/torn-log.json", PAGE_KEYS, 900 * MILLISECOND);
    show.app->pick = (struct pick){PICK_KEY, 0};
    assert_true(says(&show, "thine eyes?")); /* all of the value, to its end */
    assert_true(says(&show, "line3 (ok)"));
    assert_true(says(&show, "n2 is down"));
    show_close(&show);
}

/* Of a hundred nodes eight columns would show next to nothing: every replica of a key in sight
 * is there, by its node's name. */
static void of_many_nodes_every_replica_is_named(void **state)
{
    (void)state;
    struct show show;
    open_page(&show, "tests/viz/crowd.json", PAGE_KEYS, 3900 * MILLISECOND);
    free(dump_of(&show, 1280, 720));
    uint32_t cells = 0, keys = 0;
    for (uint32_t i = 0; i < show.app->hits.count; i++) {
        cells += show.app->hits.items[i].pick.kind == PICK_CELL;
        keys += show.app->hits.items[i].pick.kind == PICK_KEY;
    }
    assert_true(keys > 20);
    assert_int_equal(cells, 3 * keys);
    show_close(&show);
}

/* --- a node ---------------------------------------------------------------------------------- */

static void a_node_tells_a_torn_tail_from_damage(void **state)
{
    (void)state;
    struct show show;
    open_page(&show, "scenarios/torn-log.json", PAGE_NODE, 900 * MILLISECOND);
    show.app->pick = (struct pick){PICK_ACTOR, 1};
    assert_true(says(&show, "torn: a start would cut 25 B off segment 1 at byte 176"));
    assert_true(says(&show, "\"torn\""));
    assert_true(says(&show, "n2 is down, life 1"));
    app_seek_time(show.app, 1500 * MILLISECOND);
    show.app->pick = (struct pick){PICK_ACTOR, 0};
    assert_true(says(&show, "a start now would find every byte whole"));
    press(&show, "bit rot");
    assert_true(says(&show, "DAMAGED: record 1 was durable"));
    assert_true(says(&show, "\"bad\""));
    show_close(&show);
}

static void a_small_window_scrolls_to_the_last_section_and_no_further(void **state)
{
    (void)state;
    struct show show;
    open_page(&show, standard, PAGE_NODE, 12 * SECOND);
    show.app->pick = (struct pick){PICK_ACTOR, 0};
    char *dump = dump_of(&show, 480, 360);
    assert_null(strstr(dump, "n5    up"));
    free(dump);
    for (int i = 0; i < 20; i++) {
        press(&show, "page down");
        free(dump_of(&show, 480, 360));
    }
    float most = show.app->page_scroll;
    dump = dump_of(&show, 480, 360);
    assert_non_null(strstr(dump, "n5    up"));
    free(dump);
    press(&show, "page down");
    free(dump_of(&show, 480, 360));
    assert_true(show.app->page_scroll == most && most > 5);
    press(&show, "next page");
    assert_true(show.app->page_scroll == 0);
    show_close(&show);
}

/* --- numbers --------------------------------------------------------------------------------- */

static void the_page_of_metrics_says_what_the_samples_say(void **state)
{
    (void)state;
    struct show show;
    char wanted[160];
    open_page(&show, standard, PAGE_METRICS, 30 * SECOND);
    const struct metrics *metrics = stage_metrics(show.app->stage);
    uint32_t past = metrics_count_until(metrics, 30 * SECOND);
    assert_int_equal(past, 60);
    uint64_t most = 0;
    for (uint32_t i = 0; i < past; i++) {
        uint64_t value = metrics_chart_value(metrics, CHART_DIFFERING, i, 0);
        most = value > most ? value : most;
    }
    snprintf(wanted, sizeof wanted, "keys that differ: %llu, max %llu",
             (unsigned long long)metrics_chart_value(metrics, CHART_DIFFERING, past - 1, 0),
             (unsigned long long)most);
    assert_true(most > 0 && says(&show, wanted));
    for (uint32_t i = 0; i < CHART_COUNT; i++)
        assert_true(says(&show, metric_chart_table[i].name));
    show_close(&show);
}

/* What lies after the present is drawn, but paler, and does not count for the numbers. */
static void the_known_future_is_pale(void **state)
{
    (void)state;
    struct show show;
    open_page(&show, standard, PAGE_METRICS, 30 * SECOND);
    app_say(show.app, "%s", "");
    char *unknown = dump_of(&show, 1280, 720);
    press(&show, "go to end");
    app_seek_time(show.app, 30 * SECOND);
    app_say(show.app, "%s", "");
    char *known = dump_of(&show, 1280, 720);
    assert_true(strlen(known) > strlen(unknown));
    for (const char *at = unknown; (at = strstr(at, "max ")) != NULL; at++) {
        char value[24];
        snprintf(value, sizeof value, "%.*s", (int)strcspn(at, "\""), at);
        assert_non_null(strstr(known, value));
    }
    free(unknown), free(known), show_close(&show);
}

static void the_dashboard_counts_what_the_picture_has(void **state)
{
    (void)state;
    struct show show;
    char wanted[200], stale[WORDS_MAX];
    open_page(&show, standard, PAGE_CHECKS, 30 * SECOND);
    press(&show, "select next");
    press(&show, "crash");
    const struct picture *picture = app_picture(show.app);
    uint32_t up = 0, differing = 0;
    for (uint32_t i = 0; i < picture->node_count; i++)
        up += picture->nodes[i].state == PICTURE_UP;
    for (uint32_t i = 0; i < picture->key_count; i++)
        differing += picture->keys[i].is_differing;
    snprintf(wanted, sizeof wanted, "up %u of 5", up);
    assert_true(up < 5 && says(&show, wanted));
    snprintf(wanted, sizeof wanted, "%s | %u of %u keys %s",
             words_count(picture->stale_reads, "stale read", stale), differing,
             picture->key_total, differing == 1 ? "differs" : "differ");
    assert_true(says(&show, wanted));
    show_close(&show);
}

/* --- and the run ----------------------------------------------------------------------------- */

static void looking_at_every_page_changes_nothing(void **state)
{
    (void)state;
    struct show show;
    open_page(&show, standard, PAGE_KEYS, 14 * SECOND);
    struct digest before = stage_digest(show.app->stage);
    for (uint32_t page = 0; page < PAGE_COUNT; page++)
        for (uint64_t id = 0; id < 5; id++) {
            show.app->inspector_page = page;
            show.app->pick = (struct pick){id % 2 ? PICK_KEY : PICK_ACTOR, id};
            free(dump_of(&show, 1280, 720));
            press(&show, "page down");
            free(dump_of(&show, 1280, 720));
        }
    press(&show, "mark");
    free(dump_of(&show, 1280, 720));
    assert_true(digest_equal(before, stage_digest(show.app->stage)));
    show_close(&show);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_step_marks_the_cell_that_it_changed),
        cmocka_unit_test(marks_do_not_depend_on_the_way),
        cmocka_unit_test(a_marked_moment_is_compared_with_until_it_is_unmarked),
        cmocka_unit_test(every_key_is_reached_by_scrolling),
        cmocka_unit_test(keys_whose_replicas_differ_come_first),
        cmocka_unit_test(a_selected_key_names_the_writers_of_its_versions),
        cmocka_unit_test(of_many_nodes_every_replica_is_named),
        cmocka_unit_test(a_node_tells_a_torn_tail_from_damage),
        cmocka_unit_test(a_small_window_scrolls_to_the_last_section_and_no_further),
        cmocka_unit_test(the_page_of_metrics_says_what_the_samples_say),
        cmocka_unit_test(the_known_future_is_pale),
        cmocka_unit_test(the_dashboard_counts_what_the_picture_has),
        cmocka_unit_test(looking_at_every_page_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

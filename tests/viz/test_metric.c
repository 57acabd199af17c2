/*
 * test_metric.c: the page of metrics: one is found, shown alone, compared, and clicked into.
 */
#include "viz/show.h"

#include <stdlib.h>
#include <string.h>

static const char standard[] = "scenarios/standard.json";

static void open_metrics(struct show *show, vtime time)
{
    show_open(show, standard);
    app_seek_time(show->app, time);
    show->app->maximised = PANE_INSPECTOR;
    show->app->inspector_page = PAGE_METRICS;
}

static uint32_t times(struct show *show, const char *text)
{
    char *dump = dump_of(show, 1280, 720);
    uint32_t count = 0;
    for (const char *at = dump; (at = strstr(at, text)) != NULL; at++)
        count++;
    free(dump);
    return count;
}

/* The middle of what can be clicked on so; false: there is nothing. */
static bool click_on(struct show *show, uint32_t kind, uint64_t id)
{
    free(dump_of(show, 1280, 720));
    const struct hits *hits = &show->app->hits;
    for (uint32_t i = 0; i < hits->count; i++) {
        const struct hit *hit = &hits->items[i];
        if (!pick_is(hit->pick, kind, id))
            continue;
        click(show, hit->box.x + hit->box.w / 2, hit->box.y + hit->box.h / 2);
        return true;
    }
    return false;
}

static void a_click_on_a_title_shows_it_alone_and_another_all_of_them(void **state)
{
    (void)state;
    struct show show;
    open_metrics(&show, 30 * SECOND);
    assert_int_equal(times(&show, "ringside_operation_latency_seconds"), 0);
    assert_true(click_on(&show, PICK_METRIC, METRIC_OPERATION_LATENCY));
    assert_int_equal(times(&show, "ringside_operation_latency_seconds"), 1);
    assert_int_equal(times(&show, "how many, by how long"), 1);
    assert_int_equal(times(&show, "latency of each node"), 1);
    assert_true(click_on(&show, PICK_METRIC, METRIC_COUNT));
    assert_int_equal(times(&show, "ringside_operation_latency_seconds"), 0);
    show_close(&show);
}

static void a_click_into_a_chart_goes_to_that_time(void **state)
{
    (void)state;
    struct show show;
    open_metrics(&show, 30 * SECOND);
    show.app->metric = METRIC_MESSAGES_SENT;
    assert_true(click_on(&show, PICK_INSTANT, 12 * SECOND));
    assert_true(show.app->clock == 12 * SECOND);
    assert_int_equal(times(&show, "ringside_messages_sent_total"), 1);
    show_close(&show);
}

static void a_metric_is_found_by_a_part_of_its_name(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    app_seek_time(show.app, 30 * SECOND);
    press(&show, "metric");
    answer_question(&show, "unsynced");
    assert_int_equal(show.app->metric, METRIC_DISK_UNSYNCED);
    assert_int_equal(show.app->inspector_page, PAGE_METRICS);
    press(&show, "metric");
    answer_question(&show, "messages send");
    assert_string_equal(show.app->wrong, "no metric has \"messages send\" in its name; did you "
                                         "mean \"messages sent\"?");
    answer_question(&show, "");
    assert_int_equal(show.app->metric, METRIC_COUNT);
    show_close(&show);
}

/* Every metric can be looked at, at the beginning, in the middle and at the end, and the run stays
 * what it was. */
static void every_metric_has_a_page_and_none_changes_the_run(void **state)
{
    static const vtime moments[] = {0, 20 * SECOND, 60 * SECOND};
    (void)state;
    struct show show;
    for (size_t i = 0; i < ARRAY_LEN(moments); i++) {
        open_metrics(&show, moments[i]);
        struct digest before = stage_digest(show.app->stage);
        for (uint32_t metric = 0; metric < METRIC_COUNT; metric++) {
            show.app->metric = metric;
            assert_int_equal(times(&show, metric_table[metric].name), 1);
            assert_int_equal(times(&show, "no sample yet") > 0, i == 0);
        }
        assert_true(digest_equal(before, stage_digest(show.app->stage)));
        show_close(&show);
    }
}

/* In a branch the curve of the one that it left is drawn behind, dashed. */
static void a_branch_shows_what_would_have_been(void **state)
{
    (void)state;
    struct show show;
    open_metrics(&show, 30 * SECOND);
    show.app->metric = METRIC_MESSAGES_SENT;
    assert_int_equal(times(&show, "dashed: branch"), 0);
    app_seek_time(show.app, 10 * SECOND);
    press(&show, "select next");
    press(&show, "crash");
    app_seek_time(show.app, 20 * SECOND);
    assert_int_equal(times(&show, "dashed: branch 0, which this one left"), 1);
    assert_true(times(&show, "dashed") > 20);
    show_close(&show);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_click_on_a_title_shows_it_alone_and_another_all_of_them),
        cmocka_unit_test(a_click_into_a_chart_goes_to_that_time),
        cmocka_unit_test(a_metric_is_found_by_a_part_of_its_name),
        cmocka_unit_test(every_metric_has_a_page_and_none_changes_the_run),
        cmocka_unit_test(a_branch_shows_what_would_have_been),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_log.c: the log's filter and its index: what is shown is what a plain walk over the tape
 * finds, matches are gone to one by one, and a long run is searched in slices.
 */
#include "viz/show.h"

#include <stdlib.h>
#include <string.h>

static const char standard[] = "scenarios/standard.json";

static void type(struct show *show, const char *text)
{
    for (; *text; text++)
        app_key(show->app, (uint32_t)(unsigned char)*text, 0);
    app_key(show->app, KEY_ENTER, 0);
}

static void filter(struct show *show, const char *text)
{
    press(show, "filter");
    type(show, text);
    app_settle(show->app);
}

static const char *sentence_of(struct show *show, const struct tape_record *record)
{
    static char sentence[400];
    stage_sentence(show->app->stage, record, sentence, sizeof sentence);
    return sentence;
}

/* The numbers that the index shows, one after the other, are those that `is_wanted`. */
static uint32_t expect_rows(struct show *show,
                            bool is_wanted(struct show *, const struct tape_record *))
{
    uint32_t count, shown = 0;
    const struct tape_record *tape = stage_tape(show->app->stage, &count);
    const struct log_index *index = &show->app->log.index;
    int64_t row = log_index_first(index);
    for (uint32_t i = 0; i < count; i++) {
        if (!is_wanted(show, &tape[i]))
            continue;
        assert_true(row < log_index_last(index));
        if (log_index_number(index, row) != tape[i].number)
            fail_msg("expected record %llu, \"%s\"", (unsigned long long)tape[i].number,
                     sentence_of(show, &tape[i]));
        row++;
        shown++;
    }
    assert_int_equal(row, log_index_last(index));
    return shown;
}

static bool is_no_heartbeat(struct show *show, const struct tape_record *record)
{
    (void)show;
    return !stage_is_heartbeat(record);
}

static bool says_lost(struct show *show, const struct tape_record *record)
{
    return strstr(sentence_of(show, record), "lost") != NULL;
}

static bool is_drop_by_or_to_n3(struct show *show, const struct tape_record *record)
{
    (void)show;
    return strcmp(stage_kind_name(record), "drop") == 0 &&
           (record->actor == 2 || record->peer == 2);
}

static bool is_handle_but_no_heartbeat(struct show *show, const struct tape_record *record)
{
    return strcmp(stage_kind_name(record), "handle") == 0 &&
           !strstr(sentence_of(show, record), "heartbeat");
}

/* Operations on user:7 are known by the sentence of their asking. */
static uint64_t asked[512];
static uint32_t asked_count;

static bool is_about_user_7(struct show *show, const struct tape_record *record)
{
    const char *at = strstr(sentence_of(show, record), " user:7");
    bool is_named = at && strchr(" ,:", at[7]) != NULL; /* the end of the sentence counts */
    if (is_named && strcmp(stage_kind_name(record), "invoke") == 0) {
        assert_true(asked_count < 512);
        asked[asked_count++] = record->about;
    }
    for (uint32_t i = 0; i < asked_count; i++)
        if (record->about == asked[i])
            return true;
    return is_named;
}

static void the_log_shows_what_a_plain_walk_finds(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool (*is_wanted)(struct show *, const struct tape_record *);
        uint32_t least;
    } cases[] = {{"", is_no_heartbeat, 1000},
                 {"lost", says_lost, 50},
                 {"LOST", says_lost, 50},
                 {"node:n3 kind:drop", is_drop_by_or_to_n3, 20},
                 {"kind:handle -heartbeat", is_handle_but_no_heartbeat, 500}};
    struct show show;
    show_open(&show, standard);
    app_seek_time(show.app, 30 * SECOND);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        filter(&show, cases[i].text);
        assert_true(expect_rows(&show, cases[i].is_wanted) >= cases[i].least);
    }
    show_close(&show);
}

/* Messages do not name the key that they are about; their operation does. */
static void a_key_has_the_messages_of_its_operations(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    app_seek_time(show.app, 12 * SECOND); /* the tape has all from the start */
    asked_count = 0;
    filter(&show, "key:user:7");
    uint32_t shown = expect_rows(&show, is_about_user_7);
    assert_true(asked_count > 0 && shown > 5 * asked_count);
    show_close(&show);
}

/* As records come, a row is added for each that matches: the same as when all were there. */
static void the_index_grows_with_the_run(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    filter(&show, "lost");
    for (int i = 0; i < 40; i++) {
        app_seek_time(show.app, (vtime)i * SECOND / 2);
        free(dump_of(&show, 1280, 720));
        app_settle(show.app);
    }
    expect_rows(&show, says_lost);
    press(&show, "go to end");
    free(dump_of(&show, 1280, 720));
    app_settle(show.app);
    app_seek_time(show.app, 15 * SECOND);
    press(&show, "select next");
    press(&show, "crash"); /* another branch: other records with the same numbers */
    app_seek_time(show.app, 25 * SECOND);
    app_settle(show.app);
    expect_rows(&show, says_lost);
    show_close(&show);
}

static void a_name_that_is_not_there_is_told_with_the_nearest(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"node:n33", "there is no node or client \"n33\"; did you mean \"n3\"?"},
        {"kind:dorp", "there is no kind of record \"dorp\"; did you mean \"drop\"?"},
        {"kind:foo", "there is no kind of record \"foo\"; "
                     "there are send, arrive, drop, invoke, told, crash and others"},
        {"key:usr:7",
         "until now no client has asked for the key \"usr:7\"; did you mean \"user:7\"?"},
        {"lost node:", "expected a name right after \"node:\""},
    };
    struct show show;
    show_open(&show, standard);
    app_seek_time(show.app, 20 * SECOND);
    filter(&show, "lost");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        press(&show, "filter");
        type(&show, cases[i][0]);
        assert_int_equal(show.app->mode, MODE_ASK);
        assert_string_equal(show.app->wrong, cases[i][1]);
        assert_string_equal(show.app->log.filter.text, "lost"); /* nothing is lost */
        app_key(show.app, KEY_ESCAPE, 0);
    }
    show_close(&show);
}

static void the_title_counts_and_says_how_to_clear(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    app_seek_time(show.app, 12 * SECOND);
    filter(&show, "kind:crash");
    char *text = dump_of(&show, 1280, 720);
    assert_non_null(strstr(text, "/kind:crash: 1 matches, 1 so far; Esc clears"));
    free(text);
    app_key(show.app, KEY_ESCAPE, 0);
    text = dump_of(&show, 1280, 720);
    assert_null(strstr(text, "kind:crash"));
    free(text), show_close(&show);
}

/* Forward through all of them from the start, and back again: the same records. */
static void matches_are_gone_to_one_by_one(void **state)
{
    (void)state;
    static uint64_t numbers[2000];
    struct show show;
    uint32_t count = 0;
    show_open(&show, standard);
    filter(&show, "kind:drop -heartbeat");
    for (;;) {
        press(&show, "next match");
        app_settle(show.app);
        if (show.app->is_message_refusal)
            break;
        assert_int_equal(show.app->pick.kind, PICK_RECORD);
        numbers[count] = show.app->pick.id;
        const struct tape_record *record = stage_record(show.app->stage, numbers[count]);
        assert_int_equal(stage_step(show.app->stage), record->step);
        assert_true(count == 0 || numbers[count] > numbers[count - 1]);
        count++;
    }
    assert_true(count > 40);
    assert_int_equal(show.app->pick.id, numbers[count - 1]); /* it stays at the last one */
    for (uint32_t i = count - 1; i-- > 0;) {
        press(&show, "previous match");
        app_settle(show.app);
        assert_int_equal(show.app->pick.id, numbers[i]);
    }
    show_close(&show);
}

/* --- a million records ----------------------------------------------------------------------- */

/* No frame looks at more than a slice, and until all is looked at the title says so. */
static void a_long_run_is_looked_through_in_slices(void **state)
{
    (void)state;
    enum { SLICE = 12000 };
    struct show show;
    uint32_t count, frames = 0;
    show_open(&show, "tests/viz/long-run.json");
    press(&show, "go to end");
    assert_true(stage_records(show.app->stage) > 1000000);
    stage_tape(show.app->stage, &count);
    press(&show, "filter");
    type(&show, "told timeout");
    const struct log_index *index = &show.app->log.index;
    do {
        uint64_t before = index->is_begun ? index->high - index->low : 0;
        char *text = dump_of(&show, 1280, 720);
        assert_true(index->high - index->low - before <= SLICE);
        if (show.app->log.is_searching) {
            assert_non_null(strstr(text, "searching.."));
            assert_true(show.app->is_drawing_due); /* the next frame goes on */
        }
        free(text);
        frames++;
    } while (show.app->log.is_searching);
    assert_int_equal(index->high - index->low, count);
    assert_int_equal(frames, (count + SLICE - 1) / SLICE);
    char *text = dump_of(&show, 1280, 720);
    assert_null(strstr(text, "searching.."));
    assert_non_null(strstr(text, " of what is in memory"));
    free(text), show_close(&show);
}

/* What the tape has forgotten is made again, stretch by stretch, and found. */
static void matches_are_found_beyond_what_is_in_memory(void **state)
{
    (void)state;
    static const vtime wanted[] = {2 * SECOND, SECOND};
    struct show show;
    show_open(&show, "tests/viz/long-run.json");
    press(&show, "go to end");
    filter(&show, "kind:pause");
    for (size_t i = 0; i < 2; i++) {
        press(&show, "previous match");
        assert_true(i > 0 || show.app->errand.kind == ERRAND_MATCH_BEHIND); /* it takes a while */
        app_settle(show.app);
        assert_int_equal(stage_now(show.app->stage), wanted[i]);
        assert_int_equal(show.app->pick.kind, PICK_RECORD);
    }
    press(&show, "previous match");
    app_settle(show.app);
    assert_string_equal(show.app->message, "no record before this one matches kind:pause");
    assert_int_equal(stage_now(show.app->stage), SECOND);
    show_close(&show);
}

static void without_a_filter_there_is_no_match_to_go_to(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    press(&show, "next match");
    assert_true(show.app->is_message_refusal);
    assert_string_equal(show.app->message, "there is no filter to match: / sets one");
    show_close(&show);
}

/* --- in sight -------------------------------------------------------------------------------- */

static uint64_t first_row(struct show *show)
{
    free(dump_of(show, 1280, 720));
    return show->app->hits.log_top;
}

static void the_wheel_scrolls_and_a_click_leaves_the_rows_where_they_are(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    press(&show, "go to end"); /* so that there is something below the present */
    app_seek_time(show.app, 20 * SECOND);
    uint64_t top = first_row(&show);
    struct box room = show.app->hits.rooms[PANE_LOG];
    struct pointer pointer = {.x = room.x + 20, .y = room.y + 40, .clicks = 1};
    app_wheel(show.app, pointer, 5);
    uint64_t up = first_row(&show);
    assert_true(up < top);
    app_press(show.app, pointer);
    app_release(show.app, pointer);
    assert_int_equal(show.app->pick.kind, PICK_RECORD);
    assert_int_equal(first_row(&show), up);
    app_wheel(show.app, pointer, 100000);
    assert_int_equal(first_row(&show), log_index_number(&show.app->log.index,
                                                        log_index_first(&show.app->log.index)));
    app_wheel(show.app, pointer, -100000);
    assert_true(first_row(&show) > top);
    show_close(&show);
}

/* Where the present goes, the log goes with it. */
static void the_present_is_in_sight_after_every_step(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    app_seek_time(show.app, 20 * SECOND);
    for (int i = 0; i < 60; i++) {
        press(&show, i % 3 == 2 ? "step back" : "step");
        char *text = dump_of(&show, 1280, 720);
        const struct tape_record *now =
            stage_record(show.app->stage, stage_records(show.app->stage));
        if (is_no_heartbeat(&show, now))
            assert_non_null(strstr(text, "\"> "));
        free(text);
    }
    show_close(&show);
}

static void causes_of_the_selected_record_are_marked(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, "scenarios/first-steps.json");
    app_seek_time(show.app, 300 * MILLISECOND);
    uint64_t number = stage_records(show.app->stage);
    const struct tape_record *record = stage_record(show.app->stage, number);
    while (record->class != TAPE_ARRIVE)
        record = stage_record(show.app->stage, --number);
    show.app->pick = (struct pick){PICK_RECORD, number};
    char *text = dump_of(&show, 1280, 720), wanted[400];
    bool is_now = number == stage_records(show.app->stage);
    snprintf(wanted, sizeof wanted, "%c#%10.6f ", is_now ? '>' : ' ',
             (double)(record->time / MICROSECOND) / 1e6);
    assert_non_null(strstr(text, wanted));
    snprintf(wanted, sizeof wanted, " *%10.6f ",
             (double)(stage_record(show.app->stage, record->cause)->time / MICROSECOND) / 1e6);
    assert_non_null(strstr(text, wanted));
    free(text), show_close(&show);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_log_shows_what_a_plain_walk_finds),
        cmocka_unit_test(a_key_has_the_messages_of_its_operations),
        cmocka_unit_test(the_index_grows_with_the_run),
        cmocka_unit_test(a_name_that_is_not_there_is_told_with_the_nearest),
        cmocka_unit_test(the_title_counts_and_says_how_to_clear),
        cmocka_unit_test(matches_are_gone_to_one_by_one),
        cmocka_unit_test(a_long_run_is_looked_through_in_slices),
        cmocka_unit_test(matches_are_found_beyond_what_is_in_memory),
        cmocka_unit_test(without_a_filter_there_is_no_match_to_go_to),
        cmocka_unit_test(the_wheel_scrolls_and_a_click_leaves_the_rows_where_they_are),
        cmocka_unit_test(the_present_is_in_sight_after_every_step),
        cmocka_unit_test(causes_of_the_selected_record_are_marked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

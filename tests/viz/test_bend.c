/*
 * test_bend.c: the window's bending commands that ask something or act on a message: what each
 * does, what a wrong answer is told, and when each says why it would do nothing.
 *
 * That all of them are saved exactly is in test_save.c.
 */
#include "viz/show.h"

#include <stdlib.h>
#include <string.h>

static const char standard[] = "scenarios/standard.json";

static const struct picture_message *message_of(struct show *show, uint64_t record)
{
    const struct picture *picture = app_picture(show->app);
    for (uint32_t i = 0; i < picture->message_count; i++)
        if (picture->messages[i].record == record)
            return &picture->messages[i];
    return NULL;
}

/* Select a message between two nodes that is no heartbeat; returns its record. */
static uint64_t pick_message(struct show *show, vtime time)
{
    app_seek_time(show->app, time);
    for (;;) {
        const struct picture *picture = app_picture(show->app);
        for (uint32_t i = 0; i < picture->message_count; i++) {
            const struct picture_message *message = &picture->messages[i];
            if (message->letter == 'H' || message->from >= 5 || message->to >= 5)
                continue;
            show->app->pick = (struct pick){PICK_RECORD, message->record};
            return message->record;
        }
        assert_true(stage_forward(show->app->stage));
        app_moved(show->app);
    }
}

static void expect_refused(struct show *show, const char *why)
{
    assert_string_equal(show->app->message, why);
    assert_true(show->app->is_message_refusal);
}

/* The question stands again, with what was typed, and says what is wrong with it. */
static void expect_asked_again(struct show *show, const char *typed, const char *wrong)
{
    assert_int_equal(show->app->mode, MODE_ASK);
    assert_string_equal(show->app->typed, typed);
    assert_string_equal(show->app->wrong, wrong);
}

static bool is_cut(struct show *show, uint32_t from, uint32_t to)
{
    const struct picture *picture = app_picture(show->app);
    for (uint32_t i = 0; i < picture->cut_count; i++)
        if (picture->cuts[i].from == from && picture->cuts[i].to == to)
            return true;
    return false;
}

/* --- messages --------------------------------------------------------------------------------- */

static void a_held_message_stands_still_until_it_is_released(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    uint64_t record = pick_message(&show, SECOND);
    vtime left = message_of(&show, record)->left;
    press(&show, "release");
    expect_refused(&show, "this message is not held: Shift+H holds it");
    press(&show, "hold");
    assert_true(message_of(&show, record)->is_held);
    press(&show, "hold");
    expect_refused(&show, "this message is held already: Shift+R lets it go");
    app_seek_time(show.app, 50 * SECOND);
    assert_true(message_of(&show, record)->is_held); /* and it is still selected */
    assert_int_equal(message_of(&show, record)->left, left);
    press(&show, "release");
    assert_false(message_of(&show, record)->is_held);
    assert_int_equal(message_of(&show, record)->arrives_at, 50 * SECOND + left);
    press(&show, "undo");
    assert_true(message_of(&show, record)->is_held);
    press(&show, "undo");
    assert_false(message_of(&show, record)->is_held);
    show_close(&show);
}

static void a_copy_is_a_message_of_its_own(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    uint64_t record = pick_message(&show, SECOND);
    uint32_t before = app_picture(show.app)->message_count;
    press(&show, "hold");
    press(&show, "duplicate");
    const struct picture *picture = app_picture(show.app);
    assert_int_equal(picture->message_count, before + 1);
    uint64_t identity = message_of(&show, record)->identity, copy = 0;
    for (uint32_t i = 0; i < picture->message_count; i++)
        if (picture->messages[i].identity == identity && picture->messages[i].record != record)
            copy = picture->messages[i].record;
    assert_int_not_equal(copy, 0);
    assert_false(message_of(&show, copy)->is_held);
    show.app->pick = (struct pick){PICK_RECORD, copy};
    press(&show, "hold");
    press(&show, "drop"); /* only the copy: it was held, so it is gone at once */
    assert_null(message_of(&show, copy));
    assert_true(message_of(&show, record)->is_held);
    assert_false(message_of(&show, record)->is_doomed);
    show_close(&show);
}

static void a_message_can_be_told_when_to_arrive(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    uint64_t record = pick_message(&show, SECOND);
    vtime due = message_of(&show, record)->arrives_at;
    press(&show, "postpone");
    answer_question(&show, "+20ms");
    assert_int_equal(message_of(&show, record)->arrives_at, due + 20 * MILLISECOND);
    press(&show, "postpone");
    answer_question(&show, "until 3s");
    assert_int_equal(message_of(&show, record)->arrives_at, 3 * SECOND);
    uint32_t branches = stage_branch_count(show.app->stage);
    press(&show, "postpone");
    answer_question(&show, "soon");
    expect_asked_again(&show, "soon",
                       "expected a time like 1.5s, not \"soon\"");
    answer_question(&show, "until 100000s");
    expect_asked_again(&show, "until 100000s", "the run is over after 60 s");
    app_key(show.app, KEY_ESCAPE, 0);
    assert_int_equal(show.app->mode, MODE_PLAIN);
    assert_int_equal(stage_branch_count(show.app->stage), branches);
    show_close(&show);
}

static void a_message_is_damaged_once(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    uint64_t record = pick_message(&show, SECOND);
    press(&show, "corrupt");
    assert_true(message_of(&show, record)->is_damaged);
    press(&show, "corrupt");
    expect_refused(&show,
                   "this message is damaged already: whoever gets it will refuse it");
    show_close(&show);
}

static void without_a_message_the_commands_say_what_to_select(void **state)
{
    (void)state;
    static const char *const names[] = {"drop", "hold", "release", "duplicate", "postpone",
                                        "corrupt"};
    struct show show;
    show_open(&show, standard);
    app_seek_time(show.app, SECOND);
    for (uint32_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        show.app->pick = (struct pick){PICK_ACTOR, 1};
        press(&show, names[i]);
        expect_refused(&show, "select a message in flight first: click it, or press Tab");
    }
    assert_int_equal(stage_branch_count(show.app->stage), 1);
    show_close(&show);
}

/* --- links --- */

static void any_groups_can_be_cut_off_from_each_other(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    press(&show, "partition in groups");
    assert_string_equal(show.app->typed, "n1 n2 | n3 n4 n5");
    answer_question(&show, "n1, n2|n3 |  n4 n5");
    for (uint32_t from = 0; from < 5; from++)
        for (uint32_t to = 0; to < 5; to++) {
            static const uint32_t group[] = {0, 0, 1, 2, 2};
            assert_int_equal(is_cut(&show, from, to), group[from] != group[to]);
        }
    show_close(&show);
}

static void who_stands_in_no_group_reaches_all_and_a_client_may_stand_in_one(void **state)
{
    (void)state;
    struct show show;
    char line[100];
    show_open(&show, standard);
    const char *client = app_picture(show.app)->clients[0];
    snprintf(line, sizeof line, "%s | n1", client);
    press(&show, "partition in groups");
    answer_question(&show, line);
    assert_false(show.app->is_message_refusal);
    assert_int_equal(app_picture(show.app)->cut_count, 2);
    assert_true(net_is_cut(&show.world, CLIENT_ADDRESS_BASE, 0));
    assert_true(net_is_cut(&show.world, 0, CLIENT_ADDRESS_BASE));
    assert_false(net_is_cut(&show.world, CLIENT_ADDRESS_BASE, 1));
    show_close(&show);
}

static void groups_that_make_no_sense_are_asked_for_again(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *wrong;
    } cases[] = {
        {"n1 n2", "expected two groups or more, with a | between them"},
        {"", "a group is empty: expected names on both sides of each |"},
        {"n1 | | n2", "a group is empty: expected names on both sides of each |"},
        {"n1 | n2 n33", "there is no node or client \"n33\" here; did you mean \"n3\"?"},
        {"n1 n2 | n3 n1", "n1 stands in two groups"},
        {"n1 n1 | n3", "n1 stands in a group twice"},
    };
    struct show show;
    show_open(&show, standard);
    press(&show, "partition in groups");
    for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        answer_question(&show, cases[i].typed);
        expect_asked_again(&show, cases[i].typed, cases[i].wrong);
    }
    assert_int_equal(stage_branch_count(show.app->stage), 1);
    char *text = dump_of(&show, 1280, 720);
    assert_non_null(strstr(text, "n1 stands in a group twice"));
    free(text);
    answer_question(&show, "n1 | n2");
    assert_true(is_cut(&show, 0, 1));
    press(&show, "partition in groups"); /* and the next question knows nothing of the last */
    assert_string_equal(show.app->wrong, "");
    show_close(&show);
}

static void a_one_way_cut_goes_to_the_node_of_choice(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    show.app->pick = (struct pick){PICK_ACTOR, 1};
    press(&show, "one-way cut");
    assert_string_equal(show.app->typed, "n3");
    answer_question(&show, "n2");
    expect_asked_again(&show, "n2", "expected another node than n2");
    answer_question(&show, "n9");
    expect_asked_again(&show, "n9", "there is no node \"n9\" here; did you mean \"n1\"?");
    answer_question(&show, "n5");
    assert_true(is_cut(&show, 1, 4));
    assert_int_equal(app_picture(show.app)->cut_count, 1);
    show_close(&show);
}

/* --- nodes --- */

static int64_t offset_of(struct show *show, uint32_t node)
{
    return app_picture(show->app)->nodes[node].clock_offset_ns;
}

static void a_clock_jumps_or_drifts_by_what_was_typed(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    app_seek_time(show.app, SECOND);
    show.app->pick = (struct pick){PICK_ACTOR, 1};
    int64_t before = offset_of(&show, 1);
    press(&show, "change clock");
    answer_question(&show, "-200ms");
    assert_int_equal(offset_of(&show, 1), before - 200 * (int64_t)MILLISECOND);
    press(&show, "change clock");
    before = offset_of(&show, 1);
    vtime then = stage_now(show.app->stage);
    answer_question(&show, "drift +100000ppm");
    app_seek_time(show.app, 2 * SECOND);
    int64_t gained = offset_of(&show, 1) - before;
    int64_t tenth = (int64_t)(stage_now(show.app->stage) - then) / 10;
    assert_in_range(gained, tenth - 1000, tenth + 1000); /* its clock shows whole microseconds */
    press(&show, "change clock");
    answer_question(&show, "-60%");
    expect_asked_again(&show, "-60%", "a clock drifts by at most 50%");
    answer_question(&show, "241h");
    expect_asked_again(&show, "241h", "a clock jumps by at most 240h");
    answer_question(&show, "5");
    assert_int_equal(show.app->mode, MODE_ASK);
    answer_question(&show, "-10ppb");
    assert_int_equal(show.app->mode, MODE_PLAIN);
    if (!strstr(show.app->message, "n2 has clocks that drift by -0.01 ppm"))
        fail_msg("%s", show.app->message);
    show_close(&show);
}

static void a_node_is_slowed_by_the_factor_that_was_typed(void **state)
{
    (void)state;
    static const char *const wrong[] = {"", "0", "10001", "fast", "-3", "2.5"};
    struct show show;
    show_open(&show, standard);
    show.app->pick = (struct pick){PICK_ACTOR, 1};
    press(&show, "slow");
    for (uint32_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        answer_question(&show, wrong[i]);
        expect_asked_again(&show, wrong[i],
                           "expected a whole number from 1 to 10000, such as 10");
    }
    answer_question(&show, "25x");
    assert_int_equal(show.world.state->machines[1].slow_factor, 25);
    show_close(&show);
}

static const struct tape_record *last_forced(struct show *show)
{
    const struct stage *stage = show->app->stage;
    const struct tape_record *last = stage_record(stage, stage_records(stage));
    while (last && strcmp(stage_kind_name(last), "timer_forced") != 0)
        last = stage_record(stage, last->number - 1);
    assert_non_null(last);
    return last;
}

static void a_timer_of_choice_fires_now(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    app_seek_time(show.app, SECOND);
    show.app->pick = (struct pick){PICK_ACTOR, 1};
    press_and_take(&show, "fire timer");
    assert_non_null(strstr(show.app->message, "n2's "));
    assert_non_null(strstr(show.app->message, " timer fired "));
    assert_int_equal(last_forced(&show)->actor, 1);
    press(&show, "crash");
    press(&show, "fire timer");
    expect_refused(&show, "this node is down: it has no timers");
    show_close(&show);
}

/* A coordinator that waits has two kinds: which one is asked. */
static void of_several_kinds_of_timer_one_is_asked_for(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    const struct picture_timer *timer = NULL;
    app_seek_time(show.app, SECOND);
    while (!timer) {
        assert_true(stage_forward(show.app->stage));
        app_moved(show.app);
        const struct picture *picture = app_picture(show.app);
        for (uint32_t i = 0; i < picture->timer_count && !timer; i++)
            if (picture->timers[i].kind == PICTURE_TIMER_OPERATION)
                timer = &picture->timers[i];
    }
    uint64_t about = timer->about;
    show.app->pick = (struct pick){PICK_ACTOR, timer->owner};
    press(&show, "fire timer");
    answer_question(&show, "heartbeet");
    expect_asked_again(&show, "heartbeet",
                       "it has set no timer \"heartbeet\"; did you mean \"heartbeat\"?");
    answer_question(&show, "operation");
    assert_int_equal(show.app->mode, MODE_PLAIN);
    assert_int_equal(last_forced(&show)->about, about);
    show_close(&show);
}

/* --- clients --- */

static void a_client_puts_the_value_of_choice_and_deletes_it(void **state)
{
    (void)state;
    struct show show;
    char name[PICTURE_NAME_MAX];
    show_open(&show, "scenarios/first-steps.json");
    press(&show, "go to end");
    stage_seek(show.app->stage, stage_step(show.app->stage) / 2);
    app_moved(show.app);
    assert_true(app_picture(show.app)->key_count > 0);
    show.app->pick = (struct pick){PICK_KEY, 0};
    snprintf(name, sizeof name, "%s", app_picture(show.app)->keys[0].name);
    press(&show, "put");
    assert_string_equal(show.app->typed, "by-hand-1");
    answer_question(&show, "my own \"value\"");
    assert_false(show.app->is_message_refusal);
    const char *found = NULL;
    for (int i = 0; i < 200 && !found; i++) {
        press(&show, "step");
        const struct picture_key *key = &app_picture(show.app)->keys[0];
        for (uint32_t k = 0; k < key->replica_count; k++)
            if (strcmp(key->replicas[k].value, "my own \"value\"") == 0)
                found = key->replicas[k].value;
    }
    assert_non_null(found);
    press(&show, "delete");
    bool is_deleted = false;
    for (int i = 0; i < 200 && !is_deleted; i++) {
        press(&show, "step");
        is_deleted = app_picture(show.app)->keys[0].replicas[0].is_tombstone;
    }
    assert_true(is_deleted);
    show_close(&show);
}

/* A picture has 63 characters of a name, a key up to 64 bytes. */
static void the_longest_key_is_asked_for_whole(void **state)
{
    (void)state;
    static const char key[] = "0123456789012345678901234567890123456789012345678901234567890123";
    char text[600];
    const char *why;
    struct json_error error = {0};
    struct show show = {0};
    snprintf(text, sizeof text,
             "{\"name\": \"long\", \"duration\": \"2s\", \"clients\": [{\"name\": \"ann\", "
             "\"script\": [{\"at\": \"100ms\", \"put\": \"%s\", \"value\": \"x\"}]}]}", key);
    show.scenario = scenario_from_text("long", text, strlen(text), &error);
    assert_non_null(show.scenario);
    assert_true(world_open(&show.world, WORLD_RESERVE_BYTES, NULL, &why));
    show.app = app_open(&show.world, show.scenario, 1, &why);
    app_seek_time(show.app, SECOND);
    show.app->pick = (struct pick){PICK_KEY, 0};
    press(&show, "get");
    app_seek_time(show.app, 2 * SECOND);
    assert_int_equal(app_picture(show.app)->key_count, 1); /* and no other key by its beginning */
    assert_int_equal(app_picture(show.app)->operations[1], 2);
    show_close(&show);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_held_message_stands_still_until_it_is_released),
        cmocka_unit_test(a_copy_is_a_message_of_its_own),
        cmocka_unit_test(a_message_can_be_told_when_to_arrive),
        cmocka_unit_test(a_message_is_damaged_once),
        cmocka_unit_test(without_a_message_the_commands_say_what_to_select),
        cmocka_unit_test(any_groups_can_be_cut_off_from_each_other),
        cmocka_unit_test(who_stands_in_no_group_reaches_all_and_a_client_may_stand_in_one),
        cmocka_unit_test(groups_that_make_no_sense_are_asked_for_again),
        cmocka_unit_test(a_one_way_cut_goes_to_the_node_of_choice),
        cmocka_unit_test(a_clock_jumps_or_drifts_by_what_was_typed),
        cmocka_unit_test(a_node_is_slowed_by_the_factor_that_was_typed),
        cmocka_unit_test(a_timer_of_choice_fires_now),
        cmocka_unit_test(of_several_kinds_of_timer_one_is_asked_for),
        cmocka_unit_test(a_client_puts_the_value_of_choice_and_deletes_it),
        cmocka_unit_test(the_longest_key_is_asked_for_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

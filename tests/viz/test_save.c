/*
 * test_save.c: a session that was saved is the same run again: whatever was done, at whatever
 * step, the saved scenario runs headless to the digest that the window had at its end.
 */
#include "viz/show.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "db/env.h"
#include "db/timers.h"
#include "scenario/save.h"
#include "sim/world/clock.h"

static const char standard[] = "scenarios/standard.json";

/* The digest of a headless run of what would be saved now. */
static struct digest digest_of_saved(struct show *show)
{
    struct json_error error = {0};
    struct world world = {0};
    const char *why;
    uint32_t count;
    const struct intervention *list = stage_interventions(show->app->stage, &count);
    char *text = scenario_save_text(show->scenario, show->scenario->seed, list, count, &error);
    assert_non_null(text);
    struct scenario *saved = scenario_from_text("saved", text, strlen(text), &error);
    if (!saved)
        fail_msg("%s in %s", error.text, text);
    assert_int_equal(saved->intervention_count, count);
    assert_non_null(strstr(saved->name, "-session"));
    assert_null(strstr(text, "$schema")); /* a path from elsewhere would mislead an editor */
    assert_true(world_open(&world, WORLD_RESERVE_BYTES, NULL, &why));
    world_begin(&world, saved, saved->seed, NULL, 0);
    while (world_step(&world))
        continue;
    struct digest digest = world.state->digest;
    world_close(&world);
    scenario_free(saved);
    free(text);
    return digest;
}

static void expect_same_run(struct show *show)
{
    stage_seek(show->app->stage, UINT64_MAX);
    struct digest there = show->world.state->digest;
    assert_true(digest_equal(there, digest_of_saved(show)));
}

static void do_at(struct show *show, vtime time, struct action action)
{
    app_seek_time(show->app, time);
    stage_do(show->app->stage, &action);
}

static const uint32_t members[] = {0, 1, 2, CLIENT_ADDRESS_BASE};
static const uint32_t group_of[] = {0, 1, 1, 0};
static const struct partition_groups groups = {2, 4, members, group_of};
static const struct link_config slow_link = {.latency = {.kind = DISTRIBUTION_CONSTANT,
                                                         .constant = {50 * MILLISECOND}},
                                             .loss_ppb = 12345678,
                                             .bandwidth = 1 << 20};
static const struct operation_plan put = {.label = "",
                                          .kind = 1,
                                          .level = 3,
                                          .via = ANY_NODE,
                                          .key = "k\"1",
                                          .value = {(const uint8_t *)"v\\w", 3},
                                          .timeout_ns = SECOND,
                                          .after = -1};

static const struct action actions[] = {
    {.kind = ACTION_CRASH, .target = 1, .mode = CRASH_TEAR, .amount = 2, .cut_bytes = 100},
    {.kind = ACTION_CRASH, .target = 1, .mode = CRASH_RANDOM},
    {.kind = ACTION_PAUSE, .target = 0},
    {.kind = ACTION_PARTITION, .groups = &groups},
    {.kind = ACTION_CUT, .target = 0, .other = 2},
    {.kind = ACTION_HEAL, .mode = HEAL_LINK, .target = 2, .other = CLIENT_ADDRESS_BASE},
    {.kind = ACTION_LINK, .target = 0, .other = ALL_MEMBERS, .link = &slow_link},
    {.kind = ACTION_SLOW, .target = ALL_MEMBERS, .amount = 7},
    {.kind = ACTION_CLOCK_JUMP, .target = 2, .amount = -1234567891},
    {.kind = ACTION_CLOCK_DRIFT, .target = 2, .amount = 123457},
    {.kind = ACTION_DISK_FULL, .target = 1, .amount = 1000},
    {.kind = ACTION_DISK_CORRUPT, .target = 1, .file_kind = FILE_LOG, .amount = 70},
    {.kind = ACTION_DROP, .identity = 0xfedcba9876543210u},
    {.kind = ACTION_OPERATION, .target = 0, .operation = &put},
    {.kind = ACTION_STOP_CLIENTS, .target = ALL_MEMBERS},
};

static void each_action_alone_is_saved_exactly(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    for (uint32_t i = 0; i < ARRAY_LEN(actions); i++) {
        if (stage_branch_now(show.app->stage) != 0)
            stage_select_branch(show.app->stage, 0);
        do_at(&show, SECOND + i * 77 * MILLISECOND, actions[i]);
        expect_same_run(&show);
    }
    show_close(&show);
}

static void one_after_the_other_and_their_cures_are_saved_exactly(void **state)
{
    (void)state;
    static const uint32_t cures[] = {ACTION_RESTART, ACTION_RESUME, ACTION_DISK_FREE};
    struct show show;
    show_open(&show, standard);
    for (uint32_t i = 0; i < ARRAY_LEN(actions); i++)
        do_at(&show, SECOND + i * 77 * MILLISECOND, actions[i]);
    for (uint32_t i = 0; i < ARRAY_LEN(cures); i++)
        for (uint32_t node = 0; node < 3; node++)
            do_at(&show, 3 * SECOND + i, (struct action){.kind = cures[i], .target = node});
    do_at(&show, 4 * SECOND, (struct action){.kind = ACTION_HEAL});
    do_at(&show, 4 * SECOND, (struct action){.kind = ACTION_START_CLIENTS, .target = ALL_MEMBERS});
    expect_same_run(&show);
    show_close(&show);
}

/* --- members: a spare and a dead node are needed --------------------------------------------- */

static const struct action changes[] = {
    {.kind = ACTION_JOIN, .target = 6},
    {.kind = ACTION_LEAVE, .target = 0},
    {.kind = ACTION_REMOVE, .target = 1, .other = ANY_NODE},
    {.kind = ACTION_REMOVE, .target = 1, .other = 3},
    {.kind = ACTION_REPLACE, .target = 6, .other = 1},
};

static void each_change_of_members_is_saved_exactly(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, "scenarios/members.json");
    for (uint32_t i = 0; i < ARRAY_LEN(changes); i++) {
        if (stage_branch_now(show.app->stage) != 0)
            stage_select_branch(show.app->stage, 0);
        do_at(&show, 7 * SECOND, changes[i]);
        app_seek_time(show.app, 7900 * MILLISECOND);
        assert_true(show.world.state->topology.version > 4);
        expect_same_run(&show);
    }
    show_close(&show);
}

/* --- messages and timers: what is named by what is in flight then ----------------------------- */

/* On from that time until a message between two nodes is in flight that is no heartbeat. */
static struct picture_message find_message(struct show *show, vtime time)
{
    app_seek_time(show->app, time);
    for (;;) {
        const struct picture *picture = app_picture(show->app);
        for (uint32_t i = 0; i < picture->message_count; i++) {
            const struct picture_message *message = &picture->messages[i];
            if (message->letter != 'H' && !message->is_held && message->from < 5 &&
                message->to < 5)
                return *message;
        }
        assert_true(stage_forward(show->app->stage));
        app_moved(show->app);
    }
}

static const struct action deeds[] = {
    {.kind = ACTION_HOLD},
    {.kind = ACTION_HOLD, .copy = 1},
    {.kind = ACTION_DUPLICATE},
    {.kind = ACTION_POSTPONE, .mode = POSTPONE_BY, .amount = 12345678},
    {.kind = ACTION_POSTPONE, .mode = POSTPONE_UNTIL, .amount = 55 * (int64_t)SECOND},
    {.kind = ACTION_CORRUPT, .amount = LAST_BYTE},
    {.kind = ACTION_CORRUPT, .amount = 7, .copy = 1},
    {.kind = ACTION_DROP, .copy = 1},
};

static void do_to_message(struct show *show, vtime time, struct action action)
{
    action.identity = find_message(show, time).identity;
    stage_do(show->app->stage, &action);
    app_moved(show->app);
}

static void fire_timer_at(struct show *show, vtime time, uint32_t timer, bool is_named)
{
    struct action action = {.kind = ACTION_FIRE_TIMER, .mode = timer};
    app_seek_time(show->app, time);
    const struct picture_timer *due = &app_picture(show->app)->timers[0];
    while (due->owner >= 5)
        due++;
    action.target = due->owner;
    if (is_named)
        action.identity = due->about;
    stage_do(show->app->stage, &action);
    app_moved(show->app);
}

static void each_deed_to_a_message_is_saved_exactly(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    for (uint32_t i = 0; i < ARRAY_LEN(deeds); i++) {
        if (stage_branch_now(show.app->stage) != 0)
            stage_select_branch(show.app->stage, 0);
        do_to_message(&show, SECOND + i * 77 * MILLISECOND, deeds[i]);
        expect_same_run(&show);
    }
    stage_select_branch(show.app->stage, 0);
    fire_timer_at(&show, 2 * SECOND, ANY_TIMER, true);
    expect_same_run(&show);
    stage_select_branch(show.app->stage, 0);
    fire_timer_at(&show, 3 * SECOND, TIMER_HEARTBEAT, false);
    expect_same_run(&show);
    show_close(&show);
}

/* Held ones among others, and let go by another session; a hold that waits for its sending. */
static void deeds_in_a_row_are_saved_exactly(void **state)
{
    (void)state;
    struct show show;
    uint64_t held[3];
    show_open(&show, standard);
    for (uint32_t i = 0; i < ARRAY_LEN(held); i++) {
        vtime time = SECOND + i * 100 * MILLISECOND;
        held[i] = find_message(&show, time).identity;
        do_to_message(&show, time, (struct action){.kind = ACTION_HOLD});
    }
    for (uint32_t i = 0; i < ARRAY_LEN(deeds); i++)
        do_to_message(&show, 2 * SECOND + i * 77 * MILLISECOND, deeds[i]);
    do_at(&show, 4 * SECOND, (struct action){.kind = ACTION_HOLD, .identity = 42});
    do_at(&show, 4 * SECOND, (struct action){.kind = ACTION_DUPLICATE, .identity = held[2]});
    do_at(&show, 4 * SECOND,
          (struct action){.kind = ACTION_HOLD, .identity = held[2], .copy = 3});
    do_at(&show, 4 * SECOND, (struct action){.kind = ACTION_RELEASE, .identity = held[1]});
    do_at(&show, 5 * SECOND, (struct action){.kind = ACTION_RELEASE, .identity = held[0]});
    fire_timer_at(&show, 6 * SECOND, ANY_TIMER, true);
    expect_same_run(&show);
    show_close(&show);
}

/* The bending commands of the table, by their keys, one after the other. */

static void press_each(struct show *show, const char *const *commands, uint32_t count,
                       struct pick pick)
{
    uint32_t before = stage_branch_count(show->app->stage);
    for (uint32_t i = 0; i < count; i++) {
        show->app->pick = pick;
        press_and_take(show, commands[i]);
        if (show->app->is_message_refusal)
            fail_msg("%s: %s", commands[i], show->app->message);
        assert_int_equal(stage_branch_count(show->app->stage), before + i + 1);
        press(show, "step");
        press(show, "step");
    }
}

static void what_the_keys_do_is_saved_exactly(void **state)
{
    (void)state;
    static const char *const of_node[] = {
        "slow links", "lossy links", "one-way cut", "drift", "change clock", "slow", "full speed",
        "jump clock", "jump clock back", "partition", "heal", "partition in groups", "heal",
        "fire timer", "bit rot", "torn crash", "restart", "kill process", "restart", "crash",
        "restart", "pause node", "pause node", "fill disk", "free disk", "stop clients",
        "start clients"};
    static const char *const of_key[] = {"put", "get", "delete"};
    struct show show;
    show_open(&show, standard);
    app_seek_time(show.app, SECOND);
    press_each(&show, of_node, ARRAY_LEN(of_node), (struct pick){PICK_ACTOR, 1});
    press_each(&show, of_key, ARRAY_LEN(of_key), (struct pick){PICK_KEY, 0});
    expect_same_run(&show);
    show_close(&show);
}

/* Each on a message that is in flight then; released, doubled and damaged while it is held. */
static void what_the_keys_do_to_messages_is_saved_exactly(void **state)
{
    (void)state;
    static const char *const one[] = {"hold", "duplicate", "postpone", "corrupt", "release"};
    static const char *const other[] = {"postpone", "duplicate", "drop"};
    struct show show;
    show_open(&show, standard);
    struct picture_message message = find_message(&show, SECOND);
    press_each(&show, one, ARRAY_LEN(one), (struct pick){PICK_RECORD, message.record});
    message = find_message(&show, 2 * SECOND);
    show.app->pick = (struct pick){PICK_RECORD, message.record};
    for (uint32_t i = 0; i < ARRAY_LEN(other); i++)
        press_and_take(&show, other[i]);
    assert_false(show.app->is_message_refusal);
    assert_int_equal(stage_branch_now(show.app->stage), ARRAY_LEN(one) + ARRAY_LEN(other));
    expect_same_run(&show);
    show_close(&show);
}

static void what_was_done_changes_the_run(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    stage_seek(show.app->stage, UINT64_MAX);
    struct digest before = show.world.state->digest;
    expect_same_run(&show);
    do_at(&show, SECOND, actions[0]);
    stage_seek(show.app->stage, UINT64_MAX);
    assert_false(digest_equal(before, show.world.state->digest));
    show_close(&show);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_action_alone_is_saved_exactly),
        cmocka_unit_test(each_change_of_members_is_saved_exactly),
        cmocka_unit_test(one_after_the_other_and_their_cures_are_saved_exactly),
        cmocka_unit_test(each_deed_to_a_message_is_saved_exactly),
        cmocka_unit_test(deeds_in_a_row_are_saved_exactly),
        cmocka_unit_test(what_the_keys_do_is_saved_exactly),
        cmocka_unit_test(what_the_keys_do_to_messages_is_saved_exactly),
        cmocka_unit_test(what_was_done_changes_the_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

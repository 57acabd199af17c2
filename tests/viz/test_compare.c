/*
 * test_compare.c: two branches side by side: what differs is found, what is the same is not
 * taken for different although all numbers have shifted, and looking changes nothing.
 */
#include "viz/show.h"

#include <stdlib.h>
#include <string.h>

static const char first_steps[] = "scenarios/first-steps.json";

static void open_two_branches(struct show *show)
{
    show_open(show, first_steps);
    app_seek_time(show->app, SECOND);
    press(show, "select next");
    press(show, "crash");
}

static void the_crash_is_the_first_difference_and_its_consequences_follow(void **state)
{
    (void)state;
    struct show show;
    open_two_branches(&show);
    press(&show, "compare");
    const struct comparison *c = &show.app->comparison;
    assert_int_equal(c->left, 0);
    assert_int_equal(c->right, 1);
    assert_int_equal(c->parting_step, 76);
    assert_int_equal(c->shared, 10);
    assert_int_equal(c->only[0], 11); /* the heartbeats of a life that is over */
    assert_int_equal(c->only[1], 3);  /* the crash, and two heartbeats lost */
    assert_int_equal(c->rows[c->first].side, COMPARE_RIGHT);
    assert_string_equal(stage_kind_name(&c->rows[c->first].record), "crash");
    assert_int_equal(c->rows[c->first + 1].side, COMPARE_LEFT);
    assert_false(c->is_cut_short);
    show_close(&show);
}

static void looking_changes_nothing(void **state)
{
    (void)state;
    struct show show;
    open_two_branches(&show);
    press(&show, "step");
    uint64_t step = stage_step(show.app->stage);
    struct digest before = stage_digest(show.app->stage);
    press(&show, "compare");
    app_key(show.app, KEY_ESCAPE, 0);
    assert_int_equal(show.app->mode, MODE_PLAIN);
    assert_int_equal(stage_branch_now(show.app->stage), 1);
    assert_int_equal(stage_step(show.app->stage), step);
    assert_true(digest_equal(before, stage_digest(show.app->stage)));
    show_close(&show);
}

static void enter_goes_to_the_moment_in_its_own_branch(void **state)
{
    (void)state;
    struct show show;
    open_two_branches(&show);
    press(&show, "compare");
    app_key(show.app, KEY_DOWN, 0);
    app_key(show.app, KEY_ENTER, 0);
    assert_int_equal(stage_branch_now(show.app->stage), 0);
    assert_int_equal(stage_step(show.app->stage), 77);
    assert_int_equal(show.app->pick.kind, PICK_RECORD);
    show_close(&show);
}

static void a_branch_that_changes_nothing_differs_by_its_action_alone(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, first_steps);
    app_seek_time(show.app, SECOND);
    press(&show, "select next");
    press(&show, "full speed");
    press(&show, "compare");
    assert_int_equal(show.app->comparison.only[0], 0);
    assert_int_equal(show.app->comparison.only[1], 1);
    show_close(&show);
}

static void it_is_refused_while_there_is_one_branch(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, first_steps);
    app_key(show.app, '|', 0);
    assert_int_equal(show.app->mode, MODE_PLAIN);
    assert_true(show.app->is_message_refusal);
    show_close(&show);
}

/* alice deletes colour at 30 ms, writes before: without n2 and n3 she gets no answer. */
static void what_ended_otherwise_is_told_with_both_ends(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, first_steps);
    app_seek_time(show.app, 5 * MILLISECOND);
    press(&show, "select next");
    press(&show, "select next");
    press(&show, "crash");
    press(&show, "select next");
    press(&show, "crash");
    press(&show, "compare");
    const struct comparison *c = &show.app->comparison;
    assert_int_equal(c->right, 2);
    assert_int_equal(c->outcome_total, c->outcome_count);
    assert_true(c->outcome_count > 0);
    for (uint32_t i = 0; i < c->outcome_count; i++)
        for (uint32_t side = 0; side < 2; side++)
            if (c->outcomes[i].is_there[side])
                assert_null(strstr(c->outcomes[i].sentence[side], "nobody wrote"));
    show_close(&show);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_crash_is_the_first_difference_and_its_consequences_follow),
        cmocka_unit_test(looking_changes_nothing),
        cmocka_unit_test(enter_goes_to_the_moment_in_its_own_branch),
        cmocka_unit_test(a_branch_that_changes_nothing_differs_by_its_action_alone),
        cmocka_unit_test(what_ended_otherwise_is_told_with_both_ends),
        cmocka_unit_test(it_is_refused_while_there_is_one_branch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

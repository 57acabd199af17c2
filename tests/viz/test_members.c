/*
 * test_members.c: members in the window: what each command does, and what it says when it is not
 * possible now.
 *
 * scenarios/members.json: n1 to n5 are members, n6 joins at 2 s, n2 dies at 6 s and n7 takes its
 * place at 8 s, n1 leaves at 12 s.
 */
#include "viz/show.h"

static const char members_file[] = "scenarios/members.json";

enum { N1, N2, N3, N4, N5, N6, N7 };

static void open_at(struct show *show, vtime time, uint32_t node)
{
    show_open(show, members_file);
    app_seek_time(show->app, time);
    show->app->pick = (struct pick){PICK_ACTOR, node};
}

static uint8_t kind_of(struct show *show, uint32_t node)
{
    return app_picture(show->app)->members.nodes[node].kind;
}

/* After half a second more, when the members have agreed. */
static void expect_kind_soon(struct show *show, uint32_t node, uint8_t kind)
{
    app_seek_time(show->app, stage_now(show->app->stage) + 400 * MILLISECOND);
    assert_int_equal(kind_of(show, node), kind);
}

static void a_spare_joins_where_it_is_told_to(void **state)
{
    (void)state;
    struct show show;
    open_at(&show, 7 * SECOND, N7);
    assert_int_equal(kind_of(&show, N7), MEMBER_KIND_SPARE);
    press(&show, "join");
    assert_string_equal(show.app->message,
                        "branch 1: n7 is told to join: the members agree, and then data moves to "
                        "it; Ctrl+Z takes it back, B shows the other branches");
    expect_kind_soon(&show, N7, MEMBER_KIND_JOINING);
    show_close(&show);
}

static void a_member_leaves_or_is_removed(void **state)
{
    (void)state;
    struct show show;
    open_at(&show, 7 * SECOND, N4);
    press(&show, "leave");
    expect_kind_soon(&show, N4, MEMBER_KIND_LEAVING);
    press(&show, "undo");
    show.app->pick = (struct pick){PICK_ACTOR, N2};
    press(&show, "remove");
    expect_kind_soon(&show, N2, MEMBER_KIND_REMOVED);
    show_close(&show);
}

/* The dead member is selected and the spare asked for, or the other way round. */
static void a_spare_takes_the_place_of_a_dead_member(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 2; i++) {
        struct show show;
        open_at(&show, 7 * SECOND, i == 0 ? N2 : N7);
        press(&show, "replace");
        assert_int_equal(show.app->mode, MODE_ASK);
        assert_string_equal(show.app->typed, i == 0 ? "n7" : "n2");
        answer_question(&show, NULL);
        assert_string_equal(stage_branch_at(show.app->stage, 1).text, "replace n2 by n7");
        expect_kind_soon(&show, N7, MEMBER_KIND_REPLACING);
        assert_int_equal(kind_of(&show, N2), MEMBER_KIND_REPLACED);
        show_close(&show);
    }
}

static void a_wrong_answer_is_asked_again(void **state)
{
    (void)state;
    static const struct {
        const char *answer, *wrong;
    } cases[] = {
        {"n77", "there is no node \"n77\" here; did you mean \"n7\"?"},
        {"n4", "n4 is no spare: expected a spare"},
    };
    struct show show;
    open_at(&show, 7 * SECOND, N2);
    press(&show, "replace");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        answer_question(&show, cases[i].answer);
        assert_int_equal(show.app->mode, MODE_ASK);
        assert_string_equal(show.app->wrong, cases[i].wrong);
    }
    show_close(&show);
}

static void what_is_not_possible_now_says_why(void **state)
{
    (void)state;
    static const struct {
        vtime time;
        uint32_t node;
        const char *command, *why;
    } cases[] = {
        {SECOND, N1, "join", "n1 is a member already"},
        {SECOND, N6, "leave", "n6 is no member: it is a spare, and Shift+I lets it join"},
        {SECOND, N6, "remove", "n6 is no member: it is a spare, and Shift+I lets it join"},
        {2400 * MILLISECOND, N7, "join",
         "n6 joins just now (topology 2): one change at a time"},
        {2400 * MILLISECOND, N1, "leave",
         "n6 joins just now (topology 2): one change at a time"},
        {7 * SECOND, N2, "leave", "n2 is down and cannot hand its data on: Shift+X removes it"},
        {11 * SECOND, N2, "join",
         "n2 has left for good: it never is a member again under this name"},
        {11 * SECOND, N4, "replace", "no spare node runs that could take n4's place"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct show show;
        open_at(&show, cases[i].time, cases[i].node);
        press(&show, cases[i].command);
        assert_string_equal(show.app->message, cases[i].why);
        assert_true(show.app->is_message_refusal);
        assert_int_equal(stage_branch_count(show.app->stage), 1);
        show_close(&show);
    }
}

/* Three members and three copies of each key. */
static void nobody_goes_when_too_few_would_stay(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, "scenarios/quorum-crash.json");
    app_seek_time(show.app, SECOND);
    show.app->pick = (struct pick){PICK_ACTOR, N1};
    press(&show, "leave");
    assert_string_equal(show.app->message, "too few would stay: there are 3 members, and each key "
                                           "has 3 copies");
    show_close(&show);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_spare_joins_where_it_is_told_to),
        cmocka_unit_test(a_member_leaves_or_is_removed),
        cmocka_unit_test(a_spare_takes_the_place_of_a_dead_member),
        cmocka_unit_test(a_wrong_answer_is_asked_again),
        cmocka_unit_test(what_is_not_possible_now_says_why),
        cmocka_unit_test(nobody_goes_when_too_few_would_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_open.c: what comes into an open window: another scenario, a trace, a share line that was
 * copied, a file that is none of these. What was open stays when the new thing cannot be opened.
 */
#include "cli/desk.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/hunt/capsule_file.h"

static const char demo[] = "scenarios/demo.json";

static void expect_said(const struct desk *desk, bool is_refusal, const char *words)
{
    const struct app *app = desk->play.app;
    if (app->is_message_refusal != is_refusal || !strstr(app->message, words))
        fail_msg("%s: %s", app->is_message_refusal ? "refused" : "said", app->message);
}

static const char *scenario_of(struct desk *desk)
{
    return app_picture(desk->play.app)->scenario;
}

static void a_file_that_is_no_scenario_leaves_everything_as_it_is(void **state)
{
    static const char *const files[] = {"README.md", "/nonexistent", ".", "Makefile",
                                        "tests/scenario/bad/json-array.json", "/dev/null"};
    struct desk desk;
    (void)state;
    desk_open(&desk, demo);
    app_seek_time(desk.play.app, SECOND);
    desk_press(&desk, "select next");
    desk_press(&desk, "crash");
    struct stage *stage = desk_stage(&desk);
    struct digest before = stage_digest(stage);
    for (uint32_t i = 0; i < ARRAY_LEN(files); i++) {
        app_open_file(desk.play.app, files[i]);
        assert_true(desk.play.app->is_message_refusal);
        if (!strstr(desk.play.app->message, "expected") &&
            !strstr(desk.play.app->message, "no file"))
            fail_msg("%s", desk.play.app->message);
        assert_ptr_equal(desk_stage(&desk), stage);
        assert_true(digest_equal(before, stage_digest(stage)));
        assert_int_equal(stage_branch_count(stage), 2);
    }
    desk_close(&desk);
}

static void another_scenario_is_opened_at_its_beginning_and_the_look_stays(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, demo);
    desk_press(&desk, "theme");
    desk_press(&desk, "select next");
    desk_press(&desk, "bookmark");
    app_seek_time(desk.play.app, SECOND);
    app_open_file(desk.play.app, "scenarios/torn-log.json");
    expect_said(&desk, false, "opened scenarios/torn-log.json");
    assert_string_equal(scenario_of(&desk), "torn-log");
    assert_int_equal(stage_step(desk_stage(&desk)), 0);
    assert_int_equal(desk.play.app->theme, 1);
    assert_int_equal(desk.play.app->pick.kind, PICK_NONE);
    assert_int_equal(desk.play.app->bookmark_count, 0);
    desk_press(&desk, "step");
    desk_press(&desk, "go to end");
    desk_close(&desk);
}

static void a_scenario_that_came_with_the_program_is_opened_by_its_name(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, demo);
    app_open_file(desk.play.app, "standard");
    assert_string_equal(scenario_of(&desk), "standard");
    app_open_file(desk.play.app, "standrad");
    expect_said(&desk, true, "did you mean \"standard\"?");
    assert_string_equal(scenario_of(&desk), "standard");
    desk_close(&desk);
}

static void a_trace_is_opened_as_the_run_that_it_is_of(void **state)
{
    char path[] = "/tmp/ringside-trace-XXXXXX";
    struct json_error error = {0};
    struct desk desk;
    struct run run;
    (void)state;
    struct scenario *scenario = scenario_load("scenarios/torn-log.json", NULL, 0, &error);
    assert_true(run_open(&run, scenario, UINT64_C(12345678901234567890), NULL));
    FILE *file = fdopen(mkstemp(path), "w");
    trace_header_json(&run, file);
    fclose(file);
    run_close(&run);
    scenario_free(scenario);
    desk_open(&desk, demo);
    app_open_file(desk.play.app, path);
    assert_string_equal(scenario_of(&desk), "torn-log");
    assert_true(app_picture(desk.play.app)->seed == UINT64_C(12345678901234567890));
    app_open_file(desk.play.app, path); /* again, and a damaged one */
    file = fopen(path, "w");
    fputs("{\"ringside_trace\": 1, \"scenario\": 5}\n", file);
    fclose(file);
    app_open_file(desk.play.app, path);
    assert_true(desk.play.app->is_message_refusal);
    assert_string_equal(scenario_of(&desk), "torn-log");
    unlink(path);
    desk_close(&desk);
}

static void a_capsule_is_opened_where_its_check_fails(void **state)
{
    static const char *const override = "safeguards.newer-wins=false";
    static struct capsule capsule;
    char path[] = "/tmp/ringside-capsule-XXXXXX";
    struct trial_bench bench;
    struct json_error error = {0};
    const char *why;
    struct desk desk;
    (void)state;
    assert_int_equal(close(mkstemp(path)), 0);
    assert_true(trial_bench_open(&bench, &why));
    struct scenario *scenario = scenario_load(demo, &override, 1, &error);
    assert_true(capsule_write(&bench, scenario, 100, NULL, "a command", path, &capsule));
    trial_bench_close(&bench);
    scenario_free(scenario);
    desk_open(&desk, demo);
    app_open_file(desk.play.app, path);
    expect_said(&desk, false, ", where its check fails");
    assert_int_equal(stage_now(desk_stage(&desk)), capsule.found_at);
    assert_int_equal(desk.play.app->inspector_page, PAGE_CHECKS);
    const struct stage_verdict *verdicts = stage_verdicts(desk_stage(&desk));
    assert_string_equal(verdicts[desk.play.app->pick.id].text, capsule.sentence);
    assert_true(stage_run_digest(desk_stage(&desk)).low != capsule.digest.low);
    stage_seek(desk_stage(&desk), UINT64_MAX);
    assert_true(digest_equal(stage_run_digest(desk_stage(&desk)), capsule.digest));
    unlink(path);
    desk_close(&desk);
}

static void a_copied_line_brings_one_back_to_its_moment(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, demo);
    app_seek_time(desk.play.app, SECOND);
    desk_press(&desk, "select next");
    desk_press(&desk, "crash");
    struct digest there = stage_state_digest(desk_stage(&desk));
    desk_press(&desk, "copy share line");
    expect_said(&desk, false, "rs1:(scenario=demo");
    app_open_file(desk.play.app, "standard");
    desk_press(&desk, "open share line");
    expect_said(&desk, false, "the very moment");
    assert_string_equal(scenario_of(&desk), "demo");
    assert_true(digest_equal(stage_state_digest(desk_stage(&desk)), there));
    free(desk.play.app->copied);
    desk.play.app->copied = strdup("milk, bread");
    desk_press(&desk, "open share line");
    expect_said(&desk, true, "no share line");
    assert_string_equal(scenario_of(&desk), "demo");
    desk_close(&desk);
}

static void what_was_copied_can_be_pasted_into_a_question(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, demo);
    desk.play.app->copied = strdup("stan\x80" "dard\nmore");
    desk_press(&desk, "open file");
    app_key(desk.play.app, 'v', MOD_CTRL);
    assert_string_equal(desk.play.app->typed, "standard");
    app_key(desk.play.app, 'x', MOD_CTRL); /* no letter */
    assert_string_equal(desk.play.app->typed, "standard");
    app_key(desk.play.app, KEY_ENTER, 0);
    assert_string_equal(scenario_of(&desk), "standard");
    desk_press(&desk, "open file"); /* where the last file was, for the next one */
    assert_string_equal(desk.play.app->typed, "");
    app_key(desk.play.app, KEY_ESCAPE, 0);
    app_open_file(desk.play.app, "scenarios/torn-log.json");
    desk_press(&desk, "open file");
    assert_string_equal(desk.play.app->typed, "scenarios/");
    desk_close(&desk);
}

static void where_nothing_is_copied_the_line_is_asked_for(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, demo);
    char *line = share_line(desk.play.session, desk.play.app);
    desk_press(&desk, "step");
    desk_press(&desk, "open share line");
    assert_int_equal(desk.play.app->mode, MODE_ASK);
    for (const char *c = line; *c; c++)
        app_key(desk.play.app, (uint32_t)*c, 0);
    app_key(desk.play.app, KEY_ENTER, 0);
    expect_said(&desk, false, "the very moment");
    assert_int_equal(stage_step(desk_stage(&desk)), 0);
    free(line);
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_is_no_scenario_leaves_everything_as_it_is),
        cmocka_unit_test(another_scenario_is_opened_at_its_beginning_and_the_look_stays),
        cmocka_unit_test(a_scenario_that_came_with_the_program_is_opened_by_its_name),
        cmocka_unit_test(a_trace_is_opened_as_the_run_that_it_is_of),
        cmocka_unit_test(a_capsule_is_opened_where_its_check_fails),
        cmocka_unit_test(a_copied_line_brings_one_back_to_its_moment),
        cmocka_unit_test(what_was_copied_can_be_pasted_into_a_question),
        cmocka_unit_test(where_nothing_is_copied_the_line_is_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_share.c: a share line opens the exact moment elsewhere: the same state of the whole world,
 * the same branch of deeds, the same look; and a line that is damaged, of another version or about
 * another scenario opens nothing and takes nothing away.
 */
#include "cli/desk.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/crc32c.h"
#include "base/mix.h"
#include "cli/journal/flat_json.h"

static const char standard[] = "scenarios/standard.json";
static const char everything[] = "tests/scenario/everything.json";

static char *line_of(struct desk *desk)
{
    return share_line(desk->play.session, desk->play.app);
}

/* Opens the moment of `here` in another process's place, and compares all there is to compare. */
static void expect_same_moment(struct desk *here)
{
    struct desk there = {.options.file = here->play.session->file};
    struct moment a, b;
    char *line = line_of(here), *again;
    if (!desk_open_line(&there, line))
        fail_msg("%s: %s", there.said, line);
    assert_true(digest_equal(stage_state_digest(desk_stage(here)),
                             stage_state_digest(desk_stage(&there))));
    assert_true(digest_equal(stage_run_digest(desk_stage(here)),
                             stage_run_digest(desk_stage(&there))));
    moment_take(here->play.app, &a);
    moment_take(there.play.app, &b);
    assert_int_equal(a.step, b.step);
    assert_int_equal(a.clock, b.clock);
    assert_int_equal(a.pick.kind, b.pick.kind);
    assert_int_equal(a.pick.id, b.pick.id);
    assert_int_equal(a.panes, b.panes);
    assert_string_equal(a.filter, b.filter);
    assert_int_equal(a.ring_colours, b.ring_colours);
    assert_int_equal(a.ring_sheet, b.ring_sheet);
    assert_int_equal(a.maximised, b.maximised);
    assert_int_equal(a.inspector_page, b.inspector_page);
    assert_int_equal(a.span, b.span);
    assert_int_equal(a.is_held, b.is_held);
    assert_int_equal(a.from, b.from);
    again = line_of(&there);
    assert_string_equal(line, again);
    stage_seek(desk_stage(&there), UINT64_MAX); /* what comes then is the same, too */
    uint64_t step = stage_step(desk_stage(here));
    uint64_t end = stage_step(desk_stage(&there));
    stage_seek(desk_stage(here), UINT64_MAX);
    assert_int_equal(stage_step(desk_stage(here)), end);
    assert_true(digest_equal(stage_state_digest(desk_stage(here)),
                             stage_state_digest(desk_stage(&there))));
    if (step < end)
        stage_seek(desk_stage(here), step);
    free(line), free(again);
    desk_close(&there);
}

static void every_moment_of_a_run_is_opened_elsewhere(void **state)
{
    static const char *const files[] = {"scenarios/first-steps.json", "scenarios/torn-log.json",
                                        "scenarios/skewed-clock.json", "scenarios/standard.json"};
    (void)state;
    for (uint32_t i = 0; i < ARRAY_LEN(files); i++) {
        struct desk desk;
        desk_open(&desk, files[i]);
        vtime duration = desk.play.session->scenario->duration_ns;
        for (vtime part = 0; part <= 7; part++) {
            app_seek_time(desk.play.app, duration / 7 * part + 12345);
            desk_press(&desk, "select next");
            desk_press(&desk, part % 2 ? "next layout" : "next page");
            if (part == 3)
                desk_press(&desk, "log");
            if (part > 3)
                desk_press(&desk, part == 5 ? "follow" : "look earlier");
            if (part == 6)
                desk_press(&desk, "whole run");
            expect_same_moment(&desk);
        }
        desk_press(&desk, "go to end");
        expect_same_moment(&desk);
        desk_press(&desk, "go to start");
        expect_same_moment(&desk);
        desk_close(&desk);
    }
}

/* The scenario has everything that can be written, so what is new is in here, too. */
static void every_kind_of_action_is_in_the_line(void **state)
{
    bool is_seen[ACTION_KIND_COUNT] = {false};
    struct action action;
    struct desk desk;
    (void)state;
    desk_open(&desk, everything);
    for (uint32_t i = 0; desk_written_action(&desk, i, &action); i++) {
        if (stage_branch_now(desk_stage(&desk)) != 0)
            stage_select_branch(desk_stage(&desk), 0);
        app_seek_time(desk.play.app, SECOND + i * 250 * MILLISECOND);
        stage_do(desk_stage(&desk), &action);
        app_moved(desk.play.app);
        expect_same_moment(&desk);
        is_seen[action.kind] = true;
    }
    for (uint32_t kind = 0; kind < ACTION_KIND_COUNT; kind++)
        if (!is_seen[kind])
            fail_msg("%s has no action %s", everything, action_name(kind));
    desk_close(&desk);
}

static void one_after_the_other_they_are_in_the_line(void **state)
{
    struct action action;
    struct desk desk;
    (void)state;
    desk_open(&desk, everything);
    for (uint32_t i = 0; desk_written_action(&desk, i, &action); i++) {
        app_seek_time(desk.play.app, SECOND + i * 250 * MILLISECOND);
        stage_do(desk_stage(&desk), &action);
        app_moved(desk.play.app);
    }
    expect_same_moment(&desk);
    app_seek_time(desk.play.app, 3 * SECOND); /* before most of them */
    expect_same_moment(&desk);
    desk_close(&desk);
}

static void branches_of_branches_are_opened_with_what_was_done_in_them_alone(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, standard);
    app_seek_time(desk.play.app, 2 * SECOND);
    desk_press(&desk, "select next");
    desk_press(&desk, "crash");
    app_seek_time(desk.play.app, 3 * SECOND);
    desk_press(&desk, "restart");
    app_seek_time(desk.play.app, 2500 * MILLISECOND); /* between the two */
    desk_press(&desk, "partition");
    app_seek_time(desk.play.app, SECOND); /* before all of them: nothing of it is in this branch */
    desk_press(&desk, "jump clock");
    assert_int_equal(stage_branch_count(desk_stage(&desk)), 5);
    for (uint32_t branch = 0; branch < 5; branch++) {
        stage_select_branch(desk_stage(&desk), branch);
        app_moved(desk.play.app);
        expect_same_moment(&desk);
        desk_press(&desk, "go to end");
        expect_same_moment(&desk);
    }
    desk_close(&desk);
}

static void a_change_at_the_very_end_is_in_the_line(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, "scenarios/first-steps.json");
    desk_press(&desk, "go to end");
    desk_press(&desk, "select next");
    desk_press(&desk, "crash");
    assert_int_equal(stage_branch_count(desk_stage(&desk)), 2);
    expect_same_moment(&desk);
    desk_close(&desk);
}

static void the_moment_between_two_events_is_kept(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, standard);
    vtime now = stage_now(desk_stage(&desk)), next = stage_next_time(desk_stage(&desk));
    for (int i = 0; next <= now + 2 && i < 1000; i++) {
        desk_press(&desk, "step");
        now = stage_now(desk_stage(&desk)), next = stage_next_time(desk_stage(&desk));
    }
    app_seek_time(desk.play.app, now + (next - now) / 2);
    assert_int_not_equal(desk.play.app->clock, now);
    expect_same_moment(&desk);
    desk_close(&desk);
}

static void what_one_looks_at_is_in_the_line(void **state)
{
    static const struct pick picks[] = {
        {PICK_ACTOR, 1}, {PICK_ACTOR, PICTURE_CLIENT_BASE}, {PICK_KEY, 2}, {PICK_CHECK, 1},
        {PICK_CELL, UINT64_C(1) << 32 | 2}, {PICK_NONE, 0}};
    char ignored[100];
    struct desk desk;
    struct text mistake;
    (void)state;
    text_init(&mistake, ignored, sizeof ignored);
    desk_open(&desk, standard);
    app_seek_time(desk.play.app, 12 * SECOND);
    for (uint32_t i = 0; i < ARRAY_LEN(picks); i++) {
        desk.play.app->pick = picks[i];
        desk_press(&desk, "zoom in");
        expect_same_moment(&desk);
    }
    assert_true(app_filter_log(desk.play.app, "node:n1 -sends \"in a row\"", &mistake));
    expect_same_moment(&desk);
    while (app_picture(desk.play.app)->message_count == 0)
        desk_press(&desk, "step");
    uint64_t record = app_picture(desk.play.app)->messages[0].record;
    desk.play.app->pick = (struct pick){PICK_RECORD, record};
    expect_same_moment(&desk);
    desk.play.app->pick = (struct pick){PICK_ACTOR, 0};
    desk_press(&desk, "partition");
    struct picture_cut cut = app_picture(desk.play.app)->cuts[0];
    desk.play.app->pick = (struct pick){PICK_CUT, (uint64_t)cut.from << 32 | cut.to};
    expect_same_moment(&desk);
    desk_close(&desk);
}

static void seed_and_overrides_are_in_the_line(void **state)
{
    static const char *const sets[] = {"cluster.nodes=7", "title=\"a b\\\"c\""};
    struct session_origin origin = {standard, sets, 2, true, UINT64_C(18446744073709551615)};
    struct json_error error = {0};
    struct desk desk;
    (void)state;
    desk_open(&desk, standard);
    struct session *session = session_open(&origin, &error);
    if (!session || !play_show(&desk.play, session, &error))
        fail_msg("%s", error.text);
    app_seek_time(desk.play.app, SECOND);
    expect_same_moment(&desk);
    desk_close(&desk);
}

/* --- what can go wrong ---------------------------------------------------------------------- */

static void expect_refusal(struct desk *desk, const char *line, const char *words)
{
    struct stage *before = desk_stage(desk);
    struct digest digest = stage_digest(before);
    if (desk_open_line(desk, line))
        fail_msg("opened: %s", line);
    if (!strstr(desk->said, words))
        fail_msg("\"%s\" has no \"%s\"", desk->said, words);
    assert_ptr_equal(desk_stage(desk), before);
    assert_true(digest_equal(stage_digest(before), digest));
}

/* The line with other words in it, and a checksum that fits. */
static char *change(const char *line, const char *from, const char *to)
{
    const char *at = strstr(line, from), *end = strrchr(line, '~');
    char *changed = malloc(strlen(line) + strlen(to) + 20);
    assert_true(at && at < end);
    size_t size = (size_t)sprintf(changed, "%.*s%s%.*s", (int)(at - line), line, to,
                                  (int)(end - at - (long)strlen(from)), at + strlen(from));
    sprintf(changed + size, "~%08x", crc32c((const uint8_t *)changed, size));
    return changed;
}

static void expect_changed_is_refused(struct desk *desk, const char *line, const char *from,
                                      const char *to, const char *words)
{
    char *changed = change(line, from, to);
    expect_refusal(desk, changed, words);
    free(changed);
}

static char *bent_line(struct desk *desk)
{
    desk_open(desk, standard);
    app_seek_time(desk->play.app, 2 * SECOND);
    desk_press(desk, "select next");
    desk_press(desk, "crash");
    return line_of(desk);
}

static void any_damaged_character_is_noticed_and_nothing_is_lost(void **state)
{
    struct desk desk;
    char *line = bent_line(&desk);
    (void)state;
    size_t size = strlen(line);
    for (size_t i = 4; i < size; i++) {
        char kept = line[i];
        line[i] = kept == '7' ? '1' : '7';
        expect_refusal(&desk, line, i + 9 > size || kept == '~' ? "damaged" : "checksum");
        line[i] = kept;
    }
    for (size_t i = 4; i < size; i++) {
        char kept = line[i];
        line[i] = '\0';
        expect_refusal(&desk, line, "damaged");
        line[i] = kept;
    }
    expect_refusal(&desk, "", "no share line");
    expect_refusal(&desk, "hello", "no share line");
    free(line);
    desk_close(&desk);
}

static void what_a_mail_program_puts_in_is_taken_out(void **state)
{
    struct desk desk;
    char *line = bent_line(&desk), wrapped[2000] = "  '";
    (void)state;
    size_t used = strlen(wrapped);
    for (size_t i = 0; line[i]; i++) {
        wrapped[used++] = line[i];
        if (i % 72 == 71)
            used += (size_t)sprintf(wrapped + used, "\r\n  ");
    }
    sprintf(wrapped + used, "'\n");
    if (!desk_open_line(&desk, wrapped))
        fail_msg("%s", desk.said);
    free(line);
    desk_close(&desk);
}

static void another_format_version_text_or_scenario_is_told(void **state)
{
    struct desk desk;
    char *line = bent_line(&desk);
    (void)state;
    expect_changed_is_refused(&desk, line, "rs1:", "rs2:", "another version of Ringside");
    expect_changed_is_refused(&desk, line, "text=", "text=0%2e", "text"); /* no hash */
    char *other = strdup(line), *hash = strstr(other, "text=") + 5;
    memcpy(hash, "0123456789abcdef", 16);
    expect_changed_is_refused(&desk, other, "rs1:", "rs1:", "another text");
    expect_changed_is_refused(&desk, other, "scenario=standard", "scenario=nobodys",
                              "did not come with Ringside");
    expect_changed_is_refused(&desk, line, "seed=1", "seed=2", "not");
    expect_changed_is_refused(&desk, line, "crash=n1", "crash=n9", "n9");
    expect_changed_is_refused(&desk, line, "crash=n1", "crush=n1", "crash");
    expect_changed_is_refused(&desk, line, "crash=n1", "crash=n2", "not the same here");
    expect_changed_is_refused(&desk, line, "step=", "step=1", "not pass");
    free(line), free(other);
    desk_close(&desk);
}

static void a_line_of_other_rules_is_opened_with_a_warning(void **state)
{
    struct desk desk;
    char *line = bent_line(&desk), versions[40], *changed;
    (void)state;
    snprintf(versions, sizeof versions, ",%d,%d]", TRACE_VERSION, MIX_VERSION);
    changed = change(line, versions, ",77,1]");
    desk_press(&desk, "go to start");
    assert_false(desk_open_line(&desk, changed));
    assert_non_null(strstr(desk.said, "may be another"));
    assert_int_equal(stage_branch_count(desk_stage(&desk)), 2);
    free(line), free(changed);
    desk_close(&desk);
}

/* --- the text ------------------------------------------------------------------------------- */

static void expect_flat(const char *json, const char *flat)
{
    struct json_out out = {0}, back = {0}, again = {0};
    json_out_str(&out, "");
    flat_from_json(&out, json);
    assert_string_equal(out.data, flat);
    json_out_str(&back, "");
    assert_true(flat_to_json(&back, flat, strlen(flat)));
    json_out_str(&again, "");
    flat_from_json(&again, back.data);
    assert_string_equal(again.data, flat);
    free(out.data), free(back.data), free(again.data);
}

static void json_goes_flat_and_back(void **state)
{
    (void)state;
    expect_flat("{\"crash\": \"n2\", \"to\": [[\"n1\"], [\"n2\", \"n3\"]]}",
                "(crash=n2,to=[[n1],[n2,n3]])");
    expect_flat("{\"a\": \"42\", \"b\": 42, \"c\": \"true\", \"d\": true, \"e\": \"-5s\"}",
                "(a=%342,b=42,c=%74rue,d=true,e=-5s)");
    expect_flat("{\"a\": \"\", \"b\": \"x y\\\"\\\\\\n'\"}", "(a=%.,b=x%20y%22%5c%0a%27)");
    expect_flat("{\"a\": \"\u00e9~%\", \"b\": []}", "(a=%c3%a9%7e%25,b=[])");
    expect_flat("{}", "()");
}

static void what_is_not_flat_is_refused(void **state)
{
    static const char *const wrong[] = {"", "(", ")", "(a)", "(a=)", "(a=b", "(a=b))", "(=b)",
                                        "[a,]", "[,a]", "(a=b,)", "a b", "(a=%)", "(a=%4)",
                                        "(a=%zz)", "(a=%00)", "[a]b", "(a=b;c=d)"};
    (void)state;
    for (uint32_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct json_out out = {0};
        json_out_str(&out, "");
        if (flat_to_json(&out, wrong[i], strlen(wrong[i])))
            fail_msg("accepted: %s as %s", wrong[i], out.data);
        free(out.data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_moment_of_a_run_is_opened_elsewhere),
        cmocka_unit_test(every_kind_of_action_is_in_the_line),
        cmocka_unit_test(one_after_the_other_they_are_in_the_line),
        cmocka_unit_test(branches_of_branches_are_opened_with_what_was_done_in_them_alone),
        cmocka_unit_test(a_change_at_the_very_end_is_in_the_line),
        cmocka_unit_test(the_moment_between_two_events_is_kept),
        cmocka_unit_test(what_one_looks_at_is_in_the_line),
        cmocka_unit_test(seed_and_overrides_are_in_the_line),
        cmocka_unit_test(any_damaged_character_is_noticed_and_nothing_is_lost),
        cmocka_unit_test(what_a_mail_program_puts_in_is_taken_out),
        cmocka_unit_test(another_format_version_text_or_scenario_is_told),
        cmocka_unit_test(a_line_of_other_rules_is_opened_with_a_warning),
        cmocka_unit_test(json_goes_flat_and_back),
        cmocka_unit_test(what_is_not_flat_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

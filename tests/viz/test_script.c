/*
 * test_script.c: a script does at the window what a person does, what it expects is looked at,
 * and a slip in it is found before any of it is done.
 */
#include "viz/show.h"

#include <stdlib.h>
#include <string.h>

#include "viz/hands.h"

static char sentence[900];

static struct script *read_script(const char *text)
{
    struct text mistake;
    text_init(&mistake, sentence, sizeof sentence);
    return script_parse("s.txt", text, strlen(text), &mistake);
}

/* The sentence of a failure is left in `sentence`. */
static enum script_end run_text(struct show *show, const char *text)
{
    struct text failure;
    text_init(&failure, sentence, sizeof sentence);
    return hands_at(show, "s.txt", text, 1280, 720, &failure);
}

static void expect_done(const char *scenario, const char *text)
{
    struct show show;
    show_open(&show, scenario);
    if (run_text(&show, text) != SCRIPT_DONE)
        fail_msg("%s", sentence);
    show_close(&show);
}

static void keys_clicks_and_typing_do_what_a_person_does(void **state)
{
    (void)state;
    expect_done("scenarios/standard.json", "# to a moment, then a crash\n"
                                           "key G\n"
                                           "type 12s\n"
                                           "key Enter\n"
                                           "expect time 12s\n"
                                           "click n1   # in the ring\n"
                                           "expect selected n1\n"
                                           "key K\n"
                                           "expect branch 1\n"
                                           "expect branches 2\n"
                                           "expect said \"n1 crashed\"\n"
                                           "expect text \"crash n1\"\n"
                                           "key K\n"
                                           "expect refused\n"
                                           "click button \"go to start\"\n"
                                           "expect step 0\n"
                                           "expect not refused\n"
                                           "expect no text \"(end)\"\n");
}

static void a_drag_along_the_bar_of_time_seeks(void **state)
{
    (void)state;
    expect_done("scenarios/standard.json", "drag scrub 10s to scrub 20s\n"
                                           "expect not playing\n"
                                           "press scrub 20s\n"
                                           "hover scrub 30s +0,-200\n"
                                           "release\n"
                                           "hover scrub 5s\n"
                                           "expect text \"t 30\"\n");
}

static void only_waiting_lets_time_pass(void **state)
{
    (void)state;
    expect_done("scenarios/standard.json", "key Space\n"
                                           "expect playing\n"
                                           "expect time 0s\n"
                                           "wait 0.5s\n"
                                           "expect no time 0s\n"
                                           "key Space\n"
                                           "expect not playing\n");
}

static void a_message_and_a_key_are_pointed_at_by_name(void **state)
{
    (void)state;
    expect_done("scenarios/first-steps.json", "key G\ntype 10.3ms\nkey Enter\n"
                                              "click message W n1->n2\n"
                                              "expect selected message\n"
                                              "key End\n"
                                              "click key greeting in inspector\n"
                                              "expect selected key greeting\n");
}

static void what_lies_below_a_sheet_is_not_on_the_screen(void **state)
{
    (void)state;
    expect_done("scenarios/standard.json", "key G\ntype 12.5s\nkey Enter\n"
                                           "expect text \"up 4 of 5\"\n"
                                           "key ?\n"
                                           "expect no text \"up 4 of 5\"\n"
                                           "expect text \"one step forward\"\n"
                                           "key Esc\n"
                                           "expect text \"up 4 of 5\"\n");
}

static void a_condition_of_a_scenario_is_expected_and_explained(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, "scenarios/standard.json");
    assert_int_equal(run_text(&show, "key G\ntype 1s\nkey Enter\nclick n3\n"
                                     "expect condition 'n3.state == \"up\" and time <= 1s'\n"
                                     "key K\n"
                                     "expect no condition 'n3.state == \"up\"'\n"
                                     "expect condition 'n3.state == \"down\"'\n"
                                     "expect condition \"n3.crash == 2\"\n"),
                     SCRIPT_FAILED);
    assert_string_equal(sentence, "s.txt:9:1: n3.crash == 2 is false: n3.crash is 1");
    assert_int_equal(run_text(&show, "expect condition 'n3.stat == 1'"), SCRIPT_FAILED);
    assert_string_equal(sentence, "s.txt:1:1: column 4: n3 has no \"stat\"; did you mean "
                                  "\"state\"?");
    show_close(&show);
}

static void what_is_expected_and_is_not_so_fails_with_what_there_is(void **state)
{
    static const struct {
        const char *script, *sentence;
    } cases[] = {
        {"\n  expect branch 3", "s.txt:2:3: expected branch 3, but it is 0"},
        {"expect time 5ms", "s.txt:1:1: expected time 5 ms, but it is 0 s"},
        {"expect selected n1", "s.txt:1:1: expected selected n1, but selected is nothing"},
        {"expect text \"no such\"", "s.txt:1:1: expected text no such, but the screen does not "
                                    "have it"},
        {"key K\nexpect not refused",
         "s.txt:2:1: expected not refused, but it is so: it was refused with \"select a node "
         "first: click it, or press Tab\""},
        {"click n9", "s.txt:1:1: there is no node or client \"n9\" here; did you mean \"n1\"?"},
        {"click key n1", "s.txt:1:1: there is no key \"n1\" here"},
        {"click button \"stepp\"",
         "s.txt:1:1: there is no command \"stepp\" here; did you mean \"step\"?"},
        {"click button crash", "s.txt:1:1: this is not on the screen"},
        {"click message", "s.txt:1:1: no such message is in flight now"},
        {"expect panes log",
         "s.txt:1:1: expected panes log, but there are ring+space-time+inspector+log"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct show show;
        show_open(&show, "scenarios/first-steps.json");
        assert_int_equal(run_text(&show, cases[i].script), SCRIPT_FAILED);
        assert_string_equal(sentence, cases[i].sentence);
        show_close(&show);
    }
}

static void a_slip_is_told_by_line_column_and_the_nearest_word(void **state)
{
    static const struct {
        const char *script, *sentence;
    } cases[] = {
        {"key K\n\n  clik n2", "s.txt:3:3: \"clik\" is no verb; did you mean \"click\"?"},
        {"key Entre", "s.txt:1:5: there is no key \"Entre\"; did you mean \"Enter\"?"},
        {"key Tab Ctrl+Foo", "s.txt:1:9: there is no key \"Ctrl+Foo\"; keys are written like K, "
                             "Shift+M, Ctrl+S, Right or F7"},
        {"click", "s.txt:1:6: here comes a place, like n2, key user:42, scrub 1.2s or 312,200"},
        {"drag n1", "s.txt:1:8: here comes \"to\" and another place"},
        {"click n1 n2", "s.txt:1:10: nothing more is expected here, but there is \"n2\""},
        {"wait 5", "s.txt:1:6: \"5\" lacks a unit for a time; expected ns, us, ms, s, m or h"},
        {"expect txt \"a\"", "s.txt:1:8: \"txt\" is no expectation; did you mean \"text\"?"},
        {"expect branch two", "s.txt:1:15: here comes a number, not \"two\""},
        {"click n1 in rign", "s.txt:1:13: \"rign\" is no pane; did you mean \"ring\"?"},
        {"type", NULL},
        {"expect text \"a", "s.txt:1:13: this quote is not closed on its line"},
        {"resize 10x10", "s.txt:1:8: a size is WIDTHxHEIGHT, from 200x150 to 16384x16384, not "
                         "\"10x10\""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct script *script = read_script(cases[i].script);
        if (cases[i].sentence) {
            assert_null(script);
            assert_string_equal(sentence, cases[i].sentence);
        } else {
            assert_non_null(script);
        }
        script_free(script);
    }
}

static void quotes_comments_and_the_ends_of_lines_are_read(void **state)
{
    (void)state;
    struct script *script = read_script("type  a # b  \r\n"
                                        "type \" x \"\n"
                                        "   # nothing\n"
                                        "expect text \"say \\\"n1\\\" \\\\ # 1\" # no more\n"
                                        "drag n1 to key \"a b\" in log +3,-4\n"
                                        "key Tab Shift+M");
    assert_non_null(script);
    assert_int_equal(script->step_count, 6);
    assert_string_equal(script->steps[0].word, "a # b");
    assert_string_equal(script->steps[1].word, " x ");
    assert_string_equal(script->steps[2].word, "say \"n1\" \\ # 1");
    const struct script_place *to = &script->steps[3].places[1];
    assert_int_equal(to->kind, PLACE_KEY);
    assert_string_equal(to->name, "a b");
    assert_int_equal(to->pane, PANE_LOG);
    assert_true(to->x == 3 && to->y == -4);
    assert_int_equal(script->steps[5].key, 'M');
    assert_int_equal(script->steps[5].line, 6);
    script_free(script);
}

/* --- its page -------------------------------------------------------------------------------- */

static const char *const words[] = {
#define VERB(identifier, word, follows, meaning) "`" word,
    SCRIPT_VERBS(VERB)
#undef VERB
#define EXPECT(identifier, word, follows, meaning) "`expect " word,
        SCRIPT_EXPECTS(EXPECT)
#undef EXPECT
#define PLACE(identifier, word, follows) "`" word,
            SCRIPT_PLACES(PLACE)
#undef PLACE
};

static void every_word_of_the_language_is_in_its_page(void **state)
{
    (void)state;
    static char page[40000];
    FILE *in = fopen("docs/ui-scripts.md", "r");
    assert_non_null(in);
    size_t size = fread(page, 1, sizeof page - 1, in);
    fclose(in);
    assert_in_range(size, 1000, sizeof page - 2);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (!strstr(page, words[i]))
            fail_msg("docs/ui-scripts.md does not have %s", words[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_clicks_and_typing_do_what_a_person_does),
        cmocka_unit_test(a_drag_along_the_bar_of_time_seeks),
        cmocka_unit_test(only_waiting_lets_time_pass),
        cmocka_unit_test(a_message_and_a_key_are_pointed_at_by_name),
        cmocka_unit_test(what_lies_below_a_sheet_is_not_on_the_screen),
        cmocka_unit_test(a_condition_of_a_scenario_is_expected_and_explained),
        cmocka_unit_test(what_is_expected_and_is_not_so_fails_with_what_there_is),
        cmocka_unit_test(a_slip_is_told_by_line_column_and_the_nearest_word),
        cmocka_unit_test(quotes_comments_and_the_ends_of_lines_are_read),
        cmocka_unit_test(every_word_of_the_language_is_in_its_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

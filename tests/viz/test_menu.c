/*
 * test_menu.c: everything can be reached by whoever knows no key, and by whoever has no mouse;
 * and what lies under the pointer says what it is.
 */
#include "viz/show.h"

#include <stdlib.h>
#include <string.h>

#include "viz/hands.h"
#include "viz/app/things.h"

static const char standard[] = "scenarios/standard.json";

static void open_at(struct show *show, vtime time)
{
    show_open(show, standard);
    app_seek_time(show->app, time);
}

/* --- menus ------------------------------------------------------------------------------------ */

static bool has_entry(struct show *show, uint32_t command)
{
    struct menu_entry entries[MENU_ENTRIES_MAX];
    uint32_t count = menu_entries(show->app, entries);
    for (uint32_t i = 0; i < count; i++)
        if (!entries[i].is_heading && entries[i].index == command)
            return true;
    return false;
}

static void the_menu_of_a_thing_has_every_command_that_is_about_it(void **state)
{
    static const struct {
        const char *place;
        uint32_t topics;
    } cases[] = {
        {"n4", 1u << TOPIC_NODE | 1u << TOPIC_MEMBER | 1u << TOPIC_CLOCK | 1u << TOPIC_DISK |
                   1u << TOPIC_LINK},
        {"c2", 1u << TOPIC_CLIENT},
        {"message", 1u << TOPIC_MESSAGE},
        {"key user:4 in inspector", 1u << TOPIC_KEY},
        {"between n1 n2", 1u << TOPIC_BRANCH | 1u << TOPIC_LOOK | 1u << TOPIC_FILE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct show show;
        char line[100];
        open_at(&show, 12500 * MILLISECOND);
        snprintf(line, sizeof line, "click right %s", cases[i].place);
        hands(&show, line);
        assert_int_equal(show.app->mode, MODE_MENU);
        for (uint32_t k = 0; k < app_command_count; k++)
            if (strcmp(app_commands[k].name, "why") != 0 &&
                has_entry(&show, k) != (cases[i].topics >> app_commands[k].topic & 1))
                fail_msg("%s: %s", cases[i].place, app_commands[k].name);
        show_close(&show);
    }
}

static void what_cannot_be_done_stays_there_with_its_reason_and_is_not_done(void **state)
{
    (void)state;
    struct show show;
    open_at(&show, SECOND);
    hands(&show, "click right n4\n"
                 "hover menu restart\n"
                 "expect text \"not now: this node is running: K crashes it\"\n"
                 "click menu restart\n"
                 "expect text \"not now: this node is running: K crashes it\"\n"
                 "key Enter\n"
                 "expect branches 1\n"
                 "click menu crash\n"
                 "expect branch 1\n"
                 "expect no text \"not now\"\n"
                 "expect said \"n4 crashed\"\n"
                 "click right n4\n"
                 "click menu restart\n"
                 "expect branch 2");
    show_close(&show);
}

static void keys_choose_in_a_menu_and_escape_leaves_it(void **state)
{
    (void)state;
    struct show show;
    open_at(&show, SECOND);
    hands(&show, "key Tab M Down Enter\n" /* why, crash */
                 "expect said \"n1 crashed\"\n"
                 "key Ctrl+Z Menu Esc\n"
                 "expect no text \"a node's clock\"\n"
                 "expect selected n1\n"
                 "key Shift+F10 P\n" /* the key that stands beside an entry */
                 "expect said \"no message passes\"\n"
                 "expect no text \"a node's clock\"");
    show_close(&show);
}

static void a_press_beside_a_menu_closes_it_and_does_nothing_else(void **state)
{
    (void)state;
    struct show show;
    open_at(&show, SECOND);
    hands(&show, "click right n4\n"
                 "click 640,700\n"
                 "expect selected n4\n"
                 "expect no text \"a node's clock\"\n"
                 "expect time 1s\n"
                 "click right n4\n"
                 "click right 640,600\n" /* beside it: of what lies there */
                 "expect text \"how it looks\"");
    show_close(&show);
}

static void the_bar_reaches_every_command(void **state)
{
    (void)state;
    struct show show;
    char is_there[PALETTE_MAX] = {0};
    show_open(&show, standard);
    hands(&show, "click button \"menu bar\"");
    for (uint32_t topic = 0; topic < TOPIC_COUNT; topic++) {
        for (uint32_t i = 0; i < app_command_count; i++)
            is_there[i] |= (char)has_entry(&show, i);
        hands(&show, "key Down");
    }
    for (uint32_t i = 0; i < app_command_count; i++)
        if (!is_there[i])
            fail_msg("%s", app_commands[i].name);
    hands(&show, "key Esc F10 Right Enter\n" /* going through time: play */
                 "expect playing\n"
                 "key Space\n"
                 "click button \"menu bar\"\n"
                 "click menu \"going through time\"\n"
                 "click menu \"go to end\"\n"
                 "expect text \"(end)\"");
    show_close(&show);
}

static void in_a_small_window_a_menu_scrolls(void **state)
{
    (void)state;
    struct show show;
    char sentence[900];
    struct text text;
    text_init(&text, sentence, sizeof sentence);
    open_at(&show, SECOND);
    enum script_end end = hands_at(&show, "small",
                                   "key Tab M\n"
                                   "expect text \"more below\"\n"
                                   "expect no text \"lossy links\"\n"
                                   "key End\n"
                                   "expect text \"lossy links\"\n"
                                   "key Home\n"
                                   "wheel down 20 160,120\n"
                                   "click menu \"lossy links\"\n"
                                   "expect branch 1",
                                   320, 240, &text);
    if (end != SCRIPT_DONE)
        fail_msg("%s", sentence);
    show_close(&show);
}

/* --- the keyboard's way ------------------------------------------------------------------------
 */

static void tab_walks_over_all_things_and_all_controls_and_back(void **state)
{
    (void)state;
    struct show show;
    uint32_t nodes = 0, keys = 0, controls = 0, steps = 0;
    open_at(&show, 12500 * MILLISECOND);
    hands(&show, "key Tab\nexpect selected n1");
    do {
        nodes += show.app->focus.kind == PICK_NONE && show.app->pick.kind == PICK_ACTOR;
        keys += show.app->focus.kind == PICK_NONE && show.app->pick.kind == PICK_KEY;
        controls += show.app->focus.kind != PICK_NONE;
        press(&show, "select next");
    } while (!(show.app->focus.kind == PICK_NONE && pick_is(show.app->pick, PICK_ACTOR, 0)) &&
             ++steps < 500);
    const struct picture *picture = app_picture(show.app);
    assert_int_equal(nodes, picture->node_count + picture->client_count);
    assert_int_equal(keys, picture->key_count);
    assert_in_range(controls, 15, 60);
    hands(&show, "key Shift+Tab Tab\nexpect selected n1");
    show_close(&show);
}

static void ctrl_tab_leaps_to_the_first_of_the_next_kind(void **state)
{
    (void)state;
    struct show show;
    open_at(&show, 12500 * MILLISECOND);
    hands(&show, "key Ctrl+Tab\n"
                 "expect selected n1\n"
                 "key Tab Ctrl+Tab\n"
                 "expect selected c1\n"
                 "key Ctrl+Tab\n"
                 "expect selected message\n"
                 "key Ctrl+Tab\n"
                 "expect selected key user:1\n"
                 "key Ctrl+Tab\n" /* the first control: the menu */
                 "expect selected key user:1\n"
                 "key Enter\n"
                 "expect text \"a node's clock\"\n"
                 "key Esc Ctrl+Tab\n"
                 "expect selected n1");
    show_close(&show);
}

static void a_button_with_the_focus_is_pushed_by_enter_and_the_selection_stays(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    hands(&show, "click n3");
    show.app->focus = (struct pick){PICK_COMMAND, app_command_named("step")};
    hands(&show, "key Enter Space\n"
                 "expect step 2\n"
                 "expect selected n3\n"
                 "key Left Enter\n" /* the button before it: play */
                 "expect playing\n"
                 "key Enter Esc\n"
                 "key Right\n" /* a step, as ever */
                 "expect step 3");
    show_close(&show);
}

static void an_edge_with_the_focus_moves_with_the_arrows(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    hands(&show, "wait 1s");
    float before = show.app->layout.split[DIVIDER_COLUMNS];
    show.app->focus = (struct pick){PICK_DIVIDER, DIVIDER_COLUMNS};
    hands(&show, "key Left Left Left");
    assert_true(show.app->layout.split[DIVIDER_COLUMNS] < before - 0.05f);
    show_close(&show);
}

/* --- under the pointer -------------------------------------------------------------------------
 */

static void what_the_pointer_rests_on_says_its_name_until_it_moves(void **state)
{
    (void)state;
    struct show show;
    open_at(&show, 12500 * MILLISECOND);
    hands(&show, "hover n3\n"
                 "expect no text \"tasks wait\"\n"
                 "wait 0.2s\n"
                 "expect no text \"tasks wait\"\n"
                 "wait 0.4s\n"
                 "expect text \"tasks wait\"\n"
                 "hover n3 +5,5\n"
                 "expect no text \"tasks wait\"\n"
                 "wait 1s\n"
                 "expect text \"tasks wait\"\n"
                 "key +\n"
                 "wait 1s\n"
                 "expect no text \"tasks wait\"");
    assert_false(app_is_moving(show.app)); /* a resting pointer keeps nobody awake */
    show_close(&show);
}

static void the_pointer_looks_as_what_it_is_over(void **state)
{
    static const struct {
        const char *line;
        enum app_cursor cursor;
    } cases[] = {
        {"hover n3", CURSOR_HAND},
        {"hover button step", CURSOR_HAND},
        {"hover divider columns", CURSOR_COLUMNS},
        {"hover divider left", CURSOR_ROWS},
        {"hover between n1 n2", CURSOR_ARROW},
        {"hover title log", CURSOR_ARROW},
        {"press n3\nhover n4", CURSOR_MOVE},
        {"key Esc\nrelease\npress divider left\nhover n3", CURSOR_ROWS},
    };
    (void)state;
    struct show show;
    open_at(&show, SECOND);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        hands(&show, cases[i].line);
        if (app_cursor(show.app) != cases[i].cursor)
            fail_msg("%s", cases[i].line);
    }
    show_close(&show);
}

static void every_kind_of_thing_has_a_name_and_a_line(void **state)
{
    static const char *const scripts[] = {
        "key Tab",        "drag n4 to n3", "key F6", "key F6 F6", "key F6 F6 F6",
        "key G\ntype 40s\nkey Enter",
        "key Tab\nkey W",
    };
    (void)state;
    bool is_seen[PICK_KIND_COUNT] = {false};
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        struct show show;
        open_at(&show, 12500 * MILLISECOND);
        hands(&show, scripts[i]);
        for (uint32_t k = 0; k < show.app->hits.count; k++) {
            char words[400];
            struct text text;
            struct pick pick = show.app->hits.items[k].pick;
            is_seen[pick.kind] = true;
            text_init(&text, words, sizeof words);
            thing_name(show.app, pick, &text);
            if (text.size == 0 || strcmp(words, "nothing") == 0)
                fail_msg("kind %u has no name", pick.kind);
            text_init(&text, words, sizeof words);
            thing_line(show.app, pick, &text);
            if (text.size == 0)
                fail_msg("kind %u has no line", pick.kind);
        }
        show_close(&show);
    }
    for (uint32_t kind = PICK_NONE + 1; kind < PICK_KIND_COUNT; kind++)
        if (!is_seen[kind] && kind != PICK_ENTRY && kind != PICK_TOPIC && kind != PICK_SHEET &&
            kind != PICK_STEP)
            fail_msg("kind %u was nowhere", kind);
}

static void the_rows_of_a_comparison_are_clicked(void **state)
{
    (void)state;
    struct show show;
    open_at(&show, SECOND);
    hands(&show, "click n3\n"
                 "key K |\n"
                 "click 640,480\n");
    assert_int_equal(show.app->mode, MODE_COMPARE);
    uint32_t chosen = show.app->chosen;
    hands(&show, "wheel down 2 640,300");
    assert_int_equal(show.app->chosen, chosen + 2);
    uint64_t number = show.app->comparison.rows[chosen].record.number;
    hands(&show, "key Up Up\nclick 640,480");
    assert_int_equal(show.app->mode, MODE_PLAIN);
    assert_true(pick_is(show.app->pick, PICK_RECORD, number));
    show_close(&show);
}

/* --- help and palette ----------------------------------------------------------------------------
 */

static void the_help_has_every_key_and_the_mouse_and_scrolls_to_its_end(void **state)
{
    (void)state;
    struct show show;
    char line[200], sentence[900];
    struct text text;
    show_open(&show, standard);
    hands(&show, "resize 1600x2000\nkey ?");
    text_init(&text, sentence, sizeof sentence);
    for (uint32_t i = 0; i < app_command_count; i++) {
        snprintf(line, sizeof line, "expect text \"%s\"", app_commands[i].help);
        if (hands_at(&show, "help", line, 1600, 2000, &text) != SCRIPT_DONE)
            fail_msg("%s", sentence);
    }
    hands(&show, "expect text \"Ctrl: text size\"\n"
                 "expect no text \"since the step before\"\n"
                 "key End\n"
                 "expect text \"since the step before\"\n"
                 "key Home PageDown Esc\n"
                 "key ?\n"
                 "wheel down 99 640,360\nwheel down 99 640,360\n"
                 "expect text \"since the step before\"\n"
                 "key Esc\n"
                 "expect no text \"since the step before\"");
    show_close(&show);
}

static void the_palette_finds_by_name_in_any_case_and_is_clicked(void **state)
{
    (void)state;
    struct show show;
    open_at(&show, SECOND);
    hands(&show, "key Tab Ctrl+P\n"
                 "type CRASH\n"
                 "key Enter\n"
                 "expect said \"n1 crashed\"\n"
                 "key Ctrl+P\n"
                 "type crash\n"
                 "expect text \"crash: not now, this node is down already\"\n"
                 "key Esc Ctrl+P PageDown PageDown Up\n"
                 "expect text \"Up and Down go through them\"");
    assert_int_equal(show.app->chosen, 19);
    show_close(&show);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_menu_of_a_thing_has_every_command_that_is_about_it),
        cmocka_unit_test(what_cannot_be_done_stays_there_with_its_reason_and_is_not_done),
        cmocka_unit_test(keys_choose_in_a_menu_and_escape_leaves_it),
        cmocka_unit_test(a_press_beside_a_menu_closes_it_and_does_nothing_else),
        cmocka_unit_test(the_bar_reaches_every_command),
        cmocka_unit_test(in_a_small_window_a_menu_scrolls),
        cmocka_unit_test(tab_walks_over_all_things_and_all_controls_and_back),
        cmocka_unit_test(ctrl_tab_leaps_to_the_first_of_the_next_kind),
        cmocka_unit_test(a_button_with_the_focus_is_pushed_by_enter_and_the_selection_stays),
        cmocka_unit_test(an_edge_with_the_focus_moves_with_the_arrows),
        cmocka_unit_test(what_the_pointer_rests_on_says_its_name_until_it_moves),
        cmocka_unit_test(the_pointer_looks_as_what_it_is_over),
        cmocka_unit_test(every_kind_of_thing_has_a_name_and_a_line),
        cmocka_unit_test(the_rows_of_a_comparison_are_clicked),
        cmocka_unit_test(the_help_has_every_key_and_the_mouse_and_scrolls_to_its_end),
        cmocka_unit_test(the_palette_finds_by_name_in_any_case_and_is_clicked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

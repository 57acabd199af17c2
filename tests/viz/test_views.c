/*
 * test_views.c: every view at several sizes and moments: no text leaves its pane or the
 * window, panes do not overlap, and the same moment gives the same list.
 */
#include "viz/show.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char standard[] = "scenarios/standard.json";

static const float sizes[][2] = {{1280, 720}, {1600, 900}, {3840, 2160}, {853, 480},
                                 {640, 360},  {512, 288},  {1536, 864},  {320, 240}};

/* Where a command of text reaches from and to. */
static void extent(const struct draw_list *list, const struct draw_command *c, float *from,
                   float *to)
{
    float width = (float)strlen(draw_characters(list, c)) * c->size * DRAW_CHARACTER_WIDTH;
    *from = c->align == ALIGN_LEFT ? c->x : c->align == ALIGN_CENTER ? c->x - width / 2
                                                                     : c->x - width;
    *to = *from + width;
}

/* The clip that a view sets is its box. */
static void expect_text_inside(struct show *show, float width, float height)
{
    struct draw_list list = {0};
    struct box clip = {0, 0, width, height};
    app_draw(show->app, width, height, &list);
    for (uint32_t i = 0; i < list.count; i++) {
        const struct draw_command *c = &list.commands[i];
        if (c->kind == DRAW_CLIP)
            clip = c->w < 0 ? (struct box){0, 0, width, height} : (struct box){c->x, c->y, c->w,
                                                                               c->h};
        if (c->kind != DRAW_TEXT)
            continue;
        float from, to;
        extent(&list, c, &from, &to);
        if (from < clip.x - 1 || to > clip.x + clip.w + 1 || c->y < clip.y - 1 ||
            c->y + c->size > clip.y + clip.h + 1)
            fail_msg("at %gx%g \"%s\" (%g..%g, %g) leaves its pane (%g %g %g %g)", (double)width,
                     (double)height, draw_characters(&list, c), (double)from, (double)to,
                     (double)c->y, (double)clip.x, (double)clip.y, (double)clip.w, (double)clip.h);
    }
    draw_free(&list);
}

static void expect_all_sizes(struct show *show)
{
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        expect_text_inside(show, sizes[i][0], sizes[i][1]);
}

static void no_text_leaves_its_pane_at_any_size_and_moment(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    expect_all_sizes(&show);
    for (int i = 1; i < 6; i++) {
        app_seek_time(show.app, (vtime)i * 9 * SECOND);
        for (int k = 0; k < 5; k++)
            press(&show, "step");
        press(&show, "select next");
        expect_all_sizes(&show);
        press(&show, i % 2 ? "record above" : "crash");
        expect_all_sizes(&show);
    }
    show_close(&show);
}

static void no_text_leaves_its_pane_at_any_text_size(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    app_seek_time(show.app, 20 * SECOND);
    for (float scale = 0.75f; scale < 2.6f; scale += 0.25f) {
        show.app->text_scale = scale;
        for (uint32_t pane = 0; pane <= PANE_COUNT; pane++) {
            show.app->maximised = pane;
            expect_text_inside(&show, 1280, 720);
            expect_text_inside(&show, 3840, 2160);
        }
    }
    show_close(&show);
}

static void help_palette_and_prompt_fit(void **state)
{
    static const char *const overlays[] = {"help", "palette", "go to"};
    (void)state;
    struct show show;
    show_open(&show, standard);
    for (size_t i = 0; i < 3; i++) {
        press(&show, overlays[i]);
        expect_all_sizes(&show);
        app_key(show.app, KEY_ESCAPE, 0);
    }
    show_close(&show);
}

static void the_same_moment_gives_the_same_list(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, standard);
    app_seek_time(show.app, 12 * SECOND);
    press(&show, "record above");
    char *first = dump_of(&show, 1600, 900);
    press(&show, "go to end");
    app_seek_time(show.app, 3 * SECOND);
    app_seek_time(show.app, 12 * SECOND);
    app_say(show.app, "%s", "");
    char *unsaid = dump_of(&show, 1600, 900);
    press(&show, "go to end");
    app_seek_time(show.app, 12 * SECOND);
    app_say(show.app, "%s", "");
    char *again = dump_of(&show, 1600, 900);
    assert_string_equal(unsaid, again);
    assert_non_null(strstr(first, "\"Ring  5 nodes"));
    free(first), free(unsaid), free(again);
    show_close(&show);
}

static void node_states_differ_in_shape_and_not_only_in_colour(void **state)
{
    (void)state;
    struct show show;
    uint32_t counts[3];
    show_open(&show, standard);
    press(&show, "select next");
    for (int i = 0; i < 3; i++) {
        struct draw_list list = {0};
        if (i > 0)
            press(&show, i == 1 ? "crash" : "undo");
        if (i == 2)
            press(&show, "pause node");
        show.app->maximised = PANE_RING;
        app_draw(show.app, 1600, 900, &list);
        counts[i] = 0; /* without colours: kinds of commands */
        for (uint32_t k = 0; k < list.count; k++)
            counts[i] = counts[i] * 31 + list.commands[k].kind;
        draw_free(&list);
    }
    assert_int_not_equal(counts[0], counts[1]);
    assert_int_not_equal(counts[0], counts[2]);
    assert_int_not_equal(counts[1], counts[2]);
    show_close(&show);
}

/* Every check has its name and its standing on the page, and the text keeps to its pane. */
static void the_page_of_checks_names_every_check(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, "scenarios/partition-heal.json");
    show.app->inspector_page = PAGE_CHECKS;
    press(&show, "inspector");
    expect_all_sizes(&show);
    press(&show, "go to end");
    expect_all_sizes(&show);
    char *text = dump_of(&show, 1600, 900);
    for (uint32_t i = 0; i < show.scenario->check_count; i++)
        assert_non_null(strstr(text, show.scenario->checks[i].name));
    assert_non_null(strstr(text, "reached at"));
    free(text);
    show_close(&show);
}

/* A click on what was reached goes to the step at which it was. */
static void a_click_on_a_check_goes_to_its_step(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, "scenarios/partition-heal.json");
    show.app->inspector_page = PAGE_CHECKS;
    press(&show, "inspector");
    press(&show, "go to end");
    free(dump_of(&show, 1600, 900));
    const struct hits *hits = &show.app->hits;
    const struct picture *picture = app_picture(show.app);
    uint32_t i = 0;
    while (i < hits->count && !(hits->items[i].pick.kind == PICK_CHECK &&
                                picture->checks[hits->items[i].pick.id].is_decided))
        i++;
    assert_true(i < hits->count);
    struct hit hit = hits->items[i];
    uint64_t step = picture->checks[hit.pick.id].step;
    click(&show, hit.box.x + 2, hit.box.y + 2);
    assert_int_equal(stage_step(show.app->stage), step);
    show_close(&show);
}

static double luminance(struct draw_color color)
{
    double part[3] = {color.r / 255.0, color.g / 255.0, color.b / 255.0};
    for (int i = 0; i < 3; i++)
        part[i] = part[i] <= 0.03928 ? part[i] / 12.92 : pow((part[i] + 0.055) / 1.055, 2.4);
    return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
}

static void all_text_colours_have_a_contrast_of_at_least_4_5(void **state)
{
    (void)state;
    for (int i = 0; i < THEME_COUNT; i++) {
        const struct theme *t = &themes[i];
        const struct draw_color colors[] = {t->text, t->faint, t->accent, t->good, t->bad, t->warn,
                                            t->selected};
        for (size_t k = 0; k < sizeof colors / sizeof colors[0]; k++) {
            double a = luminance(colors[k]) + 0.05, b = luminance(t->pane) + 0.05;
            double contrast = a > b ? a / b : b / a;
            if (contrast < 4.5)
                fail_msg("theme %s, colour %zu: contrast %.2f", t->name, k, contrast);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_text_leaves_its_pane_at_any_size_and_moment),
        cmocka_unit_test(no_text_leaves_its_pane_at_any_text_size),
        cmocka_unit_test(help_palette_and_prompt_fit),
        cmocka_unit_test(the_same_moment_gives_the_same_list),
        cmocka_unit_test(node_states_differ_in_shape_and_not_only_in_colour),
        cmocka_unit_test(the_page_of_checks_names_every_check),
        cmocka_unit_test(a_click_on_a_check_goes_to_its_step),
        cmocka_unit_test(all_text_colours_have_a_contrast_of_at_least_4_5),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

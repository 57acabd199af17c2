/*
 * test_layout.c: in many states, at four sizes and four sizes of text, no text leaves its
 * box, no text stands upon another, and each can be read upon what is behind it.
 *
 * Measured on the draw list; that letters then do not leave what was measured is asked of
 * the pixels.
 */
#include "viz/measure.h"
#include "viz/draw/raster.h"
#include "viz/states.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TEXTS_MAX 8000

static struct written texts[TEXTS_MAX];
static char first_faults[4000];
static uint32_t fault_count;

__attribute__((format(printf, 1, 2))) static void note(const char *format, ...)
{
    va_list arguments;
    size_t used = strlen(first_faults);
    if (fault_count++ >= 12)
        return;
    va_start(arguments, format);
    vsnprintf(first_faults + used, sizeof first_faults - used, format, arguments);
    va_end(arguments);
}

static void fail_if_noted(void)
{
    if (fault_count > 0)
        fail_msg("%u faults:%s", fault_count, first_faults);
}

static void forget_notes(void)
{
    fault_count = 0;
    first_faults[0] = '\0';
}

typedef void measure(const char *where, const struct draw_list *list, uint32_t count,
                     float width, float height);

static void expect_inside(const char *where, const struct draw_list *list, uint32_t count,
                          float width, float height)
{
    (void)list;
    for (uint32_t i = 0; i < count; i++) {
        struct box t = texts[i].box, c = texts[i].clip;
        float right = fminf(c.x + c.w, width) + 1, bottom = fminf(c.y + c.h, height) + 1;
        if (t.x < fmaxf(c.x, 0) - 1 || t.y < fmaxf(c.y, 0) - 1 || t.x + t.w > right ||
            t.y + t.h > bottom)
            note("\n  %s: \"%s\" (%.0f %.0f %.0f %.0f) leaves (%.0f %.0f %.0f %.0f)", where,
                 texts[i].text, (double)t.x, (double)t.y, (double)t.w, (double)t.h, (double)c.x,
                 (double)c.y, (double)c.w, (double)c.h);
    }
}

static void expect_apart(const char *where, const struct draw_list *list, uint32_t count,
                         float width, float height)
{
    (void)width, (void)height;
    for (uint32_t j = 1; j < count; j++)
        for (uint32_t i = 0; i < j; i++) {
            struct box a = texts[i].box, b = texts[j].box;
            float x = fmaxf(a.x, b.x), y = fmaxf(a.y, b.y);
            float w = fminf(a.x + a.w, b.x + b.w) - x, h = fminf(a.y + a.h, b.y + b.h) - y;
            if (w <= 1 || h <= 1 || measure_is_covered(list, texts[i].index + 1, texts[j].index,
                                                       (struct box){x, y, w, h}))
                continue;
            note("\n  %s: \"%s\" stands on \"%s\" at (%.0f %.0f %.0f %.0f)", where, texts[j].text,
                 texts[i].text, (double)x, (double)y, (double)w, (double)h);
        }
}

static void expect_readable(const char *where, const struct draw_list *list, uint32_t count,
                            float width, float height)
{
    (void)width, (void)height;
    for (uint32_t i = 0; i < count; i++) {
        struct draw_color behind = measure_behind(list, &texts[i]);
        struct draw_color color = measure_over(list->commands[texts[i].index].color, behind);
        double contrast = measure_contrast(color, behind);
        if (contrast < 4.5)
            note("\n  %s: \"%s\": contrast %.2f, #%02x%02x%02x on #%02x%02x%02x", where,
                 texts[i].text, contrast, color.r, color.g, color.b, behind.r, behind.g, behind.b);
    }
}

static void measure_at(struct show *show, const char *name, float width, float height,
                       measure *expect)
{
    char where[120];
    struct draw_list list = {0};
    app_draw(show->app, width, height, &list);
    uint32_t count = measure_texts(&list, width, height, texts, TEXTS_MAX);
    snprintf(where, sizeof where, "%s at %gx%g, text %g %%, %s", name, (double)width,
             (double)height, (double)show->app->text_scale * 100, themes[show->app->theme].name);
    expect(where, &list, count, width, height);
    draw_free(&list);
}

/* Every state as it is, and at four sizes and four sizes of text: from the smallest window there
 * is to four times that of a screen of high density. */
static void measure_all(measure *expect)
{
    static const float sizes[][2] = {{1280, 720}, {3840, 2160}, {320, 240}, {7680, 4320}};
    static const float percents[] = {75, 100, 150, 250};
    forget_notes();
    for (uint32_t i = 0; i < look_state_count; i++) {
        const struct look_state *state = &look_states[i];
        struct show show;
        state_open(&show, state);
        measure_at(&show, state->name, state->width, state->height, expect);
        for (size_t k = 0; k < 4; k++) {
            show.app->text_scale = percents[k] / 100;
            for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++)
                measure_at(&show, state->name, sizes[s][0], sizes[s][1], expect);
        }
        show_close(&show);
    }
    fail_if_noted();
}

static void no_text_leaves_its_box_or_the_window(void **state)
{
    (void)state;
    measure_all(expect_inside);
}

static void no_text_stands_on_another(void **state)
{
    (void)state;
    measure_all(expect_apart);
}

static void every_text_has_a_contrast_of_4_5_in_every_theme(void **data)
{
    (void)data;
    forget_notes();
    for (uint32_t i = 0; i < look_state_count; i++) {
        const struct look_state *state = &look_states[i];
        struct show show;
        state_open(&show, state);
        for (uint32_t theme = 0; theme < THEME_COUNT; theme++) {
            show.app->theme = theme;
            measure_at(&show, state->name, state->width, state->height, expect_readable);
        }
        show_close(&show);
    }
    fail_if_noted();
}

/* --- pixels -------------------------------------------------------------------------------- */

static uint32_t *pixels_of(const struct draw_list *list, int width, int height)
{
    uint32_t *pixels = calloc((size_t)width * (size_t)height, sizeof *pixels);
    assert_non_null(pixels);
    struct raster raster = {pixels, width, height, 1, 0, 0, 0, 0};
    raster_draw(&raster, list, NULL);
    return pixels;
}

/* Texts as if nothing were written: what differs then are their letters. */
static void take_texts_away(struct draw_list *list)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (list->commands[i].kind == DRAW_TEXT)
            list->commands[i].color.a = 0;
}

/* How many letters' pixels lie in the box; when taken away, those of no box stay. */
static uint32_t count_pixels(bool is_taking, uint32_t *a, const uint32_t *b, int width, int height,
                             struct box box)
{
    uint32_t count = 0;
    int left = (int)fmaxf(box.x - 1, 0), right = (int)fminf(box.x + box.w + 2, (float)width);
    int top = (int)fmaxf(box.y - 1, 0), bottom = (int)fminf(box.y + box.h + 2, (float)height);
    for (int y = top; y < bottom; y++)
        for (int x = left; x < right; x++) {
            count += a[y * width + x] != b[y * width + x];
            if (is_taking)
                a[y * width + x] = b[y * width + x];
        }
    return count;
}

/* Of a text that the edge of a menu runs through, perhaps nothing is seen. */
static bool is_crossed(const struct draw_list *list, const struct written *text)
{
    for (uint32_t i = text->index + 1; i < list->count; i++) {
        const struct draw_command *c = &list->commands[i];
        if (c->kind == DRAW_RECT && c->color.a == 255 && c->x < text->box.x + text->box.w &&
            c->x + c->w > text->box.x && c->y < text->box.y + text->box.h &&
            c->y + c->h > text->box.y)
            return true;
    }
    return false;
}

static void expect_letters(const char *name, struct show *show, int width, int height)
{
    struct draw_list list = {0};
    app_draw(show->app, (float)width, (float)height, &list);
    uint32_t count = measure_texts(&list, (float)width, (float)height, texts, TEXTS_MAX);
    uint32_t *with = pixels_of(&list, width, height), astray = 0;
    take_texts_away(&list);
    uint32_t *without = pixels_of(&list, width, height);
    for (uint32_t i = 0; i < count; i++)
        if (strspn(texts[i].text, " ") != strlen(texts[i].text) && !is_crossed(&list, &texts[i]) &&
            count_pixels(false, with, without, width, height, texts[i].box) == 0)
            note("\n  %s: no pixel of \"%s\" is seen", name, texts[i].text);
    for (uint32_t i = 0; i < count; i++)
        count_pixels(true, with, without, width, height, texts[i].box);
    for (int i = 0; i < width * height; i++)
        astray += with[i] != without[i];
    /* a text that is hidden in part or shines through a veil has pixels, and was not measured */
    if (show->app->mode == MODE_PLAIN && astray > 200)
        note("\n  %s: %u pixels of letters lie where none was measured", name, astray);
    free(with), free(without), draw_free(&list);
}

static void letters_are_where_they_were_measured(void **data)
{
    (void)data;
    forget_notes();
    for (uint32_t i = 0; i < look_state_count; i++) {
        struct show show;
        state_open(&show, &look_states[i]);
        expect_letters(look_states[i].name, &show, 1280, 720);
        if (i % 8 == 0)
            expect_letters(look_states[i].name, &show, 3840, 2160);
        show_close(&show);
    }
    fail_if_noted();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_text_leaves_its_box_or_the_window),
        cmocka_unit_test(no_text_stands_on_another),
        cmocka_unit_test(every_text_has_a_contrast_of_4_5_in_every_theme),
        cmocka_unit_test(letters_are_where_they_were_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_fonts.c: there are always letters: which font is taken, what stands for a letter that it
 * does not have, and that those of the built-in font can be told apart.
 */
#include "viz/show.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "viz/draw/font_builtin.h"
#include "viz/draw/font_find.h"
#include "viz/draw/raster.h"

/* Pixels in which two characters of a size differ. */
static uint32_t difference(const struct font_cells *cells, uint32_t a, uint32_t b)
{
    uint32_t count = 0;
    for (int row = 0; row < cells->height; row++)
        count += (uint32_t)__builtin_popcount(font_row(cells, a, row) ^ font_row(cells, b, row));
    return count;
}

static void every_character_has_a_shape_of_its_own_at_every_size(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < FONT_CELLS_COUNT; i++)
        for (uint32_t a = FONT_FIRST; a <= FONT_LAST; a++) {
            for (uint32_t b = FONT_FIRST; b < a; b++)
                if (difference(&font_cells[i], a, b) < 2)
                    fail_msg("%c and %c look alike at %dx%d", (int)a, (int)b, font_cells[i].width,
                             font_cells[i].height);
            assert_in_range(difference(&font_cells[i], a, 0), 4, 400); /* and it is no box */
        }
}

/* What people mix up. In the smallest cells there is room for less. */
static void letters_that_are_mixed_up_differ_in_several_pixels(void **state)
{
    static const char *const groups[] = {"gqa9", "0ODQ", "1lI|i!", "5S", "2Z", "8B3", "uv", "cec",
                                         "nhm", ".,;:", "({["};
    (void)state;
    for (uint32_t i = 0; i < FONT_CELLS_COUNT; i++)
        for (uint32_t g = 0; g < sizeof groups / sizeof groups[0]; g++)
            for (const char *a = groups[g]; *a; a++)
                for (const char *b = groups[g]; b < a; b++)
                    if (*a != *b && difference(&font_cells[i], (uint32_t)*a, (uint32_t)*b) <
                                        (font_cells[i].width > 6 ? 3 : 2))
                        fail_msg("%c and %c differ in %u pixels at %dx%d", *a, *b,
                                 difference(&font_cells[i], (uint32_t)*a, (uint32_t)*b),
                                 font_cells[i].width, font_cells[i].height);
}

static void letters_that_hang_below_the_line_do_and_no_others(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < FONT_CELLS_COUNT; i++)
        for (char c = 'a'; c <= 'z'; c++) {
            uint32_t below = 0;
            for (int row = font_cells[i].ascent; row < font_cells[i].height; row++)
                below |= font_row(&font_cells[i], (uint32_t)c, row);
            if ((below != 0) != (strchr("gjpqy", c) != NULL))
                fail_msg("%c at %dx%d", c, font_cells[i].width, font_cells[i].height);
        }
}

static void the_size_that_is_taken_fits_and_grows_with_the_text(void **state)
{
    int before = 0;
    (void)state;
    for (float size = 7; size < 120; size += 0.25f) {
        float advance = size * DRAW_CHARACTER_WIDTH, line = size * DRAW_LINE_HEIGHT;
        struct font_choice choice = font_choose(floorf(advance + 0.05f), line);
        int width = choice.cells->width * choice.times;
        assert_true(size < 8.5f || (float)width <= advance + 0.05f);
        assert_true(size < 8.5f || (float)(choice.cells->height * choice.times) <= line);
        assert_true(width >= before);
        assert_true(size < 12 || (float)width > advance * 0.78f); /* and it is not lost in it */
        before = width;
    }
    assert_int_equal(font_choose(7.2f, 15.6f).cells->width, 7); /* text of 100 % */
}

static void what_is_no_ascii_is_folded_or_a_box(void **state)
{
    (void)state;
    assert_int_equal(font_fold('~'), '~');
    assert_int_equal(font_fold(0xe9), 'e');
    assert_int_equal(font_fold(0xd6), 'O');
    assert_int_equal(font_fold(0xff), 'y');
    assert_int_equal(font_fold(0x2192), '>');
    assert_int_equal(font_fold(0x2014), '-');
    assert_int_equal(font_fold(0x4e2d), 0); /* a Chinese character */
    assert_int_equal(font_fold(0x1f600), 0);
    assert_int_equal(font_fold(7), 0);
}

/* --- drawing ---------------------------------------------------------------------------------- */

#define WIDE 120
#define HIGH 24

static void draw(uint32_t pixels[WIDE * HIGH], const char *text, const struct glyph_source *glyphs)
{
    struct raster raster = {pixels, WIDE, HIGH, 1, 0, 0, 0, 0};
    struct draw_list list = {0};
    memset(pixels, 0, WIDE * HIGH * sizeof *pixels);
    draw_text(&list, 2, 2, 12, ALIGN_LEFT, (struct draw_color){255, 255, 255, 255}, text);
    raster_draw(&raster, &list, glyphs);
    draw_free(&list);
}

static const uint8_t block[4] = {255, 255, 255, 255};

/* A font that has an "a" only: a block of four pixels. */
static bool only_a(void *host, uint32_t character, int pixels, struct glyph *glyph)
{
    (void)host, (void)pixels;
    *glyph = (struct glyph){1, 3, 2, 2, block};
    return character == 'a';
}

static void what_a_font_does_not_have_comes_from_the_built_in_one(void **state)
{
    static uint32_t mixed[WIDE * HIGH], plain[WIDE * HIGH];
    struct glyph_source source = {NULL, only_a};
    (void)state;
    draw(plain, "xbx", NULL);
    draw(mixed, "xbx", &source);
    assert_memory_equal(mixed, plain, sizeof plain);
    draw(mixed, "xax", &source);
    assert_int_equal(mixed[(2 + 3) * WIDE + 2 + 7 + 1] & 0xffffff, 0xffffff);
    draw(plain, "x", NULL);
    for (int y = 0; y < HIGH; y++)
        assert_memory_equal(&mixed[y * WIDE], &plain[y * WIDE], 9 * sizeof *plain);
}

static void without_any_font_foreign_letters_have_a_shape_and_a_width(void **state)
{
    static uint32_t foreign[WIDE * HIGH], plain[WIDE * HIGH];
    uint32_t lit = 0;
    (void)state;
    draw(foreign, "caf\u00e9 \u2192 n1", NULL);
    draw(plain, "cafe > n1", NULL);
    assert_memory_equal(foreign, plain, sizeof plain);
    draw(foreign, "\u4e2dn1", NULL);
    draw(plain, " n1", NULL);
    for (int y = 0; y < HIGH; y++) {
        for (int x = 0; x < 2 + 7; x++)
            lit += foreign[y * WIDE + x] != 0;
        assert_memory_equal(&foreign[y * WIDE + 9], &plain[y * WIDE + 9],
                            (WIDE - 9) * sizeof *plain);
    }
    assert_in_range(lit, 20, 60); /* a box */
    draw(foreign, "\xff\xc3(", NULL); /* broken text is text, too */
}

/* --- which font ------------------------------------------------------------------------------- */

static uint32_t search(char paths[16][FONT_PATH_MAX], bool is_chosen[16])
{
    struct font_search search = {0};
    uint32_t count = 0;
    while (count < 16 && font_next(&search, paths[count]))
        is_chosen[count++] = search.is_chosen;
    return count;
}

static void the_chosen_font_comes_first_then_usual_ones_then_fontconfig(void **state)
{
    static char paths[16][FONT_PATH_MAX];
    bool is_chosen[16];
    char folder[] = "/tmp/ringside-fonts-XXXXXX", script[100], path[2000];
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(script, sizeof script, "%s/fc-match", folder);
    FILE *file = fopen(script, "w");
    fputs("#!/bin/sh\nprintf /fonts/asked-for.ttf\n", file);
    fclose(file);
    chmod(script, 0700);
    snprintf(path, sizeof path, "%s", getenv("PATH"));
    setenv("RINGSIDE_FONT", "/my/own.ttf", 1);
    setenv("PATH", folder, 1);
    uint32_t count = search(paths, is_chosen);
    assert_in_range(count, 2, 16);
    assert_string_equal(paths[0], "/my/own.ttf");
    assert_true(is_chosen[0]);
    assert_string_equal(paths[count - 1], "/fonts/asked-for.ttf");
    for (uint32_t i = 1; i + 1 < count; i++) {
        assert_int_equal(access(paths[i], R_OK), 0);
        assert_false(is_chosen[i]);
    }
    unlink(script); /* no fontconfig here */
    assert_int_equal(search(paths, is_chosen), count - 1);
    unsetenv("RINGSIDE_FONT");
    assert_int_equal(search(paths, is_chosen), count - 2);
    setenv("PATH", path, 1);
    rmdir(folder);
}

static void the_built_in_font_can_be_asked_for(void **state)
{
    static char paths[16][FONT_PATH_MAX];
    bool is_chosen[16];
    (void)state;
    setenv("RINGSIDE_FONT", "builtin", 1);
    assert_int_equal(search(paths, is_chosen), 0);
    unsetenv("RINGSIDE_FONT");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_character_has_a_shape_of_its_own_at_every_size),
        cmocka_unit_test(letters_that_are_mixed_up_differ_in_several_pixels),
        cmocka_unit_test(letters_that_hang_below_the_line_do_and_no_others),
        cmocka_unit_test(the_size_that_is_taken_fits_and_grows_with_the_text),
        cmocka_unit_test(what_is_no_ascii_is_folded_or_a_box),
        cmocka_unit_test(what_a_font_does_not_have_comes_from_the_built_in_one),
        cmocka_unit_test(without_any_font_foreign_letters_have_a_shape_and_a_width),
        cmocka_unit_test(the_chosen_font_comes_first_then_usual_ones_then_fontconfig),
        cmocka_unit_test(the_built_in_font_can_be_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

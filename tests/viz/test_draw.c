/*
 * test_draw.c: the draw list and its backends: text, SVG, pixels.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "viz/draw/raster.h"

static const struct draw_color red = {255, 0, 0, 255};

static char *written(const struct draw_list *list, bool as_svg)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (as_svg)
        draw_svg(list, 100, 50, out);
    else
        draw_dump(list, out);
    fclose(out);
    return text;
}

static void a_text_that_fits_is_left_alone_and_a_longer_one_is_cut(void **state)
{
    (void)state;
    struct draw_list list = {0};
    draw_text_fit(&list, 0, 0, 60, 10, red, "abcdefghij"); /* 10 characters of 6 points */
    draw_text_fit(&list, 0, 0, 59, 10, red, "abcdefghij");
    draw_text_fit(&list, 0, 0, 12, 10, red, "abcdefghij"); /* no room for sense */
    assert_int_equal(list.count, 2);
    assert_string_equal(draw_characters(&list, &list.commands[0]), "abcdefghij");
    assert_string_equal(draw_characters(&list, &list.commands[1]), "abcdefg..");
    draw_free(&list);
}

static void svg_escapes_what_xml_would_take_for_its_own(void **state)
{
    (void)state;
    struct draw_list list = {0};
    draw_text(&list, 1, 2, 10, ALIGN_LEFT, red, "a<b & c");
    char *svg = written(&list, true);
    assert_non_null(strstr(svg, ">a&lt;b &amp; c</text>"));
    assert_non_null(strstr(svg, "</svg>"));
    free(svg);
    draw_free(&list);
}

/* A path from a point to itself draws nothing in SVG. */
static void svg_draws_a_whole_circle_as_one(void **state)
{
    (void)state;
    struct draw_list list = {0};
    draw_arc(&list, 10, 20, 5, 0, 6.2831853f, 2, red);
    draw_arc(&list, 10, 20, 5, 0, 3, 2, red);
    char *svg = written(&list, true);
    assert_non_null(strstr(svg, "<circle cx=\"10.0\" cy=\"20.0\" r=\"5.0\" fill=\"none\""));
    assert_non_null(strstr(svg, "<path d=\"M15.0 20.0 A5.0 5.0"));
    free(svg);
    draw_free(&list);
}

/* Columns of a list are set apart by spaces. */
static void svg_keeps_spaces(void **state)
{
    (void)state;
    struct draw_list list = {0};
    draw_text(&list, 1, 2, 10, ALIGN_LEFT, red, "a  b");
    char *svg = written(&list, true);
    assert_non_null(strstr(svg, "white-space:pre\" fill=\"#ff0000\">a  b</text>"));
    free(svg);
    draw_free(&list);
}

static void the_dump_has_a_line_for_each_command(void **state)
{
    (void)state;
    struct draw_list list = {0};
    draw_rect(&list, 1, 2, 3, 4, red);
    draw_text(&list, 5, 6, 7, ALIGN_CENTER, red, "hi");
    char *text = written(&list, false);
    assert_string_equal(text, "rect 1 2 3 4 #ff0000\n"
                              "text 5 6 7 #ff0000 center \"hi\"\n");
    free(text);
    draw_free(&list);
}

static void draw_into(uint32_t *pixels, const struct draw_list *list)
{
    memset(pixels, 0, 100 * 50 * sizeof *pixels);
    struct raster raster = {pixels, 100, 50, 1, 0, 0, 0, 0};
    raster_draw(&raster, list, NULL);
}

static void a_rectangle_fills_its_pixels_and_no_other(void **state)
{
    (void)state;
    static uint32_t pixels[100 * 50];
    struct draw_list list = {0};
    uint32_t count = 0;
    draw_rect(&list, 10, 20, 5, 6, red);
    draw_into(pixels, &list);
    for (int i = 0; i < 100 * 50; i++)
        count += pixels[i] == 0xffff0000u;
    assert_int_equal(count, 30);
    assert_int_equal(pixels[20 * 100 + 10], 0xffff0000u);
    assert_int_equal(pixels[25 * 100 + 14], 0xffff0000u);
    draw_free(&list);
}

static void nothing_is_drawn_outside_a_clip(void **state)
{
    (void)state;
    static uint32_t pixels[100 * 50];
    struct draw_list list = {0};
    draw_clip(&list, 40, 10, 20, 20);
    draw_rect(&list, -500, -500, 2000, 2000, red);
    draw_line(&list, -3000, -10, 3000, 60, 9, red, false);
    draw_disc(&list, 50, 20, 400, red);
    draw_arc(&list, 50, 20, 14, 0, 6.2831853f, 3, red);
    draw_text(&list, 30, 15, 12, ALIGN_LEFT, red, "outside and inside");
    draw_into(pixels, &list);
    for (int y = 0; y < 50; y++)
        for (int x = 0; x < 100; x++)
            if (x < 40 || x >= 60 || y < 10 || y >= 30)
                assert_int_equal(pixels[y * 100 + x], 0);
    draw_free(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_that_fits_is_left_alone_and_a_longer_one_is_cut),
        cmocka_unit_test(svg_escapes_what_xml_would_take_for_its_own),
        cmocka_unit_test(svg_draws_a_whole_circle_as_one),
        cmocka_unit_test(svg_keeps_spaces),
        cmocka_unit_test(the_dump_has_a_line_for_each_command),
        cmocka_unit_test(a_rectangle_fills_its_pixels_and_no_other),
        cmocka_unit_test(nothing_is_drawn_outside_a_clip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * play_image.c: the window's picture in a file, as SVG or as pixels, without a display.
 *
 * The draw list is made as for the screen. Settings of a person play no part, so the same options
 * give the same image for everyone (but for the font: see RINGSIDE_FONT).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/play.h"
#include "viz/window.h"

int play_write_svg(struct play *play)
{
    const struct play_options *o = play->options;
    struct draw_list list = {0};
    float width = (float)(o->width / o->factor), height = (float)(o->height / o->factor);
    FILE *out = fopen(o->svg, "w");
    if (!out)
        return usage_error("cannot write %s: %s", o->svg, strerror(errno));
    app_draw(play->app, width, height, &list);
    draw_svg(&list, width, height, out);
    draw_free(&list);
    if (fclose(out) != 0)
        return usage_error("cannot write %s: %s", o->svg, strerror(errno));
    return EXIT_HOLDS;
}

int play_write_png(struct play *play)
{
    const struct play_options *o = play->options;
    struct draw_list list = {0};
    struct glyph_source *glyphs = NULL;
#ifdef RINGSIDE_WINDOW
    glyphs = glyphs_open();
#endif
    uint32_t *pixels = calloc((size_t)o->width * (size_t)o->height, sizeof *pixels);
    CHECK_WHY(pixels != NULL, "out of memory");
    struct raster raster = {pixels, o->width, o->height, (float)o->factor, 0, 0, 0, 0};
    app_draw(play->app, (float)o->width / raster.scale, (float)o->height / raster.scale, &list);
    raster_draw(&raster, &list, glyphs);
    int code = EXIT_HOLDS;
    if (!png_write(o->screenshot, &raster))
        code = usage_error("cannot write %s: %s", o->screenshot, strerror(errno));
#ifdef RINGSIDE_WINDOW
    glyphs_close(glyphs);
#endif
    draw_free(&list);
    free(pixels);
    return code;
}

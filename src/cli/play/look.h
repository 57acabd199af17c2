/*
 * look.h: what an image looks like, and making one without a screen.
 *
 * play and export read the same words (--size, --theme, --layout, --keys and so on), so that a
 * picture of one is a picture of the other. An image needs no display: the draw list is made
 * as for the screen, and becomes SVG or pixels.
 */
#ifndef CLI_LOOK_H
#define CLI_LOOK_H

#include "viz/draw/png.h"
#include "viz/window/window.h"

struct look {
    /* as typed, or NULL */
    const char *size, *scale, *theme, *layout, *view, *keys, *text, *font, *reduced_motion, *bare;
    bool is_bare;      /* the panes alone, without the bars above and below */
    int width, height; /* pixels */
    float pixels_a_point;
};

/* Size and scale as numbers; false after a usage error has been printed. */
bool look_read(struct look *look);

/* Theme, layout, view and keys; false after a usage error has been printed. */
bool look_put_on(const struct look *look, struct app *app);

/* The image of what the app shows; false when `out` does not take it (see errno). */
bool look_write_png(const struct look *look, struct app *app, FILE *out);
bool look_write_svg(const struct look *look, struct app *app, FILE *out);

/* For many images of one size: the font is opened once. What was painted last is in
 * `raster.pixels`. */
struct painter {
    struct glyph_source *glyphs; /* NULL: the built-in font */
    bool is_bare;
    struct raster raster;
    struct draw_list list;
};

void painter_open(struct painter *painter, const struct look *look);
void painter_paint(struct painter *painter, struct app *app);
void painter_close(struct painter *painter);

#endif

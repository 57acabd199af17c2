/*
 * raster.h: the third backend: a draw list as pixels, without a graphics library.
 *
 * The window, its screenshots and tests share these pixels, so a picture does not depend
 * on a driver or a graphics card. Edges are smooth: each pixel takes as much of a colour
 * as its distance from the shape says. Glyphs come from whoever has a font; without one
 * there is a built-in one (font_builtin.h), so that a window always has text.
 */
#ifndef VIZ_RASTER_H
#define VIZ_RASTER_H

#include "viz/draw/draw.h"

struct raster {
    uint32_t *pixels; /* 0xffRRGGBB, row by row */
    int width, height;
    float scale; /* pixels a point */
    int clip_x, clip_y, clip_right, clip_bottom;
};

/* Coverage of one character at one size, placed by its line's upper left corner. */
struct glyph {
    int left, top; /* of the first pixel */
    int width, height;
    const uint8_t *coverage; /* width * height; NULL for a blank */
};

/* Where glyphs come from; `get` returns false for a character that it does not have. */
struct glyph_source {
    void *host;
    bool (*get)(void *host, uint32_t character, int pixels_high, struct glyph *glyph);
};

void raster_draw(struct raster *raster, const struct draw_list *list,
                 const struct glyph_source *glyphs); /* NULL: the built-in font */

/* A PNG image of the pixels; false when it cannot be written (see errno). */
bool png_write(const char *path, const struct raster *raster);

#endif

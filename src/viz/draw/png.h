/*
 * png.h: pixels as a PNG image, or many of them as one that moves (APNG).
 *
 * A moving one shows its frames in a loop; of a frame only the smallest box is kept that
 * holds all that changed since the one before it. Whoever cannot play it shows the first.
 */
#ifndef VIZ_PNG_H
#define VIZ_PNG_H

#include "viz/draw/raster.h"

/* A still image; false when it cannot be written (see errno). */
bool png_put(FILE *out, const struct raster *raster);

/* `frame_count` images of one size, `fps` a second. Add each, then end it. */
struct png_film {
    FILE *out;
    uint32_t frame_count, fps;
    uint32_t added;    /* frames so far */
    uint32_t sequence; /* of the chunks that belong to frames */
    uint32_t *last;    /* the pixels of the frame before */
};

void png_film_begin(struct png_film *film, FILE *out, uint32_t frame_count, uint32_t fps);
bool png_film_add(struct png_film *film, const struct raster *raster);
bool png_film_end(struct png_film *film);

#endif

/*
 * window.h: a screen for the app.
 *
 * Only window_sdl.c includes SDL. A build without it has no window_open, and says so; it
 * can still make images, with the built-in font.
 */
#ifndef VIZ_WINDOW_H
#define VIZ_WINDOW_H

#include "viz/raster.h"
#include "viz/script.h"

struct window_options {
    const char *title;
    int width, height; /* pixels */
    float scale;       /* pixels a point */
};

/* Show the app until the person closes it. False and one sentence in `why` when there is
 * no display. */
bool window_run(struct app *app, const struct window_options *options, char *why, size_t why_size);

/* Let a script sit at it. False and one sentence in `failure` when there can be no window. */
bool window_run_script(const struct script *script, struct app *app,
                       const struct window_options *options, enum script_end *end,
                       struct text *failure);

/* Glyphs of the first font that is found, for images; NULL: there is none, or no library
 * to read it. Close it afterwards. */
struct glyph_source *glyphs_open(void);
void glyphs_close(struct glyph_source *glyphs);

#endif

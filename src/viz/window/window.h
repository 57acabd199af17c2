/*
 * window.h: a screen for the app.
 *
 * Only window_sdl*.c include SDL. A build without it has no window_run, and says so; it
 * can still make images, with the built-in font.
 */
#ifndef VIZ_WINDOW_H
#define VIZ_WINDOW_H

#include "viz/draw/raster.h"
#include "viz/script/script.h"

/* Where a window is and how large, in the screen's own units. */
struct window_place {
    int x, y, width, height;
    bool has_position; /* else the desktop chooses one */
    bool is_exact;     /* larger than the screen, if it must be */
    bool is_in_points; /* its size: nobody has sized the window yet */
    bool is_maximised;
    bool is_full_screen;
};

struct window_options {
    struct window_place place;
    float scale; /* pixels a point; 0: as the screen and the desktop say */

    /* Called when the window has been drawn and when it ends, with where it is now: for settings.
     * Returns whether it wants to be called again soon, though nothing happens. NULL is allowed. */
    bool (*settle)(void *self, const struct window_place *place, bool is_end);
    void *self;
    const char *last_word; /* for standard error, when the display is gone of a sudden */
};

/* Show the app until the person closes it. False and one sentence in `why` when there is
 * no display. */
bool window_run(struct app *app, const struct window_options *options, char *why, size_t why_size);

/* Let a script sit at it. False and one sentence in `failure` when there can be no window. */
bool window_run_script(const struct script *script, struct app *app,
                       const struct window_options *options, enum script_end *end,
                       struct text *failure);

/* Glyphs of the first font that can be read (font_find.h); NULL: there is none, or no library to
 * read it. Close it afterwards. `said`, of `said_size` bytes, which may be 0: a sentence when it
 * is not the one that was chosen, or "". */
struct glyph_source *glyphs_open(char *said, size_t said_size);
void glyphs_close(struct glyph_source *glyphs);

#endif

/*
 * window_sdl.h: what a person's window and a script's have in common.
 *
 * Only files named window_sdl* include SDL, and this. A script's window (window_sdl_hand.c) gets
 * its events through SDL's queue like a person's, but its time from the script.
 */
#ifndef VIZ_WINDOW_SDL_H
#define VIZ_WINDOW_SDL_H

#include <SDL2/SDL.h>

#include "viz/window.h"

struct window {
    struct app *app;
    SDL_Window *window;
    struct glyph_source *glyphs;
    struct draw_list list;
    float scale;   /* pixels a point */
    uint64_t then; /* of the last frame, in ticks of the performance counter */
};

/* False and one sentence in `why`: there is no window then. */
bool window_open(struct window *w, struct app *app, const struct window_options *options, char *why,
                 size_t why_size);
void window_close(struct window *w);

/* Handle the events that wait, let so much time pass, draw if that is due. */
void window_frame(struct window *w, double seconds);

#endif

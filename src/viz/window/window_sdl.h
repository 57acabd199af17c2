/*
 * window_sdl.h: what a person's window and a script's have in common.
 *
 * Only files named window_sdl* include SDL, and this. A script's window (window_sdl_hand.c) gets
 * its events through SDL's queue like a person's, but its time from the script.
 */
#ifndef VIZ_WINDOW_SDL_H
#define VIZ_WINDOW_SDL_H

#include <SDL2/SDL.h>

#include "viz/window/window.h"

struct window {
    struct app *app;
    SDL_Window *window;
    struct glyph_source *glyphs;
    struct draw_list list;
    float wanted_scale; /* 0: as the screen says */
    float scale;        /* pixels a point */
    uint64_t then;      /* of the last frame, in ticks of the performance counter */
    struct window_place place; /* when it is neither maximised nor full screen */
    char title[200];
    enum app_cursor cursor;
    SDL_Cursor *cursors[CURSOR_COUNT]; /* made when they are needed first */
};

/* False and one sentence in `why`: there is no window then. */
bool window_open(struct window *w, struct app *app, const struct window_options *options, char *why,
                 size_t why_size);
void window_close(struct window *w);

/* window_sdl_screen.c: clipboard, full screen, where the window is. */
struct app_screen window_screen(struct window *w);
struct window_place window_fitting_place(const struct window_place *place);
struct window_place window_place_now(struct window *w);

/* The pointer's look, by what it is over (window_sdl_cursor.c). */
void window_show_cursor(struct window *w);
void window_free_cursors(struct window *w);

/* Handle the events that wait, let so much time pass, draw if that is due. */
void window_frame(struct window *w, double seconds);

#endif

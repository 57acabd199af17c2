/*
 * window_sdl_screen.c: what the app asks of a screen, and where the window is on it.
 *
 * A window that was moved to a screen which is no longer there is brought back into sight, and one
 * larger than the screen is made to fit. While it is maximised or full screen, the place that it
 * returns to is remembered, not the screen's size.
 */
#include <stdlib.h>
#include <string.h>

#include "viz/window/window_sdl.h"

static bool copy(void *self, const char *text)
{
    (void)self;
    return SDL_SetClipboardText(text) == 0;
}

static char *paste(void *self)
{
    (void)self;
    char *text = SDL_HasClipboardText() ? SDL_GetClipboardText() : NULL;
    char *result = text ? strdup(text) : NULL;
    SDL_free(text);
    return result;
}

static bool is_full_screen(const struct window *w)
{
    return (SDL_GetWindowFlags(w->window) & SDL_WINDOW_FULLSCREEN) != 0;
}

static bool full_screen(void *self)
{
    struct window *w = self;
    uint32_t wanted = is_full_screen(w) ? 0 : SDL_WINDOW_FULLSCREEN_DESKTOP;
    SDL_SetWindowFullscreen(w->window, wanted);
    w->place = window_place_now(w);
    return wanted != 0;
}

struct app_screen window_screen(struct window *w)
{
    return (struct app_screen){w, copy, paste, full_screen};
}

/* The part of all screens that a window may use; false when SDL does not know. */
static bool is_in_sight(const struct window_place *place)
{
    SDL_Rect usable;
    for (int i = 0; i < SDL_GetNumVideoDisplays(); i++)
        if (SDL_GetDisplayUsableBounds(i, &usable) == 0 && place->x + 100 < usable.x + usable.w &&
            place->x + place->width > usable.x + 100 && place->y >= usable.y - 10 &&
            place->y + 50 < usable.y + usable.h)
            return true;
    return false;
}

struct window_place window_fitting_place(const struct window_place *place)
{
    struct window_place result = *place;
    SDL_Rect usable;
    if (SDL_GetDisplayUsableBounds(0, &usable) == 0 && usable.w >= 320 && usable.h >= 240 &&
        !place->is_exact) {
        result.width = result.width < usable.w ? result.width : usable.w;
        result.height = result.height < usable.h ? result.height : usable.h;
    }
    result.has_position = place->has_position && is_in_sight(place);
    return result;
}

struct window_place window_place_now(struct window *w)
{
    struct window_place place = w->place;
    uint32_t flags = SDL_GetWindowFlags(w->window);
    place.is_maximised = (flags & SDL_WINDOW_MAXIMIZED) != 0;
    place.is_full_screen = is_full_screen(w);
    if (place.is_maximised || place.is_full_screen)
        return place;
    SDL_GetWindowPosition(w->window, &place.x, &place.y);
    SDL_GetWindowSize(w->window, &place.width, &place.height);
    place.has_position = true;
    place.is_in_points = false;
    return place;
}

/*
 * window_sdl_hand.c: a script's hand at a real window: its keys, presses and moves are events in
 * SDL's own queue.
 *
 * So a script tests the way of an event from SDL to the app, and its screenshots are the window's
 * own pixels. Unless SDL_VIDEODRIVER says otherwise the window is one of SDL's dummy driver, which
 * nobody sees; with SDL_VIDEODRIVER=x11 one can watch. Time passes only where the script waits.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "viz/window/window_sdl.h"

#define FRAME_SECONDS (1.0 / 60)

static const struct {
    uint32_t key;
    SDL_Keycode code;
} codes[] = {
    {KEY_TAB, SDLK_TAB},
    {KEY_ENTER, SDLK_RETURN},
    {KEY_ESCAPE, SDLK_ESCAPE},
    {KEY_LEFT, SDLK_LEFT},
    {KEY_RIGHT, SDLK_RIGHT},
    {KEY_UP, SDLK_UP},
    {KEY_DOWN, SDLK_DOWN},
    {KEY_HOME, SDLK_HOME},
    {KEY_END, SDLK_END},
    {KEY_PAGE_UP, SDLK_PAGEUP},
    {KEY_MENU, SDLK_APPLICATION},
    {KEY_DELETE, SDLK_DELETE},
    {KEY_PAGE_DOWN, SDLK_PAGEDOWN},
    {KEY_BACKSPACE, SDLK_BACKSPACE},
};

static SDL_Keycode code_of(uint32_t key)
{
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (codes[i].key == key)
            return codes[i].code;
    if (key >= KEY_F1 && key <= KEY_F12)
        return SDLK_F1 + (SDL_Keycode)(key - KEY_F1);
    return key >= 'A' && key <= 'Z' ? (SDL_Keycode)(key | 32) : (SDL_Keycode)key;
}

static void hold(uint32_t modifiers)
{
    SDL_SetModState((modifiers & MOD_SHIFT ? KMOD_LSHIFT : KMOD_NONE) |
                    (modifiers & MOD_CTRL ? KMOD_LCTRL : KMOD_NONE));
}

/* A queue that is full would swallow what the script did. */
static void push(SDL_Event *event)
{
    CHECK_WHY(SDL_PushEvent(event) == 1, "SDL does not take a script's event");
}

/* As a keyboard does: the key goes down, a character comes as text, the key goes up. */
static void sdl_key(void *self, uint32_t key, uint32_t modifiers)
{
    struct window *w = self;
    bool is_capital = key >= 'A' && key <= 'Z';
    hold(modifiers | (is_capital ? MOD_SHIFT : 0));
    SDL_Event event = {.key = {.type = SDL_KEYDOWN, .state = SDL_PRESSED}};
    event.key.windowID = SDL_GetWindowID(w->window);
    event.key.keysym.sym = code_of(key);
    event.key.keysym.mod = (Uint16)SDL_GetModState();
    push(&event);
    if (key >= ' ' && key < 127 && !(modifiers & MOD_CTRL)) {
        SDL_Event text = {.text = {.type = SDL_TEXTINPUT, .windowID = event.key.windowID}};
        text.text.text[0] = (char)key;
        push(&text);
    }
    event.key.type = SDL_KEYUP;
    event.key.state = SDL_RELEASED;
    push(&event);
    window_frame(w, 0);
    hold(0);
}

static int pixels_of(const struct window *w, float points)
{
    return (int)(points * w->scale + (points < 0 ? -0.5f : 0.5f));
}

static void push_button(struct window *w, struct pointer pointer, uint32_t type)
{
    static const Uint8 buttons[] = {SDL_BUTTON_LEFT, SDL_BUTTON_MIDDLE, SDL_BUTTON_RIGHT};
    SDL_Event event = {.button = {.type = type, .windowID = SDL_GetWindowID(w->window)}};
    event.button.button = buttons[pointer.button];
    event.button.state = type == SDL_MOUSEBUTTONDOWN ? SDL_PRESSED : SDL_RELEASED;
    event.button.clicks = (Uint8)pointer.clicks;
    event.button.x = pixels_of(w, pointer.x);
    event.button.y = pixels_of(w, pointer.y);
    hold(pointer.modifiers);
    push(&event);
    window_frame(w, 0);
}

static void sdl_press(void *self, struct pointer pointer)
{
    push_button(self, pointer, SDL_MOUSEBUTTONDOWN);
}

static void sdl_release(void *self, struct pointer pointer)
{
    push_button(self, pointer, SDL_MOUSEBUTTONUP);
    hold(0);
}

static void sdl_point(void *self, struct pointer pointer)
{
    struct window *w = self;
    SDL_Event event = {.motion = {.type = SDL_MOUSEMOTION}};
    event.motion.windowID = SDL_GetWindowID(w->window);
    event.motion.x = pixels_of(w, pointer.x);
    event.motion.y = pixels_of(w, pointer.y);
    hold(pointer.modifiers);
    push(&event);
    window_frame(w, 0);
}

static void sdl_wheel(void *self, struct pointer pointer, int up)
{
    struct window *w = self;
    SDL_Event event = {.wheel = {.type = SDL_MOUSEWHEEL, .y = up}};
    event.wheel.windowID = SDL_GetWindowID(w->window);
    hold(pointer.modifiers);
    push(&event);
    window_frame(w, 0);
}

static void sdl_wait(void *self, double seconds)
{
    for (; seconds > 0; seconds -= FRAME_SECONDS)
        window_frame(self, seconds < FRAME_SECONDS ? seconds : FRAME_SECONDS);
}

/* The window frees what fell on it, as it does for a desktop's. */
static void sdl_drop(void *self, const char *what)
{
    struct window *w = self;
    SDL_Event event = {.drop = {.type = SDL_DROPFILE}};
    event.drop.windowID = SDL_GetWindowID(w->window);
    event.drop.file = SDL_strdup(what);
    push(&event);
    window_frame(w, 0);
}

static void sdl_resize(void *self, int width, int height)
{
    struct window *w = self;
    SDL_SetWindowSize(w->window, width, height);
    w->app->is_drawing_due = true;
    window_frame(w, 0);
}

static void sdl_size(void *self, float *width, float *height)
{
    const struct window *w = self;
    SDL_Surface *surface = SDL_GetWindowSurface(w->window);
    CHECK_WHY(surface != NULL, "SDL has no pixels for the script's window");
    *width = (float)surface->w / w->scale;
    *height = (float)surface->h / w->scale;
}

static bool sdl_screenshot(void *self, const char *file, struct text *mistake)
{
    struct window *w = self;
    w->app->is_drawing_due = true;
    window_frame(w, 0);
    SDL_Surface *surface = SDL_GetWindowSurface(w->window);
    struct raster raster = {surface->pixels, surface->w, surface->h, w->scale, 0, 0, 0, 0};
    if (surface->pitch == surface->w * 4 && png_write(file, &raster))
        return true;
    text_str(mistake, "cannot write ");
    text_str(mistake, file);
    text_str(mistake, ": ");
    text_str(mistake, strerror(errno));
    return false;
}

bool window_run_script(const struct script *script, struct app *app,
                       const struct window_options *options, enum script_end *end,
                       struct text *failure)
{
    struct window w;
    char why[300];
    SDL_setenv("SDL_VIDEODRIVER", "dummy", 0);
    if (!window_open(&w, app, options, why, sizeof why)) {
        text_str(failure, why);
        return false;
    }
    struct hand hand = {&w,       sdl_key,  sdl_press,  sdl_point, sdl_release, sdl_wheel,
                        sdl_wait, sdl_drop, sdl_resize, sdl_size,  sdl_screenshot};
    app->is_drawing_due = true;
    window_frame(&w, 0);
    *end = script_run(script, app, &hand, failure);
    window_close(&w);
    return true;
}

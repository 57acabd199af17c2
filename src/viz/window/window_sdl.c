/*
 * window_sdl.c: events in, pixels out; only window_sdl*.c know SDL.
 *
 * The app draws a list, raster.c makes pixels of it, SDL shows them. A window that does
 * not move waits for the next event and takes no processor time. The loop is one function,
 * frame(), which returns whether there is to be another.
 */
#include "viz/window/window_sdl.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "viz/draw/screen_scale.h"

/* --- events -------------------------------------------------------------------------------- */

static uint32_t key_code(SDL_Keycode key)
{
    switch (key) {
    case SDLK_TAB: return KEY_TAB;
    case SDLK_RETURN:
    case SDLK_KP_ENTER: return KEY_ENTER;
    case SDLK_ESCAPE: return KEY_ESCAPE;
    case SDLK_BACKSPACE: return KEY_BACKSPACE;
    case SDLK_LEFT: return KEY_LEFT;
    case SDLK_RIGHT: return KEY_RIGHT;
    case SDLK_UP: return KEY_UP;
    case SDLK_DOWN: return KEY_DOWN;
    case SDLK_HOME: return KEY_HOME;
    case SDLK_END: return KEY_END;
    case SDLK_PAGEUP: return KEY_PAGE_UP;
    case SDLK_PAGEDOWN: return KEY_PAGE_DOWN;
    case SDLK_DELETE: return KEY_DELETE;
    case SDLK_APPLICATION:
    case SDLK_MENU: return KEY_MENU;
    default: break;
    }
    return key >= SDLK_F1 && key <= SDLK_F12 ? KEY_F1 + (uint32_t)(key - SDLK_F1) : KEY_NONE;
}

static uint32_t modifiers_of(SDL_Keymod held)
{
    return (held & KMOD_SHIFT ? MOD_SHIFT : 0) | (held & KMOD_CTRL ? MOD_CTRL : 0);
}

/* Characters come as text, so that keyboard layouts are right; with Ctrl there is no text. */
static void on_key(struct app *app, const SDL_KeyboardEvent *event)
{
    SDL_Keycode key = event->keysym.sym;
    uint32_t modifiers = modifiers_of(event->keysym.mod);
    uint32_t code = key_code(key);
    if (code != KEY_NONE)
        app_key(app, code, modifiers);
    else if ((modifiers & MOD_CTRL) && key > ' ' && key < 127)
        app_key(app, key == '=' ? '+' : (uint32_t)key, MOD_CTRL);
}

static void on_text(struct app *app, const char *text)
{
    if (SDL_GetModState() & KMOD_CTRL)
        return; /* that was a command, and some keyboards send the character besides */
    for (; *text; text++)
        if (*text >= ' ' && *text < 127)
            app_key(app, (uint32_t)(*text == '=' && app->mode == MODE_PLAIN ? '+' : *text), 0);
}

/* Mouse positions are in window units, which on some screens are not pixels. */
static float points_of(const struct window *w, int position)
{
    int width, pixels = 1;
    SDL_GetWindowSize(w->window, &width, NULL);
    SDL_Surface *surface = SDL_GetWindowSurface(w->window);
    if (surface)
        pixels = surface->w;
    return (float)position * (float)pixels / (float)(width > 0 ? width : 1) / w->scale;
}

static struct pointer pointer_at(const struct window *w, int x, int y)
{
    return (struct pointer){
        .x = points_of(w, x), .y = points_of(w, y), .modifiers = modifiers_of(SDL_GetModState())};
}

static struct pointer button_at(const struct window *w, const SDL_MouseButtonEvent *event)
{
    struct pointer pointer = pointer_at(w, event->x, event->y);
    pointer.button = event->button == SDL_BUTTON_RIGHT    ? BUTTON_RIGHT
                     : event->button == SDL_BUTTON_MIDDLE ? BUTTON_MIDDLE
                                                          : BUTTON_LEFT;
    pointer.clicks = event->clicks;
    return pointer;
}

/* Wheels do not say where they are; the pointer was seen moving there. */
static void on_wheel(struct app *app, const SDL_MouseWheelEvent *event)
{
    struct pointer pointer = app->pointer;
    pointer.modifiers = modifiers_of(SDL_GetModState());
    app_wheel(app, pointer, (float)event->y);
}

static void on_window(struct window *w, const SDL_WindowEvent *event)
{
    w->app->is_drawing_due = true;
    if (event->event == SDL_WINDOWEVENT_SIZE_CHANGED || event->event == SDL_WINDOWEVENT_MOVED)
        w->place = window_place_now(w);
}

static void on_event(struct window *w, const SDL_Event *event)
{
    struct app *app = w->app;
    switch (event->type) {
    case SDL_QUIT: app->is_over = true; break;
    case SDL_KEYDOWN: on_key(app, &event->key); break;
    case SDL_TEXTINPUT: on_text(app, event->text.text); break;
    case SDL_MOUSEBUTTONDOWN: app_press(app, button_at(w, &event->button)); break;
    case SDL_MOUSEBUTTONUP: app_release(app, button_at(w, &event->button)); break;
    case SDL_MOUSEMOTION: app_point(app, pointer_at(w, event->motion.x, event->motion.y)); break;
    case SDL_MOUSEWHEEL: on_wheel(app, &event->wheel); break;
    case SDL_WINDOWEVENT: on_window(w, &event->window); break;
    case SDL_RENDER_TARGETS_RESET: app->is_drawing_due = true; break;
    case SDL_DROPFILE:
    case SDL_DROPTEXT:
        app_drop(app, event->drop.file);
        SDL_free(event->drop.file);
        break;
    default: break;
    }
}

/* --- frames --------------------------------------------------------------------------------- */

static float pixels_a_unit(const struct window *w)
{
    SDL_Surface *surface = SDL_GetWindowSurface(w->window);
    int width = 0;
    SDL_GetWindowSize(w->window, &width, NULL);
    return surface && width > 0 ? (float)surface->w / (float)width : 1;
}

/* Another file may have been opened. */
static void show_title(struct window *w)
{
    char title[sizeof w->title];
    snprintf(title, sizeof title, "%s - Ringside", app_picture(w->app)->scenario);
    if (strcmp(title, w->title) == 0)
        return;
    strcpy(w->title, title);
    SDL_SetWindowTitle(w->window, title);
}

static void show(struct window *w)
{
    SDL_Surface *surface = SDL_GetWindowSurface(w->window);
    if (!surface || surface->format->BytesPerPixel != 4)
        return;
    w->scale = screen_scale(w->wanted_scale, pixels_a_unit(w));
    w->app->pixels_a_point = w->scale;
    struct raster raster = {surface->pixels, surface->pitch / 4, surface->h, w->scale, 0, 0, 0, 0};
    app_draw(w->app, (float)surface->w / w->scale, (float)surface->h / w->scale, &w->list);
    SDL_LockSurface(surface);
    raster_draw(&raster, &w->list, w->glyphs);
    SDL_UnlockSurface(surface);
    SDL_UpdateWindowSurface(w->window);
    show_title(w);
}

void window_frame(struct window *w, double seconds)
{
    SDL_Event event;
    while (SDL_PollEvent(&event))
        on_event(w, &event);
    app_tick(w->app, seconds);
    if (w->app->is_drawing_due)
        show(w);
    window_show_cursor(w);
}

/* A frame of a window that a person sits at; false when it was the last. */
static bool frame(struct window *w, const struct window_options *options)
{
    bool is_soon = options->settle && options->settle(options->self, &w->place, w->app->is_over);
    if (w->app->is_over)
        return false;
    if (!app_is_moving(w->app) && !w->app->is_drawing_due)
        SDL_WaitEventTimeout(NULL, is_soon ? 500 : -1); /* it stays in the queue */
    uint64_t now = SDL_GetPerformanceCounter();
    double seconds = (double)(now - w->then) / (double)SDL_GetPerformanceFrequency();
    w->then = now;
    window_frame(w, seconds < 0.1 ? seconds : 0.1);
    if (app_is_moving(w->app))
        SDL_Delay(8);
    return true;
}

/* --- beginning and end --------------------------------------------------------------------- */

/* Asking Wayland's library where there is none makes it complain on its own. */
static bool is_display_likely(void)
{
    static const char *const names[] = {"DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET",
                                        "SDL_VIDEODRIVER"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return true;
    }
    return false;
}

/* Without a display SDL may settle for a driver that nobody sees; that counts only when
 * somebody asked for it. */
static bool is_display_seen(void)
{
    const char *driver = SDL_GetCurrentVideoDriver(), *asked = getenv("SDL_VIDEODRIVER");
    bool is_hidden = driver && (strcmp(driver, "dummy") == 0 || strcmp(driver, "offscreen") == 0 ||
                                strcmp(driver, "evdev") == 0);
    return !is_hidden || (asked && *asked);
}

static bool refuse(char *why, size_t why_size, const char *reason)
{
    snprintf(why, why_size, "%s", reason);
    SDL_Quit();
    return false;
}

/* On a screen of high density a first window is as large for the eye as on another. */
static void grow(struct window *w)
{
    float ratio = pixels_a_unit(w), factor = screen_scale(w->wanted_scale, ratio) / ratio;
    if (!w->place.is_in_points || factor == 1)
        return;
    w->place.width = (int)((float)w->place.width * factor);
    w->place.height = (int)((float)w->place.height * factor);
    w->place = window_fitting_place(&w->place);
    SDL_SetWindowSize(w->window, w->place.width, w->place.height);
    if (!w->place.has_position) /* it was chosen for the smaller one */
        SDL_SetWindowPosition(w->window, SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED);
}

static bool create(struct window *w, const struct window_options *options)
{
    uint32_t flags = SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI;
    w->place = window_fitting_place(&options->place);
    int x = w->place.has_position ? w->place.x : (int)SDL_WINDOWPOS_UNDEFINED;
    int y = w->place.has_position ? w->place.y : (int)SDL_WINDOWPOS_UNDEFINED;
    if (w->place.is_maximised)
        flags |= SDL_WINDOW_MAXIMIZED;
    if (w->place.is_full_screen)
        flags |= SDL_WINDOW_FULLSCREEN_DESKTOP;
    w->window = SDL_CreateWindow("Ringside", x, y, w->place.width, w->place.height, flags);
    return w->window != NULL;
}

bool window_open(struct window *w, struct app *app, const struct window_options *options, char *why,
                 size_t why_size)
{
    char said[400];
    *w = (struct window){.app = app, .wanted_scale = options->scale, .scale = 1};
    if (!is_display_likely())
        return refuse(why, why_size, "neither X11 nor Wayland is there");
    SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    SDL_SetHint(SDL_HINT_APP_NAME, "Ringside");
    if (SDL_Init(SDL_INIT_VIDEO) != 0)
        return refuse(why, why_size, SDL_GetError());
    if (!is_display_seen())
        return refuse(why, why_size, "neither X11 nor Wayland answers");
    if (!create(w, options))
        return refuse(why, why_size, SDL_GetError());
    grow(w);
    SDL_SetWindowMinimumSize(w->window, 320, 240);
    SDL_StartTextInput();
    app->screen = window_screen(w);
    w->glyphs = glyphs_open(said, sizeof said);
    if (*said)
        app_refuse(app, said);
    w->then = SDL_GetPerformanceCounter();
    return true;
}

void window_close(struct window *w)
{
    w->app->screen = (struct app_screen){0};
    glyphs_close(w->glyphs);
    draw_free(&w->list);
    window_free_cursors(w);
    SDL_DestroyWindow(w->window);
    SDL_Quit();
}

/* When the X server is gone, Xlib ends the program from within: then this is the last word. */
static const char *last_word;

static void display_is_gone(void)
{
    if (last_word) {
        fprintf(stderr, "ringside: %s\n", last_word);
        _exit(2);
    }
}

bool window_run(struct app *app, const struct window_options *options, char *why, size_t why_size)
{
    struct window w;
    static bool is_registered;
    if (!window_open(&w, app, options, why, why_size))
        return false;
    if (!is_registered)
        is_registered = atexit(display_is_gone) == 0;
    last_word = options->last_word;
    while (frame(&w, options))
        continue;
    last_word = NULL;
    window_close(&w);
    return true;
}

/*
 * window_sdl.c: events in, pixels out, glyphs of a font; only window_sdl*.c know SDL.
 *
 * The app draws a list, raster.c makes pixels of it, SDL shows them. A window that does
 * not move waits for the next event and takes no processor time. The loop is one function,
 * frame(), which returns whether there is to be another.
 */
#include "viz/window_sdl.h"

#include <SDL2/SDL_ttf.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"

/* --- glyphs ------------------------------------------------------------------------------ */

#define FONTS_OPEN_MAX 24
#define GLYPHS_CACHED  224 /* by character, 32 to 255 */

struct font_size {
    TTF_Font *font;
    int pixels;
    struct glyph glyphs[GLYPHS_CACHED];
    bool is_known[GLYPHS_CACHED];
};

struct fonts {
    struct glyph_source source;
    char path[512];
    uint32_t count;
    struct font_size sizes[FONTS_OPEN_MAX];
};

static const char *const font_paths[] = {
    "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
    "/usr/share/fonts/dejavu/DejaVuSansMono.ttf",
    "/usr/share/fonts/TTF/DejaVuSansMono.ttf",
    "/usr/share/fonts/dejavu-sans-mono-fonts/DejaVuSansMono.ttf",
    "/usr/local/share/fonts/dejavu/DejaVuSansMono.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationMono-Regular.ttf",
};

static struct font_size *size_of(struct fonts *fonts, int pixels)
{
    for (uint32_t i = 0; i < fonts->count; i++)
        if (fonts->sizes[i].pixels == pixels)
            return &fonts->sizes[i];
    if (fonts->count == FONTS_OPEN_MAX)
        return NULL;
    TTF_Font *font = TTF_OpenFont(fonts->path, pixels);
    if (!font)
        return NULL;
    struct font_size *size = &fonts->sizes[fonts->count++];
    *size = (struct font_size){.font = font, .pixels = pixels};
    return size;
}

/* SDL_ttf draws a glyph on its line; what is kept is how much of each pixel it covers. */
static bool load_glyph(struct font_size *size, uint32_t character, struct glyph *glyph)
{
    if (!TTF_GlyphIsProvided32(size->font, character))
        return false;
    SDL_Surface *surface =
        TTF_RenderGlyph32_Blended(size->font, character, (SDL_Color){255, 255, 255, 255});
    if (!surface)
        return false;
    uint8_t *coverage = malloc((size_t)surface->w * (size_t)surface->h);
    CHECK_WHY(coverage != NULL, "out of memory");
    for (int y = 0; y < surface->h; y++)
        for (int x = 0; x < surface->w; x++) {
            uint32_t pixel;
            memcpy(&pixel, (uint8_t *)surface->pixels + y * surface->pitch + 4 * x, 4);
            coverage[y * surface->w + x] = (uint8_t)(pixel >> 24);
        }
    *glyph = (struct glyph){.width = surface->w, .height = surface->h, .coverage = coverage};
    SDL_FreeSurface(surface);
    return true;
}

static bool get_glyph(void *host, uint32_t character, int pixels, struct glyph *glyph)
{
    struct font_size *size = size_of(host, pixels);
    if (!size || character < 32 || character >= 32 + GLYPHS_CACHED)
        return false;
    uint32_t index = character - 32;
    if (!size->is_known[index]) {
        size->is_known[index] = true;
        if (!load_glyph(size, character, &size->glyphs[index]))
            size->glyphs[index].coverage = NULL;
    }
    *glyph = size->glyphs[index];
    return glyph->coverage != NULL;
}

static const char *find_font(void)
{
    const char *chosen = getenv("RINGSIDE_FONT");
    if (chosen)
        return chosen;
    for (size_t i = 0; i < sizeof font_paths / sizeof font_paths[0]; i++) {
        SDL_RWops *file = SDL_RWFromFile(font_paths[i], "rb");
        if (file) {
            SDL_RWclose(file);
            return font_paths[i];
        }
    }
    return NULL;
}

struct glyph_source *glyphs_open(void)
{
    const char *path = find_font();
    if (!path || strlen(path) >= sizeof((struct fonts *)0)->path || TTF_Init() != 0)
        return NULL;
    struct fonts *fonts = calloc(1, sizeof *fonts);
    CHECK_WHY(fonts != NULL, "out of memory");
    fonts->source = (struct glyph_source){fonts, get_glyph};
    strcpy(fonts->path, path);
    if (!size_of(fonts, 12)) {
        glyphs_close(&fonts->source);
        return NULL;
    }
    return &fonts->source;
}

void glyphs_close(struct glyph_source *glyphs)
{
    if (!glyphs)
        return;
    struct fonts *fonts = glyphs->host;
    for (uint32_t i = 0; i < fonts->count; i++) {
        for (uint32_t j = 0; j < GLYPHS_CACHED; j++)
            free((void *)(uintptr_t)fonts->sizes[i].glyphs[j].coverage);
        TTF_CloseFont(fonts->sizes[i].font);
    }
    free(fonts);
    TTF_Quit();
}

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
    case SDL_WINDOWEVENT: app->is_drawing_due = true; break;
    default: break;
    }
}

/* --- frames -------------------- */

static void show(struct window *w)
{
    SDL_Surface *surface = SDL_GetWindowSurface(w->window);
    if (!surface || surface->format->BytesPerPixel != 4)
        return;
    struct raster raster = {surface->pixels, surface->pitch / 4, surface->h, w->scale, 0, 0, 0, 0};
    app_draw(w->app, (float)surface->w / w->scale, (float)surface->h / w->scale, &w->list);
    SDL_LockSurface(surface);
    raster_draw(&raster, &w->list, w->glyphs);
    SDL_UnlockSurface(surface);
    SDL_UpdateWindowSurface(w->window);
}

void window_frame(struct window *w, double seconds)
{
    SDL_Event event;
    while (SDL_PollEvent(&event))
        on_event(w, &event);
    app_tick(w->app, seconds);
    if (w->app->is_drawing_due)
        show(w);
}

/* A frame of a window that a person sits at; false when it was the last. */
static bool frame(struct window *w)
{
    if (!app_is_moving(w->app) && !w->app->is_drawing_due)
        SDL_WaitEvent(NULL); /* it stays in the queue */
    uint64_t now = SDL_GetPerformanceCounter();
    double seconds = (double)(now - w->then) / (double)SDL_GetPerformanceFrequency();
    w->then = now;
    window_frame(w, seconds < 0.1 ? seconds : 0.1);
    if (app_is_moving(w->app))
        SDL_Delay(8);
    return !w->app->is_over;
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

bool window_open(struct window *w, struct app *app, const struct window_options *options, char *why,
                 size_t why_size)
{
    *w = (struct window){.app = app, .scale = options->scale};
    app->pixels_a_point = options->scale;
    SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    if (SDL_Init(SDL_INIT_VIDEO) != 0)
        return refuse(why, why_size, SDL_GetError());
    if (!is_display_seen())
        return refuse(why, why_size, "neither X11 nor Wayland answers");
    w->window = SDL_CreateWindow(options->title, SDL_WINDOWPOS_UNDEFINED, SDL_WINDOWPOS_UNDEFINED,
                                 options->width, options->height,
                                 SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI);
    if (!w->window)
        return refuse(why, why_size, SDL_GetError());
    SDL_SetWindowMinimumSize(w->window, 320, 240);
    SDL_StartTextInput();
    w->glyphs = glyphs_open();
    w->then = SDL_GetPerformanceCounter();
    return true;
}

void window_close(struct window *w)
{
    glyphs_close(w->glyphs);
    draw_free(&w->list);
    SDL_DestroyWindow(w->window);
    SDL_Quit();
}

bool window_run(struct app *app, const struct window_options *options, char *why, size_t why_size)
{
    struct window w;
    if (!window_open(&w, app, options, why, why_size))
        return false;
    while (frame(&w))
        continue;
    window_close(&w);
    return true;
}

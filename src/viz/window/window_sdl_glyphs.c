/*
 * window_sdl_glyphs.c: glyphs of a font file, as how much of each pixel they cover.
 *
 * raster.c asks for a character at a height in pixels; what this font does not have, raster.c
 * draws from the built-in one. Sizes and glyphs are kept once they were asked for: a window uses
 * a handful of sizes and some hundred characters.
 */
#include <SDL2/SDL.h>
#include <SDL2/SDL_ttf.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "viz/draw/font_find.h"
#include "viz/window/window.h"

#define FONTS_OPEN_MAX 24
#define GLYPHS_COMMON  224 /* by character, 32 to 255 */
#define GLYPHS_OTHER   64  /* others, in a list; more are had from the font each time */

struct kept_glyph {
    uint32_t character;
    struct glyph glyph; /* without coverage: the font does not have it */
};

struct font_size {
    TTF_Font *font;
    int pixels;
    struct glyph common[GLYPHS_COMMON];
    bool is_known[GLYPHS_COMMON];
    struct kept_glyph other[GLYPHS_OTHER];
    uint32_t other_count;
};

struct fonts {
    struct glyph_source source;
    char path[FONT_PATH_MAX];
    uint32_t count;
    struct font_size sizes[FONTS_OPEN_MAX];
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
static struct glyph load_glyph(struct font_size *size, uint32_t character)
{
    if (!TTF_GlyphIsProvided32(size->font, character))
        return (struct glyph){0};
    SDL_Surface *surface =
        TTF_RenderGlyph32_Blended(size->font, character, (SDL_Color){255, 255, 255, 255});
    if (!surface)
        return (struct glyph){0};
    uint8_t *coverage = malloc((size_t)surface->w * (size_t)surface->h);
    CHECK_WHY(coverage != NULL, "out of memory");
    for (int y = 0; y < surface->h; y++)
        for (int x = 0; x < surface->w; x++) {
            uint32_t pixel;
            memcpy(&pixel, (uint8_t *)surface->pixels + y * surface->pitch + 4 * x, 4);
            coverage[y * surface->w + x] = (uint8_t)(pixel >> 24);
        }
    struct glyph glyph = {.width = surface->w, .height = surface->h, .coverage = coverage};
    SDL_FreeSurface(surface);
    return glyph;
}

static void forget(struct glyph *glyph)
{
    free((void *)(uintptr_t)glyph->coverage);
    glyph->coverage = NULL;
}

/* The list is short; when it is full, its oldest entry makes room. */
static const struct glyph *other_glyph(struct font_size *size, uint32_t character)
{
    for (uint32_t i = 0; i < size->other_count && i < GLYPHS_OTHER; i++)
        if (size->other[i].character == character)
            return &size->other[i].glyph;
    struct kept_glyph *kept = &size->other[size->other_count++ % GLYPHS_OTHER];
    forget(&kept->glyph);
    *kept = (struct kept_glyph){character, load_glyph(size, character)};
    return &kept->glyph;
}

static bool get_glyph(void *host, uint32_t character, int pixels, struct glyph *glyph)
{
    struct font_size *size = size_of(host, pixels);
    if (!size || character < 32)
        return false;
    uint32_t index = character - 32;
    if (index >= GLYPHS_COMMON) {
        *glyph = *other_glyph(size, character);
        return glyph->coverage != NULL;
    }
    if (!size->is_known[index]) {
        size->is_known[index] = true;
        size->common[index] = load_glyph(size, character);
    }
    *glyph = size->common[index];
    return glyph->coverage != NULL;
}

struct glyph_source *glyphs_open(char *said, size_t said_size)
{
    struct font_search search = {0};
    struct fonts *fonts = calloc(1, sizeof *fonts);
    CHECK_WHY(fonts != NULL, "out of memory");
    fonts->source = (struct glyph_source){fonts, get_glyph};
    bool has_library = TTF_Init() == 0;
    if (said_size > 0)
        *said = '\0';
    while (has_library && font_next(&search, fonts->path)) {
        if (size_of(fonts, 12))
            return &fonts->source;
        if (search.is_chosen)
            snprintf(said, said_size, "the font %.200s cannot be read (%s): another one is used",
                     fonts->path, TTF_GetError());
    }
    if (has_library)
        TTF_Quit();
    free(fonts);
    return NULL;
}

void glyphs_close(struct glyph_source *glyphs)
{
    if (!glyphs)
        return;
    struct fonts *fonts = glyphs->host;
    for (uint32_t i = 0; i < fonts->count; i++) {
        struct font_size *size = &fonts->sizes[i];
        for (uint32_t j = 0; j < GLYPHS_COMMON; j++)
            forget(&size->common[j]);
        for (uint32_t j = 0; j < GLYPHS_OTHER; j++)
            forget(&size->other[j].glyph);
        TTF_CloseFont(size->font);
    }
    free(fonts);
    TTF_Quit();
}

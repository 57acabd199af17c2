/*
 * raster.c: lines, discs, arcs and text, pixel by pixel.
 */
#include "viz/raster.h"

#include <math.h>
#include <string.h>

static void blend(struct raster *raster, int x, int y, struct draw_color color, float coverage)
{
    if (x < raster->clip_x || x >= raster->clip_right || y < raster->clip_y ||
        y >= raster->clip_bottom || coverage <= 0)
        return;
    uint32_t *pixel = &raster->pixels[(size_t)y * (size_t)raster->width + (size_t)x];
    uint32_t a = (uint32_t)((coverage < 1 ? coverage : 1) * (float)color.a + 0.5f);
    uint32_t r = (*pixel >> 16 & 255) * (255 - a) + color.r * a;
    uint32_t g = (*pixel >> 8 & 255) * (255 - a) + color.g * a;
    uint32_t b = (*pixel & 255) * (255 - a) + color.b * a;
    *pixel = 0xff000000u | (r + 127) / 255 << 16 | (g + 127) / 255 << 8 | (b + 127) / 255;
}

static int clamp_to(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

static void fill(struct raster *raster, float x, float y, float w, float h, struct draw_color color)
{
    int left = clamp_to((int)roundf(x), raster->clip_x, raster->clip_right);
    int right = clamp_to((int)roundf(x + w), raster->clip_x, raster->clip_right);
    int top = clamp_to((int)roundf(y), raster->clip_y, raster->clip_bottom);
    int bottom = clamp_to((int)roundf(y + h), raster->clip_y, raster->clip_bottom);
    uint32_t opaque = 0xff000000u | (uint32_t)color.r << 16 | (uint32_t)color.g << 8 | color.b;
    for (int row = top; row < bottom; row++) {
        uint32_t *pixels = &raster->pixels[(size_t)row * (size_t)raster->width];
        for (int column = left; column < right; column++)
            if (color.a == 255)
                pixels[column] = opaque;
            else
                blend(raster, column, row, color, 1);
    }
}

static void frame(struct raster *raster, const struct draw_command *c, float s)
{
    float width = fmaxf(roundf(c->size * s), 1);
    float x = c->x * s, y = c->y * s, w = c->w * s, h = c->h * s;
    fill(raster, x, y, w, width, c->color);
    fill(raster, x, y + h - width, w, width, c->color);
    fill(raster, x, y + width, width, h - 2 * width, c->color);
    fill(raster, x + w - width, y + width, width, h - 2 * width, c->color);
}

/* Walk along the longer side, one column (or row) of pixels at a time: the cost is the
 * line's length, not the area of its box. */
static void line(struct raster *raster, float x1, float y1, float x2, float y2, float width,
                 struct draw_color color, float dash)
{
    bool is_steep = fabsf(y2 - y1) > fabsf(x2 - x1);
    float a1 = is_steep ? y1 : x1, b1 = is_steep ? x1 : y1;
    float a2 = is_steep ? y2 : x2, b2 = is_steep ? x2 : y2;
    if (a2 < a1) {
        float a = a1, b = b1;
        a1 = a2, b1 = b2, a2 = a, b2 = b;
    }
    float length = a2 - a1, slope = length > 0 ? (b2 - b1) / length : 0;
    float cosine = 1 / sqrtf(1 + slope * slope), half = fmaxf(width, 1) / 2;
    int low = is_steep ? raster->clip_y : raster->clip_x;
    int high = is_steep ? raster->clip_bottom : raster->clip_right;
    int first = (int)fmaxf(floorf(a1), (float)low);
    int last = (int)fminf(floorf(a2), (float)(high - 1));
    for (int a = first; a <= last; a++) {
        float along = (float)a + 0.5f - a1;
        if (dash > 0 && fmodf(fmaxf(along, 0) / cosine, dash * 7) > dash * 4)
            continue;
        float ends = fminf(fminf((float)a + 1 - a1, a2 - (float)a), 1); /* cut at both ends */
        if (length < 1)
            ends = 1;
        float b = b1 + slope * along, reach = half / cosine + 1;
        for (int p = (int)floorf(b - reach); p <= (int)floorf(b + reach); p++) {
            float distance = fabsf((float)p + 0.5f - b) * cosine;
            float coverage = fminf(half + 0.5f - distance, 1) * ends;
            blend(raster, is_steep ? p : a, is_steep ? a : p, color, coverage);
        }
    }
}

static void disc(struct raster *raster, float x, float y, float radius, struct draw_color color)
{
    for (int row = (int)floorf(y - radius - 1); row <= (int)floorf(y + radius + 1); row++)
        for (int column = (int)floorf(x - radius - 1); column <= (int)floorf(x + radius + 1);
             column++) {
            float dx = (float)column + 0.5f - x, dy = (float)row + 0.5f - y;
            blend(raster, column, row, color, fminf(radius + 0.5f - sqrtf(dx * dx + dy * dy), 1));
        }
}

/* The box around a piece of a circle: its two ends, and each of the four extremes of the
 * circle that lies between them. Only there is it worth asking a pixel. */
static void arc_box(const struct draw_command *c, float radius, float outer, float box[4])
{
    float sweep = c->h - c->w;
    float x1 = cosf(c->w) * radius, x2 = cosf(c->h) * radius;
    float y1 = sinf(c->w) * radius, y2 = sinf(c->h) * radius;
    box[0] = fminf(x1, x2), box[1] = fminf(y1, y2), box[2] = fmaxf(x1, x2), box[3] = fmaxf(y1, y2);
    for (int quarter = 0; quarter < 4; quarter++) {
        float turn = fmodf((float)quarter * 1.5707963f - c->w, 6.2831853f);
        turn = turn < 0 ? turn + 6.2831853f : turn;
        if (turn <= sweep) {
            static const int side[] = {2, 3, 0, 1}; /* right, below, left, above */
            box[side[quarter]] = quarter < 2 ? radius : -radius;
        }
    }
    float margin = outer - radius;
    box[0] -= margin, box[1] -= margin, box[2] += margin, box[3] += margin;
}

/* Each pixel of the band is asked how far it is from the circle, and whether its angle
 * lies within the sweep. */
static void arc(struct raster *raster, const struct draw_command *c, float s)
{
    float x = c->x * s, y = c->y * s, radius = c->radius * s, half = fmaxf(c->size * s, 1) / 2;
    float from = c->w, sweep = c->h - c->w, outer = radius + half + 1;
    float inner = fmaxf(radius - half - 1, 0);
    bool is_whole = sweep > 6.28f;
    float box[4];
    arc_box(c, radius, outer, box);
    for (int row = (int)floorf(y + box[1]); row <= (int)floorf(y + box[3]); row++) {
        float dy = (float)row + 0.5f - y;
        float reach = sqrtf(fmaxf(outer * outer - dy * dy, 0));
        float hole = fabsf(dy) < inner ? sqrtf(inner * inner - dy * dy) : 0;
        int first = (int)floorf(x + fmaxf(-reach, box[0]));
        int last = (int)floorf(x + fminf(reach, box[2]));
        for (int column = first; column <= last; column++) {
            float dx = (float)column + 0.5f - x;
            if (fabsf(dx) < hole) {
                column = (int)floorf(x + hole) - 1 > column ? (int)floorf(x + hole) - 1 : column;
                continue;
            }
            float coverage = half + 0.5f - fabsf(sqrtf(dx * dx + dy * dy) - radius);
            if (coverage <= 0)
                continue;
            float turn = fmodf(atan2f(dy, dx) - from, 6.2831853f);
            turn = turn < 0 ? turn + 6.2831853f : turn;
            if (is_whole || turn <= sweep)
                blend(raster, column, row, c->color, fminf(coverage, 1));
        }
    }
}

/* --- text ------------------------------------------------------------------------------ */

static void dots(struct raster *raster, float x, float y, float size, uint32_t character,
                 struct draw_color color)
{
    /* whole pixels: else rows and columns come out now thin, now thick */
    float dot = roundf(size * DRAW_CHARACTER_WIDTH / 6), high = roundf(size / 9);
    dot = fmaxf(dot * 5.3f > size * DRAW_CHARACTER_WIDTH ? dot - 1 : dot, 1);
    high = fmaxf(high * 7 > size * 0.85f ? high - 1 : high, 1);
    x = roundf(x + size * DRAW_CHARACTER_WIDTH / 12), y = roundf(y + size * 2 / 9);
    const uint8_t *columns = font5x7[character < 32 || character > 126 ? '?' - 32 : character - 32];
    for (int i = 0; i < 5; i++)
        for (int j = 0; j < 7; j++)
            if (columns[i] >> j & 1)
                fill(raster, x + (float)i * dot, y + (float)j * high, dot, high, color);
}

static void put_glyph(struct raster *raster, int x, int y, const struct glyph *glyph,
                      struct draw_color color)
{
    for (int row = 0; row < glyph->height; row++)
        for (int column = 0; column < glyph->width; column++) {
            uint8_t coverage = glyph->coverage[row * glyph->width + column];
            if (coverage)
                blend(raster, x + glyph->left + column, y + glyph->top + row, color,
                      (float)coverage / 255);
        }
}

/* One character of UTF-8; a broken one is a question mark. */
static uint32_t next_character(const char **text)
{
    const unsigned char *c = (const unsigned char *)*text;
    uint32_t more = *c < 0x80 ? 0 : *c >= 0xf0 ? 3 : *c >= 0xe0 ? 2 : *c >= 0xc0 ? 1 : 9;
    uint32_t character = more == 0 ? *c : *c & (0x3fu >> more);
    (*text)++;
    for (uint32_t i = 1; i <= more; i++) {
        if (more == 9 || (c[i] & 0xc0) != 0x80)
            return '?';
        character = character << 6 | (c[i] & 0x3fu);
        (*text)++;
    }
    return character;
}

static void text(struct raster *raster, const struct draw_command *c, const char *characters,
                 const struct glyph_source *glyphs)
{
    float s = raster->scale, size = c->size * s, advance = size * DRAW_CHARACTER_WIDTH;
    float x = c->x * s, y = c->y * s, count = 0;
    struct glyph glyph;
    for (const char *p = characters; *p; count++)
        next_character(&p);
    if (c->align == ALIGN_CENTER)
        x -= count * advance / 2;
    else if (c->align == ALIGN_RIGHT)
        x -= count * advance;
    for (const char *p = characters; *p; x += advance) {
        uint32_t character = next_character(&p);
        if (character == ' ')
            continue;
        if (glyphs && glyphs->get(glyphs->host, character, (int)roundf(size), &glyph))
            put_glyph(raster, (int)roundf(x), (int)roundf(y), &glyph, c->color);
        else
            dots(raster, x, y, size, character, c->color);
    }
}

static void set_clip(struct raster *raster, const struct draw_command *c, float s)
{
    bool is_none = c->w < 0;
    raster->clip_x = is_none ? 0 : clamp_to((int)roundf(c->x * s), 0, raster->width);
    raster->clip_y = is_none ? 0 : clamp_to((int)roundf(c->y * s), 0, raster->height);
    raster->clip_right =
        is_none ? raster->width : clamp_to((int)roundf((c->x + c->w) * s), 0, raster->width);
    raster->clip_bottom =
        is_none ? raster->height : clamp_to((int)roundf((c->y + c->h) * s), 0, raster->height);
}

void raster_draw(struct raster *raster, const struct draw_list *list,
                 const struct glyph_source *glyphs)
{
    float s = raster->scale;
    set_clip(raster, &(struct draw_command){.w = -1}, s);
    for (uint32_t i = 0; i < list->count; i++) {
        const struct draw_command *c = &list->commands[i];
        switch (c->kind) {
        case DRAW_RECT: fill(raster, c->x * s, c->y * s, c->w * s, c->h * s, c->color); break;
        case DRAW_FRAME: frame(raster, c, s); break;
        case DRAW_LINE:
            line(raster, c->x * s, c->y * s, c->w * s, c->h * s, c->size * s, c->color,
                 c->is_dashed ? s : 0);
            break;
        case DRAW_DISC: disc(raster, c->x * s, c->y * s, c->radius * s, c->color); break;
        case DRAW_ARC: arc(raster, c, s); break;
        case DRAW_TEXT: text(raster, c, draw_characters(list, c), glyphs); break;
        default: set_clip(raster, c, s);
        }
    }
}

/*
 * raster.c: lines, discs, arcs and text, pixel by pixel.
 */
#include "viz/draw/raster_parts.h"

#include <math.h>
#include <string.h>

#include "viz/draw/font_builtin.h"

static void fill(struct raster *raster, float x, float y, float w, float h, struct draw_color color)
{
    int left = clamp_to((int)roundf(x), raster->clip_x, raster->clip_right);
    int right = clamp_to((int)roundf(x + w), raster->clip_x, raster->clip_right);
    int top = clamp_to((int)roundf(y), raster->clip_y, raster->clip_bottom);
    int bottom = clamp_to((int)roundf(y + h), raster->clip_y, raster->clip_bottom);
    if (left >= right || top >= bottom)
        return;
    for (int row = top; row < bottom; row++) {
        uint32_t *pixels = row_of(raster, row);
        if (color.a == 255 && row > top)
            memcpy(pixels + left, row_of(raster, top) + left,
                   (size_t)(right - left) * sizeof *pixels);
        else if (color.a == 255)
            for (int column = left; column < right; column++)
                pixels[column] = pixel_of(color);
        else
            for (int column = left; column < right; column++)
                pixels[column] = over(pixels[column], color, color.a);
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

/* Only at the edge a pixel is asked how far it is from it. */
static void disc(struct raster *raster, float x, float y, float radius, struct draw_color color)
{
    float outer = radius + 0.5f, inner = radius > 0.5f ? radius - 0.5f : 0;
    int top = clamp_to((int)floorf(y - outer), raster->clip_y, raster->clip_bottom);
    int bottom = clamp_to((int)floorf(y + outer) + 1, raster->clip_y, raster->clip_bottom);
    for (int row = top; row < bottom; row++) {
        float dy = (float)row + 0.5f - y, square = outer * outer - dy * dy;
        float reach = square > 0 ? sqrtf(square) : 0;
        uint32_t *pixels = row_of(raster, row);
        int left = clamp_to((int)floorf(x - reach), raster->clip_x, raster->clip_right);
        int right = clamp_to((int)floorf(x + reach) + 1, raster->clip_x, raster->clip_right);
        for (int column = left; column < right; column++) {
            float dx = (float)column + 0.5f - x, far = dx * dx + dy * dy;
            float coverage = far <= inner * inner ? 1 : smaller(outer - sqrtf(far), 1);
            if (coverage > 0)
                mix(pixels + column, color, coverage);
        }
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

/* The two ends of an arc as directions, and whether it goes more than half round. */
struct sweep {
    float from_x, from_y, to_x, to_y;
    bool is_whole, is_wide;
};

static inline float clamped(float coverage)
{
    return coverage < 0 ? 0 : coverage > 1 ? 1 : coverage;
}

/* How much of a pixel lies between the ends: from how far it is beyond the one and before the
 * other, which are cross products, and no angle has to be found. */
static inline float between(const struct sweep *sweep, float dx, float dy)
{
    if (sweep->is_whole)
        return 1;
    float beyond = clamped(sweep->from_x * dy - sweep->from_y * dx + 0.5f);
    float before = clamped(sweep->to_y * dx - sweep->to_x * dy + 0.5f);
    return sweep->is_wide ? clamped(beyond + before) : clamped(beyond + before - 1);
}

/* The part of a row in which pixels can lie between the ends: each end is a line that cuts it. */
static void cut_row(const struct sweep *sweep, float dy, float *left, float *right)
{
    const float slopes[2] = {-sweep->from_y, sweep->to_y};
    const float offsets[2] = {sweep->from_x * dy + 0.5f, -sweep->to_x * dy + 0.5f};
    for (int i = 0; i < 2 && !sweep->is_wide && !sweep->is_whole; i++) {
        if (slopes[i] > 1e-6f) /* slope * dx + offset > 0 */
            *left = fmaxf(*left, -offsets[i] / slopes[i] - 1);
        else if (slopes[i] < -1e-6f)
            *right = fminf(*right, -offsets[i] / slopes[i] + 1);
    }
}

static struct sweep sweep_of(const struct draw_command *c)
{
    float sweep = c->h - c->w;
    return (struct sweep){cosf(c->w), sinf(c->w),   cosf(c->h),
                          sinf(c->h), sweep > 6.28f, sweep > 3.1415926f};
}

/* Each pixel of the band is asked how far it is from the circle, and whether it lies between
 * the two ends. */
static void arc(struct raster *raster, const struct draw_command *c, float s)
{
    float x = c->x * s, y = c->y * s, radius = c->radius * s, half = fmaxf(c->size * s, 1) / 2;
    float outer = radius + half + 0.5f, inner = fmaxf(radius - half - 0.5f, 0), box[4];
    float full_outer = (outer - 1) * (outer - 1), full_inner = (inner + 1) * (inner + 1);
    struct sweep sweep = sweep_of(c);
    arc_box(c, radius, outer + 1, box);
    int top = clamp_to((int)floorf(y + box[1]), raster->clip_y, raster->clip_bottom);
    int bottom = clamp_to((int)floorf(y + box[3]) + 1, raster->clip_y, raster->clip_bottom);
    for (int row = top; row < bottom; row++) {
        float dy = (float)row + 0.5f - y;
        float reach = sqrtf(fmaxf(outer * outer - dy * dy, 0));
        float hole = fabsf(dy) < inner ? sqrtf(inner * inner - dy * dy) : 0;
        float left = fmaxf(-reach, box[0]), right = fminf(reach, box[2]);
        cut_row(&sweep, dy, &left, &right);
        int first = clamp_to((int)floorf(x + left), raster->clip_x, raster->clip_right);
        int last = clamp_to((int)floorf(x + right) + 1, raster->clip_x, raster->clip_right);
        uint32_t *pixels = row_of(raster, row);
        for (int column = first; column < last; column++) {
            float dx = (float)column + 0.5f - x, far = dx * dx + dy * dy;
            if (fabsf(dx) < hole) {
                int beyond = (int)floorf(x + hole) - 1;
                column = beyond > column ? beyond : column;
                continue;
            }
            float part = between(&sweep, dx, dy);
            if (part > 0 && (far < full_inner || far > full_outer))
                part *= clamped(half + 0.5f - fabsf(sqrtf(far) - radius));
            if (part > 0)
                mix(pixels + column, c->color, part);
        }
    }
}

/* --- text ------------------------------------------------------------------------------ */

/* A character of the built-in font, in whole pixels: else strokes come out now thin, now thick.
 * Its baseline is where those of other fonts are. */
static void dots(struct raster *raster, float x, float y, float size, uint32_t character,
                 struct draw_color color)
{
    float advance = size * DRAW_CHARACTER_WIDTH;
    float whole = floorf(advance + 0.05f);
    struct font_choice choice = font_choose(whole, size * DRAW_LINE_HEIGHT);
    const struct font_cells *cells = choice.cells;
    uint32_t folded = font_fold(character);
    float dot = (float)choice.times;
    x = floorf(x + (whole - (float)(cells->width * choice.times)) / 2 + 0.5f);
    y = roundf(y + size * DRAW_BASELINE) - (float)(cells->ascent * choice.times);
    for (int row = 0; row < cells->height; row++) {
        uint32_t bits = font_row(cells, folded, row);
        for (int column = 0; bits; column++, bits = bits << 1 & 0xffff)
            if (bits & 0x8000)
                fill(raster, x + (float)column * dot, y + (float)row * dot, dot, dot, color);
    }
}

static void put_glyph(struct raster *raster, int x, int y, const struct glyph *glyph,
                      struct draw_color color)
{
    x += glyph->left;
    y += glyph->top;
    int left = clamp_to(raster->clip_x - x, 0, glyph->width);
    int right = clamp_to(raster->clip_right - x, 0, glyph->width);
    int top = clamp_to(raster->clip_y - y, 0, glyph->height);
    int bottom = clamp_to(raster->clip_bottom - y, 0, glyph->height);
    for (int row = top; row < bottom; row++) {
        const uint8_t *coverage = glyph->coverage + row * glyph->width;
        uint32_t *pixels = row_of(raster, y + row) + x;
        for (int column = left; column < right; column++)
            if (coverage[column])
                mix(pixels + column, color, (float)coverage[column] / 255);
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
    if (!glyphs) /* whole pixels again: else every few letters a gap is wider */
        advance = floorf(advance + 0.05f);
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
            raster_line(raster, c);
            break;
        case DRAW_DISC: disc(raster, c->x * s, c->y * s, c->radius * s, c->color); break;
        case DRAW_ARC: arc(raster, c, s); break;
        case DRAW_TEXT: text(raster, c, draw_characters(list, c), glyphs); break;
        default: set_clip(raster, c, s);
        }
    }
}

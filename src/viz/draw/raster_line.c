/*
 * raster_line.c: lines.
 *
 * A line is walked along its longer side, one column of pixels at a time (or row, if it is
 * steep): so the cost is its length, not the area of its box. In each column the few pixels
 * that the line covers are worked out first, and cut to the clip, so that nothing is asked of
 * a pixel but how far its middle is from that of the line.
 *
 *      along -->          b: the middle of the line in this column
 *      . . # # .          a pixel takes as much of the colour as half the width, and half a
 *      . # # # #          pixel more, is larger than its distance
 *      # # . . .
 *
 * What is thinner than a pixel is drawn as one that is a pixel wide; but what is thinner than
 * half of one is a hair: a single pixel in each column, as opaque as the line is wide. Of hairs
 * there can be thousands.
 */
#include <math.h>

#include "viz/draw/raster_parts.h"

/* Along: the longer side; across: the other one. */
struct walk {
    uint32_t *pixels;
    long along_stride, across_stride;
    int low, high;         /* of the clip, across */
    float a1, a2, b1;      /* ends along; where it begins across */
    float slope, cosine, half;
    float reach;           /* across, from the middle to where the next pixel begins */
    float dash; /* length of one period in steps along; 0: none */
};

/* Of a period, seven parts long, four are drawn. */
static bool is_gap(const struct walk *walk, float along)
{
    float part = along > 0 ? along / walk->dash : 0;
    return part - (float)(int)part > 4.0f / 7;
}

/* `ends`: how much of the column lies between the ends of the line. */
static inline void draw_column(const struct walk *walk, int a, struct draw_color color, float ends)
{
    float b = walk->b1 + walk->slope * ((float)a + 0.5f - walk->a1);
    int first = clamp_to(floor_of(b - walk->reach) + 1, walk->low, walk->high);
    int last = clamp_to(floor_of(b + walk->reach), walk->low, walk->high);
    uint32_t *pixel = walk->pixels + a * walk->along_stride + first * walk->across_stride;
    float distance = ((float)first + 0.5f - b) * walk->cosine;
    for (int p = first; p < last; p++) {
        float coverage = walk->half + 0.5f - (distance < 0 ? -distance : distance);
        coverage = smaller(coverage, 1) * ends;
        if (coverage > 0)
            mix(pixel, color, coverage);
        pixel += walk->across_stride;
        distance += walk->cosine;
    }
}

static float ends_at(const struct walk *walk, int a)
{
    if (walk->a2 - walk->a1 < 1)
        return 1;
    return smaller(smaller((float)a + 1 - walk->a1, walk->a2 - (float)a), 1);
}

static struct walk walk_of(const struct raster *raster, const struct draw_command *c)
{
    float s = raster->scale, x1 = c->x * s, y1 = c->y * s, x2 = c->w * s, y2 = c->h * s;
    bool is_steep = fabsf(y2 - y1) > fabsf(x2 - x1);
    float a1 = is_steep ? y1 : x1, b1 = is_steep ? x1 : y1;
    float a2 = is_steep ? y2 : x2, b2 = is_steep ? x2 : y2;
    if (a2 < a1) {
        float a = a1, b = b1;
        a1 = a2, b1 = b2, a2 = a, b2 = b;
    }
    struct walk walk = {.pixels = raster->pixels,
                        .along_stride = is_steep ? raster->width : 1,
                        .across_stride = is_steep ? 1 : raster->width,
                        .low = is_steep ? raster->clip_x : raster->clip_y,
                        .high = is_steep ? raster->clip_right : raster->clip_bottom,
                        .a1 = a1,
                        .a2 = a2,
                        .b1 = b1,
                        .slope = a2 > a1 ? (b2 - b1) / (a2 - a1) : 0,
                        .half = fmaxf(c->size * s, 1) / 2};
    walk.cosine = 1 / sqrtf(1 + walk.slope * walk.slope);
    walk.reach = (walk.half + 0.5f) / walk.cosine + 0.5f;
    walk.dash = c->is_dashed ? 7 * s * walk.cosine : 0;
    return walk;
}

/* As wide as this or less: a hair. */
#define HAIR 0.5f

static void draw_hair(const struct walk *walk, int first, int last, struct draw_color color,
                      uint32_t opacity)
{
    float b = walk->b1 + walk->slope * ((float)first + 0.5f - walk->a1);
    uint32_t *column = walk->pixels + first * walk->along_stride;
    for (int a = first; a <= last; a++, b += walk->slope, column += walk->along_stride) {
        int p = floor_of(b);
        bool is_gap_here = walk->dash > 0 && is_gap(walk, (float)a + 0.5f - walk->a1);
        if (p >= walk->low && p < walk->high && !is_gap_here) {
            uint32_t *pixel = column + p * walk->across_stride;
            *pixel = over(*pixel, color, opacity);
        }
    }
}

void raster_line(struct raster *raster, const struct draw_command *c)
{
    struct walk walk = walk_of(raster, c);
    bool is_steep = walk.across_stride == 1 && walk.along_stride != 1;
    int low = is_steep ? raster->clip_y : raster->clip_x;
    int high = is_steep ? raster->clip_bottom : raster->clip_right;
    int first = (int)fmaxf(floorf(walk.a1), (float)low);
    int last = (int)fminf(floorf(walk.a2), (float)(high - 1));
    float width = c->size * raster->scale;
    if (width <= HAIR) {
        draw_hair(&walk, first, last, c->color, (uint32_t)(width * (float)c->color.a + 0.5f));
        return;
    }
    for (int a = first; a <= last; a++)
        if (walk.dash == 0 || !is_gap(&walk, (float)a + 0.5f - walk.a1))
            draw_column(&walk, a, c->color, ends_at(&walk, a));
}

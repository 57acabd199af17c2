/*
 * raster_parts.h: what the files of the raster share: one pixel.
 *
 *   raster.c        rectangles, discs, arcs, text, and going through the list
 *   raster_line.c   lines
 *
 * Nobody else includes this. A pixel is 0xffRRGGBB. What lies over it takes its place by its
 * opacity, rounded to the nearest of 256 steps in each colour; red and blue are worked out in
 * one number, since neither can reach the other's bits.
 */
#ifndef VIZ_RASTER_PARTS_H
#define VIZ_RASTER_PARTS_H

#include "viz/draw/raster.h"

/* Not fminf: that one is a call, because it has to think of what is no number. */
static inline float smaller(float a, float b)
{
    return a < b ? a : b;
}

/* Not floorf, for the same reason: for coordinates that an int can hold. */
static inline int floor_of(float value)
{
    int whole = (int)value;
    return whole - (value < (float)whole);
}

static inline uint32_t pixel_of(struct draw_color color)
{
    return 0xff000000u | (uint32_t)color.r << 16 | (uint32_t)color.g << 8 | color.b;
}

/* The colour, as opaque as `a` of 255 says, over a pixel. x / 255, rounded, is
 * (x + 128 + ((x + 128) >> 8)) >> 8 for all products of two bytes. */
static inline uint32_t over(uint32_t pixel, struct draw_color color, uint32_t a)
{
    uint32_t red_blue = (pixel & 0xff00ffu) * (255 - a) +
                        ((uint32_t)color.r << 16 | color.b) * a + 0x800080u;
    uint32_t green = (pixel >> 8 & 255) * (255 - a) + color.g * a + 128;
    red_blue = (red_blue + (red_blue >> 8 & 0xff00ffu)) >> 8 & 0xff00ffu;
    green = (green + (green >> 8)) >> 8;
    return 0xff000000u | red_blue | green << 8;
}

static inline void mix(uint32_t *pixel, struct draw_color color, float coverage)
{
    uint32_t a = (uint32_t)((coverage < 1 ? coverage : 1) * (float)color.a + 0.5f);
    *pixel = over(*pixel, color, a);
}

static inline uint32_t *row_of(const struct raster *raster, int row)
{
    return &raster->pixels[(size_t)row * (size_t)raster->width];
}

static inline int clamp_to(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

/* raster_line.c */
void raster_line(struct raster *raster, const struct draw_command *command);

#endif

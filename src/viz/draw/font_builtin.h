/*
 * font_builtin.h: letters for a machine without any font, and for what a font does not have.
 *
 * Five sizes drawn by hand, from 5x8 to 10x20 pixels a character; larger ones are whole multiples
 * of them, so that every stroke is as thick as the next. What is not among the printable ASCII
 * characters is shown as the nearest of them (e for an accented e, > for an arrow), and as an
 * empty box when there is none: so something stands there, and nobody takes it for a letter.
 */
#ifndef VIZ_FONT_BUILTIN_H
#define VIZ_FONT_BUILTIN_H

#include <stdbool.h>
#include <stdint.h>

#define FONT_FIRST       32
#define FONT_LAST        126
#define FONT_CELLS_COUNT 5

struct font_cells {
    int width, height, ascent; /* pixels; the last row above the baseline is ascent - 1 */
    int digits;                /* hexadecimal ones a row */
    const char *const *rows;   /* by character */
};

extern const struct font_cells font_cells[FONT_CELLS_COUNT]; /* from small to large */

struct font_choice {
    const struct font_cells *cells;
    int times; /* each of its pixels is so many wide and high */
};

/* What fits best into cells of so many pixels. */
struct font_choice font_choose(float advance, float line_height);

/* The character of the font that stands for this one, or 0 for the box. */
uint32_t font_fold(uint32_t character);

/* A row of a character of font_fold, the leftmost pixel in bit 15. */
uint32_t font_row(const struct font_cells *cells, uint32_t character, int row);

#endif

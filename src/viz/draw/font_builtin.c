/*
 * font_builtin.c: which size, which character, which bits.
 */
#include "viz/draw/font_builtin.h"

#include <stddef.h>

struct font_choice font_choose(float advance, float line_height)
{
    struct font_choice best = {&font_cells[0], 1};
    for (int i = 0; i < FONT_CELLS_COUNT; i++) {
        const struct font_cells *cells = &font_cells[i];
        int wide = (int)(advance / (float)cells->width);
        int high = (int)(line_height / (float)cells->height);
        int times = wide < high ? wide : high;
        /* of equals the one that was drawn larger: it has more shape */
        if (times > 0 && cells->width * times >= best.cells->width * best.times)
            best = (struct font_choice){cells, times};
    }
    return best;
}

/* --- folding -------------------------------------------------------------------------------- */

/* Latin-1 from 0xa0 on. */
static const char latin[] = " !cLoY|S\"ca<--r-"
                            "o+23\'uP.,1o>%%%?"
                            "AAAAAAACEEEEIIII"
                            "DNOOOOOxOUUUUYPs"
                            "aaaaaaaceeeeiiii"
                            "dnooooo/ouuuuypy";

static const struct {
    uint16_t character;
    char as;
} others[] = {
    {0x2010, '-'}, {0x2011, '-'}, {0x2012, '-'}, {0x2013, '-'}, {0x2014, '-'}, {0x2018, '\''},
    {0x2019, '\''}, {0x201a, ','}, {0x201c, '"'}, {0x201d, '"'}, {0x201e, '"'}, {0x2022, '*'},
    {0x2026, '.'}, {0x2032, '\''}, {0x2039, '<'}, {0x203a, '>'}, {0x20ac, 'E'}, {0x2190, '<'},
    {0x2191, '^'}, {0x2192, '>'}, {0x2193, 'v'}, {0x2212, '-'}, {0x2260, '#'}, {0x2264, '<'},
    {0x2265, '>'}, {0x2713, 'v'}, {0x2717, 'x'}, {0x0131, 'i'}, {0x0141, 'L'}, {0x0142, 'l'},
    {0x0152, 'O'}, {0x0153, 'o'}, {0x0160, 'S'}, {0x0161, 's'}, {0x017d, 'Z'}, {0x017e, 'z'},
};

uint32_t font_fold(uint32_t character)
{
    if (character >= FONT_FIRST && character <= FONT_LAST)
        return character;
    if (character >= 0xa0 && character <= 0xff)
        return (uint32_t)latin[character - 0xa0];
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (others[i].character == character)
            return (uint32_t)others[i].as;
    return 0;
}

/* --- bits ----------------------------------------------------------------------------------- */

/* An empty box as high as a capital. */
static uint32_t box_row(const struct font_cells *cells, int row)
{
    int top = cells->ascent - cells->ascent * 4 / 5, bottom = cells->ascent - 1;
    uint32_t whole = (1u << (cells->width - 1)) - 1, edges = 1u | 1u << (cells->width - 2);
    uint32_t bits = row < top || row > bottom ? 0 : row == top || row == bottom ? whole : edges;
    return bits << (16 - (cells->width - 1));
}

uint32_t font_row(const struct font_cells *cells, uint32_t character, int row)
{
    uint32_t bits = 0;
    if (character == 0)
        return box_row(cells, row);
    const char *digits = cells->rows[character - FONT_FIRST] + row * cells->digits;
    for (int i = 0; i < cells->digits; i++) {
        char c = digits[i];
        bits = bits << 4 | (uint32_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return bits << (16 - 4 * cells->digits);
}

/*
 * spacetime_text.c: words that keep clear of each other, and lines that are cut to the plot.
 *
 * Whoever comes first has the place: so what matters most is written first. A word that finds
 * its place taken, or would leave the plot, is not written; zooming in makes room.
 */
#include <math.h>
#include <string.h>

#include "viz/spacetime/spacetime.h"

float diagram_width(const char *text, float size)
{
    return (float)strlen(text) * size * DRAW_CHARACTER_WIDTH;
}

static bool do_meet(struct box a, struct box b)
{
    return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

static bool is_free(const struct diagram *d, struct box box)
{
    const struct diagram_words *words = d->words;
    if (box.x < d->plot.x || box.x + box.w > d->plot.x + d->plot.w || box.y < d->axis.y ||
        box.y + box.h > d->plot.y + d->plot.h || words->count == DIAGRAM_WORDS_MAX)
        return false;
    for (uint32_t i = 0; i < words->count; i++)
        if (do_meet(box, words->boxes[i]))
            return false;
    return true;
}

bool diagram_word(struct diagram *d, float x, float y, float size, enum draw_align align,
                  struct draw_color color, const char *text)
{
    float w = diagram_width(text, size), gap = size * 0.15f;
    float left = align == ALIGN_LEFT ? x : align == ALIGN_CENTER ? x - w / 2 : x - w;
    struct box box = {left - gap, y + size * 0.1f, w + 2 * gap, size * 1.05f};
    if (!*text || !is_free(d, box))
        return false;
    d->words->boxes[d->words->count++] = box;
    draw_rect(d->list, box.x, box.y, box.w, box.h, with_alpha(d->scene->theme->pane, 225));
    draw_text(d->list, left, y, size, ALIGN_LEFT, color, text);
    return true;
}

/* --- lines ---------------------------------------------------------------------------------- */

void diagram_line(struct diagram *d, double x1, float y1, double x2, float y2, float width,
                  struct draw_color color, bool is_dashed)
{
    double left = (double)d->plot.x - 10, right = (double)(d->plot.x + d->plot.w) + 10;
    if (x2 < x1) {
        double x = x1;
        float y = y1;
        x1 = x2, y1 = y2, x2 = x, y2 = y;
    }
    if (x2 < left || x1 > right)
        return;
    double slope = x2 > x1 ? (double)(y2 - y1) / (x2 - x1) : 0;
    float from = y1;
    if (x1 < left)
        from = (float)((double)y1 + slope * (left - x1));
    if (x2 > right)
        y2 = (float)((double)y1 + slope * (right - x1));
    draw_line(d->list, (float)fmax(x1, left), from, (float)fmin(x2, right), y2, width, color,
              is_dashed);
}

void diagram_cross(struct diagram *d, float x, float y, float reach, float width,
                   struct draw_color color)
{
    draw_line(d->list, x - reach, y - reach, x + reach, y + reach, width, color, false);
    draw_line(d->list, x - reach, y + reach, x + reach, y - reach, width, color, false);
}

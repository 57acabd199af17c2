/*
 * measure.c: boxes of texts, what covers them, and contrast (see measure.h).
 *
 * A letter covers its line from the top of a capital to the end of a descender.
 */
#include "viz/measure.h"

#include <math.h>
#include <string.h>

static struct box box_of(const struct draw_list *list, const struct draw_command *c)
{
    float w = (float)strlen(draw_characters(list, c)) * c->size * DRAW_CHARACTER_WIDTH;
    float x = c->align == ALIGN_LEFT ? c->x : c->align == ALIGN_CENTER ? c->x - w / 2 : c->x - w;
    return (struct box){x, c->y + c->size * 0.2f, w, c->size * 0.96f};
}

static bool is_within(struct box inner, struct box outer)
{
    return inner.x >= outer.x - 1 && inner.y >= outer.y - 1 &&
           inner.x + inner.w <= outer.x + outer.w + 1 && inner.y + inner.h <= outer.y + outer.h + 1;
}

/* A disc counts for the box that fits well into it. */
static bool does_cover(const struct draw_command *c, struct box box, int least_alpha)
{
    if (c->color.a < least_alpha)
        return false;
    if (c->kind == DRAW_RECT)
        return is_within(box, (struct box){c->x, c->y, c->w, c->h});
    float x = box.x + box.w / 2, y = box.y + box.h / 2;
    return c->kind == DRAW_DISC && hypotf(x - c->x, y - c->y) < c->radius * 0.7f &&
           hypotf(box.w, box.h) < c->radius * 2.3f;
}

bool measure_is_covered(const struct draw_list *list, uint32_t first, uint32_t last,
                        struct box box)
{
    for (uint32_t i = first; i < last; i++)
        if (does_cover(&list->commands[i], box, 200)) /* as the veil below a sheet is */
            return true;
    return false;
}

uint32_t measure_texts(const struct draw_list *list, float width, float height,
                       struct written *texts, uint32_t max)
{
    struct box window = {0, 0, width, height}, clip = window;
    uint32_t count = 0;
    for (uint32_t i = 0; i < list->count && count < max; i++) {
        const struct draw_command *c = &list->commands[i];
        if (c->kind == DRAW_CLIP)
            clip = c->w < 0 ? window : (struct box){c->x, c->y, c->w, c->h};
        if (c->kind != DRAW_TEXT)
            continue;
        struct box box = box_of(list, c);
        if (!measure_is_covered(list, i + 1, list->count, box))
            texts[count++] = (struct written){i, draw_characters(list, c), box, clip};
    }
    return count;
}

struct draw_color measure_over(struct draw_color color, struct draw_color behind)
{
    int a = color.a, b = 255 - a;
    return (struct draw_color){(uint8_t)((color.r * a + behind.r * b) / 255),
                               (uint8_t)((color.g * a + behind.g * b) / 255),
                               (uint8_t)((color.b * a + behind.b * b) / 255), 255};
}

/* A point in the band of an arc. */
static bool is_on_arc(const struct draw_command *c, struct box middle)
{
    float dx = middle.x - c->x, dy = middle.y - c->y;
    float turn = fmodf(atan2f(dy, dx) - c->w, 6.2831853f);
    turn = turn < 0 ? turn + 6.2831853f : turn;
    return c->kind == DRAW_ARC && fabsf(hypotf(dx, dy) - c->radius) < c->size / 2 &&
           turn <= c->h - c->w;
}

struct draw_color measure_behind(const struct draw_list *list, const struct written *text)
{
    struct draw_color color = {0, 0, 0, 255};
    struct box middle = {text->box.x + text->box.w / 2, text->box.y + text->box.h / 2, 0, 0};
    for (uint32_t i = 0; i < text->index; i++)
        if (does_cover(&list->commands[i], middle, 1) || is_on_arc(&list->commands[i], middle))
            color = measure_over(list->commands[i].color, color);
    return color;
}

double measure_luminance(struct draw_color color)
{
    double part[3] = {color.r / 255.0, color.g / 255.0, color.b / 255.0};
    for (int i = 0; i < 3; i++)
        part[i] = part[i] <= 0.03928 ? part[i] / 12.92 : pow((part[i] + 0.055) / 1.055, 2.4);
    return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
}

double measure_contrast(struct draw_color a, struct draw_color b)
{
    double x = measure_luminance(a) + 0.05, y = measure_luminance(b) + 0.05;
    return x > y ? x / y : y / x;
}

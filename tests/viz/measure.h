/*
 * measure.h: what can be read off a draw list without drawing it: where each text stands,
 * what hides it, what is behind it.
 */
#ifndef TESTS_VIZ_MEASURE_H
#define TESTS_VIZ_MEASURE_H

#include "viz/draw/draw.h"
#include "viz/views/scene.h"

struct written {
    uint32_t index; /* of the command */
    const char *text;
    struct box box;  /* what its letters cover */
    struct box clip; /* where it may be seen */
};

/* The texts of a list that are not hidden by what is drawn later; returns their number. */
uint32_t measure_texts(const struct draw_list *list, float width, float height,
                       struct written *texts, uint32_t max);

/* Does something opaque between the commands first and last cover the whole box? */
bool measure_is_covered(const struct draw_list *list, uint32_t first, uint32_t last,
                        struct box box);

/* The colour behind a text, and its own as it comes out upon that. */
struct draw_color measure_behind(const struct draw_list *list, const struct written *text);
struct draw_color measure_over(struct draw_color color, struct draw_color behind);

/* Contrast of two opaque colours, 1 to 21, as WCAG 2 defines it. */
double measure_contrast(struct draw_color a, struct draw_color b);
double measure_luminance(struct draw_color color);

#endif

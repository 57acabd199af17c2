/*
 * tooltip.h: the name of what the pointer rests on, and a line about it, after a moment.
 *
 * It is about what lay there when the moment was over and stays until the pointer moves or a key
 * is pressed, so that nothing flickers while a run plays below it.
 */
#ifndef VIZ_TOOLTIP_H
#define VIZ_TOOLTIP_H

#include "viz/views/scene.h"

struct app;

struct hover {
    bool is_over;  /* there is nothing to wait for until the pointer moves */
    bool is_shown; /* of: */
    struct pick pick;
    float x, y;    /* where the pointer rests */
    double rested; /* seconds */
};

void hover_move(struct app *app);
void hover_stop(struct app *app);
void hover_tick(struct app *app, double seconds);

/* Is there one to come by itself? */
bool hover_is_due(const struct app *app);

void hover_draw(struct app *app, const struct scene *scene, struct draw_list *list);

#endif

/*
 * timeline.h: which stretch of time the space-time diagram shows.
 *
 * It follows the present, which then stands three quarters to the right, until somebody pans or
 * zooms about a point: from then on it stays where it was put. A step, or a seek, whose moment
 * cannot be seen there makes it follow again; so does the key 1. A record that is newly selected
 * is brought into sight.
 *
 *     following   |----------------------|-------|        the present
 *     held        |-------|------------------------|      `from` stays
 */
#ifndef VIZ_TIMELINE_H
#define VIZ_TIMELINE_H

#include "viz/views/scene.h"

struct app;
struct pointer;

#define TIMELINE_SPAN_LEAST MICROSECOND

struct timeline {
    vtime span;    /* 0: as fits what happens */
    vtime from;    /* while it is held */
    bool is_held;
    uint32_t first_lane; /* UINT32_MAX: the selected one is in sight */
    bool are_both;       /* another branch is drawn behind this one */

    /* what was shown last: a change of it moves the window */
    struct pick pick;
    vtime clock;
    uint32_t branch;

    /* what a drag began with */
    vtime grabbed_from;
    uint32_t grabbed_lane;
};

struct timeline timeline_begin(void);

/* How wide it is, and where it begins. */
vtime timeline_span(const struct app *app);
vtime timeline_from(const struct app *app);

/* Before drawing: go where the present or a new selection is, and have its records at hand. */
void timeline_settle(struct app *app);
void timeline_look(struct app *app, float width);

/* The branch that is drawn behind the present one: its parent, or of the run as it was written
 * the one that was opened last. UINT32_MAX: there is none. */
uint32_t timeline_other(const struct app *app);

/* Hold it there, as wide as it is; VTIME_NEVER: follow the present. Not a move of the person's
 * own: what is selected and where the present is do not move it then. */
void timeline_show(struct app *app, vtime from);

void timeline_follow(struct app *app);
void timeline_show_all(struct app *app);
/* Wider (2) or narrower (0.5), with a moment staying where it is on the screen. */
void timeline_zoom(struct app *app, vtime about, double factor);
/* The moment that keys zoom about. */
vtime timeline_middle(const struct app *app);
/* Earlier or later by a part of its width. */
void timeline_pan(struct app *app, double part);

/* The wheel over the diagram: true if it is there. */
bool timeline_wheel(struct app *app, struct pointer pointer, float up);

/* The pointer goes there: is another lane to be named? */
void timeline_hover(struct app *app, struct pointer to);

/* The plot is taken hold of, and moved by so many points. */
void timeline_grab(struct app *app);
void timeline_drag(struct app *app, float dx, float dy);

#endif

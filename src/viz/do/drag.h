/*
 * drag.h: what is taken hold of with the pointer, and what letting go will do.
 *
 *     bar of time    that moment
 *     edge           panes of another size
 *     diagram        an earlier or later stretch of time
 *     node to node   a one-way cut; with Shift, or when that way is cut already, both ways
 *     across a ring  a partition: the two sides of the line
 *     a message      another time of arrival: back along its way is later (drag_message.c)
 *
 * While a change of the run is being dragged, its plan is worked out at every move, drawn, and
 * said in words; letting go does what was said, Esc does nothing. The plan for the screen and the
 * plan that is done are the same one.
 */
#ifndef VIZ_DRAG_H
#define VIZ_DRAG_H

#include "viz/views/scene.h"

struct app;

enum drag_kind {
    DRAG_NONE, DRAG_SCRUB, DRAG_DIVIDER, DRAG_TIME, DRAG_LINK, DRAG_LINE, DRAG_MESSAGE,
};

/* What a press can take hold of; it becomes a drag when the pointer has moved a little. */
struct drag {
    uint32_t kind; /* enum drag_kind */
    struct pick from;
    float from_x, from_y;
    float x, y;
    uint32_t modifiers;
    bool is_far; /* it has moved: letting go is no click */
};

enum plan_kind { PLAN_NOTHING, PLAN_CUT, PLAN_CUT_BOTH, PLAN_PARTITION, PLAN_POSTPONE };

#define PLAN_MEMBERS_MAX 512

struct plan {
    uint32_t kind; /* enum plan_kind */
    uint32_t from, to;
    uint32_t count; /* PARTITION: of members, and the side of each, 0 or 1 */
    uint32_t members[PLAN_MEMBERS_MAX];
    uint32_t side[PLAN_MEMBERS_MAX];
    uint64_t identity; /* POSTPONE: of the message, its copy as actions count them, */
    uint32_t copy;
    vtime until;       /* when it is to arrive, */
    float x, y;        /* and where it is then, on its way */
    char done[120];
    char words[300]; /* what letting go will do, or why it will do nothing */
};

/* A press at this hit (NULL: at nothing), in the app's pointer. */
void drag_begin(struct app *app, const struct hit *hit);
/* The pointer has moved; let go; and call it off: true if there was something to call off. */
void drag_move(struct app *app);
void drag_end(struct app *app);
bool drag_cancel(struct app *app);

/* Would letting go change the run? */
bool drag_is_bending(const struct drag *drag);

/* What would come of letting go here. */
void drag_plan(struct app *app, struct plan *plan);

/* The same for a message that is dragged along its way. */
void drag_plan_message(struct app *app, struct plan *plan);

/* The node or client as it stands in the ring; NULL: it does not. */
const struct hit *drag_in_ring(const struct app *app, uint32_t address);

/* The line, the sides and the words (view_drag.c). */
void drag_draw(struct app *app, const struct scene *scene, struct draw_list *list);

#endif

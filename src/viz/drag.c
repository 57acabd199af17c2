/*
 * drag.c: taking hold, moving, letting go. What that would do to the run is planned in
 * drag_plan.c.
 *
 * A press becomes a drag only when the pointer has moved a little, so that a click with an
 * unsteady hand stays one.
 */
#include "viz/drag.h"

#include <math.h>

#include "viz/app.h"
#include "viz/bend.h"
#include "viz/things.h"

#define FAR_POINTS 5

/* --- taking hold ---------------------------------------------------------------------------- */

static void scrub_to(struct app *app, float x)
{
    for (uint32_t i = 0; i < app->hits.count; i++) {
        const struct hit *hit = &app->hits.items[i];
        if (hit->pick.kind != PICK_SCRUB)
            continue;
        double part = (double)(x - hit->box.x) / (double)hit->box.w;
        part = part < 0 ? 0 : part > 1 ? 1 : part;
        app_seek_time(app, (vtime)(part * (double)app_picture(app)->duration));
        return;
    }
}

static uint32_t kind_of(struct app *app, const struct hit *hit)
{
    uint32_t pane = hits_pane(&app->hits, app->pointer.x, app->pointer.y);
    if (pane == PANE_SPACETIME && (!hit || hit->pane == PANE_SPACETIME))
        return DRAG_TIME;
    if (!hit)
        return pane == PANE_RING ? DRAG_LINE : DRAG_NONE;
    switch (hit->pick.kind) {
    case PICK_SCRUB: return DRAG_SCRUB;
    case PICK_DIVIDER: return DRAG_DIVIDER;
    case PICK_ACTOR: return hit->pane == PANE_RING ? DRAG_LINK : DRAG_NONE;
    case PICK_RECORD:
        return hit->pane == PANE_RING && thing_message(app, hit->pick) ? DRAG_MESSAGE : DRAG_NONE;
    default: return DRAG_NONE;
    }
}

void drag_begin(struct app *app, const struct hit *hit)
{
    struct pointer at = app->pointer;
    app->drag = (struct drag){.kind = kind_of(app, hit),
                              .from = hit ? hit->pick : (struct pick){PICK_NONE, 0},
                              .from_x = at.x,
                              .from_y = at.y,
                              .x = at.x,
                              .y = at.y,
                              .modifiers = at.modifiers};
    if (app->drag.kind == DRAG_SCRUB)
        scrub_to(app, at.x);
    else if (app->drag.kind == DRAG_TIME)
        timeline_grab(app);
}

void drag_move(struct app *app)
{
    struct drag *drag = &app->drag;
    drag->x = app->pointer.x;
    drag->y = app->pointer.y;
    drag->modifiers = app->pointer.modifiers;
    if (hypotf(drag->x - drag->from_x, drag->y - drag->from_y) > FAR_POINTS)
        drag->is_far = true;
    if (drag->kind == DRAG_SCRUB)
        scrub_to(app, drag->x);
    else if (drag->kind == DRAG_DIVIDER && drag->is_far)
        layout_drag(&app->layout, (enum divider)drag->from.id, app->body, drag->x, drag->y);
    else if (drag->kind == DRAG_TIME && drag->is_far)
        timeline_drag(app, drag->x - drag->from_x, drag->y - drag->from_y);
    if (drag->kind != DRAG_NONE)
        app->is_drawing_due = true;
}

bool drag_is_bending(const struct drag *drag)
{
    return drag->is_far &&
           (drag->kind == DRAG_LINK || drag->kind == DRAG_LINE || drag->kind == DRAG_MESSAGE);
}

bool drag_cancel(struct app *app)
{
    bool is_held = drag_is_bending(&app->drag);
    app->drag.kind = DRAG_NONE;
    if (is_held)
        app_say(app, "nothing was done");
    return is_held;
}

/* --- letting go ----------------------------------------------------------------------------- */

static void cut_both(struct app *app, const struct plan *plan)
{
    const uint32_t members[2] = {plan->from, plan->to}, groups[2] = {0, 1};
    stage_partition(app->stage, 2, members, groups);
}

static void postpone(struct app *app, const struct plan *plan)
{
    const struct picture_message *message = thing_message(app, app->drag.from);
    char done[120], time[32];
    struct action action = {.kind = ACTION_POSTPONE,
                            .mode = POSTPONE_BY,
                            .amount = (int64_t)plan->by,
                            .identity = message->identity,
                            .copy = message->copy + 1};
    snprintf(done, sizeof done, "this message arrives %s later", scene_time(plan->by, time));
    bend(app, action, done);
}

static void do_plan(struct app *app, const struct plan *plan)
{
    struct action cut = {.kind = ACTION_CUT, .target = plan->from, .other = plan->to};
    switch (plan->kind) {
    case PLAN_CUT: stage_do(app->stage, &cut); break;
    case PLAN_CUT_BOTH: cut_both(app, plan); break;
    case PLAN_POSTPONE: postpone(app, plan); return;
    case PLAN_PARTITION: stage_partition(app->stage, plan->count, plan->members, plan->side); break;
    default: app_refuse(app, plan->words); return;
    }
    uint32_t branch = stage_branch_now(app->stage);
    app_moved(app);
    app_say(app, "branch %u: %s; Ctrl+Z takes it back, H heals", branch,
            stage_branch_at(app->stage, branch).text);
}

void drag_end(struct app *app)
{
    struct plan plan;
    bool is_bending = drag_is_bending(&app->drag);
    if (is_bending)
        drag_plan(app, &plan);
    else if (app->drag.kind == DRAG_LINE)
        app->pick = (struct pick){PICK_NONE, 0};
    app->drag.kind = DRAG_NONE;
    app->is_drawing_due = true;
    if (is_bending)
        do_plan(app, &plan);
}

/*
 * app_pointer.c: the mouse.
 *
 * A press is about what lies under it: it selects a thing, pushes a button, or takes hold of
 * something that the following moves drag (drag.c). Whoever has a mouse (a window, a script, a
 * test) speaks to the app in these calls.
 */
#include "viz/app.h"

static void toggle_pane(struct app *app, uint32_t pane)
{
    app->maximised = app->maximised == pane ? PANE_COUNT : pane;
}

static void press_hit(struct app *app, const struct hit *hit)
{
    struct pick pick = hit->pick;
    switch (pick.kind) {
    case PICK_COMMAND: app_run_command(app, (uint32_t)pick.id); break;
    case PICK_SCRUB:
    case PICK_PANE:
    case PICK_DIVIDER: break;
    case PICK_PAGE: app->inspector_page = (uint32_t)pick.id; break;
    case PICK_STEP:
        stage_seek(app->stage, pick.id);
        app_moved_by_hand(app);
        break;
    case PICK_BRANCH:
        stage_select_branch(app->stage, (uint32_t)pick.id);
        app_moved(app);
        break;
    default: app->pick = pick;
    }
}

static void press_plain(struct app *app)
{
    const struct hit *hit = hits_at(&app->hits, app->pointer.x, app->pointer.y);
    if (hit && hit->pick.kind == PICK_PANE && app->pointer.clicks == 2)
        toggle_pane(app, (uint32_t)hit->pick.id);
    drag_begin(app, hit);
    if (hit)
        press_hit(app, hit);
}

void app_press(struct app *app, struct pointer pointer)
{
    app->is_drawing_due = true;
    app->pointer = pointer;
    if (app->is_writing)
        return;
    if (app->mode != MODE_PLAIN)
        app->mode = MODE_PLAIN;
    else if (pointer.button == BUTTON_LEFT)
        press_plain(app);
}

void app_point(struct app *app, struct pointer pointer)
{
    app->pointer = pointer;
    if (app->drag.kind != DRAG_NONE)
        drag_move(app);
}

void app_release(struct app *app, struct pointer pointer)
{
    app->pointer = pointer;
    if (app->drag.kind != DRAG_NONE)
        drag_end(app);
}

void app_wheel(struct app *app, struct pointer pointer, float up)
{
    app->pointer = pointer;
    if (app->mode == MODE_PLAIN && timeline_wheel(app, pointer, up))
        return;
    if (up != 0)
        app_key(app, up > 0 ? '+' : '-', 0);
}

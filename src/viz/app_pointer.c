/*
 * app_pointer.c: the mouse.
 *
 * A press is about what lies under it: it selects a thing, pushes a button, or takes hold of
 * something that the following moves drag. Whoever has a mouse (a window, a script, a test)
 * speaks to the app in these calls.
 */
#include "viz/app.h"

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

static void press_plain(struct app *app, struct pointer pointer)
{
    struct pick pick = hits_find(&app->hits, pointer.x, pointer.y);
    switch (pick.kind) {
    case PICK_NONE: break;
    case PICK_COMMAND: app_run_command(app, (uint32_t)pick.id); break;
    case PICK_SCRUB:
        app->is_scrubbing = true;
        scrub_to(app, pointer.x);
        break;
    case PICK_PANE:
        app->maximised = app->maximised == pick.id ? PANE_COUNT : (uint32_t)pick.id;
        break;
    case PICK_PAGE:
        app->inspector_page = (uint32_t)pick.id;
        app->page_scroll = 0;
        break;
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

void app_press(struct app *app, struct pointer pointer)
{
    app->is_drawing_due = true;
    app->pointer = pointer;
    if (app->is_writing)
        return;
    if (app->mode != MODE_PLAIN)
        app->mode = MODE_PLAIN;
    else if (pointer.button == BUTTON_LEFT)
        press_plain(app, pointer);
}

void app_point(struct app *app, struct pointer pointer)
{
    app->pointer = pointer;
    if (app->is_scrubbing)
        scrub_to(app, pointer.x);
}

void app_release(struct app *app, struct pointer pointer)
{
    app->pointer = pointer;
    app->is_scrubbing = false;
}

void app_wheel(struct app *app, struct pointer pointer, float up)
{
    app->pointer = pointer;
    if (app_scroll(app, hits_pane(&app->hits, pointer.x, pointer.y), -3 * up))
        return;
    if (up != 0)
        app_key(app, up > 0 ? '+' : '-', 0);
}

/*
 * app_pointer.c: the mouse.
 *
 * A press is about what lies under it: it selects a thing, pushes a button, or takes hold of
 * something that the following moves drag (drag.c). Whoever has a mouse (a window, a script, a
 * test) speaks to the app in these calls.
 */
#include "viz/app/app.h"
#include "viz/do/bend.h"

static void toggle_pane(struct app *app, uint32_t pane)
{
    app->maximised = app->maximised == pane ? PANE_COUNT : pane;
}

void app_activate(struct app *app, struct pick pick)
{
    switch (pick.kind) {
    case PICK_COMMAND: app_run_command(app, (uint32_t)pick.id); break;
    case PICK_SCRUB:
    case PICK_DIVIDER: break;
    case PICK_PANE: toggle_pane(app, (uint32_t)pick.id); break;
    case PICK_PAGE:
        app->inspector_page = (uint32_t)pick.id;
        app->page_scroll = 0;
        break;
    case PICK_STEP:
        stage_seek(app->stage, pick.id);
        app_moved_by_hand(app);
        break;
    case PICK_CUT: bend_heal_link(app, (uint32_t)(pick.id >> 32), (uint32_t)pick.id); break;
    case PICK_CELL: app_select_cell(app, (uint32_t)(pick.id >> 32), (uint32_t)pick.id); break;
    case PICK_METRIC:
        app->metric = (uint32_t)pick.id;
        app->page_scroll = 0;
        break;
    case PICK_INSTANT:
        app->is_playing = false;
        app_seek_time(app, pick.id);
        break;
    case PICK_WHY: app_go_to_why(app, (uint32_t)pick.id); break;
    case PICK_CHECK:
        app->pick = pick;
        app_go_to_check(app, (uint32_t)pick.id);
        break;
    case PICK_BRANCH:
        stage_select_branch(app->stage, (uint32_t)pick.id);
        app_moved(app);
        break;
    default: app->pick = pick;
    }
}

/* A title answers to a double click, a line of the log goes to its moment then. */
static void press_left(struct app *app, const struct hit *hit)
{
    bool is_double = app->pointer.clicks == 2;
    drag_begin(app, hit);
    if (hit && (hit->pick.kind != PICK_PANE || is_double))
        app_activate(app, hit->pick);
    if (hit && hit->pick.kind == PICK_RECORD && is_double)
        app_run_command(app, app_command_named("go to record"));
}

static void press_right(struct app *app, const struct hit *hit)
{
    struct pick pick = hit ? hit->pick : (struct pick){PICK_NONE, 0};
    bool is_thing = pick.kind == PICK_ACTOR || pick.kind == PICK_KEY || pick.kind == PICK_RECORD ||
                    pick.kind == PICK_CHECK;
    app->pick = is_thing ? pick : (struct pick){PICK_NONE, 0};
    if (pick.kind == PICK_CELL)
        app_select_cell(app, (uint32_t)(pick.id >> 32), (uint32_t)pick.id);
    menu_open(app, app->pointer.x, app->pointer.y);
}

/* Over a menu or a sheet: its own, or it closes. A right click beside a menu opens another. */
static void press_overlay(struct app *app, struct pick under)
{
    bool is_beside = app->mode == MODE_MENU && under.kind == PICK_NONE;
    if (is_beside && app->pointer.button == BUTTON_RIGHT) {
        app->hits.floor = 0;
        press_right(app, hits_at(&app->hits, app->pointer.x, app->pointer.y));
    } else if (app->mode == MODE_MENU) {
        menu_press(app, under);
    } else if (app->mode == MODE_COMPARE && under.kind == PICK_ENTRY) {
        if (app->chosen == under.id)
            app_key(app, KEY_ENTER, 0);
        app->chosen = (uint32_t)under.id;
    } else if (app->mode == MODE_ASK && under.kind == PICK_ENTRY) {
        app_key(app, under.id == 0 ? KEY_ENTER : KEY_ESCAPE, 0);
    } else if (app->mode == MODE_PALETTE && under.kind == PICK_ENTRY) {
        app->chosen = (uint32_t)under.id;
        app_key(app, KEY_ENTER, 0);
    } else if (under.kind != PICK_SHEET || app->mode == MODE_HELP ||
               app->mode == MODE_ABOUT) {
        app->mode = MODE_PLAIN;
    }
}

void app_press(struct app *app, struct pointer pointer)
{
    const struct hit *hit = hits_at(&app->hits, pointer.x, pointer.y);
    app->is_drawing_due = true;
    app->pointer = pointer;
    app->is_welcome = false;
    app_hint_done(app, NULL);
    hover_stop(app);
    if (app->is_writing)
        return;
    errand_stop(app);
    app->focus = (struct pick){PICK_NONE, 0};
    if (app->mode != MODE_PLAIN)
        press_overlay(app, hit ? hit->pick : (struct pick){PICK_NONE, 0});
    else if (pointer.button == BUTTON_LEFT)
        press_left(app, hit);
    else if (pointer.button == BUTTON_RIGHT)
        press_right(app, hit);
}

void app_point(struct app *app, struct pointer pointer)
{
    float dx = pointer.x - app->pointer.x, dy = pointer.y - app->pointer.y;
    struct pick under = hits_find(&app->hits, pointer.x, pointer.y);
    timeline_hover(app, pointer);
    app->pointer = pointer;
    if (app->drag.kind != DRAG_NONE) {
        drag_move(app);
    } else if (app->mode == MODE_MENU) {
        menu_hover(app, under, dx, dy);
        app->is_drawing_due = true;
    } else {
        hover_move(app);
    }
}

void app_release(struct app *app, struct pointer pointer)
{
    app->pointer = pointer;
    if (app->drag.kind != DRAG_NONE)
        drag_end(app);
}

/* --- the wheel ------------------------------------------------------------------------------ */

/* It zooms the space-time diagram about the pointer, and scrolls what else lies there. */
static void wheel_plain(struct app *app, float up)
{
    uint32_t pane = hits_pane(&app->hits, app->pointer.x, app->pointer.y);
    if (app->pointer.modifiers & MOD_CTRL)
        app_key(app, up > 0 ? '+' : '-', MOD_CTRL);
    else if (!timeline_wheel(app, app->pointer, up))
        app_scroll(app, pane, -3 * up);
}

void app_wheel(struct app *app, struct pointer pointer, float up)
{
    app->pointer = pointer;
    app->is_drawing_due = true;
    hover_stop(app);
    if (up == 0 || app->is_writing)
        return;
    switch (app->mode) {
    case MODE_PLAIN: wheel_plain(app, up); break;
    case MODE_MENU: menu_wheel(app, up); break;
    case MODE_ASK: break;
    default: app_key(app, up > 0 ? KEY_UP : KEY_DOWN, 0);
    }
}

/* --- its look ------------------------------------------------------------------------------- */

/* Over what answers to it, and while something is held. */
enum app_cursor app_cursor(const struct app *app)
{
    struct pick under = hits_find(&app->hits, app->pointer.x, app->pointer.y);
    const struct drag *drag = &app->drag;
    struct pick edge = drag->kind == DRAG_DIVIDER ? drag->from : under;
    if (edge.kind == PICK_DIVIDER)
        return edge.id == DIVIDER_COLUMNS ? CURSOR_COLUMNS : CURSOR_ROWS;
    if (drag->is_far && (drag_is_bending(drag) || drag->kind == DRAG_TIME))
        return CURSOR_MOVE;
    switch (under.kind) {
    case PICK_NONE:
    case PICK_PANE:
    case PICK_SHEET: return CURSOR_ARROW;
    default: return CURSOR_HAND;
    }
}

/*
 * do_select.c: what is selected.
 *
 * One selection for all panes: a node, a client, a key, or a record; a message in flight is
 * the record of its sending.
 */
#include "viz/app/app.h"
#include "viz/do/do.h"

/* --- selection -------------------- */

void do_select_next(struct app *app)
{
    focus_step(app, true);
}

void do_select_next_kind(struct app *app)
{
    focus_next_kind(app);
}

void do_select_previous(struct app *app)
{
    focus_step(app, false);
}

/* Near the thing that it is about, where that is on the screen. */
void do_menu(struct app *app)
{
    float x = app->width / 3, y = app->height / 4;
    for (uint32_t i = 0; i < app->hits.count; i++) {
        const struct hit *hit = &app->hits.items[i];
        if (app->pick.kind == PICK_NONE || !pick_is(hit->pick, app->pick.kind, app->pick.id))
            continue;
        x = hit->box.x + hit->box.w;
        y = hit->box.y + hit->box.h / 2;
        break;
    }
    menu_open(app, x, y);
}

void do_menu_bar(struct app *app)
{
    menu_open_bar(app);
}

/* What was selected may lie above or below what was drawn of its page. */
static void keep_in_sight(struct app *app, bool is_down)
{
    enum { LINES = 10 };
    bool is_drawn = false;
    for (uint32_t i = 0; i < app->hits.count; i++) {
        is_drawn |= app->hits.items[i].pick.kind == app->pick.kind;
        if (pick_is(app->hits.items[i].pick, app->pick.kind, app->pick.id))
            return;
    }
    if (is_drawn)
        app_scroll(app, PANE_INSPECTOR, is_down ? LINES : -LINES);
}

/* On the page of checks, as long as no record is selected. */
static bool select_check(struct app *app, int64_t by)
{
    uint32_t count = app_picture(app)->check_count;
    if (app->inspector_page != PAGE_CHECKS || app->pick.kind == PICK_RECORD || count == 0)
        return false;
    bool is_check = app->pick.kind == PICK_CHECK;
    uint64_t id = is_check ? app->pick.id : by > 0 ? count - 1 : 0;
    app->pick = (struct pick){PICK_CHECK, (id + (by > 0 ? 1 : count - 1)) % count};
    keep_in_sight(app, by > 0);
    return true;
}

static void select_record(struct app *app, int64_t by)
{
    uint64_t number = stage_records(app->stage);
    if (select_check(app, by))
        return;
    if (app->pick.kind == PICK_RECORD)
        number = app->pick.id + (uint64_t)by;
    if (stage_record(app->stage, number))
        app->pick = (struct pick){PICK_RECORD, number};
}

void do_record_above(struct app *app)
{
    select_record(app, -1);
}

void do_record_below(struct app *app)
{
    select_record(app, 1);
}

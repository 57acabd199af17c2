/*
 * do_select.c: what is selected.
 *
 * One selection for all panes: a node, a client, a key, or a record; a message in flight is
 * the record of its sending.
 */
#include "viz/app.h"
#include "viz/do.h"

/* --- selection -------------------- */

void do_select_next(struct app *app)
{
    focus_step(app, true);
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

static void select_record(struct app *app, int64_t by)
{
    uint64_t number = stage_records(app->stage);
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

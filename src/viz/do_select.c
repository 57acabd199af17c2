/*
 * do_select.c: what is selected, and why it happened.
 *
 * One selection for all panes: a node, a client, a key, or a record; a message in flight is
 * the record of its sending.
 */
#include "sim/why.h"
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

void do_go_to_record(struct app *app)
{
    const struct tape_record *record = stage_record(app->stage, app->pick.id);
    if (!record)
        return;
    stage_seek(app->stage, record->step);
    app_moved_by_hand(app);
}

const char *why_not_need_record(struct app *app)
{
    return app->pick.kind != PICK_RECORD
               ? "select a line of the log or a message first (Up and Down walk the log)"
               : NULL;
}

const char *why_not_need_why(struct app *app)
{
    bool is_node = app->pick.kind == PICK_ACTOR && app_node(app) != UINT32_MAX;
    bool is_other = app->pick.kind == PICK_RECORD || app->pick.kind == PICK_KEY;
    return is_node || is_other
               ? NULL
               : "select a node, a key, a message or a line of the log first (Tab, Up, Down)";
}

/* A record's reason; of a node or a key, the record to begin with. */
static bool find_reason(struct app *app, struct tape_record *reason)
{
    struct tape_record record;
    const struct picture *picture = app_picture(app);
    if (app->pick.kind == PICK_KEY && app->pick.id < picture->key_count) {
        const struct picture_key *key = &picture->keys[app->pick.id];
        return why_key(app->stage, key->token, key->is_differing, reason);
    }
    if (app->pick.kind == PICK_ACTOR)
        return why_node(app->stage, app_node(app), reason);
    return app->pick.kind == PICK_RECORD && stage_find(app->stage, app->pick.id, &record) &&
           why_before(app->stage, &record, reason);
}

void do_why(struct app *app)
{
    struct tape_record reason;
    char sentence[260];
    if (!find_reason(app, &reason)) {
        app_say(app, "nothing before it caused this: it begins here");
        return;
    }
    app->pick = (struct pick){PICK_RECORD, reason.number};
    stage_sentence(app->stage, &reason, sentence, sizeof sentence);
    app_say(app, "because: %s", sentence);
}

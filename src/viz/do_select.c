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

/* All that Tab walks through, in order: nodes, clients, messages, keys. */
static uint32_t thing_count(const struct picture *picture)
{
    return picture->node_count + picture->client_count + picture->message_count +
           picture->key_count;
}

static struct pick thing_at(const struct picture *picture, uint32_t index)
{
    if (index < picture->node_count)
        return (struct pick){PICK_ACTOR, index};
    index -= picture->node_count;
    if (index < picture->client_count)
        return (struct pick){PICK_ACTOR, PICTURE_CLIENT_BASE + index};
    index -= picture->client_count;
    if (index < picture->message_count)
        return (struct pick){PICK_RECORD, picture->messages[index].record};
    return (struct pick){PICK_KEY, index - picture->message_count};
}

static void select_thing(struct app *app, uint32_t by)
{
    const struct picture *picture = app_picture(app);
    uint32_t count = thing_count(picture), at = by == 1 ? count - 1 : 0;
    for (uint32_t i = 0; i < count; i++) {
        struct pick pick = thing_at(picture, i);
        if (pick_is(app->pick, pick.kind, pick.id))
            at = i;
    }
    app->pick = thing_at(picture, (at + by) % count);
}

void do_select_next(struct app *app)
{
    select_thing(app, 1);
}

void do_select_previous(struct app *app)
{
    select_thing(app, thing_count(app_picture(app)) - 1);
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

static struct why_question question_of(struct app *app)
{
    const struct picture *picture = app_picture(app);
    if (app->pick.kind == PICK_KEY && app->pick.id < picture->key_count)
        return (struct why_question){.kind = WHY_KEY, .token = picture->keys[app->pick.id].token};
    if (app->pick.kind == PICK_ACTOR)
        return (struct why_question){.kind = WHY_NODE, .node = app_node(app)};
    return (struct why_question){.kind = WHY_RECORD, .number = app->pick.id};
}

void do_why(struct app *app)
{
    static struct why why;
    struct why_question question = question_of(app);
    if (!why_explain(app->stage, &question, &why)) {
        app_say(app, "%s", why.end);
        return;
    }
    app->pick = (struct pick){PICK_RECORD, why.links[why.count - 1].record.number};
    app_say(app, "%s", why.end);
}

/*
 * do_select.c: what is selected.
 *
 * One selection for all panes: a node, a client, a key, or a record; a message in flight is
 * the record of its sending.
 */
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

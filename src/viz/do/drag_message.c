/*
 * drag_message.c: a message is dragged along its way.
 *
 *     n1 ------(W)----------> n3      towards n3: it arrives sooner, at n3 at the moment shown
 *          <----                      back towards n1: later, and beyond it later still
 *
 * The distance along the line is time, at the speed that the message has. The difference is
 * rounded to what a hand can mean: a fiftieth of the way or less.
 */
#include <math.h>

#include "viz/app/app.h"

const struct hit *drag_in_ring(const struct app *app, uint32_t address)
{
    for (uint32_t i = 0; i < app->hits.count; i++)
        if (pick_is(app->hits.items[i].pick, PICK_ACTOR, address) &&
            app->hits.items[i].pane == PANE_RING)
            return &app->hits.items[i];
    return NULL;
}

static const struct picture_message *dragged(struct app *app)
{
    const struct picture *picture = app_picture(app);
    for (uint32_t i = 0; i < picture->message_count; i++)
        if (picture->messages[i].record == app->drag.from.id)
            return &picture->messages[i];
    return NULL;
}

/* Which part of the line between its two ends lies between the press and the pointer; forward is
 * positive. And the place on the line below the pointer. */
static float moved_part(const struct app *app, const struct hit *from, const struct hit *to,
                        struct plan *plan)
{
    float x = from->box.x + from->box.w / 2, y = from->box.y + from->box.h / 2;
    float dx = to->box.x + to->box.w / 2 - x, dy = to->box.y + to->box.h / 2 - y;
    float length = fmaxf(hypotf(dx, dy), 1);
    float way = fmaxf(length - (from->box.h + to->box.h) / 2, 1); /* from edge to edge */
    const struct drag *drag = &app->drag;
    float moved = ((drag->x - drag->from_x) * dx + (drag->y - drag->from_y) * dy) / length;
    plan->x = drag->from_x + dx / length * moved;
    plan->y = drag->from_y + dy / length * moved;
    return moved / way;
}

/* To whole units of a power of ten, at most a fiftieth of the way. */
static int64_t rounded(double difference, vtime way)
{
    double unit = 1;
    while (unit * 10 <= (double)way / 50)
        unit *= 10;
    return (int64_t)(floor(difference / unit + 0.5) * unit);
}

static void write_plan(struct app *app, const struct picture_message *message, int64_t later,
                       struct plan *plan)
{
    struct scene scene = app_scene(app);
    char span[32], at[40] = "";
    const char *from = scene_actor_name(&scene, message->from);
    const char *to = scene_actor_name(&scene, message->to);
    scene_time((vtime)(later < 0 ? -later : later), span);
    if (!message->is_held)
        scene_time(plan->until, at);
    snprintf(plan->done, sizeof plan->done, "%s from %s to %s arrives %s %s%s%s", message->name,
             from, to, span, later < 0 ? "sooner" : "later", message->is_held ? "" : ", at ", at);
    snprintf(plan->words, sizeof plan->words, "let go: %s%s; Esc: nothing", plan->done,
             message->is_held ? " when it is released" : "");
}

void drag_plan_message(struct app *app, struct plan *plan)
{
    const struct picture_message *message = dragged(app);
    const struct hit *from = message ? drag_in_ring(app, message->from) : NULL;
    const struct hit *to = message ? drag_in_ring(app, message->to) : NULL;
    if (!from || !to) {
        snprintf(plan->words, sizeof plan->words, "this message is not on its way any more");
        return;
    }
    vtime end = app_picture(app)->duration;
    double difference = -(double)moved_part(app, from, to, plan) * (double)message->way;
    int64_t later = rounded(difference, message->way);
    int64_t soonest = -(int64_t)(message->arrives_at - MIN(app->clock, message->arrives_at));
    int64_t latest = (int64_t)(end > message->arrives_at ? end - message->arrives_at : 0);
    later = later < soonest ? soonest : later > latest ? latest : later;
    if (later == 0) {
        snprintf(plan->words, sizeof plan->words,
                 "drag it along its way: back is later, ahead is sooner; Esc: nothing");
        return;
    }
    plan->kind = PLAN_POSTPONE;
    plan->identity = message->identity;
    plan->copy = message->copy + 1;
    plan->until = (vtime)((int64_t)message->arrives_at + later);
    write_plan(app, message, later, plan);
}

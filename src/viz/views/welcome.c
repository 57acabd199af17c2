/*
 * welcome.c: the one thing to do for somebody who has just come.
 *
 * When nobody said what to open, the first scenario is open and stands at its beginning. A plate
 * points at the button that sets it going; whatever the person does first, it is gone. In a first
 * session two more follow, each once: after some seconds of playing, that a node can be crashed;
 * and after the first crash, that it can be taken back.
 */
#include "viz/app/app.h"
#include "viz/app/caption.h"
#include "viz/do/do.h"

static void frame(const struct scene *scene, const struct box *box, struct draw_list *list)
{
    draw_frame(list, box->x - 3, box->y - 3, box->w + 6, box->h + 6, 2, scene->theme->selected);
}

static const struct hit *find(const struct app *app, uint32_t kind, uint64_t id)
{
    const struct hit *found = NULL;
    for (uint32_t i = 0; i < app->hits.count; i++)
        if (pick_is(app->hits.items[i].pick, kind, id) && !found)
            found = &app->hits.items[i];
    return found;
}

void app_draw_welcome(const struct app *app, const struct scene *scene, struct box window,
                      struct draw_list *list)
{
    const struct hit *button = find(app, PICK_COMMAND, app_command_named("play or pause"));
    if (!button)
        return;
    const struct box *box = &button->box;
    frame(scene, box, list);
    caption_draw(scene, list, window, box->x + box->w / 2, box->y - scene->size * 2,
                 "Press Space: the nodes begin to work",
                 "A click on this button does the same. Nothing that you do here can break "
                 "anything: you can always go back.");
}

/* --- the second and the third -------------------------------------------------------------- */

static void give(struct app *app, enum tip hint, uint8_t left)
{
    struct tips *hints = &app->hints;
    if (!hints->are_wanted || hints->given & 1u << hint)
        return;
    hints->given |= (uint8_t)(1u << hint);
    hints->now = (uint8_t)hint;
    hints->left = left;
    app->is_drawing_due = true;
}

/* It takes a pause, a click and a K, and whatever else is done meanwhile takes it away. */
void app_hint_tick(struct app *app, double seconds)
{
    enum { SECONDS_BEFORE = 4, THINGS = 3 };
    app->hints.played += seconds;
    if (app->hints.played >= SECONDS_BEFORE)
        give(app, TIP_CRASH, THINGS);
}

static bool is_crash(const struct app_command *command)
{
    return command && (command->run == do_crash || command->run == do_torn_crash ||
                       command->run == do_kill_process);
}

void app_hint_done(struct app *app, const struct app_command *command)
{
    struct tips *hints = &app->hints;
    if (hints->now != TIP_NONE && --hints->left == 0)
        hints->now = TIP_NONE;
    if (is_crash(command)) {
        hints->now = TIP_NONE;
        hints->given |= 1u << TIP_CRASH; /* who has crashed one knows how */
        give(app, TIP_BACK, 1);
    }
}

void app_draw_hint(const struct app *app, const struct scene *scene, struct box window,
                   struct draw_list *list)
{
    bool is_crash_hint = app->hints.now == TIP_CRASH;
    const struct hit *hit = is_crash_hint
                                ? find(app, PICK_ACTOR, 0)
                                : find(app, PICK_COMMAND, app_command_named("step back"));
    if (!hit || app->hover.is_shown || app->drag.kind != DRAG_NONE)
        return;
    const struct box *box = &hit->box;
    float above_the_bars = app->body.y + app->body.h - 5 * scene->size - 20;
    frame(scene, box, list);
    if (is_crash_hint)
        caption_draw(scene, list, window, box->x + box->w, box->y - scene->size * 2,
                     "Click a node, then K crashes it",
                     "It loses what was not on its disk yet. The others notice after a while.");
    else
        caption_draw(scene, list, window, box->x + box->w / 2, above_the_bars,
                     "Left steps back; Ctrl+Z takes it back",
                     "The run without the crash is still there: B shows it.");
}

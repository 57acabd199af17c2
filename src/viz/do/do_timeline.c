/*
 * do_timeline.c: the stretch of time in the space-time diagram, from the keyboard.
 *
 * Zoom, the whole run, following the present, looking earlier and later (timeline.h). None of
 * these moves the present, let alone the run: they only choose what is seen of it.
 */
#include "viz/app/app.h"
#include "viz/do/do.h"

/* While it follows, the present is what stays in its place, and it goes on following. */
static void zoom(struct app *app, double factor)
{
    bool is_held = app->timeline.is_held;
    timeline_zoom(app, timeline_middle(app), factor);
    if (app->timeline.span < app_picture(app)->duration)
        app->timeline.is_held = is_held;
}

void do_zoom_in(struct app *app)
{
    zoom(app, 0.5);
}

void do_zoom_out(struct app *app)
{
    zoom(app, 2);
}

void do_whole_run(struct app *app)
{
    timeline_show_all(app);
    app_say(app, "the whole run; + looks closer, 1 follows the present again");
}

void do_follow(struct app *app)
{
    timeline_follow(app);
    app_say(app, "the diagram follows the present");
}

void do_both_branches(struct app *app)
{
    app->timeline.are_both = !app->timeline.are_both;
    if (app->timeline.are_both)
        app_say(app, "branch %u is dashed behind this one, from where they part",
                timeline_other(app));
    else
        app_say(app, "this branch alone");
}

void do_earlier(struct app *app)
{
    timeline_pan(app, -0.25);
}

void do_later(struct app *app)
{
    timeline_pan(app, 0.25);
}

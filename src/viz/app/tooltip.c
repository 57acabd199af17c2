/*
 * tooltip.c: waiting for the pointer to rest, and the words then.
 */
#include "viz/app/tooltip.h"

#include <math.h>

#include "viz/app/app.h"
#include "viz/app/caption.h"
#include "viz/app/things.h"

#define REST_SECONDS 0.45
#define REST_POINTS  3 /* a resting hand moves that much */

void hover_stop(struct app *app)
{
    app->is_drawing_due |= app->hover.is_shown;
    app->hover.is_shown = false;
    app->hover.is_over = true;
}

void hover_move(struct app *app)
{
    struct hover *hover = &app->hover;
    if (hypotf(app->pointer.x - hover->x, app->pointer.y - hover->y) < REST_POINTS)
        return;
    app->is_drawing_due |= hover->is_shown;
    *hover = (struct hover){.x = app->pointer.x, .y = app->pointer.y};
    hover->is_over = hits_find(&app->hits, hover->x, hover->y).kind == PICK_NONE;
}

bool hover_is_due(const struct app *app)
{
    return !app->hover.is_over && !app->hover.is_shown && app->mode == MODE_PLAIN &&
           app->drag.kind == DRAG_NONE;
}

void hover_tick(struct app *app, double seconds)
{
    struct hover *hover = &app->hover;
    if (!hover_is_due(app))
        return;
    hover->rested += seconds;
    if (hover->rested < REST_SECONDS)
        return;
    hover->pick = hits_find(&app->hits, hover->x, hover->y);
    hover->is_shown = hover->pick.kind != PICK_NONE;
    hover->is_over = true;
    app->is_drawing_due = true;
}

void hover_draw(struct app *app, const struct scene *scene, struct draw_list *list)
{
    char name[120], line[400];
    struct text text;
    const struct hover *hover = &app->hover;
    if (!hover->is_shown || app->mode != MODE_PLAIN)
        return;
    text_init(&text, name, sizeof name);
    thing_name(app, hover->pick, &text);
    text_init(&text, line, sizeof line);
    thing_line(app, hover->pick, &text);
    caption_draw(scene, list, (struct box){0, 0, app->width, app->height}, hover->x, hover->y, name,
                 line);
}

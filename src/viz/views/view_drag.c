/*
 * view_drag.c: what is being dragged, and in words what letting go will do.
 *
 * The way of a cut is an arrow; the sides of a partition are lettered A and B, so that nobody has
 * to tell them by colour. The words stand on a plate near the pointer, inside the window.
 */
#include <math.h>
#include <string.h>

#include "viz/app/app.h"
#include "viz/app/caption.h"

static void draw_arrow(struct draw_list *list, float x1, float y1, float x2, float y2,
                       struct draw_color color)
{
    enum { HEAD = 10 };
    float length = hypotf(x2 - x1, y2 - y1);
    if (length < 1)
        return;
    float ux = (x2 - x1) / length, uy = (y2 - y1) / length;
    draw_line(list, x1, y1, x2, y2, 2.5f, color, true);
    draw_line(list, x2, y2, x2 - HEAD * (ux + uy * 0.6f), y2 - HEAD * (uy - ux * 0.6f), 2.5f, color,
              false);
    draw_line(list, x2, y2, x2 - HEAD * (ux - uy * 0.6f), y2 - HEAD * (uy + ux * 0.6f), 2.5f, color,
              false);
}

static void draw_ways(struct app *app, const struct scene *scene, const struct plan *plan,
                      struct draw_list *list)
{
    const struct hit *from = drag_in_ring(app, plan->from), *to = drag_in_ring(app, plan->to);
    if (!from || !to)
        return;
    float x1 = from->box.x + from->box.w / 2, y1 = from->box.y + from->box.h / 2;
    float x2 = to->box.x + to->box.w / 2, y2 = to->box.y + to->box.h / 2;
    draw_arrow(list, x1, y1, x2, y2, scene->theme->bad);
    if (plan->kind == PLAN_CUT_BOTH)
        draw_arrow(list, x2, y2, x1, y1, scene->theme->bad);
}

static void draw_link(struct app *app, const struct scene *scene, const struct plan *plan,
                      struct draw_list *list)
{
    if (plan->kind != PLAN_NOTHING)
        draw_ways(app, scene, plan, list);
    else
        draw_arrow(list, app->drag.from_x, app->drag.from_y, app->drag.x, app->drag.y,
                   scene->theme->faint);
}

/* The letter of its side at each member. */
static void draw_sides(struct app *app, const struct scene *scene, const struct plan *plan,
                       struct draw_list *list)
{
    float size = scene->size;
    for (uint32_t i = 0; i < plan->count; i++) {
        const struct hit *hit = drag_in_ring(app, plan->members[i]);
        if (!hit)
            continue;
        float x = hit->box.x + hit->box.w * 0.15f, y = hit->box.y + hit->box.h * 0.15f;
        struct draw_color color = plan->side[i] ? scene->theme->warn : scene->theme->accent;
        draw_disc(list, x, y, size * 0.95f, color);
        draw_disc(list, x, y, size * 0.95f - 2, scene->theme->background);
        draw_text(list, x, y - size * 0.65f, size, ALIGN_CENTER, scene->theme->text,
                  plan->side[i] ? "B" : "A");
    }
}

/* All across the ring, since that is what it parts. */
static void draw_cut_line(const struct app *app, const struct scene *scene, const struct plan *plan,
                          struct draw_list *list)
{
    struct box room = app->hits.rooms[PANE_RING];
    const struct drag *drag = &app->drag;
    float dx = drag->x - drag->from_x, dy = drag->y - drag->from_y;
    float length = fmaxf(hypotf(dx, dy), 1), reach = room.w + room.h;
    draw_clip(list, room.x, room.y, room.w, room.h);
    draw_line(list, drag->from_x - dx / length * reach, drag->from_y - dy / length * reach,
              drag->from_x + dx / length * reach, drag->from_y + dy / length * reach, 1.5f,
              plan->kind == PLAN_NOTHING ? scene->theme->faint : scene->theme->bad, true);
    draw_line(list, drag->from_x, drag->from_y, drag->x, drag->y, 3,
              plan->kind == PLAN_NOTHING ? scene->theme->faint : scene->theme->bad, false);
    draw_clip(list, 0, 0, -1, -1);
}

/* From where the message was taken to where it will be. */
static void draw_postponed(const struct app *app, const struct scene *scene,
                           const struct plan *plan, struct draw_list *list)
{
    if (plan->kind == PLAN_NOTHING)
        return;
    draw_arrow(list, app->drag.from_x, app->drag.from_y, plan->x, plan->y, scene->theme->warn);
    draw_disc(list, plan->x, plan->y, scene->size * 0.4f, scene->theme->warn);
}

void drag_draw(struct app *app, const struct scene *scene, struct draw_list *list)
{
    struct plan plan;
    if (!drag_is_bending(&app->drag))
        return;
    drag_plan(app, &plan);
    if (app->drag.kind == DRAG_LINK) {
        draw_link(app, scene, &plan, list);
    } else if (app->drag.kind == DRAG_MESSAGE) {
        draw_postponed(app, scene, &plan, list);
    } else {
        draw_cut_line(app, scene, &plan, list);
        draw_sides(app, scene, &plan, list);
    }
    caption_draw(scene, list, (struct box){0, 0, app->width, app->height}, app->drag.x, app->drag.y,
                 NULL, plan.words);
}

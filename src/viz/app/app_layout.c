/*
 * app_layout.c: drawing the whole window: title, panes, the bar below, and what lies over them.
 *
 * What is drawn later lies above, for the eye and for the pointer: panes, the edges between
 * them, the mark of the keyboard's focus, what is being dragged, a menu or a sheet, and last what
 * is said of the thing under the pointer.
 */
#include "viz/app/app.h"

view *const pane_views[PANE_COUNT] = {view_ring, view_spacetime, view_inspector, view_log};

/* Edges are thin, so a little more than they are can be taken hold of. */
static void add_dividers(struct app *app, const struct box dividers[DIVIDER_COUNT])
{
    enum { MORE = 3 };
    for (uint32_t i = 0; i < DIVIDER_COUNT; i++) {
        struct box box = dividers[i];
        if (box.w <= 0)
            continue;
        if (i == DIVIDER_COLUMNS)
            box.x -= MORE, box.w += 2 * MORE;
        else
            box.y -= MORE, box.h += 2 * MORE;
        hits_add(&app->hits, box, PICK_DIVIDER, i);
    }
}

static void draw_panes(struct app *app, const struct scene *scene, struct draw_list *list)
{
    struct box boxes[PANE_COUNT], dividers[DIVIDER_COUNT];
    layout_place(&app->layout, app->maximised, app->body, scene->size, boxes, dividers);
    if (boxes[PANE_SPACETIME].w > 0)
        timeline_look(app, boxes[PANE_SPACETIME].w);
    for (uint32_t i = 0; i < PANE_COUNT; i++)
        if (boxes[i].w > 0 && boxes[i].h > scene->size * 3)
            pane_views[i](scene, boxes[i], list, &app->hits);
    app->hits.pane = PANE_COUNT;
    draw_clip(list, 0, 0, -1, -1);
    add_dividers(app, dividers);
    /* what was scrolled too far stands at its end */
    if (app->hits.rooms[PANE_INSPECTOR].w > 0)
        app->page_scroll = app->hits.page_scroll;
    if (app->log.top && app->hits.log_top)
        app->log.top = app->hits.log_top;
}

/* Nothing of the window but its panes, and nothing over them. */
static void draw_bare(struct app *app, const struct scene *scene, struct draw_list *list)
{
    float gap = scene->size * 0.4f;
    app->body = (struct box){gap, gap, app->width - 2 * gap, app->height - 2 * gap};
    draw_panes(app, scene, list);
}

void app_draw(struct app *app, float width, float height, struct draw_list *list)
{
    app_picture(app);
    timeline_settle(app);
    struct scene scene = app_scene(app);
    app->is_drawing_due = false;
    app_add_details(app, &scene);
    struct box window = {0, 0, width, height};
    float size = scene.size, gap = size * 0.4f;
    float title = size * 1.9f;
    float transport =
        size * view_transport_lines(&scene, width) + view_branches_height(&scene, height);
    hits_clear(&app->hits);
    app->width = width, app->height = height;
    draw_clear(list);
    draw_rect(list, 0, 0, width, height, scene.theme->background);
    if (app->is_bare) {
        draw_bare(app, &scene, list);
        return;
    }
    app->body =
        (struct box){gap, title + gap, width - 2 * gap, height - title - transport - 2 * gap};
    view_title(&scene, (struct box){0, 0, width, title}, list, &app->hits);
    if (app->body.w > 0 && app->body.h > 0)
        draw_panes(app, &scene, list);
    view_transport(&scene, (struct box){0, height - transport, width, transport}, list, &app->hits);
    draw_clip(list, 0, 0, -1, -1);
    app_draw_message_plate(app, &scene, window, height - transport, list);
    focus_draw(app, &scene, list);
    drag_draw(app, &scene, list);
    hover_draw(app, &scene, list);
    if (app->is_welcome && app->mode == MODE_PLAIN)
        app_draw_welcome(app, &scene, window, list);
    if (app->hints.now != TIP_NONE && app->mode == MODE_PLAIN)
        app_draw_hint(app, &scene, window, list);
    if (app->mode != MODE_PLAIN)
        app_draw_overlay(app, &scene, window, list);
}

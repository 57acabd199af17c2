/*
 * app_layout.c: which panes there is room for, and drawing them.
 *
 * Sizes are in heights of text, so that large text and a small window come to the same:
 * four panes where they fit, two or one where they do not.
 */
#include <string.h>

#include "viz/app.h"

view *const pane_views[PANE_COUNT] = {view_ring, view_spacetime, view_inspector, view_log};

/* --- layout -------------------------------------------------------------------------------- */

/* Four panes where they fit, two or one where not. Sizes are in heights of text, so that
 * large text and a small window come to the same. */
static uint32_t lay_out(const struct app *app, struct box body, float size,
                        struct box boxes[PANE_COUNT])
{
    float gap = size * 0.4f, left = body.w * 0.54f, top = body.h * 0.58f;
    bool is_small = body.w < 44 * size || body.h < 18 * size;
    memset(boxes, 0, PANE_COUNT * sizeof *boxes);
    if (app->maximised < PANE_COUNT || is_small) {
        boxes[app->maximised < PANE_COUNT ? app->maximised : PANE_RING] = body;
        return 1;
    }
    float right = body.w - left - gap, x = body.x + left + gap;
    if (body.w < 66 * size || body.h < 30 * size) {
        boxes[PANE_RING] = (struct box){body.x, body.y, left, body.h};
        boxes[PANE_INSPECTOR] = (struct box){x, body.y, right, body.h};
        return 2;
    }
    float low = body.h - top - gap, y = body.y + top + gap;
    boxes[PANE_RING] = (struct box){body.x, body.y, left, top};
    boxes[PANE_INSPECTOR] = (struct box){x, body.y, right, top};
    boxes[PANE_SPACETIME] = (struct box){body.x, y, left, low};
    boxes[PANE_LOG] = (struct box){x, y, right, low};
    return PANE_COUNT;
}

void app_draw(struct app *app, float width, float height, struct draw_list *list)
{
    struct scene scene = app_scene(app);
    app_add_details(app, &scene);
    struct box window = {0, 0, width, height}, boxes[PANE_COUNT];
    float size = scene.size, gap = size * 0.4f;
    float title = size * 1.9f, transport = size * 3.9f;
    struct box body = {gap, title + gap, width - 2 * gap, height - title - transport - 2 * gap};
    hits_clear(&app->hits);
    app->is_drawing_due = false;
    app->width = width, app->height = height;
    draw_clear(list);
    draw_rect(list, 0, 0, width, height, scene.theme->background);
    view_title(&scene, (struct box){0, 0, width, title}, list, &app->hits);
    if (body.w > 0 && body.h > 0) {
        lay_out(app, body, size, boxes);
        for (uint32_t i = 0; i < PANE_COUNT; i++)
            if (boxes[i].w > 0 && boxes[i].h > size * 3)
                pane_views[i](&scene, boxes[i], list, &app->hits);
    }
    app->hits.pane = PANE_COUNT;
    if (app->hits.rooms[PANE_INSPECTOR].w > 0)
        app->page_scroll = app->hits.page_scroll;
    view_transport(&scene, (struct box){0, height - transport, width, transport}, list, &app->hits);
    draw_clip(list, 0, 0, -1, -1);
    if (app->mode != MODE_PLAIN)
        app_draw_overlay(app, &scene, window, list);
}

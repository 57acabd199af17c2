/*
 * app_details.c: what only some panes ask for, made when they are seen; and scrolling.
 *
 * The picture is made for every frame; marks of changes, an opened node and the writers of
 * versions are made for the page that shows them, and kept for as long as the present does not
 * move (moments.h). So a frame costs what is looked at.
 */
#include <math.h>

#include "viz/app/app.h"

/* --- details ------------------------------------------------------------------------------- */

static bool is_inspector_seen(const struct app *app)
{
    bool is_wanted = app->layout.panes >> PANE_INSPECTOR & 1;
    return app->maximised == PANE_INSPECTOR || (app->maximised == PANE_COUNT && is_wanted);
}

/* The node that the page is about: of a selected key the first replica. */
static uint32_t node_of(const struct app *app, const struct scene *scene)
{
    const struct picture *picture = scene->picture;
    uint32_t actor = scene_actor(scene);
    if (actor < picture->node_count)
        return actor;
    if (app->pick.kind == PICK_KEY && app->pick.id < picture->key_count &&
        picture->keys[app->pick.id].replica_count > 0)
        return picture->keys[app->pick.id].replicas[0].node;
    return UINT32_MAX;
}

/* Sentences are slow, all else is quick: both together a few milliseconds. */
bool app_cover_log(struct app *app, uint64_t centre)
{
    enum { SENTENCES = 12000, RECORDS = 1 << 20 };
    struct log_look *log = &app->log;
    bool is_covered =
        log_index_work(&log->index, &log->filter, app->stage, centre,
                       log->filter.needs_sentence ? SENTENCES : RECORDS);
    log->is_searching = !is_covered;
    return is_covered;
}

static void add_log(struct app *app, struct scene *scene)
{
    scene->log = &app->log;
    if (!app_cover_log(app, log_centre(scene)))
        app->is_drawing_due = true; /* more of it with the next frame */
}

void app_settle(struct app *app)
{
    while (app->errand.kind != ERRAND_NONE)
        errand_go_on(app);
    struct scene scene = app_scene(app);
    while (!app_cover_log(app, log_centre(&scene)))
        continue;
}

void app_add_details(struct app *app, struct scene *scene)
{
    add_log(app, scene);
    bool is_keys = app->inspector_page == PAGE_KEYS, is_node = app->inspector_page == PAGE_NODE;
    struct moments *moments = &app->moments;
    scene->page_scroll = app->page_scroll;
    if (!is_inspector_seen(app))
        return;
    if (is_keys || is_node)
        scene->marks = moments_marks(moments, app->stage, scene->picture,
                                     app->is_playing || app->errand.kind != ERRAND_NONE ||
                                         app->drag.kind == DRAG_SCRUB);
    scene->is_marked = moments->marked.is_there;
    scene->marked_time = moments->marked_at;
    uint32_t node = node_of(app, scene);
    if (is_node && node < scene->picture->node_count)
        scene->inside = moments_inside(moments, app->stage, node);
    if (is_keys && app->pick.kind == PICK_KEY && app->pick.id < scene->picture->key_count)
        scene->versions = moments_versions(moments, app->stage, (uint32_t)app->pick.id);
}

/* --- scrolling ------------------------------------------------------------------------------ */

static bool scroll_page(struct app *app, float lines)
{
    app->page_scroll = fmaxf(0, app->page_scroll + lines); /* the view stops at its end */
    app->is_drawing_due = true;
    return true;
}

/* From the row that is on top now; the view stops at the ends. */
static bool scroll_log(struct app *app, float lines)
{
    const struct log_index *index = &app->log.index;
    struct scene scene = app_scene(app);
    int64_t row = log_index_row(index, app->log.top ? app->log.top : app->hits.log_top);
    row += (int64_t)lines;
    row = row < log_index_first(index) ? log_index_first(index) : row;
    if (row >= log_index_last(index))
        row = log_index_last(index) - 1;
    if (log_index_first(index) == log_index_last(index))
        return true;
    app->log.top = log_index_number(index, row);
    app->log.held = log_centre(&scene);
    app->is_drawing_due = true;
    return true;
}

bool app_scroll(struct app *app, uint32_t pane, float lines)
{
    if (pane == PANE_LOG)
        return scroll_log(app, lines);
    if (pane == PANE_INSPECTOR)
        return scroll_page(app, lines);
    return false;
}

uint32_t app_scrolled_pane(const struct app *app)
{
    uint32_t pane = app->maximised;
    if (pane == PANE_COUNT)
        pane = hits_pane(&app->hits, app->pointer.x, app->pointer.y);
    return pane == PANE_LOG ? PANE_LOG : PANE_INSPECTOR;
}

float app_lines_of(const struct app *app, uint32_t pane)
{
    enum { UNTIL_IT_IS_DRAWN = 20 };
    float line = TEXT_POINTS * app->text_scale * DRAW_LINE_HEIGHT;
    if (app->hits.rooms[pane].h <= 0)
        return UNTIL_IT_IS_DRAWN;
    return fmaxf(1, floorf(app->hits.rooms[pane].h / line));
}

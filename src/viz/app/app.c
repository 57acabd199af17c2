/*
 * app.c: the state of the window, and its clock.
 */
#include "viz/app/app.h"
#include "viz/app/quiet.h"

#include <stdarg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/units.h"

struct app *app_open_stage(struct stage *stage, const char **why)
{
    struct app *app = calloc(1, sizeof *app);
    CHECK_WHY(app != NULL, "out of memory");
    if (!region_open(&app->scratch_region, REGION_RESERVE_PLAN, NULL, why)) {
        free(app);
        return NULL;
    }
    if (!moments_open(&app->moments, why)) {
        region_close(&app->scratch_region);
        free(app);
        return NULL;
    }
    struct heap *heaps = region_create_root(&app->scratch_region, 2 * sizeof *heaps);
    app->scratch = &heaps[0];
    app->compare_heap = &heaps[1];
    heap_init(app->scratch, app->scratch_region.header);
    heap_init(app->compare_heap, app->scratch_region.header);
    table_init(&app->log.filter.requests, app->moments.table_heap);
    app->stage = stage;
    app->layout = layout_all();
    app->timeline = timeline_begin();
    app->hover.is_over = true;
    app->maximised = PANE_COUNT;
    app->metric = METRIC_COUNT;
    app->text_scale = 1;
    app->pixels_a_point = 1;
    app->speed_step = -6;
    app_moved(app);
    const char *title = app_picture(app)->title;
    app_say(app, "%s%sSpace plays, Left steps back. Select a node (Tab or click), then K crashes "
                 "it. ? shows every key.", title, *title ? ". " : "");
    return app;
}

struct app *app_open(struct world *world, const struct scenario *scenario, uint64_t seed,
                     const char **why)
{
    struct stage *stage = stage_open(world, scenario, seed, why);
    struct app *app = stage ? app_open_stage(stage, why) : NULL;
    if (stage && !app)
        stage_close(stage);
    return app;
}

void app_take_stage(struct app *app, struct stage *stage)
{
    if (app->is_writing)
        app_stop_writing(app);
    stage_close(app->stage);
    app->stage = stage;
    app->mode = MODE_PLAIN;
    app->pick = (struct pick){PICK_NONE, 0};
    app->is_playing = false;
    app->drag.kind = DRAG_NONE;
    app->timeline = timeline_begin();
    app->focus = (struct pick){PICK_NONE, 0};
    app->bookmark_count = 0;
    app->why.count = 0;
    app->cell = (struct pick){PICK_NONE, 0};
    hits_clear(&app->hits);
    heap_drop(app->compare_heap);
    memset(&app->comparison, 0, sizeof app->comparison);
    moments_forget(&app->moments);
    errand_forget(app);
    log_filter_clear(&app->log.filter);
    log_index_forget(&app->log.index);
    app->log.top = 0;
    app->page_scroll = 0;
    app_moved(app);
}

void app_close(struct app *app)
{
    if (app->is_writing)
        app_stop_writing(app);
    stage_close(app->stage);
    log_index_free(&app->log.index);
    moments_close(&app->moments);
    region_close(&app->scratch_region);
    free(app->copied);
    free(app);
}

void app_say(struct app *app, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(app->message, sizeof app->message, format, arguments);
    va_end(arguments);
    app->is_message_refusal = app->is_message_news = false;
    app->is_drawing_due = true;
}

void app_refuse(struct app *app, const char *why)
{
    app_say(app, "%s", why);
    app->is_message_refusal = true;
}

/* Who has come to the end sees the verdicts at once, unless that would take long: then Enter on
 * the page of checks asks for them. */
static void judge_at_the_end(struct app *app)
{
    enum { OPERATIONS_AT_ONCE = 20000 };
    uint64_t operations = 0;
    if (!stage_is_over(app->stage) || stage_verdicts(app->stage))
        return;
    for (uint32_t i = 0; i < 4; i++)
        operations += app_picture(app)->operations[i];
    if (operations <= OPERATIONS_AT_ONCE)
        stage_judge(app->stage);
}

void app_moved(struct app *app)
{
    app->clock = stage_now(app->stage);
    app->is_picture_old = true;
    app->is_drawing_due = true;
    quiet_moved(app);
    judge_at_the_end(app);
}

const struct picture *app_picture(struct app *app)
{
    if (app->is_picture_old) {
        heap_drop(app->scratch);
        stage_picture(app->stage, app->scratch, &app->picture);
        app->is_picture_old = false;
    }
    return &app->picture;
}

double app_speed(const struct app *app)
{
    static const double digits[] = {1, 2, 5};
    int step = app->speed_step, decade = 0;
    double speed;
    for (; step < 0; step += 3)
        decade--;
    for (; step > 2; step -= 3)
        decade++;
    speed = digits[step];
    for (; decade > 0; decade--)
        speed *= 10;
    for (; decade < 0; decade++)
        speed /= 10;
    return speed;
}

struct scene app_scene(struct app *app)
{
    app_picture(app);
    return (struct scene){.picture = &app->picture,
                          .stage = app->stage,
                          .theme = &themes[app->theme],
                          .clock = app->clock,
                          .pick = app->pick,
                          .size = TEXT_POINTS * app->text_scale,
                          .from = timeline_from(app),
                          .span = timeline_span(app),
                          .is_following = !app->timeline.is_held,
                          .are_both = app->timeline.are_both,
                          .first_lane = app->timeline.first_lane,
                          .pointer_x = app->pointer.x,
                          .pointer_y = app->pointer.y,
                          .speed = app_speed(app),
                          .is_playing = app->is_playing,
                          .is_quiet = app->is_playing && app->is_quiet,
                          .is_motion_reduced = app->is_motion_reduced,
                          .maximised = app->maximised,
                          .inspector_page = app->inspector_page,
                          .ring_colours = app->ring_colours,
                          .ring_sheet = app->ring_sheet,
                          .metric = app->metric,
                          .message = app->message,
                          .is_message_refusal = app->is_message_refusal,
                          .bookmarks = app->bookmarks,
                          .cell = app_cell(app),
                          .why = app_has_why(app) ? &app->why : NULL,
                          .why_at = app->why_at,
                          .bookmark_count = app->bookmark_count};
}

uint32_t app_node(struct app *app)
{
    struct scene scene = app_scene(app);
    uint32_t actor = scene_actor(&scene);
    return actor < scene.picture->node_count ? actor : UINT32_MAX;
}

/* --- time ------------------------------------------------------------------------------- */

void app_seek_time(struct app *app, vtime time)
{
    vtime end = app_picture(app)->duration;
    if (time < end)
        stage_seek_time(app->stage, time);
    else
        stage_seek(app->stage, UINT64_MAX);
    app_moved(app);
    if (stage_next_time(app->stage) > time && time < end)
        app->clock = time > app->clock ? time : app->clock;
}

static void tell_news(struct app *app)
{
    char said[sizeof app->message];
    bool is_trouble;
    if (!app->host.notice || !app->host.notice(app->host.self, said, sizeof said, &is_trouble))
        return;
    app_say(app, "%s", said);
    app->is_message_refusal = is_trouble;
    app->is_message_news = true;
}

/* With reduced motion the picture of a playing run changes three times a second, so that nothing
 * in it can flicker faster than that. */
static void draw_soon(struct app *app, double seconds)
{
    app->undrawn_seconds += seconds;
    if (app->is_motion_reduced && app->undrawn_seconds < 1.0 / 3)
        return;
    app->undrawn_seconds = 0;
    app->is_drawing_due = true;
}

void app_tick(struct app *app, double seconds)
{
    hover_tick(app, seconds);
    tell_news(app);
    if (app->is_writing)
        app_write_on(app);
    errand_go_on(app);
    if (!app->is_playing || seconds <= 0)
        return;
    app_hint_tick(app, seconds);
    double ahead = seconds * app_speed(app) * 1e9;
    vtime clock = quiet_play(app, (vtime)fmin(ahead, 1e18));
    app->clock = clock;
    draw_soon(app, seconds);
    if (clock >= app_picture(app)->duration) {
        app->is_playing = false;
        stage_seek(app->stage, UINT64_MAX);
        app_moved(app);
        app_say(app, "This is the end of the run. Home goes back to its beginning.");
    }
}

bool app_is_moving(const struct app *app)
{
    return app->is_playing || app->is_writing || app->errand.kind != ERRAND_NONE ||
           hover_is_due(app);
}

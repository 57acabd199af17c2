/*
 * timeline.c: zooming, panning, following.
 */
#include "viz/spacetime/timeline.h"

#include <math.h>

#include "viz/app/app.h"
#include "viz/spacetime/spacetime.h"

struct timeline timeline_begin(void)
{
    return (struct timeline){.first_lane = UINT32_MAX, .clock = VTIME_NEVER};
}

/* Unless the person has zoomed: wide enough for the last records that are no heartbeats,
 * in powers of two so that it does not tremble. */
static vtime fitting_span(const struct app *app)
{
    enum { RECORDS_IN_SIGHT = 120 };
    const struct tape_record *record = NULL, *back;
    uint64_t number = stage_records(app->stage);
    vtime span = MILLISECOND;
    for (uint32_t seen = 0; seen < RECORDS_IN_SIGHT; number--) {
        if ((back = stage_record(app->stage, number)) == NULL)
            break;
        seen += back->letter != 'H';
        record = back;
    }
    while (record && span / 4 * 3 < app->clock - MIN(record->time, app->clock) &&
           span < app->picture.duration)
        span *= 2;
    return span;
}

vtime timeline_span(const struct app *app)
{
    return app->timeline.span ? app->timeline.span : fitting_span(app);
}

vtime timeline_from(const struct app *app)
{
    if (app->timeline.is_held)
        return app->timeline.from;
    vtime before = timeline_span(app) / 4 * 3;
    return app->clock > before ? app->clock - before : 0;
}

static bool is_in_sight(const struct app *app, vtime time)
{
    vtime from = timeline_from(app);
    return time >= from && time - from <= timeline_span(app);
}

/* Not before the beginning, and not so far that nothing of the run is left. */
static void hold(struct app *app, double from, vtime span)
{
    double last = (double)app_picture(app)->duration - (double)span * 0.5;
    from = from > last ? last : from;
    app->timeline.from = from > 0 ? (vtime)from : 0;
    app->timeline.span = span;
    app->timeline.is_held = true;
    app->is_drawing_due = true;
}

void timeline_show(struct app *app, vtime from)
{
    struct timeline *timeline = &app->timeline;
    timeline->is_held = from != VTIME_NEVER && timeline->span > 0;
    timeline->from = timeline->is_held ? from : 0;
    timeline->pick = app->pick;
    timeline->clock = app->clock;
    timeline->branch = stage_branch_now(app->stage);
}

void timeline_follow(struct app *app)
{
    struct timeline *timeline = &app->timeline;
    if (!timeline->is_held || timeline->span >= app_picture(app)->duration)
        timeline->span = 0;
    timeline->is_held = false;
}

void timeline_show_all(struct app *app)
{
    hold(app, 0, app_picture(app)->duration);
}

vtime timeline_middle(const struct app *app)
{
    const struct tape_record *record = app->pick.kind == PICK_RECORD
                                           ? stage_record(app->stage, app->pick.id)
                                           : NULL;
    if (app->timeline.is_held && record && is_in_sight(app, record->time))
        return record->time;
    if (is_in_sight(app, app->clock))
        return app->clock;
    return timeline_from(app) + timeline_span(app) / 2;
}

void timeline_zoom(struct app *app, vtime about, double factor)
{
    double span = (double)timeline_span(app), from = (double)timeline_from(app);
    double duration = (double)app_picture(app)->duration;
    double part = ((double)about - from) / span, wanted = span * factor;
    if (wanted >= duration) {
        timeline_show_all(app);
        return;
    }
    wanted = wanted < (double)TIMELINE_SPAN_LEAST ? (double)TIMELINE_SPAN_LEAST : wanted;
    hold(app, (double)about - part * wanted, (vtime)wanted);
}

void timeline_pan(struct app *app, double part)
{
    vtime span = timeline_span(app);
    hold(app, (double)timeline_from(app) + part * (double)span, span);
}

/* --- before drawing ------------------------------------------------------------------------- */

/* A record that is newly selected comes into the middle, unless it can be seen already. */
static void bring_into_sight(struct app *app)
{
    struct tape_record record;
    if (app->pick.kind != PICK_RECORD || !stage_find(app->stage, app->pick.id, &record) ||
        is_in_sight(app, record.time))
        return;
    vtime span = timeline_span(app);
    hold(app, (double)record.time - (double)span / 2, span);
}

void timeline_settle(struct app *app)
{
    struct timeline *timeline = &app->timeline;
    uint32_t branch = stage_branch_now(app->stage);
    bool is_new = timeline->clock == VTIME_NEVER;
    bool has_moved = timeline->clock != app->clock || timeline->branch != branch;
    if (!pick_is(timeline->pick, app->pick.kind, app->pick.id)) {
        timeline->first_lane = UINT32_MAX;
        bring_into_sight(app);
    } else if (has_moved && timeline->is_held && !is_in_sight(app, app->clock) &&
               (is_new || !app->is_playing || is_in_sight(app, timeline->clock))) {
        timeline->is_held = false; /* who plays on while looking elsewhere is let alone */
    }
    timeline->pick = app->pick;
    timeline->clock = app->clock;
    timeline->branch = branch;
}

void timeline_look(struct app *app, float width)
{
    vtime from = timeline_from(app), to = from + timeline_span(app);
    uint64_t records = stage_record_count(app->stage, from, to);
    if (diagram_is_too_much(records, width))
        return;
    stage_look_at(app->stage, from, to);
    if (app->timeline.are_both && timeline_other(app) != UINT32_MAX)
        stage_look_aside(app->stage, timeline_other(app), from, to);
}

uint32_t timeline_other(const struct app *app)
{
    uint32_t now = stage_branch_now(app->stage), count = stage_branch_count(app->stage);
    if (count == 1)
        return UINT32_MAX;
    return now == 0 ? count - 1 : stage_branch_at(app->stage, now).parent;
}

/* --- the pointer ---------------------------------------------------------------------------- */

/* Where the plot was drawn last; of the time in it, what there will be when it is next. */
static vtime time_at(const struct app *app, float x)
{
    const struct time_axis *axis = &app->hits.time;
    double part = (double)(x - axis->plot.x) / (double)axis->plot.w;
    double time = (double)timeline_from(app) + part * (double)timeline_span(app);
    return time > 0 ? (vtime)time : 0;
}

static void scroll_lanes(struct app *app, uint32_t from, float by)
{
    const struct time_axis *axis = &app->hits.time;
    float first = roundf((float)from + by), last = (float)(axis->lane_count - axis->shown);
    app->timeline.first_lane = (uint32_t)fmaxf(fminf(first, last), 0);
    app->is_drawing_due = true;
}

static uint32_t first_lane(const struct app *app)
{
    uint32_t chosen = app->timeline.first_lane;
    return chosen == UINT32_MAX ? app->hits.time.first_lane : chosen;
}

bool timeline_wheel(struct app *app, struct pointer pointer, float up)
{
    const struct time_axis *axis = &app->hits.time;
    if (hits_pane(&app->hits, pointer.x, pointer.y) != PANE_SPACETIME)
        return false;
    if (pointer.x < axis->plot.x)
        scroll_lanes(app, first_lane(app), -3 * up);
    else if (pointer.modifiers & MOD_SHIFT)
        timeline_pan(app, (double)up * -0.1);
    else
        timeline_zoom(app, time_at(app, pointer.x), up > 0 ? 0.7 : 1 / 0.7);
    return true;
}

static int lane_at(const struct time_axis *axis, float x, float y)
{
    bool is_there = box_has(axis->plot, x, y) && axis->step > 0;
    return is_there ? (int)((y - axis->plot.y) / axis->step) : -1;
}

void timeline_hover(struct app *app, struct pointer to)
{
    const struct time_axis *axis = &app->hits.time;
    int from = lane_at(axis, app->pointer.x, app->pointer.y);
    if (axis->are_close && lane_at(axis, to.x, to.y) != from)
        app->is_drawing_due = true;
}

void timeline_grab(struct app *app)
{
    app->timeline.grabbed_from = timeline_from(app);
    app->timeline.grabbed_lane = first_lane(app);
}

void timeline_drag(struct app *app, float dx, float dy)
{
    const struct time_axis *axis = &app->hits.time;
    double span = (double)timeline_span(app);
    hold(app, (double)app->timeline.grabbed_from - (double)dx / (double)axis->plot.w * span,
         (vtime)span);
    if (axis->shown < axis->lane_count)
        scroll_lanes(app, app->timeline.grabbed_lane, -dy / axis->step);
}

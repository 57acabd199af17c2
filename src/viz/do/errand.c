/*
 * errand.c: one slice after the other.
 */
#include "viz/do/errand.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "sim/condition/goal.h"
#include "viz/app/app.h"

#define STEPS_FIRST 20000 /* done at once: a fiftieth of a second */
#define STEPS_SLICE 5000

static void show(struct app *app)
{
    app_moved(app);
    if (app->errand.kind == ERRAND_GOAL)
        app->clock = MAX(app->clock, goal_time(app->errand.goal));
}

static void end(struct app *app)
{
    if (app->errand.goal)
        goal_free(app->stage, app->errand.goal);
    memset(&app->errand, 0, sizeof app->errand);
}

void errand_forget(struct app *app)
{
    memset(&app->errand, 0, sizeof app->errand); /* the goal went with its stage */
}

static void tell_progress(struct app *app)
{
    char now[32], duration[32];
    app_say(app, "%s: at %s of %s, step %llu; Esc stops", app->errand.words,
            scene_time(stage_now(app->stage), now),
            scene_time(app->picture.duration, duration),
            (unsigned long long)stage_step(app->stage));
}

/* Where it began, as if nothing had been looked for. */
static void go_back_to_begin(struct app *app)
{
    stage_seek(app->stage, app->errand.was_over ? UINT64_MAX : app->errand.from_step);
    app_moved(app);
    app->clock = app->errand.from_clock;
}

/* --- forward ------------------------------------------------------------------------------- */

static void tell_goal(struct app *app, const char *what)
{
    char why[260], time[32];
    struct text text;
    text_init(&text, why, sizeof why);
    goal_explain(app->stage, app->errand.goal, &text);
    app_say(app, "%s %s: %s", what, scene_time(app->clock, time), why);
}

static enum stage_pursuit pursue_goal(struct app *app, uint32_t steps)
{
    enum stage_pursuit pursuit = goal_pursue(app->stage, app->errand.goal, steps);
    if (pursuit == PURSUIT_OPEN)
        return pursuit;
    stage_seek(app->stage, pursuit == PURSUIT_NONE ? UINT64_MAX : stage_step(app->stage));
    show(app);
    tell_goal(app, pursuit == PURSUIT_FOUND ? "here, at" : "it did not come true; at the end,");
    return pursuit;
}

static enum stage_pursuit pursue_headline(struct app *app, uint32_t steps)
{
    enum stage_pursuit pursuit =
        stage_pursue_headline(app->stage, app->errand.from_step, steps);
    if (pursuit == PURSUIT_OPEN)
        return pursuit;
    if (pursuit == PURSUIT_FOUND) {
        app_moved_by_hand(app);
        app_pick_headline(app);
        return pursuit;
    }
    go_back_to_begin(app);
    app_refuse(app, "no crash, cut, cure or failure comes after this");
    return pursuit;
}

/* --- matches of the log's filter -----------------------------------------------------------
 *
 * The index of the log (log_index.h) is asked, and grows: first over all that is in memory, then
 * over what the stage makes anew, further ahead or further back. */

static enum stage_pursuit go_to_match(struct app *app, int64_t row)
{
    struct tape_record record;
    uint64_t number = log_index_number(&app->log.index, row);
    if (!stage_find(app->stage, number, &record))
        return PURSUIT_OPEN;
    stage_seek(app->stage, record.step);
    app_moved_by_hand(app);
    app->pick = (struct pick){PICK_RECORD, number};
    app->log.top = 0;
    return PURSUIT_FOUND;
}

static enum stage_pursuit none_matches(struct app *app, const char *where)
{
    go_back_to_begin(app);
    app_say(app, "no record %s this one matches %s", where, app->log.filter.text);
    app->is_message_refusal = true;
    return PURSUIT_NONE;
}

/* False: there is no more. */
static bool make_more_ahead(struct app *app, uint32_t steps)
{
    uint32_t count;
    const struct tape_record *tape = stage_tape(app->stage, &count);
    if (count > 0 && tape[count - 1].number > stage_records(app->stage))
        stage_seek(app->stage, tape[count - 1].step);
    bool has_moved = false;
    while (steps-- > 0 && stage_forward(app->stage))
        has_moved = true;
    return has_moved;
}

static bool make_more_behind(struct app *app)
{
    uint32_t count;
    const struct tape_record *tape = stage_tape(app->stage, &count);
    if (count == 0 || tape[0].number <= 1 || tape[0].step == 0)
        return false;
    stage_seek(app->stage, tape[0].step - 1);
    return true;
}

static enum stage_pursuit pursue_match(struct app *app, uint32_t steps)
{
    const struct log_index *index = &app->log.index;
    bool is_ahead = app->errand.kind == ERRAND_MATCH_AHEAD;
    bool is_covered = app_cover_log(app, app->errand.centre);
    int64_t row = is_ahead ? log_index_row(index, app->errand.centre) + 1
                           : log_index_row(index, app->errand.centre - 1);
    if (row >= log_index_first(index) && row < log_index_last(index))
        return go_to_match(app, row);
    if (!is_covered)
        return PURSUIT_OPEN;
    if (is_ahead ? make_more_ahead(app, steps) : make_more_behind(app))
        return PURSUIT_OPEN;
    return none_matches(app, is_ahead ? "after" : "before");
}

/* --- slices -------------------------------------------------------------------------------- */

static void do_slice(struct app *app, uint32_t steps)
{
    enum stage_pursuit pursuit = PURSUIT_NONE;
    switch (app->errand.kind) {
    case ERRAND_GOAL: pursuit = pursue_goal(app, steps); break;
    case ERRAND_HEADLINE: pursuit = pursue_headline(app, steps); break;
    case ERRAND_MATCH_AHEAD:
    case ERRAND_MATCH_BEHIND: pursuit = pursue_match(app, steps); break;
    default: break;
    }
    if (pursuit != PURSUIT_OPEN) {
        end(app);
        return;
    }
    show(app);
    tell_progress(app);
}

void errand_begin(struct app *app, enum errand_kind kind, struct goal *goal, const char *words)
{
    app->is_playing = false;
    struct scene scene = app_scene(app);
    app->errand = (struct errand){.kind = kind,
                                  .from_step = stage_step(app->stage),
                                  .from_clock = app->clock,
                                  .centre = log_centre(&scene),
                                  .was_over = stage_is_over(app->stage),
                                  .goal = goal};
    snprintf(app->errand.words, sizeof app->errand.words, "%s", words);
    uint32_t most = 3; /* slices of a search that need no step */
    do_slice(app, STEPS_FIRST);
    while (--most > 0 && app->errand.kind == kind && app->log.is_searching == false &&
           kind >= ERRAND_MATCH_AHEAD)
        do_slice(app, STEPS_FIRST);
}

void errand_go_on(struct app *app)
{
    if (app->errand.kind != ERRAND_NONE)
        do_slice(app, STEPS_SLICE);
}

void errand_stop(struct app *app)
{
    char time[32];
    if (app->errand.kind == ERRAND_NONE)
        return;
    stage_seek(app->stage, stage_step(app->stage));
    show(app);
    app_say(app, "stopped at %s, step %llu: %s", scene_time(app->clock, time),
            (unsigned long long)stage_step(app->stage), app->errand.words);
    end(app);
}

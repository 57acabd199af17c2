/*
 * do_time.c: moving in time.
 *
 * Play, step, back, the next event of interest, bookmarks. None of these changes the run:
 * they only choose the moment of it that is shown.
 */
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "sim/condition/goal.h"
#include "viz/app/app.h"
#include "viz/app/quiet.h"
#include "viz/do/do.h"

/* --- time ---------------------------------------------------------------------------------- */

void do_play_or_pause(struct app *app)
{
    app->is_playing = !app->is_playing;
    quiet_moved(app);
    if (app->is_playing && stage_next_time(app->stage) == VTIME_NEVER) {
        stage_seek(app->stage, 0);
        app_moved(app);
    }
    app_say(app, app->is_playing ? "playing; Space pauses, [ and ] change the speed" : "paused");
}

void do_skip_quiet(struct app *app)
{
    app->is_skipping = !app->is_skipping;
    quiet_moved(app);
    app_say(app, app->is_skipping
                     ? "quiet stretches pass %d times as fast; the speed says >> meanwhile"
                     : "quiet stretches take as long as they are",
            QUIET_TIMES);
}

static void tell_last(struct app *app)
{
    char sentence[260];
    const struct tape_record *last = stage_record(app->stage, stage_records(app->stage));
    if (!last)
        return;
    stage_sentence(app->stage, last, sentence, sizeof sentence);
    app_say(app, "step %llu: %s", (unsigned long long)stage_step(app->stage), sentence);
}

void app_moved_by_hand(struct app *app)
{
    app->is_playing = false;
    app_moved(app);
    tell_last(app);
}

void do_step(struct app *app)
{
    uint64_t step = stage_step(app->stage);
    moments_step(&app->moments, app->stage);
    app_moved_by_hand(app);
    if (stage_step(app->stage) == step)
        app_say(app, "the run ends here");
}

void do_step_back(struct app *app)
{
    moments_seek(&app->moments, app->stage, stage_step(app->stage) - 1);
    app_moved_by_hand(app);
}

const char *why_not_back(struct app *app)
{
    return stage_step(app->stage) == 0 ? "this is the beginning of the run" : NULL;
}

const char *why_not_forward(struct app *app)
{
    return stage_next_time(app->stage) == VTIME_NEVER ? "this is the end of the run" : NULL;
}

static void seek_actor(struct app *app, bool is_forward, uint32_t actor, const char *none)
{
    bool is_found = is_forward ? stage_seek_next(app->stage, actor)
                               : stage_seek_previous(app->stage, actor);
    app_moved_by_hand(app);
    if (!is_found)
        app_refuse(app, none);
}

void do_next_of_node(struct app *app)
{
    seek_actor(app, true, app_node(app), "nothing more happens at this node");
}

void do_previous_of_node(struct app *app)
{
    seek_actor(app, false, app_node(app), "nothing happened at this node before");
}

const char *why_not_need_node(struct app *app)
{
    return app_node(app) == UINT32_MAX ? "select a node first: click it, or press Tab" : NULL;
}

/* What was looked for is selected, so that W asks about it. */
void app_pick_headline(struct app *app)
{
    const struct tape_record *record;
    uint64_t number = stage_records(app->stage), step = stage_step(app->stage);
    for (; (record = stage_record(app->stage, number)) != NULL && record->step == step; number--)
        if (record->is_headline) {
            app->pick = (struct pick){PICK_RECORD, number};
            return;
        }
}

void do_next_headline(struct app *app)
{
    errand_begin(app, ERRAND_HEADLINE, NULL, "looking for the next headline");
}

void do_previous_headline(struct app *app)
{
    seek_actor(app, false, STAGE_HEADLINES, "no crash, cut, cure or failure came before this");
    app_pick_headline(app);
}

void do_go_to_start(struct app *app)
{
    stage_seek(app->stage, 0);
    app_moved_by_hand(app);
}

void do_go_to_end(struct app *app)
{
    stage_seek(app->stage, UINT64_MAX);
    app_moved_by_hand(app);
}

/* "1.284s" is a time, "512" a step. */
static void go_to_answer(struct app *app, const char *answer)
{
    char mistake[200], shown[32];
    struct text text;
    vtime time;
    text_init(&text, mistake, sizeof mistake);
    bool is_step = *answer && strspn(answer, "0123456789") == strlen(answer);
    if (is_step) {
        stage_seek(app->stage, strtoull(answer, NULL, 10));
        app_moved(app);
    } else if (units_parse_time(units_word(answer), &time, &text)) {
        app_seek_time(app, time);
    } else {
        app_refuse(app, mistake);
        return;
    }
    app_say(app, "at step %llu, %s", (unsigned long long)stage_step(app->stage),
            scene_time(app->clock, shown));
}

void do_go_to(struct app *app)
{
    app_ask(app, "Go to a time (1.284s, 20ms) or to a step (512):", "", go_to_answer);
}

/* --- until a condition comes true -------------------- */

/* "column 4: ...": where the caret stands below what was typed. */
static uint32_t column_of(const char *mistake)
{
    static const char begins[] = "column ";
    if (strncmp(mistake, begins, sizeof begins - 1) != 0)
        return 0;
    return (uint32_t)strtoul(mistake + sizeof begins - 1, NULL, 10);
}

static void run_until_answer(struct app *app, const char *answer)
{
    char wrong[GOAL_MISTAKE_MAX], words[260];
    struct text mistake, text;
    text_init(&mistake, wrong, sizeof wrong);
    if (!*answer)
        answer = app->until; /* the same again */
    struct goal *goal = goal_parse(app->stage, answer, &mistake);
    if (!goal) {
        app_ask_again(app, answer, "%s", wrong);
        app->wrong_column = column_of(wrong);
        return;
    }
    if (answer != app->until)
        snprintf(app->until, sizeof app->until, "%s", answer);
    bool is_true = goal_begin(app->stage, goal);
    text_init(&text, words, sizeof words);
    text_str(&text, is_true ? "true already, running until it comes true anew: "
                            : "running until ");
    goal_text(goal, &text);
    errand_begin(app, ERRAND_GOAL, goal, words);
}

void do_run_until(struct app *app)
{
    app_ask(app,
            "Run until this comes true (n2.state == \"down\", ops.timeout > 3, reads.stale > 0):",
            "", run_until_answer);
}

static void change_speed(struct app *app, int by)
{
    int step = app->speed_step + by;
    app->speed_step = step < -18 ? -18 : step > 6 ? 6 : step;
    double speed = app_speed(app);
    if (speed < 1)
        app_say(app, "one second here shows 1/%.0f s of virtual time", 1 / speed);
    else
        app_say(app, "one second here shows %.0f s of virtual time", speed);
}

void do_slower(struct app *app)
{
    change_speed(app, -1);
}

void do_faster(struct app *app)
{
    change_speed(app, 1);
}

/* --- bookmarks -------------------- */

void do_bookmark(struct app *app)
{
    if (app->bookmark_count < BOOKMARKS_MAX)
        app->bookmarks[app->bookmark_count++] = app->clock;
    app_say(app, "bookmark %u set here; ' goes to the next one", app->bookmark_count);
}

void do_next_bookmark(struct app *app)
{
    vtime best = VTIME_NEVER, first = VTIME_NEVER;
    for (uint32_t i = 0; i < app->bookmark_count; i++) {
        vtime time = app->bookmarks[i];
        first = time < first ? time : first;
        if (time > app->clock && time < best)
            best = time;
    }
    app_seek_time(app, best == VTIME_NEVER ? first : best);
    app_say(app, "at a bookmark");
}

const char *why_not_need_bookmark(struct app *app)
{
    return app->bookmark_count == 0 ? "there is no bookmark yet: Shift+M sets one" : NULL;
}

/* --- a moment to compare with -------------------- */

void do_mark(struct app *app)
{
    char time[32];
    if (moments_is_marked_here(&app->moments, app->stage)) {
        moments_unmark(&app->moments);
        app_say(app, "no longer marked: the inspector shows what the last step changed");
        return;
    }
    moments_mark(&app->moments, app->stage, app->clock);
    app_say(app, "marked %s: the inspector now shows what has changed since; here again unmarks",
            scene_time(app->clock, time));
}

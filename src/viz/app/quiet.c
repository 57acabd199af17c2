/*
 * quiet.c: what is news, and playing up to the next of it.
 */
#include "viz/app/quiet.h"

#include "viz/app/app.h"

/* Is there anything but heartbeats among the records behind `before`? The newest are looked at
 * first: where much happens, most of it is news. */
static bool has_news(const struct app *app, uint64_t before)
{
    const struct tape_record *record;
    for (uint64_t number = stage_records(app->stage); number > before; number--)
        if ((record = stage_record(app->stage, number)) != NULL && !stage_is_heartbeat(record))
            return true;
    return false;
}

static bool is_anything_in_flight(struct app *app)
{
    const struct picture *picture = app_picture(app);
    for (uint32_t i = 0; i < picture->message_count; i++) {
        const struct tape_record *record =
            stage_record(app->stage, picture->messages[i].record);
        if (!record || !stage_is_heartbeat(record))
            return true;
    }
    return false;
}

static bool is_quiet(struct app *app)
{
    double watched = (double)(app->clock - MIN(app->news_at, app->clock)) / 1e9;
    return app->is_skipping && watched > QUIET_SECONDS * app_speed(app) &&
           !is_anything_in_flight(app);
}

static vtime end_of(struct app *app, vtime ahead)
{
    vtime left = app_picture(app)->duration - app->clock;
    return app->clock + MIN(ahead, left);
}

/* Event by event, so that the first news is not run over. */
static vtime pass_quickly(struct app *app, vtime clock)
{
    while (stage_next_time(app->stage) <= clock) {
        uint64_t before = stage_records(app->stage);
        stage_forward(app->stage);
        app->is_picture_old = true;
        if (has_news(app, before))
            return app->news_at = stage_now(app->stage);
    }
    return clock;
}

vtime quiet_play(struct app *app, vtime ahead)
{
    app->is_quiet = is_quiet(app);
    if (app->is_quiet)
        return pass_quickly(app, end_of(app, MIN(ahead, UINT64_MAX / QUIET_TIMES) * QUIET_TIMES));
    vtime clock = end_of(app, ahead);
    if (stage_next_time(app->stage) <= clock) {
        uint64_t before = stage_records(app->stage);
        stage_seek_time(app->stage, clock);
        app->is_picture_old = true;
        if (app->is_skipping && has_news(app, before))
            app->news_at = clock;
    }
    return clock;
}

void quiet_moved(struct app *app)
{
    app->news_at = app->clock;
    app->is_quiet = false;
}

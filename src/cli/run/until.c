/*
 * until.c: running to a time, to a condition, or to the end.
 */
#include "cli/run/until.h"

#include <string.h>
#include <unistd.h>

#include "base/units.h"
#include "sim/picture/view.h"

void until_tell_end(const char *option, vtime time, const struct scenario *scenario)
{
    char end[40];
    struct text text;
    if (time == VTIME_NEVER || time <= scenario->duration_ns)
        return;
    text_init(&text, end, sizeof end);
    text_time(&text, scenario->duration_ns);
    fprintf(stderr, "ringside: %s is past the end of the run, which is at %s: this is the end\n",
            option, end);
}

bool until_read(struct run *run, const char *words, struct until *until)
{
    char mistake[200];
    struct text text;
    struct json_error error = {0};
    *until = (struct until){.words = words, .time = VTIME_NEVER};
    text_init(&text, mistake, sizeof mistake);
    if (!words || units_parse_time(units_word(words), &until->time, &text)) {
        until_tell_end("--until", until->time, run->scenario);
        return true;
    }
    if (scenario_parse_condition(run->scenario, words, &until->condition, &error))
        return true;
    usage_error("--until '%s': neither a time (%s) nor a condition (%s)", words, mistake,
                error.text);
    return false;
}

/* On long runs, a line about how far it is, to a terminal only. */
static void show_progress(const struct run *run, double start)
{
    double seconds = wall_now() - start;
    if (seconds < 1 || !isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r%5.1f s of %.1f s, %.2f million events a second ",
            (double)run->world.state->now / 1e9, (double)run->scenario->duration_ns / 1e9,
            (double)run->world.state->step / seconds / 1e6);
}

static void end_progress(double start)
{
    if (wall_now() - start >= 1 && isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}

/* Until the condition holds, looking also at the instants where time alone may make it
 * true. False when it never came true. */
static bool run_until_condition(struct run *run, const struct condition *condition)
{
    struct world *world = &run->world;
    struct condition_view view = world_condition_view(world);
    while (!condition_holds(condition, &view)) {
        vtime wake = condition_next_wake(condition, world->state->now);
        if (wake < world_next_time(world) && wake <= run->scenario->duration_ns)
            world->state->now = wake;
        else if (!world_step(world))
            return condition_holds(condition, &view);
    }
    return true;
}

/* Until the time, or the end of the run. */
static void run_until_time(struct run *run, vtime time)
{
    enum { STEPS_BETWEEN_LOOKS = 1 << 17 };
    struct world *world = &run->world;
    double start = wall_now();
    for (uint64_t before = UINT64_MAX; world->state->step != before && !world->state->is_over;) {
        before = world->state->step;
        world_run(world, time, before + STEPS_BETWEEN_LOOKS);
        show_progress(run, start);
    }
    end_progress(start);
    if (time < run->scenario->duration_ns)
        world->state->now = MAX(world->state->now, time);
    else
        while (world_step(world))
            continue;
}

bool until_run(struct run *run, const struct until *until)
{
    if (condition_is_given(&until->condition))
        return run_until_condition(run, &until->condition);
    run_until_time(run, until->time);
    return true;
}

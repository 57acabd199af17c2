/*
 * do_export.c: files for other programs and people: images, films, the run as other tools read it.
 *
 * Writing them is the business of whoever opened the window (struct app_host). Here is the
 * asking: for a name, whose ending chooses the format, and for the time that a film shows.
 * While something long is written the message line tells how far it is, and Esc calls it off.
 */
#include <string.h>

#include "base/units.h"
#include "viz/app/app.h"
#include "viz/do/do.h"

const char *why_not_write(struct app *app)
{
    return app->host.write ? NULL : "there is nowhere to write to here";
}

const char *why_not_snap(struct app *app)
{
    return app->host.snap ? NULL : "there is nowhere to save an image to here";
}

void do_image(struct app *app)
{
    char said[280];
    if (app->host.snap(app->host.self, app, said, sizeof said))
        app_say(app, "%s", said);
    else
        app_refuse(app, said);
}

static void begin(struct app *app, vtime from, vtime to)
{
    char said[280];
    app->is_playing = false;
    app->is_writing =
        app->host.write(app->host.self, app, app->writing, from, to, said, sizeof said);
    if (app->is_writing)
        app_say(app, "writing %.200s; Esc stops it", app->writing);
    else
        app_refuse(app, said);
}

void app_write_on(struct app *app)
{
    char said[280];
    app->is_writing = app->host.write_on(app->host.self, said, sizeof said);
    app_say(app, app->is_writing ? "%s; Esc stops it" : "%s", said);
}

void app_stop_writing(struct app *app)
{
    app->host.write_stop(app->host.self);
    app->is_writing = false;
    app_say(app, "stopped; nothing was written");
}

/* --- questions ------------------------------------------------------------------------------ */

/* "1s 2.5s" */
static void times_answer(struct app *app, const char *answer)
{
    char mistake[200], first[40];
    struct text text;
    vtime from, to;
    size_t size = strcspn(answer, " ");
    text_init(&text, mistake, sizeof mistake);
    snprintf(first, sizeof first, "%.*s", (int)(size < 39 ? size : 39), answer);
    const char *second = answer + size + strspn(answer + size, " ");
    if (!*second) {
        app_refuse(app, "a film needs two times, of its first moment and its last: 1s 2.5s");
    } else if (!units_parse_time(units_word(first), &from, &text) ||
               !units_parse_time(units_word(second), &to, &text)) {
        app_refuse(app, mistake);
    } else if (to < from) {
        app_refuse(app, "the film's last moment lies before its first");
    } else {
        begin(app, from, to);
    }
}

/* What the space-time diagram shows now, in microseconds. */
static void ask_times(struct app *app)
{
    char suggestion[80];
    vtime span = timeline_span(app), from = app->clock > span ? app->clock - span : 0;
    vtime to = app->clock > 0 ? app->clock : app_picture(app)->duration;
    snprintf(suggestion, sizeof suggestion, "%lluus %lluus", (unsigned long long)(from / 1000),
             (unsigned long long)(to / 1000));
    app_ask(app, "From which moment to which shall the film go? It takes 10 s to watch.",
            suggestion, times_answer);
}

static void name_answer(struct app *app, const char *answer)
{
    if (!*answer) {
        app_refuse(app, "a file needs a name");
        return;
    }
    snprintf(app->writing, sizeof app->writing, "%s", answer);
    if (app->host.is_film(app->host.self, answer))
        ask_times(app);
    else
        begin(app, 0, VTIME_NEVER);
}

void do_export(struct app *app)
{
    char name[200];
    app->host.suggest(app->host.self, name, sizeof name);
    app_ask(app,
            "Write to which file? The ending chooses: .png .svg images, .gif .mp4 .webm .apng "
            "films, .html a page that plays the run, .json Perfetto, .log ShiViz, .mmd Mermaid, "
            ".dot Graphviz, .csv numbers",
            name, name_answer);
}

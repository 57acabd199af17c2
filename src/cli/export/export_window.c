/*
 * export_window.c: Ctrl+E and F12.
 */
#include "cli/export/export_window.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/nearest.h"
#include "base/units.h"
#include "cli/files/whole_file.h"

/* A slice may last this long, so that the window stays awake: three frames. */
#define SLICE_SECONDS 0.05

/* The whole window; or, when one view has it for itself, that view without the bars around it. */
static struct look look_of(const struct app *app, bool is_view_enough)
{
    struct look look = {.pixels_a_point = app->pixels_a_point};
    look.is_bare = is_view_enough && app->maximised < PANE_COUNT;
    float height = look.is_bare ? app->body.h + 8 : app->height;
    look.width = (int)lroundf(app->width * app->pixels_a_point);
    look.height = (int)lroundf(MAX(height, 8.0f) * app->pixels_a_point);
    return look;
}

/* "demo.html", "demo-2.html" ... */
static bool find_free_name(const char *name, const char *ending, char *path, size_t size)
{
    for (unsigned n = 1; n < 10000; n++) {
        if (n == 1)
            snprintf(path, size, "%s%s", name, ending);
        else
            snprintf(path, size, "%s-%u%s", name, n, ending);
        if (access(path, F_OK) != 0)
            return true;
    }
    return false;
}

static void suggest(void *self, char *name, size_t size)
{
    const struct window_export *export = self;
    find_free_name(export->session->scenario->name, ".html", name, size);
}

static bool is_film(void *self, const char *path)
{
    const struct export_format *format = export_format_of_file(path);
    (void)self;
    return format && format->kind == EXPORT_FILM;
}

/* --- images --------------------------------------------------------------------------------- */

static bool snap(void *self, struct app *app, char *said, size_t size)
{
    const struct window_export *export = self;
    struct look look = look_of(app, false);
    struct whole_file file;
    char path[300];
    if (!find_free_name(export->session->scenario->name, ".png", path, sizeof path)) {
        snprintf(said, size, "there are too many images here; move some away");
        return false;
    }
    if (!whole_file_open(&file, path, said, size))
        return false;
    look_write_png(&look, app, file.out);
    if (!whole_file_finish(&file, said, size))
        return false;
    snprintf(said, size, "saved as %s", path);
    return true;
}

/* --- the rest ------------------------------------------------------------------------------- */

static void end_job(struct window_export *export)
{
    if (export->job)
        export_close(export->job);
    free(export->interventions);
    export->job = NULL;
    export->interventions = NULL;
}

static const struct export_format *find_format(const char *path, char *said, size_t size)
{
    const struct export_format *format = export_format_of_file(path);
    const char *ending = strrchr(path, '.');
    char hint[100] = "";
    struct text text;
    if (format)
        return format;
    text_init(&text, hint, sizeof hint);
    if (ending) {
        struct nearest nearest = nearest_to(units_word(ending));
        for (uint32_t i = 0; export_formats[i]; i++)
            if (!strchr(export_formats[i]->endings, ' '))
                nearest_offer_string(&nearest, export_formats[i]->endings);
        nearest_suggest(&text, &nearest);
    }
    snprintf(said, size, "no format has the ending of %.80s%s%s", path, hint,
             *hint ? "" : "; .png, .svg, .html, .gif and .json are some");
    return NULL;
}

static void copy_interventions(struct window_export *export, const struct app *app,
                               struct export_request *request)
{
    const struct intervention *list =
        stage_interventions(app->stage, &request->intervention_count);
    size_t bytes = request->intervention_count * sizeof *list;
    export->interventions = malloc(bytes + sizeof *list);
    CHECK_WHY(export->interventions != NULL, "out of memory");
    if (bytes > 0)
        memcpy(export->interventions, list, bytes);
    request->interventions = export->interventions;
}

static bool begin_writing(void *self, struct app *app, const char *path, vtime from, vtime to,
                          char *said, size_t size)
{
    struct window_export *export = self;
    const struct export_format *format = find_format(path, said, size);
    if (!format)
        return false;
    if (access(path, F_OK) == 0) {
        snprintf(said, size, "%.200s is there already; choose another name", path);
        return false;
    }
    snprintf(export->path, sizeof export->path, "%s", path);
    struct export_request request = {.path = export->path,
                                     .from = from,
                                     .to = to,
                                     .scenario = export->session->scenario,
                                     .seed = export->session->seed,
                                     .app = app,
                                     .look = look_of(app, true),
                                     .length = 10 * SECOND,
                                     .fps = 25};
    if (format->kind == EXPORT_FILM)
        request.to = MIN(to, export->session->scenario->duration_ns);
    copy_interventions(export, app, &request);
    export->job = export_open(&request, format, said, size);
    if (!export->job)
        end_job(export);
    return export->job != NULL;
}

static bool write_on(void *self, char *said, size_t size)
{
    struct window_export *export = self;
    enum export_progress progress;
    double until = wall_now() + SLICE_SECONDS;
    char why[280] = "";
    do
        progress = export_step(export->job, why, sizeof why);
    while (progress == EXPORT_GOES_ON && wall_now() < until);
    if (progress == EXPORT_GOES_ON)
        snprintf(said, size, "writing %.200s: %.0f %%", export->path,
                 100 * export_part_done(export->job));
    else if (progress == EXPORT_DONE)
        snprintf(said, size, "wrote %.200s", export->path);
    else
        snprintf(said, size, "%s", why);
    if (progress != EXPORT_GOES_ON)
        end_job(export);
    return progress == EXPORT_GOES_ON;
}

static void write_stop(void *self)
{
    end_job(self);
}

void export_window_offer(struct app_host *host)
{
    host->write = begin_writing;
    host->write_on = write_on;
    host->write_stop = write_stop;
    host->is_film = is_film;
    host->snap = snap;
    host->suggest = suggest;
}

/*
 * cmd_export.c: ringside export: a run in the format of another tool, or as pictures.
 *
 * Here are the options, and how far it is on stderr when somebody watches; the work is done by
 * the job of export.h. A file appears whole or not at all.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/nearest.h"
#include "base/units.h"
#include "cli/export/export.h"
#include "cli/run/ask.h"

static const char export_help[] =
    "usage: ringside export FILE --format NAME [options]\n"
    "       ringside export FILE --out NAME.ENDING [options]\n"
    "\n"
    "Run a scenario and write it for another tool:\n"
    "\n"
    "  html        one page that plays the run in a browser, without a network (.html)\n"
    "  shiviz      a log for ShiViz (its default pattern), with vector clocks (.log)\n"
    "  perfetto    trace events for ui.perfetto.dev and chrome://tracing (.json)\n"
    "  mermaid     a sequence diagram as text, without heartbeats (.mmd)\n"
    "  dot         the ring of tokens for Graphviz (.dot)\n"
    "  csv         metrics over virtual time: rates, latencies, divergence, load (.csv)\n"
    "  csv-counts  operations and messages counted over virtual time (.counts.csv)\n"
    "  csv-records every record of the trace, a row each (.records.csv)\n"
    "  png, svg    an image of a moment, as the window shows it\n"
    "  gif, mp4, webm   a film, made by ffmpeg\n"
    "  apng, frames     a film as a PNG image that moves, or as a folder of images\n"
    "\n"
    ASK_SCENARIO_HELP
    "\n"
    "What to write, and where\n"
    "  --format NAME       one of those above; else as the file's name ends\n"
    "  --out FILE          write there instead of to standard output\n"
    "  --from T            only records from this time on; a film: its first moment\n"
    "  --to T              only records up to this time; a film: its last moment\n"
    "  --every T           csv: width of a row (1s for counts)\n"
    "  --at T              images: the moment\n"
    "\n"
    "Images and films, as for ringside play\n"
    "  --size WxH          pixels\n"
    "  --scale S           pixels a point\n"
    "  --theme dark|light|contrast\n"
    "  --text PERCENT      size of text\n"
    "  --font FILE         a monospaced font, or \"builtin\"\n"
    "  --layout PANES      ring, ring+log ... all\n"
    "  --view ring|space-time|inspector|log\n"
    "  --keys WORDS        press keys first\n"
    "  --reduced-motion    messages stand still and say how far they are\n"
    "  --bare              images and films: the views alone, without the bars around them\n"
    "  --length T          films: how long they take to watch (10s)\n"
    "  --fps N             films: frames a second (25)\n"
    "\n"
    "Exit codes: 0 done, 2 usage or bad input, 3 a bug\n"
    "\n"
    "Examples:\n"
    "  ringside export scenarios/demo.json --format mermaid --from 1s --to 1.1s\n"
    "  ringside export demo --out demo.html\n"
    "  ringside export demo --from 9s --to 11s --length 20s --out crash.mp4\n";

struct export_options {
    struct ask ask;
    const char *format, *out, *from, *to, *every, *length, *fps;
    struct look look;
};

/* --- options -------------------------------------------------------------------------------- */

/* "shiviz, perfetto, ... and frames" */
static void list_formats(struct text *text)
{
    for (uint32_t i = 0; export_formats[i]; i++) {
        if (i > 0)
            text_str(text, export_formats[i + 1] ? ", " : " and ");
        text_str(text, export_formats[i]->name);
    }
}

static const struct export_format *refuse_format(const char *name)
{
    char hint[300];
    struct text text;
    struct nearest nearest = nearest_to(units_word(name));
    for (uint32_t i = 0; export_formats[i]; i++)
        nearest_offer_string(&nearest, export_formats[i]->name);
    text_init(&text, hint, sizeof hint);
    if (!nearest_suggest(&text, &nearest)) {
        text_str(&text, "; there are ");
        list_formats(&text);
    }
    usage_error("there is no format \"%s\"%s", name, hint);
    return NULL;
}

static const struct export_format *find_format(const struct export_options *o)
{
    char names[300];
    struct text text;
    const struct export_format *format = NULL;
    if (o->format) {
        format = export_format_named(o->format);
        return format ? format : refuse_format(o->format);
    }
    if (o->out)
        format = export_format_of_file(o->out);
    if (format)
        return format;
    text_init(&text, names, sizeof names);
    list_formats(&text);
    usage_error("--format is needed: there are %s", names);
    return NULL;
}

static bool read_times(const struct export_options *o, struct export_request *request, vtime *at)
{
    uint64_t fps = 25;
    request->to = VTIME_NEVER;
    request->length = 10 * SECOND;
    if (!ask_time("--from", o->from, &request->from) || !ask_time("--to", o->to, &request->to) ||
        !ask_time("--every", o->every, &request->every) || !ask_time("--at", o->ask.at, at) ||
        !ask_time("--length", o->length, &request->length))
        return false;
    if (o->every && request->every == 0)
        return usage_error("--every takes a time above 0"), false;
    if (request->to < request->from)
        return usage_error("--to is before --from"), false;
    if (o->fps && (!parse_u64(o->fps, &fps) || fps < 1 || fps > 100))
        return usage_error("--fps takes a whole number from 1 to 100, not \"%s\"", o->fps), false;
    if (request->length > 3600 * SECOND)
        return usage_error("--length is at most an hour"), false;
    request->fps = (uint32_t)fps;
    return true;
}

/* --- the work ------------------------------------------------------------------------------- */

/* For people only: a program that reads our stderr wants no progress. */
static void tell_progress(const struct export_job *job, int *told)
{
    int percent = (int)(100 * export_part_done(job));
    if (percent != *told && isatty(STDERR_FILENO))
        fprintf(stderr, "\r%3d %%\r", percent);
    *told = percent;
}

static int do_job(const struct export_request *request, const struct export_format *format)
{
    char said[500] = "";
    int told = 0;
    enum export_progress progress;
    struct export_job *job = export_open(request, format, said, sizeof said);
    if (!job)
        return usage_error("%s", said);
    while ((progress = export_step(job, said, sizeof said)) == EXPORT_GOES_ON)
        tell_progress(job, &told);
    export_close(job);
    if (progress == EXPORT_DONE && isatty(STDERR_FILENO))
        fprintf(stderr, "%s\n", said);
    return progress == EXPORT_DONE ? EXIT_HOLDS : usage_error("%s", said);
}

/* Pictures are taken of an app without a window. */
static int export_pictures(struct export_request *request, const struct export_format *format,
                           vtime at)
{
    struct world world = {0};
    const char *why;
    int code = EXIT_USAGE;
    if (!world_open(&world, WORLD_RESERVE_BYTES, NULL, &why))
        return usage_error("%s", why);
    request->app = app_open(&world, request->scenario, request->seed, &why);
    if (request->app) {
        request->to = MIN(request->to, request->scenario->duration_ns);
        app_seek_time(request->app, format->kind == EXPORT_FILM ? request->from : at);
        if (look_put_on(&request->look, request->app))
            code = do_job(request, format);
        app_close(request->app);
    } else {
        usage_error("%s", why);
    }
    world_close(&world);
    return code;
}

/* A row each nanosecond would fill every disk. */
static bool has_few_rows(const struct export_request *request)
{
    vtime rows = request->every > 0 ? request->scenario->duration_ns / request->every : 0;
    if (rows <= EXPORT_ROWS_MAX)
        return true;
    return usage_error("--every makes %llu rows; %u are the most", (unsigned long long)rows,
                       EXPORT_ROWS_MAX),
           false;
}

static int export_scenario(const struct export_options *o, struct scenario *scenario,
                           uint64_t seed)
{
    const struct export_format *format = find_format(o);
    vtime at = 0;
    struct export_request request = {
        .path = o->out, .scenario = scenario, .seed = seed, .look = o->look};
    if (!format || !read_times(o, &request, &at) || !has_few_rows(&request) ||
        !look_read(&request.look))
        return EXIT_USAGE;
    if (format->kind == EXPORT_RECORDS)
        return do_job(&request, format);
    return export_pictures(&request, format, at);
}

static int export_main(int argc, char **argv)
{
    struct export_options o = {0};
    uint64_t seed = 0;
    uint32_t count;
    const struct option options[] = {
        {"--format", true, &o.format, NULL, NULL},
        {"--out", true, &o.out, NULL, NULL},
        ASK_SCENARIO_OPTIONS(&o.ask),
        {"--from", true, &o.from, NULL, NULL},
        {"--to", true, &o.to, NULL, NULL},
        {"--every", true, &o.every, NULL, NULL},
        {"--at", true, &o.ask.at, NULL, NULL},
        {"--length", true, &o.length, NULL, NULL},
        {"--fps", true, &o.fps, NULL, NULL},
        {"--size", true, &o.look.size, NULL, NULL},
        {"--scale", true, &o.look.scale, NULL, NULL},
        {"--theme", true, &o.look.theme, NULL, NULL},
        {"--text", true, &o.look.text, NULL, NULL},
        {"--font", true, &o.look.font, NULL, NULL},
        {"--bare", false, &o.look.bare, NULL, NULL},
        {"--reduced-motion", false, &o.look.reduced_motion, NULL, NULL},
        {"--view", true, &o.look.view, NULL, NULL},
        {"--keys", true, &o.look.keys, NULL, NULL},
        {"--layout", true, &o.look.layout, NULL, NULL},
    };
    if (!options_read(&command_export, argc, argv, options, ARRAY_LEN(options), &o.ask.file, 1,
                      &count))
        return EXIT_USAGE;
    struct scenario *scenario = ask_scenario("export", &o.ask, &seed);
    if (!scenario)
        return EXIT_USAGE;
    int code = export_scenario(&o, scenario, seed);
    free(o.ask.sets);
    scenario_free(scenario);
    return code;
}

const struct command command_export = {"export", "write a run for other tools, or as pictures",
                                       export_help, export_main};

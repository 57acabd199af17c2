/*
 * cmd_play.c: ringside play: the window, or one image of it.
 *
 * Images need no display and no window: the draw list is made as for the screen, and
 * written as SVG or as pixels.
 */
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "cli/cli.h"
#include "cli/export_window.h"
#include "cli/play_script.h"
#include "cli/whole_file.h"

static const char play_help[] =
    "usage: ringside play [FILE] [options]\n"
    "\n"
    "Watch a scenario in a window, go back and forth in it, and bend it. Without a FILE it\n"
    "opens scenarios/first-steps.json. ? in the window shows every key.\n"
    "\n"
    "  --seed N            another seed than the scenario's own\n"
    "  --at T              begin at a time (\"2.5s\")\n"
    "  --set PATH=VALUE    override a value of the scenario; may be repeated\n"
    "  --size WxH          pixels of the window or the image (1600x900)\n"
    "  --scale S           pixels a point, 0.5 to 4 (1; 2 for a screen of high density)\n"
    "  --theme NAME        dark, light or contrast\n"
    "  --view NAME         ring, space-time, inspector or log alone\n"
    "  --keys WORDS        press keys first: \"Tab K Right Shift+Right\", as ? names them\n"
    "  --ui-script FILE    let a script do what a person would: keys, clicks, drags, and what\n"
    "                      is expected; needs no display (docs/ui-scripts.md)\n"
    "  --screenshot FILE   write a PNG image instead of opening a window; needs no display\n"
    "  --svg FILE          write an SVG image instead\n"
    "\n"
    "Exit codes: 0 done, 1 an expectation of the script failed, 2 usage, bad input or no\n"
    "display, 3 a bug\n"
    "Example: ringside play scenarios/standard.json --at 20s --screenshot moment.png\n";

struct play_options {
    const char *file, *seed, *at, *screenshot, *svg, *ui_script;
    const char **sets;
    uint32_t set_count;
    struct look look;
};

static bool read_options(int argc, char **argv, struct play_options *o)
{
    const struct option options[] = {
        {"--seed", true, &o->seed, NULL, NULL},
        {"--at", true, &o->at, NULL, NULL},
        {"--size", true, &o->look.size, NULL, NULL},
        {"--scale", true, &o->look.scale, NULL, NULL},
        {"--theme", true, &o->look.theme, NULL, NULL},
        {"--view", true, &o->look.view, NULL, NULL},
        {"--keys", true, &o->look.keys, NULL, NULL},
        {"--svg", true, &o->svg, NULL, NULL},
        {"--screenshot", true, &o->screenshot, NULL, NULL},
        {"--ui-script", true, &o->ui_script, NULL, NULL},
        {"--set", true, NULL, &o->sets, &o->set_count},
    };
    uint32_t count;
    if (!options_read(&command_play, argc, argv, options, ARRAY_LEN(options), &o->file, 1, &count))
        return false;
    if (count == 0)
        o->file = "scenarios/first-steps.json";
    return look_read(&o->look);
}

static bool prepare(struct app *app, const struct play_options *o)
{
    char mistake[200];
    struct text text;
    vtime time;
    text_init(&text, mistake, sizeof mistake);
    if (o->at && !units_parse_time(units_word(o->at), &time, &text))
        return usage_error("--at: %s", mistake), false;
    if (o->at)
        app_seek_time(app, time);
    return look_put_on(&o->look, app);
}

typedef bool image_writer(const struct look *look, struct app *app, FILE *out);

static int write_image(struct app *app, const struct look *look, const char *path,
                       image_writer *write)
{
    struct whole_file file;
    char why[400];
    if (!whole_file_open(&file, path, why, sizeof why))
        return usage_error("%s", why);
    write(look, app, file.out); /* what went wrong is told when it is finished */
    return whole_file_finish(&file, why, sizeof why) ? EXIT_HOLDS : usage_error("%s", why);
}

static int show_window(struct app *app, const struct play_options *o)
{
#ifdef RINGSIDE_WINDOW
    char why[300], title[200];
    snprintf(title, sizeof title, "Ringside: %s", app_picture(app)->scenario);
    struct window_options window = {title, o->look.width, o->look.height,
                                    o->look.pixels_a_point};
    if (window_run(app, &window, why, sizeof why))
        return EXIT_HOLDS;
    return usage_error("there is no display for a window (%s); ringside run %s tells the run as "
                       "text, and play --screenshot needs no display",
                       why, o->file);
#else
    (void)app;
    return usage_error("this build has no window; ringside run %s tells the run as text, and play "
                       "--screenshot or --svg makes an image",
                       o->file);
#endif
}

static int show(struct app *app, const struct play_options *o, const struct script *script)
{
    int code = EXIT_HOLDS;
    if (!prepare(app, o))
        return EXIT_USAGE;
    if (script)
        code = play_script_run(script, app, o->look.width, o->look.height,
                               o->look.pixels_a_point);
    if (script && (code != EXIT_HOLDS || (!o->svg && !o->screenshot)))
        return code;
    if (!o->svg && !o->screenshot)
        return show_window(app, o);
    if (o->svg)
        code = write_image(app, &o->look, o->svg, look_write_svg);
    if (o->screenshot && code == EXIT_HOLDS)
        code = write_image(app, &o->look, o->screenshot, look_write_png);
    return code;
}

static int play_scenario(const struct play_options *o, struct scenario *scenario, uint64_t seed,
                         const struct script *script)
{
    struct world world = {0};
    const char *why;
    if (!world_open(&world, WORLD_RESERVE_BYTES, NULL, &why))
        return usage_error("%s", why);
    int code = EXIT_USAGE;
    struct app *app = app_open(&world, scenario, seed, &why);
    struct window_export session = {.session = {scenario, seed}};
    if (app) {
        app->host = (struct app_host){.save = save_session, .self = &session};
        export_window_offer(&app->host);
        code = show(app, o, script);
        app_close(app);
    } else {
        usage_error("%s", why);
    }
    world_close(&world);
    return code;
}

static int play_main(int argc, char **argv)
{
    struct play_options options = {0};
    struct json_error error = {0};
    uint64_t seed = 0;
    if (!read_options(argc, argv, &options))
        return EXIT_USAGE;
    if (options.seed && !parse_u64(options.seed, &seed))
        return usage_error("--seed takes a whole number, not \"%s\"", options.seed);
    struct script *script = options.ui_script ? play_script_read(options.ui_script) : NULL;
    if (options.ui_script && !script)
        return EXIT_USAGE;
    struct scenario *scenario =
        scenario_load(options.file, options.sets, options.set_count, &error);
    if (!scenario) {
        script_free(script);
        return usage_error("%s", error.text);
    }
    int code = play_scenario(&options, scenario, options.seed ? seed : scenario->seed, script);
    free(options.sets);
    script_free(script);
    scenario_free(scenario);
    return code;
}

const struct command command_play = {"play", "watch a run in a window, go back, bend it", play_help,
                                     play_main};

/*
 * cmd_play.c: ringside play: the window, or one image of it.
 *
 * Images need no display and no window: the draw list is made as for the screen, and
 * written as SVG or as pixels.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/files/places.h"
#include "cli/files/whole_file.h"
#include "cli/journal/share_line.h"
#include "cli/play/play.h"
#include "cli/play/play_finding.h"
#include "cli/play/play_script.h"
#include "cli/run/ask.h"

static const char play_help[] =
    "usage: ringside play [FILE | LINE] [options]\n"
    "\n"
    "Watch a scenario in a window, go back and forth in it, and bend it. FILE is a scenario, a\n"
    "capsule, or the name of one that came with Ringside; without one it is first-steps. A LINE\n"
    "(rs1:...), which Ctrl+C copies, opens the very moment it was made at. ? shows every key.\n"
    "\n"
    "The run\n"
    "  --seed N            another seed than the scenario's own\n"
    "  --at T              begin at a time (\"2.5s\"); \"violation\": where a check fails, as a\n"
    "                      capsule does by itself\n"
    "  --open LINE         the same as LINE, with the FILE that it is about\n"
    "  --set PATH=VALUE    override a value of the scenario; may be repeated\n"
    "\n"
    "How it looks\n"
    "  --size WxH          pixels of the window or the image (1600x900)\n"
    "  --scale S           pixels a point, 0.5 to 4 (as the desktop says; an image: 1)\n"
    "  --theme dark|light|contrast\n"
    "  --text PERCENT      size of text, 75 to 250 (100)\n"
    "  --font FILE         a monospaced font, or \"builtin\"; RINGSIDE_FONT does the same\n"
    "  --reduced-motion    messages stand still and say how far they are\n"
    "  --layout PANES      ring, ring+log ... all: the panes to begin with (F7 changes them)\n"
    "  --view ring|space-time|inspector|log\n"
    "                      that pane alone\n"
    "  --no-settings       neither read nor write the settings of the window\n"
    "\n"
    "Without a hand, and without a display\n"
    "  --keys WORDS        press keys first: \"Tab K Right Shift+Right\", as ? names them\n"
    "  --ui-script FILE    let a script do what a person would: keys, clicks, drags, and what\n"
    "                      is expected; needs no display (docs/ui-scripts.md)\n"
    "  --screenshot FILE   write a PNG image instead of opening a window; needs no display\n"
    "  --share             print the share line of the moment instead\n"
    "  --svg FILE          write an SVG image instead\n"
    "\n"
    "Exit codes: 0 done, 1 an expectation of the script failed, 2 usage, bad input or no\n"
    "display, 3 a bug\n"
    "\n"
    "Examples:\n"
    "  ringside play scenarios/standard.json --at 20s --screenshot moment.png\n"
    "  ringside play demo\n"
    "  ringside play demo --at 14s --keys \"Tab W\" --svg why.svg\n";

static bool read_options(int argc, char **argv, struct play_options *o)
{
    const struct option options[] = {
        {"--seed", true, &o->seed, NULL, NULL},
        {"--at", true, &o->at, NULL, NULL},
        {"--size", true, &o->look.size, NULL, NULL},
        {"--scale", true, &o->look.scale, NULL, NULL},
        {"--theme", true, &o->look.theme, NULL, NULL},
        {"--layout", true, &o->look.layout, NULL, NULL},
        {"--view", true, &o->look.view, NULL, NULL},
        {"--keys", true, &o->look.keys, NULL, NULL},
        {"--svg", true, &o->svg, NULL, NULL},
        {"--screenshot", true, &o->screenshot, NULL, NULL},
        {"--open", true, &o->open, NULL, NULL},
        {"--share", false, &o->share, NULL, NULL},
        {"--ui-script", true, &o->ui_script, NULL, NULL},
        {"--text", true, &o->look.text, NULL, NULL},
        {"--reduced-motion", false, &o->look.reduced_motion, NULL, NULL},
        {"--font", true, &o->look.font, NULL, NULL},
        {"--no-settings", false, &o->no_settings, NULL, NULL},
        {"--set", true, NULL, &o->sets, &o->set_count},
    };
    uint32_t count;
    if (!options_read(&command_play, argc, argv, options, ARRAY_LEN(options), &o->file, 1, &count))
        return false;
    if (count > 0 && share_is_line(o->file)) {
        o->open = o->file;
        o->file = NULL;
    }
    if (o->open && (o->seed || o->set_count))
        return usage_error("a share line has its own seed and overrides: leave --seed and --set"),
               false;
    return look_read(&o->look);
}

static bool seek(struct play *play)
{
    const char *at = play->options->at;
    vtime time = 0;
    bool is_wanted = at && strcmp(at, "violation") == 0;
    if (is_wanted || (!at && play->session->scenario->is_finding)) {
        if (!play_seek_finding(play->app) && is_wanted)
            return usage_error("--at violation: no check fails in this run"), false;
        return true;
    }
    if (!ask_time("--at", at, &time))
        return false;
    if (at) {
        until_tell_end("--at", time, play->session->scenario);
        app_seek_time(play->app, time);
    }
    return true;
}

static bool prepare(struct play *play)
{
    return seek(play) && look_put_on(&play->options->look, play->app);
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

static bool is_for_window(const struct play_options *o)
{
    return !o->svg && !o->screenshot && !o->share && !o->ui_script;
}

static int show(struct play *play, const struct script *script)
{
    const struct play_options *o = play->options;
    int code = EXIT_HOLDS;
    if (is_for_window(o))
        play_begin_window(play);
    if (!prepare(play))
        return EXIT_USAGE;
    if (script)
        code = play_script_run(script, play->app, o->look.width, o->look.height,
                               o->look.pixels_a_point);
    if (script && (code != EXIT_HOLDS || (!o->svg && !o->screenshot && !o->share)))
        return code;
    if (is_for_window(o))
        return play_window(play);
    if (o->share) {
        char *line = share_line(play->session, play->app);
        puts(line);
        free(line);
    }
    if (o->svg)
        code = write_image(play->app, &o->look, o->svg, look_write_svg);
    if (o->screenshot && code == EXIT_HOLDS)
        code = write_image(play->app, &o->look, o->screenshot, look_write_png);
    return code;
}

/* Without a file, the first to be seen. */
static bool find_file(const struct play_options *o, char path[PLACE_MAX])
{
    if (o->file)
        return ask_file("play", o->file, path);
    return place_scenario("first-steps", path) ||
           (usage_error("the scenarios that come with Ringside are not beside it; name one: "
                        "ringside play FILE"),
            false);
}

static bool open_line(struct play *play)
{
    const struct play_options *o = play->options;
    struct app_host host = play_host(play);
    char said[600];
    if (host.open_line(play, o->open, said, sizeof said))
        return true;
    if (play->app) /* it is open all the same */
        fprintf(stderr, "ringside: %s\n", said);
    else
        usage_error("%s", said);
    return play->app != NULL;
}

static bool open_file(struct play *play, uint64_t seed)
{
    const struct play_options *o = play->options;
    struct json_error error = {0};
    char path[PLACE_MAX];
    if (!find_file(o, path))
        return false;
    struct session_origin origin = {path, o->sets, o->set_count, o->seed != NULL, seed};
    struct session *session = session_open(&origin, &error);
    if (session && play_show(play, session, &error))
        return true;
    usage_error("%s", error.text);
    return false;
}

static int play_main(int argc, char **argv)
{
    struct play_options options = {0};
    struct play play = {.options = &options};
    uint64_t seed = 0;
    if (!read_options(argc, argv, &options))
        return EXIT_USAGE;
    if (!ask_seed(options.seed, &seed))
        return EXIT_USAGE;
    struct script *script = options.ui_script ? play_script_read(options.ui_script) : NULL;
    if (options.ui_script && !script)
        return EXIT_USAGE;
    int code = EXIT_USAGE;
    if (options.open ? open_line(&play) : open_file(&play, seed)) {
        play.app->host = play_host(&play);
        code = show(&play, script);
        play_close(&play);
    }
    free(options.sets);
    script_free(script);
    return code;
}

const struct command command_play = {"play", "watch a run in a window, go back, bend it", play_help,
                                     play_main};

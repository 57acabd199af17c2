/*
 * cmd_play.c: ringside play: the window, or one image of it.
 *
 * Images need no display and no window: the draw list is made as for the screen, and
 * written as SVG or as pixels.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "cli/cli.h"
#include "cli/play_script.h"
#include "cli/save_session.h"
#include "viz/keys.h"
#include "viz/window.h"

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
    const char *file, *seed, *at, *size, *scale, *theme, *view, *keys, *screenshot, *svg;
    const char *ui_script;
    const char **sets;
    uint32_t set_count;
    int width, height;
    double factor;
};

static bool read_size(struct play_options *o)
{
    char *end = NULL;
    o->width = 1600, o->height = 900, o->factor = 1;
    if (o->size) {
        long w = strtol(o->size, &end, 10), h = *end == 'x' ? strtol(end + 1, &end, 10) : 0;
        if (*end || w < 200 || h < 150 || w > 16384 || h > 16384)
            return usage_error("--size takes WIDTHxHEIGHT from 200x150 to 16384x16384, not \"%s\"",
                               o->size),
                   false;
        o->width = (int)w, o->height = (int)h;
    }
    if (o->scale) {
        o->factor = strtod(o->scale, &end);
        if (end == o->scale || *end || !(o->factor >= 0.5 && o->factor <= 4))
            return usage_error("--scale takes a number from 0.5 to 4, not \"%s\"", o->scale), false;
    }
    return true;
}

static bool read_options(int argc, char **argv, struct play_options *o)
{
    const struct option options[] = {
        {"--seed", true, &o->seed, NULL, NULL},
        {"--at", true, &o->at, NULL, NULL},
        {"--size", true, &o->size, NULL, NULL},
        {"--scale", true, &o->scale, NULL, NULL},
        {"--theme", true, &o->theme, NULL, NULL},
        {"--view", true, &o->view, NULL, NULL},
        {"--keys", true, &o->keys, NULL, NULL},
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
    return read_size(o);
}

static bool set_theme(struct app *app, const char *name)
{
    static const char *const names[THEME_COUNT] = {"dark", "light", "contrast"};
    for (uint32_t i = 0; i < THEME_COUNT; i++)
        if (strcmp(name, names[i]) == 0) {
            app->theme = i;
            return true;
        }
    return usage_error("--theme is dark, light or contrast, not \"%s\"", name), false;
}

static bool set_view(struct app *app, const char *name)
{
    static const char *const names[PANE_COUNT] = {"ring", "space-time", "inspector", "log"};
    for (uint32_t i = 0; i < PANE_COUNT; i++)
        if (strcmp(name, names[i]) == 0) {
            app->maximised = i;
            return true;
        }
    return usage_error("--view is ring, space-time, inspector or log, not \"%s\"", name), false;
}

/* Words as the help names keys. */
static bool press_keys(struct app *app, const char *words)
{
    char word[40], mistake[200];
    struct text text;
    uint32_t key, modifiers;
    text_init(&text, mistake, sizeof mistake);
    for (;;) {
        words += strspn(words, " ");
        size_t size = strcspn(words, " ");
        if (size == 0)
            return true;
        snprintf(word, sizeof word, "%.*s", (int)size, words);
        if (!key_named(word, &key, &modifiers, &text))
            return usage_error("--keys: %s", mistake), false;
        app_key(app, key, modifiers);
        words += size;
    }
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
    return (!o->theme || set_theme(app, o->theme)) && (!o->view || set_view(app, o->view)) &&
           (!o->keys || press_keys(app, o->keys));
}

static int write_svg(struct app *app, const struct play_options *o)
{
    struct draw_list list = {0};
    float width = (float)(o->width / o->factor), height = (float)(o->height / o->factor);
    FILE *out = fopen(o->svg, "w");
    if (!out)
        return usage_error("cannot write %s: %s", o->svg, strerror(errno));
    app_draw(app, width, height, &list);
    draw_svg(&list, width, height, out);
    draw_free(&list);
    if (fclose(out) != 0)
        return usage_error("cannot write %s: %s", o->svg, strerror(errno));
    return EXIT_HOLDS;
}

static int write_png(struct app *app, const struct play_options *o)
{
    struct draw_list list = {0};
    struct glyph_source *glyphs = NULL;
#ifdef RINGSIDE_WINDOW
    glyphs = glyphs_open();
#endif
    uint32_t *pixels = calloc((size_t)o->width * (size_t)o->height, sizeof *pixels);
    CHECK_WHY(pixels != NULL, "out of memory");
    struct raster raster = {pixels, o->width, o->height, (float)o->factor, 0, 0, 0, 0};
    app_draw(app, (float)o->width / raster.scale, (float)o->height / raster.scale, &list);
    raster_draw(&raster, &list, glyphs);
    int code = EXIT_HOLDS;
    if (!png_write(o->screenshot, &raster))
        code = usage_error("cannot write %s: %s", o->screenshot, strerror(errno));
#ifdef RINGSIDE_WINDOW
    glyphs_close(glyphs);
#endif
    draw_free(&list);
    free(pixels);
    return code;
}

static int show_window(struct app *app, const struct play_options *o)
{
#ifdef RINGSIDE_WINDOW
    char why[300], title[200];
    snprintf(title, sizeof title, "Ringside: %s", app_picture(app)->scenario);
    struct window_options window = {title, o->width, o->height, (float)o->factor};
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
        code = play_script_run(script, app, o->width, o->height, (float)o->factor);
    if (script && (code != EXIT_HOLDS || (!o->svg && !o->screenshot)))
        return code;
    if (!o->svg && !o->screenshot)
        return show_window(app, o);
    if (o->svg)
        code = write_svg(app, o);
    if (o->screenshot && code == EXIT_HOLDS)
        code = write_png(app, o);
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
    struct session session = {scenario, seed};
    if (app) {
        app->host = (struct app_host){save_session, &session};
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

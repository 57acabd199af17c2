/*
 * look.c: images of the app, without a screen.
 */
#include "cli/play/look.h"

#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "cli/cli.h"
#include "viz/app/keys.h"

/* --- options ------------------------------------------------------------------------------- */

bool look_read(struct look *look)
{
    char *end = NULL;
    look->width = 1600, look->height = 900, look->pixels_a_point = 1;
    if (look->size) {
        long w = strtol(look->size, &end, 10), h = *end == 'x' ? strtol(end + 1, &end, 10) : 0;
        if (*end || w < 200 || h < 150 || w > 16384 || h > 16384)
            return usage_error("--size takes WIDTHxHEIGHT from 200x150 to 16384x16384, not \"%s\"",
                               look->size),
                   false;
        look->width = (int)w, look->height = (int)h;
    }
    if (look->scale) {
        double scale = strtod(look->scale, &end);
        if (end == look->scale || *end || !(scale >= 0.5 && scale <= 4))
            return usage_error("--scale takes a number from 0.5 to 4, not \"%s\"", look->scale),
                   false;
        look->pixels_a_point = (float)scale;
    }
    look->is_bare = look->bare != NULL;
    if (look->font) /* for whoever opens fonts, wherever that is */
        setenv("RINGSIDE_FONT", look->font, 1);
    return true;
}

static bool set_text(struct app *app, const char *text)
{
    char *end = NULL;
    double percent = strtod(text, &end);
    if (end == text || (*end && strcmp(end, "%") != 0) || !(percent >= 75 && percent <= 250))
        return usage_error("--text takes a percentage from 75 to 250, not \"%s\"", text), false;
    app->text_scale = (float)percent / 100;
    return true;
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
    for (uint32_t i = 0; i < PANE_COUNT; i++)
        if (strcmp(name, pane_words[i]) == 0) {
            app->maximised = i;
            return true;
        }
    return usage_error("--view is ring, space-time, inspector or log, not \"%s\"", name), false;
}

/* What the scenario asks for, unless the person says else. */
static bool put_on_panes(struct app *app)
{
    uint32_t panes = stage_panes(app->stage);
    app->layout.panes = panes ? panes : app->layout.panes;
    return true;
}

static bool set_layout(struct app *app, const char *name)
{
    char mistake[200];
    struct text text;
    text_init(&text, mistake, sizeof mistake);
    return layout_named(name, &app->layout.panes, &text) ||
           (usage_error("--layout: %s", mistake), false);
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
        app_settle(app);
        words += size;
    }
}

bool look_put_on(const struct look *look, struct app *app)
{
    app->is_motion_reduced |= look->reduced_motion != NULL;
    return (!look->theme || set_theme(app, look->theme)) &&
           (!look->text || set_text(app, look->text)) &&
           put_on_panes(app) && (!look->layout || set_layout(app, look->layout)) &&
           (!look->view || set_view(app, look->view)) &&
           (!look->keys || press_keys(app, look->keys));
}

/* --- pictures ------------------------------------------------------------------------------ */

/* As it is for an image; the window goes on being drawn as it was. */
static void draw(struct app *app, bool is_bare, float width, float height, struct draw_list *list)
{
    bool was_bare = app->is_bare;
    app->is_bare = is_bare;
    app_draw(app, width, height, list);
    app->is_bare = was_bare;
    app->is_drawing_due = true;
}

void painter_open(struct painter *painter, const struct look *look)
{
    *painter = (struct painter){.is_bare = look->is_bare,
                                .raster = {.width = look->width, .height = look->height,
                                           .scale = look->pixels_a_point}};
#ifdef RINGSIDE_WINDOW
    char said[400];
    painter->glyphs = glyphs_open(said, sizeof said);
    if (*said)
        fprintf(stderr, "ringside: %s\n", said);
#endif
    painter->raster.pixels =
        calloc((size_t)look->width * (size_t)look->height, sizeof *painter->raster.pixels);
    CHECK_WHY(painter->raster.pixels != NULL, "out of memory");
}

void painter_close(struct painter *painter)
{
#ifdef RINGSIDE_WINDOW
    glyphs_close(painter->glyphs);
#endif
    draw_free(&painter->list);
    free(painter->raster.pixels);
    *painter = (struct painter){0};
}

void painter_paint(struct painter *painter, struct app *app)
{
    struct raster *raster = &painter->raster;
    app_settle(app);
    draw(app, painter->is_bare, (float)raster->width / raster->scale,
         (float)raster->height / raster->scale, &painter->list);
    raster_draw(raster, &painter->list, painter->glyphs);
}

bool look_write_png(const struct look *look, struct app *app, FILE *out)
{
    struct painter painter;
    painter_open(&painter, look);
    painter_paint(&painter, app);
    bool is_written = png_put(out, &painter.raster);
    painter_close(&painter);
    return is_written;
}

bool look_write_svg(const struct look *look, struct app *app, FILE *out)
{
    struct draw_list list = {0};
    float width = (float)look->width / look->pixels_a_point;
    float height = (float)look->height / look->pixels_a_point;
    app_settle(app);
    draw(app, look->is_bare, width, height, &list);
    draw_svg(&list, width, height, out);
    draw_free(&list);
    return !ferror(out);
}

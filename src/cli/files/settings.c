/*
 * settings.c: reading and writing the file, and comparing.
 */
#include "cli/files/settings.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scenario/json_doc.h"
#include "scenario/json_print.h"

#define BILLION UINT64_C(1000000000)

static const char *const theme_words[THEME_COUNT] = {"dark", "light", "contrast"};
static const char *const state_words[] = {"normal", "maximised", "full screen"};

struct settings settings_default(void)
{
    return (struct settings){.text_scale = 1,
                             .layout = layout_all(),
                             .place = {.width = 1600, .height = 900, .is_in_points = true}};
}

/* --- reading -------------------------------------------------------------------------------- */

static void read_layout(struct settings *settings, struct json_value name, struct json_value split)
{
    static const struct json_string_rule rule = {"panes, such as \"ring+log\"", NULL, 1, 60};
    char mistake[200];
    struct text text;
    struct json_array shares = json_array_open(split, DIVIDER_COUNT, DIVIDER_COUNT);
    struct json_value item;
    text_init(&text, mistake, sizeof mistake);
    if (!layout_named(json_read_string(name, &rule, "all"), &settings->layout.panes, &text))
        json_fail(name, "%s", mistake);
    for (uint32_t i = 0; json_array_next(&shares, &item); i++)
        settings->layout.split[i] = (float)json_read_int(item, 10, 90, 50) / 100;
}

static void read_window(struct window_place *place, struct json_value value)
{
    struct json_object window = json_object_open(value);
    place->is_in_points = !json_object_is_present(&window);
    struct json_value x = json_object_get(&window, "x"), y = json_object_get(&window, "y");
    place->width = (int)json_read_int(json_object_get(&window, "width"), 320, 16384, 1600);
    place->height = (int)json_read_int(json_object_get(&window, "height"), 240, 16384, 900);
    place->has_position = json_value_kind(x) != JSON_MISSING && json_value_kind(y) != JSON_MISSING;
    place->x = (int)json_read_int(x, -100000, 100000, 0);
    place->y = (int)json_read_int(y, -100000, 100000, 0);
    uint32_t state = json_read_word(json_object_get(&window, "state"), state_words, 3, 0);
    place->is_maximised = state == 1;
    place->is_full_screen = state == 2;
}

/* False: of a newer version. */
static bool read_all(struct settings *settings, struct json_doc *doc, struct json_error *error)
{
    static const struct json_string_rule path = {"a folder", NULL, 0, PLACE_MAX - 1};
    struct json_object top = json_object_open(json_root(doc, error));
    struct json_value format = json_object_need(&top, "ringside_settings");
    if (json_read_int(format, 1, 1000000, 1) > SETTINGS_FORMAT)
        return false;
    settings->theme =
        json_read_word(json_object_get(&top, "theme"), theme_words, THEME_COUNT, 0);
    settings->text_scale = (float)json_read_decimal(json_object_get(&top, "text"), 75 * BILLION,
                                                    250 * BILLION, 100 * BILLION) /
                           (100 * (float)BILLION);
    settings->is_motion_reduced = json_read_bool(json_object_get(&top, "reduced_motion"), false);
    settings->is_skipping = json_read_bool(json_object_get(&top, "skip_quiet"), false);
    read_layout(settings, json_object_get(&top, "layout"), json_object_get(&top, "split"));
    read_window(&settings->place, json_object_get(&top, "window"));
    snprintf(settings->folder, sizeof settings->folder, "%s",
             json_read_string(json_object_get(&top, "folder"), &path, ""));
    return true;
}

static bool settings_path(char path[PLACE_MAX + 40])
{
    char folder[PLACE_MAX];
    if (!place_config(folder))
        return false;
    snprintf(path, PLACE_MAX + 40, "%s/settings.json", folder);
    return true;
}

static void move_aside(const char *path, const struct json_error *error, struct notice *notice)
{
    char aside[PLACE_MAX];
    if (place_move_aside(path, "damaged", aside))
        notice_add(notice, "the settings were damaged and are kept as %.200s (%.200s)", aside,
                   error->text);
    else
        notice_add(notice, "the settings cannot be read: %.300s", error->text);
}

bool settings_load(struct settings *settings, struct notice *notice)
{
    struct json_error error = {0};
    struct settings read = *settings;
    char path[PLACE_MAX + 40];
    if (!settings_path(path))
        return false;
    if (access(path, F_OK) != 0)
        return errno == ENOENT || errno == ENOTDIR;
    struct json_doc *doc = json_doc_load(path, &error);
    bool is_ours = !doc || read_all(&read, doc, &error);
    json_doc_free(doc);
    if (!is_ours) {
        notice_add(notice, "the settings are of a newer version of Ringside: they stay as they "
                   "are, and nothing is kept of what you change now");
        return false;
    }
    if (json_has_error(&error)) {
        move_aside(path, &error, notice);
        return access(path, F_OK) != 0;
    }
    *settings = read;
    return true;
}

/* --- writing -------------------------------------------------------------------------------- */

static void set(struct json_doc *doc, struct json_error *error, const char *key, const char *format,
                ...) __attribute__((format(printf, 4, 5)));

static void set(struct json_doc *doc, struct json_error *error, const char *key, const char *format,
                ...)
{
    char value[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(value, sizeof value, format, arguments);
    va_end(arguments);
    json_doc_set(doc, key, value, error);
}

static void set_folder(struct json_doc *doc, struct json_error *error, const char *folder)
{
    struct json_out quoted = {0};
    json_out_quoted(&quoted, folder);
    json_doc_set(doc, "folder", quoted.data, error);
    free(quoted.data);
}

static void set_all(struct json_doc *doc, struct json_error *error, const struct settings *s)
{
    char panes[60];
    struct text text;
    const struct window_place *place = &s->place;
    int state = place->is_full_screen ? 2 : place->is_maximised ? 1 : 0;
    text_init(&text, panes, sizeof panes);
    layout_name(s->layout.panes, &text);
    set(doc, error, "ringside_settings", "%d", SETTINGS_FORMAT);
    set(doc, error, "theme", "\"%s\"", theme_words[s->theme]);
    set(doc, error, "text", "%g", (double)s->text_scale * 100);
    set(doc, error, "reduced_motion", "%s", s->is_motion_reduced ? "true" : "false");
    set(doc, error, "skip_quiet", "%s", s->is_skipping ? "true" : "false");
    set(doc, error, "layout", "\"%s\"", panes);
    set(doc, error, "split", "[%.0f, %.0f, %.0f]", (double)s->layout.split[0] * 100,
        (double)s->layout.split[1] * 100, (double)s->layout.split[2] * 100);
    if (place->has_position) {
        set(doc, error, "window.x", "%d", place->x);
        set(doc, error, "window.y", "%d", place->y);
    }
    set(doc, error, "window.width", "%d", place->width);
    set(doc, error, "window.height", "%d", place->height);
    set(doc, error, "window.state", "\"%s\"", state_words[state]);
    set_folder(doc, error, s->folder);
}

/* The file as it is now, since another window may have written it; or an empty one. */
static struct json_doc *open_document(const char *path)
{
    struct json_error error = {0}, none = {0};
    struct json_doc *doc = access(path, F_OK) == 0 ? json_doc_load(path, &error) : NULL;
    return doc ? doc : json_doc_parse("settings", "{}", 2, &none);
}

bool settings_save(const struct settings *settings, struct notice *notice)
{
    struct json_error error = {0};
    char path[PLACE_MAX + 40], folder[PLACE_MAX];
    size_t size;
    if (!settings_path(path) || !place_config(folder))
        return false;
    struct json_doc *doc = open_document(path);
    set_all(doc, &error, settings);
    char *text = json_doc_print(doc, &size);
    json_doc_free(doc);
    bool is_written = !json_has_error(&error) && place_make_folder(folder) &&
                      place_write_file(path, text, size);
    if (!is_written)
        notice_add(notice, "the settings cannot be written to %.200s: %.200s", path,
                   json_has_error(&error) ? error.text : strerror(errno));
    free(text);
    return is_written;
}

/* --- comparing ------------------------------------------------------------------------------ */

static bool same_layout(const struct layout *a, const struct layout *b)
{
    bool is_same = a->panes == b->panes;
    for (uint32_t i = 0; i < DIVIDER_COUNT; i++)
        is_same &= a->split[i] == b->split[i];
    return is_same;
}

static bool same_place(const struct window_place *a, const struct window_place *b)
{
    return a->x == b->x && a->y == b->y && a->width == b->width && a->height == b->height &&
           a->has_position == b->has_position && a->is_maximised == b->is_maximised &&
           a->is_full_screen == b->is_full_screen;
}

bool settings_equal(const struct settings *a, const struct settings *b)
{
    return a->theme == b->theme && a->text_scale == b->text_scale &&
           a->is_motion_reduced == b->is_motion_reduced && a->is_skipping == b->is_skipping &&
           same_layout(&a->layout, &b->layout) &&
           same_place(&a->place, &b->place) && strcmp(a->folder, b->folder) == 0;
}

void settings_take_changes(struct settings *kept, const struct settings *before,
                           const struct settings *now)
{
    if (now->theme != before->theme)
        kept->theme = now->theme;
    if (now->text_scale != before->text_scale)
        kept->text_scale = now->text_scale;
    if (now->is_motion_reduced != before->is_motion_reduced)
        kept->is_motion_reduced = now->is_motion_reduced;
    if (now->is_skipping != before->is_skipping)
        kept->is_skipping = now->is_skipping;
    if (!same_layout(&now->layout, &before->layout))
        kept->layout = now->layout;
    if (!same_place(&now->place, &before->place))
        kept->place = now->place;
    if (strcmp(now->folder, before->folder) != 0)
        strcpy(kept->folder, now->folder);
}

void settings_put_on(const struct settings *settings, struct app *app)
{
    app->theme = settings->theme;
    app->text_scale = settings->text_scale;
    app->is_motion_reduced = settings->is_motion_reduced;
    app->is_skipping = settings->is_skipping;
    app->layout = settings->layout;
}

void settings_take_off(struct settings *settings, const struct app *app)
{
    settings->theme = app->theme;
    settings->text_scale = app->text_scale;
    settings->is_motion_reduced = app->is_motion_reduced;
    settings->is_skipping = app->is_skipping;
    settings->layout = app->layout;
}

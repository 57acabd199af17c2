/*
 * about.c: what the scenario is about, on a sheet over the window.
 *
 *     A write survives a crash
 *     Three nodes keep three copies of every key ...
 *     quorum-crash, seed 1, 5 s long
 *     it checks
 *       durable: no acknowledged write is lost
 *
 * Lines are wrapped to the sheet and counted before they are drawn, since what does not fit
 * scrolls like the help.
 */
#include <string.h>

#include "viz/app/app.h"
#include "viz/app/words.h"

struct about {
    const struct scene *scene;
    struct draw_list *list; /* NULL: only count */
    struct box box;
    size_t columns;
    uint32_t first, rows, count;
};

static void write_row(struct about *about, struct draw_color color, const char *text)
{
    float size = about->scene->size;
    uint32_t row = about->count++;
    if (!about->list || row < about->first || row - about->first >= about->rows)
        return;
    float y = about->box.y + size * DRAW_LINE_HEIGHT * (float)(row - about->first);
    scene_text(about->list, about->box, about->box.x, y, size, color, text);
}

/* On as many lines as it needs; those after the first stand in by `indent` letters. */
static void write_wrapped(struct about *about, struct draw_color color, const char *text,
                          size_t indent)
{
    char line[256];
    size_t in = 0;
    while (*text) {
        size_t columns = MIN(about->columns - in, sizeof line - 1 - in);
        size_t size = scene_line_size(text, columns);
        memset(line, ' ', in);
        memcpy(line + in, text, size);
        line[in + size] = '\0';
        write_row(about, color, line);
        text += size;
        text += *text == ' ';
        in = indent;
    }
}

static void write_checks(struct about *about)
{
    const struct picture *picture = about->scene->picture;
    const struct theme *theme = about->scene->theme;
    char text[700];
    write_row(about, theme->text, "");
    write_wrapped(about, theme->accent, picture->check_count ? "it checks" : "it checks nothing",
                  0);
    for (uint32_t i = 0; i < picture->check_count; i++) {
        const struct picture_check *check = &picture->checks[i];
        snprintf(text, sizeof text, "- %s%s%s%s", check->name,
                 check->is_expected_to_fail ? " (is meant to fail)" : "", check->why ? ": " : "",
                 check->why ? check->why : "");
        write_wrapped(about, theme->text, text, 2);
    }
}

static void write_all(struct about *about)
{
    const struct picture *picture = about->scene->picture;
    const struct theme *theme = about->scene->theme;
    char text[200], duration[32], nodes[WORDS_MAX], clients[WORDS_MAX];
    about->count = 0;
    write_wrapped(about, theme->accent, *picture->title ? picture->title : picture->scenario, 0);
    write_wrapped(about, theme->text,
                  *picture->about ? picture->about : "Its file does not say what it is about.", 0);
    write_row(about, theme->text, "");
    snprintf(text, sizeof text, "%s, seed %llu: %s, %s, %s long", picture->scenario,
             (unsigned long long)picture->seed, words_count(picture->node_count, "node", nodes),
             words_count(picture->client_count, "client", clients),
             scene_time(picture->duration, duration));
    write_wrapped(about, theme->faint, text, 0);
    write_checks(about);
}

void app_draw_about(struct app *app, const struct scene *scene, struct box window,
                    struct draw_list *list)
{
    float size = scene->size, line = size * DRAW_LINE_HEIGHT;
    float wide = MIN(size * 48, window.w - 8);
    struct about about = {.scene = scene};
    about.columns = (size_t)((wide - 2 * size) / (size * DRAW_CHARACTER_WIDTH));
    about.columns = about.columns > 8 ? about.columns : 8;
    write_all(&about);
    about.box = app_draw_sheet(app, scene, window, wide, line * (float)(about.count + 2) + 2 * size,
                               list);
    uint32_t lines = (uint32_t)(about.box.h / line);
    about.rows = lines > 3 ? lines - 2 : 1; /* the last one says what the keys do */
    app->help_rows = about.rows;
    uint32_t most = about.count > about.rows ? about.count - about.rows : 0;
    app->help_first = MIN(app->help_first, most);
    about.first = app->help_first;
    about.list = list;
    write_all(&about);
    float y = about.box.y + line * (float)(about.rows + 1);
    if (most == 0)
        scene_text(list, about.box, about.box.x, y, size, scene->theme->faint, "Esc closes this.");
    app_draw_help_foot(app, scene, about.box, y, about.rows, about.count, list);
}

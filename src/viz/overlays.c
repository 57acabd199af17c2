/*
 * overlays.c: help, palette and prompt, made from the table of commands.
 *
 * They cover the window for as long as they are open; Escape closes them. What does not fit
 * into a small window is counted, never cut off in silence.
 */
#include <math.h>
#include <string.h>

#include "viz/app.h"
#include "viz/pages.h"

static struct box sheet(const struct scene *scene, struct box window, float w, float h,
                        struct draw_list *list)
{
    w = w < window.w - 8 ? w : window.w - 8;
    h = h < window.h - 8 ? h : window.h - 8;
    struct box box = {(window.w - w) / 2, (window.h - h) / 2, w, h};
    draw_rect(list, 0, 0, window.w, window.h, with_alpha(scene->theme->background, 200));
    draw_rect(list, box.x, box.y, box.w, box.h, scene->theme->pane);
    draw_frame(list, box.x, box.y, box.w, box.h, 1, scene->theme->accent);
    float margin = scene->size;
    return (struct box){box.x + margin, box.y + margin, box.w - 2 * margin, box.h - 2 * margin};
}

static void write_command(const struct scene *scene, struct box box, float y,
                          const struct app_command *command, bool with_name,
                          struct draw_list *list)
{
    char text[200];
    float column = scene->size * DRAW_CHARACTER_WIDTH * 14;
    struct box key = {box.x, box.y, column - scene->size * 0.5f, box.h};
    scene_text(list, key, box.x, y, scene->size, scene->theme->warn, command->key_name);
    if (with_name)
        snprintf(text, sizeof text, "%s: %s", command->name, command->help);
    else
        snprintf(text, sizeof text, "%s", command->help);
    scene_text(list, box, box.x + column, y, scene->size, scene->theme->text, text);
}

/* As many columns as fit; what does not fit is said. */
static void draw_help(const struct scene *scene, struct box window, struct draw_list *list)
{
    float size = scene->size, line = size * DRAW_LINE_HEIGHT, wide = size * 42;
    struct box box = sheet(scene, window, 2 * wide + 3 * size,
                           line * (float)(app_command_count / 2 + 5), list);
    uint32_t columns = box.w > wide * 1.6f ? 2 : 1;
    uint32_t rows = box.h > 3 * line ? (uint32_t)(box.h / line) - 2 : 0;
    float width = (box.w - size * (float)(columns - 1)) / (float)columns;
    scene_text(list, box, box.x, box.y, size, scene->theme->accent,
               "Every key. Ctrl+P finds a command by its name; any key closes this.");
    uint32_t even = (app_command_count + columns - 1) / columns;
    if (even < rows)
        rows = even;
    for (uint32_t i = 0; i < app_command_count && i < rows * columns; i++) {
        struct box column = {box.x + (float)(i / rows) * (width + size), box.y, width, box.h};
        write_command(scene, column, box.y + line * (float)(i % rows + 1), &app_commands[i], false,
                      list);
    }
    if (rows * columns < app_command_count) {
        char more[60];
        snprintf(more, sizeof more, "and %u more: Ctrl+P", app_command_count - rows * columns);
        scene_text(list, box, box.x, box.y + line * (float)(rows + 1), size, scene->theme->faint,
                   more);
    }
}

/* What is being typed. Of a long line, the end is shown: that is where the typing is. */
static void write_typed(const struct app *app, const struct scene *scene, struct box box, float y,
                        struct draw_list *list)
{
    char text[sizeof app->typed + 8];
    size_t room = (size_t)(box.w / (scene->size * DRAW_CHARACTER_WIDTH)), size;
    size = strlen(app->typed);
    size_t cut = size + 3 > room ? size + 5 - room : 0;
    if (room < 8)
        return;
    snprintf(text, sizeof text, "> %s%s_", cut ? ".." : "", app->typed + cut);
    scene_text(list, box, box.x, y, scene->size, scene->theme->accent, text);
}

static void draw_palette(const struct app *app, const struct scene *scene, struct box window,
                         struct draw_list *list)
{
    uint32_t matches[128];
    uint32_t count = app_palette_matches(app, matches, 128);
    float size = scene->size, line = size * DRAW_LINE_HEIGHT;
    struct box box = sheet(scene, window, size * 52, line * 18, list);
    write_typed(app, scene, box, box.y, list);
    uint32_t rows = box.h > 2 * line ? (uint32_t)(box.h / line) - 1 : 0;
    uint32_t first = app->chosen >= rows && rows > 0 ? app->chosen - rows + 1 : 0;
    for (uint32_t i = first; i < count && i < first + rows; i++) {
        float y = box.y + line * (float)(i - first + 1);
        if (i == app->chosen)
            draw_rect(list, box.x, y, box.w, line, with_alpha(scene->theme->accent, 70));
        write_command(scene, box, y, &app_commands[matches[i]], true, list);
    }
}

/* A long question takes a second line and a third. */
static void draw_prompt(const struct app *app, const struct scene *scene, struct box window,
                        struct draw_list *list)
{
    float size = scene->size, line = size * DRAW_LINE_HEIGHT;
    float wide = size * 40 < window.w - 8 ? size * 40 : window.w - 8;
    float letters = (wide - 2 * size) / (size * DRAW_CHARACTER_WIDTH) - 10;
    float lines = letters > 0 ? ceilf((float)strlen(app->question) / letters) +
                                    ceilf((float)strlen(app->wrong) / letters)
                              : 1;
    struct box box = sheet(scene, window, wide, size * 3.9f + line * lines, list);
    struct writer writer = {scene, list, box, box.y};
    if (app->wrong[0])
        writer_wrapped(&writer, scene->theme->bad, app->wrong);
    writer_wrapped(&writer, scene->theme->faint, app->question);
    write_typed(app, scene, box, writer.y + size * 0.3f, list);
}

void app_draw_overlay(const struct app *app, const struct scene *scene, struct box window,
                      struct draw_list *list)
{
    switch (app->mode) {
    case MODE_HELP: draw_help(scene, window, list); break;
    case MODE_PALETTE: draw_palette(app, scene, window, list); break;
    case MODE_ASK: draw_prompt(app, scene, window, list); break;
    case MODE_COMPARE: app_draw_comparison(app, scene, window, list); break;
    default: break;
    }
}

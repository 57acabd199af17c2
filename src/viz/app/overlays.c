/*
 * overlays.c: the sheets that lie over the window: palette and prompt here, help in help.c.
 *
 * They cover the window for as long as they are open; Escape closes them. What does not fit
 * scrolls, and what is out of sight is counted, never cut off in silence.
 */
#include <math.h>
#include <string.h>

#include "viz/app/app.h"
#include "viz/inspector/pages.h"
#include "viz/app/words.h"

struct box app_draw_sheet(struct app *app, const struct scene *scene, struct box window, float w,
                          float h, struct draw_list *list)
{
    w = w < window.w - 8 ? w : window.w - 8;
    h = h < window.h - 8 ? h : window.h - 8;
    struct box box = {(window.w - w) / 2, (window.h - h) / 2, w, h};
    draw_rect(list, 0, 0, window.w, window.h, with_alpha(scene->theme->background, 200));
    draw_rect(list, box.x, box.y, box.w, box.h, scene->theme->pane);
    draw_frame(list, box.x, box.y, box.w, box.h, 1, scene->theme->accent);
    app->hits.floor = app->hits.count;
    hits_add(&app->hits, box, PICK_SHEET, 0);
    float margin = scene->size;
    return (struct box){box.x + margin, box.y + margin, box.w - 2 * margin, box.h - 2 * margin};
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
    if (app->wrong_column > 0 && cut == 0) { /* "> " stands before it */
        float x = box.x + (float)(app->wrong_column + 1) * scene->size * DRAW_CHARACTER_WIDTH;
        scene_text(list, box, x, y + scene->size * 0.95f, scene->size,
                   scene->theme->bad, "^");
    }
}

static void write_command(const struct scene *scene, struct box row,
                          const struct app_command *command, const char *why, bool is_chosen,
                          struct draw_list *list)
{
    struct draw_color faint = is_chosen ? scene->theme->text : scene->theme->faint;
    char text[300];
    float column = scene->size * DRAW_CHARACTER_WIDTH * 14;
    struct box key = {row.x, row.y, column - scene->size * 0.5f, row.h};
    scene_text(list, key, row.x, row.y, scene->size, why || is_chosen ? faint : scene->theme->warn,
               command->key_name);
    snprintf(text, sizeof text, why ? "%s: not now, %s" : "%s: %s", command->name,
             why ? why : command->help);
    scene_text(list, row, row.x + column, row.y, scene->size, why ? faint : scene->theme->text,
               text);
}

static void draw_palette(struct app *app, const struct scene *scene, struct box window,
                         struct draw_list *list)
{
    uint32_t matches[PALETTE_MAX];
    uint32_t count = app_palette_matches(app, matches, PALETTE_MAX);
    float size = scene->size, line = size * DRAW_LINE_HEIGHT;
    struct box box = app_draw_sheet(app, scene, window, size * 62, line * 20, list);
    write_typed(app, scene, box, box.y, list);
    uint32_t rows = box.h > 3 * line ? (uint32_t)(box.h / line) - 2 : 0;
    uint32_t first = app->chosen >= rows && rows > 0 ? app->chosen - rows + 1 : 0;
    for (uint32_t i = first; i < count && i < first + rows; i++) {
        const struct app_command *command = &app_commands[matches[i]];
        struct box row = {box.x, box.y + line * (float)(i - first + 1), box.w, line};
        if (i == app->chosen)
            draw_rect(list, row.x, row.y, row.w, row.h, with_alpha(scene->theme->accent, 70));
        write_command(scene, row, command, command->why_not(app), i == app->chosen, list);
        hits_add(&app->hits, row, PICK_ENTRY, i);
    }
    char more[120], commands[WORDS_MAX];
    snprintf(more, sizeof more, "%s%s", words_count(count, "command", commands),
             count > rows ? "; Up and Down go through them" : "");
    scene_text(list, box, box.x, box.y + line * (float)(rows + 1), size, scene->theme->faint, more);
}

/* What Enter and Esc do, for the mouse: entries 0 and 1. */
static void draw_answers(struct app *app, const struct scene *scene, struct box box, float y,
                         struct draw_list *list)
{
    static const char *const words[] = {"OK  Enter", "Cancel  Esc"};
    float size = scene->size, letter = size * DRAW_CHARACTER_WIDTH, x = box.x;
    for (uint32_t i = 0; i < 2; i++) {
        struct box button = {x, y, (float)(strlen(words[i]) + 2) * letter, size * 1.6f};
        if (button.x + button.w > box.x + box.w || button.y + button.h > box.y + box.h + size)
            return;
        draw_frame(list, button.x, button.y, button.w, button.h, 1, scene->theme->line);
        draw_text(list, button.x + letter, button.y + size * 0.15f, size, ALIGN_LEFT,
                  scene->theme->text, words[i]);
        hits_add(&app->hits, button, PICK_ENTRY, i);
        x += button.w + letter;
    }
}

/* A long question takes a second line and a third. */
static void draw_prompt(struct app *app, const struct scene *scene, struct box window,
                        struct draw_list *list)
{
    float size = scene->size, line = size * DRAW_LINE_HEIGHT;
    float wide = size * 40 < window.w - 8 ? size * 40 : window.w - 8;
    float letters = (wide - 2 * size) / (size * DRAW_CHARACTER_WIDTH) - 10;
    float lines = letters > 0 ? ceilf((float)strlen(app->question) / letters) +
                                    ceilf((float)strlen(app->wrong) / letters)
                              : 1;
    struct box box = app_draw_sheet(app, scene, window, wide, size * 6.2f + line * lines, list);
    struct writer writer = {.scene = scene, .list = list, .box = box, .y = box.y};
    if (app->wrong[0])
        writer_wrapped(&writer, scene->theme->bad, app->wrong);
    writer_wrapped(&writer, scene->theme->faint, app->question);
    write_typed(app, scene, box, writer.y + size * 0.3f, list);
    draw_answers(app, scene, box, writer.y + size * 2.1f, list);
}

void app_draw_overlay(struct app *app, const struct scene *scene, struct box window,
                      struct draw_list *list)
{
    switch (app->mode) {
    case MODE_MENU: menu_draw(app, scene, window, list); break;
    case MODE_HELP: app_draw_help(app, scene, window, list); break;
    case MODE_ABOUT: app_draw_about(app, scene, window, list); break;
    case MODE_PALETTE: draw_palette(app, scene, window, list); break;
    case MODE_ASK: draw_prompt(app, scene, window, list); break;
    case MODE_COMPARE: app_draw_comparison(app, scene, window, list); break;
    default: break;
    }
}

/*
 * view_menu.c: a menu drawn: its name, its entries with their keys, and what the chosen one does.
 *
 *     +-n2------------------------+
 *     | a node                    |
 *     |   crash                K  |
 *     | x restart              U  |    x: not now
 *     | ...        3 more below   |
 *     |---------------------------|
 *     | not now: this node is     |
 *     | running: K crashes it     |
 *     +---------------------------+
 *
 * In a bar the topics stand beside it; where there is no room for both, one of them at a time.
 */
#include <math.h>
#include <string.h>

#include "viz/app/app.h"
#include "viz/inspector/pages.h"
#include "viz/app/things.h"

#define FOOT_LINES 3

static float letter_of(const struct scene *scene)
{
    return scene->size * DRAW_CHARACTER_WIDTH;
}

static struct box draw_plate(struct app *app, const struct scene *scene, struct box box,
                             struct draw_list *list)
{
    float margin = scene->size * 0.5f;
    draw_rect(list, box.x, box.y, box.w, box.h, scene->theme->pane);
    draw_frame(list, box.x, box.y, box.w, box.h, 1.5f, scene->theme->accent);
    hits_add(&app->hits, box, PICK_SHEET, 0);
    return (struct box){box.x + margin, box.y + margin, box.w - 2 * margin, box.h - 2 * margin};
}

/* A row that the keyboard is on has a bar and a frame, not only a colour. */
static void draw_chosen(const struct scene *scene, struct box row, struct draw_list *list)
{
    draw_rect(list, row.x, row.y, row.w, row.h, with_alpha(scene->theme->accent, 60));
    draw_frame(list, row.x, row.y, row.w, row.h, 1.5f, scene->theme->selected);
}

/* --- entries -------------------------------------------------------------------------------- */

static uint32_t columns_of(const struct menu_entry *entries, uint32_t count)
{
    size_t widest = 30;
    for (uint32_t i = 0; i < count; i++) {
        const struct app_command *command = &app_commands[entries[i].index];
        size_t size = entries[i].is_heading ? strlen(topic_words[entries[i].index])
                                            : strlen(command->name) + strlen(command->key_name) + 6;
        widest = size > widest ? size : widest;
    }
    return (uint32_t)widest;
}

static void draw_entry(const struct scene *scene, const struct menu_entry *entry, struct box row,
                       bool is_chosen, struct draw_list *list)
{
    float size = scene->size, letter = letter_of(scene);
    if (entry->is_heading) {
        scene_text(list, row, row.x, row.y, size, scene->theme->accent, topic_words[entry->index]);
        return;
    }
    const struct app_command *command = &app_commands[entry->index];
    /* faint letters could not be read upon the bar of the chosen row: its x tells enough */
    struct draw_color color = entry->why && !is_chosen ? scene->theme->faint : scene->theme->text;
    float key = (float)strlen(command->key_name) * letter;
    struct box name = {row.x, row.y, row.w - key - 2 * letter, row.h};
    if (is_chosen)
        draw_chosen(scene, row, list);
    if (entry->why)
        scene_text(list, name, row.x + letter * 0.5f, row.y, size, color, "x");
    scene_text(list, name, row.x + letter * 2.5f, row.y, size, color, command->name);
    if (key + 8 * letter < row.w)
        draw_text(list, row.x + row.w - letter * 0.5f, row.y, size, ALIGN_RIGHT,
                  entry->why || is_chosen ? color : scene->theme->warn, command->key_name);
}

/* "3 more below", where entries are out of sight. */
static void draw_more(const struct scene *scene, struct box room, float y, uint32_t count,
                      const char *where, struct draw_list *list)
{
    char text[40];
    if (count == 0)
        return;
    snprintf(text, sizeof text, "%u more %s", count, where);
    scene_text(list, room, room.x + letter_of(scene) * 2.5f, y, scene->size, scene->theme->faint,
               text);
}

static void draw_foot(const struct scene *scene, const struct menu_entry *entry, struct box foot,
                      struct draw_list *list)
{
    char words[300];
    struct writer writer = {.scene = scene, .list = list, .box = foot, .y = foot.y};
    draw_line(list, foot.x, foot.y - 2, foot.x + foot.w, foot.y - 2, 1, scene->theme->line, false);
    if (!entry || entry->is_heading)
        return;
    snprintf(words, sizeof words, entry->why ? "not now: %s" : "%s",
             entry->why ? entry->why : app_commands[entry->index].help);
    writer_wrapped(&writer, entry->why ? scene->theme->bad : scene->theme->faint, words);
}

/* The rows between the name and the foot; those that do not fit are counted above and below. */
static void draw_rows(struct app *app, const struct scene *scene, const struct menu_entry *entries,
                      uint32_t count, struct box room, struct draw_list *list)
{
    struct menu *menu = &app->menu;
    float line = scene->size * DRAW_LINE_HEIGHT;
    uint32_t fit = room.h > line ? (uint32_t)(room.h / line + 0.01f) : 0;
    bool is_long = count > fit && fit > 2; /* in less room only the rows themselves */
    menu->rows = is_long ? fit - 2 : MIN(count, fit > 1 ? fit : 1);
    if (menu->first + menu->rows > count)
        menu->first = count - MIN(menu->rows, count);
    float y = room.y;
    if (is_long) {
        draw_more(scene, room, y, menu->first, "above", list);
        y += line;
    }
    for (uint32_t i = menu->first; i < menu->first + menu->rows && i < count; i++, y += line) {
        struct box row = {room.x, y, room.w, line};
        bool is_chosen = i == menu->chosen && (!menu->is_bar || menu->is_inside);
        draw_entry(scene, &entries[i], row, is_chosen, list);
        if (!entries[i].is_heading)
            hits_add(&app->hits, row, PICK_ENTRY, i);
    }
    if (is_long)
        draw_more(scene, room, y, count - menu->first - menu->rows, "below", list);
}

/* The name above is of the thing, or of the topic. */
static void draw_name(struct app *app, const struct scene *scene, struct box room,
                      struct draw_list *list)
{
    char name[120];
    struct text text;
    text_init(&text, name, sizeof name);
    if (app->menu.is_bar)
        text_str(&text, topic_words[app->menu.topic]);
    else if (app->menu.about.kind == PICK_NONE)
        text_str(&text, "nothing is selected");
    else
        thing_name(app, app->menu.about, &text);
    scene_text(list, room, room.x, room.y, scene->size, scene->theme->text, name);
}

static void draw_entries(struct app *app, const struct scene *scene, struct box window, float x,
                         float y, struct draw_list *list)
{
    struct menu_entry entries[MENU_ENTRIES_MAX];
    uint32_t count = menu_entries(app, entries);
    float line = scene->size * DRAW_LINE_HEIGHT, margin = scene->size * 0.5f;
    float w = fminf((float)columns_of(entries, count) * letter_of(scene) + 2 * margin, window.w);
    float h = fminf((float)(count + 1 + FOOT_LINES) * line + 3 * margin, window.h);
    x = fmaxf(fminf(x, window.x + window.w - w), window.x);
    y = fmaxf(fminf(y, window.y + window.h - h), window.y);
    struct box room = draw_plate(app, scene, (struct box){x, y, w, h}, list);
    draw_name(app, scene, room, list);
    float foot = fmaxf(fminf((float)FOOT_LINES * line, room.h - 3 * line - margin), 0);
    struct box rows = {room.x, room.y + line, room.w, room.h - line - foot - margin};
    draw_rows(app, scene, entries, count, rows, list);
    draw_foot(scene, app->menu.chosen < count ? &entries[app->menu.chosen] : NULL,
              (struct box){room.x, room.y + room.h - foot, room.w + 1, foot + 1}, list);
}

/* --- the bar -------------------------------------------------------------------------------- */

static struct box draw_topics(struct app *app, const struct scene *scene, struct box window,
                              struct draw_list *list)
{
    float line = scene->size * DRAW_LINE_HEIGHT, margin = scene->size * 0.5f;
    size_t widest = 0;
    for (uint32_t i = 0; i < TOPIC_COUNT; i++)
        widest = fmaxf((float)widest, (float)strlen(topic_words[i]));
    struct box box = {window.x, window.y,
                      fminf((float)(widest + 4) * letter_of(scene) + 2 * margin, window.w),
                      fminf((float)TOPIC_COUNT * line + 2 * margin, window.h)};
    struct box room = draw_plate(app, scene, box, list);
    uint32_t fit = (uint32_t)fmaxf(room.h / line + 0.01f, 1), topic = app->menu.topic;
    uint32_t first = topic >= fit ? topic - fit + 1 : 0;
    for (uint32_t i = first; i < TOPIC_COUNT && i < first + fit; i++) {
        struct box row = {room.x, room.y + (float)(i - first) * line, room.w, line};
        if (i == topic)
            draw_chosen(scene, row, list);
        struct box name = {row.x, row.y, row.w - letter_of(scene) * 2, row.h};
        scene_text(list, name, row.x + letter_of(scene) * 0.5f, row.y, scene->size,
                   scene->theme->text, topic_words[i]);
        draw_text(list, row.x + row.w - letter_of(scene) * 0.5f, row.y, scene->size, ALIGN_RIGHT,
                  i == topic ? scene->theme->text : scene->theme->faint, ">");
        hits_add(&app->hits, row, PICK_TOPIC, i);
    }
    return box;
}

void menu_draw(struct app *app, const struct scene *scene, struct box window,
               struct draw_list *list)
{
    float gap = 2, title = scene->size * 1.9f;
    struct box room = {gap, gap, window.w - 2 * gap, window.h - 2 * gap};
    app->hits.floor = app->hits.count; /* what lies below cannot be pressed meanwhile */
    if (!app->menu.is_bar) {
        draw_entries(app, scene, room, app->menu.x, app->menu.y, list);
        return;
    }
    room.y += title;
    room.h -= title;
    bool is_wide = window.w > 90 * letter_of(scene);
    struct box topics = {room.x, room.y, 0, 0};
    if (is_wide || !app->menu.is_inside)
        topics = draw_topics(app, scene, room, list);
    if (is_wide || app->menu.is_inside)
        draw_entries(app, scene, room, topics.x + topics.w + gap, room.y, list);
}

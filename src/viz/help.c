/*
 * help.c: all keys by topic, and what the mouse does.
 *
 * The keys come from the table of commands, so none can be missing. In a wide window there are
 * two columns; what does not fit scrolls with the arrows, PageUp, PageDown and the wheel, and
 * what is out of sight is counted.
 */
#include <string.h>

#include "viz/app.h"

static const struct {
    const char *gesture, *meaning;
} gestures[] = {
    {"click", "select a node, client, key, message or line"},
    {"right click", "a menu of what can be done with it"},
    {"double click", "a title: that pane alone; a line of the log: go there"},
    {"rest", "its name and a line about it"},
    {"node to node", "drag: cut that way; with Shift both ways"},
    {"over the ring", "drag a line between nodes: partition"},
    {"a message", "drag: back on its way it arrives later, ahead sooner"},
    {"# on a link", "click: the link is whole again"},
    {"space-time", "drag: an earlier or later stretch"},
    {"an edge", "drag: panes larger or smaller"},
    {"bar of time", "click or drag: go to that moment"},
    {"wheel", "space-time: zoom; log: up and down; Ctrl: text size"},
};

#define GESTURE_COUNT (sizeof gestures / sizeof gestures[0])

struct help_line {
    const char *key, *words; /* key NULL: a heading */
};

/* Headings and lines; two columns read down the first and then the second. */
static uint32_t help_lines(struct help_line *lines, uint32_t max)
{
    uint32_t count = 0;
    for (uint32_t topic = 0; topic < TOPIC_COUNT; topic++) {
        if (count < max)
            lines[count++] = (struct help_line){NULL, topic_words[topic]};
        for (uint32_t i = 0; i < app_command_count && count < max; i++)
            if (app_commands[i].topic == topic)
                lines[count++] = (struct help_line){app_commands[i].key_name, app_commands[i].help};
    }
    if (count < max)
        lines[count++] = (struct help_line){NULL, "with the mouse"};
    for (uint32_t i = 0; i < GESTURE_COUNT && count < max; i++)
        lines[count++] = (struct help_line){gestures[i].gesture, gestures[i].meaning};
    return count;
}

static void write_line(const struct scene *scene, struct box row, const struct help_line *line,
                       struct draw_list *list)
{
    float size = scene->size, column = size * DRAW_CHARACTER_WIDTH * 14;
    if (!line->key) {
        scene_text(list, row, row.x, row.y, size, scene->theme->accent, line->words);
        return;
    }
    struct box key = {row.x, row.y, column - size * 0.3f, row.h};
    scene_text(list, key, row.x, row.y, size, scene->theme->warn, line->key);
    scene_text(list, row, row.x + column, row.y, size, scene->theme->text, line->words);
}

void app_draw_help_foot(const struct app *app, const struct scene *scene, struct box box, float y,
                        uint32_t shown, uint32_t count, struct draw_list *list)
{
    char text[120];
    if (shown >= count)
        return;
    snprintf(text, sizeof text, "lines %u to %u of %u: Down, Up, PageDown, PageUp",
             app->help_first + 1, app->help_first + shown, count);
    scene_text(list, box, box.x, y, scene->size, scene->theme->faint, text);
}

void app_draw_help(struct app *app, const struct scene *scene, struct box window,
                   struct draw_list *list)
{
    struct help_line lines[PALETTE_MAX + 64];
    uint32_t count = help_lines(lines, PALETTE_MAX + 64);
    float size = scene->size, line = size * DRAW_LINE_HEIGHT, wide = size * 46;
    struct box box = app_draw_sheet(app, scene, window, 2 * wide + 3 * size,
                                    line * ((float)count / 2 + 4), list);
    uint32_t columns = box.w > wide * 1.6f ? 2 : 1;
    uint32_t rows = box.h > 4 * line ? (uint32_t)(box.h / line) - 2 : 1;
    float width = (box.w - size * (float)(columns - 1)) / (float)columns;
    uint32_t even = (count + columns - 1) / columns;
    rows = MIN(rows, even);
    app->help_rows = rows * columns;
    app->help_first = MIN(app->help_first, count > app->help_rows ? count - app->help_rows : 0);
    scene_text(list, box, box.x, box.y, size, scene->theme->text,
               "Every key. Ctrl+P finds a command by its name; Esc closes this.");
    for (uint32_t i = 0; i < rows * columns && app->help_first + i < count; i++) {
        struct box row = {box.x + (float)(i / rows) * (width + size),
                          box.y + line * (float)(i % rows + 1), width, line};
        write_line(scene, row, &lines[app->help_first + i], list);
    }
    app_draw_help_foot(app, scene, box, box.y + line * (float)(rows + 1), rows * columns, count,
                       list);
}

bool app_help_key(struct app *app, uint32_t key)
{
    uint32_t page = app->help_rows > 1 ? app->help_rows - 1 : 1;
    switch (key) {
    case KEY_DOWN: app->help_first++; return true; /* drawing keeps it within bounds */
    case KEY_UP: app->help_first -= app->help_first > 0; return true;
    case KEY_PAGE_DOWN: app->help_first += page; return true;
    case KEY_PAGE_UP: app->help_first -= MIN(app->help_first, page); return true;
    case KEY_HOME: app->help_first = 0; return true;
    case KEY_END: app->help_first = UINT32_MAX / 2; return true;
    default: return false;
    }
}

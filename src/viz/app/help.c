/*
 * help.c: what the mouse does, what one needs first, all other keys by topic, and what letters
 * and signs mean.
 *
 * The keys come from the table of commands and the letters from that of messages, so none can be
 * missing. In a wide window there are
 * two columns; what does not fit scrolls with the arrows, PageUp, PageDown and the wheel, and
 * what is out of sight is counted.
 */
#include <string.h>

#include "viz/app/app.h"

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

/* What one needs first, by the commands' names. */
static const char *const first_commands[] = {
    "play or pause", "step",    "step back", "next headline", "select next",
    "crash",         "restart", "undo",      "why",           "palette",
};

#define FIRST_COUNT (sizeof first_commands / sizeof first_commands[0])

/* What stands before a value in the table of keys, or in its place. */
static const struct {
    const char *sign, *meaning;
} signs[] = {
    {"*", "replicas differ, and this one has the newest version"},
    {"!", "an older version; before a key: its replicas differ"},
    {"X", "deleted"},
    {"?", "the replica is down: nobody can ask it"},
    {"-", "the replica has never heard of the key"},
    {"+ ~ x", "new, another version, gone: since the step before, or the mark"},
};

#define SIGN_COUNT (sizeof signs / sizeof signs[0])

struct help_line {
    const char *key, *words; /* key NULL: a heading */
    char letter[2];          /* what key points to, where that is a message's letter */
};

struct help_lines {
    struct help_line *lines;
    uint32_t count, max;
};

static void add(struct help_lines *lines, const char *key, const char *words)
{
    if (lines->count < lines->max)
        lines->lines[lines->count++] = (struct help_line){.key = key, .words = words};
}

static bool is_first(uint32_t command)
{
    for (uint32_t i = 0; i < FIRST_COUNT; i++)
        if (app_command_named(first_commands[i]) == command)
            return true;
    return false;
}

static void add_commands(struct help_lines *lines)
{
    add(lines, NULL, "to begin with");
    for (uint32_t i = 0; i < FIRST_COUNT; i++) {
        const struct app_command *command = &app_commands[app_command_named(first_commands[i])];
        add(lines, command->key_name, command->help);
    }
    for (uint32_t topic = 0; topic < TOPIC_COUNT; topic++) {
        add(lines, NULL, topic_words[topic]);
        for (uint32_t i = 0; i < app_command_count; i++)
            if (app_commands[i].topic == topic && !is_first(i))
                add(lines, app_commands[i].key_name, app_commands[i].help);
    }
}

static void add_letters(struct help_lines *lines)
{
    const char *name;
    char letter;
    add(lines, NULL, "letters of messages");
    for (uint32_t i = 0; stage_message_kind(i, &letter, &name) && lines->count < lines->max; i++) {
        struct help_line *line = &lines->lines[lines->count++];
        *line = (struct help_line){.words = name, .letter = {letter, '\0'}};
        line->key = line->letter;
    }
}

/* Headings and lines; two columns read down the first and then the second. */
static uint32_t help_lines(struct help_line *room, uint32_t max)
{
    struct help_lines lines = {room, 0, max};
    add(&lines, NULL, "with the mouse");
    for (uint32_t i = 0; i < GESTURE_COUNT; i++)
        add(&lines, gestures[i].gesture, gestures[i].meaning);
    add_commands(&lines);
    add_letters(&lines);
    add(&lines, NULL, "signs in the table of keys");
    for (uint32_t i = 0; i < SIGN_COUNT; i++)
        add(&lines, signs[i].sign, signs[i].meaning);
    return lines.count;
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
    struct help_line lines[PALETTE_MAX + 128];
    uint32_t count = help_lines(lines, PALETTE_MAX + 128);
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

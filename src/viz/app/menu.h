/*
 * menu.h: what can be done, as a list to choose from.
 *
 * Two kinds of it are made from the table of commands and nothing else:
 *
 *     the menu of a thing    right click, M or the Menu key: the topics that are about it
 *     the menu bar           F10 or the button in the title: all topics, and then one of them
 *
 * Each entry has its key beside it, for next time. What cannot be done now is faint and has a
 * mark, and the reason stands below when it is chosen.
 */
#ifndef VIZ_MENU_H
#define VIZ_MENU_H

#include "viz/app/commands.h"
#include "viz/views/scene.h"

struct app;

#define MENU_ENTRIES_MAX 160

struct menu_entry {
    bool is_heading; /* a topic; cannot be chosen */
    uint32_t index;  /* of the topic or the command */
    const char *why; /* it cannot be done now, or NULL */
};

struct menu {
    bool is_bar;
    bool is_inside; /* BAR: among the commands of `topic`, not among the topics */
    uint32_t topic;
    struct pick about; /* otherwise */
    float x, y;        /* a corner of it, if there is room */
    uint32_t chosen;   /* entry, or topic */
    uint32_t first;    /* the uppermost entry on the screen */
    uint32_t rows;     /* of them on the screen, when it was drawn last */
};

/* Of the selection, or of nothing; near a point. */
void menu_open(struct app *app, float x, float y);
void menu_open_bar(struct app *app);

void menu_key(struct app *app, uint32_t key, uint32_t modifiers);
void menu_press(struct app *app, struct pick under);
void menu_hover(struct app *app, struct pick under, float dx, float dy); /* since before */
void menu_wheel(struct app *app, float up);

/* What it lists now: the commands of the topic that is chosen, in a bar. */
uint32_t menu_entries(struct app *app, struct menu_entry entries[MENU_ENTRIES_MAX]);

void menu_draw(struct app *app, const struct scene *scene, struct box window,
               struct draw_list *list);

#endif

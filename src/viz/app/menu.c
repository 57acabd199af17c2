/*
 * menu.c: which commands a menu has, and choosing among them.
 */
#include "viz/app/menu.h"

#include <math.h>
#include <string.h>

#include "viz/app/app.h"
#include "viz/app/things.h"

/* --- entries -------------------------------------------------------------------------------- */

#define BIT(topic) (1u << TOPIC_##topic)

/* The topics that are about a thing. */
static uint32_t topics_of(struct app *app, struct pick pick)
{
    switch (pick.kind) {
    case PICK_ACTOR:
        return is_client((uint32_t)pick.id)
                   ? BIT(CLIENT)
                   : BIT(NODE) | BIT(MEMBER) | BIT(CLOCK) | BIT(DISK) | BIT(LINK);
    case PICK_KEY: return BIT(KEY);
    case PICK_CHECK: return BIT(SELECT);
    case PICK_RECORD: return thing_message(app, pick) ? BIT(MESSAGE) : BIT(SELECT);
    default: return BIT(BRANCH) | BIT(LOOK) | BIT(FILE);
    }
}

static uint32_t add_command(struct app *app, struct menu_entry *entries, uint32_t count,
                            uint32_t index)
{
    if (count < MENU_ENTRIES_MAX)
        entries[count++] = (struct menu_entry){false, index, app_commands[index].why_not(app)};
    return count;
}

static uint32_t add_topic(struct app *app, struct menu_entry *entries, uint32_t count,
                          uint32_t topic, bool with_heading)
{
    if (with_heading && count < MENU_ENTRIES_MAX)
        entries[count++] = (struct menu_entry){true, topic, NULL};
    for (uint32_t i = 0; i < app_command_count; i++)
        if (app_commands[i].topic == topic)
            count = add_command(app, entries, count, i);
    return count;
}

uint32_t menu_entries(struct app *app, struct menu_entry entries[MENU_ENTRIES_MAX])
{
    const struct menu *menu = &app->menu;
    uint32_t count = 0;
    if (menu->is_bar)
        return add_topic(app, entries, 0, menu->topic, false);
    uint32_t topics = topics_of(app, menu->about);
    if (menu->about.kind != PICK_NONE && !(topics & BIT(SELECT)))
        count = add_command(app, entries, count, app_command_named("why"));
    for (uint32_t topic = 0; topic < TOPIC_COUNT; topic++)
        if (topics & (1u << topic))
            count = add_topic(app, entries, count, topic, true);
    return count;
}

/* --- opening -------------------------------------------------------------------------------- */

/* From `at` on in the direction, over headings. */
static uint32_t next_entry(struct app *app, uint32_t at, int by)
{
    struct menu_entry entries[MENU_ENTRIES_MAX];
    uint32_t count = menu_entries(app, entries);
    if (count == 0)
        return 0;
    for (uint32_t tries = 0; tries < count; tries++) {
        at = (at + count + (uint32_t)by) % count;
        if (!entries[at].is_heading)
            break;
    }
    return at;
}

static void choose(struct app *app, uint32_t entry)
{
    struct menu *menu = &app->menu;
    menu->chosen = entry;
    if (entry < menu->first + 1) /* a heading above it is shown with it */
        menu->first = entry > 0 ? entry - 1 : 0;
    if (menu->rows > 0 && entry >= menu->first + menu->rows)
        menu->first = entry - menu->rows + 1;
}

void menu_open(struct app *app, float x, float y)
{
    app->mode = MODE_MENU;
    app->menu = (struct menu){.about = app->pick, .x = x, .y = y};
    choose(app, next_entry(app, UINT32_MAX, 1));
    app->menu.first = 0;
}

void menu_open_bar(struct app *app)
{
    app->mode = MODE_MENU;
    app->menu = (struct menu){.is_bar = true};
}

static void open_topic(struct app *app, uint32_t topic, bool is_inside)
{
    app->menu.topic = topic;
    app->menu.is_inside = is_inside;
    app->menu.first = 0;
    app->menu.chosen = next_entry(app, UINT32_MAX, 1);
}

/* --- choosing ------------------------------------------------------------------------------- */

/* What cannot be done stays on the screen, with its reason. */
static void run_entry(struct app *app, uint32_t index)
{
    struct menu_entry entries[MENU_ENTRIES_MAX];
    uint32_t count = menu_entries(app, entries);
    if (index >= count || entries[index].is_heading || entries[index].why)
        return;
    app->mode = MODE_PLAIN;
    app_run_command(app, entries[index].index);
}

/* The key that stands beside an entry does it. */
static void run_by_key(struct app *app, uint32_t key, uint32_t modifiers)
{
    struct menu_entry entries[MENU_ENTRIES_MAX];
    uint32_t count = menu_entries(app, entries), wanted = app_command_of(key, modifiers);
    for (uint32_t i = 0; i < count; i++)
        if (!entries[i].is_heading && entries[i].index == wanted) {
            choose(app, i);
            run_entry(app, i);
            return;
        }
}

static bool is_among_topics(const struct menu *menu)
{
    return menu->is_bar && !menu->is_inside;
}

static void topic_key(struct app *app, uint32_t key)
{
    struct menu *menu = &app->menu;
    switch (key) {
    case KEY_DOWN: open_topic(app, (menu->topic + 1) % TOPIC_COUNT, false); break;
    case KEY_UP: open_topic(app, (menu->topic + TOPIC_COUNT - 1) % TOPIC_COUNT, false); break;
    case KEY_HOME: open_topic(app, 0, false); break;
    case KEY_END: open_topic(app, TOPIC_COUNT - 1, false); break;
    case KEY_RIGHT:
    case KEY_ENTER:
    case ' ': open_topic(app, menu->topic, true); break;
    case KEY_ESCAPE:
    case KEY_F10: app->mode = MODE_PLAIN; break;
    default: break;
    }
}

static void entry_key(struct app *app, uint32_t key, uint32_t modifiers)
{
    struct menu *menu = &app->menu;
    uint32_t page = menu->rows > 2 ? menu->rows - 2 : 1, to = menu->chosen;
    switch (key) {
    case KEY_DOWN: choose(app, next_entry(app, menu->chosen, 1)); break;
    case KEY_UP: choose(app, next_entry(app, menu->chosen, -1)); break;
    case KEY_HOME: choose(app, next_entry(app, UINT32_MAX, 1)); break;
    case KEY_END: choose(app, next_entry(app, 0, -1)); break;
    case KEY_PAGE_DOWN:
        while (page-- > 0 && next_entry(app, to, 1) > to)
            to = next_entry(app, to, 1);
        choose(app, to);
        break;
    case KEY_PAGE_UP:
        while (page-- > 0 && next_entry(app, to, -1) < to)
            to = next_entry(app, to, -1);
        choose(app, to);
        break;
    case KEY_ENTER: run_entry(app, menu->chosen); break;
    case KEY_LEFT: menu->is_inside = false; break;
    case KEY_ESCAPE:
    case KEY_MENU:
    case KEY_F10:
        if (menu->is_bar && key == KEY_ESCAPE)
            menu->is_inside = false;
        else
            app->mode = MODE_PLAIN;
        break;
    default: run_by_key(app, key, modifiers);
    }
}

void menu_key(struct app *app, uint32_t key, uint32_t modifiers)
{
    if (is_among_topics(&app->menu))
        topic_key(app, key);
    else
        entry_key(app, key, modifiers);
}

/* --- the pointer ---------------------------------------------------------------------------- */

void menu_press(struct app *app, struct pick under)
{
    if (under.kind == PICK_ENTRY)
        run_entry(app, (uint32_t)under.id);
    else if (under.kind == PICK_TOPIC)
        open_topic(app, (uint32_t)under.id, true);
    else if (under.kind != PICK_SHEET)
        app->mode = MODE_PLAIN;
}

void menu_hover(struct app *app, struct pick under, float dx, float dy)
{
    struct menu *menu = &app->menu;
    bool is_on_its_way = dx > fabsf(dy) * 0.75f; /* to the entries beside, over other topics */
    if (under.kind == PICK_TOPIC && menu->topic != under.id) {
        if (!menu->is_inside && !is_on_its_way)
            open_topic(app, (uint32_t)under.id, false);
    } else if (under.kind == PICK_ENTRY) {
        menu->chosen = (uint32_t)under.id;
        menu->is_inside = menu->is_bar;
    }
}

void menu_wheel(struct app *app, float up)
{
    struct menu_entry entries[MENU_ENTRIES_MAX];
    struct menu *menu = &app->menu;
    uint32_t count = menu_entries(app, entries);
    uint32_t last = count > menu->rows ? count - menu->rows : 0;
    if (up > 0)
        menu->first -= MIN(menu->first, 3);
    else
        menu->first = MIN(menu->first + 3, last);
}

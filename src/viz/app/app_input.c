/*
 * app_input.c: keys.
 *
 * A key is a command, or a letter of what is being typed. Whoever has a keyboard (a window, a
 * script, a test) speaks to the app in these calls. The pointer's are in app_pointer.c.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "viz/app/app.h"

/* --- keys --------------------------------------------------------------------------------- */

void app_run_command(struct app *app, uint32_t index)
{
    const struct app_command *command = &app_commands[index];
    const char *why = command->why_not ? command->why_not(app) : NULL;
    app->is_welcome = false;
    if (why)
        app_refuse(app, why);
    else
        command->run(app);
    app_hint_done(app, why ? NULL : command);
    app->is_drawing_due = true;
}

static uint32_t lower(uint32_t key)
{
    return key >= 'A' && key <= 'Z' ? key + 32 : key;
}

static uint32_t exact_command(uint32_t key, uint32_t modifiers)
{
    for (uint32_t i = 0; i < app_command_count; i++)
        if (app_commands[i].key == key && app_commands[i].modifiers == modifiers)
            return i;
    return UINT32_MAX;
}

uint32_t app_command_of(uint32_t key, uint32_t modifiers)
{
    bool is_character = key > ' ' && key < 127;
    /* Shift is part of what a character is; only other keys have it beside them. */
    uint32_t wanted = is_character ? modifiers & MOD_CTRL : modifiers;
    if (key == KEY_MENU || (key == KEY_F10 && modifiers == MOD_SHIFT)) /* as desktops have it */
        return app_command_named("menu");
    uint32_t command = exact_command(key, wanted);
    return command == UINT32_MAX ? exact_command(lower(key), wanted) : command;
}

static void plain_key(struct app *app, uint32_t key, uint32_t modifiers)
{
    uint32_t command = app_command_of(key, modifiers);
    if (!focus_key(app, key, modifiers) && command != UINT32_MAX)
        app_run_command(app, command);
}

static void type_character(struct app *app, uint32_t key)
{
    size_t size = strlen(app->typed);
    if (key == KEY_BACKSPACE && size > 0)
        app->typed[size - 1] = '\0';
    else if (key >= ' ' && key < 127 && size + 1 < sizeof app->typed) {
        app->typed[size] = (char)key;
        app->typed[size + 1] = '\0';
    }
    app->chosen = 0;
}

void app_ask(struct app *app, const char *question, const char *suggestion,
             app_answered *answered)
{
    app->mode = MODE_ASK;
    app->question = question;
    app->answered = answered;
    app->wrong[0] = '\0';
    app->wrong_column = 0;
    snprintf(app->typed, sizeof app->typed, "%s", suggestion);
}

void app_ask_again(struct app *app, const char *answer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(app->wrong, sizeof app->wrong, format, arguments);
    app->wrong_column = 0;
    va_end(arguments);
    app->mode = MODE_ASK;
    snprintf(app->typed, sizeof app->typed, "%s", answer);
    app_refuse(app, app->wrong);
}

/* How well a command fits what was typed: 0 not at all. */
static int fit(const struct app_command *command, const char *typed)
{
    size_t size = strlen(typed);
    return strncasecmp(command->name, typed, size) == 0 ? 3
           : strcasestr(command->name, typed)           ? 2
           : strcasestr(command->help, typed)           ? 1
                                                        : 0;
}

uint32_t app_palette_matches(const struct app *app, uint32_t *matches, uint32_t max)
{
    uint32_t count = 0;
    for (int wanted = 3; wanted > 0; wanted--)
        for (uint32_t i = 0; i < app_command_count && count < max; i++)
            if (fit(&app_commands[i], app->typed) == wanted)
                matches[count++] = i;
    return count;
}

static void enter_typed(struct app *app)
{
    uint32_t matches[PALETTE_MAX];
    enum app_mode mode = app->mode;
    app->mode = MODE_PLAIN;
    if (mode == MODE_ASK) {
        char answer[sizeof app->typed];
        memcpy(answer, app->typed, sizeof answer); /* the answer may lead to the next question */
        app->answered(app, answer);
        return;
    }
    uint32_t count = app_palette_matches(app, matches, PALETTE_MAX);
    if (app->chosen < count)
        app_run_command(app, matches[app->chosen]);
    else
        app_refuse(app, "no command has that in its name");
}

static void palette_key(struct app *app, uint32_t key)
{
    enum { PAGE = 10 };
    uint32_t matches[PALETTE_MAX], count = app_palette_matches(app, matches, PALETTE_MAX);
    uint32_t last = count > 0 ? count - 1 : 0;
    switch (key) {
    case KEY_DOWN: app->chosen = MIN(app->chosen + 1, last); break;
    case KEY_UP: app->chosen -= app->chosen > 0; break;
    case KEY_PAGE_DOWN: app->chosen = MIN(app->chosen + PAGE, last); break;
    case KEY_PAGE_UP: app->chosen -= MIN(app->chosen, PAGE); break;
    default: type_character(app, key);
    }
}

/* What was copied goes where one types, up to its first line end. A share line may be longer than
 * anything that is typed, so it is taken whole. */
static void paste_typed(struct app *app)
{
    char *text = app_paste(app);
    if (text && app->mode == MODE_ASK && app->answered == app_open_line) {
        app_open_line(app, text);
    } else {
        for (const char *c = text; c && *c && *c != '\n'; c++)
            type_character(app, (uint32_t)(unsigned char)*c);
    }
    free(text);
}

/* A key while something lies over the window. */
static void overlay_key(struct app *app, uint32_t key, uint32_t modifiers)
{
    if (app->mode == MODE_MENU)
        menu_key(app, key, modifiers);
    else if ((app->mode == MODE_HELP || app->mode == MODE_ABOUT) && app_help_key(app, key))
        return;
    else if (app->mode == MODE_HELP || app->mode == MODE_ABOUT || key == KEY_ESCAPE)
        app->mode = MODE_PLAIN;
    else if (app->mode == MODE_COMPARE)
        app_comparison_key(app, key);
    else if (key == KEY_ENTER)
        enter_typed(app);
    else if (key == 'v' && (modifiers & MOD_CTRL))
        paste_typed(app);
    else if (modifiers & MOD_CTRL)
        return; /* no letter */
    else if (app->mode == MODE_PALETTE)
        palette_key(app, key);
    else
        type_character(app, key);
}

void app_key(struct app *app, uint32_t key, uint32_t modifiers)
{
    app->is_drawing_due = true;
    hover_stop(app);
    if (app->is_writing) {
        if (key == KEY_ESCAPE)
            app_stop_writing(app);
    } else if (key == KEY_ESCAPE && drag_cancel(app)) {
        return;
    } else if (app->errand.kind != ERRAND_NONE) {
        if (key == KEY_ESCAPE)
            errand_stop(app);
    } else if (app->mode == MODE_PLAIN) {
        plain_key(app, key, modifiers);
    } else {
        overlay_key(app, key, modifiers);
    }
}

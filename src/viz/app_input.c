/*
 * app_input.c: keys.
 *
 * A key is a command, or a letter of what is being typed. Whoever has a keyboard (a window, a
 * script, a test) speaks to the app in these calls. The pointer's are in app_pointer.c.
 */
#include <stdarg.h>
#include <string.h>

#include "viz/app.h"

/* --- keys --------------------------------------------------------------------------------- */

void app_run_command(struct app *app, uint32_t index)
{
    const struct app_command *command = &app_commands[index];
    const char *why = command->why_not ? command->why_not(app) : NULL;
    if (why)
        app_refuse(app, why);
    else
        command->run(app);
    app->is_drawing_due = true;
}

static uint32_t lower(uint32_t key)
{
    return key >= 'A' && key <= 'Z' ? key + 32 : key;
}

/* The command of a key, or UINT32_MAX. */
static uint32_t command_of(uint32_t key, uint32_t modifiers)
{
    for (uint32_t i = 0; i < app_command_count; i++)
        if (app_commands[i].key == key && app_commands[i].modifiers == modifiers)
            return i;
    return UINT32_MAX;
}

static void plain_key(struct app *app, uint32_t key, uint32_t modifiers)
{
    bool is_character = key > ' ' && key < 127;
    /* Shift is part of what a character is; only other keys have it beside them. */
    uint32_t wanted = is_character ? modifiers & MOD_CTRL : modifiers;
    uint32_t command = command_of(key, wanted);
    if (command == UINT32_MAX)
        command = command_of(lower(key), wanted);
    if (command != UINT32_MAX)
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
    snprintf(app->typed, sizeof app->typed, "%s", suggestion);
}

void app_ask_again(struct app *app, const char *answer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(app->wrong, sizeof app->wrong, format, arguments);
    va_end(arguments);
    app->mode = MODE_ASK;
    snprintf(app->typed, sizeof app->typed, "%s", answer);
    app_refuse(app, app->wrong);
}

uint32_t app_palette_matches(const struct app *app, uint32_t *matches, uint32_t max)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < app_command_count && count < max; i++)
        if (strstr(app_commands[i].name, app->typed) || strstr(app_commands[i].help, app->typed))
            matches[count++] = i;
    return count;
}

static void enter_typed(struct app *app)
{
    uint32_t matches[128];
    enum app_mode mode = app->mode;
    app->mode = MODE_PLAIN;
    if (mode == MODE_ASK) {
        char answer[sizeof app->typed];
        memcpy(answer, app->typed, sizeof answer); /* the answer may lead to the next question */
        app->answered(app, answer);
        return;
    }
    uint32_t count = app_palette_matches(app, matches, 128);
    if (app->chosen < count)
        app_run_command(app, matches[app->chosen]);
    else
        app_refuse(app, "no command has that in its name");
}

void app_key(struct app *app, uint32_t key, uint32_t modifiers)
{
    uint32_t matches[128];
    app->is_drawing_due = true;
    if (app->is_writing) {
        if (key == KEY_ESCAPE)
            app_stop_writing(app);
    } else if (key == KEY_ESCAPE && drag_cancel(app)) {
        return;
    } else if (app->mode == MODE_PLAIN) {
        plain_key(app, key, modifiers);
    } else if (app->mode == MODE_HELP || key == KEY_ESCAPE) {
        app->mode = MODE_PLAIN;
    } else if (app->mode == MODE_COMPARE) {
        app_comparison_key(app, key);
    } else if (key == KEY_ENTER) {
        enter_typed(app);
    } else if (key == KEY_DOWN && app->mode == MODE_PALETTE) {
        app->chosen += app->chosen + 1 < app_palette_matches(app, matches, 128);
    } else if (key == KEY_UP) {
        app->chosen -= app->chosen > 0;
    } else {
        type_character(app, key);
    }
}

/*
 * commands.h: everything that can be done in the window, in one table.
 *
 * Keys, buttons, the palette (Ctrl+P) and the help (?) all come from it, so none of them
 * can know something that the others do not. A command that would do nothing says why.
 */
#ifndef VIZ_COMMANDS_H
#define VIZ_COMMANDS_H

#include <stdbool.h>
#include <stdint.h>

struct app;

/* Printable keys are their character: a letter in lower case, or in upper case with Shift (a
 * capital that no command has is its small letter). The others: */
enum app_key_code {
    KEY_NONE = 0,
    KEY_TAB = 9,
    KEY_ENTER = 13,
    KEY_ESCAPE = 27,
    KEY_BACKSPACE = 8,
    KEY_LEFT = 256,
    KEY_RIGHT,
    KEY_UP,
    KEY_DOWN,
    KEY_HOME,
    KEY_END,
    KEY_PAGE_UP,
    KEY_PAGE_DOWN,
    KEY_DELETE,
    KEY_MENU,
    KEY_F1, /* F1 to F12 follow one another */
    KEY_F2,
    KEY_F3,
    KEY_F4,
    KEY_F5,
    KEY_F6,
    KEY_F7,
    KEY_F8,
    KEY_F9,
    KEY_F10,
    KEY_F11,
    KEY_F12,
};

enum app_modifiers { MOD_SHIFT = 1, MOD_CTRL = 2 };

/* What a command is about: a menu of a node shows the topics of nodes. */
enum command_topic {
#define TOPIC(identifier, words) TOPIC_##identifier,
#define COMMAND(topic, key, modifiers, key_name, name, help, function, reason)
#include "viz/app/commands.def"
#undef COMMAND
#undef TOPIC
    TOPIC_COUNT,
};

extern const char *const topic_words[TOPIC_COUNT];

struct app_command {
    uint32_t topic; /* enum command_topic */
    uint32_t key;
    uint32_t modifiers;
    const char *key_name;
    const char *name;
    const char *help;
    void (*run)(struct app *app);
    const char *(*why_not)(struct app *app); /* NULL, or why it would do nothing; may be NULL */
};

extern const struct app_command app_commands[];
extern const uint32_t app_command_count;

/* The index of a command by its name, for the buttons; stops the program if there is none. */
uint32_t app_command_named(const char *name);

#endif

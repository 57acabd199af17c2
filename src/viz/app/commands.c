/*
 * commands.c: the table of commands.
 *
 * Made from commands.def; buttons, palette, help and scripts find commands here by their
 * names, so that none of them can know one that the others do not.
 */
#include "viz/app/commands.h"

#include <string.h>

#include "base/bug.h"
#include "viz/do/do.h"

const char *why_not_nothing(struct app *app)
{
    (void)app;
    return NULL;
}

const char *const topic_words[TOPIC_COUNT] = {
#define TOPIC(identifier, words) words,
#define COMMAND(topic, key, modifiers, key_name, name, help, function, reason)
#include "viz/app/commands.def"
#undef COMMAND
#undef TOPIC
};

const struct app_command app_commands[] = {
#define TOPIC(identifier, words)
#define COMMAND(topic, key, modifiers, key_name, name, help, function, reason)                     \
    {TOPIC_##topic, key, modifiers, key_name, name, help, do_##function, why_not_##reason},
#include "viz/app/commands.def"
#undef COMMAND
#undef TOPIC
};

const uint32_t app_command_count = sizeof app_commands / sizeof app_commands[0];

uint32_t app_command_named(const char *name)
{
    for (uint32_t i = 0; i < app_command_count; i++)
        if (strcmp(app_commands[i].name, name) == 0)
            return i;
    CHECK_WHY(false, "a button has no command");
    return 0;
}

/*
 * do.h: what the commands do.
 *
 * Declared from their table, commands.def; defined by topic in do_*.c. The functions take
 * an app whose command is possible: whoever calls them has asked why_not_* first.
 */
#ifndef VIZ_DO_H
#define VIZ_DO_H

#include "viz/app/commands.h"

#define TOPIC(identifier, words)
#define COMMAND(topic, key, modifiers, key_name, name, help, function, reason)                     \
    void do_##function(struct app *app);                                                           \
    const char *why_not_##reason(struct app *app);
#include "viz/app/commands.def"
#undef COMMAND
#undef TOPIC

#endif

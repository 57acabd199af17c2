/*
 * keys.h: keys by their names, as a person writes them: "K", "Ctrl+S", "Shift+Right", "F7".
 *
 * Options and scripts read them here, so that they know the same names as the help. What is
 * between a name and a command is the table's business (commands.h).
 */
#ifndef VIZ_KEYS_H
#define VIZ_KEYS_H

#include "base/text.h"
#include "viz/app/commands.h"

/* A letter is that key without Shift, in whatever case it is written; "Shift+M" is its capital.
 * On refusal: false, and one sentence in `mistake`. */
bool key_named(const char *name, uint32_t *key, uint32_t *modifiers, struct text *mistake);

#endif

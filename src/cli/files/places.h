/*
 * places.h: where things lie on this machine: scenarios that came with the program, and the
 * folders of a person's own state and settings.
 *
 * Folders are those of the XDG base directory specification. Nothing here is made or changed
 * unless its name says so, and a file that is written is never half there.
 */
#ifndef CLI_PLACES_H
#define CLI_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define PLACE_MAX 1024 /* bytes of a path with its NUL */

/* The file of a scenario that came with the program, by its name ("first-steps"): below the
 * present folder, beside the program, where `make install` puts it, or where Debian would. */
bool place_scenario(const char *name, char path[PLACE_MAX]);

/* The file of what a person named: that file, the same with ".json" behind it, or a scenario that
 * came with the program. When there is none, `path` is what was named, and the answer false. */
bool place_find_scenario(const char *wanted, char path[PLACE_MAX]);

/* The names of those scenarios, sorted, each once, one a line. */
void place_list_scenarios(FILE *out);

/* The name among those that is nearest to a misspelt one; false when none is near. */
bool place_nearest_scenario(const char *name, char nearest[PLACE_MAX]);

/* $XDG_STATE_HOME/ringside, $XDG_CONFIG_HOME/ringside, or below the home folder. Not made yet.
 * False when there is neither. */
bool place_state(char path[PLACE_MAX]);
bool place_config(char path[PLACE_MAX]);

/* The folder, and those above it that are missing, for this person alone. */
bool place_make_folder(const char *path);

/* The whole file or, on failure (see errno), what was there before: written beside it, synced,
 * renamed. */
bool place_write_file(const char *path, const char *text, size_t size);

/* Out of the way, and kept: PATH.WORD, PATH.WORD-2 ... Writes the new name. */
bool place_move_aside(const char *path, const char *word, char aside[PLACE_MAX]);

#endif

/*
 * play_script.h: ringside play --ui-script: a script's hands at the window, without a person.
 *
 * The script is read before anything is opened, so a mistake in it leaves nothing half done.
 * Exit codes: 0 the script came to its end, 1 an expectation failed, 2 the script is wrong.
 */
#ifndef CLI_PLAY_SCRIPT_H
#define CLI_PLAY_SCRIPT_H

#include "viz/script/script.h"

/* Read the whole script; NULL after a sentence on stderr. */
struct script *play_script_read(const char *file);

/* Run it at a window of so many pixels; returns the exit code. */
int play_script_run(const struct script *script, struct app *app, int width, int height,
                    float scale);

#endif

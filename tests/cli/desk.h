/*
 * desk.h: a window without a screen, with all that the program does around it: `ringside play` as
 * a test can drive it.
 */
#ifndef TESTS_CLI_DESK_H
#define TESTS_CLI_DESK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after them */
#include <cmocka.h>

#include "cli/journal/share_line.h"
#include "cli/play/play.h"

struct desk {
    struct play_options options;
    struct play play;
    char said[700]; /* by what was opened last */
};

/* Fails the test with the loader's sentence. */
void desk_open(struct desk *desk, const char *file);
/* Only a line; false when it was not opened. */
bool desk_open_line(struct desk *desk, const char *line);
void desk_close(struct desk *desk);

/* Press the key of a command, by the command's name. */
void desk_press(struct desk *desk, const char *command);

static inline struct stage *desk_stage(const struct desk *desk)
{
    return desk->play.app->stage;
}

/* Everything that was written down in the scenario's timeline, one action a call, from 0, as a
 * saved session would have it; false behind the last. */
bool desk_written_action(const struct desk *desk, uint32_t index, struct action *action);

#endif

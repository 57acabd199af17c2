/*
 * save_session.h: the session of a window as a scenario file.
 *
 * A session is the scenario that was opened, the seed, and what was done since; the stage
 * knows the last of these.
 */
#ifndef CLI_SAVE_SESSION_H
#define CLI_SAVE_SESSION_H

#include "sim/scenario.h"
#include "sim/stage.h"

struct session {
    struct scenario *scenario;
    uint64_t seed;
};

/* For struct app_host; `self` is a struct session. `file` may exist: it is replaced at once. */
bool save_session(void *self, const struct stage *stage, const char *file, char *said, size_t size);

#endif

/*
 * save_session.h: the session of a window as a scenario file.
 *
 * A session is the scenario that was opened, the seed, and what was done since; the stage
 * knows the last of these.
 */
#ifndef CLI_SAVE_SESSION_H
#define CLI_SAVE_SESSION_H

#include "cli/play/session.h"

/* To this file, which is replaced at once if it exists, or with NULL to a new one. True and where
 * it is, or false and why there is nothing. */
bool save_session(const struct session *session, const struct stage *stage, const char *file,
                  char *said, size_t size);

#endif

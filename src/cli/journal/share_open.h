/*
 * share_open.h: from a share line to a session that stands at its moment.
 *
 * All or nothing: a line that is damaged, whose scenario is not here or has another text, or
 * whose run comes out otherwise opens nothing.
 */
#ifndef CLI_SHARE_OPEN_H
#define CLI_SHARE_OPEN_H

#include "cli/journal/share_line.h"

/* The session, at the moment that is written into *moment. `file`: a scenario that the line may be
 * about, besides those that came with the program; NULL: none. *warning is empty, or a sentence
 * about versions. NULL and one sentence in *error; whatever is open stays. */
struct session *share_open(const char *line, const char *file, struct moment *moment,
                           struct json_error *warning, struct json_error *error);

#endif

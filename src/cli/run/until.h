/*
 * until.h: running to a time, to a condition, or to the end.
 *
 * What --until of `run` and `status` takes: "2.5s", or 'n2.log_append == 3' (docs/conditions.md).
 * Where time alone can make a condition true, the instants at which it may are looked at, too.
 */
#ifndef CLI_UNTIL_H
#define CLI_UNTIL_H

#include "cli/cli.h"
#include "sim/condition/condition.h"

struct until {
    const char *words; /* as typed; NULL: the end of the run */
    vtime time;
    struct condition condition;
};

/* False after a usage error has been printed. `words` NULL: the end. */
bool until_read(struct run *run, const char *words, struct until *until);

/* One line when a time lies past the end of the run, which stands for it then. `option`: "--at". */
void until_tell_end(const char *option, vtime time, const struct scenario *scenario);

/* After world_begin. False: the condition never came true, the run went to its end. */
bool until_run(struct run *run, const struct until *until);

#endif

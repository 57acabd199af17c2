/*
 * bug.h: how a bug in Ringside stops the program.
 *
 * Three kinds of failure exist (docs/design.md), and only one ends here: a
 * rule of our own code that does not hold. A simulated fault is data that the
 * protocol handles; a user's mistake is one sentence and exit code 2.
 *
 * CHECK is always on. It prints the expression, the place in the source, and
 * the story so far (node, virtual time, step, seed, the command that gets here
 * again), then ends the process with exit code 3.
 */
#ifndef BASE_BUG_H
#define BASE_BUG_H

#include <stdint.h>

/* What a world tells about itself, so that a bug report can be replayed. The
 * world owns it and keeps it current; `command` may be NULL. */
struct bug_story {
    uint64_t seed;
    uint64_t step;
    uint64_t now; /* nanoseconds of virtual time */
    int32_t node; /* index of the node at work, or -1 */
    const char *command;
};

/* From now on a failing CHECK tells this story (NULL: none). The pointer is
 * kept, not copied. */
void bug_story_set(const struct bug_story *story);

_Noreturn void bug_stop(const char *expression, const char *file, int line, const char *why);

#define CHECK(expression) ((expression) ? (void)0 : bug_stop(#expression, __FILE__, __LINE__, 0))

/* CHECK with a sentence for the reader of the report. */
#define CHECK_WHY(expression, why)                                                                 \
    ((expression) ? (void)0 : bug_stop(#expression, __FILE__, __LINE__, (why)))

#endif

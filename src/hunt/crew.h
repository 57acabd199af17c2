/*
 * crew.h: processes that turn numbers into lines, some of which may die of it.
 *
 *     crew_give(crew, 17)  ---- 17 ---->  worker  ---- "{...}" ---->  crew_wait: item 17, a line
 *
 * A worker is a fork of this process. It takes items from a pipe, one after the other, and answers
 * each by a line. When a worker dies, the item that it was at is told with the way of its death and
 * its last words, a new worker is begun, and the items that had waited behind it are given again:
 * so an item is told exactly once, whatever becomes of its worker. One that takes longer than the
 * limit is killed, and told so.
 *
 * What an item means is the caller's. A worker ends with its parent, however that one ends; Ctrl-C
 * at a terminal, which reaches all of them, is for the parent to answer.
 *
 * Who is given what, and in what order answers come, depends on the machine. Whoever wants results
 * that do not has to put them in order (tally.h).
 */
#ifndef HUNT_CREW_H
#define HUNT_CREW_H

#include <sys/types.h>

#include "base/base.h"
#include "scenario/json_print.h"

#define CREW_MAX        256 /* workers */
#define CREW_WORDS_MAX  4096 /* bytes of last words that are kept: the last ones */

struct crew_work {
    void *host;
    /* In a new worker, before its first item; may be NULL. False: it cannot work. */
    bool (*begin)(void *host);
    void (*run)(void *host, uint64_t item, struct json_out *line);
};

enum crew_fate {
    CREW_SAID,      /* `line` */
    CREW_DIED,      /* `status` as waitpid gives it, and `words` */
    CREW_TIMED_OUT, /* it was killed; `words` */
};

struct crew_outcome {
    uint64_t item;
    enum crew_fate fate;
    int status;
    const char *line; /* good until the next crew_wait */
    size_t line_size;
    const char *words; /* what it wrote to stderr last, NUL-ended */
};

struct crew;

/* `limit_seconds` of the wall clock for an item; 0: none. NULL and a sentence on refusal. */
struct crew *crew_open(const struct crew_work *work, uint32_t jobs, double limit_seconds,
                       char *why, size_t why_size);

/* Kill what still works, and free everything. NULL is allowed. */
void crew_close(struct crew *crew);

/* Would an item given now be begun soon? */
bool crew_has_room(const struct crew *crew);
void crew_give(struct crew *crew, uint64_t item);

/* Items that were given and not told yet. */
uint64_t crew_outstanding(const struct crew *crew);

/* The next outcome; false when there is none within the time, or a signal came. */
bool crew_wait(struct crew *crew, int timeout_ms, struct crew_outcome *outcome);

#endif

/*
 * errand.h: something that takes longer than a frame, done in slices.
 *
 *     run until a condition comes true         forward, step by step
 *     the next headline                        forward, where nobody has been yet
 *     the next match of the log's filter       forward
 *     the match before                         backward, a stretch of records at a time
 *
 * Each slice is so much work that the window stays alive; the picture follows, the message line
 * tells how far it is, and Esc stops it where it is. Short ones are over before anybody sees
 * them begin: the first slice is longer and is done at once.
 *
 * An errand only moves the stage in its branch; it changes nothing of the run.
 */
#ifndef VIZ_ERRAND_H
#define VIZ_ERRAND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/base.h"

struct app;
struct goal;

enum errand_kind {
    ERRAND_NONE,
    ERRAND_GOAL,
    ERRAND_HEADLINE,
    ERRAND_MATCH_AHEAD,
    ERRAND_MATCH_BEHIND,
};

struct errand {
    uint32_t kind;      /* enum errand_kind */
    uint64_t from_step; /* where it began */
    uint64_t centre;    /* of MATCH: the record that it began at */
    vtime from_clock;
    bool was_over; /* it began at the end of the run */
    struct goal *goal; /* of GOAL */
    char words[300];   /* what is looked for */
};

/* Begin, and do the first slice. `words` say what is looked for; GOAL takes the goal over. */
void errand_begin(struct app *app, enum errand_kind kind, struct goal *goal, const char *words);

/* The next slice. */
void errand_go_on(struct app *app);

/* Stop here and say so; nothing if there is none. */
void errand_stop(struct app *app);

/* Another run: forget it. */
void errand_forget(struct app *app);

#endif

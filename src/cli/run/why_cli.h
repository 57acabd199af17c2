/*
 * why_cli.h: what the files of `ringside why` share.
 *
 *   cmd_why.c         options, the run, exit codes
 *   why_find.c        what is asked about, by name
 *   why_offer.c       what can be asked where nothing failed
 *   why_inevitable.c  the search for the step from which the failure was inevitable
 *   why_print.c       the answer as text
 *   why_json.c        the answer for programs
 */
#ifndef CLI_WHY_H
#define CLI_WHY_H

#include "cli/run/ask.h"
#include "hunt/inevitable.h"
#include "sim/stage/stage.h"
#include "sim/why/why.h"

struct why_options {
    struct ask ask; /* `until` is not asked */
    const char *check, *op, *record, *node, *key;
    const char *inevitable, *tails, *keep_faults, *json; /* flags: NULL or "" */
};

/* A run that can be gone back in. */
struct inquiry {
    struct scenario *scenario;
    uint64_t seed;
    struct world world;
    struct stage *stage;
    struct why_question question;
};

/* The first step from which every tail failed, and what happened there. */
struct why_fate {
    struct inevitable search; /* over: only what it found may be read */
    struct tape_record record;
    char sentence[WHY_TEXT_MAX]; /* empty: nothing was recorded */
};

bool why_find_question(struct inquiry *inquiry, const struct why_options *options);
/* The first check that is not as it should be, else the first that is violated, as it is meant to
 * be; false when there is none. */
bool why_find_failure(struct inquiry *inquiry);
void why_offer_questions(const struct inquiry *inquiry, const struct why_options *options);

/* False and a usage error when the question is not one about a check that fails. */
bool why_find_fate(const struct inquiry *inquiry, const struct why_options *options,
                   struct why_fate *fate);

/* `fate`: NULL when it was not asked for. */
void why_print(const struct inquiry *inquiry, const struct why *why, const struct why_fate *fate);
void why_print_json(const struct inquiry *inquiry, const struct why *why,
                    const struct why_fate *fate);

#endif

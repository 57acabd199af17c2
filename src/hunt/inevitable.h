/*
 * inevitable.h: the step from which a failure could not be avoided any more.
 *
 *     share of tails that fail the same check
 *        1 |                    .---------------
 *          |          .--.   .--'                      a tail: the run again from here, but drawn
 *          |    .-----'   '--'                         anew
 *        0 |----'
 *          0           step       ^ from here on all of them
 *
 * A tail goes on from a step of the run. What is drawn is drawn with another seed from there on;
 * and each fault that the timeline has still to order comes or stays away, by a coin (cures,
 * commands, and what clients are to do stay as they are written). So a tail is what might have
 * happened instead. From the first step on from which every tail fails the check, no luck would
 * have helped: so the failure was inevitable, as far as so many tails can tell. True inevitability
 * is never lost again: where a later step has a tail that goes well, an earlier step whose tails
 * all failed had them by chance, and the search goes on after that later step.
 *
 * A tail's seed comes from the seed, the step and its number, so the answer is a function of the
 * scenario, the seed and how many tails there are. The idea of rewinding with other seeds is
 * Antithesis's; the interval for a share is Wilson's (1927).
 *
 *     inevitable_begin(&search, &order, &why);
 *     while (inevitable_go_on(&search)) ...        a probe of some steps each
 *     inevitable_end(&search);
 */
#ifndef HUNT_INEVITABLE_H
#define HUNT_INEVITABLE_H

#include "sim/travel/travel.h"

#define INEVITABLE_TAILS      20
#define INEVITABLE_TAILS_MAX  10000
#define INEVITABLE_GRID       8 /* steps that are looked at before the search */
#define INEVITABLE_PROOF      5 /* times as many tails from the answer itself */
#define INEVITABLE_PROBES_MAX (INEVITABLE_GRID + 64)

struct inevitable_order {
    const struct scenario *scenario;
    uint64_t seed;
    uint32_t check; /* index: the one that fails */
    uint32_t tails; /* from each step that is looked at */
    bool keeps_faults; /* what the timeline orders comes in every tail */
};

struct inevitable_probe {
    uint64_t step;
    vtime time;      /* of that step */
    uint32_t failed;
    uint32_t tails; /* of so many */
};

struct inevitable {
    struct inevitable_order order;
    struct world world;
    struct travel travel;
    struct region scratch; /* for judging */
    uint8_t *left_out;     /* an entry of the timeline each; in `travel`'s book */

    /* what has been found so far */
    bool is_failing;      /* the run itself fails the check: else there is nothing to look for */
    uint64_t last_step;   /* of the run */
    vtime last_time;
    uint32_t probe_count; /* ascending by step */
    struct inevitable_probe probes[INEVITABLE_PROBES_MAX];
    uint64_t low;  /* the last step that has a tail that goes well; UINT64_MAX: none has */
    uint64_t high; /* all tails fail from here on, in the end: the answer */
    uint32_t done; /* probes, for telling how far it is */
    uint32_t expected; /* probes, about */
};

/* False and one sentence in *why when there is no memory. Runs the scenario once, which must
 * outlive the search. */
bool inevitable_begin(struct inevitable *search, const struct inevitable_order *order,
                      const char **why);
/* One more step is looked at, or an answer is put to the proof; false when there is nothing more
 * to look at. */
bool inevitable_go_on(struct inevitable *search);
void inevitable_end(struct inevitable *search);

/* The answer: how its tails, and those of the step before, came out. NULL: not looked at, since it
 * is the first step, or the end of the run. */
const struct inevitable_probe *inevitable_probe_at(const struct inevitable *search, uint64_t step);

/* Between which shares the true one lies, with a confidence of 95 %: in parts of a thousand,
 * rounded outwards. */
struct inevitable_share {
    uint32_t low, high;
};
struct inevitable_share inevitable_wilson(uint32_t failed, uint32_t tails);

/* May a tail go without it? A fault, and not a cure. */
bool inevitable_is_fault(uint32_t action);

#endif

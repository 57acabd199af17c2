/*
 * chronicle.h: a whole run, summed up while it passes.
 *
 * A stage keeps one for each branch that was looked at lately: how much happened where and when
 * (density.h), and how nodes and links stood (presence.h). It knows all that somebody has passed,
 * also what lies after the present, and it never has a gap.
 */
#ifndef SIM_CHRONICLE_H
#define SIM_CHRONICLE_H

#include "sim/trace/density.h"
#include "sim/trace/presence.h"

struct chronicle {
    struct heap heap;
    uint32_t branch;
    uint64_t used; /* when it was last turned to; 0: free */

    struct density density;
    struct presence presence;
    uint64_t told;    /* number of the last record that `presence` knows */
    vtime last_time;  /* of the last record told: up to here the run is known */
    vtime counted_to; /* all that happened before is in the counts */
};

/* Begin before the first record. `chronicle->heap` is empty. */
void chronicle_begin(struct chronicle *chronicle, uint32_t node_count, uint32_t client_count,
                     vtime duration);

/* Take the next record, in the moment in which it is made; others are passed over. */
void chronicle_take(struct chronicle *chronicle, const struct world *world,
                    const struct tape_record *record);

/* Begin as another did, up to the record `number`, which is the last one of `world` now. What
 * follows record_count has to be told again for the counts. */
void chronicle_copy(struct chronicle *chronicle, const struct chronicle *from, uint64_t number,
                    const struct world *world);

#endif

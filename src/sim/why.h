/*
 * why.h: why did this happen? From any record back to the fault or the broken rule.
 *
 * A record's own cause is only what triggered it: a timer, a message. Where that is not
 * what a person asks for, a rule leads further: a timeout's reason is the lost message of
 * its request, a lost message's reason the cut or crash in force, a suspicion's reason
 * what befell the suspected node. Causes older than the tape are looked up by going
 * back in time; the stage returns to where it was.
 */
#ifndef SIM_WHY_H
#define SIM_WHY_H

#include "sim/stage.h"

#define WHY_STEPS_MAX 32

struct why {
    uint32_t count;
    struct tape_record steps[WHY_STEPS_MAX]; /* most recent first */
};

/* What made `record` happen; false at the end of the chain. */
bool why_before(struct stage *stage, const struct tape_record *record, struct tape_record *cause);

/* The record to begin with: what last befell a node; what last wrote a key, or, when its
 * replicas differ, what kept that write from one of them. False when there is none. */
bool why_node(struct stage *stage, uint32_t node, struct tape_record *record);
bool why_key(struct stage *stage, uint64_t token, bool is_differing, struct tape_record *record);

/* The whole chain, from a record on. */
void why_chain(struct stage *stage, const struct tape_record *first, struct why *why);

#endif

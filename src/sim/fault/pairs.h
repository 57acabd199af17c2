/*
 * pairs.h: which kinds of fault were at work at the same time.
 *
 * A tester that throws fifty kinds of trouble one after the other has not tried much: what breaks
 * databases is two of them at once. This looks at the records of a run as they pass (TRACE_FAULT,
 * at each line of the timeline that belongs to a fault) and keeps a bit for each pair of kinds.
 * Pure, and without memory of its own: sets of many runs are added up with fault_pairs_add.
 *
 *     pause#1       |---------|                       pause with loss
 *     loss#4             |----------|                 loss with bit-rot
 *     bit-rot#1                  |- - - - - - - -     (it stays: with all that comes later)
 *
 * A fault that did nothing (its first action was refused: the node was down already) does not
 * count.
 */
#ifndef SIM_PAIRS_H
#define SIM_PAIRS_H

#include "sim/fault/fault_kind.h"
#include "sim/trace/trace.h"

struct fault_pairs {
    uint64_t seen;                   /* kinds that were at work at all, a bit each */
    uint64_t with[FAULT_KIND_COUNT]; /* by kind: those that were at work while it was */
};

/* While a run goes by. Starts as {0}. */
struct pairs_watch {
    struct fault_pairs pairs;
    uint32_t active[FAULT_KIND_COUNT]; /* how many of a kind are at work now */
    uint64_t begun;                    /* number of the record of one that has just begun, or 0 */
    uint32_t begun_kind;
    uint32_t unused;
};

/* Every record, in order; and after the last one. */
void pairs_take(struct pairs_watch *watch, const struct trace_record *record);
void pairs_end(struct pairs_watch *watch);

void fault_pairs_add(struct fault_pairs *sum, const struct fault_pairs *more);

/* Pairs of two different kinds, each counted once: those that were seen; all that there are. */
uint32_t fault_pairs_count(const struct fault_pairs *pairs);
uint32_t fault_pairs_possible(void);

/* Can two different kinds be at work at once? If not, why. Two changes of members, say, could not.
 * */
bool fault_pair_can_be(uint32_t one, uint32_t other, const char **why_not);

#endif

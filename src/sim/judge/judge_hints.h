/*
 * judge_hints.h: what a node keeps for others, for the judge of lost writes.
 *
 * A write that was acknowledged by stand-ins or by a hint lies with no owner of the key yet;
 * it is lost only when it lies there neither.
 */
#ifndef SIM_JUDGE_HINTS_H
#define SIM_JUDGE_HINTS_H

#include "db/store/recovery.h"
#include "sim/world/world.h"

/* Every version that lies in a hint of this node goes to the sink. Scratch memory is not freed. */
void judge_offer_hints(const struct world *world, uint32_t node, struct heap *scratch,
                       const struct recovery_sink *sink);

#endif

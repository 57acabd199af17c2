/*
 * judge_disk.h: what a node that is down would know if it came back, for the judge of lost writes.
 *
 * A value that only lies there is not lost; one that the node has forgotten in its log is, and a
 * delete that was let go is nothing that a read would meet.
 */
#ifndef SIM_JUDGE_DISK_H
#define SIM_JUDGE_DISK_H

#include "db/store/recovery.h"
#include "sim/world/world.h"

/* The version of each key of the history that this machine's disk gives goes to the sink. Scratch
 * memory is not freed. */
void judge_offer_disk(const struct world *world, const struct machine *machine,
                      struct heap *scratch, const struct recovery_sink *sink);

#endif

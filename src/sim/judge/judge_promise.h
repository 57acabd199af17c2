/*
 * judge_promise.h: what of a check was promised in this run at all.
 *
 * No database keeps an acknowledged write when every disk that had it has lost what it had told to
 * be durable, and last-writer-wins cannot order two writes by clocks that disagree by more than the
 * time between them. Faults of these kinds void a promise; they do not break it. A check that says
 * "promised_only" leaves the keys out whose promise was void in this run, and says how many and
 * why.
 *
 * For a key, let B of its owners have been betrayed by their disks (machine.betrayals), W be what
 * its acknowledged writes had waited for, R its gets, N its replicas:
 *
 *     durable         is promised while W - B >= 1: some disk that had the write has kept it
 *     linearizable    is promised while (W - B) + R > N: a read still meets a disk that has kept
 *     it;
 *                     and R + R > N: what one read saw of a write that failed, it wrote back to
 *                     where the next one looks
 *
 * When members have changed, B counts all nodes, and both need (W - B) + N/2 + 1 > N: a new owner
 * gets what a majority of the old ones has. Where the log is not synced before a write is
 * acknowledged, each node that crashed counts as betrayed. And for both: no two writes of the key,
 * the second begun after the first was acknowledged, lie closer together than the clocks of nodes
 * ever disagreed.
 */
#ifndef SIM_JUDGE_PROMISE_H
#define SIM_JUDGE_PROMISE_H

#include "base/text.h"
#include "sim/world/world.h"

/* Which keys are left out of a check of that kind: 1 for each of them, in addition to what is 1
 * already; their operations become refused ones. Returns how many more those are. */
uint32_t leave_out_unpromised(const struct world *world, struct history *history,
                              struct heap *scratch, uint8_t check_kind, uint8_t *is_left_out);

/* "keys whose promise was void are left out: 3 (the disks of n1, n2; clocks 2 s apart)" */
void tell_unpromised(const struct world *world, uint32_t count, struct text *text);

#endif

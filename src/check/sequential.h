/*
 * sequential.h: could one machine have done all this, if clocks did not count?
 *
 * Sequentially consistent: there is one order of all operations of all keys in which each client's
 * operations stand in its own order and every get returns what the latest write before it left
 * (Lamport, IEEE Transactions on Computers C-28, 1979). Linearizable without real time: a client
 * may see old values, as long as it never goes back and all agree on the order.
 *
 *     c1  put x=1 |--|
 *     c2                 get x: nothing |--|   get x: 1 |--|      sequential, not linearizable
 *
 * Unlike linearizability it is not local: keys that are right alone can be wrong together, so one
 * search covers them all. It is NP-complete even when each value is written once (Gibbons and
 * Korach, SIAM Journal on Computing 26, 1997). Two methods, in this order:
 *
 *   1. Causes (causal.h): a sequential history is causally consistent, so what is not is violated.
 *   2. A complete search: an order is built operation by operation; a get that may come next does,
 *      since that never hurts; choices are among writes only, earliest answer first; situations
 *      that were left without success are remembered.
 *
 * A write that was not answered may come at any time or never; it comes just before a get that
 * returns its value, or not at all.
 */
#ifndef CHECK_SEQUENTIAL_H
#define CHECK_SEQUENTIAL_H

#include "base/heap.h"
#include "check/history.h"
#include "check/verdict.h"

#define SEQUENTIAL_WORK_PLAN UINT64_C(1000000)

/* `work_limit` bounds the operations that the search places; past it the verdict is `unknown`.
 * `violated` names first the get that causes forbid, or the one that the longest order found waits
 * for. */
void check_sequential(const struct history *history, struct heap *scratch, uint64_t work_limit,
                      struct verdict *verdict);

#endif

/*
 * causal.h: does nobody see an effect without its cause?
 *
 * An operation comes causally before another when its client did it first, when the other one read
 * what it wrote, or through several such steps. Causally consistent with convergence: there is an
 * order of all writes that keeps causes before effects, and each get returns the latest in that
 * order among the writes that come causally before it (Perrin, Mostefaoui and Jard, PPoPP 2016).
 *
 *     c1  put x=1 |--|   put y=1 |--|
 *     c2                      get y: 1 |--|   get x: nothing |--|     the effect without its cause
 *
 * When each value is written once this is decided exactly by patterns that must not occur
 * (Bouajjani, Enea, Guerraoui and Hamza, POPL 2017):
 *
 *     cyclic causes     an operation comes causally before itself
 *     missed write      a get returns what was there before the first operation, though a write of
 *                       the key comes causally before it
 *     overwritten       a get returns the value of a write, though another write of the key comes
 *                       causally between the two
 *     no common order   "w1 before w2, for who saw both read w2": such demands make a cycle
 *
 * A write that was not answered takes part when it was read, and its client need not know of it.
 * Gets of a value that several writes left are passed over (sources.h).
 */
#ifndef CHECK_CAUSAL_H
#define CHECK_CAUSAL_H

#include "base/heap.h"
#include "check/history.h"
#include "check/verdict.h"

/* `violated` names first the get with which it became impossible. Time and memory grow with
 * operations times clients; `unknown` when that is more than CAUSAL_CELLS_MAX. */
#define CAUSAL_CELLS_MAX (UINT64_C(1) << 27)

void check_causal(const struct history *history, struct heap *scratch, struct verdict *verdict);

#endif

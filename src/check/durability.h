/*
 * durability.h: has any acknowledged write been lost?
 *
 * The oracle is given the history and, for each key, the value that a read of every
 * replica would find when all is over. It asks whether that final value may stand.
 * A final value v of a key may stand when some write of v could be the last one:
 *
 *     a write w (any outcome but unavailable) of v, such that no acknowledged
 *     write of the key was called after w had returned
 *
 *     put 1 ok  |----|                         final value 2: fine
 *     put 2 timeout   |----- - - -             final value 1: put 3 is lost
 *     put 3 ok              |----|             final value 3: fine
 *
 * An open write (timeout, pending) has not returned, so it can always be the last one: put
 * 2 may have taken effect after put 3. Of writes that overlap either may be last. A
 * delete is a write of VALUE_ABSENT. When no write of the key was acknowledged, nothing
 * can be lost, and whatever is there may stand; but a value that was there before the first
 * operation is as good as acknowledged until a write may have replaced it.
 *
 * So this is weaker than linearizability, on purpose: gets do not matter, and a value
 * that was overwritten by a concurrent write is not lost. Yet even this is promised only
 * under conditions (synced before acknowledged, W large enough for the crashes, and
 * clocks good enough for last-writer-wins): the caller decides when to ask.
 */
#ifndef CHECK_DURABILITY_H
#define CHECK_DURABILITY_H

#include "base/heap.h"
#include "check/history.h"
#include "check/verdict.h"

/* What is left of one key at the end. */
struct final_value {
    uint64_t value;   /* VALUE_ABSENT: nothing */
    uint8_t is_known; /* 0: no such read was possible (no replica was up, for example) */
};

/* `finals` has one entry for each key of the history. `violated` names the lost write first and
 * the write that the final value comes from second, if there is one; the lost one is the
 * acknowledged write that was called last. A key whose final value is not known makes the
 * verdict `unknown` if the key has acknowledged writes and no other key is violated. The text
 * says how many acknowledged writes were looked at. */
void check_durability(const struct history *history, const struct final_value *finals,
                      struct heap *scratch, struct verdict *verdict);

#endif

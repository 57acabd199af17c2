/*
 * objects.h: oracles for keys whose conflicts are not simply decided by the last writer.
 *
 * What a client saw before it wrote is part of the history: operation.seen names the get whose
 * values it knew. So it can be told whether a write replaced another one knowingly:
 *
 *     no_lost_update       an acknowledged put whose value is gone at the end, though nobody who
 *                          had seen it wrote after it, nor anybody without looking (LWW: Jepsen
 * found 30 to 70 % of acknowledged writes missing) siblings_concurrent  a get never returns two
 * values of which one was written by somebody who had seen the other; nor one value twice. That is
 * the promise of dotted version vectors: no more siblings than writes that were truly concurrent
 *     counters_exact       a counter is the sum of all acknowledged increments, plus those of some
 *                          that nobody knows the outcome of
 *     sets_complete        an acknowledged addition is there at the end, unless a removal may have
 *                          seen it; and nothing is there that nobody added
 *
 * A retry is an operation of its own: an increment that was sent twice counts twice.
 */
#ifndef CHECK_OBJECTS_H
#define CHECK_OBJECTS_H

#include "base/heap.h"
#include "check/history.h"
#include "check/verdict.h"

/* What is left of one key at the end: all replicas merged. */
struct final_object {
    const uint64_t *values; /* identities of siblings, elements, or items of a list */
    uint32_t value_count;
    bool is_merged; /* clients see the siblings merged by a function: they cannot be told apart */
    bool is_number; /* `sum` means something */
    uint8_t unused[2];
    int64_t sum;
    uint64_t whole; /* identity of the value as one; VALUE_ABSENT: nothing */
};

/* `finals` has one entry for each key of the history. */
void check_lost_update(const struct history *history, const struct final_object *finals,
                       struct heap *scratch, struct verdict *verdict);
void check_siblings(const struct history *history, struct heap *scratch, struct verdict *verdict);
void check_counters(const struct history *history, const struct final_object *finals,
                    struct heap *scratch, struct verdict *verdict);
void check_sets(const struct history *history, const struct final_object *finals,
                struct heap *scratch, struct verdict *verdict);

#endif

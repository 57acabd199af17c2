/*
 * no_invention.h: does every get return a value that somebody wrote?
 *
 * The plainest oracle, and one that no level of consistency may break: the value of a
 * get that is ok is that of some put of the same key, whatever became of that put
 * except `unavailable`, which was called before the get returned. Corrupted bytes,
 * mixed-up keys and answers to the wrong request show here first. "Nothing" is never
 * invented; whether it may be nothing is for the other oracles.
 */
#ifndef CHECK_NO_INVENTION_H
#define CHECK_NO_INVENTION_H

#include "base/heap.h"
#include "check/history.h"
#include "check/verdict.h"

/* `violated` names the first such get by its return, and the put that wrote its value too late,
 * if there is one. What is left in `scratch`, the caller drops. */
void check_no_invention(const struct history *history, struct heap *scratch,
                        struct verdict *verdict);

#endif

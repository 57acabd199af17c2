/*
 * overwritten.h: does some get return a value that had certainly been overwritten?
 *
 * The commonest violation by far, and one that can be seen in one walk along the
 * moments even if values were written more than once (where zones, see zones.h, may
 * be blind and the complete search may take long):
 *
 *     put 1 |---|      put 1 |----|                           get 1 |---|
 *                                     put 2 |---|
 *                                 ^         ^   ^                   ^
 *                            last return   call return             call
 *
 * Every write that could have given the get its value had returned before some
 * call of another value began (a write of it, or a get that found it), and that
 * one was over before the get began. This is what a regular register forbids
 * (Lamport, "On interprocess communication", 1986). No such get proves nothing.
 */
#ifndef CHECK_OVERWRITTEN_H
#define CHECK_OVERWRITTEN_H

#include "check/zones.h"

/* `object` as for zones_check. When true, the conflict names the get, the write that gave it its
 * value and returned last (CALL_NONE: it is the initial value), and the call in between, twice. */
bool overwritten_find(const struct object *object, struct heap *scratch,
                      struct zone_conflict *conflict);

#endif

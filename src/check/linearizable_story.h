/*
 * linearizable_story.h: say why a register's history is not linearizable.
 *
 * The oracle (linearizable.c) knows that it is not, and where it shows first. This
 * file finds the words: facts about who returned before whom was called, so that
 * a reader can check the contradiction against the history without any theory.
 */
#ifndef CHECK_LINEARIZABLE_STORY_H
#define CHECK_LINEARIZABLE_STORY_H

#include "check/object.h"
#include "check/say.h"
#include "check/zones.h"

/* Tell a conflict of zones. `whole` is the key's complete history, in which the conflict's calls
 * have the same numbers. */
void story_of_conflict(struct saying *saying, const struct object *whole, uint32_t key,
                       const struct zone_conflict *conflict);

/* Tell that `read`, the last return of `prefix`, cannot be placed; which the search has found. */
void story_of_search(struct saying *saying, const struct object *prefix, uint32_t key,
                     uint32_t read);

#endif

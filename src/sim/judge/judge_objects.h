/*
 * judge_objects.h: what the oracles of check/objects.h are given.
 *
 * And what the others are not: a key that holds an object has no one value that they could
 * judge.
 */
#ifndef SIM_JUDGE_OBJECTS_H
#define SIM_JUDGE_OBJECTS_H

#include "check/objects.h"
#include "sim/world/world.h"

/* From what all replicas of each key hold together, by key index. */
struct final_object *final_objects(const struct world *world, const struct version *finals,
                                   struct heap *scratch);

/* The history as oracles of plain values may see it: operations on objects are left out (refused
 * gets stand in their places, so that indexes stay what they are). Returns which keys are left
 * out, 0 or 1 each. */
uint8_t *leave_out_objects(const struct world *world, struct history *history,
                           struct heap *scratch);

#endif

/*
 * picture_parts.h: how the files that take a picture work together.
 *
 *   picture.c         nodes, keys, checks, counts
 *   picture_ring.c    tokens, what could be got of them now, cuts, sides, the walk
 *   picture_open.c    the operations that coordinators have in hand
 *   picture_flight.c  one pass over all that is still to happen: messages, timers, and how
 *                     far the replicas of the open operations are
 *   picture_load.c    what is hot lately, and how much each node has to do
 *
 * They are called in this order: the ring asks for the nodes' states, the flight fills in
 * the slots of the open operations.
 */
#ifndef SIM_PICTURE_PARTS_H
#define SIM_PICTURE_PARTS_H

#include "sim/picture/picture.h"
#include "sim/world/world.h"

void picture_take_ring(const struct world *world, struct heap *scratch, struct picture *picture);
void picture_take_open(const struct world *world, struct heap *scratch, struct picture *picture);
void picture_take_flight(const struct world *world, struct heap *scratch, struct picture *picture);
void picture_take_load(const struct world *world, struct heap *scratch, struct picture *picture);

#endif

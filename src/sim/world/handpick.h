/*
 * handpick.h: a world whose next event somebody picks, instead of the clock.
 *
 * In an asynchronous system a message may take any time, so every order of what is pending is a
 * legal run. Here the events of the queue are the choices, and time does not decide: an event that
 * is picked happens at the time that the caller says, which never goes back.
 *
 *     queue:  put -> n1   write -> n2   sync of n3      pick any of them: handpick_take
 *             crash n2, lose a message                  or do something: handpick_do
 *
 * The digests are those of parts of a world: equal when the parts are equal, in whatever order the
 * rest of the run went. They leave out how a run got there (numbers of records, of pushes and of
 * the causes), and of a message the life of its receiver, which the caller keeps.
 *
 * Used by src/hunt/explore.h. The world must have `is_handpicked` set before world_begin.
 */
#ifndef SIM_HANDPICK_H
#define SIM_HANDPICK_H

#include "sim/world/world.h"

/* Take this pending event out of the queue and handle it at `time`. */
void handpick_take(struct world *world, const struct queue_event *event, vtime time);

/* Do an action at `time`. */
void handpick_do(struct world *world, const struct action *action, vtime time);

struct digest handpick_event_digest(const struct world *world, const struct queue_event *event);
struct digest handpick_node_digest(const struct world *world, uint32_t node);
struct digest handpick_client_digest(const struct world *world, uint32_t client);

#endif

/*
 * net_touch.h: what is done to one copy of a message on its way (net_touch.c), for net_bend.c.
 *
 * A parcel is named by its index in the network's pool, which stays the same for as long as it is
 * in flight. Whoever calls these restores the cause afterwards, if there was one.
 */
#ifndef SIM_NET_TOUCH_H
#define SIM_NET_TOUCH_H

#include "sim/net/net.h"

/* Why the deed would change nothing of this copy; REASON_NONE: it would. */
enum reason net_touch_why_not(const struct world *world, const struct parcel *parcel,
                              const struct message_mark *deed);

/* Do it: hold, release, duplicate, postpone or corrupt. */
void net_touch(struct world *world, uint32_t index, const struct message_mark *deed);

/* A held one that is dropped is lost now: it would wait for its end for ever. */
void net_lose_held(struct world *world, uint32_t index);

/* It has arrived where its link is clogged: it waits. And all that wait there go on, in the
 * order in which they came. */
void net_hold_up(struct world *world, uint32_t index);
void net_unclog(struct world *world, uint32_t from, uint32_t to);

#endif

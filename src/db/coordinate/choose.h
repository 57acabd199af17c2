/*
 * coordinate/choose.h: in which order a read asks the replicas of its key.
 *
 * Asked once for each read, and again when its topology has changed. What it goes by is measured
 * in load/peers.h; choose.c tells the rules and where they come from.
 */
#ifndef DB_COORDINATE_CHOOSE_H
#define DB_COORDINATE_CHOOSE_H

#include "db/node.h"

/* Put `count` replicas, given in the order of the preference list, into the order in which the
 * configured choice prefers them. `about` is the read, which draws are keyed by. */
void choose_order(struct node *node, struct env *env, uint64_t about, uint32_t *replicas,
                  uint32_t count);

#endif

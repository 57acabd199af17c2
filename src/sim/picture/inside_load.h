/*
 * inside_load.h: what one node has to do, what it has asked of whom, and what it is asked for most.
 *
 * The part of inside.h that is about load. Counts of keys are the node's own (db/load/hot.h): never
 * too small, and at most `error` too large.
 */
#ifndef SIM_INSIDE_LOAD_H
#define SIM_INSIDE_LOAD_H

#include "base/base.h"
#include "base/heap.h"

struct world;

#define INSIDE_HOT_MAX  5
#define INSIDE_NAME_MAX 24

/* Another replica, as this coordinator has measured it. */
struct inside_peer {
    uint32_t node;
    uint32_t outstanding; /* reads asked of it and not answered */
    uint64_t latency_ns;  /* average; 0: not measured lately */
    uint64_t asked;       /* reads so far */
};

struct inside_hot {
    char name[INSIDE_NAME_MAX];
    uint64_t reads, writes;
    uint64_t error;     /* of both together */
    uint64_t share_ppm; /* that is certain, of all that the node was asked for */
};

struct inside_load {
    uint64_t reads, writes; /* that it was asked for as a replica, since its start */
    uint32_t hot_count;     /* the hottest first */
    struct inside_hot hot[INSIDE_HOT_MAX];
    uint32_t peer_count;    /* that it has ever asked; those that owe most answers first */
    struct inside_peer *peers;
};

/* `load` is as zeroed while there is no process. */
void inside_take_load(const struct world *world, uint32_t node, struct heap *scratch,
                      struct inside_load *load);

#endif

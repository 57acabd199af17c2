/*
 * detector.h: which peers count as up.
 *
 * Every node that has recovered sends a heartbeat to every other one each `heartbeat_ns`, and takes
 * a peer that it has not heard of for `suspect_after_ns` to be down. Any message
 * counts as a sign of life. The verdict is local: two nodes may disagree, and a
 * slow peer looks exactly like a dead one. It decides only whether an operation
 * is refused as unavailable and whom a read asks first; correctness never rests
 * on it (Cassandra: a local failure detector decides UnavailableException).
 *
 * Without heartbeats (heartbeat_ns = 0) every peer counts as up.
 */
#ifndef DB_DETECTOR_H
#define DB_DETECTOR_H

#include "db/env.h"
#include "db/ring/topology.h"

struct node;

struct peer {
    uint64_t heard_ns; /* monotonic clock, last sign of life */
    bool is_suspected;
};

struct detector {
    struct peer *peers; /* one per node of the ring, itself included */
    uint64_t beat_ns;   /* monotonic clock: when the next heartbeat is due */
};

/* Every peer counts as heard of at this moment; the first heartbeat is sent
 * after a random part of the interval, so that nodes do not beat in step. */
void detector_start(struct detector *detector, struct env *env);

/* A sign of life from a node. */
void detector_hear(struct detector *detector, struct env *env, uint32_t peer);

bool detector_is_up(const struct detector *detector, const struct env *env, uint32_t peer);

/* The heartbeat timer: beat if this node is ready, look for silent peers, set it again. */
void detector_on_timer(struct detector *detector, const struct topology *topology, struct env *env,
                       bool is_ready);

#endif

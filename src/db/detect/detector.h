/*
 * detector.h: which peers count as up. One question, two ways to answer it.
 *
 *   heartbeat  (heartbeat.c)  every member beats to every other; down after a fixed silence
 *   phi        (detector.c)   the same beats, or news by gossip; down when the silence has become
 *                             too unlikely for the intervals seen so far (phi.h)
 *
 * The verdict is local: two nodes may disagree, and a slow peer looks exactly like a dead one. It
 * decides only whether an operation is refused as unavailable and whom a read asks first;
 * correctness never rests on it (Cassandra: a local failure detector decides
 * UnavailableException). UP and DOWN are never gossiped.
 *
 * With heartbeats and heartbeat_ns = 0, every peer counts as up.
 */
#ifndef DB_DETECTOR_H
#define DB_DETECTOR_H

#include "db/config.h"
#include "db/detect/phi.h"
#include "db/env.h"
#include "db/ring/topology.h"

struct node;

/* The verdict about a peer; all mechanisms keep it here. */
struct peer {
    uint64_t heard_ns; /* monotonic clock, last sign of life; of whatever kind counts as one */
    bool is_suspected; /* counts as down */
};

struct detector {
    struct peer *peers;         /* one per node of the ring, itself included; NULL: all are up */
    uint64_t beat_ns;           /* heartbeats; monotonic clock: when the next one is due */
    struct phi_window *windows; /* phi: by node; else NULL */
    double phi_deviations;      /* phi, normal: where the threshold lies (phi_normal_deviations) */
};

/* Are heartbeats sent? */
bool detector_has_beats(const struct node_config *config);

/* Every peer counts as heard of at this moment; the first heartbeat is sent
 * after a random part of the interval, so that nodes do not beat in step. */
void detector_start(struct detector *detector, struct env *env);

/* A message has come from a node, of whatever kind. */
void detector_hear(struct detector *detector, struct env *env, uint32_t peer);

/* What phi counts: a heartbeat, or a later heartbeat version by gossip. */
void detector_sample(struct detector *detector, struct env *env, uint32_t peer);

/* THE question. */
bool detector_is_up(const struct detector *detector, const struct env *env, uint32_t peer);

/* Look for peers that have been silent too long. */
void detector_judge(struct detector *detector, const struct topology *topology, struct env *env);

/* The heartbeat timer: beat if this node is ready, look for silent peers, set it again. */
void detector_on_timer(struct detector *detector, const struct topology *topology, struct env *env,
                       bool is_ready);

/* For the files of this folder: begin to listen; a verdict, with its note. */
void detector_start_silences(struct detector *detector, struct env *env);
void detector_take_for_down(struct detector *detector, struct env *env, uint32_t peer);
void detector_take_for_up(struct detector *detector, struct env *env, uint32_t peer);

#endif

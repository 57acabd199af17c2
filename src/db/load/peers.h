/*
 * load/peers.h: what a coordinator has measured of the replicas that it reads from.
 *
 *     asked ------------------------> outstanding + 1
 *     answered, or given up --------> outstanding - 1, and the latency goes into the average
 *
 * The average is exponentially weighted: a new measurement counts for a quarter. A read that is
 * given up counts as if it had been answered at that moment, when that makes the replica look
 * slower: it would have taken at least so long. Whole nanoseconds, no float.
 *
 * Nobody tells a node how loaded another one is, but for C3: there an answer says how much was
 * waiting at the replica when it was sent.
 */
#ifndef DB_LOAD_PEERS_H
#define DB_LOAD_PEERS_H

#include "db/env.h"

struct peer_load {
    uint64_t latency_ns;  /* average; 0: not measured since the last reset */
    uint64_t queue_milli; /* average of what was waiting there, in thousandths */
    uint64_t asked;       /* reads so far; only for watching */
    uint32_t outstanding; /* reads asked of it and not answered */
    uint32_t unused;
};

struct load_peers {
    struct peer_load *peers; /* one per node of the ring; NULL until the first read */
    uint64_t reset_ns;       /* monotonic clock: when the measurements were last forgotten */
    uint64_t turn;           /* round robin: reads begun so far */
};

void load_asked(struct load_peers *load, struct env *env, uint32_t peer);

/* An answer after `latency_ns`; `waiting` pieces of work were waiting at the replica. */
void load_answered(struct load_peers *load, uint32_t peer, uint64_t latency_ns, uint64_t waiting);

/* No longer waited for, after so long. */
void load_given_up(struct load_peers *load, uint32_t peer, uint64_t waited_ns);

/* Forget latencies that are older than the configured span, so that a node that was slow once is
 * tried again (Cassandra: dynamic_snitch_reset_interval). */
void load_reset_if_due(struct load_peers *load, struct env *env);

/* Zeroes for a peer that nothing is known of. */
struct peer_load load_of(const struct load_peers *load, uint32_t peer);

#endif

/*
 * coordinate/speculate.h: a read that is late asks one replica more.
 *
 *   coordinator         n2 (slow)      n3
 *      |--- read --------->|            |
 *      |   p99 of all reads has passed  |
 *      |--- read ---------------------->|
 *      |<-- value ----------------------|   enough: the client is told
 *      |<-- value ---------|                too late, counts for nothing
 *
 * Dean and Barroso, "The Tail at Scale" (CACM 2013), hedged requests: sent only after the 95th
 * percentile they cost 5 % more requests and cut the tail; Cassandra: speculative_retry. One more
 * question a read, never two: in an overload they would be the last straw.
 *
 * The replica that is asked is one that was not asked yet. When there is none, a late one is asked
 * again: its message may have been lost. It still counts once (safeguard count-replicas-once).
 *
 * Writes need none of this: they go to all replicas anyway.
 */
#ifndef DB_COORDINATE_SPECULATE_H
#define DB_COORDINATE_SPECULATE_H

#include "base/histogram.h"
#include "db/env.h"

struct node;
struct pending;

struct speculation {
    struct histogram *latencies; /* of reads that were ok; NULL: none wanted */
    uint64_t after_ns;           /* of percentile: how late is late; 0: too few were measured */
    uint32_t fresh;              /* measured since after_ns was computed */
    uint32_t unused;
};

/* A read has asked its replicas: when is it late? */
void speculate_begin(struct node *node, struct env *env, struct pending *pending);

/* It is. */
void speculate_on_timer(struct node *node, struct env *env, uint64_t request);

/* A read was ok after so long. */
void speculate_measure(struct node *node, struct env *env, uint64_t latency_ns);

#endif

/*
 * load/shed.h: what a node with too much to do refuses, instead of being late with everything.
 *
 * A queue that is longer than its clients' patience does work that nobody waits for any more; with
 * retries it never comes back (Bronson et al., "Metastable Failures in Distributed Systems", HotOS
 * 2021). So the host asks before it lets a core begin with a message, and tells how long the
 * message has waited:
 *
 *     queue --> shed_reason(node, env, event) --> NONE: the full service time, node_step
 *                                            \-> a reason: hardly any time, node_step, which
 *                                                answers `overloaded`: nothing was done
 *
 * Only what begins an operation is refused: a request of a client. What is under way already
 * (messages of replicas, answers, heartbeats) is finished, or the work in it would be lost. A
 * replica drops without an answer what its coordinator has stopped waiting for (Cassandra: dropped
 * mutations).
 *
 * `codel` is the controlled delay of Facebook's servers (Maurer, "Fail at Scale", ACM Queue 2015),
 * after CoDel (RFC 8289): a short queue that is never empty is bad, a long one that empties is not.
 * A request is refused that has waited for the target while all requests of the last interval have;
 * else only one that has waited for the whole interval.
 */
#ifndef DB_LOAD_SHED_H
#define DB_LOAD_SHED_H

#include "db/env.h"
#include "db/note.h"

struct node;
struct message;

struct admission {
    uint64_t calm_ns;     /* monotonic clock: when a request last came that had not waited long */
    uint64_t limit_milli; /* operations in hand that are allowed now, in thousandths; adaptive */
    uint64_t shed;        /* requests refused so far; only for watching */
    uint64_t shed_ns;     /* monotonic clock: when the last of them was; only for watching */
};

void shed_begin(struct node *node, struct env *env);

/* Should this message be refused? REASON_NONE: no. Changes nothing. */
enum reason shed_reason(const struct node *node, struct env *env, const struct event *event);

/* A request is about to be handled that had waited for so long. */
void shed_observe(struct node *node, struct env *env, uint64_t waited_ns);

/* Refuse it. False when it is to be handled all the same (safeguard refuse-is-final). */
bool shed_refuse(struct node *node, struct env *env, const struct event *event,
                 const struct message *message);

/* Operations that this coordinator has in hand and whose client waits; how many may be. */
uint32_t shed_in_flight(const struct node *node);
uint32_t shed_in_flight_limit(const struct node *node, const struct env *env);

/* An operation has ended in time, or not: the limit follows (AIMD). */
void shed_adapt(struct node *node, struct env *env, bool is_in_time);

#endif

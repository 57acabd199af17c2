/*
 * about.h: identities, the same in every run that contains the same thing.
 *
 * An identity says what a message, a timer, a sync or a trace record concerns.
 * It is 64 bits, and the top four say of which class it is:
 *
 *   request    | 1 | client 28 | operation 24 | attempt 8 |   "c1#12" (try 2: "c1#12~2")
 *   heartbeat  | 2 | node 12   | round 48 |
 *   log        | 3 | node 12   | sequence 48 |
 *   checkpoint | 4 | node 12   | number 48 |
 *   recovery   | 5 | node 12   | step 48 |
 *   action     | 6 | 0 12      | what 48 |                    (the host's own doings)
 *   topology   | 7 | node 12   | number 48 |                  (agreeing on members)
 *   stream     | 8 | node 12   | number 48 |                  (data for a new owner)
 *   repair     | 9 | node 12   | number 48 |                  (comparing replicas)
 *   hint       |10 | node 12   | number 48 |                  (writes kept for others)
 *   gossip     | 10 | node 12   | round 48 |                   (who began it)
 *
 * `client` is a hash of the client's name and `operation` counts that client's
 * own operations, so nothing here shifts when another client goes away.
 */
#ifndef DB_ABOUT_H
#define DB_ABOUT_H

#include "base/base.h"

enum about_class {
    ABOUT_NONE,
    ABOUT_REQUEST,
    ABOUT_HEARTBEAT,
    ABOUT_LOG,
    ABOUT_CHECKPOINT,
    ABOUT_RECOVERY,
    ABOUT_ACTION,
    ABOUT_TOPOLOGY,
    ABOUT_STREAM,
    ABOUT_REPAIR,
    ABOUT_HINT,
    ABOUT_GOSSIP,
};

#define ABOUT_CLIENT_BITS    28
#define ABOUT_OPERATION_BITS 24
#define ABOUT_ATTEMPT_BITS   8

static inline enum about_class about_class(uint64_t about)
{
    return (enum about_class)(about >> 60);
}

static inline uint64_t about_request(uint64_t client, uint64_t operation, uint64_t attempt)
{
    return (uint64_t)ABOUT_REQUEST << 60 |
           (client & ((UINT64_C(1) << ABOUT_CLIENT_BITS) - 1)) << 32 |
           (operation & ((UINT64_C(1) << ABOUT_OPERATION_BITS) - 1)) << 8 | (attempt & 0xff);
}

static inline uint64_t about_request_client(uint64_t about)
{
    return (about >> 32) & ((UINT64_C(1) << ABOUT_CLIENT_BITS) - 1);
}

static inline uint64_t about_request_operation(uint64_t about)
{
    return (about >> 8) & ((UINT64_C(1) << ABOUT_OPERATION_BITS) - 1);
}

static inline uint64_t about_request_attempt(uint64_t about)
{
    return about & 0xff;
}

/* Identities of a node's own doings: the n-th of their kind. */
static inline uint64_t about_node(enum about_class kind, uint32_t node, uint64_t number)
{
    return (uint64_t)kind << 60 | (uint64_t)(node & 0xfff) << 48 |
           (number & ((UINT64_C(1) << 48) - 1));
}

static inline uint32_t about_node_index(uint64_t about)
{
    return (uint32_t)(about >> 48) & 0xfff;
}

static inline uint64_t about_node_number(uint64_t about)
{
    return about & ((UINT64_C(1) << 48) - 1);
}

#endif

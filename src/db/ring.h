/*
 * ring.h: consistent hashing with virtual nodes.
 *
 * Keys and nodes are placed on one circle of 2^64 positions. Every node owns
 * `vnodes` tokens (positions); a key belongs to the first token at or after its
 * own, going clockwise and round the end:
 *
 *              token 12 (n3)
 *            .-'''-.                    key at 15: the walk meets n1, n1, n3, n2
 *   90 (n2) :       : 20 (n1)           preference list for N = 3: n1, n3, n2
 *            `-...-'                    (the second n1 is skipped)
 *              60 (n3), 40 (n1)
 *
 * A range is (previous token, token]. The preference list of a key is the first
 * N *distinct* nodes met on the walk (Dynamo, section 4.3); a ring that did not
 * skip would put two replicas on one machine.
 *
 * The ring is a pure function of (ring_seed, nodes, vnodes): every node computes
 * the same one. Positions are MurmurHash3 x64, as in Cassandra.
 */
#ifndef DB_RING_H
#define DB_RING_H

#include "base/base.h"
#include "db/config.h"
#include "db/env.h"

struct ring_token {
    uint64_t token;
    uint32_t node;
    uint32_t vnode; /* which of the node's tokens, from 0 */
};

struct ring {
    struct ring_token *tokens; /* ascending by (token, node, vnode) */
    uint32_t token_count;
    uint32_t node_count;
};

/* Position of a key. */
uint64_t ring_key_token(struct bytes key);

/* Position of a node's vnode-th token. */
uint64_t ring_node_token(uint64_t ring_seed, uint32_t node, uint32_t vnode);

/* Fill `tokens` (nodes * vnodes of them, caller's memory, kept by the ring). */
void ring_build(struct ring *ring, const struct node_config *config, struct ring_token *tokens);

/* The preference list of a key: up to `count` nodes in the order of the walk,
 * distinct when `is_distinct` (safeguard distinct-replicas). Returns how many
 * were written; fewer only when the ring has fewer nodes. */
uint32_t ring_preference_list(const struct ring *ring, uint64_t key_token, uint32_t count,
                              bool is_distinct, uint32_t *nodes);

/* Index of the token that owns a position: the first at or after it, else 0. */
uint32_t ring_owner_index(const struct ring *ring, uint64_t token);

#endif

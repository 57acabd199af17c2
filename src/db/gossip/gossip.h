/*
 * gossip.h: who is there and how they are, passed on from mouth to mouth.
 *
 * Each second every node picks a live one at random and they compare what they know
 * (Cassandra, Gossiper.java; anti-entropy of Demers et al. 1987):
 *
 *     beginner                              partner
 *        |--- syn: digests ----------------->|   "of n4 I have life 2, version 117"
 *        |<-- ack: wanted, newer states -----|   "of n4 I want news; here is news of n7"
 *        |--- ack2: what was wanted -------->|
 *
 * and now and then also one that counts as down, in case it is not, and a seed, so that two
 * halves that do not know of each other find each other again. A node tells of itself a few
 * states (gossip_wire.h), each with a version from one counter that only grows; a heartbeat
 * that grows each round; and a generation, which is higher in each life. Of two sayings
 * about a node the one with the higher generation, then version, is the later one.
 *
 * Whether a node is up is not gossip: everybody judges by what it hears (detect/detector.h). Nor
 * is who is a member, which is decided by votes; gossip only says who goes by which version of
 * the topology, and who finds a later one asks for it (member/membership.h).
 *
 * A message has at most `message_bytes` of digests and states. When not all fit, they are: the
 * node itself, then rumours (whose states changed in the last rounds), then a stretch of the
 * rest that begins at random: so a rumour spreads in O(log n) rounds however many nodes there
 * are, and all else is compared every few rounds.
 *
 * Safeguards: quarantine (a node that was removed is not believed in for a while), and
 * generation-check (an absurd generation is not believed, or the true ones never would be).
 *
 * gossip.c   the table, the own states, the round, whom to talk to
 * exchange.c the three messages
 */
#ifndef DB_GOSSIP_H
#define DB_GOSSIP_H

#include "db/env.h"
#include "db/gossip/gossip_wire.h"

struct node;

/* Of each node, what digests are made of: dense, since every message looks at all of them. */
struct gossip_head {
    uint64_t generation; /* 0: nothing is known */
    uint32_t heartbeat;  /* version */
    uint32_t newest;     /* highest version of its states */
};

struct gossip_told {
    uint32_t versions[GOSSIP_STATE_COUNT];
    uint32_t learned_from; /* only for watching: who brought the last state; itself at first */
    uint64_t values[GOSSIP_STATE_COUNT];
};

/* A node whose states changed lately. */
struct gossip_rumour {
    uint32_t node;
    uint32_t round; /* in which it was learned, of this node's rounds */
};

#define GOSSIP_RUMOURS_MAX 64u

struct gossip {
    struct gossip_head *heads; /* by node */
    struct gossip_told *told;  /* by node */
    uint64_t *quarantined_ns;  /* by node, monotonic clock: until when; 0: never was */
    uint8_t *digests;          /* room for what is being sent: message_bytes each */
    uint8_t *deltas;
    uint64_t due_ns; /* monotonic clock: when the next round is due */
    uint64_t newest_topology; /* highest version that anybody goes by */
    uint32_t newest_holder;   /* ... and who does */
    uint32_t version;         /* own: the counter */
    uint32_t rounds;          /* so far */
    uint32_t is_running;
    uint32_t rumour_count;    /* so far; the last GOSSIP_RUMOURS_MAX are kept, in a ring */
    uint32_t asked_round;     /* of `rounds`: when a topology was asked for last */
    uint32_t live;            /* only for watching, as of the last round: known and up */
    uint32_t unreachable;     /* known and down */
    struct gossip_rumour rumours[GOSSIP_RUMOURS_MAX];
};

/* This life has been counted: begin. */
void gossip_start(struct node *node, struct env *env);

/* A round is due. */
void gossip_on_timer(struct node *node, struct env *env);

/* A topology was learned: forget who has left. */
void gossip_on_topology(struct node *node, struct env *env);

/* Highest version of what is known. */
static inline uint32_t gossip_version(const struct gossip_head *head)
{
    return MAX(head->heartbeat, head->newest);
}

/* Does this node know of another one, so that it may talk to it? */
bool gossip_is_known(const struct node *node, const struct env *env, uint32_t peer);

/* For exchange.c */
bool gossip_is_quarantined(const struct node *node, struct env *env, uint32_t peer);
void gossip_add_rumour(struct gossip *gossip, uint32_t peer);
void gossip_send_syn(struct node *node, struct env *env, uint32_t to, uint64_t round);

#endif

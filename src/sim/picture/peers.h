/*
 * peers.h: what a node thinks of each other one, as plain data: its detector, opened.
 *
 * Whatever the detector is, an opinion has a state, and a way to the verdict that can be drawn as
 * an arc: none of it is behind a peer that was just heard of, all of it one that counts as down.
 *
 *     heartbeat   silence / suspect_after
 *     phi         phi / threshold
 *     swim        nothing while it is alive; of a suspicion, the part of its time that is over
 *
 * A suspected peer of SWIM still counts as up, and may refute; phi and heartbeats know no such
 * state. Spans are on the node's own clock. Looking changes nothing.
 */
#ifndef SIM_PEERS_H
#define SIM_PEERS_H

#include "base/base.h"

struct world;

/* PEER_STATE(IDENTIFIER, "word") */
#define PEER_STATES(PEER_STATE)                                                                    \
    PEER_STATE(STRANGER, "no member") /* a spare: nobody listens for it */                         \
    PEER_STATE(UP, "up")                                                                           \
    PEER_STATE(SUSPECTED, "suspected") /* SWIM: it may refute until its time is over */            \
    PEER_STATE(DOWN, "down")           /* what `n1.suspects("n2")` says */                         \
    PEER_STATE(LEFT, "left")           /* gone for good, by the topology that the node goes by */

enum peer_state {
#define PEER_STATE(identifier, word) PEER_##identifier,
    PEER_STATES(PEER_STATE)
#undef PEER_STATE
    PEER_STATE_COUNT,
};

extern const char *const peer_state_words[PEER_STATE_COUNT];

#define PEER_ALL UINT32_C(1000000) /* all of the way to the verdict */

struct picture_peer {
    vtime silence;         /* since its last sign of life; 0 of the node itself */
    bool is_suspected;     /* it counts as down */
    uint8_t state;         /* enum peer_state */
    uint32_t part_ppm;     /* of the way to the verdict: PEER_ALL is there */
    vtime limit;           /* heartbeat, phi: a longer silence is above the threshold; 0: none */
    uint64_t phi_milli;    /* phi */
    vtime left, whole;     /* swim, suspected: until it is dead, of so much */
    uint32_t confirmations, expected; /* swim, suspected: Lifeguard */
    uint64_t incarnation;  /* swim: the counter of its life */
    uint64_t generation;   /* of its life, by gossip or swim; 0: nothing is known */
    uint64_t version;      /* highest by gossip; 0: no gossip */
};

/* Of the node itself. */
struct picture_listener {
    const char *detector;     /* "phi" */
    bool is_swim, is_phi, has_gossip, has_health;
    uint32_t threshold_milli; /* phi */
    uint32_t health, health_max; /* Lifeguard: score, and the highest one there is */
};

/* `peers` has room for every node. `at` is the present or a moment before the next event. False
 * when the node runs no detector or is not running itself. */
bool picture_peers(const struct world *world, uint32_t node, vtime at, struct picture_peer *peers);
bool picture_listener(const struct world *world, uint32_t node, struct picture_listener *listener);

/* What is thought of one peer, alone. */
bool picture_peer(const struct world *world, uint32_t node, uint32_t peer, vtime at,
                  struct picture_peer *opinion);

#endif

/*
 * swim.h: SWIM (Das, Gupta, Motivala 2002) with memberlist's constants and Lifeguard.
 *
 * Each period a node pings one other; when that is silent, k helpers ping it on its behalf:
 *
 *     n1                     n2 ... helpers             n3
 *      |--- ping ------------------------------------->|
 *      |    (no ack within probe_timeout)              |
 *      |--- ping_req (n3) -->|--- ping --------------->|
 *      |<-- ack -------------|<-- ack -----------------|   or a nack (Lifeguard):
 *      |                                                   "I live, it answers me neither"
 *      |    (no ack until the period ends: n3 is suspected)
 *
 * What is learned of members travels with these messages, `retransmit * ceil(log10(n + 1))` times
 * from each node, and besides to gossip_nodes others each gossip_ns (memberlist). A suspected node
 * still counts as up. It is told, and refutes with a higher incarnation; if it does not within
 * the timeout (lifeguard.h), it is dead.
 *
 * An incarnation is the number of the node's life, then a counter: a new life is later than all
 * of an earlier one. Which of two sayings wins is swim_overrides.
 *
 *   swim.c          periods, and the messages
 *   swim_members.c  who is alive, suspected, dead; what is passed on
 */
#ifndef DB_SWIM_H
#define DB_SWIM_H

#include "db/config.h"
#include "db/env.h"

struct node;

enum swim_state { SWIM_ALIVE, SWIM_SUSPECT, SWIM_DEAD, SWIM_STATE_COUNT };

#define SWIM_LIFE_SHIFT    20
#define SWIM_CONFIRM_MAX   8
#define SWIM_RELAYS_MAX    32u
#define SWIM_UPDATES_BYTES 1200u /* in one message: what fits into one packet */

/* A saying about a member; on the wire four varints. */
struct swim_update {
    uint64_t incarnation;
    uint32_t node;
    uint32_t state; /* enum swim_state */
    uint32_t from;  /* who says so first: of a suspicion, the accuser */
    uint32_t unused;
};

struct swim_member {
    uint64_t incarnation;
    uint64_t deadline_ns;  /* SUSPECT, monotonic clock: when it is dead */
    uint64_t suspected_ns; /* SUSPECT: when that began */
    timer_handle timer;
    uint8_t state;         /* enum swim_state */
    uint8_t confirmations; /* SUSPECT: of others than the first accuser */
    uint8_t expected;      /* k, of these */
    uint8_t is_queued;     /* its update is being passed on */
    uint32_t sent;         /* so often */
    uint16_t accusers[SWIM_CONFIRM_MAX + 1];
    uint16_t unused[3];
};

/* A ping for somebody else, until its ack comes or a nack is due. */
struct swim_relay {
    uint64_t round; /* of the origin */
    uint32_t origin;
    uint32_t target;
    uint32_t is_open;
    uint32_t number; /* of the relay */
};

struct swim {
    struct swim_member *members; /* by node */
    uint16_t *order;             /* round robin: whom to ping, in this pass */
    uint32_t order_count;
    uint32_t position;
    uint64_t passes;
    uint64_t due_ns;      /* monotonic clock: next period */
    uint64_t round;       /* of the probe under way */
    uint64_t spread_due_ns;
    uint64_t sync_due_ns;
    uint32_t target;      /* whom it probes; itself: nobody */
    uint32_t is_answered;
    uint32_t nacks_due, nacks;
    uint32_t health;      /* Lifeguard: score */
    uint32_t relay_count; /* so far */
    uint32_t is_running;
    uint32_t updates_size; /* of what was put last into `updates` */
    struct swim_relay relays[SWIM_RELAYS_MAX];
    uint8_t updates[SWIM_UPDATES_BYTES];
};

/* THE precedence. Does (state, incarnation) override what is held? With is_death_final as in
 * the paper: no incarnation of the same life overrides a death. Else as in memberlist. */
bool swim_overrides(uint32_t state, uint64_t incarnation, uint32_t held_state,
                    uint64_t held_incarnation, bool is_death_final);

/* This life has been counted: begin. */
void swim_start(struct node *node, struct env *env);
void swim_on_probe_timer(struct node *node, struct env *env, uint64_t token);
void swim_on_spread_timer(struct node *node, struct env *env, uint64_t token);
void swim_on_suspicion_timer(struct node *node, struct env *env, uint64_t peer);

/* Whom to ping in this period; the node itself when there is nobody. */
uint32_t swim_choose_target(struct node *node, struct env *env, uint64_t round);

/* swim_members.c */
bool swim_is_member(const struct node *node, const struct env *env, uint32_t peer);
uint32_t swim_count(const struct node *node, const struct env *env);
void swim_take(struct node *node, struct env *env, const struct swim_update *update);
void swim_take_all(struct node *node, struct env *env, struct bytes updates);
void swim_pass_on(struct node *node, uint32_t peer);
void swim_move_health(struct node *node, struct env *env, int32_t by);
/* Fill swim->updates: first about `first` (if it is not held for alive), then what is queued. */
struct bytes swim_pick_updates(struct node *node, struct env *env, uint32_t first);
uint8_t *swim_put_update(uint8_t *to, const struct swim_update *update);
bool swim_get_update(const uint8_t **from, const uint8_t *end, uint32_t nodes,
                     struct swim_update *update);
bool swim_are_updates(struct bytes bytes, uint32_t nodes);
struct swim_update swim_saying(const struct swim *swim, uint32_t peer);

#endif

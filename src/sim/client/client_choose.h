/*
 * client_choose.h: whom a client asks, and when it asks again.
 *
 *   operation --> which nodes may coordinate it: all members, or the key's replicas
 *             --> which one: drawn, in turn, or by what this client has seen of them
 *   attempt failed --> is a retry left? is the budget not spent? --> a pause --> another node
 *
 * What a client knows of a node is what its own operations tell it: how many are outstanding there,
 * and how long the others took. No client sees another one's, as no driver does.
 *
 * The average latency is sensitive to peaks and forgets (Finagle's peak EWMA): what is slower
 * counts at once, what is faster for a quarter; and an average that is not measured anew halves in
 * each half life. So a node that was slow is tried again after a while, with one operation, not
 * with all.
 *
 * The budget (Finagle's RetryBudget): each first attempt adds a share of a retry, time adds a few
 * more, at most ten are saved up, and a retry takes one. In a short failure everyone may retry; in
 * a long one the load is at most that share above what was asked for, and no storm.
 */
#ifndef SIM_CLIENT_CHOOSE_H
#define SIM_CLIENT_CHOOSE_H

#include "base/base.h"
#include "db/ring/placement.h"

struct world;

/* What one client has seen of one node. */
struct client_view {
    uint64_t latency_ns; /* peak-sensitive average; 0: not measured */
    uint64_t measured_at;
    uint32_t outstanding;
    uint32_t unused;
};

#define RETRY_TOKEN     UINT64_C(1000000000) /* of a budget: one retry */
#define RETRY_SAVED_MAX (10 * RETRY_TOKEN)

/* What the choice is about. */
struct coordinator_question {
    uint32_t client;
    uint32_t avoid; /* who failed just now, or ANY_NODE */
    uint64_t number; /* of the operation */
    uint64_t bits;   /* drawn for this operation, the same in each attempt */
    uint8_t attempt;
    struct bytes key;
};

uint32_t client_choose(struct world *world, const struct coordinator_question *question);

/* An attempt goes to a node; it has ended after so long (with a timeout: at least so long). */
void client_saw_asked(struct world *world, uint32_t client, uint32_t node);
void client_saw_answer(struct world *world, uint32_t client, uint32_t node, uint64_t latency_ns);

/* A first attempt begins: it adds to the budget. */
void client_deposit(struct world *world, uint32_t client);

/* May the client try again? Then the budget is less by one. */
bool client_withdraw(struct world *world, uint32_t client);

/* How long it pauses before that attempt (from 1). */
uint64_t client_backoff(struct world *world, uint32_t client, uint64_t number, uint8_t attempt);

#endif

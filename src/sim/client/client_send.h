/*
 * client_send.h: an attempt of a client as a message.
 *
 * client.c decides what is asked, of whom and when; what goes over the network is made here, with
 * what the client remembers of the key.
 */
#ifndef SIM_CLIENT_SEND_H
#define SIM_CLIENT_SEND_H

#include "sim/client/client.h"

/* An attempt, ready to be sent. */
struct attempt {
    uint32_t client;
    uint32_t plan; /* index, or PLAN_NONE for a loop's operation */
    uint32_t role; /* enum flight_role */
    uint64_t number;
    uint8_t attempt;
    uint8_t kind;
    uint8_t level;
    uint8_t explicit_count;
    bool is_sloppy;
    bool is_blind; /* brings no context along */
    uint32_t avoid; /* the coordinator of the attempt before, or ANY_NODE */
    uint32_t coordinator;
    vtime timeout_ns;
    struct bytes key;
    struct bytes name;
    struct bytes value;
    int64_t amount;
    uint64_t request;
};

void client_send(struct world *world, const struct attempt *attempt);

#endif

/*
 * client_known.h: what a client remembers of the keys that it has read.
 *
 * A get of an object brings a causal context, which the client keeps with the values and brings
 * along with its next write of that key, without looking into it (db/conflict/context.h). Beside
 * it the newest timestamp that it has been told, for hybrid logical clocks.
 */
#ifndef SIM_CLIENT_KNOWN_H
#define SIM_CLIENT_KNOWN_H

#include "db/message.h"
#include "sim/client/client.h"

#define VERSION_TEXT_MAX 4096 /* of the text that an identity is made of */

/* Own copies; the newest get of that client and key. */
struct known_key {
    uint32_t operation; /* 1 + index of that get in the history */
    uint32_t shape;     /* enum version_kind */
    struct bytes value; /* as the answer had it */
    struct bytes context;
};

/* What `client` knows of a key, or NULL. */
struct known_key *client_known(const struct world *world, uint32_t client, struct bytes key);

/* A get was answered: keep it, and fill in what the operation returned. */
void client_learn(struct world *world, uint32_t history_index,
                  const struct message_client_reply *reply);

/* A block of the world's heap: the list that was read, and `item`. */
struct bytes client_append_item(struct world *world, uint32_t client, struct bytes key,
                                struct bytes item);

/* A value that consists of others gets a name for sentences. */
void client_name_value(struct world *world, uint64_t identity, struct bytes text);

/* The identity under which a version appears in a history, and in conditions: that of its text. */
uint64_t object_identity(const struct text *text, uint64_t count);

#endif

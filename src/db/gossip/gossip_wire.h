/*
 * gossip_wire.h: digests and states as bytes, in gossip messages.
 *
 * All numbers are varints (db/varint.h); items follow each other to the end of the field.
 *
 *   digest   node | generation | version              "of node I have this"
 *   delta    node | generation | heartbeat | mask | for each bit of mask: version, value
 *
 * The version of a digest is the highest of all that is known of that life of the node:
 * its heartbeat's and its states'. A delta holds a node's states above a version, all of them
 * or none: were some left out, the receiver's version would hide for ever that it lacks them.
 */
#ifndef DB_GOSSIP_WIRE_H
#define DB_GOSSIP_WIRE_H

#include "base/base.h"
#include "db/varint.h"

/* What a node tells of itself. GOSSIP_STATE(IDENTIFIER, "name", "meaning") */
#define GOSSIP_STATES(GOSSIP_STATE)                                                                \
    GOSSIP_STATE(STATUS, "status", "of a member: enum member_state, as it sees itself")            \
    GOSSIP_STATE(TOPOLOGY, "topology", "version that it goes by; the tokens follow from it")       \
    GOSSIP_STATE(ROWS, "rows", "that it keeps")                                                    \
    GOSSIP_STATE(BYTES, "bytes", "of these rows: keys and values")                                 \
    GOSSIP_STATE(SCHEMA, "schema", "hash of how keys are placed")

enum gossip_state {
#define GOSSIP_STATE(identifier, name, meaning) GOSSIP_##identifier,
    GOSSIP_STATES(GOSSIP_STATE)
#undef GOSSIP_STATE
    GOSSIP_STATE_COUNT,
};

struct gossip_digest {
    uint64_t generation;
    uint64_t version;
    uint32_t node;
    uint32_t unused;
};

struct gossip_delta {
    uint64_t generation;
    uint32_t node;
    uint32_t heartbeat; /* version */
    uint32_t mask;      /* states that follow */
    uint32_t versions[GOSSIP_STATE_COUNT];
    uint64_t values[GOSSIP_STATE_COUNT];
};

#define GOSSIP_DIGEST_BYTES_MAX (3 * VARINT_BYTES_MAX)
#define GOSSIP_DELTA_BYTES_MAX  ((4 + 2 * GOSSIP_STATE_COUNT) * VARINT_BYTES_MAX)

/* Write one; what lies behind it is returned. Room for the largest must be there. */
uint8_t *gossip_put_digest(uint8_t *to, const struct gossip_digest *digest);
uint8_t *gossip_put_delta(uint8_t *to, const struct gossip_delta *delta);

/* Read one at *from and move behind it. False when it is cut, or about none of `nodes`. */
bool gossip_get_digest(const uint8_t **from, const uint8_t *end, uint32_t nodes,
                       struct gossip_digest *digest);
bool gossip_get_delta(const uint8_t **from, const uint8_t *end, uint32_t nodes,
                      struct gossip_delta *delta);

/* Is this whole field made of such items? A message that is not is refused as a whole. */
bool gossip_are_digests(struct bytes bytes, uint32_t nodes);
bool gossip_are_deltas(struct bytes bytes, uint32_t nodes);

#endif

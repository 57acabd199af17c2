/*
 * gossip_wire.c: digests and states as bytes. The layout is in gossip_wire.h.
 */
#include "db/gossip/gossip_wire.h"

uint8_t *gossip_put_digest(uint8_t *to, const struct gossip_digest *digest)
{
    to = put_varint(to, digest->node);
    to = put_varint(to, digest->generation);
    return put_varint(to, digest->version);
}

uint8_t *gossip_put_delta(uint8_t *to, const struct gossip_delta *delta)
{
    to = put_varint(to, delta->node);
    to = put_varint(to, delta->generation);
    to = put_varint(to, delta->heartbeat);
    to = put_varint(to, delta->mask);
    for (uint32_t state = 0; state < GOSSIP_STATE_COUNT; state++)
        if (delta->mask & 1u << state) {
            to = put_varint(to, delta->versions[state]);
            to = put_varint(to, delta->values[state]);
        }
    return to;
}

/* Nodes and versions are 32-bit numbers. */
static bool get_small(const uint8_t **from, const uint8_t *end, uint64_t limit, uint32_t *number)
{
    uint64_t wide;
    if (!get_varint(from, end, &wide) || wide >= limit)
        return false;
    *number = (uint32_t)wide;
    return true;
}

bool gossip_get_digest(const uint8_t **from, const uint8_t *end, uint32_t nodes,
                       struct gossip_digest *digest)
{
    digest->unused = 0;
    return get_small(from, end, nodes, &digest->node) &&
           get_varint(from, end, &digest->generation) &&
           get_varint(from, end, &digest->version) && digest->version <= UINT32_MAX;
}

bool gossip_get_delta(const uint8_t **from, const uint8_t *end, uint32_t nodes,
                      struct gossip_delta *delta)
{
    const uint64_t versions = UINT64_C(1) << 32;
    if (!get_small(from, end, nodes, &delta->node) ||
        !get_varint(from, end, &delta->generation) ||
        !get_small(from, end, versions, &delta->heartbeat) ||
        !get_small(from, end, 1u << GOSSIP_STATE_COUNT, &delta->mask))
        return false;
    for (uint32_t state = 0; state < GOSSIP_STATE_COUNT; state++)
        if ((delta->mask & 1u << state) &&
            (!get_small(from, end, versions, &delta->versions[state]) ||
             !get_varint(from, end, &delta->values[state])))
            return false;
    return true;
}

bool gossip_are_digests(struct bytes bytes, uint32_t nodes)
{
    const uint8_t *at = bytes.data, *end = bytes.data + bytes.size;
    struct gossip_digest digest;
    while (at < end)
        if (!gossip_get_digest(&at, end, nodes, &digest))
            return false;
    return true;
}

bool gossip_are_deltas(struct bytes bytes, uint32_t nodes)
{
    const uint8_t *at = bytes.data, *end = bytes.data + bytes.size;
    struct gossip_delta delta;
    while (at < end)
        if (!gossip_get_delta(&at, end, nodes, &delta))
            return false;
    return true;
}

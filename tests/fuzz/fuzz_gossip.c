/*
 * fuzz_gossip.c: any bytes as the digests and states of a gossip message (libFuzzer).
 *
 * Beyond reading nothing outside the bytes: what is accepted is written again to the same bytes,
 * since one set of values has one encoding.
 */
#include <string.h>

#include "db/gossip/gossip_wire.h"

#define NODES 1000u

/* A trap and not CHECK: libFuzzer must see a crash, to keep the input. */
#define REQUIRE(expression) ((expression) ? (void)0 : __builtin_trap())

static void read_digests(struct bytes bytes)
{
    const uint8_t *at = bytes.data, *end = bytes.data + bytes.size;
    uint8_t again[GOSSIP_DIGEST_BYTES_MAX];
    struct gossip_digest digest;
    while (at < end) {
        const uint8_t *start = at;
        REQUIRE(gossip_get_digest(&at, end, NODES, &digest) && digest.node < NODES);
        size_t size = (size_t)(gossip_put_digest(again, &digest) - again);
        REQUIRE(size == (size_t)(at - start) && memcmp(again, start, size) == 0);
    }
}

static void read_deltas(struct bytes bytes)
{
    const uint8_t *at = bytes.data, *end = bytes.data + bytes.size;
    uint8_t again[GOSSIP_DELTA_BYTES_MAX];
    struct gossip_delta delta;
    while (at < end) {
        const uint8_t *start = at;
        REQUIRE(gossip_get_delta(&at, end, NODES, &delta) && delta.node < NODES);
        size_t size = (size_t)(gossip_put_delta(again, &delta) - again);
        REQUIRE(size == (size_t)(at - start) && memcmp(again, start, size) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes bytes = {data, size};
    if (gossip_are_digests(bytes, NODES))
        read_digests(bytes);
    if (gossip_are_deltas(bytes, NODES))
        read_deltas(bytes);
    return 0;
}

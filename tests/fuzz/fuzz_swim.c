/*
 * fuzz_swim.c: any bytes as the rumours that a SWIM message carries along (libFuzzer).
 *
 * The first byte says how many nodes there are. Beyond reading nothing outside the bytes: what is
 * accepted is about nodes that there are, and written again to the same bytes, since one set of
 * values has one encoding; and a list that is cut anywhere but between two rumours is refused.
 */
#include <string.h>

#include "db/detect/swim.h"
#include "db/varint.h"

/* A trap and not CHECK: libFuzzer must see a crash, to keep the input. */
#define REQUIRE(expression) ((expression) ? (void)0 : __builtin_trap())

static void read_update(const uint8_t **at, const uint8_t *end, uint32_t nodes)
{
    const uint8_t *start = *at;
    uint8_t again[4 * VARINT_BYTES_MAX];
    struct swim_update update;
    REQUIRE(swim_get_update(at, end, nodes, &update));
    REQUIRE(update.node < nodes && update.from < nodes && update.state < SWIM_STATE_COUNT);
    size_t size = (size_t)(swim_put_update(again, &update) - again);
    REQUIRE(size == (size_t)(*at - start) && memcmp(again, start, size) == 0);
    for (size_t cut = 1; cut < size; cut++)
        REQUIRE(!swim_are_updates((struct bytes){start, cut}, nodes));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    uint32_t nodes = 1 + data[0] * 5u;
    const uint8_t *at = data + 1, *end = data + size;
    if (!swim_are_updates((struct bytes){at, size - 1}, nodes))
        return 0;
    while (at < end)
        read_update(&at, end, nodes);
    return 0;
}

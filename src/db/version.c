/*
 * version.c: last writer wins, with a rule for ties that is total.
 *
 * version_compare is an order on versions, so taking the larger of two is
 * commutative, associative and idempotent: replicas that have met the same
 * versions hold the same one, in whatever order and however often they met them.
 * tests/db/test_version.c holds it to these laws.
 */
#include "db/version.h"

#include <string.h>

#include "base/digest.h"

/* As bytes; of two that begin alike the longer one is larger. */
static int value_compare(struct bytes a, struct bytes b)
{
    uint32_t common = MIN(a.size, b.size);
    int order = common > 0 ? memcmp(a.data, b.data, common) : 0;
    if (order != 0)
        return order;
    return (a.size > b.size) - (a.size < b.size);
}

int version_compare(const struct version *a, const struct version *b)
{
    if (a->timestamp != b->timestamp)
        return a->timestamp < b->timestamp ? -1 : 1;
    if (a->is_tombstone != b->is_tombstone)
        return a->is_tombstone ? 1 : -1;
    return value_compare(a->value, b->value);
}

uint64_t version_digest(const struct version *version)
{
    struct digest digest = digest_start();
    digest_word(&digest, (uint64_t)version->timestamp);
    digest_word(&digest, version->is_tombstone);
    digest_bytes(&digest, version->value.data, version->value.size);
    return mix_pair(digest.low, digest.high);
}

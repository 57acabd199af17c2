/*
 * version.c: last writer wins, with a rule for ties that is total.
 *
 * version_compare is an order on versions, so taking the larger of two is
 * commutative, associative and idempotent: replicas that have met the same
 * versions hold the same one, in whatever order and however often they met them.
 * tests/db/test_version.c holds it to these laws.
 */
#include "db/store/version.h"

#include "base/bytes.h"
#include "base/digest.h"

int version_compare(const struct version *a, const struct version *b)
{
    if (a->timestamp != b->timestamp)
        return a->timestamp < b->timestamp ? -1 : 1;
    if (a->is_tombstone != b->is_tombstone)
        return a->is_tombstone ? 1 : -1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return bytes_compare(a->value, b->value);
}

uint64_t version_digest(const struct version *version)
{
    struct digest digest = digest_start();
    digest_word(&digest, (uint64_t)version->timestamp);
    digest_word(&digest, version->is_tombstone | (uint64_t)version->kind << 1);
    digest_bytes(&digest, version->value.data, version->value.size);
    return mix_pair(digest.low, digest.high);
}

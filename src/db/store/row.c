/*
 * row.c: encode and decode a row (row.h shows the bytes).
 */
#include "db/store/row.h"

#include <string.h>

#define FLAG_TOMBSTONE  1
#define KIND_SHIFT      1
#define KEY_SIZE_OFFSET 9
#define KEY_OFFSET      11

static uint8_t *put_bytes(uint8_t *to, struct bytes bytes)
{
    if (bytes.size > 0)
        memcpy(to, bytes.data, bytes.size);
    return to + bytes.size;
}

uint8_t *row_encode(uint8_t *to, struct bytes key, const struct version *version)
{
    CHECK(key.size >= 1 && key.size <= KEY_SIZE_MAX);
    CHECK(version->value.size <= VALUE_SIZE_MAX);
    CHECK_WHY(!version->is_tombstone || version->value.size == 0, "a tombstone has no value");
    CHECK(version->kind < VERSION_KIND_COUNT);
    uint64_t flags = (version->is_tombstone ? FLAG_TOMBSTONE : 0) | version->kind << KIND_SHIFT;
    to = put_number(to, (uint64_t)version->timestamp, 8);
    to = put_number(to, flags, 1);
    to = put_number(to, key.size, 2);
    to = put_bytes(to, key);
    to = put_number(to, version->value.size, 4);
    return put_bytes(to, version->value);
}

uint32_t row_decode(struct bytes from, struct bytes *key, struct version *version)
{
    if (from.size < ROW_FIXED_BYTES)
        return 0;
    uint8_t flags = from.data[8];
    uint32_t key_size = (uint32_t)get_number(from.data + KEY_SIZE_OFFSET, 2);
    bool is_tombstone = flags & FLAG_TOMBSTONE;
    uint32_t kind = flags >> KIND_SHIFT;
    if (kind >= VERSION_KIND_COUNT || (is_tombstone && kind != VERSION_PLAIN))
        return 0;
    if (key_size < 1 || key_size > KEY_SIZE_MAX ||
        from.size - ROW_FIXED_BYTES < key_size)
        return 0;
    uint32_t value_size = (uint32_t)get_number(from.data + KEY_OFFSET + key_size, 4);
    if (value_size > VALUE_SIZE_MAX || from.size - ROW_FIXED_BYTES - key_size < value_size ||
        (is_tombstone && value_size > 0))
        return 0;
    *key = (struct bytes){from.data + KEY_OFFSET, key_size};
    *version = (struct version){.timestamp = (int64_t)get_number(from.data, 8),
                                .is_tombstone = is_tombstone,
                                .kind = kind,
                                .value = {from.data + ROW_FIXED_BYTES + key_size, value_size}};
    return ROW_FIXED_BYTES + key_size + value_size;
}

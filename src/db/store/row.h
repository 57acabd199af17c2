/*
 * row.h: a key and a version of it as bytes, the same in the log and in a
 * checkpoint.
 *
 *   offset    size
 *        0       8  timestamp, signed
 *        8       1  flags: 1 for a tombstone, else 0; plus twice the kind (version.h)
 *        9       2  size of the key, k: 1 .. KEY_SIZE_MAX
 *       11       k  the key
 *   11 + k       4  size of the value, v: 0 .. VALUE_SIZE_MAX; 0 for a tombstone
 *   15 + k       v  the value, of a kind that is not plain an object of db/conflict
 *
 * Integers are little-endian, written byte by byte, so the machine's own order
 * never matters. One row has exactly one encoding.
 */
#ifndef DB_ROW_H
#define DB_ROW_H

#include "db/config.h"
#include "db/store/version.h"

#define ROW_FIXED_BYTES 15u
#define ROW_SIZE_MAX    (ROW_FIXED_BYTES + KEY_SIZE_MAX + VALUE_SIZE_MAX)

/* Write the lowest `size` (1 .. 8) bytes of a number; returns where the next byte goes. */
static inline uint8_t *put_number(uint8_t *to, uint64_t number, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++)
        to[i] = (uint8_t)(number >> (8 * i));
    return to + size;
}

static inline uint64_t get_number(const uint8_t *from, uint32_t size)
{
    uint64_t number = 0;
    for (uint32_t i = 0; i < size; i++)
        number |= (uint64_t)from[i] << (8 * i);
    return number;
}

static inline uint32_t row_size(struct bytes key, const struct version *version)
{
    return ROW_FIXED_BYTES + key.size + version->value.size;
}

/* Write row_size bytes; returns where the next byte goes. Key and value must be within
 * their limits. */
uint8_t *row_encode(uint8_t *to, struct bytes key, const struct version *version);

/* Read a row from the start of `from`; it may have bytes after it. Returns its size, or 0
 * when these bytes are no row. Key and value point into `from`. Whether an object is whole is for
 * whoever takes it in (conflict_is_whole). */
uint32_t row_decode(struct bytes from, struct bytes *key, struct version *version);

#endif

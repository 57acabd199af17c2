/*
 * varint.h: small numbers in few bytes.
 *
 * Seven bits a byte, the lowest first; the top bit says that another byte follows (as in
 * Protocol Buffers and LEB128). A number has exactly one encoding: a last byte of zero behind
 * others is refused, and so is what does not fit into 64 bits.
 */
#ifndef DB_VARINT_H
#define DB_VARINT_H

#include "base/base.h"

#define VARINT_BYTES_MAX 10

static inline uint8_t *put_varint(uint8_t *to, uint64_t number)
{
    for (; number >= 0x80; number >>= 7)
        *to++ = (uint8_t)(number | 0x80);
    *to++ = (uint8_t)number;
    return to;
}

/* Reads at *from, moves behind it; false when it is cut or not allowed. */
static inline bool get_varint(const uint8_t **from, const uint8_t *end, uint64_t *number)
{
    *number = 0;
    for (uint32_t shift = 0; shift < 64 && *from < end; shift += 7) {
        uint8_t byte = *(*from)++;
        if (shift == 63 && byte > 1)
            return false;
        *number |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return byte > 0 || shift == 0;
    }
    return false;
}

#endif

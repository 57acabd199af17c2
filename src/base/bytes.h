/*
 * bytes.h: comparing bytes.
 *
 * The order is that of a dictionary of bytes 0 .. 255: of two that begin alike, the longer one
 * comes later.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <string.h>

#include "base/base.h"

/* < 0, 0 or > 0 as a stands before, at or after b. */
static inline int bytes_compare(struct bytes a, struct bytes b)
{
    size_t common = MIN(a.size, b.size);
    int order = common > 0 ? memcmp(a.data, b.data, common) : 0;
    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

#endif

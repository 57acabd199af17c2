/*
 * base.h: the few words that every room of the house uses.
 *
 * Virtual time is one type with one unit: nanoseconds since the start of the
 * run, in 64 bits (584 years). Spans and instants share the type; a name says
 * which one it is (`timeout_ns` is a span, `deadline` an instant).
 *
 * Nothing here knows of databases, simulators or screens.
 */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bug.h"

typedef uint64_t vtime; /* nanoseconds of virtual time */

#define NANOSECOND  ((vtime)1)
#define MICROSECOND ((vtime)1000)
#define MILLISECOND ((vtime)1000000)
#define SECOND      ((vtime)1000000000)
#define VTIME_NEVER UINT64_MAX /* later than every event */

__extension__ typedef unsigned __int128 uint128;
__extension__ typedef __int128 int128;

/* Elements of a real array (not of a pointer). */
#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

/*
 * The smaller and the larger of two numbers, each argument evaluated once. The type is the one that
 * `c ? a : b` would have, so a mix of signs is warned about as anywhere.
 */
#define SMALLER_LARGER(type, name)                                                                 \
    static inline type min_##name(type a, type b) { return a < b ? a : b; }                        \
    static inline type max_##name(type a, type b) { return a > b ? a : b; }
SMALLER_LARGER(int, int)
SMALLER_LARGER(unsigned, unsigned)
SMALLER_LARGER(long, long)
SMALLER_LARGER(unsigned long, unsigned_long)
SMALLER_LARGER(long long, long_long)
SMALLER_LARGER(unsigned long long, unsigned_long_long)
SMALLER_LARGER(double, double)
SMALLER_LARGER(int128, int128)
SMALLER_LARGER(uint128, uint128)
#undef SMALLER_LARGER
#define OF_TYPE(which, a, b)                                                                       \
    _Generic(true ? (a) : (b), int: which##_int, unsigned: which##_unsigned, long: which##_long,   \
             unsigned long: which##_unsigned_long, long long: which##_long_long,                   \
             unsigned long long: which##_unsigned_long_long,                                       \
             int128: which##_int128, uint128: which##_uint128, default: which##_double)((a), (b))
#define MIN(a, b) OF_TYPE(min, a, b)
#define MAX(a, b) OF_TYPE(max, a, b)

/* A view of bytes that somebody else owns. Never kept longer than the call
 * that it is passed to, unless the callee says that it copies. */
struct bytes {
    const uint8_t *data;
    size_t size; /* a whole word: structs in a region have no padding (base/region.h) */
};

#endif

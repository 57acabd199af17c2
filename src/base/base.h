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

/* Elements of a real array (not of a pointer). */
#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

/* Each argument must be free of side effects. */
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

/* A view of bytes that somebody else owns. Never kept longer than the call
 * that it is passed to, unless the callee says that it copies. */
struct bytes {
    const uint8_t *data;
    size_t size; /* a whole word: structs in a region have no padding (base/region.h) */
};

#endif

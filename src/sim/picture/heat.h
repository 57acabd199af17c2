/*
 * heat.h: which keys and which ranges are asked for most, as plain data.
 *
 * Two sources, and each says what it is good for:
 *
 *     nodes      the sketch that each keeps (db/load/hot.h): what it was asked for as a replica
 *                since its process started. Counts have an error, which is told.
 *     history    what clients have asked for in the last while: exact, and forgets.
 *
 * A range's load is that of its keys: operations of clients (each attempt is one) that were begun
 * in the window. A real cluster would add up what its nodes have counted, with the same result.
 *
 * The sketches of several nodes are put together as Agarwal et al. do ("Mergeable Summaries", PODS
 * 2012): counts and errors add up, and where a node has no counter for a key, the most that it can
 * have been asked for is added to both. So the promise holds for the sum:
 * count - error <= truth <= count.
 *
 * `ringside hot` prints it, the window draws it. Making it changes nothing.
 */
#ifndef SIM_HEAT_H
#define SIM_HEAT_H

#include "base/base.h"
#include "base/heap.h"

struct world;

#define HEAT_ALL        UINT32_MAX /* all nodes together */
#define HEAT_OWNERS_MAX 16
#define HEAT_NO_KEY     UINT32_MAX

/* Of counts of one kind. */
struct heat_count {
    uint64_t count; /* never too small */
    uint64_t error; /* at most so much too large */
};

struct heat_key {
    uint64_t token;
    uint32_t key; /* index among the keys of the run, or HEAT_NO_KEY: its name is not known */
    struct heat_count reads, writes;
    uint32_t owner_count;
    uint32_t owners[HEAT_OWNERS_MAX];
};

struct heat_keys {
    uint64_t reads, writes; /* of all keys */
    uint32_t node_count;    /* running nodes that were asked */
    uint32_t capacity;      /* counters of a node, for reads and for writes each */
    uint32_t count;
    struct heat_key *keys;  /* the most certain first: by count - error, then by count */
};

/* `node`, or HEAT_ALL. At most `most` keys; everything is allocated in `scratch`. */
void heat_take_keys(const struct world *world, uint32_t node, uint32_t most, struct heap *scratch,
                    struct heat_keys *heat);

/* What is certain of the key's reads and writes, of all that were counted: per million. */
uint64_t heat_share_ppm(const struct heat_keys *heat, const struct heat_key *key);

/* --- the last while --------------------------------------------------------------------------- */

struct heat_recent_key {
    uint32_t key; /* index among the keys of the run */
    uint32_t reads, writes;
};

struct heat_recent {
    vtime span; /* that was looked at: less at the beginning, or when there was very much */
    uint64_t reads, writes;
    uint32_t count;
    struct heat_recent_key *keys; /* in the order of their last operation, the newest first */
};

/* A window looks at no more operations than this, for it looks at every frame. */
#define HEAT_LOOKED_AT_MAX 8192

/* At most `most` operations, newest first. */
void heat_take_recent(const struct world *world, vtime span, uint64_t most, struct heap *scratch,
                      struct heat_recent *recent);

struct heat_range {
    uint64_t from, to; /* positions: (from, to] */
    uint64_t reads, writes;
    uint64_t rows; /* at the first owner that runs */
    uint32_t owner_count;
    uint32_t owners[HEAT_OWNERS_MAX];
};

struct heat_ranges {
    vtime span;
    uint64_t reads, writes;
    uint32_t count;
    struct heat_range *ranges; /* in the order of their positions */
};

void heat_take_ranges(const struct world *world, const struct heat_recent *recent,
                      struct heap *scratch, struct heat_ranges *heat);

/* Indexes of ranges, the most loaded first; equal ones as they lie. */
uint32_t *heat_order(const struct heat_ranges *heat, struct heap *scratch);

#endif

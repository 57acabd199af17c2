/*
 * load/hot.h: which keys this node is asked for most, in memory that does not grow.
 *
 * The space-saving sketch (Metwally, Agrawal, El Abbadi: "Efficient Computation of Frequent and
 * Top-k Elements in Data Streams", ICDT 2005), as `nodetool toppartitions` of Cassandra keeps one
 * in each node. So many counters, no more; a key that has none takes over the smallest one, and is
 * held to have been asked for as often as that says:
 *
 *     asked: d        a 9   b 5   c 2        a 9   b 5   d 3 (of which 2 may be c's)
 *                     ------------------>
 *
 * What is promised, whatever is asked and in whatever order:
 *
 *     count - error <= how often the key was asked for <= count
 *     every key that was asked for more than total / HOT_CAPACITY times has a counter
 *
 * The counters lie in the order of their counts, the largest first. One more for a counter moves
 * it to the front of those that had as much: one exchange, found by bisection. Slots lead from a
 * key to its counter.
 *
 * A key is known by its token (key_token), 8 bytes instead of a copy of up to 1 KiB: whoever wants
 * its name looks among the rows. Volatile: a node counts from its start. Left out: forgetting what
 * was hot an hour ago. The next step for that would be two sketches in turns, an hour each.
 */
#ifndef DB_LOAD_HOT_H
#define DB_LOAD_HOT_H

#include "base/base.h"

#define HOT_CAPACITY 64
#define HOT_SLOTS    256 /* four for a counter, so that a key is found at once */

struct hot_counter {
    uint64_t token;
    uint64_t count; /* never too small */
    uint64_t error; /* and at most so much too large */
    uint32_t slot;
    uint32_t unused;
};

struct hot_keys {
    uint64_t total;     /* times that any key was asked for */
    uint32_t used;      /* counters, the largest first */
    uint32_t unused;
    struct hot_counter counters[HOT_CAPACITY];
    uint8_t slots[HOT_SLOTS]; /* number of the counter, from 1; 0: empty */
};

/* What a replica is asked for, on its disk and in its memory. */
struct hot_load {
    struct hot_keys reads;
    struct hot_keys writes;
};

struct env;

/* Once more; `hot` is as zeroed before the first time. */
void hot_count(struct hot_keys *hot, uint64_t token);

/* The key's counter, or NULL: then it was asked for at most hot_floor times. */
const struct hot_counter *hot_find(const struct hot_keys *hot, uint64_t token);

/* The most that a key without a counter can have been asked for. */
uint64_t hot_floor(const struct hot_keys *hot);

/* Of all that was counted, reads and writes, the part that was certainly for the one key that was
 * asked for most: in parts per billion. */
uint64_t hot_share_ppb(const struct hot_load *load);

#endif

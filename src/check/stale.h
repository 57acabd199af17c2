/*
 * stale.h: count the gets that returned something older than what was already known.
 *
 * Not an oracle but a measure (the metric `reads.stale`): weak levels promise nothing
 * else, and a lesson wants to show how often it happens. A get is stale when
 *
 *     some acknowledged write of the key had returned before the get was called, and
 *     every write of the value that the get returned had itself returned before
 *     that write was called.
 *
 *     put 1 |---|   put 2 |---|                      get 1 |---|     stale
 *     put 1 |---------- - - -     put 2 |---|        get 1 |---|     not: put 1 may
 *                                                                    have come late
 *
 * "Older" is what clients can know, not a comparison of timestamps: a write
 * lost to a skewed clock makes stale reads although its timestamp is smaller. "Nothing"
 * is older than all writes, unless a delete says otherwise. A value that nobody wrote is
 * not stale but invented (no_invention.h).
 *
 * Use it along a run: tell every call and every return in the order in which they
 * happen. Memory grows with the number of different values written.
 */
#ifndef CHECK_STALE_H
#define CHECK_STALE_H

#include "base/table.h"
#include "check/history.h"

/* What is remembered of a client's present operation. */
struct stale_call {
    uint32_t called; /* moment of its call */
    uint32_t floor;  /* of its key at that moment, see below */
};

/* Lives in a region or on a stack; must not move, its memory belongs to the heap. */
struct stale_counter {
    uint32_t moment;      /* calls and returns told so far */
    uint32_t stale_count; /* the result */
    uint32_t get_count;   /* gets that were ok */

    uint32_t key_count;    /* room in `floors` */
    uint32_t client_count; /* room in `calls` */
    uint32_t unused;
    uint32_t *floors;         /* by key: the latest call of a write that has been acknowledged */
    struct stale_call *calls; /* by client */
    struct table sources;     /* by key and value: its writes that are open, and the last return */
};

void stale_init(struct stale_counter *counter, struct heap *heap, uint32_t key_count,
                uint32_t client_count);

/* What a key held before its first operation: as a write that has returned. */
void stale_before(struct stale_counter *counter, uint32_t key, uint64_t value);

/* An operation is called; outcome and result are not looked at. A caller whose clients have several
 * operations at a time gives each operation in flight a `client` of its own. */
void stale_on_call(struct stale_counter *counter, const struct operation *operation);

/* It returns, ok or unavailable, with its result filled in; timed-out and pending operations never
 * do, and their client may go on. True when it is a stale get. */
bool stale_on_return(struct stale_counter *counter, const struct operation *operation);

/* The same for a whole history. */
uint32_t stale_reads(const struct history *history, struct heap *scratch);

#endif

/*
 * density.h: how much happened where and when, counted exactly, in bounded memory.
 *
 * A run may have millions of records, a diagram has a thousand columns. So the time of a run is
 * divided into buckets, each a power of two of nanoseconds wide, and for each bucket and lane
 * there are counts. Eight buckets make one of the next level, so that a wide column is the sum
 * of a few cells wherever it lies:
 *
 *     level 2   |                              |         64 buckets
 *     level 1   |       |       |       |      |          8
 *     level 0   | | | | | | | | | | | | | | | ||          1: `width_ns`
 *
 * Lanes are nodes, then clients, then the world itself. Every record is counted once, in the
 * lane of its actor. The number of the first record of each bucket is kept as well: so how many
 * records a stretch has is known without adding anything up.
 */
#ifndef SIM_DENSITY_H
#define SIM_DENSITY_H

#include "sim/picture/picture.h"
#include "sim/travel/tape.h"

#define DENSITY_LEVELS      3
#define DENSITY_FACTOR_BITS 3
#define DENSITY_CELLS_PLAN  (1u << 19) /* of level 0 */
#define DENSITY_BUCKETS_MAX (1u << 15)

enum density_kind {
    DENSITY_RECORDS,  /* all of them */
    DENSITY_SENDS,    /* messages but for heartbeats */
    DENSITY_BEATS,    /* heartbeats sent */
    DENSITY_DROPS,    /* messages lost, heartbeats included */
    DENSITY_FAULTS,   /* crashes, cuts ..., broken rules */
    DENSITY_CURES,    /* restarts, heals ..., but for the start at time 0 */
    DENSITY_ANSWERS,  /* operations that went well */
    DENSITY_FAILURES, /* operations that were refused or given up */
    DENSITY_KINDS,
};

struct density_cell {
    uint32_t count[DENSITY_KINDS];
};

struct density {
    struct heap *heap;
    uint32_t node_count, lane_count; /* the last lane is the world's */
    uint32_t bucket_count;           /* of level 0: a power of two, 64 at least */
    uint32_t shift;                  /* width_ns = 1 << shift */
    struct density_cell *levels[DENSITY_LEVELS]; /* [bucket * lane_count + lane] */
    uint64_t *first;       /* number of the first record of a bucket, as far as buckets are begun */
    uint32_t begun_count;  /* buckets with a record in or after them */
    uint64_t record_count; /* counted so far: numbers 1 to this */
};

void density_init(struct density *density, struct heap *heap, uint32_t node_count,
                  uint32_t client_count, vtime duration);
void density_free(struct density *density);

/* Count the record that follows the last one; others are passed over. False: passed over. */
bool density_take(struct density *density, const struct tape_record *record);

/* Count as another did, up to the record `number`, which happened at `time` and is counted
 * there: whole buckets only. What then follows has to be counted anew, from record_count + 1. */
void density_copy(struct density *density, const struct density *from, uint64_t number,
                  vtime time);

uint32_t density_lane(const struct density *density, uint32_t actor);
uint32_t density_bucket(const struct density *density, vtime time);

/* The sum over the buckets from `first` on, 2^`bits` of them, of one lane. `first` is a multiple
 * of their number. */
struct density_cell density_sum(const struct density *density, uint32_t lane, uint32_t first,
                                uint32_t bits);

/* How many records there are in all lanes from bucket `first` up to but not with `last`. */
uint64_t density_records(const struct density *density, uint32_t first, uint32_t last);

#endif

/*
 * descent.h: how far a comparison of two replicas has come down the tree, as plain data.
 *
 * Repair (db/repair/tree.h) compares sums of ever smaller parts of what two nodes have in common.
 * Here is which parts of the circle were compared on which level, and what came of it:
 *
 *     level 0   [##################################]    one sum, and it differs
 *     level 1   [....][....][####][....][####][....]    two of its eight parts do
 *     level 2               [??????]                    asked for just now
 *
 * A part of the upper levels is many ranges of the circle, so it is many spans. Of a part that
 * differs and was not cut further (it has few rows) the rows are exchanged.
 */
#ifndef SIM_DESCENT_H
#define SIM_DESCENT_H

#include "base/base.h"
#include "base/heap.h"

struct world;

#define DESCENT_LEVELS_MAX 24
#define DESCENT_SPANS_MAX  1024
#define DESCENTS_MAX       16

enum descent_state {
    DESCENT_EQUAL,
    DESCENT_DIFFERS,
    DESCENT_ASKED, /* its sum is on its way */
};

struct descent_span {
    uint64_t from, to; /* on the circle: (from, to] */
    uint8_t level;
    uint8_t state; /* enum descent_state */
    uint8_t unused[6];
};

struct descent {
    uint32_t node, peer;
    bool is_over;
    bool is_equal; /* nothing differed */
    bool is_cut;   /* there are more spans */
    uint32_t level_count;
    uint32_t compared[DESCENT_LEVELS_MAX];  /* sums, on each level */
    uint32_t differing[DESCENT_LEVELS_MAX]; /* of these */
    uint64_t bytes, rows_taken, rows_sent;
    uint32_t span_count;
    struct descent_span *spans; /* by level */
};

/* Of every node that compares now, and of the others the last one, as long as its ranges are those
 * of today; at most DESCENTS_MAX. Everything is allocated in `scratch`. */
void descents_take(const struct world *world, struct heap *scratch, struct descent **descents,
                   uint32_t *count);

#endif

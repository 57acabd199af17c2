/*
 * causal_order.h: what comes causally before each operation, as vectors of counts.
 *
 * Operations stand in lanes: one after another, of one client. So what comes causally before an
 * operation is a beginning of each lane, and a row of counts says it all (Mattern 1989):
 *
 *     lane 0   put x ----> put y                 before[get y] = {2, 0}
 *     lane 1                  \--> get y         two of lane 0, none of its own
 *
 * A client that has several operations at a time has several lanes. A write that was not answered
 * and yet read has a lane of its own, since its client did not know of it.
 */
#ifndef CHECK_CAUSAL_ORDER_H
#define CHECK_CAUSAL_ORDER_H

#include "check/graph.h"
#include "check/sources.h"

#define LANE_NONE UINT32_MAX /* the operation takes no part */

struct causal_order {
    const struct history *history;
    const struct timeline *timeline;
    const struct sources *sources;
    struct heap *heap;
    uint32_t moments;    /* the beginning of the timeline that is looked at */
    uint32_t lane_count;
    uint32_t *lane;      /* by operation; or LANE_NONE */
    uint32_t *place;     /* by operation: how many of its lane came before it */
    struct graph graph;  /* nodes: operations, then what a client knew after each answer */
    uint32_t *before;    /* by node and lane: how many of the lane come causally before it */
    uint32_t cyclic;     /* an operation that comes before itself, or GRAPH_NONE: then all else is
                            not to be looked at */
};

/* Gives operations their lanes, for the whole timeline. */
void causal_order_init(struct causal_order *order, const struct history *history,
                       const struct timeline *timeline, const struct sources *sources,
                       struct heap *heap);

/* Cells of memory that causal_order_make needs: ask before. */
uint64_t causal_order_cells(const struct causal_order *order);

/* The order of the first `moments` moments; may be called again with another number. */
void causal_order_make(struct causal_order *order, uint32_t moments);

/* How many operations of the lane come causally before this one. */
static inline uint32_t causal_count(const struct causal_order *order, uint32_t operation,
                                    uint32_t lane)
{
    return order->before[(size_t)operation * order->lane_count + lane];
}

static inline bool causally_before(const struct causal_order *order, uint32_t a, uint32_t b)
{
    return causal_count(order, b, order->lane[a]) > order->place[a];
}

#endif

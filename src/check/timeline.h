/*
 * timeline.h: all calls and returns of a history as one sequence.
 *
 * Oracles never compare times. They ask whether one operation had returned before
 * another one was called, and a sequence of moments answers that exactly:
 *
 *     client 1   put a |--------|            put b |------|
 *     client 2          get a |-----|
 *     moments          0      1  2  3              4      5
 *
 * The order of two moments is the order of their times; at the same nanosecond, of
 * their records in the trace, which is the order in which they really happened. If
 * the records do not tell either (foreign histories have none), calls come before returns,
 * so that the two operations count as concurrent: in doubt an oracle must not accuse.
 * Only a client that goes on at the instant of its last answer is not in doubt: its
 * return comes before its call.
 *
 * Only `ok` and `unavailable` operations return. A timed-out or pending one is
 * open to the end: it has a call and nothing else.
 */
#ifndef CHECK_TIMELINE_H
#define CHECK_TIMELINE_H

#include "base/heap.h"
#include "check/history.h"

/* A moment is the operation's index times two, plus one for a return. */
struct timeline {
    uint32_t *moments;
    uint32_t count;
};

static inline uint32_t moment_operation(uint32_t moment)
{
    return moment >> 1;
}

static inline bool is_moment_return(uint32_t moment)
{
    return (moment & 1) != 0;
}

/* Has this operation a moment of return? */
static inline bool has_returned(const struct operation *operation)
{
    return operation->outcome == OUTCOME_OK || outcome_is_refusal(operation->outcome);
}

/* A put or delete that changed the data, or may still do so. */
static inline bool is_possible_write(const struct operation *operation)
{
    return operation->kind != OPERATION_GET && !outcome_is_refusal(operation->outcome);
}

static inline bool is_acknowledged_write(const struct operation *operation)
{
    return operation->kind != OPERATION_GET && operation->outcome == OUTCOME_OK;
}

/* What a put or delete leaves behind. */
static inline uint64_t written_value(const struct operation *operation)
{
    return operation->kind == OPERATION_DELETE ? VALUE_ABSENT : operation->value;
}

/* Order all moments. The array belongs to `heap`. A history that breaks its own rules
 * (not in order of `invoked`, or completed before it was invoked) is our bug. */
struct timeline timeline_make(const struct history *history, struct heap *heap);

#endif

/*
 * history.h: what clients asked, what they were told, and when.
 *
 * A history is all that an oracle may look at: no node's memory, no message.
 * Each attempt of a client is one operation of its own (a retry is a second
 * operation), because a timed-out attempt may still take effect later.
 *
 * The rules for outcomes, which every oracle obeys:
 *
 *   ok           took effect exactly once between `invoked` and `completed`
 *   unavailable  refused before anything was written: never takes effect
 *   timeout      unknown: takes effect at any time after `invoked`, or never
 *   pending      the run ended first: like timeout
 *
 * Values are identities (a 64-bit hash of the bytes), not bytes: an oracle only
 * asks whether two values are the same one. VALUE_ABSENT is "no such key",
 * which is also what a get returns after a delete.
 */
#ifndef CHECK_HISTORY_H
#define CHECK_HISTORY_H

#include "base/base.h"
#include "base/outcome.h"

#define VALUE_ABSENT UINT64_C(0)

struct operation {
    /* what was asked */
    uint64_t request; /* identity: client, number of the operation, attempt */
    uint32_t client;  /* index of the client; in an open loop its operations may overlap */
    uint32_t key;     /* index into the run's table of keys */
    uint8_t kind;     /* enum operation_kind */
    uint8_t level;    /* enum level of db/level.h, for reports */
    uint8_t attempt;  /* 0 for the first try */
    uint8_t needed;   /* how many replicas had to answer: R of a get, W of a put or delete */
    uint32_t coordinator; /* index of the node that was asked */
    uint32_t seen; /* 1 + index of the get whose context a write brought along; 0: none */

    /* what was told */
    uint8_t outcome;      /* enum outcome */
    uint8_t acknowledged; /* replicas that had answered when the client was told */
    uint16_t unused;
    vtime invoked;
    vtime completed; /* VTIME_NEVER unless outcome is ok or unavailable */
    vtime told;      /* when the client got an answer or gave up; for latencies */
    uint64_t value;  /* put, set: the value written; get that is ok: the value returned; add,
                        remove: the element; incr: how much, as two's complement */
    uint32_t returned;       /* get that returned several values (siblings, elements): where they */
    uint32_t returned_count; /* are in struct history's `values`; 0: `value` is all */
    int64_t timestamp; /* of the version written or returned, 0 when unknown */

    /* where it stands in the trace, for the causal story */
    uint64_t record_invoked;
    uint64_t record_told; /* 0 while pending */
};

/* A history as oracles see it: operations in order of `invoked`. */
struct history {
    const struct operation *operations;
    uint32_t count;
    uint32_t key_count;
    uint32_t client_count;
    const uint64_t *before; /* by key: its value before the first operation; NULL: none had one */
    const uint64_t *values; /* of gets that returned several */
};

/* What a key held before anybody asked for it. */
static inline uint64_t history_before(const struct history *history, uint32_t key)
{
    return history->before ? history->before[key] : VALUE_ABSENT;
}

#endif

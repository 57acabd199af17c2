/*
 * outcome.h: what a client can ask, and what it can be told.
 *
 * The database answers in these words and the oracles judge in them, and neither
 * room knows the other; so the words live here.
 */
#ifndef BASE_OUTCOME_H
#define BASE_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

enum operation_kind {
    OPERATION_GET,
    OPERATION_PUT,
    OPERATION_DELETE,
    OPERATION_KIND_COUNT,
};

enum outcome {
    OUTCOME_PENDING,     /* nobody has been told anything yet */
    OUTCOME_OK,          /* it took effect */
    OUTCOME_UNAVAILABLE, /* refused, and nothing was written anywhere */
    OUTCOME_TIMEOUT,     /* unknown: it may have taken effect, or may yet */
    OUTCOME_OVERLOADED,  /* refused by a node with too much to do: nothing was written anywhere */
    OUTCOME_COUNT,
};

/* Refused: it certainly never takes effect. */
static inline bool outcome_is_refusal(uint32_t outcome)
{
    return outcome == OUTCOME_UNAVAILABLE || outcome == OUTCOME_OVERLOADED;
}

#endif

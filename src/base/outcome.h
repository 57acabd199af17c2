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
    OPERATION_INCREMENT, /* of a counter */
    OPERATION_ADD,       /* an element to a set */
    OPERATION_REMOVE,    /* an element of a set */
    OPERATION_SET,       /* a field of a map */
    OPERATION_UNSET,
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

/* As scenarios and traces write it. */
static inline const char *operation_kind_name(unsigned kind)
{
    static const char *const names[OPERATION_KIND_COUNT] = {
        "get", "put", "delete", "incr", "add", "remove", "set", "unset",
    };
    return kind < OPERATION_KIND_COUNT ? names[kind] : "unknown";
}

/* Refused: it certainly never takes effect. */
static inline bool outcome_is_refusal(uint32_t outcome)
{
    return outcome == OUTCOME_UNAVAILABLE || outcome == OUTCOME_OVERLOADED;
}

#endif

/*
 * objects_parts.h: what the oracles of objects.h share.
 *
 * Operations by key, so that a key's history is looked at without those of all others, and who
 * saw what: the values that a get returned, and the get that stands behind a write.
 */
#ifndef CHECK_OBJECTS_PARTS_H
#define CHECK_OBJECTS_PARTS_H

#include "check/objects.h"

#define NO_OPERATION UINT32_MAX

/* The operations of each key, in order; lists through the history. */
struct by_key {
    uint32_t *first; /* by key; NO_OPERATION: none */
    uint32_t *next;  /* by operation */
};

struct by_key by_key_make(const struct history *history, struct heap *scratch);

static inline bool may_have_happened(const struct operation *operation)
{
    return !outcome_is_refusal(operation->outcome);
}

/* Did this get return the value, alone or among others? */
bool get_returned(const struct history *history, const struct operation *get, uint64_t value);

/* Had the writer of this operation read the value before? */
bool operation_saw(const struct history *history, const struct operation *write, uint64_t value);

#endif

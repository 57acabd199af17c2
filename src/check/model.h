/*
 * model.h: the object types whose histories can be searched.
 *
 * Each function here makes the calls of one type, as data that search.h
 * understands (see object.h). A state is one 64-bit word: the identity of a value,
 * or a hash of the whole state.
 *
 *     register      get, put (a delete is a put of VALUE_ABSENT)
 *     cas-register  the same with compare-and-set (one that succeeded)
 *     text          a register of texts, with append
 *
 * The first two are nothing but `needs` and `makes`, so they share the searches'
 * shortcuts. The third shows how a type with a function of its own is added.
 *
 * A text is known by a polynomial hash over the field of 2^61 - 1 elements:
 * each byte b takes the hash h to h * BASE + b + 1. Then appending a text t to any
 * text whatever is h * BASE^|t| + hash(t): a call needs to carry two words and no
 * text (Karp and Rabin 1987 roll their search window by the same algebra). Two
 * different texts of n bytes have the same hash with a probability below n / 2^61
 * for a random BASE; histories are not written by an adversary who knows ours.
 */
#ifndef CHECK_MODEL_H
#define CHECK_MODEL_H

#include "check/object.h"

static inline struct call call_get(uint64_t value)
{
    return (struct call){.flags = CALL_NEEDS, .needs = value};
}

static inline struct call call_put(uint64_t value)
{
    return (struct call){.flags = CALL_MAKES, .makes = value};
}

static inline struct call call_compare_and_set(uint64_t from, uint64_t to)
{
    return (struct call){.flags = CALL_NEEDS | CALL_MAKES, .needs = from, .makes = to};
}

/* For objects of texts: call_get and call_put of text_identity, and this. */
extern const struct model model_text;
uint64_t text_identity(struct bytes text); /* of the empty text: 0 */
struct call call_append(struct bytes text);

#endif

/*
 * value.h: what stands in a foreign history: a tree of values.
 *
 * EDN and JSON are two spellings of the same few things, so both make this tree, and whoever judges
 * a history never sees which of them was spelt. Keywords and strings are told apart by their
 * kind, and otherwise treated alike: `:read` and "read" name the same function.
 *
 * Everything lies in the heap that the reader was given, and texts point into it or into the file's
 * own text, so both must outlive the tree.
 */
#ifndef HISTORY_VALUE_H
#define HISTORY_VALUE_H

#include "base/heap.h"

enum value_kind {
    VALUE_NIL,
    VALUE_FALSE,
    VALUE_TRUE,
    VALUE_NUMBER, /* a whole number that fits 64 bits */
    VALUE_WORD,   /* a keyword without its colon, a symbol, any other number as it was spelt */
    VALUE_TEXT,   /* a string */
    VALUE_LIST,   /* vector, list or set: items in the order they were written */
    VALUE_MAP,    /* items by turns key and value */
};

struct value {
    uint32_t kind; /* enum value_kind */
    uint32_t line; /* where it begins, from 1 */
    uint32_t column;
    uint32_t count; /* of items */
    int64_t number;
    struct bytes text;   /* of a word or a text */
    struct value *items; /* of a list or a map */
};

/* Is it this word, or a string of these letters? */
bool value_is(const struct value *value, const char *word);

/* The value of a key that is a word; NULL when the map (or what is none) lacks it. */
const struct value *value_of(const struct value *map, const char *key);

/* Equal trees have equal identities; those of two different ones differ, but for a chance of 2^-64.
 * Nil has the identity 0, and nothing else has. */
uint64_t value_hash(const struct value *value);

/* As EDN, at most `room` bytes with an ellipsis; always ends with a NUL. */
void value_text(const struct value *value, char *to, uint32_t room);

/* ---- what a reader answers ---- */

#define HISTORY_SENTENCE_MAX 300

/* The first mistake: line and column from 1, and a sentence without a full stop. */
struct history_mistake {
    uint32_t line;
    uint32_t column;
    char text[HISTORY_SENTENCE_MAX];
};

#endif

/*
 * answer.h: what a client is told of a version, and how a person reads it.
 *
 * The shape of an answer is the kind of the version. Its value:
 *
 *     plain             the value
 *     siblings, vector  2 bytes of count, the siblings as blocks (bytes_io.h), by actor, newest
 * first set               the same, its elements counter           8 bytes, signed map 2 bytes of
 * count, then name and value of each field that is there
 *
 * As text: a sibling alone is itself, several are {a | b}; a set {a, b}; a map {name: value}.
 */
#ifndef DB_CONFLICT_ANSWER_H
#define DB_CONFLICT_ANSWER_H

#include "base/text.h"
#include "db/conflict/conflict.h"
#include "db/conflict/table.h"

struct conflict_answer {
    bool is_found;        /* there is something to tell */
    uint32_t shape;       /* enum version_kind */
    struct bytes value;   /* block of the caller's memory, or nothing */
    struct bytes context; /* the same */
};

/* `function` is the table's: siblings become one plain value by it. */
struct conflict_answer conflict_answer(struct heap *memory, const struct version *version,
                                       struct bytes key, uint32_t function);
void conflict_answer_free(struct heap *memory, struct conflict_answer *answer);

/* The values of an answer as a list: siblings, elements, or the value alone. Points into `value`.
 * Returns how many there are, of which at most `room` were filled in. */
uint32_t answer_values(uint32_t shape, struct bytes value, struct bytes *values, uint32_t room);

/* The answer as a person reads it; bytes that cannot be shown are question marks. */
void answer_text(struct text *text, uint32_t shape, struct bytes value);

/* The values of a version, one after the other: siblings, elements, the values of a map's fields,
 * or the plain value. A counter has none. */
struct value_walk {
    void (*take)(struct value_walk *walk, struct bytes value);
    struct bytes name; /* of a field */
    struct text *text; /* and what the taker likes */
    void *host;
    uint32_t count;
};
void conflict_walk(const struct version *version, struct value_walk *walk);

/* How many siblings, elements or fields a version has; a plain value or a counter is one. */
uint32_t conflict_value_count(const struct version *version);

/* A version as a person reads it, the same as the answer that is made of it. */
void conflict_text(struct text *text, const struct version *version);

/* What is not for clients: "n1.2:3 c b, n2.1:1". Nodes by index from 1. */
void conflict_history_text(struct text *text, const struct version *version);

#endif

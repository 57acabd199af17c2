/*
 * kinds.h: what each kind of object can do; for the files of db/conflict alone.
 *
 * An object is decoded into scratch memory, something is done, and it is encoded again. Decoders
 * take any bytes: what is no object, or not the one encoding of it, leaves the reader broken.
 */
#ifndef DB_CONFLICT_KINDS_H
#define DB_CONFLICT_KINDS_H

#include "db/conflict/clock.h"
#include "db/conflict/conflict.h"

/* --- siblings.c: dotted version vectors ------------------------------------------------------ */

/* Of one actor: events 1 .. counter are known, and the last value_count of them have not been
 * replaced: values[0] is of the event `counter`, values[1] of the one before, and so on. */
struct dotted {
    uint64_t actor;
    uint64_t counter;
    uint32_t value_count;
    struct bytes *values;
};

struct siblings {
    struct dotted *entries; /* ascending by actor */
    uint32_t count;
};

struct siblings siblings_read(struct scratch *scratch, struct reader *reader);
void siblings_build(struct builder *builder, const struct siblings *siblings);
struct siblings siblings_sync(struct scratch *scratch, const struct siblings *a,
                              const struct siblings *b);
struct clock siblings_clock(struct scratch *scratch, const struct siblings *siblings);

/* What of them a client that knows `seen` has not replaced. */
struct siblings siblings_without(struct scratch *scratch, const struct siblings *siblings,
                                 const struct clock *seen);

/* A new event of this actor, with this value. */
struct siblings siblings_event(struct scratch *scratch, const struct siblings *siblings,
                               uint64_t actor, struct bytes value);

/* --- vector.c: plain version vectors --------------------------------------------------------- */

/* A vector that remembers when each entry was last raised, for truncation. */
struct stamped {
    struct clock clock;
    int64_t *stamps; /* one per entry */
};

struct vectored {
    struct stamped stamped;
    struct bytes value;
    bool is_deleted; /* no value: what is left of a delete */
};

/* In ascending order of their encodings; none is before another. */
struct vectors {
    struct vectored *entries;
    uint32_t count;
};

struct vectors vectors_read(struct scratch *scratch, struct reader *reader);
void vectors_build(struct builder *builder, const struct vectors *vectors);
struct vectors vectors_sync(struct scratch *scratch, const struct vectors *a,
                            const struct vectors *b);
struct clock vectors_clock(struct scratch *scratch, const struct vectors *vectors);

/* A put of `value` (NULL: a delete) by a client that knows `seen`; truncate 0: never. */
struct vectors vectors_put(struct scratch *scratch, const struct vectors *vectors,
                           const struct clock *seen, uint64_t actor, int64_t now,
                           const struct bytes *value, uint32_t truncate);

/* --- counter.c ------------------------------------------------------------------------------- */

struct tally {
    uint64_t actor;
    uint64_t up;
    uint64_t down;
};

struct counter {
    struct tally *tallies; /* ascending by actor */
    uint32_t count;
};

struct counter counter_read(struct scratch *scratch, struct reader *reader);
void counter_build(struct builder *builder, const struct counter *counter);
struct counter counter_sync(struct scratch *scratch, const struct counter *a,
                            const struct counter *b);
struct counter counter_add(struct scratch *scratch, const struct counter *counter, uint64_t actor,
                           int64_t amount);
int64_t counter_sum(const struct counter *counter);

/* --- set.c: elements with the dots of their additions ---------------------------------------- */

struct element {
    struct bytes name;
    struct dot *dots; /* ascending */
    uint32_t count;   /* of dots, at least 1 */
};

struct dotted_set {
    struct clock clock; /* events known without a gap */
    struct dot *cloud;  /* known beyond a gap; ascending */
    uint32_t cloud_count;
    uint32_t count;
    struct element *elements; /* ascending by name */
};

struct dotted_set set_read(struct scratch *scratch, struct reader *reader);
void set_build(struct builder *builder, const struct dotted_set *set);
struct dotted_set set_sync(struct scratch *scratch, const struct dotted_set *a,
                           const struct dotted_set *b);
struct dotted_set set_add(struct scratch *scratch, const struct dotted_set *set, uint64_t actor,
                          struct bytes name);

/* Without these dots, wherever they are, or are still to come from. */
struct dotted_set set_forget(struct scratch *scratch, const struct dotted_set *set,
                             const struct dot *dots, uint32_t count);
const struct element *set_find(const struct dotted_set *set, struct bytes name);

/* --- map.c: fields, each of which last writer wins ------------------------------------------- */

struct field {
    struct bytes name;
    struct version version; /* plain */
};

struct fields {
    struct field *entries; /* ascending by name */
    uint32_t count;
};

struct fields fields_read(struct scratch *scratch, struct reader *reader);
void fields_build(struct builder *builder, const struct fields *fields);
struct fields fields_sync(struct scratch *scratch, const struct fields *a, const struct fields *b);

#endif

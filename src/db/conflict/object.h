/*
 * object.h: an object of any kind, decoded; for the files of db/conflict alone.
 *
 * A new kind is a case in each of the three functions, its rules in kinds.h, and a line in the
 * enumeration of store/version.h.
 */
#ifndef DB_CONFLICT_OBJECT_H
#define DB_CONFLICT_OBJECT_H

#include "db/conflict/kinds.h"

struct object_of_kind {
    uint32_t kind; /* enum version_kind, not plain */
    union {
        struct siblings siblings;
        struct vectors vectors;
        struct counter counter;
        struct dotted_set set;
        struct fields fields;
    };
};

/* What was never written is an empty object. False: these bytes are none of that kind. */
bool object_decode(struct scratch *scratch, const struct version *version, uint32_t kind,
                   struct object_of_kind *object);
void object_encode(struct builder *builder, const struct object_of_kind *object);
struct object_of_kind object_sync(struct scratch *scratch, const struct object_of_kind *a,
                                  const struct object_of_kind *b);

#endif

/*
 * context.h: what a client has seen of a key, as bytes that it cannot read and need not.
 *
 * A get gives its values and a context; a put that brings the context back replaces those values
 * and no others. The bytes are the client's in between, so nothing in them is believed:
 *
 *     offset   size
 *          0      1  kind of the object
 *          1      8  token of the key: the context of another key is refused
 *          9      n  siblings, vector: a clock. set: the dots of each element that was there
 *      9 + n      4  CRC32C of all before
 *
 * The checksum tells damage, not malice. What a forger could do is bounded by another rule: no
 * context may know more of the node that takes the put than that node has done (conflict_update);
 * so nobody can have a node's future writes thrown away. Next step against forgers: a keyed hash.
 */
#ifndef DB_CONFLICT_CONTEXT_H
#define DB_CONFLICT_CONTEXT_H

#include "db/conflict/object.h"

/* The context of an object; nothing for kinds that need none. */
void context_build(struct builder *builder, struct scratch *scratch, struct bytes key,
                   const struct object_of_kind *object);

struct context {
    struct clock clock;       /* siblings, vector */
    struct element *elements; /* set: name is 8 bytes of hash */
    uint32_t count;
};

/* False: it is damaged, or of another key or kind. */
bool context_read(struct scratch *scratch, struct bytes bytes, struct bytes key, uint32_t kind,
                  struct context *context);

/* The dots with which an element was seen, or NULL. */
const struct element *context_find(const struct context *context, struct bytes name);

/* Up to which event of an actor it claims to know. */
uint64_t context_claims(const struct context *context, uint64_t actor);

#endif

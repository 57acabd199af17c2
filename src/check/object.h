/*
 * object.h: what happened to one object, in the form that searches work on.
 *
 * Linearizability is local (Herlihy and Wing 1990): a history is linearizable when
 * the part of each object is, and a key of the database is an object. (Horn and
 * Kroening 2015 call this P-compositionality and found it the greatest saving.) So
 * every search sees one object: its calls and the sequence of their moments.
 *
 * A call is data as far as that goes. What it may do is told by two rules:
 *
 *     needs   it can happen only while the object is in this state
 *     makes   it leaves the object in this state
 *
 *     a get that returned v       needs v
 *     a put of v                            makes v
 *     compare-and-set a to b      needs a   makes b
 *
 * A call that is not of this kind (append, and later add, enqueue, ...) has
 * CALL_STEPS, and then the model's function says what it does, and the two words
 * mean what the model likes. To add an object type, add a model; see model.h.
 */
#ifndef CHECK_OBJECT_H
#define CHECK_OBJECT_H

#include "base/heap.h"

#define CALL_NEEDS 1u /* `needs` is a rule */
#define CALL_MAKES 2u /* `makes` is a rule */
#define CALL_STEPS 4u /* ask the model instead */

#define CALL_NONE   UINT32_MAX /* no call */
#define MOMENT_OPEN UINT32_MAX /* the moment of a return that never came */

struct call {
    uint64_t needs;
    uint64_t makes;
    uint32_t called;    /* moment of the call */
    uint32_t returned;  /* moment of the return, or MOMENT_OPEN: may take effect or not */
    uint32_t operation; /* index in the history, for whoever reports */
    uint8_t flags;      /* CALL_... */
};

struct model {
    const char *name;
    /* What does a call with CALL_STEPS do in this state? False: it cannot happen. */
    bool (*step)(const struct call *call, uint64_t state, uint64_t *next);
};

/* Lives on the caller's stack; the arrays lie in the heap. */
struct object {
    const struct model *model; /* NULL: no call has CALL_STEPS */
    uint64_t initial;          /* the state before the first call */
    uint32_t state_count;      /* n > 0: the model is NULL and all states are below n */

    struct call *calls; /* in order of their moments */
    uint32_t call_count;
    uint32_t *moments; /* index of a call times two, plus one for a return */
    uint32_t moment_count;
};

/* An object to which nothing has happened, with room for this many calls. The fields of
 * the first group are the caller's to set. */
struct object object_make(struct heap *heap, uint32_t call_room);

void object_free(struct heap *heap, struct object *object);

/* Forget all calls; the memory is kept. */
static inline void object_clear(struct object *object)
{
    object->call_count = 0;
    object->moment_count = 0;
}

/* The next moment is a call: `call` says flags, needs, makes and operation. Returns its index. */
uint32_t object_add_call(struct object *object, struct call call);

/* The next moment is the return of this call. */
void object_add_return(struct object *object, uint32_t call);

/* Make `prefix` (with room for all) what one would have seen of `object` before the moment
 * with this number: what had not returned by then is open. Calls keep their indexes. */
void object_copy_prefix(const struct object *object, uint32_t moment_count, struct object *prefix);

static inline bool is_read(const struct call *call)
{
    return (call->flags & (CALL_MAKES | CALL_STEPS)) == 0;
}

/* A write that happens in any state. */
static inline bool is_plain_write(const struct call *call)
{
    return call->flags == CALL_MAKES;
}

static inline bool is_open(const struct call *call)
{
    return call->returned == MOMENT_OPEN;
}

/* An open read told nobody anything: it is as if it had never been called. */
static inline bool is_void(const struct call *call)
{
    return is_open(call) && is_read(call);
}

#endif

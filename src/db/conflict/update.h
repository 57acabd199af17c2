/*
 * update.h: what a client asks of an object, done to it by one replica.
 *
 * A put that must not lose what others put at the same time, an increment, an addition to a set:
 * what it does depends on what is there, and it leaves an event of its own. So one replica of the
 * key does it, alone (Dynamo, section 4.4: "handled by a node in the preference list"): to what it
 * has itself, in its log first. Only then do the others get the result.
 *
 *              plain          siblings, vector   counter   set              map
 *   put        last writer    replaces what its
 *                             context has seen
 *   delete     tombstone      the same           refused   what it has      all fields cleared
 *                                                          seen
 *   increment  as a number                       adds
 *   add        to a list                                   adds
 *   remove     from a list                                 what it has
 *                                                          seen
 *   set, unset                                                              one field
 *
 * A plain version that is incremented or added to is read, changed and written like any value: it
 * is what people do without the other kinds, and the last writer's version wins. That is for
 * showing what they lose.
 */
#ifndef DB_CONFLICT_UPDATE_H
#define DB_CONFLICT_UPDATE_H

#include "base/outcome.h"
#include "db/conflict/conflict.h"
#include "db/conflict/table.h"
#include "db/note.h"

/* What one object may grow to by updates: every replica of a key could add as much on its own, and
 * all that must fit into a value together. */
#define OBJECT_SIZE_MAX (32u * 1024u)

#define AMOUNT_MAX INT64_C(1000000000)

struct conflict_update {
    uint8_t operation;       /* enum operation_kind */
    bool is_context_ignored; /* safeguard context-honoured is off */
    uint8_t truncate;        /* as in struct table_config */
    uint32_t kind;           /* of the table */
    int64_t amount;          /* increment: at most AMOUNT_MAX either way */
    struct bytes key;
    struct bytes name;    /* set, unset: of the field */
    struct bytes value;   /* put, set: the value; add, remove: the element */
    struct bytes context; /* or nothing: the client has seen nothing */
    uint64_t actor;       /* whose event it is */
    int64_t now;          /* timestamp of the event */
};

/* REASON_NONE, and `made` has what the update makes of `current` (timestamp 0: nothing there), its
 * value in memory of the caller's. Or why it is refused, and nothing is made. */
enum reason conflict_update(struct heap *memory, const struct version *current,
                            const struct conflict_update *update, struct version *made);

#endif

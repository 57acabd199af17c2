/*
 * marks.h: what differs between two pictures, cell by cell.
 *
 * The inspector marks what the last step changed, and what has changed since a moment that a
 * person chose; both are this comparison. Keys are told apart by their names, since another
 * branch may have met them in another order; nodes by their index.
 *
 *     before   user:42   n1 a   n2 a   n3 -        n1 log 7
 *     now      user:42   n1 b   n2 -   n3 b        n1 log 8
 *     marks              ~      x      +              ~          + new, ~ changed, x removed
 *
 * What moves by itself is no change: of a clock only its jumps and its drift are compared.
 */
#ifndef SIM_MARKS_H
#define SIM_MARKS_H

#include "sim/picture/picture.h"

enum mark { MARK_NONE, MARK_NEW, MARK_CHANGED, MARK_REMOVED };

/* What is compared of a node. */
enum node_field {
    NODE_FIELD_STATE,
    NODE_FIELD_INCARNATION,
    NODE_FIELD_WAITING,
    NODE_FIELD_SUSPECTED,
    NODE_FIELD_KEYS,
    NODE_FIELD_APPENDED,
    NODE_FIELD_SYNCED,
    NODE_FIELD_UNSYNCED,
    NODE_FIELD_DISK,
    NODE_FIELD_CLOCK,
    NODE_FIELD_COUNT,
};

struct marks {
    uint32_t count; /* cells that are marked, of keys and of nodes */
    uint32_t key_count;
    uint32_t node_count;
    uint8_t *keys;   /* enum mark: NEW, or CHANGED when any of its replicas is marked */
    uint8_t *cells;  /* enum mark by key * node_count + node, of what the node holds */
    uint8_t *fields; /* enum mark by node * NODE_FIELD_COUNT + enum node_field */
};

/* Marks for each cell of `now`; allocated in `scratch`. */
void marks_between(const struct picture *before, const struct picture *now, struct heap *scratch,
                   struct marks *marks);

static inline uint8_t marks_cell(const struct marks *marks, uint32_t key, uint32_t node)
{
    return marks->cells[key * marks->node_count + node];
}

static inline uint8_t marks_field(const struct marks *marks, uint32_t node, enum node_field field)
{
    return marks->fields[node * NODE_FIELD_COUNT + field];
}

#endif

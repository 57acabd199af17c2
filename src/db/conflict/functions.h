/*
 * functions.h: siblings made one by a function of the application's, known by name.
 *
 * A function takes the siblings in ascending order, each value once, so it cannot depend on which
 * came first; and it looks at nothing else. To add one: a name in merge_function (table.h), its
 * word and its case in functions.c.
 *
 *     union      comma lists: every item of any of them, ascending, once
 *     max, min   the largest or smallest; as numbers, if all of them are
 *     longest    the one with the most bytes; of equal ones the largest
 */
#ifndef DB_CONFLICT_FUNCTIONS_H
#define DB_CONFLICT_FUNCTIONS_H

#include "db/conflict/bytes_io.h"
#include "db/conflict/table.h"

/* At least one value. */
void merge_values(struct scratch *scratch, uint32_t function, const struct bytes *values,
                  uint32_t count, struct builder *builder);

/* The items of a comma list, in order, each once; `items` has room for one more than it has
 * commas. Returns how many. */
uint32_t list_items(struct bytes list, struct bytes *items);
uint32_t list_room(struct bytes list);

/* Ascending, each once; returns how many are left. */
uint32_t sort_values(struct bytes *values, uint32_t count);

/* Separated by commas. */
void build_list(struct builder *builder, const struct bytes *items, uint32_t count);

/* A decimal number of at most 18 digits, perhaps with a minus; false: it is none. */
bool read_decimal(struct bytes digits, int64_t *number);
void build_decimal(struct builder *builder, int64_t number);

#endif

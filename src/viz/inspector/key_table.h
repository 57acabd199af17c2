/*
 * key_table.h: the table of keys and what each replica holds.
 *
 * A row for each key and a column for each node; of many nodes a column for each place in a
 * key's list of replicas, and the cell names the node. A cell holds the value that this replica
 * has: "*" marks the newest version, "!" an older one, "-" a replica that never heard of the
 * key, "X" a tombstone, "?" a replica that is down and cannot be asked. Rows whose running
 * replicas differ are marked at the front and come first; the wheel and the Page keys scroll.
 *
 *     key        n1        n2        n3                 key        replica 1   replica 2
 *     !user:42  ~*c1#12    !c2#7     *c1#12             !user:42   n57 ~*c1#12 n3  !c2#7
 *
 * A sign before the value says what has changed: "+" new, "~" another version, "x" gone; since
 * the step before, or since the moment that Ctrl+M has marked. A tinted cell says the same.
 */
#ifndef VIZ_KEY_TABLE_H
#define VIZ_KEY_TABLE_H

#include "viz/inspector/pages.h"

/* At most so many rows from where the writer is. Returns how many changes they show. */
uint32_t key_table_write(struct writer *writer, uint32_t rows, struct hits *hits);

/* What a replica has, as the table writes it, and its colour. */
struct draw_color key_cell(const struct scene *scene, const struct picture_key *key,
                           const struct picture_replica *replica, char *text, size_t size);

#endif

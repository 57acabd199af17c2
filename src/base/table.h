/*
 * table.h: a hash table from 64-bit keys to 64-bit values.
 *
 * Entries lie densely in the order of their insertion; a separate array of slots
 * (open addressing, linear probing) leads from a key to its entry. So walking the
 * table can never expose the order of hash buckets: it is insertion order, by
 * construction, and the same on every machine.
 *
 *     slots    | . | 3 | . | 1 | 2 | . | . | . |      number of the entry, 0: empty
 *     entries  | key, value | key, value | key, value |
 *
 * A removed entry leaves a hole that the next rebuild closes. Setting a key that
 * is there keeps its place; removing it and setting it again moves it to the end.
 *
 * An empty table owns no memory. When its heap is dropped, the table is gone with
 * it: call table_init again before the next use.
 */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include "base/heap.h"

struct table_entry {
    uint64_t key;
    uint64_t value;
    uint64_t is_live; /* 0: a hole */
};

struct table {
    struct heap *heap; /* owns both arrays */
    struct table_entry *entries;
    uint32_t *slots;      /* twice as many as entries have room */
    uint32_t entry_room;  /* a power of two, or 0 */
    uint32_t entry_count; /* entries written, holes included */
    uint32_t live_count;
    uint32_t unused;
};

void table_init(struct table *table, struct heap *heap);

/* Set the value of a key, new or old. True when the key is new. */
bool table_set(struct table *table, uint64_t key, uint64_t value);

/* Where the key's value lies, to be read or changed; NULL when there is no such key. Good
 * until the next table_set, table_remove or table_clear. */
uint64_t *table_find(const struct table *table, uint64_t key);

/* The key's value, or `otherwise`. */
uint64_t table_get(const struct table *table, uint64_t key, uint64_t otherwise);

static inline bool table_has(const struct table *table, uint64_t key)
{
    return table_find(table, key) != NULL;
}

/* True when the key was there. */
bool table_remove(struct table *table, uint64_t key);

/* Remove everything and free the memory. */
void table_clear(struct table *table);

static inline uint32_t table_count(const struct table *table)
{
    return table->live_count;
}

/* Walk in insertion order: start with *cursor = 0; false at the end. table_remove is allowed
 * during a walk, table_set of a new key is not. */
bool table_next(const struct table *table, uint32_t *cursor, uint64_t *key, uint64_t *value);

#endif

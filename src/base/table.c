/*
 * table.c: open addressing over entries in insertion order.
 *
 * A slot holds the number of an entry, counted from 1, or 0. A key's slot is the
 * first one at or after its hash that holds it (linear probing), and no empty
 * slot may lie on that way. So removal does not just empty a slot: it moves later
 * ones back into the gap (Knuth, TAOCP volume 3, section 6.4, algorithm R).
 *
 * There are twice as many slots as entries, so probing is short. When the room
 * for entries is used up, both arrays are rebuilt: twice as large, or of the same
 * size when half of the entries are holes.
 *
 * Hashes are mixed from keys alone, so the slots too are the same in every run;
 * but only insertion order is ever shown.
 */
#include "base/table.h"

#include "base/mix.h"

#define ROOM_FIRST 8u
#define ROOM_MAX   (1u << 24)

void table_init(struct table *table, struct heap *heap)
{
    *table = (struct table){.heap = heap};
}

static uint32_t slot_mask(const struct table *table)
{
    return table->entry_room * 2 - 1;
}

static uint32_t home_slot(const struct table *table, uint64_t key)
{
    return (uint32_t)mix_bits(key) & slot_mask(table);
}

static struct table_entry *entry_in(const struct table *table, uint32_t slot)
{
    return &table->entries[table->slots[slot] - 1];
}

/* The slot that holds the key, or the empty one where it would go. */
static uint32_t slot_of(const struct table *table, uint64_t key)
{
    uint32_t slot = home_slot(table, key);
    while (table->slots[slot] && entry_in(table, slot)->key != key)
        slot = (slot + 1) & slot_mask(table);
    return slot;
}

/* Room is there, and the key is not. */
static void append_entry(struct table *table, uint64_t key, uint64_t value)
{
    uint32_t slot = slot_of(table, key);
    table->entries[table->entry_count++] = (struct table_entry){key, value, 1};
    table->slots[slot] = table->entry_count;
    table->live_count++;
}

static void rebuild(struct table *table)
{
    struct table old = *table;
    uint32_t room = MAX(ROOM_FIRST, old.entry_room);
    if (old.live_count > old.entry_room / 2)
        room = old.entry_room * 2;
    CHECK_WHY(room <= ROOM_MAX, "one hash table holds at most 16 million keys");
    table_init(table, old.heap);
    table->entry_room = room;
    table->entries = heap_alloc(old.heap, room * sizeof(table->entries[0]));
    table->slots = heap_alloc(old.heap, room * 2 * sizeof(table->slots[0]));
    for (uint32_t i = 0; i < old.entry_count; i++)
        if (old.entries[i].is_live)
            append_entry(table, old.entries[i].key, old.entries[i].value);
    heap_free(old.heap, old.entries);
    heap_free(old.heap, old.slots);
}

uint64_t *table_find(const struct table *table, uint64_t key)
{
    if (table->live_count == 0)
        return NULL;
    uint32_t slot = slot_of(table, key);
    return table->slots[slot] ? &entry_in(table, slot)->value : NULL;
}

uint64_t table_get(const struct table *table, uint64_t key, uint64_t otherwise)
{
    const uint64_t *value = table_find(table, key);
    return value ? *value : otherwise;
}

bool table_set(struct table *table, uint64_t key, uint64_t value)
{
    uint64_t *old = table_find(table, key);
    if (old) {
        *old = value;
        return false;
    }
    if (table->entry_count == table->entry_room)
        rebuild(table);
    append_entry(table, key, value);
    return true;
}

/* Close the gap at `gap`: a later entry moves into it when the gap lies between its home slot
 * and where it is now, going round. Then its old slot is the gap. */
static void close_gap(struct table *table, uint32_t gap)
{
    uint32_t mask = slot_mask(table);
    for (uint32_t slot = (gap + 1) & mask; table->slots[slot]; slot = (slot + 1) & mask) {
        uint32_t home = home_slot(table, entry_in(table, slot)->key);
        if (((slot - home) & mask) < ((slot - gap) & mask))
            continue;
        table->slots[gap] = table->slots[slot];
        gap = slot;
    }
    table->slots[gap] = 0;
}

bool table_remove(struct table *table, uint64_t key)
{
    if (!table_find(table, key))
        return false;
    uint32_t slot = slot_of(table, key);
    *entry_in(table, slot) = (struct table_entry){0};
    close_gap(table, slot);
    table->live_count--;
    return true;
}

void table_clear(struct table *table)
{
    heap_free(table->heap, table->entries);
    heap_free(table->heap, table->slots);
    table_init(table, table->heap);
}

bool table_next(const struct table *table, uint32_t *cursor, uint64_t *key, uint64_t *value)
{
    while (*cursor < table->entry_count) {
        const struct table_entry *entry = &table->entries[(*cursor)++];
        if (!entry->is_live)
            continue;
        *key = entry->key;
        *value = entry->value;
        return true;
    }
    return false;
}

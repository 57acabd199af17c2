/*
 * load/hot.c: counting keys with a bounded number of counters.
 *
 * Slots are an open-addressed table with linear probing; what is removed leaves no hole, since
 * those that follow move up (Knuth, volume 3, 6.4, algorithm R). Each counter knows its slot, so
 * that an exchange of two counters mends the table in two stores.
 */
#include "db/load/hot.h"

#include "base/mix.h"

_Static_assert(HOT_CAPACITY < 256, "a slot is a byte");
_Static_assert(HOT_SLOTS >= 2 * HOT_CAPACITY && (HOT_SLOTS & (HOT_SLOTS - 1)) == 0,
               "a probe ends at an empty slot");

static uint32_t home_of(uint64_t token)
{
    return (uint32_t)((token * UINT64_C(0x9e3779b97f4a7c15)) >> 56) % HOT_SLOTS;
}

static uint32_t next_slot(uint32_t slot)
{
    return (slot + 1) % HOT_SLOTS;
}

/* The key's slot, or the empty one where it would go. */
static uint32_t slot_of(const struct hot_keys *hot, uint64_t token)
{
    uint32_t slot = home_of(token);
    while (hot->slots[slot] && hot->counters[hot->slots[slot] - 1].token != token)
        slot = next_slot(slot);
    return slot;
}

static void put(struct hot_keys *hot, uint32_t slot, uint32_t index)
{
    hot->slots[slot] = (uint8_t)(index + 1);
    hot->counters[index].slot = slot;
}

/* Would a key that wants `home` be found in `to`, when `from` is where it lies now? */
static bool may_move(uint32_t home, uint32_t to, uint32_t from)
{
    return (from - home) % HOT_SLOTS >= (from - to) % HOT_SLOTS;
}

static void clear_slot(struct hot_keys *hot, uint32_t empty)
{
    for (uint32_t slot = next_slot(empty); hot->slots[slot]; slot = next_slot(slot)) {
        uint32_t index = hot->slots[slot] - 1u;
        if (!may_move(home_of(hot->counters[index].token), empty, slot))
            continue;
        put(hot, empty, index);
        empty = slot;
    }
    hot->slots[empty] = 0;
}

/* The first counter that has no more than this one. */
static uint32_t first_of_equals(const struct hot_keys *hot, uint32_t index)
{
    uint64_t count = hot->counters[index].count;
    uint32_t low = 0, high = index;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (hot->counters[middle].count > count)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void exchange(struct hot_keys *hot, uint32_t a, uint32_t b)
{
    struct hot_counter kept = hot->counters[a];
    hot->counters[a] = hot->counters[b];
    hot->counters[b] = kept;
    put(hot, hot->counters[a].slot, a);
    put(hot, hot->counters[b].slot, b);
}

static void add_one(struct hot_keys *hot, uint32_t index)
{
    uint32_t first = first_of_equals(hot, index);
    if (first != index)
        exchange(hot, first, index);
    hot->counters[first].count++;
}

/* A counter for a key that has none: a new one, or the smallest. The decisive line is the one that
 * keeps what it said: the key may have been counted there before, and lost it. */
static uint32_t take_counter(struct hot_keys *hot, uint64_t token)
{
    bool is_new = hot->used < HOT_CAPACITY;
    uint32_t index = is_new ? hot->used++ : HOT_CAPACITY - 1;
    struct hot_counter *counter = &hot->counters[index];
    if (!is_new)
        clear_slot(hot, counter->slot);
    counter->error = counter->count;
    counter->token = token;
    put(hot, slot_of(hot, token), index);
    return index;
}

void hot_count(struct hot_keys *hot, uint64_t token)
{
    uint32_t found = hot->slots[slot_of(hot, token)];
    hot->total++;
    add_one(hot, found ? found - 1u : take_counter(hot, token));
}

const struct hot_counter *hot_find(const struct hot_keys *hot, uint64_t token)
{
    uint32_t found = hot->slots[slot_of(hot, token)];
    return found ? &hot->counters[found - 1u] : NULL;
}

uint64_t hot_floor(const struct hot_keys *hot)
{
    return hot->used < HOT_CAPACITY ? 0 : hot->counters[HOT_CAPACITY - 1].count;
}

/* --- the hottest ------------------------------------------------------------------------------ */

static uint64_t certain_of(const struct hot_keys *hot, uint64_t token)
{
    const struct hot_counter *counter = hot_find(hot, token);
    return counter ? counter->count - counter->error : 0;
}

static uint64_t most_of(const struct hot_keys *hot, const struct hot_keys *other)
{
    uint64_t most = 0;
    for (uint32_t i = 0; i < hot->used; i++) {
        const struct hot_counter *counter = &hot->counters[i];
        most = MAX(most, counter->count - counter->error + certain_of(other, counter->token));
    }
    return most;
}

uint64_t hot_share_ppb(const struct hot_load *load)
{
    uint64_t all = load->reads.total + load->writes.total;
    uint64_t most = MAX(most_of(&load->reads, &load->writes), most_of(&load->writes, &load->reads));
    return all ? (uint64_t)((uint128)most * UINT64_C(1000000000) / all) : 0;
}

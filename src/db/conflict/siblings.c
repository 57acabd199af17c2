/*
 * siblings.c: dotted version vectors as a set (DVVSet).
 *
 * Preguica, Baquero, Almeida, Fonte, Goncalves 2010 and 2012; the form with one list of values for
 * each actor is that of Riak (riak_core, dvvset.erl), whose names sync, event and join are kept.
 *
 *     [ n1.1: 3 -> "c", "b" ]    n1.1's events 1 to 3 are known; 3 wrote "c", 2 wrote "b", and what
 *     [ n2.1: 1 -> "x"      ]    1 wrote has been replaced. The siblings are c, b and x
 *
 * The dot of a value says which event wrote it, and that is the whole point: a client that has seen
 * event 2 replaces "b" and not "c", though both came through the same node. So there are never
 * more siblings than puts that really did not know of each other. (Plain version vectors cannot
 * tell the two apart: vector.c.)
 *
 * Encoded: 2 bytes of count; for each actor 8 bytes, 8 of counter, 2 of how many values, and these
 * as blocks, the newest first.
 */
#include "base/bytes.h"
#include "db/conflict/kinds.h"

static struct siblings siblings_room(struct scratch *scratch, uint32_t count)
{
    return (struct siblings){scratch_take(scratch, count * sizeof(struct dotted)), 0};
}

static void read_values(struct scratch *scratch, struct reader *reader, struct dotted *entry)
{
    entry->value_count = (uint32_t)read_number(reader, 2);
    if (entry->value_count > entry->counter || entry->value_count > reader->left.size / 4)
        reader->is_broken = true;
    if (reader->is_broken)
        return;
    entry->values = scratch_take(scratch, entry->value_count * sizeof *entry->values);
    for (uint32_t i = 0; i < entry->value_count; i++)
        entry->values[i] = read_block(reader);
}

struct siblings siblings_read(struct scratch *scratch, struct reader *reader)
{
    uint32_t count = (uint32_t)read_number(reader, 2);
    struct siblings siblings = {0};
    if (count > reader->left.size / 18)
        reader->is_broken = true;
    if (reader->is_broken)
        return siblings;
    siblings = siblings_room(scratch, count);
    for (uint32_t i = 0; i < count && !reader->is_broken; i++) {
        struct dotted *entry = &siblings.entries[i];
        entry->actor = read_number(reader, 8);
        entry->counter = read_number(reader, 8);
        bool is_in_order = i == 0 || siblings.entries[i - 1].actor < entry->actor;
        reader->is_broken |= !is_in_order || entry->counter == 0;
        read_values(scratch, reader, entry);
        siblings.count++;
    }
    return siblings;
}

void siblings_build(struct builder *builder, const struct siblings *siblings)
{
    build_number(builder, siblings->count, 2);
    for (uint32_t i = 0; i < siblings->count; i++) {
        const struct dotted *entry = &siblings->entries[i];
        build_number(builder, entry->actor, 8);
        build_number(builder, entry->counter, 8);
        build_number(builder, entry->value_count, 2);
        for (uint32_t j = 0; j < entry->value_count; j++)
            build_block(builder, entry->values[j]);
    }
}

/* The value that an event wrote. Two that differ should not be: an actor has done two things under
 * one number (riak_kv #679). One of them is lost, and it must be the same one everywhere. */
static struct bytes value_of_event(const struct dotted *a, const struct dotted *b, uint64_t event)
{
    if (event > b->counter)
        return a->values[a->counter - event];
    if (event > a->counter)
        return b->values[b->counter - event];
    struct bytes of_a = a->values[a->counter - event], of_b = b->values[b->counter - event];
    return bytes_compare(of_a, of_b) >= 0 ? of_a : of_b;
}

/* The events of one actor, as two know them: a value stays when both have it, or when one has it
 * and the other does not know its event. (dvvset.erl, merge/5.) */
static struct dotted merge_actor(struct scratch *scratch, const struct dotted *a,
                                 const struct dotted *b)
{
    uint64_t replaced = MAX(a->counter - a->value_count, b->counter - b->value_count);
    struct dotted both = {.actor = a->actor, .counter = MAX(a->counter, b->counter)};
    both.value_count = (uint32_t)(both.counter - replaced);
    both.values = scratch_take(scratch, both.value_count * sizeof *both.values);
    for (uint32_t i = 0; i < both.value_count; i++)
        both.values[i] = value_of_event(a, b, both.counter - i);
    return both;
}

struct siblings siblings_sync(struct scratch *scratch, const struct siblings *a,
                              const struct siblings *b)
{
    struct siblings both = siblings_room(scratch, a->count + b->count);
    uint32_t i = 0, j = 0;
    while (i < a->count || j < b->count) {
        bool has_a = i < a->count && (j == b->count || a->entries[i].actor <= b->entries[j].actor);
        bool has_b = j < b->count && (i == a->count || b->entries[j].actor <= a->entries[i].actor);
        struct dotted *next = &both.entries[both.count++];
        if (has_a && has_b)
            *next = merge_actor(scratch, &a->entries[i], &b->entries[j]);
        else
            *next = has_a ? a->entries[i] : b->entries[j];
        i += has_a;
        j += has_b;
    }
    return both;
}

struct clock siblings_clock(struct scratch *scratch, const struct siblings *siblings)
{
    struct clock clock = {scratch_take(scratch, siblings->count * sizeof(struct dot)), 0};
    for (uint32_t i = 0; i < siblings->count; i++)
        clock.entries[clock.count++] =
            (struct dot){siblings->entries[i].actor, siblings->entries[i].counter};
    return clock;
}

struct siblings siblings_without(struct scratch *scratch, const struct siblings *siblings,
                                 const struct clock *seen)
{
    struct siblings known = siblings_room(scratch, seen->count);
    for (uint32_t i = 0; i < seen->count; i++)
        known.entries[known.count++] =
            (struct dotted){.actor = seen->entries[i].actor, .counter = seen->entries[i].counter};
    return siblings_sync(scratch, siblings, &known);
}

struct siblings siblings_event(struct scratch *scratch, const struct siblings *siblings,
                               uint64_t actor, struct bytes value)
{
    struct clock known = siblings_clock(scratch, siblings);
    struct dotted before = {0};
    for (uint32_t i = 0; i < siblings->count; i++)
        if (siblings->entries[i].actor == actor)
            before = siblings->entries[i];
    /* The event is the next of its actor and replaces nothing: the values before it are said
     * again. */
    struct dotted event = {.actor = actor, .counter = clock_at(&known, actor) + 1};
    event.value_count = before.value_count + 1;
    event.values = scratch_take(scratch, event.value_count * sizeof *event.values);
    event.values[0] = value;
    for (uint32_t i = 0; i < before.value_count; i++)
        event.values[i + 1] = before.values[i];
    struct siblings one = {&event, 1};
    return siblings_sync(scratch, siblings, &one);
}

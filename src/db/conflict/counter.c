/*
 * counter.c: a number that many nodes add to at once (PN-counter).
 *
 * Shapiro, Preguica, Baquero, Zawirski 2011. Each actor keeps what it has added and what it has
 * taken away, and both only ever grow: so of two tallies of one actor the larger one is the later
 * one, and the sum over all actors misses nothing and counts nothing twice, in whatever order and
 * however often tallies arrive.
 *
 *     n1.1: +5 -1      n2.1: +2      the value is 6
 *
 * (Cassandra's and Scylla's counters are made of such shards, too.) What it does not do: an
 * increment that a client sends again because it was not answered counts again.
 *
 * Encoded: 2 bytes of count; for each actor 8 bytes, 8 of what was added, 8 of what was taken away.
 */
#include "db/conflict/kinds.h"

struct counter counter_read(struct scratch *scratch, struct reader *reader)
{
    uint32_t count = (uint32_t)read_number(reader, 2);
    struct counter counter = {0};
    reader->is_broken |= count > reader->left.size / 24;
    if (reader->is_broken)
        return counter;
    counter.tallies = scratch_take(scratch, count * sizeof *counter.tallies);
    for (uint32_t i = 0; i < count; i++) {
        struct tally *tally = &counter.tallies[counter.count++];
        tally->actor = read_number(reader, 8);
        tally->up = read_number(reader, 8);
        tally->down = read_number(reader, 8);
        reader->is_broken |= i > 0 && tally[-1].actor >= tally->actor;
        reader->is_broken |= tally->up == 0 && tally->down == 0;
    }
    return counter;
}

void counter_build(struct builder *builder, const struct counter *counter)
{
    build_number(builder, counter->count, 2);
    for (uint32_t i = 0; i < counter->count; i++) {
        build_number(builder, counter->tallies[i].actor, 8);
        build_number(builder, counter->tallies[i].up, 8);
        build_number(builder, counter->tallies[i].down, 8);
    }
}

struct counter counter_sync(struct scratch *scratch, const struct counter *a,
                            const struct counter *b)
{
    struct counter both = {scratch_take(scratch, (a->count + b->count) * sizeof(struct tally)), 0};
    uint32_t i = 0, j = 0;
    while (i < a->count || j < b->count) {
        bool has_a = i < a->count && (j == b->count || a->tallies[i].actor <= b->tallies[j].actor);
        bool has_b = j < b->count && (i == a->count || b->tallies[j].actor <= a->tallies[i].actor);
        struct tally *next = &both.tallies[both.count++];
        if (has_a)
            *next = a->tallies[i++];
        if (has_b) {
            next->actor = b->tallies[j].actor;
            next->up = MAX(next->up, b->tallies[j].up);
            next->down = MAX(next->down, b->tallies[j].down);
            j++;
        }
    }
    return both;
}

struct counter counter_add(struct scratch *scratch, const struct counter *counter, uint64_t actor,
                           int64_t amount)
{
    struct tally tally = {.actor = actor};
    for (uint32_t i = 0; i < counter->count; i++)
        if (counter->tallies[i].actor == actor)
            tally = counter->tallies[i];
    if (amount >= 0)
        tally.up += (uint64_t)amount;
    else
        tally.down += (uint64_t)-amount;
    struct counter one = {&tally, amount != 0};
    return counter_sync(scratch, counter, &one);
}

int64_t counter_sum(const struct counter *counter)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < counter->count; i++)
        sum += counter->tallies[i].up - counter->tallies[i].down;
    return (int64_t)sum;
}

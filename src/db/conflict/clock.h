/*
 * clock.h: version vectors: how much somebody has seen of what others did.
 *
 * An actor is one life of one node: its index, and an epoch that it never uses again after it may
 * have forgotten something (actor.c). A dot is one event of an actor, the n-th; a clock says of
 * each actor up to which of its events everything is known:
 *
 *     n1.1: 3, n2.1: 1        knows n1.1's events 1, 2, 3 and n2.1's event 1
 *
 * a <= b when b knows all that a knows; neither a <= b nor b <= a: they are concurrent.
 * (Parker et al. 1983; Dynamo, section 4.4, calls it a vector clock.)
 *
 * Encoded: 2 bytes of count; for each actor, in ascending order, 8 bytes of actor and 8 of counter.
 */
#ifndef DB_CONFLICT_CLOCK_H
#define DB_CONFLICT_CLOCK_H

#include "db/conflict/bytes_io.h"

/* Node in the upper half, epoch in the lower one. */
static inline uint64_t actor_of(uint32_t node, uint32_t epoch)
{
    return (uint64_t)node << 32 | epoch;
}

struct dot {
    uint64_t actor;
    uint64_t counter; /* from 1 */
};

/* Ascending by actor, each once. The entries are scratch memory. */
struct clock {
    struct dot *entries;
    uint32_t count;
};

#define CLOCK_ENTRIES_MAX 0xffffu

static inline int dot_compare(const struct dot *a, const struct dot *b)
{
    if (a->actor != b->actor)
        return a->actor < b->actor ? -1 : 1;
    return (a->counter > b->counter) - (a->counter < b->counter);
}

/* Up to which event of this actor; 0: none. */
uint64_t clock_at(const struct clock *clock, uint64_t actor);

static inline bool clock_knows(const struct clock *clock, const struct dot *dot)
{
    return clock_at(clock, dot->actor) >= dot->counter;
}

/* Does b know all that a knows? */
bool clock_is_within(const struct clock *a, const struct clock *b);

/* What a or b knows. */
struct clock clock_join(struct scratch *scratch, const struct clock *a, const struct clock *b);

/* The same, but of this actor up to `counter`. */
struct clock clock_with(struct scratch *scratch, const struct clock *clock, uint64_t actor,
                        uint64_t counter);

struct clock clock_read(struct scratch *scratch, struct reader *reader);
void clock_build(struct builder *builder, const struct clock *clock);

#endif

/*
 * clock.c: version vectors.
 */
#include "db/conflict/clock.h"

#include <string.h>

uint64_t clock_at(const struct clock *clock, uint64_t actor)
{
    for (uint32_t i = 0; i < clock->count; i++)
        if (clock->entries[i].actor == actor)
            return clock->entries[i].counter;
    return 0;
}

bool clock_is_within(const struct clock *a, const struct clock *b)
{
    for (uint32_t i = 0; i < a->count; i++)
        if (!clock_knows(b, &a->entries[i]))
            return false;
    return true;
}

struct clock clock_join(struct scratch *scratch, const struct clock *a, const struct clock *b)
{
    struct clock both = {scratch_take(scratch, (a->count + b->count) * sizeof(struct dot)), 0};
    uint32_t i = 0, j = 0;
    while (i < a->count || j < b->count) {
        bool has_a = i < a->count && (j == b->count || a->entries[i].actor <= b->entries[j].actor);
        bool has_b = j < b->count && (i == a->count || b->entries[j].actor <= a->entries[i].actor);
        struct dot *next = &both.entries[both.count++];
        if (has_a)
            *next = a->entries[i++];
        if (has_b) {
            next->actor = b->entries[j].actor;
            next->counter = MAX(next->counter, b->entries[j].counter);
            j++;
        }
    }
    return both;
}

struct clock clock_with(struct scratch *scratch, const struct clock *clock, uint64_t actor,
                        uint64_t counter)
{
    struct dot dot = {actor, counter};
    struct clock one = {&dot, 1};
    return clock_join(scratch, clock, &one);
}

struct clock clock_read(struct scratch *scratch, struct reader *reader)
{
    struct clock clock = {.count = (uint32_t)read_number(reader, 2)};
    if (clock.count > reader->left.size / sizeof(struct dot)) {
        reader->is_broken = true;
        return (struct clock){0};
    }
    clock.entries = scratch_take(scratch, clock.count * sizeof(struct dot));
    for (uint32_t i = 0; i < clock.count; i++) {
        clock.entries[i].actor = read_number(reader, 8);
        clock.entries[i].counter = read_number(reader, 8);
        bool is_in_order = i == 0 || clock.entries[i - 1].actor < clock.entries[i].actor;
        reader->is_broken |= !is_in_order || clock.entries[i].counter == 0;
    }
    return clock;
}

void clock_build(struct builder *builder, const struct clock *clock)
{
    build_number(builder, clock->count, 2);
    for (uint32_t i = 0; i < clock->count; i++) {
        build_number(builder, clock->entries[i].actor, 8);
        build_number(builder, clock->entries[i].counter, 8);
    }
}

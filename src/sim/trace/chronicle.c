/*
 * chronicle.c: telling a record to the parts of a chronicle.
 */
#include "sim/trace/chronicle.h"

#include "sim/world/world.h"

void chronicle_begin(struct chronicle *chronicle, uint32_t node_count, uint32_t client_count,
                     vtime duration)
{
    density_init(&chronicle->density, &chronicle->heap, node_count, client_count, duration);
    presence_init(&chronicle->presence, &chronicle->heap, node_count, client_count);
    presence_begin(&chronicle->presence, NULL);
    chronicle->told = 0;
    chronicle->last_time = chronicle->counted_to = 0;
}

void chronicle_take(struct chronicle *chronicle, const struct world *world,
                    const struct tape_record *record)
{
    if (!density_take(&chronicle->density, record))
        return;
    chronicle->counted_to = record->time;
    chronicle->last_time = MAX(chronicle->last_time, record->time);
    if (record->number <= chronicle->told)
        return;
    chronicle->told = record->number;
    presence_take(&chronicle->presence, world, record);
}

void chronicle_copy(struct chronicle *chronicle, const struct chronicle *from, uint64_t number,
                    const struct world *world)
{
    density_copy(&chronicle->density, &from->density, number, world->state->now);
    presence_copy(&chronicle->presence, &from->presence, number, world);
    chronicle->told = number;
    chronicle->last_time = world->state->now;
    chronicle->counted_to = chronicle->density.record_count == number
                                ? world->state->now
                                : (vtime)chronicle->density.begun_count << chronicle->density.shift;
}

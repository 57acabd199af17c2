/*
 * chronicle.c: telling a record to the three parts of a chronicle.
 */
#include "sim/chronicle.h"

#include <string.h>

#include "sim/world.h"

void chronicle_begin(struct chronicle *chronicle, uint32_t node_count, uint32_t client_count,
                     vtime duration)
{
    density_init(&chronicle->density, &chronicle->heap, node_count, client_count, duration);
    presence_init(&chronicle->presence, &chronicle->heap, node_count, client_count);
    presence_begin(&chronicle->presence, NULL);
    chronicle->landmarks = NULL;
    chronicle->landmark_count = chronicle->landmark_room = 0;
    chronicle->told = 0;
    chronicle->last_time = chronicle->counted_to = 0;
}

static void add_landmark(struct chronicle *chronicle, const struct tape_record *record)
{
    bool is_landmark = record->class == TAPE_FAULT || record->class == TAPE_BROKEN ||
                       (record->class == TAPE_CURE && record->is_headline);
    if (!is_landmark || chronicle->landmark_count == CHRONICLE_LANDMARKS_MAX)
        return;
    if (chronicle->landmark_count == chronicle->landmark_room) {
        chronicle->landmark_room = MAX(16, 2 * chronicle->landmark_room);
        chronicle->landmarks =
            heap_resize(&chronicle->heap, chronicle->landmarks,
                        chronicle->landmark_room * sizeof *chronicle->landmarks);
    }
    chronicle->landmarks[chronicle->landmark_count++] = *record;
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
    add_landmark(chronicle, record);
}

void chronicle_copy(struct chronicle *chronicle, const struct chronicle *from, uint64_t number,
                    const struct world *world)
{
    uint32_t count = 0;
    density_copy(&chronicle->density, &from->density, number, world->state->now);
    presence_copy(&chronicle->presence, &from->presence, number, world);
    while (count < from->landmark_count && from->landmarks[count].number <= number)
        count++;
    chronicle->landmarks = heap_resize(&chronicle->heap, chronicle->landmarks,
                                       count * sizeof *chronicle->landmarks);
    if (count > 0)
        memcpy(chronicle->landmarks, from->landmarks, count * sizeof *from->landmarks);
    chronicle->landmark_count = chronicle->landmark_room = count;
    chronicle->told = number;
    chronicle->last_time = world->state->now;
    chronicle->counted_to = chronicle->density.record_count == number
                                ? world->state->now
                                : (vtime)chronicle->density.begun_count << chronicle->density.shift;
}

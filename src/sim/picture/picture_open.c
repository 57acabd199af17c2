/*
 * picture_open.c: the operations that coordinators have in hand.
 *
 * A slot for each replica that was asked. Here it is done, refused, or (until
 * picture_flight.c finds the question or the answer somewhere) lost.
 */
#include "sim/picture/picture_parts.h"

#include <string.h>

#include "sim/picture/view.h"

static uint8_t phase_of(const struct pending *pending)
{
    if (pending->is_told)
        return PICTURE_PHASE_TOLD;
    switch (pending->phase) {
    case PHASE_UPDATE:
    case PHASE_WRITE: return PICTURE_PHASE_WRITE;
    case PHASE_DIGEST: return PICTURE_PHASE_DIGEST;
    case PHASE_FULL: return PICTURE_PHASE_FULL;
    case PHASE_REPAIR: return PICTURE_PHASE_REPAIR;
    default: return PICTURE_PHASE_TOLD;
    }
}

static uint8_t slot_of(const struct pending *pending, uint32_t i)
{
    bool is_done;
    if (pending->refused_by >> i & 1)
        return PICTURE_SLOT_REFUSED;
    if (!pending->answers)
        is_done = pending->answered >> i & 1;
    else if (pending->phase == PHASE_DIGEST)
        is_done = pending->answers[i].has_digest;
    else if (pending->phase == PHASE_FULL)
        is_done = pending->answers[i].has_value;
    else
        is_done = !pending->answers[i].is_repairing;
    return is_done ? PICTURE_SLOT_DONE : PICTURE_SLOT_LOST;
}

static uint32_t key_index(const struct world *world, uint64_t token)
{
    const uint64_t *index = table_find(&world->state->clients.keys, token);
    return index && *index < PICTURE_KEYS_MAX ? (uint32_t)*index : UINT32_MAX;
}

static void take_operation(const struct world *world, uint32_t coordinator,
                           const struct pending *pending, struct picture_operation *operation)
{
    struct text label;
    *operation = (struct picture_operation){.about = pending->request,
                                            .coordinator = coordinator,
                                            .client = pending->client,
                                            .key = key_index(world, pending->key_token),
                                            .kind = operation_kind_name(pending->kind),
                                            .phase = phase_of(pending),
                                            .is_open = table_has(&world->state->clients.in_flight,
                                                                 pending->request),
                                            .needed = pending->needed,
                                            .acknowledged = pending->acknowledged,
                                            .replica_count = pending->replica_count,
                                            .begun_at = world->state->now,
                                            .due_at = world->state->now};
    text_init(&label, operation->label, sizeof operation->label);
    world_request_text(world, &label, pending->request);
    for (uint32_t i = 0; i < pending->replica_count; i++) {
        operation->replicas[i] = pending->replicas[i];
        operation->slots[i] = slot_of(pending, i);
    }
}

static uint32_t count_open(const struct world *world)
{
    uint32_t count = 0;
    for (uint32_t node = 0; node < world->scenario->node.nodes; node++)
        if (machine_at(world, node)->node)
            count += table_count(&machine_at(world, node)->node->pending);
    return MIN(count, (uint32_t)PICTURE_OPERATIONS_MAX);
}

void picture_take_open(const struct world *world, struct heap *scratch, struct picture *picture)
{
    uint32_t room = count_open(world);
    picture->open = heap_alloc(scratch, room * sizeof *picture->open);
    for (uint32_t node = 0; node < picture->node_count; node++) {
        const struct machine *machine = machine_at(world, node);
        uint64_t request, pending;
        uint32_t cursor = 0;
        while (machine->node && picture->open_count < room &&
               table_next(&machine->node->pending, &cursor, &request, &pending))
            take_operation(world, node, (const struct pending *)(uintptr_t)pending,
                           &picture->open[picture->open_count++]);
    }
}

/*
 * status.c: a row for each node.
 */
#include "sim/picture/status.h"

#include "sim/condition/condition.h"
#include "sim/picture/view.h"

static void take_suspicions(const struct world *world, uint32_t from, uint32_t node,
                            struct heap *scratch, struct status_node *to)
{
    uint32_t count = world->scenario->node.nodes;
    to->suspected_by = heap_alloc(scratch, count * sizeof *to->suspected_by);
    for (uint32_t by = 0; by < count; by++)
        if (by != node && (from == MEMBERS_ALL || by == from) &&
            world_view_doubts(world, by, node))
            to->suspected_by[to->suspected_by_count++] = by;
    to->is_suspected = to->suspected_by_count > 0;
}

static void take_machine(const struct world *world, uint32_t node, struct status_node *to)
{
    const struct machine *machine = machine_at(world, node);
    struct node_view view = world_view_node(world, node);
    to->is_known = true;
    to->state = view.state;
    to->incarnation = view.incarnation;
    to->disk_bytes = view.disk_bytes;
    to->waiting = view.waiting;
    to->is_running = machine->node != NULL;
    if (!to->is_running)
        return;
    to->keys = view.keys;
    to->bytes = store_bytes(&machine->node->storage.store);
    to->operations = table_count(&machine->node->pending);
}

/* For whom it keeps writes. */
static void take_hints(const struct world *world, uint32_t node, struct heap *scratch,
                       struct status_node *to)
{
    const struct machine *machine = machine_at(world, node);
    uint32_t count = world->scenario->node.nodes;
    to->has_hints = to->is_running && world->scenario->node.hints.is_on;
    to->hints_for = heap_alloc(scratch, count * sizeof *to->hints_for);
    if (!to->has_hints)
        return;
    to->hints = machine->node->hints.count;
    for (uint32_t target = 0; target < count && to->hints > 0; target++)
        if (machine->node->hints.queues[target].count > 0)
            to->hints_for[to->hints_for_count++] = target;
}

/* A key counts at each owner of its range. */
static void take_differences(const struct world *world, struct status *status)
{
    uint32_t owners[REPLICATION_MAX], replication = world->scenario->node.replication;
    const struct placement *placement = &world->state->placement;
    uint64_t patience = UINT64_MAX;
    status->is_compared = true;
    for (uint32_t range = 0; range < placement->range_count; range++) {
        uint64_t keys = world_range_differing(world, range, &patience);
        uint32_t count = placement_replicas(placement, range, replication, true, owners);
        status->differing += keys;
        for (uint32_t i = 0; i < count && keys > 0; i++)
            status->nodes[owners[i]].differing += keys;
    }
}

void status_take(const struct world *world, uint32_t from, struct heap *scratch,
                 struct status *status)
{
    *status = (struct status){.node_count = world->scenario->node.nodes};
    members_take(world, from, scratch, &status->members);
    status->nodes = heap_alloc(scratch, status->node_count * sizeof *status->nodes);
    for (uint32_t node = 0; node < status->node_count; node++) {
        struct status_node *to = &status->nodes[node];
        to->name = world->scenario->nodes[node].name;
        take_suspicions(world, from, node, scratch, to);
        to->state = to->is_suspected ? STATE_DOWN : STATE_UP;
        if (from == MEMBERS_ALL || from == node) {
            take_machine(world, node, to);
            take_hints(world, node, scratch, to);
        }
    }
    if (from == MEMBERS_ALL)
        take_differences(world, status);
}

/*
 * status.c: a row for each node.
 */
#include "sim/picture/status.h"

#include "sim/condition/condition.h"
#include "sim/metrics/metric.h"
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

/* Only members judge, and only once they have recovered. */
static void take_thoughts(const struct world *world, uint32_t from, uint32_t node,
                          struct status_node *to)
{
    struct picture_peer opinion;
    for (uint32_t by = 0; by < world->scenario->node.nodes; by++) {
        const struct node *judge = machine_at(world, by)->node;
        if (by != node && (from == MEMBERS_ALL || by == from) && judge &&
            judge->membership.is_ready && topology_is_member(&judge->membership.now, by) &&
            picture_peer(world, by, node, world->state->now, &opinion))
            to->thought[opinion.state]++;
    }
}

static void take_detector(const struct world *world, uint32_t node, struct status_node *to)
{
    uint64_t phi = metric_read_phi(world, node), health = metric_read_health(world, node);
    to->has_phi = phi != METRIC_NONE;
    to->has_health = health != METRIC_NONE;
    to->phi_milli = to->has_phi ? phi : 0;
    to->health = to->has_health ? (uint32_t)health : 0;
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
    take_detector(world, node, to);
}

/* --- load ------------------------------------------------------------------------------------- */

static void take_load(const struct world *world, uint32_t node, struct status_node *to)
{
    const struct node *process = machine_at(world, node)->node;
    to->queue_bound = world->scenario->nodes[node].cpu.queue_max;
    if (!process)
        return;
    to->shed = process->admission.shed;
    to->has_asked = process->load.peers != NULL;
    for (uint32_t peer = 0; peer < world->scenario->node.nodes; peer++)
        to->outstanding += load_of(&process->load, peer).outstanding;
}

/* Owners are those of the newest topology; rows, what lies in the node's own memory. */
static void take_ranges(const struct world *world, struct status *status)
{
    const struct placement *placement = &world->state->placement;
    uint32_t owners[REPLICATION_MAX];
    for (uint32_t range = 0; status->has_ranges && range < placement->range_count; range++) {
        struct position_range positions = placement_range(placement, range);
        uint32_t count = placement_replicas(placement, range, world->scenario->node.replication,
                                            true, owners);
        for (uint32_t i = 0; i < count; i++) {
            struct status_node *to = &status->nodes[owners[i]];
            const struct node *process = machine_at(world, owners[i])->node;
            to->ranges++;
            if (process && to->is_known)
                to->range_rows_most =
                    MAX(to->range_rows_most, store_sum(&process->storage.store, positions).rows);
        }
    }
}

/* --- replicas --------------------------------------------------------------------------------- */

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
    *status = (struct status){
        .node_count = world->scenario->node.nodes,
        .has_ranges = world->scenario->node.placement.strategy == PLACEMENT_RANGES,
        .is_swim = world->scenario->node.detector == DETECTOR_SWIM,
    };
    members_take(world, from, scratch, &status->members);
    status->nodes = heap_alloc(scratch, status->node_count * sizeof *status->nodes);
    for (uint32_t node = 0; node < status->node_count; node++) {
        struct status_node *to = &status->nodes[node];
        to->name = world->scenario->nodes[node].name;
        take_suspicions(world, from, node, scratch, to);
        take_thoughts(world, from, node, to);
        to->state = to->is_suspected ? STATE_DOWN : STATE_UP;
        if (from != MEMBERS_ALL && from != node)
            continue;
        take_machine(world, node, to);
        take_load(world, node, to);
        take_hints(world, node, scratch, to);
    }
    take_ranges(world, status);
    if (from == MEMBERS_ALL)
        take_differences(world, status);
}

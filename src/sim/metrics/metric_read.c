/*
 * metric_read.c: metrics that are read from the world as it is, one small function each.
 *
 * `node` is a node, or METRIC_CLUSTER where the metric is the cluster's. What lies in the memory
 * of a process is METRIC_NONE while there is no process. Nothing is computed that grows with the
 * number of rows, but for those that say so in their help.
 */
#include "db/conflict/answer.h"
#include "sim/metrics/meter.h"
#include "sim/picture/peers.h"
#include "sim/picture/view.h"

#define ROWS_LOOKED_AT_MAX 65536

static const struct storage *storage_of(const struct world *world, uint32_t node)
{
    const struct machine *machine = machine_at(world, node);
    return machine->node ? &machine->node->storage : NULL;
}

/* --- of the cluster --------------------------------------------------------------------------- */

uint64_t metric_read_pending(const struct world *world, uint32_t node)
{
    (void)node;
    struct condition_view view = world_condition_view(world);
    return view.operations(world, OWNER_OPS, OUTCOME_PENDING);
}

uint64_t metric_read_stale(const struct world *world, uint32_t node)
{
    (void)node;
    return world->state->stale.stale_count;
}

uint64_t metric_read_in_flight(const struct world *world, uint32_t node)
{
    (void)node;
    return world->state->net.parcels.taken_count;
}

uint64_t metric_read_keys_differing(const struct world *world, uint32_t node)
{
    (void)node;
    return world_key_count(world) <= ROWS_LOOKED_AT_MAX ? world_keys_differing(world) : METRIC_NONE;
}

uint64_t metric_read_steps(const struct world *world, uint32_t node)
{
    (void)node;
    return world->state->step;
}

uint64_t metric_read_records(const struct world *world, uint32_t node)
{
    (void)node;
    return world->state->records;
}

/* --- of a machine ----------------------------------------------------------------------------- */

uint64_t metric_read_queue(const struct world *world, uint32_t node)
{
    return machine_at(world, node)->cpu.waiting + machine_at(world, node)->cpu.busy;
}

uint64_t metric_read_busy(const struct world *world, uint32_t node)
{
    return cpu_busy_ns(&machine_at(world, node)->cpu, world->state->now);
}

uint64_t metric_read_cores(const struct world *world, uint32_t node)
{
    return world->scenario->nodes[node].cpu.cores;
}

uint64_t metric_read_disk_appends(const struct world *world, uint32_t node)
{
    return machine_at(world, node)->disk.append_count;
}

uint64_t metric_read_disk_syncs(const struct world *world, uint32_t node)
{
    return machine_at(world, node)->disk.sync_count;
}

uint64_t metric_read_disk_reads(const struct world *world, uint32_t node)
{
    return machine_at(world, node)->disk.read_count;
}

uint64_t metric_read_disk_synced(const struct world *world, uint32_t node)
{
    return machine_at(world, node)->disk.synced_bytes;
}

uint64_t metric_read_disk_used(const struct world *world, uint32_t node)
{
    return machine_at(world, node)->disk.used_bytes;
}

uint64_t metric_read_disk_unsynced(const struct world *world, uint32_t node)
{
    return disk_unsynced_bytes(&machine_at(world, node)->disk);
}

uint64_t metric_read_log_size(const struct world *world, uint32_t node)
{
    return disk_bytes_of_kind(&machine_at(world, node)->disk, FILE_LOG);
}

uint64_t metric_read_memory(const struct world *world, uint32_t node)
{
    return heap_bytes(&machine_at(world, node)->memory);
}

uint64_t metric_read_up(const struct world *world, uint32_t node)
{
    return world_view_node(world, node).state == STATE_UP;
}

/* --- of a process ----------------------------------------------------------------------------- */

uint64_t metric_read_rows(const struct world *world, uint32_t node)
{
    const struct storage *storage = storage_of(world, node);
    return storage ? store_count(&storage->store) : METRIC_NONE;
}

uint64_t metric_read_store_size(const struct world *world, uint32_t node)
{
    const struct storage *storage = storage_of(world, node);
    return storage ? store_bytes(&storage->store) : METRIC_NONE;
}

uint64_t metric_read_tombstones(const struct world *world, uint32_t node)
{
    const struct storage *storage = storage_of(world, node);
    uint64_t count = 0;
    if (!storage || store_count(&storage->store) > ROWS_LOOKED_AT_MAX)
        return METRIC_NONE;
    for (const struct store_row *row = store_first(&storage->store); row; row = store_next(row))
        count += row->version.is_tombstone;
    return count;
}

uint64_t metric_read_suspects(const struct world *world, uint32_t node)
{
    return machine_at(world, node)->node ? world_view_node(world, node).suspected_count
                                         : METRIC_NONE;
}

uint64_t metric_read_health(const struct world *world, uint32_t node)
{
    struct picture_listener listener;
    bool has_score = picture_listener(world, node, &listener) && listener.has_health;
    return has_score ? listener.health : METRIC_NONE;
}

/* Of those that it takes for down, phi grows for ever. */
uint64_t metric_read_phi(const struct world *world, uint32_t node)
{
    struct picture_listener listener;
    struct picture_peer opinion;
    uint64_t most = 0;
    if (!picture_listener(world, node, &listener) || !listener.is_phi)
        return METRIC_NONE;
    for (uint32_t peer = 0; peer < world->scenario->node.nodes; peer++)
        if (peer != node && picture_peer(world, node, peer, world->state->now, &opinion) &&
            opinion.state == PEER_UP)
            most = MAX(most, opinion.phi_milli);
    return most;
}

uint64_t metric_read_topology_version(const struct world *world, uint32_t node)
{
    const struct machine *machine = machine_at(world, node);
    return machine->node ? machine->node->membership.now.version : METRIC_NONE;
}

uint64_t metric_read_topology_phase(const struct world *world, uint32_t node)
{
    const struct machine *machine = machine_at(world, node);
    return machine->node ? machine->node->membership.now.phase : METRIC_NONE;
}

uint64_t metric_read_hints(const struct world *world, uint32_t node)
{
    return machine_at(world, node)->node ? world_view_node(world, node).hints : METRIC_NONE;
}

/* --- load ------------------------------------------------------------------------------------- */

uint64_t metric_read_outstanding(const struct world *world, uint32_t node)
{
    const struct node *process = machine_at(world, node)->node;
    uint64_t count = 0;
    if (!process)
        return METRIC_NONE;
    for (uint32_t peer = 0; peer < world->scenario->node.nodes; peer++)
        count += load_of(&process->load, peer).outstanding;
    return count;
}

uint64_t metric_read_hot_share(const struct world *world, uint32_t node)
{
    const struct node *process = machine_at(world, node)->node;
    return process && process->hot ? hot_share_ppb(process->hot) : METRIC_NONE;
}

/* --- siblings --------------------------------------------------------------------------------- */

static bool keeps_siblings(const struct world *world)
{
    const struct node_config *config = &world->scenario->node;
    for (uint32_t i = 0; i < config->table_count; i++)
        if (config->tables[i].kind == VERSION_SIBLINGS || config->tables[i].kind == VERSION_VECTOR)
            return true;
    return false;
}

/* Of the rows of a node: the most siblings of one, and how many have several. */
static bool count_siblings(const struct world *world, uint32_t node, uint64_t *most, uint64_t *keys)
{
    const struct storage *storage = storage_of(world, node);
    *most = *keys = 0;
    if (!storage || store_count(&storage->store) > ROWS_LOOKED_AT_MAX)
        return false;
    if (!keeps_siblings(world))
        return true;
    for (const struct store_row *row = store_first(&storage->store); row; row = store_next(row)) {
        bool is_list = row->version.kind == VERSION_SIBLINGS || row->version.kind == VERSION_VECTOR;
        uint64_t count = is_list ? conflict_value_count(&row->version) : 0;
        *most = MAX(*most, count);
        *keys += count > 1;
    }
    return true;
}

uint64_t metric_read_siblings_most(const struct world *world, uint32_t node)
{
    uint64_t most, keys;
    return count_siblings(world, node, &most, &keys) ? most : METRIC_NONE;
}

uint64_t metric_read_sibling_keys(const struct world *world, uint32_t node)
{
    uint64_t most, keys;
    return count_siblings(world, node, &most, &keys) ? keys : METRIC_NONE;
}

/*
 * view.c: looking at nodes, keys and replicas.
 */
#include "sim/picture/view.h"

#include "db/conflict/answer.h"
#include "sim/client/client_known.h"

#include "sim/world/preload.h"

#include <string.h>

static uint8_t running_state(const struct machine *machine)
{
    if (!machine->node)
        return STATE_STARTING;
    switch (machine->node->storage.state) {
    case STORAGE_READY: return STATE_UP;
    case STORAGE_REFUSED: return STATE_REFUSED;
    default: return STATE_RECOVERING;
    }
}

static uint8_t state_of(const struct machine *machine)
{
    switch (machine->state) {
    case NODE_DOWN: return STATE_DOWN;
    case NODE_PAUSED: return STATE_PAUSED;
    default: return running_state(machine);
    }
}

uint8_t world_view_life(const struct world *world, uint32_t node)
{
    const struct machine *machine = machine_at(world, node);
    return machine->state == NODE_DOWN ? (uint8_t)STATE_DOWN : running_state(machine);
}

bool world_view_suspects(const struct world *world, uint32_t node, uint32_t peer)
{
    const struct machine *machine = machine_at(world, node);
    struct env env = {.self = node};
    return machine->node && !detector_is_up(&machine->node->detector, &env, peer);
}

bool world_view_doubts(const struct world *world, uint32_t node, uint32_t peer)
{
    const struct machine *machine = machine_at(world, node);
    return machine->node && machine->node->membership.is_ready &&
           topology_is_member(&machine->node->membership.now, node) &&
           topology_is_member(&machine->node->membership.now, peer) &&
           world_view_suspects(world, node, peer);
}

static uint32_t count_suspected(const struct world *world, uint32_t node)
{
    uint32_t count = 0;
    for (uint32_t peer = 0; peer < world->scenario->node.nodes; peer++)
        count += peer != node && world_view_doubts(world, node, peer);
    return count;
}

static uint64_t disk_bytes(const struct machine *machine)
{
    return machine->disk.used_bytes;
}

struct node_view world_view_node(const struct world *world, uint32_t node)
{
    const struct machine *machine = machine_at(world, node);
    vtime now = world->state->now;
    struct node_view view = {.state = state_of(machine),
                             .incarnation = machine->incarnation,
                             .unsynced_bytes = disk_unsynced_bytes(&machine->disk),
                             .disk_bytes = disk_bytes(machine),
                             .waiting = machine->cpu.waiting + machine->cpu.busy,
                             .clock_offset_ns = clock_wall_ns(&machine->clock, now) -
                                                (CLOCK_EPOCH_NS + (int64_t)now),
                             .handled = world_count(world, TRACE_HANDLE, node)};
    if (!machine->node)
        return view;
    const struct storage *storage = &machine->node->storage;
    view.keys = store_count(&storage->store);
    view.log_appended_to = storage->appended_sequence;
    view.log_synced_to = storage->synced_sequence;
    view.hints = machine->node->hints.count;
    view.suspected_count = count_suspected(world, node);
    view.reason = storage->reason;
    return view;
}

/* Memory can be looked at while there is a process that has recovered. */
static bool is_running(const struct machine *machine)
{
    return machine->node && node_is_ready(machine->node);
}

uint32_t world_view_replicas(const struct world *world, struct bytes key,
                             struct replica_view *replicas)
{
    uint32_t nodes[REPLICATION_MAX];
    const struct node_config *config = &world->scenario->node;
    uint32_t count =
        placement_of_key(&world->state->placement, key, config->replication, true, nodes);
    for (uint32_t i = 0; i < count; i++) {
        const struct machine *machine = machine_at(world, nodes[i]);
        replicas[i] = (struct replica_view){.node = nodes[i], .is_running = is_running(machine)};
        if (replicas[i].is_running)
            storage_get(&machine->node->storage, key, &replicas[i].version);
    }
    return count;
}

bool world_view_final(const struct world *world, struct bytes key, struct version *version)
{
    struct replica_view replicas[REPLICATION_MAX];
    uint32_t count = world_view_replicas(world, key, replicas);
    bool is_found = false;
    *version = (struct version){0};
    for (uint32_t i = 0; i < count; i++) {
        if (!replicas[i].is_running)
            continue;
        is_found = true;
        if (version_compare(&replicas[i].version, version) > 0)
            *version = replicas[i].version;
    }
    return is_found;
}

uint64_t version_value(const struct version *version)
{
    char buffer[VERSION_TEXT_MAX];
    struct text text;
    if (version->timestamp == 0 || version->is_tombstone)
        return VALUE_ABSENT;
    if (version->kind == VERSION_PLAIN)
        return value_identity(version->value);
    uint32_t count = conflict_value_count(version);
    bool is_list = version->kind == VERSION_SIBLINGS || version->kind == VERSION_VECTOR;
    if (is_list && count == 0)
        return VALUE_ABSENT;
    text_init(&text, buffer, sizeof buffer);
    conflict_text(&text, version);
    return object_identity(&text, count);
}

uint32_t world_key_count(const struct world *world)
{
    return (uint32_t)chain_count(&world->state->clients.key_names);
}

struct bytes world_key(const struct world *world, uint32_t index)
{
    return *(const struct bytes *)chain_at(&world->state->clients.key_names, index);
}

uint64_t world_count(const struct world *world, uint32_t kind, uint32_t actor)
{
    const struct world_state *state = world->state;
    if (actor != ALL_ACTORS) {
        uint32_t index =
            actor == ACTOR_WORLD ? state->actor_count - 1 : endpoint_index(world, actor);
        return state->counts[index * TRACE_KIND_COUNT + kind];
    }
    uint64_t total = 0;
    for (uint32_t i = 0; i < state->actor_count; i++)
        total += state->counts[i * TRACE_KIND_COUNT + kind];
    return total;
}

/* NULL when the cluster was empty. */
static const uint64_t *values_before(const struct world *world, struct heap *scratch)
{
    uint32_t count = world_key_count(world);
    if (world->scenario->preload.key_count == 0)
        return NULL;
    uint64_t *before = heap_alloc(scratch, count * sizeof *before);
    for (uint32_t key = 0; key < count; key++)
        before[key] = preload_value(world, world_key(world, key));
    return before;
}

struct history world_history(const struct world *world, struct heap *scratch)
{
    const struct clientele *clientele = &world->state->clients;
    uint32_t count = (uint32_t)chain_count(&clientele->history);
    struct operation *operations = heap_alloc(scratch, count * sizeof *operations);
    for (uint32_t i = 0; i < count; i++)
        operations[i] = *history_at(world, i);
    uint32_t returned = (uint32_t)chain_count(&clientele->returned);
    uint64_t *values = heap_alloc(scratch, returned * sizeof *values);
    for (uint32_t i = 0; i < returned; i++)
        values[i] = *(const uint64_t *)chain_at(&clientele->returned, i);
    return (struct history){.operations = operations,
                            .values = values,
                            .count = count,
                            .key_count = world_key_count(world),
                            .client_count = world->scenario->client_count,
                            .before = values_before(world, scratch)};
}

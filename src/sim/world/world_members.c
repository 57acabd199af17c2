/*
 * world_members.c: what the world itself knows of its members, from the nodes that learn it.
 *
 * Clients ask for members, views and checks for the places of keys. They go by the newest version
 * that any node has learned; a node that is behind goes by its own (db/member). The last change
 * is remembered with its times, for whoever watches: an old version says nothing of how the
 * change before it ended.
 */
#include "sim/world/world.h"

static void note_change(struct world_state *state, const struct topology *topology)
{
    struct change_seen *seen = &state->change;
    seen->phase_at = state->now;
    if (topology->phase == TOPOLOGY_READ_OLD) {
        *seen = (struct change_seen){.begun_version = topology->version,
                                     .begun_at = state->now,
                                     .phase_at = state->now,
                                     .subject = topology->subject,
                                     .other = topology->other,
                                     .change = topology->change,
                                     .end = CHANGE_UNDER_WAY};
        return;
    }
    if (topology->phase == TOPOLOGY_NORMAL && seen->end == CHANGE_UNDER_WAY)
        seen->end = topology->version == seen->begun_version + 1 ? CHANGE_ROLLED_BACK : CHANGE_DONE;
}

static void place(struct world *world)
{
    struct world_state *state = world->state;
    const struct topology *topology = &state->topology;
    const struct node_config *config = &world->scenario->node;
    bool is_new = topology->phase == TOPOLOGY_READ_NEW;
    placement_free(&state->placement, &state->heap);
    placement_free(&state->other_placement, &state->heap);
    topology_place(topology, is_new ? MEMBERS_NEW : MEMBERS_OLD, &state->heap, config,
                   &state->placement);
    if (topology_is_changing(topology))
        topology_place(topology, is_new ? MEMBERS_OLD : MEMBERS_NEW, &state->heap, config,
                       &state->other_placement);
}

void world_learn_topology(struct world *world, const struct topology *topology)
{
    struct world_state *state = world->state;
    if (topology->version <= state->topology.version)
        return;
    topology_free(&state->topology, &state->heap);
    topology_copy(&state->topology, &state->heap, topology);
    note_change(state, topology);
    place(world);
}

/* --- clocks ------------------------------------------------------------------------------ */

vtime world_clock_spread(const struct world *world)
{
    int64_t least = INT64_MAX, most = INT64_MIN;
    for (uint32_t node = 0; node < world->scenario->node.nodes; node++) {
        int64_t offset = clock_offset_ns(&machine_at(world, node)->clock, world->state->now);
        least = MIN(least, offset);
        most = MAX(most, offset);
    }
    return (vtime)(most - least);
}

void world_note_clocks(struct world *world)
{
    world->state->clock_spread_ns = MAX(world->state->clock_spread_ns, world_clock_spread(world));
}

/*
 * picture_load.c: what is hot, and which nodes have how much to do.
 *
 * A picture is made for every frame, so only the last HEAT_LOOKED_AT_MAX operations of clients are
 * looked at (heat.h). What each node has counted by itself is in inside.h, of one node.
 */
#include "sim/picture/heat.h"
#include "sim/picture/picture_parts.h"
#include "sim/picture/view.h"

static void take_node(const struct world *world, uint32_t index, struct picture_node *node)
{
    const struct machine *machine = machine_at(world, index);
    node->queue_bound = world->scenario->nodes[index].cpu.queue_max;
    node->shed_ago = VTIME_NEVER;
    if (!machine->node)
        return;
    const struct load_config *config = &world->scenario->node.load;
    const struct admission *admission = &machine->node->admission;
    uint64_t clock = clock_monotonic_ns(&machine->clock, world->state->now);
    for (uint32_t peer = 0; peer < world->scenario->node.nodes; peer++)
        node->outstanding += load_of(&machine->node->load, peer).outstanding;
    node->shed = admission->shed;
    if (admission->shed_ns > 0)
        node->shed_ago = clock - MIN(admission->shed_ns, clock);
    if (config->in_flight_max == 0)
        return;
    node->in_hand = shed_in_flight(machine->node);
    node->in_hand_limit = config->is_in_flight_adaptive
                              ? (uint32_t)MAX(admission->limit_milli / 1000, 1u)
                              : config->in_flight_max;
}

/* More than a tenth of everything, and not only since there are so few. */
static bool is_hot(const struct picture *picture, const struct picture_key *key, uint32_t keys)
{
    uint64_t all = picture->asked;
    return key->asked >= PICTURE_HOT_LEAST && (uint64_t)key->asked * 10 > all &&
           (uint64_t)key->asked * keys > all * 2;
}

static void take_key(const struct world *world, const struct heat_recent_key *recent,
                     uint32_t keys, struct picture *picture)
{
    const struct placement *placement = &world->state->placement;
    uint64_t position = placement_position(placement_order(&world->scenario->node.placement),
                                           world_key(world, recent->key));
    struct picture_token *token = &picture->tokens[placement_range_of(placement, position)];
    uint32_t asked = recent->reads + recent->writes;
    token->asked += asked;
    picture->asked_most = MAX(picture->asked_most, token->asked);
    if (recent->key >= picture->key_count)
        return;
    struct picture_key *key = &picture->keys[recent->key];
    key->asked = asked;
    key->is_hot = is_hot(picture, key, keys);
}

void picture_take_load(const struct world *world, struct heap *scratch, struct picture *picture)
{
    struct heat_recent recent;
    for (uint32_t i = 0; i < picture->node_count; i++)
        take_node(world, i, &picture->nodes[i]);
    heat_take_recent(world, PICTURE_HEAT_SPAN, HEAT_LOOKED_AT_MAX, scratch, &recent);
    picture->asked_span = recent.span;
    picture->asked = recent.reads + recent.writes;
    for (uint32_t i = 0; i < recent.count; i++)
        take_key(world, &recent.keys[i], recent.count, picture);
}

/*
 * heat.c: what clients have asked for in the last while, by key and by range.
 */
#include "sim/picture/heat.h"

#include "base/sort.h"
#include "sim/picture/view.h"

/* --- keys ------------------------------------------------------------------------------------ */

static void count_operation(const struct operation *operation, struct table *places,
                            struct heat_recent *recent)
{
    bool is_read = operation->kind == OPERATION_GET;
    uint64_t place = table_get(places, operation->key, recent->count);
    struct heat_recent_key *key = &recent->keys[place];
    if (place == recent->count) {
        table_set(places, operation->key, place);
        *key = (struct heat_recent_key){.key = operation->key};
        recent->count++;
    }
    key->reads += is_read;
    key->writes += !is_read;
    recent->reads += is_read;
    recent->writes += !is_read;
}

/* Those that were begun after `since`: the history is in the order of their beginnings. */
static uint64_t count_since(const struct world *world, vtime since, uint64_t most)
{
    uint64_t all = chain_count(&world->state->clients.history), count = 0;
    while (count < all && count < most &&
           history_at(world, (uint32_t)(all - 1 - count))->invoked > since)
        count++;
    return count;
}

void heat_take_recent(const struct world *world, vtime span, uint64_t most, struct heap *scratch,
                      struct heat_recent *recent)
{
    vtime now = world->state->now;
    uint64_t all = chain_count(&world->state->clients.history);
    *recent = (struct heat_recent){.span = MIN(span, now)};
    uint64_t count = count_since(world, now - recent->span, most);
    struct table places;
    table_init(&places, scratch);
    recent->keys = heap_alloc(scratch, (count + 1) * sizeof *recent->keys);
    for (uint64_t i = 0; i < count; i++)
        count_operation(history_at(world, (uint32_t)(all - 1 - i)), &places, recent);
    if (count == most && count < all)
        recent->span = now - history_at(world, (uint32_t)(all - count))->invoked;
    table_clear(&places);
}

/* --- ranges ---------------------------------------------------------------------------------- */

static uint64_t rows_of(const struct world *world, const struct heat_range *range)
{
    for (uint32_t i = 0; i < range->owner_count; i++) {
        const struct node *node = machine_at(world, range->owners[i])->node;
        if (node && node_is_ready(node))
            return store_sum(&node->storage.store,
                             (struct position_range){range->from, range->to})
                .rows;
    }
    return 0;
}

static void take_range(const struct world *world, uint32_t index, struct heat_range *range)
{
    const struct placement *placement = &world->state->placement;
    struct position_range positions = placement_range(placement, index);
    *range = (struct heat_range){.from = positions.from, .to = positions.to};
    range->owner_count = placement_replicas(placement, index, world->scenario->node.replication,
                                            true, range->owners);
    range->rows = rows_of(world, range);
}

_Static_assert(HEAT_OWNERS_MAX >= REPLICATION_MAX, "all owners of a key have room");

void heat_take_ranges(const struct world *world, const struct heat_recent *recent,
                      struct heap *scratch, struct heat_ranges *heat)
{
    const struct placement *placement = &world->state->placement;
    struct placement_order order = placement_order(&world->scenario->node.placement);
    *heat = (struct heat_ranges){.span = recent->span,
                                 .reads = recent->reads,
                                 .writes = recent->writes,
                                 .count = placement->range_count};
    heat->ranges = heap_alloc(scratch, heat->count * sizeof *heat->ranges);
    for (uint32_t i = 0; i < heat->count; i++)
        take_range(world, i, &heat->ranges[i]);
    for (uint32_t i = 0; i < recent->count; i++) {
        uint64_t position = placement_position(order, world_key(world, recent->keys[i].key));
        struct heat_range *range = &heat->ranges[placement_range_of(placement, position)];
        range->reads += recent->keys[i].reads;
        range->writes += recent->keys[i].writes;
    }
}

static bool is_more_loaded(const void *context, uint32_t a, uint32_t b)
{
    const struct heat_range *ranges = context;
    return ranges[a].reads + ranges[a].writes > ranges[b].reads + ranges[b].writes;
}

uint32_t *heat_order(const struct heat_ranges *heat, struct heap *scratch)
{
    uint32_t *order = heap_alloc(scratch, (heat->count + 1) * sizeof *order);
    uint32_t *spare = heap_alloc(scratch, (heat->count + 1) * sizeof *spare);
    for (uint32_t i = 0; i < heat->count; i++)
        order[i] = i;
    sort_indexes(order, heat->count, spare, is_more_loaded, heat->ranges);
    return order;
}

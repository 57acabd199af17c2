/*
 * heat_keys.c: the sketches of one node, or of all of them, as one list.
 *
 * What is certain comes first in it: a count that may be an error is no reason to call a key hot.
 * Read heat.h for what is promised of the sum.
 */
#include "base/sort.h"
#include "sim/picture/heat.h"
#include "sim/picture/view.h"

/* Nodes whose sketches are put together. */
struct asked {
    uint32_t count;
    const struct hot_load **loads;
};

static struct asked nodes_asked(const struct world *world, uint32_t node, struct heap *scratch)
{
    uint32_t nodes = world->scenario->node.nodes;
    struct asked asked = {0};
    asked.loads = heap_alloc(scratch, nodes * sizeof *asked.loads);
    for (uint32_t i = 0; i < nodes; i++) {
        const struct node *process = machine_at(world, i)->node;
        if ((node == HEAT_ALL || node == i) && process && process->hot)
            asked.loads[asked.count++] = process->hot;
    }
    return asked;
}

/* --- putting together ------------------------------------------------------------------------- */

static void add_count(const struct hot_keys *hot, uint64_t token, struct heat_count *to)
{
    const struct hot_counter *counter = hot_find(hot, token);
    to->count += counter ? counter->count : hot_floor(hot);
    to->error += counter ? counter->error : hot_floor(hot);
}

static void add_tokens(const struct hot_keys *hot, struct table *places, struct heat_keys *heat)
{
    for (uint32_t i = 0; i < hot->used; i++)
        if (table_set(places, hot->counters[i].token, heat->count))
            heat->keys[heat->count++] = (struct heat_key){.token = hot->counters[i].token};
}

static void take_counts(const struct asked *asked, struct heap *scratch, struct heat_keys *heat)
{
    struct table places;
    table_init(&places, scratch);
    for (uint32_t i = 0; i < asked->count; i++) {
        add_tokens(&asked->loads[i]->reads, &places, heat);
        add_tokens(&asked->loads[i]->writes, &places, heat);
        heat->reads += asked->loads[i]->reads.total;
        heat->writes += asked->loads[i]->writes.total;
    }
    for (uint32_t i = 0; i < heat->count; i++)
        for (uint32_t k = 0; k < asked->count; k++) {
            add_count(&asked->loads[k]->reads, heat->keys[i].token, &heat->keys[i].reads);
            add_count(&asked->loads[k]->writes, heat->keys[i].token, &heat->keys[i].writes);
        }
    table_clear(&places);
}

/* --- names ------------------------------------------------------------------------------------ */

/* A node knows tokens; the run knows the names of all keys that a client has asked for. */
static void name_key(const struct world *world, struct heat_key *key)
{
    const uint64_t *index = table_find(&world->state->clients.keys, key->token);
    const struct placement *placement = &world->state->placement;
    key->key = index ? (uint32_t)*index : HEAT_NO_KEY;
    if (!index)
        return;
    uint64_t position = placement_position(placement_order(&world->scenario->node.placement),
                                           world_key(world, key->key));
    key->owner_count =
        placement_replicas(placement, placement_range_of(placement, position),
                           world->scenario->node.replication, true, key->owners);
}

/* --- the list --------------------------------------------------------------------------------- */

static uint64_t count_of(const struct heat_key *key)
{
    return key->reads.count + key->writes.count;
}

static uint64_t certain(const struct heat_key *key)
{
    return count_of(key) - key->reads.error - key->writes.error;
}

static bool is_hotter(const void *context, uint32_t a, uint32_t b)
{
    const struct heat_key *x = (const struct heat_key *)context + a;
    const struct heat_key *y = (const struct heat_key *)context + b;
    if (certain(x) != certain(y))
        return certain(x) > certain(y);
    return count_of(x) != count_of(y) ? count_of(x) > count_of(y) : x->token < y->token;
}

static void sort_keys(struct heat_keys *heat, uint32_t most, struct heap *scratch)
{
    uint32_t count = heat->count, *order = heap_alloc(scratch, (count + 1) * sizeof *order);
    uint32_t *spare = heap_alloc(scratch, (count + 1) * sizeof *spare);
    struct heat_key *sorted = heap_alloc(scratch, (count + 1) * sizeof *sorted);
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    sort_indexes(order, count, spare, is_hotter, heat->keys);
    heat->count = MIN(count, most);
    for (uint32_t i = 0; i < heat->count; i++)
        sorted[i] = heat->keys[order[i]];
    heat->keys = sorted;
}

void heat_take_keys(const struct world *world, uint32_t node, uint32_t most, struct heap *scratch,
                    struct heat_keys *heat)
{
    struct asked asked = nodes_asked(world, node, scratch);
    *heat = (struct heat_keys){.node_count = asked.count, .capacity = HOT_CAPACITY};
    heat->keys =
        heap_alloc(scratch, ((size_t)asked.count * 2 * HOT_CAPACITY + 1) * sizeof *heat->keys);
    take_counts(&asked, scratch, heat);
    sort_keys(heat, most, scratch);
    for (uint32_t i = 0; i < heat->count; i++)
        name_key(world, &heat->keys[i]);
}

uint64_t heat_share_ppm(const struct heat_keys *heat, const struct heat_key *key)
{
    uint64_t all = heat->reads + heat->writes;
    return all ? (uint64_t)((uint128)certain(key) * 1000000 / all) : 0;
}

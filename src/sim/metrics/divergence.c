/*
 * divergence.c: how many keys differ between their replicas.
 *
 * Asked again and again (a metric, a condition after every step), so it must not look at every
 * key: the owners of a range are compared by count and fingerprint of their rows, which the store
 * knows (store_sum). Only the rows of a range in which these differ are looked at. With equal
 * replicas that is a few searches for each range, however many keys there are.
 */
#include "sim/picture/view.h"
#include "sim/world/world.h"

struct owners {
    uint32_t count; /* of those that run */
    const struct store *stores[REPLICATION_MAX];
};

/* Memory can be looked at while there is a process that has recovered. */
static struct owners running_owners(const struct world *world, uint32_t range)
{
    uint32_t nodes[REPLICATION_MAX];
    struct owners owners = {0};
    uint32_t count = placement_replicas(&world->state->placement, range,
                                        world->scenario->node.replication, true, nodes);
    for (uint32_t i = 0; i < count; i++) {
        const struct node *node = machine_at(world, nodes[i])->node;
        if (node && node_is_ready(node))
            owners.stores[owners.count++] = &node->storage.store;
    }
    return owners;
}

static bool is_range_equal(const struct owners *owners, struct position_range positions)
{
    for (uint32_t i = 1; i < owners->count; i++) {
        struct store_sum first = store_sum(owners->stores[0], positions);
        struct store_sum other = store_sum(owners->stores[i], positions);
        if (first.rows != other.rows || first.fingerprint != other.fingerprint)
            return false;
    }
    return true;
}

/* Of a key that owner `from` has: another has no version of it, or another one. It counts with the
 * first owner that has it. */
static bool is_counted(const struct owners *owners, uint32_t from, const struct store_row *row)
{
    bool is_different = false;
    for (uint32_t i = 0; i < owners->count; i++) {
        struct version version;
        bool is_there = store_get(owners->stores[i], row->key, &version);
        if (i < from && is_there)
            return false;
        is_different |= !is_there || version_compare(&version, &row->version) != 0;
    }
    return is_different;
}

static uint64_t count_in_range(const struct owners *owners, struct position_range positions)
{
    uint64_t count = 0;
    for (uint32_t from = 0; from < owners->count; from++) {
        const struct store *store = owners->stores[from];
        uint64_t rows = store_sum(store, positions).rows;
        const struct store_row *row = store_after(store, positions.from);
        for (uint64_t i = 0; i < rows; i++) {
            if (!row || !range_has(positions, row->position))
                row = store_first(store); /* over the end of the circle */
            count += is_counted(owners, from, row);
            row = store_next(row);
        }
    }
    return count;
}

uint64_t world_keys_differing(const struct world *world)
{
    const struct placement *placement = &world->state->placement;
    uint64_t count = 0;
    for (uint32_t range = 0; range < placement->range_count; range++) {
        struct owners owners = running_owners(world, range);
        struct position_range positions = placement_range(placement, range);
        if (!is_range_equal(&owners, positions))
            count += count_in_range(&owners, positions);
    }
    return count;
}

/*
 * divergence.c: how many keys differ between their replicas.
 *
 * Asked again and again (a metric, a condition after every step), so it must not look at every
 * key: the owners of a range are compared by count and fingerprint of their rows, which the store
 * knows (store_sum). Where these differ the range is cut into eighths, and so on, down to a few
 * rows, which are looked at. With equal replicas that is a few searches for each range, however
 * many keys there are; with k keys that differ some k log n of them.
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

/* Of a few rows, or of a part that cannot be cut: each of them is looked at. */
static uint64_t count_rows(const struct owners *owners, struct position_range positions,
                           uint64_t *patience)
{
    uint64_t count = 0;
    for (uint32_t from = 0; from < owners->count; from++) {
        const struct store *store = owners->stores[from];
        uint64_t rows = store_sum(store, positions).rows;
        const struct store_row *row = store_after(store, positions.from);
        *patience -= MIN(rows, *patience);
        for (uint64_t i = 0; i < rows; i++) {
            if (!row || !range_has(positions, row->position))
                row = store_first(store); /* over the end of the circle */
            count += is_counted(owners, from, row);
            row = store_next(row);
        }
    }
    return count;
}

/* What the sums of a part say. */
struct sums {
    bool are_equal;
    bool are_all_or_nothing; /* who has something there has the same: then all of it differs */
    uint64_t most;           /* rows of who has most */
};

static struct sums sums_of(const struct owners *owners, struct position_range positions)
{
    struct sums sums = {true, true, 0};
    struct store_sum first = {0}, something = {0};
    for (uint32_t i = 0; i < owners->count; i++) {
        struct store_sum sum = store_sum(owners->stores[i], positions);
        bool is_first = i == 0, is_like_something = something.rows == sum.rows &&
                                                    something.fingerprint == sum.fingerprint;
        first = is_first ? sum : first;
        sums.are_equal &= first.rows == sum.rows && first.fingerprint == sum.fingerprint;
        sums.are_all_or_nothing &= sum.rows == 0 || something.rows == 0 || is_like_something;
        something = sum.rows > 0 ? sum : something;
        sums.most = MAX(sums.most, sum.rows);
    }
    return sums;
}

/* Down the tree of sums, as a repair goes (db/repair/tree.h): with k keys that differ among n,
 * about k log n sums are asked for, not n rows. A few rows are compared one by one, since each of
 * them is looked up at each owner. Ends early when patience is over. */
static uint64_t count_in_part(const struct owners *owners, struct position_range positions,
                              uint64_t *patience)
{
    enum { ROWS_LOOKED_AT = 4, FAN_OUT = 8 };
    uint64_t width = positions.to - positions.from - 1, count = 0; /* less one */
    if (*patience == 0)
        return 0;
    struct sums sums = sums_of(owners, positions);
    if (sums.are_equal)
        return 0;
    *patience -= 1;
    if (sums.are_all_or_nothing)
        return sums.most;
    if (sums.most <= ROWS_LOOKED_AT || width < FAN_OUT)
        return count_rows(owners, positions, patience);
    for (uint64_t i = 0; i < FAN_OUT; i++) {
        uint64_t from = positions.from + (uint64_t)(((uint128)width + 1) * i / FAN_OUT);
        uint64_t to = positions.from + (uint64_t)(((uint128)width + 1) * (i + 1) / FAN_OUT);
        count += count_in_part(owners, (struct position_range){from, to}, patience);
    }
    return count;
}

uint64_t world_range_differing(const struct world *world, uint32_t range, uint64_t *patience)
{
    struct owners owners = running_owners(world, range);
    return count_in_part(&owners, placement_range(&world->state->placement, range), patience);
}

uint64_t world_keys_differing(const struct world *world)
{
    uint64_t count = 0, patience = UINT64_MAX;
    for (uint32_t range = 0; range < world->state->placement.range_count; range++)
        count += world_range_differing(world, range, &patience);
    return count;
}

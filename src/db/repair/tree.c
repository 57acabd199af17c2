/*
 * tree.c: what tree.h promises.
 */
#include "db/repair/tree.h"

#include "db/member/membership_parts.h"

/* --- the ranges ------------------------------------------------------------------------------- */

static bool keep_both(const struct node *node, const struct env *env, uint64_t position,
                      uint32_t peer)
{
    uint32_t owners[REPLICATION_MAX];
    uint32_t count =
        membership_owners(&node->membership, env->config, MEMBERS_OLD, position, owners);
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++)
        found += owners[i] == env->self || owners[i] == peer;
    return found == 2;
}

static bool is_chosen(struct bytes chosen, uint32_t index)
{
    if (chosen.size == 0)
        return true;
    return index / 8 < chosen.size && (chosen.data[index / 8] >> index % 8 & 1);
}

uint32_t tree_list_common(const struct node *node, const struct env *env, uint32_t peer,
                          struct bytes chosen, struct position_range *ranges)
{
    struct interval_walk walk = {0};
    uint32_t index = 0, count = 0;
    if (topology_is_changing(&node->membership.now))
        return 0;
    while (membership_next_interval(&node->membership, &walk)) {
        if (!keep_both(node, env, walk.to, peer) || !is_chosen(chosen, index++))
            continue;
        if (ranges)
            ranges[count] = (struct position_range){walk.from, walk.to};
        count++;
    }
    return count;
}

struct repair_tree tree_make(const struct node *node, struct env *env, uint32_t peer,
                             struct bytes chosen)
{
    struct repair_tree tree = {.range_count = tree_list_common(node, env, peer, chosen, NULL)};
    tree.ranges = env_allocate(env, MAX(tree.range_count, 1u) * sizeof *tree.ranges);
    tree_list_common(node, env, peer, chosen, tree.ranges);
    while (UINT64_C(1) << TREE_BITS * tree.range_levels < tree.range_count)
        tree.range_levels++;
    return tree;
}

void tree_free(struct repair_tree *tree, struct env *env)
{
    env_release(env, tree->ranges);
    *tree = (struct repair_tree){0};
}

/* --- its nodes -------------------------------------------------------------------------------- */

/* How many levels it is above (positive) or below one range. */
static uint32_t levels_above(const struct repair_tree *tree, struct tree_node at)
{
    return tree->range_levels - at.level;
}

static uint64_t first_range_of(const struct repair_tree *tree, struct tree_node at)
{
    if (is_within_range(tree, at))
        return at.number >> TREE_BITS * (at.level - tree->range_levels);
    return at.number << TREE_BITS * levels_above(tree, at);
}

bool tree_has(const struct repair_tree *tree, struct tree_node at)
{
    return at.level <= TREE_LEVELS && at.number >> TREE_BITS * at.level == 0 &&
           first_range_of(tree, at) < tree->range_count;
}

/* How many positions a range has, less one: so the whole circle is a number, too. */
static uint64_t width_less_one(struct position_range range)
{
    return range.to - range.from - 1;
}

/* Where part `part` of 8^depth begins. */
static uint64_t cut(struct position_range range, uint64_t part, uint32_t depth)
{
    uint128 width = (uint128)width_less_one(range) + 1;
    return range.from + (uint64_t)(width * part >> TREE_BITS * depth);
}

struct position_range tree_range(const struct repair_tree *tree, struct tree_node at)
{
    uint32_t depth = at.level - tree->range_levels;
    struct position_range range = tree->ranges[first_range_of(tree, at)];
    uint64_t part = at.number & ((UINT64_C(1) << TREE_BITS * depth) - 1);
    return (struct position_range){cut(range, part, depth), cut(range, part + 1, depth)};
}

bool tree_is_indivisible(const struct repair_tree *tree, struct tree_node at)
{
    return is_within_range(tree, at) &&
           (at.level == TREE_LEVELS ||
            width_less_one(tree_range(tree, at)) < TREE_FAN_OUT - 1);
}

/* A part of a range narrower than its parts are many has no positions; (a, a] would mean all. */
static struct store_sum sum_of_part(const struct repair_tree *tree, const struct store *store,
                                    struct tree_node at)
{
    struct position_range range = tree_range(tree, at);
    if (range.from == range.to && at.level > tree->range_levels)
        return (struct store_sum){0};
    return store_sum(store, range);
}

struct store_sum tree_sum(const struct repair_tree *tree, const struct store *store,
                          struct tree_node at)
{
    struct store_sum sum = {0};
    if (!tree_has(tree, at))
        return sum;
    if (is_within_range(tree, at))
        return sum_of_part(tree, store, at);
    uint64_t first = first_range_of(tree, at);
    uint64_t end = MIN(first + (UINT64_C(1) << TREE_BITS * levels_above(tree, at)),
                       (uint64_t)tree->range_count);
    for (uint64_t i = first; i < end; i++)
        sum = store_sum_add(sum, store_sum(store, tree->ranges[i]));
    return sum;
}

/* --- numbers as bytes ------------------------------------------------------------------------- */

uint8_t *tree_put(uint8_t *to, uint64_t number)
{
    for (; number >= 128; number >>= 7)
        *to++ = (uint8_t)(number | 128);
    *to++ = (uint8_t)number;
    return to;
}

bool tree_take(struct bytes *from, uint64_t *number)
{
    *number = 0;
    for (uint32_t i = 0; i < from->size && i < TREE_NUMBER_MAX; i++) {
        *number |= (uint64_t)(from->data[i] & 127) << 7 * i;
        if (from->data[i] >= 128)
            continue;
        from->data += i + 1;
        from->size -= i + 1;
        return true;
    }
    return false;
}

/*
 * tree.h: the tree of hashes by which two replicas find out what they differ in.
 *
 * What the two have in common is a list of ranges, cut into eighths again and again: first the
 * list, until a part is one range, then the positions of the range.
 *
 *     level 0                        all ranges in common
 *     level 1        ranges 0..7 | ranges 8..15 | ...               8 children each
 *     level 2        range 0 | range 1 | ...                        (range_levels = 2)
 *     level 3        range 0, first eighth of its positions | second eighth | ...
 *
 * No such tree is stored anywhere. A node of it is a question to the store (store_sum): how many
 * rows has this range, and what is their fingerprint? That costs a search, and is up to date by
 * construction. (Cassandra's MerkleTree.java reads all rows of the range for each repair; Riak
 * keeps a tree beside the data and a bit for each part that has changed, hashtree.md.)
 *
 * Both sides see the same tree because a node of it follows from the topology's version, the two
 * names and the ranges that were chosen. The data under it may change while they compare; then
 * a part may look different that is not, and rows are sent for nothing. The other way round
 * nothing is missed: when two sums of a node are equal, one side had, at one moment since the
 * comparison began, the rows that the other had at another such moment.
 *
 * A node is named by its level and its number there, from 0. Below range_levels a number is that
 * of its range times 8^(level - range_levels), plus which part of it.
 */
#ifndef DB_REPAIR_TREE_H
#define DB_REPAIR_TREE_H

#include "db/node.h"

#define TREE_FAN_OUT 8u
#define TREE_BITS    3u  /* of a number, for each level */
#define TREE_LEVELS  20u /* numbers have 60 bits */

struct repair_tree {
    struct position_range *ranges;
    uint32_t range_count;
    uint32_t range_levels; /* a node of this level, and below, lies within one range */
};

struct tree_node {
    uint32_t level;
    uint32_t unused;
    uint64_t number;
};

/* The ranges that both nodes keep, by the topology that this node goes by, in the order of the
 * circle; `chosen` has a bit for each, or is empty: all of them. With `ranges` NULL it only
 * counts. While members change there are none: see repair.h. */
uint32_t tree_list_common(const struct node *node, const struct env *env, uint32_t peer,
                          struct bytes chosen, struct position_range *ranges);

/* Memory of the node's; tree_free gives it back. */
struct repair_tree tree_make(const struct node *node, struct env *env, uint32_t peer,
                             struct bytes chosen);
void tree_free(struct repair_tree *tree, struct env *env);

/* Is there such a node? Ranges that are not there have none. */
bool tree_has(const struct repair_tree *tree, struct tree_node at);
struct store_sum tree_sum(const struct repair_tree *tree, const struct store *store,
                          struct tree_node at);

/* The positions of a node that lies within one range (level >= range_levels). */
struct position_range tree_range(const struct repair_tree *tree, struct tree_node at);

static inline struct tree_node tree_child(struct tree_node at, uint32_t child)
{
    return (struct tree_node){at.level + 1, 0, at.number << TREE_BITS | child};
}

static inline bool is_within_range(const struct repair_tree *tree, struct tree_node at)
{
    return at.level >= tree->range_levels;
}

/* No part of it can be smaller, or has a number. */
bool tree_is_indivisible(const struct repair_tree *tree, struct tree_node at);

/* --- numbers as bytes: seven bits each, the lowest first, the last byte below 128 ------------- */

#define TREE_NUMBER_MAX 10u /* bytes */

uint8_t *tree_put(uint8_t *to, uint64_t number);

/* False when these bytes hold no whole number; else they begin after it. */
bool tree_take(struct bytes *from, uint64_t *number);

#endif

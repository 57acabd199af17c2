/*
 * descent.c: what descent.h promises.
 *
 * The database keeps of a comparison, for those who watch, the parts that differed
 * (struct repair_seen). The others follow: a part that was cut has eight children, and a child
 * that is not among those that differ was equal. Whether it was cut is seen by this, that a child
 * of it differs, or that it is one of those whose children are asked for now.
 */
#include "sim/picture/descent.h"

#include "db/repair/repair_parts.h"
#include "sim/world/world.h"

/* Listing what two nodes have in common asks for the owners of every range: in a cluster with more
 * ranges only a comparison under way is shown, whose ranges are at hand. */
#define RANGES_LISTED 1024

struct taking {
    const struct repair_seen *seen;
    const struct repair_pair *pair; /* NULL: it is over */
    struct repair_tree tree;
    struct descent *to;
};

/* --- spans ------------------------------------------------------------------------------------ */

static void add_span(struct taking *taking, uint32_t level, struct position_range range,
                     uint8_t state)
{
    struct descent *to = taking->to;
    struct descent_span *last = to->span_count ? &to->spans[to->span_count - 1] : NULL;
    if (last && last->level == level && last->state == state && last->to == range.from) {
        last->to = range.to;
        return;
    }
    to->is_cut |= to->span_count == DESCENT_SPANS_MAX;
    if (to->span_count < DESCENT_SPANS_MAX)
        to->spans[to->span_count++] =
            (struct descent_span){range.from, range.to, (uint8_t)level, state, {0}};
}

/* A node above the ranges is as many spans as it has ranges that do not touch. */
static void add_node(struct taking *taking, struct tree_node at, uint8_t state)
{
    const struct repair_tree *tree = &taking->tree;
    if (!tree_has(tree, at))
        return;
    if (is_within_range(tree, at)) {
        struct position_range range = tree_range(tree, at);
        if (range.from != range.to || at.level == tree->range_levels)
            add_span(taking, at.level, range, state);
        return;
    }
    uint32_t bits = TREE_BITS * (tree->range_levels - at.level);
    uint64_t end = MIN((at.number + 1) << bits, (uint64_t)tree->range_count);
    for (uint64_t i = at.number << bits; i < end; i++)
        add_span(taking, at.level, tree->ranges[i], state);
}

/* --- what was compared ------------------------------------------------------------------------ */

static bool differs(const struct repair_seen *seen, struct tree_node at)
{
    for (uint32_t i = 0; i < seen->part_count; i++)
        if (seen->part_levels[i] == at.level && seen->parts[i] == at.number)
            return true;
    return false;
}

static bool has_differing_child(const struct repair_seen *seen, struct tree_node at)
{
    for (uint32_t child = 0; child < TREE_FAN_OUT; child++)
        if (differs(seen, tree_child(at, child)))
            return true;
    return false;
}

/* Are the sums of its children on their way? */
static bool is_asked(const struct repair_pair *pair, struct tree_node at)
{
    if (!pair || !pair->is_waiting || pair->level != at.level)
        return false;
    for (uint32_t i = pair->asked_from; i < pair->asked_to; i++)
        if (pair->nodes[i] == at.number)
            return true;
    return false;
}

static void add_children(struct taking *taking, struct tree_node at)
{
    bool is_waited_for = is_asked(taking->pair, at);
    if (!is_waited_for && !has_differing_child(taking->seen, at))
        return;
    for (uint32_t child = 0; child < TREE_FAN_OUT; child++) {
        struct tree_node below = tree_child(at, child);
        add_node(taking, below,
                 is_waited_for                    ? DESCENT_ASKED
                 : differs(taking->seen, below) ? DESCENT_DIFFERS
                                                  : DESCENT_EQUAL);
    }
}

/* The root is compared by the first question, which asks for its children, too. */
static void add_root(struct taking *taking)
{
    const struct repair_seen *seen = taking->seen;
    struct tree_node root = {0};
    uint8_t state = differs(seen, root) ? DESCENT_DIFFERS : DESCENT_EQUAL;
    if (seen->level_count == 0)
        state = DESCENT_ASKED;
    add_node(taking, root, state);
    if (state == DESCENT_ASKED)
        add_children(taking, root);
}

static void take_spans(struct taking *taking)
{
    const struct repair_seen *seen = taking->seen;
    add_root(taking);
    for (uint32_t level = 0; level < seen->level_count; level++)
        for (uint32_t i = 0; i < seen->part_count; i++)
            if (seen->part_levels[i] == level)
                add_children(taking, (struct tree_node){level, 0, seen->parts[i]});
}

/* --- all nodes -------------------------------------------------------------------------------- */

static bool is_wanted(const struct world *world, const struct node *node)
{
    const struct repair_seen *seen = &node->repair.seen;
    bool is_known = seen->topology == node->membership.now.version &&
                    world->state->placement.range_count <= RANGES_LISTED;
    return node->repair.pair || (seen->began_ns > 0 && is_known);
}

static void take(const struct world *world, uint32_t index, struct heap *scratch,
                 struct descent *to)
{
    const struct node *node = machine_at(world, index)->node;
    const struct repair_seen *seen = &node->repair.seen;
    struct env env = {.config = &world->scenario->node, .memory = scratch, .self = index};
    struct taking taking = {.seen = seen, .pair = node->repair.pair, .to = to};
    *to = (struct descent){.node = index,
                           .peer = seen->peer,
                           .is_over = seen->is_over,
                           .is_equal = seen->is_equal,
                           .level_count = MIN(seen->level_count, DESCENT_LEVELS_MAX + 0u),
                           .bytes = seen->bytes,
                           .rows_taken = seen->rows_taken,
                           .rows_sent = seen->rows_sent};
    _Static_assert(DESCENT_LEVELS_MAX <= REPAIR_SEEN_LEVELS, "all of them were counted");
    to->spans = heap_alloc(scratch, DESCENT_SPANS_MAX * sizeof *to->spans);
    taking.tree = taking.pair ? taking.pair->tree : tree_make(node, &env, seen->peer, seen->chosen);
    for (uint32_t i = 0; i < to->level_count; i++) {
        to->compared[i] = seen->compared[i];
        to->differing[i] = seen->differing[i];
    }
    to->is_cut = seen->part_count == REPAIR_SEEN_PARTS;
    take_spans(&taking);
}

void descents_take(const struct world *world, struct heap *scratch, struct descent **descents,
                   uint32_t *count)
{
    *count = 0;
    *descents = NULL;
    for (uint32_t i = 0; i < world->scenario->node.nodes && *count < DESCENTS_MAX; i++) {
        const struct node *node = machine_at(world, i)->node;
        if (!node || !node_is_ready(node) || !is_wanted(world, node))
            continue;
        if (!*descents)
            *descents = heap_alloc(scratch, DESCENTS_MAX * sizeof **descents);
        take(world, i, scratch, &(*descents)[(*count)++]);
    }
}

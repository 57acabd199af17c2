/*
 * ranges.c: key ranges that look after themselves.
 *
 * The first owner of a range looks at it now and then, and wants one thing at a time:
 *
 *     more than `split_rows` rows, or `split_writes` writes a second     split it in the middle
 *     it and its neighbour, also this node's, have fewer than            merge them
 *       `merge_rows` rows together
 *     this node has two ranges more than somebody else (`balance`)       move the busiest one there
 *
 * What it wants is a command like an operator's (command.c), decided by the members like any
 * other; when somebody else is first it is refused and looked at again.
 *
 * The middle is the middle row, not the middle of the positions: keys that people make lie in
 * lumps (Bigtable splits where the data is). A range that all new keys fall into at its end
 * stays one range however often it is split: data becomes even, the load at the end does not. Who
 * writes in the order of keys must spread them otherwise (HBase, "hotspotting").
 */
#include "db/about.h"
#include "db/member/membership_parts.h"
#include "db/timers.h"

#define LOOK_NS (UINT64_C(1000) * 1000 * 1000)

static bool is_looked_after(const struct node_config *config)
{
    return config->placement.strategy == PLACEMENT_RANGES &&
           (config->split_rows > 0 || config->split_writes > 0 || config->merge_rows > 0 ||
            config->balances_ranges);
}

/* --- counting writes ----------------------------------------------------------------------------
 */

void ranges_begin(struct node *node, struct env *env)
{
    struct membership *membership = &node->membership;
    uint64_t count = membership->now.table_count;
    if (!is_looked_after(env->config))
        return;
    env_release(env, membership->range_writes);
    membership->range_writes = env_allocate(env, count * sizeof *membership->range_writes);
    if (membership->is_looking)
        return;
    membership->is_looking = true;
    env->timer_set(env, LOOK_NS, TIMER_RANGES, 0, membership_about(env, 12, 0));
}

void ranges_count_write(struct node *node, struct env *env, struct bytes key)
{
    struct membership *membership = &node->membership;
    if (!membership->range_writes)
        return;
    uint64_t position = placement_position(placement_order(&env->config->placement), key);
    membership->range_writes[placement_range_of(&membership->placements[0], position)]++;
}

/* --- looking -------------------------------------------------------------------------------------
 */

struct range_look {
    uint32_t index;
    struct position_range range;
    uint64_t rows;
    uint64_t writes; /* since the last look, a second ago */
};

static struct range_look look_at(const struct node *node, uint32_t index)
{
    const struct membership *membership = &node->membership;
    struct position_range range = placement_range(&membership->placements[0], index);
    return (struct range_look){index, range, store_sum(&node->storage.store, range).rows,
                               membership->range_writes[index]};
}

/* The first range begins behind the last position, which is to say at the first row. */
static const struct store_row *first_row(const struct store *store, struct position_range range)
{
    const struct store_row *row = store_after(store, range.from);
    return row ? row : store_first(store);
}

/* Where the first half of its rows ends; false when all of them have one position. */
static bool middle_of(const struct node *node, const struct range_look *look, uint64_t *position)
{
    const struct store_row *row = first_row(&node->storage.store, look->range);
    for (uint64_t i = 0; row && i < look->rows / 2; i++)
        row = store_next(row);
    if (!row || row->position == 0 || row->position - 1 == look->range.from ||
        !range_has(look->range, row->position - 1))
        return false;
    *position = row->position - 1;
    return *position != look->range.to;
}

static void want(struct node *node, struct env *env, const struct range_look *look,
                 enum transition change, uint64_t position, uint32_t other)
{
    env_note(env, NOTE_RANGE_CHANGE, membership_about(env, 12, look->index), change, look->rows,
             look->writes);
    transition_command(node, env, change, position, other);
}

static bool wants_split(const struct node_config *config, const struct range_look *look)
{
    return (config->split_rows > 0 && look->rows > config->split_rows) ||
           (config->split_writes > 0 && look->writes > config->split_writes && look->rows > 1);
}

static bool split_one(struct node *node, struct env *env, const struct range_look *look)
{
    uint64_t position;
    if (!wants_split(env->config, look) || !middle_of(node, look, &position))
        return false;
    want(node, env, look, TRANSITION_SPLIT, position, 0);
    return true;
}

static bool merge_one(struct node *node, struct env *env, const struct range_look *look)
{
    const struct topology *now = &node->membership.now;
    if (look->index + 1 >= now->table_count ||
        now->owners[MEMBERS_OLD][look->index + 1] != env->self)
        return false;
    struct range_look next = look_at(node, look->index + 1);
    struct range_look both = *look;
    both.rows += next.rows;
    both.writes += next.writes;
    if (both.rows >= env->config->merge_rows || wants_split(env->config, &both))
        return false;
    want(node, env, &both, TRANSITION_MERGE, look->range.to, 0);
    return true;
}

static uint32_t count_ranges(const struct topology *now, uint32_t node)
{
    uint32_t count = 0;
    for (uint64_t i = 0; i < now->table_count; i++)
        count += now->owners[MEMBERS_OLD][i] == node;
    return count;
}

static bool move_one(struct node *node, struct env *env, const struct range_look *busiest)
{
    const struct topology *now = &node->membership.now;
    uint32_t own = count_ranges(now, env->self), fewest = UINT32_MAX, to = env->self;
    for (uint32_t peer = 0; peer < env->config->nodes; peer++) {
        uint32_t count = count_ranges(now, peer);
        bool may_own = now->states[peer] == MEMBER_NORMAL && peer != env->self &&
                       detector_is_up(&node->detector, env, peer);
        if (may_own && count < fewest) {
            fewest = count;
            to = peer;
        }
    }
    if (to == env->self || own < fewest + 2)
        return false;
    want(node, env, busiest, TRANSITION_MOVE, busiest->range.to, to);
    return true;
}

static bool is_own(const struct node *node, const struct env *env, uint32_t index)
{
    return node->membership.now.owners[MEMBERS_OLD][index] == env->self;
}

/* By writes, then by rows; false when this node owns none. */
static bool find_busiest(const struct node *node, const struct env *env, struct range_look *busiest)
{
    bool has_one = false;
    for (uint32_t i = 0; i < node->membership.now.table_count; i++) {
        struct range_look at = look_at(node, i);
        if (!is_own(node, env, i) ||
            (has_one && (at.writes < busiest->writes ||
                         (at.writes == busiest->writes && at.rows <= busiest->rows))))
            continue;
        *busiest = at;
        has_one = true;
    }
    return has_one;
}

/* Every other time a move comes first, or a range that is always too large would keep it back. */
static void look(struct node *node, struct env *env)
{
    const struct membership *membership = &node->membership;
    struct range_look busiest = {0};
    bool may_move = env->config->balances_ranges && find_busiest(node, env, &busiest);
    if (may_move && membership->looks % 2 == 0 && move_one(node, env, &busiest))
        return;
    for (uint32_t i = 0; i < membership->now.table_count; i++) {
        struct range_look at = look_at(node, i);
        if (is_own(node, env, i) && (split_one(node, env, &at) || merge_one(node, env, &at)))
            return;
    }
    if (may_move)
        move_one(node, env, &busiest);
}

void ranges_on_timer(struct node *node, struct env *env)
{
    struct membership *membership = &node->membership;
    bool is_free = !topology_is_changing(&membership->now) &&
                   membership->wanted_change == TRANSITION_NONE &&
                   membership->proposal.stage == PROPOSAL_NONE;
    membership->looks++;
    if (is_free && storage_is_ready(&node->storage) &&
        topology_is_voter(&membership->now, env->self))
        look(node, env);
    for (uint64_t i = 0; i < membership->now.table_count; i++)
        membership->range_writes[i] = 0;
    env->timer_set(env, LOOK_NS, TIMER_RANGES, 0, membership_about(env, 12, membership->looks));
}

/*
 * repaired.c: which ranges are repaired since when.
 *
 * Ranges are by one version of the topology; when a later one is learned they count no more, and
 * the next round by the clock says it anew. It is volatile: a node that has forgotten it keeps
 * its tombstones a little longer.
 */
#include "db/member/membership_parts.h"
#include "db/repair/repair_parts.h"

static void make_room(struct node *node, struct env *env)
{
    struct repair *repair = &node->repair;
    struct interval_walk walk = {0};
    if (repair->repaired && repair->repaired_topology == node->membership.now.version)
        return;
    env_release(env, repair->repaired);
    repair->repaired_topology = node->membership.now.version;
    repair->repaired_count = 0;
    uint64_t lowest_end = UINT64_MAX;
    uint32_t lowest = 0;
    for (; membership_next_interval(&node->membership, &walk); repair->repaired_count++)
        if (walk.to <= lowest_end) {
            lowest_end = walk.to;
            lowest = repair->repaired_count;
        }
    uint32_t count = repair->repaired_count;
    repair->repaired = env_allocate(env, count * sizeof *repair->repaired);
    walk = (struct interval_walk){0};
    for (uint32_t i = 0; membership_next_interval(&node->membership, &walk); i++)
        repair->repaired[(i + count - lowest) % count] =
            (struct repaired_range){{walk.from, walk.to}, INT64_MIN};
}

/* The range of a position: they ascend by end; the first one may come over the circle's end. */
static struct repaired_range *find(const struct repair *repair, uint64_t position)
{
    uint32_t low = 0, high = repair->repaired_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (repair->repaired[middle].range.to < position)
            low = middle + 1;
        else
            high = middle;
    }
    return repair->repaired_count == 0 ? NULL : &repair->repaired[low % repair->repaired_count];
}

void repaired_mark(struct node *node, struct env *env, uint64_t position, int64_t since)
{
    make_room(node, env);
    struct repaired_range *range = find(&node->repair, position);
    range->since = MAX(range->since, since);
}

int64_t repair_since(const struct node *node, uint64_t position)
{
    const struct repair *repair = &node->repair;
    if (!repair->repaired || repair->repaired_topology != node->membership.now.version)
        return INT64_MIN;
    return find(repair, position)->since;
}

void repaired_note(struct env *env, uint32_t count, int64_t since, uint32_t by)
{
    env_note(env, NOTE_REPAIRED_SINCE, repair_about(env, (uint64_t)since & 0xffffffffffff), count,
             (uint64_t)since, by);
}

/* The earliest of what the owners' clocks say counts, this one's, too: a clock that runs ahead must
 * not let a tombstone go that was not there yet. */
void on_repair_done(struct node *node, struct env *env, uint32_t from,
                    const struct message *message)
{
    const struct message_repair_done *done = &message->repair_done;
    int64_t since = MIN(done->since, env_wall_ns(env));
    if (done->topology != node->membership.now.version)
        return;
    struct repair_tree tree = tree_make(node, env, from, done->chosen);
    for (uint32_t i = 0; i < tree.range_count; i++)
        repaired_mark(node, env, tree.ranges[i].to, since);
    repaired_note(env, tree.range_count, since, from);
    tree_free(&tree, env);
    tombstones_collect(node, env);
}

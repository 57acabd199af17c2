/*
 * pair.c: comparing with one other owner, down the tree.
 *
 *     nodes of a level that differ --> asked for their children's sums, REPAIR_NODES_MAX at a time
 *       a child with equal sums      is equal: nothing below it is looked at
 *       one that differs             few rows: a part for leaves.c;  else a node of the next level
 *
 * With k keys that differ among n, a level has at most k nodes that differ, and there are
 * log8(n / 16) levels: O(k log n) bytes, whatever n is.
 *
 * When no answer comes for repair_patience the comparison begins again from the top, as another
 * one, so that a late answer is no answer. What had been exchanged by then is equal now.
 */
#include "db/repair/repair_parts.h"

#include <string.h>

#include "base/mix.h"
#include "db/about.h"
#include "db/store/row.h"

uint64_t repair_about(const struct env *env, uint64_t what)
{
    return about_node(ABOUT_REPAIR, env->self, what);
}

/* --- messages --------------------------------------------------------------------------------- */

/* What went over the wire counts, and holds the next message up where there is a throttle. */
void pair_count(struct node *node, struct env *env, const struct message *message)
{
    struct repair *repair = &node->repair;
    uint64_t size = message_size(message), rate = env->config->repair_throttle;
    repair->bytes += size;
    repair->seen.bytes += size;
    repair->pair->bytes += size;
    if (rate > 0)
        repair->free_ns = MAX(repair->free_ns, env_monotonic_ns(env)) + size * 1000000000 / rate;
}

/* `what` tells this message from the pair's others. */
bool pair_send(struct node *node, struct env *env, uint64_t what, const struct message *message)
{
    struct repair_pair *pair = node->repair.pair;
    pair_count(node, env, message);
    pair->heard_ns = env_monotonic_ns(env); /* from now on its answer may be late */
    send_message(env, pair->peer, repair_about(env, mix_pair(pair->repair, what)), message);
    return true;
}

/* --- watching --------------------------------------------------------------------------------- */

static void see_sum(struct repair_seen *seen, struct tree_node at, bool is_different)
{
    uint32_t level = MIN(at.level, REPAIR_SEEN_LEVELS - 1u);
    seen->level_count = MAX(seen->level_count, level + 1);
    seen->compared[level]++;
    seen->differing[level] += is_different;
    if (!is_different || seen->part_count == REPAIR_SEEN_PARTS)
        return;
    seen->parts[seen->part_count] = at.number;
    seen->part_levels[seen->part_count++] = (uint8_t)level;
}

/* --- beginning -------------------------------------------------------------------------------- */

static void start_over(struct node *node, struct env *env)
{
    struct repair_pair *pair = node->repair.pair;
    const struct repair_round *round = &node->repair.round;
    struct tree_node root = {0};
    leaves_free(pair, env);
    pair->repair = repair_about(env, round->number << 24 | (uint64_t)(pair->peer & 0xfff) << 12 |
                                         (uint64_t)round->pass << 8 | pair->tries);
    pair->nodes = env_reallocate(env, pair->nodes, sizeof *pair->nodes);
    pair->nodes[0] = 0;
    pair->node_count = 1;
    pair->next_count = pair->asked_from = pair->asked_to = pair->level = 0;
    pair->is_waiting = pair->is_descended = false;
    pair->heard_ns = env_monotonic_ns(env);
    if (pair->tree.range_count == 0 || !tree_is_indivisible(&pair->tree, root))
        return;
    struct position_range range = tree_range(&pair->tree, root);
    pair->node_count = 0;
    leaves_add(pair, env, (struct repair_part){.from = range.from, .to = range.to});
}

void pair_begin(struct node *node, struct env *env, uint32_t peer, struct bytes chosen)
{
    struct repair_pair *pair = env_allocate(env, sizeof *pair);
    struct repair_seen *seen = &node->repair.seen;
    node->repair.pair = pair;
    pair->peer = peer;
    table_init(&pair->open_pushes, env->memory);
    pair->chosen = copy_bytes(env, chosen);
    pair->tree = tree_make(node, env, peer, chosen);
    free_bytes(env, seen->chosen);
    *seen = (struct repair_seen){.peer = peer,
                                 .topology = node->repair.round.topology,
                                 .chosen = copy_bytes(env, chosen),
                                 .range_count = pair->tree.range_count,
                                 .range_levels = pair->tree.range_levels,
                                 .began_ns = env_monotonic_ns(env)};
    start_over(node, env);
    pair_go_on(node, env);
}

void pair_free(struct node *node, struct env *env)
{
    struct repair_pair *pair = node->repair.pair;
    if (!pair)
        return;
    leaves_free(pair, env);
    tree_free(&pair->tree, env);
    free_bytes(env, pair->chosen);
    env_release(env, pair->nodes);
    env_release(env, pair->next);
    env_release(env, pair->parts);
    env_release(env, pair->out);
    table_clear(&pair->open_pushes);
    env_release(env, pair);
    node->repair.pair = NULL;
}

/* --- asking ----------------------------------------------------------------------------------- */

static void ask_for_children(struct node *node, struct env *env)
{
    struct repair_pair *pair = node->repair.pair;
    uint8_t numbers[REPAIR_NODES_MAX * TREE_NUMBER_MAX], *end = numbers;
    struct message message = {.kind = MESSAGE_REPAIR_COMPARE};
    pair->asked_from = pair->asked_to;
    while (pair->asked_to < pair->node_count &&
           pair->asked_to - pair->asked_from < REPAIR_NODES_MAX)
        end = tree_put(end, pair->nodes[pair->asked_to++]);
    message.repair_compare.repair = pair->repair;
    message.repair_compare.topology = node->repair.round.topology;
    message.repair_compare.chosen = pair->chosen;
    message.repair_compare.level = (uint8_t)pair->level;
    message.repair_compare.nodes = (struct bytes){numbers, (uint32_t)(end - numbers)};
    message.round = (uint8_t)(pair->asked_from / REPAIR_NODES_MAX);
    if (pair->level == 0) {
        struct store_sum sum = tree_sum(&pair->tree, &node->storage.store, (struct tree_node){0});
        message.repair_compare.rows = sum.rows;
        message.repair_compare.fingerprint = sum.fingerprint;
    }
    pair->is_waiting = true;
    pair_send(node, env, (uint64_t)pair->level << 32 | pair->asked_from, &message);
}

/* --- taking in sums --------------------------------------------------------------------------- */

static void add_next(struct repair_pair *pair, struct env *env, uint64_t number)
{
    if (pair->next_count == pair->next_room) {
        pair->next_room = MAX(64u, 2 * pair->next_room);
        pair->next = env_reallocate(env, pair->next, pair->next_room * sizeof *pair->next);
    }
    pair->next[pair->next_count++] = number;
}

static void take_child(struct node *node, struct env *env, struct tree_node at,
                       struct store_sum theirs)
{
    struct repair_pair *pair = node->repair.pair;
    struct store_sum mine = tree_sum(&pair->tree, &node->storage.store, at);
    bool is_different = mine.rows != theirs.rows || mine.fingerprint != theirs.fingerprint;
    see_sum(&node->repair.seen, at, is_different);
    if (!is_different)
        return;
    bool is_leaf = is_within_range(&pair->tree, at) &&
                   (mine.rows == 0 || theirs.rows == 0 || tree_is_indivisible(&pair->tree, at) ||
                    MAX(mine.rows, theirs.rows) <= REPAIR_LEAF_ROWS);
    if (!is_leaf) {
        add_next(pair, env, at.number);
        return;
    }
    struct position_range range = tree_range(&pair->tree, at);
    leaves_add(pair, env, (struct repair_part){range.from, range.to, theirs.rows == 0});
}

/* False when these bytes are not what was asked for. */
static bool take_sums(struct node *node, struct env *env, struct bytes sums)
{
    struct repair_pair *pair = node->repair.pair;
    for (uint32_t i = pair->asked_from; i < pair->asked_to; i++)
        for (uint32_t child = 0; child < TREE_FAN_OUT; child++) {
            struct tree_node at =
                tree_child((struct tree_node){pair->level, 0, pair->nodes[i]}, child);
            struct store_sum theirs = {0};
            if (!tree_has(&pair->tree, at))
                continue;
            if (!tree_take(&sums, &theirs.rows) || (theirs.rows > 0 && sums.size < 8))
                return false;
            if (theirs.rows > 0) {
                theirs.fingerprint = get_number(sums.data, 8);
                sums.data += 8;
                sums.size -= 8;
            }
            take_child(node, env, at, theirs);
        }
    return sums.size == 0;
}

static void note_equal(struct node *node, struct env *env)
{
    struct repair_pair *pair = node->repair.pair;
    struct store_sum sum = tree_sum(&pair->tree, &node->storage.store, (struct tree_node){0});
    node->repair.seen.is_equal = true;
    env_note(env, NOTE_REPAIR_EQUAL, pair->repair, pair->peer, sum.rows, pair->bytes);
}

static void descend(struct node *node, struct env *env)
{
    struct repair_pair *pair = node->repair.pair;
    uint64_t *nodes = pair->nodes;
    pair->nodes = pair->next;
    pair->node_count = pair->next_count;
    pair->next = nodes;
    pair->next_count = pair->next_room = 0; /* its room is not known: it grows anew */
    pair->asked_from = pair->asked_to = 0;
    pair->level++;
    if (pair->node_count > 0)
        return;
    pair->is_descended = true;
    if (pair->part_count > 0)
        env_note(env, NOTE_REPAIR_COMPARED, pair->repair, pair->peer, pair->level,
                 pair->part_count);
}

void on_repair_sums(struct node *node, struct env *env, uint32_t from,
                    const struct message *message)
{
    const struct message_repair_sums *sums = &message->repair_sums;
    struct repair_pair *pair = node->repair.pair;
    if (!pair || pair->peer != from || pair->repair != sums->repair || !pair->is_waiting ||
        pair->level != sums->level ||
        message->round != (uint8_t)(pair->asked_from / REPAIR_NODES_MAX))
        return;
    pair_count(node, env, message);
    pair->heard_ns = env_monotonic_ns(env);
    pair->is_waiting = false;
    if (pair->level == 0)
        pair->peer_clock = sums->clock;
    if (pair->level == 0)
        see_sum(&node->repair.seen, (struct tree_node){0}, sums->sums.size > 0);
    if (pair->level == 0 && sums->sums.size == 0)
        note_equal(node, env);
    else if (!take_sums(node, env, sums->sums))
        return; /* nonsense: patience runs out */
    pair_go_on(node, env);
}

/* --- going on --------------------------------------------------------------------------------- */

/* All rows that came are applied, and all that went are durable over there. */
static bool is_settled(const struct node *node)
{
    const struct repair_pair *pair = node->repair.pair;
    return table_count(&pair->open_pushes) == 0 &&
           node->storage.applied_sequence >= pair->applied_when;
}

static bool is_held_up(struct node *node, struct env *env)
{
    return env->config->repair_throttle > 0 && node->repair.free_ns > env_monotonic_ns(env);
}

/* Do what can be done now. The end of the pair may begin the next one. */
void pair_go_on(struct node *node, struct env *env)
{
    struct repair_pair *pair = node->repair.pair;
    while (!pair->is_waiting && !is_held_up(node, env)) {
        if (!pair->is_descended && pair->asked_to < pair->node_count) {
            ask_for_children(node, env);
        } else if (!pair->is_descended) {
            descend(node, env);
        } else if (!leaves_go_on(node, env)) {
            if (pair->part_next < pair->part_count || pair->slots_taken > 0 || pair->out_size > 0 ||
                !is_settled(node))
                break;
            round_on_pair_over(node, env, REASON_NONE);
            return;
        }
    }
    repair_set_timer(node, env);
}

/* Either the throttle lets go, or nobody has answered for too long. */
void pair_on_timer(struct node *node, struct env *env)
{
    struct repair_pair *pair = node->repair.pair;
    if (env_monotonic_ns(env) - pair->heard_ns < repair_patience(env) || is_held_up(node, env)) {
        pair_go_on(node, env);
        return;
    }
    if (++pair->tries == REPAIR_TRIES || !detector_is_up(&node->detector, env, pair->peer)) {
        round_on_pair_over(node, env, REASON_NO_ANSWER);
        return;
    }
    start_over(node, env);
    pair_go_on(node, env);
}

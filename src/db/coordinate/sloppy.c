/*
 * coordinate/sloppy.c: who stands in for an owner that is down (Dynamo, section 4.6).
 *
 *     walk of the key:  n3   n1   n4   n5   n2 ...        N = 3, n1 is down
 *     strict            n3   n1   n4                      n1 gets nothing
 *     sloppy            n3  [n5]  n4                      n5 stands in for n1
 *
 * A sloppy operation goes to the first N nodes of the walk that count as up. Who is no owner
 * keeps the write apart from its own rows, as a hint for the owner (hint/hint.h), counts towards W
 * when that is durable, and brings it home when the owner is back. A sloppy read asks
 * stand-ins, too, and they answer with what they hold for others.
 *
 * What it costs: two quorums need not meet any more. A strict read of the owners, or a sloppy
 * one by a coordinator that takes other nodes for down, can miss an acknowledged write until it has
 * been brought home (scenarios/sloppy-quorum.json).
 */
#include "db/conflict/conflict.h"
#include "db/hint/hint.h"
#include "db/roles.h"
#include "db/safeguard.h"
#include "db/store/row.h"

static bool is_listed(const uint32_t *nodes, uint32_t count, uint32_t node)
{
    for (uint32_t i = 0; i < count; i++)
        if (nodes[i] == node)
            return true;
    return false;
}

/* The next node of the walk that is up and not listed, or HINT_NOBODY. */
static uint32_t next_healthy(struct node *node, struct env *env, struct placement_walk *walk,
                             const uint32_t *listed, uint32_t count)
{
    uint32_t next;
    while (placement_walk_next(walk, &next))
        if (!is_listed(listed, count, next) && detector_is_up(&node->detector, env, next))
            return next;
    return HINT_NOBODY;
}

static struct placement_walk walk_of(const struct placement *placement, struct bytes key)
{
    struct placement_order order = placement_order(&placement->config);
    return (struct placement_walk){
        .placement = placement,
        .range = placement_range_of(placement, placement_position(order, key))};
}

/* Of the owners by which reads go, those that are down give their place to a stand-in. */
void sloppy_replace_down(struct node *node, struct env *env, struct pending *pending)
{
    const struct placement *placement = membership_reads(&node->membership);
    struct placement_walk walk = walk_of(placement, pending->key);
    uint32_t met[4 * REPLICATION_MAX], count = pending->replica_count;
    if (!pending->is_sloppy || !env->config->hints.is_on)
        return;
    for (uint32_t i = 0; i < count; i++)
        met[i] = pending->replicas[i];
    for (uint32_t i = 0; i < pending->replica_count; i++) {
        uint32_t owner = pending->replicas[i];
        if (!(pending->sets[0] >> i & 1) || (pending->sets[1] >> i & 1) ||
            detector_is_up(&node->detector, env, owner))
            continue;
        uint32_t stand_in = next_healthy(node, env, &walk, met, count);
        if (stand_in == HINT_NOBODY)
            return;
        pending->replicas[i] = met[count++] = stand_in;
        pending->stands_for[i] = owner;
    }
}

static void keep_here(struct node *node, struct env *env, const struct pending *pending,
                      uint32_t owner)
{
    struct hint_wish wish = {.target_count = 1,
                             .targets = {owner},
                             .told_to = env->self,
                             .request = pending->request,
                             .key = pending->key,
                             .version = &pending->version,
                             .is_stand_in = true,
                             .why = REASON_STANDS_IN};
    uint64_t request = pending->request;
    if (hints_keep(node, env, &wish) != REASON_NONE)
        coordinate_write_on_stored(node, env, request, env->self, false);
}

/* May end the operation, when the stand-in is this node. */
void sloppy_send_stand_in(struct node *node, struct env *env, struct pending *pending,
                          uint32_t index)
{
    uint32_t to = pending->replicas[index];
    if (to == env->self) {
        keep_here(node, env, pending, pending->stands_for[index]);
        return;
    }
    uint32_t size = row_size(pending->key, &pending->version);
    uint8_t *row = env_allocate(env, size);
    struct message message = {.kind = MESSAGE_STAND_IN};
    row_encode(row, pending->key, &pending->version);
    message.stand_in.request = pending->request;
    message.stand_in.topology = node->membership.now.version;
    message.stand_in.owner = pending->stands_for[index];
    message.stand_in.row = (struct bytes){row, size};
    send_message(env, to, pending->request, &message);
    env_release(env, row);
}

/* A replica that is none: it keeps the write for its owner, and acknowledges when that is
 * durable (hint_keep.c). */
void on_stand_in(struct node *node, struct env *env, uint32_t from, const struct message *message)
{
    const struct message_stand_in *stand_in = &message->stand_in;
    struct bytes key;
    struct version version = {0};
    if (replica_refuses_stale(node, env, from, stand_in->request, stand_in->topology))
        return;
    if (!env->config->hints.is_on || stand_in->owner >= env->config->nodes ||
        row_decode(stand_in->row, &key, &version) != stand_in->row.size ||
        !conflict_is_whole(&version)) {
        env_note(env, NOTE_MESSAGE_REJECTED, stand_in->request, REASON_BAD_MESSAGE,
                 stand_in->row.size, from);
        return;
    }
    struct hint_wish wish = {.target_count = 1,
                             .targets = {(uint32_t)stand_in->owner},
                             .told_to = from,
                             .request = stand_in->request,
                             .key = key,
                             .version = &version,
                             .is_stand_in = true,
                             .why = REASON_STANDS_IN};
    if (hints_keep(node, env, &wish) == REASON_NONE)
        return;
    struct message written = {.kind = MESSAGE_REPLICA_WRITTEN};
    written.replica_written.request = stand_in->request;
    written.replica_written.stored = false;
    send_message(env, from, stand_in->request, &written);
}

/* The first `needed` of the N nodes that a sloppy write would go to: this node first, if it is
 * one. Returns how many there are. */
uint32_t sloppy_choose_readers(struct node *node, struct env *env, struct bytes key,
                               uint32_t needed, uint32_t *chosen, uint32_t *stands_for)
{
    struct pending asked = {.is_sloppy = true, .key = key};
    uint32_t count = 0;
    bool is_distinct = safeguard_is_on(env->config, SAFEGUARD_DISTINCT_REPLICAS);
    asked.replica_count =
        (uint8_t)placement_of_key(membership_reads(&node->membership), key,
                                  env->config->replication, is_distinct, asked.replicas);
    asked.sets[0] = UINT32_MAX;
    for (uint32_t i = 0; i < 2 * REPLICATION_MAX; i++)
        asked.stands_for[i] = HINT_NOBODY;
    sloppy_replace_down(node, env, &asked);
    for (int is_self = 1; is_self >= 0; is_self--)
        for (uint32_t i = 0; i < asked.replica_count && count < needed; i++) {
            if ((asked.replicas[i] == env->self) != is_self ||
                !detector_is_up(&node->detector, env, asked.replicas[i]))
                continue;
            stands_for[count] = asked.stands_for[i];
            chosen[count++] = asked.replicas[i];
        }
    return count == needed ? count : 0;
}

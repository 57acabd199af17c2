/*
 * transition.c: beginning a change of members, and driving it on.
 *
 *   operator: "join" at n6        n6 asks what the newest version is, then proposes
 *                                 v+1: write both, read old                     (synod.c)
 *   new owners                    get the data of what they gain                (stream.c)
 *   the driver                    asks everybody how far they are:
 *        |--- poll (v+1) ------>|
 *        |<-- status -----------|   all new owners have all that they gain?
 *                                 proposes v+2: write both, read new
 *        |<-- status -----------|   is v+2 known to a majority of the old owners of everything, and
 *                                 to everybody who is up?
 *                                 proposes v+3: normal
 *
 * The driver is the lowest of the old members that is not suspected; when it dies the next one
 * goes on, and when two believe they are it, nothing is lost, since versions are decided by
 * votes. A change whose new owners make no progress is rolled back while reads still go by the
 * old members; after that it can only go forward, and it can, since the new owners have all
 * the data.
 *
 * How a change begins is in command.c; why one waits or is given up, in waiting.c.
 */
#include "db/about.h"
#include "db/member/membership_parts.h"
#include "db/safeguard.h"
#include "db/store/log.h"
#include "db/timers.h"

#include "base/mix.h"

#define TICK_NS (UINT64_C(200) * 1000 * 1000)

static bool is_tick_needed(const struct membership *membership)
{
    return membership->wanted_change != TRANSITION_NONE ||
           membership->wish.change != TRANSITION_NONE || topology_is_changing(&membership->now) ||
           membership->proposal.stage != PROPOSAL_NONE || membership->is_boot_due;
}

void transition_tick_if_needed(struct node *node, struct env *env)
{
    struct membership *membership = &node->membership;
    if (membership->is_ticking || !is_tick_needed(membership))
        return;
    membership->is_ticking = true;
    membership->ticks++;
    env->timer_set(env, TICK_NS, TIMER_TOPOLOGY, 0, membership_about(env, 4, membership->ticks));
}

/* --- the driver ------------------------------------------------------------------------------ */

bool transition_is_driver(const struct node *node, const struct env *env)
{
    const struct membership *membership = &node->membership;
    for (uint32_t peer = 0; peer < env->config->nodes; peer++)
        if (topology_is_voter(&membership->now, peer) &&
            detector_is_up(&node->detector, env, peer))
            return peer == env->self;
    return false;
}

static void note_status(struct membership *membership, uint32_t peer,
                        const struct message_topology_status *status)
{
    membership->peer_versions[peer] = status->topology;
    membership->peer_streamed[peer] = status->streamed;
    membership->peer_hints[peer] = status->hints;
}

static uint64_t streamed_version(const struct membership *membership)
{
    return stream_is_done(membership) ? membership->now.version : 0;
}

static struct message_topology_status status_of(const struct node *node)
{
    const struct membership *membership = &node->membership;
    return (struct message_topology_status){.topology = membership->durable_version,
                                            .streamed = streamed_version(membership),
                                            .hints = node->hints.count};
}

static void poll(struct node *node, struct env *env)
{
    struct membership *membership = &node->membership;
    struct message message = {.kind = MESSAGE_TOPOLOGY_POLL};
    message.topology_poll.topology = membership->now.version;
    struct message_topology_status own = status_of(node);
    membership->poll++;
    note_status(membership, env->self, &own);
    for (uint32_t peer = 0; peer < env->config->nodes; peer++)
        if (peer != env->self && topology_is_member(&membership->now, peer))
            send_message(env, peer, membership_about(env, 6, membership->poll), &message);
}

void on_topology_poll(struct node *node, struct env *env, uint32_t from,
                      const struct message *message)
{
    struct membership *membership = &node->membership;
    struct message status = {.kind = MESSAGE_TOPOLOGY_STATUS};
    uint64_t version = message->topology_poll.topology;
    if (version < membership->now.version)
        membership_tell(node, env, from);
    membership_heard_of(node, env, from, version);
    status.topology_status = status_of(node);
    send_message(env, from, membership_about(env, 7, mix_pair(version, from)), &status);
}

static bool has_everybody_streamed(const struct membership *membership, const struct env *env)
{
    for (uint32_t peer = 0; peer < env->config->nodes; peer++)
        if (membership->gains[peer] && membership->peer_streamed[peer] != membership->now.version)
            return false;
    return true;
}

/* Everybody who is up, and a majority of the old owners of everything: then no coordinator that
 * still reads from the old owners finds enough of them. */
static bool is_known_widely(const struct node *node, const struct env *env)
{
    const struct membership *membership = &node->membership;
    uint32_t owners[REPLICATION_MAX];
    uint64_t version = membership->now.version;
    struct interval_walk walk = {0};
    bool is_missing = false;
    for (uint32_t peer = 0; peer < env->config->nodes; peer++) {
        if (!topology_is_member(&membership->now, peer) ||
            membership->peer_versions[peer] >= version)
            continue;
        if (detector_is_up(&node->detector, env, peer))
            return false;
        is_missing = true;
    }
    while (is_missing && membership_next_interval(membership, &walk)) {
        uint32_t known = 0;
        uint32_t count = membership_owners(membership, env->config, MEMBERS_OLD, walk.to, owners);
        for (uint32_t i = 0; i < count; i++)
            known += membership->peer_versions[owners[i]] >= version;
        if (2 * known <= count)
            return false;
    }
    return true;
}

/* A node that leaves takes along what it keeps for others: first it hands that on, if it can. */
static bool has_handed_on_hints(const struct node *node, const struct env *env)
{
    const struct topology *now = &node->membership.now;
    return now->change != TRANSITION_LEAVE || node->membership.peer_hints[now->subject] == 0 ||
           !detector_is_up(&node->detector, env, now->subject);
}

typedef void next_version(struct topology *to, struct heap *heap, const struct topology *from);

static void propose_next(struct node *node, struct env *env, next_version *make)
{
    struct topology next;
    make(&next, env->memory, &node->membership.now);
    synod_propose(node, env, &next);
    topology_free(&next, env->memory);
}

static void drive(struct node *node, struct env *env)
{
    struct membership *membership = &node->membership;
    if (!topology_is_changing(&membership->now) || membership->proposal.stage != PROPOSAL_NONE ||
        !transition_is_driver(node, env))
        return;
    if (membership->now.phase == TOPOLOGY_READ_OLD) {
        if (has_everybody_streamed(membership, env))
            propose_next(node, env, topology_read_new);
        else if (waiting_is_hopeless(node, env))
            propose_next(node, env, topology_roll_back);
    } else if (is_known_widely(node, env) && has_handed_on_hints(node, env)) {
        propose_next(node, env, topology_finish);
    }
}

void on_topology_status(struct node *node, struct env *env, uint32_t from,
                        const struct message *message)
{
    struct membership *membership = &node->membership;
    note_status(membership, from, &message->topology_status);
    drive(node, env);
}

void transition_on_timer(struct node *node, struct env *env)
{
    struct membership *membership = &node->membership;
    membership->is_ticking = false;
    if (membership->is_boot_due)
        membership_count_life(node, env);
    synod_on_tick(node, env);
    stream_on_tick(node, env);
    command_on_tick(node, env);
    if (topology_is_changing(&membership->now) && transition_is_driver(node, env)) {
        poll(node, env);
        drive(node, env);
    }
    transition_tick_if_needed(node, env);
}

/* --- after a version was learned ------------------------------------------------------------- */

static bool is_owner(const struct node *node, const struct env *env, uint64_t position)
{
    uint32_t owners[REPLICATION_MAX];
    uint32_t count =
        membership_owners(&node->membership, env->config, MEMBERS_OLD, position, owners);
    for (uint32_t i = 0; i < count; i++)
        if (owners[i] == env->self)
            return true;
    return false;
}

/* Rows of others, a range at a time: after a change, or after a crash before the log had it. When
 * the log takes no more they stay, and do no harm, until the next start: an append that fails may
 * be the end of the log, in the middle of this. */
void transition_drop_unowned(struct node *node, struct env *env)
{
    struct membership *membership = &node->membership;
    uint64_t dropped = 0, about = membership_about(env, 8, membership->now.version);
    struct interval_walk walk = {0};
    if (!membership->is_ready || !storage_is_ready(&node->storage) ||
        topology_is_changing(&membership->now) || membership->now.version == 1 ||
        membership->dropped_version == membership->now.version)
        return;
    membership->dropped_version = membership->now.version;
    while (storage_is_ready(&node->storage) && membership_next_interval(membership, &walk)) {
        struct log_record what = {.kind = LOG_FORGET_RANGE, .range = {walk.from, walk.to}};
        uint64_t rows = store_sum(&node->storage.store, what.range).rows;
        if (rows > 0 && !is_owner(node, env, walk.to) && replica_forget(node, env, &what, about))
            dropped += rows;
    }
    if (dropped == 0)
        return;
    actor_renew(node, env);
    env_note(env, NOTE_ROWS_DROPPED, about, dropped, membership->now.version, 0);
}

void transition_on_learned(struct node *node, struct env *env)
{
    command_on_learned(node);
    stream_begin(node, env);
    transition_drop_unowned(node, env);
    transition_tick_if_needed(node, env);
    gossip_on_topology(node, env);
}

/*
 * membership.c: learning a version, serving by it, telling others.
 *
 * A version is learned once, from whoever decided it or from anybody who was asked; from then
 * on this node places keys by it, refuses requests of coordinators that go by an older one,
 * and begins what the version asks of it (stream.c, transition.c). It counts as known for
 * good, and is reported to the driver of the change, when it is on the device.
 */
#include "db/about.h"
#include "db/member/membership_parts.h"
#include "db/safeguard.h"
#include "db/store/storage_parts.h"

#include <string.h>

/* What a message or timer of membership is about. `what` tells apart kinds of exchange. */
uint64_t membership_about(const struct env *env, uint64_t what, uint64_t number)
{
    return about_node(ABOUT_TOPOLOGY, env->self, what << 36 | (number & 0xfffffffff));
}

/* --- places --------------------------------------------------------------------------------- */

const struct placement *membership_reads(const struct membership *membership)
{
    return &membership->placements[membership->now.phase == TOPOLOGY_READ_NEW];
}

const struct placement *membership_also_writes(const struct membership *membership)
{
    if (!topology_is_changing(&membership->now))
        return NULL;
    return &membership->placements[membership->now.phase == TOPOLOGY_READ_OLD];
}

uint32_t membership_owners(const struct membership *membership, const struct node_config *config,
                           enum member_set set, uint64_t position, uint32_t *nodes)
{
    const struct placement *placement =
        &membership->placements[topology_is_changing(&membership->now) ? set : MEMBERS_OLD];
    return placement_replicas(placement, placement_range_of(placement, position),
                              config->replication, true, nodes);
}

/* Where the interval after `from` ends. */
static uint64_t interval_end(const struct membership *membership, uint64_t from)
{
    uint64_t nearest = UINT64_MAX; /* as a distance from `from`, minus one */
    for (int set = 0; set < 1 + topology_is_changing(&membership->now); set++) {
        const struct placement *placement = &membership->placements[set];
        uint32_t range = placement_range_of(placement, from + 1);
        uint64_t distance = placement_range(placement, range).to - (from + 1);
        nearest = MIN(nearest, distance);
    }
    return from + 1 + nearest;
}

bool membership_next_interval(const struct membership *membership, struct interval_walk *walk)
{
    if (walk->is_begun && walk->to == walk->first)
        return false;
    if (!walk->is_begun)
        walk->first = walk->to = interval_end(membership, 0);
    walk->is_begun = true;
    walk->from = walk->to;
    walk->to = interval_end(membership, walk->from);
    return true;
}

static void drop_placements(struct membership *membership, struct env *env)
{
    for (int set = 0; set < 2; set++)
        placement_free(&membership->placements[set], env->memory);
}

static void make_placements(struct membership *membership, struct env *env)
{
    bool is_changing = topology_is_changing(&membership->now);
    drop_placements(membership, env);
    for (int set = 0; set < 1 + is_changing; set++)
        topology_place(&membership->now, (enum member_set)set, env->memory, env->config,
                       &membership->placements[set]);
}

static bool is_listed(const uint32_t *nodes, uint32_t count, uint32_t node)
{
    for (uint32_t i = 0; i < count; i++)
        if (nodes[i] == node)
            return true;
    return false;
}

/* Who will own something that it does not own now: an interval at a time. */
static void find_gains(struct membership *membership, struct env *env)
{
    uint32_t old[REPLICATION_MAX], new[REPLICATION_MAX];
    memset(membership->gains, 0, env->config->nodes);
    if (!topology_is_changing(&membership->now))
        return;
    struct interval_walk walk = {0};
    while (membership_next_interval(membership, &walk)) {
        uint32_t old_count = membership_owners(membership, env->config, MEMBERS_OLD, walk.to, old);
        uint32_t new_count = membership_owners(membership, env->config, MEMBERS_NEW, walk.to, new);
        for (uint32_t i = 0; i < new_count; i++)
            if (!is_listed(old, old_count, new[i]))
                membership->gains[new[i]] = true;
    }
}

/* --- learning -------------------------------------------------------------------------------- */

static void adopt(struct node *node, struct env *env, uint8_t told_phase)
{
    struct membership *membership = &node->membership;
    make_placements(membership, env);
    find_gains(membership, env);
    membership->phase_ns = env_monotonic_ns(env);
    membership->waits_reason = REASON_NONE;
    ranges_begin(node, env);
    memset(membership->peer_versions, 0, env->config->nodes * sizeof(uint64_t));
    memset(membership->peer_streamed, 0, env->config->nodes * sizeof(uint64_t));
    memset(membership->peer_hints, 0xff, env->config->nodes * sizeof(uint64_t));
    env_note(env, NOTE_TOPOLOGY_LEARNED, membership_about(env, 0, membership->now.version),
             membership->now.version, told_phase, membership->now.change);
}

void membership_learn(struct node *node, struct env *env, const struct topology *topology)
{
    struct membership *membership = &node->membership;
    if (topology->version <= membership->now.version)
        return;
    uint8_t told_phase = topology_told_phase(&membership->now, topology);
    bool is_of_ranges = !topology_is_changing(&membership->now) &&
                        !topology_is_changing(topology) &&
                        topology->version == membership->now.version + 1;
    if (is_of_ranges && membership->dropped_version == membership->now.version)
        membership->dropped_version = topology->version; /* split, merged: same owners */
    topology_free(&membership->now, env->memory);
    topology_copy(&membership->now, env->memory, topology);
    topology_file_append(node, env, RECORD_DECIDED, 0, 0, &membership->now);
    adopt(node, env, told_phase);
    repair_on_topology(node, env);
    synod_give_up(node, env);
    coordinate_again(node, env);
    transition_on_learned(node, env);
    hints_on_topology(node, env);
}

/* The newest version counts for good from here on. */
void membership_on_synced(struct node *node, struct env *env)
{
    struct membership *membership = &node->membership;
    if (membership->has_failed)
        return;
    if (membership->synced_records == membership->records)
        membership->durable_version = membership->now.version;
    if (membership->boot_record && membership->synced_records >= membership->boot_record) {
        membership->boot_record = 0;
        node_on_counted(node, env);
    }
}

void membership_count_life(struct node *node, struct env *env)
{
    struct membership *membership = &node->membership;
    uint64_t records = membership->records;
    topology_file_append(node, env, RECORD_BOOTED, membership->boots + 1, 0, NULL);
    membership->is_boot_due = membership->records == records && !membership->has_failed;
    if (membership->records == records) {
        transition_tick_if_needed(node, env); /* the disk is full: it is tried again */
        return;
    }
    membership->boots++;
    membership->boot_record = membership->records;
}

void topology_tell(struct env *env, uint32_t to, const struct topology *topology)
{
    uint32_t size = topology_size(topology);
    uint8_t *bytes = env_allocate(env, size);
    struct message tell = {.kind = MESSAGE_TOPOLOGY_TELL};
    topology_encode(topology, bytes);
    tell.topology_tell.value = (struct bytes){bytes, size};
    send_message(env, to, membership_about(env, 1, topology->version), &tell);
    env_release(env, bytes);
}

void membership_tell(struct node *node, struct env *env, uint32_t to)
{
    topology_tell(env, to, &node->membership.now);
}

void on_topology_tell(struct node *node, struct env *env, uint32_t from,
                      const struct message *message)
{
    struct topology topology;
    (void)from;
    if (!topology_decode(&topology, env->memory, message->topology_tell.value, env->config->nodes))
        return;
    membership_learn(node, env, &topology);
    topology_free(&topology, env->memory);
}

void on_topology_ask(struct node *node, struct env *env, uint32_t from,
                     const struct message *message)
{
    if (message->topology_ask.topology < node->membership.now.version)
        membership_tell(node, env, from);
}

/* --- the fence -------------------------------------------------------------------------------- */

bool membership_is_stale(const struct membership *membership, uint64_t version)
{
    return version < membership->now.version;
}

void membership_heard_of(struct node *node, struct env *env, uint32_t from, uint64_t version)
{
    struct membership *membership = &node->membership;
    if (version <= membership->now.version)
        return;
    struct message ask = {.kind = MESSAGE_TOPOLOGY_ASK};
    ask.topology_ask.topology = membership->now.version;
    send_message(env, from, membership_about(env, 2, version), &ask);
}

/* --- beginning -------------------------------------------------------------------------------- */

void membership_begin(struct node *node, struct env *env)
{
    struct membership *membership = &node->membership;
    uint32_t nodes = env->config->nodes;
    membership->gains = env_allocate(env, nodes);
    membership->proposal.heard = env_allocate(env, nodes);
    membership->peer_versions = env_allocate(env, nodes * sizeof(uint64_t));
    membership->peer_streamed = env_allocate(env, nodes * sizeof(uint64_t));
    membership->peer_hints = env_allocate(env, nodes * sizeof(uint64_t));
    topology_begin(&membership->now, env->memory, env->config);
    topology_file_read(node, env);
}

void membership_become_ready(struct node *node, struct env *env)
{
    struct membership *membership = &node->membership;
    membership->is_ready = true;
    membership->synced_records = 0;
    adopt(node, env, membership->now.phase);
    if (membership->records == 0)
        membership->durable_version = membership->now.version; /* installed, not remembered */
    transition_on_learned(node, env);
}

void membership_on_disk(struct node *node, struct env *env, const struct event *event)
{
    topology_file_on_disk(node, env, event);
}

void membership_hear_self(struct node *node, struct env *env, struct bytes frame)
{
    struct message message;
    CHECK(message_decode(&message, frame.data, (uint32_t)frame.size) == REASON_NONE);
    node_handle(node, env, env->self, &message);
}

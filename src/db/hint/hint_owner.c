/*
 * hint_owner.c: whether a hint is kept, and whether it goes where it was meant to go.
 *
 * The window. Downtime counts from when this node first found the target down, or from the oldest
 * hint that still waits for it, whichever is longer ago: a target that comes up for a moment
 * and goes down again has not been well in between (CASSANDRA-14309).
 *
 * Expiry. A tombstone is forgotten when it is older than the grace; a hint that is as old may be a
 * value that such a tombstone deleted, and would rise again (scylladb #23712).
 *
 * Owners. When the target does not own the key any more, all present owners get the write: as
 * hints of their own, which are durable before the old one is done (Scylla executes the write
 * again at ALL). A node that leaves delivers what it can and hands the rest on.
 */
#include "db/hint/hint_parts.h"
#include "db/member/membership_parts.h"
#include "db/safeguard.h"

/* --- the window ------------------------------------------------------------------------------- */

static uint64_t down_for(struct node *node, struct env *env, uint32_t target)
{
    struct hint_queue *queue = hint_queue_of(node, target);
    uint64_t now = env_monotonic_ns(env);
    if (detector_is_up(&node->detector, env, target)) {
        queue->down_since_ns = 0;
    } else if (queue->down_since_ns == 0) {
        queue->down_since_ns = MAX(now, 1u);
        queue->is_told = false;
    }
    return queue->down_since_ns ? now - queue->down_since_ns : 0;
}

static uint64_t age_of(struct env *env, const struct hint *hint)
{
    int64_t age = env_wall_ns(env) - hint->created_ns;
    return age > 0 ? (uint64_t)age : 0;
}

bool hints_is_window_closed(struct node *node, struct env *env, uint32_t target,
                            uint64_t request)
{
    uint64_t window = env->config->hints.window_ns;
    uint64_t down = down_for(node, env, target);
    struct hint_queue *queue = hint_queue_of(node, target);
    const struct hint *oldest = queue->first;
    uint64_t waited = oldest ? age_of(env, oldest) : 0;
    if (down <= window && waited > window &&
        !safeguard_is_on(env->config, SAFEGUARD_HINT_WINDOW_STANDS)) {
        if (!queue->is_told) /* once for each time that it is down */
            safeguard_note_broken(env, SAFEGUARD_HINT_WINDOW_STANDS, hints_about(env, target), 0);
        queue->is_told = true;
        waited = 0;
    }
    if (MAX(down, waited) <= window)
        return false;
    env_note(env, NOTE_HINT_REFUSED, request, target, REASON_HINT_WINDOW, 0);
    return true;
}

/* --- too old ---------------------------------------------------------------------------------- */

static bool is_expired(struct env *env, const struct hint *hint)
{
    uint64_t grace = env->config->tombstone_grace_ns;
    if (grace == 0 || age_of(env, hint) <= grace)
        return false;
    if (safeguard_is_on(env->config, SAFEGUARD_HINT_EXPIRES))
        return true;
    safeguard_note_broken(env, SAFEGUARD_HINT_EXPIRES, hint->request, hint->target);
    return false;
}

/* --- other owners ----------------------------------------------------------------------------- */

/* Who owns the key when a change that is under way is over: data may have streamed to a new owner
 * already, and an old one that goes would not hand on what it gets now. When the change is rolled
 * back, what was passed on comes to the old owners in the same way. */
static uint32_t owners_of(const struct node *node, const struct env *env, const struct hint *hint,
                          uint32_t *owners)
{
    struct bytes key;
    struct version version;
    hint_open(hint, &key, &version);
    uint64_t position = placement_position(placement_order(&env->config->placement), key);
    return membership_owners(&node->membership, env->config, MEMBERS_NEW, position, owners);
}

static bool is_listed(const uint32_t *nodes, uint32_t count, uint32_t node)
{
    for (uint32_t i = 0; i < count; i++)
        if (nodes[i] == node)
            return true;
    return false;
}

/* The same write, with its timestamp, for all who own the key now; this hint is done when theirs
 * are durable. When they cannot be kept now, the next look tries again. */
static void pass_on(struct node *node, struct env *env, struct hint *hint, const uint32_t *owners,
                    uint32_t count)
{
    struct bytes key;
    struct version version;
    hint_open(hint, &key, &version);
    struct hint_wish wish = {.target_count = count,
                             .told_to = HINT_NOBODY,
                             .request = hint->request,
                             .created_ns = hint->created_ns,
                             .key = key,
                             .version = &version,
                             .why = REASON_NEW_OWNERS};
    for (uint32_t i = 0; i < count; i++)
        wish.targets[i] = owners[i];
    env_note(env, NOTE_HINT_REEXECUTED, hint->request, hint->target, count, 0);
    if (hints_keep(node, env, &wish) != REASON_NONE)
        return;
    hint->done_record = node->hints.appended;
    node->hints.passed_on++;
}

bool hint_goes_elsewhere(struct node *node, struct env *env, struct hint *hint)
{
    uint32_t owners[REPLICATION_MAX];
    if (is_expired(env, hint)) {
        env_note(env, NOTE_HINT_EXPIRED, hint->request, hint->target, age_of(env, hint),
                 env->config->tombstone_grace_ns);
        hints_drop(node, env, hint);
        return true;
    }
    uint32_t count = owners_of(node, env, hint, owners);
    if (is_listed(owners, count, hint->target))
        return false;
    if (safeguard_is_on(env->config, SAFEGUARD_HINT_TO_NEW_OWNERS)) {
        pass_on(node, env, hint, owners, count);
    } else {
        safeguard_note_broken(env, SAFEGUARD_HINT_TO_NEW_OWNERS, hint->request, hint->target);
        hints_drop(node, env, hint);
    }
    return true;
}

void hints_drop_passed_on(struct node *node, struct env *env)
{
    struct hints *hints = &node->hints;
    uint32_t cursor = 0;
    uint64_t id, value;
    while (hints->passed_on > 0 && table_next(&hints->by_id, &cursor, &id, &value)) {
        struct hint *hint = (struct hint *)(uintptr_t)value;
        if (hint->done_record == 0 || hint->done_record > hints->synced)
            continue;
        hints->passed_on--;
        hints_drop(node, env, hint);
    }
}

/* --- who gets it ------------------------------------------------------------------------------ */

static bool may_keep(const struct node *node, const struct env *env, uint32_t peer)
{
    return peer != env->self && node->membership.now.states[peer] == MEMBER_NORMAL &&
           detector_is_up(&node->detector, env, peer);
}

/* A node that leaves looks for somebody who keeps what it cannot deliver: the next one up. */
uint32_t hint_receiver(struct node *node, struct env *env, uint32_t target)
{
    const struct topology *now = &node->membership.now;
    uint32_t nodes = env->config->nodes;
    bool is_reachable =
        detector_is_up(&node->detector, env, target) &&
        (target == env->self || topology_is_member(now, target));
    down_for(node, env, target); /* it may be up for the first time in a while */
    if (is_reachable)
        return target;
    if (now->states[env->self] != MEMBER_LEAVING)
        return HINT_NOBODY;
    for (uint32_t i = 1; i < nodes; i++)
        if (may_keep(node, env, (env->self + i) % nodes))
            return (env->self + i) % nodes;
    return HINT_NOBODY;
}

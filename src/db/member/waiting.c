/*
 * waiting.c: what a change waits for, and when there is no point in it any more.
 *
 * Data streams as long as it takes. But it cannot come to a new owner that is down, nor from a
 * range whose old owners are down but for a minority: a new owner needs the word of a majority of
 * them (safeguard stream-from-quorum). The driver says so as soon as it sees it (change_waits), and
 * after `transition_timeout` of it the change is given up and rolled back: its operator may
 * begin again when the nodes are back. Without a limit such a change would keep all others waiting
 * for ever, and writes going to two sets of owners (scylladb #965: a write that waits for a joiner
 * that has died).
 *
 * Only while reads go by the old owners. Later all new owners have all that they gain, and the
 * change goes on whoever is down.
 */
#include "db/about.h"
#include "db/member/membership_parts.h"

/* A new owner that nobody hears of, or ALL_ARE_UP. */
#define ALL_ARE_UP UINT32_MAX

static uint32_t silent_new_owner(const struct node *node, const struct env *env)
{
    const struct membership *membership = &node->membership;
    for (uint32_t peer = 0; peer < env->config->nodes; peer++)
        if (membership->gains[peer] && membership->peer_streamed[peer] != membership->now.version &&
            !detector_is_up(&node->detector, env, peer))
            return peer;
    return ALL_ARE_UP;
}

static bool is_listed(const uint32_t *nodes, uint32_t count, uint32_t node)
{
    for (uint32_t i = 0; i < count; i++)
        if (nodes[i] == node)
            return true;
    return false;
}

/* Does somebody gain this interval who has not got everything yet? */
static bool is_wanted(const struct membership *membership, const struct node_config *config,
                      uint64_t position, const uint32_t *old, uint32_t old_count)
{
    uint32_t new[REPLICATION_MAX];
    uint32_t count = membership_owners(membership, config, MEMBERS_NEW, position, new);
    for (uint32_t i = 0; i < count; i++)
        if (!is_listed(old, old_count, new[i]) &&
            membership->peer_streamed[new[i]] != membership->now.version)
            return true;
    return false;
}

/* A node that is down and with whose range the rest of its owners are no majority. */
static uint32_t missing_old_owner(const struct node *node, const struct env *env)
{
    const struct membership *membership = &node->membership;
    struct interval_walk walk = {0};
    uint32_t old[REPLICATION_MAX];
    while (membership_next_interval(membership, &walk)) {
        uint32_t count = membership_owners(membership, env->config, MEMBERS_OLD, walk.to, old);
        uint32_t up = 0, down = ALL_ARE_UP;
        for (uint32_t i = 0; i < count; i++) {
            bool is_up = detector_is_up(&node->detector, env, old[i]);
            up += is_up;
            down = is_up || down != ALL_ARE_UP ? down : old[i];
        }
        if (2 * up <= count && is_wanted(membership, env->config, walk.to, old, count))
            return down;
    }
    return ALL_ARE_UP;
}

static enum reason why_waiting(const struct node *node, const struct env *env, uint32_t *whom)
{
    *whom = silent_new_owner(node, env);
    if (*whom != ALL_ARE_UP)
        return REASON_NEW_OWNER_DOWN;
    *whom = missing_old_owner(node, env);
    return *whom != ALL_ARE_UP ? REASON_OLD_OWNERS_DOWN : REASON_NONE;
}

bool waiting_is_hopeless(struct node *node, struct env *env)
{
    struct membership *membership = &node->membership;
    uint64_t now = env_monotonic_ns(env),
             about = membership_about(env, 11, membership->now.version);
    uint32_t whom;
    enum reason reason = why_waiting(node, env, &whom);
    if (reason != membership->waits_reason || whom != membership->waits_whom) {
        if (reason != REASON_NONE)
            env_note(env, NOTE_CHANGE_WAITS, about, membership->now.version, whom, reason);
        if (reason == REASON_NONE || membership->waits_reason == REASON_NONE)
            membership->waits_since_ns = now;
        membership->waits_reason = (uint32_t)reason;
        membership->waits_whom = whom;
    }
    if (reason == REASON_NONE ||
        now - membership->waits_since_ns < env->config->transition_timeout_ns)
        return false;
    env_note(env, NOTE_CHANGE_GIVEN_UP, about, membership->now.version, whom, reason);
    return true;
}

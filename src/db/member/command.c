/*
 * command.c: a command to change members, until it is decided or refused.
 *
 *   operator: "join" at n6
 *        n6 |--- want: join n6 ------>| all members          so that it survives n6
 *        n6   proposes it (synod.c), and says what it wants again with every tick
 *
 * Whoever is told remembers it as a wish. When the teller has been silent about it for a while
 * (it died, or started again and has forgotten), the driver of the members takes the wish over:
 * a command is not lost with the node that it was given to. A node that is to come must be up,
 * or there is nobody to come.
 *
 * A wish is over when its change is under way, when it is refused (and the others are told so: a
 * driver that took it over would refuse it once more), or when the version that it was made for has
 * passed: somebody else's change came first, and the operator must look again (one change at a
 * time: Cassandra's consistent.rangemovement, Scylla's topology coordinator).
 *
 * Wishes are volatile. A command that no member has been told of dies with its node; its operator
 * has had no word of it, either.
 */
#include "base/mix.h"
#include "db/about.h"
#include "db/member/membership_parts.h"

#define SECOND_NS (UINT64_C(1000) * 1000 * 1000)

/* Longer than it takes to find out that a node is down. */
static uint64_t patience_ns(const struct node_config *config)
{
    return config->suspect_after_ns + SECOND_NS;
}

static bool is_coming(uint32_t change)
{
    return change == TRANSITION_JOIN || change == TRANSITION_REPLACE;
}

/* What a note says of the subject: the node; of ranges the one that they are to go to. */
static uint32_t named(uint32_t change, uint64_t subject, uint32_t other)
{
    return topology_is_of_ranges(change) ? other : (uint32_t)subject;
}

/* --- this node's own command -------------------------------------------------------------------
 */

static void forget_command(struct membership *membership)
{
    membership->wanted_change = TRANSITION_NONE;
}

static void ask_everybody(struct node *node, struct env *env)
{
    struct message ask = {.kind = MESSAGE_TOPOLOGY_ASK};
    ask.topology_ask.topology = node->membership.now.version;
    for (uint32_t peer = 0; peer < env->config->nodes; peer++)
        if (peer != env->self && topology_is_member(&node->membership.now, peer))
            send_message(env, peer, membership_about(env, 5, node->membership.ticks), &ask);
}

static void tell_wish(struct node *node, struct env *env)
{
    const struct membership *membership = &node->membership;
    struct message want = {.kind = MESSAGE_TOPOLOGY_WANT};
    want.topology_want.topology = membership->now.version;
    want.topology_want.change = membership->wanted_change;
    want.topology_want.subject = membership->wanted_subject;
    want.topology_want.other = membership->wanted_other;
    for (uint32_t peer = 0; peer < env->config->nodes; peer++)
        if (peer != env->self && topology_is_voter(&membership->now, peer))
            send_message(env, peer, membership_about(env, 10, membership->ticks), &want);
}

void transition_command(struct node *node, struct env *env, uint32_t change, uint64_t subject,
                        uint32_t other)
{
    struct membership *membership = &node->membership;
    env_note(env, NOTE_CHANGE_WANTED, 0, change, named(change, subject, other),
             change == TRANSITION_REPLACE ? other : named(change, subject, other));
    membership->wanted_change = (uint8_t)change;
    membership->wanted_subject = subject;
    membership->wanted_other = other;
    ask_everybody(node, env);
    tell_wish(node, env);
    transition_tick_if_needed(node, env);
}

/* One tick after the command: by now this node has heard of newer versions, if there are any. */
static void begin_wanted(struct node *node, struct env *env)
{
    struct membership *membership = &node->membership;
    struct topology next;
    enum transition change = (enum transition)membership->wanted_change;
    if (change == TRANSITION_NONE || membership->proposal.stage != PROPOSAL_NONE)
        return;
    enum reason why_not = topology_why_not(&membership->now, change, membership->wanted_subject,
                                           membership->wanted_other, env->config);
    if (why_not != REASON_NONE) {
        if (!topology_is_as_wanted(&membership->now, change, membership->wanted_subject,
                                   membership->wanted_other))
            env_note(env, NOTE_CHANGE_REFUSED, 0, change,
                     named(change, membership->wanted_subject, membership->wanted_other), why_not);
        forget_command(membership);
        tell_wish(node, env); /* that there is none: or the driver would take it over */
        return;
    }
    topology_start_change(&next, env->memory, &membership->now, env->config, change,
                          membership->wanted_subject, membership->wanted_other);
    synod_propose(node, env, &next);
    topology_free(&next, env->memory);
}

/* --- somebody else's ---------------------------------------------------------------------------
 */

void on_topology_want(struct node *node, struct env *env, uint32_t from,
                      const struct message *message)
{
    const struct message_topology_want *want = &message->topology_want;
    struct membership *membership = &node->membership;
    struct wish *wish = &membership->wish;
    uint32_t nodes = env->config->nodes;
    membership_heard_of(node, env, from, want->topology);
    if (want->change == TRANSITION_NONE && wish->from == from)
        *wish = (struct wish){0}; /* it was refused, and that was said */
    if (want->topology < membership->now.version) {
        membership_tell(node, env, from);
        return;
    }
    bool is_sound = want->change > TRANSITION_NONE && want->change < TRANSITION_COUNT &&
                    want->other < nodes &&
                    (want->subject < nodes || topology_is_of_ranges((uint32_t)want->change));
    bool is_free = wish->change == TRANSITION_NONE || wish->from == from;
    if (!is_sound || !is_free || want->topology != membership->now.version)
        return;
    *wish = (struct wish){.change = (uint32_t)want->change,
                          .subject = want->subject,
                          .other = (uint32_t)want->other,
                          .from = from,
                          .version = want->topology,
                          .heard_ns = env_monotonic_ns(env)};
    transition_tick_if_needed(node, env);
}

static void take_over(struct node *node, struct env *env)
{
    struct membership *membership = &node->membership;
    struct wish *wish = &membership->wish;
    uint64_t silence = env_monotonic_ns(env) - wish->heard_ns;
    if (wish->change == TRANSITION_NONE || silence < patience_ns(env->config))
        return;
    if (wish->version < membership->now.version ||
        silence > patience_ns(env->config) + env->config->transition_timeout_ns) {
        *wish = (struct wish){0};
        return;
    }
    if (membership->wanted_change != TRANSITION_NONE || !transition_is_driver(node, env) ||
        (is_coming(wish->change) && !detector_is_up(&node->detector, env, (uint32_t)wish->subject)))
        return;
    env_note(env, NOTE_CHANGE_TAKEN_OVER, 0, wish->change,
             named(wish->change, wish->subject, wish->other), wish->from);
    membership->wanted_change = (uint8_t)wish->change;
    membership->wanted_subject = wish->subject;
    membership->wanted_other = wish->other;
    *wish = (struct wish){0};
}

/* --- both ---------------------------------------------------------------------------------------
 */

void command_on_tick(struct node *node, struct env *env)
{
    take_over(node, env);
    begin_wanted(node, env);
    if (node->membership.wanted_change != TRANSITION_NONE)
        tell_wish(node, env);
}

void command_on_learned(struct node *node)
{
    struct membership *membership = &node->membership;
    const struct wish *wish = &membership->wish;
    if (membership->wanted_change != TRANSITION_NONE &&
        topology_is_as_wanted(&membership->now, membership->wanted_change,
                              membership->wanted_subject, membership->wanted_other))
        forget_command(membership);
    if (wish->change != TRANSITION_NONE &&
        topology_is_as_wanted(&membership->now, wish->change, wish->subject, wish->other))
        membership->wish = (struct wish){0};
}

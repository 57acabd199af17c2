/*
 * synod.c: deciding the next version, by a majority of the members of this one.
 *
 *   proposer            voters (old members of version v, itself perhaps among them)
 *      |--- prepare (slot v+1, ballot b) --->|
 *      |<-- promise (b; what was accepted) --|      durable first
 *      |        a majority: propose what was accepted with the highest ballot, or one's own
 *      |--- accept (slot, b, value) -------->|
 *      |<-- accepted (b) --------------------|      durable first
 *      |        a majority: decided, and so for ever
 *      |--- topology (value) ---> everybody
 *
 * Paxos, the synod protocol (Lamport 2001), once for each version. The voters of version v+1
 * are a function of version v, which is decided, so all proposers of one slot agree on whom
 * to ask (as in SMART and vertical Paxos). A proposer may be anybody, a node that joins too.
 *
 * A ballot is a round and the proposer's number, so no two proposers have the same. Who is
 * refused, or hears nothing, tries again with a higher round after a while drawn at random.
 */
#include "db/about.h"
#include "db/member/membership_parts.h"

#include <string.h>

#include "base/mix.h"

#define BALLOT_NODE_BITS 12
#define PATIENCE_NS      (UINT64_C(400) * 1000 * 1000)
#define STREAM_BALLOT    UINT32_C(0x42414c54) /* "BALT" */

static uint64_t slot_of(const struct membership *membership)
{
    return membership->now.version + 1;
}

static uint64_t about_ballot(const struct env *env, uint64_t slot, uint64_t ballot)
{
    return membership_about(env, 3, mix_pair(slot, ballot));
}

static uint64_t next_ballot(const struct env *env, uint64_t above)
{
    return ((above >> BALLOT_NODE_BITS) + 1) << BALLOT_NODE_BITS | env->self;
}

static bool is_majority(const struct membership *membership)
{
    return 2 * membership->proposal.answers > topology_voters(&membership->now);
}

/* --- the proposer ---------------------------------------------------------------------------- */

static void ask_voters(struct node *node, struct env *env, const struct message *message)
{
    struct membership *membership = &node->membership;
    uint64_t about = about_ballot(env, slot_of(membership), membership->proposal.ballot);
    memset(membership->proposal.heard, 0, env->config->nodes);
    membership->proposal.answers = 0;
    membership->proposal.begun_ns = env_monotonic_ns(env);
    for (uint32_t voter = 0; voter < env->config->nodes; voter++)
        if (topology_is_voter(&membership->now, voter) && voter != env->self)
            send_message(env, voter, about, message);
    if (topology_is_voter(&membership->now, env->self))
        node_handle(node, env, env->self, message);
}

static void prepare(struct node *node, struct env *env)
{
    struct proposal *proposal = &node->membership.proposal;
    struct message message = {.kind = MESSAGE_TOPOLOGY_PREPARE};
    proposal->stage = PROPOSAL_PREPARING;
    proposal->adopted = 0;
    message.topology_prepare.slot = slot_of(&node->membership);
    message.topology_prepare.ballot = proposal->ballot;
    env_note(env, NOTE_CHANGE_PROPOSED, about_ballot(env, message.topology_prepare.slot, 0),
             message.topology_prepare.slot,
             topology_told_phase(&node->membership.now, &proposal->value), proposal->ballot);
    ask_voters(node, env, &message);
}

void synod_propose(struct node *node, struct env *env, const struct topology *value)
{
    struct membership *membership = &node->membership;
    struct proposal *proposal = &membership->proposal;
    if (proposal->stage != PROPOSAL_NONE)
        return;
    topology_copy(&proposal->value, env->memory, value);
    proposal->ballot = next_ballot(
        env, membership->acceptor.slot == slot_of(membership) ? membership->acceptor.promised : 0);
    prepare(node, env);
}

void synod_give_up(struct node *node, struct env *env)
{
    struct proposal *proposal = &node->membership.proposal;
    if (proposal->stage == PROPOSAL_NONE)
        return;
    topology_free(&proposal->value, env->memory);
    proposal->stage = PROPOSAL_NONE;
}

static void send_accept(struct node *node, struct env *env)
{
    struct proposal *proposal = &node->membership.proposal;
    uint32_t size = topology_size(&proposal->value);
    uint8_t *bytes = env_allocate(env, size);
    struct message message = {.kind = MESSAGE_TOPOLOGY_ACCEPT};
    topology_encode(&proposal->value, bytes);
    proposal->stage = PROPOSAL_ACCEPTING;
    message.topology_accept.slot = slot_of(&node->membership);
    message.topology_accept.ballot = proposal->ballot;
    message.topology_accept.value = (struct bytes){bytes, size};
    ask_voters(node, env, &message);
    env_release(env, bytes);
}

/* Count a yes of this stage; a no of a higher ballot ends the try: the tick begins another. */
static bool count_answer(struct node *node, uint32_t from, uint64_t slot, uint64_t ballot,
                         enum proposal_stage stage)
{
    struct membership *membership = &node->membership;
    struct proposal *proposal = &membership->proposal;
    if (slot != slot_of(membership) || proposal->stage != stage)
        return false;
    if (ballot > proposal->ballot) {
        proposal->ballot = ballot; /* to be above it next time */
        proposal->stage = PROPOSAL_WAITING;
        return false;
    }
    if (ballot < proposal->ballot || proposal->heard[from])
        return false;
    proposal->heard[from] = true;
    proposal->answers++;
    return true;
}

void on_topology_promise(struct node *node, struct env *env, uint32_t from,
                         const struct message *message)
{
    const struct message_topology_promise *promise = &message->topology_promise;
    struct proposal *proposal = &node->membership.proposal;
    struct topology value;
    if (!count_answer(node, from, promise->slot, promise->ballot, PROPOSAL_PREPARING))
        return;
    if (promise->accepted > proposal->adopted &&
        topology_decode(&value, env->memory, promise->value, env->config->nodes)) {
        topology_free(&proposal->value, env->memory);
        proposal->value = value;
        proposal->adopted = promise->accepted;
    }
    if (is_majority(&node->membership))
        send_accept(node, env);
}

/* Before this node itself goes by it, so that whoever is asked for data has heard of it. */
static void tell_everybody(struct env *env, const struct topology *value)
{
    for (uint32_t peer = 0; peer < env->config->nodes; peer++)
        if (peer != env->self)
            topology_tell(env, peer, value);
}

static void decide(struct node *node, struct env *env)
{
    struct proposal *proposal = &node->membership.proposal;
    struct topology value;
    topology_copy(&value, env->memory, &proposal->value);
    env_note(env, NOTE_CHANGE_DECIDED, about_ballot(env, value.version, 0), value.version,
             topology_told_phase(&node->membership.now, &value), proposal->answers);
    tell_everybody(env, &value);
    membership_learn(node, env, &value);
    topology_free(&value, env->memory);
}

void on_topology_accepted(struct node *node, struct env *env, uint32_t from,
                          const struct message *message)
{
    const struct message_topology_accepted *accepted = &message->topology_accepted;
    if (count_answer(node, from, accepted->slot, accepted->ballot, PROPOSAL_ACCEPTING) &&
        is_majority(&node->membership))
        decide(node, env);
}

/* Nobody answers, or somebody else was faster: again, from a higher ballot. */
void synod_on_tick(struct node *node, struct env *env)
{
    struct proposal *proposal = &node->membership.proposal;
    if (proposal->stage == PROPOSAL_NONE)
        return;
    uint64_t identity = about_ballot(env, slot_of(&node->membership), proposal->ballot);
    uint64_t pause = mix_below(env->random(env, STREAM_BALLOT, identity), PATIENCE_NS);
    if (env_monotonic_ns(env) - proposal->begun_ns < PATIENCE_NS / 2 + pause)
        return;
    proposal->ballot = next_ballot(env, proposal->ballot);
    prepare(node, env);
}

/* --- the acceptor ----------------------------------------------------------------------------- */

/* The acceptor for a slot; NULL when that version is known already: then it is told instead. */
static struct acceptor *acceptor_for(struct node *node, struct env *env, uint32_t from,
                                     uint64_t slot)
{
    struct acceptor *acceptor = &node->membership.acceptor;
    if (slot <= node->membership.now.version) {
        membership_tell(node, env, from);
        return NULL;
    }
    if (acceptor->slot < slot) {
        topology_free(&acceptor->value, env->memory);
        *acceptor = (struct acceptor){.slot = slot};
    }
    return acceptor->slot == slot ? acceptor : NULL;
}

static void tell_promise(struct node *node, struct env *env, uint32_t to,
                         const struct acceptor *acceptor)
{
    uint32_t size = acceptor->accepted ? topology_size(&acceptor->value) : 0;
    uint8_t *bytes = env_allocate(env, MAX(size, 1u));
    struct message promise = {.kind = MESSAGE_TOPOLOGY_PROMISE};
    if (size > 0)
        topology_encode(&acceptor->value, bytes);
    promise.topology_promise.slot = acceptor->slot;
    promise.topology_promise.ballot = acceptor->promised;
    promise.topology_promise.accepted = acceptor->accepted;
    promise.topology_promise.value = (struct bytes){bytes, size};
    defer_message(node, env, to, about_ballot(env, acceptor->slot, acceptor->promised), &promise);
    env_release(env, bytes);
}

void on_topology_prepare(struct node *node, struct env *env, uint32_t from,
                         const struct message *message)
{
    const struct message_topology_prepare *prepared = &message->topology_prepare;
    struct acceptor *acceptor = acceptor_for(node, env, from, prepared->slot);
    if (!acceptor)
        return;
    if (prepared->ballot > acceptor->promised) {
        acceptor->promised = prepared->ballot;
        topology_file_append(node, env, RECORD_PROMISED, acceptor->slot, acceptor->promised, NULL);
    }
    tell_promise(node, env, from, acceptor);
}

void on_topology_accept(struct node *node, struct env *env, uint32_t from,
                        const struct message *message)
{
    const struct message_topology_accept *accept = &message->topology_accept;
    struct acceptor *acceptor = acceptor_for(node, env, from, accept->slot);
    struct topology value;
    if (!acceptor)
        return;
    if (accept->ballot >= acceptor->promised &&
        topology_decode(&value, env->memory, accept->value, env->config->nodes)) {
        topology_free(&acceptor->value, env->memory);
        acceptor->value = value;
        acceptor->promised = acceptor->accepted = accept->ballot;
        topology_file_append(node, env, RECORD_ACCEPTED, acceptor->slot, accept->ballot, &value);
    }
    struct message accepted = {.kind = MESSAGE_TOPOLOGY_ACCEPTED};
    accepted.topology_accepted.slot = acceptor->slot;
    accepted.topology_accepted.ballot = acceptor->promised;
    defer_message(node, env, from, about_ballot(env, acceptor->slot, acceptor->promised),
                  &accepted);
}

/*
 * coordinate/update.c: an update of an object, from the client's request to its answer.
 *
 *   client       coordinator n4        n1 (a replica)        n2, n3
 *     |--- put -------->|                    |                  |
 *     |                 |--- forward ------->|  merges it with what it has, under an event
 *     |                 |                    |  of its own; log; sync
 *     |                 |<-- made -----------|  the object
 *     |                 |--- write ----------------------------->|  merged there
 *     |                 |<-- written ----------------------------|
 *     |<-- reply: ok ---|  n1 and one other: W = 2
 *
 * A coordinator that is a replica does it itself. Whoever does it does it in its own log first: the
 * others never have an event that its node could still forget (Dynamo, section 4.4; Riak: the
 * coordinating put is local and durable first).
 *
 * When the answer is lost nobody knows whether it was done. It is not handed to another replica
 * then: that one would do it again, under another event, and a put would be its own sibling, an
 * increment count twice (riak_kv #1754). The client is told that it is unknown.
 *
 * What the version is from there on is written like any other (write.c).
 */
#include "db/roles.h"
#include "db/safeguard.h"

bool is_update(const struct env *env, const struct client_write *write)
{
    return config_table(env->config, write->key)->kind != VERSION_PLAIN ||
           (write->operation != OPERATION_PUT && write->operation != OPERATION_DELETE);
}

void pending_free_update(struct env *env, struct pending *pending)
{
    if (!pending->update)
        return;
    free_bytes(env, pending->update->name);
    free_bytes(env, pending->update->value);
    free_bytes(env, pending->update->context);
    env_release(env, pending->update);
    pending->update = NULL;
}

static void refuse(struct node *node, struct env *env, struct pending *pending)
{
    pending_reply(env, pending, OUTCOME_UNAVAILABLE);
    pending_end(node, env, pending);
}

/* This node if it is a replica, else the first one that counts as up, `other` not included. Of
 * those by which reads go: a new owner may not have everything yet. */
static bool choose_leader(struct node *node, struct env *env, struct pending *pending,
                          uint32_t other)
{
    for (int is_self = 1; is_self >= 0; is_self--)
        for (uint32_t i = 0; i < pending->replica_count; i++) {
            uint32_t replica = pending->replicas[i];
            if (!(pending->sets[0] >> i & 1) || (replica == env->self) != is_self ||
                pending->stands_for[i] != HINT_NOBODY || replica == other ||
                !detector_is_up(&node->detector, env, replica))
                continue;
            pending->update->leader = replica;
            return true;
        }
    return false;
}

static void hand_over(struct node *node, struct env *env, struct pending *pending)
{
    const struct pending_update *update = pending->update;
    struct message message = {.kind = MESSAGE_REPLICA_UPDATE, .round = update->is_repeated};
    message.replica_update = (struct message_replica_update){
        .request = pending->request,
        .topology = node->membership.now.version,
        .operation = pending->kind,
        .amount = update->amount,
        .timestamp = update->timestamp,
        .key = pending->key,
        .name = update->name,
        .value = update->value,
        .context = update->context,
    };
    env_note(env, NOTE_UPDATE_BEGUN, pending->request, pending->key_token, update->leader,
             pending->needed);
    if (update->leader == env->self)
        replica_update(node, env, env->self, &message.replica_update);
    else
        send_message(env, update->leader, pending->request, &message);
}

/* With forward-once off the timer rings earlier, to hand it to somebody else. */
static uint64_t patience(const struct env *env)
{
    uint64_t all = env->config->write_timeout_ns;
    return safeguard_is_on(env->config, SAFEGUARD_FORWARD_ONCE) ? all : all / 4;
}

void coordinate_update(struct node *node, struct env *env, struct pending *pending,
                       const struct client_write *write)
{
    struct pending_update *update = env_allocate(env, sizeof *update);
    *update = (struct pending_update){.amount = write->amount,
                                      .timestamp = write->timestamp,
                                      .name = copy_bytes(env, write->name),
                                      .value = copy_bytes(env, write->value),
                                      .context = copy_bytes(env, write->context)};
    pending->update = update;
    pending->phase = PHASE_UPDATE;
    if (!choose_leader(node, env, pending, UINT32_MAX)) {
        refuse(node, env, pending);
        return;
    }
    pending_set_timeout(env, pending, patience(env));
    hand_over(node, env, pending);
}

/* The topology has changed. Only when the replica said that it would not have it, it is safe to
 * ask somebody else. */
void coordinate_update_again(struct node *node, struct env *env, struct pending *pending)
{
    if (!pending->update->is_refused)
        return;
    pending->update->is_refused = false;
    if (choose_leader(node, env, pending, UINT32_MAX))
        hand_over(node, env, pending);
}

/* The defect: nobody knows whether the first one has done it. */
static bool hand_to_another(struct node *node, struct env *env, struct pending *pending)
{
    uint32_t first = pending->update->leader;
    bool is_once = safeguard_is_on(env->config, SAFEGUARD_FORWARD_ONCE);
    if (is_once || pending->update->is_repeated || first == env->self ||
        !choose_leader(node, env, pending, first))
        return false;
    pending->update->is_repeated = true;
    safeguard_note_broken(env, SAFEGUARD_FORWARD_ONCE, pending->request, first);
    env_note(env, NOTE_UPDATE_AGAIN, pending->request, pending->key_token, first,
             pending->update->leader);
    pending_set_timeout(env, pending, env->config->write_timeout_ns - patience(env));
    hand_over(node, env, pending);
    return true;
}

void coordinate_update_on_timeout(struct node *node, struct env *env, struct pending *pending)
{
    if (hand_to_another(node, env, pending))
        return;
    pending_reply(env, pending, OUTCOME_TIMEOUT);
    pending_end(node, env, pending);
}

/* A replica has done it: now it is a version like any other, which this replica has. */
void coordinate_update_on_made(struct node *node, struct env *env, uint64_t request,
                               enum reason reason, const struct version *made)
{
    struct pending *pending = pending_find(node, request);
    if (!pending || pending->phase != PHASE_UPDATE)
        return;
    uint32_t leader = pending->update->leader;
    if (reason != REASON_NONE) {
        refuse(node, env, pending);
        return;
    }
    pending_free_update(env, pending);
    pending->version = *made;
    pending->version.value = copy_bytes(env, made->value);
    pending->phase = PHASE_WRITE;
    env->timer_cancel(env, pending->timeout);
    pending_set_timeout(env, pending, env->config->write_timeout_ns);
    env_note(env, NOTE_WRITE_BEGUN, request, pending->key_token, (uint64_t)made->timestamp,
             pending->needed);
    coordinate_write_on_stored(node, env, request, leader, true);
    if ((pending = pending_find(node, request)) != NULL)
        coordinate_write_rest(node, env, pending);
}

void on_replica_updated(struct node *node, struct env *env, uint32_t from,
                        const struct message *message)
{
    const struct message_replica_updated *updated = &message->replica_updated;
    struct pending *pending = pending_find(node, updated->request);
    struct version made = {
        .timestamp = updated->timestamp, .kind = updated->kind, .value = updated->value};
    if (!pending || !pending->update || pending->update->leader != from ||
        !conflict_is_whole(env->memory, &made) || updated->reason >= REASON_COUNT)
        return;
    hybrid_clock_hear(node, env, pending->key, made.timestamp);
    coordinate_update_on_made(node, env, updated->request, (enum reason)updated->reason, &made);
}

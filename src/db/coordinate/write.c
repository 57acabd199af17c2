/*
 * coordinate/write.c: a put or a delete, from the client's request to its answer.
 *
 *   client        coordinator n1          n2             n3
 *     |--- put ------->|                   |              |
 *     |                |--- write -------->|              |
 *     |                |--- write ------------------------>|
 *     |                |  (n1 is a replica: straight to its own log)
 *     |                |<-- written -------|              |
 *     |<-- reply: ok --|  W = 2 reached                    |
 *     |                |<-- written ----------------------|   late, still counted
 *
 * The write goes to ALL N replicas of the key, and while members change to all N of the new
 * owners, too (topology.h), W of each being needed; the level only says how many
 * acknowledgements the client waits for (Dynamo, section 4.5; Cassandra's
 * coordinator does the same). Three outcomes, and no fourth:
 *
 *   ok           W replicas have stored it as durably as the sync policy says
 *   unavailable  fewer than W replicas counted as up: NOTHING was sent
 *   timeout      sent, but not acknowledged W times in time: it may have been
 *                stored, and may still be. Never to be called a failure.
 */
#include "db/conflict/update.h"
#include "db/roles.h"
#include "db/safeguard.h"

/* Without distinct-replicas the walk may name a node twice, and its one copy would
 * count as two. */
static void note_repeated_replicas(struct env *env, const struct pending *pending)
{
    for (uint32_t i = 1; i < pending->replica_count; i++)
        for (uint32_t j = 0; j < i; j++)
            if (pending->replicas[i] == pending->replicas[j]) {
                safeguard_note_broken(env, SAFEGUARD_DISTINCT_REPLICAS, pending->request,
                                      pending->replicas[i]);
                return;
            }
}

/* Owners by which reads go first, then those that only the other set has. */
static void choose_owners(struct node *node, struct env *env, struct pending *pending)
{
    bool is_distinct = safeguard_is_on(env->config, SAFEGUARD_DISTINCT_REPLICAS);
    uint32_t others[REPLICATION_MAX], n = env->config->replication;
    const struct placement *also = membership_also_writes(&node->membership);
    uint32_t count = placement_of_key(membership_reads(&node->membership), pending->key, n,
                                      is_distinct, pending->replicas);
    pending->sets[0] = (uint32_t)((UINT64_C(1) << count) - 1);
    pending->sets[1] = 0;
    if (also && !safeguard_is_on(env->config, SAFEGUARD_WRITE_TO_NEW_OWNERS)) {
        safeguard_note_broken(env, SAFEGUARD_WRITE_TO_NEW_OWNERS, pending->request, 0);
        also = NULL;
    }
    uint32_t other_count = also ? placement_of_key(also, pending->key, n, true, others) : 0;
    for (uint32_t i = 0; i < other_count; i++) {
        uint32_t at = 0;
        while (at < count && pending->replicas[at] != others[i])
            at++;
        if (at == count)
            pending->replicas[count++] = others[i];
        pending->sets[1] |= 1u << at;
    }
    pending->replica_count = (uint8_t)count;
    for (uint32_t i = 0; i < count; i++)
        pending->stands_for[i] = HINT_NOBODY;
    sloppy_replace_down(node, env, pending);
}

static uint32_t count_in(uint32_t replicas, uint32_t set)
{
    return (uint32_t)__builtin_popcount(replicas & set);
}

/* Of the set that has fewer of these; a set that is not there wants none. */
static uint32_t count_in_sets(const struct pending *pending, uint32_t replicas)
{
    uint32_t count = count_in(replicas, pending->sets[0]);
    return pending->sets[1] ? MIN(count, count_in(replicas, pending->sets[1])) : count;
}

static uint32_t count_up(struct node *node, struct env *env, const struct pending *pending)
{
    uint32_t up = 0;
    for (uint32_t i = 0; i < pending->replica_count; i++)
        up |= (uint32_t)detector_is_up(&node->detector, env, pending->replicas[i]) << i;
    return count_in_sets(pending, up);
}

static void send_write(struct node *node, struct env *env, const struct pending *pending,
                       uint32_t replica)
{
    struct message write = {.kind = MESSAGE_REPLICA_WRITE};
    write.replica_write.request = pending->request;
    write.replica_write.topology = node->membership.now.version;
    write.replica_write.timestamp = pending->version.timestamp;
    write.replica_write.tombstone = pending->version.is_tombstone;
    write.replica_write.kind = (uint8_t)pending->version.kind;
    write.replica_write.key = pending->key;
    write.replica_write.value = pending->version.value;
    send_message(env, replica, pending->request, &write);
}

/* Remote replicas first, so that their messages are on the way while the local
 * log is being written. The local write may end the operation at once. */
void coordinate_write_send(struct node *node, struct env *env, struct pending *pending)
{
    uint32_t local_count = 0;
    int own_stand_in = -1;
    for (uint32_t i = 0; i < pending->replica_count; i++) {
        bool is_stand_in = pending->stands_for[i] != HINT_NOBODY;
        if (pending->answered >> i & 1)
            continue; /* an owner before the topology changed, and it has the write already */
        if (is_stand_in && pending->replicas[i] == env->self)
            own_stand_in = (int)i;
        else if (is_stand_in)
            sloppy_send_stand_in(node, env, pending, i);
        else if (pending->replicas[i] == env->self)
            local_count++;
        else
            send_write(node, env, pending, pending->replicas[i]);
    }
    uint64_t request = pending->request;
    while (local_count-- > 0 && (pending = pending_find(node, request)))
        replica_store(node, env, env->self, request, 0, pending->key, &pending->version);
    if (own_stand_in >= 0 && (pending = pending_find(node, request)))
        sloppy_send_stand_in(node, env, pending, (uint32_t)own_stand_in);
}

/* With hints ahead the write waits for them; without room for them it is refused, and this
 * is certain: nothing was sent. */
static void hint_and_send(struct node *node, struct env *env, struct pending *pending)
{
    enum hinted hinted = hinted_begin(node, env, pending);
    if (hinted == HINTED_GO) {
        coordinate_write_send(node, env, pending);
    } else if (hinted == HINTED_REFUSED && pending->phase == PHASE_WRITE) {
        pending_reply(env, pending, OUTCOME_UNAVAILABLE);
        pending_end(node, env, pending);
    }
}

/* What one replica has already: hints or not, the others get it. */
void coordinate_write_rest(struct node *node, struct env *env, struct pending *pending)
{
    if (hinted_begin(node, env, pending) != HINTED_WAIT)
        coordinate_write_send(node, env, pending);
}

static void begin_write(struct node *node, struct env *env, const struct client_write *asked)
{
    uint64_t request = asked->request;
    struct pending *pending =
        pending_begin(node, env, asked->client, request, asked->operation, asked->key);
    pending->needed = (uint8_t)asked->needed;
    pending->is_sloppy = asked->is_sloppy && env->config->hints.is_on;
    pending->is_any = asked->level == LEVEL_ANY && env->config->hints.is_on;
    choose_owners(node, env, pending);
    note_repeated_replicas(env, pending);

    bool has_enough = pending->is_any || count_up(node, env, pending) >= asked->needed;
    if (!has_enough)
        note_crowded_racks(node, env, request, asked->key);
    if (!has_enough && safeguard_is_on(env->config, SAFEGUARD_CHECK_ALIVE_FIRST)) {
        pending_reply(env, pending, OUTCOME_UNAVAILABLE);
        pending_end(node, env, pending);
        return;
    }
    if (is_update(env, asked)) {
        coordinate_update(node, env, pending, asked);
        return;
    }
    pending->version.timestamp = stamp_next(node, env, asked);
    pending->version.is_tombstone = asked->operation == OPERATION_DELETE;
    pending->version.value = copy_bytes(env, asked->value);
    env_note(env, NOTE_WRITE_BEGUN, request, pending->key_token,
             (uint64_t)pending->version.timestamp, asked->needed);
    if (!has_enough) { /* the defect: refused, but sent all the same */
        safeguard_note_broken(env, SAFEGUARD_CHECK_ALIVE_FIRST, request, 0);
        pending_reply(env, pending, OUTCOME_UNAVAILABLE);
        pending->phase = PHASE_TOLD;
    }
    pending_set_timeout(env, pending, env->config->write_timeout_ns);
    hint_and_send(node, env, pending);
}

/* At level ANY. */
void coordinate_write_promise_any(struct env *env, struct pending *pending, uint32_t target)
{
    if (pending->phase != PHASE_WRITE)
        return;
    env_note(env, NOTE_HINT_COUNTED, pending->request, target, 0, 0);
    pending_reply(env, pending, OUTCOME_OK);
    pending->phase = PHASE_TOLD;
}

static void on_client_write(struct node *node, struct env *env, struct client_write *asked)
{
    if (asked->level == LEVEL_DEFAULT)
        asked->level = env->config->write_level;
    asked->needed = level_needed((enum level)asked->level, asked->explicit_count,
                                 env->config->replication);
    if (pending_is_repeated(node, env, asked->request))
        return;
    if (node_may_coordinate(node, env))
        begin_write(node, env, asked);
    else
        send_refusal(env, asked->client, asked->request, asked->needed);
}

void on_client_put(struct node *node, struct env *env, uint32_t from, const struct message *message)
{
    const struct message_client_put *put = &message->client_put;
    struct client_write asked = {.request = put->request,
                                 .client = from,
                                 .operation = OPERATION_PUT,
                                 .level = put->level,
                                 .explicit_count = put->explicit_count,
                                 .is_sloppy = put->sloppy,
                                 .key = put->key,
                                 .value = put->value,
                                 .context = put->context,
                                 .timestamp = put->timestamp};
    on_client_write(node, env, &asked);
}

void on_client_delete(struct node *node, struct env *env, uint32_t from,
                      const struct message *message)
{
    const struct message_client_delete *delete = &message->client_delete;
    struct client_write asked = {.request = delete->request,
                                 .client = from,
                                 .operation = OPERATION_DELETE,
                                 .level = delete->level,
                                 .explicit_count = delete->explicit_count,
                                 .is_sloppy = delete->sloppy,
                                 .key = delete->key,
                                 .context = delete->context,
                                 .timestamp = delete->timestamp};
    on_client_write(node, env, &asked);
}

/* An amount or an operation that nobody could mean is no request at all. */
void on_client_update(struct node *node, struct env *env, uint32_t from,
                      const struct message *message)
{
    const struct message_client_update *update = &message->client_update;
    bool is_amount = update->amount >= -AMOUNT_MAX && update->amount <= AMOUNT_MAX;
    bool is_operation =
        update->operation > OPERATION_DELETE && update->operation < OPERATION_KIND_COUNT;
    struct client_write asked = {.request = update->request,
                                 .client = from,
                                 .operation = update->operation,
                                 .level = update->level,
                                 .explicit_count = update->explicit_count,
                                 .is_sloppy = update->sloppy,
                                 .key = update->key,
                                 .name = update->name,
                                 .value = update->value,
                                 .context = update->context,
                                 .amount = update->amount,
                                 .timestamp = update->timestamp};
    if (is_amount && is_operation)
        on_client_write(node, env, &asked);
    else
        env_note(env, NOTE_MESSAGE_REJECTED, update->request, REASON_BAD_MESSAGE, 0, from);
}

/* No hope left of W acknowledgements? Then the client need not wait for the
 * timeout, but the answer is the same: some replicas may have stored it. Only
 * when every single one has refused is it certain that nothing was written. */
static void give_up_if_hopeless(struct env *env, struct pending *pending)
{
    uint32_t all = (uint32_t)((UINT64_C(1) << pending->replica_count) - 1);
    if (pending->phase != PHASE_WRITE ||
        count_in_sets(pending, all & ~pending->refused_by) >= pending->needed)
        return;
    bool is_nothing_written = pending->refused == pending->replica_count;
    pending_reply(env, pending, is_nothing_written ? OUTCOME_UNAVAILABLE : OUTCOME_TIMEOUT);
    pending->phase = PHASE_TOLD;
}

/* The moment of the promise. */
static void promise_if_enough(struct env *env, struct pending *pending)
{
    if (pending->phase != PHASE_WRITE || pending->acknowledged < pending->needed)
        return;
    pending_reply(env, pending, OUTCOME_OK);
    pending->phase = PHASE_TOLD;
}

static void count_acknowledgement(struct env *env, struct pending *pending, uint32_t replica)
{
    pending->acknowledged =
        (uint8_t)count_in_sets(pending, pending->answered & ~pending->refused_by);
    env_note(env, NOTE_WRITE_ACKNOWLEDGED, pending->request, replica, pending->acknowledged,
             pending->needed);
    promise_if_enough(env, pending);
}

void coordinate_write_on_stored(struct node *node, struct env *env, uint64_t request,
                                uint32_t replica, bool is_stored)
{
    struct pending *pending = pending_find(node, request);
    int index = pending ? pending_replica_index(pending, replica) : -1;
    uint32_t stands_for = index < 0 ? HINT_NOBODY : pending->stands_for[index];
    /* Who stands in itself has nothing but this very hint. */
    bool is_only_hint = stands_for != HINT_NOBODY && replica == env->self;
    if (is_stored && !is_only_hint)
        hinted_on_stored(node, env, request, stands_for == HINT_NOBODY ? replica : stands_for);
    if (index < 0)
        return; /* ended already, or a second copy of the same acknowledgement */
    pending->answered |= 1u << index;
    if (is_stored) {
        count_acknowledgement(env, pending, replica);
    } else {
        pending->refused++;
        pending->refused_by |= 1u << index;
        hinted_on_refused(node, env, pending, (uint32_t)index);
        give_up_if_hopeless(env, pending);
    }
    if (count_in(pending->answered, UINT32_MAX) == pending->replica_count)
        pending_end(node, env, pending);
}

/* The topology has changed: the same write, to the owners that it has now. What an owner has
 * answered still counts. */
void coordinate_write_again(struct node *node, struct env *env, struct pending *pending)
{
    struct pending before = *pending;
    if (pending->phase != PHASE_WRITE && pending->phase != PHASE_UPDATE)
        return;
    choose_owners(node, env, pending);
    if (pending->phase == PHASE_UPDATE) {
        coordinate_update_again(node, env, pending);
        return;
    }
    pending->answered = pending->refused_by = 0;
    pending->refused = 0;
    for (uint32_t i = 0; i < pending->replica_count; i++)
        for (uint32_t j = 0; j < before.replica_count; j++)
            if (before.replicas[j] == pending->replicas[i] && (before.answered >> j & 1) &&
                !(before.refused_by >> j & 1))
                pending->answered |= 1u << i;
    pending->acknowledged = (uint8_t)count_in_sets(pending, pending->answered);
    promise_if_enough(env, pending);
    if (hinted_begin(node, env, pending) == HINTED_GO)
        coordinate_write_send(node, env, pending);
}

void on_replica_written(struct node *node, struct env *env, uint32_t from,
                        const struct message *message)
{
    const struct message_replica_written *written = &message->replica_written;
    if (message->round == 0)
        coordinate_write_on_stored(node, env, written->request, from, written->stored);
    else
        coordinate_read_on_repaired(node, env, written->request, from, written->stored);
}

void coordinate_write_on_timeout(struct node *node, struct env *env, struct pending *pending)
{
    if (pending->phase == PHASE_UPDATE) {
        coordinate_update_on_timeout(node, env, pending);
        return;
    }
    if (pending->phase == PHASE_WRITE)
        pending_reply(env, pending, OUTCOME_TIMEOUT);
    hinted_on_timeout(node, env, pending);
    pending_end(node, env, pending);
}

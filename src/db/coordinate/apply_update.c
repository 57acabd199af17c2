/*
 * coordinate/apply_update.c: the replica that does an update.
 *
 *     what it has: stored, and in the log but not synced yet
 *        |  conflict_update (conflict/update.h), an event of this node's own
 *        v
 *     the log --> sync --> stored --> the coordinator gets the object (update.c)
 *
 * What waits in the log counts as had, or two updates of one key within one sync would be the same
 * event. And no answer leaves before the sync: an event that others know must not be forgotten.
 */
#include "base/mix.h"
#include "db/conflict/answer.h"
#include "db/conflict/update.h"
#include "db/roles.h"
#include "db/safeguard.h"
#include "db/store/log.h"

#define ROLE_OF_REPLICA                                                                            \
    0x7570646174654c44u /* keeps requests apart that this node coordinates, too */

static void tell(struct node *node, struct env *env, uint32_t coordinator, uint64_t request,
                 enum reason reason, const struct version *made)
{
    if (coordinator == env->self) {
        coordinate_update_on_made(node, env, request, reason, made);
        return;
    }
    struct message message = {.kind = MESSAGE_REPLICA_UPDATED};
    message.replica_updated = (struct message_replica_updated){.request = request,
                                                               .reason = (uint8_t)reason,
                                                               .timestamp = made->timestamp,
                                                               .kind = (uint8_t)made->kind,
                                                               .value = made->value};
    send_message(env, coordinator, request, &message);
}

void replica_tell_made(struct node *node, struct env *env, const struct unsynced_write *write)
{
    tell(node, env, write->coordinator, write->request, REASON_NONE, &write->version);
}

/* The table's kind, or the worse one that its safeguard's absence leaves. */
static uint32_t kind_of_table(const struct env *env, const struct table_config *table)
{
    bool has_dots = safeguard_is_on(env->config, SAFEGUARD_DOT_PER_VALUE);
    return table->kind == VERSION_SIBLINGS && !has_dots ? (uint32_t)VERSION_VECTOR : table->kind;
}

static enum reason make(struct node *node, struct env *env,
                        const struct message_replica_update *asked, const struct version *current,
                        struct version *made)
{
    const struct table_config *table = config_table(env->config, asked->key);
    struct client_write write = {
        .request = asked->request, .key = asked->key, .timestamp = asked->timestamp};
    struct conflict_update update = {.operation = asked->operation,
                                     .is_context_ignored =
                                         !safeguard_is_on(env->config, SAFEGUARD_CONTEXT_HONOURED),
                                     .truncate = table->truncate,
                                     .kind = kind_of_table(env, table),
                                     .amount = asked->amount,
                                     .key = asked->key,
                                     .name = asked->name,
                                     .value = asked->value,
                                     .context = asked->context,
                                     .actor = actor_now(node, env)};
    bool needs_actor = update.kind != VERSION_PLAIN && update.kind != VERSION_MAP;
    if (needs_actor && !actor_is_ready(node, env))
        return REASON_NO_EPOCH;
    update.now = stamp_next(node, env, &write);
    return conflict_update(env->memory, current, &update, made);
}

static void note_broken_rules(struct node *node, struct env *env,
                              const struct message_replica_update *asked)
{
    uint32_t kind = config_table(env->config, asked->key)->kind;
    if (!safeguard_is_on(env->config, SAFEGUARD_CONTEXT_HONOURED) && asked->context.size > 0)
        safeguard_note_broken(env, SAFEGUARD_CONTEXT_HONOURED, asked->request, 0);
    if (!safeguard_is_on(env->config, SAFEGUARD_DOT_PER_VALUE) && kind == VERSION_SIBLINGS)
        safeguard_note_broken(env, SAFEGUARD_DOT_PER_VALUE, asked->request, 0);
    if (!safeguard_is_on(env->config, SAFEGUARD_ACTOR_EPOCH) && node->actor.epoch > 1)
        safeguard_note_broken(env, SAFEGUARD_ACTOR_EPOCH, asked->request, node->actor.epoch);
}

/* Into the log; the answer leaves when storage says so. */
static enum reason keep(struct node *node, struct env *env, uint32_t coordinator,
                        const struct message_replica_update *asked, const struct version *made)
{
    struct unsynced_write write = {.kind = LOG_WRITE,
                                   .request = asked->request,
                                   .coordinator = coordinator,
                                   .is_update = true,
                                   .key = asked->key,
                                   .version = *made};
    note_broken_rules(node, env, asked);
    env_note(env, NOTE_UPDATE_MADE, asked->request, key_token(asked->key), coordinator,
             conflict_value_count(made));
    switch (replica_append(node, env, write)) {
    case DISK_OK: return REASON_NONE;
    case DISK_NO_SPACE: return REASON_NO_SPACE;
    default: return REASON_IO_ERROR;
    }
}

/* The network may bring it twice; it is done once. */
static bool is_repeated(struct node *node, struct env *env, uint64_t request)
{
    if (!request_is_remembered(node, mix_pair(request, ROLE_OF_REPLICA)))
        return false;
    if (!safeguard_is_on(env->config, SAFEGUARD_DEDUPLICATE_REQUESTS)) {
        safeguard_note_broken(env, SAFEGUARD_DEDUPLICATE_REQUESTS, request, 0);
        return false;
    }
    env_note(env, NOTE_REQUEST_REPEATED, request, 0, 0, 0);
    return true;
}

void replica_update(struct node *node, struct env *env, uint32_t coordinator,
                    const struct message_replica_update *asked)
{
    struct version made = {0};
    if (is_repeated(node, env, asked->request))
        return;
    replica_count(node, env, asked->key, true);
    struct version current = replica_current(node, env, asked->key);
    enum reason reason = make(node, env, asked, &current, &made);
    if (reason == REASON_NONE)
        reason = keep(node, env, coordinator, asked, &made);
    free_bytes(env, current.value);
    free_bytes(env, made.value);
    if (reason == REASON_NONE) {
        replica_acknowledge_synced(node, env);
        return;
    }
    made = (struct version){0};
    env_note(env, NOTE_UPDATE_REFUSED, asked->request, key_token(asked->key), reason, coordinator);
    tell(node, env, coordinator, asked->request, reason, &made);
}

void on_replica_update(struct node *node, struct env *env, uint32_t from,
                       const struct message *message)
{
    const struct message_replica_update *asked = &message->replica_update;
    bool is_amount = asked->amount >= -AMOUNT_MAX && asked->amount <= AMOUNT_MAX;
    if (replica_refuses_stale(node, env, from, asked->request, asked->topology))
        return;
    if (!is_amount || asked->operation >= OPERATION_KIND_COUNT) {
        env_note(env, NOTE_MESSAGE_REJECTED, asked->request, REASON_BAD_MESSAGE, 0, from);
        return;
    }
    replica_update(node, env, from, asked);
}

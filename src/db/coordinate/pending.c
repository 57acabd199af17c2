/*
 * pending.c: the operations that this node coordinates.
 *
 * One struct pending per request, from the client's message until the last
 * replica has answered or the timeout has come. The client may have its answer
 * long before that (PHASE_TOLD): a write goes to all replicas, and the late
 * acknowledgements still arrive.
 *
 *   begin --> WRITE ------------------------> TOLD --> end
 *         \-> DIGEST --> [FULL --> REPAIR] --> end
 *
 * Also here: remembering requests, so that one that the network delivers twice
 * is carried out once. Otherwise the second copy of a put would get a newer
 * timestamp and bring an overwritten value back (riak_kv #1754).
 */
#include "db/conflict/answer.h"
#include "db/roles.h"
#include "db/safeguard.h"
#include "db/timers.h"

struct pending *pending_begin(struct node *node, struct env *env, uint32_t client, uint64_t request,
                              uint8_t kind, struct bytes key)
{
    struct pending *pending = env_allocate(env, sizeof *pending);
    pending->request = request;
    pending->client = client;
    pending->kind = kind;
    pending->phase = kind == OPERATION_GET ? PHASE_DIGEST : PHASE_WRITE;
    pending->begun_ns = env_monotonic_ns(env);
    pending->key = copy_bytes(env, key);
    pending->key_token = key_token(key);
    table_set(&node->pending, request, (uint64_t)(uintptr_t)pending);
    return pending;
}

struct pending *pending_find(struct node *node, uint64_t request)
{
    return (struct pending *)(uintptr_t)table_get(&node->pending, request, 0);
}

void pending_set_timeout(struct env *env, struct pending *pending, uint64_t timeout_ns)
{
    pending->timeout =
        env->timer_set(env, timeout_ns, TIMER_OPERATION, pending->request, pending->request);
}

static void fill_answer(struct env *env, const struct pending *pending,
                        struct conflict_answer *answer, struct message_client_reply *reply)
{
    uint32_t function = config_table(env->config, pending->key)->function;
    *answer = conflict_answer(env->memory, &pending->version, pending->key, function);
    reply->found = answer->is_found;
    reply->shape = (uint8_t)answer->shape;
    reply->value = answer->value;
    reply->context = answer->context;
}

/* Tell the client. Whoever calls this decides whether the operation goes on. */
void pending_reply(struct env *env, struct pending *pending, enum outcome outcome)
{
    const struct version *version = &pending->version;
    bool is_read = pending->kind == OPERATION_GET && outcome == OUTCOME_OK;
    struct conflict_answer answer;

    struct message reply = {.kind = MESSAGE_CLIENT_REPLY};
    reply.client_reply.request = pending->request;
    reply.client_reply.outcome = (uint8_t)outcome;
    reply.client_reply.acknowledged = pending->acknowledged;
    reply.client_reply.needed = pending->needed;
    reply.client_reply.timestamp = version->timestamp;
    if (is_read)
        fill_answer(env, pending, &answer, &reply.client_reply);
    send_message(env, pending->client, pending->request, &reply);
    if (is_read)
        conflict_answer_free(env->memory, &answer);
    env_note(env, NOTE_OPERATION_DONE, pending->request, outcome, pending->acknowledged,
             pending->needed);
}

/* Too few replicas are up. Without rack-aware that may be because they stand together. */
void note_crowded_racks(struct node *node, struct env *env, uint64_t request, struct bytes key)
{
    const struct placement *placement = membership_reads(&node->membership);
    uint32_t owners[REPLICATION_MAX];
    if (safeguard_is_on(env->config, SAFEGUARD_RACK_AWARE))
        return;
    uint32_t count = placement_of_key(placement, key, env->config->replication, true, owners);
    if (placement_is_crowded(placement, owners, count))
        safeguard_note_broken(env, SAFEGUARD_RACK_AWARE, request, owners[0]);
}

/* Who has not answered is no longer waited for. */
void pending_free_answers(struct node *node, struct env *env, struct pending *pending)
{
    if (!pending->answers)
        return;
    free_bytes(env, pending->merged);
    pending->merged = (struct bytes){NULL, 0};
    for (uint32_t i = 0; i < pending->replica_count; i++) {
        struct replica_answer *answer = &pending->answers[i];
        if (answer->is_asked)
            load_given_up(&node->load, pending->replicas[i],
                          env_monotonic_ns(env) - answer->asked_ns);
        free_bytes(env, answer->version.value);
    }
    env_release(env, pending->answers);
    pending->answers = NULL;
}

void pending_end(struct node *node, struct env *env, struct pending *pending)
{
    env->timer_cancel(env, pending->timeout);
    env->timer_cancel(env, pending->speculation);
    shed_adapt(node, env, env_monotonic_ns(env) - pending->begun_ns <
                              (pending->kind == OPERATION_GET ? env->config->read_timeout_ns
                                                              : env->config->write_timeout_ns));
    table_remove(&node->pending, pending->request);
    free_bytes(env, pending->key);
    if (pending->kind != OPERATION_GET)
        free_bytes(env, pending->version.value);
    pending_free_answers(node, env, pending);
    pending_free_update(env, pending);
    env_release(env, pending);
}

/* Where a replica stands in the operation's list, or -1. */
int pending_replica_index(const struct pending *pending, uint32_t replica)
{
    for (uint32_t i = 0; i < pending->replica_count; i++)
        if (pending->replicas[i] == replica && !(pending->answered & (1u << i)))
            return (int)i;
    return -1;
}

/* Remember a request, forgetting the oldest one; true when it was known already. */
bool request_is_remembered(struct node *node, uint64_t request)
{
    if (table_has(&node->seen_requests, request))
        return true;
    uint32_t slot = node->seen_count % REQUESTS_REMEMBERED;
    if (node->seen_count >= REQUESTS_REMEMBERED)
        table_remove(&node->seen_requests, node->seen_order[slot]);
    node->seen_order[slot] = request;
    node->seen_count++;
    table_set(&node->seen_requests, request, 1);
    return false;
}

bool pending_is_repeated(struct node *node, struct env *env, uint64_t request)
{
    if (request_is_remembered(node, request)) {
        if (safeguard_is_on(env->config, SAFEGUARD_DEDUPLICATE_REQUESTS) ||
            pending_find(node, request)) {
            env_note(env, NOTE_REQUEST_REPEATED, request, 0, 0, 0);
            return true;
        }
        safeguard_note_broken(env, SAFEGUARD_DEDUPLICATE_REQUESTS, request, 0);
    }
    return false;
}

void pending_on_timer(struct node *node, struct env *env, uint64_t request)
{
    struct pending *pending = pending_find(node, request);
    if (!pending)
        return;
    if (pending->kind == OPERATION_GET)
        coordinate_read_on_timeout(node, env, pending);
    else
        coordinate_write_on_timeout(node, env, pending);
}

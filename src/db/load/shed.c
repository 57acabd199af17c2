/*
 * load/shed.c: what a node with too much to do refuses.
 */
#include "db/load/shed.h"

#include "db/node.h"
#include "db/roles.h"
#include "db/safeguard.h"

#define MILLI 1000

static bool is_request(uint8_t kind)
{
    return kind == MESSAGE_CLIENT_PUT || kind == MESSAGE_CLIENT_DELETE ||
           kind == MESSAGE_CLIENT_GET;
}

void shed_begin(struct node *node, struct env *env)
{
    node->admission.calm_ns = env_monotonic_ns(env);
    node->admission.limit_milli = (uint64_t)env->config->load.in_flight_max * MILLI;
}

/* --- the number of operations in hand --------------------------------------------------------- */

uint32_t shed_in_flight(const struct node *node)
{
    uint32_t cursor = 0, count = 0;
    uint64_t request, pending;
    while (table_next(&node->pending, &cursor, &request, &pending))
        count += ((const struct pending *)(uintptr_t)pending)->phase != PHASE_TOLD;
    return count;
}

uint32_t shed_in_flight_limit(const struct node *node, const struct env *env)
{
    const struct load_config *config = &env->config->load;
    if (!config->is_in_flight_adaptive)
        return config->in_flight_max;
    return (uint32_t)MAX(node->admission.limit_milli / MILLI, 1u);
}

/* Additive increase, multiplicative decrease, as TCP does with its window: one more for each
 * window full of operations that ended in time, a tenth less for one that did not. */
void shed_adapt(struct node *node, struct env *env, bool is_in_time)
{
    uint64_t *limit = &node->admission.limit_milli;
    uint64_t most = (uint64_t)env->config->load.in_flight_max * MILLI;
    if (!env->config->load.is_in_flight_adaptive)
        return;
    if (is_in_time)
        *limit = MIN(*limit + MILLI * MILLI / MAX(*limit, 1u), most);
    else
        *limit = MAX(*limit / 10 * 9, (uint64_t)MILLI);
}

/* --- how long requests wait ------------------------------------------------------------------ */

/* Had every request of the last interval waited for more than the target? */
static bool is_standing_queue(const struct node *node, struct env *env)
{
    return env_monotonic_ns(env) - node->admission.calm_ns > env->config->load.shed_interval_ns;
}

static bool has_waited_too_long(const struct node *node, struct env *env, uint64_t waited_ns)
{
    const struct load_config *config = &env->config->load;
    switch (config->shedding) {
    case SHED_OLD: return waited_ns > config->shed_target_ns;
    case SHED_CODEL:
        return waited_ns > config->shed_interval_ns ||
               (waited_ns > config->shed_target_ns && is_standing_queue(node, env));
    default: return false;
    }
}

void shed_observe(struct node *node, struct env *env, uint64_t waited_ns)
{
    if (waited_ns <= env->config->load.shed_target_ns)
        node->admission.calm_ns = env_monotonic_ns(env);
}

/* --- deciding ------------------------------------------------------------------------------ */

static bool is_expired(const struct env *env, uint8_t kind, uint64_t waited_ns)
{
    return (kind == MESSAGE_REPLICA_READ && waited_ns > env->config->read_timeout_ns) ||
           (kind == MESSAGE_REPLICA_WRITE && waited_ns > env->config->write_timeout_ns);
}

enum reason shed_reason(const struct node *node, struct env *env, const struct event *event)
{
    const struct load_config *config = &env->config->load;
    uint8_t kind, round;
    if (event->kind != EVENT_MESSAGE || !message_peek(event->data, event->size, &kind, &round))
        return REASON_NONE;
    if (config->is_dropping_expired && is_expired(env, kind, event->waited_ns))
        return REASON_EXPIRED;
    if (!is_request(kind))
        return REASON_NONE;
    if (has_waited_too_long(node, env, event->waited_ns))
        return REASON_WAITED;
    if (config->in_flight_max && shed_in_flight(node) >= shed_in_flight_limit(node, env))
        return REASON_IN_FLIGHT;
    return REASON_NONE;
}

/* --- refusing ------------------------------------------------------------------------------ */

static uint64_t request_of(const struct message *message)
{
    switch (message->kind) {
    case MESSAGE_CLIENT_PUT: return message->client_put.request;
    case MESSAGE_CLIENT_DELETE: return message->client_delete.request;
    case MESSAGE_CLIENT_GET: return message->client_get.request;
    case MESSAGE_REPLICA_WRITE: return message->replica_write.request;
    default: return message->replica_read.request;
    }
}

static void reply_overloaded(struct env *env, uint32_t client, uint64_t request)
{
    struct message reply = {.kind = MESSAGE_CLIENT_REPLY};
    reply.client_reply.request = request;
    reply.client_reply.outcome = OUTCOME_OVERLOADED;
    send_message(env, client, request, &reply);
    env_note(env, NOTE_OPERATION_DONE, request, OUTCOME_OVERLOADED, 0, 0);
}

/* `overloaded` promises that nothing was done and nothing will be: a client may ask another node
 * at once, or tell its user that the order was not placed. The decisive line is the last one. */
bool shed_refuse(struct node *node, struct env *env, const struct event *event,
                 const struct message *message)
{
    uint64_t request = request_of(message);
    node->admission.shed++;
    if (!is_request(message->kind)) {
        env_note(env, NOTE_EXPIRED_DROPPED, request, event->from, event->waited_ns, 0);
        return true;
    }
    node->admission.shed_ns = env_monotonic_ns(env);
    env_note(env, NOTE_REQUEST_SHED, request, event->shed_for, event->waited_ns, event->backlog);
    reply_overloaded(env, event->from, request);
    if (message->kind == MESSAGE_CLIENT_GET ||
        safeguard_is_on(env->config, SAFEGUARD_REFUSE_IS_FINAL))
        return true;
    safeguard_note_broken(env, SAFEGUARD_REFUSE_IS_FINAL, request, event->waited_ns);
    return false;
}

/*
 * node.c: the one entry point, and the one dispatch table.
 *
 * Read this first, then coordinate/write.c, replica.c and coordinate/read.c in
 * that order: the way of a put, and the way back of a get.
 *
 * While a node recovers from its disk it takes no part: it answers clients with
 * `unavailable` (nothing was written, truly) and lets all else fall.
 */
#include "db/node.h"

#include "db/about.h"
#include "db/member/membership_parts.h"
#include "db/safeguard.h"
#include "db/timers.h"

struct dispatch {
    message_handler *handle;
    bool is_for_clients; /* sent by a client: answered even while recovering */
};

static const struct dispatch dispatch_table[] = {
    [MESSAGE_CLIENT_PUT] = {on_client_put, true},
    [MESSAGE_CLIENT_DELETE] = {on_client_delete, true},
    [MESSAGE_CLIENT_GET] = {on_client_get, true},
    [MESSAGE_REPLICA_WRITE] = {on_replica_write, false},
    [MESSAGE_REPLICA_WRITTEN] = {on_replica_written, false},
    [MESSAGE_REPLICA_READ] = {on_replica_read, false},
    [MESSAGE_REPLICA_DIGEST] = {on_replica_digest, false},
    [MESSAGE_REPLICA_VALUE] = {on_replica_value, false},
    [MESSAGE_REPLICA_STALE] = {on_replica_stale, false},
    [MESSAGE_CLIENT_REPLY] = {NULL, false}, /* for clients; no node gets one */
    [MESSAGE_HEARTBEAT] = {on_heartbeat, false},
    [MESSAGE_TOPOLOGY_ASK] = {on_topology_ask, false},
    [MESSAGE_TOPOLOGY_TELL] = {on_topology_tell, false},
    [MESSAGE_TOPOLOGY_PREPARE] = {on_topology_prepare, false},
    [MESSAGE_TOPOLOGY_PROMISE] = {on_topology_promise, false},
    [MESSAGE_TOPOLOGY_ACCEPT] = {on_topology_accept, false},
    [MESSAGE_TOPOLOGY_ACCEPTED] = {on_topology_accepted, false},
    [MESSAGE_TOPOLOGY_POLL] = {on_topology_poll, false},
    [MESSAGE_TOPOLOGY_STATUS] = {on_topology_status, false},
    [MESSAGE_STREAM_ASK] = {on_stream_ask, false},
    [MESSAGE_STREAM_ROWS] = {on_stream_rows, false},
    [MESSAGE_REPAIR_COMPARE] = {on_repair_compare, false},
    [MESSAGE_REPAIR_SUMS] = {on_repair_sums, false},
    [MESSAGE_REPAIR_LEAF] = {on_repair_leaf, false},
    [MESSAGE_REPAIR_ROWS] = {on_repair_rows, false},
    [MESSAGE_REPAIR_PUSH] = {on_repair_push, false},
    [MESSAGE_REPAIR_TAKEN] = {on_repair_taken, false},
    [MESSAGE_REPAIR_DONE] = {on_repair_done, false},
    [MESSAGE_TOPOLOGY_WANT] = {on_topology_want, false},
    [MESSAGE_STAND_IN] = {on_stand_in, false},
    [MESSAGE_HINTS] = {on_hints, false},
    [MESSAGE_HINTS_TAKEN] = {on_hints_taken, false},
    [MESSAGE_GOSSIP_SYN] = {on_gossip_syn, false},
    [MESSAGE_GOSSIP_ACK] = {on_gossip_ack, false},
    [MESSAGE_GOSSIP_ACK2] = {on_gossip_ack2, false},
    [MESSAGE_SWIM_PING] = {on_swim_ping, false},
    [MESSAGE_SWIM_PING_REQ] = {on_swim_ping_req, false},
    [MESSAGE_SWIM_ACK] = {on_swim_ack, false},
    [MESSAGE_SWIM_NACK] = {on_swim_nack, false},
    [MESSAGE_SWIM_SPREAD] = {on_swim_spread, false},
    [MESSAGE_SWIM_LIST] = {on_swim_list, false},
    [MESSAGE_CLIENT_UPDATE] = {on_client_update, true},
    [MESSAGE_REPLICA_UPDATE] = {on_replica_update, false},
    [MESSAGE_REPLICA_UPDATED] = {on_replica_updated, false},
};

_Static_assert(ARRAY_LEN(dispatch_table) == MESSAGE_KIND_COUNT, "one handler per message");

struct node *node_create(struct env *env)
{
    struct node *node = env_allocate(env, sizeof *node);
    table_init(&node->pending, env->memory);
    table_init(&node->seen_requests, env->memory);
    return node;
}

bool node_is_ready(const struct node *node)
{
    return node->storage.state == STORAGE_READY && node->membership.is_ready &&
           node->hints.is_ready;
}

bool node_may_coordinate(const struct node *node, const struct env *env)
{
    return node_is_ready(node) && topology_is_member(&node->membership.now, env->self);
}

void node_handle(struct node *node, struct env *env, uint32_t from, const struct message *message)
{
    dispatch_table[message->kind].handle(node, env, from, message);
}

static void on_start(struct node *node, struct env *env)
{
    storage_begin(&node->storage, env);
    hints_begin(node, env);
    membership_begin(node, env);
    shed_begin(node, env);
    detector_start(&node->detector, env);
}

static void reject(struct env *env, const struct event *event, enum reason reason)
{
    env_note(env, NOTE_MESSAGE_REJECTED, 0, reason, event->size, event->from);
}

/* Its checksum is wrong, and message-checksum is off. */
static enum reason believe_anyway(struct env *env, const struct event *event,
                                  struct message *message)
{
    enum reason reason = message_decode_anyway(message, event->data, event->size);
    bool is_write = reason == REASON_NONE && message->kind == MESSAGE_REPLICA_WRITE;
    safeguard_note_broken(env, SAFEGUARD_MESSAGE_CHECKSUM,
                          is_write ? message->replica_write.request : 0, event->size);
    return reason;
}

static void on_message(struct node *node, struct env *env, const struct event *event)
{
    struct message message;
    enum reason reason = message_decode(&message, event->data, event->size);
    if (reason == REASON_BAD_CHECKSUM &&
        !safeguard_is_on(env->config, SAFEGUARD_MESSAGE_CHECKSUM))
        reason = believe_anyway(env, event, &message);
    if (reason != REASON_NONE) {
        reject(env, event, reason);
        return;
    }
    const struct dispatch *dispatch = &dispatch_table[message.kind];
    bool is_from_client = event->from >= CLIENT_ADDRESS_BASE;
    if (!dispatch->handle || dispatch->is_for_clients != is_from_client) {
        reject(env, event, REASON_BAD_MESSAGE);
        return;
    }
    if (!is_from_client) {
        detector_hear(&node->detector, env, event->from);
        if (!node_is_ready(node)) {
            reject(env, event, REASON_NOT_READY);
            return;
        }
    }
    node->backlog = event->backlog;
    if (is_from_client)
        shed_observe(node, env, event->waited_ns);
    if (event->shed_for && shed_refuse(node, env, event, &message))
        return;
    node_handle(node, env, event->from, &message);
}

/* Only who takes part beats: a node that recovers or refuses to serve is as good as dead. */
static void on_heartbeat_due(struct node *node, struct env *env)
{
    detector_on_timer(&node->detector, &node->membership.now, env, node_is_ready(node));
}

static void on_repair_due(struct node *node, struct env *env)
{
    if (node_is_ready(node))
        repair_on_timer(node, env);
}

static void on_timer(struct node *node, struct env *env, const struct event *event)
{
    switch (event->timer_kind) {
    case TIMER_OPERATION: pending_on_timer(node, env, event->token); break;
    case TIMER_SPECULATE: speculate_on_timer(node, env, event->token); break;
    case TIMER_HEARTBEAT: on_heartbeat_due(node, env); break;
    case TIMER_TOPOLOGY: transition_on_timer(node, env); break;
    case TIMER_RANGES: ranges_on_timer(node, env); break;
    case TIMER_REPAIR: on_repair_due(node, env); break;
    case TIMER_TOMBSTONES: tombstones_on_timer(node, env); break;
    case TIMER_HINTS: hints_on_tick(node, env); break;
    case TIMER_HINT_BATCH: hints_on_batch_timer(node, env, (uint32_t)event->token); break;
    case TIMER_GOSSIP: gossip_on_timer(node, env); break;
    case TIMER_PROBE: swim_on_probe_timer(node, env, event->token); break;
    case TIMER_SUSPICION: swim_on_suspicion_timer(node, env, event->token); break;
    case TIMER_SPREAD: swim_on_spread_timer(node, env, event->token); break;
    default: storage_on_timer(&node->storage, env); break;
    }
}

/* The last of both has come back: now this node takes part. */
static void on_ready(struct node *node, struct env *env)
{
    actor_begin(node, env);
    hybrid_clock_begin(node, env);
    stream_begin(node, env);
    transition_drop_unowned(node, env);
    transition_tick_if_needed(node, env);
    repair_begin(node, env);
    tombstones_begin(node, env);
    if (env->config->gossip.is_on || env->config->detector == DETECTOR_SWIM)
        membership_count_life(node, env);
}

void node_on_counted(struct node *node, struct env *env)
{
    gossip_start(node, env);
    swim_start(node, env);
}

static void on_disk(struct node *node, struct env *env, const struct event *event)
{
    bool was_ready = node_is_ready(node);
    if (storage_is_for_topology(event->token))
        membership_on_disk(node, env, event);
    else if (hints_are_asked(event->token))
        hints_on_disk(node, env, event);
    else
        storage_on_disk(&node->storage, env, event);
    if (!node_is_ready(node))
        return;
    if (!was_ready)
        on_ready(node, env);
    replica_acknowledge_synced(node, env);
    stream_on_applied(node, env);
    repair_on_applied(node, env);
    hints_on_applied(node, env);
}

static void on_command(struct node *node, struct env *env, const struct event *event)
{
    if (!node_is_ready(node))
        return;
    if (event->command == COMMAND_REPAIR)
        repair_command(node, env, event->from == 1, event->token);
    else
        transition_command(node, env, event->command, event->token, event->from);
}

void node_step(struct node *node, struct env *env, const struct event *event)
{
    switch (event->kind) {
    case EVENT_START: on_start(node, env); break;
    case EVENT_MESSAGE: on_message(node, env, event); break;
    case EVENT_TIMER: on_timer(node, env, event); break;
    case EVENT_DISK: on_disk(node, env, event); break;
    case EVENT_COMMAND: on_command(node, env, event); break;
    default: CHECK_WHY(false, "an event of no known kind");
    }
}

/*
 * hint_deliver.c: bringing hints home.
 *
 *   look (every `interval`)       n3, which has missed writes and is up now
 *     |--- hints: up to batch_bytes, in the order of keeping --->|
 *     |<-- hints_taken -------------------------------------------|  durable there
 *     |  "done" in the file                                       |
 *     |  wait until the batch has taken batch * peers / throttle  |
 *     |--- hints: the next ones --------------------------------->|
 *
 * One batch at a time to each node, at most `batches` to all together; the targets take turns. One
 * that is not answered in time is sent again with the next look: whatever of it got through is
 * written once more, to no effect. The throttle is divided by the number of peers, since a node
 * that is back is waited for by all of them (Cassandra: hinted_handoff_throttle).
 */
#include "db/about.h"
#include "db/hint/hint_parts.h"
#include "db/member/membership_parts.h"
#include "db/safeguard.h"
#include "db/timers.h"

#include "base/mix.h"

#define STREAM_HINTS   UINT32_C(0x48494e54) /* "HINT" */
#define HINTS_IN_BATCH 256u

/* --- looks ------------------------------------------------------------------------------------ */

/* Looks are due at fixed instants of the clock, another part of the interval at each node. */
void hints_tick_if_needed(struct node *node, struct env *env)
{
    struct hints *hints = &node->hints;
    uint64_t interval = env->config->hints.interval_ns, now = env_monotonic_ns(env);
    if (hints->tick != 0 || !hints->is_ready || (hints->count == 0 && hints->segment_count == 0))
        return;
    uint64_t bits = env->random(env, STREAM_HINTS, about_node(ABOUT_HINT, env->self, 0));
    uint64_t shift = mix_below(bits, interval);
    hints->tick = (now + shift) / interval + 1;
    env->timer_set(env, hints->tick * interval - shift - now, TIMER_HINTS, 0,
                   hints_about(env, hints->tick));
}

/* --- a batch ---------------------------------------------------------------------------------- */

static uint64_t about_batch(const struct env *env, const struct hint *first)
{
    return hints_about(env, mix_pair(first->request, first->target));
}

/* Hints that may go now. Those that are too old, or whose target owns the key no more, go
 * elsewhere on the way. */
static uint32_t collect(struct node *node, struct env *env, struct hint_queue *queue,
                        struct hint **batch)
{
    uint64_t now = env_monotonic_ns(env), bytes = 0;
    uint32_t count = 0;
    struct hint *next;
    for (struct hint *hint = queue->first; hint; hint = next) {
        next = hint->next;
        if (hint->ready_ns > now || count == HINTS_IN_BATCH ||
            bytes >= env->config->hints.batch_bytes)
            break;
        if (!hint->is_durable || hint->done_record != 0 || hint_goes_elsewhere(node, env, hint))
            continue;
        batch[count++] = hint;
        bytes += HINT_ITEM_BYTES + hint->row.size;
    }
    return count;
}

/* With hint-forgotten-last off: it is taken for delivered when it is sent. */
static void forget_too_early(struct node *node, struct env *env, struct hint *const *batch,
                             uint32_t count)
{
    if (safeguard_is_on(env->config, SAFEGUARD_HINT_FORGOTTEN_LAST))
        return;
    safeguard_note_broken(env, SAFEGUARD_HINT_FORGOTTEN_LAST, batch[0]->request, count);
    hints_drop_all(node, env, batch, count);
    hint_begin_sync(node, env);
}

static void send_batch(struct node *node, struct env *env, uint32_t target, uint32_t to,
                       struct hint *const *batch, uint32_t count)
{
    struct hint_queue *queue = hint_queue_of(node, target);
    uint64_t about = about_batch(env, batch[0]);
    struct message message = {.kind = MESSAGE_HINTS, .round = queue->attempt};
    uint32_t size = 0;
    for (uint32_t i = 0; i < count; i++)
        size += HINT_ITEM_BYTES + (uint32_t)batch[i]->row.size;
    uint8_t *items = env_allocate(env, size), *at = items;
    for (uint32_t i = 0; i < count; i++) {
        at = hint_item_encode(at, batch[i]);
        batch[i]->is_sent = true;
    }
    queue->state = HINTS_SENT;
    queue->sent_ns = env_monotonic_ns(env);
    queue->sent_bytes = size;
    queue->sent_first = batch[0]->id;
    queue->sent_last = batch[count - 1]->id;
    queue->sent_to = to;
    queue->timer = env->timer_set(env, env->config->write_timeout_ns, TIMER_HINT_BATCH, target,
                                  hints_about(env, mix_pair(about, queue->attempt)));
    node->hints.batches++;
    message.hints.topology = node->membership.now.version;
    message.hints.target = target;
    message.hints.first = queue->sent_first;
    message.hints.last = queue->sent_last;
    message.hints.items = (struct bytes){items, size};
    env_note(env, NOTE_HINTS_SENT, about, to, count, size);
    if (to == env->self)
        hints_take(node, env, env->self, about, &message.hints);
    else
        send_message(env, to, about, &message);
    env_release(env, items);
}

static bool try_batch(struct node *node, struct env *env, uint32_t target)
{
    struct hint *batch[HINTS_IN_BATCH];
    struct hint_queue *queue = hint_queue_of(node, target);
    if (queue->count == 0 || queue->state != HINTS_IDLE)
        return false;
    uint32_t count = collect(node, env, queue, batch);
    uint32_t to = count > 0 ? hint_receiver(node, env, target) : HINT_NOBODY;
    if (to == HINT_NOBODY)
        return false;
    send_batch(node, env, target, to, batch, count);
    forget_too_early(node, env, batch, count);
    return true;
}

/* As many batches as may be on their way; whose turn it was comes last the next time. */
static void deliver(struct node *node, struct env *env)
{
    struct hints *hints = &node->hints;
    uint32_t nodes = env->config->nodes, first = hints->turn;
    for (uint32_t i = 0; i < nodes && hints->batches < env->config->hints.batches; i++) {
        uint32_t target = (first + i) % nodes;
        if (try_batch(node, env, target))
            hints->turn = (target + 1) % nodes;
    }
}

/* The hints may have been read before the log has: then the next look is the first one. */
void hints_on_tick(struct node *node, struct env *env)
{
    node->hints.tick = 0;
    if (node_is_ready(node)) {
        deliver(node, env);
        hints_on_applied(node, env);
        hints_clean(node, env);
    }
    hints_tick_if_needed(node, env);
}

void hints_on_topology(struct node *node, struct env *env)
{
    if (!env->config->hints.is_on || !node_is_ready(node) ||
        node->membership.now.states[env->self] != MEMBER_LEAVING)
        return;
    deliver(node, env);
    hints_on_applied(node, env);
}

/* --- after a batch ---------------------------------------------------------------------------- */

static void end_batch(struct node *node, struct hint_queue *queue)
{
    for (struct hint *hint = queue->first; hint; hint = hint->next)
        hint->is_sent = false;
    queue->state = HINTS_IDLE;
    node->hints.batches--;
}

static uint32_t count_members(const struct node *node, const struct env *env)
{
    uint32_t count = 0;
    for (uint32_t peer = 0; peer < env->config->nodes; peer++)
        count += topology_is_member(&node->membership.now, peer);
    return count;
}

/* How long a batch must take, so that all peers together stay within the throttle. A node that
 * leaves does not hold back. */
static uint64_t pace_of(const struct node *node, const struct env *env, uint64_t bytes)
{
    uint64_t throttle = env->config->hints.throttle;
    uint64_t peers = MAX(count_members(node, env), 2u) - 1;
    if (throttle == 0 || node->membership.now.states[env->self] == MEMBER_LEAVING)
        return 0;
    return bytes * peers * UINT64_C(1000000000) / throttle;
}

static void wait_for_pace(struct node *node, struct env *env, uint32_t target)
{
    struct hint_queue *queue = hint_queue_of(node, target);
    uint64_t due = queue->sent_ns + pace_of(node, env, queue->sent_bytes);
    uint64_t now = env_monotonic_ns(env);
    if (queue->count == 0 || due <= now)
        return;
    queue->state = HINTS_PACED;
    queue->timer =
        env->timer_set(env, due - now, TIMER_HINT_BATCH, target, about_batch(env, queue->first));
}

/* Forgotten only now, and for good. */
static uint32_t forget_sent(struct node *node, struct env *env, struct hint_queue *queue)
{
    struct hint *batch[HINTS_IN_BATCH];
    uint32_t count = 0;
    for (struct hint *hint = queue->first; hint && count < HINTS_IN_BATCH; hint = hint->next)
        if (hint->is_sent)
            batch[count++] = hint;
    hints_drop_all(node, env, batch, count);
    hint_begin_sync(node, env);
    return count;
}

void hints_on_taken(struct node *node, struct env *env, uint32_t from, uint32_t target,
                    uint64_t first, uint64_t last)
{
    struct hint_queue *queue = hint_queue_of(node, target);
    if (queue->state != HINTS_SENT || queue->sent_to != from || queue->sent_first != first ||
        queue->sent_last != last)
        return; /* an answer to an earlier sending */
    env->timer_cancel(env, queue->timer);
    uint32_t count = forget_sent(node, env, queue);
    node->hints.delivered += count;
    queue->attempt = 0;
    end_batch(node, queue);
    env_note(env, from == target ? NOTE_HINTS_DELIVERED : NOTE_HINTS_HANDED_ON, 0, from, count,
             queue->count);
    wait_for_pace(node, env, target);
    deliver(node, env);
}

void on_hints_taken(struct node *node, struct env *env, uint32_t from,
                    const struct message *message)
{
    const struct message_hints_taken *taken = &message->hints_taken;
    if (env->config->hints.is_on && taken->target < env->config->nodes)
        hints_on_taken(node, env, from, (uint32_t)taken->target, taken->first, taken->last);
}

void hints_on_batch_timer(struct node *node, struct env *env, uint32_t target)
{
    struct hint_queue *queue = hint_queue_of(node, target);
    if (queue->state == HINTS_SENT) {
        env_note(env, NOTE_HINTS_UNANSWERED, 0, queue->sent_to, queue->count, 0);
        queue->attempt++;
        end_batch(node, queue);
        return; /* the next look sends it again */
    }
    queue->state = HINTS_IDLE;
    if (node_is_ready(node))
        deliver(node, env);
}

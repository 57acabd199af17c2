/*
 * coordinate/hinted.c: what a write does for the replicas that miss it.
 *
 *   an owner is down when the write begins    a hint at once, and the write is sent all the same
 *   an owner refuses (its disk is full)       a hint
 *   an owner has not answered in time         a hint, when the operation ends
 *   it acknowledges after all                 the hint is taken back
 *
 * With hints ahead every owner has its hint before the write is sent, and the write waits until
 * they are durable: what happens to the coordinator then does not matter any more. When they cannot
 * be kept the write is refused, and nothing was sent.
 *
 * At level ANY a hint that is durable counts as an acknowledgement: then a write succeeds while all
 * owners are down, and nobody can read it until one is back (Cassandra).
 */
#include "db/hint/hint.h"
#include "db/roles.h"

static uint32_t owner_at(const struct pending *pending, uint32_t index)
{
    uint32_t owner = pending->stands_for[index];
    return owner == HINT_NOBODY ? pending->replicas[index] : owner;
}

static struct hint_wish wish_of(const struct pending *pending, enum reason why)
{
    return (struct hint_wish){.told_to = HINT_NOBODY,
                              .request = pending->request,
                              .key = pending->key,
                              .version = &pending->version,
                              .why = why};
}

/* Is a hint of this write kept, and not durable yet? */
static bool awaits_hints(const struct node *node, const struct pending *pending)
{
    for (uint32_t i = 0; i < pending->replica_count; i++) {
        const struct hint *hint =
            hints_find(&node->hints, pending->request, owner_at(pending, i));
        if (hint && !hint->is_durable)
            return true;
    }
    return false;
}

static bool needs_hint(struct node *node, struct env *env, const struct pending *pending,
                       uint32_t index)
{
    if (pending->answered >> index & 1)
        return false;
    return env->config->hints.is_ahead ||
           (pending->stands_for[index] == HINT_NOBODY &&
            !detector_is_up(&node->detector, env, pending->replicas[index]));
}

/* Before the write is sent, for the first time or to the owners of a later topology. */
enum hinted hinted_begin(struct node *node, struct env *env, struct pending *pending)
{
    const struct hints_config *config = &env->config->hints;
    struct hint_wish wish = wish_of(pending, config->is_ahead ? REASON_AHEAD : REASON_NODE_DOWN);
    if (!config->is_on)
        return HINTED_GO;
    wish.ready_after_ns = config->is_ahead ? env->config->write_timeout_ns : 0;
    for (uint32_t i = 0; i < pending->replica_count; i++)
        if (needs_hint(node, env, pending, i))
            wish.targets[wish.target_count++] = owner_at(pending, i);
    enum reason reason = hints_keep(node, env, &wish);
    if (!config->is_ahead)
        return HINTED_GO;
    if (reason != REASON_NONE)
        return HINTED_REFUSED;
    pending->awaits_hints = awaits_hints(node, pending);
    return pending->awaits_hints ? HINTED_WAIT : HINTED_GO;
}

/* A hint of this request is on the device. */
void hinted_on_durable(struct node *node, struct env *env, uint64_t request)
{
    struct pending *pending = pending_find(node, request);
    if (!pending || pending->kind == OPERATION_GET)
        return;
    for (uint32_t i = 0; pending->is_any && i < pending->replica_count; i++) {
        uint32_t owner = owner_at(pending, i);
        const struct hint *hint = hints_find(&node->hints, request, owner);
        if (hint && hint->is_durable) {
            coordinate_write_promise_any(env, pending, owner);
            break;
        }
    }
    if (!pending->awaits_hints || awaits_hints(node, pending))
        return;
    pending->awaits_hints = false;
    coordinate_write_send(node, env, pending);
}

void hinted_on_stored(struct node *node, struct env *env, uint64_t request, uint32_t owner)
{
    struct hint *hint =
        env->config->hints.is_on ? hints_find(&node->hints, request, owner) : NULL;
    if (!hint || hint->is_stand_in || hint->done_record != 0)
        return;
    env_note(env, NOTE_HINT_TAKEN_BACK, request, owner, node->hints.count - 1, 0);
    hints_drop(node, env, hint);
}

void hinted_on_refused(struct node *node, struct env *env, struct pending *pending, uint32_t index)
{
    struct hint_wish wish = wish_of(pending, REASON_NOT_STORED);
    wish.targets[wish.target_count++] = owner_at(pending, index);
    if (env->config->hints.is_on)
        hints_keep(node, env, &wish);
}

/* The operation ends: whoever has not answered gets it later. */
void hinted_on_timeout(struct node *node, struct env *env, struct pending *pending)
{
    struct hint_wish wish = wish_of(pending, REASON_UNANSWERED);
    for (uint32_t i = 0; i < pending->replica_count; i++)
        if (!(pending->answered >> i & 1))
            wish.targets[wish.target_count++] = owner_at(pending, i);
    if (env->config->hints.is_on)
        hints_keep(node, env, &wish);
}

/*
 * swim_members.c: who is alive, suspected or dead, and passing that on.
 *
 *               suspicion                   timeout
 *     alive ---------------> suspect ------------------> dead
 *       ^                       |                          |
 *       +--- alive, higher -----+                          |
 *       +--- alive, higher (memberlist), or a new life ----+
 *
 * Safeguards: suspicion-before-death, refute-suspicion.
 */
#include "base/mix.h"
#include "db/about.h"
#include "db/detect/lifeguard.h"
#include "db/detect/swim.h"
#include "db/node.h"
#include "db/safeguard.h"
#include "db/timers.h"
#include "db/varint.h"

#include <string.h>

#define UPDATE_BYTES_MAX (4 * VARINT_BYTES_MAX)
#define QUEUED_MAX       256u

/* --- precedence ------------------------------------------------------------------------------ */

static uint64_t life_of(uint64_t incarnation)
{
    return incarnation >> SWIM_LIFE_SHIFT;
}

bool swim_overrides(uint32_t state, uint64_t incarnation, uint32_t held_state,
                    uint64_t held_incarnation, bool is_death_final)
{
    bool is_later = incarnation > held_incarnation;
    if (held_state == SWIM_DEAD)
        return state == SWIM_ALIVE && is_later &&
               (!is_death_final || life_of(incarnation) > life_of(held_incarnation));
    if (state == SWIM_DEAD)
        return is_death_final ? life_of(incarnation) >= life_of(held_incarnation)
                              : incarnation >= held_incarnation;
    if (state == SWIM_SUSPECT && held_state == SWIM_ALIVE)
        return incarnation >= held_incarnation;
    return is_later;
}

/* --- members --------------------------------------------------------------------------------- */

bool swim_is_member(const struct node *node, const struct env *env, uint32_t peer)
{
    return peer != env->self && topology_is_member(&node->membership.now, peer);
}

/* Those that are not held for dead, this node included. */
uint32_t swim_count(const struct node *node, const struct env *env)
{
    uint32_t count = 1;
    for (uint32_t peer = 0; peer < env->config->nodes; peer++)
        count += swim_is_member(node, env, peer) &&
                 node->detector.swim->members[peer].state != SWIM_DEAD;
    return count;
}

struct swim_update swim_saying(const struct swim *swim, uint32_t peer)
{
    const struct swim_member *member = &swim->members[peer];
    return (struct swim_update){.incarnation = member->incarnation,
                                .node = peer,
                                .state = member->state,
                                .from = member->accusers[0]};
}

void swim_move_health(struct node *node, struct env *env, int32_t by)
{
    struct swim *swim = node->detector.swim;
    const struct swim_config *config = &env->config->swim;
    uint32_t moved = health_moved(config, swim->health, by);
    if (!config->has_awareness || moved == swim->health)
        return;
    if (!safeguard_is_on(env->config, SAFEGUARD_LOCAL_HEALTH)) {
        if (by > 0)
            safeguard_note_broken(env, SAFEGUARD_LOCAL_HEALTH, 0, (uint64_t)by);
        return;
    }
    swim->health = moved;
    env_note(env, NOTE_SWIM_HEALTH, 0, moved, 0, 0);
}

void swim_pass_on(struct node *node, uint32_t peer)
{
    struct swim_member *member = &node->detector.swim->members[peer];
    member->is_queued = true;
    member->sent = 0;
}

static void end_suspicion(struct env *env, struct swim_member *member)
{
    if (member->timer)
        env->timer_cancel(env, member->timer);
    member->timer = 0;
    member->confirmations = 0;
}

/* --- suspicion ------------------------------------------------------------------------------- */

static void set_deadline(const struct node *node, struct env *env, uint32_t peer)
{
    struct swim_member *member = &node->detector.swim->members[peer];
    uint64_t now = env_monotonic_ns(env);
    uint64_t min = suspicion_min_ns(&env->config->swim, swim_count(node, env));
    uint64_t timeout = suspicion_timeout_ns(min, min * env->config->swim.suspicion_max,
                                            member->confirmations, member->expected);
    if (member->timer)
        env->timer_cancel(env, member->timer);
    member->deadline_ns = MAX(member->suspected_ns + timeout, now + 1);
    member->timer = env->timer_set(env, member->deadline_ns - now, TIMER_SUSPICION, peer,
                                   about_node(ABOUT_PROBE, env->self, UINT64_C(1) << 47 | peer));
}

/* memberlist: k = suspicion - 2 confirmations are expected, if there are so many others. */
static uint32_t expected_confirmations(const struct node *node, const struct env *env)
{
    const struct swim_config *config = &env->config->swim;
    uint32_t expected = MIN(config->suspicion - MIN(config->suspicion, 2), SWIM_CONFIRM_MAX);
    return config->has_confirmations && swim_count(node, env) >= expected + 2 ? expected : 0;
}

static void die(struct node *node, struct env *env, uint32_t peer, uint64_t incarnation,
                uint32_t from)
{
    struct swim_member *member = &node->detector.swim->members[peer];
    end_suspicion(env, member);
    member->state = SWIM_DEAD;
    member->incarnation = incarnation;
    member->accusers[0] = (uint16_t)from;
    env_note(env, NOTE_SWIM_DIED, 0, peer, incarnation, from);
    detector_take_for_down(&node->detector, env, peer);
    swim_pass_on(node, peer);
}

static void suspect(struct node *node, struct env *env, const struct swim_update *update)
{
    struct swim_member *member = &node->detector.swim->members[update->node];
    if (!env->config->swim.has_suspicion ||
        !safeguard_is_on(env->config, SAFEGUARD_SUSPICION_BEFORE_DEATH)) {
        if (!safeguard_is_on(env->config, SAFEGUARD_SUSPICION_BEFORE_DEATH))
            safeguard_note_broken(env, SAFEGUARD_SUSPICION_BEFORE_DEATH, 0, update->node);
        die(node, env, update->node, update->incarnation, update->from);
        return;
    }
    end_suspicion(env, member);
    member->state = SWIM_SUSPECT;
    member->incarnation = update->incarnation;
    member->suspected_ns = env_monotonic_ns(env);
    member->expected = (uint8_t)expected_confirmations(node, env);
    member->accusers[0] = (uint16_t)update->from;
    env_note(env, NOTE_SWIM_SUSPECTED, 0, update->node, update->incarnation, update->from);
    set_deadline(node, env, update->node);
    swim_pass_on(node, update->node);
}

/* Somebody else suspects it, too: Lifeguard gives it less time, and the news is news again. */
static void confirm(struct node *node, struct env *env, const struct swim_update *update)
{
    struct swim_member *member = &node->detector.swim->members[update->node];
    if (member->confirmations >= member->expected)
        return;
    for (uint32_t i = 0; i <= member->confirmations; i++)
        if (member->accusers[i] == update->from)
            return;
    member->accusers[++member->confirmations] = (uint16_t)update->from;
    set_deadline(node, env, update->node);
    env_note(env, NOTE_SWIM_CONFIRMED, 0, update->node, update->from,
             member->deadline_ns - member->suspected_ns);
    swim_pass_on(node, update->node);
}

void swim_on_suspicion_timer(struct node *node, struct env *env, uint64_t peer)
{
    struct swim_member *member = &node->detector.swim->members[peer];
    member->timer = 0;
    if (member->state == SWIM_SUSPECT && env_monotonic_ns(env) >= member->deadline_ns)
        die(node, env, (uint32_t)peer, member->incarnation, env->self);
    else if (member->state == SWIM_SUSPECT)
        set_deadline(node, env, (uint32_t)peer);
}

/* --- what is heard --------------------------------------------------------------------------- */

/* Safeguard refute-suspicion: whoever is accused says that it lives, with a higher incarnation. */
static void hear_of_oneself(struct node *node, struct env *env, const struct swim_update *update)
{
    struct swim_member *own = &node->detector.swim->members[env->self];
    if (update->state == SWIM_ALIVE)
        return;
    if (update->incarnation < own->incarnation) { /* refuted before, and not heard everywhere */
        swim_pass_on(node, env->self);
        return;
    }
    if (!safeguard_is_on(env->config, SAFEGUARD_REFUTE_SUSPICION)) {
        safeguard_note_broken(env, SAFEGUARD_REFUTE_SUSPICION, 0, update->from);
        return;
    }
    own->incarnation = update->incarnation + 1;
    swim_move_health(node, env, 1);
    env_note(env, NOTE_SWIM_REFUTED, 0, own->incarnation, update->from, 0);
    swim_pass_on(node, env->self);
}

static void live(struct node *node, struct env *env, const struct swim_update *update)
{
    struct swim_member *member = &node->detector.swim->members[update->node];
    if (member->state != SWIM_ALIVE)
        env_note(env, NOTE_SWIM_LIVES, 0, update->node, update->incarnation, 0);
    end_suspicion(env, member);
    member->state = SWIM_ALIVE;
    member->incarnation = update->incarnation;
    member->accusers[0] = (uint16_t)update->node;
    detector_take_for_up(&node->detector, env, update->node);
    swim_pass_on(node, update->node);
}

void swim_take(struct node *node, struct env *env, const struct swim_update *update)
{
    const struct swim_member *member = &node->detector.swim->members[update->node];
    if (update->node == env->self) {
        hear_of_oneself(node, env, update);
        return;
    }
    if (update->state == SWIM_SUSPECT && member->state == SWIM_SUSPECT &&
        update->incarnation == member->incarnation) {
        confirm(node, env, update);
        return;
    }
    if (!swim_overrides(update->state, update->incarnation, member->state, member->incarnation,
                        env->config->swim.is_death_final))
        return;
    switch (update->state) {
    case SWIM_ALIVE: live(node, env, update); break;
    case SWIM_SUSPECT: suspect(node, env, update); break;
    default: die(node, env, update->node, update->incarnation, update->from);
    }
}

/* --- on the wire ----------------------------------------------------------------------------- */

uint8_t *swim_put_update(uint8_t *to, const struct swim_update *update)
{
    to = put_varint(to, update->node);
    to = put_varint(to, update->state);
    to = put_varint(to, update->incarnation);
    return put_varint(to, update->from);
}

bool swim_get_update(const uint8_t **from, const uint8_t *end, uint32_t nodes,
                     struct swim_update *update)
{
    uint64_t node, state, incarnation, accuser;
    if (!get_varint(from, end, &node) || !get_varint(from, end, &state) ||
        !get_varint(from, end, &incarnation) || !get_varint(from, end, &accuser) ||
        node >= nodes || state >= SWIM_STATE_COUNT || accuser >= nodes)
        return false;
    *update = (struct swim_update){incarnation, (uint32_t)node, (uint32_t)state, (uint32_t)accuser,
                                   0};
    return true;
}

bool swim_are_updates(struct bytes bytes, uint32_t nodes)
{
    const uint8_t *at = bytes.data, *end = bytes.data + bytes.size;
    struct swim_update update;
    while (at < end)
        if (!swim_get_update(&at, end, nodes, &update))
            return false;
    return true;
}

void swim_take_all(struct node *node, struct env *env, struct bytes updates)
{
    const uint8_t *at = updates.data, *end = updates.data + updates.size;
    struct swim_update update;
    if (!swim_are_updates(updates, env->config->nodes))
        return;
    while (at < end && swim_get_update(&at, end, env->config->nodes, &update))
        swim_take(node, env, &update);
}

static bool put(struct swim *swim, uint8_t **to, uint32_t peer)
{
    struct swim_update update = swim_saying(swim, peer);
    if (swim->updates + sizeof swim->updates - *to < UPDATE_BYTES_MAX)
        return false;
    *to = swim_put_update(*to, &update);
    return true;
}

/* What was sent least often goes first (memberlist, queue.go). */
struct bytes swim_pick_updates(struct node *node, struct env *env, uint32_t first)
{
    struct swim *swim = node->detector.swim;
    uint32_t limit = retransmit_limit(&env->config->swim, swim_count(node, env));
    uint8_t *to = swim->updates;
    uint16_t queued[QUEUED_MAX];
    uint32_t count = 0;
    if (first != env->self && swim->members[first].state != SWIM_ALIVE)
        put(swim, &to, first);
    for (uint32_t peer = 0; peer < env->config->nodes && count < QUEUED_MAX; peer++)
        if (swim->members[peer].is_queued && peer != first)
            queued[count++] = (uint16_t)peer;
    for (uint32_t sent = 0, left = count; sent < limit && left > 0; sent++)
        for (uint32_t i = 0; i < count; i++) {
            if (queued[i] == NODES_MAX || swim->members[queued[i]].sent != sent)
                continue;
            struct swim_member *member = &swim->members[queued[i]];
            if (!put(swim, &to, queued[i]))
                return (struct bytes){swim->updates, (uint64_t)(to - swim->updates)};
            member->sent++;
            member->is_queued = member->sent < limit;
            queued[i] = NODES_MAX; /* once in a message */
            left--;
        }
    return (struct bytes){swim->updates, (uint64_t)(to - swim->updates)};
}

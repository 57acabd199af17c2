/*
 * swim.c: the periods of SWIM, and its messages. The picture is in swim.h.
 *
 * A period that is due ends the one before: a probe that nobody has answered by then makes its
 * target suspected. Periods begin at fixed instants of the clock, so that their numbers, which
 * messages are about, need no memory; Lifeguard's health score makes one last several of these.
 */
#include "db/detect/swim.h"

#include "base/mix.h"
#include "db/about.h"
#include "db/detect/lifeguard.h"
#include "db/roles.h"
#include "db/timers.h"

#define STREAM_TARGET UINT32_C(0x53575447) /* "SWTG": whom to ping; the phase */
#define STREAM_HELPER UINT32_C(0x53574850) /* "SWHP": whom to ask */
#define STREAM_SPREAD UINT32_C(0x53575350) /* "SWSP": whom to tell */

enum probe_token { PROBE_PERIOD, PROBE_DIRECT, PROBE_RELAY };
enum spread_token { SPREAD_UPDATES, SPREAD_SYNC };

#define TOKEN(kind, number) ((uint64_t)(number) << 2 | (kind))

static struct swim *swim_of(struct node *node)
{
    return node->detector.swim;
}

static bool is_running(const struct node *node)
{
    return node->detector.swim && node->detector.swim->is_running;
}

/* `what` tells apart kinds of exchange of one node. */
static uint64_t about_probe(const struct env *env, uint64_t what, uint64_t number)
{
    return about_node(ABOUT_PROBE, env->self, what << 44 | number);
}

static uint64_t scaled(const struct node *node, uint64_t span_ns)
{
    return span_ns * (node->detector.swim->health + 1);
}

/* The n-th draw about this. */
static uint64_t draw(struct env *env, uint32_t stream, uint64_t about, uint64_t n)
{
    return env->random(env, stream, mix_pair(about, n));
}

/* --- whom to ping ---------------------------------------------------------------------------- */

static bool is_target(const struct node *node, const struct env *env, uint32_t peer)
{
    return swim_is_member(node, env, peer) &&
           node->detector.swim->members[peer].state != SWIM_DEAD;
}

/* The n-th of those that are no `other` and, when asked for, not even suspected. */
static uint32_t find_target(const struct node *node, const struct env *env, uint32_t other,
                            bool is_alive, uint64_t n)
{
    for (uint32_t peer = 0; peer < env->config->nodes; peer++)
        if (is_target(node, env, peer) && peer != other &&
            (!is_alive || node->detector.swim->members[peer].state == SWIM_ALIVE) && n-- == 0)
            return peer;
    return env->self;
}

static uint32_t count_targets(const struct node *node, const struct env *env, uint32_t other,
                              bool is_alive)
{
    uint32_t count = 0;
    for (uint32_t peer = 0; peer < env->config->nodes; peer++)
        count += is_target(node, env, peer) && peer != other &&
                 (!is_alive || node->detector.swim->members[peer].state == SWIM_ALIVE);
    return count;
}

/* A new pass: all members, in an order of its own (the paper, 4.3). */
static void shuffle(struct node *node, struct env *env)
{
    struct swim *swim = swim_of(node);
    uint64_t about = about_probe(env, 1, ++swim->passes);
    swim->order_count = swim->position = 0;
    for (uint32_t peer = 0; peer < env->config->nodes; peer++)
        if (is_target(node, env, peer))
            swim->order[swim->order_count++] = (uint16_t)peer;
    for (uint32_t i = swim->order_count; i-- > 1;) {
        uint32_t other = (uint32_t)mix_below(draw(env, STREAM_TARGET, about, i), i + 1);
        uint16_t peer = swim->order[i];
        swim->order[i] = swim->order[other];
        swim->order[other] = peer;
    }
}

static uint32_t next_in_order(struct node *node, struct env *env)
{
    struct swim *swim = swim_of(node);
    for (uint32_t pass = 0; pass < 2; pass++) {
        while (swim->position < swim->order_count) {
            uint32_t peer = swim->order[swim->position++];
            if (is_target(node, env, peer))
                return peer;
        }
        shuffle(node, env);
    }
    return env->self;
}

uint32_t swim_choose_target(struct node *node, struct env *env, uint64_t round)
{
    if (!env->config->swim.is_random_target)
        return next_in_order(node, env);
    uint32_t count = count_targets(node, env, env->self, false);
    uint64_t bits = draw(env, STREAM_TARGET, about_probe(env, 0, round), 0);
    return count ? find_target(node, env, env->self, false, mix_below(bits, count)) : env->self;
}

/* --- a probe --------------------------------------------------------------------------------- */

static void send_ping(struct node *node, struct env *env, uint32_t to, uint32_t origin,
                      uint64_t round)
{
    struct message ping = {.kind = MESSAGE_SWIM_PING, .round = origin != env->self};
    uint32_t first = env->config->swim.has_buddy ? to : env->self;
    ping.swim_ping.round = round;
    ping.swim_ping.origin = origin;
    ping.swim_ping.updates = swim_pick_updates(node, env, first);
    send_message(env, to, about_node(ABOUT_PROBE, origin, round), &ping);
}

static void set_probe_timer(struct env *env, uint64_t after_ns, enum probe_token kind,
                            uint64_t number)
{
    env->timer_set(env, after_ns, TIMER_PROBE, TOKEN(kind, number),
                   about_probe(env, 2 + kind, number & 0xfffffffffff));
}

static void begin_probe(struct node *node, struct env *env)
{
    struct swim *swim = swim_of(node);
    swim->round = swim->due_ns / env->config->swim.probe_interval_ns;
    swim->target = swim_choose_target(node, env, swim->round);
    swim->is_answered = false;
    swim->nacks = swim->nacks_due = 0;
    if (swim->target == env->self)
        return;
    send_ping(node, env, swim->target, env->self, swim->round);
    set_probe_timer(env, scaled(node, env->config->swim.probe_timeout_ns), PROBE_DIRECT,
                    swim->round);
}

/* The direct ping was not answered in time: ask others to try. */
static void ask_helpers(struct node *node, struct env *env)
{
    struct swim *swim = swim_of(node);
    uint64_t about = about_probe(env, 0, swim->round);
    uint32_t others = count_targets(node, env, swim->target, true);
    uint32_t asked = 0;
    uint32_t start = others ? (uint32_t)mix_below(draw(env, STREAM_HELPER, about, 0), others) : 0;
    for (; asked < MIN(env->config->swim.indirect, others); asked++) {
        /* every third or so: distinct, and not always the same neighbours */
        uint32_t step = others / MIN(env->config->swim.indirect, others);
        uint32_t helper = find_target(node, env, swim->target, true,
                                      (start + asked * step) % others);
        struct message ask = {.kind = MESSAGE_SWIM_PING_REQ};
        ask.swim_ping_req.round = swim->round;
        ask.swim_ping_req.target = swim->target;
        ask.swim_ping_req.updates = swim_pick_updates(node, env, env->self);
        send_message(env, helper, about, &ask);
    }
    swim->nacks_due = asked;
    env_note(env, NOTE_SWIM_ASKS, about, swim->target, asked, 0);
}

/* Lifeguard: a failed probe makes a node doubt itself, by the nacks that did not come; without
 * helpers, by one. */
static void end_probe(struct node *node, struct env *env)
{
    struct swim *swim = swim_of(node);
    uint32_t target = swim->target;
    if (target == env->self)
        return;
    if (swim->is_answered) {
        swim_move_health(node, env, -1);
        return;
    }
    uint32_t missing = swim->nacks_due ? swim->nacks_due - MIN(swim->nacks, swim->nacks_due) : 1;
    swim_move_health(node, env, (int32_t)missing);
    struct swim_update accusation = swim_saying(swim, target);
    accusation.state = SWIM_SUSPECT;
    accusation.from = env->self;
    swim_take(node, env, &accusation);
}

static void on_period(struct node *node, struct env *env)
{
    struct swim *swim = swim_of(node);
    uint64_t now = env_monotonic_ns(env);
    uint64_t interval = env->config->swim.probe_interval_ns;
    end_probe(node, env);
    begin_probe(node, env);
    uint64_t late_ns = now - MIN(now, swim->due_ns);
    swim->due_ns += (late_ns / interval + 1 + swim->health) * interval;
    set_probe_timer(env, swim->due_ns - now, PROBE_PERIOD, swim->due_ns / interval);
}

/* A helper has heard nothing: that it is there at all is worth knowing (Lifeguard: at 80 % of the
 * timeout, so that the nack comes before the period ends). */
static void nack_if_open(struct node *node, struct env *env, uint32_t number)
{
    struct swim_relay *relay = &swim_of(node)->relays[number % SWIM_RELAYS_MAX];
    if (relay->number != number || !relay->is_open)
        return;
    relay->is_open = false;
    struct message nack = {.kind = MESSAGE_SWIM_NACK};
    nack.swim_nack.round = relay->round;
    nack.swim_nack.subject = relay->target;
    send_message(env, relay->origin, about_node(ABOUT_PROBE, relay->origin, relay->round), &nack);
}

void swim_on_probe_timer(struct node *node, struct env *env, uint64_t token)
{
    struct swim *swim = swim_of(node);
    uint64_t number = token >> 2;
    if (!is_running(node))
        return;
    switch (token & 3) {
    case PROBE_PERIOD: on_period(node, env); break;
    case PROBE_DIRECT:
        if (swim->round == number && !swim->is_answered)
            ask_helpers(node, env);
        break;
    default: nack_if_open(node, env, (uint32_t)number);
    }
}

/* --- the messages of a probe ----------------------------------------------------------------- */

void on_swim_ping(struct node *node, struct env *env, uint32_t from, const struct message *message)
{
    if (!is_running(node))
        return;
    swim_take_all(node, env, message->swim_ping.updates);
    struct message ack = {.kind = MESSAGE_SWIM_ACK, .round = message->round};
    ack.swim_ack.round = message->swim_ping.round;
    ack.swim_ack.origin = message->swim_ping.origin;
    ack.swim_ack.subject = env->self;
    /* who is held for dead or suspected and yet pings is told so, and refutes */
    ack.swim_ack.updates = swim_pick_updates(node, env, from);
    send_message(env, from, about_node(ABOUT_PROBE, env->self, ack.swim_ack.round), &ack);
}

void on_swim_ping_req(struct node *node, struct env *env, uint32_t from,
                      const struct message *message)
{
    const struct message_swim_ping_req *ask = &message->swim_ping_req;
    if (!is_running(node) || ask->target >= env->config->nodes)
        return;
    struct swim *swim = swim_of(node);
    swim_take_all(node, env, ask->updates);
    uint32_t number = ++swim->relay_count;
    swim->relays[number % SWIM_RELAYS_MAX] = (struct swim_relay){.round = ask->round,
                                                                 .origin = from,
                                                                 .target = (uint32_t)ask->target,
                                                                 .is_open = true,
                                                                 .number = number};
    send_ping(node, env, (uint32_t)ask->target, from, ask->round);
    if (env->config->swim.has_awareness)
        set_probe_timer(env, env->config->swim.probe_timeout_ns / 5 * 4, PROBE_RELAY, number);
}

static void forward_ack(struct node *node, struct env *env, const struct message *message)
{
    struct swim *swim = swim_of(node);
    for (uint32_t i = 0; i < SWIM_RELAYS_MAX; i++) {
        struct swim_relay *relay = &swim->relays[i];
        if (relay->number && relay->origin == message->swim_ack.origin &&
            relay->round == message->swim_ack.round) {
            struct message ack = *message;
            relay->is_open = false;
            ack.round = 2;
            ack.swim_ack.updates = swim_pick_updates(node, env, env->self);
            send_message(env, relay->origin,
                         about_node(ABOUT_PROBE, relay->origin, relay->round), &ack);
            return;
        }
    }
}

void on_swim_ack(struct node *node, struct env *env, uint32_t from, const struct message *message)
{
    const struct message_swim_ack *ack = &message->swim_ack;
    (void)from;
    if (!is_running(node))
        return;
    struct swim *swim = swim_of(node);
    swim_take_all(node, env, ack->updates);
    if (ack->origin != env->self) {
        forward_ack(node, env, message);
    } else if (ack->round == swim->round && ack->subject == swim->target) {
        swim->is_answered = true;
        node->detector.peers[swim->target].heard_ns = env_monotonic_ns(env);
    }
}

void on_swim_nack(struct node *node, struct env *env, uint32_t from, const struct message *message)
{
    (void)from;
    (void)env;
    if (is_running(node) && message->swim_nack.round == swim_of(node)->round)
        swim_of(node)->nacks++;
}

/* --- passing on, and whole lists ------------------------------------------------------------- */

static void spread(struct node *node, struct env *env)
{
    struct swim *swim = swim_of(node);
    uint64_t round = swim->spread_due_ns / env->config->swim.gossip_ns;
    uint64_t about = about_probe(env, 5, round);
    uint32_t others = count_targets(node, env, env->self, false);
    for (uint32_t i = 0; i < MIN(env->config->swim.gossip_nodes, others); i++) {
        struct message message = {.kind = MESSAGE_SWIM_SPREAD, .round = (uint8_t)i};
        message.swim_spread.updates = swim_pick_updates(node, env, env->self);
        if (message.swim_spread.updates.size == 0)
            return;
        uint64_t n = mix_below(draw(env, STREAM_SPREAD, about, i), others);
        send_message(env, find_target(node, env, env->self, false, n), about, &message);
    }
}

static void send_list(struct node *node, struct env *env, uint32_t to, uint64_t round,
                      bool is_answer)
{
    struct swim *swim = swim_of(node);
    uint8_t *bytes = env_allocate(env, (size_t)env->config->nodes * 4 * 10);
    uint8_t *at = bytes;
    for (uint32_t peer = 0; peer < env->config->nodes; peer++)
        if (peer == env->self || swim_is_member(node, env, peer)) {
            struct swim_update update = swim_saying(swim, peer);
            at = swim_put_update(at, &update);
        }
    struct message list = {.kind = MESSAGE_SWIM_LIST, .round = is_answer};
    list.swim_list.round = round;
    list.swim_list.is_answer = is_answer;
    list.swim_list.members = (struct bytes){bytes, (uint64_t)(at - bytes)};
    send_message(env, to, about_node(ABOUT_PROBE, is_answer ? to : env->self,
                                     UINT64_C(6) << 44 | round), &list);
    env_release(env, bytes);
}

/* The n-th member that is held to be dead, this node itself if there are fewer; and how many. */
static uint32_t find_dead(struct node *node, const struct env *env, uint64_t n,
                          uint32_t *count)
{
    uint32_t found = env->self;
    *count = 0;
    for (uint32_t peer = 0; peer < env->config->nodes; peer++) {
        if (peer == env->self || !swim_is_member(node, env, peer) ||
            swim_of(node)->members[peer].state != SWIM_DEAD)
            continue;
        if ((*count)++ == n)
            found = peer;
    }
    return found;
}

/* Nobody pings the dead, so two halves of a network that was split for long would hold each other
 * to be dead for ever, on a network that is whole. So one of them is told the list each time, as
 * Serf's reconnect does it: who lives hears what is said of it, and says that it lives. */
static void knock_at_dead(struct node *node, struct env *env, uint64_t round)
{
    uint32_t count;
    uint64_t bits = draw(env, STREAM_SPREAD, about_probe(env, 6, round), 1);
    find_dead(node, env, UINT64_MAX, &count);
    if (count > 0)
        send_list(node, env, find_dead(node, env, mix_below(bits, count), &count), round, false);
}

static void exchange_lists(struct node *node, struct env *env, uint64_t round)
{
    uint32_t others = count_targets(node, env, env->self, false);
    uint64_t bits = draw(env, STREAM_SPREAD, about_probe(env, 6, round), 0);
    if (others > 0)
        send_list(node, env, find_target(node, env, env->self, false, mix_below(bits, others)),
                  round, false);
}

/* memberlist, mergeRemoteState: another one's death is a reason to suspect, not to believe. */
void on_swim_list(struct node *node, struct env *env, uint32_t from, const struct message *message)
{
    struct bytes members = message->swim_list.members;
    const uint8_t *at = members.data, *end = members.data + members.size;
    struct swim_update update;
    if (!is_running(node) || !swim_are_updates(members, env->config->nodes))
        return;
    while (at < end && swim_get_update(&at, end, env->config->nodes, &update)) {
        update.state = update.state == SWIM_DEAD ? SWIM_SUSPECT : update.state;
        swim_take(node, env, &update);
    }
    if (!message->swim_list.is_answer)
        send_list(node, env, from, message->swim_list.round, true);
}

void on_swim_spread(struct node *node, struct env *env, uint32_t from,
                    const struct message *message)
{
    (void)from;
    if (is_running(node))
        swim_take_all(node, env, message->swim_spread.updates);
}

static void set_spread_timer(struct env *env, uint64_t *due_ns, uint64_t interval_ns,
                             enum spread_token kind)
{
    uint64_t now = env_monotonic_ns(env);
    uint64_t late_ns = now - MIN(now, *due_ns);
    *due_ns += (late_ns / interval_ns + 1) * interval_ns;
    env->timer_set(env, *due_ns - now, TIMER_SPREAD, TOKEN(kind, 0),
                   about_probe(env, 7 + kind, *due_ns / interval_ns));
}

void swim_on_spread_timer(struct node *node, struct env *env, uint64_t token)
{
    struct swim *swim = swim_of(node);
    const struct swim_config *config = &env->config->swim;
    if (!is_running(node))
        return;
    if ((token & 3) == SPREAD_UPDATES) {
        spread(node, env);
        set_spread_timer(env, &swim->spread_due_ns, config->gossip_ns, SPREAD_UPDATES);
    } else {
        exchange_lists(node, env, swim->sync_due_ns / config->push_pull_ns);
        knock_at_dead(node, env, swim->sync_due_ns / config->push_pull_ns);
        set_spread_timer(env, &swim->sync_due_ns, config->push_pull_ns, SPREAD_SYNC);
    }
}

/* --- beginning ------------------------------------------------------------------------------- */

void swim_start(struct node *node, struct env *env)
{
    const struct swim_config *config = &env->config->swim;
    struct detector *detector = &node->detector;
    uint64_t now = env_monotonic_ns(env);
    if (env->config->detector != DETECTOR_SWIM)
        return;
    struct swim *swim = detector->swim = env_allocate(env, sizeof *swim);
    detector_start_silences(detector, env);
    swim->members = env_allocate(env, env->config->nodes * sizeof *swim->members);
    swim->order = env_allocate(env, env->config->nodes * sizeof *swim->order);
    swim->is_running = true;
    swim->target = env->self;
    swim->members[env->self].incarnation = node->membership.boots << SWIM_LIFE_SHIFT;
    swim->members[env->self].accusers[0] = (uint16_t)env->self;
    swim_pass_on(node, env->self);
    uint64_t bits = draw(env, STREAM_TARGET, about_probe(env, 9, 0), 0);
    swim->due_ns = now + mix_below(bits, config->probe_interval_ns) + 1;
    set_probe_timer(env, swim->due_ns - now, PROBE_PERIOD,
                    swim->due_ns / config->probe_interval_ns);
    swim->spread_due_ns = swim->sync_due_ns = swim->due_ns;
    if (config->gossip_ns)
        set_spread_timer(env, &swim->spread_due_ns, config->gossip_ns, SPREAD_UPDATES);
    if (config->push_pull_ns)
        set_spread_timer(env, &swim->sync_due_ns, config->push_pull_ns, SPREAD_SYNC);
    exchange_lists(node, env, 0);
}

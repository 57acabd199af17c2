/*
 * detector.c: beating, and noticing who has stopped.
 */
#include "db/member/membership_parts.h"

#include "base/mix.h"
#include "db/about.h"
#include "db/timers.h"

#define STREAM_HEARTBEAT UINT32_C(0x48425452) /* "HBTR" */

/* The round of a heartbeat: how many intervals this clock has run. It needs no
 * memory, so it goes on after a restart instead of starting over. */
static uint64_t round_of(const struct env *env, uint64_t beat_ns)
{
    return beat_ns / env->config->heartbeat_ns;
}

static void set_timer(const struct detector *detector, struct env *env, uint64_t now_ns)
{
    env->timer_set(env, detector->beat_ns - now_ns, TIMER_HEARTBEAT, 0,
                   about_node(ABOUT_HEARTBEAT, env->self, round_of(env, detector->beat_ns)));
}

void detector_start(struct detector *detector, struct env *env)
{
    const struct node_config *config = env->config;
    uint64_t now = env_monotonic_ns(env);
    if (config->heartbeat_ns == 0)
        return;
    detector->peers = env_allocate(env, config->nodes * sizeof *detector->peers);
    for (uint32_t peer = 0; peer < config->nodes; peer++)
        detector->peers[peer].heard_ns = now;
    uint64_t bits = env->random(env, STREAM_HEARTBEAT, about_node(ABOUT_HEARTBEAT, env->self, 0));
    detector->beat_ns = now + mix_below(bits, config->heartbeat_ns) + 1;
    set_timer(detector, env, now);
}

void detector_hear(struct detector *detector, struct env *env, uint32_t peer)
{
    if (!detector->peers || peer >= env->config->nodes)
        return;
    struct peer *entry = &detector->peers[peer];
    uint64_t now = env_monotonic_ns(env);
    if (entry->is_suspected) {
        entry->is_suspected = false;
        env_note(env, NOTE_PEER_HEARD, 0, peer, now - entry->heard_ns, 0);
    }
    entry->heard_ns = now;
}

bool detector_is_up(const struct detector *detector, const struct env *env, uint32_t peer)
{
    return peer == env->self || !detector->peers || !detector->peers[peer].is_suspected;
}

/* Only members are listened for: a spare says nothing, and one that has left is silent for good.
 * And only members listen: nobody beats for others. */
static void suspect_silent_peers(struct detector *detector, const struct topology *topology,
                                 struct env *env, uint64_t now)
{
    bool is_listening = topology_is_member(topology, env->self);
    for (uint32_t i = 0; i < env->config->nodes; i++) {
        struct peer *peer = &detector->peers[i];
        if (!is_listening || !topology_is_member(topology, i))
            peer->heard_ns = now; /* it is heard of from the moment that it becomes one */
        uint64_t silence = now - peer->heard_ns;
        if (i == env->self || peer->is_suspected || silence <= env->config->suspect_after_ns)
            continue;
        peer->is_suspected = true;
        env_note(env, NOTE_PEER_SUSPECTED, 0, i, silence, 0);
    }
}

static void beat(const struct topology *topology, struct env *env, uint64_t round)
{
    uint64_t about = about_node(ABOUT_HEARTBEAT, env->self, round);
    struct message message = {.kind = MESSAGE_HEARTBEAT};
    message.heartbeat.round = round;
    message.heartbeat.topology = topology->version;
    for (uint32_t peer = 0; peer < env->config->nodes; peer++)
        if (peer != env->self && topology_is_member(topology, peer))
            send_message(env, peer, about, &message);
}

/* Beats are due at fixed instants of the clock. Were each one counted from when the last
 * was handled, a busy processor would move all later ones and shift their rounds. What
 * was missed (in a pause) is not made up for. */
void detector_on_timer(struct detector *detector, const struct topology *topology, struct env *env,
                       bool is_ready)
{
    uint64_t now = env_monotonic_ns(env);
    uint64_t interval = env->config->heartbeat_ns;
    if (is_ready && topology_is_member(topology, env->self))
        beat(topology, env, round_of(env, detector->beat_ns));
    suspect_silent_peers(detector, topology, env, now);
    uint64_t late_ns = now - MIN(now, detector->beat_ns);
    detector->beat_ns += (late_ns / interval + 1) * interval;
    set_timer(detector, env, now);
}

/* Hearing it is nearly all, and node_step counts every message as a sign of life. */
void on_heartbeat(struct node *node, struct env *env, uint32_t from, const struct message *message)
{
    membership_heard_of(node, env, from, message->heartbeat.topology);
    if (message->heartbeat.topology < node->membership.now.version)
        membership_tell(node, env, from);
}

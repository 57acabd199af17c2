/*
 * heartbeat.c: beating, member to member.
 *
 * Every member that has recovered sends a heartbeat to every other one each `heartbeat_ns`. With
 * the detector `heartbeat` any message counts as a sign of life; `phi` counts heartbeats only,
 * since it is their intervals that it knows.
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

/* Phi over gossip needs no beats: gossip carries a heartbeat version of everybody. */
bool detector_has_beats(const struct node_config *config)
{
    return config->heartbeat_ns > 0 &&
           (config->detector == DETECTOR_HEARTBEAT ||
            (config->detector == DETECTOR_PHI && !config->phi.is_over_gossip));
}

void detector_start(struct detector *detector, struct env *env)
{
    const struct node_config *config = env->config;
    uint64_t now = env_monotonic_ns(env);
    if (detector_has_beats(config) || config->phi.is_over_gossip)
        detector_start_silences(detector, env);
    if (!detector_has_beats(config))
        return;
    uint64_t bits = env->random(env, STREAM_HEARTBEAT, about_node(ABOUT_HEARTBEAT, env->self, 0));
    detector->beat_ns = now + mix_below(bits, config->heartbeat_ns) + 1;
    set_timer(detector, env, now);
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
    detector_judge(detector, topology, env);
    uint64_t late_ns = now - MIN(now, detector->beat_ns);
    detector->beat_ns += (late_ns / interval + 1) * interval;
    set_timer(detector, env, now);
}

/* Hearing it is nearly all: node_step counts every message as a sign of life, and phi these. */
void on_heartbeat(struct node *node, struct env *env, uint32_t from, const struct message *message)
{
    detector_sample(&node->detector, env, from);
    membership_heard_of(node, env, from, message->heartbeat.topology);
    if (message->heartbeat.topology < node->membership.now.version)
        membership_tell(node, env, from);
}

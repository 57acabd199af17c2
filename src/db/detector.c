/*
 * detector.c: beating, and noticing who has stopped.
 */
#include "db/roles.h"

#include "base/mix.h"
#include "db/about.h"
#include "db/timers.h"

#define STREAM_HEARTBEAT UINT32_C(0x48425452) /* "HBTR" */

void detector_start(struct detector *detector, struct env *env)
{
    const struct node_config *config = env->config;
    detector->started_ns = env_monotonic_ns(env);
    if (config->heartbeat_ns == 0)
        return;
    detector->peers = env_allocate(env, config->nodes * sizeof *detector->peers);
    for (uint32_t peer = 0; peer < config->nodes; peer++)
        detector->peers[peer].heard_ns = detector->started_ns;
    uint64_t bits = env->random(env, STREAM_HEARTBEAT, about_node(ABOUT_HEARTBEAT, env->self, 0));
    uint64_t phase = mix_below(bits, config->heartbeat_ns) + 1;
    env->timer_set(env, phase, TIMER_HEARTBEAT, 0, about_node(ABOUT_HEARTBEAT, env->self, 0));
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

/* The round of a heartbeat: how many intervals this clock has run. It needs no
 * memory, so it goes on after a restart instead of starting over. */
static uint64_t current_round(struct env *env)
{
    return env_monotonic_ns(env) / env->config->heartbeat_ns;
}

static void suspect_silent_peers(struct detector *detector, struct env *env)
{
    uint64_t now = env_monotonic_ns(env);
    for (uint32_t i = 0; i < env->config->nodes; i++) {
        struct peer *peer = &detector->peers[i];
        uint64_t silence = now - peer->heard_ns;
        if (i == env->self || peer->is_suspected || silence <= env->config->suspect_after_ns)
            continue;
        peer->is_suspected = true;
        env_note(env, NOTE_PEER_SUSPECTED, 0, i, silence, 0);
    }
}

void detector_on_timer(struct detector *detector, struct env *env)
{
    uint64_t round = current_round(env);
    uint64_t about = about_node(ABOUT_HEARTBEAT, env->self, round);
    struct message beat = {.kind = MESSAGE_HEARTBEAT};
    beat.heartbeat.round = round;
    for (uint32_t peer = 0; peer < env->config->nodes; peer++)
        if (peer != env->self)
            send_message(env, peer, about, &beat);
    suspect_silent_peers(detector, env);
    env->timer_set(env, env->config->heartbeat_ns, TIMER_HEARTBEAT, 0,
                   about_node(ABOUT_HEARTBEAT, env->self, round + 1));
}

/* Hearing it is all: node_step counts every message as a sign of life. */
void on_heartbeat(struct node *node, struct env *env, uint32_t from, const struct message *message)
{
    (void)node, (void)env, (void)from, (void)message;
}

/*
 * detector.c: the verdicts about peers, whoever comes to them.
 *
 * Heartbeats and phi both wait for a silence to become too long; they differ in what counts as a
 * sign of life and in how long is too long.
 */
#include "db/detect/detector.h"

#include "db/note.h"

static bool is_phi(const struct env *env)
{
    return env->config->detector == DETECTOR_PHI;
}

/* How often a sign of life is expected. */
static uint64_t expected_ns(const struct node_config *config)
{
    return config->phi.is_over_gossip ? config->gossip.interval_ns : config->heartbeat_ns;
}

/* How long one that was never heard of is waited for. */
static uint64_t patience_ns(const struct node_config *config)
{
    return config->phi.is_over_gossip ? config->gossip.ring_delay_ns : config->suspect_after_ns;
}

static void start_windows(struct detector *detector, struct env *env, uint64_t now)
{
    const struct node_config *config = env->config;
    detector->windows = env_allocate(env, config->nodes * sizeof *detector->windows);
    for (uint32_t peer = 0; peer < config->nodes; peer++)
        phi_begin(&detector->windows[peer], now, patience_ns(config));
    if (config->phi.form == PHI_NORMAL)
        detector->phi_deviations =
            phi_normal_deviations((double)config->phi.threshold_milli / 1000);
}

void detector_start_silences(struct detector *detector, struct env *env)
{
    const struct node_config *config = env->config;
    uint64_t now = env_monotonic_ns(env);
    detector->peers = env_allocate(env, config->nodes * sizeof *detector->peers);
    for (uint32_t peer = 0; peer < config->nodes; peer++)
        detector->peers[peer].heard_ns = now;
    if (is_phi(env))
        start_windows(detector, env, now);
}

bool detector_is_up(const struct detector *detector, const struct env *env, uint32_t peer)
{
    return peer == env->self || !detector->peers || !detector->peers[peer].is_suspected;
}

void detector_take_for_down(struct detector *detector, struct env *env, uint32_t peer)
{
    struct peer *entry = &detector->peers[peer];
    if (entry->is_suspected || peer == env->self)
        return;
    uint64_t now = env_monotonic_ns(env);
    entry->is_suspected = true;
    env_note(env, NOTE_PEER_SUSPECTED, 0, peer, now - entry->heard_ns, 0);
}

void detector_take_for_up(struct detector *detector, struct env *env, uint32_t peer)
{
    struct peer *entry = &detector->peers[peer];
    uint64_t now = env_monotonic_ns(env);
    if (entry->is_suspected) {
        entry->is_suspected = false;
        env_note(env, NOTE_PEER_HEARD, 0, peer, now - entry->heard_ns, 0);
    }
    entry->heard_ns = now;
}

void detector_hear(struct detector *detector, struct env *env, uint32_t peer)
{
    if (detector->peers && peer < env->config->nodes && env->config->detector == DETECTOR_HEARTBEAT)
        detector_take_for_up(detector, env, peer);
}

void detector_sample(struct detector *detector, struct env *env, uint32_t peer)
{
    if (!detector->windows || peer >= env->config->nodes)
        return;
    phi_hear(&detector->windows[peer], env, &env->config->phi, detector->phi_deviations,
             env_monotonic_ns(env), expected_ns(env->config), detector->peers[peer].is_suspected);
    detector_take_for_up(detector, env, peer);
}

static uint64_t limit_ns(const struct detector *detector, const struct env *env, uint32_t peer)
{
    return detector->windows ? detector->windows[peer].limit_ns : env->config->suspect_after_ns;
}

static void note_phi(const struct detector *detector, struct env *env, uint32_t peer)
{
    const struct phi_window *window = &detector->windows[peer];
    env_note(env, NOTE_PHI_CROSSED, 0, peer, (uint64_t)(phi_mean_us(window) * 1000),
             window->limit_ns);
}

/* Only members are listened for: a spare says nothing, and one that has left is silent for good.
 * And only members listen: nobody beats for others. */
void detector_judge(struct detector *detector, const struct topology *topology, struct env *env)
{
    uint64_t now = env_monotonic_ns(env);
    bool is_listening = topology_is_member(topology, env->self);
    if (!detector->peers)
        return;
    for (uint32_t i = 0; i < env->config->nodes; i++) {
        struct peer *peer = &detector->peers[i];
        bool is_heard = detector->windows && detector->windows[i].is_heard;
        if ((!is_listening || !topology_is_member(topology, i)) && !is_heard)
            peer->heard_ns = now; /* it is heard of from the moment that it becomes one */
        uint64_t silence = now - MIN(peer->heard_ns, now);
        if (i == env->self || peer->is_suspected || silence <= limit_ns(detector, env, i))
            continue;
        if (detector->windows)
            note_phi(detector, env, i);
        detector_take_for_down(detector, env, i);
    }
}

/*
 * load/peers.c: counting what is outstanding, averaging what was measured.
 */
#include "db/load/peers.h"

#include "db/config.h"

#define WEIGHT 4 /* a new measurement counts for one part in so many */

static struct peer_load *peer_at(struct load_peers *load, uint32_t peer)
{
    return &load->peers[peer];
}

void load_asked(struct load_peers *load, struct env *env, uint32_t peer)
{
    if (!load->peers)
        load->peers = env_allocate(env, env->config->nodes * sizeof *load->peers);
    peer_at(load, peer)->outstanding++;
    peer_at(load, peer)->asked++;
}

static uint64_t average(uint64_t before, uint64_t measured)
{
    return before - before / WEIGHT + measured / WEIGHT;
}

/* The first measurement counts in full; an average of 0 would mean that there is none. */
static void measure(struct peer_load *peer, uint64_t latency_ns)
{
    uint64_t latency = peer->latency_ns ? average(peer->latency_ns, latency_ns) : latency_ns;
    peer->latency_ns = MAX(latency, 1u);
}

void load_answered(struct load_peers *load, uint32_t peer, uint64_t latency_ns, uint64_t waiting)
{
    struct peer_load *entry = peer_at(load, peer);
    entry->outstanding--;
    entry->queue_milli =
        entry->latency_ns ? average(entry->queue_milli, waiting * 1000) : waiting * 1000;
    measure(entry, latency_ns);
}

void load_given_up(struct load_peers *load, uint32_t peer, uint64_t waited_ns)
{
    struct peer_load *entry = peer_at(load, peer);
    entry->outstanding--;
    if (waited_ns > entry->latency_ns)
        measure(entry, waited_ns);
}

void load_reset_if_due(struct load_peers *load, struct env *env)
{
    uint64_t now = env_monotonic_ns(env), span = env->config->load.reset_ns;
    if (!load->peers || span == 0 || now - load->reset_ns < span)
        return;
    load->reset_ns = now;
    for (uint32_t i = 0; i < env->config->nodes; i++)
        load->peers[i].latency_ns = load->peers[i].queue_milli = 0;
}

struct peer_load load_of(const struct load_peers *load, uint32_t peer)
{
    return load->peers ? load->peers[peer] : (struct peer_load){0};
}

/*
 * gossip.c: the table, what a node tells of itself, the round, and whom to talk to.
 *
 * Whom to talk to is Cassandra's rule (Gossiper.java, GossipTask): one live node at random; one
 * that counts as down with chance down / (live + 1); and a seed, if the live one was none or fewer
 * are live than there are seeds, with chance seeds / (live + down), or surely when none is live.
 *
 * Rounds are due at fixed instants of the clock, as heartbeats are (detect/heartbeat.c), so a
 * round's number, which its messages are about, needs no memory.
 */
#include "db/gossip/gossip.h"

#include "base/digest.h"
#include "base/mix.h"
#include "db/about.h"
#include "db/member/membership_parts.h"
#include "db/safeguard.h"
#include "db/timers.h"

#define STREAM_GOSSIP      UINT32_C(0x47535350) /* "GSSP": the phase, and the live one */
#define STREAM_UNREACHABLE UINT32_C(0x47554e52) /* "GUNR" */
#define STREAM_SEED        UINT32_C(0x47534544) /* "GSED" */

#define LOAD_EVERY_ROUNDS 10 /* rows and bytes change all the time: not every change is news */

static uint64_t round_of(const struct env *env, uint64_t due_ns)
{
    return due_ns / env->config->gossip.interval_ns;
}

static uint64_t about_round(const struct env *env, uint64_t round)
{
    return about_node(ABOUT_GOSSIP, env->self, round);
}

/* --- the own entry --------------------------------------------------------------------------- */

static uint64_t schema_hash(const struct node_config *config)
{
    struct digest digest = digest_start();
    digest_word(&digest, config->placement.strategy);
    digest_word(&digest, config->placement.hash);
    digest_word(&digest, config->placement.seed);
    digest_word(&digest, config->replication);
    return digest.low >> 32;
}

static void tell(struct node *node, struct env *env, enum gossip_state state, uint64_t value)
{
    struct gossip *gossip = &node->gossip;
    struct gossip_told *own = &gossip->told[env->self];
    if (own->versions[state] && own->values[state] == value)
        return;
    own->values[state] = value;
    own->versions[state] = ++gossip->version;
    gossip->heads[env->self].newest = gossip->version;
    if (state == GOSSIP_STATUS || state == GOSSIP_TOPOLOGY)
        gossip_add_rumour(gossip, env->self);
}

static void tell_all(struct node *node, struct env *env)
{
    struct gossip *gossip = &node->gossip;
    const struct topology *topology = &node->membership.now;
    tell(node, env, GOSSIP_STATUS, topology->states[env->self]);
    tell(node, env, GOSSIP_TOPOLOGY, topology->version);
    tell(node, env, GOSSIP_SCHEMA, schema_hash(env->config));
    if (gossip->rounds % LOAD_EVERY_ROUNDS == 0) {
        tell(node, env, GOSSIP_ROWS, store_count(&node->storage.store));
        tell(node, env, GOSSIP_BYTES, store_bytes(&node->storage.store));
    }
    gossip->heads[env->self].heartbeat = ++gossip->version;
}

void gossip_add_rumour(struct gossip *gossip, uint32_t peer)
{
    gossip->rumours[gossip->rumour_count++ % GOSSIP_RUMOURS_MAX] =
        (struct gossip_rumour){peer, gossip->rounds};
}

/* --- beginning ------------------------------------------------------------------------------- */

static void set_timer(const struct gossip *gossip, struct env *env, uint64_t now_ns)
{
    env->timer_set(env, gossip->due_ns - now_ns, TIMER_GOSSIP, 0,
                   about_round(env, round_of(env, gossip->due_ns)));
}

/* A life's number, or as Cassandra has it: the time at which it began, in seconds. */
static uint64_t own_generation(const struct node *node, struct env *env)
{
    if (!env->config->gossip.is_generation_clock)
        return node->membership.boots;
    int64_t wall = env_wall_ns(env);
    return (uint64_t)MAX(wall, 0) / UINT64_C(1000000000) + 1;
}

void gossip_start(struct node *node, struct env *env)
{
    struct gossip *gossip = &node->gossip;
    const struct gossip_config *config = &env->config->gossip;
    uint64_t now = env_monotonic_ns(env);
    if (!config->is_on)
        return;
    gossip->heads = env_allocate(env, env->config->nodes * sizeof *gossip->heads);
    gossip->told = env_allocate(env, env->config->nodes * sizeof *gossip->told);
    gossip->quarantined_ns = env_allocate(env, env->config->nodes * sizeof(uint64_t));
    gossip->digests = env_allocate(env, config->message_bytes);
    gossip->deltas = env_allocate(env, config->message_bytes);
    gossip->is_running = true;
    gossip->heads[env->self].generation = own_generation(node, env);
    uint64_t bits = env->random(env, STREAM_GOSSIP, about_round(env, 0));
    gossip->due_ns = now + mix_below(bits, config->interval_ns) + 1;
    tell_all(node, env);
    set_timer(gossip, env, now);
}

/* --- who has left ---------------------------------------------------------------------------- */

static bool has_left(const struct node *node, uint32_t peer)
{
    return topology_is_gone(&node->membership.now, peer);
}

/* Who has left is not believed in, as long as this node knows that it has; a spare that fell
 * silent and was forgotten, for as long as somebody may still tell of it (Cassandra:
 * quarantine of 2 * RING_DELAY). */
bool gossip_is_quarantined(const struct node *node, struct env *env, uint32_t peer)
{
    uint64_t until = node->gossip.quarantined_ns[peer];
    return until && (has_left(node, peer) || env_monotonic_ns(env) < until);
}

static void forget(struct node *node, struct env *env, uint32_t peer)
{
    struct gossip *gossip = &node->gossip;
    uint64_t quarantine = 2 * env->config->gossip.ring_delay_ns;
    gossip->heads[peer] = (struct gossip_head){0, 0, 0};
    gossip->told[peer] = (struct gossip_told){.learned_from = peer};
    gossip->quarantined_ns[peer] = env_monotonic_ns(env) + quarantine;
    env_note(env, NOTE_GOSSIP_FORGOTTEN, 0, peer, quarantine, 0);
}

void gossip_on_topology(struct node *node, struct env *env)
{
    struct gossip *gossip = &node->gossip;
    for (uint32_t peer = 0; gossip->is_running && peer < env->config->nodes; peer++)
        if (peer != env->self && has_left(node, peer) && gossip->heads[peer].generation)
            forget(node, env, peer);
}

/* A node that is no member and has been silent for long: who it was, nobody needs to know. */
static void forget_silent_spares(struct node *node, struct env *env, uint64_t now)
{
    const struct topology *topology = &node->membership.now;
    const struct detector *detector = &node->detector;
    if (!topology_is_member(topology, env->self) || !detector->windows)
        return;
    for (uint32_t peer = 0; peer < env->config->nodes; peer++)
        if (peer != env->self && !topology_is_member(topology, peer) && !has_left(node, peer) &&
            node->gossip.heads[peer].generation &&
            now - MIN(now, detector->windows[peer].last_ns) > env->config->gossip.ring_delay_ns)
            forget(node, env, peer);
}

/* --- whom to talk to ------------------------------------------------------------------------- */

static bool is_seed(const struct env *env, uint32_t peer)
{
    const struct gossip_config *config = &env->config->gossip;
    for (uint32_t i = 0; i < config->seed_count; i++)
        if (config->seeds[i] == peer)
            return true;
    return false;
}

/* A member knows the members; a spare was told the seeds, and learns of the others. */
bool gossip_is_known(const struct node *node, const struct env *env, uint32_t peer)
{
    const struct topology *topology = &node->membership.now;
    if (peer == env->self)
        return false;
    if (node->gossip.heads[peer].generation)
        return true;
    return !has_left(node, peer) &&
           (is_seed(env, peer) ||
            (topology_is_member(topology, env->self) && topology_is_member(topology, peer)));
}

static void count_peers(struct node *node, struct env *env)
{
    struct gossip *gossip = &node->gossip;
    gossip->live = gossip->unreachable = 0;
    for (uint32_t peer = 0; peer < env->config->nodes; peer++) {
        if (!gossip_is_known(node, env, peer))
            continue;
        if (detector_is_up(&node->detector, env, peer))
            gossip->live++;
        else
            gossip->unreachable++;
    }
}

/* The n-th of those that are known and up, or known and down. */
static uint32_t find_peer(const struct node *node, const struct env *env, bool is_up, uint64_t n)
{
    for (uint32_t peer = 0; peer < env->config->nodes; peer++)
        if (gossip_is_known(node, env, peer) &&
            detector_is_up(&node->detector, env, peer) == is_up && n-- == 0)
            return peer;
    return env->self;
}

static void talk_to_one_that_is_down(struct node *node, struct env *env, uint64_t round)
{
    const struct gossip *gossip = &node->gossip;
    uint64_t bits = env->random(env, STREAM_UNREACHABLE, about_round(env, round));
    if (mix_below(bits, gossip->live + 1) >= gossip->unreachable)
        return;
    uint64_t n = mix_below(mix_bits(bits), gossip->unreachable);
    gossip_send_syn(node, env, find_peer(node, env, false, n), round);
}

static void talk_to_a_seed(struct node *node, struct env *env, uint64_t round)
{
    const struct gossip_config *config = &env->config->gossip;
    const struct gossip *gossip = &node->gossip;
    uint64_t bits = env->random(env, STREAM_SEED, about_round(env, round));
    uint64_t others = gossip->live + gossip->unreachable;
    if (config->seed_count == 0 ||
        (gossip->live > 0 && mix_below(bits, others) >= config->seed_count))
        return;
    uint32_t seed = config->seeds[mix_below(mix_bits(bits), config->seed_count)];
    if (seed != env->self)
        gossip_send_syn(node, env, seed, round);
}

static void talk(struct node *node, struct env *env, uint64_t round)
{
    const struct gossip *gossip = &node->gossip;
    uint32_t partner = env->self;
    if (gossip->live > 0) {
        uint64_t bits = env->random(env, STREAM_GOSSIP, about_round(env, round));
        partner = find_peer(node, env, true, mix_below(bits, gossip->live));
        gossip_send_syn(node, env, partner, round);
    }
    if (gossip->unreachable > 0)
        talk_to_one_that_is_down(node, env, round);
    if (gossip->live == 0 || !is_seed(env, partner) ||
        gossip->live < env->config->gossip.seed_count)
        talk_to_a_seed(node, env, round);
}

/* --- the round ------------------------------------------------------------------------------- */

void gossip_on_timer(struct node *node, struct env *env)
{
    struct gossip *gossip = &node->gossip;
    uint64_t now = env_monotonic_ns(env);
    uint64_t interval = env->config->gossip.interval_ns;
    gossip->rounds++;
    if (!has_left(node, env->self)) {
        tell_all(node, env);
        forget_silent_spares(node, env, now);
        detector_judge(&node->detector, &node->membership.now, env);
        count_peers(node, env);
        talk(node, env, round_of(env, gossip->due_ns));
    }
    uint64_t late_ns = now - MIN(now, gossip->due_ns);
    gossip->due_ns += (late_ns / interval + 1) * interval;
    set_timer(gossip, env, now);
}

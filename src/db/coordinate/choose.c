/*
 * coordinate/choose.c: in which order a read asks the replicas of its key.
 *
 *   primary            the preference list as it is: the first replica of a range gets all its
 *                      reads, however slow it is
 *   random             even on average, but by chance some node is asked much more than others:
 *                      of n reads on n nodes one gets about log n / log log n
 *   p2c                two at random, the less loaded of both: about log log n
 *                      (Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing",
 *                      1996)
 *   least_outstanding  the fewest of all; every coordinator sees only its own reads, so several of
 *                      them may run after the same one
 *   fastest            the preference list, unless its order is worse than that by latency by more
 *                      than the badness threshold (Cassandra: DynamicEndpointSnitch)
 *   c3                 latency, plus the cube of the estimated queue times the service time
 *                      (Suresh et al., "C3: Cutting Tail Latency in Cloud Data Stores via Adaptive
 *                      Replica Selection", NSDI 2015, section 3.1)
 *
 * The coordinator itself, if it has the key, is always asked, whatever the order: it needs no
 * message (read.c).
 */
#include "db/coordinate/choose.h"

#include "base/mix.h"

#define STREAM_CHOOSE UINT32_C(0x43484f53) /* "CHOS" */

static void swap(uint32_t *replicas, uint32_t i, uint32_t j)
{
    uint32_t one = replicas[i];
    replicas[i] = replicas[j];
    replicas[j] = one;
}

/* Fisher and Yates. */
static void shuffle(uint64_t bits, uint32_t *replicas, uint32_t count)
{
    for (uint32_t i = 0; i + 1 < count; i++)
        swap(replicas, i, i + (uint32_t)mix_below(mix_pair(bits, i), count - i));
}

static void rotate(uint32_t *replicas, uint32_t count, uint64_t by)
{
    uint32_t turned[REPLICATION_MAX];
    for (uint32_t i = 0; i < count; i++)
        turned[i] = replicas[(i + by) % count];
    for (uint32_t i = 0; i < count; i++)
        replicas[i] = turned[i];
}

/* Stable: equal ones keep their order. */
static void sort_by(const uint64_t *scores, uint32_t *replicas, uint32_t count)
{
    uint64_t kept[REPLICATION_MAX];
    for (uint32_t i = 0; i < count; i++) {
        uint32_t replica = replicas[i], at = i;
        for (; at > 0 && kept[at - 1] > scores[i]; at--) {
            kept[at] = kept[at - 1];
            replicas[at] = replicas[at - 1];
        }
        kept[at] = scores[i];
        replicas[at] = replica;
    }
}

static void order_by_two_choices(const struct load_peers *load, uint64_t bits, uint32_t *replicas,
                                 uint32_t count)
{
    shuffle(bits, replicas, count);
    for (uint32_t i = 0; i + 1 < count; i++)
        if (load_of(load, replicas[i + 1]).outstanding < load_of(load, replicas[i]).outstanding)
            swap(replicas, i, i + 1);
}

static void order_by_outstanding(const struct load_peers *load, uint64_t bits, uint32_t *replicas,
                                 uint32_t count)
{
    uint64_t scores[REPLICATION_MAX];
    shuffle(bits, replicas, count);
    for (uint32_t i = 0; i < count; i++)
        scores[i] = load_of(load, replicas[i]).outstanding;
    sort_by(scores, replicas, count);
}

/* The order of the preference list stays while no replica in it is by more than the threshold
 * slower than the one that stands at its place in the order by latency
 * (DynamicEndpointSnitch.sortByProximityWithBadness). One that was never measured counts as fast,
 * so that it is measured. */
static void order_by_latency(const struct load_peers *load, uint32_t badness_percent,
                             uint32_t *replicas, uint32_t count)
{
    uint64_t scores[REPLICATION_MAX];
    uint32_t sorted[REPLICATION_MAX];
    for (uint32_t i = 0; i < count; i++) {
        scores[i] = load_of(load, replicas[i]).latency_ns;
        sorted[i] = replicas[i];
    }
    sort_by(scores, sorted, count);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t best = load_of(load, sorted[i]).latency_ns;
        if (scores[i] <= best + best / 100 * badness_percent)
            continue;
        for (uint32_t j = 0; j < count; j++)
            replicas[j] = sorted[j];
        return;
    }
}

/* C3: the queue there is what this node has outstanding, for every coordinator, and what the
 * replica has last said; its cube, so that a long queue weighs more than a slow node. The service
 * time is what is left of the latency when the queue has been divided out. */
static uint64_t cubic_score(const struct load_peers *load, const struct env *env, uint32_t replica)
{
    struct peer_load peer = load_of(load, replica);
    uint64_t queue_milli =
        1000 + (uint64_t)peer.outstanding * env->config->nodes * 1000 + peer.queue_milli;
    uint64_t service_ns = peer.latency_ns / (1 + peer.queue_milli / 1000);
    uint64_t queue = MIN(queue_milli / 1000, 2000u); /* the cube stays far below 2^64 */
    return peer.latency_ns + queue * queue * queue * (service_ns / 1000);
}

static void order_by_c3(const struct load_peers *load, const struct env *env, uint64_t bits,
                        uint32_t *replicas, uint32_t count)
{
    uint64_t scores[REPLICATION_MAX];
    shuffle(bits, replicas, count);
    for (uint32_t i = 0; i < count; i++)
        scores[i] = cubic_score(load, env, replicas[i]);
    sort_by(scores, replicas, count);
}

void choose_order(struct node *node, struct env *env, uint64_t about, uint32_t *replicas,
                  uint32_t count)
{
    const struct load_config *config = &env->config->load;
    struct load_peers *load = &node->load;
    if (config->replica_choice == REPLICA_CHOICE_PRIMARY || count < 2)
        return;
    uint64_t bits = env->random(env, STREAM_CHOOSE, about);
    load_reset_if_due(load, env);
    switch (config->replica_choice) {
    case REPLICA_CHOICE_RANDOM: shuffle(bits, replicas, count); break;
    case REPLICA_CHOICE_ROUND_ROBIN: rotate(replicas, count, load->turn++); break;
    case REPLICA_CHOICE_P2C: order_by_two_choices(load, bits, replicas, count); break;
    case REPLICA_CHOICE_LEAST: order_by_outstanding(load, bits, replicas, count); break;
    case REPLICA_CHOICE_C3: order_by_c3(load, env, bits, replicas, count); break;
    default: order_by_latency(load, config->badness_percent, replicas, count);
    }
}

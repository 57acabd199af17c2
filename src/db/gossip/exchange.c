/*
 * exchange.c: the three messages of gossip, and what is taken from them.
 *
 * What is compared is (generation, version). With equal generations, whoever has the higher
 * version tells what is above the other's; a higher generation is told whole, since it is another
 * life. Nobody is told about itself: a node is the only source of its own states.
 */
#include "base/mix.h"
#include "db/about.h"
#include "db/gossip/gossip.h"
#include "db/member/membership_parts.h"
#include "db/safeguard.h"

#define STREAM_STRETCH UINT32_C(0x47535452) /* "GSTR": where the stretch of the rest begins */

/* Of a clock a generation is absurd beyond generation_ahead (Cassandra,
 * Gossiper.MAX_GENERATION_DIFFERENCE: one year); of a count of lives beyond this. */
#define LIVES_AHEAD_MAX   UINT64_C(1000000)

/* --- what is sent ---------------------------------------------------------------------------- */

/* A field that is being filled. */
struct field {
    uint8_t *from, *to, *end;
};

static struct field open_field(uint8_t *from, uint32_t bytes)
{
    return (struct field){from, from, from + bytes};
}

static struct bytes closed(const struct field *field)
{
    return (struct bytes){field->from, (uint64_t)(field->to - field->from)};
}

/* The node, and what is known of it above a version. False when it did not fit: then nothing of
 * it was written. The decisive line of gossip_wire.h's rule is here: all of it, or nothing. */
static bool put_news(const struct gossip *gossip, struct field *field, uint32_t node,
                     uint64_t above)
{
    const struct gossip_head *head = &gossip->heads[node];
    const struct gossip_told *told = &gossip->told[node];
    struct gossip_delta delta = {.generation = head->generation, .node = node,
                                 .heartbeat = head->heartbeat};
    uint8_t bytes[GOSSIP_DELTA_BYTES_MAX];
    for (uint32_t state = 0; state < GOSSIP_STATE_COUNT && head->newest > above; state++)
        if (told->versions[state] > above) {
            delta.mask |= 1u << state;
            delta.versions[state] = told->versions[state];
            delta.values[state] = told->values[state];
        }
    bool has_room = field->end - field->to >= (ptrdiff_t)sizeof bytes;
    uint8_t *start = has_room ? field->to : bytes;
    uint32_t size = (uint32_t)(gossip_put_delta(start, &delta) - start);
    if (!has_room && field->end - field->to < (ptrdiff_t)size)
        return false;
    for (uint32_t i = 0; !has_room && i < size; i++)
        field->to[i] = bytes[i];
    field->to += size;
    return true;
}

static bool put_digest(struct field *field, uint32_t node, uint64_t generation, uint64_t version)
{
    struct gossip_digest digest = {generation, version, node, 0};
    if (field->end - field->to < GOSSIP_DIGEST_BYTES_MAX)
        return false;
    field->to = gossip_put_digest(field->to, &digest);
    return true;
}

/* Nodes that are in a message already: a bit each. */
struct mentioned {
    uint64_t bits[(NODES_MAX + 63) / 64];
};

static bool mention(struct mentioned *mentioned, uint32_t node)
{
    uint64_t bit = UINT64_C(1) << (node & 63);
    bool is_new = !(mentioned->bits[node >> 6] & bit);
    mentioned->bits[node >> 6] |= bit;
    return is_new;
}

static bool put_known(const struct gossip *gossip, struct field *field,
                      struct mentioned *mentioned, uint32_t node)
{
    const struct gossip_head *head = &gossip->heads[node];
    return !head->generation || !mention(mentioned, node) ||
           put_digest(field, node, head->generation, gossip_version(head));
}

/* How many rounds a rumour is hot: by then all have heard it, but for one in n or so. */
static uint32_t hot_rounds(const struct env *env)
{
    uint32_t doublings = 0;
    while (1u << doublings < env->config->nodes)
        doublings++;
    return 2 * doublings + 4;
}

/* The i-th newest rumour that is still hot, or NULL. */
static const struct gossip_rumour *hot_rumour(const struct gossip *gossip, const struct env *env,
                                              uint32_t i)
{
    if (i >= MIN(gossip->rumour_count, GOSSIP_RUMOURS_MAX))
        return NULL;
    const struct gossip_rumour *rumour =
        &gossip->rumours[(gossip->rumour_count - 1 - i) % GOSSIP_RUMOURS_MAX];
    return gossip->rounds - rumour->round <= hot_rounds(env) ? rumour : NULL;
}

void gossip_send_syn(struct node *node, struct env *env, uint32_t to, uint64_t round)
{
    const struct gossip *gossip = &node->gossip;
    uint64_t about = about_node(ABOUT_GOSSIP, env->self, round);
    struct field digests = open_field(gossip->digests, env->config->gossip.message_bytes);
    struct mentioned mentioned = {0};
    const struct gossip_rumour *rumour;
    put_known(gossip, &digests, &mentioned, env->self);
    for (uint32_t i = 0; (rumour = hot_rumour(gossip, env, i)) != NULL; i++)
        put_known(gossip, &digests, &mentioned, rumour->node);
    uint32_t nodes = env->config->nodes;
    uint32_t start = (uint32_t)mix_below(env->random(env, STREAM_STRETCH, about), nodes);
    for (uint32_t i = 0; i < nodes; i++) {
        uint32_t next = start + i < nodes ? start + i : start + i - nodes;
        if (!put_known(gossip, &digests, &mentioned, next))
            break;
    }
    struct message syn = {.kind = MESSAGE_GOSSIP_SYN};
    syn.gossip_syn.round = round;
    syn.gossip_syn.digests = closed(&digests);
    send_message(env, to, about, &syn);
}

/* --- what is taken --------------------------------------------------------------------------- */

static uint64_t highest_believable(const struct gossip_head *head, struct env *env)
{
    if (!env->config->gossip.is_generation_clock)
        return head->generation + LIVES_AHEAD_MAX;
    int64_t wall = env_wall_ns(env);
    return (uint64_t)MAX(wall, 0) / UINT64_C(1000000000) +
           env->config->gossip.generation_ahead_ns / UINT64_C(1000000000);
}

static uint64_t about_life(const struct gossip_delta *delta)
{
    return about_node(ABOUT_GOSSIP, delta->node, delta->generation);
}

/* Safeguard generation-check: an absurd one is ignored, or the true ones never would be heard. */
static bool is_believable(struct node *node, struct env *env, uint32_t from,
                          const struct gossip_delta *delta)
{
    if (delta->generation <= highest_believable(&node->gossip.heads[delta->node], env))
        return true;
    if (safeguard_is_on(env->config, SAFEGUARD_GENERATION_CHECK)) {
        if (from == delta->node)
            env_note(env, NOTE_GOSSIP_UNBELIEVED, 0, delta->node, delta->generation, from);
        return false;
    }
    if (delta->generation > node->gossip.heads[delta->node].generation)
        safeguard_note_broken(env, SAFEGUARD_GENERATION_CHECK, about_life(delta),
                              delta->generation);
    return true;
}

/* Safeguard quarantine: who was removed is not brought back by those who have not heard. */
static bool is_barred(struct node *node, struct env *env, uint32_t from,
                      const struct gossip_delta *delta)
{
    uint32_t peer = delta->node;
    if (!gossip_is_quarantined(node, env, peer))
        return false;
    if (safeguard_is_on(env->config, SAFEGUARD_GOSSIP_QUARANTINE)) {
        env_note(env, NOTE_GOSSIP_QUARANTINED, 0, peer, from, delta->generation);
        return true;
    }
    if (!node->gossip.heads[peer].generation) {
        safeguard_note_broken(env, SAFEGUARD_GOSSIP_QUARANTINE,
                              about_life(delta), peer);
        env_note(env, NOTE_GOSSIP_REVIVED, 0, peer, from, delta->generation);
    }
    return false;
}

/* A life that this node did not know of: what it knew of the one before is void. */
static void begin_life(struct node *node, struct env *env, uint32_t from,
                       const struct gossip_delta *delta)
{
    struct gossip_head *head = &node->gossip.heads[delta->node];
    uint32_t kind = head->generation ? NOTE_GOSSIP_RESTARTED : NOTE_GOSSIP_MET;
    env_note(env, kind, 0, delta->node, delta->generation, from);
    *head = (struct gossip_head){.generation = delta->generation};
    node->gossip.told[delta->node] = (struct gossip_told){.learned_from = from};
}

static void take_state(struct node *node, struct env *env, uint32_t from,
                       const struct gossip_delta *delta, uint32_t state)
{
    struct gossip *gossip = &node->gossip;
    struct gossip_told *told = &gossip->told[delta->node];
    uint64_t value = delta->values[state];
    if (state == GOSSIP_TOPOLOGY && told->versions[state] && value > told->values[state])
        env_note(env, NOTE_GOSSIP_NEWS, 0, delta->node, value, from);
    if (state == GOSSIP_TOPOLOGY && value > gossip->newest_topology) {
        gossip->newest_topology = value;
        gossip->newest_holder = delta->node;
    }
    told->versions[state] = delta->versions[state];
    told->values[state] = value;
    told->learned_from = from;
}

static void take_states(struct node *node, struct env *env, uint32_t from,
                        const struct gossip_delta *delta)
{
    struct gossip *gossip = &node->gossip;
    struct gossip_head *head = &gossip->heads[delta->node];
    const uint32_t hot = 1u << GOSSIP_STATUS | 1u << GOSSIP_TOPOLOGY;
    uint32_t taken = 0;
    for (uint32_t state = 0; state < GOSSIP_STATE_COUNT; state++)
        if ((delta->mask & 1u << state) &&
            delta->versions[state] > gossip->told[delta->node].versions[state]) {
            take_state(node, env, from, delta, state);
            head->newest = MAX(head->newest, delta->versions[state]);
            taken |= 1u << state;
        }
    if (taken & hot)
        gossip_add_rumour(gossip, delta->node);
}

static void take_delta(struct node *node, struct env *env, uint32_t from,
                       const struct gossip_delta *delta)
{
    struct gossip_head *head = &node->gossip.heads[delta->node];
    if (delta->node == env->self || delta->generation == 0 || is_barred(node, env, from, delta) ||
        !is_believable(node, env, from, delta))
        return;
    if (delta->generation < head->generation) {
        if (from == delta->node)
            env_note(env, NOTE_GOSSIP_OUTDATED, 0, from, delta->generation, head->generation);
        return;
    }
    if (delta->generation > head->generation)
        begin_life(node, env, from, delta);
    if (delta->mask)
        take_states(node, env, from, delta);
    if (delta->heartbeat > head->heartbeat) {
        head->heartbeat = delta->heartbeat;
        if (env->config->phi.is_over_gossip)
            detector_sample(&node->detector, env, delta->node);
    }
}

/* Somebody goes by a later topology: ask who tells of it, if that one has it, else who has it. */
static void ask_for_topology(struct node *node, struct env *env, uint32_t from)
{
    struct gossip *gossip = &node->gossip;
    uint64_t known = node->membership.now.version;
    if (gossip->newest_topology <= known || gossip->asked_round == gossip->rounds)
        return;
    bool has_it = gossip->told[from].values[GOSSIP_TOPOLOGY] > known;
    struct message ask = {.kind = MESSAGE_TOPOLOGY_ASK, .round = (uint8_t)gossip->rounds};
    ask.topology_ask.topology = known;
    gossip->asked_round = gossip->rounds;
    uint64_t round = gossip->due_ns / env->config->gossip.interval_ns;
    send_message(env, has_it ? from : gossip->newest_holder,
                 about_node(ABOUT_GOSSIP, env->self, round), &ask);
}

static bool take_deltas(struct node *node, struct env *env, uint32_t from, struct bytes deltas)
{
    const uint8_t *at = deltas.data, *end = deltas.data + deltas.size;
    struct gossip_delta delta;
    if (!gossip_are_deltas(deltas, env->config->nodes)) {
        env_note(env, NOTE_MESSAGE_REJECTED, 0, REASON_BAD_MESSAGE, deltas.size, from);
        return false;
    }
    while (at < end && gossip_get_delta(&at, end, env->config->nodes, &delta))
        take_delta(node, env, from, &delta);
    ask_for_topology(node, env, from);
    return true;
}

/* --- the three messages ---------------------------------------------------------------------- */

/* One digest of a syn: is this node behind, ahead, or neither? */
static void compare(struct node *node, struct env *env, const struct gossip_digest *digest,
                    struct field *wanted, struct field *news)
{
    const struct gossip *gossip = &node->gossip;
    const struct gossip_head *head = &gossip->heads[digest->node];
    bool is_same_life = digest->generation == head->generation;
    uint64_t version = gossip_version(head);
    if (digest->generation < head->generation || (is_same_life && digest->version < version))
        put_news(gossip, news, digest->node, is_same_life ? digest->version : 0);
    else if (digest->node != env->self && (!is_same_life || digest->version > version))
        put_digest(wanted, digest->node, head->generation, is_same_life ? version : 0);
}

/* What the syn had no room for: whom it did not mention. */
static void add_rumours(const struct gossip *gossip, struct env *env, struct mentioned *mentioned,
                        struct field *news)
{
    const struct gossip_rumour *rumour;
    for (uint32_t i = 0; (rumour = hot_rumour(gossip, env, i)) != NULL; i++)
        if (gossip->heads[rumour->node].generation && mention(mentioned, rumour->node))
            put_news(gossip, news, rumour->node, 0);
}

void on_gossip_syn(struct node *node, struct env *env, uint32_t from, const struct message *message)
{
    struct gossip *gossip = &node->gossip;
    struct bytes digests = message->gossip_syn.digests;
    const uint8_t *at = digests.data, *end = digests.data + digests.size;
    struct gossip_digest digest;
    struct mentioned mentioned = {0};
    if (!gossip->is_running)
        return;
    if (!gossip_are_digests(digests, env->config->nodes)) {
        env_note(env, NOTE_MESSAGE_REJECTED, 0, REASON_BAD_MESSAGE, digests.size, from);
        return;
    }
    uint32_t half = env->config->gossip.message_bytes / 2;
    struct field wanted = open_field(gossip->digests, half);
    struct field news = open_field(gossip->deltas, half);
    while (at < end && gossip_get_digest(&at, end, env->config->nodes, &digest)) {
        mention(&mentioned, digest.node);
        if (!gossip_is_quarantined(node, env, digest.node) ||
            !safeguard_is_on(env->config, SAFEGUARD_GOSSIP_QUARANTINE))
            compare(node, env, &digest, &wanted, &news);
    }
    if (mention(&mentioned, env->self)) /* the beginner has never heard of this node */
        put_news(gossip, &news, env->self, 0);
    add_rumours(gossip, env, &mentioned, &news);
    struct message ack = {.kind = MESSAGE_GOSSIP_ACK};
    ack.gossip_ack.round = message->gossip_syn.round;
    ack.gossip_ack.wanted = closed(&wanted);
    ack.gossip_ack.states = closed(&news);
    send_message(env, from, about_node(ABOUT_GOSSIP, from, ack.gossip_ack.round), &ack);
}

void on_gossip_ack(struct node *node, struct env *env, uint32_t from, const struct message *message)
{
    struct gossip *gossip = &node->gossip;
    struct bytes wanted = message->gossip_ack.wanted;
    const uint8_t *at = wanted.data, *end = wanted.data + wanted.size;
    struct gossip_digest digest;
    if (!gossip->is_running || !gossip_are_digests(wanted, env->config->nodes) ||
        !take_deltas(node, env, from, message->gossip_ack.states))
        return;
    struct field news = open_field(gossip->deltas, env->config->gossip.message_bytes);
    while (at < end && gossip_get_digest(&at, end, env->config->nodes, &digest)) {
        const struct gossip_head *head = &gossip->heads[digest.node];
        if (!head->generation)
            continue;
        uint64_t above = digest.generation == head->generation ? digest.version : 0;
        put_news(gossip, &news, digest.node, above);
    }
    if (news.to == news.from)
        return;
    struct message ack2 = {.kind = MESSAGE_GOSSIP_ACK2};
    ack2.gossip_ack2.round = message->gossip_ack.round;
    ack2.gossip_ack2.states = closed(&news);
    send_message(env, from, about_node(ABOUT_GOSSIP, env->self, ack2.gossip_ack2.round), &ack2);
}

void on_gossip_ack2(struct node *node, struct env *env, uint32_t from,
                    const struct message *message)
{
    if (node->gossip.is_running)
        take_deltas(node, env, from, message->gossip_ack2.states);
}

/*
 * peers.c: opinions, read from the detectors.
 */
#include "sim/picture/peers.h"

#include "sim/picture/view.h"
#include "db/detect/swim.h"

const char *const peer_state_words[PEER_STATE_COUNT] = {
#define PEER_STATE(identifier, word) word,
    PEER_STATES(PEER_STATE)
#undef PEER_STATE
};

static uint32_t part_of(uint64_t part, uint64_t whole)
{
    return whole == 0 ? 0 : (uint32_t)((uint128)MIN(part, whole) * PEER_ALL / whole);
}

/* A node that is no member listens for nobody (detector_judge), whatever it has heard of. */
static uint8_t state_of(const struct node *node, uint32_t self, uint32_t peer)
{
    const struct topology *topology = &node->membership.now;
    if (topology->states[peer] == MEMBER_LEFT)
        return PEER_LEFT;
    if (node->detector.peers[peer].is_suspected)
        return PEER_DOWN;
    bool is_listening = topology_is_member(topology, self) || peer == self;
    return topology_is_member(topology, peer) && is_listening ? PEER_UP : PEER_STRANGER;
}

static void take_phi(const struct node *node, const struct phi_config *config, uint64_t now,
                     uint32_t peer, struct picture_peer *to)
{
    const struct phi_window *window = &node->detector.windows[peer];
    to->limit = window->limit_ns;
    to->phi_milli = phi_milli(window, config, now);
    to->part_ppm = window->is_heard ? part_of(to->phi_milli, config->threshold_milli)
                                    : part_of(to->silence, to->limit);
}

static void take_swim(const struct swim *swim, uint64_t now, uint32_t peer, struct picture_peer *to)
{
    const struct swim_member *member = &swim->members[peer];
    to->generation = member->incarnation >> SWIM_LIFE_SHIFT;
    to->incarnation = member->incarnation & ((UINT64_C(1) << SWIM_LIFE_SHIFT) - 1);
    if (member->state != SWIM_SUSPECT || to->state != PEER_UP)
        return;
    to->state = PEER_SUSPECTED;
    to->whole = member->deadline_ns - member->suspected_ns;
    to->left = member->deadline_ns - MIN(now, member->deadline_ns);
    to->part_ppm = part_of(to->whole - MIN(to->left, to->whole), to->whole);
    to->confirmations = member->confirmations;
    to->expected = member->expected;
}

static void take_gossip(const struct gossip *gossip, uint32_t peer, struct picture_peer *to)
{
    const struct gossip_head *head = &gossip->heads[peer];
    to->generation = head->generation;
    to->version = gossip_version(head);
}

static void take_opinion(const struct world *world, uint32_t self, uint32_t peer, uint64_t now,
                         struct picture_peer *to)
{
    const struct node_config *config = &world->scenario->node;
    const struct node *node = machine_at(world, self)->node;
    const struct detector *detector = &node->detector;
    const struct peer *entry = &detector->peers[peer];
    *to = (struct picture_peer){.silence = peer == self ? 0 : now - MIN(entry->heard_ns, now),
                                .is_suspected = entry->is_suspected,
                                .state = state_of(node, self, peer)};
    if (node->gossip.is_running)
        take_gossip(&node->gossip, peer, to);
    if (detector->swim) {
        take_swim(detector->swim, now, peer, to);
    } else if (detector->windows) {
        take_phi(node, &config->phi, now, peer, to);
    } else {
        to->limit = config->suspect_after_ns;
        to->part_ppm = part_of(to->silence, to->limit);
    }
    if (entry->is_suspected)
        to->part_ppm = PEER_ALL;
    if (peer == self || to->state == PEER_STRANGER || to->state == PEER_LEFT)
        to->part_ppm = 0;
}

static bool is_listening(const struct world *world, uint32_t node)
{
    const struct machine *machine = machine_at(world, node);
    return machine->node && machine->node->detector.peers;
}

bool picture_peer(const struct world *world, uint32_t node, uint32_t peer, vtime at,
                  struct picture_peer *opinion)
{
    if (!is_listening(world, node))
        return false;
    uint64_t now = clock_monotonic_ns(&machine_at(world, node)->clock, at);
    take_opinion(world, node, peer, now, opinion);
    return true;
}

bool picture_peers(const struct world *world, uint32_t node, vtime at, struct picture_peer *peers)
{
    if (!is_listening(world, node))
        return false;
    uint64_t now = clock_monotonic_ns(&machine_at(world, node)->clock, at);
    for (uint32_t i = 0; i < world->scenario->node.nodes; i++)
        take_opinion(world, node, i, now, &peers[i]);
    return true;
}

bool picture_listener(const struct world *world, uint32_t node, struct picture_listener *listener)
{
    static const char *const names[DETECTOR_COUNT] = {
#define DETECTOR(identifier, name, meaning) name,
        DETECTORS(DETECTOR)
#undef DETECTOR
    };
    const struct node_config *config = &world->scenario->node;
    if (!is_listening(world, node))
        return false;
    const struct node *running = machine_at(world, node)->node;
    const struct swim *swim = running->detector.swim;
    *listener = (struct picture_listener){
        .detector = names[config->detector],
        .is_swim = config->detector == DETECTOR_SWIM,
        .is_phi = config->detector == DETECTOR_PHI,
        .has_gossip = running->gossip.is_running,
        .has_health = swim && config->swim.has_awareness,
        .threshold_milli = config->phi.threshold_milli,
        .health = swim ? swim->health : 0,
        .health_max = config->swim.awareness_max - MIN(config->swim.awareness_max, 1u)};
    return true;
}

/*
 * swarm_spell_members.c: changes of members as faults, and clients that lose patience.
 *
 * What a change needs (a spare; a member that may go) depends on the changes before it, so the
 * swarm keeps count: spares are taken in their order, members go from the first one on, and as many
 * stay as the replication and the broken nodes need. A member that is dead and still a member is
 * missing like a broken one, so where the core must work they are counted together. Whether the
 * database carries a change out or rolls it back is its own business; the next one only comes when
 * this one had time (TOPOLOGY is held). Read next: swarm.h.
 */
#include "scenario/swarm_spell.h"

static uint32_t spares_left(const struct swarm *swarm)
{
    return swarm->base->node.nodes - swarm->next_spare;
}

/* The next member that may go: neither broken nor gone already. ANY_NODE: none. */
static uint32_t next_to_go(const struct swarm *swarm)
{
    for (uint32_t node = 0; node < swarm->base->node.initial_members; node++)
        if (!swarm->is_broken[node] && !swarm->is_gone[node])
            return node;
    return ANY_NODE;
}

/* With one member less, are there enough that all N copies of a key have a place, and one to
 * spare? */
static bool may_go(const struct swarm *swarm)
{
    uint32_t gone = 0;
    for (uint32_t node = 0; node < swarm->base->node.nodes; node++)
        gone += swarm->is_gone[node] || swarm->is_broken[node];
    return next_to_go(swarm) != ANY_NODE &&
           swarm->next_spare > gone + swarm->base->node.replication + 1;
}

bool swarm_members_possible(const struct swarm *swarm, const struct swarm_fault *fault)
{
    switch (fault->kind) {
    case FAULT_KIND_JOIN: return spares_left(swarm) > 0;
    case FAULT_KIND_REPLACE:
        return spares_left(swarm) > 0 && may_go(swarm) && swarm->dead_max > 0;
    case FAULT_KIND_REMOVE: return may_go(swarm) && swarm->dead_max > 0;
    default: return may_go(swarm);
    }
}

static const char *take_spare(struct swarm *swarm)
{
    return swarm_node(swarm, swarm->next_spare++);
}

static const char *take_member(struct swarm *swarm)
{
    uint32_t node = next_to_go(swarm);
    swarm->is_gone[node] = true;
    swarm->held_until[HOLD_LIFE * swarm->base->node.nodes + node] = VTIME_NEVER;
    return swarm_node(swarm, node);
}

void spell_join(struct swarm *swarm, const struct swarm_fault *fault)
{
    swarm_line(swarm, fault, fault->begin, "\"join\": \"%s\"", take_spare(swarm));
}

void spell_leave(struct swarm *swarm, const struct swarm_fault *fault)
{
    swarm_line(swarm, fault, fault->begin, "\"leave\": \"%s\"", take_member(swarm));
}

/* It is asked for once more when the network is whole again: the first time may have been in
 * vain, and an operator would see that. */
static vtime once_more(const struct swarm *swarm)
{
    vtime rest = swarm->base->duration_ns - swarm->setting->until_ns;
    vtime time = swarm->setting->until_ns + rest / 16;
    return time - time % MICROSECOND;
}

/* It dies; somebody notices in the end. Nobody starts it again. */
void spell_replace(struct swarm *swarm, const struct swarm_fault *fault)
{
    const char *dead = take_member(swarm), *spare = take_spare(swarm);
    swarm->dead_max--;
    swarm_line(swarm, fault, fault->begin, "\"crash\": \"%s\", \"unsynced\": \"lost\"", dead);
    swarm_line(swarm, fault, fault->end, "\"replace\": \"%s\", \"by\": \"%s\"", dead, spare);
    swarm_line(swarm, fault, once_more(swarm), "\"replace\": \"%s\", \"by\": \"%s\"", dead, spare);
}

void spell_remove(struct swarm *swarm, const struct swarm_fault *fault)
{
    const char *dead = take_member(swarm);
    swarm->dead_max--;
    swarm_line(swarm, fault, fault->begin, "\"crash\": \"%s\", \"unsynced\": \"lost\"", dead);
    swarm_line(swarm, fault, fault->end, "\"remove\": \"%s\"", dead);
    swarm_line(swarm, fault, once_more(swarm), "\"remove\": \"%s\"", dead);
}

void spell_repair(struct swarm *swarm, const struct swarm_fault *fault)
{
    swarm_line(swarm, fault, fault->begin, "\"repair\": \"%s\"", swarm_node(swarm, fault->node));
}

void spell_retry_storm(struct swarm *swarm, const struct swarm_fault *fault)
{
    swarm_line(swarm, fault, fault->begin,
               "\"hurry\": \"all\", \"timeout\": \"%ums\", \"retries\": %u",
               (uint32_t)swarm_amount(swarm, fault, 1, 100),
               1 + (uint32_t)mix_below(swarm_bits(swarm, fault, WHAT_MORE), 6));
    SWARM_END(swarm, fault, "\"calm\": \"all\"");
}

/*
 * swarm_spell_disk.c: the faults of disks as lines of a timeline.
 *
 * What each of them does is said in sim/disk/disk.h.
 * Read next: swarm.h.
 */
#include "scenario/swarm_spell.h"

void spell_bit_rot(struct swarm *swarm, const struct swarm_fault *fault)
{
    swarm_line(swarm, fault, fault->begin,
               "\"disk_corrupt\": \"%s\", \"file\": \"log\", \"offset\": \"%uB\"",
               swarm_node(swarm, fault->node), (uint32_t)swarm_amount(swarm, fault, 16, 8000));
}

void spell_disk_full(struct swarm *swarm, const struct swarm_fault *fault)
{
    const char *node = swarm_node(swarm, fault->node);
    swarm_line(swarm, fault, fault->begin, "\"disk_full\": \"%s\", \"free\": \"%uB\"", node,
               (uint32_t)swarm_amount(swarm, fault, 1, 4000));
    SWARM_END(swarm, fault, "\"disk_free\": \"%s\"", node);
}

/*
 * coordinate/beyond.c: the owners that a read did not need.
 *
 * A read asks as many owners as its level wants. When the client has its answer, the read may go
 * on and ask the others, too (Riak asks all of them and collects on after R; Scylla repairs beyond
 * the level in the background; read_repair_chance was Cassandra's name). If they differ, whoever
 * lacks the newest version gets it. So keys that are read become equal, whatever the level; keys
 * that nobody reads do not.
 *
 *   client        coordinator n1           n2             n3 (not needed)
 *     |                |--- read ---------->|              |
 *     |                |<-- value ----------|              |
 *     |<-- reply ------|                                   |
 *     |                |--- read (digest) ---------------->|     by a draw: read_repair.chance
 *     |                |<-- digest: another one -----------|
 *     |                |    in full, merged, written back, as in the foreground
 */
#include "base/mix.h"
#include "db/roles.h"
#include "db/safeguard.h"

#define STREAM_BEYOND UINT32_C(0x4259444e) /* "BYDN" */

static bool is_drawn(struct env *env, const struct pending *pending)
{
    uint32_t chance = env->config->read_repair_chance_ppb;
    if (chance == 0 || env->config->read_repair == READ_REPAIR_NONE ||
        !safeguard_is_on(env->config, SAFEGUARD_READ_REPAIR))
        return false;
    return mix_chance(env->random(env, STREAM_BEYOND, pending->request), chance);
}

static bool is_asked(const struct pending *pending, uint32_t owner)
{
    for (uint32_t i = 0; i < pending->replica_count; i++)
        if (pending->replicas[i] == owner)
            return true;
    return false;
}

/* Owners that are up and were not asked; none when this read does not go on, or somebody stands in
 * for an owner, who keeps no rows of the key. */
uint32_t beyond_owners(const struct node *node, struct env *env, const struct pending *pending,
                       uint32_t *owners)
{
    uint32_t all[REPLICATION_MAX], count = 0;
    for (uint32_t i = 0; i < pending->replica_count; i++)
        if (pending->stands_for[i] != HINT_NOBODY)
            return 0;
    if (pending->replica_count > REPLICATION_MAX || !is_drawn(env, pending))
        return 0;
    uint32_t total = placement_of_key(membership_reads(&node->membership), pending->key,
                                      env->config->replication, true, all);
    for (uint32_t i = 0; i < total; i++)
        if (!is_asked(pending, all[i]) && detector_is_up(&node->detector, env, all[i]))
            owners[count++] = all[i];
    return count;
}

/*
 * coordinate/actor.c: under which name this node's events go into objects.
 *
 * A dot must mean one event for ever: whoever has seen n1's event 3 takes any other "event 3 of n1"
 * for the same thing, and one of the two is lost without a trace. A node that has forgotten what it
 * did (its log was not synced, its rows were dropped) would count from the beginning again: Riak's
 * counters were used twice in this way, and acknowledged writes lost to older ones (riak_kv #679,
 * pulls 1094 and 1643; two virtual nodes of one name: riak_kv #1865).
 *
 * So a node is another actor after each start, and after it dropped rows: the same index, the next
 * epoch. The epoch is durable in the topology file before the first event under it, so it is never
 * used again, whatever the log has lost. The price is an entry in the clock of each object that the
 * node writes to in each of its lives.
 *
 * Left out: a disk that is put back from a backup, or lost whole, takes the epochs with it; such a
 * node must come back under another index (replace).
 */
#include "db/about.h"
#include "db/conflict/clock.h"
#include "db/member/membership_parts.h"
#include "db/safeguard.h"

static bool has_objects(const struct node_config *config)
{
    for (uint32_t i = 0; i < config->table_count; i++)
        if (config->tables[i].kind != VERSION_PLAIN)
            return true;
    return false;
}

void actor_begin(struct node *node, struct env *env)
{
    if (!has_objects(env->config))
        return;
    node->actor.epoch = ++node->membership.epoch;
    topology_file_append(node, env, RECORD_EPOCH, node->actor.epoch, 0, NULL);
    node->actor.record = node->membership.records;
    env_note(env, NOTE_EPOCH_BEGUN, 0, node->actor.epoch, 0, 0);
}

void actor_renew(struct node *node, struct env *env)
{
    if (node->actor.epoch > 0)
        actor_begin(node, env);
}

bool actor_is_ready(const struct node *node, const struct env *env)
{
    (void)env;
    return node->actor.epoch > 0 && !node->membership.has_failed &&
           node->membership.synced_records >= node->actor.record;
}

uint64_t actor_now(const struct node *node, const struct env *env)
{
    bool has_epochs = safeguard_is_on(env->config, SAFEGUARD_ACTOR_EPOCH);
    return actor_of(env->self, has_epochs ? (uint32_t)node->actor.epoch : 1);
}

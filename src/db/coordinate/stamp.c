/*
 * coordinate/stamp.c: the timestamps of versions.
 *
 * Whose clock a plain version is stamped by is the table's choice (conflict/table.h):
 *
 *     coordinator  its wall clock, but above the last stamp it gave. A node whose clock is slow
 *                  gives stamps below those of versions that its clients have just read
 *     client       what the client says
 *     hlc          a hybrid logical clock (Kulkarni, Demirbas, Madeppa, Avva, Leone 2014): the
 * upper 48 bits are the highest wall clock that this node has had or heard of, the lower 16 count
 * events within one tick of it. So it is never below anything that could have caused the event,
 * whatever the wall clock does, and close to true time as long as clocks are
 *
 * What is heard: versions that replicas are told to write or tell a reader, and the newest
 * timestamp that a client knows, which it sends along: that carries the order from one coordinator
 * to the next.
 */
#include "db/roles.h"
#include "db/safeguard.h"

#define HYBRID_COUNTER_BITS 16

/* This node's wall clock, but above the last stamp given, or two writes within one tick of the
 * clock would tie (or the clock may have jumped back, and the second write would lose to the
 * first). */
static int64_t next_of_wall_clock(struct node *node, struct env *env, uint64_t request)
{
    int64_t now = env_wall_ns(env);
    if (now <= node->last_timestamp) {
        if (safeguard_is_on(env->config, SAFEGUARD_MONOTONIC_TIMESTAMPS))
            now = node->last_timestamp + 1;
        else
            safeguard_note_broken(env, SAFEGUARD_MONOTONIC_TIMESTAMPS, request, 0);
    }
    node->last_timestamp = now;
    return now;
}

static void hear(struct node *node, struct env *env, int64_t timestamp)
{
    if (safeguard_is_on(env->config, SAFEGUARD_HLC_HEARS))
        node->last_hybrid = MAX(node->last_hybrid, timestamp);
}

static int64_t next_of_hybrid_clock(struct node *node, struct env *env,
                                    const struct client_write *write)
{
    int64_t wall = env_wall_ns(env) >> HYBRID_COUNTER_BITS << HYBRID_COUNTER_BITS;
    hear(node, env, write->timestamp);
    node->last_hybrid = wall > node->last_hybrid ? wall : node->last_hybrid + 1;
    if (node->last_hybrid <= write->timestamp)
        safeguard_note_broken(env, SAFEGUARD_HLC_HEARS, write->request, 0);
    return node->last_hybrid;
}

int64_t stamp_next(struct node *node, struct env *env, const struct client_write *write)
{
    switch (config_table(env->config, write->key)->stamp) {
    case STAMP_HLC: return next_of_hybrid_clock(node, env, write);
    case STAMP_CLIENT:
        if (write->timestamp != 0)
            return write->timestamp;
        break;
    default: break;
    }
    return next_of_wall_clock(node, env, write->request);
}

void hybrid_clock_hear(struct node *node, struct env *env, struct bytes key, int64_t timestamp)
{
    if (config_table(env->config, key)->stamp == STAMP_HLC)
        hear(node, env, timestamp);
}

/* What it gave before a crash is in the log, or was never acknowledged. */
void hybrid_clock_begin(struct node *node, struct env *env)
{
    bool is_used = false;
    for (uint32_t i = 0; i < env->config->table_count; i++)
        is_used |= env->config->tables[i].stamp == STAMP_HLC;
    if (!is_used)
        return;
    for (const struct store_row *row = store_first(&node->storage.store); row;
         row = store_next(row))
        hybrid_clock_hear(node, env, row->key, row->version.timestamp);
}

/*
 * tombstone.c: when a tombstone may go, so that what it deleted stays deleted.
 *
 * A delete is a write whose version is a tombstone. While it is there, no older value of the key
 * can come back, whoever brings it. It must go one day, or what was deleted costs for ever; and on
 * the day on which all owners have let it go, an older value that lies anywhere lives again:
 *
 *     at an owner that had missed the delete   a repair, a read, a stream spreads it
 *     in a hint, in a message                  it arrives
 *     in this node's own log                   a restart
 *
 * So a tombstone goes when (`since`, see repair.h: whatever any owner had then, all owners have)
 *
 *     its timestamp + grace <= since of its range
 *
 * At that moment hints and messages with an older value were all too old to be delivered (the
 * grace is the bound of both, and of how wrong clocks may be), and by the end of that repair every
 * owner had the tombstone. No clock of this node is in the rule: all owners that have heard of
 * the repair let the very same tombstones go, and the next repair finds them equal
 * (CASSANDRA-11427 sent such tombstones for ever). How long a node was away does not matter:
 * while an owner is missing no repair counts. Scylla has it as tombstone_gc = repair; its
 * propagation_delay is the grace.
 *
 * With `tombstone_collection: grace` it is timestamp + grace <= this node's clock, as in
 * Cassandra, whose operators must repair every node within the grace. Then a node that was away
 * for longer must not come back (safeguard absent-stay-out): it finds in its topology file when it
 * was last alive.
 */
#include "db/about.h"
#include "db/member/membership_parts.h"
#include "db/repair/repair_parts.h"
#include "db/safeguard.h"
#include "db/store/log.h"
#include "db/timers.h"

static bool is_by_time(const struct env *env)
{
    return env->config->is_collected_by_time ||
           !safeguard_is_on(env->config, SAFEGUARD_COLLECT_WHEN_REPAIRED);
}

static int64_t grace_ns(const struct env *env)
{
    bool is_kept = safeguard_is_on(env->config, SAFEGUARD_TOMBSTONE_GRACE);
    return is_kept ? (int64_t)env->config->tombstone_grace_ns : 0;
}

/* Would it be let go by what the safeguards that are off would ask? Then one of them is broken. */
static void note_what_is_broken(const struct node *node, struct env *env, uint64_t position,
                                int64_t timestamp)
{
    int64_t grace = (int64_t)env->config->tombstone_grace_ns;
    int64_t known = env->config->is_collected_by_time ? env_wall_ns(env)
                                                      : repair_since(node, position);
    uint64_t about = repair_about(env, (uint64_t)timestamp & 0xffffffffffff);
    if (!safeguard_is_on(env->config, SAFEGUARD_TOMBSTONE_GRACE) &&
        timestamp > env_wall_ns(env) - grace)
        safeguard_note_broken(env, SAFEGUARD_TOMBSTONE_GRACE, about, (uint64_t)timestamp);
    else if (!safeguard_is_on(env->config, SAFEGUARD_COLLECT_WHEN_REPAIRED) &&
             (known == INT64_MIN || timestamp > known - grace))
        safeguard_note_broken(env, SAFEGUARD_COLLECT_WHEN_REPAIRED, about, (uint64_t)timestamp);
}

bool tombstone_may_go(const struct node *node, struct env *env, uint64_t position,
                      const struct version *version)
{
    if (env->config->tombstone_grace_ns == 0 || !version->is_tombstone)
        return false;
    int64_t known = is_by_time(env) ? env_wall_ns(env) : repair_since(node, position);
    return known != INT64_MIN && version->timestamp <= known - grace_ns(env);
}

bool tombstone_is_refused(struct node *node, struct env *env, uint32_t from, struct bytes key,
                          const struct version *version)
{
    uint64_t position = placement_position(node->storage.store.order, key);
    if (!tombstone_may_go(node, env, position, version) ||
        store_find(&node->storage.store, key) != NULL)
        return false;
    if (!safeguard_is_on(env->config, SAFEGUARD_REFUSE_GONE_TOMBSTONE)) {
        safeguard_note_broken(env, SAFEGUARD_REFUSE_GONE_TOMBSTONE,
                              repair_about(env, key_token(key)), (uint64_t)version->timestamp);
        return false;
    }
    env_note(env, NOTE_TOMBSTONE_REFUSED, repair_about(env, key_token(key)), key_token(key),
             (uint64_t)version->timestamp, from);
    return true;
}

/* All that may go, goes; in the order of the log, so that what was written meanwhile stays. */
void tombstones_collect(struct node *node, struct env *env)
{
    const struct store_row *row = store_first(&node->storage.store);
    uint64_t due = 0, kept = 0;
    if (env->config->tombstone_grace_ns == 0 || !storage_is_ready(&node->storage))
        return;
    while (row) {
        const struct store_row *next = store_next(row);
        struct log_record what = {.kind = LOG_FORGET, .key = row->key, .version = row->version};
        bool may_go = tombstone_may_go(node, env, row->position, &row->version);
        kept += row->version.is_tombstone && !may_go;
        if (may_go) {
            note_what_is_broken(node, env, row->position, row->version.timestamp);
            due += replica_forget(node, env, &what, repair_about(env, key_token(row->key)));
        }
        row = next;
    }
    if (due > 0)
        env_note(env, NOTE_TOMBSTONES_DUE, 0, due, kept, 0);
}

/* --- by time ----------------------------------------------------------------------------- */

static uint64_t tick_ns(const struct env *env)
{
    return MAX(env->config->tombstone_grace_ns / 4, UINT64_C(1));
}

static void set_timer(struct env *env, uint64_t now)
{
    uint64_t wait = tick_ns(env) - now % tick_ns(env);
    env->timer_set(env, wait, TIMER_TOMBSTONES, 0, repair_about(env, (now + wait) / tick_ns(env)));
}

static bool is_ticking(const struct env *env)
{
    return env->config->tombstone_grace_ns > 0 && is_by_time(env);
}

/* Was this node away for longer than tombstones last, by its own clock? */
static bool is_absent_too_long(struct node *node, struct env *env)
{
    int64_t alive = node->membership.alive_ns;
    int64_t absence = alive == 0 ? 0 : env_wall_ns(env) - alive;
    if (absence <= (int64_t)env->config->tombstone_grace_ns)
        return false;
    if (!safeguard_is_on(env->config, SAFEGUARD_ABSENT_STAY_OUT)) {
        safeguard_note_broken(env, SAFEGUARD_ABSENT_STAY_OUT, repair_about(env, 1),
                              (uint64_t)absence);
        return false;
    }
    env_note(env, NOTE_NODE_ABSENT, 0, (uint64_t)absence, env->config->tombstone_grace_ns, 0);
    storage_refuse(&node->storage, env, REASON_ABSENT);
    return true;
}

void tombstones_note_alive(struct node *node, struct env *env)
{
    if (!is_ticking(env) || is_absent_too_long(node, env))
        return;
    node->membership.alive_ns = env_wall_ns(env);
    topology_file_append(node, env, RECORD_ALIVE, (uint64_t)node->membership.alive_ns, 0, NULL);
}

void tombstones_begin(struct node *node, struct env *env)
{
    tombstones_note_alive(node, env);
    if (is_ticking(env))
        set_timer(env, env_monotonic_ns(env));
}

void tombstones_on_timer(struct node *node, struct env *env)
{
    if (!node_is_ready(node))
        return;
    tombstones_note_alive(node, env);
    tombstones_collect(node, env);
    set_timer(env, env_monotonic_ns(env));
}

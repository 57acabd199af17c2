/*
 * run.c: rounds of repair: what, with whom, how often, and when all owners have everything.
 *
 *     round:  ranges  | batch | batch | batch |
 *     batch:  pass 0  every other owner in turn; afterwards this node has all that any of them had
 *             pass 1  once more, those with whom it was equal before the last rows came in
 *             told    every owner: repaired since the beginning of the batch
 *
 * An owner that is down, or does not answer, is left out; the ranges that it keeps are then
 * repaired among the others, and do not count as repaired.
 */
#include "db/member/membership_parts.h"
#include "db/repair/repair_parts.h"

#include <string.h>

#include "base/mix.h"
#include "db/about.h"
#include "db/timers.h"

#define STREAM_REPAIR UINT32_C(0x52455052) /* "REPR" */

/* --- what is in it ----------------------------------------------------------------------- */

static uint32_t owners_of(const struct node *node, const struct env *env, uint64_t position,
                          uint32_t *owners)
{
    return membership_owners(&node->membership, env->config, MEMBERS_OLD, position, owners);
}

static uint32_t first_up(const struct node *node, const struct env *env, const uint32_t *owners,
                         uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (detector_is_up(&node->detector, env, owners[i]))
            return owners[i];
    return UINT32_MAX;
}

static bool is_in_scope(const struct node *node, const struct env *env,
                        const struct interval_walk *walk)
{
    const struct repair_round *round = &node->repair.round;
    uint32_t owners[REPLICATION_MAX], count = owners_of(node, env, walk->to, owners);
    bool is_owned = false;
    for (uint32_t i = 0; i < count; i++)
        is_owned |= owners[i] == env->self;
    if (!is_owned || count < 2)
        return false;
    switch (round->scope) {
    case REPAIR_FIRST: return first_up(node, env, owners, count) == env->self;
    case REPAIR_ONE:
        return range_has((struct position_range){walk->from, walk->to}, round->position);
    default: return true;
    }
}

static void list_ranges(struct node *node, struct env *env)
{
    struct repair_round *round = &node->repair.round;
    struct interval_walk walk = {0};
    uint32_t room = 0;
    while (membership_next_interval(&node->membership, &walk))
        room++;
    round->ranges = env_allocate(env, room * sizeof *round->ranges);
    walk = (struct interval_walk){0};
    while (membership_next_interval(&node->membership, &walk))
        if (is_in_scope(node, env, &walk))
            round->ranges[round->range_count++] = walk.to;
}

/* --- batches ----------------------------------------------------------------------------- */

static bool is_done(const struct repair_round *round, const struct env *env, uint32_t owner)
{
    return owner == env->self ||
           (round->peers[owner] == REPAIR_PEER_DONE && !round->is_behind[owner]);
}

static bool have_all_owners(const struct node *node, const struct env *env, uint64_t position)
{
    uint32_t owners[REPLICATION_MAX], count = owners_of(node, env, position, owners), done = 0;
    for (uint32_t i = 0; i < count; i++)
        done += is_done(&node->repair.round, env, owners[i]);
    return done == count;
}

/* The ranges of the batch that the peer keeps, too, as a bit for each range that both keep; own
 * memory. Of these, only those that all owners have in full when `is_told`. */
static struct bytes choose(const struct node *node, struct env *env, uint32_t peer, bool is_told,
                           uint32_t *count)
{
    const struct repair_round *round = &node->repair.round;
    uint32_t common = tree_list_common(node, env, peer, (struct bytes){NULL, 0}, NULL);
    struct position_range *ranges = env_allocate(env, MAX(common, 1u) * sizeof *ranges);
    uint32_t size = (common + 7) / 8, next = round->first;
    uint8_t *bits = env_allocate(env, MAX(size, 1u));
    tree_list_common(node, env, peer, (struct bytes){NULL, 0}, ranges);
    *count = 0;
    for (uint32_t i = 0; i < common; i++) {
        uint32_t at = next;
        while (at < round->end && round->ranges[at] != ranges[i].to)
            at++;
        if (at == round->end || (is_told && !have_all_owners(node, env, ranges[i].to)))
            continue; /* not in this batch, which keeps the order of the walk */
        next = at + 1;
        bits[i / 8] |= (uint8_t)(1u << i % 8);
        (*count)++;
    }
    env_release(env, ranges);
    if (*count < common)
        return (struct bytes){bits, size};
    env_release(env, bits);
    return (struct bytes){NULL, 0}; /* all of them */
}

static void find_peers(struct node *node, struct env *env)
{
    struct repair_round *round = &node->repair.round;
    memset(round->peers, REPAIR_PEER_NONE, env->config->nodes);
    memset(round->is_behind, 0, env->config->nodes);
    for (uint32_t i = round->first; i < round->end; i++) {
        uint32_t owners[REPLICATION_MAX];
        uint32_t count = owners_of(node, env, round->ranges[i], owners);
        for (uint32_t j = 0; j < count; j++)
            if (owners[j] != env->self)
                round->peers[owners[j]] = REPAIR_PEER_WAITING;
    }
}

static void begin_batch(struct node *node, struct env *env)
{
    struct repair_round *round = &node->repair.round;
    uint32_t most = env->config->repair_ranges ? env->config->repair_ranges : UINT32_MAX;
    round->first = round->end;
    round->end += MIN(most, round->range_count - round->end);
    round->pass = 0;
    round->since = env_wall_ns(env);
    find_peers(node, env);
}

static void tell_done(struct node *node, struct env *env, uint32_t peer)
{
    const struct repair_round *round = &node->repair.round;
    uint32_t count;
    struct bytes chosen = choose(node, env, peer, true, &count);
    struct message done = {.kind = MESSAGE_REPAIR_DONE};
    done.repair_done.repair = repair_about(env, round->number);
    done.repair_done.topology = round->topology;
    done.repair_done.chosen = chosen;
    done.repair_done.since = round->since;
    node->repair.bytes += count > 0 ? message_size(&done) : 0;
    if (count > 0)
        send_message(env, peer, repair_about(env, mix_pair(round->number << 32 | round->first,
                                                           peer)), &done);
    free_bytes(env, chosen);
}

static void end_batch(struct node *node, struct env *env)
{
    struct repair_round *round = &node->repair.round;
    uint32_t repaired = 0;
    for (uint32_t i = round->first; i < round->end; i++)
        if (have_all_owners(node, env, round->ranges[i])) {
            repaired_mark(node, env, round->ranges[i], round->since);
            repaired++;
        }
    if (repaired == 0)
        return;
    round->repaired += repaired;
    repaired_note(env, repaired, round->since, env->self);
    for (uint32_t peer = 0; peer < env->config->nodes; peer++)
        if (round->peers[peer] == REPAIR_PEER_DONE)
            tell_done(node, env, peer);
    tombstones_collect(node, env);
}

/* --- rounds ------------------------------------------------------------------------------ */

static void end_round(struct node *node, struct env *env)
{
    struct repair_round *round = &node->repair.round;
    pair_free(node, env);
    env_release(env, round->ranges);
    env_release(env, round->peers);
    env_release(env, round->is_behind);
    *round = (struct repair_round){0};
}

static void note_end(struct node *node, struct env *env)
{
    const struct repair_round *round = &node->repair.round;
    uint64_t about = repair_about(env, round->number);
    if (round->repaired == round->range_count)
        env_note(env, NOTE_REPAIR_DONE, about, round->range_count, round->rows, round->bytes);
    else
        env_note(env, NOTE_REPAIR_PARTLY, about, round->repaired,
                 round->range_count - round->repaired, round->bytes);
}

/* The next owner to compare with, or UINT32_MAX. */
static uint32_t next_peer(struct node *node, struct env *env)
{
    struct repair_round *round = &node->repair.round;
    for (uint32_t peer = 0; peer < env->config->nodes; peer++) {
        if (round->peers[peer] != REPAIR_PEER_WAITING)
            continue;
        if (detector_is_up(&node->detector, env, peer))
            return peer;
        round->peers[peer] = REPAIR_PEER_FAILED;
        env_note(env, NOTE_REPAIR_GIVEN_UP, repair_about(env, round->number), peer,
                 REASON_NODE_DOWN, 0);
    }
    return UINT32_MAX;
}

static bool begin_second_pass(struct repair_round *round, const struct env *env)
{
    bool is_needed = false;
    if (round->pass > 0)
        return false;
    round->pass = 1;
    for (uint32_t peer = 0; peer < env->config->nodes; peer++)
        if (round->peers[peer] == REPAIR_PEER_DONE && round->is_behind[peer]) {
            round->peers[peer] = REPAIR_PEER_WAITING;
            is_needed = true;
        }
    return is_needed;
}

static void go_on(struct node *node, struct env *env)
{
    struct repair_round *round = &node->repair.round;
    for (;;) {
        uint32_t peer = next_peer(node, env), count;
        if (peer != UINT32_MAX) {
            struct bytes chosen = choose(node, env, peer, false, &count);
            pair_begin(node, env, peer, chosen);
            free_bytes(env, chosen);
            return;
        }
        if (begin_second_pass(round, env))
            continue;
        end_batch(node, env);
        if (round->end == round->range_count)
            break;
        begin_batch(node, env);
    }
    note_end(node, env);
    end_round(node, env);
    repair_set_timer(node, env);
}

/* Whoever was equal to this node before these rows came has not got them yet. */
static void note_rows_came(struct repair_round *round, const struct env *env)
{
    for (uint32_t peer = 0; peer < env->config->nodes; peer++)
        round->is_behind[peer] |= round->peers[peer] == REPAIR_PEER_DONE;
}

void round_on_pair_over(struct node *node, struct env *env, enum reason reason)
{
    struct repair_round *round = &node->repair.round;
    const struct repair_pair *pair = node->repair.pair;
    uint64_t rows = pair->rows_taken + pair->rows_sent;
    node->repair.seen.is_over = true;
    round->rows += rows;
    round->bytes += pair->bytes;
    if (pair->rows_taken > 0 && round->pass == 0)
        note_rows_came(round, env);
    if (reason == REASON_NONE) {
        round->since = MIN(round->since, pair->peer_clock);
        round->peers[pair->peer] = REPAIR_PEER_DONE;
        round->is_behind[pair->peer] = false;
        if (!node->repair.seen.is_equal)
            env_note(env, NOTE_REPAIR_PAIR_DONE, pair->repair, pair->peer, rows, pair->bytes);
    } else {
        round->peers[pair->peer] = REPAIR_PEER_FAILED;
        env_note(env, NOTE_REPAIR_GIVEN_UP, pair->repair, pair->peer, reason, 0);
    }
    pair_free(node, env);
    go_on(node, env);
}

static enum reason why_not_now(const struct node *node, const struct env *env)
{
    if (node->repair.round.is_active)
        return REASON_REPAIRING;
    if (!topology_is_member(&node->membership.now, env->self))
        return REASON_NOT_MEMBER;
    return topology_is_changing(&node->membership.now) ? REASON_CHANGING : REASON_NONE;
}

static void begin_round(struct node *node, struct env *env, enum repair_scope scope,
                        uint64_t position)
{
    struct repair *repair = &node->repair;
    struct repair_round *round = &repair->round;
    enum reason why_not = why_not_now(node, env);
    if (why_not != REASON_NONE) {
        env_note(env, NOTE_REPAIR_REFUSED, 0, why_not, 0, 0);
        return;
    }
    *round = (struct repair_round){.is_active = true,
                                   .scope = (uint8_t)scope,
                                   .number = ++repair->rounds,
                                   .topology = node->membership.now.version,
                                   .position = position};
    round->peers = env_allocate(env, env->config->nodes);
    round->is_behind = env_allocate(env, env->config->nodes);
    list_ranges(node, env);
    if (round->range_count == 0) {
        end_round(node, env);
        return;
    }
    env_note(env, NOTE_REPAIR_BEGUN, repair_about(env, round->number), round->range_count,
             round->topology, round->number);
    begin_batch(node, env);
    go_on(node, env);
}

/* --- the clock, commands ----------------------------------------------------------------- */

void repair_set_timer(struct node *node, struct env *env)
{
    struct repair *repair = &node->repair;
    uint64_t now = env_monotonic_ns(env), when = repair->due_ns ? repair->due_ns : UINT64_MAX;
    if (repair->pair)
        when = MIN(when, repair->pair->heard_ns + repair_patience(env));
    if (repair->pair && repair->free_ns > now)
        when = MIN(when, repair->free_ns);
    if (repair->answer_first)
        when = MIN(when, repair->answer_first->due_ns);
    if (when == UINT64_MAX || (repair->timer && repair->timer_ns <= when))
        return; /* one that comes too early looks again */
    if (repair->timer)
        env->timer_cancel(env, repair->timer);
    when = MAX(when, now + 1);
    repair->timer_ns = when;
    repair->timer =
        env->timer_set(env, when - now, TIMER_REPAIR, 0, repair_about(env, when & 0xffffffffffff));
}

void repair_on_timer(struct node *node, struct env *env)
{
    struct repair *repair = &node->repair;
    uint64_t now = env_monotonic_ns(env), interval = env->config->repair_interval_ns;
    repair->timer = 0;
    pace_on_timer(node, env);
    if (repair->pair)
        pair_on_timer(node, env);
    if (repair->due_ns > 0 && repair->due_ns <= now) {
        repair->due_ns += ((now - repair->due_ns) / interval + 1) * interval;
        if (!repair->round.is_active)
            begin_round(node, env, REPAIR_FIRST, 0);
    }
    repair_set_timer(node, env);
}

void repair_begin(struct node *node, struct env *env)
{
    uint64_t interval = env->config->repair_interval_ns;
    if (interval == 0)
        return;
    uint64_t bits = env->random(env, STREAM_REPAIR, repair_about(env, 0));
    node->repair.due_ns = env_monotonic_ns(env) + mix_below(bits, interval) + 1;
    repair_set_timer(node, env);
}

void repair_command(struct node *node, struct env *env, bool is_one, uint64_t position)
{
    begin_round(node, env, is_one ? REPAIR_ONE : REPAIR_ALL, position);
    repair_set_timer(node, env);
}

void repair_on_topology(struct node *node, struct env *env)
{
    const struct repair_pair *pair = node->repair.pair;
    if (!node->repair.round.is_active)
        return;
    if (pair)
        env_note(env, NOTE_REPAIR_GIVEN_UP, pair->repair, pair->peer, REASON_STALE, 0);
    node->repair.seen.is_over = true;
    end_round(node, env);
}

void repair_on_applied(struct node *node, struct env *env)
{
    repair_pay_debts(node, env);
    if (node->repair.pair)
        pair_go_on(node, env);
}

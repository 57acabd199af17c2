/*
 * why_lacks.c: why a replica has not got a version, and why it holds what it holds.
 *
 * A version is a write: its request, and the timestamp that its coordinator gave it. What a
 * replica lacks it never got, or lost, or it kept another one: the rules ask in the order in which
 * the version would have lived there.
 */
#include "sim/why/why_parts.h"

/* --- choosing ---------------------------------------- */

static uint64_t root_number(const struct why *chain)
{
    return chain->count > 0 ? chain->links[chain->count - 1].record.number : 0;
}

/* A broken rule explains more than the fault that exposed it, and first where it was broken
 * first. Of faults the last one counts: until then there was another copy. */
static bool is_better(const struct why *a, const struct why *b)
{
    bool is_rule_a = a->root == WHY_ROOT_SAFEGUARD, is_rule_b = b->root == WHY_ROOT_SAFEGUARD;
    if (b->count == 0 || (a->root == WHY_ROOT_NONE) != (b->root == WHY_ROOT_NONE))
        return b->count == 0 || a->root != WHY_ROOT_NONE;
    if (is_rule_a != is_rule_b)
        return is_rule_a;
    return is_rule_a ? root_number(a) < root_number(b) : root_number(a) > root_number(b);
}

/* Of these replicas the one that explains best why the version is not there. */
void why_best_lack(struct why_case *c, struct why_matter m, const uint32_t *nodes, uint32_t count,
                   struct why *best)
{
    struct why chain;
    best->count = 0;
    for (uint32_t i = 0; i < count; i++) {
        m.node = nodes[i];
        why_try(c, TOPIC_LACKS, m, &chain);
        if (is_better(&chain, best))
            *best = chain;
    }
}

/* What is missed, of a write. False when it never began. */
bool why_version_of(struct why_case *c, uint64_t request, struct why_matter *m)
{
    struct tape_record begun;
    struct sought sought = why_note(NOTE_WRITE_BEGUN, ANYBODY, request);
    if (!why_next(c, 0, UINT64_MAX, &sought, &begun))
        return false;
    m->request = request;
    m->token = begun.field[0];
    m->timestamp = (int64_t)begun.field[1];
    return true;
}

bool why_say_broken(struct why_case *c, enum why_rule rule, const struct tape_record *broken,
                    const char *what)
{
    why_say(c, rule, broken, "because %n breaks the rule %s here: %s", (uint64_t)broken->actor,
            safeguard_table[broken->field[0]].name, what);
    return why_end_safeguard(c, broken);
}

bool why_find_broken(struct why_case *c, uint64_t after, uint64_t before, uint32_t node,
                     uint64_t about, enum safeguard rule, struct tape_record *broken)
{
    struct sought sought = with_field(why_note(NOTE_RULE_BROKEN, node, about), 0, rule);
    return why_next(c, after, before, &sought, broken);
}

/* --- LACKS ---------------------------------------- */

/* By the write itself, or by a repair with its version. */
bool why_find_applied(struct why_case *c, const struct why_matter *m, struct tape_record *applied)
{
    struct sought own = why_note(NOTE_APPLY, m->node, m->request);
    if (why_last(c, m->before, &own, applied))
        return true;
    struct sought sought = why_note(NOTE_APPLY, m->node, 0);
    sought = with_field(with_field(sought, 0, m->token), 1, (uint64_t)m->timestamp);
    return why_last(c, m->before, &sought, applied);
}

/* In its log: for the write itself, or for a repair with it, the last record of the key before it
 * was stored; or never stored. */
bool why_find_logged(struct why_case *c, const struct why_matter *m, struct tape_record *logged)
{
    struct tape_record applied;
    struct sought own = why_note(NOTE_LOG_APPEND, m->node, m->request);
    if (why_last(c, m->before, &own, logged))
        return true;
    struct sought any = with_field(why_note(NOTE_LOG_APPEND, m->node, 0), 2, m->token);
    return why_find_applied(c, m, &applied) && why_last(c, applied.number, &any, logged);
}

bool why_rule_counted_twice(struct why_case *c, const struct why_matter *m)
{
    struct tape_record broken, send;
    if (!why_find_broken(c, 0, m->before, ANYBODY, m->request, SAFEGUARD_DISTINCT_REPLICAS,
                         &broken))
        return false;
    struct sought sought = why_trace(TRACE_SEND, broken.actor, m->request);
    sought = with_field(with_field(sought, 0, MESSAGE_REPLICA_WRITE), 1, m->node);
    if (m->node == broken.actor || why_last(c, m->before, &sought, &send))
        return false;
    why_say(c, RULE_counted_twice, &broken,
            "because %n never sent it to %n: on its list %n stood twice, and was counted twice",
            (uint64_t)broken.actor, (uint64_t)m->node, broken.field[1]);
    return why_end_safeguard(c, &broken);
}

static bool was_synced(struct why_case *c, const struct tape_record *logged, uint64_t before)
{
    struct tape_record synced;
    struct sought sought = why_note(NOTE_LOG_SYNCED, logged->actor, 0);
    return why_last(c, before, &sought, &synced) && synced.number > logged->number &&
           synced.field[0] >= logged->field[0];
}

/* The crash that took it: it was in the log, but not on the device. */
bool why_find_loss(struct why_case *c, const struct why_matter *m, uint64_t before,
                   struct tape_record *logged, struct tape_record *crash)
{
    if (!why_find_logged(c, m, logged))
        return false;
    for (uint64_t after = logged->number; why_crashed_between(c, m->node, after, before, crash);
         after = crash->number)
        if (crash->field[2] > 0 && !was_synced(c, logged, crash->number))
            return true;
    return false;
}

/* A read was shown this record of the log, which a crash could still take. */
static bool find_shown(struct why_case *c, const struct tape_record *logged, uint64_t before,
                       struct tape_record *broken)
{
    struct sought sought = why_note(NOTE_RULE_BROKEN, logged->actor, 0);
    sought = with_field(with_field(sought, 0, SAFEGUARD_VISIBLE_WHEN_DURABLE), 1, logged->field[0]);
    return why_next(c, logged->number, before, &sought, broken);
}

bool why_rule_lost_unsynced(struct why_case *c, const struct why_matter *m)
{
    struct tape_record logged, crash, broken;
    if (!why_find_loss(c, m, m->before, &logged, &crash))
        return false;
    why_say(c, RULE_lost_unsynced, &crash,
            "because %n crashed at %t, when it was in its log, but not on the device",
            (uint64_t)m->node, crash.time);
    if (why_find_broken(c, logged.number, crash.number, m->node, m->request,
                        SAFEGUARD_SYNC_BEFORE_ACKNOWLEDGE, &broken))
        return why_say_broken(c, RULE_lost_unsynced, &broken,
                              "it acknowledges what is not on the device yet");
    if (!find_shown(c, &logged, crash.number, &broken))
        return why_end_fault(c, &crash);
    why_say(c, RULE_lost_unsynced, &broken,
            "because %n had shown it to %r at %t, before it was on the device",
            (uint64_t)broken.actor, broken.about, broken.time);
    return why_end_safeguard(c, &broken);
}

/* The write's message to this replica got lost: one line of what lies behind. */
void why_say_missed(struct why_case *c, enum why_rule rule, const struct why_matter *m)
{
    struct tape_record begun, send, end;
    struct sought sought = why_note(NOTE_WRITE_BEGUN, ANYBODY, m->request);
    if (!why_last(c, m->before, &sought, &begun) ||
        why_fate(c, begun.actor, m->node, m->request, MESSAGE_REPLICA_WRITE, m->before, &send,
                 &end) != FATE_LOST)
        return;
    why_say(c, rule, &end, "because %m from %n to %n had been lost at %t",
            end.field[0], (uint64_t)end.actor, end.field[1], end.time);
}

static bool has_seen(struct why_case *c, const struct tape_record *broken, uint32_t node)
{
    struct tape_record answer;
    struct sought sought = why_note(NOTE_READ_ANSWERED, broken->actor, broken->about);
    sought = with_field(sought, 0, node);
    return why_last(c, broken->number, &sought, &answer);
}

bool why_rule_not_repaired(struct why_case *c, const struct why_matter *m)
{
    struct tape_record broken, begun, read;
    struct sought write = why_note(NOTE_WRITE_BEGUN, ANYBODY, m->request);
    if (!why_next(c, 0, m->before, &write, &begun))
        return false;
    for (uint64_t after = begun.number;
         why_find_broken(c, after, m->before, ANYBODY, 0, SAFEGUARD_READ_REPAIR, &broken);
         after = broken.number) {
        struct sought sought =
            with_field(why_note(NOTE_READ_BEGUN, ANYBODY, broken.about), 0, m->token);
        if (!why_last(c, broken.number, &sought, &read) || !has_seen(c, &broken, m->node))
            continue;
        why_say_missed(c, RULE_not_repaired, m);
        why_say(c, RULE_not_repaired, &broken,
                "because %n saw at %t, for %r, that %n was behind, and left it so",
                (uint64_t)broken.actor, broken.time, broken.about, (uint64_t)m->node);
        return why_end_safeguard(c, &broken);
    }
    return false;
}

static bool find_coordinator(struct why_case *c, const struct why_matter *m,
                             struct tape_record *begun)
{
    struct sought sought = why_note(NOTE_WRITE_BEGUN, ANYBODY, m->request);
    return why_last(c, m->before, &sought, begun);
}

bool why_rule_never_got(struct why_case *c, const struct why_matter *m)
{
    struct tape_record begun, applied, send;
    if (!find_coordinator(c, m, &begun) || why_find_applied(c, m, &applied))
        return false;
    struct sought sought = why_trace(TRACE_SEND, begun.actor, m->request);
    sought = with_field(with_field(sought, 0, MESSAGE_REPLICA_WRITE), 1, m->node);
    if (m->node != begun.actor && !why_last(c, m->before, &sought, &send))
        return false;
    why_ask(c, TOPIC_SILENT,
            (struct why_matter){.node = m->node,
                                .peer = begun.actor,
                                .request = m->request,
                                .message = MESSAGE_REPLICA_WRITE,
                                .answer = MESSAGE_REPLICA_WRITTEN,
                                .before = m->before});
    return true;
}

bool why_rule_never_sent(struct why_case *c, const struct why_matter *m)
{
    struct tape_record begun, crash;
    if (!find_coordinator(c, m, &begun) ||
        !why_crashed_between(c, begun.actor, begun.number, m->before, &crash))
        return false;
    why_say(c, RULE_never_sent, &crash, "because %n crashed at %t before it had sent it",
            (uint64_t)begun.actor, crash.time);
    return why_end_fault(c, &crash);
}

/* --- HOLDS ---------------------------------------- */

bool why_rule_was_written(struct why_case *c, const struct why_matter *m)
{
    struct tape_record stored, begun, invoke;
    struct sought sought = with_field(why_note(NOTE_APPLY, m->node, 0), 0, m->token);
    if (!why_last(c, m->before, &sought, &stored) ||
        !why_write_begun(c, m->before, m->token, (int64_t)stored.field[1], &begun) ||
        !why_invocation(c, begun.about, &invoke))
        return false;
    why_say(c, RULE_was_written, &stored, "%n has stored %v for %k at %t", (uint64_t)m->node,
            why_value_of(c, begun.about), m->token, stored.time);
    why_say(c, RULE_was_written, &invoke, "because %n asked for it: %r, through %n",
            (uint64_t)invoke.actor, begun.about, invoke.field[2]);
    return why_end_client(c, &invoke);
}

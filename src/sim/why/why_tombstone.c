/*
 * why_tombstone.c: what was deleted is there again, and why a tombstone goes.
 *
 *     n1  value  tombstone  (let go)  value      the value comes from n3, which
 *     n3  value  ..... missed it .... value      has never had the tombstone
 *
 * A replica that let the tombstone go takes the older value for new. Either it was let go too
 * early, or the value was kept somewhere, or brought home, for longer than tombstones live.
 */
#include "sim/why/why_parts.h"

/* Where the replica let this version go, which is a tombstone. */
static bool find_collected(struct why_case *c, const struct why_matter *m,
                           struct tape_record *collected)
{
    struct sought sought = why_note(NOTE_TOMBSTONE_COLLECTED, m->node, 0);
    sought = with_field(with_field(sought, 0, m->token), 1, (uint64_t)m->timestamp);
    return why_last(c, m->before, &sought, collected);
}

/* It went before its time, at this replica. */
static bool went_too_early(struct why_case *c, enum why_rule rule, const struct why_matter *m,
                           const struct tape_record *collected)
{
    static const struct {
        enum safeguard rule;
        const char *what;
    } ways[] = {
        {SAFEGUARD_TOMBSTONE_GRACE, "the tombstone goes before its grace is over"},
        {SAFEGUARD_COLLECT_WHEN_REPAIRED,
         "the tombstone goes though no repair has brought it to every owner"},
    };
    struct tape_record broken;
    for (uint32_t i = 0; i < ARRAY_LEN(ways); i++) {
        struct sought sought = why_note(NOTE_RULE_BROKEN, m->node, 0);
        sought = with_field(with_field(sought, 0, ways[i].rule), 1, (uint64_t)m->timestamp);
        if (why_last(c, collected->number, &sought, &broken))
            return why_say_broken(c, rule, &broken, ways[i].what);
    }
    return false;
}

/* The older version that stands there now. */
static bool find_older(struct why_case *c, const struct why_matter *m,
                       const struct tape_record *collected, struct tape_record *stored,
                       struct tape_record *begun)
{
    struct sought sought = with_field(why_note(NOTE_APPLY, m->node, 0), 0, m->token);
    return why_next(c, collected->number, m->before, &sought, stored) &&
           (int64_t)stored->field[1] < m->timestamp &&
           why_write_begun(c, m->before, m->token, (int64_t)stored->field[1], begun);
}

/* Some replica forgot it only until its next start, and has started since. */
static bool find_forgotten(struct why_case *c, const struct why_matter *m,
                           struct tape_record *broken)
{
    struct tape_record crash;
    uint32_t nodes[REPLICATION_MAX];
    uint32_t all = why_replicas(c, m->token, nodes);
    for (uint32_t i = 0; i < all; i++)
        if (why_find_broken(c, 0, m->before, nodes[i], 0, SAFEGUARD_DURABLE_FORGET, broken) &&
            why_crashed_between(c, nodes[i], broken->number, m->before, &crash))
            return true;
    return false;
}

/* A replica said that it had the tombstone, which let all others forget it, and lost it in a
 * crash. */
static bool was_repaired_too_early(struct why_case *c, const struct why_matter *m)
{
    struct tape_record broken, crash;
    uint32_t nodes[REPLICATION_MAX];
    uint32_t all = why_replicas(c, m->token, nodes);
    for (uint32_t i = 0; i < all; i++) {
        if (!why_find_broken(c, 0, m->before, nodes[i], 0, SAFEGUARD_REPAIR_DURABLE, &broken) ||
            !why_crashed_between(c, nodes[i], broken.number, m->before, &crash))
            continue;
        why_say(c, RULE_collected, &crash,
                "because %n, which a repair had brought the tombstone, crashed at %t before it was "
                "on its disk",
                (uint64_t)nodes[i], crash.time);
        return why_say_broken(c, RULE_collected, &broken,
                              "it tells the repair that it has what is not on the device yet");
    }
    return false;
}

/* A hint brought it that should have been too old, or a node that should have stayed away. */
static bool came_too_late(struct why_case *c, const struct why_matter *m, uint64_t request)
{
    struct tape_record broken;
    if (find_forgotten(c, m, &broken))
        return why_say_broken(c, RULE_collected, &broken,
                              "it forgets in its memory alone, and its log knows the value still");
    if (was_repaired_too_early(c, m))
        return true;
    if (why_find_broken(c, 0, m->before, ANYBODY, request, SAFEGUARD_HINT_EXPIRES, &broken))
        return why_say_broken(c, RULE_collected, &broken,
                              "it delivers a hint that is older than tombstones are kept for");
    if (why_find_broken(c, 0, m->before, ANYBODY, 0, SAFEGUARD_ABSENT_STAY_OUT, &broken))
        return why_say_broken(c, RULE_collected, &broken,
                              "it comes back though it was away for longer than tombstones live");
    return false;
}

/* A replica that has never had the tombstone, and why: the chain, or false. */
static bool ask_who_missed(struct why_case *c, const struct why_matter *m)
{
    uint32_t nodes[REPLICATION_MAX], missed[REPLICATION_MAX], count = 0;
    struct tape_record applied;
    struct why best;
    uint32_t all = why_replicas(c, m->token, nodes);
    for (uint32_t i = 0; i < all; i++) {
        struct why_matter other = *m;
        other.node = nodes[i];
        if (nodes[i] != m->node && !why_find_applied(c, &other, &applied))
            missed[count++] = nodes[i];
    }
    if (count == 0)
        return false;
    why_best_lack(c, *m, missed, count, &best);
    if (best.count <= c->why->count)
        return false;
    *c->why = best;
    return true;
}

bool why_rule_collected(struct why_case *c, const struct why_matter *m)
{
    struct tape_record collected, stored, begun = {0};
    if (!find_collected(c, m, &collected))
        return false;
    why_say(c, RULE_collected, &collected,
            "because %n had the tombstone of %r, and let it go at %t", (uint64_t)m->node,
            m->request, collected.time);
    if (went_too_early(c, RULE_collected, m, &collected))
        return true;
    if (find_older(c, m, &collected, &stored, &begun))
        why_say(c, RULE_collected, &stored,
                "because %n then stored %v, which %r had written before the delete: nothing was "
                "left there to say that it was deleted",
                (uint64_t)m->node, why_value_of(c, begun.about), begun.about);
    if (came_too_late(c, m, begun.about) || ask_who_missed(c, m))
        return true;
    return why_end_setting(c, "tombstones are kept for %d",
                           (vtime)c->scenario->node.tombstone_grace_ns);
}

/* --- MOMENT: a tombstone is let go --------------------------------------------------------- */

/* It had gone before, and a repair brought it back. */
static bool went_before(struct why_case *c, const struct tape_record *collected)
{
    struct tape_record broken, first;
    struct sought taken = why_note(NOTE_RULE_BROKEN, collected->actor, 0);
    taken = with_field(with_field(taken, 0, SAFEGUARD_REFUSE_GONE_TOMBSTONE), 1,
                       collected->field[1]);
    struct sought gone = why_note(NOTE_TOMBSTONE_COLLECTED, collected->actor, 0);
    gone = with_field(with_field(gone, 0, collected->field[0]), 1, collected->field[1]);
    if (!why_last(c, collected->number, &taken, &broken))
        return false;
    if (why_last(c, broken.number, &gone, &first))
        why_say(c, RULE_let_go, &first, "because %n had let it go before, at %t, and got it again",
                (uint64_t)first.actor, first.time);
    return why_say_broken(c, RULE_let_go, &broken,
                          "it takes a tombstone from a repair that every owner may let go");
}

bool why_rule_let_go(struct why_case *c, const struct why_matter *m)
{
    struct why_matter own = {.node = m->record.actor,
                             .token = m->record.field[0],
                             .timestamp = (int64_t)m->record.field[1]};
    if (m->record.kind != TRACE_NOTE + NOTE_TOMBSTONE_COLLECTED)
        return false;
    if (went_before(c, &m->record) || went_too_early(c, RULE_let_go, &own, &m->record))
        return true;
    return why_end_setting(c, "tombstones are kept for %d",
                           (vtime)c->scenario->node.tombstone_grace_ns);
}

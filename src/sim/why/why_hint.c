/*
 * why_hint.c: a replica has missed a write, and no hint has brought it home.
 *
 *     write ----> x  the replica misses it
 *     keeper: "for n3: the write"  --- refused? lost? forgotten? too old? still waiting? --->  n3
 *
 * Where hints are kept at all, missing a write is no reason to lack it: what became of the hint
 * is. Each rule first says how the write was missed, then what its hint lacked. Where hints are
 * off nothing here applies, and why_lacks.c goes on with the write itself.
 */
#include "sim/why/why_parts.h"

/* The last note of that kind about the write, for this replica. */
static bool find_hint(struct why_case *c, const struct why_matter *m, uint32_t note,
                      struct tape_record *found)
{
    struct sought sought = with_field(why_note(note, ANYBODY, m->request), 0, m->node);
    return why_last(c, m->before, &sought, found);
}

/* Did the replica miss it, and might a hint have helped? */
static bool is_hinted(struct why_case *c, const struct why_matter *m)
{
    struct tape_record applied;
    return c->scenario->node.hints.is_on && !why_find_applied(c, m, &applied);
}

/* --- a rule was broken --------------------------------------------------------------------- */

/* What the page cache held died with the process. */
static bool counted_too_early(struct why_case *c, const struct why_matter *m,
                              const struct tape_record *broken)
{
    struct tape_record crash;
    if (!why_crashed_between(c, broken->actor, broken->number, m->before, &crash))
        return false;
    why_say_missed(c, RULE_hint_broken, m);
    why_say(c, RULE_hint_broken, &crash,
            "because %n, which had kept a hint of %r, crashed at %t before it was on its disk",
            (uint64_t)broken->actor, m->request, crash.time);
    return why_say_broken(c, RULE_hint_broken, broken, "a hint counts that is not on the disk");
}

/* Dropped when it was sent: the batch that it was in names its first write only. */
static bool forgotten_too_early(struct why_case *c, const struct why_matter *m)
{
    struct tape_record kept, broken, lost;
    if (!find_hint(c, m, NOTE_HINT_KEPT, &kept) ||
        !why_find_broken(c, kept.number, m->before, kept.actor, 0, SAFEGUARD_HINT_FORGOTTEN_LAST,
                         &broken))
        return false;
    struct sought drop = with_field(
        with_field(why_trace(TRACE_DROP, kept.actor, 0), 0, MESSAGE_HINTS), 1, m->node);
    why_say_missed(c, RULE_hint_broken, m);
    if (why_next(c, broken.number, m->before, &drop, &lost))
        why_say(c, RULE_hint_broken, &lost, "because the hint of it got lost from %n to %n at %t",
                (uint64_t)kept.actor, (uint64_t)m->node, lost.time);
    return why_say_broken(c, RULE_hint_broken, &broken,
                          "it forgets hints when they are sent, not when they have arrived");
}

bool why_rule_hint_broken(struct why_case *c, const struct why_matter *m)
{
    struct tape_record broken;
    if (!is_hinted(c, m))
        return false;
    if (why_find_broken(c, 0, m->before, ANYBODY, m->request, SAFEGUARD_HINT_BEFORE_COUNT,
                        &broken) &&
        counted_too_early(c, m, &broken))
        return true;
    if (why_find_broken(c, 0, m->before, ANYBODY, m->request, SAFEGUARD_HINT_TO_NEW_OWNERS,
                        &broken)) {
        why_say_missed(c, RULE_hint_broken, m);
        return why_say_broken(c, RULE_hint_broken, &broken,
                              "it drops a hint for who owns the key no more");
    }
    return forgotten_too_early(c, m);
}

/* An older write came by a hint, and looked new: then it won over this one. */
bool why_rule_restamped(struct why_case *c, const struct why_matter *m)
{
    struct tape_record broken, begun;
    if (!c->scenario->node.hints.is_on)
        return false;
    for (uint64_t after = 0; why_find_broken(c, after, m->before, ANYBODY, 0,
                                             SAFEGUARD_HINT_KEEPS_TIMESTAMP, &broken);
         after = broken.number) {
        struct sought older =
            with_field(why_note(NOTE_WRITE_BEGUN, ANYBODY, broken.about), 0, m->token);
        if (!why_last(c, broken.number, &older, &begun) ||
            (int64_t)begun.field[1] >= m->timestamp)
            continue;
        why_say(c, RULE_restamped, &begun,
                "because %r, begun at %t, was kept as a hint, and came to %n at %t", broken.about,
                begun.time, (uint64_t)broken.actor, broken.time);
        return why_say_broken(c, RULE_restamped, &broken,
                              "a hint gets a new timestamp, and wins over what is newer");
    }
    return false;
}

/* --- what a setting decides ---------------------------------------------------------------- */

bool why_rule_hint_expired(struct why_case *c, const struct why_matter *m)
{
    struct tape_record expired;
    if (!is_hinted(c, m) || !find_hint(c, m, NOTE_HINT_EXPIRED, &expired))
        return false;
    why_say_missed(c, RULE_hint_expired, m);
    why_say(c, RULE_hint_expired, &expired,
            "because %n dropped the hint of %r for %n at %t: it was %d old, and what it would "
            "overwrite may have been deleted and forgotten since",
            (uint64_t)expired.actor, m->request, (uint64_t)m->node, expired.time,
            (vtime)expired.field[1]);
    return why_end_setting(c, "a hint is dropped when it is older than tombstones are kept for, %d",
                           (vtime)expired.field[2]);
}

static bool end_refused(struct why_case *c, uint64_t reason)
{
    const struct hints_config *hints = &c->scenario->node.hints;
    switch (reason) {
    case REASON_HINT_WINDOW:
        return why_end_setting(c, "for a node that is down for longer than %d no hint is kept",
                               (vtime)hints->window_ns);
    case REASON_QUOTA:
        return why_end_setting(c, "a node keeps no more than %u bytes of hints", hints->max_bytes);
    default: return why_end_setting(c, "the disk of who was to keep it took no more");
    }
}

bool why_rule_hint_refused(struct why_case *c, const struct why_matter *m)
{
    static const char *const words[REASON_COUNT] = {
#define REASON(identifier, text) [REASON_##identifier] = text,
        REASONS(REASON)
#undef REASON
    };
    struct tape_record refused, kept, full;
    if (!is_hinted(c, m) || !find_hint(c, m, NOTE_HINT_REFUSED, &refused) ||
        (find_hint(c, m, NOTE_HINT_KEPT, &kept) && kept.number > refused.number))
        return false;
    why_say_missed(c, RULE_hint_refused, m);
    why_say(c, RULE_hint_refused, &refused, "because %n kept no hint of %r for %n: %s",
            (uint64_t)refused.actor, m->request, (uint64_t)m->node,
            words[MIN(refused.field[1], (uint64_t)REASON_COUNT - 1)]);
    if (refused.field[1] == REASON_NO_SPACE && why_full(c, refused.actor, refused.number, &full))
        return why_say_full(c, RULE_hint_refused, refused.actor, refused.number);
    return end_refused(c, refused.field[1]);
}

/* --- it is still waiting ------------------------------------------------------------------- */

/* Whoever keeps it takes the target for down, or the batch was lost, or its turn has not come. */
static bool say_undelivered(struct why_case *c, const struct why_matter *m,
                            const struct tape_record *kept)
{
    struct tape_record suspicion, drop;
    struct sought lost = with_field(
        with_field(why_trace(TRACE_DROP, kept->actor, 0), 0, MESSAGE_HINTS), 1, m->node);
    if (why_is_taken_for_down(c, kept->actor, m->node, m->before, &suspicion)) {
        why_say(c, RULE_hint_waits, &suspicion, "because %n takes %n for down since %t",
                (uint64_t)kept->actor, (uint64_t)m->node, suspicion.time);
        return why_ask(c, TOPIC_SUSPECTED,
                       (struct why_matter){.record = suspicion,
                                           .node = kept->actor,
                                           .peer = m->node,
                                           .before = m->before}),
               true;
    }
    if (why_last(c, m->before, &lost, &drop) && drop.number > kept->number)
        return why_say_lost(c, RULE_hint_waits, &drop);
    return why_end_setting(c, "a node looks every %d whom it can bring hints, in turns",
                           (vtime)c->scenario->node.hints.interval_ns);
}

bool why_rule_hint_waits(struct why_case *c, const struct why_matter *m)
{
    struct tape_record kept, crash;
    if (!is_hinted(c, m) || !find_hint(c, m, NOTE_HINT_KEPT, &kept))
        return false;
    why_say_missed(c, RULE_hint_waits, m);
    why_say(c, RULE_hint_waits, &kept, "%n keeps a hint of %r for %n since %t, and it still waits",
            (uint64_t)kept.actor, m->request, (uint64_t)m->node, kept.time);
    if (!why_down(c, kept.actor, m->before, &crash))
        return say_undelivered(c, m, &kept);
    why_say(c, RULE_hint_waits, &crash, "because %n, which keeps it, crashed at %t",
            (uint64_t)kept.actor, crash.time);
    return why_end_fault(c, &crash);
}

/*
 * why_repair.c: a replica has missed a write, and the repair that would have brought it.
 *
 *     write ----> x  n3 misses it      ... repair of n1: compares with n2, with n3: no answer
 *
 * An anti-entropy repair ends what a lost message began, whatever that was. So where one ran and
 * did not get to the replica, what kept it from there is why it still lacks the write; how the
 * write was missed is told on the way. Where a later one has compared the two, it is none of this.
 */
#include "sim/why/why_parts.h"

/* The last repair since the write that gave this replica up, if none has reached it since. */
static bool find_missed(struct why_case *c, const struct why_matter *m,
                        struct tape_record *given_up)
{
    struct tape_record begun, done;
    struct sought write = why_note(NOTE_WRITE_BEGUN, ANYBODY, m->request);
    struct sought missed = with_field(why_note(NOTE_REPAIR_GIVEN_UP, ANYBODY, 0), 0, m->node);
    if (!why_last(c, m->before, &write, &begun) || !why_last(c, m->before, &missed, given_up))
        return false;
    struct sought pair =
        with_field(why_note(NOTE_REPAIR_PAIR_DONE, given_up->actor, 0), 0, m->node);
    return given_up->number > begun.number &&
           !why_next(c, given_up->number, m->before, &pair, &done);
}

/* The last message of a repair that was lost between the two, either way. */
static bool find_lost(struct why_case *c, const struct why_matter *m,
                      const struct tape_record *given_up, struct tape_record *drop)
{
    static const uint32_t messages[] = {MESSAGE_REPAIR_COMPARE, MESSAGE_REPAIR_SUMS};
    for (uint32_t i = 0; i < ARRAY_LEN(messages); i++)
        for (uint32_t way = 0; way < 2; way++) {
            uint32_t from = way ? m->node : given_up->actor, to = way ? given_up->actor : m->node;
            struct sought sought = with_field(why_trace(TRACE_DROP, from, 0), 0, messages[i]);
            sought = with_field(sought, 1, to);
            if (why_last(c, given_up->number, &sought, drop))
                return true;
        }
    return false;
}

bool why_rule_repair_missed(struct why_case *c, const struct why_matter *m)
{
    struct tape_record given_up, behind;
    if (!find_missed(c, m, &given_up))
        return false;
    bool is_down = why_is_taken_for_down(c, given_up.actor, m->node, given_up.number, &behind);
    if (!is_down && !find_lost(c, m, &given_up, &behind))
        return false;
    why_say_missed(c, RULE_repair_missed, m);
    why_say(c, RULE_repair_missed, &given_up,
            "because the repair that %n ran would have brought it, but gave %n up at %t",
            (uint64_t)given_up.actor, (uint64_t)m->node, given_up.time);
    if (!is_down)
        return why_say_lost(c, RULE_repair_missed, &behind);
    why_say(c, RULE_repair_missed, &behind, "because %n takes %n for down since %t",
            (uint64_t)given_up.actor, (uint64_t)m->node, behind.time);
    why_ask(c, TOPIC_SUSPECTED,
            (struct why_matter){.record = behind,
                                .node = given_up.actor,
                                .peer = m->node,
                                .before = behind.number});
    return true;
}

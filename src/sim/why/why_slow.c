/*
 * why_slow.c: an answer that came, and what it had waited for.
 *
 * The causes of an answer, back to its question, are the way on which it was waited for: what was
 * not on it did not delay it, however slow it was.
 */
#include "sim/why/why_parts.h"

/* The chain of causes from the answer back to the question is the way on which it was waited for;
 * of its parts the longest counts, if it is an eighth of the whole or more. */
static bool longest_part(struct why_case *c, const struct why_matter *m,
                         const struct tape_record *invoke, struct tape_record *from,
                         struct tape_record *to)
{
    struct tape_record later = m->record, earlier;
    vtime longest = 0, whole = m->record.time - invoke->time;
    while (later.number > invoke->number && why_number(c, later.cause, &earlier)) {
        if (later.time - earlier.time > longest) {
            longest = later.time - earlier.time;
            *from = earlier;
            *to = later;
        }
        later = earlier;
    }
    return longest > 0 && longest >= whole / 8;
}

bool why_rule_longest_wait(struct why_case *c, const struct why_matter *m)
{
    struct tape_record invoke, from, to, slow;
    if (!why_invocation(c, m->request, &invoke) || !longest_part(c, m, &invoke, &from, &to))
        return false;
    if (from.kind == TRACE_SEND || from.kind == TRACE_DUPLICATE)
        return why_link_changed(c, from.actor, (uint32_t)from.field[1], from.number, &slow) &&
               why_say_late(c, RULE_longest_wait, &from, to.number);
    struct tape_record pause;
    bool is_hindered = why_slowed(c, from.actor, to.number, &slow) ||
                       why_paused_between(c, from.actor, from.time, to.number, &pause) ||
                       (from.kind == TRACE_ARRIVE && from.field[2] >= 10);
    if (!is_hindered)
        return false;
    why_say(c, RULE_longest_wait, &from, "because %d of the %d passed at %n", to.time - from.time,
            m->record.time - invoke.time, (uint64_t)from.actor);
    why_ask(c, TOPIC_WAITING,
            (struct why_matter){.record = from, .node = from.actor, .before = to.number});
    return true;
}

/* Most of the time went into the tries before: the last of them is asked about. */
bool why_rule_tried_before(struct why_case *c, const struct why_matter *m)
{
    struct tape_record invoke;
    if (about_request_attempt(m->request) == 0 || !why_invocation(c, m->request, &invoke))
        return false;
    why_say(c, RULE_tried_before, &invoke, "because this is try %u of it, which %n began at %t",
            about_request_attempt(m->request) + 1, (uint64_t)invoke.actor, invoke.time);
    why_ask(c, TOPIC_MOMENT, (struct why_matter){.record = invoke, .before = invoke.number});
    return true;
}

/* Who is late is asked about as of the moment at which the coordinator asked another one. */
bool why_rule_speculated(struct why_case *c, const struct why_matter *m)
{
    struct tape_record asked, used;
    struct why_way way;
    struct why chain;
    if (!why_find_way(c, m->request, &way))
        return false;
    struct sought more = why_note(NOTE_READ_SPECULATED, way.coordinator, m->request);
    struct sought taken = why_note(NOTE_SPECULATION_USED, way.coordinator, m->request);
    if (!why_last(c, m->before, &more, &asked) || !why_last(c, m->before, &taken, &used))
        return false;
    why_say(c, RULE_speculated, &asked,
            "because %n had no answer from %n for %d, and asked %n, too, whose answer it took",
            (uint64_t)way.coordinator, used.field[1], (vtime)asked.field[1], used.field[0]);
    struct why_matter late = {.node = (uint32_t)used.field[1],
                              .peer = way.coordinator,
                              .request = m->request,
                              .message = MESSAGE_REPLICA_READ,
                              .answer = MESSAGE_KIND_COUNT,
                              .before = asked.number};
    if (!why_try(c, TOPIC_SILENT, late, &chain))
        return why_end_setting(c, "the other one is asked when an answer is later than most are");
    *c->why = chain;
    return true;
}

/* The reply that completed the quorum, then the request. */
bool why_rule_quorum_met(struct why_case *c, const struct why_matter *m)
{
    struct why_way way;
    struct tape_record done, counted;
    if (!why_find_way(c, m->request, &way) || !why_find_done(c, m, way.coordinator, &done))
        return false;
    struct sought written = why_note(NOTE_WRITE_ACKNOWLEDGED, way.coordinator, m->request);
    struct sought read = why_note(NOTE_READ_ANSWERED, way.coordinator, m->request);
    if (why_last(c, done.number, &written, &counted) || why_last(c, done.number, &read, &counted))
        why_say(c, RULE_quorum_met, &counted,
                "because %n had %u of the %u replies that it needed: the last came from %n",
                (uint64_t)way.coordinator, counted.field[1], counted.field[2], counted.field[0]);
    why_say(c, RULE_quorum_met, &way.invoke, "because %n asked %n: %r %o %k", (uint64_t)way.client,
            (uint64_t)way.coordinator, m->request, way.invoke.field[0], way.invoke.field[1]);
    return why_end_client(c, &way.invoke);
}

/*
 * why_moment.c: why did this record come about? What kind it is decides what is asked next.
 *
 * Everything that is asked about ends here at some time: a fault begins with whoever ordered it, a
 * question with its client, and what no rule speaks of happened because of its trigger.
 */
#include "sim/why/why_parts.h"

static bool is_kind(const struct why_matter *m, uint32_t kind)
{
    return m->record.kind == kind;
}

static bool is_note(const struct why_matter *m, uint32_t note)
{
    return m->record.kind == TRACE_NOTE + note;
}

/* A timeline, a person: nothing is before what they do. */
bool why_rule_fault(struct why_case *c, const struct why_matter *m)
{
    uint32_t entry;
    switch (m->record.kind) {
    case TRACE_CRASH:
    case TRACE_START:
    case TRACE_PAUSE:
    case TRACE_RESUME:
    case TRACE_PARTITION:
    case TRACE_CUT:
    case TRACE_HEAL:
    case TRACE_HEAL_LINK:
    case TRACE_LINK:
    case TRACE_CLOCK:
    case TRACE_DISK_FAULT:
    case TRACE_SLOW:
    case TRACE_MESSAGE_MARKED:
    case TRACE_TIMER_FORCED:
    case TRACE_COMMAND:
    case TRACE_REPAIR_COMMAND:
    case TRACE_CLOG:
    case TRACE_HURRY:
    case TRACE_CLIENTS: return why_end_fault(c, &m->record);
    case TRACE_RUN_BEGUN: return why_end_setting(c, "here the run begins");
    default: return why_action(c, &m->record, &entry) && why_end_fault(c, &m->record);
    }
}

bool why_rule_broken_rule(struct why_case *c, const struct why_matter *m)
{
    return is_note(m, NOTE_RULE_BROKEN) && why_end_safeguard(c, &m->record);
}

bool why_rule_lost(struct why_case *c, const struct why_matter *m)
{
    if (!is_kind(m, TRACE_DROP))
        return false;
    why_ask(c, TOPIC_LOST, *m);
    return true;
}

/* The message's end is known by now: that is what one wants to know about it. */
static bool is_lost_later(struct why_case *c, const struct why_matter *m, struct tape_record *drop)
{
    return is_kind(m, TRACE_SEND) &&
           why_fate_of(c, &m->record, stage_records(c->stage) + 1, drop) == FATE_LOST;
}

/* Not lost yet, but nothing will get through as things are now. */
bool why_rule_doomed(struct why_case *c, const struct why_matter *m)
{
    struct tape_record end, cut;
    uint64_t now = stage_records(c->stage) + 1;
    if (is_lost_later(c, m, &end))
        return why_say_lost(c, RULE_doomed, &end);
    if (!is_kind(m, TRACE_SEND) || why_fate_of(c, &m->record, now, &end) != FATE_FLYING)
        return false;
    uint32_t from = m->record.actor, to = (uint32_t)m->record.field[1];
    if (why_cut(c, from, to, now, &cut))
        why_say(c, RULE_doomed, &cut,
                "it will be lost, because nothing gets from %n to %n since %t", (uint64_t)from,
                (uint64_t)to, cut.time);
    else if (is_node_address(c->world, to) && why_down(c, to, now, &cut))
        why_say(c, RULE_doomed, &cut, "it will be lost, because %n crashed at %t", (uint64_t)to,
                cut.time);
    else
        return false;
    return why_end_fault(c, &cut);
}

bool why_rule_failed(struct why_case *c, const struct why_matter *m)
{
    bool is_told = is_kind(m, TRACE_TOLD) || is_note(m, NOTE_OPERATION_DONE);
    struct why_matter asked = *m;
    asked.request = m->record.about;
    if (is_told && outcome_is_refusal((uint32_t)m->record.field[0]))
        why_ask(c, TOPIC_REFUSED, asked);
    else if ((is_told && m->record.field[0] == OUTCOME_TIMEOUT) || is_kind(m, TRACE_GIVE_UP))
        why_ask(c, TOPIC_UNANSWERED, asked);
    else
        return false;
    return true;
}

bool why_rule_answered(struct why_case *c, const struct why_matter *m)
{
    struct tape_record invoke;
    struct why chain;
    struct why_matter asked = *m;
    asked.request = m->record.about;
    if (!is_kind(m, TRACE_TOLD) || !why_invocation(c, m->record.about, &invoke))
        return false;
    if (invoke.field[0] == OPERATION_GET && why_try(c, TOPIC_READ, asked, &chain)) {
        *c->why = chain;
        return true;
    }
    if (why_try(c, TOPIC_SLOWLY, asked, &chain)) {
        *c->why = chain;
        return true;
    }
    return false;
}

bool why_rule_suspicion(struct why_case *c, const struct why_matter *m)
{
    if (!is_note(m, NOTE_PEER_SUSPECTED))
        return false;
    struct why_matter asked = *m;
    asked.node = m->record.actor;
    asked.peer = (uint32_t)m->record.field[0];
    why_ask(c, TOPIC_SUSPECTED, asked);
    return true;
}

/* What is on its disk is what its last life left there. */
bool why_rule_told_state(struct why_case *c, const struct why_matter *m)
{
    struct tape_record crash;
    struct sought sought = why_trace(TRACE_CRASH, m->record.actor, 0);
    if (is_note(m, NOTE_NODE_REFUSED) || is_note(m, NOTE_NODE_LOG_GONE) ||
        is_note(m, NOTE_NODE_WIPED) || is_note(m, NOTE_NODE_FOREIGN)) {
        if (m->node == ANY_NODE)
            return false; /* asked already: nothing has damaged it */
        c->why->count--;  /* it is said again, with its reason */
        return why_say_refusing(c, RULE_told_state, &m->record);
    }
    bool is_left = is_note(m, NOTE_TAIL_CUT) || is_note(m, NOTE_RECOVERY_BEGUN);
    if (!is_left || !why_last(c, m->before, &sought, &crash))
        return false;
    why_say(c, RULE_told_state, &crash, "because %n had crashed at %t", (uint64_t)m->record.actor,
            crash.time);
    return why_end_fault(c, &crash);
}

bool why_rule_no_room(struct why_case *c, const struct why_matter *m)
{
    bool is_refusal = is_note(m, NOTE_LOG_REFUSED) || is_note(m, NOTE_CHECKPOINT_GIVEN_UP);
    return is_refusal && why_say_full(c, RULE_no_room, m->record.actor, m->before);
}

bool why_rule_retry(struct why_case *c, const struct why_matter *m)
{
    struct tape_record failure;
    char sentence[WHY_TEXT_MAX];
    if (!is_kind(m, TRACE_INVOKE) || about_request_attempt(m->record.about) == 0 ||
        !why_number(c, m->record.cause, &failure))
        return false;
    stage_sentence(c->stage, &failure, sentence, sizeof sentence);
    why_say(c, RULE_retry, &failure, "because %s", sentence);
    why_ask(c, TOPIC_MOMENT, (struct why_matter){.record = failure, .before = failure.number});
    return true;
}

/* Whoever is repaired lacks a version that another one has. */
bool why_rule_repair(struct why_case *c, const struct why_matter *m)
{
    struct tape_record begun;
    if (!is_note(m, NOTE_READ_REPAIR))
        return false;
    int64_t timestamp = (int64_t)m->record.field[2];
    if (!why_write_begun(c, m->before, m->record.field[0], timestamp, &begun))
        return false;
    why_ask(c, TOPIC_LACKS,
            (struct why_matter){.node = (uint32_t)m->record.field[1],
                                .token = m->record.field[0],
                                .timestamp = timestamp,
                                .request = begun.about,
                                .before = m->before});
    return true;
}

bool why_rule_outranked(struct why_case *c, const struct why_matter *m)
{
    struct tape_record winner;
    if (!is_note(m, NOTE_APPLY_OLDER) ||
        !why_other_write(c, m->before, m->record.field[0], (int64_t)m->record.field[2],
                         m->record.about, &winner))
        return false;
    why_ask(c, TOPIC_WINS,
            (struct why_matter){.request = m->record.about,
                                .other = winner.about,
                                .token = m->record.field[0],
                                .before = m->before});
    return true;
}

bool why_rule_twice(struct why_case *c, const struct why_matter *m)
{
    struct tape_record copy;
    struct sought sought = why_trace(TRACE_DUPLICATE, ANYBODY, m->record.about);
    if (!is_note(m, NOTE_REQUEST_REPEATED) || !why_last(c, m->before, &sought, &copy))
        return false;
    why_say(c, RULE_twice, &copy, "because a second copy of %m from %n to %n set out at %t",
            copy.field[0], (uint64_t)copy.actor, copy.field[1], copy.time);
    why_ask(c, TOPIC_MOMENT, (struct why_matter){.record = copy, .before = copy.number});
    return true;
}

/* The message that was rejected: what led to its arrival. */
static bool find_sending(struct why_case *c, const struct tape_record *rejected,
                         struct tape_record *send)
{
    *send = *rejected;
    while (send->kind != TRACE_SEND)
        if (!why_number(c, send->cause, send))
            return false;
    return true;
}

bool why_rule_rejected(struct why_case *c, const struct why_matter *m)
{
    struct tape_record send;
    if (!is_note(m, NOTE_MESSAGE_REJECTED))
        return false;
    if (m->record.field[0] == REASON_NOT_READY)
        return why_say_starting(c, RULE_rejected, m->record.actor, m->before);
    return find_sending(c, &m->record, &send) &&
           why_say_damaged(c, RULE_rejected, &send, m->before);
}

bool why_rule_beat(struct why_case *c, const struct why_matter *m)
{
    return about_class(m->record.about) == ABOUT_HEARTBEAT &&
           why_end_setting(c, "a node says every %d that it is alive",
                           (vtime)c->scenario->node.heartbeat_ns);
}

bool why_rule_asked(struct why_case *c, const struct why_matter *m)
{
    return is_kind(m, TRACE_INVOKE) && why_end_client(c, &m->record);
}

/* --- everything else ---------------------------------------- */

/* Steps on the way that tell nothing new. */
static bool is_copy(const struct tape_record *record)
{
    switch (record->kind) {
    case TRACE_SEND:
    case TRACE_ARRIVE:
    case TRACE_HANDLE:
    case TRACE_DISK_DONE: return true;
    default: return false;
    }
}

bool why_rule_triggered(struct why_case *c, const struct why_matter *m)
{
    struct tape_record cause = m->record;
    char sentence[WHY_TEXT_MAX];
    do {
        if (!why_number(c, cause.cause, &cause))
            return false;
    } while (is_copy(&cause) && cause.cause != 0);
    stage_sentence(c->stage, &cause, sentence, sizeof sentence);
    why_say(c, RULE_triggered, &cause, "because %s", sentence);
    why_ask(c, TOPIC_MOMENT, (struct why_matter){.record = cause, .before = cause.number});
    return true;
}

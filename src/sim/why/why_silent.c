/*
 * why_silent.c: why a replica had not answered its coordinator, from the question to the reply.
 *
 *     coordinator --- question ---> replica: its queue, its log, its disk
 *                 <---- reply ----
 *
 * The first thing on this way that had not happened by then is the reason.
 */
#include "sim/why/why_parts.h"

static enum why_fate fate_of_question(struct why_case *c, const struct why_matter *m,
                                      struct tape_record *send, struct tape_record *end)
{
    if (m->node == m->peer)
        return FATE_NOT_SENT;
    return why_fate(c, m->peer, m->node, m->request, m->message, m->before, send, end);
}

bool why_rule_question_lost(struct why_case *c, const struct why_matter *m)
{
    struct tape_record send, end;
    return fate_of_question(c, m, &send, &end) == FATE_LOST &&
           why_say_lost(c, RULE_question_lost, &end);
}

bool why_rule_question_late(struct why_case *c, const struct why_matter *m)
{
    struct tape_record send, end;
    return fate_of_question(c, m, &send, &end) == FATE_FLYING &&
           why_say_late(c, RULE_question_late, &send, m->before);
}

/* A node that recovers, or refuses to serve, rejects what replicas are asked. */
bool why_rule_not_serving(struct why_case *c, const struct why_matter *m)
{
    struct tape_record send, arrive, handled, rejected;
    if (fate_of_question(c, m, &send, &arrive) != FATE_ARRIVED ||
        !why_is_handled(c, &arrive, m->before, &handled))
        return false;
    struct sought sought =
        with_field(why_note(NOTE_MESSAGE_REJECTED, m->node, 0), 0, REASON_NOT_READY);
    sought.cause = handled.kind == TRACE_HANDLE ? handled.number : arrive.number;
    return why_next(c, arrive.number, m->before, &sought, &rejected) &&
           why_say_starting(c, RULE_not_serving, m->node, m->before);
}

bool why_rule_question_damaged(struct why_case *c, const struct why_matter *m)
{
    struct tape_record send, arrive;
    return fate_of_question(c, m, &send, &arrive) == FATE_ARRIVED &&
           why_say_damaged(c, RULE_question_damaged, &send, m->before);
}

bool why_rule_died_with_it(struct why_case *c, const struct why_matter *m)
{
    struct tape_record send, arrive, crash;
    if (fate_of_question(c, m, &send, &arrive) != FATE_ARRIVED ||
        !why_crashed_between(c, m->node, arrive.number, m->before, &crash))
        return false;
    why_say(c, RULE_died_with_it, &crash, "because %n had it, but crashed at %t before it answered",
            (uint64_t)m->node, crash.time);
    return why_end_fault(c, &crash);
}

bool why_rule_question_waits(struct why_case *c, const struct why_matter *m)
{
    struct tape_record send, arrive, handled;
    return fate_of_question(c, m, &send, &arrive) == FATE_ARRIVED &&
           !why_is_handled(c, &arrive, m->before, &handled) &&
           why_say_waiting(c, RULE_question_waits, &arrive, m->before);
}

bool why_rule_its_log_full(struct why_case *c, const struct why_matter *m)
{
    struct tape_record refusal;
    struct sought sought = why_note(NOTE_LOG_REFUSED, m->node, m->request);
    if (!why_last(c, m->before, &sought, &refusal))
        return false;
    why_say(c, RULE_its_log_full, &refusal, "because %n could not log it", (uint64_t)m->node);
    return why_say_full(c, RULE_its_log_full, m->node, refusal.number);
}

/* Logged, but neither stored nor refused: a sync takes its time. */
bool why_rule_not_synced(struct why_case *c, const struct why_matter *m)
{
    struct tape_record append, stored;
    struct sought logged = why_note(NOTE_LOG_APPEND, m->node, m->request);
    struct sought applied = why_note(NOTE_APPLY, m->node, m->request);
    struct sought older = why_note(NOTE_APPLY_OLDER, m->node, m->request);
    bool is_write =
        m->message == MESSAGE_REPLICA_WRITE || m->message == MESSAGE_REPLICA_UPDATE;
    if (!is_write || !why_last(c, m->before, &logged, &append) ||
        why_next(c, append.number, m->before, &applied, &stored) ||
        why_next(c, append.number, m->before, &older, &stored))
        return false;
    why_say(c, RULE_not_synced, &append,
            "because %n had it in its log at %t, but that was not on the device yet",
            (uint64_t)m->node, append.time);
    why_ask(c, TOPIC_WAITING,
            (struct why_matter){.record = append, .node = m->node, .before = m->before});
    return true;
}

/* A replica of a read answers with a value or a digest. */
static enum why_fate fate_of_reply(struct why_case *c, const struct why_matter *m,
                                   struct tape_record *send, struct tape_record *end)
{
    if (m->node == m->peer)
        return FATE_NOT_SENT;
    if (m->answer != MESSAGE_KIND_COUNT)
        return why_fate(c, m->node, m->peer, m->request, m->answer, m->before, send, end);
    enum why_fate fate =
        why_fate(c, m->node, m->peer, m->request, MESSAGE_REPLICA_VALUE, m->before, send, end);
    if (fate != FATE_NOT_SENT)
        return fate;
    return why_fate(c, m->node, m->peer, m->request, MESSAGE_REPLICA_DIGEST, m->before, send, end);
}

bool why_rule_reply_lost(struct why_case *c, const struct why_matter *m)
{
    struct tape_record send, end;
    return fate_of_reply(c, m, &send, &end) == FATE_LOST && why_say_lost(c, RULE_reply_lost, &end);
}

bool why_rule_reply_late(struct why_case *c, const struct why_matter *m)
{
    struct tape_record send, end;
    return fate_of_reply(c, m, &send, &end) == FATE_FLYING &&
           why_say_late(c, RULE_reply_late, &send, m->before);
}

bool why_rule_reply_damaged(struct why_case *c, const struct why_matter *m)
{
    struct tape_record send, arrive;
    return fate_of_reply(c, m, &send, &arrive) == FATE_ARRIVED &&
           why_say_damaged(c, RULE_reply_damaged, &send, m->before);
}

bool why_rule_reply_waits(struct why_case *c, const struct why_matter *m)
{
    struct tape_record send, arrive;
    return fate_of_reply(c, m, &send, &arrive) == FATE_ARRIVED &&
           why_say_waiting(c, RULE_reply_waits, &arrive, m->before);
}

/*
 * why_request.c: an operation on its way from client to coordinator and back.
 *
 *     client --- request ---> coordinator --- question ---> replica
 *            <--- answer ----             <---- reply -----
 *
 * A timeout is led to the first thing on this way that did not happen. What the coordinator
 * lacked of its replicas is asked in why_quorum.c.
 */
#include "sim/why/why_parts.h"

bool why_find_way(struct why_case *c, uint64_t request, struct why_way *way)
{
    static const uint32_t kinds[] = {MESSAGE_CLIENT_GET, MESSAGE_CLIENT_PUT, MESSAGE_CLIENT_DELETE,
                                     MESSAGE_CLIENT_UPDATE};
    if (!why_invocation(c, request, &way->invoke))
        return false;
    way->client = way->invoke.actor;
    way->coordinator = (uint32_t)way->invoke.field[2];
    way->kind = kinds[MIN(way->invoke.field[0], 3)];
    return true;
}

/* The last record of the coordinator that begins this operation. */
bool why_find_beginning(struct why_case *c, const struct why_matter *m, uint32_t coordinator,
                        struct tape_record *begun)
{
    struct sought write = why_note(NOTE_WRITE_BEGUN, coordinator, m->request);
    struct sought read = why_note(NOTE_READ_BEGUN, coordinator, m->request);
    struct sought update = why_note(NOTE_UPDATE_BEGUN, coordinator, m->request);
    return why_last(c, m->before, &write, begun) || why_last(c, m->before, &read, begun) ||
           why_last(c, m->before, &update, begun);
}

bool why_find_done(struct why_case *c, const struct why_matter *m, uint32_t coordinator,
                   struct tape_record *done)
{
    struct sought sought = why_note(NOTE_OPERATION_DONE, coordinator, m->request);
    return why_last(c, m->before + 1, &sought, done);
}

/* --- UNANSWERED: on the way to the coordinator ---------------------------------------- */

bool why_rule_request_lost(struct why_case *c, const struct why_matter *m)
{
    struct why_way way;
    struct tape_record send, end;
    if (!why_find_way(c, m->request, &way) ||
        why_fate(c, way.client, way.coordinator, m->request, way.kind, m->before, &send, &end) !=
            FATE_LOST)
        return false;
    return why_say_lost(c, RULE_request_lost, &end);
}

bool why_rule_request_late(struct why_case *c, const struct why_matter *m)
{
    struct why_way way;
    struct tape_record send, end;
    if (!why_find_way(c, m->request, &way) ||
        why_fate(c, way.client, way.coordinator, m->request, way.kind, m->before, &send, &end) !=
            FATE_FLYING)
        return false;
    return why_say_late(c, RULE_request_late, &send, m->before);
}

bool why_rule_coordinator_died(struct why_case *c, const struct why_matter *m)
{
    struct why_way way;
    struct tape_record begun, done, crash;
    if (!why_find_way(c, m->request, &way) || !why_find_beginning(c, m, way.coordinator, &begun) ||
        why_find_done(c, m, way.coordinator, &done) ||
        !why_crashed_between(c, way.coordinator, begun.number, m->before, &crash))
        return false;
    why_say(c, RULE_coordinator_died, &crash,
            "because %n, which had taken it on, crashed at %t before it could answer",
            (uint64_t)way.coordinator, crash.time);
    return why_end_fault(c, &crash);
}

bool why_rule_request_damaged(struct why_case *c, const struct why_matter *m)
{
    struct why_way way;
    struct tape_record send, arrive, begun;
    return why_find_way(c, m->request, &way) &&
           !why_find_beginning(c, m, way.coordinator, &begun) &&
           why_fate(c, way.client, way.coordinator, m->request, way.kind, m->before, &send,
                    &arrive) == FATE_ARRIVED &&
           why_say_damaged(c, RULE_request_damaged, &send, m->before);
}

bool why_rule_request_waits(struct why_case *c, const struct why_matter *m)
{
    struct why_way way;
    struct tape_record send, arrive, handled, begun;
    if (!why_find_way(c, m->request, &way) || why_find_beginning(c, m, way.coordinator, &begun) ||
        why_fate(c, way.client, way.coordinator, m->request, way.kind, m->before, &send, &arrive) !=
            FATE_ARRIVED ||
        why_is_handled(c, &arrive, m->before, &handled))
        return false;
    return why_say_waiting(c, RULE_request_waits, &arrive, m->before);
}

/* --- UNANSWERED: on the way back ---------------------------------------- */

static enum why_fate fate_of_answer(struct why_case *c, const struct why_matter *m,
                                    struct tape_record *send, struct tape_record *end)
{
    struct why_way way;
    if (m->record.kind != TRACE_GIVE_UP || !why_find_way(c, m->request, &way))
        return FATE_NOT_SENT;
    return why_fate(c, way.coordinator, way.client, m->request, MESSAGE_CLIENT_REPLY, m->before,
                    send, end);
}

bool why_rule_answer_lost(struct why_case *c, const struct why_matter *m)
{
    struct tape_record send, end;
    return fate_of_answer(c, m, &send, &end) == FATE_LOST &&
           why_say_lost(c, RULE_answer_lost, &end);
}

bool why_rule_answer_late(struct why_case *c, const struct why_matter *m)
{
    struct tape_record send, end;
    return fate_of_answer(c, m, &send, &end) == FATE_FLYING &&
           why_say_late(c, RULE_answer_late, &send, m->before);
}

bool why_rule_answer_damaged(struct why_case *c, const struct why_matter *m)
{
    struct tape_record send, end;
    return fate_of_answer(c, m, &send, &end) == FATE_ARRIVED &&
           why_say_damaged(c, RULE_answer_damaged, &send, m->before);
}

/*
 * why_message.c: what becomes of messages: lost, late, or waiting at the receiver.
 *
 *     SEND ------ LATE? ------> ARRIVE ------ WAITING? ------> HANDLE
 *           \-- DROP: LOST?
 *
 * Loss is decided on arrival, so what was in force then is what counts.
 */
#include "sim/why/why_parts.h"

/* --- what became of it ---------------------------------------- */

/* The network may have doubled it: the second copy has a record of its own as its cause. */
static bool copy_of(struct why_case *c, const struct tape_record *send, struct tape_record *copy)
{
    struct sought sought = why_trace(TRACE_DUPLICATE, send->actor, send->about);
    sought = with_field(with_field(sought, 0, send->field[0]), 1, send->field[1]);
    return why_next(c, send->number, UINT64_MAX, &sought, copy) && copy->time == send->time;
}

static enum why_fate fate_of_one(struct why_case *c, const struct tape_record *send, uint64_t cause,
                                 uint64_t before, struct tape_record *end)
{
    struct sought arrive = why_trace(TRACE_ARRIVE, (uint32_t)send->field[1], send->about);
    struct sought drop = why_trace(TRACE_DROP, send->actor, send->about);
    arrive.cause = drop.cause = cause;
    if (why_next(c, send->number, before, &arrive, end))
        return FATE_ARRIVED;
    return why_next(c, send->number, before, &drop, end) ? FATE_LOST : FATE_FLYING;
}

enum why_fate why_fate_of(struct why_case *c, const struct tape_record *send, uint64_t before,
                          struct tape_record *end)
{
    struct tape_record copy, end_of_copy;
    enum why_fate fate = fate_of_one(c, send, send->number, before, end);
    if (fate == FATE_ARRIVED || !copy_of(c, send, &copy))
        return fate;
    enum why_fate second = fate_of_one(c, send, copy.number, before, &end_of_copy);
    if (second == FATE_LOST)
        return fate;
    *end = end_of_copy;
    return second;
}

enum why_fate why_fate(struct why_case *c, uint32_t from, uint32_t to, uint64_t request,
                       uint32_t kind, uint64_t before, struct tape_record *send,
                       struct tape_record *end)
{
    struct sought sought = why_trace(TRACE_SEND, from, request);
    sought = with_field(with_field(sought, 0, kind), 1, to);
    if (!why_last(c, before, &sought, send))
        return FATE_NOT_SENT;
    return why_fate_of(c, send, before, end);
}

/* Where handling takes no time there is no record of it: then what it leads to follows from the
 * arrival itself, in the same step. */
bool why_is_handled(struct why_case *c, const struct tape_record *arrive, uint64_t before,
                    struct tape_record *handled)
{
    const struct why_book *book = c->book;
    struct sought handle = why_trace(TRACE_HANDLE, arrive->actor, arrive->about);
    handle.cause = arrive->number;
    if (why_next(c, arrive->number, before, &handle, handled))
        return true;
    for (uint32_t i = why_book_index(book, arrive->number + 1);
         i < book->count && book->pages[i].step == arrive->step; i++)
        if (book->pages[i].number < before && book->pages[i].cause == arrive->number) {
            *handled = why_book_record(book, i);
            return true;
        }
    return false;
}

/* --- saying it ---------------------------------------- */

static const char *const REASONS[] = {
#define REASON(identifier, text) text,
    REASONS(REASON)
#undef REASON
};

bool why_say_lost(struct why_case *c, enum why_rule rule, const struct tape_record *drop)
{
    bool is_cut = drop->field[2] == REASON_PARTITION;
    why_say(c, rule, drop, "because %m from %n to %n got lost: %s", drop->field[0],
            (uint64_t)drop->actor, drop->field[1],
            is_cut ? "nothing got through there" : REASONS[drop->field[2]]);
    why_ask(c, TOPIC_LOST, (struct why_matter){.record = *drop, .before = drop->number});
    return true;
}

bool why_say_late(struct why_case *c, enum why_rule rule, const struct tape_record *send,
                  uint64_t before)
{
    why_say(c, rule, send, "because %m from %n to %n, sent at %t, was still on its way",
            send->field[0], (uint64_t)send->actor, send->field[1], send->time);
    why_ask(c, TOPIC_LATE, (struct why_matter){.record = *send, .before = before});
    return true;
}

bool why_say_waiting(struct why_case *c, enum why_rule rule, const struct tape_record *arrive,
                     uint64_t before)
{
    why_say(c, rule, arrive, "because %m from %n had arrived at %n at %t, but was not handled",
            arrive->field[0], arrive->field[1], (uint64_t)arrive->actor, arrive->time);
    why_ask(c, TOPIC_WAITING,
            (struct why_matter){.record = *arrive, .node = arrive->actor, .before = before});
    return true;
}

/* --- what somebody wanted done to it ------------------------------------------------------- */

/* The order names the message by its identity, in which the round of the protocol is mixed. */
bool why_find_order(struct why_case *c, const struct tape_record *message, uint32_t action,
                    struct tape_record *order)
{
    for (uint8_t round = 0; round < 2; round++) {
        uint64_t identity = net_identity(message->about, (uint8_t)message->field[0], round,
                                         message->actor, (uint32_t)message->field[1]);
        struct sought sought = why_trace(TRACE_MESSAGE_MARKED, ANYBODY, 0);
        sought = with_field(with_field(sought, 0, action), 2, identity);
        if (why_last(c, message->number, &sought, order))
            return true;
    }
    return false;
}

static uint32_t action_of(uint32_t kind)
{
    switch (kind) {
    case TRACE_HOLD: return ACTION_HOLD;
    case TRACE_RELEASE: return ACTION_RELEASE;
    case TRACE_POSTPONE: return ACTION_POSTPONE;
    case TRACE_CORRUPT: return ACTION_CORRUPT;
    case TRACE_DUPLICATE: return ACTION_DUPLICATE;
    default: return ACTION_KIND_COUNT;
    }
}

bool why_end_touch(struct why_case *c, enum why_rule rule, const struct tape_record *touch)
{
    struct tape_record order;
    if (!why_find_order(c, touch, action_of(touch->kind), &order))
        return false;
    why_say(c, rule, &order, "because it was marked for that at %t", order.time);
    return why_end_fault(c, &order);
}

bool why_rule_touched(struct why_case *c, const struct why_matter *m)
{
    if (action_of(m->record.kind) == ACTION_KIND_COUNT)
        return false;
    if (why_end_touch(c, RULE_touched, &m->record))
        return true;
    return m->record.kind == TRACE_DUPLICATE &&
           why_end_setting(c, "the scenario lets messages on this link be doubled");
}

bool why_say_damaged(struct why_case *c, enum why_rule rule, const struct tape_record *send,
                     uint64_t before)
{
    struct tape_record damage;
    struct sought sought = why_trace(TRACE_CORRUPT, send->actor, send->about);
    sought.cause = send->number;
    if (!why_last(c, before, &sought, &damage))
        return false;
    why_say(c, rule, &damage, "because %m from %n to %n was damaged on its way, at %t",
            damage.field[0], (uint64_t)damage.actor, damage.field[1], damage.time);
    if (!why_end_touch(c, rule, &damage))
        why_end_none(c);
    return true;
}

/* --- LOST ---------------------------------------- */

static uint32_t receiver_of(const struct why_matter *m)
{
    return (uint32_t)m->record.field[1];
}

bool why_rule_cut(struct why_case *c, const struct why_matter *m)
{
    struct tape_record cut;
    uint32_t from = m->record.actor, to = receiver_of(m);
    if (m->record.field[2] != REASON_PARTITION || !why_cut(c, from, to, m->before, &cut))
        return false;
    why_say(c, RULE_cut, &cut,
            cut.kind == TRACE_CUT ? "because the link from %n to %n was cut at %t"
                                  : "because the network was split at %t, with %n and %n apart",
            cut.kind == TRACE_CUT ? (uint64_t)from : cut.time,
            cut.kind == TRACE_CUT ? (uint64_t)to : (uint64_t)from,
            cut.kind == TRACE_CUT ? cut.time : (uint64_t)to);
    return why_end_fault(c, &cut);
}

bool why_rule_receiver_down(struct why_case *c, const struct why_matter *m)
{
    struct tape_record crash;
    uint32_t to = receiver_of(m);
    if (m->record.field[2] != REASON_NODE_DOWN)
        return false;
    if (why_never_started(c, to, m->before)) {
        why_number(c, 1, &crash);
        why_say(c, RULE_receiver_down, &crash, "because %n was never started", (uint64_t)to);
        return why_end_setting(c, "the scenario leaves %n down", (uint64_t)to);
    }
    if (!why_down(c, to, m->before, &crash))
        return false;
    why_say(c, RULE_receiver_down, &crash, "because %n had crashed at %t", (uint64_t)to,
            crash.time);
    return why_end_fault(c, &crash);
}

bool why_rule_receiver_restarted(struct why_case *c, const struct why_matter *m)
{
    struct tape_record crash;
    if (m->record.field[2] != REASON_RESTARTED)
        return false;
    if (!why_crashed_between(c, receiver_of(m), m->record.cause, m->before, &crash))
        return false;
    why_say(c, RULE_receiver_restarted, &crash, "because %n crashed at %t while it was on its way",
            (uint64_t)receiver_of(m), crash.time);
    return why_end_fault(c, &crash);
}

bool why_rule_ordered(struct why_case *c, const struct why_matter *m)
{
    struct tape_record order;
    if (m->record.field[2] != REASON_COMMANDED ||
        !why_find_order(c, &m->record, ACTION_DROP, &order))
        return false;
    why_say(c, RULE_ordered, &order, "because it was marked at %t as one to be lost", order.time);
    return why_end_fault(c, &order);
}

bool why_rule_lossy(struct why_case *c, const struct why_matter *m)
{
    struct tape_record change;
    bool is_of_link = m->record.field[2] == REASON_LOSS || m->record.field[2] == REASON_QUEUE_FULL;
    uint32_t from = m->record.actor, to = receiver_of(m);
    if (!is_of_link || !why_link_changed(c, from, to, m->before, &change))
        return false;
    why_say(c, RULE_lossy, &change, "because the link from %n to %n was changed at %t",
            (uint64_t)from, (uint64_t)to, change.time);
    return why_end_fault(c, &change);
}

/* The message itself is the end of its chain, so it must be the last link. */
bool why_rule_chance(struct why_case *c, const struct why_matter *m)
{
    if (m->record.field[2] == REASON_QUEUE_FULL)
        return why_end_setting(c, "the scenario lets no more wait for the link from %n to %n",
                               (uint64_t)m->record.actor, m->record.field[1]);
    if (m->record.field[2] != REASON_LOSS)
        return false;
    return why_end_chance(c, m->record.actor, receiver_of(m));
}

/* --- LATE ---------------------------------------- */

/* What was done to it on its way: the last thing that is not taken back. */
static bool find_touch(struct why_case *c, const struct why_matter *m, struct tape_record *touch)
{
    struct tape_record release;
    struct sought hold = why_trace(TRACE_HOLD, m->record.actor, m->record.about);
    struct sought free = why_trace(TRACE_RELEASE, m->record.actor, m->record.about);
    struct sought later = why_trace(TRACE_POSTPONE, m->record.actor, m->record.about);
    hold.cause = free.cause = later.cause = m->record.number;
    if (why_last(c, m->before, &hold, touch) &&
        !why_next(c, touch->number, m->before, &free, &release))
        return true;
    return why_last(c, m->before, &later, touch) && (int64_t)touch->field[2] > 0;
}

bool why_rule_held_back(struct why_case *c, const struct why_matter *m)
{
    struct tape_record touch;
    if (!find_touch(c, m, &touch))
        return false;
    why_say(c, RULE_held_back, &touch,
            touch.kind == TRACE_HOLD ? "because it was held on its way at %t"
                                     : "because its arrival was moved at %t",
            touch.time);
    if (!why_end_touch(c, RULE_held_back, &touch))
        why_end_none(c);
    return true;
}

bool why_rule_slow_link(struct why_case *c, const struct why_matter *m)
{
    struct tape_record change;
    uint32_t from = m->record.actor, to = (uint32_t)m->record.field[1];
    if (!why_link_changed(c, from, to, m->record.number, &change))
        return false;
    why_say(c, RULE_slow_link, &change, "because the link from %n to %n was changed at %t",
            (uint64_t)from, (uint64_t)to, change.time);
    return why_end_fault(c, &change);
}

bool why_rule_latency(struct why_case *c, const struct why_matter *m)
{
    return why_end_setting(c, "so long is the way from %n to %n, as the scenario sets it",
                           (uint64_t)m->record.actor, m->record.field[1]);
}

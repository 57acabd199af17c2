/*
 * why_waiting.c: why a node did not get to what had arrived: it stood still, was slow, died, or
 * had too much before it.
 *
 * A crowd is led to the client that asked most since there was none, and to where its stream
 * began.
 */
#include "sim/why/why_parts.h"

bool why_rule_crashed_meanwhile(struct why_case *c, const struct why_matter *m)
{
    struct tape_record crash;
    if (!why_crashed_between(c, m->node, m->record.number, m->before, &crash))
        return false;
    why_say(c, RULE_crashed_meanwhile, &crash, "because %n crashed at %t, and its memory was gone",
            (uint64_t)m->node, crash.time);
    return why_end_fault(c, &crash);
}

bool why_rule_paused(struct why_case *c, const struct why_matter *m)
{
    struct tape_record pause;
    if (!why_paused_between(c, m->node, m->record.time, m->before, &pause))
        return false;
    why_say(c, RULE_paused, &pause, "because %n stood still: it was paused at %t",
            (uint64_t)m->node, pause.time);
    return why_end_fault(c, &pause);
}

bool why_rule_slow(struct why_case *c, const struct why_matter *m)
{
    struct tape_record slow;
    if (!why_slowed(c, m->node, m->before, &slow))
        return false;
    why_say(c, RULE_slow, &slow, "because %n works %u times as slowly since %t", (uint64_t)m->node,
            slow.field[0], slow.time);
    return why_end_fault(c, &slow);
}

/* --- a crowd ---------------------------------------- */

#define FEW 2 /* so much work waits at any time */

/* The last time that next to nothing waited at the node. */
static uint64_t quiet_since(struct why_case *c, uint32_t node, uint64_t before)
{
    const struct why_book *book = c->book;
    for (uint32_t i = why_book_index(book, before); i-- > 0;) {
        const struct why_page *page = &book->pages[i];
        if (page->kind == TRACE_ARRIVE && page->actor == node && page->field[2] <= FEW)
            return page->number;
    }
    return 0;
}

/* The client that has asked most since then, and how often. */
static uint32_t busiest_client(struct why_case *c, uint64_t after, uint64_t before, uint64_t *count)
{
    uint32_t busiest = 0;
    *count = 0;
    for (uint32_t client = 0; client < c->scenario->client_count; client++) {
        struct sought sought = why_trace(TRACE_INVOKE, CLIENT_ADDRESS_BASE + client, 0);
        uint64_t asked = why_count(c, after, before, &sought);
        if (asked <= *count)
            continue;
        *count = asked;
        busiest = client;
    }
    return busiest;
}

/* Where its stream began: before, it had asked nothing for much longer than between two asks. */
static bool stream_began(struct why_case *c, uint32_t client, vtime gap, uint64_t before,
                         struct tape_record *first)
{
    enum { LONG_PAUSE = 50 };
    const struct why_book *book = c->book;
    const struct why_page *earliest = NULL;
    for (uint32_t i = why_book_lasting(book, before); i-- > 0;) {
        const struct why_page *page = &book->pages[book->lasting[i]];
        if (page->kind != TRACE_INVOKE || page->actor != CLIENT_ADDRESS_BASE + client)
            continue;
        if (earliest && earliest->time - page->time >= LONG_PAUSE * (gap + 1))
            break;
        earliest = page;
    }
    if (!earliest)
        return false;
    *first = why_book_record(book, (uint32_t)(earliest - book->pages));
    return true;
}

bool why_rule_crowded(struct why_case *c, const struct why_matter *m)
{
    struct tape_record first, quiet;
    uint64_t count, waiting = m->record.kind == TRACE_ARRIVE ? m->record.field[2] : 0;
    uint64_t since = quiet_since(c, m->node, m->record.number);
    uint32_t client = busiest_client(c, since, m->record.number, &count);
    if (waiting <= FEW || count * 4 < waiting || !why_number(c, MAX(since, 1), &quiet))
        return false;
    vtime gap = (m->record.time - quiet.time) / count;
    if (!stream_began(c, client, gap, m->record.number, &first))
        return false;
    why_say(c, RULE_crowded, &first,
            "because %u pieces of work waited at %n before it: since %t %n asks faster than the "
            "nodes can answer (%r was its first)",
            waiting, (uint64_t)m->node, first.time, (uint64_t)first.actor, first.about);
    return why_end_client(c, &first);
}

/* --- a refusal ---------------------------------------- */

/* Nobody in particular made the queue: it begins with the first request in it. */
static bool began_with(struct why_case *c, const struct tape_record *arrived)
{
    struct tape_record quiet, invoke;
    uint64_t since = quiet_since(c, arrived->actor, arrived->number);
    struct sought first = why_trace(TRACE_INVOKE, ANYBODY, 0);
    if (!why_number(c, MAX(since, 1), &quiet))
        return false;
    if (!why_invocation(c, quiet.about, &invoke) &&
        !why_next(c, since, arrived->number, &first, &invoke))
        return false;
    why_say(c, RULE_overloaded, &invoke,
            "because %u pieces of work waited at %n before it, since %n asked: %r",
            arrived->field[2], (uint64_t)arrived->actor, (uint64_t)invoke.actor, invoke.about);
    return why_end_client(c, &invoke);
}

/* A busy node refuses what has waited for too long: what had it waited for? */
bool why_rule_overloaded(struct why_case *c, const struct why_matter *m)
{
    struct tape_record shed, arrived;
    struct sought refusal = why_note(NOTE_REQUEST_SHED, ANYBODY, m->request);
    if (!why_last(c, m->before, &refusal, &shed))
        return false;
    struct sought arrival = why_trace(TRACE_ARRIVE, shed.actor, m->request);
    if (!why_last(c, shed.number, &arrival, &arrived))
        return false;
    why_say(c, RULE_overloaded, &shed,
            "because %n refuses what it cannot do in time: this had waited for %d",
            (uint64_t)shed.actor, shed.field[1]);
    struct why chain;
    struct why_matter waited = {.record = arrived, .node = shed.actor, .before = shed.number};
    if (!why_try(c, TOPIC_WAITING, waited, &chain))
        return began_with(c, &arrived);
    *c->why = chain;
    return true;
}

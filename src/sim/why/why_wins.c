/*
 * why_wins.c: why one version won over another: the timestamps, and who gave them.
 *
 * The last writer wins, and the last one is whoever's coordinator had the clock furthest ahead: so
 * a timestamp is compared with the true time at which it was given.
 */
#include "sim/why/why_parts.h"

bool why_rule_ran_twice(struct why_case *c, const struct why_matter *m)
{
    struct tape_record broken, copy;
    struct why_way way;
    if (!why_find_way(c, m->other, &way))
        return false;
    struct sought doubled = why_trace(TRACE_DUPLICATE, way.client, m->other);
    if (!why_find_broken(c, 0, m->before, ANYBODY, m->other, SAFEGUARD_DEDUPLICATE_REQUESTS,
                         &broken))
        return false;
    if (why_last(c, broken.number, &doubled, &copy))
        why_say(c, RULE_ran_twice, &copy,
                "because the network brought %r to %n twice, the second time %d later", m->other,
                copy.field[1], copy.field[2]);
    return why_say_broken(c, RULE_ran_twice, &broken,
                          "it carries the old request out once more, with a new timestamp");
}

static bool find_stamps(struct why_case *c, const struct why_matter *m, struct tape_record *loser,
                        struct tape_record *winner)
{
    struct sought lost = why_note(NOTE_WRITE_BEGUN, ANYBODY, m->request);
    struct sought won = why_note(NOTE_WRITE_BEGUN, ANYBODY, m->other);
    return why_last(c, m->before, &lost, loser) && why_last(c, m->before, &won, winner);
}

bool why_rule_same_stamp(struct why_case *c, const struct why_matter *m)
{
    struct tape_record loser, winner, broken, invoke;
    if (!find_stamps(c, m, &loser, &winner) || loser.field[1] != winner.field[1])
        return false;
    if (why_find_broken(c, 0, m->before, ANYBODY, m->request, SAFEGUARD_MONOTONIC_TIMESTAMPS,
                        &broken) ||
        why_find_broken(c, 0, m->before, ANYBODY, m->other, SAFEGUARD_MONOTONIC_TIMESTAMPS,
                        &broken))
        return why_say_broken(c, RULE_same_stamp, &broken, "it gives a timestamp twice");
    why_say(c, RULE_same_stamp, &winner,
            "because both got the timestamp %x, and then the larger value wins",
            (int64_t)winner.field[1]);
    if (!why_invocation(c, m->other, &invoke))
        return why_end_none(c), true;
    return why_end_setting(c, "clocks here show multiples of %d",
                           (vtime)c->scenario->nodes[winner.actor].clock.granularity_ns);
}

static int64_t skew_of(const struct tape_record *begun)
{
    return (int64_t)begun->field[1] - CLOCK_EPOCH_NS - (int64_t)begun->time;
}

static uint64_t size_of(int64_t skew)
{
    return (uint64_t)(skew < 0 ? -skew : skew);
}

/* What a clock is set to is in force since its node first started. */
static bool end_clock_setting(struct why_case *c, uint32_t node)
{
    struct tape_record start;
    struct sought first = with_field(why_trace(TRACE_START, node, 0), 0, 1);
    if (why_next(c, 0, UINT64_MAX, &first, &start))
        why_say(c, RULE_clock_off, &start, "because %n has started with a clock that is off",
                (uint64_t)node);
    return why_end_clock(c, node);
}

bool why_rule_clock_off(struct why_case *c, const struct why_matter *m)
{
    struct tape_record loser, winner, moved;
    if (!find_stamps(c, m, &loser, &winner) || winner.time >= loser.time ||
        (int64_t)winner.field[1] < (int64_t)loser.field[1])
        return false;
    const struct tape_record *wrong =
        size_of(skew_of(&winner)) >= size_of(skew_of(&loser)) ? &winner : &loser;
    bool is_ahead = skew_of(wrong) > 0;
    why_say(c, RULE_clock_off, wrong,
            "because %n gave %r the timestamp %x at %t: its clock was %d %s",
            (uint64_t)wrong->actor, wrong->about, (int64_t)wrong->field[1], wrong->time,
            size_of(skew_of(wrong)), is_ahead ? "ahead" : "behind");
    if (why_clock_moved(c, wrong->actor, is_ahead, wrong->number, &moved)) {
        why_say(c, RULE_clock_off, &moved, "because its clock was moved at %t", moved.time);
        return why_end_fault(c, &moved);
    }
    return end_clock_setting(c, wrong->actor);
}

bool why_rule_not_heard(struct why_case *c, const struct why_matter *m)
{
    struct tape_record broken;
    return why_find_broken(c, 0, m->before, ANYBODY, m->request, SAFEGUARD_HLC_HEARS, &broken) &&
           why_say_broken(c, RULE_not_heard, &broken,
                          "its clock stays below a timestamp that it has met");
}

/* Each was asked before the other's client was told. */
bool why_rule_concurrent(struct why_case *c, const struct why_matter *m)
{
    const struct operation *loser = why_operation(c, m->request);
    const struct operation *winner = why_operation(c, m->other);
    struct tape_record invoke;
    if (!loser || !winner || loser->client == winner->client ||
        (loser->record_told && loser->record_told < winner->record_invoked) ||
        !why_invocation(c, m->other, &invoke))
        return false;
    why_say(c, RULE_concurrent, &invoke,
            "because %r was asked at %t, before the client of %r was told: neither knew of the "
            "other, and of two the one with the higher timestamp is kept",
            m->other, invoke.time, m->request);
    return why_end_client(c, &invoke);
}

bool why_rule_is_later(struct why_case *c, const struct why_matter *m)
{
    struct tape_record invoke;
    if (!why_invocation(c, m->other, &invoke))
        return false;
    why_say(c, RULE_is_later, &invoke, "because %r was asked at %t and is the later one", m->other,
            invoke.time);
    return why_end_client(c, &invoke);
}

/*
 * why_suspected.c: why a node heard nothing of another one.
 *
 * Silence has many makers: the one that is silent, the link between them, and the one who listens.
 * The surest is asked first.
 */
#include "sim/why/why_parts.h"

bool why_rule_peer_down(struct why_case *c, const struct why_matter *m)
{
    struct tape_record crash;
    if (why_never_started(c, m->peer, m->before)) {
        why_number(c, 1, &crash);
        why_say(c, RULE_peer_down, &crash, "because %n was never started", (uint64_t)m->peer);
        return why_end_setting(c, "the scenario leaves %n down", (uint64_t)m->peer);
    }
    if (!why_down(c, m->peer, m->before, &crash))
        return false;
    why_say(c, RULE_peer_down, &crash, "because %n had crashed at %t", (uint64_t)m->peer,
            crash.time);
    return why_end_fault(c, &crash);
}

/* A suspicion says how long it was; of a probe it is as long as a probe takes. */
static vtime silence_began(const struct why_case *c, const struct why_matter *m)
{
    bool is_probed = c->scenario->node.detector == DETECTOR_SWIM;
    vtime silence = is_probed ? why_probe_span(c)
                    : m->record.kind == TRACE_NOTE + NOTE_PHI_CROSSED ? m->record.field[2]
                                                                      : m->record.field[1];
    return m->record.time - MIN(m->record.time, silence);
}

bool why_rule_peer_paused(struct why_case *c, const struct why_matter *m)
{
    struct tape_record pause;
    if (!why_paused_between(c, m->peer, silence_began(c, m), m->before, &pause))
        return false;
    why_say(c, RULE_peer_paused, &pause,
            "because %n stood still, alive but silent: it was paused at %t", (uint64_t)m->peer,
            pause.time);
    return why_end_fault(c, &pause);
}

bool why_rule_peer_not_serving(struct why_case *c, const struct why_matter *m)
{
    struct tape_record start, ready;
    struct sought sought = why_note(NOTE_NODE_READY, m->peer, 0);
    if (!why_life(c, m->peer, m->before, &start) ||
        why_next(c, start.number, m->before, &sought, &ready))
        return false;
    return why_say_starting(c, RULE_peer_not_serving, m->peer, m->before);
}

/* The first beat that was lost since it was heard last. */
bool why_rule_beats_lost(struct why_case *c, const struct why_matter *m)
{
    struct tape_record drop, last = {0};
    struct sought sought = why_trace(TRACE_DROP, m->peer, 0);
    sought = with_field(with_field(sought, 0, MESSAGE_HEARTBEAT), 1, m->node);
    for (uint64_t at = m->before;
         why_last(c, at, &sought, &drop) && drop.time >= silence_began(c, m); at = drop.number)
        last = drop;
    return last.number > 0 && why_say_lost(c, RULE_beats_lost, &last);
}

bool why_rule_listener_paused(struct why_case *c, const struct why_matter *m)
{
    struct tape_record pause;
    if (!why_paused_between(c, m->node, silence_began(c, m), m->before, &pause))
        return false;
    why_say(c, RULE_listener_paused, &pause,
            "because %n itself had stood still since %t and heard nobody", (uint64_t)m->node,
            pause.time);
    return why_end_fault(c, &pause);
}

/* Both its clocks drift together, and silence is measured with one of them. */
static bool has_drift(struct why_case *c, uint32_t node, uint64_t at, struct tape_record *drift)
{
    struct sought sought = with_field(why_trace(TRACE_CLOCK, node, 0), 0, ACTION_CLOCK_DRIFT);
    return why_last(c, at, &sought, drift) && (int64_t)drift->field[1] > 0;
}

bool why_rule_listener_fast(struct why_case *c, const struct why_matter *m)
{
    struct tape_record drift, start;
    if (has_drift(c, m->node, m->before, &drift)) {
        why_say(c, RULE_listener_fast, &drift,
                "because %n's clock runs fast since %t: to it the pause between two beats is "
                "longer than it is",
                (uint64_t)m->node, drift.time);
        return why_end_fault(c, &drift);
    }
    if (c->scenario->nodes[m->node].clock.drift_ppb <= 0 ||
        !why_life(c, m->node, m->before, &start))
        return false;
    why_say(c, RULE_listener_fast, &start, "because %n's clock runs fast", (uint64_t)m->node);
    return why_end_clock(c, m->node);
}

bool why_rule_listener_slow(struct why_case *c, const struct why_matter *m)
{
    struct tape_record slow;
    if (!why_slowed(c, m->node, m->before, &slow))
        return false;
    why_say(c, RULE_listener_slow, &slow,
            "because %n itself works %u times as slowly since %t, and hears late",
            (uint64_t)m->node, slow.field[0], slow.time);
    return why_end_fault(c, &slow);
}

bool why_rule_peer_slow(struct why_case *c, const struct why_matter *m)
{
    struct tape_record slow;
    if (!why_slowed(c, m->peer, m->before, &slow))
        return false;
    why_say(c, RULE_peer_slow, &slow, "because %n works %u times as slowly since %t",
            (uint64_t)m->peer, slow.field[0], slow.time);
    return why_end_fault(c, &slow);
}

bool why_rule_impatience(struct why_case *c, const struct why_matter *m)
{
    const struct phi_config *phi = &c->scenario->node.phi;
    (void)m;
    if (c->scenario->node.detector == DETECTOR_SWIM)
        return why_end_swim(c);
    if (c->scenario->node.detector == DETECTOR_PHI)
        return why_end_setting(c, "a node is suspected when its phi is above %u.%u",
                               (uint64_t)phi->threshold_milli / 1000,
                               (uint64_t)phi->threshold_milli % 1000 / 100);
    return why_end_setting(c, "a node is suspected after a silence of %d, and beats every %d",
                           (vtime)c->scenario->node.suspect_after_ns,
                           (vtime)c->scenario->node.heartbeat_ns);
}

/*
 * why_accused.c: a node was taken for down by a detector that thinks: SWIM, or phi accrual.
 *
 *     n1 --ping--> n3      no answer in probe_timeout
 *     n1 --ask---> n4, n5  they ping n3: no answer either
 *     n1: "n3 is suspect" --gossip--> n2, ...    n3 has so long to refute it
 *     n1: "n3 is dead"    --gossip--> n2, ...
 *
 * What n2 holds of n3 it may have from n1: so one goes to the accuser first, and asks there why it
 * heard nothing. A living node that is declared dead is a rule that is off, or lost pings, or a
 * node that is slow itself (why_suspected.c), told with the detector's own numbers.
 */
#include "sim/why/why_parts.h"

static bool is_note(const struct tape_record *record, uint32_t note)
{
    return record->kind == TRACE_NOTE + note;
}

static bool has_swim(const struct why_case *c)
{
    return c->scenario->node.detector == DETECTOR_SWIM;
}

/* --- MOMENT -------------------------------------------------------------------------------- */

static bool ask_suspected(struct why_case *c, const struct tape_record *record, uint32_t node,
                          uint32_t peer)
{
    why_ask(c, TOPIC_SUSPECTED,
            (struct why_matter){
                .record = *record, .node = node, .peer = peer, .before = record->number});
    return true;
}

/* What detectors note on their way to a verdict. */
bool why_rule_accuses(struct why_case *c, const struct why_matter *m)
{
    static const uint32_t notes[] = {NOTE_SWIM_SUSPECTED, NOTE_SWIM_DIED, NOTE_SWIM_CONFIRMED,
                                     NOTE_SWIM_ASKS, NOTE_PHI_CROSSED};
    for (uint32_t i = 0; i < ARRAY_LEN(notes); i++)
        if (is_note(&m->record, notes[i]))
            return ask_suspected(c, &m->record, m->record.actor, (uint32_t)m->record.field[0]);
    return false;
}

/* Who refutes was accused; who is held for alive again has refuted. */
bool why_rule_refutes(struct why_case *c, const struct why_matter *m)
{
    struct tape_record before;
    struct sought sought;
    if (is_note(&m->record, NOTE_SWIM_REFUTED))
        sought = with_field(why_note(NOTE_SWIM_SUSPECTED, (uint32_t)m->record.field[1], 0), 0,
                            m->record.actor);
    else if (is_note(&m->record, NOTE_SWIM_LIVES))
        sought = why_note(NOTE_SWIM_REFUTED, (uint32_t)m->record.field[0], 0);
    else
        return false;
    if (!why_last(c, m->record.number, &sought, &before))
        return false;
    why_say_record(c, RULE_refutes, &before);
    why_ask(c, TOPIC_MOMENT, (struct why_matter){.record = before, .before = before.number});
    return true;
}

bool why_rule_revived(struct why_case *c, const struct why_matter *m)
{
    struct tape_record broken;
    struct sought sought = with_field(why_note(NOTE_RULE_BROKEN, m->record.actor, 0), 0,
                                      SAFEGUARD_GOSSIP_QUARANTINE);
    return is_note(&m->record, NOTE_GOSSIP_REVIVED) &&
           why_last(c, m->record.number, &sought, &broken) &&
           why_say_broken(c, RULE_revived, &broken,
                          "it believes who has not heard yet that the node is gone");
}

/* --- SUSPECTED: the accuser ---------------------------------------------------------------- */

/* What the node held of the peer, latest first: dead, or suspect. */
static bool find_held(struct why_case *c, uint32_t node, uint32_t peer, uint64_t before,
                      struct tape_record *held)
{
    struct tape_record suspect;
    struct sought died = with_field(why_note(NOTE_SWIM_DIED, node, 0), 0, peer);
    struct sought doubt = with_field(why_note(NOTE_SWIM_SUSPECTED, node, 0), 0, peer);
    bool is_dead = why_last(c, before, &died, held);
    if (why_last(c, before, &doubt, &suspect) && (!is_dead || suspect.number > held->number)) {
        *held = suspect;
        return true;
    }
    return is_dead;
}

/* The last time that this node began to suspect the peer, by whomever's word. */
static bool find_suspicion(struct why_case *c, uint32_t node, uint32_t peer, uint64_t before,
                           struct tape_record *suspicion)
{
    struct sought sought = with_field(why_note(NOTE_SWIM_SUSPECTED, node, 0), 0, peer);
    return why_last(c, before, &sought, suspicion);
}

static void say_accuser(struct why_case *c, const struct tape_record *own, uint32_t peer)
{
    struct tape_record asks;
    const struct swim_config *swim = &c->scenario->node.swim;
    struct sought sought = with_field(why_note(NOTE_SWIM_ASKS, own->actor, 0), 0, peer);
    char helped[100] = "";
    struct text text;
    text_init(&text, helped, sizeof helped);
    if (why_last(c, own->number, &sought, &asks) && own->time - asks.time <= why_probe_span(c) &&
        asks.field[1] > 0)
        why_format(c, &text, asks.field[1] == 1 ? ", nor through the one other that it asked"
                                                : ", nor through the %u others that it asked",
                   asks.field[1]);
    why_say(c, RULE_accuser, own,
            "because %n pinged %n, had no answer within %d%s, and accused it at %t",
            (uint64_t)own->actor, (uint64_t)peer, (vtime)swim->probe_timeout_ns, helped,
            own->time);
}

/* Whoever's patience ended: the suspicion that it had, of itself or of somebody else. */
static void say_died(struct why_case *c, const struct tape_record *died, uint32_t peer,
                     struct tape_record *suspicion)
{
    if (!find_suspicion(c, died->actor, peer, died->number, suspicion)) {
        *suspicion = *died;
        return;
    }
    why_say(c, RULE_accuser, died,
            "because %n held %n for dead at %t: it had heard no refutation for %d",
            (uint64_t)died->actor, (uint64_t)peer, died->time, died->time - suspicion->time);
}

/* One goes from who heard of it to who began it. */
bool why_rule_accuser(struct why_case *c, const struct why_matter *m)
{
    struct tape_record held, own, died;
    if (!has_swim(c) || m->is_accuser || is_note(&m->record, NOTE_SWIM_ASKS) ||
        !find_held(c, m->node, m->peer, m->record.number + 1, &held))
        return false;
    if (is_note(&held, NOTE_SWIM_DIED)) {
        uint32_t judge = (uint32_t)held.field[2];
        struct sought verdict = with_field(
            with_field(why_note(NOTE_SWIM_DIED, judge, 0), 0, m->peer), 2, judge);
        if (!why_last(c, held.number + 1, &verdict, &died))
            died = held;
        say_died(c, &died, m->peer, &held);
    }
    if (!find_suspicion(c, (uint32_t)held.field[2], m->peer, held.number + 1, &own))
        own = held;
    say_accuser(c, &own, m->peer);
    why_ask(c, TOPIC_SUSPECTED,
            (struct why_matter){
                .record = own, .node = own.actor, .peer = m->peer, .before = m->before,
                .is_accuser = true});
    return true;
}

/* --- SUSPECTED: a rule that is off ---------------------------------------------------------- */

/* By that node, above `after` and below `before`; of the peer, or of anybody. */
static bool find_rule(struct why_case *c, uint32_t node, enum safeguard rule, uint32_t peer,
                      uint64_t after, uint64_t before, struct tape_record *broken)
{
    struct sought sought = with_field(why_note(NOTE_RULE_BROKEN, node, 0), 0, rule);
    if (peer != ANYBODY)
        sought = with_field(sought, 1, peer);
    return why_next(c, after, before, &sought, broken);
}

/* It lives: then a rule would have saved it. */
bool why_rule_unfair(struct why_case *c, const struct why_matter *m)
{
    struct tape_record broken;
    uint64_t at = m->record.number;
    if (find_rule(c, m->node, SAFEGUARD_GENERATION_CHECK, ANYBODY, 0, m->before, &broken))
        return why_say_broken(c, RULE_unfair, &broken,
                              "it believes an absurd generation, and hears the real one no more");
    if (!has_swim(c))
        return false;
    if (find_rule(c, m->node, SAFEGUARD_SUSPICION_BEFORE_DEATH, m->peer, at - MIN(at, 2), at,
                  &broken))
        return why_say_broken(c, RULE_unfair, &broken,
                              "who does not answer once is dead at once, and cannot refute it");
    if (find_rule(c, m->peer, SAFEGUARD_REFUTE_SUSPICION, ANYBODY, at, m->before, &broken))
        return why_say_broken(c, RULE_unfair, &broken,
                              "it hears that it is suspected and does not say that it lives");
    struct sought doubt =
        with_field(why_note(NOTE_RULE_BROKEN, m->node, 0), 0, SAFEGUARD_LOCAL_HEALTH);
    if (why_last(c, at + 1, &doubt, &broken))
        return why_say_broken(c, RULE_unfair, &broken,
                              "it has missed answers itself, and waits no longer for others");
    return false;
}

/* --- SUSPECTED: its numbers ------------------------------------------------------------------ */

/* phi is -log10 of how likely it is to hear still: so the mean interval decides. */
bool why_rule_phi(struct why_case *c, const struct why_matter *m)
{
    struct tape_record crossed;
    struct sought sought = with_field(why_note(NOTE_PHI_CROSSED, m->node, 0), 0, m->peer);
    if (c->scenario->node.detector != DETECTOR_PHI || is_note(&m->record, NOTE_PHI_CROSSED) ||
        !why_last(c, m->record.number + 1, &sought, &crossed))
        return false;
    uint32_t threshold = c->scenario->node.phi.threshold_milli;
    why_say(c, RULE_phi, &crossed,
            "because its phi passed %u.%u then: %n heard %n every %d on average, and not for %d",
            (uint64_t)threshold / 1000, (uint64_t)threshold % 1000 / 100, (uint64_t)m->node,
            (uint64_t)m->peer, (vtime)crossed.field[1], (vtime)crossed.field[2]);
    return ask_suspected(c, &crossed, m->node, m->peer);
}

/* A ping or its answer. */
static bool is_of_probe(uint64_t kind)
{
    return kind == MESSAGE_SWIM_PING || kind == MESSAGE_SWIM_ACK || kind == MESSAGE_SWIM_PING_REQ;
}

static bool find_lost_ping(struct why_case *c, const struct why_matter *m, vtime since,
                           struct tape_record *lost)
{
    const uint32_t from[2] = {m->node, m->peer}, to[2] = {m->peer, m->node};
    struct tape_record drop;
    bool is_found = false;
    for (uint32_t i = 0; i < 2; i++) {
        struct sought sought = with_field(why_trace(TRACE_DROP, from[i], 0), 1, to[i]);
        for (uint64_t at = m->before; why_last(c, at, &sought, &drop) && drop.time >= since;
             at = drop.number)
            if (is_of_probe(drop.field[0]) && (!is_found || drop.number < lost->number)) {
                *lost = drop;
                is_found = true;
            }
    }
    return is_found;
}

bool why_rule_pings_lost(struct why_case *c, const struct why_matter *m)
{
    struct tape_record lost;
    vtime since = m->record.time - MIN(m->record.time, why_probe_span(c));
    return has_swim(c) && find_lost_ping(c, m, since, &lost) &&
           why_say_lost(c, RULE_pings_lost, &lost);
}

vtime why_probe_span(const struct why_case *c)
{
    const struct swim_config *swim = &c->scenario->node.swim;
    return (vtime)swim->probe_interval_ns * (1 + swim->awareness_max) + swim->probe_timeout_ns;
}

/* How long a member that is suspected has, at most, to say that it lives. */
bool why_end_swim(struct why_case *c)
{
    const struct swim_config *swim = &c->scenario->node.swim;
    return why_end_setting(c,
                           "a ping is waited for %d, then %u others ping, too, and who is "
                           "suspected has %u to %u times %d to refute it",
                           (vtime)swim->probe_timeout_ns, (uint64_t)swim->indirect,
                           (uint64_t)swim->suspicion,
                           (uint64_t)swim->suspicion * swim->suspicion_max,
                           (vtime)swim->probe_interval_ns);
}

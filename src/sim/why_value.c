/*
 * why_value.c: values that should not be there, and versions that should.
 *
 * A version is a write: its request, and the timestamp that its coordinator gave it. What a
 * replica lacks it never got, or lost, or it kept another one: the rules ask in the order in which
 * the version would have lived there.
 */
#include "sim/why_parts.h"

#include "db/safeguard.h"

/* --- choosing ------------------------------------------------------------------------------- */

static uint64_t root_number(const struct why *chain)
{
    return chain->count > 0 ? chain->links[chain->count - 1].record.number : 0;
}

/* A broken rule explains more than the fault that exposed it, and first where it was broken
 * first. Of faults the last one counts: until then there was another copy. */
static bool is_better(const struct why *a, const struct why *b)
{
    bool is_rule_a = a->root == WHY_ROOT_SAFEGUARD, is_rule_b = b->root == WHY_ROOT_SAFEGUARD;
    if (b->count == 0 || (a->root == WHY_ROOT_NONE) != (b->root == WHY_ROOT_NONE))
        return b->count == 0 || a->root != WHY_ROOT_NONE;
    if (is_rule_a != is_rule_b)
        return is_rule_a;
    return is_rule_a ? root_number(a) < root_number(b) : root_number(a) > root_number(b);
}

/* Of these replicas the one that explains best why the version is not there. */
void why_best_lack(struct why_case *c, struct why_matter m, const uint32_t *nodes, uint32_t count,
                   struct why *best)
{
    struct why chain;
    best->count = 0;
    for (uint32_t i = 0; i < count; i++) {
        m.node = nodes[i];
        why_try(c, TOPIC_LACKS, m, &chain);
        if (is_better(&chain, best))
            *best = chain;
    }
}

/* What is missed, of a write. False when it never began. */
bool why_version_of(struct why_case *c, uint64_t request, struct why_matter *m)
{
    struct tape_record begun;
    struct sought sought = why_note(NOTE_WRITE_BEGUN, ANYBODY, request);
    if (!why_next(c, 0, UINT64_MAX, &sought, &begun))
        return false;
    m->request = request;
    m->token = begun.field[0];
    m->timestamp = (int64_t)begun.field[1];
    return true;
}

static bool say_rule(struct why_case *c, enum why_rule rule, const struct tape_record *broken,
                     const char *what)
{
    why_say(c, rule, broken, "because %n breaks the rule %s here: %s", (uint64_t)broken->actor,
            safeguard_table[broken->field[0]].name, what);
    return why_end_safeguard(c, broken);
}

/* --- READ ----------------------------------------------------------------------------------- */

/* The operation that put this value, or NULL. */
static const struct operation *writer_of(const struct why_case *c, uint64_t value)
{
    uint64_t index = table_get(&c->world->state->clients.values, value, 0);
    return index ? history_at(c->world, (uint32_t)index - 1) : NULL;
}

/* Who answered the coordinator of a read, itself included. */
static uint32_t find_answerers(struct why_case *c, const struct why_matter *m, uint32_t *nodes,
                               struct tape_record *last)
{
    struct tape_record answer;
    uint32_t count = 0;
    struct sought sought = why_note(NOTE_READ_ANSWERED, ANYBODY, m->request);
    for (uint64_t after = 0;
         count < REPLICATION_MAX && why_next(c, after, m->before, &sought, &answer);
         after = answer.number) {
        nodes[count++] = (uint32_t)answer.field[0];
        *last = answer;
    }
    return count;
}

/* What nobody wrote came out of a log that was not read as it should be. */
static bool came_from_log(struct why_case *c, const struct why_matter *m)
{
    uint32_t nodes[REPLICATION_MAX];
    struct tape_record last, broken;
    uint32_t count = find_answerers(c, m, nodes, &last);
    for (uint32_t i = 0; i < count; i++) {
        struct sought sought = why_note(NOTE_RULE_BROKEN, nodes[i], 0);
        if (!why_last(c, m->before, &sought, &broken) ||
            about_class(broken.about) == ABOUT_REQUEST)
            continue;
        why_say(c, RULE_invented, &last, "because %n answered with what it had found in its log",
                (uint64_t)nodes[i]);
        return say_rule(c, RULE_invented, &broken, "it replays a record that is none");
    }
    return false;
}

bool why_rule_invented(struct why_case *c, const struct why_matter *m)
{
    const struct operation *get = why_operation(c, m->request);
    struct tape_record told, broken;
    if (!get || get->kind != OPERATION_GET || get->value == VALUE_ABSENT)
        return false;
    const struct operation *put = writer_of(c, get->value);
    if (!put)
        return came_from_log(c, m);
    struct sought sought = why_note(NOTE_RULE_BROKEN, ANYBODY, put->request);
    if (put->outcome != OUTCOME_UNAVAILABLE || !why_number(c, put->record_told, &told) ||
        !why_last(c, m->before, &sought, &broken))
        return false;
    why_say(c, RULE_invented, &told,
            "because %v is what %r wrote, whose client had been told that nothing was written",
            get->value, put->request);
    return say_rule(c, RULE_invented, &broken, "it sends the write and refuses it all the same");
}

/* A write that had been acknowledged before the get began, the one called last. */
static const struct operation *last_acknowledged(const struct why_case *c,
                                                 const struct operation *get)
{
    const struct operation *last = NULL;
    for (uint64_t i = 0; i < chain_count(&c->world->state->clients.history); i++) {
        const struct operation *write = history_at(c->world, (uint32_t)i);
        bool is_before = write->kind != OPERATION_GET && write->key == get->key &&
                         write->outcome == OUTCOME_OK && write->completed < get->invoked;
        if (is_before && (!last || write->invoked >= last->invoked))
            last = write;
    }
    return last;
}

/* May what it returned have been written after that? */
static bool may_be_newer(const struct why_case *c, const struct operation *get,
                         const struct operation *than)
{
    for (uint64_t i = 0; i < chain_count(&c->world->state->clients.history); i++) {
        const struct operation *write = history_at(c->world, (uint32_t)i);
        uint64_t value = write->kind == OPERATION_PUT ? write->value : VALUE_ABSENT;
        if (write->kind == OPERATION_GET || write->key != get->key || value != get->value ||
            write->outcome == OUTCOME_UNAVAILABLE)
            continue;
        if (write->request == than->request || write->completed == VTIME_NEVER ||
            write->completed >= than->invoked)
            return true;
    }
    return false;
}

/* What the get should have returned instead: as its check says, or as its client can know. */
static const struct operation *missed_by(const struct why_case *c, const struct why_matter *m,
                                         const struct operation *get)
{
    if (m->other)
        return why_operation(c, m->other);
    const struct operation *last = last_acknowledged(c, get);
    return last && !may_be_newer(c, get, last) ? last : NULL;
}

bool why_is_stale(const struct why_case *c, uint64_t request)
{
    const struct operation *get = why_operation(c, request);
    struct why_matter m = {0};
    return get && get->kind == OPERATION_GET && get->outcome == OUTCOME_OK &&
           missed_by(c, &m, get) != NULL;
}

static void say_asked(struct why_case *c, const struct tape_record *last, const uint32_t *nodes,
                      uint32_t count, uint64_t missed)
{
    char names[200];
    struct text text;
    text_init(&text, names, sizeof names);
    for (uint32_t i = 0; i < count; i++)
        why_list_actor(c, &text, i, count, nodes[i]);
    why_say(c, RULE_stale, last, "because %n asked %s, and %s had %v, which %r wrote",
            (uint64_t)last->actor, names, count == 1 ? "that one never" : "none of them",
            why_value_of(c, missed), missed);
}

/* No fault at all: so few replicas answer a read, and so few a write, that they need not meet. */
static bool is_only_weak(const struct why_case *c, const struct why *best,
                         const struct operation *get, const struct operation *write)
{
    bool is_plain = best->root == WHY_ROOT_NONE ||
                    (best->root == WHY_ROOT_SETTING &&
                     best->links[best->count - 1].record.kind == TRACE_SEND);
    return is_plain && get->needed + write->needed <= c->scenario->node.replication;
}

bool why_rule_stale(struct why_case *c, const struct why_matter *m)
{
    const struct operation *get = why_operation(c, m->request);
    const struct operation *missed = get ? missed_by(c, m, get) : NULL;
    uint32_t nodes[REPLICATION_MAX];
    struct tape_record last, invoke;
    struct why best;
    struct why_matter lack = {.before = m->before};
    uint32_t count = find_answerers(c, m, nodes, &last);
    if (!missed || count == 0 || !why_version_of(c, missed->request, &lack))
        return false;
    say_asked(c, &last, nodes, count, missed->request);
    why_best_lack(c, lack, nodes, count, &best);
    bool is_weak = is_only_weak(c, &best, get, missed);
    *c->why = best;
    if (!is_weak || !why_invocation(c, m->request, &invoke))
        return true;
    why_say(c, RULE_stale, &invoke,
            "because %r asked for R = %u where the write had W = %u: together no more than N = %u, "
            "so they need not meet",
            m->request, (uint64_t)get->needed, (uint64_t)missed->needed,
            (uint64_t)c->scenario->node.replication);
    return why_end_client(c, &invoke);
}

/* --- LACKS ---------------------------------------------------------------------------------- */

static bool find_applied(struct why_case *c, const struct why_matter *m,
                         struct tape_record *applied)
{
    struct sought sought = why_note(NOTE_APPLY, m->node, 0);
    sought = with_field(with_field(sought, 0, m->token), 1, (uint64_t)m->timestamp);
    return why_last(c, m->before, &sought, applied);
}

/* In its log: for the write itself, or for a repair with it, the last record of the key before it
 * was stored; or never stored. */
static bool find_logged(struct why_case *c, const struct why_matter *m, struct tape_record *logged)
{
    struct tape_record applied;
    struct sought own = why_note(NOTE_LOG_APPEND, m->node, m->request);
    if (why_last(c, m->before, &own, logged))
        return true;
    struct sought any = with_field(why_note(NOTE_LOG_APPEND, m->node, 0), 2, m->token);
    return find_applied(c, m, &applied) && why_last(c, applied.number, &any, logged);
}

static bool find_rule(struct why_case *c, uint64_t after, uint64_t before, uint32_t node,
                      uint64_t about, enum safeguard rule, struct tape_record *broken)
{
    struct sought sought = with_field(why_note(NOTE_RULE_BROKEN, node, about), 0, rule);
    return why_next(c, after, before, &sought, broken);
}

bool why_rule_counted_twice(struct why_case *c, const struct why_matter *m)
{
    struct tape_record broken, send;
    if (!find_rule(c, 0, m->before, ANYBODY, m->request, SAFEGUARD_DISTINCT_REPLICAS, &broken))
        return false;
    struct sought sought = why_trace(TRACE_SEND, broken.actor, m->request);
    sought = with_field(with_field(sought, 0, MESSAGE_REPLICA_WRITE), 1, m->node);
    if (m->node == broken.actor || why_last(c, m->before, &sought, &send))
        return false;
    why_say(c, RULE_counted_twice, &broken,
            "because %n never sent it to %n: on its list %n stood twice, and was counted twice",
            (uint64_t)broken.actor, (uint64_t)m->node, broken.field[1]);
    return why_end_safeguard(c, &broken);
}

/* The version that took its place, if one did while the process lived. */
static bool find_successor(struct why_case *c, const struct why_matter *m,
                           const struct tape_record *applied, struct tape_record *successor)
{
    struct tape_record crash;
    struct sought sought = with_field(why_note(NOTE_APPLY, m->node, 0), 0, m->token);
    return why_next(c, applied->number, m->before, &sought, successor) &&
           !why_crashed_between(c, m->node, applied->number, successor->number, &crash);
}

bool why_rule_overwritten(struct why_case *c, const struct why_matter *m)
{
    struct tape_record applied, next, broken, winner;
    if (!find_applied(c, m, &applied) || !find_successor(c, m, &applied, &next))
        return false;
    bool is_rule = find_rule(c, applied.number, next.number, m->node, next.about,
                             SAFEGUARD_NEWER_WINS, &broken) ||
                   find_rule(c, applied.number, next.number, m->node, next.about,
                             SAFEGUARD_TIE_RULE, &broken);
    why_say(c, RULE_overwritten, &next, "because %n had it, and put %v in its place, which %r wrote",
            (uint64_t)m->node, why_value_of(c, next.about), next.about);
    if (is_rule)
        return say_rule(c, RULE_overwritten, &broken, "what comes last wins");
    if (!why_write_begun(c, m->before, m->token, (int64_t)next.field[1], &winner))
        return why_end_none(c), true;
    why_ask(c, TOPIC_WINS,
            (struct why_matter){.request = m->request,
                                .other = winner.about,
                                .token = m->token,
                                .before = m->before});
    return true;
}

bool why_rule_outranked_there(struct why_case *c, const struct why_matter *m)
{
    struct tape_record older, winner;
    struct sought sought = why_note(NOTE_APPLY_OLDER, m->node, 0);
    sought = with_field(with_field(sought, 0, m->token), 1, (uint64_t)m->timestamp);
    if (!why_last(c, m->before, &sought, &older) ||
        !why_write_begun(c, m->before, m->token, (int64_t)older.field[2], &winner))
        return false;
    why_say(c, RULE_outranked_there, &older, "because %n kept %v %x, which %r wrote: %v %x is not newer",
            (uint64_t)m->node, why_value_of(c, winner.about), (int64_t)older.field[2],
            winner.about, why_value_of(c, m->request), m->timestamp);
    why_ask(c, TOPIC_WINS,
            (struct why_matter){.request = m->request,
                                .other = winner.about,
                                .token = m->token,
                                .before = m->before});
    return true;
}

bool why_rule_damaged(struct why_case *c, const struct why_matter *m)
{
    struct tape_record logged, broken, flip;
    struct sought rot = with_field(why_trace(TRACE_DISK_FAULT, m->node, 0), 0, ACTION_DISK_CORRUPT);
    if (!find_logged(c, m, &logged) ||
        !find_rule(c, logged.number, m->before, m->node, 0, SAFEGUARD_REFUSE_MIDDLE_CORRUPTION,
                   &broken))
        return false;
    if (why_last(c, broken.number, &rot, &flip))
        why_say(c, RULE_damaged, &flip, "because a bit of %n's disk flipped at %t, in its log",
                (uint64_t)m->node, flip.time);
    return say_rule(c, RULE_damaged, &broken,
                    "it cuts off what is damaged and serves without it");
}

static bool was_synced(struct why_case *c, const struct tape_record *logged, uint64_t before)
{
    struct tape_record synced;
    struct sought sought = why_note(NOTE_LOG_SYNCED, logged->actor, 0);
    return why_last(c, before, &sought, &synced) && synced.number > logged->number &&
           synced.field[0] >= logged->field[0];
}

bool why_rule_lost_unsynced(struct why_case *c, const struct why_matter *m)
{
    struct tape_record logged, crash, broken;
    if (!find_logged(c, m, &logged) ||
        !why_crashed_between(c, m->node, logged.number, m->before, &crash) ||
        crash.field[2] == 0 || was_synced(c, &logged, crash.number))
        return false;
    why_say(c, RULE_lost_unsynced, &crash,
            "because %n crashed at %t, when it was in its log, but not on the device",
            (uint64_t)m->node, crash.time);
    if (!find_rule(c, logged.number, crash.number, m->node, m->request,
                   SAFEGUARD_SYNC_BEFORE_ACKNOWLEDGE, &broken))
        return why_end_fault(c, &crash);
    return say_rule(c, RULE_lost_unsynced, &broken,
                    "it acknowledges what is not on the device yet");
}

/* The write's message to this replica got lost: one line of what lies behind. */
static void say_missed(struct why_case *c, const struct why_matter *m)
{
    struct tape_record begun, send, end;
    struct sought sought = why_note(NOTE_WRITE_BEGUN, ANYBODY, m->request);
    if (!why_last(c, m->before, &sought, &begun) ||
        why_fate(c, begun.actor, m->node, m->request, MESSAGE_REPLICA_WRITE, m->before, &send,
                 &end) != FATE_LOST)
        return;
    why_say(c, RULE_not_repaired, &end, "because %m from %n to %n had been lost at %t",
            end.field[0], (uint64_t)end.actor, end.field[1], end.time);
}

static bool has_seen(struct why_case *c, const struct tape_record *broken, uint32_t node)
{
    struct tape_record answer;
    struct sought sought = why_note(NOTE_READ_ANSWERED, broken->actor, broken->about);
    sought = with_field(sought, 0, node);
    return why_last(c, broken->number, &sought, &answer);
}

bool why_rule_not_repaired(struct why_case *c, const struct why_matter *m)
{
    struct tape_record broken, begun, read;
    struct sought write = why_note(NOTE_WRITE_BEGUN, ANYBODY, m->request);
    if (!why_next(c, 0, m->before, &write, &begun))
        return false;
    for (uint64_t after = begun.number;
         find_rule(c, after, m->before, ANYBODY, 0, SAFEGUARD_READ_REPAIR, &broken);
         after = broken.number) {
        struct sought sought = with_field(why_note(NOTE_READ_BEGUN, ANYBODY, broken.about), 0,
                                          m->token);
        if (!why_last(c, broken.number, &sought, &read) || !has_seen(c, &broken, m->node))
            continue;
        say_missed(c, m);
        why_say(c, RULE_not_repaired, &broken,
                "because %n saw at %t, for %r, that %n was behind, and left it so",
                (uint64_t)broken.actor, broken.time, broken.about, (uint64_t)m->node);
        return why_end_safeguard(c, &broken);
    }
    return false;
}

static bool find_coordinator(struct why_case *c, const struct why_matter *m,
                             struct tape_record *begun)
{
    struct sought sought = why_note(NOTE_WRITE_BEGUN, ANYBODY, m->request);
    return why_last(c, m->before, &sought, begun);
}

bool why_rule_never_got(struct why_case *c, const struct why_matter *m)
{
    struct tape_record begun, applied, send;
    if (!find_coordinator(c, m, &begun) || find_applied(c, m, &applied))
        return false;
    struct sought sought = why_trace(TRACE_SEND, begun.actor, m->request);
    sought = with_field(with_field(sought, 0, MESSAGE_REPLICA_WRITE), 1, m->node);
    if (m->node != begun.actor && !why_last(c, m->before, &sought, &send))
        return false;
    why_ask(c, TOPIC_SILENT,
            (struct why_matter){.node = m->node,
                                .peer = begun.actor,
                                .request = m->request,
                                .message = MESSAGE_REPLICA_WRITE,
                                .answer = MESSAGE_REPLICA_WRITTEN,
                                .before = m->before});
    return true;
}

bool why_rule_never_sent(struct why_case *c, const struct why_matter *m)
{
    struct tape_record begun, crash;
    if (!find_coordinator(c, m, &begun) ||
        !why_crashed_between(c, begun.actor, begun.number, m->before, &crash))
        return false;
    why_say(c, RULE_never_sent, &crash, "because %n crashed at %t before it had sent it",
            (uint64_t)begun.actor, crash.time);
    return why_end_fault(c, &crash);
}

/* --- WINS ----------------------------------------------------------------------------------- */

bool why_rule_ran_twice(struct why_case *c, const struct why_matter *m)
{
    struct tape_record broken, copy;
    struct sought doubled = why_trace(TRACE_DUPLICATE, ANYBODY, m->other);
    if (!find_rule(c, 0, m->before, ANYBODY, m->other, SAFEGUARD_DEDUPLICATE_REQUESTS, &broken))
        return false;
    if (why_last(c, broken.number, &doubled, &copy))
        why_say(c, RULE_ran_twice, &copy,
                "because the network brought %r to %n twice, the second time %d later", m->other,
                copy.field[1], copy.field[2]);
    return say_rule(c, RULE_ran_twice, &broken,
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
    if (find_rule(c, 0, m->before, ANYBODY, m->request, SAFEGUARD_MONOTONIC_TIMESTAMPS, &broken) ||
        find_rule(c, 0, m->before, ANYBODY, m->other, SAFEGUARD_MONOTONIC_TIMESTAMPS, &broken))
        return say_rule(c, RULE_same_stamp, &broken, "it gives a timestamp twice");
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

bool why_rule_clock_off(struct why_case *c, const struct why_matter *m)
{
    struct tape_record loser, winner, moved, start;
    if (!find_stamps(c, m, &loser, &winner) || winner.time >= loser.time)
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
    struct sought first = with_field(why_trace(TRACE_START, wrong->actor, 0), 0, 1);
    if (why_next(c, 0, UINT64_MAX, &first, &start))
        why_say(c, RULE_clock_off, &start, "because %n has started with a clock that is off",
                (uint64_t)wrong->actor);
    return why_end_setting(c, "the scenario sets the clock of %n so", (uint64_t)wrong->actor);
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

/* --- HOLDS ---------------------------------------------------------------------------------- */

bool why_rule_was_written(struct why_case *c, const struct why_matter *m)
{
    struct tape_record stored, begun, invoke;
    struct sought sought = with_field(why_note(NOTE_APPLY, m->node, 0), 0, m->token);
    if (!why_last(c, m->before, &sought, &stored) ||
        !why_write_begun(c, m->before, m->token, (int64_t)stored.field[1], &begun) ||
        !why_invocation(c, begun.about, &invoke))
        return false;
    why_say(c, RULE_was_written, &stored, "%n has stored %v for %k at %t", (uint64_t)m->node,
            why_value_of(c, begun.about), m->token, stored.time);
    why_say(c, RULE_was_written, &invoke, "because %n asked for it: %r, through %n",
            (uint64_t)invoke.actor, begun.about, invoke.field[2]);
    return why_end_client(c, &invoke);
}

/*
 * why_members.c: why a change of members waits, was undone or refused, and why who goes by an older
 * topology was.
 *
 * Every version of the members leads back to the operator's command that its change began with.
 * What keeps a change waiting is a node that is not heard of, and that leads on as any silence
 * does. A coordinator is behind because the news was lost on its way, or has not come yet.
 */
#include "db/ring/topology.h"
#include "sim/why/why_parts.h"

static bool is_note(const struct why_matter *m, uint32_t note)
{
    return m->record.kind == TRACE_NOTE + note;
}

static bool say_and_ask(struct why_case *c, enum why_rule rule, const struct tape_record *record)
{
    char sentence[WHY_TEXT_MAX];
    stage_sentence(c->stage, record, sentence, sizeof sentence);
    why_say(c, rule, record, "because %s", sentence);
    return why_ask(c, TOPIC_MOMENT,
                   (struct why_matter){.record = *record, .before = record->number});
}

/* --- the command --------------------------------------------------------------------------- */

/* With which the change that is in force at `before` began. */
static bool find_command(struct why_case *c, uint64_t before, struct tape_record *command)
{
    struct tape_record begun, wanted;
    struct sought decided =
        with_field(why_note(NOTE_CHANGE_DECIDED, ANYBODY, 0), 1, TOPOLOGY_READ_OLD);
    if (!why_last(c, before, &decided, &begun))
        return false;
    struct sought wish = why_note(NOTE_CHANGE_WANTED, begun.actor, 0);
    struct sought told = why_trace(TRACE_COMMAND, ANYBODY, 0);
    if (why_last(c, begun.number, &wish, &wanted)) /* of whoever proposed it */
        told = with_field(with_field(told, 0, wanted.field[0]), 1, wanted.field[1]);
    return why_last(c, begun.number, &told, command);
}

/* "because an operator told n7 at 8 s to replace n2" */
static void say_told(struct why_case *c, enum why_rule rule, const struct tape_record *command)
{
    const struct trace_record plain = {
        .field = {command->field[0], command->field[1], command->field[2]},
        .kind = command->kind,
        .actor = command->actor};
    struct trace_names names = world_names(c->world);
    char whom[100];
    struct text text;
    text_init(&text, whom, sizeof whom);
    trace_sentence_field(&text, &plain, 1, &names);
    why_say(c, rule, command, "because an operator told %n at %t to %s%s",
            (uint64_t)command->actor, command->time,
            topology_change_name((uint32_t)command->field[0]), whom);
}

static bool say_command(struct why_case *c, enum why_rule rule, uint64_t before)
{
    struct tape_record command;
    if (!find_command(c, before, &command))
        return false;
    say_told(c, rule, &command);
    return why_end_fault(c, &command);
}

/* Versions, and what streams because of them. */
bool why_rule_by_command(struct why_case *c, const struct why_matter *m)
{
    static const uint32_t notes[] = {NOTE_CHANGE_DECIDED, NOTE_CHANGE_PROPOSED,
                                     NOTE_TOPOLOGY_LEARNED, NOTE_STREAM_BEGUN,
                                     NOTE_STREAM_CHUNK, NOTE_STREAM_DONE, NOTE_ROWS_DROPPED};
    for (uint32_t i = 0; i < ARRAY_LEN(notes); i++)
        if (is_note(m, notes[i]))
            return say_command(c, RULE_by_command, m->record.number + 1);
    return false;
}

/* --- waiting ------------------------------------------------------------------------------- */

/* Whoever drives has not heard of a node; that has a reason of its own. */
bool why_rule_missed(struct why_case *c, const struct why_matter *m)
{
    struct tape_record suspicion;
    if (!is_note(m, NOTE_CHANGE_WAITS) && !is_note(m, NOTE_CHANGE_GIVEN_UP))
        return false;
    struct sought sought =
        with_field(why_note(NOTE_PEER_SUSPECTED, m->record.actor, 0), 0, m->record.field[1]);
    return why_last(c, m->record.number, &sought, &suspicion) &&
           say_and_ask(c, RULE_missed, &suspicion);
}

bool why_rule_undone(struct why_case *c, const struct why_matter *m)
{
    struct tape_record given_up;
    bool is_version = is_note(m, NOTE_CHANGE_DECIDED) || is_note(m, NOTE_CHANGE_PROPOSED) ||
                      is_note(m, NOTE_TOPOLOGY_LEARNED);
    struct sought sought = why_note(NOTE_CHANGE_GIVEN_UP, ANYBODY, 0);
    return is_version && m->record.field[1] == TOPOLOGY_ROLLED_BACK &&
           why_last(c, m->record.number, &sought, &given_up) &&
           say_and_ask(c, RULE_undone, &given_up);
}

/* --- refused ------------------------------------------------------------------------------- */

/* The node was told to go, or to give way, and so is gone. */
static bool say_gone(struct why_case *c, const struct why_matter *m)
{
    struct tape_record command;
    struct sought sought = with_field(why_trace(TRACE_COMMAND, ANYBODY, 0), 1, m->record.field[1]);
    for (uint64_t before = m->record.number; why_last(c, before, &sought, &command);
         before = command.number) {
        if (command.field[0] != TRANSITION_LEAVE && command.field[0] != TRANSITION_REMOVE)
            continue;
        say_told(c, RULE_not_possible, &command);
        return why_end_fault(c, &command);
    }
    return say_command(c, RULE_not_possible, m->record.number);
}

bool why_rule_not_possible(struct why_case *c, const struct why_matter *m)
{
    struct tape_record begun;
    if (!is_note(m, NOTE_CHANGE_REFUSED))
        return false;
    switch (m->record.field[2]) {
    case REASON_LEFT: return say_gone(c, m);
    case REASON_TOO_FEW:
        why_number(c, 1, &begun);
        why_say(c, RULE_not_possible, &begun, "because each key has %u copies",
                (uint64_t)c->scenario->node.replication);
        return why_end_setting(c, "the scenario wants %u copies of each key",
                               (uint64_t)c->scenario->node.replication);
    default: return say_command(c, RULE_not_possible, m->record.number);
    }
}

/* The version that the replica knew, and what had become of the news of it. */
bool why_rule_was_behind(struct why_case *c, const struct why_matter *m)
{
    struct tape_record decided, lost;
    if (!is_note(m, NOTE_STALE_REFUSED))
        return false;
    uint64_t coordinator = m->record.field[0];
    struct sought version =
        with_field(why_note(NOTE_CHANGE_DECIDED, ANYBODY, 0), 0, m->record.field[2]);
    struct sought drop =
        with_field(with_field(why_trace(TRACE_DROP, ANYBODY, 0), 0, MESSAGE_TOPOLOGY_TELL), 1,
                   coordinator);
    if (!why_last(c, m->record.number, &version, &decided))
        return false;
    if (why_next(c, decided.number, m->record.number, &drop, &lost))
        return why_say_lost(c, RULE_was_behind, &lost);
    why_say(c, RULE_was_behind, &decided,
            "because topology %u was decided at %t, and %n had not heard of it yet",
            decided.field[0], decided.time, coordinator);
    return say_command(c, RULE_was_behind, decided.number + 1);
}

/* A read begins again when its coordinator learns of later members, mostly from who refused it. */
bool why_rule_asked_again(struct why_case *c, const struct why_matter *m)
{
    struct tape_record first, refusal, learned;
    if (!is_note(m, NOTE_READ_AGAIN))
        return false;
    struct sought begun = why_note(NOTE_READ_BEGUN, m->record.actor, m->record.about);
    struct sought stale = why_note(NOTE_STALE_REFUSED, ANYBODY, m->record.about);
    struct sought version = why_note(NOTE_TOPOLOGY_LEARNED, m->record.actor, 0);
    if (!why_last(c, m->record.number, &begun, &first))
        return false;
    if (why_next(c, first.number, m->record.number, &stale, &refusal))
        return say_and_ask(c, RULE_asked_again, &refusal);
    return why_next(c, first.number, m->record.number, &version, &learned) &&
           say_and_ask(c, RULE_asked_again, &learned);
}

/* --- a node -------------------------------------------------------------------------------- */

static bool comes_or_goes(const struct topology *topology, uint32_t node)
{
    return topology->states[node] == MEMBER_JOINING || topology->states[node] == MEMBER_LEAVING;
}

/* If its change waits, what for; else who wanted it. */
bool why_rule_is_changing(struct why_case *c, const struct why_matter *m)
{
    struct tape_record begun, waits;
    struct sought decided =
        with_field(why_note(NOTE_CHANGE_DECIDED, ANYBODY, 0), 1, TOPOLOGY_READ_OLD);
    struct sought waiting = why_note(NOTE_CHANGE_WAITS, ANYBODY, 0);
    if (!comes_or_goes(&c->world->state->topology, m->node) ||
        !why_last(c, m->before, &decided, &begun))
        return false;
    why_say(c, RULE_is_changing, &begun, "%n comes or goes: %n had the votes for it at %t",
            (uint64_t)m->node, (uint64_t)begun.actor, begun.time);
    if (why_next(c, begun.number, m->before, &waiting, &waits))
        return say_and_ask(c, RULE_is_changing, &waits);
    return say_command(c, RULE_is_changing, begun.number + 1);
}

/* A change that is over: what was wanted of this node, or with it, and how it ended. */
bool why_rule_was_ordered(struct why_case *c, const struct why_matter *m)
{
    struct tape_record command = {0}, found, ended;
    struct sought by_field[] = {
        {.kind = TRACE_COMMAND, .actor = m->node},
        with_field((struct sought){.kind = TRACE_COMMAND, .actor = ANYBODY}, 1, m->node),
        with_field((struct sought){.kind = TRACE_COMMAND, .actor = ANYBODY}, 2, m->node),
    };
    for (uint32_t i = 0; i < ARRAY_LEN(by_field); i++)
        if (why_last(c, m->before, &by_field[i], &found) && found.number > command.number)
            command = found;
    struct sought given_up = why_note(NOTE_CHANGE_GIVEN_UP, ANYBODY, 0);
    struct sought normal =
        with_field(why_note(NOTE_TOPOLOGY_LEARNED, ANYBODY, 0), 1, TOPOLOGY_NORMAL);
    if (command.number == 0)
        return false;
    if (why_next(c, command.number, m->before, &given_up, &ended))
        return say_and_ask(c, RULE_was_ordered, &ended);
    if (why_next(c, command.number, m->before, &normal, &ended))
        why_say_record(c, RULE_was_ordered, &ended);
    say_told(c, RULE_was_ordered, &command);
    return why_end_fault(c, &command);
}

/*
 * why_end.c: who ordered a fault, and the last sentence of a chain.
 *
 * A trace says what was done; that it was done by the timeline or by a person follows from
 * finding it there: by the condition that it waited for, or by its time and what it is.
 */
#include "sim/why/why_parts.h"

#include <stdarg.h>

#include "db/ring/topology.h"
#include "db/safeguard.h"

/* --- whose action it was ---------------------------------------- */

/* Is this what that action leaves in the trace? */
static bool leaves(const struct scenario *scenario, const struct action *action,
                   const struct tape_record *record)
{
    switch (record->kind) {
    case TRACE_CRASH:
        return action->kind == ACTION_CRASH &&
               action_names_machine(scenario, action, record->actor);
    case TRACE_START:
        return action->kind == ACTION_RESTART &&
               action_names_machine(scenario, action, record->actor);
    case TRACE_PAUSE:
        return action->kind == ACTION_PAUSE &&
               action_names_machine(scenario, action, record->actor);
    case TRACE_RESUME:
        return action->kind == ACTION_RESUME &&
               action_names_machine(scenario, action, record->actor);
    case TRACE_PARTITION: return action->kind == ACTION_PARTITION && action->label == record->about;
    case TRACE_CUT:
        return (action->kind == ACTION_RING && action->label == record->about) ||
               (action->kind == ACTION_CUT && action->target == record->field[0] &&
                action->other == record->field[1]);
    case TRACE_CLOG:
        return action->kind == ACTION_CLOG && action->target == record->field[0] &&
               action->other == record->field[1];
    case TRACE_HURRY: return action->kind == ACTION_HURRY || action->kind == ACTION_CALM;
    case TRACE_REPAIR_COMMAND:
        return action->kind == ACTION_REPAIR && action->target == record->actor;
    case TRACE_HEAL:
        return action->kind == ACTION_HEAL && action->mode == HEAL_ALL &&
               action->label == record->about;
    case TRACE_HEAL_LINK:
        return action->kind == ACTION_HEAL && action->mode == HEAL_LINK &&
               action->target == record->field[0] && action->other == record->field[1];
    case TRACE_LINK:
        return action->kind == ACTION_LINK && action->target == record->field[0] &&
               action->other == record->field[1];
    case TRACE_CLOCK:
        return action->kind == record->field[0] && action->amount == (int64_t)record->field[1] &&
               action_names_machine(scenario, action, record->actor);
    case TRACE_DISK_FAULT:
        return action->kind == record->field[0] &&
               action_names_machine(scenario, action, record->actor);
    case TRACE_SLOW:
        return action->kind == ACTION_SLOW && action->amount == (int64_t)record->field[0] &&
               action_names_machine(scenario, action, record->actor);
    case TRACE_MESSAGE_MARKED:
        return action->kind == record->field[0] && action->identity == record->field[2];
    case TRACE_TIMER_FORCED:
        return action->kind == ACTION_FIRE_TIMER &&
               action_names_machine(scenario, action, record->actor);
    case TRACE_COMMAND:
        return action->kind == (uint32_t)record->field[0] - TRANSITION_JOIN + ACTION_JOIN &&
               action->target == record->field[1];
    case TRACE_CLIENTS:
        return action->kind == (record->field[0] ? ACTION_START_CLIENTS : ACTION_STOP_CLIENTS);
    default: return false;
    }
}

/* Does this entry act at that moment? */
static bool is_its_time(struct why_case *c, uint32_t index, const struct tape_record *record)
{
    const struct timeline_entry *entry = &c->scenario->timeline[index];
    struct tape_record condition;
    if (entry->trigger == TRIGGER_AT)
        return entry->at == record->time;
    struct sought sought = with_field(why_trace(TRACE_CONDITION, ANYBODY, 0), 0, index + 1);
    return why_last(c, record->number, &sought, &condition) &&
           condition.time + entry->delay_ns == record->time;
}

const struct action *why_action(struct why_case *c, const struct tape_record *fault,
                                uint32_t *entry)
{
    for (uint32_t i = 0; i < c->scenario->timeline_count; i++)
        if (leaves(c->scenario, &c->scenario->timeline[i].action, fault) &&
            is_its_time(c, i, fault)) {
            *entry = i;
            return &c->scenario->timeline[i].action;
        }
    uint32_t count;
    const struct intervention *interventions = stage_interventions(c->stage, &count);
    for (uint32_t i = 0; i < count; i++)
        if (interventions[i].time == fault->time &&
            leaves(c->scenario, &interventions[i].action, fault)) {
            *entry = TIMELINE_MAX + i;
            return &interventions[i].action;
        }
    return NULL;
}

/* --- the last sentence ---------------------------------------- */

static struct text begin_end(struct why_case *c, enum why_root root)
{
    struct text text;
    c->why->root = root;
    text_init(&text, c->why->end, sizeof c->why->end);
    return text;
}

static bool end_timeline(struct why_case *c, uint32_t index)
{
    const struct timeline_entry *entry = &c->scenario->timeline[index];
    struct text text = begin_end(c, WHY_ROOT_TIMELINE);
    why_format(c, &text, "nothing is before it: entry %u of the scenario's timeline does this ",
               (uint64_t)index + 1);
    if (entry->trigger == TRIGGER_AT) {
        why_format(c, &text, "at %t", entry->at);
        return true;
    }
    if (entry->delay_ns > 0)
        why_format(c, &text, "%d after ", entry->delay_ns);
    text_str(&text, entry->delay_ns > 0 ? "it first holds that " : "when ");
    condition_text(&text, &entry->condition);
    return true;
}

bool why_end_fault(struct why_case *c, const struct tape_record *fault)
{
    uint32_t entry;
    const struct action *action = why_action(c, fault, &entry);
    if (action && entry < TIMELINE_MAX)
        return end_timeline(c, entry);
    if (!action)
        return why_end_setting(c, "the run begins with it");
    struct text text = begin_end(c, WHY_ROOT_PERSON);
    why_format(c, &text, "nothing is before it: somebody did this by hand at %t", fault->time);
    return true;
}

bool why_end_safeguard(struct why_case *c, const struct tape_record *broken)
{
    const struct safeguard_info *rule =
        &safeguard_table[MIN(broken->field[0], (uint64_t)SAFEGUARD_COUNT - 1)];
    struct text text = begin_end(c, WHY_ROOT_SAFEGUARD);
    why_format(c, &text, "nothing is before it: the rule %s is off (%s)", rule->name, rule->rule);
    return true;
}

bool why_end_client(struct why_case *c, const struct tape_record *invoke)
{
    struct text text = begin_end(c, WHY_ROOT_CLIENT);
    why_format(c, &text, "nothing is before it: %n asked for this", (uint64_t)invoke->actor);
    return true;
}

bool why_end_setting(struct why_case *c, const char *words, ...)
{
    va_list values;
    struct text text = begin_end(c, WHY_ROOT_SETTING);
    text_str(&text, "nothing is before it: ");
    va_start(values, words);
    why_format_list(c, &text, words, values);
    va_end(values);
    return true;
}

bool why_end_clock(struct why_case *c, uint32_t node)
{
    const struct clock_config *clock = &c->scenario->nodes[node].clock;
    struct text text = begin_end(c, WHY_ROOT_SETTING);
    why_format(c, &text, "nothing is before it: the scenario sets the clock of %n", (uint64_t)node);
    if (clock->offset_ns != 0) {
        text_char(&text, ' ');
        text_time(&text, (vtime)(clock->offset_ns < 0 ? -clock->offset_ns : clock->offset_ns));
        text_str(&text, clock->offset_ns < 0 ? " behind" : " ahead");
    }
    if (clock->drift_ppb != 0) {
        text_str(&text, clock->offset_ns != 0 ? " and lets it drift by " : " to drift by ");
        text_drift(&text, clock->drift_ppb);
    }
    return true;
}

/* The link as the scenario sets it; the last setting that fits counts. */
static const struct link_config *link_setting_of(const struct why_case *c, uint32_t from,
                                                 uint32_t to)
{
    const struct network_config *network = &c->scenario->network;
    bool is_inside = is_node_address(c->world, from) && is_node_address(c->world, to);
    const struct link_config *link = is_inside ? &network->nodes : &network->clients;
    for (uint32_t i = 0; is_inside && i < network->setting_count; i++) {
        const struct link_setting *setting = &network->settings[i];
        bool is_from = setting->from == ALL_MEMBERS || setting->from == from;
        if (is_from && (setting->to == ALL_MEMBERS || setting->to == to))
            link = &setting->link;
    }
    return link;
}

bool why_end_chance(struct why_case *c, uint32_t from, uint32_t to)
{
    const struct link_config *link = link_setting_of(c, from, to);
    struct text text = begin_end(c, WHY_ROOT_CHANCE);
    text_str(&text, "nothing is before it: the scenario lets ");
    text_ppb(&text, link->loss_ppb);
    why_format(c, &text, " of the messages from %n to %n get lost", (uint64_t)from, (uint64_t)to);
    if (link->loss_ppb < 1000000000)
        why_format(c, &text, ", and the draws of seed %u chose this one", c->world->seed);
    return true;
}

bool why_end_none(struct why_case *c)
{
    struct text text = begin_end(c, WHY_ROOT_NONE);
    text_str(&text, "no rule leads further back from here");
    return false;
}

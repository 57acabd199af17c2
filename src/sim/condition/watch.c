/*
 * watch.c: conditions that wait: triggers of the timeline, and the checks that
 * look at every step (`always`) or for some step (`reached`).
 *
 * A condition says which kinds of record can change its value (sim/condition/condition.h),
 * so most records wake none. When a trigger's condition comes true in the middle
 * of a node's work and its action is to crash that very node, the node is doomed
 * on the spot: nothing it does after that record gets out.
 */
#include "sim/world/world.h"

#include "sim/picture/view.h"

static struct watch_state *timeline_watch(struct world *world, uint32_t entry)
{
    return &world->state->timeline[entry];
}

static bool holds(const struct world *world, const struct condition *condition)
{
    struct condition_view view = world_condition_view(world);
    return condition_holds(condition, &view);
}

static void remember_watched(struct world *world, const struct condition *condition)
{
    for (uint32_t i = 0; i < CONDITION_WATCH_WORDS; i++)
        world->state->watched[i] |= condition->watch[i];
    world->state->is_watching_every_step |= condition->watches_every_step;
    for (uint32_t i = 0; i < condition->wake_count; i++)
        world_push(world, condition->wakes[i], SIM_WAKE, 0, 0, 0);
}

static bool is_waiting_check(const struct check_setting *check)
{
    return check->kind == CHECK_ALWAYS || check->kind == CHECK_REACHED;
}

/* Which records matter, over all conditions that still wait. */
static void collect_watched(struct world *world)
{
    const struct scenario *scenario = world->scenario;
    for (uint32_t i = 0; i < scenario->timeline_count; i++) {
        const struct timeline_entry *entry = &scenario->timeline[i];
        if (entry->trigger != TRIGGER_WHEN)
            continue;
        remember_watched(world, &entry->condition);
        if (entry->at > 0) /* it may have come true before it was allowed to */
            world_push(world, entry->at, SIM_WAKE, 0, 0, 0);
    }
    for (uint32_t i = 0; i < scenario->check_count; i++)
        if (is_waiting_check(&scenario->checks[i]))
            remember_watched(world, &scenario->checks[i].condition);
}

static void mark(struct world *world, struct watch_state *watch)
{
    watch->is_armed = false;
    watch->was_true = true;
    watch->record = world->state->records;
    watch->step = world->state->step;
    watch->time = world->state->now;
}

/* --- triggers ------------------------------------------------------------------- */

/* The node whose record this is, if that very node is to crash now. */
static bool dooms(const struct world *world, const struct timeline_entry *entry, uint32_t actor)
{
    const struct action *action = &entry->action;
    return actor < world->scenario->node.nodes && entry->delay_ns == 0 &&
           action->kind == ACTION_CRASH && action_names_machine(world->scenario, action, actor);
}

static void fire(struct world *world, uint32_t index, uint32_t actor)
{
    const struct timeline_entry *entry = &world->scenario->timeline[index];
    mark(world, timeline_watch(world, index));
    world->has_due = true;
    if (world->doomed == ANY_NODE && dooms(world, entry, actor))
        world->doomed = actor;
}

static void look_at_triggers(struct world *world, uint32_t kind, uint32_t actor)
{
    const struct scenario *scenario = world->scenario;
    for (uint32_t i = 0; i < scenario->timeline_count; i++) {
        const struct timeline_entry *entry = &scenario->timeline[i];
        if (entry->trigger != TRIGGER_WHEN || !timeline_watch(world, i)->is_armed)
            continue;
        if (kind != TRACE_KIND_COUNT && !condition_watches(&entry->condition, kind))
            continue;
        if (world->state->now >= entry->at && holds(world, &entry->condition))
            fire(world, i, actor);
    }
}

/* Called for every record, in the middle of whatever made it. */
void watch_record(struct world *world, uint32_t kind, uint32_t actor)
{
    bool is_watched = world->state->watched[kind / 64] >> (kind % 64) & 1;
    if (!is_watched)
        return;
    world->saw_watched = true;
    if (world->record_depth > 0)
        return; /* evaluating never records, but a record of ours may stand here */
    world->record_depth++;
    look_at_triggers(world, kind, actor);
    world->record_depth--;
}

/* --- checks --------------------------------------------------------------------- */

/* An `always` is watched for being false, a `reached` for being true. */
static void look_at_checks(struct world *world)
{
    const struct scenario *scenario = world->scenario;
    for (uint32_t i = 0; i < scenario->check_count; i++) {
        const struct check_setting *check = &scenario->checks[i];
        struct watch_state *watch = &world->state->checks[i];
        if (!is_waiting_check(check) || !watch->is_armed)
            continue;
        if (holds(world, &check->condition) == (check->kind == CHECK_REACHED))
            mark(world, watch);
    }
}

/* --- convergence ------------------------------------------------------------------ */

/* A fault has ended: each `converged` check looks at the replicas when its time
 * after this is over, unless another fault has ended since. */
void watch_fault_ended(struct world *world)
{
    struct world_state *state = world->state;
    state->last_fault_ended = state->now;
    for (uint32_t i = 0; i < world->scenario->check_count; i++) {
        const struct check_setting *check = &world->scenario->checks[i];
        if (check->kind == CHECK_CONVERGED && check->within_ns > 0)
            world_push(world, state->now + check->within_ns, SIM_LOOK, 0, i, mix_pair(SIM_LOOK, i));
    }
}

void watch_look(struct world *world, uint32_t check)
{
    struct world_state *state = world->state;
    if (state->now != state->last_fault_ended + world->scenario->checks[check].within_ns)
        return;
    struct watch_state *watch = &state->checks[check];
    watch->detail = world_keys_differing(world);
    watch->was_true = watch->detail > 0;
    watch->time = state->now;
    watch->step = state->step;
    watch->record = state->records;
}

static void look_at_all(struct world *world)
{
    look_at_triggers(world, TRACE_KIND_COUNT, ACTOR_WORLD);
    look_at_checks(world);
}

void watch_begin(struct world *world)
{
    for (uint32_t i = 0; i < world->scenario->timeline_count; i++)
        timeline_watch(world, i)->is_armed = true;
    for (uint32_t i = 0; i < world->scenario->check_count; i++)
        world->state->checks[i].is_armed = true;
    collect_watched(world);
    look_at_all(world);
    watch_after_step(world);
}

/* A condition that depends on time is due. */
void watch_wake(struct world *world)
{
    look_at_all(world);
}

static void schedule_or_apply(struct world *world, uint32_t index)
{
    const struct timeline_entry *entry = &world->scenario->timeline[index];
    struct watch_state *watch = timeline_watch(world, index);
    watch->was_true = false; /* taken care of */
    world->state->cause = watch->record;
    world->state->cause = world_record(world, TRACE_CONDITION, ACTOR_WORLD, 0, index + 1, 0, 0);
    if (entry->delay_ns > 0)
        world_push(world, world->state->now + entry->delay_ns, SIM_ACTION, 0, index,
                   action_identity(&entry->action));
    else
        timeline_apply(world, index);
}

/* At the end of a step: do what has come due. An action makes records, which may
 * make further conditions true, until nothing is left; each entry fires once. */
void watch_after_step(struct world *world)
{
    /* Once more after the step: some of what a record tells is only then in force. */
    if (world->saw_watched || world->state->is_watching_every_step)
        look_at_triggers(world, TRACE_KIND_COUNT, ACTOR_WORLD);
    while (world->has_due) {
        world->has_due = false;
        for (uint32_t i = 0; i < world->scenario->timeline_count; i++)
            if (timeline_watch(world, i)->was_true)
                schedule_or_apply(world, i);
    }
    world->doomed = ANY_NODE;
    if (world->saw_watched || world->state->is_watching_every_step)
        look_at_checks(world);
    world->saw_watched = false;
}

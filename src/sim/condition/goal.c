/*
 * goal.c: looking at a condition as often as it may have changed, and no more often.
 */
#include "sim/condition/goal.h"

#include <string.h>

#include "sim/stage/stage_parts.h"
#include "sim/picture/view.h"

struct goal {
    struct condition condition; /* refers to: */
    struct condition_code code;
    bool was_true; /* when it was looked at last */
    vtime looked_at;
};

_Static_assert(GOAL_MISTAKE_MAX >= CONDITION_MISTAKE_MAX, "every mistake has room");

/* --- names of the scenario -------------------------------------------------------------- */

static bool name_at(const struct scenario *scenario, uint32_t parameter, uint32_t index,
                    const char **name, uint32_t *number)
{
    if (parameter == PARAMETER_NODE) {
        *number = index;
        *name = index < scenario->node.nodes ? scenario->nodes[index].name : NULL;
        return *name != NULL;
    }
    if (parameter == PARAMETER_CLIENT) {
        *number = CLIENT_ADDRESS_BASE + index;
        *name = index < scenario->client_count ? scenario->clients[index].name : NULL;
        return *name != NULL;
    }
    for (uint32_t client = 0; client < scenario->client_count; client++) {
        if (index < scenario->clients[client].plan_count) {
            *number = client << 16 | index; /* as view_condition.c takes it apart */
            *name = scenario->clients[client].plans[index].label;
            return true;
        }
        index -= scenario->clients[client].plan_count;
    }
    return false;
}

static bool find_name(const void *host, uint32_t parameter, struct bytes name, uint32_t *number)
{
    const char *candidate;
    for (uint32_t i = 0; name_at(host, parameter, i, &candidate, number); i++)
        if (strlen(candidate) == name.size && memcmp(candidate, name.data, name.size) == 0)
            return true;
    return false;
}

static bool list_name(const void *host, uint32_t parameter, uint32_t index, struct bytes *name)
{
    const char *candidate;
    uint32_t number;
    if (!name_at(host, parameter, index, &candidate, &number))
        return false;
    *name = (struct bytes){(const uint8_t *)candidate, (uint32_t)strlen(candidate)};
    return true;
}

struct goal *goal_parse(struct stage *stage, const char *source, struct text *mistake)
{
    struct condition_names names = {stage->world->scenario, find_name, list_name};
    struct bytes bytes = {(const uint8_t *)source, (uint32_t)strlen(source)};
    struct goal *goal = heap_alloc(&stage->heap, sizeof *goal);
    if (condition_parse(&goal->condition, &goal->code, bytes, &names, mistake))
        return goal;
    heap_free(&stage->heap, goal);
    return NULL;
}

void goal_free(struct stage *stage, struct goal *goal)
{
    heap_free(&stage->heap, goal);
}

vtime goal_time(const struct goal *goal)
{
    return goal->looked_at;
}

void goal_text(const struct goal *goal, struct text *text)
{
    condition_text(text, &goal->condition);
}

/* --- the world at an instant between two steps ------------------------------------------ */

struct instant {
    const struct world *world;
    vtime time;
    struct condition_view world_view;
};

static struct condition_answer ask_instant(const void *host, const struct condition_ask *ask)
{
    const struct instant *instant = host;
    if (ask->term == TERM_TIME)
        return condition_answer_number((int64_t)instant->time);
    return instant->world_view.ask(instant->world, ask);
}

static uint64_t instant_records(const void *host, uint32_t kind, uint32_t actor)
{
    const struct instant *instant = host;
    return instant->world_view.records(instant->world, kind, actor);
}

static uint64_t instant_operations(const void *host, uint32_t owner, uint32_t outcome)
{
    const struct instant *instant = host;
    return instant->world_view.operations(instant->world, owner, outcome);
}

static void instant_value_text(const void *host, struct text *text, uint64_t identity)
{
    const struct instant *instant = host;
    instant->world_view.value_text(instant->world, text, identity);
}

static struct instant instant_of(const struct world *world, vtime time)
{
    return (struct instant){world, time, world_condition_view(world)};
}

static struct condition_view view_of(const struct instant *instant)
{
    return (struct condition_view){instant,
                                   ask_instant,
                                   instant_records,
                                   instant_operations,
                                   instant->world_view.identity,
                                   instant_value_text};
}

/* --- looking ---------------------------------------------------------------------------- */

/* Has it just come true? */
static bool comes_true(const struct stage *stage, struct goal *goal, vtime time)
{
    struct instant instant = instant_of(stage->world, time);
    struct condition_view view = view_of(&instant);
    bool was_true = goal->was_true;
    goal->was_true = condition_holds(&goal->condition, &view);
    goal->looked_at = time;
    return goal->was_true && !was_true;
}

bool goal_begin(const struct stage *stage, struct goal *goal)
{
    goal->was_true = false;
    return comes_true(stage, goal, stage_now(stage));
}

/* Instants before the next step at which time alone may change it. */
static bool comes_true_in_between(const struct stage *stage, struct goal *goal)
{
    vtime next = MIN(stage_next_time(stage), stage->world->scenario->duration_ns + 1);
    for (;;) {
        vtime wake = condition_next_wake(&goal->condition, goal->looked_at);
        if (wake >= next)
            return false;
        if (comes_true(stage, goal, wake))
            return true;
    }
}

static bool is_watched(const struct stage *stage, const struct goal *goal, uint64_t seen)
{
    const struct tape_record *record;
    if (goal->condition.watches_every_step || goal->condition.watches_time)
        return true;
    for (uint64_t number = seen + 1; number <= stage_records(stage); number++)
        if ((record = stage_record(stage, number)) == NULL ||
            condition_watches(&goal->condition, record->kind))
            return true;
    return false;
}

enum stage_pursuit goal_pursue(struct stage *stage, struct goal *goal, uint32_t steps)
{
    for (; steps > 0; steps--) {
        uint64_t seen = stage_records(stage);
        if (comes_true_in_between(stage, goal))
            return PURSUIT_FOUND;
        if (!stage_forward(stage))
            return PURSUIT_NONE;
        if (is_watched(stage, goal, seen) && comes_true(stage, goal, stage_now(stage)))
            return PURSUIT_FOUND;
    }
    return PURSUIT_OPEN;
}

void goal_explain(const struct stage *stage, const struct goal *goal, struct text *text)
{
    struct instant instant = instant_of(stage->world, goal->looked_at);
    struct condition_view view = view_of(&instant);
    condition_explain(text, &goal->condition, &view);
}

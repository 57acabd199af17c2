/*
 * explore_write.c: a schedule as a scenario that any command takes.
 *
 * The explorer's world knows no latencies: what is pending happens when it is picked. As a scenario
 * that is the same, every message is under way for an hour and every disk stalls for one, and each
 * pick is a deed at its moment: the member "interventions" of the file, where a person's own deeds
 * are kept, too.
 *
 *     a message arrives     {"postpone": it, "until": now}
 *     a message is lost     {"drop": it}, and the same
 *     a disk operation ends {"disk_finish": "n1"}
 *     a crash, a restart    themselves
 *     a client begins       its operation's "at" in the script
 *     a node's timer fires  {"fire_timer": "n1"}; a client's does so by itself
 *
 * Deeds of one nanosecond follow one another, each after the events of the one before (world.c:
 * is_intervention_due), so even the clock shows the same. The run ends where the schedule does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hunt/explore_parts.h"
#include "scenario/save.h"
#include "sim/picture/view.h"

#define SETS_MAX  96
#define SET_MAX   96
#define DEEDS_MAX (2 * EXPLORE_PATH_MAX + EXPLORE_PARTS_MAX)

struct script {
    const char *sets[SETS_MAX]; /* given ones, then own */
    uint32_t set_count;
    char own[SETS_MAX][SET_MAX];
    uint32_t own_count;
    struct intervention deeds[DEEDS_MAX];
    uint32_t deed_count;
};

/* --- as it is explored --------------------------------------------------------------------- */

static bool add_set(struct script *script, const char *text)
{
    if (script->set_count == SETS_MAX)
        return false;
    snprintf(script->own[script->own_count], SET_MAX, "%s", text);
    script->sets[script->set_count++] = script->own[script->own_count++];
    return true;
}

static bool begin_sets(struct script *script, const char *const *sets, uint32_t count)
{
    if (count > SETS_MAX / 2)
        return false;
    for (uint32_t i = 0; i < count; i++)
        script->sets[script->set_count++] = sets[i];
    return add_set(script, "network.latency=1h") && add_set(script, "network.clients.latency=1h");
}

struct scenario *explore_load(const char *file, const char *const *sets, uint32_t set_count,
                              struct json_error *error)
{
    struct script *script = calloc(1, sizeof *script);
    struct scenario *scenario = NULL;
    CHECK_WHY(script, "there is no memory for a schedule");
    if (!begin_sets(script, sets, set_count))
        snprintf(error->text, sizeof error->text, "explore takes %u overrides at most",
                 SETS_MAX / 2);
    else
        scenario = scenario_load(file, script->sets, script->set_count, error);
    free(script);
    return scenario;
}

/* --- deeds ------------------------------------------------------------------------------------ */

static void add_deed(struct script *script, vtime time, struct action action)
{
    script->deeds[script->deed_count++] = (struct intervention){.time = time, .action = action};
}

static struct action deed_on_message(const struct explore_message *message, uint32_t kind,
                                     vtime now)
{
    return (struct action){.kind = kind,
                           .identity = message->identity,
                           .copy = message->copy + 1,
                           .mode = kind == ACTION_POSTPONE ? POSTPONE_UNTIL : 0,
                           .amount = kind == ACTION_POSTPONE ? (int64_t)now : 0};
}

/* A planned operation begins at this time. */
static void add_wake(struct explore *x, struct script *script, const struct queue_event *event,
                     vtime time)
{
    const struct client_setting *client = &x->order.scenario->clients[event->node];
    const struct operation_plan *plan = &client->plans[event->payload];
    char text[SET_MAX];
    vtime told = plan->after >= 0 ? event->time - plan->at : 0;
    snprintf(text, sizeof text, "clients[%u].script[%u].%s=%lluns", event->node, event->payload,
             plan->after >= 0 ? "wait" : "at", (unsigned long long)(time - told));
    add_set(script, text);
}

static void add_own(struct explore *x, struct script *script, uint32_t choice)
{
    struct queue_event event = explore_event(x, choice);
    vtime now = x->world.state->now;
    if (event.kind == SIM_CLIENT_WAKE)
        add_wake(x, script, &event, now + EXPLORE_TICK);
    if (event.kind != SIM_TIMER)
        return;
    const struct sim_timer *timer = pool_at(&x->world.state->timers, event.payload);
    add_deed(script, explore_time_of(x, now, event.kind, event.time),
             (struct action){.kind = ACTION_FIRE_TIMER,
                             .target = timer->node,
                             .mode = timer->kind,
                             .identity = timer->about});
}

/* What the step comes to as a deed; the world stands before it. */
static void add_step(struct explore *x, struct script *script, uint32_t choice)
{
    vtime now = x->world.state->now;
    uint32_t which = choice_which(choice);
    struct action action = {.target = which};
    switch (choice_kind(choice)) {
    case EXPLORE_LOSE:
        add_deed(script, now, deed_on_message(&x->messages[which], ACTION_DROP, now));
        /* fall through */
    case EXPLORE_DELIVER:
        add_deed(script, now, deed_on_message(&x->messages[which], ACTION_POSTPONE, now));
        return;
    case EXPLORE_DISK:
        action.kind = ACTION_DISK_FINISH;
        action.target = which >> CHOICE_INDEX_BITS;
        break;
    case EXPLORE_OWN: add_own(x, script, choice); return;
    case EXPLORE_CRASH:
        action.kind = ACTION_CRASH;
        action.mode = CRASH_LOSE;
        break;
    case EXPLORE_RESTART: action.kind = ACTION_RESTART; break;
    }
    add_deed(script, now, action);
}

static void write_steps(struct explore *x, struct script *script, const uint32_t *path,
                        uint32_t length)
{
    for (uint32_t node = 0; node < x->node_count; node++)
        add_deed(
            script, x->start,
            (struct action){.kind = ACTION_DISK_STALL, .target = node, .amount = EXPLORE_AWAY});
    for (uint32_t i = 0; i < length; i++) {
        explore_go(x, path, i);
        add_step(x, script, path[i]);
    }
    explore_go(x, path, length);
}

/* --- is it the same? ---------------------------------------------------------------------------
 */

static bool is_same_end(const struct world *one, const struct world *other)
{
    for (uint32_t node = 0; node < one->scenario->node.nodes; node++) {
        struct digest a = handpick_node_digest(one, node), b = handpick_node_digest(other, node);
        if (a.low != b.low || a.high != b.high)
            return false;
    }
    for (uint32_t client = 0; client < one->scenario->client_count; client++) {
        struct digest a = handpick_client_digest(one, client);
        struct digest b = handpick_client_digest(other, client);
        if (a.low != b.low || a.high != b.high)
            return false;
    }
    return true;
}

static bool is_proven(struct explore *x, const char *text, struct json_error *error)
{
    static const char *const differs = "the schedule as a scenario comes to another state than it "
                                       "did when it was explored";
    static const char *const holds = "the schedule as a scenario violates nothing";
    struct trial trial;
    struct trial_bench bench;
    const char *why = NULL;
    struct scenario *scenario = scenario_from_text("the schedule", text, strlen(text), error);
    if (!scenario)
        return false;
    if (trial_bench_open(&bench, &why)) {
        struct trial_order order = {.scenario = scenario, .seed = x->order.seed, .is_strict = true};
        trial_run(&bench, &order, &trial);
        bool is_violated = trial.violated >> x->result.check & 1;
        why = !is_same_end(&bench.world, &x->world) ? differs : !is_violated ? holds : NULL;
        trial_bench_close(&bench);
    }
    scenario_free(scenario);
    if (why)
        snprintf(error->text, sizeof error->text, "%s", why);
    return !why;
}

char *explore_write(struct explore *x, const char *file, const char *const *sets,
                    uint32_t set_count, const uint32_t *path, uint32_t length,
                    struct json_error *error)
{
    char *text = NULL, end[SET_MAX];
    struct script *script = calloc(1, sizeof *script);
    CHECK_WHY(script, "there is no memory for a schedule");
    begin_sets(script, sets, set_count);
    write_steps(x, script, path, length);
    snprintf(end, sizeof end, "duration=%lluns", (unsigned long long)x->world.state->now);
    add_set(script, end);
    struct scenario *scenario = scenario_load(file, script->sets, script->set_count, error);
    if (scenario)
        text =
            scenario_save_text(scenario, x->order.seed, script->deeds, script->deed_count, error);
    scenario_free(scenario);
    free(script);
    if (text && !is_proven(x, text, error)) {
        free(text);
        text = NULL;
    }
    return text;
}

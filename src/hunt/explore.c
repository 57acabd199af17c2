/*
 * explore.c: breadth first through all states.
 *
 * A level is all states that so many steps lead to first, so the first violation is one of the
 * fewest steps. Every choice of every state is taken, unless a sleep set says that it need not be
 * (Godefroid, "Partial-order methods for the verification of concurrent systems", 1996):
 *
 *     from s both a and b are possible, and they commute:
 *
 *            s --a--> . --b--> t            after b from s, a sleeps: the states behind
 *            s --b--> . --a--> t            "b, then a" are behind "a, then b" as well
 *
 * Sleep sets leave out transitions, never states. A state that is reached again before it is
 * expanded sleeps only where both ways let it; one that has been expanded already takes what it
 * left out then and the new way does not (Godefroid's rule for a search that remembers states).
 *
 * Delay-bounded (Emmi, Qadeer and Rakamaric, "Delay-bounded scheduling", POPL 2011): a scheduler
 * without chance would take the first choice of each state; taking the third one postpones two, and
 * a schedule may postpone `bound` times. It is the same search, with the count in the state.
 */
#include "hunt/explore_parts.h"

#include <stdlib.h>
#include <string.h>

#define PROGRESS_EVERY 4096 /* states */

/* A state that is to be expanded. */
struct entry {
    struct explore_state state;
    uint32_t number;
    bool is_again; /* only the choices in `only` */
    uint32_t only;
    uint32_t sleep; /* of one that is expanded again */
};

struct layer {
    struct entry *entries;
    uint64_t count, room;
};

static struct entry *layer_add(struct layer *layer)
{
    if (layer->count == layer->room) {
        layer->room = layer->room ? layer->room * 2 : 1024;
        layer->entries = realloc(layer->entries, layer->room * sizeof *layer->entries);
        CHECK_WHY(layer->entries, "there is no memory left for the states of the explorer");
    }
    return &layer->entries[layer->count++];
}

uint32_t explore_path_to(const struct explore *x, uint32_t number, uint32_t *path)
{
    uint32_t length = 0;
    for (uint32_t at = number; x->seen[at].parent != EXPLORE_NONE; at = x->seen[at].parent)
        length++;
    CHECK_WHY(length < EXPLORE_PATH_MAX, "a schedule is longer than the explorer takes");
    for (uint32_t at = number, i = length; i > 0; at = x->seen[at].parent)
        path[--i] = x->seen[at].choice;
    return length;
}

void explore_report_final(struct explore *x, const struct explore_state *state,
                          const uint32_t *path, uint32_t length)
{
    struct digest digest = explore_final_digest(x, state);
    x->result.finals++;
    uint64_t violated = explore_judge(x, path, length);
    x->result.finals_digest += mix_pair(digest.low ^ digest.high, violated);
    if (!violated)
        return;
    x->result.violating++;
    x->result.violated |= violated;
    if (x->result.has_violation)
        return;
    x->result.has_violation = true;
    x->result.path_length = length;
    memcpy(x->result.path, path, length * sizeof *path);
}

bool explore_is_cut(struct explore *x)
{
    const struct explore_order *order = &x->order;
    uint64_t limit = order->state_limit ? order->state_limit : EXPLORE_STATES_MAX;
    if (x->trouble)
        x->result.cut = x->trouble;
    else if (order->stop && *order->stop)
        x->result.cut = "somebody stopped it";
    else if (x->seen_count >= limit)
        x->result.cut = "there are more states than --max-states allows";
    else if (order->stops_at_violation && x->result.has_violation)
        x->result.cut = "it was to stop at a violation";
    return x->result.cut != NULL;
}

/* A way leads to this state that lets these choices sleep. */
static void arrive(struct explore *x, struct layer *next, const struct explore_state *state,
                   uint32_t parent, uint32_t choice, uint32_t sleep)
{
    bool is_new;
    uint32_t number = explore_seen_number(x, explore_state_digest(state), parent, choice, &is_new);
    struct explore_seen *seen = &x->seen[number];
    if (is_new) {
        seen->sleep = sleep;
        *layer_add(next) = (struct entry){.state = *state, .number = number};
        return;
    }
    uint32_t missed = explore_set_without(x, seen->sleep, sleep);
    seen->sleep = explore_set_and(x, seen->sleep, sleep);
    if (seen->is_expanded && missed)
        *layer_add(next) = (struct entry){.state = *state,
                                          .number = number,
                                          .is_again = true,
                                          .only = missed,
                                          .sleep = seen->sleep};
}

/* What may sleep after `choice`: what slept before, or was taken before it, and commutes. */
static uint32_t sleep_after(struct explore *x, const uint32_t *taken, uint32_t taken_count,
                            uint32_t sleep, uint32_t choice)
{
    uint32_t list[2 * EXPLORE_CHOICES_MAX], count = 0;
    if (x->order.is_unreduced || x->order.mode == EXPLORE_DELAY)
        return 0; /* what was taken before has a price of its own */
    for (uint32_t i = 0; i < x->sets[sleep].count; i++) {
        uint32_t one = x->members[x->sets[sleep].first + i];
        if (explore_is_independent(x, one, choice))
            list[count++] = one;
    }
    for (uint32_t i = 0; i < taken_count; i++)
        if (explore_is_independent(x, taken[i], choice))
            list[count++] = taken[i];
    for (uint32_t i = 1; i < count; i++) {
        uint32_t one = list[i], at = i;
        for (; at > 0 && list[at - 1] > one; at--)
            list[at] = list[at - 1];
        list[at] = one;
    }
    return explore_set_number(x, list, count);
}

static void expand(struct explore *x, const struct entry *entry, struct layer *next)
{
    struct explore_choices choices;
    uint32_t path[EXPLORE_PATH_MAX], taken[EXPLORE_CHOICES_MAX], taken_count = 0;
    uint32_t length = explore_path_to(x, entry->number, path);
    uint32_t sleep = entry->is_again ? entry->sleep : x->seen[entry->number].sleep;
    explore_choices(x, &entry->state, &choices);
    x->seen[entry->number].is_expanded = true;
    x->result.depth = MAX(x->result.depth, length);
    x->result.most_choices = MAX(x->result.most_choices, choices.count);
    if (choices.is_final && !entry->is_again)
        explore_report_final(x, &entry->state, path, length);
    bool is_delay = x->order.mode == EXPLORE_DELAY;
    uint32_t count =
        is_delay ? MIN(choices.count, x->order.bound - entry->state.delays + 1) : choices.count;
    for (uint32_t i = 0; i < count && !x->trouble; i++) {
        uint32_t choice = choices.list[i];
        if (entry->is_again ? !explore_set_has(x, entry->only, choice)
                            : explore_set_has(x, sleep, choice)) {
            x->result.skipped += !entry->is_again;
            continue;
        }
        struct explore_state state;
        explore_take(x, &entry->state, path, length, choice, &state);
        x->result.transitions++;
        x->result.lost += choice_kind(choice) == EXPLORE_LOSE;
        state.delays += is_delay ? i : 0;
        arrive(x, next, &state, entry->number, choice,
               sleep_after(x, taken, taken_count, sleep, choice));
        taken[taken_count++] = choice;
    }
}

static void tell_progress(struct explore *x, uint64_t frontier)
{
    x->result.states = x->seen_count;
    x->result.frontier = frontier;
    if (x->order.progress)
        x->order.progress(x->order.host, x);
}

static void go_through_all(struct explore *x, const struct explore_state *root)
{
    struct layer now = {0}, next = {0};
    explore_set_number(x, NULL, 0);
    arrive(x, &now, root, EXPLORE_NONE, 0, 0);
    while (now.count > 0 && !x->result.cut) {
        for (uint64_t i = 0; i < now.count && !explore_is_cut(x); i++) {
            expand(x, &now.entries[i], &next);
            if (i % PROGRESS_EVERY == 0)
                tell_progress(x, now.count - i + next.count);
        }
        struct layer swap = now;
        now = next;
        next = swap;
        next.count = 0;
    }
    tell_progress(x, x->result.cut ? now.count : 0);
    x->result.is_complete = !x->result.cut && !explore_is_cut(x);
    free(now.entries);
    free(next.entries);
}

/* --- from outside ----------------------------------------------------------------------------- */

/* Two attempts of one client begin at one time when it tries again at once; then the order of a
 * history would depend on more than on times. */
static bool has_retries(const struct client_setting *client)
{
    for (uint32_t i = 0; i < client->plan_count; i++)
        if (client->plans[i].retries > 0)
            return true;
    return false;
}

static const char *why_not_clients(const struct scenario *scenario)
{
    for (uint32_t i = 0; i < scenario->client_count; i++) {
        if (scenario->clients[i].loop != CLIENT_SCRIPT)
            return "explore needs clients whose operations are written out (\"script\")";
        if (has_retries(&scenario->clients[i]))
            return "explore takes only operations that are not tried again (\"retries\": 0)";
    }
    return NULL;
}

static const char *why_not(const struct scenario *scenario)
{
    if (scenario->timeline_count || scenario->intervention_count || scenario->swarm)
        return "explore decides itself what happens when: the scenario must have no timeline, "
               "no interventions and no swarm";
    if (scenario->node.nodes + scenario->client_count > EXPLORE_PARTS_MAX)
        return "explore takes 12 nodes and clients together";
    if (scenario->network.nodes.bandwidth || scenario->network.clients.bandwidth ||
        scenario->network.setting_count)
        return "explore lets messages arrive in any order: the network must have no bandwidth and "
               "no links of their own";
    for (uint32_t node = 0; node < scenario->node.nodes; node++)
        for (uint32_t kind = 0; kind < WORK_KIND_COUNT; kind++)
            if (scenario->nodes[node].cpu.service_ns[kind])
                return "explore needs processors that take no time: \"cpu\": {\"service\": "
                       "{\"message\": \"0s\"}}";
    return why_not_clients(scenario);
}

static bool open_memory(struct explore *x, const char **why)
{
    return world_open(&x->world, WORLD_RESERVE_BYTES, NULL, why) &&
           region_open(&x->scratch, REGION_RESERVE_PLAN, NULL, why) &&
           snapshot_store_open(&x->store, SNAPSHOT_STORE_PLAN, why);
}

bool explore_open(struct explore **explore, const struct explore_order *order, const char **why)
{
    *explore = NULL;
    *why = why_not(order->scenario);
    if (*why)
        return false;
    struct explore *x = calloc(1, sizeof *x);
    CHECK_WHY(x, "there is no memory for the explorer");
    x->order = *order;
    x->node_count = order->scenario->node.nodes;
    x->client_count = order->scenario->client_count;
    x->part_count = x->node_count + x->client_count;
    *explore = x;
    return open_memory(x, why);
}

void explore_close(struct explore *explore)
{
    if (!explore)
        return;
    explore_tables_free(explore);
    snapshot_store_close(&explore->store);
    region_close(&explore->scratch);
    world_close(&explore->world);
    free(explore);
}

void explore_run(struct explore *x)
{
    struct explore_state root;
    if (!explore_begin(x, &root, &x->result.cut))
        return;
    x->result.cut = NULL;
    if (x->order.mode == EXPLORE_PCT)
        explore_walk(x, &root);
    else
        go_through_all(x, &root);
}

const struct explore_result *explore_result(const struct explore *explore)
{
    return &explore->result;
}

/*
 * explore_walk.c: probabilistic concurrency testing.
 *
 * Burckhardt, Kothari, Musuvathi and Nagarakatte, "A randomized scheduler with probabilistic
 * guarantees of finding bugs" (ASPLOS 2010). Whatever can be next belongs to an actor: a link, a
 * disk, the timers of a node, a client, the crash of a node, the losses on a link. A run gives each
 * actor a random priority, and takes the choice of the highest one. At d - 1 steps, drawn
 * beforehand, the actor that would be next falls below all others:
 *
 *     step       1    2    3    4    5    6            d = 3: two changes
 *     highest   n1>n2 ann n1>n2 |n1>n2 falls|  ...
 *
 * A bug that needs d steps in a certain order is then found by one run with a chance of at least
 * 1 / (n k^(d-1)), n the actors and k the steps of a run. Both are counted along the way: the
 * changes are drawn from as many steps as the longest run before had.
 */
#include <string.h>

#include "hunt/explore_parts.h"

#define LINKS       (EXPLORE_PARTS_MAX * EXPLORE_PARTS_MAX)
#define ACTORS      (2 * LINKS + 4 * EXPLORE_PARTS_MAX)
#define CHANGES_MAX 16

struct walk {
    uint64_t key; /* of this run's draws */
    uint64_t priority[ACTORS];
    uint32_t changes[CHANGES_MAX];
    uint32_t change_count;
    uint32_t fallen;
};

static uint32_t actor_of(const struct explore *x, uint32_t choice)
{
    uint32_t part = explore_part_of(x, choice);
    enum explore_kind kind = choice_kind(choice);
    if (kind == EXPLORE_DELIVER || kind == EXPLORE_LOSE) {
        const struct explore_message *message = &x->messages[choice_which(choice)];
        uint32_t link = message->from * EXPLORE_PARTS_MAX + message->to;
        return kind == EXPLORE_LOSE ? LINKS + link : link;
    }
    uint32_t first = kind == EXPLORE_DISK    ? 0
                     : kind == EXPLORE_OWN   ? 1
                     : kind == EXPLORE_CRASH ? 2
                                             : 3;
    return 2 * LINKS + first * EXPLORE_PARTS_MAX + part;
}

static void begin_walk(const struct explore *x, struct walk *walk, uint64_t run, uint32_t steps)
{
    memset(walk, 0, sizeof *walk);
    walk->key = mix_pair(mix_pair(x->order.seed, UINT64_C(0x706374)), run); /* "pct" */
    for (uint32_t actor = 0; actor < ACTORS; actor++)
        walk->priority[actor] = mix_pair(walk->key, actor) | UINT64_C(1) << 32;
    walk->change_count = x->order.depth - 1;
    for (uint32_t i = 0; i < walk->change_count; i++)
        walk->changes[i] = (uint32_t)mix_below(mix_pair(walk->key, ACTORS + i), MAX(steps, 1u));
}

static uint32_t highest(const struct explore *x, const struct walk *walk,
                        const struct explore_choices *choices)
{
    uint32_t best = choices->list[0];
    for (uint32_t i = 1; i < choices->count; i++)
        if (walk->priority[actor_of(x, choices->list[i])] > walk->priority[actor_of(x, best)])
            best = choices->list[i];
    return best;
}

static uint32_t pick(const struct explore *x, struct walk *walk,
                     const struct explore_choices *choices, uint32_t step)
{
    for (uint32_t i = 0; i < walk->change_count; i++)
        if (walk->changes[i] == step)
            walk->priority[actor_of(x, highest(x, walk, choices))] =
                walk->change_count - walk->fallen++;
    return highest(x, walk, choices);
}

/* One schedule, to a state in which nothing is left to happen. Returns its steps. */
static uint32_t walk_once(struct explore *x, const struct explore_state *root, struct walk *walk,
                          bool *is_actor)
{
    struct explore_state state = *root, next;
    struct explore_choices choices;
    uint32_t path[EXPLORE_PATH_MAX], length = 0;
    bool is_new;
    for (;; length++) {
        uint32_t number =
            explore_seen_number(x, explore_state_digest(&state), EXPLORE_NONE, 0, &is_new);
        explore_choices(x, &state, &choices);
        x->result.most_choices = MAX(x->result.most_choices, choices.count);
        for (uint32_t i = 0; i < choices.count; i++)
            is_actor[actor_of(x, choices.list[i])] = true;
        if (choices.is_final || x->trouble || length + 1 == EXPLORE_PATH_MAX) {
            if (choices.is_final && !x->seen[number].is_expanded)
                explore_report_final(x, &state, path, length);
            x->seen[number].is_expanded = true;
            return length;
        }
        uint32_t choice = pick(x, walk, &choices, length);
        explore_take(x, &state, path, length, choice, &next);
        path[length] = choice;
        x->result.transitions++;
        state = next;
    }
}

static void count_chance(struct explore *x, const bool *is_actor)
{
    x->result.actors = 0;
    for (uint32_t i = 0; i < ACTORS; i++)
        x->result.actors += is_actor[i];
    x->result.chance = (double)x->result.actors;
    for (uint32_t i = 1; i < x->order.depth; i++)
        x->result.chance *= (double)x->result.depth;
}

void explore_walk(struct explore *x, const struct explore_state *root)
{
    bool is_actor[ACTORS] = {false};
    struct walk walk;
    for (uint64_t run = 0; run < x->order.runs && !explore_is_cut(x); run++) {
        begin_walk(x, &walk, run, x->result.depth);
        uint32_t steps = walk_once(x, root, &walk, is_actor);
        x->result.depth = MAX(x->result.depth, steps);
        x->result.runs++;
        x->result.states = x->seen_count;
        if (x->result.violating && !x->result.found_run)
            x->result.found_run = run + 1;
        if (x->order.progress && run % 256 == 0)
            x->order.progress(x->order.host, x);
    }
    count_chance(x, is_actor);
    x->result.is_complete = !x->result.cut;
}

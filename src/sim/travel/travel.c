/*
 * travel.c: keyframes and branches.
 */
#include "sim/travel/travel.h"

#include <string.h>

static struct branch *branch_at(const struct travel *travel, uint32_t index)
{
    return &travel->branches[index];
}

static struct branch *here(const struct travel *travel)
{
    return branch_at(travel, travel->current);
}

/* --- keyframes --------------------------------------------------------------------- */

/* The last keyframe at or before a step, looking up the line of ancestors. */
static const struct keyframe *keyframe_before(const struct travel *travel, uint32_t index,
                                              uint64_t step)
{
    for (;;) {
        const struct branch *branch = branch_at(travel, index);
        for (uint32_t i = branch->keyframe_count; i-- > 0;)
            if (branch->keyframes[i].step <= step)
                return &branch->keyframes[i];
        CHECK(index != 0);
        step = MIN(step, branch->from_step);
        index = branch->parent;
    }
}

/* Forget the keyframes of a branch that lie closer than the spacing to the one before,
 * never the first one of all. So the dense ones go first, and the longest way from a
 * keyframe to a step grows as little as it can. */
static void thin_out(struct travel *travel, struct branch *branch)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < branch->keyframe_count; i++) {
        struct keyframe keyframe = branch->keyframes[i];
        if (kept == 0 || keyframe.step >= branch->keyframes[kept - 1].step + travel->spacing)
            branch->keyframes[kept++] = keyframe;
        else
            snapshot_drop(&travel->store, keyframe.snapshot);
    }
    branch->keyframe_count = kept;
}

static struct snapshot *take_snapshot(struct travel *travel)
{
    const struct keyframe *previous = NULL;
    if (travel->store.snapshot_count > 0)
        previous = keyframe_before(travel, travel->current, travel->world->state->step);
    return snapshot_take(&travel->store, &travel->world->region,
                         previous ? previous->snapshot : NULL);
}

/* A full store forgets; when even that does not help, this keyframe is not taken:
 * going back will be slower, nothing else. */
static struct snapshot *take_or_forget(struct travel *travel)
{
    struct snapshot *snapshot = take_snapshot(travel);
    for (uint32_t tries = 0; !snapshot && tries < 16; tries++) {
        travel->spacing += travel->spacing / 2;
        for (uint32_t i = 0; i < travel->branch_count; i++)
            thin_out(travel, branch_at(travel, i));
        snapshot = take_snapshot(travel);
    }
    return snapshot;
}

static void add_keyframe(struct travel *travel)
{
    const struct world_state *state = travel->world->state;
    struct snapshot *snapshot = take_or_forget(travel);
    if (!snapshot)
        return;
    struct branch *branch = here(travel);
    if (branch->keyframe_count == branch->keyframe_room) {
        branch->keyframe_room = MAX(16, 2 * branch->keyframe_room);
        branch->keyframes = heap_resize(travel->heap, branch->keyframes,
                                        branch->keyframe_room * sizeof *branch->keyframes);
    }
    branch->keyframes[branch->keyframe_count++] =
        (struct keyframe){state->step, state->now, state->digest, snapshot};
}

static uint64_t last_keyframe_step(const struct travel *travel)
{
    const struct branch *branch = here(travel);
    if (branch->keyframe_count == 0)
        return branch->from_step;
    return branch->keyframes[branch->keyframe_count - 1].step;
}

/* Taking a keyframe looks at every page, and a page costs about as much as a step. So in a
 * large world keyframes lie further apart: else taking them would outweigh running. */
static uint64_t spacing_now(const struct travel *travel)
{
    uint64_t pages = region_high_water(&travel->world->region) / REGION_PAGE_BYTES;
    return MAX(travel->spacing, TRAVEL_STEPS_A_PAGE * pages);
}

/* Proof on the way: a step that was passed before has the same digest again. */
static void prove_digest(const struct travel *travel)
{
    const struct world_state *state = travel->world->state;
    const struct keyframe *known = keyframe_before(travel, travel->current, state->step);
    if (known->step == state->step)
        CHECK_WHY(digest_equal(known->digest, state->digest),
                  "a step run twice gave two different traces");
}

/* --- moving -------------------------------------------------------------------------- */

bool travel_forward(struct travel *travel)
{
    struct world *world = travel->world;
    bool has_stepped = world_step(world);
    if (travel->watcher.due != VTIME_NEVER && world_next_time(world) > travel->watcher.due)
        travel->watcher.take(travel->watcher.host);
    if (!has_stepped) {
        here(travel)->end_step = world->state->step;
        return false;
    }
    uint64_t step = world->state->step;
    if (step % TRAVEL_SPACING_FIRST != 0)
        return true; /* keyframes lie at multiples of it: so most steps need not look */
    if (step >= last_keyframe_step(travel) + spacing_now(travel))
        add_keyframe(travel);
    else
        prove_digest(travel);
    return true;
}

static void restore(struct travel *travel, const struct keyframe *keyframe)
{
    struct world *world = travel->world;
    snapshot_restore(&travel->store, &world->region, keyframe->snapshot);
    world->state = region_root(&world->region);
    world->interventions = here(travel)->interventions;
    world->intervention_count = here(travel)->intervention_count;
    world->doomed = ANY_NODE;
    world->has_due = world->saw_watched = false;
}

void travel_seek(struct travel *travel, uint64_t step)
{
    struct world_state *state = travel->world->state;
    const struct keyframe *keyframe = keyframe_before(travel, travel->current, step);
    bool is_back = step < state->step || state->is_over;
    if (is_back || keyframe->step > state->step)
        restore(travel, keyframe);
    while (travel->world->state->step < step)
        if (!travel_forward(travel))
            return;
}

static const struct keyframe *keyframe_before_time(const struct travel *travel, vtime time)
{
    const struct keyframe *best = keyframe_before(travel, travel->current, 0);
    uint64_t last_step = UINT64_MAX; /* up to which this ancestor's past is ours */
    for (uint32_t index = travel->current;; index = branch_at(travel, index)->parent) {
        const struct branch *branch = branch_at(travel, index);
        for (uint32_t i = branch->keyframe_count; i-- > 0;) {
            const struct keyframe *keyframe = &branch->keyframes[i];
            if (keyframe->step <= last_step && keyframe->time < time && keyframe->step > best->step)
                best = keyframe;
        }
        if (index == 0)
            return best;
        last_step = MIN(last_step, branch->from_step);
    }
}

void travel_seek_time(struct travel *travel, vtime time)
{
    const struct keyframe *keyframe = keyframe_before_time(travel, time);
    struct world_state *state = travel->world->state;
    if (state->now > time || state->is_over || keyframe->step > state->step)
        restore(travel, keyframe);
    while (world_next_time(travel->world) <= time)
        if (!travel_forward(travel))
            return;
}

/* --- branches ------------------------------------------------------------------------- */

static struct branch *new_branch(struct travel *travel)
{
    if (travel->branch_count == travel->branch_room) {
        travel->branch_room = MAX(8, 2 * travel->branch_room);
        travel->branches = heap_resize(travel->heap, travel->branches,
                                       travel->branch_room * sizeof *travel->branches);
    }
    struct branch *branch = branch_at(travel, travel->branch_count++);
    memset(branch, 0, sizeof *branch);
    branch->end_step = UINT64_MAX;
    return branch;
}

uint32_t travel_branch(struct travel *travel, const struct action *action)
{
    const struct world_state *state = travel->world->state;
    uint32_t applied = state->intervention_count;
    uint32_t parent = travel->current;
    struct intervention *list = heap_alloc(travel->heap, (applied + 1) * sizeof *list);
    if (applied > 0)
        memcpy(list, here(travel)->interventions, applied * sizeof *list);
    list[applied] = (struct intervention){.time = state->now,
                                          .identity = state->last_identity,
                                          .occurrence = state->last_occurrence,
                                          .action = *action};

    struct branch *branch = new_branch(travel);
    branch->parent = parent;
    branch->from_step = state->step;
    branch->interventions = list;
    branch->intervention_count = applied + 1;
    travel->current = travel->branch_count - 1;
    travel->world->interventions = list;
    travel->world->intervention_count = applied + 1;
    travel->world->state->is_over = false;
    return travel->current;
}

/* The last step that two branches have in common. */
static uint64_t common_step(const struct travel *travel, uint32_t a, uint32_t b)
{
    uint64_t step = UINT64_MAX;
    while (a != b) {
        uint32_t *deeper = a > b ? &a : &b; /* a child has a higher number than its parent */
        step = MIN(step, branch_at(travel, *deeper)->from_step);
        *deeper = branch_at(travel, *deeper)->parent;
    }
    return step;
}

void travel_select(struct travel *travel, uint32_t branch)
{
    CHECK(branch < travel->branch_count);
    uint64_t step = travel->world->state->step;
    bool is_shared = step <= common_step(travel, travel->current, branch);
    travel->current = branch;
    travel->world->interventions = here(travel)->interventions;
    travel->world->intervention_count = here(travel)->intervention_count;
    if (is_shared && !travel->world->state->is_over)
        return; /* the same moment in both */
    restore(travel, keyframe_before(travel, branch, step));
    travel_seek(travel, step);
}

/* --- beginning and end ------------------------------------------------------------------ */

bool travel_open(struct travel *travel, struct world *world, const struct scenario *scenario,
                 uint64_t seed, uint64_t store_bytes, const char **why)
{
    memset(travel, 0, sizeof *travel);
    if (!region_open(&travel->book, REGION_RESERVE_PLAN, NULL, why))
        return false;
    if (!snapshot_store_open(&travel->store, store_bytes, why)) {
        region_close(&travel->book);
        return false;
    }
    travel->heap = region_create_root(&travel->book, sizeof *travel->heap);
    heap_init(travel->heap, travel->book.header);
    travel->world = world;
    travel->watcher.due = VTIME_NEVER;
    travel->spacing = TRAVEL_SPACING_FIRST;
    struct branch *first = new_branch(travel);
    world_begin(world, scenario, seed, NULL, 0);
    first->interventions = world->interventions;
    first->intervention_count = world->intervention_count;
    add_keyframe(travel);
    return true;
}

void travel_close(struct travel *travel)
{
    snapshot_store_close(&travel->store);
    region_close(&travel->book);
}

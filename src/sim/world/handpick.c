/*
 * handpick.c: one step out of turn.
 */
#include "sim/world/handpick.h"

void handpick_take(struct world *world, const struct queue_event *event, vtime time)
{
    struct queue_event taken;
    bool is_taken = queue_cancel(&world->state->queue, queue_handle_of(event), &taken);
    CHECK_WHY(is_taken, "an event that is picked must be pending and cancellable");
    taken.time = MAX(time, world->state->now);
    world_handle(world, &taken);
    watch_after_step(world);
}

void handpick_do(struct world *world, const struct action *action, vtime time)
{
    struct world_state *state = world->state;
    state->now = MAX(time, state->now);
    state->step++;
    state->cause = 0;
    action_apply(world, action);
    watch_after_step(world);
}

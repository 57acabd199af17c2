/*
 * stage_deeds.c: what was done in a run, one by one, for whoever keeps it and does it again.
 *
 * A branch is opened by one deed, at one moment of its parent. Branch, step and time of that
 * moment and the action are all that it takes to open it anew in another process: a journal and
 * a share line write them down.
 */
#include "sim/stage/stage_parts.h"

struct digest stage_state_digest(const struct stage *stage)
{
    return world_state_digest(stage->world);
}

void stage_watch(struct stage *stage, struct stage_watcher watcher)
{
    stage->watcher = watcher;
}

const struct intervention *stage_deed(const struct stage *stage, uint32_t index)
{
    const struct branch *branch = &stage->travel.branches[index];
    CHECK(index > 0 && index < stage->travel.branch_count);
    return &branch->interventions[branch->intervention_count - 1];
}

uint32_t stage_deed_index(const struct stage *stage, uint32_t index)
{
    uint32_t count = stage->travel.branches[index].intervention_count;
    return index == 0 ? count : count - 1;
}

bool stage_seek_moment(struct stage *stage, uint32_t branch, uint64_t step, vtime time)
{
    stage_select_branch(stage, branch);
    stage_seek(stage, step);
    if (stage_step(stage) == step && stage_now(stage) < time && stage_next_time(stage) > time)
        stage_forward(stage); /* only the end of the run can come between */
    return stage_step(stage) == step && stage_now(stage) == time;
}

/*
 * stage_other.c: what happened meanwhile in another branch.
 *
 * A diagram can show two branches in one: the present one, and where they have parted the other
 * one behind it. The other's records are run again, from the step at which the two part, or from
 * a little before the stretch in sight, and only as far as somebody has been there. Then the
 * stage is back where it was; neither branch knows more than before.
 *
 *     this branch   ----------+==========present====        other->tape: the records below the line
 *     the other one            \_____________________
 */
#include "sim/stage/stage_parts.h"

static bool has_it(const struct stage *stage, uint32_t branch, vtime from, vtime to)
{
    const struct stage_other *other = &stage->other;
    return other->tape && other->branch == branch && other->beside == stage->travel.current &&
           stage->other_tape.since <= MAX(from, other->parting) && stage->other_tape.until >= to;
}

/* From the parting on, or from the last step before `from`: which is later. */
static void run_other(struct stage *stage, uint64_t parting, vtime from, vtime to)
{
    struct world *world = stage->world;
    uint64_t known = stage->signs[stage->travel.current].known_to;
    travel_seek_time(&stage->travel, from > 0 ? from - 1 : 0);
    if (world->state->step < parting)
        travel_seek(&stage->travel, parting);
    stage->purpose = STAGE_LOOKING_ASIDE;
    tape_begin(&stage->other_tape, world);
    while (world->state->records < known && world_next_time(world) <= to)
        if (!travel_forward(&stage->travel))
            break;
    stage->other_tape.since = MIN(stage->other_tape.since, from);
    stage->other_tape.until = to;
}

void stage_look_aside(struct stage *stage, uint32_t branch, vtime from, vtime to)
{
    uint32_t current = stage->travel.current;
    uint64_t step = stage_step(stage), parting = stage_parting_step(stage, current, branch);
    bool is_over = stage->world->state->is_over;
    if (branch == current || has_it(stage, branch, from, to))
        return;
    stage->purpose = STAGE_APPROACHING;
    travel_seek(&stage->travel, parting);
    stage->other = (struct stage_other){.tape = &stage->other_tape,
                                        .branch = branch,
                                        .beside = current,
                                        .parting = stage_now(stage)};
    stage_watch_series(stage, branch);
    travel_select(&stage->travel, branch);
    vtime span = to - from; /* and something to spare: the next look is often beside this one */
    run_other(stage, parting, MAX(from - MIN(from, span), stage->other.parting), to + span);
    stage->purpose = STAGE_APPROACHING;
    travel_seek(&stage->travel, parting);
    stage_watch_series(stage, current);
    travel_select(&stage->travel, current);
    travel_seek(&stage->travel, is_over ? UINT64_MAX : step);
    stage->purpose = STAGE_MOVING;
}

struct stage_other stage_other(const struct stage *stage)
{
    bool is_beside = stage->other.tape && stage->other.beside == stage->travel.current;
    return is_beside ? stage->other : (struct stage_other){0};
}

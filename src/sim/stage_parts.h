/*
 * stage_parts.h: what the files of the stage share.
 *
 *   stage.c          the tape, moving, bending, branches
 *   stage_deeds.c    what opened each branch, to be done again
 *   stage_series.c   samples of metrics for each branch
 *
 * Nobody else includes this.
 */
#ifndef SIM_STAGE_PARTS_H
#define SIM_STAGE_PARTS_H

#include "sim/metrics.h"
#include "sim/stage.h"
#include "sim/travel.h"

struct stage {
    struct region region; /* holds this struct and the tape; never the world's */
    struct heap heap;
    struct world *world;
    struct travel travel;

    /* what happened lately */
    struct tape_record *tape;
    uint32_t tape_count;
    uint32_t tape_room;

    /* by branch */
    struct metrics *series;
    uint32_t series_room;

    /* who wants to know of each new branch */
    struct stage_watcher watcher;
};

/* stage_series.c */
void stage_begin_series(struct stage *stage);
/* The present branch has just left `parent`, here. */
void stage_branch_series(struct stage *stage, uint32_t parent);
/* The next steps will be of that branch. */
void stage_watch_series(struct stage *stage, uint32_t branch);

#endif

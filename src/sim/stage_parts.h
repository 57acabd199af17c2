/*
 * stage_parts.h: what the files of the stage share.
 *
 *   stage.c          the tape, moving, bending, branches
 *   stage_deeds.c    what opened each branch, to be done again
 *   stage_series.c   samples of metrics for each branch
 *   stage_signs.c    headlines of each branch
 *   goal.c           going forward until a condition comes true
 *
 * Nobody else includes this.
 */
#ifndef SIM_STAGE_PARTS_H
#define SIM_STAGE_PARTS_H

#include "sim/metrics.h"
#include "sim/stage.h"
#include "sim/travel.h"

struct sign_list {
    struct stage_sign *items;
    uint32_t count;
    uint32_t room;
};

/* Of one branch: all headlines among its records up to `known_to`. */
struct signs {
    uint64_t known_to;
    uint64_t known_step; /* the step that made it */
    struct sign_list lists[SIGN_KIND_COUNT];
};

struct stage {
    struct region region; /* holds this struct and the tape; never the world's */
    struct heap heap;
    struct world *world;
    struct travel travel;

    /* what happened lately */
    struct tape_record *tape;
    uint32_t tape_count;
    uint32_t tape_room;
    bool is_tape_at_rest; /* while somebody only looks */

    /* by branch */
    struct metrics *series;
    uint32_t series_room;
    struct signs *signs;
    uint32_t signs_room;

    /* who wants to know of each new branch */
    struct stage_watcher watcher;
};

/* stage_series.c */
void stage_begin_series(struct stage *stage);
/* The present branch has just left `parent`, here. */
void stage_branch_series(struct stage *stage, uint32_t parent);
/* The next steps will be of that branch. */
void stage_watch_series(struct stage *stage, uint32_t branch);

/* stage_signs.c */
void stage_begin_signs(struct stage *stage);
void stage_branch_signs(struct stage *stage, uint32_t parent);
void stage_note_sign(struct stage *stage, const struct tape_record *record);

/* The step of the next headline after a step, or of the last one before it, among those that are
 * known; false when there is none. */
bool stage_next_sign(const struct stage *stage, uint64_t step, uint64_t *found);
bool stage_previous_sign(const struct stage *stage, uint64_t step, uint64_t *found);

/* How far the present branch has ever been run. */
uint64_t stage_known_step(const struct stage *stage);

#endif

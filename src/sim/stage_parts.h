/*
 * stage_parts.h: what the files of the stage share.
 *
 *   stage.c          the tape, moving, bending, branches
 *   stage_series.c   samples of metrics for each branch
 *   stage_away.c     looking elsewhere in the run, unseen, and coming back
 *   stage_judge.c    what the checks say at the end of each branch
 *
 * Nobody else includes this.
 */
#ifndef SIM_STAGE_PARTS_H
#define SIM_STAGE_PARTS_H

#include "sim/metrics.h"
#include "sim/stage.h"
#include "sim/travel.h"
#include "sim/why_book.h"

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
    struct stage_verdict **verdicts; /* one for each check; NULL: not judged yet */
    uint32_t verdict_room;
    struct heap scratch; /* for judging; dropped each time */

    /* what questions are answered from */
    struct why_book book;
    bool is_away; /* what passes now is not for the tape */
};

/* stage_away.c: go to a step (UINT64_MAX: the end) and back; the tape does not notice. */
struct stage_place {
    uint64_t step;
    bool is_over;
};
struct stage_place stage_go_away(struct stage *stage, uint64_t step);
void stage_come_back(struct stage *stage, struct stage_place place);
/* The book holds all records up to the present. */
void stage_fill_book(struct stage *stage);

/* stage_series.c */
void stage_begin_series(struct stage *stage);
/* The present branch has just left `parent`, here. */
void stage_branch_series(struct stage *stage, uint32_t parent);
/* The next steps will be of that branch. */
void stage_watch_series(struct stage *stage, uint32_t branch);

#endif

/*
 * stage_parts.h: what the files of the stage share.
 *
 *   stage.c          the tape, moving, branches
 *   stage_bend.c     deeds that refer to something: groups, links, operations
 *   stage_deeds.c    what opened each branch, to be done again
 *   stage_series.c   samples of metrics for each branch
 *   stage_signs.c    headlines of each branch
 *   stage_sentences.c  records in words
 *   stage_past.c     the chronicle of each branch, and a closer look at a stretch
 *   stage_other.c    a look at another branch
 *   stage_away.c     reading elsewhere in the run for a question, and coming back
 *   stage_judge.c    what the checks say at the end of each branch
 *   stage_words.c    what records speak of
 *   goal.c           going forward until a condition comes true
 *
 * Nobody else includes this.
 *
 * Every record of the world comes to stage_take. Where it goes depends on why the world moves:
 * a person's moves are for the tape and the chronicle, a closer look is for the close-up alone,
 * what is run again only to be counted is for the chronicle alone, what is read for a question
 * (why.h) for the book alone, and when somebody only looks or is on the way back, nobody is told.
 */
#ifndef SIM_STAGE_PARTS_H
#define SIM_STAGE_PARTS_H

#include "sim/metrics/metrics.h"
#include "sim/stage/stage.h"
#include "sim/trace/trace.h"
#include "sim/travel/travel.h"
#include "sim/why/why_book.h"

struct sign_list {
    struct stage_sign *items;
    uint32_t count;
    uint32_t room;
};

/* Of one branch: all headlines among its records up to `known_to`. */
struct signs {
    uint64_t known_to;
    uint64_t known_step; /* the step that made it, and when */
    vtime known_time;
    struct sign_list lists[SIGN_KIND_COUNT];
};

#define STAGE_CHRONICLES   8            /* branches whose chronicle is kept */
#define STAGE_CLOSE_UP_MAX (1u << 17)   /* records */
#define STAGE_OTHER_MAX    (1u << 16)

enum stage_purpose {
    STAGE_MOVING,
    STAGE_LOOKING,
    STAGE_LOOKING_ASIDE,
    STAGE_COUNTING,
    STAGE_READING,
    STAGE_APPROACHING,
};

struct stage {
    struct region region; /* holds this struct and the tape; never the world's */
    struct heap heap;
    struct world *world;
    struct travel travel;

    uint32_t purpose; /* enum stage_purpose: whom a record is for */
    struct tape tape;

    /* the run, summed up */
    struct chronicle chronicles[STAGE_CHRONICLES];
    struct chronicle *chronicle; /* of the present branch */
    uint64_t turn;               /* counts, for chronicles that were used long ago */
    struct tape_record *prologue; /* made before the first step: no step makes them again */
    uint32_t prologue_count;

    struct table key_names; /* token -> the name of a key, once it was seen */

    /* a stretch in detail */
    struct tape close_up;
    struct presence close_presence;
    uint32_t close_branch; /* UINT32_MAX: there is none */

    /* a stretch of another branch */
    struct tape other_tape;
    struct stage_other other;

    /* by branch */
    struct metrics *series;
    uint32_t series_room;
    struct signs *signs;
    uint32_t signs_room;
    struct stage_verdict **verdicts; /* one for each check; NULL: not judged yet */
    uint32_t verdicts_room;

    /* what questions are answered from */
    struct why_book book;
    struct heap scratch; /* for judging; dropped each time */

    /* who wants to know of each new branch */
    struct stage_watcher watcher;
};

/* stage_past.c */
/* Take every record of the world, and the arrival of every message. */
void stage_take(void *host, const struct trace_record *record);
void stage_take_parcel(void *host, const struct parcel *parcel);

/* Before and after the world is opened: an empty past, and what the opening has put into it. */
void stage_past_open(struct stage *stage, const struct scenario *scenario);
void stage_past_begin(struct stage *stage);

/* A tape begins here, between two steps; at step 0 with what was made before the first. */
void stage_begin_tape(struct stage *stage, struct tape *tape);

/* The travel has just gone into a new branch, or into another one: the chronicle follows. */
void stage_past_branched(struct stage *stage);
void stage_past_selected(struct stage *stage);

/* Nothing up to the present may be missing in the chronicle. */
void stage_count_to_present(struct stage *stage);

/* Go to a step without anybody being told. */
void stage_approach(struct stage *stage, uint64_t step);

/* Go forward to a step one by one, as telling wants it: a seek would leap from keyframe to
 * keyframe. */
void stage_step_to(struct stage *stage, uint64_t step);

/* stage_sentences.c */
void stage_note_key(struct stage *stage, const struct tape_record *record);

/* stage.c: the last step that two branches have in common. */
uint64_t stage_parting_step(const struct stage *stage, uint32_t a, uint32_t b);

/* stage_series.c */
void stage_begin_series(struct stage *stage);
/* The present branch has just left `parent`, here. */
void stage_branch_series(struct stage *stage, uint32_t parent);
/* The next steps will be of that branch. */
void stage_watch_series(struct stage *stage, uint32_t branch);

/* stage_away.c: go to a step (UINT64_MAX: the end) and back; what is shown does not notice. */
struct stage_place {
    uint64_t step;
    bool is_over;
};
struct stage_place stage_here(const struct stage *stage);
void stage_go_away(struct stage *stage, uint64_t step);
void stage_come_back(struct stage *stage, struct stage_place place);
/* The book holds all records up to the present. */
void stage_fill_book(struct stage *stage);
/* ... or, where it has been thinned out, up to that record, with everything before it. */
void stage_fill_book_for(struct stage *stage, uint64_t number);

/* stage_signs.c */
void stage_begin_signs(struct stage *stage);
void stage_branch_signs(struct stage *stage, uint32_t parent);
void stage_note_sign(struct stage *stage, const struct tape_record *record);

/* The step of the next headline after a step, or of the last one before it, among those that are
 * known; false when there is none. */
bool stage_next_sign(const struct stage *stage, uint64_t step, uint64_t *found);
bool stage_previous_sign(const struct stage *stage, uint64_t step, uint64_t *found);

/* How far a branch, or the present one, has ever been run. */
vtime stage_known_time(const struct stage *stage, uint32_t branch);
uint64_t stage_known_step(const struct stage *stage);

#endif

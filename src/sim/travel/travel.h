/*
 * travel.h: back and forth in a run, and into other ones.
 *
 * A run is a pure function, so any moment of it can be had again: restore the
 * nearest keyframe before it and run on. A `travel` keeps keyframes while the
 * world moves, and branches: what would have happened if, at this step, somebody
 * had done that.
 *
 *   branch 0   k-----k-----k-----k-----k----------> end
 *                          \
 *   branch 1                (crash n2) k-----k----> end
 *
 * A branch is a list of interventions; it shares all keyframes of its parent up
 * to the step where it leaves it. Nothing is ever thrown away but keyframes: when
 * the store is full, the spacing grows, and those that lie closer go.
 *
 * The world is one region at one address, so at any moment it is in one branch.
 * Steps count events and interventions from the start of the run.
 */
#ifndef SIM_TRAVEL_H
#define SIM_TRAVEL_H

#include "base/snapshot.h"
#include "sim/world/world.h"

/* Steps between keyframes at first; a re-run of this many takes a fraction of a
 * millisecond. And the least for a world of so many pages: 16 MiB, 8192 steps. */
#define TRAVEL_SPACING_FIRST 512
#define TRAVEL_STEPS_A_PAGE  2

struct keyframe {
    uint64_t step;
    vtime time;
    struct digest digest; /* of the trace so far: proven again whenever it is passed */
    struct snapshot *snapshot;
};

struct branch {
    uint32_t parent;
    uint64_t from_step; /* where it leaves its parent; 0 for branch 0 */
    uint64_t end_step;  /* where it ends, UINT64_MAX until somebody has been there */
    const struct intervention *interventions; /* all of them, the parent's included */
    uint32_t intervention_count;
    struct keyframe *keyframes; /* its own, ascending; those before from_step are the parent's */
    uint32_t keyframe_count;
    uint32_t keyframe_room;
};

/* Somebody who wants to see the world as it is at `due`: after all steps up to then, and before
 * any later one. */
struct travel_watcher {
    vtime due; /* VTIME_NEVER: never */
    void (*take)(void *host); /* sets `due` anew */
    void *host;
};

struct travel {
    struct world *world;
    struct travel_watcher watcher; /* for whoever opened the travel to set */
    struct region book; /* bookkeeping, outside the world's region */
    struct heap *heap;  /* in `book` */
    struct snapshot_store store;
    struct branch *branches;
    uint32_t branch_count;
    uint32_t branch_room;
    uint32_t current;
    uint64_t spacing;
};

/* Begin at step 0 of branch 0. `store_bytes` limits the memory of keyframes. */
bool travel_open(struct travel *travel, struct world *world, const struct scenario *scenario,
                 uint64_t seed, uint64_t store_bytes, const char **why);
void travel_close(struct travel *travel);

/* Go to a step of the current branch (its end, if it has fewer steps). */
void travel_seek(struct travel *travel, uint64_t step);

/* Go to the last step at or before a time. */
void travel_seek_time(struct travel *travel, vtime time);

/* One step forward; false at the end of the run. */
bool travel_forward(struct travel *travel);

/* Do something now, in a new branch, and go there. Returns its number. What the
 * action refers to must outlive the travel. */
uint32_t travel_branch(struct travel *travel, const struct action *action);

/* Go to another branch, at the same step if it has one. */
void travel_select(struct travel *travel, uint32_t branch);

#endif

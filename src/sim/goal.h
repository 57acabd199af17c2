/*
 * goal.h: run until a condition comes true.
 *
 * The condition is one of the scenario's own language (condition.h, docs/conditions.md). The
 * run stops after the first step that made it true; where time alone makes it true, as in
 * "time >= 2s", at that very instant, between two steps. A condition that is true already is
 * waited for anew: first it must be false.
 *
 * A run may be long, so it goes on by so many steps a call, and whoever asked may stop asking:
 *
 *     goal_parse, goal_begin;  while (goal_pursue(...) == PURSUIT_OPEN) draw a frame;  goal_explain
 *
 * Nothing here changes the run: the stage only goes forward in it.
 */
#ifndef SIM_GOAL_H
#define SIM_GOAL_H

#include "sim/condition.h"
#include "sim/stage.h"

struct goal {
    struct condition condition; /* refers to: */
    struct condition_code code;
    bool was_true;    /* when it was looked at last */
    vtime looked_at;
    vtime reached_at; /* FOUND: the time of the present step, or a later instant before the next */
};

/* A goal must stay where it was parsed. On a mistake: false, and one sentence in `mistake`, with
 * the column in code points from 1. */
bool goal_parse(const struct stage *stage, const char *source, struct goal *goal,
                struct text *mistake);

/* Begin here. True: it is true already, and is waited for anew. */
bool goal_begin(const struct stage *stage, struct goal *goal);

/* Go on by at most so many steps. FOUND: at goal->reached_at, after the present step. */
enum stage_pursuit goal_pursue(struct stage *stage, struct goal *goal, uint32_t steps);

/* Why it is true or false at this moment, from the values that decide it. */
void goal_explain(const struct stage *stage, const struct goal *goal, struct text *text);

/* "n2.state == "down"", as it was understood. */
static inline void goal_text(const struct goal *goal, struct text *text)
{
    condition_text(text, &goal->condition);
}

#endif

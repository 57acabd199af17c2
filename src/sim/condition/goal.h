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

#include "base/text.h"
#include "sim/stage/stage.h"

struct goal;

/* On a mistake: NULL, and one sentence in `mistake`, with the column in code points from 1. The
 * goal belongs to the stage; give it back when it is of no more use. */
struct goal *goal_parse(struct stage *stage, const char *source, struct text *mistake);
void goal_free(struct stage *stage, struct goal *goal);

/* The longest mistake, with its NUL. */
#define GOAL_MISTAKE_MAX 400

/* Begin here. True: it is true already, and is waited for anew. */
bool goal_begin(const struct stage *stage, struct goal *goal);

/* Go on by at most so many steps. FOUND: at goal_time, after the
 * present step. */
enum stage_pursuit goal_pursue(struct stage *stage, struct goal *goal, uint32_t steps);

/* Why it is true or false at this moment, from the values that decide it. */
void goal_explain(const struct stage *stage, const struct goal *goal, struct text *text);

/* When it was looked at last: FOUND: the time of the present step, or a later instant before the
 * next one. */
vtime goal_time(const struct goal *goal);

/* n2.state == "down", as it was understood. */
void goal_text(const struct goal *goal, struct text *text);

#endif

/*
 * condition_values.h: the value of one part of a condition, for condition_eval.c,
 * which computes it, and condition_explain.c, which tells it.
 */
#ifndef SIM_CONDITION_VALUES_H
#define SIM_CONDITION_VALUES_H

#include "sim/condition.h"

/* The value of that node now. What is true or false is always present: a truth that
 * the view does not know is false. */
struct condition_answer condition_value(const struct condition_code *code, uint16_t node,
                                        const struct condition_view *view);

/* condition_value of a node of CONDITION_TRUTH. */
bool condition_is_true(const struct condition_code *code, uint16_t node,
                       const struct condition_view *view);

#endif

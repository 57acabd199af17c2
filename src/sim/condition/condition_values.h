/*
 * condition_values.h: the value of one part of a condition, for condition_eval.c,
 * which computes it, and condition_explain.c, which tells it. Only condition_*.c uses
 * this; everybody else asks condition_holds.
 */
#ifndef SIM_CONDITION_VALUES_H
#define SIM_CONDITION_VALUES_H

#include "sim/condition/condition.h"

/* Wide enough for the sum of 64 numbers of 64 bits: what people write as arithmetic is
 * arithmetic, with no end where it wraps round. */

struct condition_value {
    uint32_t known;    /* enum condition_known */
    int128 number;     /* of all types but CONDITION_VALUE; a truth is 0 or 1 */
    uint64_t identity; /* of CONDITION_VALUE */
};

/* The value of that node now. What is true or false is always present: a truth that
 * the view does not know is false. */
struct condition_value condition_value(const struct condition_code *code, uint16_t node,
                                       const struct condition_view *view);

/* condition_value of a node of CONDITION_TRUTH. */
bool condition_is_true(const struct condition_code *code, uint16_t node,
                       const struct condition_view *view);

#endif

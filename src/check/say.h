/*
 * say.h: how oracles put their verdicts into words.
 *
 * A saying is a verdict whose sentence is being written. Operations are named by
 * kind and placeholder ("put {op1}"), and enter the verdict's list in the order in
 * which the sentence mentions them: so the first one mentioned must be the one
 * that cannot be explained.
 *
 *     struct saying saying;
 *     say_start(&saying, verdict, VERDICT_VIOLATED, history);
 *     say_operation(&saying, get);
 *     say(&saying, " returned a value that no put had written by then");
 */
#ifndef CHECK_SAY_H
#define CHECK_SAY_H

#include "base/text.h"
#include "check/history.h"
#include "check/verdict.h"

/* Lives on the caller's stack while a sentence is written. */
struct saying {
    struct verdict *verdict;
    const struct history *history; /* NULL when no operation will be named */
    struct text text;
};

/* Make `verdict` an empty one of this kind, keeping its `work`. */
void say_start(struct saying *saying, struct verdict *verdict, enum verdict_kind kind,
               const struct history *history);

void say(struct saying *saying, const char *words);

/* "1 operation", "600 operations": the word gets an s unless the count is 1. */
void say_count(struct saying *saying, uint64_t count, const char *thing);

/* "get {op0}", and the operation is in the verdict's list. At most
 * VERDICT_OPERATIONS_MAX different ones. */
void say_operation(struct saying *saying, uint32_t operation);

/* " of {key}", and the verdict's key is this one. */
void say_of_key(struct saying *saying, uint32_t key);

/* "{node:7}" and "{value:00000000000000a1}", the latter "nothing" for VALUE_ABSENT. */
void say_node(struct saying *saying, uint32_t node);
void say_value(struct saying *saying, uint64_t value);

#endif

/*
 * cause.h: what two findings have in common, whatever their seed: a text without names.
 *
 *     nobody reads the past: get # of a key returned the value of put #; broken: newer-wins
 *     '---- the check ----'  '---- the sentence, blanked -------------'          '- rules -'
 *
 * Oracles write their sentences with placeholders (check/verdict.h), so blanking is replacing each
 * by one word; numbers become N, and a remark in parentheses, which counts, is left out. What comes
 * after ", but" is what the oracle held against it: it may be one of several that would do, and
 * chance decides which. A sentence about a condition is about values: there the check's name is
 * all.
 *
 * Which faults were about is no part of it: in a swarm they differ from seed to seed, and shrinking
 * takes them away one by one while the cause stays.
 */
#ifndef HUNT_CAUSE_H
#define HUNT_CAUSE_H

#include "base/text.h"
#include "sim/judge/judge.h"

/* A sentence without names and numbers. */
void cause_blank(struct text *text, const char *sentence);

/* Of a check that is violated. */
void cause_of_check(struct text *text, const struct check_result *result, uint64_t rules_broken);

uint64_t cause_signature(const char *cause);

#endif

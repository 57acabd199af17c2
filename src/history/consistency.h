/*
 * consistency.h: registers held to less than linearizability: the oracles of runs, for histories
 * of others.
 *
 *     acts -> check/history.h -> check/sequential.h, causal.h, sessions.h or regular.h
 *
 * A process is a client, a write a put, a read a get; nil is absent. Compare-and-set and append
 * have no place in those oracles.
 */
#ifndef HISTORY_CONSISTENCY_H
#define HISTORY_CONSISTENCY_H

#include "history/judge.h"

/* All acts are reads or writes of registers, or get and put; else false with the mistake. */
bool consistency_judge(struct heap *heap, const struct acts *acts,
                       const struct judge_options *options, const struct history_model *model,
                       struct judgement *judgement, struct history_mistake *mistake);

#endif

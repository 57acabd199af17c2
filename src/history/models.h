/*
 * models.h: the models of the table, each in a file of its own.
 *
 * To add one: write the file, declare it here, put it into the table of judge.c and the page
 * docs/histories.md.
 */
#ifndef HISTORY_MODELS_H
#define HISTORY_MODELS_H

#include "history/judge.h"

/* registers.c: one value at a time for each key */
extern const struct history_model model_register;
extern const struct history_model model_cas_register;
extern const struct history_model model_kv;

/* transactions.c: reads, writes and appends in transactions */
extern const struct history_model model_list_append;
extern const struct history_model model_rw_register;

/* sets.c, counters.c, queues.c */
extern const struct history_model model_set;
extern const struct history_model model_counter;
extern const struct history_model model_queue;

/* ---- for the files of models ---- */

/* A model of a file whose models share one function, `judge`, which is told which of them it is. */
#define SHARED_MODEL(identifier, called, known, promise)                                           \
    static bool judge_##identifier(struct heap *heap, const struct acts *acts,                     \
                                   const struct judge_options *options,                            \
                                   struct judgement *judgement, struct history_mistake *mistake)   \
    {                                                                                              \
        return judge(heap, acts, options, &model_##identifier, judgement, mistake);                \
    }                                                                                              \
    const struct history_model model_##identifier = {called, known, promise, judge_##identifier};

#endif

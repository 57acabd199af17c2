/*
 * judge.h: is a foreign history what its object promises?
 *
 * One table of models; each looks only at the acts (acts.h). The answer is a sentence, the acts
 * that it speaks of, and how far the history was still right.
 */
#ifndef HISTORY_JUDGE_H
#define HISTORY_JUDGE_H

#include "check/transactions.h"
#include "check/verdict.h"
#include "history/acts.h"

#define JUDGEMENT_ACTS_MAX 16
#define JUDGEMENT_TEXT_MAX 4000

struct judgement {
    uint32_t kind; /* enum verdict_kind */
    uint32_t act_count;
    uint32_t acts[JUDGEMENT_ACTS_MAX]; /* that the sentence speaks of; the first cannot be placed */
    uint32_t object_count;
    uint32_t checked;    /* acts that may have had an effect or told something */
    uint32_t good_event; /* all events before this one are right together; when violated */
    const char *promise; /* what was judged, when it is not the model's usual one; else NULL */
    const struct value *key; /* of the object that is wrong; NULL: there is one object only */
    uint64_t work;           /* search steps */
    char text[JUDGEMENT_TEXT_MAX]; /* no full stop */
};

/* What registers are held to. */
enum consistency {
    CONSISTENCY_LINEARIZABLE,
    CONSISTENCY_SEQUENTIAL,
    CONSISTENCY_CAUSAL,
    CONSISTENCY_SESSIONS, /* all four guarantees */
    CONSISTENCY_REGULAR,
    CONSISTENCY_COUNT,
};

/* "linearizable", ...; NULL past the end. */
const char *consistency_name(uint32_t consistency);

struct judge_options {
    uint64_t work_limit;  /* search steps over all objects; past it the verdict is unknown */
    enum isolation level; /* of transactions */
    enum consistency consistency; /* of registers */
};

/* What is judged, by name. `f` must be a word of the model; an event that is not is a mistake. */
struct history_model {
    const char *name;
    const char *words;   /* the names of its operations, for the help */
    const char *promise; /* what is checked, for the help and the verdict */
    bool (*judge)(struct heap *heap, const struct acts *acts, const struct judge_options *options,
                  struct judgement *judgement, struct history_mistake *mistake);
};

extern const struct history_model *const history_models[];
extern const uint32_t history_model_count;

/* NULL when there is no model of this name. */
const struct history_model *history_model_find(const char *name);

/* The model that the words of the history speak for; NULL when none does. */
const struct history_model *history_model_guess(const struct acts *acts);

/* ---- for models ---- */

/* "process 3 read 5 (lines 12, 15)" behind what is there already. */
void judge_name_act(struct judgement *judgement, const struct acts *acts, uint32_t act);
void judge_say(struct judgement *judgement, const char *words);

/* "line 7: :foo is no operation of a register: expected read, write"; returns false. */
bool judge_refuse(const struct act *act, const struct history_model *model,
                  struct history_mistake *mistake);

#endif

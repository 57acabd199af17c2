/*
 * judge.c: the table of models, and how a judgement is put into words.
 */
#include "history/judge.h"

#include <stdio.h>
#include <string.h>

#include "history/models.h"

const struct history_model *const history_models[] = {
    &model_register, &model_cas_register, &model_kv, &model_list_append, &model_rw_register,
    &model_set,      &model_counter,      &model_queue,
};
const uint32_t history_model_count = ARRAY_LEN(history_models);

const struct history_model *history_model_find(const char *name)
{
    for (uint32_t i = 0; i < history_model_count; i++)
        if (strcmp(history_models[i]->name, name) == 0)
            return history_models[i];
    return NULL;
}

/* Is it one of "read, write, cas"? */
static bool knows_word(const char *words, const struct value *f)
{
    for (const char *word = words; *word; word += strspn(word, ", ")) {
        size_t size = strcspn(word, ",");
        if (f->text.size == size && memcmp(f->text.data, word, size) == 0)
            return f->kind == VALUE_WORD || f->kind == VALUE_TEXT;
        word += size;
    }
    return false;
}

/* Does some transaction append? */
static bool appends(const struct acts *acts)
{
    for (uint32_t i = 0; i < acts->count; i++) {
        const struct value *items = acts->items[i].argument;
        for (uint32_t j = 0; items && items->kind == VALUE_LIST && j < items->count; j++)
            if (items->items[j].count > 0 && value_is(&items->items[j].items[0], "append"))
                return true;
    }
    return false;
}

/* A read of a number tells a counter from a set. */
static bool reads_numbers(const struct acts *acts)
{
    for (uint32_t i = 0; i < acts->count; i++)
        if (act_is(&acts->items[i], "read") && acts->items[i].result &&
            acts->items[i].result->kind == VALUE_NUMBER)
            return true;
    return false;
}

/* Models with the same words are told apart by the values. */
static const struct history_model *closer(const struct history_model *model,
                                          const struct acts *acts)
{
    if (model == &model_list_append && !appends(acts))
        return &model_rw_register;
    if (model == &model_set && reads_numbers(acts))
        return &model_counter;
    return model;
}

/* The first model, in the order of the table, that knows every word. */
const struct history_model *history_model_guess(const struct acts *acts)
{
    for (uint32_t i = 0; i < history_model_count; i++) {
        bool knows_all = true;
        for (uint32_t j = 0; j < acts->count && knows_all; j++)
            knows_all = acts->items[j].f ? knows_word(history_models[i]->words, acts->items[j].f)
                                         : act_is(&acts->items[j], history_models[i]->words);
        if (knows_all)
            return closer(history_models[i], acts);
    }
    return NULL;
}

void judge_say(struct judgement *judgement, const char *words)
{
    size_t size = strlen(judgement->text);
    snprintf(judgement->text + size, sizeof judgement->text - size, "%s", words);
}

void judge_name_act(struct judgement *judgement, const struct acts *acts, uint32_t index)
{
    const struct act *act = &acts->items[index];
    char name[40], value[80], words[240];
    act_name(act, name, sizeof name);
    value_text(act->end == ACT_OK ? act->result : act->argument, value, sizeof value);
    if (act->end != ACT_OPEN)
        snprintf(words, sizeof words, "process %lld %s %s (lines %u to %u)",
                 (long long)act->process, name, value, act->line, act->line_end);
    else
        snprintf(words, sizeof words, "process %lld %s %s (line %u, its end unknown)",
                 (long long)act->process, name, value, act->line);
    judge_say(judgement, words);
    if (judgement->act_count < JUDGEMENT_ACTS_MAX)
        judgement->acts[judgement->act_count++] = index;
}

bool judge_refuse(const struct act *act, const struct history_model *model,
                  struct history_mistake *mistake)
{
    char name[40];
    act_name(act, name, sizeof name);
    *mistake = (struct history_mistake){.line = act->line, .column = act->f ? act->f->column : 1};
    snprintf(mistake->text, sizeof mistake->text,
             "%s is no operation of the model %s: expected %s; --model chooses another", name,
             model->name, model->words);
    return false;
}

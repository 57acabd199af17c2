/*
 * consistency.c: acts as operations of a run, and a verdict's placeholders as lines of a file.
 * What it is for stands in consistency.h.
 */
#include "history/consistency.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "check/causal.h"
#include "check/regular.h"
#include "check/sequential.h"
#include "check/sessions.h"

const char *consistency_name(uint32_t consistency)
{
    static const char *const names[CONSISTENCY_COUNT] = {
        [CONSISTENCY_LINEARIZABLE] = "linearizable", [CONSISTENCY_SEQUENTIAL] = "sequential",
        [CONSISTENCY_CAUSAL] = "causal",             [CONSISTENCY_SESSIONS] = "sessions",
        [CONSISTENCY_REGULAR] = "regular",
    };
    return consistency < CONSISTENCY_COUNT ? names[consistency] : NULL;
}

/* --- acts as operations ------------------------------------------------------------------ */

static bool is_read(const struct act *act)
{
    return act_is(act, "read") || act_is(act, "get");
}

/* Numbers from 0 for identities, in the order of their first use. */
static uint32_t number_of(struct table *table, uint64_t identity)
{
    uint64_t *known = table_find(table, identity);
    if (known)
        return (uint32_t)*known;
    uint32_t number = table_count(table);
    table_set(table, identity, number);
    return number;
}

static uint64_t identity_of(const struct value *value)
{
    uint64_t nothing = value_hash(NULL), identity = value_hash(value);
    if (identity == nothing)
        return VALUE_ABSENT;
    return identity == VALUE_ABSENT ? nothing : identity;
}

/* The numbers of events serve as times and as records: no two are the same. */
static struct operation operation_of(const struct act *act)
{
    bool reads = is_read(act);
    struct operation operation = {
        .kind = reads ? OPERATION_GET : OPERATION_PUT,
        .value = identity_of(reads ? act->result : act->argument),
        .invoked = act->called,
        .completed = act->end == ACT_OPEN ? VTIME_NEVER : act->returned,
        .record_invoked = act->called + 1,
        .record_told = act->end == ACT_OPEN ? 0 : act->returned + 1,
    };
    operation.outcome = act->end == ACT_OK     ? OUTCOME_OK
                        : act->end == ACT_FAIL ? OUTCOME_UNAVAILABLE
                                               : OUTCOME_TIMEOUT;
    if (!reads && operation.value == VALUE_ABSENT)
        operation.kind = OPERATION_DELETE;
    return operation;
}

static bool make_history(struct heap *heap, const struct acts *acts,
                         const struct history_model *model, struct history *history,
                         struct history_mistake *mistake)
{
    struct operation *operations = heap_alloc(heap, (acts->count + 1) * sizeof *operations);
    struct table keys, processes;
    table_init(&keys, heap);
    table_init(&processes, heap);
    for (uint32_t i = 0; i < acts->count; i++) {
        const struct act *act = &acts->items[i];
        if (!is_read(act) && !act_is(act, "write") && !act_is(act, "put")) {
            judge_refuse(act, model, mistake);
            snprintf(mistake->text, sizeof mistake->text,
                     "only reads and writes can be held to less than linearizability");
            return false;
        }
        operations[i] = operation_of(act);
        operations[i].key = number_of(&keys, value_hash(act->key));
        operations[i].client = number_of(&processes, (uint64_t)act->process);
    }
    *history = (struct history){.operations = operations,
                                .count = acts->count,
                                .key_count = table_count(&keys),
                                .client_count = table_count(&processes)};
    return true;
}

/* --- the verdict in words ----------------------------------------------------------------- */

static void say_act(struct judgement *judgement, const struct acts *acts, uint32_t index)
{
    const struct act *act = &acts->items[index];
    char words[80];
    if (act->end != ACT_OPEN)
        snprintf(words, sizeof words, "by process %lld (lines %u to %u)", (long long)act->process,
                 act->line, act->line_end);
    else
        snprintf(words, sizeof words, "by process %lld (line %u, its end unknown)",
                 (long long)act->process, act->line);
    judge_say(judgement, words);
}

static void say_value_of(struct judgement *judgement, const struct acts *acts, uint64_t identity)
{
    for (uint32_t i = 0; i < acts->count; i++) {
        const struct act *act = &acts->items[i];
        const struct value *value = is_read(act) ? act->result : act->argument;
        char words[80];
        if (identity_of(value) != identity)
            continue;
        value_text(value, words, sizeof words);
        judge_say(judgement, words);
        return;
    }
}

static void say_key(struct judgement *judgement, const struct acts *acts, uint32_t act)
{
    char words[80] = "the register";
    if (acts->items[act].key)
        value_text(acts->items[act].key, words, sizeof words);
    judge_say(judgement, words);
}

/* One placeholder of verdict.h; `at` stands behind its brace. Returns where it ends. */
static const char *say_placeholder(struct judgement *judgement, const struct acts *acts,
                                   const struct verdict *verdict, const char *at)
{
    if (strncmp(at, "key", 3) == 0)
        say_key(judgement, acts, verdict->operations[0]);
    else if (strncmp(at, "op", 2) == 0)
        say_act(judgement, acts, verdict->operations[at[2] - '0']);
    else if (strncmp(at, "value:", 6) == 0)
        say_value_of(judgement, acts, strtoull(at + 6, NULL, 16));
    return strchr(at, '}') + 1;
}

static void take_verdict(struct judgement *judgement, const struct acts *acts,
                         const struct verdict *verdict)
{
    judgement->kind = verdict->kind;
    judgement->work = verdict->work;
    for (uint32_t i = 0; i < verdict->operation_count; i++)
        judgement->acts[judgement->act_count++] = verdict->operations[i];
    if (verdict->operation_count > 0) {
        judgement->key = acts->items[verdict->operations[0]].key;
        judgement->good_event = acts->items[verdict->operations[0]].returned;
    }
    for (const char *at = verdict->text; *at;) {
        char letter[2] = {*at++, 0};
        if (letter[0] == '{')
            at = say_placeholder(judgement, acts, verdict, at);
        else
            judge_say(judgement, letter);
    }
}

bool consistency_judge(struct heap *heap, const struct acts *acts,
                       const struct judge_options *options, const struct history_model *model,
                       struct judgement *judgement, struct history_mistake *mistake)
{
    struct verdict verdict = {0};
    struct history history;
    if (!make_history(heap, acts, model, &history, mistake))
        return false;
    switch (options->consistency) {
    case CONSISTENCY_SEQUENTIAL:
        check_sequential(&history, heap, options->work_limit, &verdict);
        break;
    case CONSISTENCY_CAUSAL: check_causal(&history, heap, &verdict); break;
    case CONSISTENCY_SESSIONS: check_sessions(&history, SESSION_GUARANTEES, heap, &verdict); break;
    default: check_regular(&history, heap, &verdict);
    }
    judgement->object_count = history.key_count;
    judgement->checked = history.count;
    judgement->promise = consistency_name(options->consistency);
    take_verdict(judgement, acts, &verdict);
    return true;
}

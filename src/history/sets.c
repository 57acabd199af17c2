/*
 * sets.c: a set to which elements are added and that is read whole.
 *
 * Elements do not touch each other, so each has a life of its own. From the moment at which it is
 * certain to be there (its add returned :ok, or a read that has it returned) every read that is
 * called later must have it:
 *
 *     add 7 |----|                     lost: no read has it ever after
 *             read |--| {7}            stale: some read misses it, and a later one has it
 *                      read |--| {}
 *
 * A read must not have what nobody tried to add before the read returned. (Jepsen's set-full, for a
 * set that is read at once.)
 */
#include "history/models.h"

#include <stdio.h>

#include "base/chain.h"
#include "base/table.h"

struct element {
    const struct value *value;
    uint32_t adder;    /* act, or EVENT_NONE: nobody */
    uint32_t known;    /* event from which on it must be there; EVENT_NONE: never certain */
    uint32_t missing;  /* read that misses it although it is known, or EVENT_NONE */
    uint32_t seen;     /* last read that has it, or EVENT_NONE */
    uint32_t unused;
};

struct sets {
    const struct acts *acts;
    struct judgement *judgement;
    struct table numbers;  /* identity -> number */
    struct chain elements; /* struct element */
    uint32_t *met;         /* by element: the read that was looked at last and has it, plus one */
    uint32_t lost, stale, unexpected, acknowledged;
    uint32_t told;
};

static struct element *element_of(struct sets *sets, const struct value *value)
{
    uint64_t identity = value_hash(value);
    uint64_t *known = table_find(&sets->numbers, identity);
    if (known)
        return chain_at(&sets->elements, *known);
    table_set(&sets->numbers, identity, chain_count(&sets->elements));
    struct element *element = chain_append(&sets->elements);
    *element = (struct element){.value = value,
                                .adder = EVENT_NONE,
                                .known = EVENT_NONE,
                                .missing = EVENT_NONE,
                                .seen = EVENT_NONE};
    return element;
}

static bool is_whole_read(const struct act *act)
{
    return act_is(act, "read") && act->end == ACT_OK && act->result &&
           act->result->kind == VALUE_LIST;
}

static bool take_acts(struct sets *sets, struct history_mistake *mistake)
{
    for (uint32_t i = 0; i < sets->acts->count; i++) {
        const struct act *act = &sets->acts->items[i];
        if (!act_is(act, "add") && !act_is(act, "read"))
            return judge_refuse(act, &model_set, mistake);
        sets->judgement->checked += act->end != ACT_FAIL;
        if (act_is(act, "read") || act->end == ACT_FAIL)
            continue;
        struct element *element = element_of(sets, act->argument);
        if (element->adder == EVENT_NONE)
            element->adder = i;
        if (act->end == ACT_OK) {
            sets->acknowledged++;
            element->known = MIN(element->known, act->returned);
        }
    }
    return true;
}

/* The judgement names the first few. */
static void tell(struct sets *sets, const struct element *element, const char *what, uint32_t act)
{
    char value[40], words[80];
    if (sets->told++ >= 3)
        return;
    value_text(element->value, value, sizeof value);
    snprintf(words, sizeof words, "; %s %s: ", value, what);
    judge_say(sets->judgement, words);
    judge_name_act(sets->judgement, sets->acts, act);
    sets->judgement->good_event = sets->acts->items[act].returned;
}

static void look_for_unexpected(struct sets *sets, uint32_t index)
{
    const struct act *read = &sets->acts->items[index];
    for (uint32_t i = 0; i < read->result->count; i++) {
        struct element *element = element_of(sets, &read->result->items[i]);
        element->known = MIN(element->known, read->returned);
        element->seen = index;
        if (element->adder != EVENT_NONE &&
            sets->acts->items[element->adder].called < read->returned)
            continue;
        sets->unexpected++;
        tell(sets, element, "was never added, and read by", index);
    }
}

static void look_for_missing(struct sets *sets, uint32_t index)
{
    const struct act *read = &sets->acts->items[index];
    for (uint32_t i = 0; i < read->result->count; i++)
        sets->met[*table_find(&sets->numbers, value_hash(&read->result->items[i]))] = index + 1;
    for (uint32_t e = 0; e < chain_count(&sets->elements); e++) {
        struct element *element = chain_at(&sets->elements, e);
        if (element->known < read->called && sets->met[e] != index + 1)
            element->missing = index;
    }
}

static void count_missing(struct sets *sets)
{
    for (uint32_t e = 0; e < chain_count(&sets->elements); e++) {
        const struct element *element = chain_at(&sets->elements, e);
        if (element->missing == EVENT_NONE)
            continue;
        bool is_lost = element->seen == EVENT_NONE || element->seen < element->missing;
        sets->lost += is_lost;
        sets->stale += !is_lost;
        tell(sets, element, is_lost ? "is lost, last missed by" : "was known, and missed by",
             element->missing);
    }
}

static bool judge_set(struct heap *heap, const struct acts *acts,
                      const struct judge_options *options, struct judgement *judgement,
                      struct history_mistake *mistake)
{
    struct sets sets = {.acts = acts, .judgement = judgement};
    char words[160];
    (void)options;
    table_init(&sets.numbers, heap);
    chain_init(&sets.elements, heap, sizeof(struct element));
    if (!take_acts(&sets, mistake))
        return false;
    struct judgement details = {0};
    sets.judgement = &details;
    for (uint32_t i = 0; i < acts->count; i++)
        if (is_whole_read(&acts->items[i]))
            look_for_unexpected(&sets, i);
    sets.met = heap_alloc(heap, (chain_count(&sets.elements) + 1) * sizeof *sets.met);
    for (uint32_t i = 0; i < acts->count; i++)
        if (is_whole_read(&acts->items[i]))
            look_for_missing(&sets, i);
    count_missing(&sets);
    details.checked = judgement->checked;
    details.object_count = 1;
    details.kind = sets.lost + sets.stale + sets.unexpected ? VERDICT_VIOLATED : VERDICT_HOLDS;
    *judgement = details;
    judgement->text[0] = '\0';
    snprintf(words, sizeof words, "of %u acknowledged elements %u lost, %u stale; %u unexpected",
             sets.acknowledged, sets.lost, sets.stale, sets.unexpected);
    judge_say(judgement, words);
    judge_say(judgement, details.text);
    return true;
}

const struct history_model model_set = {"set", "add, read", "what was added stays", judge_set};

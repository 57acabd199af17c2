/*
 * registers.c: registers, compare-and-set registers and key-value maps: are they linearizable?
 *
 * Linearizability is local, so each key is an object of its own (check/object.h). A register starts
 * as nil; a key of a map as the empty text, since append must begin somewhere (Porcupine's rule).
 *
 *     acts -> object of a key -> zones (linear, when each value is written once) -> complete search
 *
 * A failed compare-and-set did not happen: what it says of the value it met is not used, as Knossos
 * does, since `:fail` may also mean that it was never tried.
 */
#include "history/models.h"

#include <stdio.h>
#include <string.h>

#include "base/table.h"
#include "check/model.h"
#include "check/search.h"
#include "check/zones.h"
#include "history/consistency.h"

struct registers {
    struct heap *heap;
    const struct acts *acts;
    const struct history_model *model;
    struct history_mistake *mistake;
    struct judgement *judgement;
    uint64_t work_limit;

    struct table keys;     /* identity of a key -> number of its object */
    struct object *objects;
    const struct value **names; /* of the keys; NULL for none */
    struct table *states;  /* by object: identity of a value -> number from 0, nil */
    uint32_t object_count;
    uint32_t *object_of;   /* by act */
    uint32_t *call_of;     /* by act; CALL_NONE: it does not count */
};

static bool is_read_act(const struct act *act)
{
    return act_is(act, "read") || act_is(act, "get");
}

/* ---- from acts to objects ---- */

static uint32_t object_number(struct registers *registers, const struct act *act)
{
    uint64_t identity = value_hash(act->key);
    uint64_t *known = table_find(&registers->keys, identity);
    if (known)
        return (uint32_t)*known;
    uint32_t number = registers->object_count++;
    table_set(&registers->keys, identity, number);
    registers->names[number] = act->key;
    return number;
}

static struct bytes text_of(const struct value *value)
{
    bool has_text = value && (value->kind == VALUE_TEXT || value->kind == VALUE_WORD);
    return has_text ? value->text : (struct bytes){NULL, 0};
}

static uint64_t state_of(struct registers *registers, uint32_t object, const struct value *value)
{
    if (registers->model == &model_kv)
        return text_identity(text_of(value));
    struct table *states = &registers->states[object];
    uint64_t identity = value_hash(value);
    uint64_t *known = table_find(states, identity);
    if (known)
        return *known;
    uint64_t number = table_count(states);
    table_set(states, identity, number);
    return number;
}

static bool call_of_act(struct registers *registers, uint32_t object, const struct act *act,
                        struct call *call)
{
    const struct value *argument = act->argument;
    bool is_kv = registers->model == &model_kv;
    if (act_is(act, is_kv ? "get" : "read"))
        *call = call_get(state_of(registers, object, act->result));
    else if (act_is(act, is_kv ? "put" : "write"))
        *call = call_put(state_of(registers, object, argument));
    else if (act_is(act, "append") && is_kv)
        *call = call_append(text_of(argument));
    else if (act_is(act, "cas") && registers->model == &model_cas_register) {
        if (!argument || argument->kind != VALUE_LIST || argument->count != 2) {
            *registers->mistake = (struct history_mistake){.line = act->line, .column = 1};
            snprintf(registers->mistake->text, sizeof registers->mistake->text,
                     "a cas needs two values, [expected new]");
            return false;
        }
        uint64_t from = state_of(registers, object, &argument->items[0]);
        *call = call_compare_and_set(from, state_of(registers, object, &argument->items[1]));
    } else
        return judge_refuse(act, registers->model, registers->mistake);
    return true;
}

static bool add_call(struct registers *registers, uint32_t index)
{
    const struct act *act = &registers->acts->items[index];
    struct call call;
    registers->call_of[index] = CALL_NONE;
    if (!call_of_act(registers, registers->object_of[index], act, &call))
        return false;
    if (act->end == ACT_FAIL || (is_read_act(act) && act->end != ACT_OK))
        return true;
    call.operation = index;
    registers->call_of[index] =
        object_add_call(&registers->objects[registers->object_of[index]], call);
    registers->judgement->checked++;
    return true;
}

static void make_objects(struct registers *registers)
{
    const struct acts *acts = registers->acts;
    uint32_t *rooms = heap_alloc(registers->heap, (acts->count + 1) * sizeof *rooms);
    for (uint32_t i = 0; i < acts->count; i++) {
        registers->object_of[i] = object_number(registers, &acts->items[i]);
        rooms[registers->object_of[i]]++;
    }
    uint32_t count = registers->object_count;
    registers->objects = heap_alloc(registers->heap, count * sizeof *registers->objects);
    registers->states = heap_alloc(registers->heap, count * sizeof *registers->states);
    for (uint32_t i = 0; i < count; i++) {
        registers->objects[i] = object_make(registers->heap, rooms[i]);
        table_init(&registers->states[i], registers->heap);
        state_of(registers, i, NULL);
        if (registers->model == &model_kv)
            registers->objects[i].model = &model_text;
    }
}

static bool build(struct registers *registers)
{
    const struct acts *acts = registers->acts;
    for (uint32_t i = 0; i < acts->event_count; i++) {
        uint32_t act = acts->events[i] / 2;
        bool is_end = acts->events[i] % 2;
        if (!is_end && !add_call(registers, act))
            return false;
        if (is_end && registers->call_of[act] != CALL_NONE)
            object_add_return(&registers->objects[registers->object_of[act]],
                              registers->call_of[act]);
    }
    if (registers->model != &model_kv)
        for (uint32_t i = 0; i < registers->object_count; i++)
            registers->objects[i].state_count = table_count(&registers->states[i]);
    return true;
}

/* ---- from objects to a judgement ---- */

static bool is_plain(const struct object *object)
{
    for (uint32_t i = 0; i < object->call_count; i++)
        if (!is_read(&object->calls[i]) && !is_plain_write(&object->calls[i]))
            return false;
    return object->model == NULL;
}

/* Calls that overlap the one that cannot be placed: what a reader wants to look at. */
static void name_neighbours(struct registers *registers, const struct object *object,
                            const struct call *stuck)
{
    uint32_t named = 0, all = 0;
    for (uint32_t i = 0; i < object->call_count; i++) {
        const struct call *call = &object->calls[i];
        if (call == stuck || call->called > stuck->returned || is_read(call) ||
            (!is_open(call) && call->returned < stuck->called))
            continue;
        all++;
        if (named == 3)
            continue;
        judge_say(registers->judgement, named ? ", " : "; beside it ran ");
        judge_name_act(registers->judgement, registers->acts, call->operation);
        named++;
    }
    if (all > named) {
        char more[40];
        snprintf(more, sizeof more, " and %u more writes", all - named);
        judge_say(registers->judgement, more);
    }
}

/* The write that had returned last before the one that cannot be placed was called. */
static void name_last_write(struct registers *registers, const struct object *object,
                            const struct call *stuck)
{
    const struct call *last = NULL;
    for (uint32_t i = 0; i < object->call_count; i++) {
        const struct call *call = &object->calls[i];
        if (!is_read(call) && !is_open(call) && call->returned < stuck->called &&
            (!last || call->returned > last->returned))
            last = call;
    }
    if (!last)
        return;
    judge_say(registers->judgement, "; the latest write that was over before it is ");
    judge_name_act(registers->judgement, registers->acts, last->operation);
}

static void tell_violation(struct registers *registers, uint32_t number, uint32_t stuck_moment)
{
    struct judgement *judgement = registers->judgement;
    const struct object *object = &registers->objects[number];
    const struct call *stuck = &object->calls[object->moments[stuck_moment] / 2];
    const struct act *act = &registers->acts->items[stuck->operation];
    judgement->kind = VERDICT_VIOLATED;
    judgement->key = registers->names[number];
    judgement->good_event = act->returned;
    judge_name_act(judgement, registers->acts, stuck->operation);
    judge_say(judgement, " has no place in any order of the operations");
    if (judgement->key) {
        char key[60];
        value_text(judgement->key, key, sizeof key);
        judge_say(judgement, " on the key ");
        judge_say(judgement, key);
    }
    judge_say(judgement, " that explains what was told before it");
    name_last_write(registers, object, stuck);
    name_neighbours(registers, object, stuck);
}

/* The shortest beginning that is wrong ends with the return at this moment. */
static uint32_t shortest_wrong(struct registers *registers, const struct object *object)
{
    struct object prefix = object_make(registers->heap, object->call_count);
    struct zone_conflict conflict;
    uint32_t right = 0, wrong = object->moment_count;
    while (wrong - right > 1) {
        uint32_t middle = right + (wrong - right) / 2;
        object_copy_prefix(object, middle, &prefix);
        if (zones_check(&prefix, registers->heap, &conflict) == ZONES_CONFLICT)
            wrong = middle;
        else
            right = middle;
    }
    object_free(registers->heap, &prefix);
    return wrong - 1;
}

static enum verdict_kind judge_object(struct registers *registers, uint32_t number)
{
    const struct object *object = &registers->objects[number];
    struct judgement *judgement = registers->judgement;
    struct zone_conflict conflict;
    enum zones_answer zones = is_plain(object) ? zones_check(object, registers->heap, &conflict)
                                               : ZONES_UNDECIDED;
    if (zones == ZONES_HOLD)
        return VERDICT_HOLDS;
    if (zones == ZONES_CONFLICT) {
        tell_violation(registers, number, shortest_wrong(registers, object));
        return VERDICT_VIOLATED;
    }
    uint64_t left = registers->work_limit - MIN(registers->work_limit, judgement->work);
    struct search_result result = search_order(object, registers->heap, left);
    judgement->work += result.work;
    if (result.answer == SEARCH_NONE)
        tell_violation(registers, number, result.stuck_moment);
    return result.answer == SEARCH_FOUND  ? VERDICT_HOLDS
           : result.answer == SEARCH_NONE ? VERDICT_VIOLATED
                                          : VERDICT_UNKNOWN;
}

static bool judge(struct heap *heap, const struct acts *acts, const struct judge_options *options,
                  const struct history_model *model, struct judgement *judgement,
                  struct history_mistake *mistake)
{
    struct registers registers = {.heap = heap,
                                  .acts = acts,
                                  .model = model,
                                  .mistake = mistake,
                                  .judgement = judgement,
                                  .work_limit = options->work_limit};
    if (options->consistency != CONSISTENCY_LINEARIZABLE)
        return consistency_judge(heap, acts, options, model, judgement, mistake);
    registers.names = heap_alloc(heap, acts->count * sizeof *registers.names);
    registers.object_of = heap_alloc(heap, acts->count * sizeof *registers.object_of);
    registers.call_of = heap_alloc(heap, acts->count * sizeof *registers.call_of);
    table_init(&registers.keys, heap);
    make_objects(&registers);
    if (!build(&registers))
        return false;
    judgement->object_count = registers.object_count;
    judgement->kind = VERDICT_HOLDS;
    for (uint32_t i = 0; i < registers.object_count; i++) {
        enum verdict_kind kind = judge_object(&registers, i);
        if (kind == VERDICT_VIOLATED)
            return true;
        if (kind == VERDICT_UNKNOWN)
            judgement->kind = kind;
    }
    if (judgement->kind == VERDICT_UNKNOWN)
        judge_say(judgement, "the search limit was reached: --work allows more steps");
    else
        judge_say(judgement, "one order of the operations explains all answers");
    return true;
}

SHARED_MODEL(register, "register", "read, write", "linearizable")
SHARED_MODEL(cas_register, "cas-register", "read, write, cas", "linearizable")
SHARED_MODEL(kv, "kv", "get, put, append", "linearizable")

/*
 * transactions.c: list-append and rw-register histories, as Elle takes them.
 *
 *     {:process 0, :type :ok, :f :txn, :value [[:append 5 1] [:r 6 [2 3]]]}
 *     {:process 0, :type :ok, :f :txn, :value [[:w 5 1] [:r 6 3]]}
 *
 * What is found out, and from what, is in check/transactions.h; here the acts become transactions,
 * and anomalies sentences. A read of nil is the empty list, or the register that nobody wrote.
 */
#include "history/models.h"

#include <stdio.h>
#include <string.h>

#include "base/table.h"
#include "base/text.h"
#include "check/transactions.h"

struct reading {
    struct heap *heap;
    const struct acts *acts;
    const struct history_model *model;
    struct history_mistake *mistake;
    struct txn *txns;
    struct access *accesses;
    uint64_t *elements;
    const struct value **keys; /* by number, for people */
    struct table key_numbers;
    struct table processes;
    struct table spelt; /* identity of an element -> the value, for people */
    uint32_t access_count;
    uint32_t element_count;
};

/* ---- from acts to transactions ---- */

static bool wrong(struct reading *reading, const struct value *at, const char *sentence)
{
    *reading->mistake = (struct history_mistake){.line = at->line, .column = at->column};
    snprintf(reading->mistake->text, sizeof reading->mistake->text, "%s", sentence);
    return false;
}

static const struct value *done_by(const struct act *act)
{
    return act->end == ACT_OK && act->result ? act->result : act->argument;
}

static uint64_t identity(struct reading *reading, const struct value *value)
{
    uint64_t hash = value_hash(value);
    table_set(&reading->spelt, hash, (uint64_t)(uintptr_t)value);
    return hash;
}

static uint32_t number_in(struct table *table, uint64_t name)
{
    uint64_t *known = table_find(table, name);
    if (known)
        return (uint32_t)*known;
    uint32_t number = table_count(table);
    table_set(table, name, number);
    return number;
}

static uint32_t key_number(struct reading *reading, const struct value *key)
{
    uint32_t number = number_in(&reading->key_numbers, value_hash(key));
    reading->keys[number] = key;
    return number;
}

static void take_elements(struct reading *reading, struct access *access, const struct value *list)
{
    access->first = reading->element_count;
    access->count = list->count;
    for (uint32_t i = 0; i < list->count; i++)
        reading->elements[reading->element_count++] = identity(reading, &list->items[i]);
}

/* [:append key value], [:w key value] or [:r key value-or-list]. */
static bool take_access(struct reading *reading, const struct value *item, bool is_known)
{
    bool is_lists = reading->model == &model_list_append;
    if (item->kind != VALUE_LIST || item->count < 2 || item->count > 3)
        return wrong(reading, item, is_lists ? "expected [:append KEY VALUE] or [:r KEY LIST]"
                                             : "expected [:w KEY VALUE] or [:r KEY VALUE]");
    static const struct value nil = {.kind = VALUE_NIL};
    const struct value *value = item->count == 3 ? &item->items[2] : &nil;
    struct access *access = &reading->accesses[reading->access_count++];
    bool is_read = value_is(&item->items[0], "r");
    access->key = key_number(reading, &item->items[1]);
    access->kind = is_read ? ACCESS_READ : is_lists ? ACCESS_APPEND : ACCESS_WRITE;
    if (!is_read && !value_is(&item->items[0], is_lists ? "append" : "w"))
        return wrong(reading, item, is_lists ? "expected :append or :r" : "expected :w or :r");
    if (!is_read && value->kind == VALUE_NIL)
        return wrong(reading, item, "nil cannot be written: it stands for nothing");
    if (is_read && is_known && is_lists && value->kind != VALUE_NIL && value->kind != VALUE_LIST)
        return wrong(reading, value, "expected the list that was read");
    if (!is_read || (is_known && !is_lists))
        access->value = identity(reading, value);
    else if (is_known && value->kind == VALUE_LIST)
        take_elements(reading, access, value);
    return true;
}

static bool take_act(struct reading *reading, uint32_t index)
{
    const struct act *act = &reading->acts->items[index];
    const struct value *items = done_by(act);
    struct txn *txn = &reading->txns[index];
    if (!act_is(act, "txn"))
        return judge_refuse(act, reading->model, reading->mistake);
    if (!items || items->kind != VALUE_LIST) {
        *reading->mistake = (struct history_mistake){.line = act->line, .column = 1};
        snprintf(reading->mistake->text, sizeof reading->mistake->text,
                 "expected a transaction as :value, a list of operations");
        return false;
    }
    *txn = (struct txn){.first = reading->access_count,
                        .end = act->end == ACT_OK     ? TXN_OK
                               : act->end == ACT_FAIL ? TXN_FAILED
                                                      : TXN_OPEN,
                        .process = number_in(&reading->processes, (uint64_t)act->process),
                        .called = act->called,
                        .returned = act->end == ACT_OK ? act->returned : TXN_EVENT_NONE};
    for (uint32_t i = 0; i < items->count; i++)
        if (!take_access(reading, &items->items[i], act->end == ACT_OK))
            return false;
    txn->count = reading->access_count - txn->first;
    return true;
}

static bool read_transactions(struct reading *reading, struct txn_history *history)
{
    const struct acts *acts = reading->acts;
    uint64_t access_room = 1, element_room = 1;
    for (uint32_t i = 0; i < acts->count; i++) {
        const struct value *items = done_by(&acts->items[i]);
        for (uint32_t j = 0; items && j < items->count; j++)
            if (items->items[j].count == 3)
                element_room += items->items[j].items[2].count;
        access_room += items ? items->count : 0;
    }
    reading->txns = heap_alloc(reading->heap, (acts->count + 1) * sizeof *reading->txns);
    reading->accesses = heap_alloc(reading->heap, access_room * sizeof *reading->accesses);
    reading->elements = heap_alloc(reading->heap, element_room * sizeof *reading->elements);
    reading->keys = heap_alloc(reading->heap, access_room * sizeof *reading->keys);
    table_init(&reading->key_numbers, reading->heap);
    table_init(&reading->processes, reading->heap);
    table_init(&reading->spelt, reading->heap);
    for (uint32_t i = 0; i < acts->count; i++)
        if (!take_act(reading, i))
            return false;
    *history = (struct txn_history){.txns = reading->txns,
                                    .accesses = reading->accesses,
                                    .elements = reading->elements,
                                    .txn_count = acts->count,
                                    .access_count = reading->access_count,
                                    .key_count = table_count(&reading->key_numbers),
                                    .process_count = table_count(&reading->processes),
                                    .is_lists = reading->model == &model_list_append};
    return true;
}

/* ---- from anomalies to sentences ---- */

struct telling {
    const struct reading *reading;
    struct judgement *judgement;
    struct text text;
};

static void say_txn(struct telling *telling, uint32_t txn)
{
    struct judgement *judgement = telling->judgement;
    const struct act *act = &telling->reading->acts->items[txn];
    text_char(&telling->text, 'T');
    text_u64(&telling->text, txn + 1);
    for (uint32_t i = 0; i < judgement->act_count; i++)
        if (judgement->acts[i] == txn)
            return;
    text_str(&telling->text, act->line_end ? " (lines " : " (line ");
    text_u64(&telling->text, act->line);
    if (act->line_end) {
        text_str(&telling->text, " to ");
        text_u64(&telling->text, act->line_end);
    }
    text_char(&telling->text, ')');
    if (judgement->act_count < JUDGEMENT_ACTS_MAX)
        judgement->acts[judgement->act_count++] = txn;
}

static void say_value(struct telling *telling, const struct value *value)
{
    char words[60];
    value_text(value, words, sizeof words);
    text_str(&telling->text, words);
}

static void say_element(struct telling *telling, uint64_t identity)
{
    say_value(telling,
              (const struct value *)(uintptr_t)table_get(&telling->reading->spelt, identity, 0));
}

static uint64_t value_of_write(const struct txn_verdict *verdict, uint32_t version)
{
    return version == NO_VERSION ? 0 : verdict->version_values[version];
}

static void say_edge(struct telling *telling, const struct txn_verdict *verdict,
                     const struct cycle_edge *edge)
{
    const struct reading *reading = telling->reading;
    const char *verb = reading->model == &model_list_append ? "appended" : "wrote";
    say_txn(telling, edge->from);
    if (edge->kind == EDGE_PROCESS || edge->kind == EDGE_REALTIME) {
        text_str(&telling->text, " was over before ");
        say_txn(telling, edge->to);
        text_str(&telling->text, edge->kind == EDGE_PROCESS ? " of the same process" : "");
        return;
    }
    if (edge->kind == EDGE_RW) {
        text_str(&telling->text, " read ");
        say_value(telling, reading->keys[edge->key]);
        text_str(&telling->text, " without ");
        say_element(telling, value_of_write(verdict, edge->after));
        text_str(&telling->text, " of ");
        say_txn(telling, edge->to);
        return;
    }
    text_char(&telling->text, ' ');
    text_str(&telling->text, verb);
    text_char(&telling->text, ' ');
    say_element(telling, value_of_write(verdict, edge->before));
    text_str(&telling->text, reading->model == &model_list_append ? " to " : " as ");
    say_value(telling, reading->keys[edge->key]);
    text_str(&telling->text, edge->kind == EDGE_WR ? ", which was read by " : " before ");
    if (edge->kind == EDGE_WW) {
        say_element(telling, value_of_write(verdict, edge->after));
        text_str(&telling->text, " of ");
    }
    say_txn(telling, edge->to);
}

static void say_place(struct telling *telling, const struct anomaly *anomaly)
{
    say_txn(telling, anomaly->txn);
    text_str(&telling->text, " at ");
    say_value(telling, telling->reading->keys[anomaly->key]);
    if (anomaly->value) {
        text_str(&telling->text, ", value ");
        say_element(telling, anomaly->value);
    }
    if (anomaly->other != NO_TXN) {
        text_str(&telling->text, ", with ");
        say_txn(telling, anomaly->other);
    }
}

static void tell_anomaly(struct telling *telling, const struct txn_verdict *verdict,
                         enum anomaly_kind kind)
{
    const struct anomaly *anomaly = &verdict->first[kind];
    text_str(&telling->text, "\n    ");
    text_str(&telling->text, anomaly_name(kind));
    text_str(&telling->text, " (");
    text_str(&telling->text, anomaly_meaning(kind));
    if (verdict->count[kind] > 1) {
        text_str(&telling->text, "; ");
        text_u64(&telling->text, verdict->count[kind]);
        text_str(&telling->text, " places");
    }
    text_str(&telling->text, "): ");
    if (anomaly->edge_count == 0)
        say_place(telling, anomaly);
    for (uint32_t i = 0; i < MIN(anomaly->edge_count, CYCLE_MAX); i++) {
        text_str(&telling->text, i ? "; " : "");
        say_edge(telling, verdict, &anomaly->edges[i]);
    }
}

/* The strongest level of the row that nothing found here forbids. */
static const char *strongest_level(const struct txn_verdict *verdict)
{
    for (uint32_t level = ISOLATION_COUNT; level-- > 0;) {
        bool is_kept = true;
        for (uint32_t kind = 1; kind < ANOMALY_COUNT && is_kept; kind++)
            is_kept = verdict->count[kind] == 0 || !isolation_forbids(level, kind);
        if (is_kept)
            return isolation_name(level);
    }
    return "none";
}

static void tell(const struct reading *reading, const struct txn_verdict *verdict,
                 enum isolation level, struct judgement *judgement)
{
    struct telling telling = {.reading = reading, .judgement = judgement};
    uint32_t forbidden = 0, all = 0;
    text_init(&telling.text, judgement->text, sizeof judgement->text);
    for (uint32_t kind = 1; kind < ANOMALY_COUNT; kind++) {
        all += verdict->count[kind] > 0;
        forbidden += verdict->count[kind] > 0 && isolation_forbids(level, kind);
    }
    judgement->kind = forbidden ? VERDICT_VIOLATED : VERDICT_HOLDS;
    text_str(&telling.text, all ? "what was found leaves at most " : "nothing was found against ");
    text_str(&telling.text, all ? strongest_level(verdict) : isolation_name(level));
    for (uint32_t kind = 1; kind < ANOMALY_COUNT; kind++)
        if (verdict->count[kind] > 0)
            tell_anomaly(&telling, verdict, kind);
}

static bool judge(struct heap *heap, const struct acts *acts, const struct judge_options *options,
                  const struct history_model *model, struct judgement *judgement,
                  struct history_mistake *mistake)
{
    struct reading reading = {.heap = heap, .acts = acts, .model = model, .mistake = mistake};
    struct txn_history history;
    struct txn_verdict *verdict = heap_alloc(heap, sizeof *verdict);
    if (!read_transactions(&reading, &history))
        return false;
    check_transactions(&history, heap, verdict);
    judgement->object_count = history.key_count;
    judgement->checked = acts->count;
    judgement->work = verdict->edge_count;
    judgement->promise = isolation_name(options->level);
    if (verdict->written_twice == 0) {
        tell(&reading, verdict, options->level, judgement);
        return true;
    }
    struct telling telling = {.reading = &reading, .judgement = judgement};
    text_init(&telling.text, judgement->text, sizeof judgement->text);
    judgement->kind = VERDICT_UNKNOWN;
    text_str(&telling.text, "the key ");
    say_value(&telling, reading.keys[verdict->twice.key]);
    text_str(&telling.text, " was given the value ");
    say_element(&telling, verdict->twice.value);
    text_str(&telling.text, " twice, so a read does not tell whose it is");
    return true;
}

SHARED_MODEL(list_append, "list-append", "txn", "serializable")
SHARED_MODEL(rw_register, "rw-register", "txn", "serializable")

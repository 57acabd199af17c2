/*
 * acts.c: find out how the file is written, read its events, join calls and ends.
 */
#include "history/acts.h"

#include <stdio.h>
#include <string.h>

#include "base/chain.h"
#include "base/table.h"
#include "history/edn.h"

struct joining {
    struct heap *heap;
    struct history_mistake *mistake;
    struct chain acts;      /* struct act */
    struct chain events;    /* uint32_t */
    struct table open_acts; /* process -> index of its act that has no end */
};

static bool wrong(struct joining *joining, const struct value *at, const char *sentence)
{
    joining->mistake->line = at->line;
    joining->mistake->column = at->column;
    snprintf(joining->mistake->text, sizeof joining->mistake->text, "%s", sentence);
    return false;
}

static void add_event(struct joining *joining, uint32_t act, bool is_end)
{
    *(uint32_t *)chain_append(&joining->events) = act * 2 + is_end;
}

static bool add_call(struct joining *joining, const struct value *at, const struct act *act)
{
    uint64_t *open = table_find(&joining->open_acts, (uint64_t)act->process);
    if (open) {
        const struct act *other = chain_at(&joining->acts, *open);
        wrong(joining, at, "");
        snprintf(joining->mistake->text, sizeof joining->mistake->text,
                 "process %lld calls again, while its call of line %u has no end",
                 (long long)act->process, other->line);
        return false;
    }
    uint32_t index = (uint32_t)chain_count(&joining->acts);
    table_set(&joining->open_acts, (uint64_t)act->process, index);
    struct act *added = chain_append(&joining->acts);
    *added = *act;
    added->called = (uint32_t)chain_count(&joining->events);
    add_event(joining, index, false);
    return true;
}

static bool add_end(struct joining *joining, const struct value *at, const struct act *end)
{
    uint64_t *open = table_find(&joining->open_acts, (uint64_t)end->process);
    if (!open && end->end == ACT_OPEN)
        return true; /* Jepsen logs of a client that is being set up */
    if (!open) {
        wrong(joining, at, "");
        snprintf(joining->mistake->text, sizeof joining->mistake->text,
                 "process %lld has no call that could end here", (long long)end->process);
        return false;
    }
    uint32_t index = (uint32_t)*open;
    struct act *act = chain_at(&joining->acts, index);
    table_remove(&joining->open_acts, (uint64_t)end->process);
    act->line_end = at->line;
    act->end = end->end;
    if (end->end == ACT_OPEN)
        return true;
    act->returned = (uint32_t)chain_count(&joining->events);
    act->result = end->end == ACT_OK ? end->argument : NULL;
    if (act->key == NULL)
        act->key = end->key;
    add_event(joining, index, true);
    return true;
}

/* One event, whose parts have been found. */
static bool join(struct joining *joining, const struct value *at, const struct value *process,
                 const struct value *type, struct act act)
{
    if (process && process->kind != VALUE_NUMBER)
        return true;
    act.process = process ? process->number : 0;
    act.line = at->line;
    act.returned = EVENT_NONE;
    if (!type)
        return wrong(joining, at, "this event has no :type: expected :invoke, :ok, :fail or :info");
    if (value_is(type, "invoke"))
        return add_call(joining, at, &act);
    act.end = value_is(type, "ok") ? ACT_OK : value_is(type, "fail") ? ACT_FAIL : ACT_OPEN;
    if (act.end != ACT_OPEN || value_is(type, "info"))
        return add_end(joining, at, &act);
    char found[60];
    value_text(type, found, sizeof found);
    wrong(joining, type, "");
    snprintf(joining->mistake->text, sizeof joining->mistake->text,
             "%s is no type of an event: expected :invoke, :ok, :fail or :info", found);
    return false;
}

/* ---- EDN and JSON Lines: maps, or one list of maps ---- */

static struct value *keep(struct heap *heap, const struct value *value)
{
    struct value *kept = heap_alloc(heap, sizeof *kept);
    *kept = *value;
    return kept;
}

static bool join_map(struct joining *joining, const struct value *map)
{
    if (map->kind != VALUE_MAP)
        return wrong(joining, map, "expected an event, a map with :process, :type, :f and :value");
    struct act act = {.f = value_of(map, "f"),
                      .key = value_of(map, "key"),
                      .argument = value_of(map, "value")};
    return join(joining, map, value_of(map, "process"), value_of(map, "type"), act);
}

static bool read_maps(struct joining *joining, struct bytes text, bool is_json)
{
    struct edn edn = edn_open(joining->heap, text, 1, joining->mistake);
    struct value value;
    enum edn_answer answer;
    edn.is_json = is_json;
    while ((answer = edn_next(&edn, &value)) == EDN_VALUE) {
        const struct value *kept = keep(joining->heap, &value);
        uint32_t count = kept->kind == VALUE_LIST ? kept->count : 1;
        for (uint32_t i = 0; i < count; i++)
            if (!join_map(joining, kept->kind == VALUE_LIST ? &kept->items[i] : kept))
                return false;
    }
    return answer == EDN_END;
}

/* ---- a log of Jepsen's ---- */

static const char log_mark[] = "jepsen.util - ";

static const uint8_t *find(const uint8_t *from, const uint8_t *end, const char *what)
{
    size_t size = strlen(what);
    for (; (size_t)(end - from) >= size; from++)
        if (memcmp(from, what, size) == 0)
            return from;
    return NULL;
}

/* process, type, f and value, as far as they are there. Other lines are chatter. */
static bool read_log_line(struct joining *joining, const uint8_t *start, const uint8_t *end,
                          uint32_t line)
{
    const uint8_t *mark = find(start, end, log_mark);
    if (!mark)
        return true;
    mark += sizeof log_mark - 1;
    struct edn edn = edn_open(joining->heap, (struct bytes){mark, (uint32_t)(end - mark)}, line,
                              joining->mistake);
    struct value *parts = heap_alloc(joining->heap, 4 * sizeof *parts);
    uint32_t count = 0;
    edn.line_start = start;
    while (count < 4) {
        enum edn_answer answer = edn_next(&edn, &parts[count]);
        if (answer == EDN_WRONG)
            return count < 2 || !value_is(&parts[1], "invoke"); /* chatter, unless it is a call */
        if (answer == EDN_END)
            break;
        count++;
    }
    if (count < 3 || parts[0].kind != VALUE_NUMBER || parts[1].kind != VALUE_WORD)
        return true;
    struct act act = {.f = &parts[2], .argument = count == 4 ? &parts[3] : NULL};
    return join(joining, &parts[0], &parts[0], &parts[1], act);
}

static bool read_log(struct joining *joining, struct bytes text)
{
    const uint8_t *at = text.data, *end = text.data + text.size;
    for (uint32_t line = 1; at < end; line++) {
        const uint8_t *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop ? stop : end;
        if (!read_log_line(joining, at, stop, line))
            return false;
        at = stop + (stop < end);
    }
    return true;
}

/* ---- the whole ---- */

static void *flatten(struct heap *heap, const struct chain *chain, size_t size)
{
    uint8_t *flat = heap_alloc(heap, MAX(chain_count(chain), 1) * size);
    for (uint64_t i = 0; i < chain_count(chain); i++)
        memcpy(flat + i * size, chain_at(chain, i), size);
    return flat;
}

/* The first byte that is not blank, then a quote: {"process": ... */
static bool is_json(struct bytes text)
{
    uint32_t i = 0;
    while (i < text.size && memchr(" \t\r\n[", text.data[i], 5))
        i++;
    if (i == text.size || text.data[i] != '{')
        return false;
    for (i++; i < text.size && memchr(" \t\r\n", text.data[i], 4); i++)
        ;
    return i < text.size && text.data[i] == '"';
}

/* Whether it may be meant as a history: every operation of one begins with a call, and most name a
 * process. */
static bool is_like_history(struct bytes text)
{
    static const char *const signs[] = {":invoke", "\"invoke\"", ":process", "\"process\""};
    for (size_t i = 0; i < ARRAY_LEN(signs); i++)
        if (find(text.data, text.data + text.size, signs[i]))
            return true;
    return false;
}

/* A mistake in a file that is something else altogether would only mislead. */
static bool refuse_stranger(struct history_mistake *mistake)
{
    *mistake = (struct history_mistake){.line = 1, .column = 1};
    snprintf(mistake->text, sizeof mistake->text,
             "not a history: expected EDN of Jepsen, Knossos or Elle, JSON Lines with the same "
             "names, or a log of Jepsen's (docs/histories.md shows a line of each)");
    return false;
}

bool acts_read(struct heap *heap, struct bytes text, struct acts *acts,
               struct history_mistake *mistake)
{
    struct joining joining = {.heap = heap, .mistake = mistake};
    chain_init(&joining.acts, heap, sizeof(struct act));
    chain_init(&joining.events, heap, sizeof(uint32_t));
    table_init(&joining.open_acts, heap);
    if (!is_like_history(text))
        return refuse_stranger(mistake);
    bool is_log = find(text.data, text.data + text.size, log_mark) != NULL;
    bool is_lines = !is_log && is_json(text);
    if (!(is_log ? read_log(&joining, text) : read_maps(&joining, text, is_lines)))
        return false;
    acts->format = is_log ? "Jepsen log" : is_lines ? "JSON Lines" : "EDN";
    acts->count = (uint32_t)chain_count(&joining.acts);
    acts->event_count = (uint32_t)chain_count(&joining.events);
    acts->items = flatten(heap, &joining.acts, sizeof(struct act));
    acts->events = flatten(heap, &joining.events, sizeof(uint32_t));
    if (acts->count > 0)
        return true;
    *mistake = (struct history_mistake){.line = 1, .column = 1};
    snprintf(mistake->text, sizeof mistake->text,
             "no operation is in this file: each begins with an event of the type :invoke");
    return false;
}

bool act_is(const struct act *act, const char *name)
{
    return act->f ? value_is(act->f, name) : strcmp(name, "txn") == 0;
}

void act_name(const struct act *act, char *to, uint32_t room)
{
    struct value word = act->f ? *act->f
                               : (struct value){.text = {(const uint8_t *)"txn", 3}};
    if (!act->f || word.kind == VALUE_TEXT)
        word.kind = VALUE_WORD;
    value_text(&word, to, room);
}

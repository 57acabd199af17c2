/*
 * read_histories.c: from text to objects. The formats are in read_histories.h.
 *
 *     file -> words -> events (one for each line or map) -> objects
 *
 * Words are what all three formats share: keywords, numbers, strings and brackets; commas
 * are blanks, as in EDN, and a comment runs from a semicolon to the end of the line.
 */
#include "read_histories.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/model.h"

#define EVENTS_MAX 20000u
#define NO_EVENT   UINT32_MAX
#define STATE_NIL  0u

/* A piece of the file's text. */
struct word {
    const char *start;
    uint32_t size;
};

struct event {
    struct word process;
    struct word type;
    struct word f;
    struct word key;
    struct word value[2]; /* both numbers of a cas; else only the first */
    uint32_t partner;     /* an invocation's end, or NO_EVENT */
    uint32_t call;        /* an invocation's call, once it has one */
};

struct reading {
    const char *at;
    struct event *events;
    uint32_t event_count;
    struct word keys[FOREIGN_KEYS_MAX];
    struct heap *heap;
    struct foreign_history *history;
};

/* ---- words ---- */

static bool is_word(struct word word, const char *text)
{
    return word.size == strlen(text) && memcmp(word.start, text, word.size) == 0;
}

static bool is_same_word(struct word a, struct word b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.start, b.start, a.size) == 0);
}

static void skip_blanks(struct reading *reading)
{
    for (;;) {
        reading->at += strspn(reading->at, " ,\t\r\n");
        if (*reading->at != ';')
            return;
        reading->at += strcspn(reading->at, "\n");
    }
}

/* The next word; an empty one at the end. A string comes without its quotes. */
static struct word next_word(struct reading *reading)
{
    skip_blanks(reading);
    struct word word = {reading->at, 0};
    if (*reading->at == '"') {
        word.start++;
        word.size = (uint32_t)strcspn(word.start, "\"");
        reading->at = word.start + word.size + 1;
        return word;
    }
    word.size = (uint32_t)strcspn(word.start, " ,\t\r\n[](){}\";");
    if (word.size == 0 && *word.start != '\0')
        word.size = 1;
    reading->at += word.size;
    return word;
}

/* One word, or the two in a vector. Anything larger (an error, say) is passed over. */
static void read_value(struct reading *reading, struct word value[2])
{
    value[0] = next_word(reading);
    if (!is_word(value[0], "["))
        return;
    uint32_t count = 0;
    for (uint32_t depth = 1; depth > 0;) {
        struct word word = next_word(reading);
        CHECK_WHY(word.size > 0, "a vector without an end");
        depth += is_word(word, "[");
        depth -= is_word(word, "]");
        if (depth == 1 && count < 2 && !is_word(word, "]"))
            value[count++] = word;
    }
}

/* ---- events ---- */

static struct event *add_event(struct reading *reading)
{
    CHECK(reading->event_count < EVENTS_MAX);
    struct event *event = &reading->events[reading->event_count++];
    *event = (struct event){.partner = NO_EVENT, .call = CALL_NONE};
    return event;
}

static void read_map(struct reading *reading)
{
    struct event *event = add_event(reading);
    for (struct word word = next_word(reading); !is_word(word, "}"); word = next_word(reading)) {
        struct word ignored[2];
        CHECK_WHY(word.size > 0, "a map without an end");
        if (is_word(word, ":process"))
            event->process = next_word(reading);
        else if (is_word(word, ":type"))
            event->type = next_word(reading);
        else if (is_word(word, ":f"))
            event->f = next_word(reading);
        else if (is_word(word, ":key"))
            event->key = next_word(reading);
        else
            read_value(reading, is_word(word, ":value") ? event->value : ignored);
    }
}

/* EDN: maps, whatever stands around them. */
static void read_maps(struct reading *reading)
{
    for (struct word word = next_word(reading); word.size > 0; word = next_word(reading))
        if (is_word(word, "{"))
            read_map(reading);
}

/* Jepsen's log: four words after the dash. Other lines are chatter. */
static void read_log(struct reading *reading)
{
    static const char prefix[] = "jepsen.util - ";
    for (;;) {
        const char *line = strstr(reading->at, prefix);
        if (line == NULL)
            return;
        reading->at = line + sizeof prefix - 1;
        struct word process = next_word(reading);
        struct word type = next_word(reading);
        if (type.size == 0 || *type.start != ':')
            continue;
        struct event *event = add_event(reading);
        event->process = process;
        event->type = type;
        event->f = next_word(reading);
        read_value(reading, event->value);
    }
}

/* A process has one operation at a time: its next event is the end. */
static void match_events(struct reading *reading)
{
    for (uint32_t i = 0; i < reading->event_count; i++) {
        struct event *event = &reading->events[i];
        if (!is_word(event->type, ":invoke"))
            continue;
        for (uint32_t j = i + 1; j < reading->event_count && event->partner == NO_EVENT; j++)
            if (is_same_word(reading->events[j].process, event->process))
                event->partner = j;
        reading->history->operation_count++;
    }
}

/* ---- objects ---- */

static uint64_t register_state(struct word value)
{
    if (is_word(value, "nil"))
        return STATE_NIL;
    CHECK_WHY(value.size > 0 && value.size < 6 && strchr("0123456789", *value.start) != NULL,
              "a value of a register is nil or a small number");
    return (uint64_t)strtoul(value.start, NULL, 10) + 1;
}

static struct bytes text_of(struct word value)
{
    return (struct bytes){(const uint8_t *)value.start, value.size};
}

/* What an operation does; `end` is how it ended, or its invocation. */
static struct call call_of(const struct event *event, const struct event *end)
{
    if (is_word(event->f, ":write"))
        return call_put(register_state(event->value[0]));
    if (is_word(event->f, ":cas"))
        return call_compare_and_set(register_state(event->value[0]),
                                    register_state(event->value[1]));
    if (is_word(event->f, ":put"))
        return call_put(text_identity(text_of(event->value[0])));
    if (is_word(event->f, ":append"))
        return call_append(text_of(event->value[0]));
    if (is_word(event->f, ":get"))
        return call_get(text_identity(text_of(end->value[0])));
    CHECK(is_word(event->f, ":read"));
    return call_get(register_state(end->value[0]));
}

static struct object *object_of(struct reading *reading, const struct event *event)
{
    struct foreign_history *history = reading->history;
    uint32_t i = 0;
    while (i < history->object_count && !is_same_word(reading->keys[i], event->key))
        i++;
    if (i < history->object_count)
        return &history->objects[i];
    CHECK(history->object_count++ < FOREIGN_KEYS_MAX);
    reading->keys[i] = event->key;
    history->objects[i] = object_make(reading->heap, reading->event_count);
    return &history->objects[i];
}

static bool has_ended(const struct reading *reading, const struct event *event, const char *type)
{
    return event->partner != NO_EVENT && is_word(reading->events[event->partner].type, type);
}

static void add_invocation(struct reading *reading, struct event *event)
{
    bool is_ok = has_ended(reading, event, ":ok");
    bool is_reading = is_word(event->f, ":read") || is_word(event->f, ":get");
    if (has_ended(reading, event, ":fail") || (is_reading && !is_ok))
        return;
    const struct event *end = is_ok ? &reading->events[event->partner] : event;
    event->call = object_add_call(object_of(reading, event), call_of(event, end));
}

static void add_end(struct reading *reading, uint32_t index)
{
    for (uint32_t i = index; i-- > 0;) {
        struct event *event = &reading->events[i];
        if (event->partner != index)
            continue;
        if (event->call != CALL_NONE)
            object_add_return(object_of(reading, event), event->call);
        return;
    }
    CHECK_WHY(false, "an operation ended that was not invoked");
}

/* Register objects are data: their states are small numbers. Texts need the model. */
static void finish_object(struct object *object)
{
    object->state_count = STATE_NIL + 1;
    for (uint32_t i = 0; i < object->call_count; i++) {
        const struct call *call = &object->calls[i];
        uint64_t largest = MAX(call->needs, call->makes);
        if ((call->flags & CALL_STEPS) || largest > EVENTS_MAX * 10) {
            object->model = &model_text;
            object->state_count = 0;
            return;
        }
        object->state_count = (uint32_t)MAX(object->state_count, largest + 1);
    }
}

static void build_objects(struct reading *reading)
{
    for (uint32_t i = 0; i < reading->event_count; i++) {
        struct event *event = &reading->events[i];
        if (is_word(event->type, ":invoke"))
            add_invocation(reading, event);
        else if (is_word(event->type, ":ok"))
            add_end(reading, i);
    }
    for (uint32_t i = 0; i < reading->history->object_count; i++)
        finish_object(&reading->history->objects[i]);
}

/* ---- files ---- */

/* The file's text with a NUL behind it; NULL when there is no such file. */
static char *load(const char *name)
{
    char path[1000];
    const char *directory = getenv("RINGSIDE_HISTORIES");
    snprintf(path, sizeof path, "%s/%s", directory ? directory : "../shared/data/histories", name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *text = calloc(1, (size_t)size + 1);
    size_t got = fread(text, 1, (size_t)size, file);
    fclose(file);
    CHECK(got == (size_t)size);
    return text;
}

bool read_foreign_history(const char *name, struct heap *heap, struct foreign_history *history)
{
    char *text = load(name);
    if (text == NULL)
        return false;
    memset(history, 0, sizeof *history);
    struct reading reading = {.at = text, .heap = heap, .history = history};
    reading.events = calloc(EVENTS_MAX, sizeof *reading.events);
    if (strstr(text, "jepsen.util") != NULL)
        read_log(&reading);
    else
        read_maps(&reading);
    match_events(&reading);
    build_objects(&reading);
    free(reading.events);
    free(text);
    return true;
}

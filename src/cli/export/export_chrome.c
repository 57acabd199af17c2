/*
 * export_chrome.c: trace events for Perfetto and chrome://tracing.
 *
 * A process for each node and client. A message is two short slices with a flow from one to
 * the other; an operation is an asynchronous slice from its asking to its answer; the rest are
 * instants. Times are microseconds with three decimals: nothing is rounded.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/export/export.h"
#include "db/message.h"

struct sending {
    uint64_t number;
    vtime time;
    uint32_t actor;
};

struct sendings {
    struct sending *items; /* ascending by number */
    uint64_t count, room;
    bool has_written;
};

static void open_event(struct exporter *exporter, const char *phase, vtime time, uint32_t actor)
{
    struct sendings *sendings = exporter->state;
    fprintf(exporter->out, "%s{\"ph\":\"%s\",\"ts\":%llu.%03llu,\"pid\":%u,\"tid\":0",
            sendings->has_written ? ",\n" : "\n", phase, (unsigned long long)(time / 1000),
            (unsigned long long)(time % 1000), actor);
    sendings->has_written = true;
}

static void close_event(struct exporter *exporter, const char *name)
{
    fputs(",\"name\":", exporter->out);
    write_json_string(exporter->out, name);
    fputs("}", exporter->out);
}

static void begin(struct exporter *exporter)
{
    exporter->state = calloc(1, sizeof(struct sendings));
    CHECK_WHY(exporter->state != NULL, "out of memory");
    fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[", exporter->out);
    for (uint32_t i = 0; i < export_actor_count(exporter); i++) {
        open_event(exporter, "M", 0, i);
        fputs(",\"args\":{\"name\":", exporter->out);
        write_json_string(exporter->out, export_actor_name(exporter, i));
        fputs("}", exporter->out);
        close_event(exporter, "process_name");
    }
}

static void keep_sending(struct sendings *sendings, const struct trace_record *record,
                         uint32_t actor)
{
    if (sendings->count == sendings->room) {
        sendings->room = MAX(4096, 2 * sendings->room);
        sendings->items = realloc(sendings->items, sendings->room * sizeof *sendings->items);
        CHECK_WHY(sendings->items != NULL, "out of memory");
    }
    sendings->items[sendings->count++] = (struct sending){record->number, record->time, actor};
}

static const struct sending *find_sending(const struct sendings *sendings, uint64_t number)
{
    uint64_t low = 0, high = sendings->count;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (sendings->items[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    bool is_found = low < sendings->count && sendings->items[low].number == number;
    return is_found ? &sendings->items[low] : NULL;
}

static void write_slice(struct exporter *exporter, vtime time, uint32_t actor, const char *name)
{
    open_event(exporter, "X", time, actor);
    fputs(",\"dur\":0.001,\"cat\":\"message\"", exporter->out);
    close_event(exporter, name);
}

/* Both ends of a message, when it has arrived. */
static void write_message(struct exporter *exporter, const struct trace_record *record,
                          uint32_t actor)
{
    const char *name = message_table[record->field[0]].name;
    const struct sending *sending = find_sending(exporter->state, record->cause);
    write_slice(exporter, record->time, actor, name);
    if (!sending || sending->time < exporter->request->from)
        return;
    write_slice(exporter, sending->time, sending->actor, name);
    open_event(exporter, "s", sending->time, sending->actor);
    fprintf(exporter->out, ",\"cat\":\"message\",\"id\":%llu", (unsigned long long)record->number);
    close_event(exporter, name);
    open_event(exporter, "f", record->time, actor);
    fprintf(exporter->out, ",\"bp\":\"e\",\"cat\":\"message\",\"id\":%llu",
            (unsigned long long)record->number);
    close_event(exporter, name);
}

static void write_operation(struct exporter *exporter, const struct trace_record *record,
                            uint32_t actor, const char *phase)
{
    open_event(exporter, phase, record->time, actor);
    fprintf(exporter->out, ",\"cat\":\"operation\",\"id\":\"%016llx\"",
            (unsigned long long)record->about);
    close_event(exporter, "operation");
}

static void take(struct exporter *exporter, const struct trace_record *record)
{
    uint32_t actor = export_actor_index(exporter, record->actor);
    char sentence[400];
    if (record->kind == TRACE_SEND || record->kind == TRACE_DUPLICATE)
        keep_sending(exporter->state, record, actor);
    if (record->time < exporter->request->from || record->time > exporter->request->to)
        return;
    switch (record->kind) {
    case TRACE_SEND: return;
    case TRACE_ARRIVE: write_message(exporter, record, actor); return;
    case TRACE_INVOKE: write_operation(exporter, record, actor, "b"); break;
    case TRACE_GIVE_UP:
    case TRACE_TOLD: write_operation(exporter, record, actor, "e"); break;
    default: break;
    }
    export_sentence(exporter, record, sentence, sizeof sentence);
    open_event(exporter, "i", record->time, actor);
    fputs(",\"s\":\"p\"", exporter->out);
    close_event(exporter, sentence);
}

static void end(struct exporter *exporter)
{
    fputs("\n]}\n", exporter->out);
}

static void drop(struct exporter *exporter)
{
    struct sendings *sendings = exporter->state;
    free(sendings->items);
    free(sendings);
}

const struct export_format export_chrome = {
    .name = "perfetto",
    .endings = ".trace.json .json",
    .what = "trace events for ui.perfetto.dev and chrome://tracing, messages as flows",
    .begin = begin,
    .take = take,
    .end = end,
    .drop = drop};

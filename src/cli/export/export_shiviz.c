/*
 * export_shiviz.c: a log that ShiViz reads with its default pattern.
 *
 *     (?<event>.*)\n(?<host>\S*) (?<clock>{.*})
 *
 * The vector clocks are real: each record ticks the clock of its actor, and an arrival takes
 * over what the sender knew when it sent.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/export/export.h"

struct clocks {
    uint32_t actors;
    uint32_t *now;  /* actors x actors */
    uint32_t **sent; /* by number of the record of the sending */
    uint64_t sent_room;
};

static void begin(struct exporter *exporter)
{
    struct clocks *clocks = calloc(1, sizeof *clocks);
    CHECK_WHY(clocks != NULL, "out of memory");
    clocks->actors = export_actor_count(exporter);
    clocks->now = calloc((size_t)clocks->actors * clocks->actors, sizeof *clocks->now);
    CHECK_WHY(clocks->now != NULL, "out of memory");
    exporter->state = clocks;
}

static void keep_sent(struct clocks *clocks, uint64_t number, const uint32_t *clock)
{
    if (number >= clocks->sent_room) {
        uint64_t room = MAX(2 * clocks->sent_room, number + 1024);
        clocks->sent = realloc(clocks->sent, room * sizeof *clocks->sent);
        CHECK_WHY(clocks->sent != NULL, "out of memory");
        memset(clocks->sent + clocks->sent_room, 0,
               (room - clocks->sent_room) * sizeof *clocks->sent);
        clocks->sent_room = room;
    }
    clocks->sent[number] = malloc(clocks->actors * sizeof *clock);
    CHECK_WHY(clocks->sent[number] != NULL, "out of memory");
    memcpy(clocks->sent[number], clock, clocks->actors * sizeof *clock);
}

static void write_clock(const struct exporter *exporter, const uint32_t *clock)
{
    const struct clocks *clocks = exporter->state;
    const char *comma = "";
    fputc('{', exporter->out);
    for (uint32_t i = 0; i < clocks->actors; i++)
        if (clock[i] > 0) {
            fprintf(exporter->out, "%s\"%s\":%u", comma, export_actor_name(exporter, i), clock[i]);
            comma = ", ";
        }
    fputs("}\n", exporter->out);
}

static void take(struct exporter *exporter, const struct trace_record *record)
{
    struct clocks *clocks = exporter->state;
    uint32_t actor = export_actor_index(exporter, record->actor);
    uint32_t *clock = clocks->now + (size_t)actor * clocks->actors;
    char sentence[400];
    if (record->kind == TRACE_ARRIVE && record->cause < clocks->sent_room &&
        clocks->sent[record->cause])
        for (uint32_t i = 0; i < clocks->actors; i++)
            clock[i] = MAX(clock[i], clocks->sent[record->cause][i]);
    bool is_end = record->kind == TRACE_ARRIVE || record->kind == TRACE_DROP;
    if (is_end && record->cause < clocks->sent_room) { /* a sending ends once */
        free(clocks->sent[record->cause]);
        clocks->sent[record->cause] = NULL;
    }
    clock[actor]++;
    if (record->kind == TRACE_SEND || record->kind == TRACE_DUPLICATE)
        keep_sent(clocks, record->number, clock);
    if (record->time < exporter->request->from || record->time > exporter->request->to)
        return;
    export_sentence(exporter, record, sentence, sizeof sentence);
    fprintf(exporter->out, "%s\n%s ", sentence, export_actor_name(exporter, actor));
    write_clock(exporter, clock);
}

static void end(struct exporter *exporter)
{
    (void)exporter;
}

static void drop(struct exporter *exporter)
{
    struct clocks *clocks = exporter->state;
    for (uint64_t i = 0; i < clocks->sent_room; i++)
        free(clocks->sent[i]);
    free(clocks->sent);
    free(clocks->now);
    free(clocks);
}

const struct export_format export_shiviz = {
    .name = "shiviz",
    .endings = ".log",
    .what = "a log for ShiViz (its default pattern), with vector clocks",
    .begin = begin,
    .take = take,
    .end = end,
    .drop = drop};

/*
 * export_plain.c: small text formats: Mermaid, Graphviz and CSV.
 *
 * Mermaid shows who told whom what between --from and --to, without heartbeats. Graphviz
 * shows the ring: a cycle of tokens, each with its owner. CSV counts, bucket by bucket.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/export.h"
#include "db/message.h"

/* --- Mermaid ----------------------------------------------------------------------------- */

static void begin_mermaid(struct exporter *exporter)
{
    fputs("sequenceDiagram\n    %% heartbeats are left out\n", exporter->out);
    for (uint32_t i = 0; i < export_actor_count(exporter); i++)
        fprintf(exporter->out, "    participant %s\n", export_actor_name(exporter, i));
}

/* A semicolon or a hash would end the line for Mermaid. */
static void write_mermaid_text(FILE *out, const char *text)
{
    for (; *text; text++)
        fputc(*text == ';' || *text == '#' ? ',' : *text, out);
    fputc('\n', out);
}

static void take_mermaid(struct exporter *exporter, const struct trace_record *record)
{
    bool is_message = record->kind == TRACE_ARRIVE || record->kind == TRACE_DROP;
    char sentence[400];
    if (record->time < exporter->request->from || record->time > exporter->request->to)
        return;
    const char *actor =
        export_actor_name(exporter, export_actor_index(exporter, record->actor));
    if (is_message) {
        const struct wire_layout *info = &message_table[record->field[0]];
        if (info->letter[0] == 'H')
            return;
        uint32_t peer_index = export_actor_index(exporter, (uint32_t)record->field[1]);
        const char *peer = export_actor_name(exporter, peer_index);
        if (record->kind == TRACE_ARRIVE)
            fprintf(exporter->out, "    %s->>%s: %s\n", peer, actor, info->name);
        else
            fprintf(exporter->out, "    %s-x%s: %s, lost\n", actor, peer, info->name);
        return;
    }
    switch (record->kind) {
    case TRACE_INVOKE: case TRACE_TOLD: case TRACE_GIVE_UP: case TRACE_CRASH: case TRACE_PAUSE:
    case TRACE_RESUME: case TRACE_PARTITION: case TRACE_CUT: case TRACE_HEAL: case TRACE_CLOCK:
    case TRACE_DISK_FAULT: case TRACE_SLOW: break;
    default: return;
    }
    export_sentence(exporter, record, sentence, sizeof sentence);
    fprintf(exporter->out, "    Note over %s: ", actor);
    write_mermaid_text(exporter->out, sentence);
}

/* --- Graphviz ------------------------------------------------------------------------------ */

static void take_nothing(struct exporter *exporter, const struct trace_record *record)
{
    (void)exporter;
    (void)record;
}

static void begin_nothing(struct exporter *exporter)
{
    (void)exporter;
}

static void end_dot(struct exporter *exporter)
{
    const struct placement *ring = &exporter->world->state->placement;
    fputs("digraph ring {\n    layout=circo;\n    node [shape=ellipse];\n", exporter->out);
    for (uint32_t i = 0; i < ring->range_count; i++) {
        uint32_t owner;
        placement_replicas(ring, i, 1, true, &owner);
        fprintf(exporter->out, "    t%u [label=\"%s\\n%016llx\"];\n", i,
                export_actor_name(exporter, owner),
                (unsigned long long)placement_range(ring, i).to);
    }
    for (uint32_t i = 0; i < ring->range_count; i++)
        fprintf(exporter->out, "    t%u -> t%u;\n", i, (i + 1) % ring->range_count);
    fputs("}\n", exporter->out);
}

/* --- CSV -------------------------------------------------------------------------------------- */

struct bucket {
    vtime begins;
    uint64_t invoked, ok, unavailable, timeout, sent, arrived, dropped;
};

static void write_bucket(struct exporter *exporter)
{
    struct bucket *bucket = exporter->state;
    vtime next = bucket->begins + exporter->request->every;
    fprintf(exporter->out, "%llu.%09llu,%llu,%llu,%llu,%llu,%llu,%llu,%llu\r\n",
            (unsigned long long)(bucket->begins / SECOND),
            (unsigned long long)(bucket->begins % SECOND), (unsigned long long)bucket->invoked,
            (unsigned long long)bucket->ok, (unsigned long long)bucket->unavailable,
            (unsigned long long)bucket->timeout, (unsigned long long)bucket->sent,
            (unsigned long long)bucket->arrived, (unsigned long long)bucket->dropped);
    *bucket = (struct bucket){.begins = next};
}

static void begin_csv(struct exporter *exporter)
{
    struct bucket *bucket = calloc(1, sizeof *bucket);
    CHECK_WHY(bucket != NULL, "out of memory");
    bucket->begins = exporter->request->from;
    exporter->state = bucket;
    fputs("time_s,invoked,ok,unavailable,timeout,sent,arrived,dropped\r\n", exporter->out);
}

static void take_csv(struct exporter *exporter, const struct trace_record *record)
{
    struct bucket *bucket = exporter->state;
    if (record->time < exporter->request->from || record->time > exporter->request->to)
        return;
    while (record->time >= bucket->begins + exporter->request->every)
        write_bucket(exporter);
    switch (record->kind) {
    case TRACE_INVOKE: bucket->invoked++; break;
    case TRACE_SEND: bucket->sent++; break;
    case TRACE_ARRIVE: bucket->arrived++; break;
    case TRACE_DROP: bucket->dropped++; break;
    case TRACE_GIVE_UP: bucket->timeout++; break;
    case TRACE_TOLD:
        bucket->ok += record->field[0] == OUTCOME_OK;
        bucket->unavailable += record->field[0] == OUTCOME_UNAVAILABLE;
        bucket->timeout += record->field[0] == OUTCOME_TIMEOUT;
        break;
    default: break;
    }
}

static void end_csv(struct exporter *exporter)
{
    write_bucket(exporter);
}

static void drop_csv(struct exporter *exporter)
{
    free(exporter->state);
}

const struct export_format export_mermaid = {.name = "mermaid",
                                             .endings = ".mmd .mermaid",
                                             .what = "a sequence diagram, without heartbeats",
                                             .begin = begin_mermaid,
                                             .take = take_mermaid,
                                             .end = begin_nothing};
const struct export_format export_dot = {.name = "dot",
                                         .endings = ".dot .gv",
                                         .what = "the ring of tokens for Graphviz",
                                         .begin = begin_nothing,
                                         .take = take_nothing,
                                         .end = end_dot};
const struct export_format export_counts = {.name = "csv-counts",
                                            .endings = ".counts.csv",
                                            .what = "operations and messages counted over time",
                                            .begin = begin_csv,
                                            .take = take_csv,
                                            .end = end_csv,
                                            .drop = drop_csv};

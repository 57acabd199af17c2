/*
 * export_plain.c: small text formats: Mermaid and Graphviz.
 *
 * Mermaid shows who told whom what between --from and --to, without heartbeats. Graphviz
 * shows the ring: a cycle of tokens, each with its owner.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/export/export.h"
#include "db/message.h"

/* --- Mermaid ----------------------------------------------------------------------------- */

/* A client may be called "end", which is a word of Mermaid's: so each has an identifier as well. */
static void begin_mermaid(struct exporter *exporter)
{
    fputs("sequenceDiagram\n    %% heartbeats are left out\n", exporter->out);
    for (uint32_t i = 0; i < export_actor_count(exporter); i++)
        fprintf(exporter->out, "    participant p%u as %s\n", i, export_actor_name(exporter, i));
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
    uint32_t actor = export_actor_index(exporter, record->actor);
    if (is_message) {
        const struct wire_layout *info = &message_table[record->field[0]];
        if (info->letter[0] == 'H')
            return;
        uint32_t peer = export_actor_index(exporter, (uint32_t)record->field[1]);
        if (record->kind == TRACE_ARRIVE)
            fprintf(exporter->out, "    p%u->>p%u: %s\n", peer, actor, info->name);
        else
            fprintf(exporter->out, "    p%u-xp%u: %s, lost\n", actor, peer, info->name);
        return;
    }
    switch (record->kind) {
    case TRACE_INVOKE: case TRACE_TOLD: case TRACE_GIVE_UP: case TRACE_CRASH: case TRACE_PAUSE:
    case TRACE_RESUME: case TRACE_PARTITION: case TRACE_CUT: case TRACE_HEAL: case TRACE_CLOCK:
    case TRACE_HEAL_LINK: case TRACE_DISK_FAULT: case TRACE_SLOW: break;
    default: return;
    }
    export_sentence(exporter, record, sentence, sizeof sentence);
    fprintf(exporter->out, "    Note over p%u: ", actor);
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

/*
 * export.h: a run in the formats of other tools.
 *
 * Each format is three functions that are fed a run: its beginning, each record in order, and
 * its end. They keep what they need in `state` and write to `out`; the same run gives the
 * same bytes.
 */
#ifndef CLI_EXPORT_H
#define CLI_EXPORT_H

#include "cli/cli.h"

struct exporter {
    const struct world *world;
    FILE *out;
    vtime from, to; /* records outside are left out */
    vtime every;    /* csv: width of a bucket */
    void *state;
};

struct export_format {
    const char *name;
    const char *what;
    void (*begin)(struct exporter *exporter);
    void (*take)(struct exporter *exporter, const struct trace_record *record);
    void (*end)(struct exporter *exporter);
};

extern const struct export_format export_shiviz, export_chrome, export_mermaid, export_dot,
    export_csv;

/* Nodes first, then clients, then the world. */
uint32_t export_actor_count(const struct exporter *exporter);
uint32_t export_actor_index(const struct exporter *exporter, uint32_t actor);
const char *export_actor_name(const struct exporter *exporter, uint32_t index);

/* The record's sentence. */
void export_sentence(const struct exporter *exporter, const struct trace_record *record,
                     char *sentence, uint32_t size);

#endif

/*
 * export.h: a run in the formats of other tools, as images, and as films.
 *
 * A format of records is functions that are fed a run: its beginning, each record in order,
 * each step, and its end. They keep what they need in `state` and write to `out`. The other
 * formats are pictures of moments: one (an image) or many (a film). The same run and the same
 * request give the same bytes.
 *
 *     request --> job --> slices of work --> a file, whole or not at all
 *
 * A job is done in slices, so that a command line can tell how far it is, and a window can go
 * on meanwhile and call it off.
 */
#ifndef CLI_EXPORT_H
#define CLI_EXPORT_H

#include "cli/cli.h"
#include "cli/play/look.h"

#define EXPORT_ROWS_MAX 100000u /* of a table whose rows are stretches of time */

/* What is to be written. Everything that it points to outlives the job. */
struct export_request {
    const char *path; /* NULL: standard output */
    vtime from, to;   /* records, or moments of a film, outside are left out */
    /* the run, for records */
    struct scenario *scenario;
    uint64_t seed;
    const struct intervention *interventions; /* NULL: those of the scenario */
    uint32_t intervention_count;
    vtime every; /* csv: width of a row; 0: as fits */
    /* the app that pictures are taken of; a film leaves it at the moment where it was */
    struct app *app;
    struct look look;  /* size */
    vtime length;      /* of a film, in the time of whoever watches it */
    uint32_t fps;      /* frames of a film in a second of that */
};

struct exporter {
    const struct export_request *request;
    struct run *run;
    const struct world *world; /* the run's */
    FILE *out;
    void *state;
};

enum export_kind { EXPORT_RECORDS, EXPORT_IMAGE, EXPORT_FILM };

struct export_format {
    const char *name;    /* --format NAME */
    const char *endings; /* of file names, with their dots: ".htm .html" */
    uint8_t kind;        /* enum export_kind */
    const char *what;
    /* of records */
    void (*begin)(struct exporter *exporter);
    void (*take)(struct exporter *exporter, const struct trace_record *record);
    void (*step)(struct exporter *exporter); /* after each step; may be NULL */
    void (*end)(struct exporter *exporter);  /* the run is over: write what is left */
    void (*drop)(struct exporter *exporter); /* free the state; may be NULL */
    /* of an image */
    bool (*write)(const struct look *look, struct app *app, FILE *out);
};

extern const struct export_format export_html, export_shiviz, export_chrome, export_mermaid,
    export_dot, export_metrics, export_counts, export_records;

/* All of them; NULL at the end. */
extern const struct export_format *const export_formats[];

/* By name, or by the ending of a file's name; NULL: there is none. */
const struct export_format *export_format_named(const char *name);
const struct export_format *export_format_of_file(const char *path);

/* --- jobs ----------------------------------------------------------------------------------- */

enum export_progress { EXPORT_GOES_ON, EXPORT_DONE, EXPORT_FAILED };

struct export_job;

/* NULL and one sentence in `said` when it cannot begin. */
struct export_job *export_open(const struct export_request *request,
                               const struct export_format *format, char *said, size_t said_size);

/* A slice of the work, some milliseconds. Once it is done or has failed, `said` has one
 * sentence, and there is nothing left but to close it. */
enum export_progress export_step(struct export_job *job, char *said, size_t said_size);

/* How much is done, 0 to 1. */
double export_part_done(const struct export_job *job);

/* Ends a job; one that is not done leaves no file behind. */
void export_close(struct export_job *job);

/* --- for formats of records ----------------------------------------------------------------- */

/* Nodes first, then clients, then the world. */
uint32_t export_actor_count(const struct exporter *exporter);
uint32_t export_actor_index(const struct exporter *exporter, uint32_t actor);
const char *export_actor_name(const struct exporter *exporter, uint32_t index);

/* The record's sentence. */
void export_sentence(const struct exporter *exporter, const struct trace_record *record,
                     char *sentence, uint32_t size);

#endif

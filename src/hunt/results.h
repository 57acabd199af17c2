/*
 * results.h: a file of results that is continued: what is in it already, and what is added.
 *
 * Lines are only ever added at the end, each by one write, so a program that is killed leaves at
 * most a last line that is torn; opening the file again cuts that off, and its run is run again.
 * Two programs never write the same file at once.
 *
 * The file is not kept in memory: of each run only where its line stands.
 */
#ifndef HUNT_RESULTS_H
#define HUNT_RESULTS_H

#include "base/table.h"
#include "hunt/result.h"

struct results {
    const char *path;
    int file; /* -1: there is none */
    uint64_t size;
    uint64_t run_count;
    uint64_t torn_bytes; /* cut off when it was opened */
    struct region region;
    struct table *places; /* of runs: identity to the offset of the line */
    bool has_header;
};

/* Open for continuing it, or make it; `wanted` is what is going to be run. False and a sentence
 * when it cannot be, is no file of results, or is about other runs: then it is as it was. */
bool results_open(struct results *results, const char *path, const struct result_header *wanted,
                  struct json_error *error);

/* A line of a file. */
struct results_line {
    uint64_t number; /* from 1 */
    uint64_t place;  /* offset of its first byte */
    const char *text;
    size_t size;
};

/* Told of each line of a file, in order; false, with a sentence, ends the reading. */
struct results_reader {
    bool (*header)(void *host, const struct result_header *header, struct json_error *error);
    bool (*run)(void *host, const struct result *result, const struct results_line *line,
                struct json_error *error);
    void *host;
};

/* Read a whole file and leave it alone. *torn_bytes: of a last line that is not whole. False and a
 * sentence when it is none. */
bool results_read(const char *path, const struct results_reader *reader, uint64_t *torn_bytes,
                  struct json_error *error);

void results_close(struct results *results);

/* Where the line of a run stands; UINT64_MAX: it is not there. */
uint64_t results_find(const struct results *results, const char *scenario, uint64_t seed);

/* The line that stands there, with its NUL, for the caller to free. */
char *results_line(const struct results *results, uint64_t place, size_t *size);

/* Add a line (without its newline). False: it could not be written (errno). */
bool results_add(struct results *results, const char *line, size_t size);

uint64_t results_identity(const char *scenario, uint64_t seed);

#endif

/*
 * html_data.h: what a page knows of a run, kept while the run goes by and written as JSON.
 *
 * A page of a hundred thousand records must stay small, so a text stands in it once (a table of
 * strings), and what there is of every record stands in columns of small numbers:
 *
 *     "strings": ["n1", "write", "c1#12", ...]
 *     "records": {"time": [0, 20000, 0, ...], "actor": [5, 0, 0, ...], "a": [1, 7, -1, ...]}
 *
 * The columns `step` and `time` hold the difference from the record before.
 */
#ifndef CLI_HTML_DATA_H
#define CLI_HTML_DATA_H

#include <stdint.h>
#include <stdio.h>

/* Numbers that grow; {0} to begin. */
struct html_column {
    int64_t *numbers;
    uint32_t count, room;
};

void html_column_add(struct html_column *column, int64_t number);
void html_column_free(struct html_column *column);

/* Texts, each once, in the order in which they came first; {0} to begin. */
struct html_strings {
    char *characters;
    uint32_t size, size_room;
    uint32_t *starts;
    uint32_t count, room;
    uint32_t *slots; /* by hash: index + 1; a power of two of them */
    uint32_t slot_count;
};

uint32_t html_strings_index(struct html_strings *strings, const char *text);
void html_strings_free(struct html_strings *strings);

/* As JSON inside a <script>: nothing in it can end the element. */
void html_write_string(FILE *out, const char *text);
void html_write_column(FILE *out, const char *name, const struct html_column *column);
void html_write_strings(FILE *out, const char *name, const struct html_strings *strings);

#endif

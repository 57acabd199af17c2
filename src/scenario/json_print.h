/*
 * json_print.h: text that grows, and a document written in its canonical form.
 *
 * Two documents that differ only in blanks and in the spelling of characters
 * ("\u0041" or "A") print alike. Numbers stay as they were written: a double
 * between them and the paper would lose digits.
 *
 *     {
 *       "name": "three nodes",
 *       "faults": [
 *         { "at": "2s", "crash": "n1" },       short and no object inside: on one line
 *         { "at": "5s", "restart": "n1" }
 *       ]
 *     }
 */
#ifndef SCENARIO_JSON_PRINT_H
#define SCENARIO_JSON_PRINT_H

#include "base/base.h"

/* Bytes on the heap, ended by NUL from the first call on. Starts as {0}; whoever
 * made it frees `data`. */
struct json_out {
    char *data;
    size_t size; /* without the NUL */
    size_t capacity;
};

void json_out_bytes(struct json_out *out, const char *bytes, size_t size);
void json_out_str(struct json_out *out, const char *string);

/* A NUL-ended UTF-8 string as a JSON string. */
void json_out_quoted(struct json_out *out, const char *string);

struct json_doc;
void json_print_document(struct json_out *out, const struct json_doc *doc);

/* One value of a document, in the same form; nothing when it is missing. */
struct json_value;
void json_print_value(struct json_out *out, struct json_value value);

#endif

/*
 * json_parts.h: what a document is made of; for the json_*.c files only.
 *
 *     sources      0: the file      1: --set a.b=5       2: --set ...
 *                     its text         {"b": 5}
 *                       ▲                 ▲
 *     places       0 1 2 3 4 ...       17 18             one a value: source, offsets, owner
 *                  ▲ ▲
 *     cJSON tree   item->valueint is the index of the item's place
 *
 * cJSON gives each item an int that it calls deprecated and that nobody needs
 * here, since numbers are read from the text they were written in; so the way
 * from an item to its place is one index, without a second tree or a hash table.
 *
 * An override is a small text of its own, parsed and planted by the same
 * functions as the file. Places of values that it replaced stay behind unused.
 */
#ifndef SCENARIO_JSON_PARTS_H
#define SCENARIO_JSON_PARTS_H

#include <cjson/cJSON.h>

#include "scenario/json_scan.h"

#define JSON_NO_PLACE    UINT32_MAX
#define JSON_SHOWN_LIMIT 40 /* characters of a user's word inside a sentence */

struct json_source {
    char *label;   /* the file's name, or "--set path=value" */
    char *path;    /* where --set planted it; NULL for the file */
    char *text;    /* ended by NUL */
    uint32_t size; /* without the NUL */
};

struct json_place {
    struct json_mark mark;
    uint32_t source_index;
    uint32_t owner_index; /* of the object or array around it, or JSON_NO_PLACE */
    const cJSON *item;
};

struct json_doc {
    cJSON *root;
    struct json_source *sources;
    struct json_place *places;
    uint32_t source_count, source_capacity;
    uint32_t place_count, place_capacity;
};

/* Add a source (its strings now belong to the document) and parse it for a
 * place under `owner_index`, `depth` levels down. The tree, not yet attached to
 * anything; or NULL with the sentence, and sources and places as before. */
cJSON *json_plant(struct json_doc *doc, struct json_source source, uint32_t owner_index,
                  uint32_t depth, struct json_error *error);

const struct json_place *json_place_of(const struct json_doc *doc, const cJSON *item);

/* The value as it stands in its source, `size` bytes without a NUL. */
const char *json_written(const struct json_doc *doc, const cJSON *item);
size_t json_written_size(const struct json_doc *doc, const cJSON *item);

/* Begin the error's sentence with the place: "file:line:col: " or "--set a=b: ". */
void json_put_place(struct text *words, const struct json_source *source, uint32_t offset);

/* Add the path of an item, "faults[2].at", or "the top level". A long one loses
 * its beginning. */
void json_put_path(struct text *words, const struct json_doc *doc, const cJSON *item);

char *json_copy(const char *bytes, size_t size);

#endif

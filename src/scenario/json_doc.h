/*
 * json_doc.h: read a JSON file that a person wrote, and answer mistakes well.
 *
 * A document is loaded whole or not at all, strictly after RFC 8259. It knows
 * where each of its values stands, so every complaint is one sentence:
 *
 *   scenarios/a.json:12:17: network.delay: expected a time such as "2ms", found 5
 *   '------- place -------'  '--- path --'  '----------- what is wrong -----------'
 *   --set network.lss=30%: unknown key "lss" in network, ...; did you mean "loss"?
 *
 * The path is the one that --set takes. Lines and columns count from 1, and a
 * column is one code point (a tab is one too).
 *
 * Reading goes through three small values, all passed around by copy:
 *
 *   json_root ──> struct json_value ── json_object_open ──> struct json_object
 *                    │      ▲  ▲                                │ get, need, next
 *     json_read_int  │      │  └────────────────────────────────┘
 *     json_read_time │      └───────── struct json_array <── json_array_open
 *     ...            ▼                       next
 *
 *   struct json_error error = {0};
 *   struct json_object top = json_object_open(json_root(doc, &error));
 *   nodes = json_read_int(json_object_need(&top, "nodes"), 1, 1000, 0);
 *   struct json_object net = json_object_open(json_object_get(&top, "network"));
 *   loss = json_read_share(json_object_get(&net, "loss"), 0, 1000000000, 0);
 *   json_object_finish(&net);
 *   json_object_finish(&top);
 *   if (json_has_error(&error)) ...       one test, at the end, is enough
 *
 * The first error wins. After it every read gives its fallback, every object
 * is empty and every array has ended, so a loader needs no test between the
 * reads; it must test once before it uses what it has read.
 *
 * Memory: a document owns its text, its tree and every string handed out; all
 * of them, and all values and cursors, end with json_doc_free. Values that were
 * read before a json_doc_set are void after it: set first, then read. When
 * memory runs out the program stops (CHECK).
 *
 * Left out: writing values, streaming, JSON with comments, keys with '.', '['
 * or ']' in --set. Read next: json_scan.h (what is strict), json_read.c.
 */
#ifndef SCENARIO_JSON_DOC_H
#define SCENARIO_JSON_DOC_H

#include "base/base.h"

#define JSON_SIZE_LIMIT   ((size_t)16 << 20) /* bytes of one text */
#define JSON_DEPTH_LIMIT  64                 /* objects and arrays inside each other */
#define JSON_VALUE_LIMIT  1000000            /* values in one text: bounds the tree's memory */
#define JSON_NUMBER_LIMIT 60                 /* characters of one number */
#define JSON_KEYS_LIMIT   64                 /* different keys that one kind of object may have */

/* One sentence without a newline, always ended by NUL and valid UTF-8; empty
 * while nothing went wrong. Start it as {0}. */
struct json_error {
    char text[512];
};

static inline bool json_has_error(const struct json_error *error)
{
    return error->text[0] != '\0';
}

struct json_doc;
struct cJSON;

/* ------------------------------------------------------------ documents */

/* All of these do nothing, and fail, when *error holds an earlier error. */

/* Read a file (or a pipe). NULL and a sentence when it cannot be read or is
 * not strict JSON; a misspelt file name is answered with the nearest one. */
struct json_doc *json_doc_load(const char *path, struct json_error *error);

/* The same from memory; `name` stands in for the file's name. Both the name and
 * the text are copied. The text needs no NUL at its end. */
struct json_doc *json_doc_parse(const char *name, const char *text, size_t size,
                                struct json_error *error);

/* NULL is allowed. */
void json_doc_free(struct json_doc *doc);

/* Override one value, for `--set path=value`. The path is keys and indexes,
 * "network.loss" or "nodes[2].cores"; [+] adds an item at an array's end, and
 * missing objects on the way are made (a misspelt one is reported later, by
 * json_object_finish). The value is JSON when it is valid JSON, and otherwise a
 * string, so 30% needs no quotes; what begins with '{', '[' or '"' must be valid.
 * False and a sentence, with the document unchanged, when it does not work.
 * Complaints about the new value name the --set instead of a line. */
bool json_doc_set(struct json_doc *doc, const char *path, const char *value,
                  struct json_error *error);

/* The same for the whole argument "path=value", split at the first '='. */
bool json_doc_set_argument(struct json_doc *doc, const char *argument, struct json_error *error);

/* Take a member of the top level out, if it is there. Afterwards the document is for printing. */
void json_doc_remove(struct json_doc *doc, const char *key);

/* The effective text, overrides included, in its canonical form: keys in the
 * document's order, two spaces a level, what is short and holds no object
 * on one line, numbers as written, a newline at the end. Reading it and printing it
 * again gives the same bytes. The caller frees it with free(); *size (may be
 * NULL) is its length without the NUL. It can be longer than the text that was
 * read, so a document close to JSON_SIZE_LIMIT may not be readable again. */
char *json_doc_print(const struct json_doc *doc, size_t *size);

/* The name that the document was loaded under. */
const char *json_doc_name(const struct json_doc *doc);

/* --------------------------------------------------------------- values */

/* One value, or the place where one is missing. Made by json_root, json_object_*
 * and json_array_next; its fields are for this module only. */
struct json_value {
    struct json_doc *doc;
    struct json_error *error;
    const struct cJSON *item;  /* NULL: there is no such value */
    const struct cJSON *owner; /* the object that lacks it, when item is NULL */
    const char *key;           /* its key there */
    const struct cJSON *near;  /* what may have been meant for it, or NULL */
    bool is_required;
};

enum json_kind {
    JSON_MISSING,
    JSON_NULL,
    JSON_BOOL,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT
};

/* The whole document; errors of everything read from here go to *error. */
struct json_value json_root(struct json_doc *doc, struct json_error *error);

/* For keys that accept more than one kind. */
enum json_kind json_value_kind(struct json_value value);

/* The key a value stands under, NULL for the root and for items of arrays. */
const char *json_value_key(struct json_value value);

/* Where the value begins, for messages that come later. Line 0: from a --set, or
 * missing. Counts from the start of the text, so not for inner loops. */
struct json_position {
    uint32_t line;
    uint32_t column;
};
struct json_position json_value_position(struct json_value value);

/* The user's mistake, in the loader's own words: "PLACE: PATH: " is put before.
 * Does nothing after an earlier error. Always false, for `return json_fail(...)`. */
__attribute__((format(printf, 2, 3))) bool json_fail(struct json_value value, const char *format,
                                                     ...);

/* ---------------------------------------------------------------- reads */

/* Each gives `fallback` when the value is missing and was only asked for with
 * json_object_get, and after any error. Ranges include both ends. */

bool json_read_bool(struct json_value value, bool fallback);

/* Digits only: 2.0 and 1e3 are answered with a hint. */
int64_t json_read_int(struct json_value value, int64_t min, int64_t max, int64_t fallback);

/* A plain number without a unit, such as an exponent, exactly in billionths: 0.99
 * gives 990,000,000. Not negative, at most nine decimals, no 1e-3. */
uint64_t json_read_decimal(struct json_value value, uint64_t min_billionths,
                           uint64_t max_billionths, uint64_t fallback_billionths);

/* Quantities: strings with a unit, as base/units.h reads them: a time "2ms", a
 * span "-5s", a size "16KiB", a share "30%" (0 to 10^9 parts per billion), a drift
 * "-100ppm" (-10^9 to 10^9). A bare number is a mistake: it does not say its unit. */
vtime json_read_time(struct json_value value, vtime min_ns, vtime max_ns, vtime fallback_ns);
int64_t json_read_span(struct json_value value, int64_t min_ns, int64_t max_ns,
                       int64_t fallback_ns);
uint64_t json_read_size(struct json_value value, uint64_t min_bytes, uint64_t max_bytes,
                        uint64_t fallback_bytes);
uint32_t json_read_share(struct json_value value, uint32_t min_ppb, uint32_t max_ppb,
                         uint32_t fallback_ppb);
int64_t json_read_drift(struct json_value value, int64_t min_ppb, int64_t max_ppb,
                        int64_t fallback_ppb);

/* What a string may be. `what` names it with its article ("a node's name");
 * `allowed` lists ASCII characters and ranges ("a-z0-9_-", a '-' stands last),
 * NULL allows all; lengths are in bytes. */
struct json_string_rule {
    const char *what;
    const char *allowed;
    uint32_t min_bytes;
    uint32_t max_bytes;
};

/* Decoded, NUL-ended, without inner NUL; owned by the document. */
const char *json_read_string(struct json_value value, const struct json_string_rule *rule,
                             const char *fallback);

/* The same test for the key of a value that json_object_next gave. */
const char *json_read_key(struct json_value value, const struct json_string_rule *rule);

/* The index of the string in `words`; the nearest word is suggested. Also for
 * words that the document itself defines, such as its nodes' names. */
uint32_t json_read_word(struct json_value value, const char *const *words, uint32_t word_count,
                        uint32_t fallback_index);

/* -------------------------------------------------------------- objects */

/* An object being read. It remembers each key it was asked for; those are the
 * keys that json_object_finish allows. So ask for every key that is legal here,
 * present or not, and finish after the last. */
struct json_object {
    struct json_value value; /* value.item is NULL: missing, reads as empty */
    const char *known[JSON_KEYS_LIMIT];
    uint32_t known_count;
    bool is_map;              /* json_object_next was used: any key is allowed */
    const struct cJSON *next; /* where json_object_next goes on */
};

/* A missing optional value opens as an empty object, whose reads all fall back. */
struct json_object json_object_open(struct json_value value);

/* False for an optional object that is missing (and after an error). */
bool json_object_is_present(const struct json_object *object);

/* The value of an optional key, or of a required one: then the read complains
 * when it is missing, and says what it expected. `key` is kept until finish. */
struct json_value json_object_get(struct json_object *object, const char *key);
struct json_value json_object_need(struct json_object *object, const char *key);

/* Is the key there? Makes it known, as get does. */
bool json_object_has(struct json_object *object, const char *key);

/* Keys that exclude each other: the index of the one that is present, or -1. Two
 * are a mistake, and so is none when one is required. Makes all of them known. */
int json_object_one_of(struct json_object *object, const char *const *keys, uint32_t key_count,
                       bool is_required);

/* For objects whose keys are names that the user chooses: gives the members in
 * the document's order, false after the last. Every key is then allowed. */
bool json_object_next(struct json_object *object, struct json_value *member);

/* Complain about the first key that nobody asked for, with the nearest known one
 * and the list of those allowed. True when there is no error at all so far. */
bool json_object_finish(struct json_object *object);

/* --------------------------------------------------------------- arrays */

struct json_array {
    struct json_value value;
    uint32_t count;           /* items; 0 when missing or after an error */
    const struct cJSON *next; /* where json_array_next goes on */
};

/* A missing optional value opens as an empty array, whatever `min_count` says. */
struct json_array json_array_open(struct json_value value, uint32_t min_count, uint32_t max_count);

/* The items in order, false after the last one and after an error. */
bool json_array_next(struct json_array *array, struct json_value *item);

#endif

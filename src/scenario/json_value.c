/*
 * json_value.c: a value, its place, and the sentence about it.
 *
 * A missing value has no place of its own, so its sentence points at the object
 * that lacks it. A value that came from the command line names its --set; the
 * path is left out where the --set already says it.
 *
 * Read next: json_cursor.c (objects and arrays), json_read.c (typed reads).
 */
#include "scenario/json_value.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "base/units.h"

#define FAIL_LIMIT       400 /* bytes of a loader's own words */
#define LIST_BYTES_LIMIT 180 /* of a list before the rest is only counted */

struct json_value json_root(struct json_doc *doc, struct json_error *error)
{
    return (struct json_value){
        .doc = doc, .error = error, .item = json_has_error(error) ? NULL : doc->root};
}

enum json_kind json_value_kind(struct json_value value)
{
    if (!value.item)
        return JSON_MISSING;
    switch (value.item->type & 0xff) {
    case cJSON_NULL: return JSON_NULL;
    case cJSON_Number: return JSON_NUMBER;
    case cJSON_String: return JSON_STRING;
    case cJSON_Array: return JSON_ARRAY;
    case cJSON_Object: return JSON_OBJECT;
    default: return JSON_BOOL;
    }
}

const char *json_value_key(struct json_value value)
{
    return value.item ? value.item->string : value.key;
}

struct json_position json_value_position(struct json_value value)
{
    if (!value.item)
        return (struct json_position){0, 0};
    const struct json_place *place = json_place_of(value.doc, value.item);
    const struct json_source *source = &value.doc->sources[place->source_index];
    if (source->path)
        return (struct json_position){0, 0};
    return json_text_position(source->text, place->mark.offset);
}

bool json_is_silent(struct json_value value)
{
    return json_has_error(value.error) || (!value.item && !value.is_required);
}

/* ---- Parts of a sentence ---- */

/* "file:line:col: " of an item; of nothing: the document's name alone. */
static void put_place_of(struct text *words, const struct json_doc *doc, const cJSON *item)
{
    if (!item) {
        json_put_place(words, &doc->sources[0], JSON_NO_OFFSET);
        return;
    }
    const struct json_place *place = json_place_of(doc, item);
    json_put_place(words, &doc->sources[place->source_index], place->mark.offset);
}

/* Does the --set that the item came from name the very same path? */
static bool is_path_told(const struct json_doc *doc, const cJSON *item)
{
    char told[JSON_SHOWN_LIMIT * 4];
    struct text path;
    const struct json_source *source = &doc->sources[json_place_of(doc, item)->source_index];
    if (!source->path)
        return false;
    text_init(&path, told, sizeof told);
    json_put_path(&path, doc, item);
    return strcmp(told, source->path) == 0;
}

void json_begin(struct json_value value, struct text *words)
{
    const struct json_doc *doc = value.doc;
    text_init(words, value.error->text, sizeof value.error->text);
    put_place_of(words, doc, value.item ? value.item : value.owner);
    if (value.item && !is_path_told(doc, value.item)) {
        json_put_path(words, doc, value.item);
        text_str(words, ": ");
    }
    if (!value.item && value.key) {
        json_show(words, value.key, strlen(value.key), JSON_SHOWN_LIMIT);
        text_str(words, ": ");
    }
}

static void put_found(struct text *words, struct json_value value)
{
    text_str(words, ", found ");
    if (cJSON_IsObject(value.item))
        text_str(words, value.item->child ? "an object" : "an empty object");
    else if (cJSON_IsArray(value.item))
        text_str(words, value.item->child ? "an array" : "an empty array");
    else if (cJSON_IsString(value.item))
        json_show_quoted(words, value.item->valuestring, JSON_SHOWN_LIMIT);
    else
        json_show(words, json_written(value.doc, value.item),
                  json_written_size(value.doc, value.item), JSON_NUMBER_LIMIT);
}

/* A key that is there, unknown so far, and one slip away from the missing one. */
static void put_near(struct text *words, struct json_value value)
{
    const struct json_place *place = json_place_of(value.doc, value.near);
    const struct json_source *source = &value.doc->sources[place->source_index];
    text_str(words, "; is ");
    json_show_quoted(words, value.near->string, JSON_SHOWN_LIMIT);
    if (!source->path) {
        text_str(words, " in line ");
        text_u64(words, json_text_position(source->text, place->mark.key_offset).line);
    }
    text_str(words, " meant for it?");
}

static void refuse_missing(struct json_value value, const char *expected)
{
    struct text words;
    text_init(&words, value.error->text, sizeof value.error->text);
    put_place_of(&words, value.doc, value.owner);
    text_str(&words, "missing key ");
    json_show_quoted(&words, value.key, JSON_SHOWN_LIMIT);
    text_str(&words, " in ");
    json_put_path(&words, value.doc, value.owner);
    text_str(&words, ", expected ");
    text_str(&words, expected);
    if (value.near)
        put_near(&words, value);
}

void json_refuse(struct json_value value, const char *expected, const char *hint)
{
    struct text words;
    if (json_is_silent(value))
        return;
    if (!value.item) {
        refuse_missing(value, expected);
        return;
    }
    json_begin(value, &words);
    text_str(&words, "expected ");
    text_str(&words, expected);
    put_found(&words, value);
    if (hint) {
        text_str(&words, " (");
        text_str(&words, hint);
        text_str(&words, ")");
    }
}

/* The loader's words may hold what a user wrote, so they go through json_show too. */
bool json_fail(struct json_value value, const char *format, ...)
{
    char raw[FAIL_LIMIT];
    struct text words;
    va_list arguments;
    if (json_has_error(value.error))
        return false;
    va_start(arguments, format);
    vsnprintf(raw, sizeof raw, format, arguments);
    va_end(arguments);
    json_begin(value, &words);
    json_show(&words, raw, strlen(raw), FAIL_LIMIT);
    return false;
}

/* ---- Lists of words ---- */

static uint32_t count_words(const char *const *list, uint32_t count)
{
    uint32_t words = 0;
    for (uint32_t i = 0; i < count; i++)
        words += list[i] != NULL;
    return words;
}

void json_put_list(struct text *words, const char *const *list, uint32_t count, const char *last)
{
    uint32_t left = count_words(list, count), start = words->size;
    for (uint32_t i = 0; i < count && left > 0; i++) {
        if (!list[i])
            continue;
        if (words->size - start > LIST_BYTES_LIMIT && left > 1) {
            text_str(words, " and ");
            text_u64(words, left);
            text_str(words, " others");
            return;
        }
        if (words->size > start)
            text_str(words, left > 1 ? ", " : last);
        json_show_quoted(words, list[i], JSON_SHOWN_LIMIT);
        left--;
    }
}

void json_put_nearest(struct text *words, const char *wrong, const char *const *list,
                      uint32_t count)
{
    struct nearest nearest = nearest_to(units_word(wrong));
    for (uint32_t i = 0; i < count; i++)
        if (list[i])
            nearest_offer_string(&nearest, list[i]);
    struct bytes word = nearest_word(&nearest);
    if (word.size == 0)
        return;
    text_str(words, "; did you mean \"");
    json_show(words, (const char *)word.data, word.size, JSON_SHOWN_LIMIT);
    text_str(words, "\"?");
}

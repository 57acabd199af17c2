/*
 * json_cursor.c: going through objects and arrays.
 *
 * An object cursor writes down every key that it is asked for, so the list of
 * allowed keys is the list of reads: it cannot go stale, and keys that are legal
 * only beside others ("at" of one kind of fault) are listed only there.
 *
 * After an error all of them come to their end: objects are empty, loops stop.
 */
#include <string.h>

#include "base/nearest.h"
#include "base/units.h"
#include "scenario/json_value.h"

#define NEAR_EDITS 2 /* a present key this close to a missing one is pointed out */

/* ---- Objects ---- */

struct json_object json_object_open(struct json_value value)
{
    struct json_object object = {.value = value};
    bool is_object = json_value_kind(value) == JSON_OBJECT && !json_is_silent(value);
    if (!is_object) {
        json_refuse(value, "an object", NULL);
        object.value.item = NULL;
    }
    object.next = is_object ? value.item->child : NULL;
    return object;
}

bool json_object_is_present(const struct json_object *object)
{
    return object->value.item && !json_has_error(object->value.error);
}

static bool is_known(const struct json_object *object, const char *key)
{
    for (uint32_t i = 0; i < object->known_count; i++)
        if (strcmp(object->known[i], key) == 0)
            return true;
    return false;
}

static void make_known(struct json_object *object, const char *key)
{
    if (is_known(object, key))
        return;
    CHECK_WHY(object->known_count < JSON_KEYS_LIMIT, "raise JSON_KEYS_LIMIT");
    object->known[object->known_count++] = key;
}

struct json_value json_object_get(struct json_object *object, const char *key)
{
    struct json_value member = {.doc = object->value.doc,
                                .error = object->value.error,
                                .owner = object->value.item,
                                .key = key};
    make_known(object, key);
    if (json_object_is_present(object))
        member.item = cJSON_GetObjectItemCaseSensitive(object->value.item, key);
    return member;
}

static const cJSON *find_near(const struct json_object *object, const char *key)
{
    const cJSON *near = NULL;
    uint32_t best = MIN((uint32_t)strlen(key) / 2, NEAR_EDITS);
    for (const cJSON *item = object->value.item->child; item; item = item->next) {
        uint32_t distance = nearest_distance(units_word(item->string), units_word(key));
        if (is_known(object, item->string) || distance > best || (near && distance == best))
            continue;
        best = distance;
        near = item;
    }
    return near;
}

struct json_value json_object_need(struct json_object *object, const char *key)
{
    struct json_value member = json_object_get(object, key);
    member.is_required = json_object_is_present(object);
    if (member.is_required && !member.item)
        member.near = find_near(object, key);
    return member;
}

bool json_object_has(struct json_object *object, const char *key)
{
    return json_object_get(object, key).item != NULL;
}

/* ---- Keys that exclude each other ---- */

/* Points at the later of the two in the text. */
static void refuse_both(const struct json_object *object, struct json_value a, struct json_value b)
{
    struct text words;
    bool is_b_later = json_place_of(a.doc, a.item) < json_place_of(b.doc, b.item);
    json_begin(is_b_later ? b : a, &words);
    text_str(&words, "expected only one of ");
    json_put_list(&words, (const char *[]){a.key, b.key}, 2, " and ");
    text_str(&words, " in ");
    json_put_path(&words, object->value.doc, object->value.item);
}

/* "crsh" stands there, and was meant for "crash". */
static void put_nearest_of(struct text *words, const struct json_object *object,
                           const char *const *keys, uint32_t key_count)
{
    uint32_t size = words->size;
    for (const cJSON *item = object->value.item->child; item && words->size == size;
         item = item->next)
        if (!is_known(object, item->string))
            json_put_nearest(words, item->string, keys, key_count);
}

static void refuse_none(const struct json_object *object, const char *const *keys,
                        uint32_t key_count)
{
    struct text words;
    json_begin(object->value, &words);
    text_str(&words, "expected the key ");
    json_put_list(&words, keys, key_count, " or ");
    text_str(&words, ", found none of them");
    put_nearest_of(&words, object, keys, key_count);
}

int json_object_one_of(struct json_object *object, const char *const *keys, uint32_t key_count,
                       bool is_required)
{
    struct json_value first = {0};
    int chosen = -1;
    for (uint32_t i = 0; i < key_count; i++) {
        struct json_value member = json_object_get(object, keys[i]);
        if (!member.item)
            continue;
        if (chosen >= 0) {
            refuse_both(object, first, member);
            return -1;
        }
        first = member;
        chosen = (int)i;
    }
    if (chosen < 0 && is_required && json_object_is_present(object))
        refuse_none(object, keys, key_count);
    return chosen;
}

/* ---- Any key, and the end ---- */

bool json_object_next(struct json_object *object, struct json_value *member)
{
    object->is_map = true;
    if (!object->next || !json_object_is_present(object))
        return false;
    *member = (struct json_value){
        .doc = object->value.doc, .error = object->value.error, .item = object->next};
    object->next = object->next->next;
    return true;
}

/* Only keys that are not there yet can have been meant by another one. */
static void put_nearest_key(struct text *words, const struct json_object *object, const char *wrong)
{
    const char *free_keys[JSON_KEYS_LIMIT];
    for (uint32_t i = 0; i < object->known_count; i++) {
        const char *key = object->known[i];
        bool is_taken = cJSON_GetObjectItemCaseSensitive(object->value.item, key) != NULL;
        free_keys[i] = is_taken ? NULL : key;
    }
    json_put_nearest(words, wrong, free_keys, object->known_count);
}

static void refuse_key(const struct json_object *object, const cJSON *unknown)
{
    struct text words;
    const struct json_doc *doc = object->value.doc;
    const struct json_place *place = json_place_of(doc, unknown);
    struct json_error *error = object->value.error;
    text_init(&words, error->text, sizeof error->text);
    json_put_place(&words, &doc->sources[place->source_index], place->mark.key_offset);
    text_str(&words, "unknown key ");
    json_show_quoted(&words, unknown->string, JSON_SHOWN_LIMIT);
    text_str(&words, " in ");
    json_put_path(&words, doc, object->value.item);
    text_str(&words, ", expected ");
    if (object->known_count == 0)
        text_str(&words, "no key at all");
    json_put_list(&words, object->known, object->known_count, " or ");
    put_nearest_key(&words, object, unknown->string);
}

bool json_object_finish(struct json_object *object)
{
    if (json_object_is_present(object) && !object->is_map) {
        for (const cJSON *item = object->value.item->child; item; item = item->next) {
            if (is_known(object, item->string))
                continue;
            refuse_key(object, item);
            break;
        }
    }
    return !json_has_error(object->value.error);
}

/* ---- Arrays ---- */

static void refuse_count(struct json_value value, uint32_t min_count, uint32_t max_count,
                         uint32_t count)
{
    struct text words;
    json_begin(value, &words);
    text_str(&words, "expected an array of ");
    if (min_count == max_count || max_count == UINT32_MAX) {
        text_str(&words, min_count == max_count ? "" : "at least ");
        text_u64(&words, min_count);
    } else {
        text_u64(&words, min_count);
        text_str(&words, " to ");
        text_u64(&words, max_count);
    }
    text_str(&words, (max_count == UINT32_MAX ? min_count : max_count) == 1 ? " item" : " items");
    text_str(&words, ", found ");
    text_u64(&words, count);
}

struct json_array json_array_open(struct json_value value, uint32_t min_count, uint32_t max_count)
{
    struct json_array array = {.value = value};
    if (json_is_silent(value))
        return array;
    if (json_value_kind(value) != JSON_ARRAY) {
        json_refuse(value, "an array", value.item ? "even a single item stands in [ ]" : NULL);
        return array;
    }
    uint32_t count = (uint32_t)cJSON_GetArraySize(value.item);
    if (count < min_count || count > max_count) {
        refuse_count(value, min_count, max_count, count);
        return array;
    }
    array.count = count;
    array.next = value.item->child;
    return array;
}

bool json_array_next(struct json_array *array, struct json_value *item)
{
    if (!array->next || json_has_error(array->value.error))
        return false;
    *item = (struct json_value){
        .doc = array->value.doc, .error = array->value.error, .item = array->next};
    array->next = array->next->next;
    return true;
}

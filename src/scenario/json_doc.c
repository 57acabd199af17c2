/*
 * json_doc.c: from a text to a document, and from a value back to its place.
 *
 *     text ──json_scan──> marks ─┐
 *       └────cJSON──────> tree ──┴─ planted: every item gets its place
 *
 * The scanner goes first, so cJSON only ever sees strict JSON, and both meet the
 * values in the same order; the CHECKs in plant_item hold them to it. What needs
 * decoded keys or numbers is tested on the tree: duplicate keys (sorted, so that
 * a hostile object of a million keys takes no million squared) and numbers that
 * a double cannot hold.
 *
 * Read next: json_set.c, which plants overrides; json_read.c, the typed reads.
 */
#include "scenario/json_doc.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/json_file.h"
#include "scenario/json_parts.h"
#include "scenario/json_print.h"

#define LABEL_SHOWN_LIMIT 160
#define PATH_SHOWN_BYTES  100

char *json_copy(const char *bytes, size_t size)
{
    char *copy = malloc(size + 1);
    CHECK_WHY(copy, "memory ran out while a JSON text was read");
    memcpy(copy, bytes, size);
    copy[size] = '\0';
    return copy;
}

static void *grow(void *list, uint32_t needed, uint32_t *capacity, size_t element_size)
{
    if (needed <= *capacity)
        return list;
    *capacity = MAX(needed, 2 * *capacity);
    list = realloc(list, *capacity * element_size);
    CHECK_WHY(list, "memory ran out while a JSON text was read");
    return list;
}

/* ---- Places and paths ---- */

const struct json_place *json_place_of(const struct json_doc *doc, const cJSON *item)
{
    CHECK(item->valueint >= 0 && (uint32_t)item->valueint < doc->place_count);
    CHECK(doc->places[item->valueint].item == item);
    return &doc->places[item->valueint];
}

const char *json_written(const struct json_doc *doc, const cJSON *item)
{
    const struct json_place *place = json_place_of(doc, item);
    return doc->sources[place->source_index].text + place->mark.offset;
}

size_t json_written_size(const struct json_doc *doc, const cJSON *item)
{
    const struct json_place *place = json_place_of(doc, item);
    return place->mark.end - place->mark.offset;
}

void json_put_place(struct text *words, const struct json_source *source, uint32_t offset)
{
    json_show(words, source->label, strlen(source->label), LABEL_SHOWN_LIMIT);
    if (!source->path && offset != JSON_NO_OFFSET) {
        struct json_position position = json_text_position(source->text, offset);
        text_char(words, ':');
        text_u64(words, position.line);
        text_char(words, ':');
        text_u64(words, position.column);
    }
    text_str(words, ": ");
}

static void out_index(struct json_out *out, const cJSON *container, const cJSON *item)
{
    char digits[24];
    struct text number;
    uint64_t index = 0;
    for (const cJSON *other = container->child; other != item; other = other->next)
        index++;
    text_init(&number, digits, sizeof digits);
    text_char(&number, '[');
    text_u64(&number, index);
    text_char(&number, ']');
    json_out_str(out, digits);
}

/* A key that would not read as one inside a path stands in quotes. */
static void out_key(struct json_out *out, const char *key)
{
    if (key[0] == '\0' || strpbrk(key, ".[]=\" ")) {
        json_out_str(out, "[\"");
        json_out_str(out, key);
        json_out_str(out, "\"]");
        return;
    }
    json_out_str(out, out->size > 0 ? "." : "");
    json_out_str(out, key);
}

static void out_path(struct json_out *out, const struct json_doc *doc, const cJSON *item)
{
    const struct json_place *place = json_place_of(doc, item);
    if (place->owner_index == JSON_NO_PLACE)
        return;
    const cJSON *owner = doc->places[place->owner_index].item;
    out_path(out, doc, owner);
    if (item->string)
        out_key(out, item->string);
    else
        out_index(out, owner, item);
}

void json_put_path(struct text *words, const struct json_doc *doc, const cJSON *item)
{
    struct json_out out = {0};
    json_out_str(&out, "");
    out_path(&out, doc, item);
    size_t start = out.size > PATH_SHOWN_BYTES ? out.size - PATH_SHOWN_BYTES : 0;
    while (((uint8_t)out.data[start] & 0xc0) == 0x80)
        start++; /* not in the middle of a character */
    if (start > 0)
        text_str(words, "...");
    json_show(words, out.size > 0 ? out.data + start : "the top level",
              out.size > 0 ? out.size - start : strlen("the top level"), UINT32_MAX);
    free(out.data);
}

/* ---- Tests that need the tree ---- */

static bool check_number(const struct json_doc *doc, const cJSON *item,
                         struct json_complaint *complaint)
{
    struct text words;
    if (!cJSON_IsNumber(item) || (item->valuedouble <= DBL_MAX && item->valuedouble >= -DBL_MAX))
        return true;
    json_complain(complaint, json_place_of(doc, item)->mark.offset, &words);
    text_str(&words, "expected a number up to 1.7e308, found ");
    json_show(&words, json_written(doc, item), json_written_size(doc, item), JSON_NUMBER_LIMIT);
    return false;
}

/* By key, then in document order: place indexes ascend. */
static int compare_keys(const void *a, const void *b)
{
    const cJSON *left = *(const cJSON *const *)a, *right = *(const cJSON *const *)b;
    int order = strcmp(left->string, right->string);
    return order ? order : (left->valueint > right->valueint) - (left->valueint < right->valueint);
}

/* Of all members that repeat a key the first in the document, and what it repeats. */
static const cJSON *find_repeated(const cJSON **sorted, uint32_t count, const cJSON **original)
{
    const cJSON *found = NULL;
    for (uint32_t i = 1; i < count; i++) {
        if (strcmp(sorted[i - 1]->string, sorted[i]->string) != 0)
            continue;
        if (!found || sorted[i]->valueint < found->valueint) {
            found = sorted[i];
            *original = sorted[i - 1];
        }
    }
    return found;
}

static bool refuse_repeated(const struct json_doc *doc, const cJSON *repeated,
                            const cJSON *original, struct json_complaint *complaint)
{
    struct text words;
    const struct json_place *first = json_place_of(doc, original);
    const char *text = doc->sources[first->source_index].text;
    json_complain(complaint, json_place_of(doc, repeated)->mark.key_offset, &words);
    text_str(&words, "expected each key once in an object, found ");
    json_show_quoted(&words, repeated->string, JSON_SHOWN_LIMIT);
    text_str(&words, " again (first in line ");
    text_u64(&words, json_text_position(text, first->mark.key_offset).line);
    text_str(&words, ")");
    return false;
}

static bool check_keys(const struct json_doc *doc, const cJSON *object,
                       struct json_complaint *complaint)
{
    uint32_t count = (uint32_t)cJSON_GetArraySize(object), i = 0;
    const cJSON *original = NULL, *repeated;
    const cJSON **sorted = malloc((count + 1) * sizeof *sorted);
    CHECK_WHY(sorted, "memory ran out while a JSON text was read");
    for (const cJSON *item = object->child; item; item = item->next)
        sorted[i++] = item;
    qsort(sorted, count, sizeof *sorted, compare_keys);
    repeated = find_repeated(sorted, count, &original);
    free(sorted);
    return !repeated || refuse_repeated(doc, repeated, original, complaint);
}

static bool check_tree(const struct json_doc *doc, const cJSON *item,
                       struct json_complaint *complaint)
{
    if (!check_number(doc, item, complaint))
        return false;
    if (cJSON_IsObject(item) && !check_keys(doc, item, complaint))
        return false;
    for (const cJSON *child = item->child; child; child = child->next)
        if (!check_tree(doc, child, complaint))
            return false;
    return true;
}

/* ---- Planting ---- */

/* Give the item and all inside it their places, in document order. */
static void plant_item(struct json_doc *doc, cJSON *item, uint32_t owner_index, uint32_t *next)
{
    uint32_t index = (*next)++;
    CHECK_WHY(index < doc->place_count, "cJSON found more values than json_scan");
    doc->places[index].item = item;
    doc->places[index].owner_index = owner_index;
    item->valueint = (int)index;
    for (cJSON *child = item->child; child; child = child->next)
        plant_item(doc, child, index, next);
}

/* Parse what the scanner has accepted, and join tree and marks. */
static cJSON *plant_tree(struct json_doc *doc, const struct json_marks *marks, uint32_t owner_index)
{
    uint32_t source_index = doc->source_count - 1, next = doc->place_count;
    const struct json_source *source = &doc->sources[source_index];
    cJSON *tree = cJSON_ParseWithLength(source->text, source->size);
    CHECK_WHY(tree, "cJSON refused what json_scan accepted, or memory ran out");
    doc->places = grow(doc->places, doc->place_count + marks->count, &doc->place_capacity,
                       sizeof *doc->places);
    for (uint32_t i = 0; i < marks->count; i++)
        doc->places[doc->place_count++] =
            (struct json_place){.mark = marks->list[i], .source_index = source_index};
    plant_item(doc, tree, owner_index, &next);
    CHECK_WHY(next == doc->place_count, "cJSON found fewer values than json_scan");
    return tree;
}

static cJSON *scan_and_plant(struct json_doc *doc, uint32_t owner_index, uint32_t depth,
                             struct json_complaint *complaint)
{
    const struct json_source *source = &doc->sources[doc->source_count - 1];
    struct json_marks marks = {0};
    cJSON *tree = NULL;
    if (json_scan(source->text, source->size, depth, &marks, complaint))
        tree = plant_tree(doc, &marks, owner_index);
    free(marks.list);
    if (tree && !check_tree(doc, tree, complaint)) {
        cJSON_Delete(tree);
        tree = NULL;
    }
    return tree;
}

static void free_source(struct json_source *source)
{
    free(source->label);
    free(source->path);
    free(source->text);
}

cJSON *json_plant(struct json_doc *doc, struct json_source source, uint32_t owner_index,
                  uint32_t depth, struct json_error *error)
{
    struct json_complaint complaint;
    struct text words;
    uint32_t places_before = doc->place_count;
    doc->sources =
        grow(doc->sources, doc->source_count + 1, &doc->source_capacity, sizeof *doc->sources);
    doc->sources[doc->source_count++] = source;
    cJSON *tree = scan_and_plant(doc, owner_index, depth, &complaint);
    if (tree)
        return tree;
    text_init(&words, error->text, sizeof error->text);
    json_put_place(&words, &source, complaint.offset);
    text_str(&words, complaint.text);
    free_source(&source);
    doc->source_count--;
    doc->place_count = places_before;
    return NULL;
}

/* ---- Documents ---- */

/* Takes over `text`. A text that is too long never gets as far as a cast. */
static struct json_doc *parse_owned(const char *name, char *text, size_t size,
                                    struct json_error *error)
{
    struct json_doc *doc = calloc(1, sizeof *doc);
    CHECK_WHY(doc, "memory ran out while a JSON text was read");
    struct json_source source = {.label = json_copy(name, strlen(name)),
                                 .text = text,
                                 .size = (uint32_t)MIN(size, JSON_SIZE_LIMIT + 1)};
    doc->root = json_plant(doc, source, JSON_NO_PLACE, 0, error);
    if (doc->root)
        return doc;
    json_doc_free(doc);
    return NULL;
}

struct json_doc *json_doc_load(const char *path, struct json_error *error)
{
    size_t size = 0;
    char *text = json_has_error(error) ? NULL : json_file_read(path, JSON_SIZE_LIMIT, &size, error);
    return text ? parse_owned(path, text, size, error) : NULL;
}

struct json_doc *json_doc_parse(const char *name, const char *text, size_t size,
                                struct json_error *error)
{
    if (json_has_error(error))
        return NULL;
    return parse_owned(name, json_copy(text, MIN(size, JSON_SIZE_LIMIT + 1)), size, error);
}

void json_doc_free(struct json_doc *doc)
{
    if (!doc)
        return;
    cJSON_Delete(doc->root);
    for (uint32_t i = 0; i < doc->source_count; i++)
        free_source(&doc->sources[i]);
    free(doc->sources);
    free(doc->places);
    free(doc);
}

char *json_doc_print(const struct json_doc *doc, size_t *size)
{
    struct json_out out = {0};
    json_print_document(&out, doc);
    if (size)
        *size = out.size;
    return out.data;
}

const char *json_doc_name(const struct json_doc *doc)
{
    return doc->sources[0].label;
}

/*
 * json_set.c: one value of a document replaced from the command line.
 *
 *     --set network.links[2].loss=30%
 *           └─ walked as far as it exists ─┘
 *
 * First only looking: the path is walked to the value it names, or as far as it
 * goes. What is missing of it is written around the value, so `a.b.c=5` with no
 * "b" yet becomes the text {"c": 5} to be put under "b"; that text is planted
 * like any other source. Then one step that cannot fail attaches it. So a
 * mistake leaves the document as it was.
 *
 * The new value must be written as strictly as in the file, except that a plain
 * word needs no quotes: a shell eats those.
 */
#include <stdlib.h>
#include <string.h>

#include "scenario/json_parts.h"
#include "scenario/json_print.h"

#define ITEM_INDEX_LIMIT JSON_VALUE_LIMIT

/* One part of a path: a key, an index, or the place behind the last item. */
enum part_kind { PART_KEY, PART_INDEX, PART_APPEND };

struct part {
    enum part_kind kind;
    const char *start; /* of the key, or of '[' */
    uint32_t size;
    uint32_t index;
};

struct override {
    struct json_doc *doc;
    struct json_error *error;
    const char *path;
    const char *value;
    struct part parts[JSON_DEPTH_LIMIT];
    uint32_t part_count;
    uint32_t walked; /* parts whose container exists: parts[walked - 1] is put into `owner` */
    cJSON *owner;
    cJSON *replaced; /* what stands there now, or NULL */
};

/* ---- Complaining ---- */

static struct json_source source_of(const struct override *set)
{
    struct json_out label = {0};
    json_out_str(&label, "--set ");
    json_out_str(&label, set->path);
    json_out_str(&label, "=");
    json_out_str(&label, set->value);
    return (struct json_source){.label = label.data,
                                .path = json_copy(set->path, strlen(set->path))};
}

/* Begin the sentence with "--set path=value: ". */
static void complain(const struct override *set, struct text *words)
{
    struct json_source source = source_of(set);
    text_init(words, set->error->text, sizeof set->error->text);
    json_put_place(words, &source, JSON_NO_OFFSET);
    free(source.label);
    free(source.path);
}

static bool refuse(const struct override *set, const char *what)
{
    struct text words;
    complain(set, &words);
    text_str(&words, what);
    return false;
}

static void put_part(struct text *words, const struct part *part)
{
    text_str(words, part->kind == PART_KEY ? "key \"" : "item ");
    json_show(words, part->start, part->size, JSON_SHOWN_LIMIT);
    text_str(words, part->kind == PART_KEY ? "\"" : "");
}

/* "network is an array, so it has no key "loss"" */
static bool refuse_kind(const struct override *set, const cJSON *item, const struct part *part)
{
    struct text words;
    complain(set, &words);
    json_put_path(&words, set->doc, item);
    text_str(&words, cJSON_IsObject(item)  ? " is an object"
                     : cJSON_IsArray(item) ? " is an array"
                                           : " is a plain value");
    text_str(&words, ", so it has no ");
    put_part(&words, part);
    if (cJSON_IsArray(item))
        text_str(&words, " (name an item first, as in [0])");
    return false;
}

static bool refuse_index(const struct override *set, const cJSON *array, const struct part *part)
{
    struct text words;
    int count = cJSON_GetArraySize(array);
    complain(set, &words);
    json_put_path(&words, set->doc, array);
    if (count == 0) {
        text_str(&words, " is empty");
    } else {
        text_str(&words, " has the items [0] to [");
        text_i64(&words, count - 1);
        text_str(&words, "]");
    }
    text_str(&words, ", found ");
    json_show(&words, part->start, part->size, JSON_SHOWN_LIMIT);
    text_str(&words, " (use [+] to add an item)");
    return false;
}

/* ---- The path ---- */

/* "[12]" or "[+]" at `start`; false when it is neither. */
static bool parse_bracket(const char *start, struct part *part)
{
    const char *c = start + 1;
    *part = (struct part){.kind = PART_INDEX, .start = start};
    if (*c == '+') {
        part->kind = PART_APPEND;
        c++;
    } else {
        for (; *c >= '0' && *c <= '9'; c++)
            part->index = MIN(part->index * 10 + (uint32_t)(*c - '0'), ITEM_INDEX_LIMIT);
    }
    part->size = (uint32_t)(c + 1 - start);
    return *c == ']' && part->size > 2;
}

static bool parse_key(const char *start, struct part *part)
{
    *part = (struct part){.kind = PART_KEY,
                          .start = start,
                          .size = (uint32_t)MIN(strcspn(start, ".[]"), JSON_SIZE_LIMIT)};
    return part->size > 0;
}

static bool parse_part(struct override *set, const char **c)
{
    struct part *part = &set->parts[set->part_count];
    if (set->part_count == JSON_DEPTH_LIMIT)
        return refuse(set, "expected a path of at most 64 parts, found more");
    if (**c == '[') {
        if (!parse_bracket(*c, part))
            return refuse(set, "expected an index such as [0], or [+], after '[' in the path");
    } else {
        *c += **c == '.' && set->part_count > 0;
        if (!parse_key(*c, part))
            return refuse(set, "expected a key in the path, as in network.loss");
    }
    set->part_count++;
    *c = part->start + part->size;
    return true;
}

static bool parse_path(struct override *set)
{
    const char *c = set->path;
    do {
        if (!parse_part(set, &c))
            return false;
    } while (*c);
    return true;
}

/* ---- Walking ---- */

static cJSON *find_member(const cJSON *object, const struct part *part)
{
    char *key = json_copy(part->start, part->size);
    cJSON *found = cJSON_GetObjectItemCaseSensitive(object, key);
    free(key);
    return found;
}

/* What the part names inside `owner`, NULL when it does not exist yet. */
static bool step_into(const struct override *set, cJSON *owner, const struct part *part,
                      cJSON **found)
{
    bool fits = part->kind == PART_KEY ? cJSON_IsObject(owner) : cJSON_IsArray(owner);
    *found = NULL;
    if (!fits)
        return refuse_kind(set, owner, part);
    if (part->kind == PART_KEY)
        *found = find_member(owner, part);
    if (part->kind == PART_INDEX)
        *found = cJSON_GetArrayItem(owner, (int)part->index);
    return part->kind != PART_INDEX || *found || refuse_index(set, owner, part);
}

/* Parts behind a missing value make new objects and arrays; an index cannot. */
static bool check_rest(const struct override *set)
{
    struct text words;
    for (uint32_t i = set->walked; i < set->part_count; i++) {
        const struct part *part = &set->parts[i];
        if (part->kind != PART_INDEX)
            continue;
        complain(set, &words);
        json_show(&words, set->path, (size_t)(part->start - set->path), JSON_SHOWN_LIMIT);
        text_str(&words, " does not exist, so it has no ");
        put_part(&words, part);
        text_str(&words, " (use [+] to add one)");
        return false;
    }
    return true;
}

static bool walk(struct override *set)
{
    set->owner = set->doc->root;
    for (;;) {
        if (!step_into(set, set->owner, &set->parts[set->walked++], &set->replaced))
            return false;
        if (set->walked == set->part_count || !set->replaced)
            return check_rest(set);
        set->owner = set->replaced;
    }
}

static uint32_t depth_of(const struct json_doc *doc, const cJSON *item)
{
    uint32_t depth = 1, index = json_place_of(doc, item)->owner_index;
    for (; index != JSON_NO_PLACE; index = doc->places[index].owner_index)
        depth++;
    return depth;
}

/* ---- The value ---- */

/* Write the value as JSON: as it is, or as a string when it is none. */
static bool out_value(const struct override *set, struct json_out *out)
{
    struct json_marks marks = {0};
    struct json_complaint complaint;
    size_t size = strlen(set->value);
    bool is_json = json_scan(set->value, size, 0, &marks, &complaint);
    free(marks.list);
    if (is_json) {
        json_out_bytes(out, set->value, size);
        return true;
    }
    /* Whoever begins with a bracket or a quote means JSON: a slip in it must not
     * turn all of it into a string. Bytes that are no text are nothing at all. */
    if ((size > 0 && strchr("{[\"", set->value[0])) ||
        !json_text_check(set->value, size, &complaint))
        return refuse(set, complaint.text);
    json_out_quoted(out, set->value);
    return true;
}

/* {"c": [ VALUE ]} for the parts behind the first missing one. */
static bool out_wrapped(const struct override *set, struct json_out *out)
{
    for (uint32_t i = set->walked; i < set->part_count; i++) {
        const struct part *part = &set->parts[i];
        json_out_str(out, part->kind == PART_KEY ? "{" : "[");
        if (part->kind == PART_KEY) {
            char *key = json_copy(part->start, part->size);
            json_out_quoted(out, key);
            json_out_str(out, ": ");
            free(key);
        }
    }
    if (!out_value(set, out))
        return false;
    for (uint32_t i = set->part_count; i > set->walked; i--)
        json_out_str(out, set->parts[i - 1].kind == PART_KEY ? "}" : "]");
    return true;
}

static cJSON *plant_value(const struct override *set)
{
    struct json_out text = {0};
    struct json_doc *doc = set->doc;
    if (!out_wrapped(set, &text)) {
        free(text.data);
        return NULL;
    }
    struct json_source source = source_of(set);
    source.text = text.data;
    source.size = (uint32_t)MIN(text.size, JSON_SIZE_LIMIT + 1);
    return json_plant(doc, source, (uint32_t)set->owner->valueint, depth_of(doc, set->owner),
                      set->error);
}

/* The decisive step. cJSON copies the key and deletes what is replaced. */
static void attach(const struct override *set, cJSON *tree)
{
    const struct part *part = &set->parts[set->walked - 1];
    cJSON_bool is_done;
    if (part->kind == PART_APPEND) {
        is_done = cJSON_AddItemToArray(set->owner, tree);
    } else if (part->kind == PART_INDEX) {
        is_done = cJSON_ReplaceItemInArray(set->owner, (int)part->index, tree);
    } else {
        char *key = json_copy(part->start, part->size);
        is_done = set->replaced ? cJSON_ReplaceItemInObjectCaseSensitive(set->owner, key, tree)
                                : cJSON_AddItemToObject(set->owner, key, tree);
        free(key);
    }
    CHECK_WHY(is_done, "memory ran out while a value was replaced");
}

bool json_doc_set(struct json_doc *doc, const char *path, const char *value,
                  struct json_error *error)
{
    struct override set = {.doc = doc, .error = error, .path = path, .value = value};
    struct json_complaint complaint;
    if (json_has_error(error))
        return false;
    if (!json_text_check(path, strlen(path), &complaint))
        return refuse(&set, complaint.text);
    if (!parse_path(&set) || !walk(&set))
        return false;
    cJSON *tree = plant_value(&set);
    if (!tree)
        return false;
    attach(&set, tree);
    return true;
}

void json_doc_remove(struct json_doc *doc, const char *key)
{
    cJSON_DeleteItemFromObjectCaseSensitive(doc->root, key);
}

static bool refuse_argument(const char *argument, struct json_error *error)
{
    struct text words;
    text_init(&words, error->text, sizeof error->text);
    text_str(&words, "--set ");
    json_show(&words, argument, strlen(argument), JSON_SHOWN_LIMIT);
    text_str(&words, ": expected path=value, as in network.loss=30%");
    return false;
}

bool json_doc_set_argument(struct json_doc *doc, const char *argument, struct json_error *error)
{
    const char *equals = strchr(argument, '=');
    if (json_has_error(error))
        return false;
    if (!equals)
        return refuse_argument(argument, error);
    char *path = json_copy(argument, (size_t)(equals - argument));
    bool is_set = json_doc_set(doc, path, equals + 1, error);
    free(path);
    return is_set;
}

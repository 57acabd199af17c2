/*
 * shrink_simplify.c: values that are easier to read, when the failure does not need them as they
 * are.
 *
 *     "at": "7236083us"                     7s, 7.2s, 7.24s: the first that still fails
 *     "duration": "60s"                     just after the violation
 *     {"lognormal": {"median": "1ms", ..}}  1ms, always
 *     "value": "c1#17......", keys k1, k7   v1; k
 *     "times": 9                            1, or half
 *
 * Each value is visited once a round, and only ever becomes shorter or smaller; so this comes to
 * an end, and a result is left as it is when it is shrunk again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "hunt/shrink/shrink_parts.h"

static cJSON *member(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

/* --- times ----------------------------------------------------------------------------------- */

#define DIGITS_MAX 3 /* a rounded time has so many at most */

/* "36.6s": in the largest unit of which it has one, exactly. */
static void write_time(char *text, size_t size, vtime time)
{
    static const struct {
        vtime ns;
        const char *name;
        int decimals;
    } units[] = {{SECOND, "s", 9}, {MILLISECOND, "ms", 6}, {MICROSECOND, "us", 3}, {1, "ns", 0}};
    size_t i = 0;
    while (time < units[i].ns && units[i].ns > 1)
        i++;
    vtime whole = time / units[i].ns, rest = time % units[i].ns;
    int decimals = rest ? units[i].decimals : 0;
    for (; decimals > 0 && rest % 10 == 0; decimals--)
        rest /= 10;
    if (decimals == 0)
        snprintf(text, size, "%llu%s", (unsigned long long)whole, units[i].name);
    else
        snprintf(text, size, "%llu.%0*llu%s", (unsigned long long)whole, decimals,
                 (unsigned long long)rest, units[i].name);
}

static bool read_time(const cJSON *value, vtime *time)
{
    char mistake[200];
    struct text words;
    text_init(&words, mistake, sizeof mistake);
    return cJSON_IsString(value) && value->valuestring[0] >= '0' && value->valuestring[0] <= '9' &&
           units_parse_time(units_word(value->valuestring), time, &words);
}

/* 10 to the power of how many digits are cut off, or 0 when it has no more than `digits`. */
static vtime grid_of(vtime time, uint32_t digits)
{
    vtime grid = 1, limit = 1;
    for (uint32_t i = 0; i < digits; i++)
        limit *= 10;
    while (time / grid >= limit)
        grid *= 10;
    return time % grid == 0 ? 0 : grid;
}

static bool round_time(cJSON *value, uint32_t digits)
{
    vtime time;
    char text[40];
    if (!read_time(value, &time) || time == 0)
        return false;
    vtime grid = grid_of(time, digits);
    if (!grid)
        return false;
    write_time(text, sizeof text, (time + grid / 2) / grid * grid);
    cJSON_SetValuestring(value, text);
    return true;
}

/* --- the duration ---------------------------------------------------------------------------- */

/* What would come after the end is refused by the loader, and does nothing. */
static void cut_lines(cJSON *list, const char *key, vtime end)
{
    for (cJSON *line = list ? list->child : NULL; line;) {
        cJSON *next = line->next;
        vtime at;
        if (read_time(member(line, key), &at) && at > end)
            cJSON_Delete(cJSON_DetachItemViaPointer(list, line));
        line = next;
    }
}

static void set_duration(cJSON *doc, vtime end)
{
    char text[40];
    write_time(text, sizeof text, end);
    cJSON_SetValuestring(member(doc, "duration"), text);
    cut_lines(member(doc, "timeline"), "at", end);
    cut_lines(member(doc, "timeline"), "not_before", end);
    cut_lines(member(doc, "interventions"), "time", end);
    cut_lines(member(doc, "clients"), "start", end);
    for (cJSON *c = member(doc, "clients") ? member(doc, "clients")->child : NULL; c; c = c->next)
        cut_lines(shrink_script_of(c), "at", end);
}

/* Ends to try, the earliest first: whole seconds and their halves behind the violation, then parts
 * of what there is. */
#define END_COUNT 7

static cJSON *make_end(struct shrinker *s, const void *about, uint32_t index)
{
    const vtime found_at = *(const vtime *)about;
    vtime duration, half = SECOND / 2, end;
    static const uint32_t parts[] = {2, 4, 6, 7};
    if (!read_time(member(s->best, "duration"), &duration))
        return NULL;
    if (index < 3)
        end = (found_at / half + (index == 0 ? 1 : index == 1 ? 4 : 12)) * half;
    else
        end = duration / 8 / half * parts[index - 3] * half;
    if (end >= duration || end == 0)
        return NULL;
    cJSON *doc = cJSON_Duplicate(s->best, true);
    set_duration(doc, end);
    return doc;
}

bool shrink_cut_duration(struct shrinker *s)
{
    bool is_changed = false;
    s->step = "duration";
    for (;;) {
        vtime found_at = s->now.found_at;
        if (shrink_first(s, make_end, &found_at, END_COUNT) < 0)
            return is_changed;
        is_changed = true;
    }
}

/* --- single values --------------------------------------------------------------------------- */

/* The value of this place in the order of the document; checks, prose and the seed have none, nor
 * has the duration, which is cut and not rounded up again. */
static cJSON *value_at(cJSON *value, uint32_t *place)
{
    static const char *const left[] = {"checks", "seed",    "about",  "title",
                                       "$schema", "number", "duration"};
    for (cJSON *child = value->child; child; child = child->next) {
        bool is_left = false;
        for (size_t i = 0; child->string && i < ARRAY_LEN(left); i++)
            is_left |= strcmp(left[i], child->string) == 0;
        if (is_left)
            continue;
        if ((*place)-- == 0)
            return child;
        cJSON *inside = value_at(child, place);
        if (inside)
            return inside;
    }
    return NULL;
}

/* {"exponential": "400ms", ...} and {"lognormal": {"median": "1ms", ...}} become what they begin
 * with. */
static bool make_constant(cJSON *doc, cJSON *value)
{
    static const char *const kinds[] = {"exponential", "lognormal", "uniform",   "normal",
                                        "pareto",      "bimodal",   "empirical", "constant"};
    const cJSON *inside = NULL;
    for (size_t i = 0; i < ARRAY_LEN(kinds) && !inside; i++)
        inside = cJSON_IsObject(value) ? member(value, kinds[i]) : NULL;
    while (inside && inside->child)
        inside = inside->child;
    if (!cJSON_IsString(inside))
        return false;
    cJSON *text = cJSON_CreateString(inside->valuestring);
    (void)doc;
    cJSON_Delete(value->child);
    value->child = NULL;
    value->type = cJSON_String;
    value->valuestring = strdup(text->valuestring);
    cJSON_Delete(text);
    CHECK_WHY(value->valuestring, "out of memory");
    return true;
}

static bool lessen(cJSON *value, uint32_t way)
{
    double number = value->valuedouble, smaller = way == 0 ? 1 : (double)(int64_t)(number / 2);
    if (!cJSON_IsNumber(value) || smaller < 1 || smaller >= number)
        return false;
    cJSON_SetNumberValue(value, smaller);
    return true;
}

static bool is_short_word(const char *word, char letter)
{
    size_t size = strlen(word);
    return word[0] == letter && size <= 3 && strspn(word + 1, "0123456789") == size - 1;
}

/* "v1" for a value; each operation's own, as far as there are others. */
static bool shorten(cJSON *value, uint32_t way)
{
    char text[16];
    if (!value->string || strcmp(value->string, "value") != 0 || !cJSON_IsString(value) ||
        is_short_word(value->valuestring, 'v'))
        return false;
    snprintf(text, sizeof text, "v%u", way + 1);
    cJSON_SetValuestring(value, text);
    return true;
}

#define WAYS (DIGITS_MAX + 1 + 2 + 9)

static bool change(cJSON *doc, cJSON *value, uint32_t way)
{
    if (way < DIGITS_MAX)
        return round_time(value, way + 1);
    way -= DIGITS_MAX;
    if (way == 0)
        return make_constant(doc, value);
    if (way <= 2)
        return lessen(value, way - 1);
    return shorten(value, way - 3);
}

/* Is there another value of that text? Two operations with one value are two stories in one. */
static bool is_value_taken(const cJSON *value, const cJSON *own)
{
    for (const cJSON *child = value->child; child; child = child->next) {
        if (child != own && cJSON_IsString(child) && child->string &&
            strcmp(child->string, "value") == 0 &&
            strcmp(child->valuestring, own->valuestring) == 0)
            return true;
        if (is_value_taken(child, own))
            return true;
    }
    return false;
}

static cJSON *make_change(struct shrinker *s, const void *about, uint32_t index)
{
    uint32_t place = *(const uint32_t *)about;
    cJSON *doc = cJSON_Duplicate(s->best, true), *value = value_at(doc, &place);
    bool is_changed = value && change(doc, value, index);
    bool is_word = is_changed && value->string && strcmp(value->string, "value") == 0;
    if (is_changed && !(is_word && is_value_taken(doc, value)))
        return doc;
    cJSON_Delete(doc);
    return NULL;
}

static bool simplify_values(struct shrinker *s)
{
    bool is_changed = false;
    s->step = "values";
    for (uint32_t place = 0; !s->is_over; place++) {
        uint32_t rest = place;
        if (!value_at(s->best, &rest))
            break;
        while (shrink_first(s, make_change, &place, WAYS) >= 0)
            is_changed = true;
    }
    return is_changed;
}

/* --- keys: one, or shorter names ------------------------------------------------------------- */

struct renaming {
    char from[LABEL_MAX + 24], to[LABEL_MAX + 24];
};

static void rename_key(cJSON *value, const struct renaming *renaming)
{
    cJSON *key = cJSON_IsObject(value) ? shrink_key_of(value) : NULL;
    if (cJSON_IsString(key) && strcmp(key->valuestring, renaming->from) == 0)
        cJSON_SetValuestring(key, renaming->to);
    for (cJSON *child = value->child; child; child = child->next)
        rename_key(child, renaming);
}

static cJSON *make_renaming(struct shrinker *s, const void *about, uint32_t index)
{
    cJSON *doc = cJSON_Duplicate(s->best, true);
    cJSON *clients = member(doc, "clients");
    rename_key(clients ? clients : doc, &((const struct renaming *)about)[index]);
    return doc;
}

/* The key of the first operation, and any other one, which may be the same key as well. */
static uint32_t list_renamings(const cJSON *doc, struct renaming *list, uint32_t room)
{
    uint32_t count = 0;
    const cJSON *clients = member(doc, "clients"), *first = NULL;
    for (const cJSON *c = clients ? clients->child : NULL; c; c = c->next) {
        const cJSON *script = shrink_script_of(c);
        for (const cJSON *step = script ? script->child : NULL; step; step = step->next) {
            const cJSON *key = shrink_key_of(step);
            if (!first)
                first = key;
            else if (count < room && strcmp(first->valuestring, key->valuestring) != 0) {
                snprintf(list[count].from, sizeof list[count].from, "%s", key->valuestring);
                snprintf(list[count].to, sizeof list[count].to, "%s", first->valuestring);
                count++;
            }
        }
    }
    return count;
}

static bool merge_keys(struct shrinker *s)
{
    struct renaming list[16];
    bool is_changed = false;
    s->step = "keys";
    for (;;) {
        uint32_t count = list_renamings(s->best, list, ARRAY_LEN(list));
        if (count == 0 || shrink_first(s, make_renaming, list, count) < 0)
            return is_changed;
        is_changed = true;
    }
}

bool shrink_simplify(struct shrinker *s)
{
    bool is_merged = merge_keys(s);
    return simplify_values(s) || is_merged;
}

/*
 * shrink_print.c: the result as a file that a person reads.
 *
 *     "timeline": [
 *       { "at": "3s", "crash": "n2", "unsynced": "lost" },
 *       { "at": "4s", "cut": { "from": "n1", "to": "n3" } }
 *     ],
 *
 * A fault, an operation, a check: each stands on one line, however long, so that lines can be
 * counted. Other objects stand on one line when they fit.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hunt/shrink/shrink_parts.h"

#define WIDTH 96

static void print_flat(struct json_out *out, const cJSON *value)
{
    bool is_object = cJSON_IsObject(value);
    if (!value->child || !(is_object || cJSON_IsArray(value))) {
        char *text = cJSON_PrintUnformatted(value);
        CHECK_WHY(text, "out of memory");
        json_out_str(out, text);
        free(text);
        return;
    }
    json_out_str(out, is_object ? "{ " : "[");
    for (const cJSON *child = value->child; child; child = child->next) {
        if (is_object) {
            json_out_quoted(out, child->string);
            json_out_str(out, ": ");
        }
        print_flat(out, child);
        json_out_str(out, child->next ? ", " : "");
    }
    json_out_str(out, is_object ? " }" : "]");
}

static bool fits(const cJSON *value, uint32_t column)
{
    struct json_out flat = {0};
    print_flat(&flat, value);
    bool is_short = column + flat.size <= WIDTH;
    free(flat.data);
    return is_short;
}

static void indent(struct json_out *out, uint32_t depth)
{
    json_out_str(out, "\n");
    for (uint32_t i = 0; i < depth; i++)
        json_out_str(out, "  ");
}

/* Lists of lines: their items are never broken, and never stand beside each other. */
static bool is_lines(const cJSON *value)
{
    static const char *const names[] = {"timeline", "script", "checks", "interventions"};
    for (size_t i = 0; value->string && i < ARRAY_LEN(names); i++)
        if (strcmp(value->string, names[i]) == 0)
            return cJSON_IsArray(value);
    return false;
}

static bool holds_lines(const cJSON *value)
{
    for (const cJSON *child = value->child; child; child = child->next)
        if (is_lines(child) || holds_lines(child))
            return true;
    return false;
}

static void print_value(struct json_out *out, const cJSON *value, uint32_t depth, bool is_line)
{
    bool is_object = cJSON_IsObject(value);
    uint32_t column = 2 * depth + (value->string ? (uint32_t)strlen(value->string) + 4 : 0);
    bool is_broken = value->child && !is_line &&
                     (is_lines(value) || holds_lines(value) || !fits(value, column));
    if (!is_broken) {
        print_flat(out, value);
        return;
    }
    json_out_str(out, is_object ? "{" : "[");
    for (const cJSON *child = value->child; child; child = child->next) {
        indent(out, depth + 1);
        if (is_object) {
            json_out_quoted(out, child->string);
            json_out_str(out, ": ");
        }
        print_value(out, child, depth + 1, is_lines(value));
        json_out_str(out, child->next ? "," : "");
    }
    indent(out, depth);
    json_out_str(out, is_object ? "}" : "]");
}

/* --- what it is ------------------------------------------------------------------------------ */

static void put_first(cJSON *doc, const char *key, const char *text)
{
    cJSON_DeleteItemFromObjectCaseSensitive(doc, key);
    cJSON *item = cJSON_CreateString(text);
    cJSON_AddItemToObject(doc, key, item);
    cJSON_DetachItemViaPointer(doc, item);
    cJSON_InsertItemInArray(doc, 0, item);
}

/* "swarm-min", and so again when it is shrunk again. */
static void name_it(cJSON *doc)
{
    static const char end[] = "-min";
    char name[LABEL_MAX];
    const char *own = cJSON_GetObjectItemCaseSensitive(doc, "name")->valuestring;
    size_t size = strlen(own);
    bool is_one = size > sizeof end && strcmp(own + size - (sizeof end - 1), end) == 0;
    snprintf(name, sizeof name, "%.40s%s", own, is_one ? "" : end);
    put_first(doc, "name", name);
}

void shrink_describe(cJSON *doc, const struct shrink_order *order,
                     const struct shrink_facts *facts)
{
    char title[1200], about[3000];
    const char *check = *facts->check ? facts->check : trial_end_words[facts->end];
    snprintf(title, sizeof title, "The smallest run that fails: %s", check);
    snprintf(about, sizeof about, "%s: %s. Made by: ringside shrink %s --seed %llu", check,
             facts->sentence, order->source, (unsigned long long)order->seed);
    for (char *at = about; *at; at++)
        if ((unsigned char)*at < ' ')
            *at = ' ';
    put_first(doc, "about", about);
    put_first(doc, "title", title);
    name_it(doc);
}

/* As a person would write a scenario; whatever is not listed stays where it is, at the end. */
static void put_in_order(cJSON *doc)
{
    static const char *const order[] = {
        "checks",  "interventions", "timeline", "clients", "preload", "safeguards", "network",
        "cluster", "duration",      "seed",     "about",   "title",   "name"};
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        cJSON *item = cJSON_DetachItemFromObjectCaseSensitive(doc, order[i]);
        if (item)
            cJSON_InsertItemInArray(doc, 0, item);
    }
}

char *shrink_print(cJSON *doc)
{
    struct json_out out = {0};
    put_in_order(doc);
    print_value(&out, doc, 0, false);
    json_out_str(&out, "\n");
    return out.data;
}

/*
 * capsule.c: writing and reading capsules.
 *
 * What the scenario says about itself for readers of its file ("about", "$schema") stays behind:
 * it is no part of the run.
 */
#include "scenario/capsule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* --- writing -------------------------------------------------------------------------------- */

static void key(struct json_out *out, const char *name)
{
    json_out_str(out, out->data[out->size - 1] == '{' ? "\"" : ", \"");
    json_out_str(out, name);
    json_out_str(out, "\": ");
}

static void member_number(struct json_out *out, const char *name, uint64_t number)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    key(out, name);
    json_out_str(out, digits);
}

static void member_string(struct json_out *out, const char *name, const char *value)
{
    if (!*value)
        return;
    key(out, name);
    json_out_quoted(out, value);
}

static void out_hex(struct json_out *out, uint64_t number)
{
    char hex[20];
    snprintf(hex, sizeof hex, "%016llx", (unsigned long long)number);
    json_out_str(out, hex);
}

static void print_run(struct json_out *out, const struct capsule *capsule)
{
    key(out, "digest");
    json_out_str(out, "\"");
    out_hex(out, capsule->digest.high);
    out_hex(out, capsule->digest.low);
    json_out_str(out, "\"");
    member_number(out, "steps", capsule->steps);
    member_number(out, "records", capsule->records);
    member_number(out, "time_ns", capsule->time);
}

static void print_marks(struct json_out *out, const struct capsule *capsule)
{
    char step[24];
    if (capsule->mark_count == 0)
        return;
    key(out, "marks");
    for (uint32_t i = 0; i < capsule->mark_count; i++) {
        snprintf(step, sizeof step, "%llu", (unsigned long long)capsule->marks[i].step);
        json_out_str(out, i == 0 ? "[[" : ", [");
        json_out_str(out, step);
        json_out_str(out, ", \"");
        out_hex(out, capsule->marks[i].digest);
        json_out_str(out, "\"]");
    }
    json_out_str(out, "]");
}

static bool is_left_behind(const char *name)
{
    return strcmp(name, "$schema") == 0 || strcmp(name, "about") == 0 || strcmp(name, "seed") == 0;
}

static bool print_scenario(struct json_out *out, const char *text, struct json_error *error)
{
    struct json_value member;
    struct json_doc *doc = json_doc_parse("scenario", text, strlen(text), error);
    if (!doc)
        return false;
    struct json_object top = json_object_open(json_root(doc, error));
    key(out, "scenario");
    json_out_str(out, "{");
    while (json_object_next(&top, &member)) {
        if (is_left_behind(json_value_key(member)))
            continue;
        key(out, json_value_key(member));
        json_print_value(out, member);
    }
    json_out_str(out, "}");
    json_doc_free(doc);
    return !json_has_error(error);
}

static bool print_flat(struct json_out *out, const struct capsule *capsule, const char *text,
                       struct json_error *error)
{
    json_out_str(out, "{");
    member_number(out, "ringside_capsule", CAPSULE_FORMAT);
    member_string(out, "command", capsule->command);
    member_string(out, "program", capsule->program);
    member_number(out, "trace", capsule->trace);
    member_number(out, "draws", capsule->draws);
    member_number(out, "seed", capsule->seed);
    member_string(out, "end", capsule->end);
    if (capsule->has_digest)
        print_run(out, capsule);
    member_string(out, "check", capsule->check);
    if (*capsule->cause)
        member_number(out, "found_ns", capsule->found_at);
    member_string(out, "cause", capsule->cause);
    member_string(out, "sentence", capsule->sentence);
    print_marks(out, capsule);
    if (!print_scenario(out, text, error))
        return false;
    json_out_str(out, "}");
    return true;
}

char *capsule_print(const struct capsule *capsule, const char *scenario_text, size_t *size,
                    struct json_error *error)
{
    struct json_out out = {0};
    char *text = NULL;
    struct json_doc *doc = NULL;
    if (print_flat(&out, capsule, scenario_text, error))
        doc = json_doc_parse("capsule", out.data, out.size, error);
    if (doc)
        text = json_doc_print(doc, size);
    json_doc_free(doc);
    free(out.data);
    return text;
}

/* --- reading -------------------------------------------------------------------------------- */

static void read_text(struct json_value value, char *to, size_t size)
{
    struct json_string_rule rule = {"a text", NULL, 0, (uint32_t)size - 1};
    const char *text = json_read_string(value, &rule, "");
    memcpy(to, text, strlen(text) + 1);
}

static uint64_t read_hex(const char *hex, size_t size)
{
    char digits[20];
    snprintf(digits, sizeof digits, "%.*s", (int)size, hex);
    return strtoull(digits, NULL, 16);
}

static uint64_t read_number(struct json_value value)
{
    return (uint64_t)json_read_int(value, 0, INT64_MAX, 0);
}

static void read_run(struct json_object *top, struct capsule *capsule)
{
    static const struct json_string_rule rule = {"32 hexadecimal digits", "0-9a-f", 32, 32};
    static const char none[] = "00000000000000000000000000000000";
    const char *hex = json_read_string(json_object_get(top, "digest"), &rule, none);
    capsule->digest = (struct digest){.high = read_hex(hex, 16), .low = read_hex(hex + 16, 16)};
    capsule->has_digest = json_object_has(top, "digest");
    capsule->steps = read_number(json_object_get(top, "steps"));
    capsule->records = read_number(json_object_get(top, "records"));
    capsule->time = read_number(json_object_get(top, "time_ns"));
}

static void read_mark(struct json_value value, struct capsule_mark *mark)
{
    static const struct json_string_rule rule = {"16 hexadecimal digits", "0-9a-f", 16, 16};
    struct json_array pair = json_array_open(value, 2, 2);
    struct json_value item;
    for (uint32_t i = 0; json_array_next(&pair, &item); i++)
        if (i == 0)
            mark->step = read_number(item);
        else
            mark->digest = read_hex(json_read_string(item, &rule, "0000000000000000"), 16);
}

static void read_marks(struct json_value value, struct capsule *capsule)
{
    struct json_array list = json_array_open(value, 0, CAPSULE_MARKS_MAX);
    struct json_value item;
    while (json_array_next(&list, &item))
        read_mark(item, &capsule->marks[capsule->mark_count++]);
}

/* All but the scenario, whose value is handed back. */
static struct json_value read_members(struct json_doc *doc, struct capsule *capsule,
                                      struct json_error *error)
{
    struct json_object top = json_object_open(json_root(doc, error));
    *capsule = (struct capsule){0};
    json_read_int(json_object_need(&top, "ringside_capsule"), CAPSULE_FORMAT, CAPSULE_FORMAT, 0);
    read_text(json_object_get(&top, "command"), capsule->command, sizeof capsule->command);
    read_text(json_object_need(&top, "program"), capsule->program, sizeof capsule->program);
    capsule->trace = (uint32_t)json_read_int(json_object_need(&top, "trace"), 0, 1000000, 0);
    capsule->draws = (uint32_t)json_read_int(json_object_need(&top, "draws"), 0, 1000000, 0);
    capsule->seed =
        (uint64_t)json_read_int(json_object_need(&top, "seed"), 0, (int64_t)CAPSULE_SEED_MAX, 0);
    read_text(json_object_need(&top, "end"), capsule->end, sizeof capsule->end);
    read_run(&top, capsule);
    read_text(json_object_get(&top, "check"), capsule->check, sizeof capsule->check);
    capsule->found_at = read_number(json_object_get(&top, "found_ns"));
    read_text(json_object_get(&top, "cause"), capsule->cause, sizeof capsule->cause);
    read_text(json_object_get(&top, "sentence"), capsule->sentence, sizeof capsule->sentence);
    read_marks(json_object_get(&top, "marks"), capsule);
    struct json_value scenario = json_object_need(&top, "scenario");
    json_object_open(scenario);
    json_object_finish(&top);
    return scenario;
}

/* A document of its own: places in it are those of the scenario alone. */
static struct json_doc *take_scenario(struct json_doc *doc, struct json_value scenario,
                                      struct json_error *error)
{
    char name[300];
    struct json_out text = {0};
    struct json_doc *inner = NULL;
    snprintf(name, sizeof name, "scenario in %.250s", json_doc_name(doc));
    if (!json_has_error(error)) {
        json_print_value(&text, scenario);
        inner = json_doc_parse(name, text.data, text.size, error);
    }
    free(text.data);
    return inner;
}

bool capsule_is_text(const char *text, size_t size)
{
    static const char first[] = "\"ringside_capsule\"";
    size_t at = 0, room = sizeof first - 1;
    while (at < size && strchr(" \t\r\n{", text[at]))
        at++;
    return size - at >= room && memcmp(text + at, first, room) == 0;
}

bool capsule_is_file(const char *path)
{
    char begin[200];
    FILE *file = fopen(path, "r");
    size_t size = file ? fread(begin, 1, sizeof begin, file) : 0;
    if (file)
        fclose(file);
    return capsule_is_text(begin, size);
}

struct json_doc *capsule_unwrap(struct json_doc *doc, bool *is_capsule, uint64_t *seed,
                                struct json_error *error)
{
    struct capsule capsule;
    struct json_error ignored = {0};
    struct json_object top = json_object_open(json_root(doc, &ignored));
    *is_capsule = json_object_has(&top, "ringside_capsule");
    if (!*is_capsule)
        return doc;
    struct json_value scenario = read_members(doc, &capsule, error);
    struct json_doc *inner = take_scenario(doc, scenario, error);
    *seed = capsule.seed;
    json_doc_free(doc);
    return inner;
}

struct scenario *capsule_load(const char *path, struct capsule *capsule, struct json_error *error)
{
    struct json_doc *doc = json_doc_load(path, error);
    if (!doc)
        return NULL;
    read_members(doc, capsule, error);
    json_doc_free(doc);
    return json_has_error(error) ? NULL : scenario_load(path, NULL, 0, error);
}

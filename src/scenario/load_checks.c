/*
 * load_checks.c: what is judged at the end, and the conditions that do it.
 *
 *   {"check": "linearizable"}
 *   {"check": "sessions", "guarantees": ["monotonic_reads"]}
 *   {"check": "converged", "within": "5s"}
 *   {"check": "expect", "name": "r1 sees it", "that": "op(\"r1\").value == \"x\""}
 *   {"check": "durable", "fails": true, "why": "..."}    this scenario shows a failure
 */
#include "scenario/loader.h"

#include <string.h>

#include "check/linearizable.h"
#include "check/sequential.h"
#include "check/sessions.h"
#include "db/env.h"
#include "sim/judge/judge.h"

/* --- names in conditions ------------------------------------------------------------------ */

static bool find_in(const char *const *words, uint32_t count, struct bytes name, uint32_t *index)
{
    for (uint32_t i = 0; i < count; i++)
        if (strlen(words[i]) == name.size && memcmp(words[i], name.data, name.size) == 0) {
            *index = i;
            return true;
        }
    return false;
}

static bool find_name(const void *host, uint32_t parameter, struct bytes name, uint32_t *number)
{
    const struct loader *loader = host;
    uint32_t index;
    if (parameter == PARAMETER_NODE)
        return find_in(loader->node_words, loader->node_count, name, number);
    if (parameter == PARAMETER_CLIENT) {
        if (!find_in(loader->client_words, loader->client_count, name, &index))
            return false;
        *number = CLIENT_ADDRESS_BASE + index;
        return true;
    }
    if (!find_in(loader->label_words, loader->label_count, name, &index))
        return false;
    *number = loader->label_numbers[index];
    return true;
}

static bool list_name(const void *host, uint32_t parameter, uint32_t index, struct bytes *name)
{
    const struct loader *loader = host;
    const char *const *words = parameter == PARAMETER_NODE     ? loader->node_words
                               : parameter == PARAMETER_CLIENT ? loader->client_words
                                                               : loader->label_words;
    uint32_t count = parameter == PARAMETER_NODE     ? loader->node_count
                     : parameter == PARAMETER_CLIENT ? loader->client_count
                                                     : loader->label_count;
    if (index >= count)
        return false;
    *name = (struct bytes){(const uint8_t *)words[index], (uint32_t)strlen(words[index])};
    return true;
}

bool parse_condition(struct loader *loader, const char *source, struct condition *condition,
                     char *mistake, uint32_t mistake_size)
{
    struct condition_names names = {loader, find_name, list_name};
    struct condition_code *code = loader_allocate(loader, sizeof *code);
    struct bytes bytes = {(const uint8_t *)source, (uint32_t)strlen(source)};
    struct text text;
    text_init(&text, mistake, mistake_size);
    return condition_parse(condition, code, bytes, &names, &text);
}

void load_condition(struct loader *loader, struct json_value value, struct condition *condition)
{
    static const struct json_string_rule rule = {"a condition", NULL, 1, CONDITION_SIZE_MAX};
    char mistake[400];
    const char *source = json_read_string(value, &rule, NULL);
    if (source && !parse_condition(loader, source, condition, mistake, sizeof mistake))
        json_fail(value, "in the condition, %s", mistake);
}

/* --- checks ---------------------------------------------------------------------------------- */

static bool has_condition(uint8_t kind)
{
    return kind == CHECK_EXPECT || kind == CHECK_ALWAYS || kind == CHECK_REACHED;
}

static const char *default_name(struct loader *loader, const struct check_setting *check)
{
    char name[CONDITION_TEXT_MAX];
    struct text text;
    text_init(&text, name, sizeof name);
    if (has_condition(check->kind) && condition_is_given(&check->condition))
        condition_text(&text, &check->condition);
    else
        text_str(&text, check_kind_name(check->kind));
    return loader_copy_text(loader, name);
}

/* What only some kinds have. */
static struct json_value detail(struct json_object *object, const char *key, bool is_for_kind,
                                const char *kinds)
{
    struct json_value value = json_object_get(object, key);
    if (!is_for_kind && json_value_kind(value) != JSON_MISSING)
        json_fail(value, "this belongs to \"check\": %s", kinds);
    return value;
}

/* All four, unless some are named. */
static uint32_t load_guarantees(struct json_value value)
{
    const char *words[SESSION_GUARANTEE_COUNT];
    struct json_value item;
    uint32_t guarantees = 0;
    if (json_value_kind(value) == JSON_MISSING)
        return SESSION_GUARANTEES;
    for (uint32_t i = 0; i < SESSION_GUARANTEE_COUNT; i++)
        words[i] = session_guarantee_name(i);
    struct json_array list = json_array_open(value, 1, SESSION_GUARANTEE_COUNT);
    while (json_array_next(&list, &item))
        guarantees |= 1u << json_read_word(item, words, SESSION_GUARANTEE_COUNT, 0);
    return guarantees;
}

static void load_details(struct loader *loader, struct json_object *object,
                         struct check_setting *check)
{
    bool is_linearizable = check->kind == CHECK_LINEARIZABLE;
    bool is_searched = is_linearizable || check->kind == CHECK_SEQUENTIAL;
    detail(object, "that", has_condition(check->kind), "\"expect\", \"always\" or \"reached\"");
    if (has_condition(check->kind))
        load_condition(loader, json_object_need(object, "that"), &check->condition);
    struct json_value within =
        detail(object, "within", check->kind == CHECK_CONVERGED, "\"converged\"");
    check->within_ns = json_read_time(within, 0, TIME_MAX, 0);
    struct json_value promised = detail(object, "promised_only",
                                        is_linearizable || check->kind == CHECK_DURABLE,
                                        "\"linearizable\" or \"durable\"");
    check->is_promised_only = json_read_bool(promised, false);
    struct json_value limit =
        detail(object, "work_limit", is_searched, "\"linearizable\" or \"sequential\"");
    uint64_t plan = is_linearizable ? LINEARIZABLE_WORK_PLAN : SEQUENTIAL_WORK_PLAN;
    check->work_limit =
        (uint64_t)json_read_int(limit, 1, INT64_C(1) << 40, is_searched ? (int64_t)plan : 0);
    struct json_value guarantees =
        detail(object, "guarantees", check->kind == CHECK_SESSIONS, "\"sessions\"");
    if (check->kind == CHECK_SESSIONS)
        check->guarantees = load_guarantees(guarantees);
}

static void load_check(struct loader *loader, struct json_value value, struct check_setting *check)
{
    const char *kinds[CHECK_KIND_COUNT];
    for (uint32_t i = 0; i < CHECK_KIND_COUNT; i++)
        kinds[i] = check_kind_name(i);
    struct json_object object = json_object_open(value);
    check->kind =
        (uint8_t)json_read_word(json_object_need(&object, "check"), kinds, CHECK_KIND_COUNT, 0);
    load_details(loader, &object, check);
    check->is_expected_to_fail = json_read_bool(json_object_get(&object, "fails"), false);
    check->why = load_sentence(json_object_get(&object, "why"), NULL);
    check->name = load_sentence(json_object_get(&object, "name"), NULL);
    json_object_finish(&object);
    if (!check->name && !json_has_error(loader->error))
        check->name = default_name(loader, check);
}

void load_checks(struct loader *loader, struct json_value value)
{
    struct json_array list = json_array_open(value, 0, CHECKS_MAX);
    struct check_setting *checks = loader_allocate(loader, (list.count + 1) * sizeof *checks);
    uint32_t count = 0;
    struct json_value item;
    while (json_array_next(&list, &item)) {
        load_check(loader, item, &checks[count]);
        for (uint32_t i = 0; i < count && !json_has_error(loader->error); i++)
            if (strcmp(checks[i].name, checks[count].name) == 0)
                json_fail(item,
                          "there is already a check called \"%s\"; give one of them a "
                          "\"name\"",
                          checks[i].name);
        count++;
    }
    loader->scenario->checks = checks;
    loader->scenario->check_count = count;
}

/*
 * load_balance.c: how work is spread, and what is done about too much of it.
 *
 *   "cluster": {"replica_choice": {"by": "fastest", "badness": "10%", "reset": "10m"},
 *               "speculative_retry": "p99",
 *               "shedding": {"by": "codel", "target": "5ms", "interval": "100ms"},
 *               "in_flight": {"most": 200, "adaptive": true}}
 *   "clients": [{"coordinator": {"by": "p2c", "among": "replicas"}, "retries": 3,
 *                "retry": {"backoff": "10ms", "budget": "10%"}, "in_flight": 50}]
 *
 * A word alone stands for the object with that "by": "p2c". db/load/load_config.h says what each
 * means, docs/cluster/load.md what comes of it.
 */
#include "scenario/loader.h"

#include <string.h>

#define HOUR (3600 * SECOND)

static const char *const replica_choices[] = {
#define CHOICE(identifier, name, meaning) name,
    REPLICA_CHOICES(CHOICE)
#undef CHOICE
};

static const char *const sheddings[] = {"nothing", "old", "codel"};

/* A word, or an object whose "by" is the word; what else the object may have is read from it. */
struct rule {
    struct json_object object;
    uint32_t word;
};

static struct rule open_rule(struct json_value value, const char *const *words, uint32_t count)
{
    struct rule rule = {0};
    bool is_word = json_value_kind(value) == JSON_STRING;
    struct json_value missing = value;
    if (is_word) {
        rule.word = json_read_word(value, words, count, 0);
        missing.item = NULL;
        missing.is_required = false;
    }
    rule.object = json_object_open(missing);
    if (!is_word)
        rule.word = json_read_word(json_object_get(&rule.object, "by"), words, count, 0);
    return rule;
}

static void load_replica_choice(struct json_value value, struct load_config *load)
{
    struct rule rule = open_rule(value, replica_choices, REPLICA_CHOICE_COUNT);
    load->replica_choice = (uint8_t)rule.word;
    load->badness_percent =
        json_read_share(json_object_get(&rule.object, "badness"), 0, 1000000000, 100000000) /
        10000000;
    load->reset_ns =
        json_read_time(json_object_get(&rule.object, "reset"), 0, 24 * HOUR, 600 * SECOND);
    json_object_finish(&rule.object);
}

/* "none", "always", "5ms", or "p99": "p" and a percentile with at most one decimal. */
static void load_speculative_retry(struct json_value value, struct load_config *load)
{
    static const struct json_string_rule rule = {
        "\"none\", \"always\", a time such as \"5ms\" or a percentile such as \"p99\"", NULL, 1,
        24};
    const char *text = json_read_string(value, &rule, "none");
    uint32_t whole = 0, tenth = 0;
    const char *at = text + 1;
    if (strcmp(text, "none") == 0)
        return;
    if (strcmp(text, "always") == 0) {
        load->speculative_retry = SPECULATE_ALWAYS;
        return;
    }
    if (text[0] != 'p' && (text[0] < '0' || text[0] > '9')) {
        json_fail(value, "expected %s, found \"%s\"", rule.what, text);
        return;
    }
    if (text[0] != 'p') {
        load->speculative_retry = SPECULATE_AFTER;
        load->speculate_after_ns = json_read_time(value, MICROSECOND, HOUR, MILLISECOND);
        return;
    }
    while (*at >= '0' && *at <= '9' && whole < 100)
        whole = whole * 10 + (uint32_t)(*at++ - '0');
    if (at > text + 1 && at[0] == '.' && at[1] >= '0' && at[1] <= '9') {
        tenth = (uint32_t)(at[1] - '0');
        at += 2;
    }
    if (*at || at == text + 1 || whole >= 100 || whole * 10 + tenth == 0)
        json_fail(value, "expected a percentile from \"p0.1\" to \"p99.9\", found \"%s\"", text);
    load->speculative_retry = SPECULATE_PERCENTILE;
    load->speculate_per_mille = whole * 10 + tenth;
}

static void load_shedding(struct json_value value, struct load_config *load)
{
    struct rule rule = open_rule(value, sheddings, SHEDDING_COUNT);
    load->shedding = (uint8_t)rule.word;
    struct json_value target = json_object_get(&rule.object, "target");
    load->shed_target_ns = json_read_time(target, MICROSECOND, HOUR, 5 * MILLISECOND);
    struct json_value interval = json_object_get(&rule.object, "interval");
    load->shed_interval_ns = json_read_time(interval, MICROSECOND, HOUR, 100 * MILLISECOND);
    if (load->shed_interval_ns < load->shed_target_ns)
        json_fail(interval, "the interval is shorter than the target");
    load->is_dropping_expired = json_read_bool(json_object_get(&rule.object, "drop_expired"),
                                               load->shedding != SHED_NOTHING);
    json_object_finish(&rule.object);
}

static void load_in_flight(struct json_value value, struct load_config *load)
{
    if (json_value_kind(value) == JSON_NUMBER) {
        load->in_flight_max = (uint32_t)json_read_int(value, 1, 1000000, 0);
        return;
    }
    struct json_object object = json_object_open(value);
    load->in_flight_max =
        (uint32_t)json_read_int(json_object_get(&object, "most"), 1, 1000000,
                                json_object_is_present(&object) ? 1000 : 0);
    load->is_in_flight_adaptive = json_read_bool(json_object_get(&object, "adaptive"), false);
    json_object_finish(&object);
}

void load_cluster_balance(struct json_object *cluster, struct load_config *load)
{
    *load = (struct load_config){0};
    load_replica_choice(json_object_get(cluster, "replica_choice"), load);
    load_speculative_retry(json_object_get(cluster, "speculative_retry"), load);
    load_shedding(json_object_get(cluster, "shedding"), load);
    load_in_flight(json_object_get(cluster, "in_flight"), load);
}

/* --- clients --------------------------------------------------------------------------------- */

static const char *const coordinator_choices[] = {
#define CHOICE(identifier, name, meaning) name,
    COORDINATOR_CHOICES(CHOICE)
#undef CHOICE
};

static void load_coordinator(struct json_value value, struct client_setting *setting)
{
    static const char *const among[] = {"members", "replicas"};
    struct rule rule = open_rule(value, coordinator_choices, COORDINATOR_CHOICE_COUNT);
    setting->coordinator_choice = (uint8_t)rule.word;
    setting->is_token_aware =
        json_read_word(json_object_get(&rule.object, "among"), among, ARRAY_LEN(among), 0) == 1;
    setting->half_life_ns =
        json_read_time(json_object_get(&rule.object, "half_life"), MILLISECOND, HOUR, SECOND);
    json_object_finish(&rule.object);
}

static void load_retry(struct json_value value, struct retry_setting *retry)
{
    struct json_object object = json_object_open(value);
    retry->backoff_ns = json_read_time(json_object_get(&object, "backoff"), 0, HOUR, 0);
    struct json_value longest = json_object_get(&object, "longest");
    retry->backoff_max_ns = json_read_time(longest, 0, HOUR, MAX(retry->backoff_ns, SECOND));
    if (retry->backoff_max_ns < retry->backoff_ns)
        json_fail(longest, "the longest pause is shorter than the first one");
    retry->is_jittered = json_read_bool(json_object_get(&object, "jitter"), true);
    struct json_value budget = json_object_get(&object, "budget");
    retry->has_budget = json_value_kind(budget) != JSON_MISSING;
    retry->budget_ppb = json_read_share(budget, 0, 1000000000, 0);
    struct json_value rate = json_object_get(&object, "at_least");
    retry->budget_rate = (uint32_t)json_read_int(rate, 0, 1000, 0);
    if (json_value_kind(rate) != JSON_MISSING && !retry->has_budget)
        json_fail(rate, "\"at_least\" is part of a budget; expected \"budget\" beside it");
    json_object_finish(&object);
}

void load_client_balance(struct json_object *object, struct client_setting *setting)
{
    load_coordinator(json_object_get(object, "coordinator"), setting);
    setting->retry.retries =
        (uint8_t)json_read_int(json_object_get(object, "retries"), 0, 100, 0);
    load_retry(json_object_get(object, "retry"), &setting->retry);
    setting->in_flight_max =
        (uint32_t)json_read_int(json_object_get(object, "in_flight"), 1, 1000000, 0);
}

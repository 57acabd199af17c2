/*
 * test_shrink.c: planted bugs, found, shrink to a few lines that fail for the same reason, and
 * every one of the lines is needed: an own loop over single removals says so, not the shrinker's
 * proof.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "hunt/shrink/shrink.h"
#include "scenario/expand.h"

static struct trial_bench bench;

static const struct finding {
    const char *scenario, *rule;
    uint64_t seed;
} findings[] = {
    {"swarm", "check-alive-first", 1},
    {"swarm", "digests-resolved", 2},
    {"swarm", "distinct-replicas", 3},
    {"safeguard-absent-stay-out", "absent-stay-out", 1},
    {"safeguard-actor-epoch", "actor-epoch", 1},
    {"safeguard-newer-wins", "newer-wins", 1},
    {"safeguard-collect-when-repaired", "collect-when-repaired", 1},
    {"safeguard-hint-keeps-timestamp", "hint-keeps-timestamp", 1},
    {"safeguard-fence-old-topology", "fence-old-topology", 1},
    {"safeguard-dot-per-value", "dot-per-value", 1},
    {"safeguard-durable-forget", "durable-forget", 1},
};

static struct scenario *plain(const struct finding *finding)
{
    char path[200], set[100];
    const char *sets[] = {set};
    struct json_error error = {0};
    snprintf(path, sizeof path, "scenarios/%s.json", finding->scenario);
    snprintf(set, sizeof set, "safeguards.%s=false", finding->rule);
    struct scenario *scenario = scenario_open(path, sets, 1, &finding->seed, &error);
    if (!scenario)
        fail_msg("%s", error.text);
    return scenario;
}

static struct shrink_result shrink(const struct scenario *scenario, uint64_t seed, uint32_t jobs)
{
    struct shrink_result result;
    char why[900];
    struct shrink_order order = {
        .scenario = scenario, .seed = seed, .source = "test", .jobs = jobs, .run_limit = 20};
    if (!shrink_scenario(&order, &result, why, sizeof why))
        fail_msg("%s", why);
    return result;
}

static struct scenario *from_text(const char *text)
{
    struct json_error error = {0};
    return scenario_from_text("min.json", text, strlen(text), &error);
}

/* What a condition found: its first letter; a cause leaves it out. */
static char sight(const struct trial *trial)
{
    const char *found = strstr(trial->sentence, " is false: ");
    const char *is = found ? strstr(found + 11, " is ") : NULL;
    return is ? is[4] : '-';
}

/* Does this text fail like `wanted`, and hold with every rule on? */
static bool fails_alike(const char *text, const struct trial *wanted)
{
    static struct trial trial, guarded;
    struct scenario *scenario = from_text(text);
    if (!scenario)
        return false;
    struct trial_order order = {.scenario = scenario, .seed = scenario->seed};
    trial_run(&bench, &order, &trial);
    scenario->node.safeguards_off = 0;
    trial_run(&bench, &order, &guarded);
    scenario_free(scenario);
    return trial.end == TRIAL_VIOLATED && guarded.end == TRIAL_HOLDS &&
           strcmp(trial.cause, wanted->cause) == 0 && sight(&trial) == sight(wanted);
}

/* Without item `index` of a list: the text, or NULL when there is none. */
static char *without(const char *text, int client, int index)
{
    cJSON *doc = cJSON_Parse(text);
    cJSON *list = cJSON_GetObjectItem(doc, client < 0 ? "timeline" : "clients");
    if (client >= 0)
        list = cJSON_GetObjectItem(cJSON_GetArrayItem(list, client), "script");
    bool is_there = list && index < cJSON_GetArraySize(list);
    cJSON_DeleteItemFromArray(list, index);
    char *result = is_there ? cJSON_PrintUnformatted(doc) : NULL;
    cJSON_Delete(doc);
    return result;
}

static void every_line_is_needed(const char *text, const struct trial *wanted)
{
    for (int client = -1; client < 8; client++)
        for (int index = 0;; index++) {
            char *smaller = without(text, client, index);
            if (!smaller)
                break;
            if (fails_alike(smaller, wanted))
                fail_msg("without line %d of %d it fails alike:\n%s", index, client, text);
            free(smaller);
        }
}

static void is_small_and_alike(const struct finding *finding, struct shrink_result *result)
{
    static struct trial before, after;
    struct scenario *scenario = plain(finding);
    trial_run(&bench, &(struct trial_order){.scenario = scenario, .seed = finding->seed}, &before);
    assert_int_equal(before.end, TRIAL_VIOLATED);
    *result = shrink(scenario, finding->seed, 2);
    struct scenario *smaller = from_text(result->text);
    assert_non_null(smaller);
    trial_run(&bench, &(struct trial_order){.scenario = smaller, .seed = smaller->seed}, &after);
    assert_int_equal(result->end, SHRINK_MINIMAL);
    assert_string_equal(before.cause, after.cause);
    assert_string_equal(scenario->checks[before.check].name, smaller->checks[after.check].name);
    every_line_is_needed(result->text, &after);
    struct shrink_result again = shrink(smaller, smaller->seed, 1);
    assert_string_equal(again.text, result->text);
    free(again.text);
    scenario_free(smaller);
    scenario_free(scenario);
}

static int compare_counts(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static void planted_bugs_shrink_to_lines_that_are_all_needed(void **state)
{
    (void)state;
    int lines[ARRAY_LEN(findings)];
    for (size_t i = 0; i < ARRAY_LEN(findings); i++) {
        struct shrink_result result;
        is_small_and_alike(&findings[i], &result);
        lines[i] = (int)(result.after.faults + result.after.operations);
        print_message("%-28s %4u -> %2d lines, %4llu runs, %.1f s\n", findings[i].rule,
                      result.before.faults + result.before.operations, lines[i],
                      (unsigned long long)result.runs, result.seconds);
        free(result.text);
    }
    qsort(lines, ARRAY_LEN(lines), sizeof *lines, compare_counts);
    assert_true(lines[ARRAY_LEN(lines) / 2] <= 10);
}

static void the_number_of_processes_changes_nothing(void **state)
{
    (void)state;
    struct scenario *scenario = plain(&findings[1]);
    struct shrink_result one = shrink(scenario, findings[1].seed, 1);
    struct shrink_result three = shrink(scenario, findings[1].seed, 3);
    assert_string_equal(one.text, three.text);
    free(one.text);
    free(three.text);
    scenario_free(scenario);
}

/* Draws are keyed by the number of an operation: its place in the script is nothing. */
static void an_operation_that_keeps_its_number_keeps_its_draws(void **state)
{
    (void)state;
    static const char form[] =
        "{\"name\": \"n\", \"duration\": \"3s\", \"network\": {\"latency\": "
        "{\"exponential\": \"2ms\"}}, \"clients\": [{\"name\": \"a\", \"script\": [%s"
        "{\"at\": \"2s\", \"put\": \"k\", \"value\": \"v\", \"number\": 2}]}]}";
    static struct trial trial;
    vtime told[2];
    for (size_t i = 0; i < 2; i++) {
        char text[600];
        snprintf(text, sizeof text, form, i ? "" : "{\"at\": \"1s\", \"get\": \"j\"}, ");
        struct scenario *scenario = from_text(text);
        assert_non_null(scenario);
        trial_run(&bench, &(struct trial_order){.scenario = scenario, .seed = 3}, &trial);
        told[i] = history_at(&bench.world, i ? 0 : 1)->told;
        scenario_free(scenario);
    }
    assert_int_equal(told[0], told[1]);
}

static int open_bench(void **state)
{
    const char *why;
    (void)state;
    return trial_bench_open(&bench, &why) ? 0 : -1;
}

static int close_bench(void **state)
{
    (void)state;
    trial_bench_close(&bench);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planted_bugs_shrink_to_lines_that_are_all_needed),
        cmocka_unit_test(the_number_of_processes_changes_nothing),
        cmocka_unit_test(an_operation_that_keeps_its_number_keeps_its_draws),
    };
    return cmocka_run_group_tests(tests, open_bench, close_bench);
}

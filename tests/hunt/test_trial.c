/*
 * test_trial.c: one run is judged as `ringside run` does it, and a bench forgets the run before.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "hunt/cause.h"
#include "hunt/trial.h"
#include "scenario/load.h"

static struct trial_bench bench;

static struct scenario *load(const char *name, const char *override)
{
    char path[200];
    struct json_error error = {0};
    struct text text;
    text_init(&text, path, sizeof path);
    text_str(&text, "scenarios/");
    text_str(&text, name);
    text_str(&text, ".json");
    struct scenario *scenario = scenario_load(path, &override, override ? 1 : 0, &error);
    if (!scenario)
        fail_msg("%s", error.text);
    return scenario;
}

static struct trial run(const struct scenario *scenario, uint64_t seed)
{
    struct trial trial;
    trial_run(&bench, &(struct trial_order){.scenario = scenario, .seed = seed}, &trial);
    return trial;
}

static void a_run_that_holds_says_so_and_what_it_reached(void **state)
{
    (void)state;
    struct scenario *scenario = load("standard", NULL);
    struct trial trial = run(scenario, 1);
    assert_int_equal(trial.end, TRIAL_HOLDS);
    assert_int_equal(trial.check, TRIAL_NO_CHECK);
    assert_string_equal(trial.sentence, "");
    assert_true(coverage_has(&trial.coverage, TRACE_PARTITION));
    assert_false(coverage_has(&trial.coverage, TRACE_COMMAND));
    scenario_free(scenario);
}

static void a_bench_that_was_used_before_makes_the_same_run(void **state)
{
    (void)state;
    struct scenario *standard = load("standard", NULL), *other = load("sync-policies", NULL);
    struct trial first = run(standard, 7);
    run(other, 3);
    run(standard, 8);
    struct trial again = run(standard, 7);
    assert_memory_equal(&first, &again, sizeof first);
    scenario_free(standard);
    scenario_free(other);
}

static void a_broken_rule_is_part_of_the_cause(void **state)
{
    (void)state;
    struct scenario *scenario = load("safeguard-sync-before-acknowledge",
                                     "safeguards.sync-before-acknowledge=false");
    struct trial trial = run(scenario, scenario->seed);
    assert_int_equal(trial.end, TRIAL_VIOLATED);
    assert_string_equal(scenario->checks[trial.check].name, "the payment survives the power cut");
    assert_non_null(strstr(trial.cause, "; broken: sync-before-acknowledge"));
    assert_non_null(strstr(trial.sentence, "paid"));
    assert_int_equal(trial.found_at, 1001112914);
    scenario_free(scenario);
}

static void what_a_scenario_expects_to_fail_is_a_finding_only_when_asked_for(void **state)
{
    (void)state;
    struct scenario *scenario = load("skewed-clock", NULL);
    struct trial trial;
    struct trial_order order = {.scenario = scenario, .seed = scenario->seed};
    trial_run(&bench, &order, &trial);
    assert_int_equal(trial.end, TRIAL_HOLDS);
    assert_true(trial.violated != 0);
    order.is_strict = true;
    trial_run(&bench, &order, &trial);
    assert_int_equal(trial.end, TRIAL_VIOLATED);
    assert_true(strlen(trial.sentence) > 0);
    assert_string_equal(trial.check_name, scenario->checks[trial.check].name);
    assert_true(trial_has_same_cause(&trial, &trial));
    struct trial other = trial;
    other.signature++;
    assert_true(trial_fails_same_check(&trial, &other));
    assert_false(trial_has_same_cause(&trial, &other));
    other.check_name[0]++;
    assert_false(trial_fails_same_check(&trial, &other));
    scenario_free(scenario);
}

static void a_run_that_does_not_end_within_its_steps_is_a_finding(void **state)
{
    (void)state;
    struct scenario *scenario = load("standard", NULL);
    struct trial trial;
    trial_run(&bench, &(struct trial_order){.scenario = scenario, .seed = 1, .step_limit = 100},
              &trial);
    assert_int_equal(trial.end, TRIAL_ENDLESS);
    assert_int_equal(trial.steps, 100);
    scenario_free(scenario);
}

static void blanked(const char *sentence, const char *wanted)
{
    char buffer[400];
    struct text text;
    text_init(&text, buffer, sizeof buffer);
    cause_blank(&text, sentence);
    assert_string_equal(buffer, wanted);
}

static void a_cause_has_neither_names_nor_numbers(void **state)
{
    (void)state;
    blanked("get {op0} of {key} returned {value:00000000000000a1}, which nobody had written",
            "get # of a key returned a value, which nobody had written");
    blanked("replicas of 3 keys still differed 1.5 s after it, at 12 ms",
            "replicas of N keys still differed N after it, at N");
    blanked("{node:2} holds nothing (timestamp 17), and {node:11}",
            "a node holds nothing, and a node");
    blanked("{node:2} holds {value:1}, {node:3} holds {value:2}, {node:4} holds {value:3}, but",
            "a node holds a value, but");
    blanked("x, {node:2} holds {value:1}, {node:3} holds {value:2}", "x, a node holds a value");
    blanked("{node:2", "a node");
    blanked("a (b", "a");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_that_holds_says_so_and_what_it_reached),
        cmocka_unit_test(a_bench_that_was_used_before_makes_the_same_run),
        cmocka_unit_test(a_broken_rule_is_part_of_the_cause),
        cmocka_unit_test(what_a_scenario_expects_to_fail_is_a_finding_only_when_asked_for),
        cmocka_unit_test(a_run_that_does_not_end_within_its_steps_is_a_finding),
        cmocka_unit_test(a_cause_has_neither_names_nor_numbers),
    };
    const char *why;
    if (!trial_bench_open(&bench, &why))
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    trial_bench_close(&bench);
    return failed;
}

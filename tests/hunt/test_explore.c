/*
 * test_explore.c: every order is gone through, once, and what is left out leaves out nothing.
 *
 * The counts are exact: they are the same with every compiler and on every machine. A search that
 * leaves transitions out, or looks steps up, is compared with one that does neither.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hunt/explore.h"

#define FILE_NAME "scenarios/explore-two-writers.json"

static const char *const unsafe[] = {"safeguards.newer-wins=false",
                                     "checks[+]={\"check\": \"converged\"}"};

static struct scenario *load(bool is_unsafe)
{
    struct json_error error = {0};
    struct scenario *scenario = explore_load(FILE_NAME, unsafe, is_unsafe ? 2 : 0, &error);
    if (!scenario)
        fail_msg("%s", error.text);
    return scenario;
}

static struct scenario *scenario; /* of the run that is open */

static struct explore *run(struct explore_order order, bool is_unsafe)
{
    struct explore *explore;
    const char *why;
    scenario = load(is_unsafe);
    order.scenario = scenario;
    order.seed = scenario->seed;
    if (!explore_open(&explore, &order, &why))
        fail_msg("%s", why);
    explore_run(explore);
    return explore;
}

static void end(struct explore *explore)
{
    explore_close(explore);
    scenario_free(scenario);
}

static struct explore_result result_of(struct explore_order order, bool is_unsafe)
{
    struct explore *explore = run(order, is_unsafe);
    struct explore_result result = *explore_result(explore);
    end(explore);
    return result;
}

static void two_writers_with_a_crash_and_a_loss_are_gone_through_completely(void **state)
{
    (void)state;
    struct explore_result r = result_of((struct explore_order){.crashes = 1, .drops = 1}, false);
    assert_true(r.is_complete);
    assert_int_equal(r.states, 384280);
    assert_int_equal(r.finals, 4908);
    assert_int_equal(r.violating, 0);
    assert_int_equal(r.depth, 28);
}

static void assert_same_ends(const struct explore_result *one, const struct explore_result *other)
{
    assert_true(one->is_complete && other->is_complete);
    assert_int_equal(one->states, other->states);
    assert_int_equal(one->finals, other->finals);
    assert_int_equal(one->violating, other->violating);
    assert_int_equal(one->violated, other->violated);
    assert_int_equal(one->finals_digest, other->finals_digest);
}

static void sleep_sets_leave_out_transitions_and_no_end(void **state)
{
    (void)state;
    for (uint32_t faults = 0; faults < 4; faults++) {
        struct explore_order order = {.crashes = faults & 1, .drops = faults >> 1};
        struct explore_result reduced = result_of(order, true);
        order.is_unreduced = true;
        struct explore_result all = result_of(order, true);
        assert_same_ends(&reduced, &all);
        assert_true(reduced.transitions < all.transitions);
        assert_int_equal(all.skipped, 0);
    }
}

static void a_step_that_is_known_is_the_step_that_the_database_would_make(void **state)
{
    (void)state;
    struct explore_order order = {.drops = 1};
    struct explore_result remembered = result_of(order, true);
    order.is_unremembered = true;
    struct explore_result made = result_of(order, true);
    assert_same_ends(&remembered, &made);
    assert_int_equal(made.made, made.transitions - made.lost);
    assert_true(remembered.made * 20 < made.made);
}

static void a_replica_that_keeps_what_comes_last_is_found_in_twenty_steps(void **state)
{
    (void)state;
    struct explore_result r = result_of((struct explore_order){0}, true);
    assert_true(r.is_complete);
    assert_int_equal(r.states, 3305);
    assert_int_equal(r.finals, 28);
    assert_int_equal(r.violating, 18);
    assert_int_equal(r.path_length, 20);
    assert_int_equal(r.check, 3);
    assert_int_equal(result_of((struct explore_order){0}, false).violating, 0);
}

static void one_postponement_is_enough_and_none_is_not(void **state)
{
    (void)state;
    struct explore_order order = {.mode = EXPLORE_DELAY, .bound = 0};
    struct explore_result none = result_of(order, true);
    order.bound = 1;
    struct explore_result one = result_of(order, true);
    assert_int_equal(none.finals, 1);
    assert_int_equal(none.violating, 0);
    assert_int_equal(one.finals, 5);
    assert_int_equal(one.violating, 2);
}

static void random_priorities_find_it_in_the_third_schedule(void **state)
{
    (void)state;
    struct explore_order order = {
        .mode = EXPLORE_PCT, .depth = 3, .runs = 100, .stops_at_violation = true};
    struct explore_result r = result_of(order, true);
    assert_int_equal(r.found_run, 3);
    order.runs = 1000;
    assert_int_equal(result_of(order, false).violating, 0);
}

static void the_schedule_is_a_scenario_that_comes_to_the_same(void **state)
{
    (void)state;
    struct json_error error = {0};
    struct explore *explore = run((struct explore_order){.crashes = 1}, true);
    const struct explore_result *r = explore_result(explore);
    char *text = explore_write(explore, FILE_NAME, unsafe, 2, r->path, r->path_length, &error);
    if (!text)
        fail_msg("%s", error.text);
    assert_non_null(strstr(text, "\"disk_finish\""));
    free(text);
    end(explore);
}

static void a_run_is_cut_where_it_was_told_to_and_says_so(void **state)
{
    (void)state;
    struct explore_result r = result_of((struct explore_order){.state_limit = 100}, false);
    assert_false(r.is_complete);
    assert_string_equal(r.cut, "there are more states than --max-states allows");
    static const volatile sig_atomic_t stop = 1;
    r = result_of((struct explore_order){.stop = &stop}, false);
    assert_string_equal(r.cut, "somebody stopped it");
}

static void a_scenario_with_a_timeline_is_refused(void **state)
{
    (void)state;
    struct json_error error = {0};
    struct explore *explore;
    const char *why = NULL;
    scenario = explore_load("scenarios/demo.json", NULL, 0, &error);
    assert_non_null(scenario);
    struct explore_order order = {.scenario = scenario};
    assert_false(explore_open(&explore, &order, &why));
    assert_non_null(strstr(why, "no timeline"));
    end(explore);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_writers_with_a_crash_and_a_loss_are_gone_through_completely),
        cmocka_unit_test(sleep_sets_leave_out_transitions_and_no_end),
        cmocka_unit_test(a_step_that_is_known_is_the_step_that_the_database_would_make),
        cmocka_unit_test(a_replica_that_keeps_what_comes_last_is_found_in_twenty_steps),
        cmocka_unit_test(one_postponement_is_enough_and_none_is_not),
        cmocka_unit_test(random_priorities_find_it_in_the_third_schedule),
        cmocka_unit_test(the_schedule_is_a_scenario_that_comes_to_the_same),
        cmocka_unit_test(a_run_is_cut_where_it_was_told_to_and_says_so),
        cmocka_unit_test(a_scenario_with_a_timeline_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

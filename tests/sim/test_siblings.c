/*
 * test_siblings.c: dotted version vectors never show more siblings than there were concurrent
 * writers, in any of many runs; plain version vectors do.
 *
 * The shipped scenarios, in this process: a run and its verdict, without a report.
 *
 *     100 seeds each; with LONG=1, 1,000:     LONG=1 T=sim/test_siblings tests/run.sh release
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/region.h"
#include "scenario/load.h"
#include "sim/judge/judge.h"

static struct world world;
static struct region region;

static uint64_t seeds(void)
{
    const char *text = getenv("LONG");
    return text && *text == '1' ? 1000 : 100;
}

static bool is_violated(const struct scenario *scenario, const char *check)
{
    struct check_result results[CHECKS_MAX];
    region_reset(&region);
    struct heap *scratch = region_create_root(&region, sizeof *scratch);
    heap_init(scratch, region.header);
    judge_world(&world, scratch, results);
    for (uint32_t i = 0; i < scenario->check_count; i++)
        if (strcmp(results[i].setting->name, check) == 0)
            return results[i].verdict.kind == VERDICT_VIOLATED;
    fail_msg("there is no check \"%s\"", check);
    return false;
}

/* In how many runs this check fails. */
static uint64_t count_failing(const char *file, const char *setting, const char *check)
{
    struct json_error error = {0};
    struct scenario *scenario = scenario_load(file, &setting, 1, &error);
    uint64_t failing = 0;
    assert_non_null(scenario);
    for (uint64_t seed = 1; seed <= seeds(); seed++) {
        world_begin(&world, scenario, seed, NULL, 0);
        world_run(&world, VTIME_NEVER, UINT64_MAX);
        failing += is_violated(scenario, check);
    }
    scenario_free(scenario);
    return failing;
}

#define EXPLOSION "scenarios/sibling-explosion.json"
#define BESIDE    "no value stands beside one that had seen it"
#define CART      "scenarios/shopping-cart.json"
#define LOST      "nothing that was put in is lost"

static void with_dots_no_value_stands_beside_one_that_had_seen_it(void **state)
{
    (void)state;
    assert_int_equal(
        count_failing(EXPLOSION, "cluster.tables.page.conflicts=siblings", BESIDE), 0);
}

static void with_plain_version_vectors_one_does_in_every_run(void **state)
{
    (void)state;
    assert_int_equal(
        count_failing(EXPLOSION, "cluster.tables.page.conflicts=vector", BESIDE), seeds());
}

static void with_siblings_nothing_that_was_put_into_a_cart_is_lost(void **state)
{
    (void)state;
    assert_int_equal(count_failing(CART, "cluster.tables.cart.conflicts=siblings", LOST), 0);
}

static void with_last_writer_wins_some_of_it_is_in_most_runs(void **state)
{
    (void)state;
    uint64_t failing = count_failing(CART, "cluster.tables.cart.conflicts=lww", LOST);
    print_message("# in %llu of %llu runs\n", (unsigned long long)failing,
                  (unsigned long long)seeds());
    assert_true(failing > seeds() / 2);
}

int main(void)
{
    const char *why = NULL;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(with_dots_no_value_stands_beside_one_that_had_seen_it),
        cmocka_unit_test(with_plain_version_vectors_one_does_in_every_run),
        cmocka_unit_test(with_siblings_nothing_that_was_put_into_a_cart_is_lost),
        cmocka_unit_test(with_last_writer_wins_some_of_it_is_in_most_runs),
    };
    if (!world_open(&world, WORLD_RESERVE_BYTES, NULL, &why) ||
        !region_open(&region, UINT64_C(1) << 30, NULL, &why))
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    region_close(&region);
    world_close(&world);
    return failed;
}

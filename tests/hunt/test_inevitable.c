/*
 * test_inevitable.c: the step from which a failure was inevitable is found, and is the same again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "hunt/inevitable.h"
#include "scenario/load.h"

#define PAYMENT "the payment survives the power cut"

static struct inevitable search;

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

static uint32_t check_named(const struct scenario *scenario, const char *name)
{
    for (uint32_t i = 0; i < scenario->check_count; i++)
        if (strcmp(scenario->checks[i].name, name) == 0)
            return i;
    fail_msg("there is no check %s", name);
    return 0;
}

static void look(const struct scenario *scenario, struct inevitable_order order)
{
    const char *why;
    order.scenario = scenario;
    order.seed = scenario->seed;
    order.tails = order.tails ? order.tails : INEVITABLE_TAILS;
    assert_true(inevitable_begin(&search, &order, &why));
    while (inevitable_go_on(&search))
        continue;
    inevitable_end(&search);
}

/* n1 acknowledges what is not on its disk, and crashes or does not. */
static void a_crash_that_takes_the_write_is_the_step(void **state)
{
    (void)state;
    struct scenario *scenario = load("safeguard-sync-before-acknowledge",
                                     "safeguards.sync-before-acknowledge=false");
    look(scenario, (struct inevitable_order){.check = check_named(scenario, PAYMENT)});
    assert_true(search.is_failing);
    assert_int_equal(search.high, 49);
    assert_int_equal(search.low, 48);
    const struct inevitable_probe *answer = inevitable_probe_at(&search, 49);
    assert_int_equal(answer->time, 1001112914);
    assert_int_equal(answer->tails, 100);
    assert_int_equal(answer->failed, 100);
    const struct inevitable_probe *before = inevitable_probe_at(&search, 48);
    assert_int_equal(before->tails, 20);
    assert_int_equal(before->failed, 11); /* the coin of the crash */
    for (uint32_t i = 0; i < search.probe_count; i++)
        if (search.probes[i].step >= 49)
            assert_int_equal(search.probes[i].failed, search.probes[i].tails);
    scenario_free(scenario);
}

static void the_same_search_finds_the_same(void **state)
{
    (void)state;
    static struct inevitable_probe first[INEVITABLE_PROBES_MAX];
    struct scenario *scenario =
        load("safeguard-hint-keeps-timestamp", "safeguards.hint-keeps-timestamp=false");
    uint32_t check = check_named(scenario, "the new cart survives the old delete");
    look(scenario, (struct inevitable_order){.check = check});
    uint32_t count = search.probe_count;
    memcpy(first, search.probes, sizeof first);
    look(scenario, (struct inevitable_order){.check = check});
    assert_int_equal(search.probe_count, count);
    assert_memory_equal(search.probes, first, count * sizeof first[0]);
    assert_int_equal(search.high, 141); /* the delete that nobody should have lost is asked for */
    /* an answer that did not stand the proof */
    assert_int_equal(inevitable_probe_at(&search, 140)->failed, 97);
    assert_int_equal(inevitable_probe_at(&search, 140)->tails, 100);
    scenario_free(scenario);
}

/* Nothing is drawn there that matters: with its faults it fails whatever happens. */
static void with_all_faults_kept_it_was_so_from_the_beginning(void **state)
{
    (void)state;
    struct scenario *scenario = load("safeguard-sync-before-acknowledge",
                                     "safeguards.sync-before-acknowledge=false");
    uint32_t check = check_named(scenario, PAYMENT);
    look(scenario, (struct inevitable_order){.check = check, .tails = 7, .keeps_faults = true});
    assert_true(search.low == UINT64_MAX);
    assert_int_equal(search.high, 0);
    assert_int_equal(inevitable_probe_at(&search, 0)->failed, 35);
    scenario_free(scenario);
}

static void of_a_check_that_holds_nothing_is_looked_for(void **state)
{
    (void)state;
    struct scenario *scenario = load("safeguard-sync-before-acknowledge", NULL);
    look(scenario, (struct inevitable_order){.check = check_named(scenario, PAYMENT)});
    assert_false(search.is_failing);
    assert_int_equal(search.probe_count, 0);
    scenario_free(scenario);
}

/* After all the tails the world is that of the run again, with its own draws. */
static void the_run_itself_goes_on_as_it_did(void **state)
{
    (void)state;
    const char *why;
    struct scenario *scenario = load("demo", NULL);
    struct inevitable_order order = {.scenario = scenario, .seed = 7, .check = 0, .tails = 2};
    assert_true(inevitable_begin(&search, &order, &why));
    struct digest whole = search.world.state->digest;
    search.is_failing = true; /* look for it all the same */
    inevitable_go_on(&search);
    inevitable_go_on(&search);
    travel_seek(&search.travel, UINT64_MAX);
    assert_true(digest_equal(search.world.state->digest, whole));
    inevitable_end(&search);
    scenario_free(scenario);
}

static void a_share_is_known_as_well_as_there_are_tails(void **state)
{
    (void)state;
    static const struct {
        uint32_t failed, tails, low, high; /* Wilson, 95 %, parts of a thousand */
    } cases[] = {
        {20, 20, 838, 1000}, {0, 20, 0, 162}, {10, 20, 299, 701}, {100, 100, 963, 1000},
        {1, 1, 206, 1000},   {97, 100, 915, 990},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct inevitable_share share = inevitable_wilson(cases[i].failed, cases[i].tails);
        assert_int_equal(share.low, cases[i].low);
        assert_int_equal(share.high, cases[i].high);
    }
}

static void a_cure_is_no_fault(void **state)
{
    (void)state;
    static const uint32_t stay[] = {ACTION_RESTART,     ACTION_RESUME,        ACTION_HEAL,
                                    ACTION_DISK_FREE,   ACTION_DISK_HONEST,   ACTION_CLOCK_THAW,
                                    ACTION_RELEASE,     ACTION_CALM,          ACTION_JOIN,
                                    ACTION_REPAIR,      ACTION_OPERATION,     ACTION_START_CLIENTS};
    for (size_t i = 0; i < sizeof stay / sizeof stay[0]; i++)
        assert_false(inevitable_is_fault(stay[i]));
    assert_true(inevitable_is_fault(ACTION_CRASH));
    assert_true(inevitable_is_fault(ACTION_CORRUPT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crash_that_takes_the_write_is_the_step),
        cmocka_unit_test(the_same_search_finds_the_same),
        cmocka_unit_test(with_all_faults_kept_it_was_so_from_the_beginning),
        cmocka_unit_test(of_a_check_that_holds_nothing_is_looked_for),
        cmocka_unit_test(the_run_itself_goes_on_as_it_did),
        cmocka_unit_test(a_share_is_known_as_well_as_there_are_tails),
        cmocka_unit_test(a_cure_is_no_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

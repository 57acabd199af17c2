/*
 * test_expand.c: a swarm is a function of scenario and seed, and every kind of fault fires.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/expand.h"
#include "sim/fault/pairs.h"
#include "sim/world/world.h"

/* The swarm's members stand in the place of %s; ' stands for the double quote of JSON. */
#define SCENARIO                                                                                   \
    "{'name': 's', 'duration': '30s', 'cluster': {'nodes': 9, 'members': 7, 'racks': 3}, "         \
    "'clients': [{'name': 'c', 'think': '200ms', 'stop': '29s'}], "                                \
    "'faults': {'swarm': {%s}}}"

static struct scenario *swarm_of(const char *members)
{
    char text[2000];
    struct json_error error = {0};
    int size = snprintf(text, sizeof text, SCENARIO, members);
    for (char *c = text; *c; c++)
        *c = *c == '\'' ? '"' : *c;
    struct scenario *scenario = scenario_from_text("swarm", text, (size_t)size, &error);
    if (!scenario)
        fail_msg("%s", error.text);
    return scenario;
}

static char *text_of(const struct scenario *swarm, uint64_t seed)
{
    struct json_error error = {0};
    char *text = scenario_expand_text(swarm, seed, &error);
    if (!text)
        fail_msg("%s", error.text);
    return text;
}

static struct scenario *plain_of(const struct scenario *swarm, uint64_t seed)
{
    struct json_error error = {0};
    struct scenario *plain = scenario_expand(swarm, seed, &error);
    if (!plain)
        fail_msg("%s", error.text);
    return plain;
}

static void the_same_seed_gives_the_same_scenario_and_another_one_another(void **state)
{
    (void)state;
    struct scenario *swarm = swarm_of("'vary': ['all']");
    char *one = text_of(swarm, 7), *again = text_of(swarm, 7), *other = text_of(swarm, 8);
    assert_string_equal(one, again);
    assert_string_not_equal(one, other);
    assert_null(strstr(one, "\"faults\""));
    free(one), free(again), free(other);
    scenario_free(swarm);
}

static void what_was_expanded_is_a_file_like_any_other(void **state)
{
    (void)state;
    struct json_error error = {0};
    struct scenario *swarm = swarm_of("'vary': ['all']"), *plain = plain_of(swarm, 3);
    char *text = text_of(swarm, 3);
    struct scenario *read = scenario_from_text("file", text, strlen(text), &error);
    assert_non_null(read);
    assert_null(read->swarm);
    assert_string_equal(read->text, plain->text);
    assert_int_equal(read->seed, 3);
    char *again = text_of(read, 3); /* without a swarm it stays as it is */
    assert_string_equal(again, text);
    free(text), free(again);
    scenario_free(read);
    scenario_free(plain);
    scenario_free(swarm);
}

/* How many lines of a kind there are, and a hash of when they are and what they do. */
static uint64_t lines_of(const struct scenario *plain, uint32_t kind, uint32_t *count)
{
    uint64_t sum = 0;
    *count = 0;
    for (uint32_t i = 0; i < plain->timeline_count; i++) {
        const struct timeline_entry *entry = &plain->timeline[i];
        if (entry->fault.number == 0 || entry->fault.kind != kind)
            continue;
        uint64_t what = mix_pair(entry->action.kind, entry->action.target);
        sum += mix_pair(mix_pair(entry->at, what), entry->fault.number);
        ++*count;
    }
    return sum;
}

static void a_kind_that_is_left_out_shifts_no_other(void **state)
{
    (void)state;
    struct scenario *with = swarm_of("'kinds': ['one-way-cut', 'halves', 'slow-node', 'pause'], "
                                     "'chance': '100%', 'at_once': 100");
    struct scenario *without = swarm_of("'kinds': ['one-way-cut', 'halves', 'slow-node'], "
                                        "'chance': '100%', 'at_once': 100");
    static const uint32_t kinds[] = {FAULT_KIND_ONE_WAY, FAULT_KIND_HALVES, FAULT_KIND_SLOW_NODE};
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct scenario *a = plain_of(with, seed), *b = plain_of(without, seed);
        for (uint32_t i = 0; i < ARRAY_LEN(kinds); i++) {
            uint32_t count_a, count_b;
            uint64_t sum_a = lines_of(a, kinds[i], &count_a);
            assert_int_equal(sum_a, lines_of(b, kinds[i], &count_b));
            assert_int_equal(count_a, count_b);
        }
        scenario_free(a);
        scenario_free(b);
    }
    scenario_free(with);
    scenario_free(without);
}

static void take(void *host, const struct trace_record *record)
{
    pairs_take(host, record);
}

static struct fault_pairs pairs_of(struct world *world, const struct scenario *plain, uint64_t seed)
{
    struct pairs_watch watch = {0};
    world->sink = (struct trace_sink){take, &watch};
    world_begin(world, plain, seed, NULL, 0);
    world_run(world, VTIME_NEVER, UINT64_MAX);
    pairs_end(&watch);
    return watch.pairs;
}

/* Alone, with as many seeds as it takes: it is drawn, it loads, and it is not refused. */
static void every_kind_of_fault_fires(void **state)
{
    (void)state;
    static struct world world;
    const char *why;
    assert_true(world_open(&world, WORLD_RESERVE_BYTES, NULL, &why));
    for (uint32_t kind = 0; kind < FAULT_KIND_COUNT; kind++) {
        char members[200];
        bool has_fired = false;
        snprintf(members, sizeof members,
                 "'mode': 'safety', 'kinds': ['%s'], 'chance': '100%%', 'gap': ['500ms', '1s']",
                 fault_table[kind].name);
        struct scenario *swarm = swarm_of(members);
        for (uint64_t seed = 1; seed <= 20 && !has_fired; seed++) {
            struct scenario *plain = plain_of(swarm, seed);
            has_fired = pairs_of(&world, plain, seed).seen == UINT64_C(1) << kind;
            scenario_free(plain);
        }
        if (!has_fired)
            fail_msg("%s never fires", fault_table[kind].name);
        scenario_free(swarm);
    }
    world_close(&world);
}

static void a_run_of_a_swarm_is_the_run_of_what_it_stands_for(void **state)
{
    (void)state;
    static struct world world;
    const char *why;
    struct scenario *swarm = swarm_of("'vary': ['workload']");
    struct scenario *plain = plain_of(swarm, 5);
    struct json_error error = {0};
    char *text = text_of(swarm, 5);
    struct scenario *file = scenario_from_text("f", text, strlen(text), &error);
    assert_true(world_open(&world, WORLD_RESERVE_BYTES, NULL, &why));
    pairs_of(&world, plain, 5);
    struct digest digest = world.state->digest;
    pairs_of(&world, file, 5);
    assert_true(digest.low == world.state->digest.low && digest.high == world.state->digest.high);
    world_close(&world);
    free(text);
    scenario_free(file);
    scenario_free(plain);
    scenario_free(swarm);
}

static void faults_of_one_hold_do_not_overlap(void **state)
{
    (void)state;
    struct scenario *swarm = swarm_of("'kinds': ['machine'], 'chance': '100%', 'at_once': 100, "
                                      "'mode': 'safety'");
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct scenario *plain = plain_of(swarm, seed);
        bool is_down[9] = {0};
        for (uint32_t i = 0; i < plain->timeline_count; i++) {
            const struct timeline_entry *entry = &plain->timeline[i];
            if (entry->fault.kind == FAULT_KIND_RACK_CRASH || entry->trigger != TRIGGER_AT)
                continue;
            if (entry->action.kind == ACTION_CRASH) {
                assert_false(is_down[entry->action.target]);
                is_down[entry->action.target] = true;
            } else if (entry->action.kind == ACTION_RESTART) {
                is_down[entry->action.target] = false;
            }
        }
        scenario_free(plain);
    }
    scenario_free(swarm);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_gives_the_same_scenario_and_another_one_another),
        cmocka_unit_test(what_was_expanded_is_a_file_like_any_other),
        cmocka_unit_test(a_kind_that_is_left_out_shifts_no_other),
        cmocka_unit_test(every_kind_of_fault_fires),
        cmocka_unit_test(a_run_of_a_swarm_is_the_run_of_what_it_stands_for),
        cmocka_unit_test(faults_of_one_hold_do_not_overlap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

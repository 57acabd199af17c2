/*
 * test_preload.c: data from before the run lies on its owners, durable, and oracles know it.
 */
#include "cluster.h"

#include <stdio.h>
#include <string.h>

#include "sim/judge/judge.h"
#include "sim/world/preload.h"

enum { KEYS = 200 };

#define PRELOAD "'preload': {'keys': {'prefix': 'k', 'count': 200}, 'value_size': '24B'}"

static void each_row_lies_on_all_its_owners_and_nowhere_else(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', 'cluster': {'nodes': 5}, " PRELOAD);
    run_until(&c, 500 * MILLISECOND);
    for (uint32_t number = 1; number <= KEYS; number++) {
        char key[16], value[25];
        snprintf(key, sizeof key, "k%u", number);
        memset(value, '.', 24);
        value[24] = '\0';
        memcpy(value, key, strlen(key));
        memcpy(value + strlen(key), "#0", 2);
        for (uint32_t node = N1; node <= N5; node++)
            expect_stored(&c, node, key, is_replica(&c, key, node) ? value : NULL);
    }
    assert_int_equal(version_at(&c, replica_of(&c, "k1", 0), "k1").timestamp, PRELOAD_TIMESTAMP);
    cluster_close(&c);
}

static void a_power_cut_at_the_very_start_takes_nothing(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c,
                 "'duration': '2s', 'cluster': {'nodes': 3}, " PRELOAD
                 ", 'timeline': [{'at': '0s', 'crash': 'all'}, {'at': '1s', 'restart': 'all'}]");
    run_to_end(&c);
    expect_stored(&c, N1, "k200", "k200#0..................");
    expect_stored(&c, N3, "k1", "k1#0....................");
    cluster_close(&c);
}

/* --- what oracles say ---------------------------------------------------------------------------
 */

static enum verdict_kind judge(struct cluster *c, uint32_t check)
{
    struct check_result results[8];
    struct region region;
    const char *why = NULL;
    assert_true(region_open(&region, UINT64_C(1) << 30, NULL, &why));
    struct heap *scratch = region_create_root(&region, sizeof *scratch);
    heap_init(scratch, region.header);
    judge_world(&c->world, scratch, results);
    region_close(&region);
    return (enum verdict_kind)results[check].verdict.kind;
}

#define CHECKS                                                                                     \
    "'checks': [{'check': 'linearizable'}, {'check': 'durable'}, {'check': 'no_invention'}]"

static void who_reads_it_reads_what_was_there(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '3s', 'cluster': {'nodes': 3}, " PRELOAD ", " CHECKS
                     ", 'clients': [{'name': 'ann', 'script': ["
                     "  {'at': '1s', 'get': 'k7', 'label': 'r1'},"
                     "  {'put': 'k7', 'value': 'new', 'label': 'w1'},"
                     "  {'get': 'k7', 'label': 'r2'}, {'get': 'k201', 'label': 'r3'}]}]");
    run_to_end(&c);
    expect_read(&c, "r1", "k7#0....................");
    expect_read(&c, "r2", "new");
    expect_read(&c, "r3", NULL);
    for (uint32_t check = 0; check < 3; check++)
        assert_int_equal(judge(&c, check), VERDICT_HOLDS);
    assert_int_equal(c.world.state->stale.stale_count, 0);
    cluster_close(&c);
}

/* The disks of all replicas are wiped of it: the log takes nothing back, and no client ever asked.
 */
static void a_row_that_is_gone_is_lost_though_nobody_wrote_it(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', 'cluster': {'nodes': 3}, " PRELOAD ", " CHECKS);
    run_until(&c, 500 * MILLISECOND);
    for (uint32_t node = N1; node <= N3; node++) {
        c.world.acting = node;
        struct node *at = c.world.state->machines[node].node;
        c.world.env.memory = &c.world.state->machines[node].memory;
        store_remove(&at->storage.store, &c.world.env, text_bytes("k9"));
    }
    c.world.acting = ANY_NODE;
    run_to_end(&c);
    assert_int_equal(judge(&c, 1), VERDICT_VIOLATED);
    cluster_close(&c);
}

static void a_number_is_one_of_them_only_as_it_is_written(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', 'cluster': {'nodes': 3}, " PRELOAD);
    assert_int_equal(preload_number(c.scenario, text_bytes("k1")), 1);
    assert_int_equal(preload_number(c.scenario, text_bytes("k200")), 200);
    assert_int_equal(preload_number(c.scenario, text_bytes("k201")), 0);
    assert_int_equal(preload_number(c.scenario, text_bytes("k01")), 0);
    assert_int_equal(preload_number(c.scenario, text_bytes("k")), 0);
    assert_int_equal(preload_number(c.scenario, text_bytes("x1")), 0);
    assert_int_equal(preload_number(c.scenario, text_bytes("k1x")), 0);
    cluster_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_lies_on_all_its_owners_and_nowhere_else),
        cmocka_unit_test(a_power_cut_at_the_very_start_takes_nothing),
        cmocka_unit_test(who_reads_it_reads_what_was_there),
        cmocka_unit_test(a_row_that_is_gone_is_lost_though_nobody_wrote_it),
        cmocka_unit_test(a_number_is_one_of_them_only_as_it_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_hints.c: after any script of faults the replicas become byte-equal, through hints alone.
 *
 * No read repairs (the safeguard is off), nothing is compared or streamed: what a replica has
 * missed it can only get from a hint. With hints ahead every write that reached anybody reaches
 * everybody, whoever crashed in between; how long it takes after the last fault is bounded by
 *
 *     write_timeout                 the last operation ends, its hints become ready
 *     + heartbeat + suspect_after   whoever is up counts as up
 *     + 2 * (write_timeout + interval)    a batch that was lost is sent again; the next look
 *     + bytes * (nodes - 1) / throttle    the longest queue, at the pace of its target
 *     + batches of it * (two ways + group window + three syncs)
 *
 * 150 seeds; with LONG=1, 1,500:
 *     LONG=1 T=sim/test_hints tests/run.sh release
 */
#include "sim/fault_scripts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/judge/judge.h"

enum { NODES = 5 };

#define HEALED_AT     (12 * SECOND)
#define HEARTBEAT     (500 * MILLISECOND)
#define SUSPECT_AFTER (2500 * MILLISECOND)
#define WRITE_TIMEOUT SECOND
#define INTERVAL      SECOND
#define THROTTLE      4000u
#define BATCH_BYTES   1024u
#define ONE_BATCH     (20 * MILLISECOND) /* 2 x 500 us, the log's window, three syncs, processors */

#define HINTS_ALONE                                                                                \
    "'duration': '60s', 'safeguards': {'read-repair': false}, 'cluster': {'nodes': 5,"             \
    " 'heartbeat': '500ms', 'suspect_after': '2500ms', 'write_timeout': '1s',"                     \
    " 'hints': {'when': '%s', 'interval': '1s', 'throttle': '4kB', 'batch': '1KiB',"             \
    " 'segment': '2KiB'}}, 'clients': [%s], 'timeline': [%s], 'checks': [{'check': 'durable'}]"

static void open_script(struct cluster *c, uint64_t seed, const char *when, char *faults,
                        size_t size)
{
    static char text[24000];
    char workload[400];
    struct fault_plan plan = {
        .seed = seed, .nodes = NODES, .begin = SECOND, .healed_at = HEALED_AT};
    write_faults(&plan, faults, size);
    write_workload(&plan, workload, sizeof workload);
    snprintf(text, sizeof text, HINTS_ALONE, when, workload, faults);
    cluster_load(c, text, NULL);
    cluster_begin(c, seed, NULL, 0);
}

/* The most that any node keeps for any other. */
static uint64_t longest_queue(const struct cluster *c)
{
    uint64_t most = 0;
    for (uint32_t node = 0; node < NODES; node++) {
        const struct machine *machine = machine_at(&c->world, node);
        for (uint32_t target = 0; machine->node && target < NODES; target++)
            most = MAX(most, machine->node->hints.queues[target].bytes +
                                 32 * machine->node->hints.queues[target].count);
    }
    return most;
}

static vtime bound_of(uint64_t bytes)
{
    return WRITE_TIMEOUT + HEARTBEAT + SUSPECT_AFTER + 2 * (WRITE_TIMEOUT + INTERVAL) +
           bytes * (NODES - 1) * SECOND / THROTTLE + (bytes / BATCH_BYTES + 1) * ONE_BATCH;
}

static void after_any_faults_replicas_become_equal_through_hints_alone(void **state)
{
    (void)state;
    const char *is_long = getenv("LONG");
    uint64_t seeds = is_long && *is_long == '1' ? 1500 : 150;
    uint32_t failures = 0, unequal_at_first = 0;
    vtime slowest = 0;
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        struct cluster c;
        char faults[20000];
        open_script(&c, seed, "ahead", faults, sizeof faults);
        run_until(&c, HEALED_AT);
        unequal_at_first += unequal_ranges(&c) > 0;
        run_until(&c, HEALED_AT + WRITE_TIMEOUT);
        vtime limit = HEALED_AT + bound_of(longest_queue(&c));
        vtime when = run_until_equal(&c, HEALED_AT + WRITE_TIMEOUT, limit);
        if (when == VTIME_NEVER) {
            failures++;
            print_message("seed %llu: %llu ranges differ at %llu ms\n%s\n",
                          (unsigned long long)seed, (unsigned long long)unequal_ranges(&c),
                          (unsigned long long)(limit / MILLISECOND), faults);
        } else {
            slowest = MAX(slowest, when - HEALED_AT);
        }
        cluster_close(&c);
    }
    print_message("# %llu seeds; replicas differed at the end of the faults in %u; the slowest was "
                  "equal %llu ms later\n",
                  (unsigned long long)seeds, unequal_at_first,
                  (unsigned long long)(slowest / MILLISECOND));
    assert_int_equal(failures, 0);
    assert_true(unequal_at_first > seeds / 2);
}

/* --- a coordinator that dies ------------------------------------------------------------------ */

#define NEVER_SENT                                                                                 \
    "'duration': '30s', 'safeguards': {'read-repair': false}, 'cluster': {'nodes': 3,"             \
    " 'heartbeat': '500ms', 'hints': {'when': '%s', 'interval': '1s'}}, 'clients': [{"             \
    " 'name': 'ann', 'script': [{'at': '2s', 'put': 'a', 'value': '1', 'via': 'n1',"               \
    " 'level': 'one', 'label': 'w1'}]}],"                                                          \
    " 'timeline': [{'at': '1s', 'cut': {'from': 'n1', 'to': 'n3'}, 'name': 'one-way'},"            \
    " {'when': 'n2.apply == 1', 'crash': 'n1'}, {'at': '5s', 'restart': 'n1'},"                    \
    " {'at': '6s', 'heal': 'all'}]"

static void expect_missing(const char *when, bool is_missing)
{
    struct cluster c;
    char text[2000];
    snprintf(text, sizeof text, NEVER_SENT, when);
    cluster_open(&c, text);
    run_to_end(&c);
    expect_stored(&c, N2, "a", "1");
    expect_stored(&c, N3, "a", is_missing ? NULL : "1");
    assert_int_equal(unequal_ranges(&c), is_missing);
    cluster_close(&c);
}

static void what_the_coordinator_took_with_it_is_missing_for_ever(void **state)
{
    (void)state;
    expect_missing("missed", true);
}

static void with_hints_ahead_nothing_is_missing(void **state)
{
    (void)state;
    expect_missing("ahead", false);
}

/* n3 misses twelve writes; n1, which keeps them, crashes after any one of its disk's answers. */
#define AT_ANY_OPERATION                                                                           \
    "'duration': '40s', 'safeguards': {'read-repair': false}, 'cluster': {'nodes': 3,"             \
    " 'heartbeat': '500ms', 'hints': {'when': 'ahead', 'interval': '1s', 'segment': '512B',"       \
    " 'batch': '100B'}}, 'clients': [{'name': 'c', 'think': {'constant': '100ms'}, 'via': 'n1',"   \
    " 'write': 'one', 'mix': {'put': 1}, 'keys': {'count': 6}, 'start': '6s', 'operations': 12}]," \
    " 'checks': [{'check': 'durable'}], 'timeline': [{'at': '1s', 'crash': 'n3'},"                 \
    " {'at': '9s', 'restart': 'n3'},"                                                              \
    " {'when': 'n1.disk_done == %u', 'not_before': '5s', 'crash': 'n1', 'unsynced': '%s'},"        \
    " {'when': 'n1.crash == 1', 'delay': '700ms', 'restart': 'n1'}]"

static void expect_durable(struct cluster *c)
{
    struct check_result result;
    struct region region;
    const char *why = NULL;
    assert_true(region_open(&region, UINT64_C(1) << 30, NULL, &why));
    struct heap *scratch = region_create_root(&region, sizeof *scratch);
    heap_init(scratch, region.header);
    assert_int_equal(judge_world(&c->world, scratch, &result), 0);
    region_close(&region);
}

static void a_keeper_may_crash_at_every_disk_operation(void **state)
{
    (void)state;
    static const char *const tears[] = {"lost", "kept", "torn", "random"};
    uint32_t crashes = 0;
    for (uint32_t operation = 1; operation <= 60; operation++)
        for (uint32_t tear = 0; tear < 4; tear++) {
            struct cluster c;
            char text[2000];
            snprintf(text, sizeof text, AT_ANY_OPERATION, operation, tears[tear]);
            cluster_open(&c, text);
            run_to_end(&c);
            crashes += (uint32_t)count_of(&c, TRACE_CRASH, N1);
            assert_int_equal(unequal_ranges(&c), 0);
            expect_durable(&c);
            cluster_close(&c);
        }
    assert_true(crashes > 150);
}

/* --- delivering ------------------------------------------------------------------------------- */

#define ONE_HINT                                                                                   \
    "'duration': '30s', 'cluster': {'nodes': 3, 'heartbeat': '500ms',"                             \
    " 'hints': {'interval': '5s'}}, 'network': {" BARE_NETWORK "}, 'clients': [{'name': 'ann',"    \
    " 'script': [{'at': '6s', 'put': 'a', 'value': '1', 'via': 'n1', 'label': 'w1'}%s]}],"         \
    " 'timeline': [{'at': '1s', 'crash': 'n3'}, {'at': '10s', 'restart': 'n3'}%s]"

static void open_one_hint(struct cluster *c, const char *more_script, const char *more_timeline)
{
    char text[2000];
    snprintf(text, sizeof text, ONE_HINT, more_script, more_timeline);
    cluster_open(c, text);
}

static void delivered_twice_is_delivered_once(void **state)
{
    (void)state;
    struct cluster c;
    open_one_hint(&c, "", ", {'when': 'n1.hints_sent == 1',"
                          " 'cut': {'from': 'n3', 'to': 'n1'}, 'name': 'no-answer'},"
                          " {'at': '20s', 'heal': 'all'}");
    run_to_end(&c);
    assert_true(count_of(&c, NOTED(HINTS_UNANSWERED), N1) >= 1);
    assert_true(count_of(&c, NOTED(HINTS_SENT), N1) >= 2);
    assert_int_equal(count_of(&c, NOTED(HINTS_DELIVERED), N1), 1);
    assert_int_equal(count_of(&c, NOTED(APPLY), N3), 1); /* the second time it is not newer */
    assert_int_equal(machine_at(&c.world, N1)->node->hints.count, 0);
    cluster_close(&c);
}

static void a_hint_never_overwrites_what_is_newer(void **state)
{
    (void)state;
    struct cluster c;
    open_one_hint(&c, ", {'at': '10.1s', 'put': 'a', 'value': '2', 'via': 'n2'}", "");
    run_to_end(&c);
    assert_int_equal(count_of(&c, NOTED(HINTS_DELIVERED), N1), 1);
    expect_stored(&c, N3, "a", "2");
    cluster_close(&c);
}

static void an_acknowledgement_that_comes_after_all_takes_the_hint_back(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '10s', 'cluster': {'nodes': 3, 'heartbeat': '0s',"
                     " 'hints': {'interval': '60s'}}, 'clients': [{'name': 'ann', 'script': ["
                     "   {'at': '1s', 'put': 'a', 'value': '1', 'via': 'n1', 'label': 'w1'}]}],"
                     " 'timeline': [{'at': '500ms', 'pause': 'n3'}, {'at': '4s', 'resume': 'n3'}]");
    run_until(&c, 3 * SECOND);
    assert_int_equal(machine_at(&c.world, N1)->node->hints.count, 1); /* not answered in time */
    run_to_end(&c);
    assert_int_equal(machine_at(&c.world, N1)->node->hints.count, 0);
    assert_int_equal(count_of(&c, NOTED(HINT_TAKEN_BACK), N1), 1);
    cluster_close(&c);
}

/* Twenty hints of 1 KiB for one node, by one of two peers: half of 4 KiB a second is its share. */
static void the_throttle_is_divided_by_the_peers(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '60s', 'cluster': {'nodes': 3, 'heartbeat': '500ms', 'hints': {"
                     "   'interval': '1s', 'throttle': '4KiB', 'batch': '1KiB'}},"
                     " 'clients': [{'name': 'c', 'via': 'n1', 'think': {'constant': '50ms'},"
                     "   'mix': {'put': 1}, 'value_size': '1KiB', 'operations': 20,"
                     "   'start': '6s'}],"
                     " 'timeline': [{'at': '1s', 'crash': 'n3'}, {'at': '15s', 'restart': 'n3'}]");
    run_to_end(&c);
    vtime first = record_of(&c, NOTED(HINTS_SENT), N1, 1)->time;
    vtime last = last_record_of(&c, NOTED(HINTS_DELIVERED), N1)->time;
    uint64_t bytes = 0;
    for (uint64_t n = 1; n < count_of(&c, NOTED(HINTS_SENT), N1); n++)
        bytes += record_of(&c, NOTED(HINTS_SENT), N1, n)->field[2];
    assert_int_equal(count_of(&c, NOTED(HINTS_SENT), N1), 20);
    assert_true(last - first >= bytes * SECOND / 2048);
    assert_true(last - first < bytes * SECOND / 2048 + 50 * MILLISECOND);
    cluster_close(&c);
}

/* --- members change --------------------------------------------------------------------------- */

/* n5 keeps a write for n2, which it cannot reach, and leaves: somebody else keeps it then. */
static void a_node_that_leaves_hands_on_what_it_keeps(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '60s', 'safeguards': {'read-repair': false},"
                     " 'cluster': {'nodes': 5, 'heartbeat': '500ms', 'hints': {'interval': '1s'}},"
                     " 'clients': [{'name': 'ann', 'script': [{'at': '6s', 'put': 'score',"
                     "   'value': '1', 'via': 'n5'}]}],"
                     " 'timeline': [{'at': '1s', 'cut': {'from': 'n5', 'to': 'n2'}, 'name': 'a'},"
                     "   {'at': '1s', 'cut': {'from': 'n2', 'to': 'n5'}, 'name': 'b'},"
                     "   {'at': '8s', 'leave': 'n5'}]");
    run_until(&c, 30 * SECOND);
    assert_int_equal(c.world.state->topology.states[N5], MEMBER_LEFT);
    assert_int_equal(count_of(&c, NOTED(HINTS_HANDED_ON), N5), 1);
    assert_int_equal(machine_at(&c.world, N5)->node->hints.count, 0);
    assert_int_equal(count_of(&c, NOTED(HINTS_DELIVERED), N1), 1); /* which keeps it from then on */
    expect_stored(&c, N2, "score", "1");
    cluster_close(&c);
}

/* --- sloppy ----------------------------------------------------------------------------------- */

/* Owners of the score among five nodes: n4, n3, n2; two of them are down. */
#define TWO_DOWN                                                                                   \
    "'duration': '40s', 'safeguards': {'read-repair': false}, 'cluster': {'nodes': 5,"             \
    " 'heartbeat': '500ms', 'hints': {'interval': '1s'}}, 'clients': [{'name': 'ann', 'script': [" \
    " {'at': '6s', 'put': 'score', 'value': '0', 'via': 'n1', 'label': 'strict'},"                 \
    " {'at': '7s', 'put': 'score', 'value': '1', 'via': 'n1', 'sloppy': true, 'label': 'w1'},"     \
    " {'at': '8s', 'get': 'score', 'via': 'n5', 'sloppy': true, 'label': 'r1'},"                   \
    " {'at': '30s', 'get': 'score', 'via': 'n5', 'level': 'all', 'label': 'r2'}]}],"               \
    " 'timeline': [{'at': '1s', 'crash': 'n2'}, {'at': '1s', 'crash': 'n3'},"                      \
    " {'at': '15s', 'restart': 'all'}]"

static void a_sloppy_write_goes_to_stand_ins_and_comes_home(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, TWO_DOWN);
    run_until(&c, 10 * SECOND);
    expect_outcome(&c, "strict", OUTCOME_UNAVAILABLE);
    expect_outcome(&c, "w1", OUTCOME_OK);
    expect_read(&c, "r1", "1"); /* a sloppy read asks the stand-ins */
    assert_int_equal(machine_at(&c.world, N1)->node->hints.count +
                         machine_at(&c.world, N5)->node->hints.count,
                     2);
    expect_stored(&c, N1, "score", NULL); /* apart from its own rows */
    run_to_end(&c);
    expect_read(&c, "r2", "1");
    assert_int_equal(unequal_ranges(&c), 0);
    assert_int_equal(machine_at(&c.world, N1)->node->hints.count, 0);
    assert_int_equal(machine_at(&c.world, N5)->node->hints.count, 0);
    cluster_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_coordinator_took_with_it_is_missing_for_ever),
        cmocka_unit_test(with_hints_ahead_nothing_is_missing),
        cmocka_unit_test(a_keeper_may_crash_at_every_disk_operation),
        cmocka_unit_test(delivered_twice_is_delivered_once),
        cmocka_unit_test(a_hint_never_overwrites_what_is_newer),
        cmocka_unit_test(an_acknowledgement_that_comes_after_all_takes_the_hint_back),
        cmocka_unit_test(the_throttle_is_divided_by_the_peers),
        cmocka_unit_test(a_node_that_leaves_hands_on_what_it_keeps),
        cmocka_unit_test(a_sloppy_write_goes_to_stand_ins_and_comes_home),
        cmocka_unit_test(after_any_faults_replicas_become_equal_through_hints_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

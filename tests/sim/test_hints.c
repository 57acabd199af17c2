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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_any_faults_replicas_become_equal_through_hints_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

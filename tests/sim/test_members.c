/*
 * test_members.c: a cluster that grows and shrinks loses nothing, whoever dies when.
 *
 * Each seed is a change (join, leave, remove, replace, or a key range that moves) under a workload
 * at QUORUM. It is run once as it is, to learn what its trace says; then again with one participant
 * crashing at one record of the transition, drawn from all of them, and a partition somewhere in
 * it. What must hold: no acknowledged write is lost, clients see one order, the transition ends or
 * is rolled back, and every key then has N distinct owners, all of them members. The cluster has
 * one rack, two or three; in half of the seeds it holds 400 keys from before; and at 22 s a second
 * change begins.
 *
 * 120 seeds; with LONG=1, 2,500; with SEEDS=n, so many, from FIRST on:
 *     LONG=1 T=sim/test_members tests/run.sh release
 *     SEEDS=20000 build/release-gcc/tests/sim/test_members
 */
#include "cluster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mix.h"
#include "sim/judge/judge.h"

enum { NODES = 6, MEMBERS = 5, KEYS = 40 };

static const char common[] =
    "'duration': '50s', 'cluster': {'nodes': 6, 'members': 5, 'transition_timeout': '10s',"
    " 'heartbeat': '500ms', 'racks': %u%s}, %s"
    " 'clients': [{'name': 'c', 'count': 4, 'think': '40ms', 'operations': 500,"
    " 'mix': {'put': 50, 'get': 50}, 'keys': {'prefix': 'k', 'count': 40}}],"
    " 'checks': [{'check': 'linearizable'}, {'check': 'durable'}],"
    " 'timeline': [";

struct plan {
    uint64_t seed;
    uint32_t change; /* enum transition */
    uint32_t subject;
    char begin[160]; /* the entries that begin the change */
    char then[80];   /* those of the second one */
};

static uint64_t draw_of(const struct plan *plan, uint64_t what, uint64_t bound)
{
    return mix_below(mix(plan->seed, 0x4d454d42, what), bound);
}

static void make_plan(struct plan *plan, uint64_t seed)
{
    *plan = (struct plan){.seed = seed};
    plan->change = seed % 5 == 4 ? TRANSITION_MOVE : TRANSITION_JOIN + (uint32_t)(seed % 5);
    plan->subject = (uint32_t)draw_of(plan, 1, MEMBERS);
    uint32_t named = plan->subject + 1;
    switch (plan->change) {
    case TRANSITION_JOIN:
        snprintf(plan->begin, sizeof plan->begin, "{'at': '5s', 'join': 'n6'}");
        break;
    case TRANSITION_LEAVE:
        snprintf(plan->begin, sizeof plan->begin, "{'at': '5s', 'leave': 'n%u'}", named);
        break;
    case TRANSITION_REMOVE:
        snprintf(plan->begin, sizeof plan->begin,
                 "{'at': '2s', 'crash': 'n%u'}, {'at': '5s', 'remove': 'n%u'}", named, named);
        break;
    case TRANSITION_MOVE: /* all keys stand in one range, which n3 owns */
        plan->subject = 3 + plan->subject % 2;
        snprintf(plan->begin, sizeof plan->begin,
                 "{'at': '4s', 'split': 'k2'}, {'at': '5s', 'move': 'k2', 'to': 'n%u'}",
                 plan->subject + 1);
        break;
    default:
        snprintf(plan->begin, sizeof plan->begin,
                 "{'at': '2s', 'crash': 'n%u'}, {'at': '5s', 'replace': 'n%u', 'by': 'n6'}", named,
                 named);
    }
}

/* Somebody else leaves or, where the first change has made no use of it, the spare node joins. */
static void draw_second(struct plan *plan)
{
    uint32_t leaver = (uint32_t)draw_of(plan, 9, MEMBERS - 1);
    leaver += leaver >= plan->subject;
    bool is_join = plan->change == TRANSITION_LEAVE || plan->change == TRANSITION_REMOVE;
    if (is_join && draw_of(plan, 10, 2))
        snprintf(plan->then, sizeof plan->then, ", {'at': '22s', 'join': 'n6'}");
    else
        snprintf(plan->then, sizeof plan->then, ", {'at': '22s', 'leave': 'n%u'}", leaver + 1);
}

/* All of a scenario but its braces. */
static void write_scenario(const struct plan *plan, const char *trouble, char *text, size_t size)
{
    bool is_full = draw_of(plan, 8, 2);
    const char *placement = plan->change == TRANSITION_MOVE
                                ? ", 'placement': {'strategy': 'ranges', 'partitions': 6}"
                                : "";
    int used = snprintf(text, size, common, 1 + (uint32_t)draw_of(plan, 7, 3), placement,
                        is_full ? "'preload': {'keys': {'count': 400}}," : "");
    snprintf(text + used, size - (size_t)used, "%s%s%s]", plan->begin, trouble, plan->then);
}

/* --- the crash and the partition ------------------------------------------------------------- */

static bool is_of_transition(const struct trace_record *record, vtime last)
{
    return record->time >= 5 * SECOND && record->time <= last && record->actor < NODES &&
           record->kind != TRACE_CRASH && record->kind != TRACE_START;
}

static vtime last_decision(const struct cluster *c)
{
    vtime last = 5 * SECOND;
    for (size_t i = 0; i < c->record_count; i++)
        if (c->records[i].kind == NOTED(TOPOLOGY_LEARNED) && c->records[i].time > last)
            last = c->records[i].time;
    return last;
}

/* A record of the undisturbed run, as the condition that it is being made. */
static void draw_crash(const struct plan *plan, const struct cluster *c, char *text, size_t size)
{
    vtime last = last_decision(c);
    uint64_t candidates = 0, nth = 1;
    for (size_t i = 0; i < c->record_count; i++)
        candidates += is_of_transition(&c->records[i], last);
    assert_true(candidates > 0);
    uint64_t wanted = draw_of(plan, 2, candidates);
    size_t at = 0;
    for (;; at++)
        if (is_of_transition(&c->records[at], last) && wanted-- == 0)
            break;
    const struct trace_record *chosen = &c->records[at];
    for (size_t i = 0; i < at; i++)
        nth += c->records[i].kind == chosen->kind && c->records[i].actor == chosen->actor;
    static const char *const back[] = {"300ms", "2s", "8s"};
    snprintf(text, size,
             "{'when': 'n%u.%s == %llu', 'not_before': '5s', 'crash': 'n%u'},"
             " {'when': 'n%u.crash == %u', 'delay': '%s', 'restart': 'n%u'}",
             chosen->actor + 1, trace_kind_table[chosen->kind].name, (unsigned long long)nth,
             chosen->actor + 1, chosen->actor + 1,
             1 + (chosen->actor == plan->subject &&
                  (plan->change == TRANSITION_REMOVE || plan->change == TRANSITION_REPLACE)),
             back[draw_of(plan, 3, 3)], chosen->actor + 1);
}

static void draw_partition(const struct plan *plan, char *text, size_t size)
{
    static const char *const lengths[] = {"200ms", "1s", "4s"};
    uint64_t side = 1 + draw_of(plan, 4, (1 << NODES) - 2); /* a bit a node: neither none nor all */
    char group[2][80] = {"", ""};
    for (uint32_t node = 0; node < NODES; node++) {
        char *names = group[side >> node & 1];
        snprintf(names + strlen(names), 16, "%s'n%u'", *names ? ", " : "", node + 1);
    }
    uint64_t begins = 5000 + draw_of(plan, 5, 2500);
    snprintf(text, size,
             "{'at': '%llums', 'partition': [[%s], [%s]], 'name': 'apart'},"
             " {'when': 'time >= %llums', 'delay': '%s', 'heal': 'apart'}",
             (unsigned long long)begins, group[0], group[1], (unsigned long long)begins,
             lengths[draw_of(plan, 6, 3)]);
}

/* --- what must hold --------------------------------------------------------------------------- */

static bool are_owners_right(const struct cluster *c)
{
    const struct world_state *state = c->world.state;
    for (uint32_t key = 1; key <= KEYS; key++) {
        char name[16];
        uint32_t owners[3];
        snprintf(name, sizeof name, "k%u", key);
        struct bytes bytes = {(const uint8_t *)name, strlen(name)};
        if (placement_of_key(&state->placement, bytes, 3, true, owners) != 3)
            return false;
        for (uint32_t i = 0; i < 3; i++)
            if (!topology_is_member(&state->topology, owners[i]))
                return false;
    }
    return true;
}

/* NULL, or what is wrong. */
static const char *judge(struct cluster *c)
{
    struct check_result results[2];
    struct region region;
    const char *why = NULL;
    assert_true(region_open(&region, UINT64_C(1) << 30, NULL, &why));
    struct heap *scratch = region_create_root(&region, sizeof *scratch);
    heap_init(scratch, region.header);
    uint32_t failed = judge_world(&c->world, scratch, results);
    const char *wrong = failed == 0             ? NULL
                        : results[0].is_content ? "an acknowledged write is lost"
                                                : "no order explains what clients saw";
    region_close(&region);
    if (topology_is_changing(&c->world.state->topology))
        return "the transition has not ended";
    if (!are_owners_right(c))
        return "a key has not three owners";
    return wrong;
}

static void run_plan(uint64_t seed, char *text, size_t size, const char **wrong)
{
    struct plan plan;
    struct cluster c;
    char crash[400], partition[400], trouble[820];
    make_plan(&plan, seed);
    draw_second(&plan);
    write_scenario(&plan, "", text, size);
    cluster_load(&c, text, NULL);
    cluster_begin(&c, seed, NULL, 0);
    run_until(&c, 20 * SECOND);
    draw_crash(&plan, &c, crash, sizeof crash);
    cluster_close(&c);
    draw_partition(&plan, partition, sizeof partition);
    snprintf(trouble, sizeof trouble, ", %s, %s", crash, partition);
    write_scenario(&plan, trouble, text, size);
    cluster_load(&c, text, NULL);
    cluster_begin(&c, seed, NULL, 0);
    run_to_end(&c);
    *wrong = judge(&c);
    cluster_close(&c);
}

static void whoever_crashes_at_any_record_of_a_change_nothing_is_lost(void **state)
{
    (void)state;
    const char *is_long = getenv("LONG"), *wanted = getenv("SEEDS"), *from = getenv("FIRST");
    uint64_t seeds = wanted                                 ? strtoull(wanted, NULL, 10)
                     : is_long && strcmp(is_long, "1") == 0 ? 2500
                                                            : 120;
    uint64_t first = from ? strtoull(from, NULL, 10) : 1;
    uint32_t failures = 0;
    for (uint64_t seed = first; seed < first + seeds; seed++) {
        char text[2400];
        const char *wrong = NULL;
        run_plan(seed, text, sizeof text, &wrong);
        if (wrong) {
            failures++;
            print_message("seed %llu: %s\n%s\n", (unsigned long long)seed, wrong, text);
        }
    }
    assert_int_equal(failures, 0);
}

/* --- without faults: exact ------------------------------------------------------------------- */

#define ONE_JOIN                                                                                   \
    "'duration': '4s', 'cluster': {'nodes': 4, 'members': 3, 'heartbeat': '0s'},"                  \
    " 'network': {'latency': '1ms', 'clients': {'latency': '100us'}},"                             \
    " 'clients': [{'name': 'ann', 'script': ["                                                     \
    "   {'at': '100ms', 'put': 'a', 'value': '1', 'label': 'w1'},"                                 \
    "   {'at': '100ms', 'put': 'b', 'value': '2', 'label': 'w2'},"                                 \
    "   {'at': '3s', 'get': 'a', 'via': 'n4', 'label': 'r1'}]}],"                                  \
    " 'timeline': [{'at': '1s', 'join': 'n4'}]"

static void a_join_takes_three_versions_each_decided_once(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, ONE_JOIN);
    run_to_end(&c);
    assert_int_equal(count_of(&c, NOTED(CHANGE_DECIDED), ALL_ACTORS), 3);
    for (uint32_t node = N1; node <= N4; node++) {
        assert_int_equal(count_of(&c, NOTED(TOPOLOGY_LEARNED), node), 4);
        for (uint64_t version = 1; version <= 4; version++)
            assert_int_equal(record_of(&c, NOTED(TOPOLOGY_LEARNED), node, version)->field[0],
                             version);
    }
    assert_int_equal(record_of(&c, NOTED(CHANGE_DECIDED), N4, 1)->field[1], TOPOLOGY_READ_OLD);
    expect_read(&c, "r1", "1"); /* the new member coordinates */
    cluster_close(&c);
}

/* What was promised must survive a crash, so it is on the disk (a sync takes 1 ms) before it is
 * told. */
static void no_vote_is_told_before_it_is_durable(void **state)
{
    (void)state;
    static const uint32_t asked[] = {MESSAGE_TOPOLOGY_PREPARE, MESSAGE_TOPOLOGY_ACCEPT};
    static const uint32_t told[] = {MESSAGE_TOPOLOGY_PROMISE, MESSAGE_TOPOLOGY_ACCEPTED};
    struct cluster c;
    cluster_open(&c, ONE_JOIN);
    run_to_end(&c);
    for (uint32_t voter = N1; voter <= N3; voter++)
        for (int round = 0; round < 2; round++) {
            vtime heard = message_record(&c, TRACE_ARRIVE, asked[round], N4, voter, 1)->time;
            vtime sent = message_record(&c, TRACE_SEND, told[round], voter, N4, 1)->time;
            assert_true(sent >= heard + MILLISECOND);
        }
    cluster_close(&c);
}

static void half_of_the_members_decide_nothing(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '12s', 'cluster': {'nodes': 5, 'members': 4},"
                     " 'timeline': [{'at': '500ms', 'partition': [['n1', 'n2', 'n5'],"
                     "   ['n3', 'n4']]}, {'at': '1s', 'join': 'n5'}, {'at': '5s', 'heal': 'all'}]");
    run_until(&c, 5 * SECOND - 1);
    assert_true(count_of(&c, NOTED(CHANGE_PROPOSED), N5) > 1); /* again and again */
    assert_int_equal(count_of(&c, NOTED(CHANGE_DECIDED), ALL_ACTORS), 0);
    assert_int_equal(c.world.state->topology.version, 1);
    run_to_end(&c);
    assert_int_equal(c.world.state->topology.version, 4);
    cluster_close(&c);
}

static void a_spare_refuses_clients_until_it_is_a_member(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '3s', 'cluster': {'nodes': 4, 'members': 3},"
                     " 'clients': [{'name': 'ann', 'script': ["
                     "   {'at': '100ms', 'put': 'a', 'value': '1', 'via': 'n4', 'label': 'early'},"
                     "   {'at': '2.5s', 'put': 'a', 'value': '2', 'via': 'n4', 'label': 'late'}]}],"
                     " 'timeline': [{'at': '1s', 'join': 'n4'}]");
    run_to_end(&c);
    expect_outcome(&c, "early", OUTCOME_UNAVAILABLE);
    expect_outcome(&c, "late", OUTCOME_OK);
    cluster_close(&c);
}

static void too_few_to_stay_is_refused(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '3s', 'cluster': {'nodes': 3},"
                     " 'timeline': [{'at': '1s', 'leave': 'n3'}]");
    run_to_end(&c);
    assert_int_equal(record_of(&c, NOTED(CHANGE_REFUSED), N3, 1)->field[2], REASON_TOO_FEW);
    assert_int_equal(c.world.state->topology.version, 1);
    cluster_close(&c);
}

/* The new owner dies at once and for good: ten seconds later everything is as before. */
static void a_join_whose_node_dies_is_rolled_back(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '30s', 'cluster': {'nodes': 5, 'members': 4,"
                     " 'transition_timeout': '10s'}, 'clients': [{'name': 'ann', 'script': ["
                     "   {'at': '100ms', 'put': 'a', 'value': '1', 'label': 'w1'},"
                     "   {'at': '29s', 'get': 'a', 'label': 'r1'}]}],"
                     " 'timeline': [{'at': '1s', 'join': 'n5'},"
                     "   {'when': 'n5.stream_begun == 1', 'crash': 'n5'}]");
    run_to_end(&c);
    const struct topology *topology = &c.world.state->topology;
    assert_int_equal(topology->version, 3);
    assert_int_equal(topology->phase, TOPOLOGY_NORMAL);
    assert_int_equal(topology->states[N5], MEMBER_NONE);
    expect_read(&c, "r1", "1");
    cluster_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_join_takes_three_versions_each_decided_once),
        cmocka_unit_test(no_vote_is_told_before_it_is_durable),
        cmocka_unit_test(half_of_the_members_decide_nothing),
        cmocka_unit_test(a_spare_refuses_clients_until_it_is_a_member),
        cmocka_unit_test(too_few_to_stay_is_refused),
        cmocka_unit_test(a_join_whose_node_dies_is_rolled_back),
        cmocka_unit_test(whoever_crashes_at_any_record_of_a_change_nothing_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

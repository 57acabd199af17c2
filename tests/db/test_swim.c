/*
 * test_swim.c: SWIM's rules, Lifeguard's formulas, and what they do in a cluster.
 */
#include "sim/cluster.h"

#include <math.h>

#include "db/detect/lifeguard.h"
#include "db/detect/swim.h"

#define SECONDS(x) ((uint64_t)((x) * 1e9))

/* --- formulas -------------------------------------------------------------------------------- */

static struct swim_config lan(void)
{
    return (struct swim_config){.probe_interval_ns = SECOND, .suspicion = 4, .suspicion_max = 6,
                                .retransmit = 4, .awareness_max = 8};
}

/* memberlist with 10 members, k = 2: 24, 11.381 and 4 seconds. */
static void a_suspicion_shrinks_as_others_confirm_it(void **state)
{
    (void)state;
    struct swim_config config = lan();
    uint64_t min = suspicion_min_ns(&config, 10);
    assert_in_range(min, SECONDS(4) - 2, SECONDS(4) + 2);
    assert_int_equal(suspicion_timeout_ns(SECONDS(4), SECONDS(24), 0, 2), SECONDS(24));
    assert_int_equal(suspicion_timeout_ns(SECONDS(4), SECONDS(24), 1, 2) / 1000000, 11381);
    assert_int_equal(suspicion_timeout_ns(SECONDS(4), SECONDS(24), 2, 2), SECONDS(4));
    assert_int_equal(suspicion_timeout_ns(SECONDS(4), SECONDS(24), 5, 2), SECONDS(4));
    assert_int_equal(suspicion_timeout_ns(SECONDS(4), SECONDS(24), 0, 0), SECONDS(4));
}

static void small_clusters_are_not_hurried_and_large_ones_wait_longer(void **state)
{
    (void)state;
    struct swim_config config = lan();
    assert_int_equal(suspicion_min_ns(&config, 1), SECONDS(4));
    assert_int_equal(suspicion_min_ns(&config, 3), SECONDS(4));
    assert_in_range(suspicion_min_ns(&config, 100), SECONDS(8) - 2, SECONDS(8) + 2);
    assert_in_range(suspicion_min_ns(&config, 1000), SECONDS(12) - 2, SECONDS(12) + 2);
}

static void news_are_sent_on_as_often_as_n_has_digits(void **state)
{
    (void)state;
    static const uint32_t table[][2] = {{1, 4}, {9, 4}, {10, 8}, {99, 8}, {100, 12}, {1000, 16}};
    struct swim_config config = lan();
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        assert_int_equal(retransmit_limit(&config, table[i][0]), table[i][1]);
        assert_int_equal(4 * ceil(log10(table[i][0] + 1.0)), table[i][1]);
    }
}

static void health_stays_between_zero_and_the_most(void **state)
{
    (void)state;
    struct swim_config config = lan();
    assert_int_equal(health_moved(&config, 0, -1), 0);
    assert_int_equal(health_moved(&config, 6, 3), 7);
    assert_int_equal(health_moved(&config, 3, -1), 2);
}

/* --- precedence ------------------------------------------------------------------------------ */

/* The whole table: rows are what is said, columns what is held; each with a lower, the same and a
 * higher incarnation. */
static void the_precedence_table(void **state)
{
    (void)state;
    static const char *const table[2][3][3] = {
        /* refutable, as memberlist has it */
        {/* held:       alive  suspect dead */
         /* alive   */ {"..x", "..x", "..x"},
         /* suspect */ {".xx", "..x", "..."},
         /* dead    */ {".xx", ".xx", "..."}},
        /* final, as the paper has it: within one life */
        {/* alive   */ {"..x", "..x", "..."},
         /* suspect */ {".xx", "..x", "..."},
         /* dead    */ {"xxx", "xxx", "..."}}};
    const uint64_t held = UINT64_C(3) << SWIM_LIFE_SHIFT | 7;
    for (int is_final = 0; is_final < 2; is_final++)
        for (uint32_t said = 0; said < SWIM_STATE_COUNT; said++)
            for (uint32_t holds = 0; holds < SWIM_STATE_COUNT; holds++)
                for (uint64_t i = 0; i < 3; i++)
                    assert_int_equal(swim_overrides(said, held - 1 + i, holds, held, is_final),
                                     table[is_final][said][holds][i] == 'x');
}

static void a_new_life_overrides_the_death_of_an_old_one(void **state)
{
    (void)state;
    uint64_t old = UINT64_C(3) << SWIM_LIFE_SHIFT | 9, young = UINT64_C(4) << SWIM_LIFE_SHIFT;
    assert_true(swim_overrides(SWIM_ALIVE, young, SWIM_DEAD, old, true));
    assert_false(swim_overrides(SWIM_DEAD, old, SWIM_ALIVE, young, true));
}

/* --- whom to ping ---------------------------------------------------------------------------- */

static struct env env_of(struct cluster *c, uint32_t node)
{
    struct env env = c->world.env;
    env.self = node;
    env.memory = &machine_at(&c->world, node)->memory;
    return env;
}

static struct node *node_of(struct cluster *c, uint32_t node)
{
    return machine_at(&c->world, node)->node;
}

#define N 128
#define TRIALS 40000

/* Das, Gupta, Motivala 2002, 3.2: some member first pings a failed one after e / (e - 1) periods on
 * average, whatever n is (for 128 members exactly 1.5784). */
static void a_failed_node_is_pinged_after_e_over_e_minus_one_periods(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', 'cluster': {'nodes': 128, 'vnodes': 1, 'detector': "
                     "'swim', 'swim': {'target': 'random'}}");
    run_until(&c, 100 * MILLISECOND);
    uint64_t periods = 0, round = 1000;
    for (uint32_t trial = 0; trial < TRIALS; trial++) {
        bool is_found = false;
        for (; !is_found; periods++, round++)
            for (uint32_t node = 1; node < N && !is_found; node++) {
                struct env env = env_of(&c, node);
                is_found = swim_choose_target(node_of(&c, node), &env, round) == 0;
            }
    }
    double mean = (double)periods / TRIALS, law = exp(1) / (exp(1) - 1);
    if (fabs(mean / law - 1) > 0.01)
        fail_msg("%.5f periods, and not %.5f", mean, law);
    cluster_close(&c);
}

/* Round robin over a reshuffled list: first in one pass and last in the next, at worst. */
static void in_turn_everybody_is_pinged_within_two_passes(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', 'cluster': {'nodes': 9, 'detector': 'swim'}");
    run_until(&c, 100 * MILLISECOND);
    struct env env = env_of(&c, 0);
    uint32_t last[9] = {0}, worst = 0;
    for (uint32_t period = 1; period <= 80000; period++) {
        uint32_t target = swim_choose_target(node_of(&c, 0), &env, period);
        if (period > 100)
            worst = MAX(worst, period - last[target]);
        last[target] = period;
    }
    assert_int_equal(worst, 2 * 8 - 1); /* 2n - 1 for the n others */
    cluster_close(&c);
}

/* --- in a cluster ---------------------------------------------------------------------------- */

#define EIGHT "'duration': '60s', 'cluster': {'nodes': 8, 'detector': 'swim'}, " \
              "'network': {'latency': '1ms'}"

static void everybody_learns_of_a_death_and_of_the_next_life(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, EIGHT ", 'timeline': [{'at': '10s', 'crash': 'n3'}, {'at': '40s', "
                           "'restart': 'n3'}]");
    run_until(&c, 39 * SECOND);
    assert_int_equal(count_of(&c, NOTED(SWIM_DIED), ALL_ACTORS), 7);
    run_to_end(&c);
    assert_int_equal(count_of(&c, NOTED(PEER_SUSPECTED), ALL_ACTORS), 7);
    assert_int_equal(count_of(&c, NOTED(PEER_HEARD), ALL_ACTORS), 7);
    assert_int_equal(node_of(&c, N1)->detector.swim->members[N3].incarnation >> SWIM_LIFE_SHIFT, 2);
    cluster_close(&c);
}

static void who_was_suspected_has_a_higher_incarnation_everywhere(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, EIGHT ", 'timeline': [{'at': '10s', 'pause': 'n3'}, {'at': '13200ms', "
                           "'resume': 'n3'}]");
    run_to_end(&c);
    assert_int_equal(count_of(&c, NOTED(SWIM_DIED), ALL_ACTORS), 0);
    uint64_t refuted = count_of(&c, NOTED(SWIM_REFUTED), N3);
    assert_true(refuted >= 1);
    for (uint32_t node = 0; node < 8; node++) {
        const struct swim_member *member = &node_of(&c, node)->detector.swim->members[N3];
        assert_int_equal(member->incarnation, (UINT64_C(1) << SWIM_LIFE_SHIFT) + refuted);
        assert_int_equal(member->state, SWIM_ALIVE);
    }
    cluster_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_suspicion_shrinks_as_others_confirm_it),
        cmocka_unit_test(small_clusters_are_not_hurried_and_large_ones_wait_longer),
        cmocka_unit_test(news_are_sent_on_as_often_as_n_has_digits),
        cmocka_unit_test(health_stays_between_zero_and_the_most),
        cmocka_unit_test(the_precedence_table),
        cmocka_unit_test(a_new_life_overrides_the_death_of_an_old_one),
        cmocka_unit_test(a_failed_node_is_pinged_after_e_over_e_minus_one_periods),
        cmocka_unit_test(in_turn_everybody_is_pinged_within_two_passes),
        cmocka_unit_test(everybody_learns_of_a_death_and_of_the_next_life),
        cmocka_unit_test(who_was_suspected_has_a_higher_incarnation_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_clock.c: the clocks of machines, as wrong as they were told to be.
 *
 * First the arithmetic alone, then what a wrong clock does to a cluster: timestamps
 * of writes and the spans of timers.
 */
#include "sim/cluster.h"

static struct clock clock_of(int64_t offset_ns, int64_t drift_ppb, uint64_t granularity_ns)
{
    struct clock clock;
    struct clock_config config = {offset_ns, drift_ppb, granularity_ns};
    clock_init(&clock, &config);
    return clock;
}

/* --- arithmetic -------------------------------------------------------------------------- */

static void a_true_clock_shows_true_time(void **state)
{
    (void)state;
    struct clock clock = clock_of(0, 0, 1);
    assert_int_equal(clock_monotonic_ns(&clock, 0), 0);
    assert_int_equal(clock_monotonic_ns(&clock, 123456789), 123456789);
    assert_true(clock_wall_ns(&clock, 5) == INT64_C(1767225600000000005)); /* 2026-01-01 UTC */
}

static void an_offset_moves_the_wall_clock_only(void **state)
{
    (void)state;
    struct clock clock = clock_of(-5 * (int64_t)SECOND, 0, 1);
    assert_int_equal(clock_monotonic_ns(&clock, 7), 7);
    assert_true(clock_wall_ns(&clock, 0) == CLOCK_EPOCH_NS - 5 * (int64_t)SECOND);
}

static void a_drift_of_a_thousand_ppb_gains_a_microsecond_a_second(void **state)
{
    (void)state;
    struct clock fast = clock_of(0, 1000, 1);
    struct clock slow = clock_of(0, -1000, 1);
    assert_int_equal(clock_monotonic_ns(&fast, SECOND), SECOND + MICROSECOND);
    assert_int_equal(clock_monotonic_ns(&slow, SECOND), SECOND - MICROSECOND);
    assert_int_equal(clock_monotonic_ns(&fast, 86400 * SECOND),
                     86400 * SECOND + 86400 * MICROSECOND);
    assert_true(clock_wall_ns(&fast, SECOND) - CLOCK_EPOCH_NS == 1000001000);
}

static void a_century_of_drift_does_not_overflow(void **state)
{
    (void)state;
    struct clock clock = clock_of(0, 500000000, 1);
    vtime century = UINT64_C(3155760000) * SECOND;
    assert_true(clock_monotonic_ns(&clock, century) == century + century / 2);
    assert_true(clock_true_span(&clock, century + century / 2) == century);
}

static void a_new_drift_begins_where_the_clock_stands(void **state)
{
    (void)state;
    struct clock clock = clock_of(0, 1000000, 1);
    assert_int_equal(clock_monotonic_ns(&clock, SECOND), 1001000000);
    clock_set_drift(&clock, SECOND, -1000000);
    assert_int_equal(clock_monotonic_ns(&clock, SECOND), 1001000000);
    assert_int_equal(clock_monotonic_ns(&clock, 2 * SECOND), 1001000000 + 999000000);
}

static void a_jump_moves_the_wall_clock_either_way_and_nothing_else(void **state)
{
    (void)state;
    struct clock clock = clock_of(0, 0, 1);
    clock_jump(&clock, -3 * (int64_t)SECOND);
    assert_true(clock_wall_ns(&clock, SECOND) == CLOCK_EPOCH_NS - 2 * (int64_t)SECOND);
    clock_jump(&clock, 10 * (int64_t)SECOND);
    assert_true(clock_wall_ns(&clock, SECOND) == CLOCK_EPOCH_NS + 8 * (int64_t)SECOND);
    assert_int_equal(clock_monotonic_ns(&clock, SECOND), SECOND);
}

static void the_wall_clock_shows_multiples_of_its_granularity(void **state)
{
    (void)state;
    struct clock clock = clock_of(0, 0, MILLISECOND);
    assert_true(clock_wall_ns(&clock, MILLISECOND - 1) == CLOCK_EPOCH_NS);
    assert_true(clock_wall_ns(&clock, MILLISECOND) == CLOCK_EPOCH_NS + (int64_t)MILLISECOND);
    assert_true(clock_wall_ns(&clock, 2 * MILLISECOND - 1) ==
                CLOCK_EPOCH_NS + (int64_t)MILLISECOND);
    assert_int_equal(clock_monotonic_ns(&clock, MILLISECOND - 1), MILLISECOND - 1);
}

static void a_timer_is_never_early_by_its_own_clock(void **state)
{
    (void)state;
    static const int64_t drifts[] = {1,         -1,         999,       -999,
                                     123456789, -123456789, 500000000, -500000000};
    for (size_t i = 0; i < ARRAY_LEN(drifts); i++) {
        struct clock clock = clock_of(0, drifts[i], 1);
        for (uint64_t span = 1; span < 5000000000; span = span * 3 + 1)
            for (vtime now = 0; now < 100; now += 7) {
                vtime due = now + clock_true_span(&clock, span);
                uint64_t passed = clock_monotonic_ns(&clock, due) - clock_monotonic_ns(&clock, now);
                assert_true(passed >= span);
                assert_true(passed <= span + 2);
            }
    }
}

/* --- in a cluster ---------------------------------------------------------------------------- */

#define CLOCKED(clocks) "'duration': '10s', 'cluster': {" BARE_CLUSTER ", " clocks "}, "
#define PUT_AT(time)                                                                               \
    "'network': {" BARE_NETWORK "}, 'clients': [{'name': 'alice', 'script': [{'at': '" time "', "  \
    "'put': 'k', 'value': 'x', 'via': 'n1', 'level': 'all', 'label': 'w1'}]}]"

static void a_write_is_stamped_by_the_clock_of_its_coordinator(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, CLOCKED("'per_node': {'n1': {'clock': {'offset': '-250ms'}}}") PUT_AT("1s"));
    run_to_end(&c);
    int64_t stamp = CLOCK_EPOCH_NS + 1000100000 - 250000000;
    for (uint32_t node = N1; node <= N3; node++)
        assert_true(version_at(&c, node, "k").timestamp == stamp);
    assert_true(world_view_node(&c.world, N1).clock_offset_ns == -250000000);
    cluster_close(&c);
}

static void a_drifting_clock_stamps_ever_more_wrongly(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, CLOCKED("'clock': {'drift': '100ppm', 'granularity': '1ns'}") PUT_AT("5s"));
    run_to_end(&c);
    assert_true(version_at(&c, N2, "k").timestamp == CLOCK_EPOCH_NS + 5000100000 + 500010);
    cluster_close(&c);
}

static void a_clock_jump_in_the_timeline_shows_in_the_next_stamp(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, CLOCKED("'read': 'quorum'") PUT_AT(
                         "5s") ", 'timeline': [{'at': '4s', 'clock_jump': 'n1', 'by': '-2s'}]");
    run_to_end(&c);
    assert_true(version_at(&c, N1, "k").timestamp == CLOCK_EPOCH_NS + 3000100000);
    assert_true((int64_t)record_of(&c, TRACE_CLOCK, N1, 1)->field[1] == -2000000000);
    cluster_close(&c);
}

/* n2 and n3 are down, so a write at ALL runs into the coordinator's timeout of 100 ms. */
#define TIMING_OUT(clocks)                                                                         \
    "'duration': '2s', 'cluster': {" BARE_CLUSTER ", 'write_timeout': '100ms', " clocks "}, "      \
    "'network': {" BARE_NETWORK "}, 'clients': [{'name': 'alice', 'script': [{'at': '1s', "        \
    "'put': 'k', 'value': 'x', 'via': 'n1', 'level': 'all', 'label': 'w1'}]}], "                   \
    "'timeline': [{'at': '500ms', 'crash': 'n2'}, {'at': '500ms', 'crash': 'n3'}"

static void a_timer_on_a_fast_clock_fires_early_and_on_a_slow_one_late(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        vtime waited;
    } cases[] = {
        {TIMING_OUT("'clock': {'drift': '0ppb'}") "]", 100000000},
        {TIMING_OUT("'clock': {'drift': '25%'}") "]", 80000000},
        {TIMING_OUT("'clock': {'drift': '-20%'}") "]", 125000000},
        {TIMING_OUT("'clock': {'offset': '-1h'}") "]", 100000000}, /* wall time does not matter */
        {TIMING_OUT("'clock': {'drift': '0ppb'}") ", {'at': '600ms', 'clock_drift': 'n1', "
                                                  "'by': '25%'}]",
         80000000},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct cluster c;
        cluster_open(&c, cases[i].text);
        run_to_end(&c);
        expect_told(&c, "w1", OUTCOME_TIMEOUT, SECOND + 200 * MICROSECOND + cases[i].waited);
        cluster_close(&c);
    }
}

static void two_writes_within_one_tick_still_have_two_stamps(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', 'cluster': {" BARE_CLUSTER
                     ", 'clock': {'granularity': '100ms'}}, 'network': {" BARE_NETWORK "}, "
                     "'clients': [{'name': 'alice', 'script': ["
                     "{'at': '10ms', 'put': 'k', 'value': 'z', 'via': 'n1', 'level': 'all'}, "
                     "{'at': '20ms', 'put': 'k', 'value': 'a', 'via': 'n1', 'level': 'all'}]}]");
    run_until(&c, 15 * MILLISECOND);
    assert_true(version_at(&c, N2, "k").timestamp == CLOCK_EPOCH_NS);
    run_to_end(&c);
    assert_true(version_at(&c, N2, "k").timestamp == CLOCK_EPOCH_NS + 1);
    expect_stored(&c, N2, "k", "a");
    cluster_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_true_clock_shows_true_time),
        cmocka_unit_test(an_offset_moves_the_wall_clock_only),
        cmocka_unit_test(a_drift_of_a_thousand_ppb_gains_a_microsecond_a_second),
        cmocka_unit_test(a_century_of_drift_does_not_overflow),
        cmocka_unit_test(a_new_drift_begins_where_the_clock_stands),
        cmocka_unit_test(a_jump_moves_the_wall_clock_either_way_and_nothing_else),
        cmocka_unit_test(the_wall_clock_shows_multiples_of_its_granularity),
        cmocka_unit_test(a_timer_is_never_early_by_its_own_clock),
        cmocka_unit_test(a_write_is_stamped_by_the_clock_of_its_coordinator),
        cmocka_unit_test(a_drifting_clock_stamps_ever_more_wrongly),
        cmocka_unit_test(a_clock_jump_in_the_timeline_shows_in_the_next_stamp),
        cmocka_unit_test(a_timer_on_a_fast_clock_fires_early_and_on_a_slow_one_late),
        cmocka_unit_test(two_writes_within_one_tick_still_have_two_stamps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

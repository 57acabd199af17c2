/*
 * test_metrics.c: samples say what the records say, and do not depend on the way there.
 *
 * The records of a straight run are counted once more by hand, slot by slot; then the same run
 * is jumped about in, bent and undone, and every sample must be there byte for byte.
 */
#include "sim/cluster.h"

#include <stdlib.h>
#include <string.h>

#include "sim/metrics/metrics.h"
#include "sim/stage/stage.h"

static const char stormy[] =
    "'duration': '8s', 'cluster': {'nodes': 5, 'heartbeat': '200ms', 'suspect_after': '700ms', "
    "'cpu': {'cores': 2, 'service': {'message': '300us'}}, "
    "'log': {'sync': 'group', 'segment': '2KiB', 'checkpoint_every': '4KiB'}, 'disk': {'sync': "
    "{'lognormal': {'median': '1ms', 'p99': '8ms'}}}, 'read_timeout': '100ms', 'write_timeout': "
    "'100ms'}, 'network': {'latency': {'lognormal': {'median': '500us', 'p99': '5ms'}}, 'loss': "
    "'1%'}, 'clients': [{'name': 'c', 'count': 4, 'think': {'exponential': '20ms'}, 'timeout': "
    "'300ms', 'retries': 1, 'read': 'one', 'write': 'one'}], 'timeline': ["
    "{'at': '1s', 'crash': 'n2', 'unsynced': 'random'}, {'at': '2s', 'restart': 'n2'}, "
    "{'at': '2500ms', 'partition': [['n1', 'n2'], ['n3', 'n4', 'n5']]}, {'at': '4s', 'heal': "
    "'all'}, {'at': '6s', 'slow': 'n1', 'factor': 20}]";

static void run_through(struct cluster *c, struct metrics *metrics, struct heap *heap)
{
    metrics_begin(metrics, heap, &c->world);
    do
        metrics_pass(metrics, &c->world);
    while (world_step(&c->world));
}

/* Memory beside the world's. */
struct bench {
    struct region region;
    struct heap *heap;
};

static void bench_open(struct bench *bench)
{
    const char *why;
    assert_true(region_open(&bench->region, REGION_RESERVE_PLAN, NULL, &why));
    bench->heap = region_create_root(&bench->region, sizeof *bench->heap);
    heap_init(bench->heap, bench->region.header);
}

/* --- what samples say ------------------------------------------------------------------ */

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

struct tally {
    uint64_t told[OUTCOME_COUNT];
    uint64_t lost;
    uint64_t latencies[4000];
    uint32_t latency_count;
};

/* What the records of one slot say. */
static void tally_records(const struct cluster *c, vtime begin, vtime end, struct tally *tally)
{
    memset(tally, 0, sizeof *tally);
    for (size_t i = 0; i < c->record_count; i++) {
        const struct trace_record *record = &c->records[i];
        if (record->time <= begin || record->time > end)
            continue;
        tally->lost += record->kind == TRACE_DROP;
        if (record->kind != TRACE_TOLD && record->kind != TRACE_GIVE_UP)
            continue;
        assert_true(tally->latency_count < 4000);
        tally->latencies[tally->latency_count++] = record->field[1];
        tally->told[record->kind == TRACE_TOLD ? record->field[0] : OUTCOME_TIMEOUT]++;
    }
    qsort(tally->latencies, tally->latency_count, sizeof tally->latencies[0], compare);
}

static void expect_percentile(const struct tally *tally, uint32_t per_mille, uint64_t told)
{
    if (tally->latency_count == 0) {
        assert_true(told == METRIC_NONE);
        return;
    }
    uint64_t exact = tally->latencies[(tally->latency_count * per_mille + 999) / 1000 - 1];
    assert_true(told >= exact && told <= exact + exact / 64);
}

static void a_slot_holds_what_its_records_say(void **state)
{
    (void)state;
    static struct tally tally;
    struct cluster c;
    struct bench bench;
    struct metrics metrics;
    bench_open(&bench);
    cluster_open(&c, stormy);
    run_through(&c, &metrics, bench.heap);
    assert_int_equal(metrics.width, 50 * MILLISECOND);
    assert_int_equal(metrics.count, 160);
    for (uint32_t i = 0; i < metrics.count; i++) {
        vtime begin = i * metrics.width, end = begin + metrics.width;
        tally_records(&c, begin, end, &tally);
        assert_int_equal(metrics_chart_value(&metrics, CHART_OK, i, 0),
                         tally.told[OUTCOME_OK] * 200);
        assert_int_equal(metrics_chart_value(&metrics, CHART_UNAVAILABLE, i, 0),
                         tally.told[OUTCOME_UNAVAILABLE] * 200);
        assert_int_equal(metrics_chart_value(&metrics, CHART_TIMEOUT, i, 0),
                         tally.told[OUTCOME_TIMEOUT] * 200);
        assert_int_equal(metrics_chart_value(&metrics, CHART_LOST, i, 0), tally.lost * 200);
        expect_percentile(&tally, 500, metrics_chart_value(&metrics, CHART_P50, i, 0));
        expect_percentile(&tally, 990, metrics_chart_value(&metrics, CHART_P99, i, 0));
    }
    region_close(&bench.region);
    cluster_close(&c);
}

/* What stands at the end of a slot is what the world shows when it is stopped there. */
static void a_sample_is_the_world_at_that_instant(void **state)
{
    (void)state;
    struct cluster c;
    struct bench bench;
    struct metrics metrics;
    uint64_t differed = 0, down = 0;
    bench_open(&bench);
    cluster_open(&c, stormy);
    run_through(&c, &metrics, bench.heap);
    cluster_begin(&c, 1, NULL, 0);
    for (uint32_t i = 0; i < metrics.count; i++) {
        run_until(&c, metrics_slot_end(&metrics, i));
        uint64_t up = 0;
        for (uint32_t n = 0; n < 5; n++) {
            struct node_view view = world_view_node(&c.world, n);
            assert_int_equal(metrics_chart_value(&metrics, CHART_QUEUE, i, n), view.waiting);
            up += view.state == STATE_UP;
        }
        assert_int_equal(metrics_chart_value(&metrics, CHART_UP, i, 0), up);
        assert_int_equal(metrics_chart_value(&metrics, CHART_DIFFERING, i, 0),
                         world_keys_differing(&c.world));
        differed += world_keys_differing(&c.world);
        down += up < 5;
    }
    assert_true(differed > 0 && down > 0);
    region_close(&bench.region);
    cluster_close(&c);
}

/* One message of 300 us after another on one of two cores; 20 times that when n1 is slow. */
static void load_is_the_share_of_core_time_that_was_spent(void **state)
{
    (void)state;
    struct cluster c;
    struct bench bench;
    struct metrics metrics;
    uint64_t thousandths = 0;
    bench_open(&bench);
    cluster_open(&c, stormy);
    run_through(&c, &metrics, bench.heap);
    for (uint32_t i = 0; i < 20; i++) /* until n2 crashes */
        thousandths += metrics_chart_value(&metrics, CHART_LOAD, i, N2) / 100;
    uint64_t handled = 0, share;
    for (size_t i = 0; i < c.record_count; i++)
        if (c.records[i].kind == TRACE_HANDLE && c.records[i].actor == N2 &&
            c.records[i].time <= SECOND)
            handled += c.records[i].field[0] >= WORK_KIND_COUNT;
    share = handled * 300 * MICROSECOND * 1000 / (2 * SECOND);
    assert_true(thousandths / 20 + 2 >= share && thousandths / 20 <= share + 20);
    assert_true(metrics_chart_value(&metrics, CHART_LOAD, 130, N1) >
                4 * metrics_chart_value(&metrics, CHART_LOAD, 110, N1));
    for (uint32_t i = 0; i < metrics.count; i++)
        for (uint32_t n = 0; n < 5; n++)
            assert_true(metrics_chart_value(&metrics, CHART_LOAD, i, n) <= 100 * 1000);
    region_close(&bench.region);
    cluster_close(&c);
}

static void slots_are_round_and_cover_the_run(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        vtime width;
        uint32_t count;
    } cases[] = {
        {"'duration': '1s', " BARE, 5 * MILLISECOND, 200},
        {"'duration': '1001ms', " BARE, 10 * MILLISECOND, 101},
        {"'duration': '60s', " BARE, 500 * MILLISECOND, 120},
        {"'duration': '7ns', " BARE, 1, 7},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct cluster c;
        struct bench bench;
        struct metrics metrics;
        bench_open(&bench);
        cluster_open(&c, cases[i].text);
        run_through(&c, &metrics, bench.heap);
        assert_int_equal(metrics.width, cases[i].width);
        assert_int_equal(metrics.count, cases[i].count);
        assert_int_equal(metrics_slot_end(&metrics, metrics.count - 1), c.scenario->duration_ns);
        region_close(&bench.region);
        cluster_close(&c);
    }
}

/* Three thousand keys: every second slot; and there the number is exact. */
static void many_keys_are_compared_in_some_slots_only(void **state)
{
    (void)state;
    struct cluster c;
    struct bench bench;
    struct metrics metrics;
    uint32_t looked_at = 0, skipped = 0;
    bench_open(&bench);
    cluster_open(&c, "'duration': '1s', 'cluster': {'nodes': 3, 'heartbeat': '0s'}, 'clients': "
                     "[{'name': 'c', 'count': 20, 'think': '1ms', 'keys': {'count': 100000}, "
                     "'write': 'one'}]");
    run_through(&c, &metrics, bench.heap);
    cluster_begin(&c, 1, NULL, 0);
    for (uint32_t i = 0; i < metrics.count; i++) {
        run_until(&c, metrics_slot_end(&metrics, i));
        uint64_t value = metrics_chart_value(&metrics, CHART_DIFFERING, i, 0);
        uint32_t stride = 1 + world_key_count(&c.world) / METRICS_KEYS_A_SLOT;
        assert_true((value == METRIC_NONE) == ((i + 1) % stride != 0));
        if (value != METRIC_NONE)
            assert_int_equal(value, world_keys_differing(&c.world));
        looked_at += value != METRIC_NONE;
        skipped += value == METRIC_NONE;
    }
    assert_true(world_key_count(&c.world) > METRICS_KEYS_A_SLOT);
    assert_true(looked_at > 20 && skipped > 20);
    region_close(&bench.region);
    cluster_close(&c);
}

/* --- whatever the way ------------------------------------------------------------------------- */

static void expect_same(const struct metrics *a, const struct metrics *b, uint32_t count)
{
    assert_true(a->count >= count && b->count >= count);
    assert_int_equal(a->width, b->width);
    uint32_t lanes = count * a->lane_count, histograms = count * a->histogram_count;
    assert_memory_equal(a->values, b->values, lanes * METRIC_COUNT * sizeof *a->values);
    assert_memory_equal(a->summaries, b->summaries,
                        lanes * a->histogram_count * sizeof *a->summaries);
    assert_memory_equal(a->heat, b->heat, histograms * METRICS_HEAT_ROWS * sizeof *a->heat);
}

static void jumps_and_returns_take_the_samples_of_a_straight_run(void **state)
{
    (void)state;
    static const uint32_t times_ms[] = {1700, 3, 50, 3999, 1000, 2500, 1001, 7999, 2501, 0, 8000};
    struct cluster c, other;
    struct bench bench;
    struct metrics straight;
    const char *why = NULL;
    bench_open(&bench);
    cluster_open(&c, stormy);
    run_through(&c, &straight, bench.heap);
    cluster_open(&other, stormy);
    struct stage *stage = stage_open(&other.world, other.scenario, 1, &why);
    for (size_t i = 0; i < ARRAY_LEN(times_ms); i++) {
        stage_seek_time(stage, times_ms[i] * MILLISECOND);
        stage_seek(stage, stage_step(stage) - MIN(stage_step(stage), 40));
        uint32_t past = metrics_count_until(stage_metrics(stage), stage_now(stage));
        assert_int_equal(past, MIN(stage_now(stage) / straight.width, 160));
        expect_same(stage_metrics(stage), &straight, past);
    }
    stage_seek(stage, UINT64_MAX);
    expect_same(stage_metrics(stage), &straight, straight.slot_count);
    stage_close(stage);
    cluster_close(&other);
    cluster_close(&c);
    region_close(&bench.region);
}

/* A branch has the samples of a run that was bent there from the beginning. */
static void a_branch_has_samples_of_its_own_from_where_it_leaves(void **state)
{
    (void)state;
    struct cluster c, other;
    struct bench bench;
    struct metrics straight, bent;
    const char *why = NULL;
    bench_open(&bench);
    cluster_open(&c, stormy);
    run_through(&c, &straight, bench.heap);
    cluster_open(&other, stormy);
    struct stage *stage = stage_open(&other.world, other.scenario, 1, &why);
    stage_seek(stage, UINT64_MAX);
    stage_seek_time(stage, 3500 * MILLISECOND);
    struct action action = {.kind = ACTION_CRASH, .target = N3};
    uint32_t branch = stage_do(stage, &action), count;
    stage_seek(stage, UINT64_MAX);
    const struct intervention *interventions = stage_interventions(stage, &count);
    cluster_begin(&c, 1, interventions, count);
    run_through(&c, &bent, bench.heap);
    expect_same(stage_metrics(stage), &bent, bent.slot_count);
    assert_int_equal(metrics_chart_value(&bent, CHART_UP, 159, 0), 4);
    stage_select_branch(stage, 0);
    expect_same(stage_metrics(stage), &straight, straight.slot_count);
    stage_select_branch(stage, branch);
    expect_same(stage_metrics(stage), &bent, bent.slot_count);
    stage_close(stage);
    cluster_close(&other);
    cluster_close(&c);
    region_close(&bench.region);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slot_holds_what_its_records_say),
        cmocka_unit_test(a_sample_is_the_world_at_that_instant),
        cmocka_unit_test(load_is_the_share_of_core_time_that_was_spent),
        cmocka_unit_test(slots_are_round_and_cover_the_run),
        cmocka_unit_test(many_keys_are_compared_in_some_slots_only),
        cmocka_unit_test(jumps_and_returns_take_the_samples_of_a_straight_run),
        cmocka_unit_test(a_branch_has_samples_of_its_own_from_where_it_leaves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

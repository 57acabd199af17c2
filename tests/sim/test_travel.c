/*
 * test_travel.c: any moment of a run, again and again, and others beside it.
 *
 * A moment is compared three ways: by the digest of the trace so far, by the digest of
 * the state (field by field, for worlds at different addresses), and by the region's
 * pages, which leave nothing out.
 */
#include "sim/cluster.h"

#include <string.h>

#include "sim/travel/travel.h"

#define STORE_BYTES (UINT64_C(64) << 20)
#define MOMENTS_MAX 4096

struct moment {
    uint64_t step;
    struct digest trace;
    struct digest state;
    struct digest pages;
};

static struct moment moment_of(const struct world *world)
{
    return (struct moment){world->state->step, world->state->digest, world_state_digest(world),
                           snapshot_page_digest(&world->region)};
}

static void expect_moment(const struct world *world, const struct moment *wanted)
{
    struct moment now = moment_of(world);
    if (now.step != wanted->step || !digest_equal(now.trace, wanted->trace) ||
        !digest_equal(now.state, wanted->state) || !digest_equal(now.pages, wanted->pages))
        fail_msg("step %llu (wanted %llu): trace %s, state %s, pages %s",
                 (unsigned long long)now.step, (unsigned long long)wanted->step,
                 digest_equal(now.trace, wanted->trace) ? "equal" : "DIFFERENT",
                 digest_equal(now.state, wanted->state) ? "equal" : "DIFFERENT",
                 digest_equal(now.pages, wanted->pages) ? "equal" : "DIFFERENT");
}

/* --- scenarios: each has something that the others lack ------------------------------------ */

static const char calm[] =
    "'duration': '3s', " BARE ", 'clients': [{'name': 'c', 'count': 3, 'think': '5ms'}]";

static const char stormy[] =
    "'duration': '8s', 'cluster': {'nodes': 5, 'heartbeat': '200ms', 'suspect_after': '700ms', "
    "'log': {'sync': 'group', 'segment': '2KiB', 'checkpoint_every': '4KiB'}, 'disk': {'sync': "
    "{'lognormal': {'median': '1ms', 'p99': '8ms'}}}, 'read_timeout': '100ms', 'write_timeout': "
    "'100ms'}, 'network': {'latency': {'lognormal': {'median': '500us', 'p99': '5ms'}}, 'loss': "
    "'1%', 'duplicate': '2%', 'reorder': '1%'}, 'clients': [{'name': 'c', 'count': 4, 'think': "
    "{'exponential': '20ms'}, 'timeout': '300ms', 'retries': 1, 'value_size': {'uniform': ['10B', "
    "'900B']}, 'mix': {'get': 4, 'put': 5, 'delete': 1}}], 'timeline': ["
    "{'at': '1s', 'crash': 'n2', 'unsynced': 'random'}, {'at': '2s', 'restart': 'n2'}, "
    "{'at': '2500ms', 'partition': [['n1', 'n2'], ['n3', 'n4', 'n5']]}, {'at': '4s', 'heal': "
    "'all'}, {'at': '5s', 'pause': 'n4'}, {'at': '5500ms', 'resume': 'n4'}, {'at': '6s', 'slow': "
    "'n1', 'factor': 20}, {'at': '7s', 'clock_jump': 'n3', 'by': '-1s'}]";

static const char triggered[] =
    "'duration': '3s', 'cluster': {'nodes': 3, 'log': {'sync': 'always'}}, 'network': {'latency': "
    "{'uniform': ['1ms', '4ms']}}, 'clients': [{'name': 'c', 'think': '5ms', 'timeout': '200ms', "
    "'start': '20ms'}, {'name': 'o', 'loop': 'open', 'gap': '9ms'}], 'timeline': ["
    "{'when': 'n2.log_append == 30', 'crash': 'n2', 'unsynced': 'torn'}, "
    "{'when': 'n2.crash == 1', 'delay': '100ms', 'restart': 'n2'}, "
    "{'when': 'time > 1500ms and writes.ok > 20', 'link': {'from': 'n1', 'to': 'all', 'latency': "
    "'20ms'}}, {'at': '2s', 'operation': {'client': 'c', 'put': 'k1', 'value': 'extra'}}], "
    "'checks': [{'check': 'always', 'that': 'n1.state != `refused`'}, {'check': 'reached', 'that': "
    "'ops.timeout > 0'}]";

static const char script[] =
    "'duration': '2s', 'cluster': {'nodes': 4, 'replication': 3, 'heartbeat': '100ms'}, 'clients': "
    "[{'name': 'alice', 'script': [{'at': '100ms', 'put': 'k', 'value': 'x', 'label': 'w1'}, "
    "{'get': 'k', 'wait': '50ms'}, {'delete': 'k'}, {'get': 'k'}, {'put': 'k', 'value': 'y'}]}], "
    "'timeline': [{'at': '90ms', 'stop_clients': 'all'}, {'at': '700ms', 'start_clients': 'all'}]";

/* Messages that are held for a while and for ever, come twice, late and damaged. */
#define W1(to) "{'message': 'write', 'from': 'n1', 'to': '" to "', 'of': 'w1'}"
static const char bent[] =
    "'duration': '2s', 'cluster': {'nodes': 3, 'heartbeat': '100ms'}, 'network': {'latency': "
    "{'exponential': '2ms'}, 'duplicate': '20%'}, 'clients': [{'name': 'alice', 'script': "
    "[{'at': '100ms', 'put': 'k', 'value': 'x', 'via': 'n1', 'label': 'w1'}, {'get': 'k', 'via': "
    "'n1', 'label': 'r1'}]}, {'name': 'c', 'count': 2, 'think': '5ms', 'timeout': '50ms'}], "
    "'timeline': [{'at': '50ms', 'duplicate': " W1("n2") "}, {'at': '60ms', 'hold': " W1("n2") "}, "
    "{'at': '60ms', 'hold': " W1("n3") "}, {'at': '300ms', 'duplicate': " W1("n3") "}, "
    "{'at': '400ms', 'postpone': " W1("n3") ", 'by': '50ms'}, {'at': '500ms', 'corrupt': "
    W1("n3") "}, {'at': '600ms', 'release': " W1("n3") "}, {'at': '900ms', 'fire_timer': 'all'}, "
    "{'at': '1s', 'crash': 'n2'}, {'at': '1100ms', 'restart': 'n2'}]";

static const char *const scenarios[] = {calm, stormy, triggered, script, bent};

/* Steps from 0 to the end, `gap` apart, of a straight run; returns how many. */
static uint32_t walk_straight(struct cluster *c, uint64_t gap, struct moment *moments)
{
    uint32_t count = 0;
    do {
        if (c->world.state->step % gap == 0) {
            assert_true(count < MOMENTS_MAX);
            moments[count++] = moment_of(&c->world);
        }
    } while (world_step(&c->world));
    assert_true(count > 20);
    return count;
}

static void open_travel(struct travel *travel, struct cluster *c, uint64_t store_bytes)
{
    const char *why = NULL;
    if (!travel_open(travel, &c->world, c->scenario, 1, store_bytes, &why))
        fail_msg("%s", why);
}

/* 0 .. count-1 in an order that jumps about. */
static uint32_t shuffled(uint32_t i, uint32_t count)
{
    uint32_t stride = count * 5 / 8 | 1;
    while (count % stride == 0 || (stride % 3 == 0 && count % 3 == 0) ||
           (stride % 5 == 0 && count % 5 == 0) || (stride % 7 == 0 && count % 7 == 0))
        stride += 2;
    return (uint32_t)((uint64_t)i * stride % count);
}

static struct moment moments[MOMENTS_MAX];

/* --- back and forth ----------------------------------------------------------------------------
 */

static void any_step_is_as_in_a_straight_run_whatever_the_order_of_the_visits(void **state)
{
    (void)state;
    for (size_t s = 0; s < ARRAY_LEN(scenarios); s++) {
        struct cluster c;
        struct travel travel;
        cluster_open(&c, scenarios[s]);
        uint32_t count = walk_straight(&c, s == 3 ? 7 : 97, moments);
        uint64_t end = c.world.state->step;
        struct digest last = c.world.state->digest;
        open_travel(&travel, &c, STORE_BYTES);
        for (uint32_t i = 0; i < count; i++) {
            const struct moment *wanted = &moments[shuffled(i, count)];
            travel_seek(&travel, wanted->step);
            expect_moment(&c.world, wanted);
        }
        travel_seek(&travel, UINT64_MAX);
        assert_true(c.world.state->is_over);
        assert_int_equal(c.world.state->step, end);
        assert_true(digest_equal(c.world.state->digest, last));
        print_message("scenario %zu: %u of %llu steps visited, %u keyframes\n", s, count,
                      (unsigned long long)end, travel.branches[0].keyframe_count);
        travel_close(&travel);
        cluster_close(&c);
    }
}

static void one_step_back_and_one_more_and_so_on_from_the_end(void **state)
{
    (void)state;
    struct cluster c;
    struct travel travel;
    cluster_open(&c, stormy);
    run_to_end(&c);
    uint64_t end = c.world.state->step;
    cluster_begin(&c, 1, NULL, 0);
    run_steps(&c, end - 300);
    uint32_t count = walk_straight(&c, 1, moments);
    open_travel(&travel, &c, STORE_BYTES);
    travel_seek(&travel, UINT64_MAX);
    for (uint32_t i = count; i-- > 0;) {
        travel_seek(&travel, moments[i].step);
        expect_moment(&c.world, &moments[i]);
    }
    travel_close(&travel);
    cluster_close(&c);
}

static void forward_steps_after_going_back_are_as_before(void **state)
{
    (void)state;
    struct cluster c;
    struct travel travel;
    cluster_open(&c, triggered);
    run_steps(&c, 1000);
    for (uint32_t i = 0; i < 1200; i++) {
        moments[i] = moment_of(&c.world);
        world_step(&c.world);
    }
    open_travel(&travel, &c, STORE_BYTES);
    travel_seek(&travel, UINT64_MAX);
    travel_seek(&travel, 1000);
    for (uint32_t i = 0; i < 1200; i++) {
        expect_moment(&c.world, &moments[i]);
        travel_forward(&travel);
    }
    travel_close(&travel);
    cluster_close(&c);
}

static void a_time_is_its_last_step_as_in_a_straight_run(void **state)
{
    (void)state;
    static const uint32_t times_ms[] = {1700, 3, 0, 999, 1000, 2500, 1001, 7999, 2501, 1, 4000};
    struct cluster c;
    struct travel travel;
    cluster_open(&c, stormy);
    for (size_t i = 0; i < ARRAY_LEN(times_ms); i++) {
        cluster_begin(&c, 1, NULL, 0);
        run_until(&c, times_ms[i] * MILLISECOND);
        moments[i] = moment_of(&c.world);
    }
    open_travel(&travel, &c, STORE_BYTES);
    for (size_t i = 0; i < ARRAY_LEN(times_ms); i++) {
        travel_seek_time(&travel, times_ms[i] * MILLISECOND);
        expect_moment(&c.world, &moments[i]);
        assert_true(c.world.state->now <= times_ms[i] * MILLISECOND);
        assert_true(world_next_time(&c.world) > times_ms[i] * MILLISECOND);
    }
    travel_close(&travel);
    cluster_close(&c);
}

/* --- branches
 * ------------------------------------------------------------------------------------- */

static const struct action crash_n1 = {.kind = ACTION_CRASH, .target = N1, .mode = CRASH_LOSE};
static const struct action crash_n3 = {.kind = ACTION_CRASH, .target = N3, .mode = CRASH_LOSE};
static const struct action restart_n1 = {.kind = ACTION_RESTART, .target = N1};

static void a_branch_shares_the_past_and_leaves_its_parent_as_it_was(void **state)
{
    (void)state;
    for (size_t s = 0; s < ARRAY_LEN(scenarios); s++) {
        struct cluster c;
        struct travel travel;
        cluster_open(&c, scenarios[s]);
        uint32_t count = walk_straight(&c, s == 3 ? 7 : 97, moments);
        open_travel(&travel, &c, STORE_BYTES);
        uint32_t middle = count / 2;
        travel_seek(&travel, moments[middle].step);
        uint32_t branch = travel_branch(&travel, &crash_n1);
        assert_int_equal(branch, 1);
        expect_moment(&c.world, &moments[middle]); /* nothing has happened yet */
        assert_true(travel_forward(&travel));
        assert_int_equal(c.world.state->step, moments[middle].step + 1);
        assert_int_equal(state_of_node(&c, N1), STATE_DOWN);
        travel_seek(&travel, UINT64_MAX);
        assert_int_equal(state_of_node(&c, N1), STATE_DOWN);
        for (uint32_t i = 0; i <= middle; i += 3) { /* its past, from inside the branch */
            travel_seek(&travel, moments[i].step);
            expect_moment(&c.world, &moments[i]);
        }
        travel_select(&travel, 0);
        for (uint32_t i = 0; i < count; i++) { /* its parent, all of it */
            const struct moment *wanted = &moments[shuffled(i, count)];
            travel_seek(&travel, wanted->step);
            expect_moment(&c.world, wanted);
        }
        travel_close(&travel);
        cluster_close(&c);
    }
}

static void a_branch_is_the_run_that_had_the_intervention_from_the_start(void **state)
{
    (void)state;
    struct cluster c;
    struct travel travel;
    cluster_open(&c, stormy);
    open_travel(&travel, &c, STORE_BYTES);
    travel_seek(&travel, 5000);
    travel_branch(&travel, &crash_n1);
    travel_seek(&travel, 6000);
    travel_branch(&travel, &restart_n1);
    travel_seek(&travel, UINT64_MAX);
    struct moment end = moment_of(&c.world);
    uint64_t draws = c.world.state->draw_count;
    struct intervention both[2];
    memcpy(both, travel.branches[2].interventions, sizeof both);
    travel_close(&travel);
    cluster_begin(&c, 1, both, 2);
    run_to_end(&c);
    expect_moment(&c.world, &end);
    assert_int_equal(c.world.state->draw_count, draws);
    assert_int_equal(count_of(&c, TRACE_START, N1), 2);
    cluster_close(&c);
}

/* What the action refers to lies outside the region. */
static void a_branch_can_bring_links_and_operations_of_its_own(void **state)
{
    (void)state;
    static const struct link_config slow = {
        .latency = {.kind = DISTRIBUTION_CONSTANT, .constant = {30 * MILLISECOND}}};
    static const struct action change = {
        .kind = ACTION_LINK, .target = N1, .other = ALL_MEMBERS, .link = &slow};
    struct operation_plan plan = {.label = "",
                                  .kind = OPERATION_PUT,
                                  .level = LEVEL_QUORUM,
                                  .via = N2,
                                  .key = "mine",
                                  .value = text_bytes("v"),
                                  .timeout_ns = SECOND,
                                  .after = -1};
    struct action ask = {.kind = ACTION_OPERATION, .target = 0, .operation = &plan};
    struct cluster c;
    struct travel travel;
    cluster_open(&c, calm);
    open_travel(&travel, &c, STORE_BYTES);
    travel_seek(&travel, 2000);
    travel_branch(&travel, &change);
    travel_seek(&travel, 3000);
    travel_branch(&travel, &ask);
    travel_seek(&travel, 5000);
    struct moment there = moment_of(&c.world);
    expect_stored(&c, N2, "mine", "v");
    travel_select(&travel, 0);
    travel_seek(&travel, 5000);
    expect_stored(&c, N2, "mine", NULL);
    travel_seek(&travel, 100);
    travel_select(&travel, 2);
    travel_seek(&travel, 5000);
    expect_moment(&c.world, &there);
    travel_close(&travel);
    cluster_close(&c);
}

/* 0 --2000--> 1 --2600--> 2, and 3 from 2's past, before 1 began. Spacing is 512 steps, so
 * keyframes of one branch lie beyond where another one left it. */
static void branches_of_branches_keep_apart(void **state)
{
    (void)state;
    struct cluster c;
    struct travel travel;
    struct moment at[4], later[4];
    vtime times[4];
    cluster_open(&c, stormy);
    open_travel(&travel, &c, STORE_BYTES);
    travel_seek(&travel, 9000);
    travel_seek(&travel, 2000);
    assert_int_equal(travel_branch(&travel, &crash_n1), 1);
    travel_seek(&travel, 9000);
    travel_seek(&travel, 2600);
    assert_int_equal(travel_branch(&travel, &crash_n3), 2);
    travel_seek(&travel, 2700);
    travel_seek(&travel, 1200);
    assert_int_equal(travel_branch(&travel, &crash_n3), 3);
    for (uint32_t i = 0; i < 4; i++) {
        travel_select(&travel, i);
        travel_seek(&travel, 2800);
        at[i] = moment_of(&c.world);
        times[i] = c.world.state->now;
        travel_seek(&travel, 4000);
        later[i] = moment_of(&c.world);
    }
    for (uint32_t i = 0; i < 4; i++)
        for (uint32_t j = 0; j < i; j++)
            assert_false(digest_equal(at[i].trace, at[j].trace));
    for (uint32_t round = 0; round < 12; round++) {
        uint32_t i = round * 7 % 4;
        travel_select(&travel, i);
        assert_int_equal(c.world.state->step, round == 0 ? 4000 : 2800);
        travel_seek(&travel, 4000);
        expect_moment(&c.world, &later[i]);
        travel_seek_time(&travel, times[i]);
        travel_seek(&travel, 2800);
        expect_moment(&c.world, &at[i]);
    }
    travel_close(&travel);
    cluster_close(&c);
}

static void a_time_in_a_branch_is_never_found_in_a_future_that_is_not_its_own(void **state)
{
    (void)state;
    struct cluster c;
    struct travel travel;
    cluster_open(&c, stormy);
    open_travel(&travel, &c, STORE_BYTES);
    travel_seek(&travel, UINT64_MAX);
    uint64_t keyframe = travel.branches[0].keyframes[2].step;
    travel_seek(&travel, keyframe - 100);
    travel_branch(&travel, &crash_n1); /* the parent has a keyframe 100 steps later */
    travel_seek(&travel, keyframe + 10);
    travel_branch(&travel, &crash_n3); /* branch 1 has none before this one begins */
    travel_seek(&travel, keyframe + 60);
    assert_int_equal(c.world.state->step, keyframe + 60);
    assert_true(c.world.state->now > travel.branches[0].keyframes[2].time);
    vtime now = c.world.state->now;
    travel_seek_time(&travel, now);
    struct moment there = moment_of(&c.world);
    travel_seek(&travel, 0);
    travel_seek_time(&travel, now);
    expect_moment(&c.world, &there);
    assert_int_equal(state_of_node(&c, N1), STATE_DOWN);
    assert_int_equal(state_of_node(&c, N3), STATE_DOWN);
    travel_close(&travel);
    cluster_close(&c);
}

static void a_branch_can_begin_at_the_very_start_and_at_the_very_end(void **state)
{
    (void)state;
    struct cluster c;
    struct travel travel;
    cluster_open(&c, script);
    open_travel(&travel, &c, STORE_BYTES);
    travel_branch(&travel, &crash_n1);
    assert_true(travel_forward(&travel));
    assert_int_equal(c.world.state->now, 0);
    assert_int_equal(state_of_node(&c, N1), STATE_DOWN);
    travel_select(&travel, 0);
    travel_seek(&travel, UINT64_MAX);
    uint64_t end = c.world.state->step;
    travel_branch(&travel, &crash_n1);
    assert_true(travel_forward(&travel));
    assert_int_equal(c.world.state->step, end + 1);
    assert_int_equal(state_of_node(&c, N1), STATE_DOWN);
    struct moment there = moment_of(&c.world);
    travel_seek(&travel, 50);
    travel_seek(&travel, end + 1);
    expect_moment(&c.world, &there);
    assert_int_equal(travel.branches[0].end_step, end);
    travel_close(&travel);
    cluster_close(&c);
}

/* Constant latencies: many events at one time. A branch at each of them must come back to
 * where it began, and to nowhere else. */
static void a_branch_at_any_step_of_a_crowded_instant_comes_back_to_that_step(void **state)
{
    (void)state;
    struct cluster c;
    struct travel travel;
    cluster_open(&c, "'duration': '300ms', 'cluster': {'nodes': 3, 'heartbeat': '50ms', 'cpu': "
                     "{'cores': 2}}, 'network': {'latency': '1ms', 'duplicate': '100%'}, "
                     "'clients': [{'name': 'c', 'count': 3, 'think': '10ms', 'start': '20ms'}], "
                     "'checks': [{'check': 'reached', 'name': 'a', 'that': 'time > 100ms'}, "
                     "{'check': 'reached', 'name': 'b', 'that': 'time > 100ms or ops.ok > 99'}]");
    open_travel(&travel, &c, STORE_BYTES);
    uint64_t alike = 0;
    for (uint64_t step = 700; step < 1000; step++) {
        travel_select(&travel, 0);
        travel_seek(&travel, step);
        alike += c.world.state->last_occurrence > 1;
        travel_branch(&travel, &crash_n1);
        travel_forward(&travel);
        struct moment there = moment_of(&c.world);
        assert_int_equal(count_of(&c, TRACE_CRASH, N1), 1);
        travel_seek(&travel, 100);
        travel_seek(&travel, step + 1);
        expect_moment(&c.world, &there);
    }
    print_message("of 300 steps %llu were like the one before, at the same time\n",
                  (unsigned long long)alike);
    travel_close(&travel);
    cluster_close(&c);
}

/* --- memory
 * --------------------------------------------------------------------------------------- */

/* The largest number of steps from a keyframe to the next one, or to the end. */
static uint64_t longest_way(const struct branch *branch, uint64_t end)
{
    uint64_t longest = end - branch->keyframes[branch->keyframe_count - 1].step;
    for (uint32_t i = 1; i < branch->keyframe_count; i++)
        longest = MAX(longest, branch->keyframes[i].step - branch->keyframes[i - 1].step);
    return longest;
}

static void a_small_store_keeps_fewer_keyframes_and_nothing_else_changes(void **state)
{
    (void)state;
    struct cluster c;
    struct travel travel;
    cluster_open(&c, stormy);
    uint32_t count = walk_straight(&c, 97, moments);
    const uint64_t limit = UINT64_C(6) << 20;
    open_travel(&travel, &c, limit);
    while (travel_forward(&travel))
        assert_true(snapshot_store_bytes(&travel.store) <= limit);
    assert_true(travel.spacing > TRAVEL_SPACING_FIRST); /* it had to forget */
    uint64_t longest = longest_way(&travel.branches[0], c.world.state->step);
    print_message("in %llu KiB: %u keyframes of %llu steps, at most %llu apart\n",
                  (unsigned long long)limit >> 10, travel.branches[0].keyframe_count,
                  (unsigned long long)c.world.state->step, (unsigned long long)longest);
    assert_int_equal(travel.branches[0].keyframes[0].step, 0);
    assert_true(longest < c.world.state->step / 3);
    for (uint32_t i = 0; i < count; i += 3) {
        const struct moment *wanted = &moments[shuffled(i, count)];
        travel_seek(&travel, wanted->step);
        expect_moment(&c.world, wanted);
        assert_true(snapshot_store_bytes(&travel.store) <= limit);
    }
    travel_seek(&travel, moments[count / 2].step);
    travel_branch(&travel, &crash_n1);
    travel_seek(&travel, UINT64_MAX);
    travel_select(&travel, 0);
    travel_seek(&travel, moments[count / 3].step);
    expect_moment(&c.world, &moments[count / 3]);
    travel_close(&travel);
    cluster_close(&c);
}

/* --- side by side
 * ------------------------------------------------------------------------------------ */

static void two_worlds_at_different_addresses_are_the_same_world(void **state)
{
    (void)state;
    for (size_t s = 0; s < ARRAY_LEN(scenarios); s++) {
        struct cluster a, b;
        cluster_open_at(&a, scenarios[s], (void *)(uintptr_t)0x510000000000);
        cluster_open_at(&b, scenarios[s], (void *)(uintptr_t)0x620000000000);
        assert_ptr_not_equal(a.world.region.header, b.world.region.header);
        bool is_more = true;
        for (uint64_t step = 0; is_more; step++) { /* turn by turn */
            if (step % 50 == 0)
                assert_true(
                    digest_equal(world_state_digest(&a.world), world_state_digest(&b.world)));
            assert_true(digest_equal(a.world.state->digest, b.world.state->digest));
            is_more = world_step(&a.world);
            assert_int_equal(world_step(&b.world), is_more);
        }
        assert_true(digest_equal(world_state_digest(&a.world), world_state_digest(&b.world)));
        cluster_close(&a);
        cluster_close(&b);
    }
}

static void a_world_is_the_same_after_another_has_run_in_its_region(void **state)
{
    (void)state;
    struct cluster c, other;
    cluster_open(&c, calm);
    cluster_open(&other, stormy);
    run_steps(&c, 3000);
    struct moment before = moment_of(&c.world);
    world_begin(&c.world, other.scenario, 99, NULL, 0);
    world_run(&c.world, 4 * SECOND, UINT64_MAX);
    cluster_begin(&c, 1, NULL, 0);
    run_steps(&c, 3000);
    expect_moment(&c.world, &before);
    cluster_close(&c);
    cluster_close(&other);
}

/* --- what the state digest sees
 * ------------------------------------------------------------------------ */

static struct node *node_of(struct world *world, uint32_t node)
{
    return machine_at(world, node)->node;
}

static struct pending *first_pending(struct world *world)
{
    for (uint32_t node = 0; node < world->scenario->node.nodes; node++) {
        uint32_t cursor = 0;
        uint64_t request, pending;
        if (table_next(&node_of(world, node)->pending, &cursor, &request, &pending))
            return (struct pending *)(uintptr_t)pending;
    }
    fail_msg("no operation is pending");
    return NULL;
}

static struct parcel *first_parcel(struct world *world)
{
    struct queue_cursor cursor = {0};
    struct queue_event event;
    while (queue_visit(&world->state->queue, &cursor, &event))
        if (event.kind == SIM_ARRIVE)
            return pool_at(&world->state->net.parcels, event.payload);
    fail_msg("nothing is in flight");
    return NULL;
}

static struct parcel *first_held(struct world *world)
{
    assert_int_not_equal(world->state->net.first_held, POOL_NONE);
    return pool_at(&world->state->net.parcels, world->state->net.first_held);
}

/* One message is held and has a copy; something is to be done to another when it is sent. */
static void bend_messages(struct world *world)
{
    struct action action = {.kind = ACTION_DUPLICATE, .identity = first_parcel(world)->identity};
    assert_int_equal(net_bend(world, &action), REASON_NONE);
    action.kind = ACTION_HOLD;
    assert_int_equal(net_bend(world, &action), REASON_NONE);
    action = (struct action){.kind = ACTION_POSTPONE, .identity = 42, .amount = 7};
    assert_int_equal(net_bend(world, &action), REASON_NONE);
}

static uint8_t *row_byte(struct world *world)
{
    const struct store_row *row = store_first(&node_of(world, N1)->storage.store);
    assert_non_null(row);
    return (uint8_t *)(uintptr_t)row->version.value.data;
}

static void flip(void *at)
{
    *(uint8_t *)at ^= 1;
}

/* Change one thing; called twice it is as before. */
static void change(struct world *world, uint32_t which)
{
    struct world_state *state = world->state;
    struct machine *machine = machine_at(world, N1);
    switch (which) {
    case 0: flip(&state->now); break;
    case 1: flip(&state->records); break;
    case 2: flip(&state->counts[3]); break;
    case 3: flip(&state->queue.salt); break;
    case 4: flip(&first_parcel(world)->data[20]); break;
    case 5: flip(&first_parcel(world)->arrives_at); break;
    case 6: flip(&machine->state); break;
    case 7: flip(&machine->incarnation); break;
    case 8: flip(&machine->clock.offset_ns); break;
    case 9: flip(&machine->cpu.busy); break;
    case 10: flip(row_byte(world)); break;
    case 11: flip(&node_of(world, N1)->storage.synced_sequence); break;
    case 12: flip(&node_of(world, N1)->last_timestamp); break;
    case 13: flip(&node_of(world, N1)->seen_order[0]); break;
    case 14: flip(&node_of(world, N1)->detector.peers[2].heard_ns); break;
    case 15: flip(&first_pending(world)->acknowledged); break;
    case 16:
        assert_true(disk_corrupt(&machine->disk, (struct file_name){FILE_LOG, 1}, 99, 1, 1));
        break;
    case 17: flip(&state->net.links[5].busy_until); break;
    case 18: flip(&state->clients.clients[1].next_operation); break;
    case 19: flip(&history_at(world, 0)->value); break;
    case 20: flip(&state->checks[0].is_armed); break;
    case 21: flip(&state->timeline[0].step); break;
    case 22: flip(&state->last_identity); break;
    case 23: flip(&first_held(world)->left); break;
    case 24: flip(&first_held(world)->data[20]); break;
    case 25: flip(&first_held(world)->copy); break;
    case 26: flip(&((struct message_mark *)chain_at(&state->net.marks, 0))->amount); break;
    case 27: flip(table_find(&state->net.copies_made, first_held(world)->identity)); break;
    default: flip(&state->draw_count);
    }
}

static void the_state_digest_sees_every_change(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', 'cluster': {'nodes': 3, 'heartbeat': '50ms', 'log': "
                     "{'sync': 'always'}}, 'clients': [{'name': 'c', 'count': 4, 'think': '1ms', "
                     "'start': '20ms'}], 'timeline': [{'at': '900ms', 'pause': 'n1'}], 'checks': "
                     "[{'check': 'reached', 'that': 'time > 1s'}]");
    run_until(&c, 500 * MILLISECOND);
    bend_messages(&c.world);
    struct digest before = world_state_digest(&c.world);
    for (uint32_t which = 0; which < 29; which++) {
        change(&c.world, which);
        if (digest_equal(world_state_digest(&c.world), before))
            fail_msg("change %u was not seen", which);
        change(&c.world, which);
        if (!digest_equal(world_state_digest(&c.world), before))
            fail_msg("change %u could not be taken back", which);
    }
    cluster_close(&c);
}

static void looking_changes_nothing(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, stormy);
    run_steps(&c, 4000);
    struct digest pages = snapshot_page_digest(&c.world.region);
    struct version version;
    world_state_digest(&c.world);
    world_view_node(&c.world, N2);
    world_view_final(&c.world, text_bytes("k1"), &version);
    world_keys_differing(&c.world);
    world_next_time(&c.world);
    net_is_cut(&c.world, N1, N2);
    assert_true(digest_equal(snapshot_page_digest(&c.world.region), pages));
    cluster_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_step_is_as_in_a_straight_run_whatever_the_order_of_the_visits),
        cmocka_unit_test(one_step_back_and_one_more_and_so_on_from_the_end),
        cmocka_unit_test(forward_steps_after_going_back_are_as_before),
        cmocka_unit_test(a_time_is_its_last_step_as_in_a_straight_run),
        cmocka_unit_test(a_branch_shares_the_past_and_leaves_its_parent_as_it_was),
        cmocka_unit_test(a_branch_is_the_run_that_had_the_intervention_from_the_start),
        cmocka_unit_test(a_branch_can_bring_links_and_operations_of_its_own),
        cmocka_unit_test(branches_of_branches_keep_apart),
        cmocka_unit_test(a_time_in_a_branch_is_never_found_in_a_future_that_is_not_its_own),
        cmocka_unit_test(a_branch_can_begin_at_the_very_start_and_at_the_very_end),
        cmocka_unit_test(a_branch_at_any_step_of_a_crowded_instant_comes_back_to_that_step),
        cmocka_unit_test(a_small_store_keeps_fewer_keyframes_and_nothing_else_changes),
        cmocka_unit_test(two_worlds_at_different_addresses_are_the_same_world),
        cmocka_unit_test(a_world_is_the_same_after_another_has_run_in_its_region),
        cmocka_unit_test(the_state_digest_sees_every_change),
        cmocka_unit_test(looking_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

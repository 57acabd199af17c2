/*
 * test_repair.c: replicas become equal by repair alone, and it costs what differs.
 *
 * Bytes are those of whole messages, both ways, headers and rows included. Rows are put into the
 * stores of a cluster of two that keeps everything twice, behind the back of the database; then an
 * operator tells n1 to repair.
 *
 * The sweep is over 60 fault scripts; with LONG=1, over 1,000, and a million keys are compared:
 *     LONG=1 LIMIT=3000 T=sim/test_repair tests/run.sh release
 */
#include "sim/fault_scripts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mix.h"
#include "sim/judge/judge.h"

static bool is_long(void)
{
    const char *text = getenv("LONG");
    return text && *text == '1';
}

/* --- rows that nobody has written ------------------------------------------------------------- */

static struct env *env_of(struct cluster *c, uint32_t node)
{
    c->world.env.self = node;
    c->world.env.memory = &machine_at(&c->world, node)->memory;
    return &c->world.env;
}

static struct node *node_of(struct cluster *c, uint32_t node)
{
    return machine_at(&c->world, node)->node;
}

static void put_row(struct cluster *c, uint32_t node, uint64_t number, int64_t timestamp)
{
    char key[24];
    struct version version = {.timestamp = timestamp, .value = {(const uint8_t *)"12345678", 8}};
    int size = snprintf(key, sizeof key, "key-%llu", (unsigned long long)number);
    store_put(&node_of(c, node)->storage.store, env_of(c, node),
              (struct bytes){(const uint8_t *)key, (uint32_t)size}, &version);
}

static void remove_row(struct cluster *c, uint32_t node, uint64_t number)
{
    char key[24];
    int size = snprintf(key, sizeof key, "key-%llu", (unsigned long long)number);
    store_remove(&node_of(c, node)->storage.store, env_of(c, node),
                 (struct bytes){(const uint8_t *)key, (uint32_t)size});
}

#define TWO                                                                                        \
    "'duration': '40s', 'cluster': {'nodes': 2, 'replication': 2, 'heartbeat': '0s',"              \
    " 'log': {'sync': 'never', 'checkpoint_every': '0B'}}, 'timeline': ["                          \
    "{'at': '1s', 'repair': 'n1'}, {'at': '5s', 'repair': 'n1'}, {'at': '10s', 'repair': 'n1'},"   \
    "{'at': '15s', 'repair': 'n1'}, {'at': '20s', 'repair': 'n1'}, {'at': '25s', 'repair': 'n1'}," \
    "{'at': '30s', 'repair': 'n1'}, {'at': '35s', 'repair': 'n1'}]"

static void open_two(struct cluster *c, uint64_t rows)
{
    cluster_open(c, TWO);
    run_until(c, 500 * MILLISECOND);
    for (uint64_t i = 0; i < rows; i++) {
        put_row(c, N1, i, 1000);
        put_row(c, N2, i, 1000);
    }
}

static bool are_equal(struct cluster *c)
{
    return unequal_ranges(c) == 0;
}

static void two_equal_replicas_find_it_out_with_one_message_each(void **state)
{
    (void)state;
    static const uint64_t rows[] = {0, 1, 1000, 100000, 1000000};
    for (uint32_t i = 0; i < ARRAY_LEN(rows) - !is_long(); i++) {
        struct cluster c;
        open_two(&c, rows[i]);
        run_until(&c, 2 * SECOND);
        assert_true(node_of(&c, N1)->repair.seen.is_equal);
        assert_int_equal(node_of(&c, N1)->repair.seen.bytes, 87);
        assert_int_equal(node_of(&c, N1)->repair.bytes, 127); /* and "it is repaired since" */
        assert_int_equal(count_messages(&c, TRACE_SEND, MESSAGE_REPAIR_COMPARE, N1, N2), 1);
        assert_int_equal(count_of(&c, NOTED(REPAIR_TOOK), ALL_ACTORS), 0);
        cluster_close(&c);
    }
}

/* Eleven nodes with 64 places each: n1 and another one keep some hundred ranges both. */
static void however_many_ranges_two_replicas_have_in_common(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '3s', 'cluster': {'nodes': 11, 'vnodes': 64},"
                     " 'preload': {'keys': {'prefix': 'k', 'count': 20000}, 'value_size': '10B'},"
                     " 'timeline': [{'at': '1s', 'repair': 'n1'}]");
    run_to_end(&c);
    assert_int_equal(count_of(&c, NOTED(REPAIR_EQUAL), N1), 10);
    for (uint64_t n = 1; n <= 10; n++)
        assert_true(record_of(&c, NOTED(REPAIR_EQUAL), N1, n)->field[2] <= 1024);
    assert_true(node_of(&c, N1)->repair.bytes <= 10 * 1024);
    cluster_close(&c);
}

/* n1 and n2 ask n3 at once for what it alone has: each answer goes when those before it have had
 * their time, whoever asks. */
static void a_node_that_many_ask_answers_no_faster_than_its_throttle(void **state)
{
    (void)state;
    enum { RATE = 20000, ROWS = 500 };
    struct cluster c;
    cluster_open(&c, "'duration': '40s', 'cluster': {'nodes': 3, 'heartbeat': '0s', 'repair':"
                     " {'throttle': '20kB'}, 'log': {'sync': 'never', 'checkpoint_every': '0B'}},"
                     " 'timeline': [{'at': '1s', 'repair': 'n1'}, {'at': '1s', 'repair': 'n2'}]");
    run_until(&c, 500 * MILLISECOND);
    for (uint64_t i = 0; i < ROWS; i++)
        put_row(&c, N3, i, 1000);
    run_to_end(&c);
    uint64_t count = count_of(&c, TRACE_SEND, N3), bytes = 0, begun = 0;
    for (uint64_t n = 1; n <= count; n++) {
        const struct trace_record *sent = record_of(&c, TRACE_SEND, N3, n);
        if (sent->field[0] != MESSAGE_REPAIR_SUMS && sent->field[0] != MESSAGE_REPAIR_ROWS)
            continue;
        begun = begun ? begun : sent->time;
        assert_true((sent->time - begun) * RATE + SECOND >= bytes * SECOND);
        bytes += sent->field[2];
    }
    print_message("# %llu bytes of answers\n", (unsigned long long)bytes);
    assert_true(bytes > 2 * ROWS * 20);
    assert_true(are_equal(&c));
    assert_int_equal(count_of(&c, NOTED(REPAIR_GIVEN_UP), ALL_ACTORS), 0);
    cluster_close(&c);
}

/* --- what differs is what it costs -------------------------------------------------------------
 */

static uint32_t log2_of(uint64_t n)
{
    uint32_t bits = 0;
    while (n >> bits > 1)
        bits++;
    return bits;
}

/* A key of them all, the same for the same number: no two alike. */
static uint64_t chosen(uint64_t number, uint64_t rows)
{
    return mix_bits(number) % rows;
}

/* A third is missing on either side, a third is older on the other. */
static void disturb(struct cluster *c, uint64_t keys, uint64_t rows, uint64_t round)
{
    for (uint64_t i = 0; i < keys; i++) {
        uint64_t number = chosen(i, rows);
        if (i % 3 == 2)
            put_row(c, N1, number, (int64_t)(2000 + round));
        else
            remove_row(c, i % 3 ? N1 : N2, number);
    }
}

/* Bytes for each differing key and each doubling of the rows, rows of 8 bytes included: 71 is
 * measured where one key differs (it is nearly all headers of messages), 19 where 1,024 of a
 * million do. SHOW=1 shows all. */
#define COST 72

static void differing_keys_cost_their_number_times_the_logarithm(void **state)
{
    (void)state;
    static const uint64_t rows[] = {1000, 10000, 100000, 1000000};
    for (uint32_t i = 0; i < ARRAY_LEN(rows) - !is_long(); i++) {
        struct cluster c;
        vtime now = SECOND / 2;
        open_two(&c, rows[i]);
        for (uint64_t keys = 1, round = 1; keys <= 1024; keys *= 4, round++) {
            disturb(&c, keys, rows[i], round);
            uint64_t differing = world_keys_differing(&c.world); /* a key may be chosen twice */
            assert_true(keys > 16 ? differing > 16 && differing <= keys : differing == keys);
            now = round == 1 ? 4 * SECOND : now + 5 * SECOND;
            run_until(&c, now);
            assert_true(are_equal(&c));
            assert_int_equal(world_keys_differing(&c.world), 0);
            const struct repair_seen *seen = &node_of(&c, N1)->repair.seen;
            uint64_t most = COST * keys * log2_of(rows[i]);
            if (getenv("SHOW"))
                print_message("%llu of %llu: %llu bytes, %llu rows, c = %.1f\n",
                              (unsigned long long)keys, (unsigned long long)rows[i],
                              (unsigned long long)seen->bytes,
                              (unsigned long long)(seen->rows_taken + seen->rows_sent),
                              (double)seen->bytes / (double)(keys * log2_of(rows[i])));
            assert_true(seen->bytes <= most);
            assert_true(seen->rows_taken + seen->rows_sent <= 2 * keys);
        }
        run_until(&c, now + 5 * SECOND);
        assert_int_equal(node_of(&c, N1)->repair.seen.bytes, 87); /* again: nothing */
        cluster_close(&c);
    }
}

/* Everything of one side is missing: the rows go over, and hardly a byte besides. */
static void an_empty_replica_gets_all_in_chunks(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, TWO);
    run_until(&c, 500 * MILLISECOND);
    uint64_t bytes = 0;
    for (uint64_t i = 0; i < 20000; i++)
        put_row(&c, i % 2 ? N1 : N2, i / 2 * 2 + 1, 1000);
    for (uint64_t i = 0; i < 10000; i++)
        remove_row(&c, N2, i * 2 + 1);
    bytes = store_bytes(&node_of(&c, N1)->storage.store) + 10000 * 15;
    run_until(&c, 4 * SECOND);
    assert_true(are_equal(&c));
    assert_int_equal(node_of(&c, N1)->repair.seen.rows_sent, 10000);
    assert_true(node_of(&c, N1)->repair.seen.bytes < bytes + bytes / 10);
    cluster_close(&c);
}

/* --- any faults ------------------------------------------------------------------------------- */

#define HEALED   (10 * SECOND)
#define HEARTBEAT (500 * MILLISECOND)
#define INTERVAL (2 * SECOND)
#define PATIENCE SECOND /* REPAIR_PATIENCE: a comparison that lost a message begins again */
#define ROUND    SECOND /* a round over five nodes and thirty keys takes less */

/* docs/cluster/repair.md has the formula: everybody has heard of everybody, what was under way is
 * over, the next round by the clock has begun, and is over. */
#define WITHIN (HEARTBEAT + PATIENCE + INTERVAL + ROUND)

static vtime equal_after_faults(uint64_t seed, const char *interval)
{
    static char text[30000], faults[24000];
    char workload[400];
    struct cluster c;
    struct fault_plan plan = {.seed = seed, .nodes = 5, .begin = SECOND, .healed_at = HEALED};
    write_faults(&plan, faults, sizeof faults);
    write_workload(&plan, workload, sizeof workload);
    snprintf(text, sizeof text,
             "'duration': '30s', 'cluster': {'nodes': 5, 'heartbeat': '500ms',"
             " 'repair': {'interval': '%s'}}, 'safeguards': {'read-repair': false},"
             " 'clients': [%s], 'timeline': [%s]",
             interval, workload, faults);
    cluster_load(&c, text, NULL);
    cluster_begin(&c, seed, NULL, 0);
    vtime when = run_until_equal(&c, HEALED, 29 * SECOND);
    cluster_close(&c);
    return when;
}

static void after_any_faults_repair_alone_makes_replicas_equal_in_time(void **state)
{
    (void)state;
    uint64_t seeds = is_long() ? 1000 : 60, late = 0;
    vtime longest = 0;
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        vtime when = equal_after_faults(seed, "2s");
        assert_true(when != VTIME_NEVER);
        longest = MAX(longest, when - HEALED);
        if (when - HEALED > WITHIN) {
            late++;
            print_message("seed %llu: after %llu ms\n", (unsigned long long)seed,
                          (unsigned long long)((when - HEALED) / MILLISECOND));
        }
    }
    print_message("# %llu seeds: equal after %llu ms at the latest\n", (unsigned long long)seeds,
                  (unsigned long long)(longest / MILLISECOND));
    assert_int_equal(late, 0);
}

static void without_repair_they_stay_different(void **state)
{
    (void)state;
    uint32_t different = 0;
    for (uint64_t seed = 1; seed <= 10; seed++)
        different += equal_after_faults(seed, "0s") == VTIME_NEVER;
    print_message("# without repair: %u of 10 never equal\n", different);
    assert_true(different >= 4);
}

/* --- by reading -------------------------------------------------------------------------------
 */

enum { KEYS = 30 };

/* Each key once: 1.5 s after the end of the faults, when everybody counts as up, one every 20 ms;
 * the last one has 500 ms to write back. */
#define READ_WITHIN (1500 * MILLISECOND + KEYS * 20 * MILLISECOND + 500 * MILLISECOND)

static void write_reads(const char *level, char *text, size_t size)
{
    size_t used = (size_t)snprintf(text, size, "{'name': 'reader', 'script': [");
    for (uint32_t key = 1; key <= KEYS; key++)
        used += (size_t)snprintf(text + used, size - used,
                                 "%s{'at': '%ums', 'get': 'k%u', 'level': '%s', 'label': 'r%u'}",
                                 key > 1 ? ", " : "", 11500 + 20 * (key - 1), key, level, key);
    used += (size_t)snprintf(text + used, size - used, "]}");
    assert_true(used < size);
}

static vtime equal_after_reads(uint64_t seed, const char *level, const char *read_repair)
{
    static char text[40000], faults[24000], reads[8000];
    char workload[400];
    struct cluster c;
    struct fault_plan plan = {
        .seed = seed, .nodes = 5, .keys = KEYS, .begin = SECOND, .healed_at = HEALED};
    write_faults(&plan, faults, sizeof faults);
    write_workload(&plan, workload, sizeof workload);
    write_reads(level, reads, sizeof reads);
    snprintf(text, sizeof text,
             "'duration': '20s', 'cluster': {'nodes': 5, 'heartbeat': '500ms',"
             " 'read_repair': %s}, 'clients': [%s, %s], 'timeline': [%s]",
             read_repair, workload, reads, faults);
    cluster_load(&c, text, NULL);
    cluster_begin(&c, seed, NULL, 0);
    vtime when = run_until_equal(&c, HEALED, HEALED + READ_WITHIN);
    cluster_close(&c);
    return when;
}

static void heal_by_reads(const char *level, const char *read_repair)
{
    uint64_t seeds = is_long() ? 1000 : 60;
    vtime longest = 0;
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        vtime when = equal_after_reads(seed, level, read_repair);
        if (when == VTIME_NEVER)
            print_message("seed %llu: not equal in time\n", (unsigned long long)seed);
        assert_true(when != VTIME_NEVER);
        longest = MAX(longest, when - HEALED);
    }
    print_message("# %llu seeds, each key once at %s: equal after %llu ms at the latest\n",
                  (unsigned long long)seeds, level, (unsigned long long)(longest / MILLISECOND));
}

static void after_any_faults_reading_each_key_at_all_makes_replicas_equal(void **state)
{
    (void)state;
    heal_by_reads("all", "'blocking'");
}

static void reading_each_key_at_quorum_does_it_when_reads_go_beyond(void **state)
{
    (void)state;
    heal_by_reads("quorum", "{'mode': 'background', 'chance': '100%'}");
}

static void reading_without_repair_heals_nothing(void **state)
{
    (void)state;
    uint32_t different = 0;
    for (uint64_t seed = 1; seed <= 10; seed++)
        different += equal_after_reads(seed, "all", "'none'") == VTIME_NEVER;
    assert_true(different >= 4);
}

/* --- what was deleted stays deleted -----------------------------------------------------------
 */

static bool is_something_back(uint64_t seed, const char *safeguards, uint64_t *collected)
{
    static char text[30000], faults[24000];
    char workload[400];
    struct cluster c;
    struct check_result result;
    struct region region;
    const char *why = NULL;
    struct fault_plan plan = {.seed = seed,
                              .nodes = 4,
                              .kinds = FAULT_BIT(CRASH) | FAULT_BIT(PAUSE) | FAULT_BIT(PARTITION) |
                                       FAULT_BIT(CUT) | FAULT_BIT(LOSSY) | FAULT_BIT(DISK_FULL),
                              .level = "quorum",
                              .keys = 12,
                              .begin = SECOND,
                              .healed_at = 20 * SECOND};
    write_faults(&plan, faults, sizeof faults);
    write_workload(&plan, workload, sizeof workload);
    snprintf(text, sizeof text,
             "'duration': '30s', 'cluster': {'nodes': 4, 'heartbeat': '500ms',"
             " 'write_timeout': '500ms', 'tombstone_grace': '2s', 'repair': {'interval': '1s'},"
             " 'log': {'segment': '4KiB', 'checkpoint_every': '8KiB'}},"
             " 'safeguards': {%s}, 'clients': [%s], 'timeline': [%s],"
             " 'checks': [{'check': 'durable'}]",
             safeguards, workload, faults);
    cluster_load(&c, text, NULL);
    cluster_begin(&c, seed, NULL, 0);
    run_to_end(&c);
    *collected += count_of(&c, NOTED(TOMBSTONE_COLLECTED), ALL_ACTORS);
    assert_true(region_open(&region, UINT64_C(1) << 30, NULL, &why));
    struct heap *scratch = region_create_root(&region, sizeof *scratch);
    heap_init(scratch, region.header);
    bool is_back = judge_world(&c.world, scratch, &result) > 0;
    region_close(&region);
    cluster_close(&c);
    return is_back;
}

static uint64_t count_back(uint64_t seeds, const char *safeguards)
{
    uint64_t back = 0, collected = 0;
    for (uint64_t seed = 1; seed <= seeds; seed++)
        back += is_something_back(seed, safeguards, &collected);
    print_message("# %llu seeds {%s}: %llu tombstones let go, something came back in %llu\n",
                  (unsigned long long)seeds, safeguards, (unsigned long long)collected,
                  (unsigned long long)back);
    assert_true(collected > 10 * seeds);
    return back;
}

static void what_was_deleted_stays_deleted_under_any_faults(void **state)
{
    (void)state;
    assert_int_equal(count_back(is_long() ? 1000 : 60, ""), 0);
}

static void by_time_alone_it_comes_back(void **state)
{
    (void)state;
    uint64_t back = count_back(60, "'collect-when-repaired': false, 'absent-stay-out': false");
    assert_true(back > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_equal_replicas_find_it_out_with_one_message_each),
        cmocka_unit_test(however_many_ranges_two_replicas_have_in_common),
        cmocka_unit_test(a_node_that_many_ask_answers_no_faster_than_its_throttle),
        cmocka_unit_test(differing_keys_cost_their_number_times_the_logarithm),
        cmocka_unit_test(an_empty_replica_gets_all_in_chunks),
        cmocka_unit_test(after_any_faults_repair_alone_makes_replicas_equal_in_time),
        cmocka_unit_test(without_repair_they_stay_different),
        cmocka_unit_test(after_any_faults_reading_each_key_at_all_makes_replicas_equal),
        cmocka_unit_test(reading_each_key_at_quorum_does_it_when_reads_go_beyond),
        cmocka_unit_test(reading_without_repair_heals_nothing),
        cmocka_unit_test(what_was_deleted_stays_deleted_under_any_faults),
        cmocka_unit_test(by_time_alone_it_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

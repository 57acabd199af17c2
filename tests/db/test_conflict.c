/*
 * test_conflict.c: the laws of merging, and the numbers of dotted version vectors worked by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "base/mix.h"
#include "db/conflict/answer.h"
#include "db/conflict/clock.h"
#include "db/conflict/update.h"

#define STREAM_TEST 77
#define REPLICAS    4
#define POOL_MAX    512
#define TRIPLES     100000

/* --- a memory, and what is done in it -------------------------------------------------------- */

struct bench {
    struct region region;
    struct heap *memory;
    struct version replicas[REPLICAS];
    struct bytes contexts[REPLICAS]; /* of the last get of a client of each */
    struct version pool[POOL_MAX];
    uint32_t pool_count;
};

static const struct bytes the_key = {(const uint8_t *)"cart:7", 6};

static void bench_open(struct bench *bench)
{
    const char *why = NULL;
    memset(bench, 0, sizeof *bench);
    assert_true(region_open(&bench->region, UINT64_C(256) << 20, NULL, &why));
    bench->memory = region_create_root(&bench->region, sizeof *bench->memory);
    heap_init(bench->memory, bench->region.header);
}

static void bench_close(struct bench *bench)
{
    region_close(&bench->region);
}

static struct bytes text_bytes(const char *text)
{
    return (struct bytes){(const uint8_t *)text, (uint32_t)strlen(text)};
}

/* One update at one replica; what it had is replaced. */
static enum reason update(struct bench *bench, uint32_t replica, struct conflict_update update)
{
    struct version made;
    update.key = the_key;
    enum reason reason =
        conflict_update(bench->memory, &bench->replicas[replica], &update, &made);
    if (reason == REASON_NONE) {
        assert_true(conflict_is_whole(bench->memory, &made));
        bench->replicas[replica] = made; /* the old one stays in the region: tests are short */
    }
    return reason;
}

static void gossip(struct bench *bench, uint32_t to, uint32_t from)
{
    struct version copy = {0};
    if (bench->replicas[from].timestamp == 0)
        return;
    conflict_fold(bench->memory, &copy, &bench->replicas[to]);
    conflict_fold(bench->memory, &copy, &bench->replicas[from]);
    bench->replicas[to] = copy;
}

static void get(struct bench *bench, uint32_t replica)
{
    struct conflict_answer answer =
        conflict_answer(bench->memory, &bench->replicas[replica], the_key, FUNCTION_NONE);
    bench->contexts[replica] = answer.context;
}

static void expect_text(struct bench *bench, uint32_t replica, const char *wanted)
{
    char buffer[400];
    struct text text;
    text_init(&text, buffer, sizeof buffer);
    conflict_text(&text, &bench->replicas[replica]);
    assert_string_equal(text.data, wanted);
}

static void expect_history(struct bench *bench, uint32_t replica, const char *wanted)
{
    char buffer[400];
    struct text text;
    text_init(&text, buffer, sizeof buffer);
    conflict_history_text(&text, &bench->replicas[replica]);
    assert_string_equal(text.data, wanted);
}

/* --- the laws -------------------------------------------------------------------------------- */

static const uint8_t operations_of[VERSION_KIND_COUNT][3] = {
    [VERSION_SIBLINGS] = {OPERATION_PUT, OPERATION_PUT, OPERATION_DELETE},
    [VERSION_VECTOR] = {OPERATION_PUT, OPERATION_PUT, OPERATION_DELETE},
    [VERSION_COUNTER] = {OPERATION_INCREMENT, OPERATION_INCREMENT, OPERATION_INCREMENT},
    [VERSION_SET] = {OPERATION_ADD, OPERATION_ADD, OPERATION_REMOVE},
    [VERSION_MAP] = {OPERATION_SET, OPERATION_SET, OPERATION_UNSET},
};

/* A step of a random life: a client reads, or writes, or replicas meet. One in eight updates is
 * done under an actor of another replica, which must never be: even then merging keeps its laws. */
static void random_step(struct bench *bench, uint32_t kind, uint64_t seed, uint64_t step)
{
    static const char *const words[] = {"a", "b", "c", "dd", "e", ""};
    uint64_t bits = mix(seed, STREAM_TEST, step);
    uint32_t replica = (uint32_t)(bits % REPLICAS), other = (uint32_t)(bits >> 8) % REPLICAS;
    struct conflict_update asked = {
        .operation = operations_of[kind][(bits >> 16) % 3],
        .kind = kind,
        .amount = (int64_t)((bits >> 20) % 9) - 4,
        .name = text_bytes(words[(bits >> 24) % 5]),
        .value = text_bytes(words[(bits >> 28) % 6]),
        .actor = actor_of((bits >> 32) % 8 == 0 ? other : replica, 1),
        .now = (int64_t)(1 + (bits >> 36) % 50),
        .truncate = kind == VERSION_VECTOR && (bits >> 60) == 0 ? 2 : 0,
    };
    if (asked.operation == OPERATION_UNSET || asked.operation == OPERATION_DELETE)
        asked.value = (struct bytes){NULL, 0};
    if ((bits >> 44) % 2)
        asked.context = bench->contexts[(bits >> 45) % 4];
    switch ((bits >> 50) % 4) {
    case 0: gossip(bench, replica, other); break;
    case 1: get(bench, replica); break;
    default: update(bench, replica, asked); break;
    }
}

static void fill_pool(struct bench *bench, uint32_t kind)
{
    for (uint64_t seed = 0; bench->pool_count < POOL_MAX; seed++) {
        memset(bench->replicas, 0, sizeof bench->replicas);
        memset(bench->contexts, 0, sizeof bench->contexts);
        for (uint64_t step = 0; step < 40; step++) {
            random_step(bench, kind, 1000 * kind + seed, step);
            uint32_t replica = (uint32_t)(step % REPLICAS);
            if (step % 5 == 4 && bench->replicas[replica].timestamp != 0 &&
                bench->pool_count < POOL_MAX)
                bench->pool[bench->pool_count++] = bench->replicas[replica];
        }
    }
}

static struct version merged(struct bench *bench, const struct version *a, const struct version *b)
{
    struct version both = {0};
    conflict_fold(bench->memory, &both, a);
    conflict_fold(bench->memory, &both, b);
    return both;
}

static void drop(struct bench *bench, struct version *version)
{
    heap_free(bench->memory, (void *)(uintptr_t)version->value.data);
}

static void expect_laws(struct bench *bench, const struct version *a, const struct version *b,
                        const struct version *c)
{
    struct version ab = merged(bench, a, b), ba = merged(bench, b, a);
    struct version bc = merged(bench, b, c), abc = merged(bench, &ab, c);
    struct version a_bc = merged(bench, a, &bc), again = merged(bench, &ab, b);
    assert_int_equal(version_compare(&ab, &ba), 0);
    assert_int_equal(version_compare(&abc, &a_bc), 0);
    assert_int_equal(version_compare(&ab, &again), 0);
    assert_true(conflict_is_whole(bench->memory, &ab));
    struct version *all[] = {&ab, &ba, &bc, &abc, &a_bc, &again};
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        drop(bench, all[i]);
}

static void merging_is_commutative_associative_and_idempotent(void **state)
{
    (void)state;
    for (uint32_t kind = VERSION_SIBLINGS; kind < VERSION_KIND_COUNT; kind++) {
        static struct bench bench;
        bench_open(&bench);
        fill_pool(&bench, kind);
        for (uint64_t i = 0; i < TRIPLES; i++) {
            uint64_t bits = mix(kind, STREAM_TEST + 1, i);
            expect_laws(&bench, &bench.pool[bits % POOL_MAX],
                        &bench.pool[(bits >> 16) % POOL_MAX],
                        &bench.pool[(bits >> 32) % POOL_MAX]);
        }
        bench_close(&bench);
    }
}

/* Whoever contains the other is said to. */
static void a_merge_says_who_contains_whom(void **state)
{
    static struct bench bench;
    struct version both;
    (void)state;
    bench_open(&bench);
    struct conflict_update put = {.operation = OPERATION_PUT, .kind = VERSION_SIBLINGS, .now = 5};
    put.actor = actor_of(0, 1);
    put.value = text_bytes("a");
    assert_int_equal(update(&bench, 0, put), REASON_NONE);
    gossip(&bench, 1, 0);
    put.value = text_bytes("b");
    update(&bench, 0, put);
    assert_int_equal(
        conflict_merge(bench.memory, &bench.replicas[0], &bench.replicas[1], &both), MERGED_FIRST);
    assert_int_equal(
        conflict_merge(bench.memory, &bench.replicas[1], &bench.replicas[0], &both), MERGED_SECOND);
    put.actor = actor_of(1, 1);
    update(&bench, 1, put);
    assert_int_equal(
        conflict_merge(bench.memory, &bench.replicas[1], &bench.replicas[0], &both), MERGED_BOTH);
    bench_close(&bench);
}

/* --- dotted version vectors, by hand -------------------------------------------------------- */

static void put(struct bench *bench, uint32_t replica, const char *value, struct bytes context)
{
    struct conflict_update asked = {.operation = OPERATION_PUT,
                                    .kind = VERSION_SIBLINGS,
                                    .actor = actor_of(replica, 1),
                                    .value = text_bytes(value),
                                    .context = context,
                                    .now = 1};
    assert_int_equal(update(bench, replica, asked), REASON_NONE);
}

/* The cases of dvv_eunit_SUITE.erl (update, sync), with actors a, b, c as n1, n2, n3. */
static void siblings_are_what_dvvset_makes_of_them(void **state)
{
    static struct bench bench;
    struct bytes nothing = {NULL, 0};
    (void)state;
    bench_open(&bench);
    put(&bench, 0, "v1", nothing); /* A0 */
    expect_history(&bench, 0, "n1.1:1 v1");
    get(&bench, 0);
    put(&bench, 0, "v2", bench.contexts[0]); /* A1: replaces */
    expect_history(&bench, 0, "n1.1:2 v2");
    put(&bench, 0, "v3", bench.contexts[0]); /* an old context: beside v2 */
    expect_history(&bench, 0, "n1.1:3 v3 v2");
    put(&bench, 0, "v0", nothing);
    expect_history(&bench, 0, "n1.1:4 v0 v3 v2");
    get(&bench, 0);
    gossip(&bench, 1, 0);
    put(&bench, 1, "w", bench.contexts[0]); /* all of n1's events are known, and n2 adds one */
    expect_history(&bench, 1, "n1.1:4, n2.1:1 w");
    gossip(&bench, 0, 1);
    expect_history(&bench, 0, "n1.1:4, n2.1:1 w");
    put(&bench, 2, "x", nothing); /* n3 has heard of nothing */
    gossip(&bench, 0, 2);
    expect_history(&bench, 0, "n1.1:4, n2.1:1 w, n3.1:1 x");
    expect_text(&bench, 0, "{w | x}");
    bench_close(&bench);
}

/* sync({a,2,[v2]}, {a,3,[v3]}): v2 is gone at the second, which knows its event; v3 is new. */
static void a_value_that_one_side_has_replaced_is_gone(void **state)
{
    static struct bench bench;
    struct bytes nothing = {NULL, 0};
    (void)state;
    bench_open(&bench);
    put(&bench, 0, "v1", nothing);
    put(&bench, 0, "v2", nothing);
    gossip(&bench, 1, 0); /* n2 has both */
    get(&bench, 0);
    put(&bench, 0, "v3", bench.contexts[0]);
    put(&bench, 1, "u", nothing);
    gossip(&bench, 1, 0);
    expect_history(&bench, 1, "n1.1:3 v3, n2.1:1 u");
    bench_close(&bench);
}

static void a_set_does_not_grow_with_what_was_removed(void **state)
{
    static struct bench bench;
    (void)state;
    bench_open(&bench);
    struct conflict_update change = {.kind = VERSION_SET, .actor = actor_of(0, 1), .now = 1};
    uint32_t size = 0;
    for (uint32_t round = 0; round < 100; round++) {
        char name[8];
        struct text text;
        text_init(&text, name, sizeof name);
        text_u64(&text, round);
        change.value = (struct bytes){(const uint8_t *)name, text.size};
        change.operation = OPERATION_ADD;
        assert_int_equal(update(&bench, 0, change), REASON_NONE);
        change.operation = OPERATION_REMOVE;
        assert_int_equal(update(&bench, 0, change), REASON_NONE);
        if (round == 0)
            size = bench.replicas[0].value.size;
    }
    assert_int_equal(bench.replicas[0].value.size, size);
    expect_history(&bench, 0, "n1.1:100");
    bench_close(&bench);
}

/* The remover has seen n1's addition at n1; n2, who does the removal, has not heard of it. */
static void a_removal_may_come_before_the_addition_that_it_saw(void **state)
{
    static struct bench bench;
    (void)state;
    bench_open(&bench);
    struct conflict_update change = {.kind = VERSION_SET, .now = 1, .value = text_bytes("milk")};
    change.operation = OPERATION_ADD;
    change.actor = actor_of(0, 1);
    update(&bench, 0, change);
    get(&bench, 0);
    update(&bench, 0, change); /* added again: the client has not seen this one */
    change.operation = OPERATION_REMOVE;
    change.actor = actor_of(1, 1);
    change.context = bench.contexts[0];
    assert_int_equal(update(&bench, 1, change), REASON_NONE);
    gossip(&bench, 1, 0);
    expect_text(&bench, 1, "{milk}"); /* add wins */
    bench_close(&bench);
}

/* --- what comes from outside ---------------------------------------------------------------- */

static void a_context_of_another_key_is_refused(void **state)
{
    static struct bench bench;
    (void)state;
    bench_open(&bench);
    put(&bench, 0, "v1", (struct bytes){NULL, 0});
    get(&bench, 0);
    struct version made;
    struct conflict_update asked = {.operation = OPERATION_PUT,
                                    .kind = VERSION_SIBLINGS,
                                    .actor = actor_of(0, 1),
                                    .key = text_bytes("cart:8"),
                                    .context = bench.contexts[0],
                                    .now = 1};
    assert_int_equal(conflict_update(bench.memory, &(struct version){0}, &asked, &made),
                     REASON_BAD_CONTEXT);
    bench_close(&bench);
}

static void a_damaged_context_is_refused_whichever_bit_flips(void **state)
{
    static struct bench bench;
    (void)state;
    bench_open(&bench);
    put(&bench, 0, "v1", (struct bytes){NULL, 0});
    get(&bench, 0);
    struct bytes context = bench.contexts[0];
    uint8_t *bytes = (uint8_t *)(uintptr_t)context.data;
    struct conflict_update asked = {.operation = OPERATION_PUT,
                                    .kind = VERSION_SIBLINGS,
                                    .actor = actor_of(0, 1),
                                    .context = context,
                                    .now = 1};
    for (uint32_t bit = 0; bit < 8 * context.size; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(update(&bench, 0, asked), REASON_BAD_CONTEXT);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_int_equal(update(&bench, 0, asked), REASON_NONE);
    bench_close(&bench);
}

/* With a right checksum: it says that n1 has done a thousand things, and n1 knows of one. Believed,
 * it would have the next 999 values of n1 thrown away. */
static void a_context_that_knows_the_future_is_refused(void **state)
{
    static struct bench bench;
    (void)state;
    bench_open(&bench);
    put(&bench, 0, "v1", (struct bytes){NULL, 0});
    get(&bench, 0);
    uint8_t *bytes = (uint8_t *)(uintptr_t)bench.contexts[0].data;
    uint32_t size = bench.contexts[0].size;
    assert_int_equal(size, 9 + 2 + 16 + 4);
    bytes[9 + 2 + 8] = 100; /* the counter of n1.1 */
    uint32_t checksum = crc32c(bytes, size - 4);
    for (uint32_t i = 0; i < 4; i++)
        bytes[size - 4 + i] = (uint8_t)(checksum >> (8 * i));
    struct conflict_update asked = {.operation = OPERATION_PUT,
                                    .kind = VERSION_SIBLINGS,
                                    .actor = actor_of(0, 1),
                                    .context = bench.contexts[0],
                                    .now = 1};
    assert_int_equal(update(&bench, 0, asked), REASON_BAD_CONTEXT);
    bench_close(&bench);
}

/* Any flipped bit and any cut: no object, or another one in its one encoding; never a read outside
 * (the sanitizers see to that). */
static void any_bytes_are_an_object_or_are_refused(void **state)
{
    (void)state;
    for (uint32_t kind = VERSION_SIBLINGS; kind < VERSION_KIND_COUNT; kind++) {
        static struct bench bench;
        bench_open(&bench);
        fill_pool(&bench, kind);
        for (uint32_t i = 0; i < 60; i++) {
            struct version version = bench.pool[i];
            for (uint32_t bit = 0; bit < 8 * version.value.size; bit++) {
                uint8_t *exact = malloc(version.value.size);
                memcpy(exact, version.value.data, version.value.size);
                exact[bit / 8] ^= (uint8_t)(1u << bit % 8);
                struct version damaged = version;
                damaged.value.data = exact;
                if (conflict_is_whole(bench.memory, &damaged)) {
                    struct version both = merged(&bench, &damaged, &version);
                    assert_true(conflict_is_whole(bench.memory, &both));
                    drop(&bench, &both);
                }
                free(exact);
            }
            for (uint32_t cut = 0; cut < version.value.size; cut++) {
                struct version shorter = version;
                shorter.value.size = cut;
                assert_false(conflict_is_whole(bench.memory, &shorter));
            }
        }
        bench_close(&bench);
    }
}

static void an_object_that_would_be_too_large_is_refused(void **state)
{
    static struct bench bench;
    (void)state;
    bench_open(&bench);
    uint8_t *large = calloc(1, OBJECT_SIZE_MAX);
    struct conflict_update asked = {.operation = OPERATION_PUT,
                                    .kind = VERSION_SIBLINGS,
                                    .actor = actor_of(0, 1),
                                    .value = {large, OBJECT_SIZE_MAX},
                                    .now = 1};
    assert_int_equal(update(&bench, 0, asked), REASON_TOO_LARGE);
    assert_int_equal(bench.replicas[0].timestamp, 0);
    free(large);
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merging_is_commutative_associative_and_idempotent),
        cmocka_unit_test(a_merge_says_who_contains_whom),
        cmocka_unit_test(siblings_are_what_dvvset_makes_of_them),
        cmocka_unit_test(a_value_that_one_side_has_replaced_is_gone),
        cmocka_unit_test(a_set_does_not_grow_with_what_was_removed),
        cmocka_unit_test(a_removal_may_come_before_the_addition_that_it_saw),
        cmocka_unit_test(a_context_of_another_key_is_refused),
        cmocka_unit_test(a_damaged_context_is_refused_whichever_bit_flips),
        cmocka_unit_test(a_context_that_knows_the_future_is_refused),
        cmocka_unit_test(any_bytes_are_an_object_or_are_refused),
        cmocka_unit_test(an_object_that_would_be_too_large_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

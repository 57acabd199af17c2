/*
 * test_version.c: last writer wins is a merge.
 *
 * Goal: taking the newer of two versions is commutative, associative and idempotent, so
 * that replicas agree whatever they met in which order. Method: random versions from a
 * space so small that ties of every kind are common.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mix.h"
#include "db/level.h"
#include "db/safeguard.h"
#include "db/store/version.h"

static const uint8_t pool[] = {0, 0, 1, 0, 255, 255, 0, 1};

static struct version random_version(uint64_t i)
{
    uint64_t bits = mix(1, 2, i);
    struct version version = {.timestamp = (int64_t)(bits % 3) - 1,
                              .is_tombstone = (bits >> 8) % 4 == 0};
    if (!version.is_tombstone)
        version.value = (struct bytes){pool + (bits >> 16) % 5, (uint32_t)(bits >> 24) % 4};
    return version;
}

static struct version newer(struct version a, struct version b)
{
    return version_compare(&a, &b) >= 0 ? a : b;
}

static bool is_same(struct version a, struct version b)
{
    return version_compare(&a, &b) == 0 && version_digest(&a) == version_digest(&b);
}

static void merging_is_commutative_associative_and_idempotent(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 200000; i++) {
        struct version a = random_version(3 * i);
        struct version b = random_version(3 * i + 1);
        struct version c = random_version(3 * i + 2);
        assert_true(is_same(newer(a, a), a));
        assert_true(is_same(newer(a, b), newer(b, a)));
        assert_true(is_same(newer(newer(a, b), c), newer(a, newer(b, c))));
    }
}

static void comparing_is_a_total_order(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 200000; i++) {
        struct version a = random_version(3 * i);
        struct version b = random_version(3 * i + 1);
        struct version c = random_version(3 * i + 2);
        int ab = version_compare(&a, &b);
        int ba = version_compare(&b, &a);
        assert_true((ab < 0) == (ba > 0) && (ab == 0) == (ba == 0));
        if (ab <= 0 && version_compare(&b, &c) <= 0)
            assert_true(version_compare(&a, &c) <= 0);
        assert_int_equal(ab == 0, version_digest(&a) == version_digest(&b));
    }
}

static void ties_are_decided_by_stamp_then_tombstone_then_bytes(void **state)
{
    (void)state;
    struct version low = {.timestamp = 5, .value = {(const uint8_t *)"a", 1}};
    struct version longer = {.timestamp = 5, .value = {(const uint8_t *)"ab", 2}};
    struct version high = {.timestamp = 5, .value = {(const uint8_t *)"\xff", 1}};
    struct version dead = {.timestamp = 5, .is_tombstone = true};
    struct version later = {.timestamp = 6};
    struct version never = {0};
    assert_true(version_compare(&low, &longer) < 0);
    assert_true(version_compare(&longer, &high) < 0);
    assert_true(version_compare(&high, &dead) < 0);
    assert_true(version_compare(&dead, &later) < 0);
    assert_true(version_compare(&never, &low) < 0);
}

static void levels_ask_for_one_a_majority_or_all(void **state)
{
    (void)state;
    for (uint32_t n = 1; n <= 16; n++) {
        assert_int_equal(level_needed(LEVEL_ONE, 0, n), 1);
        assert_int_equal(level_needed(LEVEL_ALL, 0, n), n);
        uint32_t quorum = level_needed(LEVEL_QUORUM, 0, n);
        assert_true(2 * quorum > n && 2 * (quorum - 1) <= n);
        assert_int_equal(level_needed(LEVEL_EXPLICIT, 0, n), 1);
        assert_int_equal(level_needed(LEVEL_EXPLICIT, n + 1, n), n);
    }
    assert_string_equal(level_name(LEVEL_QUORUM), "quorum");
    assert_string_equal(level_name(LEVEL_EXPLICIT), "explicit");
}

static void every_safeguard_has_a_name_a_rule_and_an_incident(void **state)
{
    (void)state;
    struct node_config config = {.safeguards_off = UINT64_C(1) << SAFEGUARD_TIE_RULE};
    for (uint32_t i = 0; i < SAFEGUARD_COUNT; i++) {
        assert_non_null(safeguard_table[i].name);
        assert_true(safeguard_table[i].rule[0] && safeguard_table[i].incident[0]);
        assert_int_equal(safeguard_is_on(&config, (enum safeguard)i), i != SAFEGUARD_TIE_RULE);
    }
    assert_string_equal(safeguard_table[SAFEGUARD_ZERO_TAIL].name, "zero-tail");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merging_is_commutative_associative_and_idempotent),
        cmocka_unit_test(comparing_is_a_total_order),
        cmocka_unit_test(ties_are_decided_by_stamp_then_tombstone_then_bytes),
        cmocka_unit_test(levels_ask_for_one_a_majority_or_all),
        cmocka_unit_test(every_safeguard_has_a_name_a_rule_and_an_incident),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

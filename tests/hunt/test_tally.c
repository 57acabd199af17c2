/*
 * test_tally.c: an account is the same whoever ran what: its digest in any order.
 *
 * Groups depend on the order in which runs are taken, and only on that.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "hunt/tally.h"

static struct result run(uint64_t seed, uint8_t end, uint64_t signature)
{
    struct result result = {.seed = seed,
                            .end = end,
                            .has_digest = true,
                            .digest = {.low = seed * 17, .high = seed ^ 99},
                            .steps = 10,
                            .time = SECOND,
                            .signature = signature};
    strcpy(result.scenario, "demo");
    coverage_set(&result.coverage, TRACE_CRASH);
    coverage_set(&result.coverage, seed % 2 ? TRACE_CUT : TRACE_PAUSE);
    return result;
}

static void take(struct tally *tally, struct result result)
{
    tally_take(tally, &result);
}

static void the_digest_does_not_depend_on_the_order(void **state)
{
    struct tally one = {0}, other = {0}, less = {0};
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        take(&one, run(seed, TRIAL_HOLDS, 0));
        take(&other, run(21 - seed, TRIAL_HOLDS, 0));
        if (seed != 7)
            take(&less, run(seed, TRIAL_HOLDS, 0));
    }
    assert_true(digest_equal(one.digest, other.digest));
    assert_false(digest_equal(one.digest, less.digest));
    take(&less, run(7, TRIAL_VIOLATED, 5));
    assert_false(digest_equal(one.digest, less.digest));
    tally_free(&less);
}

static void findings_are_grouped_by_signature_and_the_first_is_kept(void **state)
{
    struct tally tally = {0};
    (void)state;
    struct result first = run(2, TRIAL_VIOLATED, 5), second = run(3, TRIAL_CRASHED, 6);
    struct result third = run(4, TRIAL_VIOLATED, 5);
    take(&tally, run(1, TRIAL_HOLDS, 0));
    assert_true(tally_take(&tally, &first));
    assert_true(tally_take(&tally, &second));
    assert_false(tally_take(&tally, &third));
    assert_int_equal(tally.runs, 4);
    assert_int_equal(tally_findings(&tally), 3);
    assert_int_equal(tally.group_count, 2);
    assert_int_equal(tally.groups[0].first.seed, 2);
    assert_int_equal(tally.groups[0].count, 2);
    assert_int_equal(tally.groups[1].first.seed, 3);
    assert_int_equal(tally.ends[TRIAL_CRASHED], 1);
    assert_int_equal(tally.steps, 40);
    tally_free(&tally);
}

static void faults_of_a_group_are_those_of_all_its_runs(void **state)
{
    struct tally tally = {0};
    char words[100];
    struct text text;
    (void)state;
    take(&tally, run(2, TRIAL_VIOLATED, 5));
    text_init(&text, words, sizeof words);
    tally_common_faults(&tally.groups[0], &text);
    assert_string_equal(words, "crash, pause");
    take(&tally, run(3, TRIAL_VIOLATED, 5));
    text_init(&text, words, sizeof words);
    tally_common_faults(&tally.groups[0], &text);
    assert_string_equal(words, "crash");
    tally_free(&tally);
}

static void it_is_counted_since_when_nothing_new_was_reached(void **state)
{
    struct tally tally = {0};
    (void)state;
    take(&tally, run(1, TRIAL_HOLDS, 0));
    assert_int_equal(tally.flat, 0);
    take(&tally, run(3, TRIAL_HOLDS, 0));
    take(&tally, run(5, TRIAL_HOLDS, 0));
    assert_int_equal(tally.flat, 2);
    assert_int_equal(coverage_count(&tally.coverage), 2);
    take(&tally, run(6, TRIAL_HOLDS, 0));
    assert_int_equal(tally.flat, 0);
    assert_int_equal(coverage_count(&tally.coverage), 3);
}

static void more_causes_than_are_kept_are_counted(void **state)
{
    struct tally tally = {0};
    (void)state;
    for (uint64_t cause = 1; cause <= TALLY_GROUPS_MAX + 5; cause++)
        take(&tally, run(cause, TRIAL_VIOLATED, cause));
    assert_int_equal(tally.group_count, TALLY_GROUPS_MAX);
    assert_int_equal(tally.ungrouped, 5);
    tally_free(&tally);
}

static void every_point_has_a_name_of_its_own_section(void **state)
{
    uint32_t total = 0;
    (void)state;
    for (uint32_t i = 0; i < COVER_SECTION_COUNT; i++) {
        assert_int_equal(coverage_section(i).first, total);
        total += coverage_section(i).count;
    }
    assert_int_equal(total, COVER_COUNT);
    for (uint32_t point = 0; point < COVER_COUNT; point++) {
        char name[200];
        struct text text;
        text_init(&text, name, sizeof name);
        coverage_name(point, &text);
        assert_true(text.size > 1 && !text.is_cut);
    }
}

static void each_pair_of_faults_has_a_point_in_either_order(void **state)
{
    struct coverage coverage = {0};
    struct cover_section_info pairs = coverage_section(COVER_PAIRS);
    (void)state;
    for (uint32_t one = 0; one < FAULT_KIND_COUNT; one++)
        for (uint32_t other = 0; other < FAULT_KIND_COUNT; other++) {
            if (one == other)
                continue;
            uint32_t point = coverage_pair(one, other);
            assert_in_range(point, pairs.first, pairs.first + pairs.count - 1);
            assert_int_equal(point, coverage_pair(other, one));
            assert_int_equal(coverage_has(&coverage, point), one > other);
            coverage_set(&coverage, point);
        }
    assert_int_equal(coverage_count(&coverage), pairs.count);
}

static void named(uint32_t one, uint32_t other, const char *name)
{
    char words[200];
    struct text text;
    text_init(&text, words, sizeof words);
    coverage_name(coverage_pair(one, other), &text);
    assert_string_equal(words, name);
}

static void a_pair_is_called_by_both_its_kinds(void **state)
{
    (void)state;
    named(FAULT_KIND_LOSS, FAULT_KIND_SLOW_LINK, "slow-link with loss");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_digest_does_not_depend_on_the_order),
        cmocka_unit_test(findings_are_grouped_by_signature_and_the_first_is_kept),
        cmocka_unit_test(faults_of_a_group_are_those_of_all_its_runs),
        cmocka_unit_test(it_is_counted_since_when_nothing_new_was_reached),
        cmocka_unit_test(more_causes_than_are_kept_are_counted),
        cmocka_unit_test(every_point_has_a_name_of_its_own_section),
        cmocka_unit_test(each_pair_of_faults_has_a_point_in_either_order),
        cmocka_unit_test(a_pair_is_called_by_both_its_kinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

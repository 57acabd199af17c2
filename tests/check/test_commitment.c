/*
 * test_commitment.c: votes and decisions, drawn and random.
 *
 * The random ones are judged a second time by the five rules as they stand in the header, each for
 * all pairs of events, without a walk.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "build_history.h"
#include "check/commitment.h"

static struct verdict judge(void **state, const struct commit_event *events, uint32_t count,
                            bool had_no_failures, bool must_have_ended)
{
    struct commitment commitment = {events, count, 2, 3, had_no_failures, must_have_ended};
    struct verdict verdict = {0};
    check_commitment(&commitment, scratch_empty(state), &verdict);
    return verdict;
}

static const struct commit_event agreed[] = {
    {0, 0, COMMIT_VOTES_YES},      {0, 1, COMMIT_VOTES_YES},      {0, 2, COMMIT_VOTES_YES},
    {0, 0, COMMIT_DECIDES_COMMIT}, {0, 1, COMMIT_DECIDES_COMMIT}, {0, 2, COMMIT_DECIDES_COMMIT},
};

static void all_decide_what_all_voted(void **state)
{
    assert_string_equal(judge(state, agreed, 6, true, true).text,
                        "every transaction came to one decision (2 transactions)");
    assert_int_equal(judge(state, agreed, 5, true, false).kind, VERDICT_HOLDS);
}

static void a_participant_that_never_decides_is_told(void **state)
{
    struct verdict verdict = judge(state, agreed, 5, true, true);
    assert_int_equal(verdict.kind, VERDICT_VIOLATED);
    assert_string_equal(verdict.text, "{node:1} decided to commit {transaction}, although {node:2} "
                                      "never decided (AC5: all come to a decision)");
}

static void decisions_are_one(void **state)
{
    const struct commit_event events[] = {
        {1, 0, COMMIT_VOTES_YES},
        {1, 1, COMMIT_VOTES_YES},
        {1, 0, COMMIT_DECIDES_COMMIT},
        {1, 1, COMMIT_DECIDES_ABORT},
    };
    struct verdict verdict = judge(state, events, 4, false, false);
    assert_int_equal(verdict.kind, VERDICT_VIOLATED);
    assert_int_equal(verdict.key, 1);
    assert_int_equal(verdict.operations[0], 3);
    assert_int_equal(verdict.operations[1], 2);
    assert_string_equal(verdict.text,
                        "{node:1} decided to abort {transaction}, and {node:0} decided to commit "
                        "{transaction} (AC1: one decision for all)");
}

static void commit_needs_every_vote(void **state)
{
    const struct commit_event events[] = {
        {0, 0, COMMIT_VOTES_YES}, {0, 0, COMMIT_DECIDES_COMMIT}, {0, 1, COMMIT_VOTES_YES}};
    assert_string_equal(judge(state, events, 3, false, false).text,
                        "{node:0} decided to commit {transaction}, although {node:1} had not voted "
                        "(AC3: commit needs every vote)");
    const struct commit_event refused[] = {
        {0, 0, COMMIT_VOTES_YES}, {0, 1, COMMIT_VOTES_NO}, {0, 0, COMMIT_DECIDES_COMMIT}};
    assert_int_equal(judge(state, refused, 3, false, false).operations[1], 1);
}

static void abort_without_cause_is_wrong_only_without_failures(void **state)
{
    const struct commit_event events[] = {
        {0, 0, COMMIT_VOTES_YES}, {0, 1, COMMIT_VOTES_YES}, {0, 0, COMMIT_DECIDES_ABORT}};
    assert_int_equal(judge(state, events, 3, false, false).kind, VERDICT_HOLDS);
    assert_int_equal(judge(state, events, 3, true, false).kind, VERDICT_VIOLATED);
}

/* ---- by the rules, pair by pair ---- */

static bool decides(const struct commit_event *event)
{
    return event->act >= COMMIT_DECIDES_COMMIT;
}

static bool pair_is_right(const struct commit_event *events, uint32_t a, uint32_t b)
{
    const struct commit_event *first = &events[a], *second = &events[b];
    bool is_same = first->participant == second->participant;
    if (first->transaction != second->transaction)
        return true;
    if (decides(first) && decides(second) && first->act != second->act)
        return false; /* AC1, AC2 */
    bool are_votes = !decides(first) && !decides(second) && first->act != COMMIT_BEGINS &&
                     second->act != COMMIT_BEGINS;
    if (is_same && are_votes && first->act != second->act)
        return false;
    return !(is_same && first->act == COMMIT_DECIDES_ABORT && second->act == COMMIT_VOTES_YES);
}

/* Had everybody who ever takes part voted yes before this? */
static bool all_voted_before(const struct commit_event *events, uint32_t count, uint32_t commit)
{
    for (uint32_t i = 0; i < count; i++) {
        bool has_voted = false;
        if (events[i].transaction != events[commit].transaction)
            continue;
        for (uint32_t j = 0; j < commit; j++)
            has_voted |= events[j].transaction == events[commit].transaction &&
                         events[j].participant == events[i].participant &&
                         events[j].act == COMMIT_VOTES_YES;
        if (!has_voted)
            return false;
    }
    return true;
}

static bool by_the_rules(const struct commit_event *events, uint32_t count)
{
    for (uint32_t a = 0; a < count; a++) {
        if (events[a].act == COMMIT_DECIDES_COMMIT && !all_voted_before(events, count, a))
            return false;
        for (uint32_t b = a + 1; b < count; b++)
            if (!pair_is_right(events, a, b))
                return false;
    }
    return true;
}

static void agrees_with_the_rules_read_pair_by_pair(void **state)
{
    uint64_t generator = 7;
    uint32_t violated = 0;
    for (uint32_t i = 0; i < 20000; i++) {
        struct commit_event events[8];
        uint32_t count = 2 + (uint32_t)pick(&generator, 7);
        bool is_tame = pick(&generator, 2);
        for (uint32_t j = 0; j < count; j++) {
            uint32_t act = (uint32_t)pick(&generator, COMMIT_ACT_COUNT);
            if (is_tame && act != COMMIT_BEGINS)
                act = j < count / 2 ? COMMIT_VOTES_YES : COMMIT_DECIDES_COMMIT;
            events[j] = (struct commit_event){(uint32_t)pick(&generator, 2),
                                              (uint32_t)pick(&generator, 3), act};
        }
        bool is_right = by_the_rules(events, count);
        assert_int_equal(judge(state, events, count, false, false).kind,
                         is_right ? VERDICT_HOLDS : VERDICT_VIOLATED);
        violated += !is_right;
    }
    assert_in_range(violated, 5000, 17000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_decide_what_all_voted),
        cmocka_unit_test(a_participant_that_never_decides_is_told),
        cmocka_unit_test(decisions_are_one),
        cmocka_unit_test(commit_needs_every_vote),
        cmocka_unit_test(abort_without_cause_is_wrong_only_without_failures),
        cmocka_unit_test(agrees_with_the_rules_read_pair_by_pair),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}

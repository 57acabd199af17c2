/*
 * test_durability.c: which final values may stand, drawn one by one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "build_history.h"
#include "check/durability.h"

static struct verdict judge(void **state, const struct build *build,
                            const struct final_value *finals)
{
    struct history history = build_end(build);
    struct verdict verdict;
    check_durability(&history, finals, scratch_empty(state), &verdict);
    return verdict;
}

static struct verdict judge_one(void **state, const struct build *build, uint64_t final)
{
    struct final_value finals[1] = {{final, 1}};
    return judge(state, build, finals);
}

static void assert_holds(void **state, const struct build *build, uint64_t final, const char *text)
{
    struct verdict verdict = judge_one(state, build, final);
    assert_string_equal(verdict.text, text);
    assert_int_equal(verdict.kind, VERDICT_HOLDS);
    assert_int_equal(verdict.operation_count, 0);
}

static void assert_violated(void **state, const struct build *build, uint64_t final,
                            const char *text, uint32_t lost)
{
    struct verdict verdict = judge_one(state, build, final);
    assert_string_equal(verdict.text, text);
    assert_int_equal(verdict.kind, VERDICT_VIOLATED);
    assert_int_equal(verdict.operations[0], lost);
}

static void the_last_acknowledged_put_stands(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10);
    put_ok(&build, 'b', 20, 30);
    assert_holds(state, &build, 'b',
                 "no acknowledged write is lost (2 acknowledged writes looked at)");
}

static void an_older_value_at_the_end_names_the_lost_put(void **state)
{
    struct build build = build_start(1);
    uint32_t old = put_ok(&build, 'a', 0, 10);
    uint32_t lost = put_ok(&build, 'b', 20, 30);
    assert_violated(state, &build, 'a',
                    "put {op0} of {key} was acknowledged, but the value at the end is that of put "
                    "{op1}, which had completed before put {op0} began (2 acknowledged writes "
                    "looked at)",
                    lost);
    assert_int_equal(judge_one(state, &build, 'a').operations[1], old);
}

static void of_two_puts_at_the_same_time_either_may_stand(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 30);
    put_ok(&build, 'b', 20, 25);
    const char *text = "no acknowledged write is lost (2 acknowledged writes looked at)";
    assert_holds(state, &build, 'a', text);
    assert_holds(state, &build, 'b', text);
}

static void a_timed_out_put_may_stand_after_a_later_one(void **state)
{
    struct build build = build_start(1);
    put_timeout(&build, 'a', 0);
    put_ok(&build, 'b', 20, 30);
    assert_holds(state, &build, 'a',
                 "no acknowledged write is lost (1 acknowledged write looked at)");
}

static void an_unavailable_put_never_stands(void **state)
{
    struct build build = build_start(1);
    put_unavailable(&build, 'a', 0, 40);
    uint32_t lost = put_ok(&build, 'b', 20, 30);
    assert_violated(state, &build, 'a',
                    "put {op0} of {key} was acknowledged, but at the end a value is there that "
                    "nobody wrote (1 acknowledged write looked at)",
                    lost);
}

static void nothing_at_the_end_after_a_put_is_a_loss(void **state)
{
    struct build build = build_start(1);
    uint32_t lost = put_ok(&build, 'a', 0, 10);
    assert_violated(state, &build, VALUE_ABSENT,
                    "put {op0} of {key} was acknowledged, but at the end nothing is there and "
                    "nobody deleted it (1 acknowledged write looked at)",
                    lost);
}

static void nothing_at_the_end_is_right_without_acknowledged_puts(void **state)
{
    struct build build = build_start(1);
    put_timeout(&build, 'a', 0);
    assert_holds(state, &build, VALUE_ABSENT,
                 "no acknowledged write is lost (0 acknowledged writes looked at)");
}

static void nothing_at_the_end_is_right_after_a_delete_whether_acknowledged_or_open(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10);
    delete_ok(&build, 20, 30);
    assert_int_equal(judge_one(state, &build, VALUE_ABSENT).kind, VERDICT_HOLDS);
    struct build open = build_start(1);
    delete_timeout(&open, 0);
    put_ok(&open, 'a', 20, 30);
    assert_int_equal(judge_one(state, &open, VALUE_ABSENT).kind, VERDICT_HOLDS);
}

static void nothing_at_the_end_is_a_loss_when_the_delete_came_before_the_put(void **state)
{
    struct build build = build_start(1);
    delete_ok(&build, 0, 10);
    uint32_t lost = put_ok(&build, 'a', 20, 30);
    assert_violated(state, &build, VALUE_ABSENT,
                    "put {op0} of {key} was acknowledged, but at the end nothing is there, as "
                    "after delete {op1}, which had completed before put {op0} began (2 "
                    "acknowledged writes looked at)",
                    lost);
}

static void a_value_that_outlives_its_delete_is_a_loss(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10);
    uint32_t lost = delete_ok(&build, 20, 30);
    assert_violated(state, &build, 'a',
                    "delete {op0} of {key} was acknowledged, but the value at the end is that of "
                    "put {op1}, which had completed before delete {op0} began (2 acknowledged "
                    "writes looked at)",
                    lost);
}

static void the_same_value_written_again_stands(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10);
    put_ok(&build, 'b', 20, 30);
    put_ok(&build, 'a', 40, 50);
    assert_int_equal(judge_one(state, &build, 'a').kind, VERDICT_HOLDS);
    assert_int_equal(judge_one(state, &build, 'b').kind, VERDICT_VIOLATED);
}

static void the_lost_write_that_began_last_is_named(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10);
    put_ok(&build, 'b', 20, 30);
    uint32_t last = put_ok(&build, 'c', 40, 50);
    put_timeout(&build, 'd', 60);
    assert_int_equal(judge_one(state, &build, 'a').operations[0], last);
}

static void an_unknown_final_value_is_unknown_unless_another_key_is_violated(void **state)
{
    struct build build = build_start(2);
    put_ok(&build, 'a', 0, 10);
    put_ok(&build, 'b', 0, 10), on_key(&build, 1);
    struct final_value finals[2] = {{'a', 1}, {VALUE_ABSENT, 0}};
    struct verdict verdict = judge(state, &build, finals);
    assert_int_equal(verdict.kind, VERDICT_UNKNOWN);
    assert_int_equal(verdict.key, 1);
    assert_string_equal(verdict.text, "the final value of {key} is not known (2 acknowledged "
                                      "writes looked at)");
    finals[0].value = VALUE_ABSENT;
    verdict = judge(state, &build, finals);
    assert_int_equal(verdict.kind, VERDICT_VIOLATED);
    assert_int_equal(verdict.key, 0);
}

static void an_unknown_final_value_of_a_key_without_writes_does_not_matter(void **state)
{
    struct build build = build_start(2);
    put_ok(&build, 'a', 0, 10);
    get_ok(&build, VALUE_ABSENT, 0, 10), on_key(&build, 1);
    struct final_value finals[2] = {{'a', 1}, {VALUE_ABSENT, 0}};
    assert_int_equal(judge(state, &build, finals).kind, VERDICT_HOLDS);
}

/* The rule of the header, word for word, over all pairs of operations. */
static bool may_stand(const struct build *build, uint64_t final)
{
    bool is_any_acknowledged = false;
    bool is_some_write_last = false;
    for (uint32_t w = 0; w < build->count; w++) {
        const struct operation *write = &build->operations[w];
        if (write->kind == OPERATION_GET || write->outcome == OUTCOME_UNAVAILABLE)
            continue;
        is_any_acknowledged |= write->outcome == OUTCOME_OK;
        bool is_last = write->value == final;
        for (uint32_t other = 0; other < build->count; other++)
            if (build->operations[other].kind != OPERATION_GET &&
                build->operations[other].outcome == OUTCOME_OK &&
                write->completed < build->operations[other].invoked)
                is_last = false;
        is_some_write_last |= is_last;
    }
    return is_some_write_last || !is_any_acknowledged;
}

static void random_histories_agree_with_the_rule_word_for_word(void **state)
{
    uint32_t lost_count = 0;
    for (uint64_t round = 0; round < 5000; round++) {
        uint64_t generator = round * 1000003;
        struct build build = build_start(1);
        vtime now = 0;
        for (uint32_t i = 0; i < 6; i++) {
            now += pick(&generator, 8);
            uint64_t value = 1 + pick(&generator, 3);
            switch (pick(&generator, 6)) {
            case 0: put_timeout(&build, value, now); break;
            case 1: delete_ok(&build, now, now + pick(&generator, 12)); break;
            case 2: put_unavailable(&build, value, now, now + pick(&generator, 12)); break;
            case 3: get_ok(&build, value, now, now + pick(&generator, 12)); break;
            default: put_ok(&build, value, now, now + pick(&generator, 12)); break;
            }
        }
        uint64_t final = pick(&generator, 4);
        bool is_right = may_stand(&build, final);
        assert_int_equal(judge_one(state, &build, final).kind,
                         is_right ? VERDICT_HOLDS : VERDICT_VIOLATED);
        lost_count += !is_right;
    }
    assert_true(lost_count > 1500 && lost_count < 3500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_acknowledged_put_stands),
        cmocka_unit_test(an_older_value_at_the_end_names_the_lost_put),
        cmocka_unit_test(of_two_puts_at_the_same_time_either_may_stand),
        cmocka_unit_test(a_timed_out_put_may_stand_after_a_later_one),
        cmocka_unit_test(an_unavailable_put_never_stands),
        cmocka_unit_test(nothing_at_the_end_after_a_put_is_a_loss),
        cmocka_unit_test(nothing_at_the_end_is_right_without_acknowledged_puts),
        cmocka_unit_test(nothing_at_the_end_is_right_after_a_delete_whether_acknowledged_or_open),
        cmocka_unit_test(nothing_at_the_end_is_a_loss_when_the_delete_came_before_the_put),
        cmocka_unit_test(a_value_that_outlives_its_delete_is_a_loss),
        cmocka_unit_test(the_same_value_written_again_stands),
        cmocka_unit_test(the_lost_write_that_began_last_is_named),
        cmocka_unit_test(an_unknown_final_value_is_unknown_unless_another_key_is_violated),
        cmocka_unit_test(an_unknown_final_value_of_a_key_without_writes_does_not_matter),
        cmocka_unit_test(random_histories_agree_with_the_rule_word_for_word),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}

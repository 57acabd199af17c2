/*
 * test_linearizable.c: drawn histories with their exact verdicts, and random ones judged
 * by trying every order.
 *
 * The brute force knows nothing of zones, lists or memory: it tries all orders of all
 * subsets of the open operations. The oracle must agree with it on every history.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "build_history.h"
#include "check/linearizable.h"
#include "check/model.h"
#include "check/search.h"
#include "check/zones.h"

#define WORK LINEARIZABLE_WORK_PLAN

static struct verdict judge(void **state, const struct build *build)
{
    struct history history = build_end(build);
    struct verdict verdict;
    check_linearizable(&history, scratch_empty(state), WORK, &verdict);
    return verdict;
}

static void assert_holds(void **state, const struct build *build)
{
    struct verdict verdict = judge(state, build);
    assert_string_equal(verdict.operation_count ? verdict.text : "", "");
    assert_int_equal(verdict.kind, VERDICT_HOLDS);
}

/* `operations` are the indexes that the verdict must name, in this order. */
static void assert_violated(void **state, const struct build *build, const char *text,
                            uint32_t count, const uint32_t *operations)
{
    struct verdict verdict = judge(state, build);
    assert_int_equal(verdict.kind, VERDICT_VIOLATED);
    assert_string_equal(verdict.text, text);
    assert_int_equal(verdict.operation_count, count);
    assert_memory_equal(verdict.operations, operations, count * sizeof *operations);
}

/* ---- drawn histories ---- */

static void an_empty_history_holds(void **state)
{
    struct build build = build_start(3);
    struct verdict verdict = judge(state, &build);
    assert_int_equal(verdict.kind, VERDICT_HOLDS);
    assert_string_equal(verdict.text, "each key has an order that explains what the clients saw "
                                      "(0 operations on 3 keys)");
}

static void a_get_before_all_puts_finds_nothing(void **state)
{
    struct build build = build_start(1);
    get_ok(&build, VALUE_ABSENT, 0, 5);
    put_ok(&build, 'a', 10, 20);
    get_ok(&build, 'a', 30, 40);
    assert_holds(state, &build);
}

static void a_stale_get_is_named_with_both_puts(void **state)
{
    struct build build = build_start(1);
    uint32_t a = put_ok(&build, 'a', 0, 10);
    uint32_t b = put_ok(&build, 'b', 20, 30);
    uint32_t get = get_ok(&build, 'a', 40, 50);
    assert_violated(state, &build,
                    "get {op0} of {key} returned the value of put {op1}, but put {op2} began after "
                    "put {op1} had completed, and had completed before that get began",
                    3, (uint32_t[]){get, a, b});
}

static void a_get_may_return_either_value_while_a_put_is_under_way(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10);
    put_ok(&build, 'b', 20, 60);
    get_ok(&build, 'a', 30, 40);
    get_ok(&build, 'b', 45, 50);
    assert_holds(state, &build);
}

static void a_value_once_read_does_not_go_away_again(void **state)
{
    struct build build = build_start(1);
    uint32_t a = put_ok(&build, 'a', 0, 10);
    put_ok(&build, 'b', 20, 90);
    uint32_t get_b = get_ok(&build, 'b', 30, 40);
    uint32_t get_a = get_ok(&build, 'a', 50, 60);
    assert_violated(state, &build,
                    "get {op0} of {key} returned the value of put {op1}, but get {op2} began after "
                    "put {op1} had completed, and had returned another value before that get began",
                    3, (uint32_t[]){get_a, a, get_b});
}

static void two_values_cannot_take_turns(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 100);
    put_ok(&build, 'b', 1, 101);
    uint32_t a_1 = get_ok(&build, 'a', 10, 20);
    uint32_t b_1 = get_ok(&build, 'b', 12, 22);
    uint32_t a_2 = get_ok(&build, 'a', 30, 40);
    uint32_t b_2 = get_ok(&build, 'b', 32, 42);
    assert_violated(state, &build,
                    "get {op0} of {key} returned the same value as get {op1}, but get {op2} had "
                    "returned another value before that get began, and get {op3} returned that "
                    "other value too although it began after get {op1} had completed",
                    4, (uint32_t[]){b_2, b_1, a_1, a_2});
}

static void nothing_after_a_completed_put_is_a_violation(void **state)
{
    struct build build = build_start(1);
    uint32_t put = put_ok(&build, 'a', 0, 10);
    uint32_t get = get_ok(&build, VALUE_ABSENT, 20, 30);
    assert_violated(state, &build,
                    "get {op0} of {key} found nothing, but put {op1} had completed before that "
                    "get began and nobody had deleted anything",
                    2, (uint32_t[]){get, put});
}

static void a_value_that_nobody_wrote_is_a_violation(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10);
    uint32_t get = get_ok(&build, 'z', 20, 30);
    assert_violated(state, &build, "get {op0} of {key} returned a value that nobody had written", 1,
                    (uint32_t[]){get});
}

static void a_value_read_before_its_put_began_is_a_violation(void **state)
{
    struct build build = build_start(1);
    uint32_t get = get_ok(&build, 'a', 0, 10);
    uint32_t put = put_ok(&build, 'a', 20, 30);
    assert_violated(state, &build,
                    "get {op0} of {key} returned the value of put {op1}, which began only after "
                    "that get had completed",
                    2, (uint32_t[]){get, put});
}

static void a_timed_out_put_may_take_effect_late_or_never(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10);
    put_timeout(&build, 'b', 20);
    put_timeout(&build, 'c', 25);
    get_ok(&build, 'a', 30, 40);
    get_ok(&build, 'b', 1000, 1010);
    assert_holds(state, &build);
}

static void a_timed_out_put_cannot_be_undone_once_seen(void **state)
{
    struct build build = build_start(1);
    uint32_t a = put_ok(&build, 'a', 0, 10);
    put_timeout(&build, 'b', 20);
    uint32_t seen = get_ok(&build, 'b', 30, 40);
    uint32_t get = get_ok(&build, 'a', 50, 60);
    assert_violated(state, &build,
                    "get {op0} of {key} returned the value of put {op1}, but get {op2} began after "
                    "put {op1} had completed, and had returned another value before that get began",
                    3, (uint32_t[]){get, a, seen});
}

static void an_unavailable_put_never_happened(void **state)
{
    struct build build = build_start(1);
    put_unavailable(&build, 'a', 0, 10);
    uint32_t get = get_ok(&build, 'a', 20, 30);
    assert_violated(state, &build, "get {op0} of {key} returned a value that nobody had written", 1,
                    (uint32_t[]){get});
}

static void a_get_without_an_answer_says_nothing(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10);
    get_timeout(&build, 20);
    get_ok(&build, 'a', 30, 40);
    assert_holds(state, &build);
}

static void a_value_that_comes_back_after_a_delete_is_a_violation(void **state)
{
    struct build build = build_start(1);
    uint32_t put = put_ok(&build, 'a', 0, 10);
    uint32_t gone = delete_ok(&build, 20, 30);
    get_ok(&build, VALUE_ABSENT, 40, 50);
    uint32_t get = get_ok(&build, 'a', 60, 70);
    assert_violated(state, &build,
                    "get {op0} of {key} returned the value of put {op1}, but delete {op2} began "
                    "after put {op1} had completed, and had completed before that get began",
                    3, (uint32_t[]){get, put, gone});
}

static void nothing_is_right_after_a_delete_that_timed_out(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10);
    delete_timeout(&build, 20);
    get_ok(&build, 'a', 30, 40);
    get_ok(&build, VALUE_ABSENT, 50, 60);
    assert_holds(state, &build);
}

static void one_delete_does_not_explain_nothing_twice(void **state)
{
    struct build build = build_start(1);
    uint32_t gone = delete_ok(&build, 0, 10);
    uint32_t put = put_ok(&build, 'a', 20, 30);
    uint32_t get = get_ok(&build, VALUE_ABSENT, 40, 50);
    assert_violated(state, &build,
                    "get {op0} of {key} found nothing, but put {op1} began after delete {op2} had "
                    "completed, and had completed before that get began",
                    3, (uint32_t[]){get, put, gone});
}

static void two_puts_of_one_value_need_the_search_and_its_words(void **state)
{
    struct build build = build_start(1);
    uint32_t a = put_ok(&build, 'a', 0, 10);
    put_ok(&build, 'b', 20, 100);
    put_ok(&build, 'b', 21, 22);
    put_ok(&build, 'c', 23, 24);
    get_ok(&build, 'b', 30, 40);
    put_ok(&build, 'c', 50, 51);
    uint32_t get = get_ok(&build, 'b', 60, 70);
    (void)a;
    /* The first get of b uses up the slow put, or the value is overwritten by c either way. */
    struct verdict verdict = judge(state, &build);
    assert_int_equal(verdict.kind, VERDICT_VIOLATED);
    assert_int_equal(verdict.operations[0], get);
    assert_string_equal(verdict.text,
                        "get {op0} of {key} returned the value of put {op1}, but no order of the 7 "
                        "operations on that key up to then explains it");
}

static void keys_are_judged_apart(void **state)
{
    struct build build = build_start(2);
    put_ok(&build, 'a', 0, 10);
    put_ok(&build, 'a', 0, 10), on_key(&build, 1);
    put_ok(&build, 'b', 20, 30), on_key(&build, 1);
    get_ok(&build, 'a', 40, 50);
    get_ok(&build, 'b', 40, 50), on_key(&build, 1);
    assert_holds(state, &build);
    get_ok(&build, 'a', 60, 70), on_key(&build, 1);
    struct verdict verdict = judge(state, &build);
    assert_int_equal(verdict.kind, VERDICT_VIOLATED);
    assert_int_equal(verdict.key, 1);
    assert_int_equal(verdict.operations[0], 5);
}

static void the_earliest_violation_is_told(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10);
    put_ok(&build, 'b', 20, 30);
    uint32_t first = get_ok(&build, 'a', 40, 50);
    get_ok(&build, 'b', 60, 70);
    get_ok(&build, 'a', 80, 90);
    get_ok(&build, 'z', 80, 90);
    assert_int_equal(judge(state, &build).operations[0], first);
}

static void calls_and_returns_at_the_same_instant_overlap(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10);
    put_ok(&build, 'b', 20, 30);
    get_ok(&build, 'a', 30, 40);
    assert_holds(state, &build);
}

static void one_clients_operations_never_overlap(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10), by_client(&build, 1);
    put_ok(&build, 'b', 20, 30), by_client(&build, 2);
    put_ok(&build, 'c', 22, 30), by_client(&build, 1);
    get_ok(&build, 'a', 30, 40), by_client(&build, 2);
    assert_int_equal(judge(state, &build).kind, VERDICT_VIOLATED);
    by_client(&build, 3);
    assert_holds(state, &build);
}

static void the_trace_orders_what_happened_at_the_same_instant(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10), with_records(&build, 1, 2);
    put_ok(&build, 'b', 20, 30), with_records(&build, 3, 5);
    get_ok(&build, 'a', 30, 40), with_records(&build, 4, 6);
    assert_holds(state, &build);
    with_records(&build, 6, 7);
    assert_int_equal(judge(state, &build).kind, VERDICT_VIOLATED);
}

static void the_trace_also_orders_what_one_client_does_at_the_same_instant(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10), with_records(&build, 1, 2);
    put_ok(&build, 'b', 20, 30), with_records(&build, 3, 5), by_client(&build, 7);
    get_ok(&build, 'a', 30, 40), with_records(&build, 4, 6), by_client(&build, 7);
    assert_holds(state, &build);
}

static void a_search_past_its_limit_is_unknown_and_says_so(void **state)
{
    struct build build = build_start(2);
    for (uint32_t i = 0; i < 12; i++)
        put_ok(&build, 'a' + i % 6, i, 100 + i), on_key(&build, 1);
    for (uint32_t i = 0; i < 12; i++)
        get_ok(&build, 'a' + i % 6, 20 + 2 * i, 80 + i), on_key(&build, 1);
    struct history history = build_end(&build);
    struct verdict verdict;
    check_linearizable(&history, scratch_empty(state), 1, &verdict);
    assert_int_equal(verdict.kind, VERDICT_UNKNOWN);
    assert_int_equal(verdict.key, 1);
    assert_string_equal(verdict.text,
                        "the search of {key} reached its limit of 1 step: too many operations with "
                        "equal values at the same time (1 key undecided)");
    assert_holds(state, &build);
}

static void a_violation_beside_an_undecided_key_is_certain(void **state)
{
    struct build build = build_start(2);
    for (uint32_t i = 0; i < 12; i++)
        put_ok(&build, 'a' + i % 6, i, 100 + i);
    for (uint32_t i = 0; i < 12; i++)
        get_ok(&build, 'a' + i % 6, 20 + 2 * i, 80 + i);
    get_ok(&build, 'z', 50, 60), on_key(&build, 1);
    struct history history = build_end(&build);
    struct verdict verdict;
    check_linearizable(&history, scratch_empty(state), 1, &verdict);
    assert_int_equal(verdict.kind, VERDICT_VIOLATED);
    assert_int_equal(verdict.key, 1);
}

/* ---- every order ---- */

struct brute {
    const struct operation *operations;
    uint32_t count;
    uint32_t taken;   /* bit set */
    uint32_t skipped; /* bit set: told nothing, or never happened */
};

static bool is_open_operation(const struct operation *operation)
{
    return operation->outcome == OUTCOME_TIMEOUT || operation->outcome == OUTCOME_PENDING;
}

static bool may_be_next(const struct brute *brute, uint32_t candidate)
{
    if ((brute->taken | brute->skipped) >> candidate & 1)
        return false;
    for (uint32_t i = 0; i < brute->count; i++) {
        bool is_waiting = !((brute->taken | brute->skipped) >> i & 1) &&
                          !is_open_operation(&brute->operations[i]);
        if (is_waiting && brute->operations[i].completed < brute->operations[candidate].invoked)
            return false;
    }
    return true;
}

static bool is_all_explained(const struct brute *brute)
{
    for (uint32_t i = 0; i < brute->count; i++)
        if (!((brute->taken | brute->skipped) >> i & 1) &&
            !is_open_operation(&brute->operations[i]))
            return false;
    return true;
}

static bool try_every_order(struct brute *brute, uint64_t value)
{
    if (is_all_explained(brute))
        return true;
    for (uint32_t i = 0; i < brute->count; i++) {
        const struct operation *operation = &brute->operations[i];
        if (!may_be_next(brute, i))
            continue;
        if (operation->kind == OPERATION_GET && operation->value != value)
            continue;
        brute->taken |= 1u << i;
        uint64_t next = operation->kind == OPERATION_DELETE ? VALUE_ABSENT : operation->value;
        bool is_right = try_every_order(brute, next);
        brute->taken &= ~(1u << i);
        if (is_right)
            return true;
    }
    return false;
}

static bool brute_force(const struct operation *operations, uint32_t count)
{
    struct brute brute = {.operations = operations, .count = count};
    for (uint32_t i = 0; i < count; i++) {
        bool is_silent_get =
            operations[i].kind == OPERATION_GET && operations[i].outcome != OUTCOME_OK;
        if (is_silent_get || operations[i].outcome == OUTCOME_UNAVAILABLE)
            brute.skipped |= 1u << i;
    }
    return try_every_order(&brute, VALUE_ABSENT);
}

/* ---- random histories ---- */

enum values {
    VALUES_UNIQUE,  /* each put its own value, no deletes */
    VALUES_DELETES, /* each put its own value, and deletes */
    VALUES_FEW,     /* three values, and deletes */
    VALUES_COUNT,
};

static void set_outcome(struct operation *operation, uint64_t *generator)
{
    uint64_t dice = pick(generator, 16);
    operation->outcome = OUTCOME_OK;
    if (dice < 2)
        operation->outcome = dice == 0 ? OUTCOME_TIMEOUT : OUTCOME_PENDING;
    else if (dice == 2 && pick(generator, 3) == 0)
        operation->outcome = OUTCOME_UNAVAILABLE;
    if (dice < 2)
        operation->completed = VTIME_NEVER;
}

static struct operation random_operation(uint64_t *generator, enum values values, uint32_t number,
                                         vtime invoked)
{
    struct operation operation = {.client = number, .invoked = invoked};
    operation.completed = invoked + 1 + pick(generator, pick(generator, 3) ? 4 : 16);
    operation.kind = pick(generator, 2) ? OPERATION_GET : OPERATION_PUT;
    if (operation.kind == OPERATION_PUT && values != VALUES_UNIQUE && pick(generator, 3) == 0)
        operation.kind = OPERATION_DELETE;
    if (operation.kind == OPERATION_PUT)
        operation.value = values == VALUES_FEW ? 1 + pick(generator, 3) : 1 + number;
    set_outcome(&operation, generator);
    return operation;
}

/* Let each operation take effect at a random instant within its time, and gets return what is there
 * then: right by construction. (Open writes take effect or not by the same instant.) */
static void answer_rightly(uint64_t *generator, struct operation *operations, uint32_t count)
{
    vtime instants[BUILD_MAX];
    uint8_t is_done[BUILD_MAX] = {0};
    uint64_t value = VALUE_ABSENT;
    for (uint32_t i = 0; i < count; i++) {
        vtime end = MIN(operations[i].completed, operations[i].invoked + 30);
        instants[i] = operations[i].invoked + pick(generator, end - operations[i].invoked + 1);
        is_done[i] = operations[i].outcome == OUTCOME_UNAVAILABLE;
    }
    for (uint32_t step = 0; step < count; step++) {
        uint32_t next = BUILD_MAX;
        for (uint32_t i = 0; i < count; i++)
            if (!is_done[i] && (next == BUILD_MAX || instants[i] < instants[next]))
                next = i;
        if (next == BUILD_MAX)
            return;
        is_done[next] = true;
        if (operations[next].kind == OPERATION_GET)
            operations[next].value = value;
        else if (operations[next].outcome == OUTCOME_OK || pick(generator, 2))
            value = operations[next].kind == OPERATION_PUT ? operations[next].value : VALUE_ABSENT;
    }
}

/* Let some gets return another value, mostly one that is written somewhere. */
static void answer_wrongly(uint64_t *generator, struct operation *operations, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (operations[i].kind != OPERATION_GET)
            continue;
        const struct operation *other = &operations[pick(generator, count)];
        if (other->kind == OPERATION_GET)
            continue;
        operations[i].value = other->kind == OPERATION_DELETE ? VALUE_ABSENT : other->value;
    }
}

static uint32_t random_history(uint64_t *generator, enum values values, uint32_t count_max,
                               struct operation *operations)
{
    uint32_t count = count_max / 2 + (uint32_t)pick(generator, count_max / 2);
    vtime now = 0;
    for (uint32_t i = 0; i < count; i++) {
        now += 1 + pick(generator, 5);
        operations[i] = random_operation(generator, values, i, now);
    }
    answer_rightly(generator, operations, count);
    if (pick(generator, 5) != 0)
        answer_wrongly(generator, operations, count);
    return count;
}

static struct history history_of(const struct operation *operations, uint32_t count)
{
    return (struct history){operations, count, 1, BUILD_MAX, NULL, NULL};
}

/* The history as far as it was known right before or right after the return of `last`. */
static uint32_t cut_history(const struct operation *operations, uint32_t count, uint32_t last,
                            bool is_after, struct operation *cut)
{
    uint32_t cut_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        cut[cut_count] = operations[i];
        if (operations[i].invoked > operations[last].completed)
            continue;
        bool is_known =
            operations[i].completed < operations[last].completed || (i == last && is_after);
        if (operations[i].outcome == OUTCOME_OK && !is_known)
            cut[cut_count].outcome = OUTCOME_TIMEOUT, cut[cut_count].completed = VTIME_NEVER;
        cut_count++;
    }
    return cut_count;
}

/* The blamed get ends the shortest wrong beginning: without its return all is well. Returns of the
 * same instant come in an order that the brute force does not know, so they are passed over. */
static void assert_blame_is_exact(const struct operation *operations, uint32_t count,
                                  const struct verdict *verdict)
{
    struct operation cut[BUILD_MAX];
    uint32_t blamed = verdict->operations[0];
    assert_true(verdict->operation_count > 0);
    assert_int_equal(operations[blamed].kind, OPERATION_GET);
    for (uint32_t i = 0; i < count; i++)
        if (i != blamed && operations[i].completed == operations[blamed].completed)
            return;
    assert_false(brute_force(cut, cut_history(operations, count, blamed, true, cut)));
    assert_true(brute_force(cut, cut_history(operations, count, blamed, false, cut)));
}

static void compare_with_brute_force(void **state, enum values values, uint64_t seed)
{
    struct operation operations[BUILD_MAX];
    uint32_t right_count = 0;
    uint32_t wrong_count = 0;
    for (uint64_t round = 0; round < 15000; round++) {
        uint64_t generator = seed + round * 1000003;
        uint32_t count = random_history(&generator, values, 10, operations);
        struct history history = history_of(operations, count);
        struct verdict verdict;
        check_linearizable(&history, scratch_empty(state), WORK, &verdict);
        bool is_right = brute_force(operations, count);
        if (is_right != (verdict.kind == VERDICT_HOLDS))
            fail_msg("round %llu: brute force says %d, the oracle: %s", (unsigned long long)round,
                     is_right, verdict.text);
        if (!is_right)
            assert_blame_is_exact(operations, count, &verdict);
        right_count += is_right;
        wrong_count += !is_right;
    }
    assert_true(right_count > 3000 && wrong_count > 3000);
}

static void unique_values_agree_with_brute_force(void **state)
{
    compare_with_brute_force(state, VALUES_UNIQUE, 1);
}

static void unique_values_and_deletes_agree_with_brute_force(void **state)
{
    compare_with_brute_force(state, VALUES_DELETES, 2);
}

static void few_values_agree_with_brute_force(void **state)
{
    compare_with_brute_force(state, VALUES_FEW, 3);
}

/* ---- objects: the search against itself, with and without what it knows ---- */

struct drawn_call {
    struct call call;
    uint32_t called;
    uint32_t returned;
};

/* An object whose calls overlap like those of `client_count` clients. Call i gives what client
 * does next; open with probability 1/8 if it writes. */
static struct object random_object(struct heap *heap, uint64_t *generator, uint32_t call_count,
                                   uint32_t client_count,
                                   struct call (*draw)(uint64_t *generator, uint32_t number))
{
    struct object object = object_make(heap, call_count);
    uint32_t running[16];
    for (uint32_t i = 0; i < client_count; i++)
        running[i] = CALL_NONE;
    while (object.call_count < call_count) {
        uint32_t client = (uint32_t)pick(generator, client_count);
        if (running[client] == CALL_NONE) {
            running[client] = object_add_call(&object, draw(generator, object.call_count));
            continue;
        }
        if (is_read(&object.calls[running[client]]) || pick(generator, 8) != 0)
            object_add_return(&object, running[client]);
        running[client] = CALL_NONE;
    }
    return object;
}

#define DRAWN_STATES 4u

static struct call draw_register_call(uint64_t *generator, uint32_t number)
{
    (void)number;
    uint64_t state = pick(generator, DRAWN_STATES);
    return pick(generator, 2) ? call_get(state) : call_put(state);
}

static struct call draw_cas_call(uint64_t *generator, uint32_t number)
{
    uint64_t from = pick(generator, DRAWN_STATES);
    if (pick(generator, 3) == 0)
        return call_compare_and_set(from, pick(generator, DRAWN_STATES));
    return draw_register_call(generator, number);
}

/* Texts: "", "a", "aa", "aaa"; and appending "a". */
static struct call draw_text_call(uint64_t *generator, uint32_t number)
{
    (void)number;
    uint64_t length = pick(generator, 3);
    struct bytes text = {(const uint8_t *)"aaa", (uint32_t)length};
    uint64_t dice = pick(generator, 4);
    if (dice == 0)
        return call_append((struct bytes){(const uint8_t *)"a", 1});
    return dice == 1 ? call_put(text_identity(text)) : call_get(text_identity(text));
}

/* Answers drawn at random are nearly always wrong; so make a right object by letting each call take
 * effect when it is called, and its needs be what is there, but for one need of `slip`. */
static void make_right(struct object *object, uint64_t *generator, uint64_t slip)
{
    uint64_t state = object->initial;
    for (uint32_t i = 0; i < object->call_count; i++) {
        struct call *call = &object->calls[i];
        if (call->flags & CALL_NEEDS)
            call->needs = pick(generator, slip) ? state : call->needs;
        if (is_open(call) && pick(generator, 2))
            continue;
        if (call->flags & CALL_STEPS)
            assert_true(object->model->step(call, state, &state));
        else if (call->flags & CALL_MAKES)
            state = call->makes;
    }
}

static bool try_every_call(const struct object *object, uint32_t taken, uint64_t state)
{
    bool is_done = true;
    uint32_t deadline = MOMENT_OPEN;
    for (uint32_t i = 0; i < object->call_count; i++)
        if (!(taken >> i & 1) && !is_open(&object->calls[i])) {
            is_done = false;
            deadline = MIN(deadline, object->calls[i].returned);
        }
    if (is_done)
        return true;
    for (uint32_t i = 0; i < object->call_count; i++) {
        const struct call *call = &object->calls[i];
        uint64_t next = call->flags & CALL_MAKES ? call->makes : state;
        if ((taken >> i & 1) || call->called > deadline)
            continue;
        if ((call->flags & CALL_NEEDS) && call->needs != state)
            continue;
        if ((call->flags & CALL_STEPS) && !object->model->step(call, state, &next))
            continue;
        if (try_every_call(object, taken | 1u << i, next))
            return true;
    }
    return false;
}

static void compare_objects(void **state, const struct model *model, bool is_data,
                            struct call (*draw)(uint64_t *, uint32_t))
{
    uint32_t right_count = 0;
    for (uint64_t round = 0; round < 12000; round++) {
        struct heap *heap = scratch_empty(state);
        uint64_t generator = 77 + round * 1000003;
        uint32_t call_count = 1 + (uint32_t)pick(&generator, 8);
        struct object object = random_object(heap, &generator, call_count, 4, draw);
        object.model = model;
        if (round % 4 != 0)
            make_right(&object, &generator, 5);
        object.state_count = is_data ? DRAWN_STATES : 0;
        bool is_right = try_every_call(&object, 0, object.initial);
        struct search_result result = search_order(&object, heap, WORK);
        if (result.answer != (is_right ? SEARCH_FOUND : SEARCH_NONE))
            fail_msg("round %llu: brute force says %d, the search %d", (unsigned long long)round,
                     is_right, result.answer);
        right_count += is_right;
    }
    assert_true(right_count > 3000 && right_count < 10500);
}

static void the_search_of_registers_agrees_with_brute_force(void **state)
{
    compare_objects(state, NULL, true, draw_register_call);
    compare_objects(state, NULL, false, draw_register_call);
}

static void the_search_of_cas_registers_agrees_with_brute_force(void **state)
{
    compare_objects(state, NULL, true, draw_cas_call);
    compare_objects(state, NULL, false, draw_cas_call);
}

static void the_search_of_texts_agrees_with_brute_force(void **state)
{
    compare_objects(state, &model_text, false, draw_text_call);
}

/* Puts of values of their own, and deletes. */
static struct call draw_deleting_call(uint64_t *generator, uint32_t number)
{
    if (pick(generator, 2))
        return call_get(0);
    return call_put(pick(generator, 5) ? number + 1 : 0);
}

/* Larger than brute force can try: the shortcuts of data objects against none of them. */
static void compare_shortcuts(void **state, struct call (*draw)(uint64_t *, uint32_t))
{
    uint32_t right_count = 0;
    for (uint64_t round = 0; round < 3000; round++) {
        struct heap *heap = scratch_empty(state);
        uint64_t generator = 5 + round * 1000003;
        struct object object = random_object(heap, &generator, 30, 6, draw);
        make_right(&object, &generator, 30);
        struct search_result plain = search_order(&object, heap, 10 * WORK);
        object.state_count = MAX(DRAWN_STATES, object.call_count + 1);
        struct search_result quick = search_order(&object, heap, WORK);
        assert_int_not_equal(plain.answer, SEARCH_UNDECIDED);
        assert_int_equal(plain.answer, quick.answer);
        right_count += plain.answer == SEARCH_FOUND;
    }
    assert_true(right_count > 1000 && right_count < 2700);
}

static void the_shortcuts_never_change_the_answer(void **state)
{
    compare_shortcuts(state, draw_register_call);
    compare_shortcuts(state, draw_cas_call);
    compare_shortcuts(state, draw_deleting_call);
}

static struct call draw_unique_call(uint64_t *generator, uint32_t number)
{
    return pick(generator, 2) ? call_get(0) : call_put(number + 1);
}

static void zones_and_search_agree_on_long_histories_with_unique_values(void **state)
{
    uint32_t right_count = 0;
    for (uint64_t round = 0; round < 1000; round++) {
        struct heap *heap = scratch_empty(state);
        uint64_t generator = 9 + round * 1000003;
        struct object object = random_object(heap, &generator, 150, 6, draw_unique_call);
        make_right(&object, &generator, 1000000);
        object.state_count = 151;
        /* One answer in some histories is that of another call. */
        struct call *some = &object.calls[pick(&generator, 150)];
        struct call *other = &object.calls[pick(&generator, 150)];
        if (round % 3 != 0 && is_read(some))
            some->needs = is_read(other) ? other->needs : other->makes;
        struct zone_conflict conflict;
        enum zones_answer zones = zones_check(&object, heap, &conflict);
        struct search_result search = search_order(&object, heap, WORK);
        assert_int_not_equal(search.answer, SEARCH_UNDECIDED);
        assert_int_equal(zones, search.answer == SEARCH_FOUND ? ZONES_HOLD : ZONES_CONFLICT);
        right_count += zones == ZONES_HOLD;
    }
    assert_true(right_count > 200 && right_count < 800);
}

static void the_same_history_gives_the_same_verdict_and_the_same_work(void **state)
{
    struct operation operations[BUILD_MAX];
    for (uint64_t round = 0; round < 100; round++) {
        uint64_t generator = round;
        uint32_t count = random_history(&generator, VALUES_FEW, 40, operations);
        struct history history = history_of(operations, count);
        struct verdict first, second;
        memset(&first, 0xaa, sizeof first);
        memset(&second, 0x55, sizeof second);
        check_linearizable(&history, scratch_empty(state), WORK, &first);
        check_linearizable(&history, scratch_empty(state), WORK, &second);
        assert_int_equal(first.kind, second.kind);
        assert_int_equal(first.work, second.work);
        assert_string_equal(first.text, second.text);
    }
}

static void the_scratch_of_a_search_is_given_back(void **state)
{
    struct heap *heap = scratch_empty(state);
    uint64_t generator = 4;
    struct object object = random_object(heap, &generator, 60, 6, draw_cas_call);
    make_right(&object, &generator, 30);
    object.state_count = DRAWN_STATES;
    uint64_t before = heap_bytes(heap);
    search_order(&object, heap, WORK);
    assert_int_equal(heap_bytes(heap), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_history_holds),
        cmocka_unit_test(a_get_before_all_puts_finds_nothing),
        cmocka_unit_test(a_stale_get_is_named_with_both_puts),
        cmocka_unit_test(a_get_may_return_either_value_while_a_put_is_under_way),
        cmocka_unit_test(a_value_once_read_does_not_go_away_again),
        cmocka_unit_test(two_values_cannot_take_turns),
        cmocka_unit_test(nothing_after_a_completed_put_is_a_violation),
        cmocka_unit_test(a_value_that_nobody_wrote_is_a_violation),
        cmocka_unit_test(a_value_read_before_its_put_began_is_a_violation),
        cmocka_unit_test(a_timed_out_put_may_take_effect_late_or_never),
        cmocka_unit_test(a_timed_out_put_cannot_be_undone_once_seen),
        cmocka_unit_test(an_unavailable_put_never_happened),
        cmocka_unit_test(a_get_without_an_answer_says_nothing),
        cmocka_unit_test(a_value_that_comes_back_after_a_delete_is_a_violation),
        cmocka_unit_test(nothing_is_right_after_a_delete_that_timed_out),
        cmocka_unit_test(one_delete_does_not_explain_nothing_twice),
        cmocka_unit_test(two_puts_of_one_value_need_the_search_and_its_words),
        cmocka_unit_test(keys_are_judged_apart),
        cmocka_unit_test(the_earliest_violation_is_told),
        cmocka_unit_test(calls_and_returns_at_the_same_instant_overlap),
        cmocka_unit_test(one_clients_operations_never_overlap),
        cmocka_unit_test(the_trace_orders_what_happened_at_the_same_instant),
        cmocka_unit_test(the_trace_also_orders_what_one_client_does_at_the_same_instant),
        cmocka_unit_test(a_search_past_its_limit_is_unknown_and_says_so),
        cmocka_unit_test(a_violation_beside_an_undecided_key_is_certain),
        cmocka_unit_test(unique_values_agree_with_brute_force),
        cmocka_unit_test(unique_values_and_deletes_agree_with_brute_force),
        cmocka_unit_test(few_values_agree_with_brute_force),
        cmocka_unit_test(the_search_of_registers_agrees_with_brute_force),
        cmocka_unit_test(the_search_of_cas_registers_agrees_with_brute_force),
        cmocka_unit_test(the_search_of_texts_agrees_with_brute_force),
        cmocka_unit_test(the_shortcuts_never_change_the_answer),
        cmocka_unit_test(zones_and_search_agree_on_long_histories_with_unique_values),
        cmocka_unit_test(the_same_history_gives_the_same_verdict_and_the_same_work),
        cmocka_unit_test(the_scratch_of_a_search_is_given_back),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}

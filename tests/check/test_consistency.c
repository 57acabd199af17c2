/*
 * test_consistency.c: regular registers, sessions, causes and sequential order: drawn histories
 * with their exact verdicts, and random ones judged a second time by trying everything.
 *
 * The brute force knows nothing of graphs, lanes or memory: it tries all orders of the writes (or
 * of all operations) and reads each definition as it stands in the header.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "build_history.h"
#include "check/causal.h"
#include "check/regular.h"
#include "check/sequential.h"
#include "check/sessions.h"

enum oracle { REGULAR, SESSIONS, CAUSAL, SEQUENTIAL, ORACLE_COUNT };

static struct verdict judge_history(void **state, enum oracle oracle, const struct history *history)
{
    struct verdict verdict = {0};
    struct heap *scratch = scratch_empty(state);
    switch (oracle) {
    case REGULAR: check_regular(history, scratch, &verdict); break;
    case SESSIONS: check_sessions(history, SESSION_GUARANTEES, scratch, &verdict); break;
    case CAUSAL: check_causal(history, scratch, &verdict); break;
    default: check_sequential(history, scratch, SEQUENTIAL_WORK_PLAN, &verdict);
    }
    return verdict;
}

static struct verdict judge(void **state, enum oracle oracle, const struct build *build)
{
    struct history history = build_end(build);
    return judge_history(state, oracle, &history);
}

static void expect(void **state, const struct build *build, enum oracle oracle,
                   enum verdict_kind kind)
{
    assert_int_equal(judge(state, oracle, build).kind, kind);
}

/* ---- regular ---- */

static void a_new_old_inversion_is_regular(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10);
    put_ok(&build, 'b', 20, 100);
    get_ok(&build, 'b', 30, 40);
    get_ok(&build, 'a', 50, 60);
    expect(state, &build, REGULAR, VERDICT_HOLDS);
    expect(state, &build, SESSIONS, VERDICT_HOLDS);
    expect(state, &build, CAUSAL, VERDICT_HOLDS);
    expect(state, &build, SEQUENTIAL, VERDICT_HOLDS);
}

static void a_stale_get_is_not_regular(void **state)
{
    struct build build = build_start(1);
    uint32_t old = put_ok(&build, 'a', 0, 10);
    uint32_t newer = put_ok(&build, 'b', 20, 30);
    uint32_t get = get_ok(&build, 'a', 40, 50);
    struct verdict verdict = judge(state, REGULAR, &build);
    assert_int_equal(verdict.kind, VERDICT_VIOLATED);
    assert_int_equal(verdict.operation_count, 3);
    assert_int_equal(verdict.operations[0], get);
    assert_int_equal(verdict.operations[1], old);
    assert_int_equal(verdict.operations[2], newer);
    assert_string_equal(verdict.text,
                        "get {op0} of {key} returned {value:0000000000000061} of put {op1}, "
                        "although put {op2}, which was called after that was over, had been "
                        "acknowledged before the get was called");
    expect(state, &build, SEQUENTIAL, VERDICT_HOLDS);
}

static void nothing_is_stale_after_an_acknowledged_put(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10);
    get_ok(&build, VALUE_ABSENT, 20, 30);
    assert_string_equal(judge(state, REGULAR, &build).text,
                        "get {op0} of {key} returned nothing, although put {op1} had been "
                        "acknowledged before the get was called");
}

/* ---- sessions ---- */

static void a_client_reads_what_it_wrote(void **state)
{
    struct build build = build_start(1);
    uint32_t put = put_ok(&build, 'a', 0, 10);
    by_client(&build, 7);
    uint32_t get = get_ok(&build, VALUE_ABSENT, 20, 30);
    expect(state, &build, SESSIONS, VERDICT_HOLDS); /* another client */
    by_client(&build, 7);
    struct verdict verdict = judge(state, SESSIONS, &build);
    assert_int_equal(verdict.kind, VERDICT_VIOLATED);
    assert_int_equal(verdict.operations[0], get);
    assert_int_equal(verdict.operations[1], put);
    assert_string_equal(verdict.text,
                        "get {op0} of {key} returned nothing, although its client had written "
                        "{value:0000000000000061} with put {op1} (read your writes), and what was "
                        "there before the first operation is older than that");
}

static void a_write_that_was_not_answered_promises_nothing(void **state)
{
    struct build build = build_start(1);
    put_timeout(&build, 'a', 0);
    by_client(&build, 7);
    get_ok(&build, VALUE_ABSENT, 20, 30);
    by_client(&build, 7);
    expect(state, &build, SESSIONS, VERDICT_HOLDS);
    expect(state, &build, CAUSAL, VERDICT_HOLDS);
    expect(state, &build, SEQUENTIAL, VERDICT_HOLDS);
}

/* Who reads b and then a contradicts who reads a and then b. */
static void two_readers_must_agree(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 100);
    put_ok(&build, 'b', 0, 100);
    for (uint32_t client = 10; client < 12; client++) {
        get_ok(&build, client == 10 ? 'a' : 'b', 20, 30);
        by_client(&build, client);
    }
    get_ok(&build, 'b', 40, 50);
    by_client(&build, 10);
    expect(state, &build, SESSIONS, VERDICT_HOLDS);
    uint32_t get = get_ok(&build, 'a', 60, 70);
    by_client(&build, 11);
    struct verdict verdict = judge(state, SESSIONS, &build);
    assert_int_equal(verdict.kind, VERDICT_VIOLATED);
    assert_int_equal(verdict.operations[0], get);
    assert_string_equal(verdict.text,
                        "get {op0} of {key} returned {value:0000000000000061}, although its client "
                        "had read {value:0000000000000062} with get {op1} (monotonic reads), which "
                        "is newer: get {op2} followed get {op3} (monotonic reads)");
    expect(state, &build, CAUSAL, VERDICT_VIOLATED);
    expect(state, &build, SEQUENTIAL, VERDICT_VIOLATED);
    expect(state, &build, REGULAR, VERDICT_HOLDS);
}

static void only_the_guarantees_asked_for_are_demanded(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10), by_client(&build, 1);
    put_ok(&build, 'b', 20, 30), by_client(&build, 1);
    get_ok(&build, 'b', 40, 50), by_client(&build, 2);
    get_ok(&build, 'a', 60, 70), by_client(&build, 2);
    struct history history = build_end(&build);
    for (uint32_t asked = 0; asked <= SESSION_GUARANTEES; asked++) {
        struct verdict verdict = {0};
        bool is_refuted = (asked & MONOTONIC_READS) && (asked & MONOTONIC_WRITES);
        check_sessions(&history, asked, scratch_empty(state), &verdict);
        assert_int_equal(verdict.kind, is_refuted ? VERDICT_VIOLATED : VERDICT_HOLDS);
    }
}

/* ---- causes ---- */

static struct build effect_without_cause(void)
{
    struct build build = build_start(2);
    put_ok(&build, 'a', 0, 10), by_client(&build, 1);
    put_ok(&build, 'b', 20, 30), by_client(&build, 1), on_key(&build, 1);
    get_ok(&build, 'b', 40, 50), by_client(&build, 2), on_key(&build, 1);
    get_ok(&build, VALUE_ABSENT, 60, 70), by_client(&build, 2);
    return build;
}

static void an_effect_has_its_cause(void **state)
{
    struct build build = effect_without_cause();
    struct verdict verdict = judge(state, CAUSAL, &build);
    assert_int_equal(verdict.kind, VERDICT_VIOLATED);
    assert_string_equal(verdict.text,
                        "get {op0} of {key} returned nothing, as before the first write, although "
                        "put {op1} comes causally before that get, through get {op2}");
    assert_int_equal(verdict.operations[0], 3);
    assert_int_equal(verdict.operations[1], 0);
    assert_int_equal(verdict.operations[2], 2);
    expect(state, &build, SESSIONS, VERDICT_HOLDS); /* each key alone is in order */
    expect(state, &build, SEQUENTIAL, VERDICT_VIOLATED);
}

/* Both clients write one key and read the other one too early: causal, and no single machine. */
static void store_buffers_are_causal_and_not_sequential(void **state)
{
    struct build build = build_start(2);
    put_ok(&build, 'a', 0, 10), by_client(&build, 1);
    put_ok(&build, 'b', 0, 10), by_client(&build, 2), on_key(&build, 1);
    get_ok(&build, VALUE_ABSENT, 20, 30), by_client(&build, 1), on_key(&build, 1);
    get_ok(&build, VALUE_ABSENT, 20, 30), by_client(&build, 2);
    expect(state, &build, CAUSAL, VERDICT_HOLDS);
    struct verdict verdict = judge(state, SEQUENTIAL, &build);
    assert_int_equal(verdict.kind, VERDICT_VIOLATED);
    assert_string_equal(verdict.text, "get {op0} of {key} returned nothing: no order of all "
                                      "operations that keeps each client's own gets past it");
}

static void gets_of_repeated_values_are_passed_over(void **state)
{
    struct build build = build_start(1);
    put_ok(&build, 'a', 0, 10), by_client(&build, 1);
    put_ok(&build, 'b', 20, 30), by_client(&build, 1);
    put_ok(&build, 'a', 40, 50), by_client(&build, 3);
    get_ok(&build, 'a', 60, 70), by_client(&build, 1);
    assert_string_equal(judge(state, SESSIONS, &build).text,
                        "one order of each key's versions suits all clients (0 gets looked at; 1 "
                        "get passed over, whose value several writes left)");
}

/* ---- trying everything ---- */

#define WRITES_MAX 5

/* The writes that matter, in some order; `place` says where each stands, by operation. */
struct arrangement {
    const struct history *history;
    uint32_t writes[BUILD_MAX];
    uint32_t count;
    uint32_t place[BUILD_MAX];
    bool causes[BUILD_MAX][BUILD_MAX];
};

typedef bool judgement(const struct arrangement *arrangement);

static bool is_open(const struct operation *operation)
{
    return operation->outcome == OUTCOME_TIMEOUT || operation->outcome == OUTCOME_PENDING;
}

static bool is_told_get(const struct operation *operation)
{
    return operation->kind == OPERATION_GET && operation->outcome == OUTCOME_OK;
}

static bool is_before(const struct operation *a, const struct operation *b)
{
    return a->outcome == OUTCOME_OK && a->completed < b->invoked;
}

static bool is_own_before(const struct operation *a, const struct operation *b)
{
    return a->client == b->client && is_before(a, b);
}

/* Place 0 is what was there before; writes stand from 1. */
static uint32_t place_of(const struct arrangement *arrangement, uint32_t index)
{
    const struct operation *operation = &arrangement->history->operations[index];
    if (operation->kind != OPERATION_GET)
        return arrangement->place[index];
    for (uint32_t i = 0; i < arrangement->count; i++) {
        const struct operation *write = &arrangement->history->operations[arrangement->writes[i]];
        if (write->key == operation->key && write->value == operation->value)
            return arrangement->place[arrangement->writes[i]];
    }
    return 0;
}

static bool suits_sessions(const struct arrangement *arrangement)
{
    const struct operation *operations = arrangement->history->operations;
    for (uint32_t a = 0; a < arrangement->history->count; a++)
        for (uint32_t b = 0; b < arrangement->history->count; b++) {
            bool do_both_count = (is_told_get(&operations[a]) || arrangement->place[a]) &&
                                 (is_told_get(&operations[b]) || arrangement->place[b]);
            if (do_both_count && operations[a].key == operations[b].key &&
                is_own_before(&operations[a], &operations[b]) &&
                place_of(arrangement, a) > place_of(arrangement, b))
                return false;
        }
    return true;
}

/* Writes come after what comes causally before them, and a get returns the last of those. */
static bool suits_causes(const struct arrangement *arrangement)
{
    const struct operation *operations = arrangement->history->operations;
    for (uint32_t b = 0; b < arrangement->history->count; b++) {
        uint32_t last = 0;
        for (uint32_t a = 0; a < arrangement->history->count; a++) {
            if (!arrangement->causes[a][b] || !arrangement->place[a])
                continue;
            if (arrangement->place[b] && arrangement->place[a] >= arrangement->place[b])
                return false;
            if (operations[a].key == operations[b].key)
                last = MAX(last, arrangement->place[a]);
        }
        if (is_told_get(&operations[b]) && place_of(arrangement, b) != last)
            return false;
    }
    return true;
}

/* Of one get: the last of the writes that stand before it, in an order that keeps real time. */
static uint32_t judged_get;

static bool suits_regular_get(const struct arrangement *arrangement)
{
    const struct operation *operations = arrangement->history->operations;
    const struct operation *get = &operations[judged_get];
    uint32_t at = place_of(arrangement, judged_get);
    for (uint32_t i = 0; i < arrangement->count; i++) {
        uint32_t index = arrangement->writes[i];
        const struct operation *write = &operations[index];
        if (write->key != get->key)
            continue;
        if (is_before(write, get) && arrangement->place[index] > at)
            return false;
        if (arrangement->place[index] <= at && get->completed < write->invoked)
            return false;
        for (uint32_t j = 0; j < i; j++)
            if (operations[arrangement->writes[j]].key == get->key &&
                is_before(write, &operations[arrangement->writes[j]]))
                return false;
    }
    return true;
}

static bool exists_order(struct arrangement *arrangement, uint32_t placed, judgement *suits)
{
    if (placed == arrangement->count)
        return suits(arrangement);
    for (uint32_t i = placed; i < arrangement->count; i++) {
        uint32_t chosen = arrangement->writes[i];
        arrangement->writes[i] = arrangement->writes[placed];
        arrangement->writes[placed] = chosen;
        arrangement->place[chosen] = placed + 1;
        bool is_found = exists_order(arrangement, placed + 1, suits);
        arrangement->writes[placed] = arrangement->writes[i];
        arrangement->writes[i] = chosen;
        if (is_found)
            return true;
    }
    return false;
}

static bool is_read(const struct history *history, uint32_t write)
{
    for (uint32_t i = 0; i < history->count; i++)
        if (is_told_get(&history->operations[i]) &&
            history->operations[i].key == history->operations[write].key &&
            history->operations[i].value == history->operations[write].value)
            return true;
    return false;
}

static void find_causes(struct arrangement *arrangement)
{
    const struct operation *operations = arrangement->history->operations;
    uint32_t count = arrangement->history->count;
    for (uint32_t a = 0; a < count; a++)
        for (uint32_t b = 0; b < count; b++) {
            bool is_source = operations[a].kind == OPERATION_PUT && is_told_get(&operations[b]) &&
                             operations[a].key == operations[b].key &&
                             operations[a].value == operations[b].value;
            arrangement->causes[a][b] = is_source || is_own_before(&operations[a], &operations[b]);
        }
    for (uint32_t over = 0; over < count; over++)
        for (uint32_t a = 0; a < count; a++)
            for (uint32_t b = 0; b < count; b++)
                arrangement->causes[a][b] |=
                    arrangement->causes[a][over] && arrangement->causes[over][b];
}

static struct arrangement arrange(const struct history *history)
{
    struct arrangement arrangement = {.history = history};
    for (uint32_t i = 0; i < history->count; i++) {
        const struct operation *operation = &history->operations[i];
        bool takes_part = operation->outcome == OUTCOME_OK ||
                          (is_open(operation) && is_read(history, i));
        if (operation->kind == OPERATION_PUT && takes_part)
            arrangement.writes[arrangement.count++] = i;
    }
    find_causes(&arrangement);
    return arrangement;
}

static bool every_get_is_regular(const struct history *history)
{
    for (uint32_t i = 0; i < history->count; i++) {
        if (!is_told_get(&history->operations[i]))
            continue;
        struct arrangement arrangement = arrange(history);
        judged_get = i;
        if (!exists_order(&arrangement, 0, suits_regular_get))
            return false;
    }
    return true;
}

/* Lay operations one after another, each when its client's earlier ones are laid. */
static bool exists_sequence(const struct history *history, uint32_t laid, uint64_t *values)
{
    bool is_all = true;
    for (uint32_t i = 0; i < history->count; i++) {
        const struct operation *operation = &history->operations[i];
        bool must = operation->outcome == OUTCOME_OK, may = must;
        if (operation->kind == OPERATION_PUT && is_open(operation))
            may = true;
        if (laid >> i & 1)
            continue;
        is_all &= !must;
        for (uint32_t j = 0; j < history->count && may; j++)
            may = laid >> j & 1 || !is_own_before(&history->operations[j], operation);
        bool is_get = operation->kind == OPERATION_GET;
        if (!may || (is_get && operation->value != values[operation->key]))
            continue;
        uint64_t before = values[operation->key];
        values[operation->key] = operation->value;
        bool is_found = exists_sequence(history, laid | 1u << i, values);
        values[operation->key] = before;
        if (is_found)
            return true;
    }
    return is_all;
}

static bool brute_force(const struct history *history, enum oracle oracle)
{
    struct arrangement arrangement = arrange(history);
    uint64_t values[2] = {VALUE_ABSENT, VALUE_ABSENT};
    switch (oracle) {
    case REGULAR: return every_get_is_regular(history);
    case SESSIONS: return exists_order(&arrangement, 0, suits_sessions);
    case CAUSAL: return exists_order(&arrangement, 0, suits_causes);
    default: return exists_sequence(history, 0, values);
    }
}

/* ---- random histories ---- */

/* Up to nine operations of three clients on two keys, five writes at most; some clients have two
 * operations at a time. A get returns something that had been written, or nothing. No call and
 * return fall together. */
static struct build random_history(uint64_t *generator)
{
    struct build build = build_start(2);
    uint32_t count = 4 + (uint32_t)pick(generator, 6), writes = 0;
    vtime clock = 0, free_at[3] = {0};
    bool overlaps = pick(generator, 4) == 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t client = (uint32_t)pick(generator, 3), key = (uint32_t)pick(generator, 2);
        clock += 1 + pick(generator, 6);
        clock = overlaps ? clock : MAX(clock, free_at[client] + 1);
        vtime end = clock + 1 + pick(generator, 12);
        free_at[client] = end;
        if (writes < WRITES_MAX && pick(generator, 2)) {
            writes++;
            if (pick(generator, 6) == 0)
                put_timeout(&build, 10 + i, 2 * clock);
            else
                put_ok(&build, 10 + i, 2 * clock, 2 * end + 1);
        } else {
            uint64_t value = VALUE_ABSENT;
            for (uint32_t j = 0; j < i; j++)
                if (build.operations[j].kind == OPERATION_PUT && build.operations[j].key == key &&
                    pick(generator, 2))
                    value = build.operations[j].value;
            get_ok(&build, value, 2 * clock, 2 * end + 1);
        }
        on_key(&build, key);
        by_client(&build, client);
    }
    return build;
}

static void agrees_with_trying_everything(void **state)
{
    uint64_t generator = 1;
    uint32_t violated[ORACLE_COUNT] = {0};
    for (uint32_t i = 0; i < 10000; i++) {
        struct build build = random_history(&generator);
        struct history history = build_end(&build);
        for (enum oracle oracle = REGULAR; oracle < ORACLE_COUNT; oracle++) {
            bool is_right = brute_force(&history, oracle);
            enum verdict_kind kind = judge_history(state, oracle, &history).kind;
            if (kind != (is_right ? VERDICT_HOLDS : VERDICT_VIOLATED))
                print_message("history %u, oracle %u\n", i, oracle);
            assert_int_equal(kind, is_right ? VERDICT_HOLDS : VERDICT_VIOLATED);
            violated[oracle] += !is_right;
        }
    }
    for (enum oracle oracle = REGULAR; oracle < ORACLE_COUNT; oracle++)
        assert_in_range(violated[oracle], 1000, 9000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_old_inversion_is_regular),
        cmocka_unit_test(a_stale_get_is_not_regular),
        cmocka_unit_test(nothing_is_stale_after_an_acknowledged_put),
        cmocka_unit_test(a_client_reads_what_it_wrote),
        cmocka_unit_test(a_write_that_was_not_answered_promises_nothing),
        cmocka_unit_test(two_readers_must_agree),
        cmocka_unit_test(only_the_guarantees_asked_for_are_demanded),
        cmocka_unit_test(an_effect_has_its_cause),
        cmocka_unit_test(store_buffers_are_causal_and_not_sequential),
        cmocka_unit_test(gets_of_repeated_values_are_passed_over),
        cmocka_unit_test(agrees_with_trying_everything),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}

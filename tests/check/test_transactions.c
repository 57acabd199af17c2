/*
 * test_transactions.c: anomalies of transactions, against brute force and by the book.
 *
 * Brute force tries every order of up to six transactions. A history of lists that was recorded
 * without unknown ends has an order exactly when the check finds nothing that serializable forbids;
 * of registers, the check may miss something (their versions' order is not told) but never invents.
 */
#define _POSIX_C_SOURCE 200809L

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "build_history.h"
#include "check/transactions.h"

#define TXNS  6
#define KEYS  2
#define WIDTH 4
#define LIST  (TXNS * WIDTH)

/* A history being made; values are 1, 2, 3 ... so that none is written twice. */
struct made {
    struct txn txns[TXNS];
    struct access accesses[TXNS * WIDTH];
    uint64_t elements[TXNS * WIDTH * LIST];
    uint32_t txn_count;
    uint32_t access_count;
    uint32_t element_count;
    bool is_lists;
};

static struct txn_history history_of(const struct made *made)
{
    return (struct txn_history){.txns = made->txns,
                                .accesses = made->accesses,
                                .elements = made->elements,
                                .txn_count = made->txn_count,
                                .access_count = made->access_count,
                                .key_count = KEYS,
                                .process_count = TXNS,
                                .is_lists = made->is_lists};
}

static bool is_allowed(const struct made *made, struct heap *heap, enum isolation level,
                       struct txn_verdict *verdict)
{
    struct txn_history history = history_of(made);
    check_transactions(&history, heap, verdict);
    for (uint32_t kind = 1; kind < ANOMALY_COUNT; kind++)
        if (verdict->count[kind] > 0 && isolation_forbids(level, kind))
            return false;
    return true;
}

/* ---- one copy of the data ---- */

struct copy {
    uint64_t list[KEYS][LIST];
    uint32_t count[KEYS];
};

static bool is_told_rightly(const struct made *made, const struct access *read,
                            const struct copy *copy)
{
    uint32_t count = copy->count[read->key];
    const uint64_t *list = copy->list[read->key];
    if (!made->is_lists)
        return read->value == (count ? list[count - 1] : 0);
    return read->count == count &&
           memcmp(made->elements + read->first, list, count * sizeof *list) == 0;
}

static bool run_txn(const struct made *made, uint32_t t, struct copy *copy)
{
    const struct txn *txn = &made->txns[t];
    for (uint32_t i = txn->first; i < txn->first + txn->count; i++) {
        const struct access *access = &made->accesses[i];
        if (access->kind == ACCESS_READ && !is_told_rightly(made, access, copy))
            return false;
        if (access->kind != ACCESS_READ)
            copy->list[access->key][copy->count[access->key]++] = access->value;
    }
    return true;
}

static bool has_order(const struct made *made, uint32_t done, const struct copy *copy)
{
    if (done == (1u << made->txn_count) - 1)
        return true;
    for (uint32_t t = 0; t < made->txn_count; t++) {
        struct copy next = *copy;
        if (!(done & 1u << t) && run_txn(made, t, &next) && has_order(made, done | 1u << t, &next))
            return true;
    }
    return false;
}

static bool is_serializable(const struct made *made)
{
    struct copy empty = {0};
    return has_order(made, 0, &empty);
}

/* ---- histories by chance ---- */

static void record_read(struct made *made, struct access *access, const struct copy *copy)
{
    uint32_t count = copy->count[access->key];
    const uint64_t *list = copy->list[access->key];
    access->value = !made->is_lists && count ? list[count - 1] : 0;
    access->first = made->element_count;
    access->count = made->is_lists ? count : 0;
    for (uint32_t i = 0; i < access->count; i++)
        made->elements[made->element_count++] = list[i];
}

static void add_access(struct made *made, uint64_t *dice, uint64_t *value, struct copy *copy)
{
    struct access *access = &made->accesses[made->access_count++];
    *access = (struct access){.key = (uint32_t)pick(dice, KEYS)};
    if (pick(dice, 2)) {
        record_read(made, access, copy);
        return;
    }
    access->kind = made->is_lists ? ACCESS_APPEND : ACCESS_WRITE;
    access->value = ++*value;
    copy->list[access->key][copy->count[access->key]++] = access->value;
}

/* Each transaction reads a copy that may be that of an earlier time, and writes the newest one: at
 * `staleness` 0 all is in order. */
static void make_history(struct made *made, uint64_t *dice, bool is_lists, uint32_t staleness)
{
    static struct copy past[TXNS + 1];
    uint64_t value = 0;
    memset(made, 0, sizeof *made);
    memset(past, 0, sizeof past);
    made->is_lists = is_lists;
    made->txn_count = 2 + (uint32_t)pick(dice, TXNS - 1);
    for (uint32_t t = 0; t < made->txn_count; t++) {
        uint32_t back = pick(dice, 100) < staleness ? (uint32_t)pick(dice, t + 1) : 0;
        struct copy seen = past[t - back];
        made->txns[t] = (struct txn){.first = made->access_count,
                                     .process = t,
                                     .called = 2 * t,
                                     .returned = 2 * t + 1};
        uint32_t width = 1 + (uint32_t)pick(dice, WIDTH);
        uint32_t first_value = (uint32_t)value;
        for (uint32_t i = 0; i < width; i++)
            add_access(made, dice, &value, &seen);
        made->txns[t].count = width;
        past[t + 1] = past[t];
        for (uint32_t i = made->txns[t].first; i < made->access_count; i++) {
            const struct access *access = &made->accesses[i];
            if (access->kind != ACCESS_READ && access->value > first_value)
                past[t + 1].list[access->key][past[t + 1].count[access->key]++] = access->value;
        }
    }
}

static void agree(void **state, bool is_lists, uint32_t *wrong, uint32_t *caught)
{
    static struct made made;
    static struct txn_verdict verdict;
    uint64_t dice = is_lists ? 1 : 2;
    uint32_t rounds = getenv("LONG") && atoi(getenv("LONG")) ? 100000 : 10000;
    *wrong = *caught = 0;
    for (uint32_t round = 0; round < rounds; round++) {
        struct heap *heap = scratch_empty(state);
        make_history(&made, &dice, is_lists, round % 3 * 40);
        bool is_right = is_serializable(&made);
        bool is_found_right = is_allowed(&made, heap, ISOLATION_SERIALIZABLE, &verdict);
        if (is_right && !is_found_right)
            fail_msg("round %u: an order exists, and an anomaly is told", round);
        if (is_lists && !is_right && is_found_right)
            fail_msg("round %u: there is no order, and nothing is told", round);
        *wrong += !is_right;
        *caught += !is_found_right;
    }
    print_message("%u histories, %u without an order, %u told\n", rounds, *wrong, *caught);
}

static void histories_of_lists_agree_with_brute_force(void **state)
{
    uint32_t wrong, caught;
    agree(state, true, &wrong, &caught);
    assert_int_equal(wrong, caught);
    assert_true(wrong > 1000);
}

static void of_registers_nothing_is_invented_and_most_is_found(void **state)
{
    uint32_t wrong, caught;
    agree(state, false, &wrong, &caught);
    assert_true(caught > wrong / 2);
}

/* ---- by the book ---- */

static void add_txn(struct made *made, enum txn_end end, uint32_t called, uint32_t returned)
{
    uint32_t t = made->txn_count++;
    made->txns[t] = (struct txn){.first = made->access_count,
                                 .end = end,
                                 .process = t,
                                 .called = called,
                                 .returned = returned};
}

static struct access *add(struct made *made, uint32_t kind, uint32_t key, uint64_t value)
{
    struct access *access = &made->accesses[made->access_count++];
    *access = (struct access){.kind = kind, .key = key, .value = value};
    made->txns[made->txn_count - 1].count++;
    return access;
}

/* Read `count` elements 1, 2, ... of a key; or the register's value. */
static void add_list_read(struct made *made, uint32_t key, uint64_t first, uint32_t count)
{
    struct access *read = add(made, ACCESS_READ, key, 0);
    read->first = made->element_count;
    read->count = count;
    for (uint32_t i = 0; i < count; i++)
        made->elements[made->element_count++] = first + i;
}

static void assert_finds(void **state, const struct made *made, enum anomaly_kind kind,
                         enum isolation weakest)
{
    static struct txn_verdict verdict;
    struct heap *heap = scratch_empty(state);
    struct txn_history history = history_of(made);
    check_transactions(&history, heap, &verdict);
    assert_int_equal(verdict.count[kind], 1);
    for (uint32_t level = 0; level < ISOLATION_COUNT; level++)
        assert_int_equal(isolation_forbids(level, kind), level >= weakest);
}

static void a_read_of_an_aborted_append_is_g1a(void **state)
{
    struct made made = {.is_lists = true};
    add_txn(&made, TXN_FAILED, 0, 1);
    add(&made, ACCESS_APPEND, 0, 1);
    add_txn(&made, TXN_OK, 2, 3);
    add_list_read(&made, 0, 1, 1);
    assert_finds(state, &made, ANOMALY_G1A, ISOLATION_READ_COMMITTED);
}

static void a_read_between_two_appends_of_one_transaction_is_g1b(void **state)
{
    struct made made = {.is_lists = true};
    add_txn(&made, TXN_OK, 0, 1);
    add(&made, ACCESS_APPEND, 0, 1);
    add(&made, ACCESS_APPEND, 0, 2);
    add_txn(&made, TXN_OK, 2, 3);
    add_list_read(&made, 0, 1, 1);
    assert_finds(state, &made, ANOMALY_G1B, ISOLATION_READ_COMMITTED);
}

/* Both keys get both appends, in opposite orders. */
static void interleaved_appends_are_g0(void **state)
{
    struct made made = {.is_lists = true};
    add_txn(&made, TXN_OK, 0, 4);
    add(&made, ACCESS_APPEND, 0, 1);
    add(&made, ACCESS_APPEND, 1, 2);
    add_txn(&made, TXN_OK, 1, 5);
    add(&made, ACCESS_APPEND, 0, 2);
    add(&made, ACCESS_APPEND, 1, 1);
    add_txn(&made, TXN_OK, 6, 7);
    add_list_read(&made, 0, 1, 2);
    add_list_read(&made, 1, 1, 2);
    assert_finds(state, &made, ANOMALY_G0, ISOLATION_READ_UNCOMMITTED);
}

static void each_reading_the_other_is_g1c(void **state)
{
    struct made made = {.is_lists = true};
    add_txn(&made, TXN_OK, 0, 4);
    add(&made, ACCESS_APPEND, 0, 1);
    add_list_read(&made, 1, 1, 1);
    add_txn(&made, TXN_OK, 1, 5);
    add(&made, ACCESS_APPEND, 1, 1);
    add_list_read(&made, 0, 1, 1);
    assert_finds(state, &made, ANOMALY_G1C, ISOLATION_READ_COMMITTED);
}

static void half_of_a_transaction_seen_is_g_single(void **state)
{
    struct made made = {0};
    add_txn(&made, TXN_OK, 0, 4);
    add(&made, ACCESS_WRITE, 0, 1);
    add(&made, ACCESS_WRITE, 1, 2);
    add_txn(&made, TXN_OK, 1, 5);
    add(&made, ACCESS_READ, 0, 1);
    add(&made, ACCESS_READ, 1, 0);
    assert_finds(state, &made, ANOMALY_G_SINGLE, ISOLATION_REPEATABLE_READ);
}

static void write_skew_is_g2_and_snapshots_allow_it(void **state)
{
    static struct txn_verdict verdict;
    struct made made = {0};
    add_txn(&made, TXN_OK, 0, 4);
    add(&made, ACCESS_READ, 0, 0);
    add(&made, ACCESS_WRITE, 1, 1);
    add_txn(&made, TXN_OK, 1, 5);
    add(&made, ACCESS_READ, 1, 0);
    add(&made, ACCESS_WRITE, 0, 2);
    assert_true(is_allowed(&made, scratch_empty(state), ISOLATION_SNAPSHOT, &verdict));
    assert_int_equal(verdict.count[ANOMALY_G2_ITEM], 1);
    assert_int_equal(verdict.first[ANOMALY_G2_ITEM].edge_count, 2);
    assert_false(is_allowed(&made, scratch_empty(state), ISOLATION_SERIALIZABLE, &verdict));
    assert_false(is_allowed(&made, scratch_empty(state), ISOLATION_REPEATABLE_READ, &verdict));
}

/* Two pairs of writers and readers that disagree about which write came first: two reads of the
 * past, a wr between them. */
static void a_long_fork_has_no_two_reads_of_the_past_in_a_row(void **state)
{
    struct made made = {0};
    add_txn(&made, TXN_OK, 0, 10);
    add(&made, ACCESS_WRITE, 0, 1);
    add_txn(&made, TXN_OK, 1, 11);
    add(&made, ACCESS_WRITE, 1, 2);
    add_txn(&made, TXN_OK, 2, 12);
    add(&made, ACCESS_READ, 0, 1);
    add(&made, ACCESS_READ, 1, 0);
    add_txn(&made, TXN_OK, 3, 13);
    add(&made, ACCESS_READ, 0, 0);
    add(&made, ACCESS_READ, 1, 2);
    assert_finds(state, &made, ANOMALY_G_NONADJACENT, ISOLATION_REPEATABLE_READ);
}

/* T1 did not see T2, which did not see T3, which T1 read: two reads of the past in a row, so
 * snapshots allow it. */
static void two_reads_of_the_past_in_a_row_are_no_long_fork(void **state)
{
    static struct txn_verdict verdict;
    struct made made = {0};
    add_txn(&made, TXN_OK, 0, 10);
    add(&made, ACCESS_READ, 0, 0);
    add(&made, ACCESS_READ, 1, 2);
    add_txn(&made, TXN_OK, 1, 11);
    add(&made, ACCESS_WRITE, 0, 1);
    add(&made, ACCESS_READ, 1, 0);
    add_txn(&made, TXN_OK, 2, 12);
    add(&made, ACCESS_WRITE, 1, 2);
    assert_true(is_allowed(&made, scratch_empty(state), ISOLATION_SNAPSHOT, &verdict));
    assert_int_equal(verdict.count[ANOMALY_G_NONADJACENT], 0);
    assert_int_equal(verdict.count[ANOMALY_G2_ITEM], 1);
    assert_int_equal(verdict.first[ANOMALY_G2_ITEM].edge_count, 3);
}

static void an_increment_over_an_unseen_one_is_a_lost_update(void **state)
{
    struct made made = {0};
    add_txn(&made, TXN_OK, 0, 4);
    add(&made, ACCESS_READ, 0, 0);
    add(&made, ACCESS_WRITE, 0, 1);
    add_txn(&made, TXN_OK, 1, 5);
    add(&made, ACCESS_READ, 0, 0);
    add(&made, ACCESS_WRITE, 0, 2);
    assert_finds(state, &made, ANOMALY_LOST_UPDATE, ISOLATION_REPEATABLE_READ);
}

static void an_old_read_after_the_write_was_over_breaks_only_the_order_of_time(void **state)
{
    struct made made = {0};
    add_txn(&made, TXN_OK, 0, 1);
    add(&made, ACCESS_WRITE, 0, 1);
    add_txn(&made, TXN_OK, 2, 3);
    add(&made, ACCESS_READ, 0, 0);
    assert_finds(state, &made, ANOMALY_REALTIME, ISOLATION_STRICT);
    made.txns[1].process = made.txns[0].process;
    assert_finds(state, &made, ANOMALY_PROCESS, ISOLATION_STRONG_SESSION);
}

static void an_unknown_end_counts_only_when_its_effect_was_seen(void **state)
{
    static struct txn_verdict verdict;
    struct made made = {0};
    add_txn(&made, TXN_OPEN, 0, TXN_EVENT_NONE);
    add(&made, ACCESS_WRITE, 0, 1);
    add(&made, ACCESS_WRITE, 1, 2);
    add_txn(&made, TXN_OK, 1, 2);
    add(&made, ACCESS_READ, 1, 0);
    assert_true(is_allowed(&made, scratch_empty(state), ISOLATION_STRICT, &verdict));
    add(&made, ACCESS_READ, 0, 1);
    assert_false(is_allowed(&made, scratch_empty(state), ISOLATION_SNAPSHOT, &verdict));
    assert_int_equal(verdict.count[ANOMALY_G_SINGLE], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(histories_of_lists_agree_with_brute_force),
        cmocka_unit_test(of_registers_nothing_is_invented_and_most_is_found),
        cmocka_unit_test(a_read_of_an_aborted_append_is_g1a),
        cmocka_unit_test(a_read_between_two_appends_of_one_transaction_is_g1b),
        cmocka_unit_test(interleaved_appends_are_g0),
        cmocka_unit_test(each_reading_the_other_is_g1c),
        cmocka_unit_test(half_of_a_transaction_seen_is_g_single),
        cmocka_unit_test(write_skew_is_g2_and_snapshots_allow_it),
        cmocka_unit_test(a_long_fork_has_no_two_reads_of_the_past_in_a_row),
        cmocka_unit_test(two_reads_of_the_past_in_a_row_are_no_long_fork),
        cmocka_unit_test(an_increment_over_an_unseen_one_is_a_lost_update),
        cmocka_unit_test(an_old_read_after_the_write_was_over_breaks_only_the_order_of_time),
        cmocka_unit_test(an_unknown_end_counts_only_when_its_effect_was_seen),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}

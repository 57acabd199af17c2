/*
 * version_order.c: which version of a key directly follows which.
 *
 * Lists: the longest read of a key is the order, and every other read must be a beginning of it.
 * What was appended for certain and is in no read comes after all that is.
 *
 * Registers: what a transaction read of a key before it wrote it is before what it wrote, and nil
 * is before all. Two writes of one transaction stand in its own order.
 */
#include "check/transactions_parts.h"

static void add_pair(struct txn_check *check, uint32_t key, uint32_t before, uint32_t after)
{
    *(struct version_pair *)chain_append(&check->pairs) =
        (struct version_pair){.key = key, .before = before, .after = after};
}

/* ---- lists ---- */

struct longest {
    uint32_t txn;
    uint32_t access; /* NO_VERSION: the key was never read */
};

static bool is_beginning(const struct txn_history *history, const struct access *shorter,
                         const struct access *longer)
{
    for (uint32_t i = 0; i < shorter->count; i++)
        if (history->elements[shorter->first + i] != history->elements[longer->first + i])
            return false;
    return true;
}

static void find_longest(const struct txn_history *history, struct longest *longest)
{
    for (uint32_t key = 0; key < history->key_count; key++)
        longest[key].access = NO_VERSION;
    for (uint32_t t = 0; t < history->txn_count; t++) {
        const struct txn *txn = &history->txns[t];
        for (uint32_t i = txn->first; i < txn->first + txn->count && txn->end == TXN_OK; i++) {
            const struct access *read = &history->accesses[i];
            struct longest *best = &longest[read->key];
            if (read->kind == ACCESS_READ &&
                (best->access == NO_VERSION || read->count > history->accesses[best->access].count))
                *best = (struct longest){t, i};
        }
    }
}

static void compare_with_longest(struct txn_check *check, const struct longest *longest)
{
    const struct txn_history *history = check->history;
    for (uint32_t t = 0; t < history->txn_count; t++) {
        const struct txn *txn = &history->txns[t];
        for (uint32_t i = txn->first; i < txn->first + txn->count && txn->end == TXN_OK; i++) {
            const struct access *read = &history->accesses[i];
            if (read->kind == ACCESS_READ &&
                !is_beginning(history, read, &history->accesses[longest[read->key].access]))
                found(check, ANOMALY_INCOMPATIBLE, t, longest[read->key].txn, read->key, 0);
        }
    }
}

/* The last version of each key that somebody saw, with all before it in pairs. */
static void chain_elements(struct txn_check *check, const struct longest *longest, uint32_t *last,
                           bool *is_ordered)
{
    const struct txn_history *history = check->history;
    for (uint32_t key = 0; key < history->key_count; key++) {
        last[key] = NO_VERSION;
        if (longest[key].access == NO_VERSION)
            continue;
        const struct access *read = &history->accesses[longest[key].access];
        for (uint32_t i = 0; i < read->count; i++) {
            uint32_t version = find_version(check, key, history->elements[read->first + i]);
            if (version == NO_VERSION || is_ordered[version])
                continue;
            add_pair(check, key, last[key], version);
            is_ordered[version] = true;
            last[key] = version;
        }
    }
}

void order_lists(struct txn_check *check)
{
    const struct txn_history *history = check->history;
    struct longest *longest = heap_alloc(check->heap, (history->key_count + 1) * sizeof *longest);
    uint32_t *last = heap_alloc(check->heap, (history->key_count + 1) * sizeof *last);
    bool *is_ordered = heap_alloc(check->heap, chain_count(&check->versions) + 1);
    find_longest(history, longest);
    compare_with_longest(check, longest);
    chain_elements(check, longest, last, is_ordered);
    for (uint32_t v = 0; v < chain_count(&check->versions); v++) {
        const struct written *version = version_at(check, v);
        if (!is_ordered[v] && history->txns[version->txn].end == TXN_OK)
            add_pair(check, version->key, last[version->key], v);
    }
}

/* ---- registers ---- */

static bool is_before_first_write(const struct txn_history *history, const struct txn *txn,
                                  uint32_t index, uint32_t *next_write)
{
    const struct access *accesses = history->accesses;
    for (uint32_t i = txn->first; i < index; i++)
        if (accesses[i].kind == ACCESS_WRITE && accesses[i].key == accesses[index].key)
            return false;
    for (*next_write = index + 1; *next_write < txn->first + txn->count; ++*next_write)
        if (accesses[*next_write].kind == ACCESS_WRITE &&
            accesses[*next_write].key == accesses[index].key)
            return true;
    return false;
}

static void order_within(struct txn_check *check, const struct txn *txn)
{
    const struct access *accesses = check->history->accesses;
    for (uint32_t i = txn->first; i < txn->first + txn->count; i++) {
        const struct access *access = &accesses[i];
        uint32_t next, before;
        if (access->kind == ACCESS_READ) {
            if (is_before_first_write(check->history, txn, i, &next) &&
                version_seen(check, access, &before) && before != NO_VERSION)
                add_pair(check, access->key, before,
                         find_version(check, access->key, accesses[next].value));
            continue;
        }
        for (next = i + 1; next < txn->first + txn->count; next++)
            if (accesses[next].kind == ACCESS_WRITE && accesses[next].key == access->key)
                break;
        if (next < txn->first + txn->count)
            add_pair(check, access->key, find_version(check, access->key, access->value),
                     find_version(check, access->key, accesses[next].value));
    }
}

/* Do the pairs of some key go round? Depth first over versions; `colour` 1 open, 2 done. */
static bool goes_round(struct txn_check *check, uint32_t *bad)
{
    uint32_t count = (uint32_t)chain_count(&check->versions);
    uint32_t pair_count = (uint32_t)chain_count(&check->pairs);
    uint32_t *left = heap_alloc(check->heap, (count + 1) * sizeof *left);
    uint32_t *head = heap_alloc(check->heap, (count + 1) * sizeof *head);
    uint32_t *next = heap_alloc(check->heap, (pair_count + 1) * sizeof *next);
    uint32_t *ready = heap_alloc(check->heap, (count + 1) * sizeof *ready);
    uint32_t ready_count = 0, done = 0;
    for (uint32_t p = 0; p < pair_count; p++) {
        const struct version_pair *pair = chain_at(&check->pairs, p);
        next[p] = head[pair->before];
        head[pair->before] = p + 1;
        left[pair->after]++;
    }
    for (uint32_t v = 0; v < count; v++)
        if (left[v] == 0)
            ready[ready_count++] = v;
    while (done < ready_count)
        for (uint32_t p = head[ready[done++]]; p > 0; p = next[p - 1]) {
            const struct version_pair *pair = chain_at(&check->pairs, p - 1);
            if (--left[pair->after] == 0)
                ready[ready_count++] = pair->after;
        }
    for (*bad = 0; *bad < count && left[*bad] == 0; ++*bad)
        ;
    return ready_count < count;
}

/* What nothing stands before comes right after nil. */
static void begin_with_nil(struct txn_check *check)
{
    uint32_t count = (uint32_t)chain_count(&check->versions);
    bool *has_before = heap_alloc(check->heap, count + 1);
    uint64_t pair_count = chain_count(&check->pairs);
    for (uint64_t p = 0; p < pair_count; p++)
        has_before[((struct version_pair *)chain_at(&check->pairs, p))->after] = true;
    for (uint32_t v = 0; v < count; v++) {
        const struct written *version = version_at(check, v);
        if (!has_before[v] && check->is_node[version->txn])
            add_pair(check, version->key, NO_VERSION, v);
    }
}

void order_registers(struct txn_check *check)
{
    uint32_t bad;
    for (uint32_t t = 0; t < check->history->txn_count; t++)
        if (check->history->txns[t].end == TXN_OK)
            order_within(check, &check->history->txns[t]);
    if (goes_round(check, &bad)) {
        const struct written *version = version_at(check, bad);
        found(check, ANOMALY_CYCLIC_VERSIONS, version->txn, NO_TXN, version->key, version->value);
        chain_truncate(&check->pairs, 0); /* what follows from a contradiction is nothing */
    }
    begin_with_nil(check);
}

/*
 * versions.c: who wrote and who read which version, and what is wrong already there.
 *
 * A version is known by key and value, since no value is written twice to a key. Reads of committed
 * transactions are filed under the version they saw last; in a list that is the last element.
 */
#include "check/transactions_parts.h"

#include <string.h>

#include "base/mix.h"

static uint64_t name_of(uint32_t key, uint64_t value)
{
    return mix_pair(key + UINT64_C(1), value);
}

uint32_t find_version(const struct txn_check *check, uint32_t key, uint64_t value)
{
    return (uint32_t)table_get(&check->version_of, name_of(key, value), NO_VERSION);
}

void found(struct txn_check *check, enum anomaly_kind kind, uint32_t txn, uint32_t other,
           uint32_t key, uint64_t value)
{
    if (check->verdict->count[kind]++ > 0)
        return;
    struct anomaly *first = &check->verdict->first[kind];
    *first = (struct anomaly){.kind = kind, .txn = txn, .other = other, .key = key, .value = value};
}

/* ---- writes ---- */

static bool add_version(struct txn_check *check, uint32_t txn, uint32_t index)
{
    const struct access *access = &check->history->accesses[index];
    uint64_t name = name_of(access->key, access->value);
    if (table_has(&check->version_of, name)) {
        check->verdict->written_twice++;
        check->verdict->twice = *access;
        return false;
    }
    table_set(&check->version_of, name, chain_count(&check->versions));
    struct written *version = chain_append(&check->versions);
    *version = (struct written){.value = access->value,
                                .key = access->key,
                                .txn = txn,
                                .access = index,
                                .is_final = true,
                                .reads = NO_VERSION};
    return true;
}

/* An earlier write of the same key by the same transaction is no longer its final one. */
static void supersede(struct txn_check *check, const struct txn *txn, uint32_t index)
{
    const struct access *accesses = check->history->accesses;
    for (uint32_t i = txn->first; i < index; i++)
        if (accesses[i].kind != ACCESS_READ && accesses[i].key == accesses[index].key)
            version_at(check, find_version(check, accesses[i].key, accesses[i].value))->is_final =
                false;
}

static bool collect_writes(struct txn_check *check)
{
    for (uint32_t t = 0; t < check->history->txn_count; t++) {
        const struct txn *txn = &check->history->txns[t];
        for (uint32_t i = txn->first; i < txn->first + txn->count; i++) {
            if (check->history->accesses[i].kind == ACCESS_READ)
                continue;
            if (!add_version(check, t, i))
                return false;
            supersede(check, txn, i);
        }
    }
    uint32_t count = (uint32_t)chain_count(&check->versions);
    uint64_t *values = heap_alloc(check->heap, (count + 1) * sizeof *values);
    for (uint32_t v = 0; v < count; v++)
        values[v] = version_at(check, v)->value;
    check->verdict->version_count = count;
    check->verdict->version_values = values;
    return true;
}

/* ---- reads ---- */

bool version_seen(const struct txn_check *check, const struct access *read, uint32_t *version)
{
    *version = NO_VERSION;
    uint64_t value = read->value;
    if (check->history->is_lists ? read->count == 0 : value == 0)
        return true;
    if (check->history->is_lists)
        value = check->history->elements[read->first + read->count - 1];
    *version = find_version(check, read->key, value);
    return *version != NO_VERSION;
}

static void file_read(struct txn_check *check, uint32_t txn, uint32_t index, uint32_t version)
{
    uint32_t *head = version == NO_VERSION
                         ? &check->first_reads[check->history->accesses[index].key]
                         : &version_at(check, version)->reads;
    uint32_t number = (uint32_t)chain_count(&check->reads);
    *(struct version_read *)chain_append(&check->reads) =
        (struct version_read){.txn = txn, .access = index, .next = *head};
    *head = number;
    if (version != NO_VERSION) {
        struct written *written = version_at(check, version);
        written->was_read = true;
        check->is_node[written->txn] |= check->history->txns[written->txn].end != TXN_FAILED;
    }
}

/* Each element that a list holds: written by somebody who did not abort, and once. */
static void look_at_elements(struct txn_check *check, uint32_t txn, const struct access *read)
{
    struct table met;
    table_init(&met, check->heap);
    for (uint32_t i = 0; i < read->count; i++) {
        uint64_t value = check->history->elements[read->first + i];
        uint32_t version = find_version(check, read->key, value);
        if (version == NO_VERSION) {
            found(check, ANOMALY_GARBAGE, txn, NO_TXN, read->key, value);
            continue;
        }
        uint32_t writer = version_at(check, version)->txn;
        if (table_has(&met, value))
            found(check, ANOMALY_DUPLICATE, txn, writer, read->key, value);
        table_set(&met, value, 1);
        if (check->history->txns[writer].end == TXN_FAILED)
            found(check, ANOMALY_G1A, txn, writer, read->key, value);
        check->is_node[writer] |= check->history->txns[writer].end != TXN_FAILED;
    }
    table_clear(&met);
}

static void look_at_version(struct txn_check *check, uint32_t txn, const struct access *read,
                            uint32_t version)
{
    const struct written *written = version_at(check, version);
    if (!check->history->is_lists && check->history->txns[written->txn].end == TXN_FAILED)
        found(check, ANOMALY_G1A, txn, written->txn, read->key, written->value);
    if (!written->is_final && written->txn != txn)
        found(check, ANOMALY_G1B, txn, written->txn, read->key, written->value);
}

/* ---- what a transaction knows by itself ---- */

/* Does this read agree with the access of its own transaction that comes next before it? */
static bool agrees(const struct txn_check *check, const struct access *earlier,
                   const struct access *read)
{
    const uint64_t *elements = check->history->elements;
    if (!check->history->is_lists)
        return read->value == earlier->value;
    if (earlier->kind == ACCESS_APPEND)
        return read->count > 0 && elements[read->first + read->count - 1] == earlier->value;
    return read->count == earlier->count &&
           (read->count == 0 || memcmp(elements + read->first, elements + earlier->first,
                                       read->count * sizeof *elements) == 0);
}

/* True when the read tells something of others: it comes before all writes of its transaction. */
static bool look_inside(struct txn_check *check, uint32_t t, uint32_t index)
{
    const struct access *accesses = check->history->accesses;
    const struct txn *txn = &check->history->txns[t];
    bool is_first_hand = true, has_earlier = false;
    for (uint32_t i = index; i-- > txn->first;) {
        if (accesses[i].key != accesses[index].key)
            continue;
        if (!has_earlier && !agrees(check, &accesses[i], &accesses[index]))
            found(check, ANOMALY_INTERNAL, t, NO_TXN, accesses[index].key, accesses[index].value);
        has_earlier = true;
        is_first_hand &= accesses[i].kind == ACCESS_READ;
    }
    return is_first_hand;
}

static void collect_reads(struct txn_check *check)
{
    for (uint32_t t = 0; t < check->history->txn_count; t++) {
        const struct txn *txn = &check->history->txns[t];
        if (txn->end != TXN_OK)
            continue;
        for (uint32_t i = txn->first; i < txn->first + txn->count; i++) {
            const struct access *read = &check->history->accesses[i];
            uint32_t version;
            if (read->kind != ACCESS_READ)
                continue;
            if (check->history->is_lists)
                look_at_elements(check, t, read);
            bool is_known = version_seen(check, read, &version);
            if (!is_known && !check->history->is_lists)
                found(check, ANOMALY_GARBAGE, t, NO_TXN, read->key, read->value);
            if (is_known && version != NO_VERSION)
                look_at_version(check, t, read, version);
            if (look_inside(check, t, i) && is_known)
                file_read(check, t, i, version);
        }
    }
}

bool collect_versions(struct txn_check *check)
{
    const struct txn_history *history = check->history;
    table_init(&check->version_of, check->heap);
    chain_init(&check->versions, check->heap, sizeof(struct written));
    chain_init(&check->reads, check->heap, sizeof(struct version_read));
    check->first_reads = heap_alloc(check->heap, (history->key_count + 1) * sizeof(uint32_t));
    check->is_node = heap_alloc(check->heap, history->txn_count + 1);
    for (uint32_t key = 0; key < history->key_count; key++)
        check->first_reads[key] = NO_VERSION;
    for (uint32_t t = 0; t < history->txn_count; t++)
        check->is_node[t] = history->txns[t].end == TXN_OK;
    if (!collect_writes(check))
        return false;
    collect_reads(check);
    return true;
}

/*
 * transactions.c: the check from one end to the other, its names, and what each isolation level
 * forbids.
 */
#include "check/transactions.h"

#include <string.h>

#include "check/transactions_parts.h"

void check_transactions(const struct txn_history *history, struct heap *scratch,
                        struct txn_verdict *verdict)
{
    struct txn_check check = {.history = history, .heap = scratch, .verdict = verdict};
    *verdict = (struct txn_verdict){0};
    if (!collect_versions(&check))
        return;
    chain_init(&check.pairs, scratch, sizeof(struct version_pair));
    if (history->is_lists)
        order_lists(&check);
    else
        order_registers(&check);
    draw_edges(&check);
    find_cycles(&check);
}

static const struct {
    const char *name;
    const char *meaning;
} anomalies[ANOMALY_COUNT] = {
    [ANOMALY_NONE] = {"none", ""},
    [ANOMALY_GARBAGE] = {"garbage-read", "a value was read that nobody wrote"},
    [ANOMALY_DUPLICATE] = {"duplicate-elements", "a list holds one element twice"},
    [ANOMALY_INCOMPATIBLE] = {"incompatible-order",
                              "of two reads of one list neither is the beginning of the other"},
    [ANOMALY_CYCLIC_VERSIONS] = {"cyclic-versions", "the versions of a key would have to go round"},
    [ANOMALY_INTERNAL] = {"internal", "a transaction does not see what it read or wrote itself"},
    [ANOMALY_G1A] = {"G1a", "aborted read: a value of a transaction that failed was read"},
    [ANOMALY_G1B] = {"G1b", "intermediate read: a value was read that its own writer replaced"},
    [ANOMALY_LOST_UPDATE] = {"lost-update", "two read one version, and both wrote the next"},
    [ANOMALY_G0] = {"G0", "write cycle: the writes of transactions interleave"},
    [ANOMALY_G1C] = {"G1c", "circular information flow"},
    [ANOMALY_G_SINGLE] = {"G-single", "read skew: one transaction saw a part of another's effects"},
    [ANOMALY_G_NONADJACENT] = {"G-nonadjacent",
                               "several reads of the past, never two of them in a row"},
    [ANOMALY_G2_ITEM] = {"G2-item", "write skew: each did not see what the other wrote"},
    [ANOMALY_PROCESS] = {"process-cycle", "a process would have to go back behind itself"},
    [ANOMALY_REALTIME] = {"realtime-cycle", "what was over before a call would have to come after"},
};

const char *anomaly_name(enum anomaly_kind kind)
{
    return anomalies[kind].name;
}

const char *anomaly_meaning(enum anomaly_kind kind)
{
    return anomalies[kind].meaning;
}

static const char *const isolation_names[ISOLATION_COUNT] = {
    "read-uncommitted", "read-committed",         "repeatable-read",    "snapshot-isolation",
    "serializable",     "strong-session-serializable", "strict-serializable",
};

const char *isolation_name(enum isolation level)
{
    return isolation_names[level];
}

enum isolation isolation_find(const char *name)
{
    uint32_t level = 0;
    while (level < ISOLATION_COUNT && strcmp(isolation_names[level], name) != 0)
        level++;
    return level;
}

/* The weakest level that forbids it, where levels stand in one row; snapshots stand beside
 * repeatable reads: they allow write skew, and the other way round forbid cycles over predicates,
 * which no history of single keys can show. */
bool isolation_forbids(enum isolation level, enum anomaly_kind kind)
{
    switch (kind) {
    case ANOMALY_G0:
        return true;
    case ANOMALY_G1A:
    case ANOMALY_G1B:
    case ANOMALY_G1C:
        return level >= ISOLATION_READ_COMMITTED;
    case ANOMALY_LOST_UPDATE:
    case ANOMALY_G_SINGLE:
    case ANOMALY_G_NONADJACENT:
        return level >= ISOLATION_REPEATABLE_READ;
    case ANOMALY_G2_ITEM:
        return level >= ISOLATION_REPEATABLE_READ && level != ISOLATION_SNAPSHOT;
    case ANOMALY_PROCESS:
        return level >= ISOLATION_STRONG_SESSION;
    case ANOMALY_REALTIME:
        return level >= ISOLATION_STRICT;
    default:
        return kind != ANOMALY_NONE; /* wrong data are wrong at every level */
    }
}

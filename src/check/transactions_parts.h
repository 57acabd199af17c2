/*
 * transactions_parts.h: what the files of the transaction check share.
 *
 *     versions.c  who wrote and who read which version; what is wrong already there
 *     order.c     which version directly follows which
 *     depend.c    edges between transactions
 *     cycles.c    the shortest cycle of each kind
 */
#ifndef CHECK_TRANSACTIONS_PARTS_H
#define CHECK_TRANSACTIONS_PARTS_H

#include "base/chain.h"
#include "base/table.h"
#include "check/transactions.h"

struct edge {
    uint32_t to;
    uint32_t kind;
    uint32_t key;
    uint32_t before;
    uint32_t after;
    uint32_t next; /* of the same `from`, or NO_EDGE */
};

#define NO_EDGE UINT32_MAX

struct txn_check {
    const struct txn_history *history;
    struct heap *heap;
    struct txn_verdict *verdict;

    struct table version_of; /* mix of key and value -> index in `versions` */
    struct chain versions;   /* struct written */
    struct chain reads;      /* struct version_read */
    uint32_t *first_reads;   /* by key: version_reads of the state in which it began */

    struct chain pairs; /* struct version_pair */

    struct chain edges;     /* struct edge */
    uint32_t *first_edge;   /* by transaction */
    bool *is_node;          /* by transaction: committed, or seen to have had an effect */
};

static inline struct written *version_at(const struct txn_check *check, uint32_t version)
{
    return chain_at(&check->versions, version);
}

/* The version with this value, or NO_VERSION. */
uint32_t find_version(const struct txn_check *check, uint32_t key, uint64_t value);

/* What version a read saw last; NO_VERSION for none at all. False: what it saw is garbage. */
bool version_seen(const struct txn_check *check, const struct access *read, uint32_t *version);

void found(struct txn_check *check, enum anomaly_kind kind, uint32_t txn, uint32_t other,
           uint32_t key, uint64_t value);

bool collect_versions(struct txn_check *check);
void order_lists(struct txn_check *check);
void order_registers(struct txn_check *check);
void draw_edges(struct txn_check *check);
void find_cycles(struct txn_check *check);

#endif

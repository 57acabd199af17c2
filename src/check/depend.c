/*
 * depend.c: the edges between transactions.
 *
 * For each pair of versions that follow each other: its writers (ww), and who read the first with
 * who wrote the second (rw). For each version: its writer with who read it (wr). Only transactions
 * that committed, or of which an effect was seen, are nodes.
 *
 * The order of a process joins its transactions one after the other. The order of time would be
 * n squared edges; those that follow from others are left out: when a transaction is called, only
 * the ones that returned and are not yet before another that has returned stand right before it.
 */
#include "base/sort.h"
#include "check/transactions_parts.h"

static void add_edge(struct txn_check *check, uint32_t from, struct edge edge)
{
    if (from == edge.to || !check->is_node[from] || !check->is_node[edge.to])
        return;
    edge.next = check->first_edge[from];
    check->first_edge[from] = (uint32_t)chain_count(&check->edges);
    *(struct edge *)chain_append(&check->edges) = edge;
    check->verdict->edge_count++;
}

static void draw_reads(struct txn_check *check, uint32_t version)
{
    const struct written *written = version_at(check, version);
    for (uint32_t r = written->reads; r != NO_VERSION;) {
        const struct version_read *read = chain_at(&check->reads, r);
        add_edge(check, written->txn,
                 (struct edge){.to = read->txn,
                               .kind = EDGE_WR,
                               .key = written->key,
                               .before = version,
                               .after = version});
        r = read->next;
    }
}

static bool also_writes(const struct txn_check *check, uint32_t t, uint32_t key)
{
    const struct txn *txn = &check->history->txns[t];
    for (uint32_t i = txn->first; i < txn->first + txn->count; i++)
        if (check->history->accesses[i].kind != ACCESS_READ &&
            check->history->accesses[i].key == key)
            return true;
    return false;
}

/* Two that read one version and both wrote the key: one of them overwrote what it had not seen. */
static void look_for_lost_update(struct txn_check *check, uint32_t key, uint32_t first_read)
{
    uint32_t writer = NO_TXN;
    for (uint32_t r = first_read; r != NO_VERSION;) {
        const struct version_read *read = chain_at(&check->reads, r);
        if (read->txn != writer && also_writes(check, read->txn, key)) {
            if (writer != NO_TXN) {
                found(check, ANOMALY_LOST_UPDATE, writer, read->txn, key, 0);
                return;
            }
            writer = read->txn;
        }
        r = read->next;
    }
}

static void draw_pair(struct txn_check *check, const struct version_pair *pair)
{
    const struct written *after = version_at(check, pair->after);
    struct edge edge = {
        .to = after->txn, .key = pair->key, .before = pair->before, .after = pair->after};
    uint32_t reads = check->first_reads[pair->key];
    if (pair->before != NO_VERSION) {
        const struct written *before = version_at(check, pair->before);
        edge.kind = EDGE_WW;
        add_edge(check, before->txn, edge);
        reads = before->reads;
    }
    edge.kind = EDGE_RW;
    while (reads != NO_VERSION) {
        const struct version_read *read = chain_at(&check->reads, reads);
        add_edge(check, read->txn, edge);
        reads = read->next;
    }
}

static void draw_processes(struct txn_check *check)
{
    const struct txn_history *history = check->history;
    uint32_t *last = heap_alloc(check->heap, (history->process_count + 1) * sizeof *last);
    for (uint32_t p = 0; p < history->process_count; p++)
        last[p] = NO_TXN;
    for (uint32_t t = 0; t < history->txn_count; t++) {
        if (!check->is_node[t])
            continue;
        uint32_t *before = &last[history->txns[t].process];
        if (*before != NO_TXN && history->txns[*before].returned < history->txns[t].called)
            add_edge(check, *before, (struct edge){.to = t, .kind = EDGE_PROCESS});
        *before = t;
    }
}

/* ---- the order of time ---- */

struct moment {
    uint32_t event;
    uint32_t txn;
    bool is_end;
};

static bool is_earlier(const void *context, uint32_t a, uint32_t b)
{
    const struct moment *moments = context;
    return moments[a].event < moments[b].event;
}

/* Transactions that have returned and are not before another that has. */
struct frontier {
    uint32_t *txns;
    uint32_t count;
};

static void leave_frontier(struct frontier *frontier, const struct txn_history *history,
                           uint32_t returned)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < frontier->count; i++)
        if (history->txns[frontier->txns[i]].returned > history->txns[returned].called)
            frontier->txns[kept++] = frontier->txns[i];
    frontier->count = kept;
    frontier->txns[frontier->count++] = returned;
}

static void draw_time(struct txn_check *check)
{
    const struct txn_history *history = check->history;
    uint32_t room = history->txn_count * 2 + 1, count = 0;
    struct moment *moments = heap_alloc(check->heap, room * sizeof *moments);
    uint32_t *order = heap_alloc(check->heap, room * sizeof *order);
    uint32_t *spare = heap_alloc(check->heap, room * sizeof *spare);
    struct frontier frontier = {heap_alloc(check->heap, room * sizeof(uint32_t)), 0};
    for (uint32_t t = 0; t < history->txn_count; t++) {
        if (!check->is_node[t])
            continue;
        moments[count++] = (struct moment){history->txns[t].called, t, false};
        if (history->txns[t].returned != TXN_EVENT_NONE)
            moments[count++] = (struct moment){history->txns[t].returned, t, true};
    }
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    sort_indexes(order, count, spare, is_earlier, moments);
    for (uint32_t i = 0; i < count; i++) {
        const struct moment *moment = &moments[order[i]];
        if (moment->is_end)
            leave_frontier(&frontier, history, moment->txn);
        else
            for (uint32_t j = 0; j < frontier.count; j++)
                add_edge(check, frontier.txns[j],
                         (struct edge){.to = moment->txn, .kind = EDGE_REALTIME});
    }
}

void draw_edges(struct txn_check *check)
{
    const struct txn_history *history = check->history;
    chain_init(&check->edges, check->heap, sizeof(struct edge));
    check->first_edge = heap_alloc(check->heap, (history->txn_count + 1) * sizeof(uint32_t));
    for (uint32_t t = 0; t < history->txn_count; t++)
        check->first_edge[t] = NO_EDGE;
    for (uint32_t v = 0; v < chain_count(&check->versions); v++) {
        draw_reads(check, v);
        look_for_lost_update(check, version_at(check, v)->key, version_at(check, v)->reads);
    }
    for (uint32_t key = 0; key < history->key_count; key++)
        look_for_lost_update(check, key, check->first_reads[key]);
    for (uint64_t p = 0; p < chain_count(&check->pairs); p++)
        draw_pair(check, chain_at(&check->pairs, p));
    draw_processes(check);
    draw_time(check);
}

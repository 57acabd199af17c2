/*
 * cycles.c: the shortest cycle of each kind.
 *
 * Every cycle lies inside a strongly connected component (Tarjan 1972), so components are found
 * first, for each set of edges that matters:
 *
 *     ww                        G0
 *     ww wr                     G1c          through each wr edge
 *     ww wr rw                  G-single     an rw edge, and back without another
 *                               G-nonadjacent    back, but never by two rw in a row
 *                               G2-item      back somehow
 *     + process, + time         cycles through an edge of that kind
 *
 * A component of the third set is told by the first of its three kinds that it has, which is the
 * one that most levels forbid. Paths are found breadth first, so they are shortest for their
 * first edge.
 */
#include "check/transactions_parts.h"

#define TRIES_MAX 20000 /* edges from which a way back is looked for, for each kind */

struct walk {
    uint32_t node;  /* where the search of Tarjan's stands */
    uint32_t edge;  /* to be looked at next */
};

struct cycles {
    struct txn_check *check;
    uint32_t node_count;
    uint32_t *component; /* by node; of the present set of edges */
    uint32_t *size;      /* by component */
    uint32_t component_count;

    /* Tarjan's */
    uint32_t *number;
    uint32_t *low;
    uint32_t *stack;
    bool *is_stacked;
    struct walk *walks;
    uint32_t stack_count;
    uint32_t numbered;

    /* breadth first; a state is a node times two, plus one after an rw edge that must not be
     * followed by another */
    uint32_t *mark; /* by state: the search that reached it */
    uint32_t *came_by;    /* by state: edge */
    uint32_t *came_from;  /* by state: state */
    uint32_t *queue;
    uint32_t search;
};

static const struct edge *edge_at(const struct cycles *cycles, uint32_t edge)
{
    return chain_at(&cycles->check->edges, edge);
}

/* ---- components ---- */

static void enter(struct cycles *cycles, struct walk *walk, uint32_t node)
{
    cycles->number[node] = cycles->low[node] = ++cycles->numbered;
    cycles->stack[cycles->stack_count++] = node;
    cycles->is_stacked[node] = true;
    *walk = (struct walk){node, cycles->check->first_edge[node]};
}

static void close_component(struct cycles *cycles, uint32_t root)
{
    uint32_t node, size = 0;
    do {
        node = cycles->stack[--cycles->stack_count];
        cycles->is_stacked[node] = false;
        cycles->component[node] = cycles->component_count;
        size++;
    } while (node != root);
    cycles->size[cycles->component_count++] = size;
}

/* Tarjan's search from a node, its recursion laid out in `walks`. */
static void search_from(struct cycles *cycles, uint32_t start, uint32_t mask)
{
    uint32_t depth = 1;
    enter(cycles, &cycles->walks[0], start);
    while (depth > 0) {
        struct walk *walk = &cycles->walks[depth - 1];
        if (walk->edge == NO_EDGE) {
            uint32_t node = walk->node;
            if (cycles->low[node] == cycles->number[node])
                close_component(cycles, node);
            if (--depth > 0) {
                uint32_t above = cycles->walks[depth - 1].node;
                cycles->low[above] = MIN(cycles->low[above], cycles->low[node]);
            }
            continue;
        }
        const struct edge *edge = edge_at(cycles, walk->edge);
        walk->edge = edge->next;
        if (!(edge->kind & mask))
            continue;
        if (cycles->number[edge->to] == 0)
            enter(cycles, &cycles->walks[depth++], edge->to);
        else if (cycles->is_stacked[edge->to])
            cycles->low[walk->node] = MIN(cycles->low[walk->node], cycles->number[edge->to]);
    }
}

static void find_components(struct cycles *cycles, uint32_t mask)
{
    cycles->component_count = cycles->numbered = 0;
    for (uint32_t node = 0; node < cycles->node_count; node++)
        cycles->number[node] = 0;
    for (uint32_t node = 0; node < cycles->node_count; node++)
        if (cycles->number[node] == 0)
            search_from(cycles, node, mask);
}

/* ---- ways back ---- */

static void put_edge(struct anomaly *anomaly, uint32_t from, const struct edge *edge)
{
    if (anomaly->edge_count++ < CYCLE_MAX)
        anomaly->edges[anomaly->edge_count - 1] = (struct cycle_edge){
            from, edge->to, edge->kind, edge->key, edge->before, edge->after};
}

/* The cycle: the edge from `from`, then the way that ends in `state`. */
static void tell_cycle(struct cycles *cycles, struct anomaly *anomaly, uint32_t from,
                       const struct edge *first, uint32_t state, uint32_t start_state)
{
    uint32_t length = 0;
    for (uint32_t s = state; s != start_state; s = cycles->came_from[s])
        cycles->queue[length++] = s; /* the search is over: its queue is free */
    anomaly->txn = from;
    anomaly->other = first->to;
    anomaly->key = first->key;
    put_edge(anomaly, from, first);
    while (length > 0) {
        uint32_t s = cycles->queue[--length];
        put_edge(anomaly, cycles->came_from[s] / 2, edge_at(cycles, cycles->came_by[s]));
    }
}

struct way {
    uint32_t mask;       /* edges that may be used */
    bool never_adjacent; /* no two rw in a row, round the end as well */
};

/* From the end of `first` back to `from`, within the component. True: the cycle is in `anomaly`. */
static bool find_way_back(struct cycles *cycles, uint32_t from, const struct edge *first,
                          const struct way *way, struct anomaly *anomaly)
{
    uint32_t head = 0, count = 0, component = cycles->component[from];
    uint32_t start = first->to * 2 + (way->never_adjacent && first->kind == EDGE_RW);
    cycles->mark[start] = ++cycles->search;
    cycles->queue[count++] = start;
    while (head < count) {
        uint32_t state = cycles->queue[head++];
        for (uint32_t e = cycles->check->first_edge[state / 2]; e != NO_EDGE;) {
            const struct edge *edge = edge_at(cycles, e);
            uint32_t number = e;
            e = edge->next;
            bool is_rw = edge->kind == EDGE_RW;
            if (!(edge->kind & way->mask) || cycles->component[edge->to] != component ||
                (state % 2 && is_rw) ||
                (way->never_adjacent && is_rw && edge->to == from && first->kind == EDGE_RW))
                continue;
            uint32_t next = edge->to * 2 + (way->never_adjacent && is_rw);
            if (cycles->mark[next] == cycles->search)
                continue;
            cycles->mark[next] = cycles->search;
            cycles->came_by[next] = number;
            cycles->came_from[next] = state;
            if (edge->to == from) {
                tell_cycle(cycles, anomaly, from, first, next, start);
                return true;
            }
            cycles->queue[count++] = next;
        }
    }
    return false;
}

/* ---- kinds ---- */

struct hunt {
    enum anomaly_kind kind;
    uint32_t through; /* the cycle goes through an edge of this kind */
    struct way way;
};

/* Each component with such a cycle counts once; `is_told` keeps those that a stronger kind has. */
static void hunt(struct cycles *cycles, const struct hunt *hunt, bool *is_told)
{
    uint32_t tries = 0;
    for (uint32_t node = 0; node < cycles->node_count && tries < TRIES_MAX; node++) {
        uint32_t component = cycles->component[node];
        if (cycles->size[component] < 2 || is_told[component])
            continue;
        for (uint32_t e = cycles->check->first_edge[node]; e != NO_EDGE && tries < TRIES_MAX;) {
            const struct edge *edge = edge_at(cycles, e);
            struct anomaly anomaly = {.kind = hunt->kind};
            e = edge->next;
            if (!(edge->kind & hunt->through) || cycles->component[edge->to] != component)
                continue;
            tries++;
            if (!find_way_back(cycles, node, edge, &hunt->way, &anomaly))
                continue;
            struct txn_verdict *verdict = cycles->check->verdict;
            if (verdict->count[hunt->kind]++ == 0 ||
                anomaly.edge_count < verdict->first[hunt->kind].edge_count)
                verdict->first[hunt->kind] = anomaly;
            is_told[component] = true;
            break;
        }
    }
}

static void forget_told(const struct cycles *cycles, bool *is_told)
{
    for (uint32_t i = 0; i <= cycles->node_count; i++)
        is_told[i] = false;
}

static void open_cycles(struct cycles *cycles, struct heap *heap)
{
    uint32_t nodes = cycles->node_count + 1;
    cycles->component = heap_alloc(heap, nodes * sizeof(uint32_t));
    cycles->size = heap_alloc(heap, nodes * sizeof(uint32_t));
    cycles->number = heap_alloc(heap, nodes * sizeof(uint32_t));
    cycles->low = heap_alloc(heap, nodes * sizeof(uint32_t));
    cycles->stack = heap_alloc(heap, nodes * sizeof(uint32_t));
    cycles->is_stacked = heap_alloc(heap, nodes);
    cycles->walks = heap_alloc(heap, nodes * sizeof(struct walk));
    cycles->mark = heap_alloc(heap, 2 * nodes * sizeof(uint32_t));
    cycles->came_by = heap_alloc(heap, 2 * nodes * sizeof(uint32_t));
    cycles->came_from = heap_alloc(heap, 2 * nodes * sizeof(uint32_t));
    cycles->queue = heap_alloc(heap, 2 * nodes * sizeof(uint32_t));
}

void find_cycles(struct txn_check *check)
{
    const uint32_t committed = EDGE_WW | EDGE_WR, data = committed | EDGE_RW;
    const struct hunt hunts[] = {
        {ANOMALY_G0, EDGE_WW, {EDGE_WW, false}},
        {ANOMALY_G1C, EDGE_WR, {committed, false}},
        {ANOMALY_G_SINGLE, EDGE_RW, {committed, false}},
        {ANOMALY_G_NONADJACENT, EDGE_RW, {data, true}},
        {ANOMALY_G2_ITEM, EDGE_RW, {data, false}},
        {ANOMALY_PROCESS, EDGE_PROCESS, {data | EDGE_PROCESS, false}},
        {ANOMALY_REALTIME, EDGE_REALTIME, {data | EDGE_REALTIME, false}},
    };
    const uint32_t masks[] = {EDGE_WW, committed, data, data, data, data | EDGE_PROCESS,
                              data | EDGE_REALTIME};
    struct cycles cycles = {.check = check, .node_count = check->history->txn_count};
    bool *is_told = heap_alloc(check->heap, cycles.node_count + 1);
    open_cycles(&cycles, check->heap);
    for (uint32_t i = 0; i < ARRAY_LEN(hunts); i++) {
        if (i == 0 || masks[i] != masks[i - 1]) {
            find_components(&cycles, masks[i]);
            forget_told(&cycles, is_told);
        }
        hunt(&cycles, &hunts[i], is_told);
    }
}

/*
 * causal_order.c: lanes, edges, and rows of counts in the order of the edges.
 * The contract is in causal_order.h.
 */
#include "check/causal_order.h"

/* --- lanes ------------------------------------------------------------------------------- */

/* Lanes of one client, as a list; a lane is free when its last operation has returned. */
struct lanes {
    uint32_t *first; /* by client: lane, or LANE_NONE */
    uint32_t *next;  /* by lane */
    uint8_t *is_busy;
    uint32_t *length;
};

static bool is_write(const struct operation *operation)
{
    return operation->kind == OPERATION_PUT || operation->kind == OPERATION_DELETE;
}

static uint32_t new_lane(struct causal_order *order, struct lanes *lanes, uint32_t client)
{
    uint32_t lane = order->lane_count++;
    lanes->next[lane] = lanes->first[client];
    lanes->first[client] = lane;
    return lane;
}

static uint32_t free_lane(struct causal_order *order, struct lanes *lanes, uint32_t client)
{
    for (uint32_t lane = lanes->first[client]; lane != LANE_NONE; lane = lanes->next[lane])
        if (!lanes->is_busy[lane])
            return lane;
    return new_lane(order, lanes, client);
}

static void place_in(struct causal_order *order, struct lanes *lanes, uint32_t index, uint32_t lane)
{
    order->lane[index] = lane;
    order->place[index] = lanes->length[lane]++;
}

static void mark_read_writes(struct causal_order *order, uint8_t *is_read)
{
    for (uint32_t i = 0; i < order->history->count; i++)
        if (order->sources->of[i] < order->history->count)
            is_read[order->sources->of[i]] = true;
}

static void give_lanes(struct causal_order *order, struct lanes *lanes, const uint8_t *is_read)
{
    const struct operation *operations = order->history->operations;
    for (uint32_t i = 0; i < order->timeline->count; i++) {
        uint32_t index = moment_operation(order->timeline->moments[i]);
        const struct operation *operation = &operations[index];
        bool is_answered = operation->outcome == OUTCOME_OK &&
                           (operation->kind == OPERATION_GET || is_write(operation));
        if (is_moment_return(order->timeline->moments[i])) {
            if (order->lane[index] != LANE_NONE)
                lanes->is_busy[order->lane[index]] = false;
        } else if (is_answered) {
            place_in(order, lanes, index, free_lane(order, lanes, operation->client));
            lanes->is_busy[order->lane[index]] = true;
        } else if (is_write(operation) && is_read[index]) {
            place_in(order, lanes, index, new_lane(order, lanes, operation->client));
            lanes->is_busy[order->lane[index]] = true; /* for ever */
        }
    }
}

void causal_order_init(struct causal_order *order, const struct history *history,
                       const struct timeline *timeline, const struct sources *sources,
                       struct heap *heap)
{
    size_t row = (history->count + 1) * sizeof(uint32_t);
    struct lanes lanes = {
        heap_alloc(heap, (history->client_count + 1) * sizeof(uint32_t)), heap_alloc(heap, row),
        heap_alloc(heap, history->count + 1), heap_alloc(heap, row)};
    uint8_t *is_read = heap_alloc(heap, history->count + 1);
    *order = (struct causal_order){.history = history, .timeline = timeline, .sources = sources};
    order->heap = heap;
    order->lane = heap_alloc(heap, row);
    order->place = heap_alloc(heap, row);
    for (uint32_t i = 0; i < history->count; i++)
        order->lane[i] = LANE_NONE;
    for (uint32_t i = 0; i < history->client_count; i++)
        lanes.first[i] = LANE_NONE;
    mark_read_writes(order, is_read);
    give_lanes(order, &lanes, is_read);
    heap_free(heap, lanes.first);
    heap_free(heap, lanes.next);
    heap_free(heap, lanes.is_busy);
    heap_free(heap, lanes.length);
    heap_free(heap, is_read);
    graph_init(&order->graph, heap, 2 * history->count);
}

uint64_t causal_order_cells(const struct causal_order *order)
{
    return 2 * (uint64_t)order->history->count * order->lane_count;
}

/* --- edges ------------------------------------------------------------------------------- */

/* What a client knows is a row of nodes, one for each answer. */
static void add_edges(struct causal_order *order, uint32_t *known)
{
    const struct operation *operations = order->history->operations;
    for (uint32_t i = 0; i < order->moments; i++) {
        uint32_t index = moment_operation(order->timeline->moments[i]);
        uint32_t *last = &known[operations[index].client];
        if (order->lane[index] == LANE_NONE)
            continue;
        if (!is_moment_return(order->timeline->moments[i])) {
            if (*last != GRAPH_NONE)
                graph_add_edge(&order->graph, *last, index, GRAPH_NONE);
            continue;
        }
        if (order->sources->of[index] < order->history->count)
            graph_add_edge(&order->graph, order->sources->of[index], index, index);
        uint32_t node = graph_add_node(&order->graph);
        graph_add_edge(&order->graph, index, node, GRAPH_NONE);
        if (*last != GRAPH_NONE)
            graph_add_edge(&order->graph, *last, node, GRAPH_NONE);
        *last = node;
    }
}

static bool find_cyclic(struct causal_order *order)
{
    order->cyclic = GRAPH_NONE;
    graph_components(&order->graph);
    for (uint32_t i = 0; i < order->history->count && order->cyclic == GRAPH_NONE; i++)
        if (graph_is_cyclic_at(&order->graph, i))
            order->cyclic = i;
    return order->cyclic != GRAPH_NONE;
}

/* --- counts ------------------------------------------------------------------------------ */

static void hand_on(struct causal_order *order, uint32_t from, uint32_t to)
{
    uint32_t lanes = order->lane_count;
    const uint32_t *source = &order->before[(size_t)from * lanes];
    uint32_t *target = &order->before[(size_t)to * lanes];
    for (uint32_t lane = 0; lane < lanes; lane++)
        target[lane] = MAX(target[lane], source[lane]);
    if (from < order->history->count)
        target[order->lane[from]] = MAX(target[order->lane[from]], order->place[from] + 1);
}

/* Kahn 1962: a node is done when all before it are. */
static void count_before(struct causal_order *order)
{
    struct graph *graph = &order->graph;
    uint32_t *waits_for = graph->work, *queue = graph->work + graph->node_room + 1;
    uint32_t head = 0, count = 0;
    for (uint32_t node = 0; node < graph->node_count; node++)
        waits_for[node] = 0;
    for (uint64_t e = 0; e < chain_count(&graph->edges); e++)
        waits_for[graph_edge_at(graph, (uint32_t)e)->to]++;
    for (uint32_t node = 0; node < graph->node_count; node++)
        if (waits_for[node] == 0)
            queue[count++] = node;
    while (head < count) {
        uint32_t node = queue[head++];
        for (uint32_t e = graph->first[node]; e != GRAPH_NONE; e = graph_edge_at(graph, e)->next) {
            uint32_t to = graph_edge_at(graph, e)->to;
            hand_on(order, node, to);
            if (--waits_for[to] == 0)
                queue[count++] = to;
        }
    }
}

void causal_order_make(struct causal_order *order, uint32_t moments)
{
    const struct history *history = order->history;
    uint32_t *known = heap_alloc(order->heap, (history->client_count + 1) * sizeof(uint32_t));
    for (uint32_t i = 0; i < history->client_count; i++)
        known[i] = GRAPH_NONE;
    order->moments = moments;
    graph_clear(&order->graph, history->count);
    add_edges(order, known);
    heap_free(order->heap, known);
    if (order->before)
        heap_free(order->heap, order->before);
    order->before = NULL;
    if (find_cyclic(order))
        return;
    order->before =
        heap_alloc(order->heap, ((size_t)order->graph.node_count * order->lane_count + 1) *
                                    sizeof(uint32_t));
    count_before(order);
}

/*
 * graph.c: Tarjan's search with its recursion laid out flat, and a search breadth first.
 * The contract is in graph.h.
 */
#include "check/graph.h"

void graph_init(struct graph *graph, struct heap *heap, uint32_t node_room)
{
    size_t row = ((size_t)node_room + 1) * sizeof(uint32_t);
    *graph = (struct graph){.heap = heap, .node_room = node_room};
    chain_init(&graph->edges, heap, sizeof(struct graph_edge));
    graph->first = heap_alloc(heap, row);
    graph->component = heap_alloc(heap, row);
    graph->size = heap_alloc(heap, row);
    graph->came_by = heap_alloc(heap, row);
    graph->work = heap_alloc(heap, 4 * row);
}

void graph_free(struct graph *graph)
{
    chain_truncate(&graph->edges, 0);
    heap_free(graph->heap, graph->first);
    heap_free(graph->heap, graph->component);
    heap_free(graph->heap, graph->size);
    heap_free(graph->heap, graph->came_by);
    heap_free(graph->heap, graph->work);
}

void graph_clear(struct graph *graph, uint32_t node_count)
{
    CHECK(node_count <= graph->node_room);
    chain_truncate(&graph->edges, 0);
    graph->node_count = node_count;
    for (uint32_t i = 0; i < node_count; i++)
        graph->first[i] = GRAPH_NONE;
}

uint32_t graph_add_node(struct graph *graph)
{
    CHECK(graph->node_count < graph->node_room);
    graph->first[graph->node_count] = GRAPH_NONE;
    return graph->node_count++;
}

void graph_add_edge(struct graph *graph, uint32_t from, uint32_t to, uint32_t about)
{
    uint32_t number = (uint32_t)chain_count(&graph->edges);
    struct graph_edge *edge = chain_append(&graph->edges);
    *edge = (struct graph_edge){from, to, graph->first[from], about};
    graph->first[from] = number;
}

const struct graph_edge *graph_edge_at(const struct graph *graph, uint32_t edge)
{
    return chain_at(&graph->edges, edge);
}

/* --- components ------------------------------------------------------------------------ */

/* Where the search stands: the way down to a node, and each one's next edge. */
struct tarjan {
    struct graph *graph;
    uint32_t *number; /* by node, from 1; 0: not seen */
    uint32_t *low;
    uint32_t *stack; /* nodes whose component is open */
    uint32_t *way;   /* nodes from the start to the present one; `came_by` has their next edge */
    uint32_t stacked;
    uint32_t depth;
    uint32_t numbered;
};

static void enter(struct tarjan *tarjan, uint32_t node)
{
    tarjan->number[node] = tarjan->low[node] = ++tarjan->numbered;
    tarjan->stack[tarjan->stacked++] = node;
    tarjan->way[tarjan->depth++] = node;
    tarjan->graph->came_by[node] = tarjan->graph->first[node];
    tarjan->graph->component[node] = GRAPH_NONE;
}

static void leave(struct tarjan *tarjan, uint32_t node)
{
    struct graph *graph = tarjan->graph;
    if (tarjan->low[node] == tarjan->number[node]) {
        uint32_t member, size = 0;
        do {
            member = tarjan->stack[--tarjan->stacked];
            graph->component[member] = graph->component_count;
            size++;
        } while (member != node);
        graph->size[graph->component_count++] = size;
    }
    if (--tarjan->depth == 0)
        return;
    uint32_t above = tarjan->way[tarjan->depth - 1];
    tarjan->low[above] = MIN(tarjan->low[above], tarjan->low[node]);
}

static void search_from(struct tarjan *tarjan, uint32_t start)
{
    struct graph *graph = tarjan->graph;
    enter(tarjan, start);
    while (tarjan->depth > 0) {
        uint32_t node = tarjan->way[tarjan->depth - 1];
        uint32_t next = graph->came_by[node];
        if (next == GRAPH_NONE) {
            leave(tarjan, node);
            continue;
        }
        const struct graph_edge *edge = graph_edge_at(graph, next);
        graph->came_by[node] = edge->next;
        if (tarjan->number[edge->to] == 0)
            enter(tarjan, edge->to);
        else if (graph->component[edge->to] == GRAPH_NONE)
            tarjan->low[node] = MIN(tarjan->low[node], tarjan->number[edge->to]);
    }
}

void graph_components(struct graph *graph)
{
    uint32_t row = graph->node_room + 1;
    struct tarjan tarjan = {.graph = graph,
                            .number = graph->work,
                            .low = graph->work + row,
                            .stack = graph->work + 2 * row,
                            .way = graph->work + 3 * row};
    graph->component_count = 0;
    for (uint32_t node = 0; node < graph->node_count; node++)
        tarjan.number[node] = 0;
    for (uint32_t node = 0; node < graph->node_count; node++)
        if (tarjan.number[node] == 0)
            search_from(&tarjan, node);
}

/* --- ways ------------------------------------------------------------------------------ */

uint32_t graph_way(struct graph *graph, uint32_t from,
                   bool (*is_goal)(const void *host, uint32_t node), const void *host)
{
    uint32_t *queue = graph->work, *is_reached = graph->work + graph->node_room + 1;
    uint32_t head = 0, count = 0;
    for (uint32_t node = 0; node < graph->node_count; node++)
        is_reached[node] = 0;
    queue[count++] = from;
    while (head < count) {
        uint32_t node = queue[head++];
        for (uint32_t e = graph->first[node]; e != GRAPH_NONE;) {
            const struct graph_edge *edge = graph_edge_at(graph, e);
            uint32_t number = e;
            e = edge->next;
            if (graph->component[edge->to] != graph->component[from] || is_reached[edge->to])
                continue;
            is_reached[edge->to] = 1;
            graph->came_by[edge->to] = number;
            if (is_goal(host, edge->to))
                return edge->to;
            if (edge->to != from)
                queue[count++] = edge->to;
        }
    }
    return GRAPH_NONE;
}

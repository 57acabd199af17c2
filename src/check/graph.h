/*
 * graph.h: a directed graph, its strongly connected components, and short ways through it.
 *
 * For oracles that turn a history into "this must come before that": a contradiction is a cycle,
 * every cycle lies inside one component (Tarjan 1972), and the shortest way round is what a person
 * wants to read. Edges carry what they are about.
 */
#ifndef CHECK_GRAPH_H
#define CHECK_GRAPH_H

#include "base/chain.h"

#define GRAPH_NONE UINT32_MAX

struct graph_edge {
    uint32_t from;
    uint32_t to;
    uint32_t next;  /* edge from the same node, or GRAPH_NONE */
    uint32_t about; /* the caller's */
};

struct graph {
    struct heap *heap;
    struct chain edges; /* struct graph_edge */
    uint32_t node_count;
    uint32_t node_room;
    uint32_t *first;     /* by node: its latest edge, or GRAPH_NONE */
    uint32_t *component; /* by node, after graph_components */
    uint32_t *size;      /* by component: nodes; a cycle needs two (there are no loops) */
    uint32_t component_count;
    uint32_t *came_by;   /* by node, after graph_way: the edge that led there */
    uint32_t *work;      /* four words a node, for the searches */
};

/* A graph of at most `node_room` nodes; its memory is dropped with the heap, or by graph_free. */
void graph_init(struct graph *graph, struct heap *heap, uint32_t node_room);
void graph_free(struct graph *graph);

/* Back to `node_count` nodes and no edges. */
void graph_clear(struct graph *graph, uint32_t node_count);

uint32_t graph_add_node(struct graph *graph);
void graph_add_edge(struct graph *graph, uint32_t from, uint32_t to, uint32_t about);
const struct graph_edge *graph_edge_at(const struct graph *graph, uint32_t edge);

void graph_components(struct graph *graph);

static inline bool graph_is_cyclic_at(const struct graph *graph, uint32_t node)
{
    return graph->size[graph->component[node]] > 1;
}

/* The shortest way (one edge or more) from `from` to the first node that `is_goal` likes, inside
 * from's component. Returns the goal, or GRAPH_NONE; walk back along came_by. */
uint32_t graph_way(struct graph *graph, uint32_t from,
                   bool (*is_goal)(const void *host, uint32_t node), const void *host);

#endif

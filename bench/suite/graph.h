/* graph.h: the graph of `bfs` and `pagerank`: an R-MAT graph (Chakrabarti, Zhan and Faloutsos, SDM
 * 2004) with Graph500's probabilities and 16 edges a vertex. Edges from a vertex to itself are left
 * out; those that R-MAT draws more than once stay. The numbers of the vertices are random: R-MAT
 * itself gives the lowest ones to the vertices with the most edges.
 *
 * An operation works on a piece of a vertex's list, as some vertices have a large share of all
 * edges, and an operation that takes as long as thousands of others would be alone in the end. */
#ifndef BENCH_SUITE_GRAPH_H
#define BENCH_SUITE_GRAPH_H

#include "suite.h"

enum { GRAPH_EDGES = 16 }; /* of a vertex, on average, before those to itself go */

/* A vertex: one cache line. */
struct graph_vertex {
    uint64_t first; /* of its list of neighbours */
    uint32_t count; /* of those */
    uint32_t level; /* for bfs.h */
    uint64_t share; /* for pagerank.h */
    uint64_t unused[5];
};

struct graph {
    struct graph_vertex *vertices;
    uint32_t *edges; /* the lists: numbers of vertices */
    size_t count;    /* of the vertices: a power of two */
    size_t edge_count;
};

enum { GRAPH_PIECE = 32 /* edges; the last piece of a list may have fewer */ };

/* A key: the piece in the high half, the vertex in the low one. */
static inline uint64_t graph_key(uint32_t vertex, uint32_t piece)
{
    return (uint64_t)piece << 32 | vertex;
}

static inline struct graph_vertex *graph_vertex_of(const struct graph *graph, uint64_t key)
{
    return &graph->vertices[(uint32_t)key];
}

/* A piece of a list. */
struct graph_list {
    const uint32_t *edge, *end;
};
typedef struct graph_list graph_list;

/* Reads the vertex, and not the edges. */
static inline graph_list graph_list_of(const struct graph *graph, uint64_t key)
{
    const struct graph_vertex *vertex = graph_vertex_of(graph, key);
    uint32_t skipped = (uint32_t)(key >> 32) * GRAPH_PIECE;
    const uint32_t *edges = graph->edges + vertex->first;
    graph_list list = {edges + vertex->count, edges + vertex->count};
    if (skipped < vertex->count)
        list.edge = edges + skipped;
    if (list.end - list.edge > GRAPH_PIECE)
        list.end = list.edge + GRAPH_PIECE;
    return list;
}

static inline size_t graph_list_bytes(graph_list list)
{
    return (size_t)(list.end - list.edge) * sizeof *list.edge;
}

/* Asks for all lines of a list that isn't empty. */
static inline void graph_prefetch(graph_list list)
{
    const char *line = (const char *)((uintptr_t)list.edge & ~(uintptr_t)63);
    for (; line < (const char *)list.end; line += 64)
        __builtin_prefetch(line, 0, 3);
}

#ifndef __cplusplus
/* The graph with the largest number of vertices that isn't above `items`. A list holds where edges
 * lead to in `bfs`, and where they come from in `pagerank`: turned round, such a graph is drawn by
 * the same law. Shares are of random ranks. One at a time; each is drawn for two users, if they
 * come one after the other, and the second one finds what the first one left in the levels. */
void graph_build(struct graph *graph, size_t items);
void graph_free(struct graph *graph);
size_t graph_bytes(const struct graph *graph);

/* The number of pieces of a vertex's list. */
static inline uint32_t graph_pieces(const struct graph_vertex *vertex)
{
    return (vertex->count + GRAPH_PIECE - 1) / GRAPH_PIECE;
}
#endif

#endif

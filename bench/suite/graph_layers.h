/* graph_layers.h: what the layers of `bfs` and of `pagerank` have in common. */
#ifndef BENCH_SUITE_GRAPH_LAYERS_H
#define BENCH_SUITE_GRAPH_LAYERS_H

#include "graph.h"
#include "layers.h"

#ifndef TWO_LEVEL

typedef struct graph_vertex *vertex_ptr;
coro_declare(graph_list);

/* A vertex's list, or piece of it: neither is in the cache yet. */
static coro_task(graph_list) load_list(const struct graph *graph, uint64_t key)
{
    coro_begin(graph_list);
    coro_prefetch(graph_vertex_of(graph, key));
    graph_list list = graph_list_of(graph, key);
    if (list.edge != list.end)
        coro_prefetch_range(list.edge, graph_list_bytes(list));
    coro_return(list);
}

#endif

#endif

/* pagerank_layers.c: the sum in layers: pull awaits load_list, and then add_up, which awaits
 * share_of for each neighbour. CMakeLists.txt has the ways in which it is compiled. */
#include "graph_layers.h"
#include "pagerank.h"

#ifndef TWO_LEVEL

/* Of a vertex that is not in the cache yet. */
static coro_task(uint64_t) share_of(vertex_ptr vertex)
{
    coro_begin(uint64_t);
    coro_prefetch(vertex);
    coro_return(vertex->share);
}

static coro_task(uint64_t) add_up(const struct graph *graph, graph_list list)
{
    coro_begin(uint64_t);
    uint64_t sum = 0;
    for (; list.edge != list.end; list.edge++)
        sum += coro_await(share_of(&graph->vertices[*list.edge]));
    coro_return(sum);
}

static coro_task(uint64_t) pull(const struct graph *graph, uint64_t key)
{
    coro_begin(uint64_t);
    graph_list list = coro_await(load_list(graph, key));
    coro_return(coro_await(add_up(graph, list)));
}

#else

static coro_task(uint64_t) pull(const struct graph *graph, uint64_t key)
{
    coro_begin(uint64_t);
    coro_prefetch(graph_vertex_of(graph, key));
    graph_list list = graph_list_of(graph, key);
    if (list.edge != list.end)
        coro_prefetch_range(list.edge, graph_list_bytes(list));
    uint64_t sum = 0;
    for (; list.edge != list.end; list.edge++) {
        const struct graph_vertex *vertex = &graph->vertices[*list.edge];
        coro_prefetch(vertex);
        sum += vertex->share;
    }
    coro_return(sum);
}

#endif

#define OPERATION(job, i) pull(&((const struct pagerank *)(job)->structure)->graph, (job)->keys[i])
#include "run.h"

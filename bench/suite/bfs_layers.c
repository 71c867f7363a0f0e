/* bfs_layers.c: the expansion in layers: expand awaits load_list, and then visit for each
 * neighbour, which awaits claim. CMakeLists.txt has the ways in which it is compiled. */
#include "bfs.h"
#include "graph_layers.h"

#ifndef TWO_LEVEL

/* bfs_claim() of a vertex that is not in the cache yet. */
static coro_task(bool) claim(const struct bfs *search, vertex_ptr vertex)
{
    coro_begin(bool);
    coro_prefetch(vertex);
    coro_return(bfs_claim(search, vertex));
}

/* True: it is new. */
static coro_task(bool) visit(struct bfs *search, uint32_t neighbour)
{
    coro_begin(bool);
    vertex_ptr vertex = &search->graph.vertices[neighbour];
    bool is_new = coro_await(claim(search, vertex));
    if (is_new)
        bfs_found(search, vertex);
    coro_return(is_new);
}

static coro_task(uint64_t) expand(struct bfs *search, uint64_t key)
{
    coro_begin(uint64_t);
    graph_list list = coro_await(load_list(&search->graph, key));
    for (; list.edge != list.end; list.edge++)
        coro_await(visit(search, *list.edge));
    coro_return(0);
}

#else

static coro_task(uint64_t) expand(struct bfs *search, uint64_t key)
{
    coro_begin(uint64_t);
    coro_prefetch(graph_vertex_of(&search->graph, key));
    graph_list list = graph_list_of(&search->graph, key);
    if (list.edge != list.end)
        coro_prefetch_range(list.edge, graph_list_bytes(list));
    for (; list.edge != list.end; list.edge++) {
        struct graph_vertex *vertex = &search->graph.vertices[*list.edge];
        coro_prefetch(vertex);
        if (bfs_claim(search, vertex))
            bfs_found(search, vertex);
    }
    coro_return(0);
}

#endif

/* Every result is 0: the answer is in the graph. */
#define OPERATION(job, i) expand((job)->structure, (job)->keys[i])
#include "run.h"

// bfs_cpp20.cpp: bfs_layers.c in C++20, nested, or flattened by hand with -DFLAT. CMakeLists.txt
// has the ways in which it is compiled.
#include "bfs.h"
#include "graph_tasks.hpp"

namespace
{

#ifndef FLAT

peer::task<bool> claim(const bfs *search, graph_vertex *vertex)
{
    co_await peer::prefetch(vertex);
    co_return bfs_claim(search, vertex);
}

peer::task<bool> visit(bfs *search, uint32_t neighbour)
{
    graph_vertex *vertex = &search->graph.vertices[neighbour];
    bool is_new = co_await claim(search, vertex);
    if (is_new)
        bfs_found(search, vertex);
    co_return is_new;
}

peer::task<uint64_t> expand(bfs *search, uint64_t key)
{
    graph_list list = co_await load_list(&search->graph, key);
    for (; list.edge != list.end; list.edge++)
        co_await visit(search, *list.edge);
    co_return 0;
}

#else

peer::task<uint64_t> expand(bfs *search, uint64_t key)
{
    co_await peer::prefetch(graph_vertex_of(&search->graph, key));
    graph_list list = graph_list_of(&search->graph, key);
    if (list.edge != list.end)
        co_await prefetch_list(list);
    for (; list.edge != list.end; list.edge++) {
        graph_vertex *vertex = &search->graph.vertices[*list.edge];
        co_await peer::prefetch(vertex);
        if (bfs_claim(search, vertex))
            bfs_found(search, vertex);
    }
    co_return 0;
}

#endif

} // namespace

uint64_t VERSION(const suite_job *job)
{
    auto *search = static_cast<bfs *>(job->structure);
    uint64_t sum = 0;
    peer::interleave(
        job->group, job->count, [=](size_t i) { return expand(search, job->keys[i]); },
        [&](size_t i, uint64_t nothing) { sum += suite_weigh(i, nothing); });
    return sum;
}

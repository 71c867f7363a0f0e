// pagerank_cpp20.cpp: pagerank_layers.c in C++20, nested, or flattened by hand with -DFLAT.
// CMakeLists.txt has the ways in which it is compiled.
#include "graph_tasks.hpp"
#include "pagerank.h"

namespace
{

#ifndef FLAT

peer::task<uint64_t> share_of(const graph_vertex *vertex)
{
    co_await peer::prefetch(vertex);
    co_return vertex->share;
}

peer::task<uint64_t> add_up(const graph *graph, graph_list list)
{
    uint64_t sum = 0;
    for (; list.edge != list.end; list.edge++)
        sum += co_await share_of(&graph->vertices[*list.edge]);
    co_return sum;
}

peer::task<uint64_t> pull(const graph *graph, uint64_t key)
{
    graph_list list = co_await load_list(graph, key);
    co_return co_await add_up(graph, list);
}

#else

peer::task<uint64_t> pull(const graph *graph, uint64_t key)
{
    co_await peer::prefetch(graph_vertex_of(graph, key));
    graph_list list = graph_list_of(graph, key);
    if (list.edge != list.end)
        co_await prefetch_list(list);
    uint64_t sum = 0;
    for (; list.edge != list.end; list.edge++) {
        const graph_vertex *vertex = &graph->vertices[*list.edge];
        co_await peer::prefetch(vertex);
        sum += vertex->share;
    }
    co_return sum;
}

#endif

} // namespace

uint64_t VERSION(const suite_job *job)
{
    auto *step = static_cast<const pagerank *>(job->structure);
    uint64_t sum = 0;
    peer::interleave(
        job->group, job->count, [=](size_t i) { return pull(&step->graph, job->keys[i]); },
        [&](size_t i, uint64_t result) { sum += suite_weigh(i, result); });
    return sum;
}

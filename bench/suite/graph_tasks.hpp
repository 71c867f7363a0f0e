// graph_tasks.hpp: graph_layers.h in C++20.
#ifndef BENCH_SUITE_GRAPH_TASKS_HPP
#define BENCH_SUITE_GRAPH_TASKS_HPP

#include "../peers/task.hpp"
#include "graph.h"

inline peer::suspend prefetch_list(graph_list list)
{
    graph_prefetch(list);
    return {};
}

#ifndef FLAT

static peer::task<graph_list> load_list(const graph *graph, uint64_t key)
{
    co_await peer::prefetch(graph_vertex_of(graph, key));
    graph_list list = graph_list_of(graph, key);
    if (list.edge != list.end)
        co_await prefetch_list(list);
    co_return list;
}

#endif

#endif

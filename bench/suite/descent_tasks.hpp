// descent_tasks.hpp: descent_layers.h in C++20.
#ifndef BENCH_SUITE_DESCENT_TASKS_HPP
#define BENCH_SUITE_DESCENT_TASKS_HPP

#include "../peers/task.hpp"
#include "btree.h"

using node_ptr = const index_node *;

inline peer::suspend prefetch_node(node_ptr node)
{
    btree_prefetch(node);
    return {};
}

#ifndef FLAT

static peer::task<unsigned> search_node(node_ptr node, uint64_t key)
{
    co_await prefetch_node(node);
    co_return index_rank(node, key);
}

static peer::task<node_ptr> descend(const index_tree *tree, uint64_t key)
{
    node_ptr node = tree->root;
    for (unsigned level = tree->height; level > 0; level--)
        node = node->child[co_await search_node(node, key)];
    co_return node;
}

#endif

#endif

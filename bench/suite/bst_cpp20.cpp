// bst_cpp20.cpp: bst_layers.c in C++20, nested, or flattened by hand with -DFLAT. CMakeLists.txt
// has the ways in which it is compiled.
#include "../peers/task.hpp"
#include "bst.h"

namespace
{

#ifndef FLAT

peer::task<int> compare(const bst_node *node, uint64_t key)
{
    co_await peer::prefetch(node);
    co_return bst_compare(node, key);
}

peer::task<const bst_node *> descend(const bst *tree, uint64_t key)
{
    const bst_node *node = tree->root;
    while (node) {
        int order = co_await compare(node, key);
        if (order == 0)
            break;
        node = order < 0 ? node->left : node->right;
    }
    co_return node;
}

peer::task<uint64_t> lookup(const bst *tree, uint64_t key)
{
    const bst_node *node = co_await descend(tree, key);
    if (!node)
        co_return SUITE_MISS;
    co_return node->value;
}

#else

peer::task<uint64_t> lookup(const bst *tree, uint64_t key)
{
    const bst_node *node = tree->root;
    while (node) {
        co_await peer::prefetch(node);
        int order = bst_compare(node, key);
        if (order == 0)
            co_return node->value;
        node = order < 0 ? node->left : node->right;
    }
    co_return SUITE_MISS;
}

#endif

} // namespace

uint64_t VERSION(const suite_job *job)
{
    auto *tree = static_cast<const bst *>(job->structure);
    uint64_t sum = 0;
    peer::interleave(
        job->group, job->count, [=](size_t i) { return lookup(tree, job->keys[i]); },
        [&](size_t i, uint64_t value) { sum += suite_weigh(i, value); });
    return sum;
}

// btree_cpp20.cpp: btree_layers.c in C++20, nested, or flattened by hand with -DFLAT.
// CMakeLists.txt has the ways in which it is compiled.
#include "descent_tasks.hpp"

namespace
{

#ifndef FLAT

peer::task<uint64_t> lookup(const index_tree *tree, uint64_t key)
{
    node_ptr leaf = co_await descend(tree, key);
    unsigned rank = co_await search_node(leaf, key);
    if (rank == 0 || leaf->key[rank - 1] != key)
        co_return SUITE_MISS;
    co_return leaf->value[rank - 1];
}

#else

peer::task<uint64_t> lookup(const index_tree *tree, uint64_t key)
{
    node_ptr node = tree->root;
    for (unsigned level = tree->height; level > 0; level--) {
        co_await prefetch_node(node);
        node = node->child[index_rank(node, key)];
    }
    co_await prefetch_node(node);
    co_return btree_result(node, key);
}

#endif

} // namespace

uint64_t VERSION(const suite_job *job)
{
    auto *tree = static_cast<const index_tree *>(job->structure);
    uint64_t sum = 0;
    peer::interleave(
        job->group, job->count, [=](size_t i) { return lookup(tree, job->keys[i]); },
        [&](size_t i, uint64_t value) { sum += suite_weigh(i, value); });
    return sum;
}

// art_cpp20.cpp: art_layers.c in C++20, nested, or flattened by hand with -DFLAT. CMakeLists.txt
// has the ways in which it is compiled.
#include "../peers/task.hpp"
#include "art.h"

namespace
{

#ifndef FLAT

peer::task<art_ref> find_child(const art_node *node, uint64_t key)
{
    co_await peer::prefetch(node);
    if (art_differs(node, key))
        co_return 0;
    unsigned byte = art_byte(node, key);
    if (node->type == ART_48)
        co_await peer::prefetch(art_place(node, byte));
    const art_ref *slot = art_slot(node, byte);
    if (!slot)
        co_return 0;
    if (node->type != ART_4)
        co_await peer::prefetch(slot);
    co_return *slot;
}

peer::task<art_ref> descend(const art *tree, uint64_t key)
{
    art_ref at = tree->root;
    while (art_is_node(at))
        at = co_await find_child(art_node_at(at), key);
    co_return at;
}

peer::task<uint64_t> compare(const art_leaf *leaf, uint64_t key)
{
    co_await peer::prefetch(leaf);
    co_return art_result(leaf, key);
}

peer::task<uint64_t> lookup(const art *tree, uint64_t key)
{
    art_ref at = co_await descend(tree, key);
    if (!at)
        co_return SUITE_MISS;
    co_return co_await compare(art_leaf_at(at), key);
}

#else

peer::task<uint64_t> lookup(const art *tree, uint64_t key)
{
    art_ref at = tree->root;
    while (art_is_node(at)) {
        const art_node *node = art_node_at(at);
        co_await peer::prefetch(node);
        if (art_differs(node, key))
            co_return SUITE_MISS;
        unsigned byte = art_byte(node, key);
        if (node->type == ART_48)
            co_await peer::prefetch(art_place(node, byte));
        const art_ref *slot = art_slot(node, byte);
        if (!slot)
            co_return SUITE_MISS;
        if (node->type != ART_4)
            co_await peer::prefetch(slot);
        at = *slot;
    }
    if (!at)
        co_return SUITE_MISS;
    co_await peer::prefetch(art_leaf_at(at));
    co_return art_result(art_leaf_at(at), key);
}

#endif

} // namespace

uint64_t VERSION(const suite_job *job)
{
    auto *tree = static_cast<const art *>(job->structure);
    uint64_t sum = 0;
    peer::interleave(
        job->group, job->count, [=](size_t i) { return lookup(tree, job->keys[i]); },
        [&](size_t i, uint64_t value) { sum += suite_weigh(i, value); });
    return sum;
}

// skiplist_cpp20.cpp: skiplist_layers.c in C++20, nested, or flattened by hand with -DFLAT.
// CMakeLists.txt has the ways in which it is compiled.
#include "../peers/task.hpp"
#include "skiplist.h"

namespace
{

using node_ptr = const skiplist_node *;

#ifndef FLAT

peer::task<int> compare(node_ptr node, uint64_t key)
{
    co_await peer::prefetch(node);
    co_return (node->key > key) - (node->key < key);
}

peer::task<node_ptr> seek(const skiplist *list, uint64_t key)
{
    node_ptr node = list->head, beyond = nullptr, next;
    for (int level = list->top; level >= 0; level--, beyond = next)
        for (next = node->next[level]; next != beyond; node = next, next = node->next[level]) {
            int order = co_await compare(next, key);
            if (order == 0)
                co_return next;
            if (order > 0)
                break;
        }
    co_return nullptr;
}

peer::task<uint64_t> lookup(const skiplist *list, uint64_t key)
{
    node_ptr node = co_await seek(list, key);
    if (!node)
        co_return SUITE_MISS;
    co_return node->value;
}

#else

peer::task<uint64_t> lookup(const skiplist *list, uint64_t key)
{
    node_ptr node = list->head, beyond = nullptr, next;
    for (int level = list->top; level >= 0; level--, beyond = next)
        for (next = node->next[level]; next != beyond; node = next, next = node->next[level]) {
            co_await peer::prefetch(next);
            if (next->key == key)
                co_return next->value;
            if (next->key > key)
                break;
        }
    co_return SUITE_MISS;
}

#endif

} // namespace

uint64_t VERSION(const suite_job *job)
{
    auto *list = static_cast<const skiplist *>(job->structure);
    uint64_t sum = 0;
    peer::interleave(
        job->group, job->count, [=](size_t i) { return lookup(list, job->keys[i]); },
        [&](size_t i, uint64_t value) { sum += suite_weigh(i, value); });
    return sum;
}

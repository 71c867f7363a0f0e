// join_cpp20.cpp: join_layers.c in C++20, nested, or flattened by hand with -DFLAT. CMakeLists.txt
// has the ways in which it is compiled.
#include "../peers/task.hpp"
#include "join.h"

namespace
{

#ifndef FLAT

peer::task<bool> is_match(const join_node *node, uint64_t key)
{
    co_await peer::prefetch(node);
    co_return node->key == key;
}

peer::task<const join_node *> find(const join_table *table, uint64_t key)
{
    join_node **head = join_head(table, key);
    co_await peer::prefetch(head);
    for (const join_node *node = *head; node; node = node->next)
        if (co_await is_match(node, key))
            co_return node;
    co_return nullptr;
}

peer::task<uint64_t> probe(const join_table *table, uint64_t key)
{
    const join_node *node = co_await find(table, key);
    if (!node)
        co_return SUITE_MISS;
    co_return node->payload;
}

#else

peer::task<uint64_t> probe(const join_table *table, uint64_t key)
{
    join_node **head = join_head(table, key);
    co_await peer::prefetch(head);
    for (const join_node *node = *head; node; node = node->next) {
        co_await peer::prefetch(node);
        if (node->key == key)
            co_return node->payload;
    }
    co_return SUITE_MISS;
}

#endif

} // namespace

uint64_t VERSION(const suite_job *job)
{
    auto *table = static_cast<const join_table *>(job->structure);
    uint64_t sum = 0;
    peer::interleave(
        job->group, job->count, [=](size_t i) { return probe(table, job->keys[i]); },
        [&](size_t i, uint64_t payload) { sum += suite_weigh(i, payload); });
    return sum;
}

// groupby_cpp20.cpp: groupby_layers.c in C++20, nested, or flattened by hand with -DFLAT.
// CMakeLists.txt has the ways in which it is compiled.
#include "../peers/task.hpp"
#include "groupby.h"

namespace
{

#ifndef FLAT

peer::task<bool> is_match(const group *g, uint64_t key)
{
    co_await peer::prefetch(g);
    co_return g->key == key;
}

peer::task<group *> find_or_make(group_table *table, uint64_t key)
{
    group **link = group_head(table, key);
    co_await peer::prefetch(link);
    for (; *link; link = &(*link)->next)
        if (co_await is_match(*link, key))
            co_return *link;
    co_return group_add(table, link, key);
}

peer::task<uint64_t> add(group_table *table, uint64_t key, uint64_t value)
{
    group_update(co_await find_or_make(table, key), value);
    co_return 0;
}

#else

peer::task<uint64_t> add(group_table *table, uint64_t key, uint64_t value)
{
    group **link = group_head(table, key);
    co_await peer::prefetch(link);
    for (; *link; link = &(*link)->next) {
        co_await peer::prefetch(*link);
        if ((*link)->key == key) {
            group_update(*link, value);
            co_return 0;
        }
    }
    group_update(group_add(table, link, key), value);
    co_return 0;
}

#endif

} // namespace

uint64_t VERSION(const suite_job *job)
{
    auto *table = static_cast<group_table *>(job->structure);
    uint64_t sum = 0;
    peer::interleave(
        job->group, job->count, [=](size_t i) { return add(table, job->keys[i], group_value(i)); },
        [&](size_t i, uint64_t nothing) { sum += suite_weigh(i, nothing); });
    return sum;
}

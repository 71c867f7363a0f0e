// hops_cpp20.cpp: hops_layers.c in C++20, nested, or flattened by hand with -DFLAT. CMakeLists.txt
// has the ways in which it is compiled.
#include "../peers/task.hpp"
#include "hops.h"

#include <utility>

namespace
{

#ifndef FLAT

template <int Depth> peer::task<bool> layer(hops_cursor *cursor)
{
    cursor->chase.calls++;
    if constexpr (Depth == 1) {
        if (hops_is_new(cursor))
            co_await peer::prefetch(cursor->chase.node);
        co_return hops_take(cursor);
    } else {
        co_return co_await layer<Depth - 1>(cursor);
    }
}

template <int Depth> peer::task<uint64_t> lookup(const hops *hops, uint64_t key)
{
    hops_cursor cursor = hops_begin(hops, key);
    while (co_await layer<Depth>(&cursor))
        ;
    co_return hops_result(&cursor);
}

#else

template <int> peer::task<uint64_t> lookup(const hops *hops, uint64_t key)
{
    hops_cursor cursor = hops_begin(hops, key);
    uint32_t depth = hops->depth;
    do {
        cursor.chase.calls += depth;
        if (hops_is_new(&cursor))
            co_await peer::prefetch(cursor.chase.node);
    } while (hops_take(&cursor));
    co_return hops_result(&cursor);
}

#endif

template <int Depth> uint64_t run(const suite_job *job)
{
    auto *all = static_cast<const hops *>(job->structure);
    uint64_t sum = 0;
    peer::interleave(
        job->group, job->count, [=](size_t i) { return lookup<Depth>(all, job->keys[i]); },
        [&](size_t i, uint64_t value) { sum += suite_weigh(i, value); });
    return sum;
}

#ifndef FLAT
template <int... Below>
uint64_t run_deep(const suite_job *job, std::integer_sequence<int, Below...>)
{
    static constexpr suite_run *runs[] = {run<Below + 1>...};
    return runs[static_cast<const hops *>(job->structure)->depth - 1](job);
}
#endif

} // namespace

uint64_t VERSION(const suite_job *job)
{
#ifdef FLAT
    return run<0>(job);
#else
    return run_deep(job, std::make_integer_sequence<int, CHAIN_DEPTHS>());
#endif
}

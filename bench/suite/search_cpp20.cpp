// search_cpp20.cpp: search_layers.c in C++20, nested, or flattened by hand with -DFLAT.
// CMakeLists.txt has the ways in which it is compiled.
#include "../peers/task.hpp"
#include "search.h"

namespace
{

#ifndef FLAT

peer::task<bool> is_at_most(const uint64_t *place, uint64_t key)
{
    co_await peer::prefetch(place);
    co_return *place <= key;
}

peer::task<size_t> locate(const dictionary *d, uint64_t key)
{
    size_t low = 0;
    for (size_t size = d->count; size > 1;) {
        size_t half = size / 2;
        bool at_most = co_await is_at_most(&d->keys[low + half], key);
        low += search_advance(at_most, half);
        size -= half;
    }
    co_return low;
}

peer::task<uint64_t> lookup(const dictionary *d, uint64_t key)
{
    size_t place = co_await locate(d, key);
    if (d->keys[place] != key)
        co_return SUITE_MISS;
    co_await peer::prefetch(&d->values[place]);
    co_return d->values[place];
}

#else

peer::task<uint64_t> lookup(const dictionary *d, uint64_t key)
{
    size_t low = 0;
    for (size_t size = d->count; size > 1;) {
        size_t half = size / 2;
        co_await peer::prefetch(&d->keys[low + half]);
        low += search_advance(d->keys[low + half] <= key, half);
        size -= half;
    }
    if (d->keys[low] != key)
        co_return SUITE_MISS;
    co_await peer::prefetch(&d->values[low]);
    co_return d->values[low];
}

#endif

} // namespace

uint64_t VERSION(const suite_job *job)
{
    auto *d = static_cast<const dictionary *>(job->structure);
    uint64_t sum = 0;
    peer::interleave(
        job->group, job->count, [=](size_t i) { return lookup(d, job->keys[i]); },
        [&](size_t i, uint64_t value) { sum += suite_weigh(i, value); });
    return sum;
}

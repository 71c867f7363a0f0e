// chain_cpp20.cpp: the chain in C++20, nested and flat: the peer that nested C coroutines are held
// against. Same nodes, prefetches, group and answers as in chain_layers.c; no plugin. Compiled
// twice: with -DPEER_POOLED, each nested frame comes from the pool.
#include "../chain.h"
#include "task.hpp"

#include <cstdint>
#include <utility>

namespace
{

using node_ptr = const chain_node *;

template <int Depth> peer::task<node_ptr> level(chain_cursor *cursor)
{
    cursor->calls++;
    if constexpr (Depth == 1) {
        co_await peer::prefetch(cursor->node);
        co_return chain_visit(cursor);
    } else {
        co_return co_await level<Depth - 1>(cursor);
    }
}

template <int Depth> peer::task<std::uint64_t> lookup_nested(node_ptr node, std::size_t hops)
{
    chain_cursor cursor = {node, 0, 0};
    for (; hops > 0; hops--)
        cursor.node = co_await level<Depth>(&cursor);
    co_return cursor.sum + cursor.calls;
}

template <int Depth> peer::task<std::uint64_t> lookup_flat(node_ptr node, std::size_t hops)
{
    chain_cursor cursor = {node, 0, 0};
    for (; hops > 0; hops--) {
        cursor.calls += Depth;
        co_await peer::prefetch(cursor.node);
        cursor.node = chain_visit(&cursor);
    }
    co_return cursor.sum + cursor.calls;
}

template <auto Lookup> std::uint64_t run(const chain_job *job)
{
    std::uint64_t total = 0;
    peer::interleave(
        job->group, job->count, [=](std::size_t i) { return Lookup(job->starts[i], job->hops); },
        [&](std::size_t i, std::uint64_t v) { total += v * (2 * i + 1); });
    return total;
}

template <int... Below> constexpr chain_version nested(std::integer_sequence<int, Below...>)
{
    return {{run<lookup_nested<Below + 1>>...}};
}

template <int... Below>
[[maybe_unused]] constexpr chain_version flat(std::integer_sequence<int, Below...>)
{
    return {{run<lookup_flat<Below + 1>>...}};
}

} // namespace

#ifdef PEER_POOLED
constexpr chain_version chain_cpp20_pooled =
    nested(std::make_integer_sequence<int, CHAIN_DEPTHS>());
#else
constexpr chain_version chain_cpp20_elided =
    nested(std::make_integer_sequence<int, CHAIN_DEPTHS>());
constexpr chain_version chain_cpp20_flat = flat(std::make_integer_sequence<int, CHAIN_DEPTHS>());
#endif

// chain_cpp20.cpp: the chain in C++20, nested and flat: the peer that nested C coroutines are held
// against. Same nodes, prefetches, group and answers as in chain_layers.c; no plugin.
#include "../chain.h"
#include "task.hpp"

#include <cstdint>
#include <utility>

namespace {

using node_ptr = const chain_node *;

template <int Depth> peer::task<node_ptr> level(node_ptr node, chain_walk *walk)
{
    walk->calls++;
    if constexpr (Depth == 1) {
        co_await peer::prefetch(node);
        chain_visit(walk, node);
        co_return node->next;
    } else {
        co_return co_await level<Depth - 1>(node, walk);
    }
}

template <int Depth> peer::task<std::uint64_t> lookup_nested(node_ptr node, std::size_t hops)
{
    chain_walk walk = {0, 0};
    for (std::size_t hop = 0; hop < hops; hop++)
        node = co_await level<Depth>(node, &walk);
    co_return walk.sum + walk.calls;
}

template <int Depth> peer::task<std::uint64_t> lookup_flat(node_ptr node, std::size_t hops)
{
    chain_walk walk = {0, 0};
    for (std::size_t hop = 0; hop < hops; hop++) {
        walk.calls += Depth;
        co_await peer::prefetch(node);
        chain_visit(&walk, node);
        node = node->next;
    }
    co_return walk.sum + walk.calls;
}

template <auto Lookup> std::uint64_t run(const chain_job *job)
{
    std::uint64_t total = 0;
    peer::interleave(
        job->group, job->count, [=](std::size_t i) { return Lookup(job->starts[i], job->hops); },
        [&](std::size_t i, std::uint64_t v) { total += v * (2 * i + 1); });
    return total;
}

template <int... Below>
constexpr chain_version nested(std::integer_sequence<int, Below...>)
{
    return {{run<lookup_nested<Below + 1>>...}};
}

template <int... Below> constexpr chain_version flat(std::integer_sequence<int, Below...>)
{
    return {{run<lookup_flat<Below + 1>>...}};
}

} // namespace

constexpr chain_version chain_cpp20 = nested(std::make_integer_sequence<int, CHAIN_DEPTHS>());
constexpr chain_version chain_cpp20_flat = flat(std::make_integer_sequence<int, CHAIN_DEPTHS>());

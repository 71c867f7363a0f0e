// range_cpp20.cpp: range_layers.c in C++20, nested, or flattened by hand with -DFLAT.
// CMakeLists.txt has the ways in which it is compiled.
#include "descent_tasks.hpp"
#include "range.h"

namespace
{

#ifndef FLAT

struct range_cursor {
    node_ptr leaf;
    unsigned place;
};

peer::task<node_ptr> next_leaf(node_ptr leaf)
{
    node_ptr next = index_next(leaf);
    if (next)
        co_await prefetch_node(next);
    co_return next;
}

peer::task<const uint64_t *> next_value(range_cursor *cursor)
{
    if (cursor->place == cursor->leaf->count) {
        node_ptr leaf = co_await next_leaf(cursor->leaf);
        if (!leaf)
            co_return nullptr;
        *cursor = {leaf, 0};
    }
    co_return &cursor->leaf->value[cursor->place++];
}

peer::task<uint64_t> scan(const index_tree *tree, uint64_t key)
{
    uint64_t sum = 0, first = range_first(key);
    range_cursor cursor = {co_await descend(tree, first), 0};
    cursor.place = co_await search_node(cursor.leaf, first - 1);
    for (unsigned left = range_count(key); left > 0; left--) {
        const uint64_t *value = co_await next_value(&cursor);
        if (!value)
            break;
        sum = range_add(sum, *value);
    }
    co_return sum;
}

#else

peer::task<uint64_t> scan(const index_tree *tree, uint64_t key)
{
    uint64_t sum = 0, first = range_first(key);
    node_ptr node = tree->root;
    for (unsigned level = tree->height; level > 0; level--) {
        co_await prefetch_node(node);
        node = node->child[index_rank(node, first)];
    }
    co_await prefetch_node(node);
    unsigned place = range_place(node, first);
    for (unsigned left = range_count(key); left > 0; left--) {
        if (place == node->count) {
            node = index_next(node);
            if (!node)
                break;
            co_await prefetch_node(node);
            place = 0;
        }
        sum = range_add(sum, node->value[place++]);
    }
    co_return sum;
}

#endif

} // namespace

uint64_t VERSION(const suite_job *job)
{
    auto *tree = static_cast<const index_tree *>(job->structure);
    uint64_t sum = 0;
    peer::interleave(
        job->group, job->count, [=](size_t i) { return scan(tree, job->keys[i]); },
        [&](size_t i, uint64_t value) { sum += suite_weigh(i, value); });
    return sum;
}

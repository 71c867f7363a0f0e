/* descent_layers.h: what the layers of `btree` and of `btree-range` have in common. */
#ifndef BENCH_SUITE_DESCENT_LAYERS_H
#define BENCH_SUITE_DESCENT_LAYERS_H

#include "btree.h"
#include "layers.h"

#ifndef TWO_LEVEL

typedef const struct index_node *node_ptr;
coro_declare(node_ptr);

/* The rank of the key in the node, which is not in the cache yet. */
static coro_task(unsigned) search_node(node_ptr node, uint64_t key)
{
    coro_begin(unsigned);
    coro_prefetch_range(node, sizeof *node);
    coro_return(index_rank(node, key));
}

/* The leaf where the key is, if it is anywhere. */
static coro_task(node_ptr) descend(const struct index_tree *tree, uint64_t key)
{
    coro_begin(node_ptr);
    node_ptr node = tree->root;
    for (unsigned level = tree->height; level > 0; level--)
        node = node->child[coro_await(search_node(node, key))];
    coro_return(node);
}

#endif

#endif

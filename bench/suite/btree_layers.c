/* btree_layers.c: the lookup in layers, as in ../index_layers.c: lookup awaits descend, which
 * awaits search_node at every level. CMakeLists.txt has the ways in which it is compiled. */
#include "descent_layers.h"

#ifndef TWO_LEVEL

static coro_task(uint64_t) lookup(const struct index_tree *tree, uint64_t key)
{
    coro_begin(uint64_t);
    node_ptr leaf = coro_await(descend(tree, key));
    unsigned rank = coro_await(search_node(leaf, key));
    if (rank == 0 || leaf->key[rank - 1] != key)
        coro_return(SUITE_MISS);
    coro_return(leaf->value[rank - 1]);
}

#else

static coro_task(uint64_t) lookup(const struct index_tree *tree, uint64_t key)
{
    coro_begin(uint64_t);
    const struct index_node *node = tree->root;
    for (unsigned level = tree->height; level > 0; level--) {
        coro_prefetch_range(node, sizeof *node);
        node = node->child[index_rank(node, key)];
    }
    coro_prefetch_range(node, sizeof *node);
    coro_return(btree_result(node, key));
}

#endif

#define OPERATION(job, i) lookup((job)->structure, (job)->keys[i])
#include "run.h"
